package sku

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

// progress maps the workflow's states onto ours.
func progress(flow any) Progress {
	switch flow {
	case nil:
		return ProgressNone
	case "PRINTED", "INTERCEPT":
		return ProgressPrinted
	case "SHIPPED", "DONE", "CANCELLED", "ARCHIVED", "MERGED", "SPLIT":
		return ProgressOver
	}
	return ProgressOpen
}

// factsFrom reads a context of the norm. Its variables are null when absent.
func factsFrom(c map[string]any) ChangeFacts {
	text := func(name string) string { s, _ := c[name].(string); return strings.ToLower(s) }
	flag := func(name string) bool { b, _ := c[name].(bool); return b }
	return ChangeFacts{
		Style: Style(text("style")), Stage: Stage(text("platform")), Progress: progress(c["flow"]), Price: PriceDiff(text("price_diff")),
		CanPull: flag("can_pull"), Virtual: flag("virtual_goods"), CrossBorder: flag("cross_border"), DutyFree: flag("duty_free"), Inspected: flag("bic"),
		Deposit: flag("presale_deposit"), RefundOpen: flag("refund_open"), RefundDone: flag("refund_done"), ServiceOff: c["service_enabled"] == false,
	}
}

func TestCases(t *testing.T) {
	t.Parallel()
	for _, c := range readNorm(t).Cases {
		t.Run(c.ID, func(t *testing.T) {
			state := ChangeState(strings.ToLower(c.Initial))
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
				next, effects, err := NextChange(state, ChangeEvent(event.Event), factsFrom(c.Context))
				assert.Equal(t, strings.ToLower(c.Steps[i].State), string(next), "%s: step %d", c.Title, i)
				assert.Equal(t, c.Steps[i].Effects, texts(effects), "%s: step %d", c.Title, i)
				assert.Equal(t, c.Steps[i].Error, codeOf(err), "%s: step %d", c.Title, i)
				state = next
			}
			assert.Equal(t, strings.ToLower(c.Final), string(state), c.Title)
		})
	}
}

func texts(effects []Effect) []string {
	list := []string{}
	for _, e := range effects {
		list = append(list, string(e))
	}
	return list
}

func codeOf(err error) string {
	if e, ok := errors.AsType[*ChangeError](err); ok {
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
		got, effects, err := NextChange(ChangeState(strings.ToLower(state)), ChangeEvent(event), factsFrom(c))
		assert.Equal(t, strings.ToLower(wantState), string(got))
		assert.Equal(t, wantEffects, texts(effects))
		assert.Equal(t, wantCode, codeOf(err))
		if err != nil {
			assert.ErrorIs(t, err, mall.ErrConflict)
			assert.Equal(t, wantCode == "NO_TRANSITION", err.(*ChangeError).Guard == "", "a guard is named")
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
		to := ChangeState(strings.ToLower(r.To))
		switch r.Set["spec_pending"] {
		case true:
			assert.True(t, to.Open() || to == ChangeApplied, r.ID)
		case false:
			assert.False(t, to.Open() || to == ChangeApplied, r.ID)
		}
	}
}

// TestEligible takes one fact after the other from a line that may be changed.
func TestEligible(t *testing.T) {
	t.Parallel()
	good := map[Style]ChangeFacts{
		StyleVerdict: {Style: StyleVerdict, Stage: StageToShip, Domestic: true, Price: PriceLower},
		StyleConsent: {Style: StyleConsent, Stage: StageToShip, Price: PriceHigher},
		StyleDirect:  {Style: StyleDirect, Stage: StageToShip, Price: PriceEqual},
	}
	for style, f := range good {
		assert.Equal(t, Verdict{Accept: true}, Eligible(f), style)
	}
	for _, c := range []struct {
		style  Style
		spoil  func(*ChangeFacts)
		reason string // empty: still eligible
	}{
		{StyleVerdict, func(f *ChangeFacts) { f.Stage = StageUnpaid }, ""},
		{StyleVerdict, func(f *ChangeFacts) { f.Stage = "paid" }, "platform"}, // under review
		{StyleVerdict, func(f *ChangeFacts) { f.Stage = "shipped" }, "platform"},
		{StyleVerdict, func(f *ChangeFacts) { f.Stage = "" }, "platform"},
		{StyleVerdict, func(f *ChangeFacts) { f.Virtual = true }, "virtual_goods"},
		{StyleVerdict, func(f *ChangeFacts) { f.CrossBorder = true }, "cross_border"},
		{StyleVerdict, func(f *ChangeFacts) { f.DutyFree = true }, "duty_free"},
		{StyleVerdict, func(f *ChangeFacts) { f.Inspected = true }, "bic"},
		{StyleVerdict, func(f *ChangeFacts) { f.Domestic = false }, "domestic"},
		{StyleVerdict, func(f *ChangeFacts) { f.ServiceOff = true }, "service_enabled"},
		{StyleVerdict, func(f *ChangeFacts) { f.RefundOpen = true }, "refund_open"},
		{StyleVerdict, func(f *ChangeFacts) { f.RefundDone, f.Deposit = true, true }, ""},
		{StyleConsent, func(f *ChangeFacts) { f.Price = PriceLower }, "price_diff"},
		{StyleConsent, func(f *ChangeFacts) { f.Price, f.Stage = PriceLower, StageUnpaid }, ""},
		{StyleConsent, func(f *ChangeFacts) { f.Price, f.Stage = PriceUnknown, StageUnpaid }, "price_diff"},
		{StyleConsent, func(f *ChangeFacts) { f.Deposit = true }, "presale_deposit"},
		{StyleConsent, func(f *ChangeFacts) { f.RefundDone = true }, "refund_done"},
		{StyleConsent, func(f *ChangeFacts) { f.RefundOpen = true }, "refund_open"},
		{StyleDirect, func(f *ChangeFacts) { f.Price = PriceHigher }, "price_diff"},
		{StyleDirect, func(f *ChangeFacts) { f.Stage = StageUnpaid }, "platform"},
		{StyleDirect, func(f *ChangeFacts) { f.Style = "" }, "style"},
	} {
		f := good[c.style]
		c.spoil(&f)
		v := Eligible(f)
		assert.Equal(t, c.reason, v.Code, "%+v", f)
		assert.Equal(t, c.reason == "", v.Accept, "%+v", f)
		assert.Equal(t, c.reason != "", v.Reason != "", "a refusal says why")
		// What is not eligible for a request the machine does not let through either.
		f.Progress = ProgressOpen
		state, _, err := NextChange(ChangeNone, EventRequest, f)
		if err == nil && c.style == StyleVerdict {
			_, _, err = NextChange(state, EventAccept, f)
		}
		if c.reason != "domestic" { // the machine leaves the merchant to the platform
			assert.Equal(t, v.Accept, err == nil, "%+v: %v", f, err)
		}
	}
	assert.False(t, Eligible(ChangeFacts{}).Accept)
}
