package order_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
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
			d.answer = func(change sku.Change) error {
				assert.Equal(t, redShirt(), change.From)
				assert.Equal(t, blueShirt(), change.To)
				if x.done {
					d.show(change.To)
				}
				return x.answer
			}
			next, effects, err := d.shop.StepSpecChange(t.Context(), d.changes, c, order.ConsentAgreed)
			assert.Len(t, d.calls, 1, "once in a step")
			if x.err != nil {
				assert.ErrorIs(t, err, x.err)
				assert.Equal(t, c, next, "with an error the change stays")
				assert.Empty(t, effects)
				_, _, err = d.shop.BeginSpecChange(t.Context(), d.changes, wish("b"), sku.PriceEqual)
				assert.ErrorIs(t, err, mall.ErrConflict, "it is still under way")
				d.answer = nil
				next, _ = d.step(t, c, order.ConsentAgreed)
			} else {
				require.NoError(t, err)
			}
			assert.Equal(t, sku.ChangeApplied, next.State)
		})
	}
}

// TestSpecDirect: nobody is asked, and a lost answer is looked for a step later.
func TestSpecDirect(t *testing.T) {
	t.Parallel()
	direct := order.SpecTerms{Style: sku.StyleDirect}
	lost := &mall.Error{Kind: mall.ErrUnknownOutcome}
	refusal := &mall.Error{Kind: mall.ErrRejected, Message: "价格不同"}
	for name, x := range map[string]struct {
		answer      error
		done        bool
		then, later sku.ChangeState // after the call, and a step later
	}{
		"yes":                    {done: true, then: sku.ChangeApplied, later: sku.ChangeApplied},
		"yes, seen never":        {then: sku.ChangeUnknown, later: sku.ChangeNone},
		"lost, done":             {answer: lost, done: true, then: sku.ChangeApplied, later: sku.ChangeApplied},
		"lost":                   {answer: lost, then: sku.ChangeUnknown, later: sku.ChangeNone},
		"refused":                {answer: refusal, then: sku.ChangeRejected, later: sku.ChangeRejected},
		"refused, had been done": {answer: refusal, done: true, then: sku.ChangeApplied, later: sku.ChangeApplied},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newSpecDesk(direct)
			c, effects, err := d.shop.BeginSpecChange(t.Context(), d.changes, wish("a"), sku.PriceEqual)
			require.NoError(t, err)
			assert.Equal(t, sku.ChangeCalling, c.State)
			assert.Equal(t, []sku.Effect{sku.EffectCallUpdate}, effects)
			assert.Empty(t, d.calls, "it can be kept before anything is sent")
			assert.Zero(t, c.Request.Deadline)

			d.answer = func(sku.Change) error { return &mall.Error{Kind: mall.ErrUnavailable} }
			_, _, err = d.shop.StepSpecChange(t.Context(), d.changes, c, "")
			assert.ErrorIs(t, err, mall.ErrUnavailable)
			d.answer = func(change sku.Change) error {
				if x.done {
					d.show(change.To)
				}
				return x.answer
			}
			c, _ = d.step(t, c, "")
			assert.Equal(t, x.then, c.State)
			assert.Equal(t, x.then == sku.ChangeRejected, c.Reason != "")
			late, _ := d.step(t, c, "")
			assert.Equal(t, x.later, late.State)
			if x.then == sku.ChangeUnknown {
				d.show(blueShirt())
				c, _ = d.step(t, c, "")
				assert.Equal(t, sku.ChangeApplied, c.State)
				late, _ = d.step(t, late, "")
				assert.Equal(t, sku.ChangeApplied, late.State, "later still")
			}
			assert.Len(t, d.calls, 2)
		})
	}

	d := newSpecDesk(direct)
	c := d.begin(t, "a")
	d.edit(atStatus(order.StatusShipped))
	c, _ = d.step(t, c, "")
	assert.Equal(t, sku.ChangeRejected, c.State)
	assert.Empty(t, d.calls, "the platform is not asked about an order that changed")

	d = newSpecDesk(direct)
	c = d.begin(t, "a")
	d.show(blueShirt()) // the process ended after the call
	c, _ = d.step(t, c, "")
	assert.Equal(t, sku.ChangeApplied, c.State)
	assert.Empty(t, d.calls)
}

// TestSpecCallAsks: where the call puts the question to the buyer, it is put once.
func TestSpecCallAsks(t *testing.T) {
	t.Parallel()
	asks := consentTerms
	asks.Asks = true
	for _, answer := range []error{nil, &mall.Error{Kind: mall.ErrUnknownOutcome}} {
		d := newSpecDesk(asks)
		d.answer = func(sku.Change) error { return answer }
		c, effects, err := d.shop.BeginSpecChange(t.Context(), d.changes, wish("a"), sku.PriceEqual)
		require.NoError(t, err)
		assert.Equal(t, []sku.Effect{sku.EffectStartTimer}, effects)
		c, _ = d.step(t, c, order.ConsentAgreed)
		assert.Equal(t, sku.ChangeWaitBuyer, c.State, "the order does not show it")
		d.show(blueShirt())
		c, _ = d.step(t, c, "")
		assert.Equal(t, sku.ChangeApplied, c.State)
		assert.Len(t, d.calls, 1)
	}
	d := newSpecDesk(asks)
	d.answer = func(sku.Change) error { return &mall.Error{Kind: mall.ErrRejected} }
	_, _, err := d.shop.BeginSpecChange(t.Context(), d.changes, wish("a"), sku.PriceEqual)
	assert.ErrorIs(t, err, mall.ErrRejected)
	d.answer = func(sku.Change) error { return &mall.Error{Kind: mall.ErrRateLimited} }
	_, _, err = d.shop.BeginSpecChange(t.Context(), d.changes, wish("b"), sku.PriceEqual)
	assert.ErrorIs(t, err, mall.ErrRateLimited)
	d.answer = nil
	d.begin(t, "b") // the line is free, and this one passed
}
