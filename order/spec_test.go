package order_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// exchanger is a platform that exchanges SKUs in its own order.
type exchanger struct {
	*platform
	terms order.SpecTerms
	calls []sku.Change
	// answer is what the next calls meet; nil: the change is carried out.
	answer func(c sku.Change) error
}

func (e *exchanger) SpecTerms() order.SpecTerms { return e.terms }

func (e *exchanger) ChangeSpec(_ context.Context, c sku.Change) error {
	e.calls = append(e.calls, c)
	if e.answer != nil {
		return e.answer(c)
	}
	e.show(c.To)
	return nil
}

// show has the platform's order show another SKU.
func (e *exchanger) show(to sku.Ref) {
	e.edit(func(o *order.Order) {
		l := &o.Lines[0]
		l.Previous, l.SKU = l.SKU, to
		o.Updated = o.Updated.Add(time.Minute)
	})
}

func (e *exchanger) edit(f func(*order.Order)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f(&e.rows[0])
}

// specDesk is a shop in which a change of the red shirt to the blue one begins.
type specDesk struct {
	*exchanger
	shop    *order.Service
	changes sku.Changes
}

var consentTerms = order.SpecTerms{Style: sku.StyleConsent, Wait: 2 * time.Hour}

func newSpecDesk(terms order.SpecTerms) *specDesk {
	o := order.Order{ID: "o1", Status: order.StatusToShip, Created: noon, Updated: noon, Lines: []order.Line{
		{ID: "o1", SKU: redShirt(), Quantity: 2, Status: order.StatusToShip, Refund: order.RefundNone, Price: 8900},
	}}
	e := &exchanger{platform: newCursor([]order.Order{o}), terms: terms}
	return &specDesk{exchanger: e, shop: order.NewService(e, "shop-1", order.Options{}), changes: sku.NewMemoryChanges()}
}

func redShirt() sku.Ref  { return sku.Ref{ID: "red", ProductID: "shirt"} }
func blueShirt() sku.Ref { return sku.Ref{ID: "blue", ProductID: "shirt"} }

func wish(id string) sku.ChangeRequest {
	return sku.ChangeRequest{ID: id, OrderID: "o1", LineID: "o1", To: blueShirt()}
}

func (d *specDesk) begin(t *testing.T, id string) order.SpecChange {
	t.Helper()
	c, _, err := d.shop.BeginSpecChange(t.Context(), d.changes, wish(id), sku.PriceEqual)
	require.NoError(t, err)
	return kept(t, c)
}

func (d *specDesk) step(t *testing.T, c order.SpecChange, said order.Consent) (order.SpecChange, []sku.Effect) {
	t.Helper()
	next, effects, err := d.shop.StepSpecChange(t.Context(), d.changes, c, said)
	require.NoError(t, err)
	return kept(t, next), effects
}

// kept is c as the app stores and reads it.
func kept(t *testing.T, c order.SpecChange) (read order.SpecChange) {
	t.Helper()
	text, err := json.Marshal(c)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &read))
	return read
}

// TestSpecConsent takes a change to each of its ends, on the machine's own
// clock, which stands still between waits.
func TestSpecConsent(t *testing.T) {
	t.Parallel()
	agreed := []sku.Effect{sku.EffectReread, sku.EffectRematch, sku.EffectFireChanged}
	for name, x := range map[string]struct {
		meanwhile func(d *specDesk)
		after     time.Duration
		said      order.Consent
		state     sku.ChangeState
		effects   []sku.Effect
		calls     int
	}{
		"nothing yet":             {after: 2*time.Hour - time.Nanosecond, state: sku.ChangeWaitBuyer},
		"time is up":              {after: 2 * time.Hour, state: sku.ChangeTimedOut, effects: []sku.Effect{sku.EffectReread}},
		"agreed and called":       {said: order.ConsentAgreed, state: sku.ChangeApplied, effects: agreed, calls: 1},
		"agreed, told late":       {after: 3 * time.Hour, said: order.ConsentAgreed, state: sku.ChangeApplied, effects: agreed, calls: 1},
		"the platform did it":     {meanwhile: func(d *specDesk) { d.show(blueShirt()) }, said: order.ConsentAgreed, state: sku.ChangeApplied, effects: agreed},
		"seen, nobody told":       {meanwhile: func(d *specDesk) { d.show(blueShirt()) }, state: sku.ChangeApplied, effects: agreed[1:]},
		"seen at the last moment": {meanwhile: func(d *specDesk) { d.show(blueShirt()) }, after: 2 * time.Hour, state: sku.ChangeApplied, effects: agreed[1:]},
		"seen against what is told": {meanwhile: func(d *specDesk) { d.show(blueShirt()) },
			said: order.ConsentRefused, state: sku.ChangeApplied, effects: agreed[1:]},
		"refused": {said: order.ConsentRefused, state: sku.ChangeRejected},
		"a refund opens": {meanwhile: func(d *specDesk) {
			d.edit(func(o *order.Order) { o.Lines[0].Refund = order.RefundRequested })
		}, said: order.ConsentAgreed, state: sku.ChangeInvalidated},
		"a refund is over already": {meanwhile: func(d *specDesk) {
			d.edit(func(o *order.Order) { o.Lines[0].Refund = order.RefundPartial })
		}, state: sku.ChangeInvalidated},
		"shipped": {meanwhile: func(d *specDesk) {
			d.edit(func(o *order.Order) { o.Status, o.Lines[0].Status = order.StatusShipped, order.StatusShipped })
		}, state: sku.ChangeInvalidated},
		"exchanged for a third": {meanwhile: func(d *specDesk) { d.show(sku.Ref{ID: "green", ProductID: "shirt"}) }, state: sku.ChangeInvalidated},
		"the line is gone":      {meanwhile: func(d *specDesk) { d.edit(func(o *order.Order) { o.Lines = nil }) }, state: sku.ChangeInvalidated},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := newSpecDesk(consentTerms)
				c := d.begin(t, "a")
				assert.Equal(t, sku.ChangeWaitBuyer, c.State)
				if x.meanwhile != nil {
					x.meanwhile(d)
				}
				time.Sleep(x.after)
				c, effects := d.step(t, c, x.said)
				assert.Equal(t, x.state, c.State)
				assert.Equal(t, x.effects, effects)
				assert.Len(t, d.calls, x.calls)
				seen, err := d.changes.Accepted(t.Context(), "fake", "shop-1", "o1")
				require.NoError(t, err)
				assert.Equal(t, x.state == sku.ChangeApplied, len(seen) == 1 && seen[0].Shown && seen[0].ID == "a")
				// Once more alters nothing.
				again, effects := d.step(t, c, "")
				assert.Equal(t, c, again)
				assert.Empty(t, effects)
				assert.Len(t, d.calls, x.calls)
			})
		})
	}
}

func TestSpecBegin(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newSpecDesk(consentTerms)
		c, effects, err := d.shop.BeginSpecChange(t.Context(), d.changes, wish("a"), sku.PriceHigher)
		require.NoError(t, err)
		assert.Equal(t, []sku.Effect{sku.EffectSendCard, sku.EffectStartTimer}, effects)
		assert.Equal(t, redShirt(), c.Request.From, "what the order has")
		assert.Equal(t, "shop-1", c.Request.ShopID)
		assert.EqualValues(t, "fake", c.Request.Platform)
		assert.Equal(t, time.Now().Add(2*time.Hour), c.Request.Deadline)
		assert.Empty(t, d.calls, "only customer service can ask the buyer")

		again, _, err := d.shop.BeginSpecChange(t.Context(), d.changes, wish("a"), sku.PriceHigher)
		require.NoError(t, err)
		assert.Equal(t, c, again, "the same request is no second change")

		// While the buyer has a card there is no second one.
		_, _, err = d.shop.BeginSpecChange(t.Context(), d.changes, wish("b"), sku.PriceEqual)
		open, ok := errors.AsType[*sku.OpenChangeError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, "a", open.ID)
		assert.ErrorIs(t, err, mall.ErrConflict)
		time.Sleep(2 * time.Hour)
		c, _ = d.step(t, c, "")
		assert.Equal(t, sku.ChangeTimedOut, c.State)
		_, _, err = d.shop.BeginSpecChange(t.Context(), d.changes, wish("a"), sku.PriceEqual)
		assert.ErrorIs(t, err, mall.ErrConflict, "an id that has ended")
		d.begin(t, "b")

		// The card was sent before anybody told us.
		d, r := newSpecDesk(consentTerms), wish("a")
		r.Requested = time.Now().Add(-time.Hour)
		c, _, err = d.shop.BeginSpecChange(t.Context(), d.changes, r, sku.PriceEqual)
		require.NoError(t, err)
		assert.Equal(t, time.Now().Add(time.Hour), c.Request.Deadline)

		d, r.Deadline = newSpecDesk(consentTerms), time.Now().Add(time.Minute)
		c, _, err = d.shop.BeginSpecChange(t.Context(), d.changes, r, sku.PriceEqual)
		require.NoError(t, err)
		assert.Equal(t, r.Deadline, c.Request.Deadline, "whoever names it knows it")

		// And the buyer had agreed, too.
		d = newSpecDesk(consentTerms)
		d.show(blueShirt())
		c, effects, err = d.shop.BeginSpecChange(t.Context(), d.changes, wish("a"), sku.PriceUnknown)
		require.NoError(t, err)
		assert.Equal(t, sku.ChangeApplied, c.State)
		assert.Equal(t, redShirt(), c.Request.From)
		assert.Contains(t, effects, sku.EffectFireChanged)
	})
}

// TestSpecBeginRefuses: what is refused leaves the line free.
func TestSpecBeginRefuses(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		edit    func(*order.Order)
		request func(*sku.ChangeRequest)
		price   sku.PriceDiff
		guard   string // of the rules
		err     error
	}{
		"lower price, paid":         {price: sku.PriceLower, guard: "price_diff"},
		"price in doubt, paid":      {price: sku.PriceUnknown, guard: "price_diff"},
		"price in doubt, unpaid":    {price: sku.PriceUnknown, guard: "price_diff", edit: atStatus(order.StatusUnpaid)},
		"deposit":                   {guard: "presale_deposit", edit: func(o *order.Order) { o.Traits = []order.Trait{order.TraitDeposit} }},
		"deposit of the line":       {guard: "presale_deposit", edit: func(o *order.Order) { o.Lines[0].Traits = []order.Trait{order.TraitDeposit} }},
		"refund open":               {guard: "refund_open", edit: func(o *order.Order) { o.Lines[0].Refund = order.RefundRequested }},
		"refund unknown":            {guard: "refund_open", edit: func(o *order.Order) { o.Lines[0].Refund = "" }},
		"refund done":               {guard: "refund_done", edit: func(o *order.Order) { o.Lines[0].Refund = order.RefundDone }},
		"shipped":                   {guard: "platform", edit: atStatus(order.StatusShipped)},
		"the line shipped":          {guard: "platform", edit: func(o *order.Order) { o.Lines[0].Status = order.StatusShipped }},
		"no such order":             {err: mall.ErrNotFound, request: func(r *sku.ChangeRequest) { r.OrderID = "o9" }},
		"no such line":              {err: mall.ErrNotFound, request: func(r *sku.ChangeRequest) { r.LineID = "o9" }},
		"no id":                     {err: mall.ErrInvalid, request: func(r *sku.ChangeRequest) { r.ID = "" }},
		"no order id":               {err: mall.ErrInvalid, request: func(r *sku.ChangeRequest) { r.OrderID = " " }},
		"no SKU":                    {err: mall.ErrInvalid, request: func(r *sku.ChangeRequest) { r.To = sku.Ref{Code: "B"} }},
		"another product":           {err: mall.ErrInvalid, request: func(r *sku.ChangeRequest) { r.To.ProductID = "trousers" }},
		"some pieces of a line":     {err: mall.ErrInvalid, request: func(r *sku.ChangeRequest) { r.Quantity = 1 }},
		"the order has another SKU": {err: mall.ErrConflict, request: func(r *sku.ChangeRequest) { r.From = sku.Ref{ID: "green"} }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, r := newSpecDesk(consentTerms), wish("a")
			if x.edit != nil {
				d.edit(x.edit)
			}
			if x.request != nil {
				x.request(&r)
			}
			if x.price == "" && x.guard != "price_diff" {
				x.price = sku.PriceEqual
			}
			c, effects, err := d.shop.BeginSpecChange(t.Context(), d.changes, r, x.price)
			require.Error(t, err)
			assert.Empty(t, c)
			assert.Empty(t, effects)
			assert.Empty(t, d.calls)
			if x.err != nil {
				assert.ErrorIs(t, err, x.err)
			} else {
				refusal, ok := errors.AsType[*sku.ChangeError](err)
				require.True(t, ok, "%v", err)
				assert.Equal(t, x.guard, refusal.Guard)
				assert.NotEmpty(t, refusal.Reason)
			}
			_, decided, err := d.changes.Open(t.Context(), sku.ChangeRequest{
				Platform: "fake", ShopID: "shop-1", ID: "b", OrderID: "o1", LineID: "o1", To: blueShirt(),
			}, noon)
			require.NoError(t, err)
			assert.False(t, decided)
		})
	}

	d := newSpecDesk(consentTerms)
	d.edit(atStatus(order.StatusUnpaid))
	c, _, err := d.shop.BeginSpecChange(t.Context(), d.changes, wish("a"), sku.PriceLower)
	require.NoError(t, err, "nothing is paid that would have to be protected")
	d.edit(atStatus(order.StatusToShip))
	c, _ = d.step(t, c, order.ConsentAgreed)
	assert.Equal(t, sku.ChangeInvalidated, c.State, "paid meanwhile, and now the price is too low")
}

func atStatus(s order.Status) func(*order.Order) {
	return func(o *order.Order) { o.Status, o.Lines[0].Status = s, s }
}

// TestSpecLateChange: however a change ended, the order is the truth.
func TestSpecLateChange(t *testing.T) {
	t.Parallel()
	for _, end := range []sku.ChangeState{sku.ChangeTimedOut, sku.ChangeRejected, sku.ChangeInvalidated, sku.ChangeUnknown, sku.ChangeNone} {
		d := newSpecDesk(consentTerms)
		c := d.begin(t, "a")
		_, err := d.changes.Decide(t.Context(), c.Request, sku.Verdict{Code: string(end)}, time.Now())
		require.NoError(t, err)
		c.State = end
		d.show(blueShirt())
		c, effects := d.step(t, c, "")
		assert.Equal(t, sku.ChangeApplied, c.State)
		assert.Contains(t, effects, sku.EffectFireChanged)
		v, decided, err := d.changes.Open(t.Context(), c.Request, time.Now())
		require.NoError(t, err)
		assert.True(t, decided && v.Accept)
		assert.Empty(t, d.calls)
	}
}

func TestSpecNeedsThePower(t *testing.T) {
	t.Parallel()
	s := service(newCursor(rows(1, 1)))
	assert.False(t, s.CanChangeSpec())
	_, _, err := s.BeginSpecChange(t.Context(), sku.NewMemoryChanges(), wish("a"), sku.PriceEqual)
	assert.ErrorIs(t, err, mall.ErrNotSupported)
	_, _, err = s.StepSpecChange(t.Context(), sku.NewMemoryChanges(), order.SpecChange{}, "")
	assert.ErrorIs(t, err, mall.ErrNotSupported)

	d := newSpecDesk(consentTerms)
	assert.True(t, d.shop.CanChangeSpec())
	for _, c := range []order.SpecChange{{}, {State: sku.ChangeWaitBuyer}, {State: sku.ChangeWaitBuyer, Request: sku.ChangeRequest{Platform: "fake", ShopID: "shop-2"}}} {
		_, _, err = d.shop.StepSpecChange(t.Context(), d.changes, c, "")
		assert.ErrorIs(t, err, mall.ErrInvalid)
	}
	_, _, err = d.shop.BeginSpecChange(t.Context(), nil, wish("a"), sku.PriceEqual)
	assert.ErrorIs(t, err, mall.ErrInvalid)
	_, _, err = d.shop.StepSpecChange(t.Context(), nil, d.begin(t, "a"), "")
	assert.ErrorIs(t, err, mall.ErrInvalid)
	// The order cannot be read: nothing is decided, whatever the clock says.
	c := d.begin(t, "a")
	c.Request.Deadline = noon
	d.edit(func(o *order.Order) { o.ID = "o9" })
	next, _, err := d.shop.StepSpecChange(t.Context(), d.changes, c, order.ConsentAgreed)
	assert.ErrorIs(t, err, mall.ErrNotFound)
	assert.Equal(t, c, next)
	assert.Empty(t, d.calls)
}

// TestSpecStepWithoutMemory: the changes kept in memory went with the process.
func TestSpecStepWithoutMemory(t *testing.T) {
	t.Parallel()
	d := newSpecDesk(consentTerms)
	c := d.begin(t, "a")
	d.changes = sku.NewMemoryChanges()
	c, _ = d.step(t, c, order.ConsentRefused)
	assert.Equal(t, sku.ChangeRejected, c.State)
	d.show(blueShirt())
	c, _ = d.step(t, c, "")
	assert.Equal(t, sku.ChangeApplied, c.State)
}

func TestSeenSpecChanges(t *testing.T) {
	t.Parallel()
	d := newSpecDesk(consentTerms)
	read := func() order.Order {
		o, err := d.shop.Get(t.Context(), "o1")
		require.NoError(t, err)
		return o
	}
	first := read()
	assert.Empty(t, order.SeenSpecChanges(order.Order{}, first))
	assert.Empty(t, order.SeenSpecChanges(first, first))
	d.show(blueShirt())
	second := read()
	list := order.SeenSpecChanges(first, second)
	require.Len(t, list, 1)
	assert.Equal(t, sku.Change{
		OrderID: "o1", LineID: "o1", From: redShirt(), To: blueShirt(), Quantity: 2, At: second.Updated, Shown: true, ID: "seen/o1/o1/red/blue",
	}, list[0])
	assert.Equal(t, list, order.SeenSpecChanges(order.Order{}, second), "a first reading has what the platform remembers")
	assert.Empty(t, order.SeenSpecChanges(second, second), "the platform remembers it for ever")
	d.show(sku.Ref{ID: "green", ProductID: "shirt"})
	third := read()
	list = order.SeenSpecChanges(first, third)
	require.Len(t, list, 1, "one reading was missed")
	assert.Equal(t, "red", list[0].From.ID)
	assert.Equal(t, "green", list[0].To.ID)

	// What the order shows is what to ship, whatever was seen of it before.
	for _, c := range order.SeenSpecChanges(first, second) {
		for range 2 {
			require.NoError(t, d.changes.Seen(t.Context(), "fake", "shop-1", c))
		}
	}
	seen, err := d.changes.Accepted(t.Context(), "fake", "shop-1", "o1")
	require.NoError(t, err)
	assert.Len(t, seen, 1)
	laid, err := order.Apply(third, seen...)
	require.NoError(t, err)
	assert.Equal(t, "green", laid.Lines[0].Effective.ID)
	laid, err = order.Apply(first, seen...)
	require.NoError(t, err)
	assert.Equal(t, "red", laid.Lines[0].Effective.ID)
}
