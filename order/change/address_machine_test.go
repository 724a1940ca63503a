package change

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
)

// addressNorm is the description of the address machine that the table must equal.
type addressNorm struct {
	Machine struct {
		States      []string
		Transitions []struct {
			ID          string
			Event       string
			From        []string
			To          string
			Guard       [][]any
			Effects     []string
			Set         map[string]bool
			OnGuardFail *string `json:"on_guard_fail"`
		}
	}
	Cases []struct {
		ID      string
		Context map[string]string
		Initial string `json:"initial_state"`
		Events  []json.RawMessage
		Steps   []struct {
			State   string
			Effects []string
			Error   *string
		} `json:"expected_steps"`
	}
}

func readAddressNorm(t *testing.T) (n addressNorm) {
	t.Helper()
	text, err := os.ReadFile("testdata/address_change.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &n))
	return n
}

func addressFacts(context map[string]string) Facts {
	return Facts{
		Status: statuses[context["platform"]],
		Ended:  slices.Contains([]string{"SHIPPED", "DONE", "CANCELLED", "ARCHIVED"}, context["flow"]),
	}
}

// described takes a step as the description has it.
func (n addressNorm) described(state, event string, context map[string]string) (State, []Effect, string) {
	candidates, failure := 0, ""
	for _, tr := range n.Machine.Transitions {
		if tr.Event != event || !slices.Contains(tr.From, state) {
			continue
		}
		candidates++
		holds := true
		for _, g := range tr.Guard {
			value := context[g[0].(string)]
			switch g[1] {
			case "==":
				holds = holds && value == g[2]
			case "in", "not_in":
				holds = holds && slices.Contains(g[2].([]any), any(value)) == (g[1] == "in")
			}
		}
		if !holds {
			if tr.OnGuardFail != nil && failure == "" {
				failure = *tr.OnGuardFail
			}
			continue
		}
		effects := effectsOf(tr.Effects)
		if pending, ok := tr.Set["address_pending"]; ok && pending {
			effects = append(effects, effectBlock)
		} else if ok {
			effects = append(effects, effectUnblock)
		}
		if tr.To != "=" {
			state = tr.To
		}
		return stateOf(state), effects, ""
	}
	switch {
	case candidates == 0:
		return stateOf(state), nil, "NO_TRANSITION"
	case failure == "":
		return stateOf(state), nil, "GUARD"
	}
	return stateOf(state), nil, failure
}

func TestAddressMachineIsTheOneDescribed(t *testing.T) {
	t.Parallel()
	n := readAddressNorm(t)
	events := []string{"unheard of"}
	for _, tr := range n.Machine.Transitions {
		events = append(events, tr.Event)
	}
	for _, state := range append(n.Machine.States, "unheard of") {
		for _, event := range events {
			for status := range statuses {
				for _, flow := range []string{"", "PENDING_REVIEW", "WAYBILL_READY", "PRINTED", "SHIPPED", "DONE", "CANCELLED", "ARCHIVED"} {
					context := map[string]string{"platform": status.(string), "flow": flow}
					wantState, wantEffects, wantErr := n.described(state, event, context)
					got, effects, err := Next(Address, stateOf(state), eventOf(event), addressFacts(context))
					require.Equal(t, wantState, got, "%s in %s with %v", event, state, context)
					require.ElementsMatch(t, wantEffects, effects, "%s in %s with %v", event, state, context)
					require.Equal(t, wantErr, codeOf(err), "%s in %s with %v", event, state, context)
					if err != nil {
						require.ErrorIs(t, err, mall.ErrConflict)
						require.ErrorContains(t, err, string(eventOf(event)))
					}
				}
			}
		}
	}
}

func TestAddressCases(t *testing.T) {
	t.Parallel()
	n := readAddressNorm(t)
	require.Len(t, n.Cases, 4)
	for _, c := range n.Cases {
		state := stateOf(c.Initial)
		for i, raw := range c.Events {
			var event struct {
				Event string
				Ctx   map[string]string
			}
			if json.Unmarshal(raw, &event.Event) != nil {
				require.NoError(t, json.Unmarshal(raw, &event))
			}
			for k, v := range event.Ctx {
				c.Context[k] = v
			}
			next, effects, err := Next(Address, state, eventOf(event.Event), addressFacts(c.Context))
			state = next
			effects = slices.DeleteFunc(effects, func(e Effect) bool { return e == effectBlock || e == effectUnblock })
			want := c.Steps[i]
			assert.Equal(t, stateOf(want.State), state, "%s, step %d", c.ID, i)
			assert.ElementsMatch(t, effectsOf(want.Effects), effects, "%s, step %d", c.ID, i)
			if want.Error == nil {
				assert.NoError(t, err, "%s, step %d", c.ID, i)
			} else {
				assert.Equal(t, *want.Error, codeOf(err), "%s, step %d", c.ID, i)
			}
		}
	}
}
