package change_test

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
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/sku"
)

// exchanger is a platform that exchanges SKUs in its own order.
type exchanger struct {
	*platform
	terms change.Terms
	calls []change.Request
	// answer is what the next calls meet; nil: the change is carried out.
	answer func(r change.Request) error
}

func (e *exchanger) SpecTerms() change.Terms { return e.terms }

func (e *exchanger) ChangeSpec(_ context.Context, r change.Request) error {
	e.calls = append(e.calls, r)
	if e.answer != nil {
		return e.answer(r)
	}
	e.show(r.ToSKU)
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
	f(&e.order)
}

// specDesk is a shop in which a change of the red shirt to the blue one begins.
type specDesk struct {
	*exchanger
	shop  *change.Service
	store change.Store
}

var consentTerms = change.Terms{Style: change.StyleConsent, Wait: 2 * time.Hour}

func newSpecDesk(terms change.Terms) *specDesk {
	e := &exchanger{platform: &platform{order: redOrder()}, terms: terms}
	return &specDesk{exchanger: e, shop: over(e), store: change.NewMemoryStore()}
}

func redShirt() sku.Ref  { return sku.Ref{ID: "red", ProductID: "shirt"} }
func blueShirt() sku.Ref { return sku.Ref{ID: "blue", ProductID: "shirt"} }

func wish(id string) change.Request {
	return change.Request{Kind: change.Spec, ID: id, OrderID: "o1", LineID: "o1", ToSKU: blueShirt(), FromPrice: 8900, ToPrice: 8900}
}

// costing is r with the price of the wanted SKU; zero: in doubt.
func costing(r change.Request, wanted mall.Fen) change.Request {
	r.ToPrice = wanted
	return r
}

func (d *specDesk) begin(t *testing.T, id string) change.Change {
	t.Helper()
	c, _, err := d.shop.Begin(t.Context(), d.store, wish(id))
	require.NoError(t, err)
	return kept(t, c)
}

func (d *specDesk) step(t *testing.T, c change.Change, said change.Event) (change.Change, []change.Effect) {
	t.Helper()
	next, effects, err := d.shop.Step(t.Context(), d.store, c, said)
	require.NoError(t, err)
	return kept(t, next), effects
}

// kept is c as the app stores and reads it.
func kept(t *testing.T, c change.Change) (read change.Change) {
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
	agreed := []change.Effect{change.Effect("reread"), change.EffectRematch, change.EffectAnnounce}
	for name, x := range map[string]struct {
		meanwhile func(d *specDesk)
		after     time.Duration
		said      change.Event
		state     change.State
		effects   []change.Effect
		calls     int
	}{
		"nothing yet":             {after: 2*time.Hour - time.Nanosecond, state: change.StateWaitBuyer},
		"time is up":              {after: 2 * time.Hour, state: change.StateTimedOut, effects: []change.Effect{change.Effect("reread")}},
		"agreed and called":       {said: change.BuyerAgreed, state: change.StateApplied, effects: agreed, calls: 1},
		"agreed, told late":       {after: 3 * time.Hour, said: change.BuyerAgreed, state: change.StateApplied, effects: agreed, calls: 1},
		"the platform did it":     {meanwhile: func(d *specDesk) { d.show(blueShirt()) }, said: change.BuyerAgreed, state: change.StateApplied, effects: agreed},
		"seen, nobody told":       {meanwhile: func(d *specDesk) { d.show(blueShirt()) }, state: change.StateApplied, effects: agreed[1:]},
		"seen at the last moment": {meanwhile: func(d *specDesk) { d.show(blueShirt()) }, after: 2 * time.Hour, state: change.StateApplied, effects: agreed[1:]},
		"seen against what is told": {meanwhile: func(d *specDesk) { d.show(blueShirt()) },
			said: change.BuyerRefused, state: change.StateApplied, effects: agreed[1:]},
		"refused": {said: change.BuyerRefused, state: change.StateRejected},
		"a refund opens": {meanwhile: func(d *specDesk) {
			d.edit(func(o *order.Order) { o.Lines[0].Refund = order.RefundRequested })
		}, said: change.BuyerAgreed, state: change.StateInvalidated},
		"a refund is over already": {meanwhile: func(d *specDesk) {
			d.edit(func(o *order.Order) { o.Lines[0].Refund = order.RefundPartial })
		}, state: change.StateInvalidated},
		"shipped": {meanwhile: func(d *specDesk) {
			d.edit(func(o *order.Order) { o.Status, o.Lines[0].Status = order.StatusShipped, order.StatusShipped })
		}, state: change.StateInvalidated},
		"exchanged for a third": {meanwhile: func(d *specDesk) { d.show(sku.Ref{ID: "green", ProductID: "shirt"}) }, state: change.StateInvalidated},
		"the line is gone":      {meanwhile: func(d *specDesk) { d.edit(func(o *order.Order) { o.Lines = nil }) }, state: change.StateInvalidated},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := newSpecDesk(consentTerms)
				c := d.begin(t, "a")
				assert.Equal(t, change.StateWaitBuyer, c.State)
				if x.meanwhile != nil {
					x.meanwhile(d)
				}
				time.Sleep(x.after)
				c, effects := d.step(t, c, x.said)
				assert.Equal(t, x.state, c.State)
				assert.Equal(t, x.effects, effects)
				assert.Len(t, d.calls, x.calls)
				seen, err := d.store.Accepted(t.Context(), "fake", "shop-1", "o1")
				require.NoError(t, err)
				assert.Equal(t, x.state == change.StateApplied, len(seen) == 1 && seen[0].Shown && seen[0].ID == "a")
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
		c, effects, err := d.shop.Begin(t.Context(), d.store, costing(wish("a"), 9900))
		require.NoError(t, err)
		assert.Equal(t, []change.Effect{change.EffectAskBuyer, change.Effect("start_timer")}, effects)
		assert.Equal(t, redShirt(), c.FromSKU, "what the order has")
		assert.Equal(t, "shop-1", c.ShopID)
		assert.EqualValues(t, "fake", c.Platform)
		assert.Equal(t, time.Now().Add(2*time.Hour), c.Deadline)
		assert.Empty(t, d.calls, "only customer service can ask the buyer")

		again, _, err := d.shop.Begin(t.Context(), d.store, costing(wish("a"), 9900))
		require.NoError(t, err)
		assert.Equal(t, c, again, "the same request is no second change")

		// While the buyer has a card there is no second one.
		_, _, err = d.shop.Begin(t.Context(), d.store, wish("b"))
		open, ok := errors.AsType[*change.OpenError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, "a", open.ID)
		assert.ErrorIs(t, err, mall.ErrConflict)
		time.Sleep(2 * time.Hour)
		c, _ = d.step(t, c, "")
		assert.Equal(t, change.StateTimedOut, c.State)
		_, _, err = d.shop.Begin(t.Context(), d.store, wish("a"))
		assert.ErrorIs(t, err, mall.ErrConflict, "an id that has ended")
		d.begin(t, "b")

		// The card was sent before anybody told us.
		d, r := newSpecDesk(consentTerms), wish("a")
		r.Requested = time.Now().Add(-time.Hour)
		c, _, err = d.shop.Begin(t.Context(), d.store, r)
		require.NoError(t, err)
		assert.Equal(t, time.Now().Add(time.Hour), c.Deadline)

		d, r.Deadline = newSpecDesk(consentTerms), time.Now().Add(time.Minute)
		c, _, err = d.shop.Begin(t.Context(), d.store, r)
		require.NoError(t, err)
		assert.Equal(t, r.Deadline, c.Deadline, "whoever names it knows it")

		// And the buyer had agreed, too.
		d = newSpecDesk(consentTerms)
		d.show(blueShirt())
		c, effects, err = d.shop.Begin(t.Context(), d.store, costing(wish("a"), 0))
		require.NoError(t, err)
		assert.Equal(t, change.StateApplied, c.State)
		assert.Equal(t, redShirt(), c.FromSKU)
		assert.Contains(t, effects, change.EffectAnnounce)
	})
}

// TestSpecBeginRefuses: what is refused leaves the line free.
func TestSpecBeginRefuses(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		edit    func(*order.Order)
		request func(*change.Request)
		price   mall.Fen
		guard   string // of the rules
		err     error
	}{
		"lower price, paid":         {price: 7900, guard: "price_diff"},
		"price in doubt, paid":      {guard: "price_diff"},
		"price in doubt, unpaid":    {guard: "price_diff", edit: atStatus(order.StatusUnpaid)},
		"deposit":                   {guard: "presale_deposit", edit: func(o *order.Order) { o.Traits = []order.Trait{order.TraitDeposit} }},
		"deposit of the line":       {guard: "presale_deposit", edit: func(o *order.Order) { o.Lines[0].Traits = []order.Trait{order.TraitDeposit} }},
		"refund open":               {guard: "refund_open", edit: func(o *order.Order) { o.Lines[0].Refund = order.RefundRequested }},
		"refund unknown":            {guard: "refund_open", edit: func(o *order.Order) { o.Lines[0].Refund = "" }},
		"refund done":               {guard: "refund_done", edit: func(o *order.Order) { o.Lines[0].Refund = order.RefundDone }},
		"shipped":                   {guard: "platform", edit: atStatus(order.StatusShipped)},
		"the line shipped":          {guard: "platform", edit: func(o *order.Order) { o.Lines[0].Status = order.StatusShipped }},
		"no such order":             {err: mall.ErrNotFound, request: func(r *change.Request) { r.OrderID = "o9" }},
		"no such line":              {err: mall.ErrNotFound, request: func(r *change.Request) { r.LineID = "o9" }},
		"no id":                     {err: mall.ErrInvalid, request: func(r *change.Request) { r.ID = "" }},
		"no order id":               {err: mall.ErrInvalid, request: func(r *change.Request) { r.OrderID = " " }},
		"no SKU":                    {err: mall.ErrInvalid, request: func(r *change.Request) { r.ToSKU = sku.Ref{Code: "B"} }},
		"another product":           {err: mall.ErrInvalid, request: func(r *change.Request) { r.ToSKU.ProductID = "trousers" }},
		"some pieces of a line":     {err: mall.ErrInvalid, request: func(r *change.Request) { r.Quantity = 1 }},
		"the order has another SKU": {err: mall.ErrConflict, request: func(r *change.Request) { r.FromSKU = sku.Ref{ID: "green"} }},
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
			if x.price == 0 && x.guard != "price_diff" {
				x.price = 8900
			}
			c, effects, err := d.shop.Begin(t.Context(), d.store, costing(r, x.price))
			require.Error(t, err)
			assert.Empty(t, c)
			assert.Empty(t, effects)
			assert.Empty(t, d.calls)
			if x.err != nil {
				assert.ErrorIs(t, err, x.err)
			} else {
				refusal, ok := errors.AsType[*mall.Refusal](err)
				require.True(t, ok, "%v", err)
				assert.Equal(t, x.guard, refusal.Guard)
				assert.NotEmpty(t, refusal.Reason)
			}
			_, decided, err := d.store.Open(t.Context(), change.Request{
				Kind: change.Spec, Platform: "fake", ShopID: "shop-1", ID: "b", OrderID: "o1", LineID: "o1", ToSKU: blueShirt(),
			}, noon)
			require.NoError(t, err)
			assert.False(t, decided)
		})
	}

	d := newSpecDesk(consentTerms)
	d.edit(atStatus(order.StatusUnpaid))
	c, _, err := d.shop.Begin(t.Context(), d.store, costing(wish("a"), 7900))
	require.NoError(t, err, "nothing is paid that would have to be protected")
	d.edit(atStatus(order.StatusToShip))
	c, _ = d.step(t, c, change.BuyerAgreed)
	assert.Equal(t, change.StateInvalidated, c.State, "paid meanwhile, and now the price is too low")
}

func atStatus(s order.Status) func(*order.Order) {
	return func(o *order.Order) { o.Status, o.Lines[0].Status = s, s }
}

// TestSpecLateChange: however a change ended, the order is the truth.
func TestSpecLateChange(t *testing.T) {
	t.Parallel()
	for _, end := range []change.State{change.StateTimedOut, change.StateRejected, change.StateInvalidated, change.State("unknown"), change.State("none")} {
		d := newSpecDesk(consentTerms)
		c := d.begin(t, "a")
		_, err := d.store.Decide(t.Context(), c.Request, change.Verdict{Code: string(end)}, time.Now())
		require.NoError(t, err)
		c.State = end
		d.show(blueShirt())
		c, effects := d.step(t, c, "")
		assert.Equal(t, change.StateApplied, c.State)
		assert.Contains(t, effects, change.EffectAnnounce)
		v, decided, err := d.store.Open(t.Context(), c.Request, time.Now())
		require.NoError(t, err)
		assert.True(t, decided && v.Accept)
		assert.Empty(t, d.calls)
	}
}

func TestSpecNeedsThePower(t *testing.T) {
	t.Parallel()
	s := over(&platform{order: redOrder()})
	assert.False(t, change.Can[change.SpecChanger](s))
	_, _, err := s.Begin(t.Context(), change.NewMemoryStore(), wish("a"))
	assert.ErrorIs(t, err, mall.ErrNotSupported)
	_, _, err = s.Step(t.Context(), change.NewMemoryStore(), change.Change{}, "")
	assert.ErrorIs(t, err, mall.ErrNotSupported)

	d := newSpecDesk(consentTerms)
	assert.True(t, change.Can[change.SpecChanger](d.shop))
	for _, c := range []change.Change{{}, {State: change.StateWaitBuyer}, {State: change.StateWaitBuyer, Request: change.Request{Kind: change.Spec, Platform: "fake", ShopID: "shop-2"}}} {
		_, _, err = d.shop.Step(t.Context(), d.store, c, "")
		assert.ErrorIs(t, err, mall.ErrInvalid)
	}
	_, _, err = d.shop.Begin(t.Context(), nil, wish("a"))
	assert.ErrorIs(t, err, mall.ErrInvalid)
	_, _, err = d.shop.Step(t.Context(), nil, d.begin(t, "a"), "")
	assert.ErrorIs(t, err, mall.ErrInvalid)
	// The order cannot be read: nothing is decided, whatever the clock says.
	c := d.begin(t, "a")
	c.Deadline = noon
	d.edit(func(o *order.Order) { o.ID = "o9" })
	next, _, err := d.shop.Step(t.Context(), d.store, c, change.BuyerAgreed)
	assert.ErrorIs(t, err, mall.ErrNotFound)
	assert.Equal(t, c, next)
	assert.Empty(t, d.calls)
}

// TestSpecStepWithoutMemory: the changes kept in memory went with the process.
func TestSpecStepWithoutMemory(t *testing.T) {
	t.Parallel()
	d := newSpecDesk(consentTerms)
	c := d.begin(t, "a")
	d.store = change.NewMemoryStore()
	c, _ = d.step(t, c, change.BuyerRefused)
	assert.Equal(t, change.StateRejected, c.State)
	d.show(blueShirt())
	c, _ = d.step(t, c, "")
	assert.Equal(t, change.StateApplied, c.State)
}

func TestSeenSpecChanges(t *testing.T) {
	t.Parallel()
	d := newSpecDesk(consentTerms)
	read := func() order.Order {
		o, err := order.NewService(d, "shop-1", order.Options{}).Get(t.Context(), "o1")
		require.NoError(t, err)
		return o
	}
	first := read()
	assert.Empty(t, change.Seen(order.Order{}, first))
	assert.Empty(t, change.Seen(first, first))
	d.show(blueShirt())
	second := read()
	list := change.Seen(first, second)
	require.Len(t, list, 1)
	assert.Equal(t, change.Change{
		Request: change.Request{
			Kind: change.Spec, Platform: "fake", ShopID: "shop-1", OrderID: "o1", LineID: "o1", ID: "seen/o1/o1/red/blue",
			FromSKU: redShirt(), ToSKU: blueShirt(), Quantity: 2,
		},
		State: change.StateApplied, At: second.Updated, Shown: true,
	}, list[0])
	assert.Equal(t, list, change.Seen(order.Order{}, second), "a first reading has what the platform remembers")
	assert.Empty(t, change.Seen(second, second), "the platform remembers it for ever")
	d.show(sku.Ref{ID: "green", ProductID: "shirt"})
	third := read()
	list = change.Seen(first, third)
	require.Len(t, list, 1, "one reading was missed")
	assert.Equal(t, "red", list[0].FromSKU.ID)
	assert.Equal(t, "green", list[0].ToSKU.ID)

	// What the order shows is what to ship, whatever was seen of it before.
	for _, c := range change.Seen(first, second) {
		for range 2 {
			require.NoError(t, d.store.Seen(t.Context(), c))
		}
	}
	seen, err := d.store.Accepted(t.Context(), "fake", "shop-1", "o1")
	require.NoError(t, err)
	assert.Len(t, seen, 1)
	laid, err := change.Apply(third, seen...)
	require.NoError(t, err)
	assert.Equal(t, "green", laid.Lines[0].Effective.ID)
	laid, err = change.Apply(first, seen...)
	require.NoError(t, err)
	assert.Equal(t, "red", laid.Lines[0].Effective.ID)
}
