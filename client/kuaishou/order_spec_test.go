package kuaishou_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/sku"
)

// specOrder adds an order and returns a request for another SKU of the same
// price.
func (w *world) specOrder(t *testing.T) change.Request {
	t.Helper()
	id, err := w.Side().AddOrder(w.Shop.ID(), map[string]any{"orderItemInfo": map[string]any{
		"itemId": 24900000000001, "skuId": 158400000000001, "price": 5900, "num": 1, "skuNick": "TS-RED-M",
	}})
	require.NoError(t, err)
	return change.Request{
		Kind: change.Spec, ID: "change-" + id, OrderID: id, LineID: id,
		ToSKU:     sku.Ref{ID: "158400000000002", ProductID: "24900000000001"},
		FromPrice: 5900, ToPrice: 5900,
	}
}

// card has customer service ask the buyer for consent, and the buyer answer.
func (w *world) card(t *testing.T, r change.Request, agree bool) error {
	t.Helper()
	w.sendCard(t, r)
	_, err := w.Side().AnswerSpecChange(r.OrderID, agree)
	return err
}

func (w *world) sendCard(t *testing.T, r change.Request) {
	t.Helper()
	_, err := w.Side().RequestSpecChange(t.Context(), sandbox.ServiceRequest{OrderID: r.OrderID, SKUID: r.ToSKU.ID})
	require.NoError(t, err)
}

// updates counts the calls that ask for another SKU.
func (w *world) updates() (n int) {
	for _, r := range w.Box.Received() {
		if r.Method == skuUpdate {
			n++
		}
	}
	return n
}

const skuUpdate = "open.seller.order.sku.update"

func TestSpecChange(t *testing.T) {
	t.Parallel()
	w, changes := newWorld(t, nil), change.NewMemoryStore()
	r := w.specOrder(t)
	before, err := w.Shop.Orders.Get(t.Context(), r.OrderID)
	require.NoError(t, err)
	c, effects, err := w.Shop.Changes.Begin(t.Context(), changes, r)
	require.NoError(t, err)
	assert.Equal(t, []change.Effect{change.EffectAskBuyer, change.Effect("start_timer")}, effects)
	assert.Equal(t, 2*time.Hour, c.Request.Deadline.Sub(c.Request.Requested))
	w.sendCard(t, r)

	// Tried before the buyer agreed: refused, and still under way.
	_, _, err = w.Shop.Changes.Step(t.Context(), changes, c, change.BuyerAgreed)
	assert.ErrorIs(t, err, mall.ErrRejected)
	e, ok := errors.AsType[*mall.Error](err)
	require.True(t, ok)
	assert.Equal(t, "21", e.Code)
	assert.NotEmpty(t, e.RequestID)

	_, err = w.Side().AnswerSpecChange(r.OrderID, true)
	require.NoError(t, err)
	w.Box.Advance(time.Minute)
	c, effects, err = w.Shop.Changes.Step(t.Context(), changes, c, change.BuyerAgreed)
	require.NoError(t, err)
	assert.Equal(t, change.StateApplied, c.State)
	assert.Contains(t, effects, change.EffectAnnounce)
	after, err := w.Shop.Orders.Get(t.Context(), r.OrderID)
	require.NoError(t, err)
	l := after.Lines[0]
	assert.Equal(t, "158400000000002", l.SKU.ID)
	assert.Equal(t, l.SKU, l.Effective)
	assert.Equal(t, "158400000000001", l.Previous.ID)
	assert.Equal(t, "TS-RED-M", l.Previous.Code)
	assert.True(t, after.Updated.After(before.Updated))

	list := change.Seen(before, after)
	require.Len(t, list, 1, "whoever did not begin it sees it")
	assert.Equal(t, after.Updated, list[0].At)
	var body struct {
		Order json.Number `json:"orderId"`
		Item  json.Number `json:"itemId"`
		From  json.Number `json:"oldSkuId"`
		To    json.Number `json:"newSkuId"`
	}
	for _, call := range w.Box.Received() {
		if call.Method == skuUpdate {
			require.NoError(t, json.Unmarshal([]byte(call.Params), &body), "numbers, not texts: %s", call.Params)
		}
	}
	assert.Equal(t, json.Number(r.OrderID), body.Order)
	assert.Equal(t, json.Number("24900000000001"), body.Item)
	assert.Equal(t, json.Number("158400000000002"), body.To)
	assert.Equal(t, json.Number("158400000000001"), body.From)
}

// TestSpecChangeEnds: no method tells what the buyer answered; only an applied
// change shows in the order.
func TestSpecChangeEnds(t *testing.T) {
	t.Parallel()
	w, changes := newWorld(t, nil), change.NewMemoryStore()
	begin := func() (change.Request, change.Change) {
		r := w.specOrder(t)
		c, _, err := w.Shop.Changes.Begin(t.Context(), changes, r)
		require.NoError(t, err)
		return r, c
	}
	step := func(c change.Change, said change.Event) change.State {
		c, _, err := w.Shop.Changes.Step(t.Context(), changes, c, said)
		require.NoError(t, err)
		return c.State
	}
	r, c := begin()
	require.NoError(t, w.card(t, r, false))
	assert.Equal(t, change.StateWaitBuyer, step(c, ""), "nobody tells")
	assert.Equal(t, change.StateRejected, step(c, change.BuyerRefused))

	r, c = begin()
	w.sendCard(t, r)
	_, err := w.Side().AskAfterSale(sandbox.AfterSale{OrderID: r.OrderID})
	require.NoError(t, err)
	assert.Equal(t, change.StateInvalidated, step(c, change.BuyerAgreed))
	_, err = w.Side().AnswerSpecChange(r.OrderID, true)
	assert.ErrorIs(t, err, sandbox.ErrRefused, "the card is void as well")

	r, c = begin()
	w.sendCard(t, r)
	w.Box.Advance(110 * time.Minute)
	assert.Equal(t, change.StateWaitBuyer, step(c, ""))
	w.Box.Advance(10 * time.Minute)
	assert.Equal(t, change.StateTimedOut, step(c, ""))
	assert.Equal(t, 0, w.updates())
	ops, err := w.Side().Operations(r.OrderID)
	require.NoError(t, err)
	assert.Equal(t, "timed_out", ops[len(ops)-1].Verdict, "the platform says so too")
}

// TestSpecChangeLostAnswer: whichever answer is lost, the SKU is changed once.
func TestSpecChangeLostAnswer(t *testing.T) {
	t.Parallel()
	for _, kind := range []sandbox.FaultKind{sandbox.FaultCutBefore, sandbox.FaultCutAfter, sandbox.FaultHalfBody} {
		t.Run(string(kind), func(t *testing.T) {
			w, changes := newWorld(t, nil), change.NewMemoryStore()
			r := w.specOrder(t)
			c, _, err := w.Shop.Changes.Begin(t.Context(), changes, r)
			require.NoError(t, err)
			require.NoError(t, w.card(t, r, true))
			w.Arm(t, sandbox.Fault{Method: skuUpdate, Kind: kind})
			next, _, err := w.Shop.Changes.Step(t.Context(), changes, c, change.BuyerAgreed)
			assert.Equal(t, 1, w.updates(), "sent once, whatever came of it")
			if err != nil {
				assert.ErrorIs(t, err, mall.ErrUnknownOutcome)
				assert.Equal(t, sandbox.FaultCutBefore, kind)
				next, _, err = w.Shop.Changes.Step(t.Context(), changes, c, change.BuyerAgreed)
				require.NoError(t, err)
			}
			assert.Equal(t, change.StateApplied, next.State)
			o, err := w.Shop.Orders.Get(t.Context(), r.OrderID)
			require.NoError(t, err)
			assert.Equal(t, r.ToSKU.ID, o.Lines[0].SKU.ID)
			assert.Equal(t, "158400000000001", o.Lines[0].Previous.ID)
		})
	}
}

// TestSpecChangeIfTheCallAsks: with Assumptions.SpecUpdateAsks, the call itself
// asks the buyer.
func TestSpecChangeIfTheCallAsks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *kuaishou.Config) {
		c.Assumptions.SpecUpdateAsks, c.Assumptions.SpecWait = true, time.Hour
	})
	w.rule(t, func(r *rules) { r.Spec.UpdateAsks, r.Spec.CardSeconds = true, 3600 })
	changes, r := change.NewMemoryStore(), w.specOrder(t)
	c, effects, err := w.Shop.Changes.Begin(t.Context(), changes, r)
	require.NoError(t, err)
	assert.Equal(t, []change.Effect{change.Effect("start_timer")}, effects, "the buyer has been asked")
	_, err = w.Side().AnswerSpecChange(r.OrderID, true)
	require.NoError(t, err)
	c, _, err = w.Shop.Changes.Step(t.Context(), changes, c, "")
	require.NoError(t, err)
	assert.Equal(t, change.StateApplied, c.State)
	assert.Equal(t, 1, w.updates())
}

func TestSpecChangeRefused(t *testing.T) {
	t.Parallel()
	w, changes := newWorld(t, nil), change.NewMemoryStore()
	r := w.specOrder(t)
	for price, guard := range map[mall.Fen]string{5800: "price_diff", 0: "price_diff"} { // lower, and in doubt
		wish := r
		wish.ToPrice = price
		_, _, err := w.Shop.Changes.Begin(t.Context(), changes, wish)
		refusal, ok := errors.AsType[*mall.Refusal](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, guard, refusal.Guard)
	}
	require.NoError(t, w.Side().UpdateOrder(r.OrderID, map[string]any{
		"orderStepInfo": map[string]any{"orderPaymentStatus": map[string]any{"payStepType": 1, "orderPayStatus": 1130230}},
		"orderBaseInfo": map[string]any{"allActivityType": []int{6}},
	}))
	_, _, err := w.Shop.Changes.Begin(t.Context(), changes, r)
	refusal, ok := errors.AsType[*mall.Refusal](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, "presale_deposit", refusal.Guard)
	assert.Equal(t, 0, w.updates())
}
