package change_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
)

// TestSpecCallOfAnAgreedChange: whatever the platform answers, the order
// decides, and until it shows the new SKU the change is under way.
func TestSpecCallOfAnAgreedChange(t *testing.T) {
	t.Parallel()
	refusal := &mall.Error{Kind: mall.ErrRejected, Code: "21", Message: "买家未同意", RequestID: "r1"}
	lost := &mall.Error{Kind: mall.ErrUnknownOutcome}
	for name, x := range map[string]struct {
		answer error
		done   bool // by the platform, whatever it answered
		err    error
	}{
		"yes":                       {done: true},
		"yes, but not to be seen":   {err: mall.ErrUnknownOutcome},
		"lost, done":                {answer: lost, done: true},
		"lost":                      {answer: lost, err: mall.ErrUnknownOutcome},
		"not understood, done":      {answer: &mall.Error{Kind: mall.ErrReply}, done: true},
		"refused, had been done":    {answer: refusal, done: true},
		"refused":                   {answer: refusal, err: refusal},
		"refused by a code unknown": {answer: &mall.Error{Code: "987654"}, done: true},
		"not sent":                  {answer: &mall.Error{Kind: mall.ErrRateLimited}, err: mall.ErrRateLimited},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newSpecDesk(consentTerms)
			c := d.begin(t, "a")
			d.answer = func(r change.Request) error {
				assert.Equal(t, redShirt(), r.FromSKU)
				assert.Equal(t, blueShirt(), r.ToSKU)
				if x.done {
					d.show(r.ToSKU)
				}
				return x.answer
			}
			next, effects, err := d.shop.Step(t.Context(), d.store, c, change.BuyerAgreed)
			assert.Len(t, d.calls, 1, "once in a step")
			if x.err != nil {
				assert.ErrorIs(t, err, x.err)
				assert.Equal(t, c, next, "with an error the change stays")
				assert.Empty(t, effects)
				_, _, err = d.shop.Begin(t.Context(), d.store, wish("b"))
				assert.ErrorIs(t, err, mall.ErrConflict, "it is still under way")
				d.answer = nil
				next, _ = d.step(t, c, change.BuyerAgreed)
			} else {
				require.NoError(t, err)
			}
			assert.Equal(t, change.StateApplied, next.State)
		})
	}
}

// TestSpecDirect: nobody is asked, and a lost answer is looked for a step later.
func TestSpecDirect(t *testing.T) {
	t.Parallel()
	direct := change.Terms{Style: change.StyleDirect}
	lost := &mall.Error{Kind: mall.ErrUnknownOutcome}
	refusal := &mall.Error{Kind: mall.ErrRejected, Message: "价格不同"}
	for name, x := range map[string]struct {
		answer      error
		done        bool
		then, later change.State // after the call, and a step later
	}{
		"yes":                    {done: true, then: change.StateApplied, later: change.StateApplied},
		"yes, seen never":        {then: change.State("unknown"), later: change.State("none")},
		"lost, done":             {answer: lost, done: true, then: change.StateApplied, later: change.StateApplied},
		"lost":                   {answer: lost, then: change.State("unknown"), later: change.State("none")},
		"refused":                {answer: refusal, then: change.StateRejected, later: change.StateRejected},
		"refused, had been done": {answer: refusal, done: true, then: change.StateApplied, later: change.StateApplied},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newSpecDesk(direct)
			c, effects, err := d.shop.Begin(t.Context(), d.store, wish("a"))
			require.NoError(t, err)
			assert.Equal(t, change.State("calling"), c.State)
			assert.Equal(t, []change.Effect{change.Effect("call")}, effects)
			assert.Empty(t, d.calls, "it can be kept before anything is sent")
			assert.Zero(t, c.Deadline)

			d.answer = func(change.Request) error { return &mall.Error{Kind: mall.ErrUnavailable} }
			_, _, err = d.shop.Step(t.Context(), d.store, c, "")
			assert.ErrorIs(t, err, mall.ErrUnavailable)
			d.answer = func(r change.Request) error {
				if x.done {
					d.show(r.ToSKU)
				}
				return x.answer
			}
			c, _ = d.step(t, c, "")
			assert.Equal(t, x.then, c.State)
			assert.Equal(t, x.then == change.StateRejected, c.Refusal != "")
			late, _ := d.step(t, c, "")
			assert.Equal(t, x.later, late.State)
			if x.then == change.State("unknown") {
				d.show(blueShirt())
				c, _ = d.step(t, c, "")
				assert.Equal(t, change.StateApplied, c.State)
				late, _ = d.step(t, late, "")
				assert.Equal(t, change.StateApplied, late.State, "later still")
			}
			assert.Len(t, d.calls, 2)
		})
	}

	d := newSpecDesk(direct)
	c := d.begin(t, "a")
	d.edit(atStatus(order.StatusShipped))
	c, _ = d.step(t, c, "")
	assert.Equal(t, change.StateRejected, c.State)
	assert.Empty(t, d.calls, "the platform is not asked about an order that changed")

	d = newSpecDesk(direct)
	c = d.begin(t, "a")
	d.show(blueShirt()) // the process ended after the call
	c, _ = d.step(t, c, "")
	assert.Equal(t, change.StateApplied, c.State)
	assert.Empty(t, d.calls)
}

// TestSpecCallAsks: where the call puts the question to the buyer, it is put once.
func TestSpecCallAsks(t *testing.T) {
	t.Parallel()
	asks := consentTerms
	asks.Asks = true
	for _, answer := range []error{nil, &mall.Error{Kind: mall.ErrUnknownOutcome}} {
		d := newSpecDesk(asks)
		d.answer = func(change.Request) error { return answer }
		c, effects, err := d.shop.Begin(t.Context(), d.store, wish("a"))
		require.NoError(t, err)
		assert.Equal(t, []change.Effect{change.Effect("start_timer")}, effects)
		c, _ = d.step(t, c, change.BuyerAgreed)
		assert.Equal(t, change.StateWaitBuyer, c.State, "the order does not show it")
		d.show(blueShirt())
		c, _ = d.step(t, c, "")
		assert.Equal(t, change.StateApplied, c.State)
		assert.Len(t, d.calls, 1)
	}
	d := newSpecDesk(asks)
	d.answer = func(change.Request) error { return &mall.Error{Kind: mall.ErrRejected} }
	_, _, err := d.shop.Begin(t.Context(), d.store, wish("a"))
	assert.ErrorIs(t, err, mall.ErrRejected)
	d.answer = func(change.Request) error { return &mall.Error{Kind: mall.ErrRateLimited} }
	_, _, err = d.shop.Begin(t.Context(), d.store, wish("b"))
	assert.ErrorIs(t, err, mall.ErrRateLimited)
	d.answer = nil
	d.begin(t, "b") // the line is free, and this one passed
}
