package webhook

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
)

// OrderReader reads the orders and after-sale cases of one shop through the
// platform's API. [order.Service] is one.
//
// A verifier needs it where the platform signs nothing. Such a push proves
// neither who wrote it nor when, so all that is taken from it is that it may be
// worth looking: the order or case is read first, and what the app is told is
// what was read. Kind is what was read too, as far as an order or case shows
// it: a push that calls an unpaid order paid is handed over as
// [KindOrderCreated], one that calls it created while it waits for shipping as
// [KindOrderToShip]. Kinds that no state shows, such as [KindOrderAmount], are the
// push's. Where no function would be called, nothing is read.
//
// What the platform answers with mall.ErrNotFound or mall.ErrPermission is
// acknowledged, because repeating it will not help, and observed as
// [ErrUnconfirmed]. After any other failure the platform is to try again.
type OrderReader interface {
	Get(ctx context.Context, id string) (order.Order, error)
	GetCase(ctx context.Context, id string) (order.Case, error)
}

// hint is what an unsigned push may be worth looking at.
type hint struct {
	id     string // of the order; of the case for the kinds in refundReadings
	orders func(shopID string) OrderReader
	// wish finds in an order the receiver that the buyer asks for. It may be nil.
	wish func(order.Order) wish
}

// wish is a buyer's wish for another receiver as an order shows it.
type wish struct {
	known bool // the order tells whether there is one
	waits bool // for an answer
	to    order.Receiver
	until time.Time // when it is too late to answer; zero if that is not told
}

// read returns what is handed over, which is all from the reading but for the
// id and tag of the message. e is what the push says.
func (h *hint) read(ctx context.Context, e Event) (any, error) {
	r := h.orders(e.ShopID)
	if r == nil {
		return nil, unconfirmed(mall.ErrNotFound, "the app serves no such shop", nil)
	}
	payload, err := h.readFrom(ctx, r, e)
	switch {
	case errors.Is(err, mall.ErrNotFound):
		return nil, unconfirmed(mall.ErrNotFound, "the platform does not know what the push is about", err)
	case errors.Is(err, mall.ErrPermission):
		return nil, unconfirmed(mall.ErrPermission, "the app may not read what the push is about", err)
	}
	return payload, err
}

// gone reports that reading again will not help.
func gone(err error) bool {
	return errors.Is(err, mall.ErrNotFound) || errors.Is(err, mall.ErrPermission)
}

func (h *hint) readFrom(ctx context.Context, r OrderReader, e Event) (any, error) {
	if refundReadings[e.Kind] {
		c, err := r.GetCase(ctx, h.id)
		if err != nil {
			return nil, err
		}
		return readRefund(ctx, r, e, c)
	}
	o, err := r.Get(ctx, h.id)
	switch {
	case err != nil:
		return nil, err
	case e.Kind == kindAddressChanged || e.Kind == kindAddressAsked:
		return h.readAddress(e, o), nil
	}
	return readOrder(e, o), nil
}

// stages are the kinds that tell how far an order is.
var stages = map[order.Status]Kind{
	order.StatusUnpaid:      KindOrderCreated,
	order.StatusPaid:        KindOrderPaid,
	order.StatusToShip:      KindOrderToShip,
	order.StatusPartShipped: KindOrderPartShipped,
	order.StatusShipped:     KindOrderShipped,
	order.StatusDelivered:   KindOrderDelivered,
	order.StatusDone:        KindOrderDone,
	order.StatusClosed:      KindOrderClosed,
}

// orderReadings are the kinds for which an order is read; true for those that
// tell how far it is.
var orderReadings = map[Kind]bool{
	KindOrderCreated: true, KindOrderPaid: true, KindOrderToShip: true, KindOrderPartShipped: true, KindOrderShipped: true,
	KindOrderDelivered: true, KindOrderDone: true, KindOrderClosed: true,
	KindOrderAmount: false, KindOrderShipBy: false, KindOrderLabel: false, KindOrderChanged: false, kindRemark: false, kindLogistics: false,
	kindAddressChanged: false, kindAddressAsked: false,
}

// refundReadings are the kinds for which a case is read.
var refundReadings = map[Kind]bool{
	KindRefundCreated: true, KindRefundChanged: true, KindRefundAgreed: true, KindRefundReturning: true, KindRefundReceiving: true,
	KindRefundRejected: true, KindRefundDone: true, KindRefundClosed: true, KindRefundDeadline: true, KindRefundExchanged: true,
	KindRefundResend: true, KindRefundResent: true, KindRefundArbitration: true,
}

// readable reports kinds that can be read, or need not be.
func readable(k Kind) bool {
	_, ok := orderReadings[k]
	return ok || refundReadings[k] || k == KindOther
}

// as is e with what was read in place of what the push says.
func (e Event) as(k Kind, shopID string, updated time.Time) Event {
	e.Kind, e.ShopID, e.At, e.Raw = k, cmp.Or(shopID, e.ShopID), updated, nil
	return e
}

func readOrder(e Event, o order.Order) OrderEvent {
	kind := e.Kind
	if orderReadings[kind] {
		kind = cmp.Or(stages[o.Status], KindOrderChanged)
	}
	r := OrderEvent{Event: e.as(kind, o.ShopID, o.Updated), OrderID: o.ID, PlatformStatus: o.PlatformStatus, Order: &o}
	switch kind {
	case KindOrderClosed:
		r.Reason = o.CancelReason
	case KindOrderShipBy:
		r.ShipBy = o.ShipBy
	case kindRemark:
		r.Remark = o.Remark
	case KindOrderShipped, KindOrderPartShipped, kindLogistics:
		for _, p := range o.Parcels { // the last one shipped
			if !p.Shipped.Before(r.Parcel.Shipped) {
				r.Parcel = p
			}
		}
	}
	return r
}

// readAddress tells of a wish only while it waits for an answer. Afterwards
// there is nothing to answer, and what counts is the receiver in force.
func (h *hint) readAddress(e Event, o order.Order) AddressEvent {
	r := AddressEvent{Change: change.Request{Kind: change.Address, Platform: e.Platform, ShopID: cmp.Or(o.ShopID, e.ShopID), OrderID: o.ID}, Order: &o}
	var w wish
	if h.wish != nil {
		w = h.wish(o)
	}
	if e.Kind == kindAddressAsked && (w.waits || !w.known) {
		r.Event = e.as(kindAddressAsked, o.ShopID, o.Updated)
		r.Change.FromReceiver, r.Change.ToReceiver, r.Change.Deadline = o.Receiver, w.to, w.until
		return r
	}
	r.Event = e.as(kindAddressChanged, o.ShopID, o.Updated)
	r.Change.ToReceiver = o.Receiver
	return r
}

func readRefund(ctx context.Context, reader OrderReader, e Event, c order.Case) (any, error) {
	r := RefundEvent{
		Event: e.as(refundKind(e.Kind, c), c.ShopID, c.Updated), OrderID: c.OrderID, RefundID: c.ID,
		PlatformStatus: c.PlatformState, PlatformType: c.PlatformKind, Amount: c.Amount, Case: &c,
	}
	if len(c.Lines) == 1 {
		r.LineID = c.Lines[0].LineID
	}
	if e.Kind == KindRefundDeadline {
		r.Deadline = c.Deadline
	}
	if c.Kind.KeepsGoods() || c.State == order.RefundClosed {
		return r, nil
	}
	o, err := reader.Get(ctx, c.OrderID) // only the order tells whether goods have left
	switch {
	case err == nil:
		r.BeforeShipping = atHome(o)
	case !gone(err): // too old an order is no reason to keep the case back
		return nil, err
	}
	return r, nil
}

// atHome reports that nothing of the order was shipped.
func atHome(o order.Order) bool {
	switch o.Status {
	case order.StatusPartShipped, order.StatusShipped, order.StatusDelivered, order.StatusDone:
		return false
	}
	return o.Shipped.IsZero() && len(o.Parcels) == 0
}

// refundKind is what the state of a case shows. A new deadline does not show,
// and a case that was just asked for looks like one that was changed.
func refundKind(pushed Kind, c order.Case) Kind {
	switch {
	case pushed == KindRefundDeadline:
		return pushed
	case c.Disputed && c.State.Open():
		return KindRefundArbitration
	}
	switch c.State {
	case order.RefundRequested:
		if pushed == KindRefundCreated {
			return pushed
		}
	case order.RefundReturning:
		return KindRefundReturning
	case order.RefundReceiving:
		return KindRefundReceiving
	case order.RefundSending:
		if c.Kind == order.CaseResend {
			return KindRefundResend
		}
		return KindRefundAgreed
	case order.RefundRejected:
		return KindRefundRejected
	case order.RefundClosed:
		return KindRefundClosed
	case order.RefundDone:
		switch c.Kind {
		case order.CaseExchange:
			return KindRefundExchanged
		case order.CaseResend:
			return KindRefundResent
		}
		return KindRefundDone
	}
	return KindRefundChanged
}
