package change

import (
	"cmp"
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
	"github.com/mallwire/mall/order"
)

// norm is the machine as data with its cases, the norm that the table of this
// package is held to.
type norm struct {
	Machine struct {
		States      []string  `json:"states"`
		Transitions []normRow `json:"transitions"`
	} `json:"machine"`
	Cases []struct {
		ID      string            `json:"id"`
		Title   string            `json:"title"`
		Initial string            `json:"initial_state"`
		Context map[string]any    `json:"context"`
		Events  []json.RawMessage `json:"events"`
		Steps   []struct {
			State   string   `json:"state"`
			Effects []string `json:"effects"`
			Error   string   `json:"error"`
		} `json:"expected_steps"`
		Final string `json:"expected_state"`
	} `json:"cases"`
}

type normRow struct {
	ID      string         `json:"id"`
	Event   string         `json:"event"`
	From    []string       `json:"from"`
	To      string         `json:"to"`
	Guards  [][3]any       `json:"guard"`
	Effects []string       `json:"effects"`
	Set     map[string]any `json:"set"`
	Refusal string         `json:"on_guard_fail"`
}

func readNorm(t *testing.T) (n norm) {
	t.Helper()
	text, err := os.ReadFile("testdata/spec_change.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &n))
	require.Len(t, n.Cases, 16)
	require.Len(t, n.Machine.Transitions, 20)
	return n
}

// The norm's words for events, effects and states. What is not listed is the same in
// both, states in small letters.
var (
	normEvents = map[string]Event{
		"erp_accept": eventAccept, "erp_reject": eventReject, "buyer_agree": BuyerAgreed, "buyer_refuse": BuyerRefused,
		"timer_2h": eventConsentTimeout, "api_ok": eventCallDone, "api_error": eventCallFailed,
		"reread_new_sku": eventSeenNew, "reread_old_sku": eventSeenOld, "platform_push_changed": eventPlatformChanged,
		"buyer_or_merchant_request": eventRequest, "approve": eventAccept, "audit_timeout": eventVerdictTimeout,
		"reread_changed": eventSeenNew, "reread_same": eventSeenOld, "withdrawn_or_closed": eventOrderChanged,
	}
	normEffects = map[string]Effect{
		"forward_to_erp": effectForward, "send_card": EffectAskBuyer, "start_timer_2h": effectStartTimer, "call_update_api": effectCall,
		"reject_second_request": effectRefuseSecond, "store_line_override": effectStore, "rematch_sku": EffectRematch,
		"fire_order_flow_spec_changed": EffectAnnounce, "answer_reject_with_reason": effectAnswerNo, "reread_order": effectReread,
		"hold_waybill_and_print": effectHold, "fire_order_flow_address_changed": EffectAnnounce, "answer_reject": effectAnswerNo,
		"ignore_log": effectIgnore,
	}
	normStates = map[string]State{"AUDIT": stateWaitVerdict, "REREAD": stateUnknown, "DONE": StateApplied}
)

func eventOf(word string) Event { return cmp.Or(normEvents[word], Event(word)) }

func stateOf(word string) State { return cmp.Or(normStates[word], State(strings.ToLower(word))) }

func effectsOf(words []string) []Effect {
	var list []Effect
	for _, w := range words {
		list = append(list, cmp.Or(normEffects[w], Effect(w)))
	}
	return list
}

// statuses are the norm's words for how far the platform says that an order is.
var statuses = map[any]order.Status{
	"UNPAID": order.StatusUnpaid, "PAID_HOLD": order.StatusPaid, "TO_SHIP": order.StatusToShip, "PART_SHIPPED": order.StatusPartShipped,
	"SHIPPED": order.StatusShipped, "DELIVERED": order.StatusDelivered, "DONE": order.StatusDone, "CLOSED": order.StatusClosed, "UNKNOWN": "",
}

// work maps the workflow's states onto the facts.
func (f *Facts) work(flow any) {
	f.Known = flow != nil
	switch flow {
	case "PRINTED", "INTERCEPT":
		f.Printed = true
	case "SHIPPED", "DONE", "CANCELLED", "ARCHIVED", "MERGED", "SPLIT":
		f.Ended = true
	}
}

// factsFrom reads a context of the norm. Its variables are null when absent.
func factsFrom(c map[string]any) Facts {
	flag := func(name string) bool { b, _ := c[name].(bool); return b }
	style, _ := c["style"].(string)
	f := Facts{
		Style: Style(style), Status: statuses[c["platform"]], FromPrice: 100,
		CanPull: flag("can_pull"), Virtual: flag("virtual_goods"), CrossBorder: flag("cross_border"), DutyFree: flag("duty_free"), Inspected: flag("bic"),
		Deposit: flag("presale_deposit"), RefundOpen: flag("refund_open"), RefundDone: flag("refund_done"), ServiceOff: c["service_enabled"] == false,
		ToPrice: map[any]mall.Fen{"equal": 100, "higher": 101, "lower": 99}[c["price_diff"]],
	}
	f.work(c["flow"])
	return f
}

func TestCases(t *testing.T) {
	t.Parallel()
	for _, c := range readNorm(t).Cases {
		t.Run(c.ID, func(t *testing.T) {
			state := stateOf(c.Initial)
			require.Len(t, c.Events, len(c.Steps))
			for i, raw := range c.Events {
				var event struct {
					Event   string         `json:"event"`
					Context map[string]any `json:"ctx"`
				}
				if json.Unmarshal(raw, &event.Event) != nil {
					require.NoError(t, json.Unmarshal(raw, &event))
				}
				for k, v := range event.Context {
					c.Context[k] = v
				}
				next, effects, err := Next(Spec, state, eventOf(event.Event), factsFrom(c.Context))
				assert.Equal(t, stateOf(c.Steps[i].State), next, "%s: step %d", c.Title, i)
				assert.Equal(t, effectsOf(c.Steps[i].Effects), effects, "%s: step %d", c.Title, i)
				assert.Equal(t, c.Steps[i].Error, codeOf(err), "%s: step %d", c.Title, i)
				state = next
			}
			assert.Equal(t, stateOf(c.Final), state, c.Title)
		})
	}
}

func codeOf(err error) string {
	if e, ok := errors.AsType[*mall.Refusal](err); ok {
		return e.Code
	}
	return ""
}

// TestNorm interprets the norm beside the table, for every state and event and
// facts of all kinds: both must always agree.
func TestNorm(t *testing.T) {
	t.Parallel()
	n := readNorm(t)
	events := []string{"no_such_event"}
	for _, r := range n.Machine.Transitions {
		events = append(events, r.Event)
	}
	rapid.Check(t, func(t *rapid.T) {
		c := map[string]any{}
		for name, values := range map[string][]any{
			"style": {"erp_verdict", "buyer_consent", "direct_update"}, "platform": {"UNPAID", "TO_SHIP", "SHIPPED", "PAID_HOLD"},
			"flow": {nil, "PENDING_REVIEW", "WAYBILL_READY", "PRINTED", "INTERCEPT", "SHIPPED", "MERGED", "HOLD"}, "price_diff": {nil, "equal", "higher", "lower"},
		} {
			if v := rapid.SampledFrom(values).Draw(t, name); v != nil {
				c[name] = v
			}
		}
		// True is drawn rarely, or hardly anything would be allowed.
		for _, name := range []string{"can_pull", "virtual_goods", "cross_border", "duty_free", "bic", "presale_deposit", "refund_open", "refund_done"} {
			c[name] = rapid.IntRange(0, 9).Draw(t, name) == 0
		}
		if rapid.IntRange(0, 9).Draw(t, "service") == 0 {
			c["service_enabled"] = false
		}
		state := rapid.SampledFrom(n.Machine.States).Draw(t, "state")
		event := rapid.SampledFrom(events).Draw(t, "event")
		wantState, wantEffects, wantCode := n.next(state, event, c)
		got, effects, err := Next(Spec, stateOf(state), eventOf(event), factsFrom(c))
		assert.Equal(t, stateOf(wantState), got)
		assert.Equal(t, effectsOf(wantEffects), effects)
		assert.Equal(t, wantCode, codeOf(err))
		if err != nil {
			assert.ErrorIs(t, err, mall.ErrConflict)
			refusal, _ := errors.AsType[*mall.Refusal](err)
			assert.Equal(t, wantCode == "NO_TRANSITION", refusal.Guard == "", "a guard is named")
		}
	})
}

// next is the interpretation that the norm prescribes.
func (n norm) next(state, event string, c map[string]any) (string, []string, string) {
	code, candidates := "", 0
	for _, r := range n.Machine.Transitions {
		if r.Event != event || !slices.Contains(r.From, state) {
			continue
		}
		candidates++
		if !slices.ContainsFunc(r.Guards, func(g [3]any) bool { return !normHolds(g, c) }) {
			if r.To == "=" {
				r.To = state
			}
			return r.To, r.Effects, ""
		}
		if code == "" {
			code = r.Refusal
		}
	}
	switch {
	case candidates == 0:
		code = "NO_TRANSITION"
	case code == "":
		code = "GUARD"
	}
	return state, []string{}, code
}

func normHolds(g [3]any, c map[string]any) bool {
	v := c[g[0].(string)]
	switch g[1] {
	case "==":
		return v == g[2]
	case "!=":
		return v != g[2]
	case "in":
		return slices.Contains(g[2].([]any), v)
	case "not_in":
		return !slices.Contains(g[2].([]any), v)
	case "falsy":
		return v == nil || v == false
	case "truthy":
		return v != nil && v != false
	}
	panic("operator " + g[1].(string))
}

// TestOpen: the norm's spec_pending follows from the state.
func TestOpen(t *testing.T) {
	t.Parallel()
	for _, r := range readNorm(t).Machine.Transitions {
		to := stateOf(r.To)
		switch r.Set["spec_pending"] {
		case true:
			assert.True(t, to.Open() || to == StateApplied, r.ID)
		case false:
			assert.False(t, to.Open() || to == StateApplied, r.ID)
		}
	}
}

// TestEligible takes one fact after the other from a line that may be changed.
func TestEligible(t *testing.T) {
	t.Parallel()
	good := map[Style]Facts{
		StyleVerdict: {Style: StyleVerdict, Status: order.StatusToShip, Domestic: true, FromPrice: 100, ToPrice: 99},
		StyleConsent: {Style: StyleConsent, Status: order.StatusToShip, FromPrice: 100, ToPrice: 101},
		StyleDirect:  {Style: StyleDirect, Status: order.StatusToShip, FromPrice: 100, ToPrice: 100},
	}
	for style, f := range good {
		assert.Equal(t, Verdict{Accept: true}, f.Eligible(), style)
	}
	for _, c := range []struct {
		style  Style
		spoil  func(*Facts)
		reason string // empty: still eligible
	}{
		{StyleVerdict, func(f *Facts) { f.Status = order.StatusUnpaid }, ""},
		{StyleVerdict, func(f *Facts) { f.Status = "paid" }, "platform"}, // under review
		{StyleVerdict, func(f *Facts) { f.Status = "shipped" }, "platform"},
		{StyleVerdict, func(f *Facts) { f.Status = "" }, "platform"},
		{StyleVerdict, func(f *Facts) { f.Virtual = true }, "virtual_goods"},
		{StyleVerdict, func(f *Facts) { f.CrossBorder = true }, "cross_border"},
		{StyleVerdict, func(f *Facts) { f.DutyFree = true }, "duty_free"},
		{StyleVerdict, func(f *Facts) { f.Inspected = true }, "bic"},
		{StyleVerdict, func(f *Facts) { f.Domestic = false }, "domestic"},
		{StyleVerdict, func(f *Facts) { f.ServiceOff = true }, "service_enabled"},
		{StyleVerdict, func(f *Facts) { f.RefundOpen = true }, "refund_open"},
		{StyleVerdict, func(f *Facts) { f.RefundDone, f.Deposit = true, true }, ""},
		{StyleConsent, func(f *Facts) { f.ToPrice = 99 }, "price_diff"},
		{StyleConsent, func(f *Facts) { f.ToPrice, f.Status = 99, order.StatusUnpaid }, ""},
		{StyleConsent, func(f *Facts) { f.ToPrice, f.Status = 0, order.StatusUnpaid }, "price_diff"},
		{StyleConsent, func(f *Facts) { f.Deposit = true }, "presale_deposit"},
		{StyleConsent, func(f *Facts) { f.RefundDone = true }, "refund_done"},
		{StyleConsent, func(f *Facts) { f.RefundOpen = true }, "refund_open"},
		{StyleDirect, func(f *Facts) { f.ToPrice = 101 }, "price_diff"},
		{StyleDirect, func(f *Facts) { f.Status = order.StatusUnpaid }, "platform"},
		{StyleDirect, func(f *Facts) { f.Style = "" }, "style"},
	} {
		f := good[c.style]
		c.spoil(&f)
		v := f.Eligible()
		assert.Equal(t, c.reason, v.Code, "%+v", f)
		assert.Equal(t, c.reason == "", v.Accept, "%+v", f)
		assert.Equal(t, c.reason != "", v.Reason != "", "a refusal says why")
		// What is not eligible for a request the machine does not let through either.
		f.Known = true
		state, _, err := Next(Spec, stateNone, eventRequest, f)
		if err == nil && c.style == StyleVerdict {
			_, _, err = Next(Spec, state, eventAccept, f)
		}
		if c.reason != "domestic" { // the machine leaves the merchant to the platform
			assert.Equal(t, v.Accept, err == nil, "%+v: %v", f, err)
		}
	}
	assert.False(t, Facts{}.Eligible().Accept)
}
