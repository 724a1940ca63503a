package dropship

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/machine"
)

// machines is testdata/transitions.json.
type machines struct {
	Machines map[string]struct {
		States      []string
		Transitions []struct {
			ID, Event string
			From      []string
			To        string
			Guard     [][]any
			Effects   []string
			Set       map[string]any
			OnFail    *string `json:"on_guard_fail"`
		}
	}
	Cases []struct {
		ID, Machine, Title string
		Initial            string `json:"initial_state"`
		Context            map[string]any
		Events             []json.RawMessage
		Steps              []struct {
			Event      string
			Transition *string
			State      string
			Effects    []effect
			Error      *string
		} `json:"expected_steps"`
		Final string `json:"expected_state"`
	}
}

func load(t *testing.T) (m machines) {
	t.Helper()
	text, err := os.ReadFile("testdata/transitions.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &m))
	return m
}

var relationNames = map[string]RelationState{
	"UNBOUND": RelationUnbound, "BIND_PENDING": RelationPending, "BIND_REJECTED": RelationRefused,
	"BOUND": RelationBound, "UNBIND_PENDING": RelationUnbindPending,
}

var stageNames = map[string]stage{
	"UNALLOCATED": stageUnassigned, "ALLOCATED": stageAssigned, "FETCHED": stageFetched,
	"WAYBILL_HELD": stageWaybillHeld, "RETURNED": stageReturned,
	"ALLOCATION_CANCELLED": stageCancelled, "CANCEL_WAIT_RECALL": stageCancelWaitRecall,
	"SHIPPED_BY_MERCHANT": stageShippedByMerchant,
	"RETURN_UNKNOWN":      stageReturnUnknown, "CLOSED": stageClosed,
}

// give sets facts from a case's context.
func give(t *testing.T, f *Flow, context map[string]any) {
	for k, v := range context {
		yes, _ := v.(bool)
		word, _ := v.(string)
		switch k {
		case "role", "token_role":
			f.Actor = Role(word)
		case "factory_role":
			f.FactoryRole = Role(word)
		case "relation":
			f.Relation = relationNames[word]
		case "platform":
			f.ToShip = word == "TO_SHIP"
		case "order_after_binding":
			f.AfterBinding = yes
		case "factory_handed_over":
			f.HandedOver = yes
		default:
			t.Fatalf("no fact for %q", k)
		}
	}
}

// TestCases runs all cases, step by step.
func TestCases(t *testing.T) {
	m := load(t)
	require.Len(t, m.Cases, 12)
	for _, c := range m.Cases {
		t.Run(c.ID, func(t *testing.T) {
			var f Flow
			give(t, &f, c.Context)
			relation, line := relationNames[c.Initial], stageNames[c.Initial]
			require.Equal(t, len(c.Events), len(c.Steps))
			for i, raw := range c.Events {
				var happened string
				if json.Unmarshal(raw, &happened) != nil {
					var with struct {
						Event string
						Ctx   map[string]any
					}
					require.NoError(t, json.Unmarshal(raw, &with))
					happened = with.Event
					give(t, &f, with.Ctx)
				}
				var id string
				var effects []effect
				var err error
				want := c.Steps[i]
				if c.Machine == "dropship_relation" {
					var row rule[RelationState, relationEvent]
					row, err = relationTable.Next(relation, relationEvent(happened), &f)
					id, relation, effects = row.ID, row.To, row.Effects
					assert.Equal(t, relationNames[want.State], relation, happened)
				} else {
					var row rule[stage, event]
					row, err = lineTable.Next(line, event(happened), &f)
					id, line, effects = row.ID, row.To, row.Effects
					assert.Equal(t, stageNames[want.State], line, happened)
				}
				if want.Transition != nil {
					assert.Equal(t, *want.Transition, id, happened)
				}
				assert.ElementsMatch(t, want.Effects, effects, happened)
				if want.Error == nil {
					assert.NoError(t, err, happened)
					continue
				}
				refusal, ok := errors.AsType[*mall.Refusal](err)
				require.True(t, ok, happened)
				assert.Equal(t, *want.Error, refusal.Code, happened)
				assert.ErrorIs(t, err, mall.ErrConflict)
			}
		})
	}
}

// guardNames pairs the guards of the file with ours.
var guardNames = map[string]string{
	"role == merchant": byMerchant.Name, "role == factory": byFactory.Name, "token_role == factory": byFactory.Name,
	"factory_role == factory": withFactory.Name, "role_locked falsy": roleIsOpen.Name,
	"relation == BOUND":          areBound.Name,
	"order_after_binding truthy": afterBinding.Name, "platform == TO_SHIP": toShip.Name,
	"refund_open falsy":       noRefund.Name,
	"other_refund_open falsy": noOther.Name, "line_shipped_by_merchant falsy": notShipped.Name,
	"factory_handed_over falsy": notHandedOn.Name,
}

// TestTables compares every row, in its order, with the file.
func TestTables(t *testing.T) {
	m := load(t)
	compareTable(t, m, "dropship_relation", relationTable, relationNames)
	compareTable(t, m, "dropship_order", lineTable, stageNames)
}

func compareTable[S, E ~string](t *testing.T, m machines, name string, rules machine.Table[S, E, Flow, effect],
	names map[string]S) {
	want := m.Machines[name]
	require.Len(t, rules, len(want.Transitions))
	for _, s := range want.States {
		require.Contains(t, names, s)
	}
	for i, w := range want.Transitions {
		r := rules[i]
		assert.Equal(t, w.ID, r.ID)
		assert.Equal(t, w.Event, string(r.Event), r.ID)
		var from []S
		for _, s := range w.From {
			from = append(from, names[s])
		}
		assert.ElementsMatch(t, from, r.From, r.ID)
		if w.To == "=" {
			assert.Empty(t, r.To, r.ID)
		} else {
			assert.Equal(t, names[w.To], r.To, r.ID)
		}
		var guards, ours []string
		for _, g := range w.Guard {
			text := g[0].(string) + " " + g[1].(string)
			if word, ok := g[2].(string); ok {
				text += " " + word
			}
			require.Contains(t, guardNames, text, r.ID)
			guards = append(guards, guardNames[text])
		}
		for _, g := range r.Guards {
			ours = append(ours, g.Name)
		}
		assert.Equal(t, guards, ours, r.ID)
		var effects []string
		for _, e := range r.Effects {
			effects = append(effects, string(e))
		}
		assert.ElementsMatch(t, w.Effects, effects, r.ID)
		if w.OnFail != nil {
			assert.Equal(t, *w.OnFail, r.Code, r.ID)
		}
		facts := Flow{RefundOpen: true}
		if r.Set != nil {
			r.Set(&facts)
		}
		assert.Equal(t, w.Set["role_locked"] == true, facts.RoleLocked, r.ID)
		assert.Equal(t, w.Set["refund_open"] != false, facts.RefundOpen, r.ID)
		facts = Flow{}
		if r.Set != nil {
			r.Set(&facts)
		}
		assert.Equal(t, w.Set["refund_open"] == true, facts.RefundOpen, r.ID)
	}
}

// TestTableIsNotSharedWithCallers: what Next returns may be changed.
func TestTableIsNotSharedWithCallers(t *testing.T) {
	var f Flow
	_, effects, err := f.Next("assigned", "cancel_allocation")
	require.NoError(t, err)
	effects[0] = "spoilt"
	_, again, _ := f.Next("assigned", "cancel_allocation")
	assert.Equal(t, []string{"notify_factory"}, again)
}

func TestGuardIsNamed(t *testing.T) {
	f := Flow{Actor: RoleFactory, RefundOpen: true, RoleLocked: true}
	_, _, err := f.Next("fetched", "factory_waybill")
	require.ErrorContains(t, err, "factory_waybill is not allowed in state fetched: BLOCKED (condition: no refund open)")
	_, _, err = f.Next("closed", "allocate")
	require.ErrorContains(t, err, "NO_TRANSITION")
	_, _, err = f.NextRelation(RelationBound, "switch_role")
	require.ErrorContains(t, err, "ROLE_LOCKED")
	failure, ok := errors.AsType[*mall.Error](err)
	require.True(t, ok)
	assert.Equal(t, "follow relation", failure.Op)
}

// TestWordsAreDocumented: the documentation of Next and NextRelation names every
// stage, event and effect.
func TestWordsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("flow.go")
	require.NoError(t, err)
	doc, _, _ := strings.Cut(string(text), "func words(")
	named := func(word string) { assert.Regexp(t, `\b`+word+`\b`, doc) }
	for _, r := range lineTable {
		named(string(r.Event))
		for _, s := range append(r.From, r.To) {
			named(string(s))
		}
		for _, e := range r.Effects {
			named(string(e))
		}
	}
	for _, r := range relationTable {
		named(string(r.Event))
		for _, e := range r.Effects {
			named(string(e))
		}
	}
}

// TestNothingShipsTwice walks at random: a line is shipped once at most, and
// never while a refund is open.
func TestNothingShipsTwice(t *testing.T) {
	var events []event
	for _, r := range lineTable {
		if !slices.Contains(events, r.Event) {
			events = append(events, r.Event)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := stageUnassigned
		f := Flow{Relation: RelationBound, AfterBinding: true, ToShip: true}
		shipped := 0
		for range 40 {
			f.Actor = rapid.SampledFrom([]Role{RoleMerchant, RoleFactory}).Draw(t, "actor")
			f.MerchantShipped = s == stageShippedByMerchant
			e := rapid.SampledFrom(events).Draw(t, "event")
			who, may, why := f.MayShip(string(s))
			if may != (why == "") {
				t.Fatalf("%s: may %t, why %q", s, may, why)
			}
			open := f.RefundOpen
			word, effects, err := f.Next(string(s), string(e))
			next := stage(word)
			if err != nil && next != s {
				t.Fatalf("a refusal moved %s to %s", s, next)
			}
			if slices.Contains(effects, string(effectLineShipped)) {
				shipped++
				if open && !strings.HasPrefix(string(e), "reread") {
					t.Fatalf("%s shipped with a refund open", e)
				}
			}
			// The turn is never given to one whom the machine would refuse.
			if may {
				probe := f
				probe.Actor, probe.RefundOpen = who, open
				then, from := eventMerchantShips, s
				if who == RoleFactory {
					then, from = eventFactoryReturn, stageWaybillHeld
				}
				if _, _, err := probe.Next(string(from), string(then)); err != nil {
					t.Fatalf("%s may ship in %s, but %v", who, s, err)
				}
			}
			s = next
		}
		if shipped > 1 {
			t.Fatalf("shipped %d times", shipped)
		}
	})
}
