package kuaishou_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/order"
)

// The types of cases, as a buyer of the sandbox asks for them.
var (
	returnGoods = new(1)
	exchange    = new(3)
)

const (
	shipped  = 40
	received = 50
)

// orderIn makes an order of the shop in a status.
func (w *world) orderIn(t *testing.T, status int) string {
	t.Helper()
	ids, err := w.Side().AddOrders(w.Shop.ID(), 1, status)
	require.NoError(t, err)
	return ids[0]
}

// caseOf opens an after-sale case as a buyer does, and reads it.
func (w *world) caseOf(t *testing.T, a sandbox.AfterSale) order.Case {
	t.Helper()
	if a.OrderID == "" {
		a.OrderID = w.orderIn(t, shipped)
	}
	id, err := w.Side().AskAfterSale(a)
	require.NoError(t, err)
	return w.ReadCase(t, id)
}

// decide reads a case, decides it, and reads it again.
func (w *world) decide(t *testing.T, c order.Case, v order.Decision) order.Case {
	t.Helper()
	require.NoError(t, w.Shop.Orders.Decide(t.Context(), w.ReadCase(t, c.ID), v))
	return w.ReadCase(t, c.ID)
}

// move has the buyer act on a case, and reads it again.
func (w *world) move(t *testing.T, c order.Case, move string) order.Case {
	t.Helper()
	require.NoError(t, w.Side().MoveAfterSale(c.ID, move, ""))
	return w.ReadCase(t, c.ID)
}

// carriedOut counts the calls of a method that succeeded at the platform.
func (w *world) carriedOut(method string) (n int) {
	for _, r := range w.Box.Received() {
		if r.Method == method && r.Outcome == "1" {
			n++
		}
	}
	return n
}

func TestDecideRefund(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	c := w.caseOf(t, sandbox.AfterSale{OrderID: w.orderIn(t, 30), Reason: "示例：不想要了"})
	assert.Equal(t, order.CaseRefund, c.Kind)
	assert.Equal(t, order.RefundRequested, c.State)
	assert.Equal(t, "示例：不想要了", c.Reason)
	assert.False(t, c.Received)
	o, err := w.Shop.Orders.Get(t.Context(), c.OrderID)
	require.NoError(t, err)
	assert.Equal(t, o.Lines[0].ID, c.Lines[0].LineID, "the case names the line of the order")
	assert.Equal(t, o.Lines[0].SKU.ID, c.Lines[0].SKU.ID)
	assert.Equal(t, order.RefundRequested, o.Refund)

	done := w.decide(t, c, order.Decision{Agree: true})
	assert.Equal(t, order.RefundDone, done.State)
	o, err = w.Shop.Orders.Get(t.Context(), c.OrderID)
	require.NoError(t, err)
	assert.Equal(t, order.StatusClosed, o.Status)
	assert.Equal(t, order.RefundDone, o.Refund)

	// c is what was read before: it is not decided about again.
	require.ErrorIs(t, w.Shop.Orders.Decide(t.Context(), c, order.Decision{Agree: true}), mall.ErrAlreadyDone)
	require.ErrorIs(t, w.Shop.Orders.Decide(t.Context(), c, order.Decision{ReasonCode: "1002"}), mall.ErrConflict)
	assert.Len(t, w.Record.Of("open.seller.order.refund.approve"), 1)
}

func TestDecideReturn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	c := w.caseOf(t, sandbox.AfterSale{Type: returnGoods, OrderID: w.orderIn(t, received)})
	assert.Equal(t, order.CaseReturn, c.Kind)
	assert.True(t, c.Received)
	c = w.decide(t, c, order.Decision{Agree: true})
	assert.Equal(t, order.RefundReturning, c.State)
	c = w.move(t, c, "return")
	assert.Equal(t, order.RefundReceiving, c.State)
	assert.Equal(t, order.Parcel{TrackingNo: "YT" + c.ID, CarrierCode: "6"}, c.Return)
	c = w.decide(t, c, order.Decision{Agree: true})
	assert.Equal(t, order.RefundDone, c.State)

	// The merchant may pay without waiting for the goods.
	c = w.caseOf(t, sandbox.AfterSale{Type: returnGoods})
	c = w.decide(t, c, order.Decision{Agree: true})
	assert.Equal(t, order.RefundDone, w.decide(t, c, order.Decision{Agree: true}).State)
}

func TestDecideReturnFreight(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	claim := func() order.Case {
		c := w.caseOf(t, sandbox.AfterSale{Type: returnGoods, Freight: 1200})
		assert.Equal(t, mall.Fen(1200), c.ReturnFreight)
		c = w.decide(t, c, order.Decision{Agree: true})
		return w.move(t, c, "return")
	}
	c := claim()
	err := w.Shop.Orders.Decide(t.Context(), c, order.Decision{Agree: true})
	require.ErrorIs(t, err, mall.ErrInvalid, "money is not given without a word")
	assert.Empty(t, w.Record.Of("open.seller.order.refund.confirm.receipt"))
	paid := w.decide(t, c, order.Decision{Agree: true, PayReturnFreight: true})
	assert.Equal(t, order.RefundDone, paid.State)
	assert.Zero(t, paid.ReturnFreight, "it waits no more")
	own, err := mall.Native[struct {
		Freight struct {
			Status int `json:"returnFreightStatus"`
		} `json:"returnFreightInfo"`
	}](paid)
	require.NoError(t, err)
	assert.Equal(t, 20, own.Freight.Status)

	refused := w.decide(t, claim(),
		order.Decision{Agree: true, Reason: "示例：非质量问题", Evidence: []string{"https://example.com/e.jpg"}})
	assert.Equal(t, order.RefundDone, refused.State)
	none := w.caseOf(t, sandbox.AfterSale{Type: returnGoods})
	require.ErrorIs(t, w.Shop.Orders.Decide(t.Context(), none, order.Decision{Agree: true, PayReturnFreight: true}),
		mall.ErrInvalid)
}

func TestDecideExchange(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	parcel := order.Parcel{TrackingNo: "SF1", CarrierCode: "4"}
	c := w.caseOf(t, sandbox.AfterSale{Type: exchange})
	assert.Equal(t, order.CaseExchange, c.Kind)
	assert.NotEmpty(t, c.Wanted.ID)
	assert.Zero(t, c.Amount)
	c = w.decide(t, c, order.Decision{Agree: true})
	c = w.move(t, c, "return")
	require.ErrorIs(t, w.Shop.Orders.Decide(t.Context(), c, order.Decision{Agree: true}), mall.ErrInvalid,
		"without what is sent")
	c = w.decide(t, c, order.Decision{Agree: true, Sent: parcel})
	assert.Equal(t, order.RefundSending, c.State)
	err := w.Shop.Orders.Decide(t.Context(), c, order.Decision{Agree: true, Instead: order.CaseRefund})
	require.ErrorIs(t, err, mall.ErrNotSupported, "too late")
	c = w.move(t, c, "receive")
	assert.Equal(t, order.RefundDone, c.State)
	assert.Equal(t, order.RefundNone, c.Refund(), "no money went back")
}

func TestDecideRefundForExchange(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	money := order.Decision{Agree: true, Instead: order.CaseRefund}
	c := w.decide(t, w.caseOf(t, sandbox.AfterSale{Type: exchange}), money)
	assert.Equal(t, order.RefundDone, c.State)
	assert.Equal(t, order.RefundDone, c.Refund(), "the sale does not stand")
	assert.Equal(t, "3", c.PlatformKind)
	assert.NotZero(t, c.Amount)

	c = w.decide(t, w.caseOf(t, sandbox.AfterSale{Type: exchange}), order.Decision{Agree: true})
	assert.Equal(t, order.RefundDone, w.decide(t, c, money).State, "after it was agreed to")
	for _, a := range []sandbox.AfterSale{{}, {Type: returnGoods}} {
		require.ErrorIs(t, w.Shop.Orders.Decide(t.Context(), w.caseOf(t, a), money), mall.ErrNotSupported)
	}
}

// TestDecideReject: a rejection shows in the status of a case, or in its
// negotiation alone.
func TestDecideReject(t *testing.T) {
	t.Parallel()
	for name, old := range map[string]bool{"newer statuses": false, "older statuses": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			w.rule(t, func(r *rules) { r.Refund.OldStatuses = old })
			no := order.Decision{ReasonCode: "1002"}
			for _, kind := range []*int{nil, returnGoods, exchange} {
				c := w.caseOf(t, sandbox.AfterSale{Type: kind})
				assert.Equal(t, order.RefundRequested, c.State)
				c = w.decide(t, c, no)
				assert.Equal(t, order.RefundRejected, c.State, c.PlatformState)
				require.ErrorIs(t, w.Shop.Orders.Decide(t.Context(), c, no), mall.ErrAlreadyDone)
				assert.NotEqual(t, order.RefundRejected, w.decide(t, c, order.Decision{Agree: true}).State,
					"a merchant may think again")
			}
			c := w.decide(t, w.caseOf(t, sandbox.AfterSale{Type: returnGoods}), order.Decision{Agree: true})
			c = w.decide(t, w.move(t, c, "return"), no)
			assert.Equal(t, order.RefundRejected, c.State, "the goods are refused")
			assert.Equal(t, order.RefundDone, w.decide(t, c, order.Decision{Agree: true}).State)
		})
	}
	w := newWorld(t, nil)
	c := w.caseOf(t, sandbox.AfterSale{})
	require.ErrorIs(t, w.Shop.Orders.Decide(t.Context(), c, order.Decision{}), mall.ErrInvalid, "a reason is needed")
	require.ErrorIs(t, w.Shop.Orders.Decide(t.Context(), c, order.Decision{ReasonCode: "x"}), mall.ErrInvalid)
	assert.Empty(t, w.Record.Of("open.refund.reject")[1:], "neither was sent")
	require.ErrorIs(t, w.Shop.Orders.Decide(t.Context(), c, order.Decision{ReasonCode: "1001"}), mall.ErrInvalid,
		"this one needs a text")
	w.decide(t, c, order.Decision{ReasonCode: "1001", Reason: "示例", Evidence: []string{"https://example.com/e.jpg"}})
}

// TestDecideLostAnswer: whichever answer to a decision is lost, the decision is
// carried out once.
func TestDecideLostAnswer(t *testing.T) {
	t.Parallel()
	agree, no := order.Decision{Agree: true}, order.Decision{ReasonCode: "1002"}
	agreed := func(w *world, t *testing.T, c order.Case) order.Case { return w.decide(t, c, agree) }
	back := func(w *world, t *testing.T, c order.Case) order.Case {
		return w.move(t, agreed(w, t, c), "return")
	}
	for name, c := range map[string]struct {
		ask    sandbox.AfterSale
		before func(*world, *testing.T, order.Case) order.Case
		v      order.Decision
		method string
		want   order.Refund
	}{
		"a refund":                {sandbox.AfterSale{}, nil, agree, "open.seller.order.refund.approve", order.RefundDone},
		"a return":                {sandbox.AfterSale{Type: returnGoods}, nil, agree, "open.seller.order.refund.returngoods.approve", order.RefundReturning},
		"an exchange":             {sandbox.AfterSale{Type: exchange}, nil, agree, "open.seller.order.refund.returngoods.approve", order.RefundReturning},
		"returned goods":          {sandbox.AfterSale{Type: returnGoods}, back, agree, "open.seller.order.refund.confirm.receipt", order.RefundDone},
		"goods not waited for":    {sandbox.AfterSale{Type: returnGoods}, agreed, agree, "open.seller.order.refund.confirm.receipt", order.RefundDone},
		"the freight":             {sandbox.AfterSale{Type: returnGoods, Freight: 500}, back, order.Decision{Agree: true, PayReturnFreight: true}, "open.seller.order.refund.confirm.receipt", order.RefundDone},
		"exchanged goods":         {sandbox.AfterSale{Type: exchange}, back, order.Decision{Agree: true, Sent: order.Parcel{TrackingNo: "SF1", CarrierCode: "4"}}, "open.refund.confirm.and.send", order.RefundSending},
		"money for an exchange":   {sandbox.AfterSale{Type: exchange}, nil, order.Decision{Agree: true, Instead: order.CaseRefund}, "open.refund.direct.refund", order.RefundDone},
		"a refusal":               {sandbox.AfterSale{}, nil, no, "open.refund.reject", order.RefundRejected},
		"a refusal of the goods":  {sandbox.AfterSale{Type: returnGoods}, back, no, "open.refund.reject", order.RefundRejected},
		"a refusal of other sort": {sandbox.AfterSale{Type: exchange}, nil, no, "open.refund.reject", order.RefundRejected},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			for fault, sent := range map[sandbox.FaultKind]int{sandbox.FaultCutAfter: 1, sandbox.FaultHalfBody: 1,
				sandbox.FaultHTML: 2, sandbox.FaultCutBefore: 2} {
				one := w.caseOf(t, c.ask)
				if c.before != nil {
					one = c.before(w, t, one)
				}
				before, done := len(w.Record.Of(c.method)), w.carriedOut(c.method)
				w.Arm(t, sandbox.Fault{Method: c.method, Kind: fault})
				require.NoError(t, w.Shop.Orders.Decide(t.Context(), one, c.v), fault)
				assert.Len(t, w.Record.Of(c.method)[before:], sent, "%s: decided again only when there is no trace of it", fault)
				assert.Equal(t, 1, w.carriedOut(c.method)-done, "%s: exactly one decision", fault)
				assert.Equal(t, c.want, w.ReadCase(t, one.ID).State, fault)
			}
		})
	}
}

// TestDecideLostAnswerAfterBuyer: what the buyer did meanwhile does not count
// as the decision of the merchant.
func TestDecideLostAnswerAfterBuyer(t *testing.T) {
	t.Parallel()
	const method = "open.seller.order.refund.confirm.receipt"
	w := newWorld(t, nil)
	c := w.decide(t, w.caseOf(t, sandbox.AfterSale{Type: returnGoods}), order.Decision{Agree: true})
	acts := func(m string) {
		if m == method {
			assert.NoError(t, w.Side().MoveAfterSale(c.ID, "return", ""))
		}
	}
	w.OnCall(acts)
	w.Arm(t, sandbox.Fault{Method: method, Kind: sandbox.FaultCutBefore})
	err := w.Shop.Orders.Decide(t.Context(), c, order.Decision{Agree: true})
	require.ErrorIs(t, err, mall.ErrConflict, "nobody has paid")
	assert.Equal(t, order.RefundReceiving, w.ReadCase(t, c.ID).State)

	w.OnCall(nil)
	w.decide(t, c, order.Decision{Agree: true})
}

func TestDecideChangedCase(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	agree := order.Decision{Agree: true}
	c := w.caseOf(t, sandbox.AfterSale{})
	w.move(t, c, "withdraw")
	require.ErrorIs(t, w.Shop.Orders.Decide(t.Context(), c, agree), mall.ErrConflict)
	require.ErrorIs(t, w.Shop.Orders.Decide(t.Context(), c, order.Decision{ReasonCode: "1002"}), mall.ErrConflict)
	assert.Equal(t, order.RefundClosed, w.ReadCase(t, c.ID).State, "no money went back")

	// Between the reading and the decision: the platform refuses.
	for method, kind := range map[string]*int{
		"open.seller.order.refund.approve": nil, "open.seller.order.refund.returngoods.approve": returnGoods, "open.refund.reject": exchange,
	} {
		c := w.caseOf(t, sandbox.AfterSale{Type: kind})
		acts := func(m string) {
			if m == method {
				assert.NoError(t, w.Side().MoveAfterSale(c.ID, "withdraw", ""))
			}
		}
		w.OnCall(acts)
		v := agree
		if kind == exchange {
			v = order.Decision{ReasonCode: "1002"}
		}
		require.ErrorIs(t, w.Shop.Orders.Decide(t.Context(), c, v), mall.ErrConflict, method)
		w.OnCall(nil)
	}
}

func TestDecideWhilePaying(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.rule(t, func(r *rules) { r.Refund.StaysPaying = true })
	c := w.decide(t, w.caseOf(t, sandbox.AfterSale{}), order.Decision{Agree: true})
	assert.Equal(t, order.RefundPaying, c.State)
	require.ErrorIs(t, w.Shop.Orders.Decide(t.Context(), c, order.Decision{Agree: true}), mall.ErrAlreadyDone)
	c = w.decide(t, w.caseOf(t, sandbox.AfterSale{Type: exchange}), order.Decision{Agree: true, Instead: order.CaseRefund})
	assert.Equal(t, order.RefundPaying, c.Refund(), "of an exchange, too")
}

func TestRejectReasonsAndCalls(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	c := w.caseOf(t, sandbox.AfterSale{Type: returnGoods})
	reasons, err := w.Shop.Orders.RejectReasons(t.Context(), c.ID)
	require.NoError(t, err)
	assert.Equal(t, []order.RejectReason{
		{Code: "1001", Text: "示例：商品已发出", EvidenceNeeded: true, Evidence: "示例：请上传物流底单", TextNeeded: true},
		{Code: "1002", Text: "示例：与买家协商一致"},
	}, reasons)
	_, err = w.Shop.Orders.RejectReasons(t.Context(), "x")
	require.ErrorIs(t, err, mall.ErrInvalid)
	_, err = w.Shop.Orders.GetCase(t.Context(), "9")
	require.ErrorIs(t, err, mall.ErrNotFound)
	_, err = w.App.Shop(w.Here.Shops[1].ShopID).Orders.GetCase(t.Context(), c.ID)
	require.ErrorIs(t, err, mall.ErrPermission, "of another merchant")
	assert.False(t, order.Can[order.Interceptor](w.Shop.Orders))
	assert.False(t, order.Can[order.CaseRemarker](w.Shop.Orders))

	// What no service covers goes by Call.
	c = w.decide(t, c, order.Decision{Agree: true})
	type params map[string]any
	id, err := strconv.ParseInt(c.ID, 10, 64)
	require.NoError(t, err)
	_, err = client.Call[struct{}](t.Context(), w.Shop, "open.refund.submit.returnInfo",
		params{"refundId": id, "expressNo": "SF9", "expressCode": 4})
	require.NoError(t, err)
	assert.Equal(t, order.Parcel{TrackingNo: "SF9", CarrierCode: "4"}, w.ReadCase(t, c.ID).Return)
	history, err := client.Call[[]struct{ Title string }](t.Context(), w.Shop, "open.refund.comment.basic.list",
		params{"refundId": id})
	require.NoError(t, err)
	assert.Len(t, history, 3)
	w.Arm(t, sandbox.Fault{Method: "open.seller.order.refund.confirm.receipt", Kind: sandbox.FaultCutAfter})
	_, err = client.Call[struct{}](t.Context(), w.Shop, "open.seller.order.refund.confirm.receipt", params{"refundId": id})
	require.ErrorIs(t, err, mall.ErrUnknownOutcome, "it moves money: never repeated")
}
