package order_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// machine is the description of the address machine that the table must equal.
type machine struct {
	Machine struct {
		Initial     order.AddressState
		States      []order.AddressState
		Transitions []struct {
			ID          string
			Event       order.AddressEvent
			From        []order.AddressState
			To          order.AddressState
			Guard       [][]any
			Effects     []order.AddressEffect
			Set         map[string]bool
			OnGuardFail *string `json:"on_guard_fail"`
		}
	}
	Cases []struct {
		ID      string
		Context map[string]string
		Initial order.AddressState `json:"initial_state"`
		Events  []json.RawMessage
		Steps   []struct {
			State   order.AddressState
			Effects []order.AddressEffect
			Error   *string
		} `json:"expected_steps"`
	}
}

func readMachine(t *testing.T) (m machine) {
	t.Helper()
	text, err := os.ReadFile("testdata/address_change.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &m))
	return m
}

// statusWords are the platform words of the description.
var statusWords = map[string]order.Status{
	"UNPAID": order.StatusUnpaid, "PAID_HOLD": order.StatusPaid, "TO_SHIP": order.StatusToShip, "PART_SHIPPED": order.StatusPartShipped,
	"SHIPPED": order.StatusShipped, "DELIVERED": order.StatusDelivered, "DONE": order.StatusDone, "CLOSED": order.StatusClosed, "UNKNOWN": "",
}

func factsOf(context map[string]string) order.AddressFacts {
	return order.AddressFacts{
		Status: statusWords[context["platform"]],
		Ended:  slices.Contains([]string{"SHIPPED", "DONE", "CANCELLED", "ARCHIVED"}, context["flow"]),
	}
}

// described takes a step as the description has it.
func (m machine) described(state order.AddressState, event order.AddressEvent, context map[string]string) (order.AddressState, []order.AddressEffect, string) {
	candidates, failure := 0, ""
	for _, tr := range m.Machine.Transitions {
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
		effects := slices.Clone(tr.Effects)
		if pending, ok := tr.Set["address_pending"]; ok && pending {
			effects = append(effects, order.AddressPending)
		} else if ok {
			effects = append(effects, order.AddressNotPending)
		}
		if tr.To != "=" {
			state = tr.To
		}
		return state, effects, ""
	}
	switch {
	case candidates == 0:
		return state, nil, "NO_TRANSITION"
	case failure == "":
		return state, nil, "GUARD"
	}
	return state, nil, failure
}

func TestAddressMachineIsTheOneDescribed(t *testing.T) {
	t.Parallel()
	m := readMachine(t)
	events := []order.AddressEvent{"unheard of"}
	for _, tr := range m.Machine.Transitions {
		events = append(events, tr.Event)
	}
	for _, state := range append(m.Machine.States, "unheard of") {
		for _, event := range events {
			for status := range statusWords {
				for _, flow := range []string{"", "PENDING_REVIEW", "WAYBILL_READY", "PRINTED", "SHIPPED", "DONE", "CANCELLED", "ARCHIVED"} {
					context := map[string]string{"platform": status, "flow": flow}
					wantState, wantEffects, wantErr := m.described(state, event, context)
					got, effects, err := order.NextAddress(state, event, factsOf(context))
					require.Equal(t, wantState, got, "%s in %s with %v", event, state, context)
					require.ElementsMatch(t, wantEffects, effects, "%s in %s with %v", event, state, context)
					require.Equal(t, wantErr, codeOf(err), "%s in %s with %v", event, state, context)
					if err != nil {
						require.ErrorIs(t, err, mall.ErrConflict)
						require.ErrorContains(t, err, string(event))
					}
				}
			}
		}
	}
}

func codeOf(err error) string {
	if failure, ok := errors.AsType[*mall.Error](err); ok {
		return failure.Code
	}
	return ""
}

func TestAddressCases(t *testing.T) {
	t.Parallel()
	m := readMachine(t)
	require.Len(t, m.Cases, 4)
	for _, c := range m.Cases {
		state := c.Initial
		for i, raw := range c.Events {
			var event struct {
				Event order.AddressEvent
				Ctx   map[string]string
			}
			if json.Unmarshal(raw, &event.Event) != nil {
				require.NoError(t, json.Unmarshal(raw, &event))
			}
			for k, v := range event.Ctx {
				c.Context[k] = v
			}
			next, effects, err := order.NextAddress(state, event.Event, factsOf(c.Context))
			state = next
			effects = slices.DeleteFunc(effects, func(e order.AddressEffect) bool {
				return e == order.AddressPending || e == order.AddressNotPending
			})
			want := c.Steps[i]
			assert.Equal(t, want.State, state, "%s, step %d", c.ID, i)
			assert.ElementsMatch(t, want.Effects, effects, "%s, step %d", c.ID, i)
			if want.Error == nil {
				assert.NoError(t, err, "%s, step %d", c.ID, i)
			} else {
				assert.Equal(t, *want.Error, codeOf(err), "%s, step %d", c.ID, i)
			}
		}
	}
}

// moving is a platform with all powers over addresses.
type moving struct {
	*platform
	verdicts []order.AddressVerdict
	to       []order.Receiver
	policy   order.AddressPolicy
	err      error
	errs     []error // of the calls of ChangeAddress, one after the other; then err
}

func (m *moving) ConfirmAddress(_ context.Context, _ string, v order.AddressVerdict) error {
	m.verdicts = append(m.verdicts, v)
	return m.err
}

func (m *moving) ChangeAddress(_ context.Context, _ string, to order.Receiver) error {
	m.to = append(m.to, to)
	if n := len(m.to); n <= len(m.errs) {
		return m.errs[n-1]
	}
	return m.err
}

func (m *moving) AddressPolicy(context.Context) (order.AddressPolicy, error) { return m.policy, m.err }

func (m *moving) SetAddressPolicy(_ context.Context, p order.AddressPolicy) error {
	m.policy = p
	return m.err
}

func TestConfirmAddress(t *testing.T) {
	t.Parallel()
	m := &moving{platform: newNumbered(nil)}
	s := service(m)
	require.True(t, s.CanConfirmAddress())
	require.NoError(t, s.ConfirmAddress(t.Context(), " o1 ", order.AddressVerdict{Accept: true}))
	require.NoError(t, s.ConfirmAddress(t.Context(), "o1", order.AddressVerdict{}))
	require.NoError(t, s.ConfirmAddress(t.Context(), "o1", order.AddressVerdict{Reason: order.AddressPicking}))
	assert.Equal(t, []order.AddressVerdict{{Accept: true}, {Reason: order.AddressShipping}, {Reason: order.AddressPicking}}, m.verdicts)

	require.ErrorIs(t, s.ConfirmAddress(t.Context(), " ", order.AddressVerdict{}), mall.ErrInvalid)
	require.ErrorIs(t, s.ConfirmAddress(t.Context(), "o1", order.AddressVerdict{Accept: true, Reason: order.AddressPicking}), mall.ErrInvalid)
	assert.Len(t, m.verdicts, 3, "nothing was sent")
	m.err = mall.ErrAlreadyDone
	require.ErrorIs(t, s.ConfirmAddress(t.Context(), "o1", order.AddressVerdict{}), mall.ErrAlreadyDone)
}

// A receiver whose answer was lost is sent again, which the driver finds to be
// done or does.
func TestALostChangeOfAddressIsSettled(t *testing.T) {
	t.Parallel()
	lost := &mall.Error{Kind: mall.ErrUnknownOutcome}
	to := order.Receiver{Phone: order.Protected{Plain: "19900000000"}}
	for name, c := range map[string]struct {
		errs []error
		want []error
	}{
		"it was carried out":            {[]error{lost, mall.ErrAlreadyDone}, nil},
		"it was not":                    {[]error{lost, nil}, nil},
		"it is lost again":              {[]error{lost, lost}, []error{mall.ErrUnknownOutcome}},
		"nothing can be known":          {[]error{lost, mall.ErrUnavailable}, []error{mall.ErrUnknownOutcome}},
		"it is refused the second time": {[]error{lost, mall.ErrRejected}, []error{mall.ErrUnknownOutcome}},
		"it was in force all the time":  {[]error{mall.ErrAlreadyDone}, []error{mall.ErrAlreadyDone}},
		"it is refused":                 {[]error{mall.ErrRejected}, []error{mall.ErrRejected}},
	} {
		m := &moving{platform: newNumbered(nil), errs: c.errs}
		err := service(m).ChangeAddress(t.Context(), "o1", to)
		assert.Len(t, m.to, len(c.errs), name)
		for _, kind := range c.want {
			require.ErrorIs(t, err, kind, name)
		}
		assert.NotErrorIs(t, err, mall.ErrUnavailable, "%s: that would say that nothing was changed", name)
		if c.want == nil {
			require.NoError(t, err, name)
		}
	}
}

func TestChangeAddressAsksForWholeAddresses(t *testing.T) {
	t.Parallel()
	m := &moving{platform: newNumbered(nil)}
	s := service(m)
	region := func(name string) order.Region { return order.Region{Code: "1", Name: name} }
	whole := order.Receiver{Address: order.Protected{Plain: "示例路1号"}, Province: region("江苏省"), City: region("苏州市"), District: region("吴中区")}
	for name, to := range map[string]order.Receiver{
		"phone only":  {Phone: order.Protected{Plain: "19900000001"}},
		"cipher only": {Name: order.Protected{Cipher: "#a#"}},
		"address":     whole,
	} {
		require.NoError(t, s.ChangeAddress(t.Context(), "o1", to), name)
	}
	require.Len(t, m.to, 3)
	lacking := func(f func(*order.Receiver)) order.Receiver { r := whole; f(&r); return r }
	for name, to := range map[string]order.Receiver{
		"nothing":     {},
		"a mask":      {Name: order.Protected{Mask: "示*"}},
		"no district": lacking(func(r *order.Receiver) { r.District = order.Region{} }),
		"no street":   lacking(func(r *order.Receiver) { r.Address = order.Protected{} }),
		"one region":  {City: region("苏州市")},
		"town alone":  {Street: region("示例街道"), Phone: order.Protected{Plain: "19900000001"}},
	} {
		require.ErrorIs(t, s.ChangeAddress(t.Context(), "o1", to), mall.ErrInvalid, name)
	}
	require.ErrorIs(t, s.ChangeAddress(t.Context(), "", whole), mall.ErrInvalid)
	assert.Len(t, m.to, 3, "nothing was sent")
}

func TestAddressPolicy(t *testing.T) {
	t.Parallel()
	m := &moving{platform: newNumbered(nil)}
	s := service(m)
	want := order.AddressPolicy{Review: order.AddressReviewHere, Live: true}
	require.NoError(t, s.SetAddressPolicy(t.Context(), want))
	got, err := s.AddressPolicy(t.Context())
	require.NoError(t, err)
	assert.Equal(t, want, got)
	for _, review := range []order.AddressReview{"", order.AddressReviewElsewhere, "x"} {
		require.ErrorIs(t, s.SetAddressPolicy(t.Context(), order.AddressPolicy{Review: review}), mall.ErrInvalid)
	}
	assert.Equal(t, want, m.policy)
}

func TestMissingAddressPowers(t *testing.T) {
	t.Parallel()
	s := service(newNumbered(nil))
	_, policy := s.AddressPolicy(t.Context())
	for name, err := range map[string]error{
		"confirm": s.ConfirmAddress(t.Context(), "o1", order.AddressVerdict{}),
		"change":  s.ChangeAddress(t.Context(), "o1", order.Receiver{}),
		"policy":  policy,
		"set":     s.SetAddressPolicy(t.Context(), order.AddressPolicy{}),
	} {
		require.ErrorIs(t, err, mall.ErrNotSupported, name)
	}
	assert.False(t, s.CanConfirmAddress() || s.CanChangeAddress() || s.CanReadAddressPolicy() || s.CanSetAddressPolicy())
}
