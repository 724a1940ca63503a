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
					id, relation, effects, err = step(relationRules, relation, RelationEvent(event), &f)
					assert.Equal(t, relationNames[want.State], relation, event)
				} else {
					id, stage, effects, err = step(flowRules, stage, Event(event), &f)
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
				refusal, ok := errors.AsType[*NotAllowed](err)
				require.True(t, ok, event)
				assert.Equal(t, *want.Error, refusal.Guard, event)
				assert.ErrorIs(t, err, mall.ErrConflict)
			}
		})
	}
}

// guardNames pairs the guards of the file with ours.
var guardNames = map[string]string{
	"role == merchant": byMerchant.name, "role == factory": byFactory.name, "token_role == factory": byFactory.name,
	"factory_role == factory": withFactory.name, "role_locked falsy": roleIsOpen.name, "relation == BOUND": areBound.name,
	"order_after_binding truthy": afterBinding.name, "platform == TO_SHIP": toShip.name, "refund_open falsy": noRefund.name,
	"other_refund_open falsy": noOther.name, "line_shipped_by_merchant falsy": notShipped.name, "factory_handed_over falsy": notHandedOn.name,
}

// TestTables compares every row, in its order, with the file.
func TestTables(t *testing.T) {
	m := load(t)
	compareTable(t, m, "dropship_relation", relationRules, relationNames)
	compareTable(t, m, "dropship_order", flowRules, stageNames)
}

func compareTable[S, E ~string](t *testing.T, m machines, name string, rules []rule[S, E], names map[string]S) {
	want := m.Machines[name]
	require.Len(t, rules, len(want.Transitions))
	for _, s := range want.States {
		require.Contains(t, names, s)
	}
	for i, w := range want.Transitions {
		r := rules[i]
		assert.Equal(t, w.ID, r.id)
		assert.Equal(t, w.Event, string(r.event), r.id)
		var from []S
		for _, s := range w.From {
			from = append(from, names[s])
		}
		assert.ElementsMatch(t, from, r.from, r.id)
		if w.To == "=" {
			assert.Empty(t, r.to, r.id)
		} else {
			assert.Equal(t, names[w.To], r.to, r.id)
		}
		var guards, ours []string
		for _, g := range w.Guard {
			text := g[0].(string) + " " + g[1].(string)
			if word, ok := g[2].(string); ok {
				text += " " + word
			}
			require.Contains(t, guardNames, text, r.id)
			guards = append(guards, guardNames[text])
		}
		for _, g := range r.guards {
			ours = append(ours, g.name)
		}
		assert.Equal(t, guards, ours, r.id)
		var effects []string
		for _, e := range r.effects {
			effects = append(effects, string(e))
		}
		assert.ElementsMatch(t, w.Effects, effects, r.id)
		if w.OnFail != nil {
			assert.Equal(t, *w.OnFail, r.refusal, r.id)
		}
		facts := Facts{RefundOpen: true}
		if r.set != nil {
			r.set(&facts)
		}
		assert.Equal(t, w.Set["role_locked"] == true, facts.RoleLocked, r.id)
		assert.Equal(t, w.Set["refund_open"] != false, facts.RefundOpen, r.id)
		facts = Facts{}
		if r.set != nil {
			r.set(&facts)
		}
		assert.Equal(t, w.Set["refund_open"] == true, facts.RefundOpen, r.id)
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
	require.ErrorContains(t, err, "factory_waybill is not allowed in state fetched: BLOCKED (no refund open does not hold)")
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
		if !slices.Contains(events, r.event) {
			events = append(events, r.event)
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
