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
			Effects    []Effect
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
	"UNBOUND": RelationUnbound, "BIND_PENDING": RelationPending, "BIND_REJECTED": RelationRefused, "BOUND": RelationBound, "UNBIND_PENDING": RelationUnbindPending,
}

var stageNames = map[string]Stage{
	"UNALLOCATED": StageUnassigned, "ALLOCATED": StageAssigned, "FETCHED": StageFetched, "WAYBILL_HELD": StageWaybillHeld, "RETURNED": StageReturned,
	"ALLOCATION_CANCELLED": StageCancelled, "CANCEL_WAIT_RECALL": StageCancelWaitRecall, "SHIPPED_BY_MERCHANT": StageShippedByMerchant,
	"RETURN_UNKNOWN": StageReturnUnknown, "CLOSED": StageClosed,
}

// give sets facts from a case's context.
func give(t *testing.T, f *Facts, context map[string]any) {
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
			var f Facts
			give(t, &f, c.Context)
			relation, stage := relationNames[c.Initial], stageNames[c.Initial]
			require.Equal(t, len(c.Events), len(c.Steps))
			for i, raw := range c.Events {
				var event string
				if json.Unmarshal(raw, &event) != nil {
					var with struct {
						Event string
						Ctx   map[string]any
					}
					require.NoError(t, json.Unmarshal(raw, &with))
					event = with.Event
					give(t, &f, with.Ctx)
				}
				var id string
				var effects []Effect
				var err error
				want := c.Steps[i]
				if c.Machine == "dropship_relation" {
					var row rule[RelationState, RelationEvent]
					row, err = relationRules.Next(relation, RelationEvent(event), &f)
					id, relation, effects = row.ID, row.To, row.Effects
					assert.Equal(t, relationNames[want.State], relation, event)
				} else {
					var row rule[Stage, Event]
					row, err = flowRules.Next(stage, Event(event), &f)
					id, stage, effects = row.ID, row.To, row.Effects
					assert.Equal(t, stageNames[want.State], stage, event)
				}
				if want.Transition != nil {
					assert.Equal(t, *want.Transition, id, event)
				}
				assert.ElementsMatch(t, want.Effects, effects, event)
				if want.Error == nil {
					assert.NoError(t, err, event)
					continue
				}
				refusal, ok := errors.AsType[*mall.Refusal](err)
				require.True(t, ok, event)
				assert.Equal(t, *want.Error, refusal.Code, event)
				assert.ErrorIs(t, err, mall.ErrConflict)
			}
		})
	}
}

// guardNames pairs the guards of the file with ours.
var guardNames = map[string]string{
	"role == merchant": byMerchant.Name, "role == factory": byFactory.Name, "token_role == factory": byFactory.Name,
	"factory_role == factory": withFactory.Name, "role_locked falsy": roleIsOpen.Name, "relation == BOUND": areBound.Name,
	"order_after_binding truthy": afterBinding.Name, "platform == TO_SHIP": toShip.Name, "refund_open falsy": noRefund.Name,
	"other_refund_open falsy": noOther.Name, "line_shipped_by_merchant falsy": notShipped.Name, "factory_handed_over falsy": notHandedOn.Name,
}

// TestTables compares every row, in its order, with the file.
func TestTables(t *testing.T) {
	m := load(t)
	compareTable(t, m, "dropship_relation", relationRules, relationNames)
	compareTable(t, m, "dropship_order", flowRules, stageNames)
}

func compareTable[S, E ~string](t *testing.T, m machines, name string, rules machine.Table[S, E, Facts, Effect], names map[string]S) {
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
		facts := Facts{RefundOpen: true}
		if r.Set != nil {
			r.Set(&facts)
		}
		assert.Equal(t, w.Set["role_locked"] == true, facts.RoleLocked, r.ID)
		assert.Equal(t, w.Set["refund_open"] != false, facts.RefundOpen, r.ID)
		facts = Facts{}
		if r.Set != nil {
			r.Set(&facts)
		}
		assert.Equal(t, w.Set["refund_open"] == true, facts.RefundOpen, r.ID)
	}
}

// TestTableIsNotSharedWithCallers: what Next returns may be changed.
func TestTableIsNotSharedWithCallers(t *testing.T) {
	_, effects, err := Next(StageAssigned, CancelAllocation, &Facts{})
	require.NoError(t, err)
	effects[0] = "spoilt"
	_, again, _ := Next(StageAssigned, CancelAllocation, &Facts{})
	assert.Equal(t, []Effect{EffectNotifyFactory}, again)
}

func TestGuardIsNamed(t *testing.T) {
	_, _, err := Next(StageFetched, FactoryWaybill, &Facts{Actor: RoleFactory, RefundOpen: true})
	require.ErrorContains(t, err, "factory_waybill is not allowed in state fetched: BLOCKED (condition: no refund open)")
	_, _, err = Next(StageClosed, Allocate, &Facts{})
	require.ErrorContains(t, err, "NO_TRANSITION")
	_, _, err = NextRelation(RelationBound, SwitchRole, &Facts{RoleLocked: true})
	require.ErrorContains(t, err, "ROLE_LOCKED")
}

// TestNothingShipsTwice walks at random: a line is shipped once at most, and
// never while a refund is open.
func TestNothingShipsTwice(t *testing.T) {
	var events []Event
	for _, r := range flowRules {
		if !slices.Contains(events, r.Event) {
			events = append(events, r.Event)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := StageUnassigned
		f := Facts{Relation: RelationBound, AfterBinding: true, ToShip: true}
		shipped := 0
		for range 40 {
			f.Actor = rapid.SampledFrom([]Role{RoleMerchant, RoleFactory}).Draw(t, "actor")
			f.MerchantShipped = s == StageShippedByMerchant
			e := rapid.SampledFrom(events).Draw(t, "event")
			who, may, why := MayShip(s, f)
			if may != (why == ReasonNone) {
				t.Fatalf("%s: may %t, why %q", s, may, why)
			}
			open := f.RefundOpen
			next, effects, err := Next(s, e, &f)
			if err != nil && next != s {
				t.Fatalf("a refusal moved %s to %s", s, next)
			}
			if slices.Contains(effects, EffectLineShipped) {
				shipped++
				if open && !strings.HasPrefix(string(e), "reread") {
					t.Fatalf("%s shipped with a refund open", e)
				}
			}
			// The turn is never given to one whom the machine would refuse.
			if may {
				probe := f
				probe.Actor, probe.RefundOpen = who, open
				event, from := MerchantShips, s
				if who == RoleFactory {
					event, from = FactoryReturn, StageWaybillHeld
				}
				if _, _, err := Next(from, event, &probe); err != nil {
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
