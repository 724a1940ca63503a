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
// A verifier needs one where the platform does not sign its pushes. Such a push
// proves neither who wrote it nor when, so it is only taken as a reason to look:
// the order or case is read first, and the app is told what was read.
//
// The Kind of the event is what was read too, as far as an order or case shows it.
// A push that calls an unpaid order paid becomes [KindOrderCreated]; one that calls
// an order created which waits for shipping becomes [KindOrderToShip]. Kinds that
// the state does not show, such as [KindOrderAmount], are those of the push. Where
// no function would be called, nothing is read.
//
// Where reading fails with mall.ErrNotFound or mall.ErrPermission, the push is
// answered with success, since repeating it would not help, and the observer is
// told [ErrUnconfirmed]. After any other failure the platform is told to try again.
type OrderReader interface {
	Get(ctx context.Context, id string) (order.Order, error)
	GetCase(ctx context.Context, id string) (order.Case, error)
}

// hint is which order or case an unsigned push is about.
type hint struct {
	id     string // of the order; for the kinds in refundReadings, of the case
	orders func(shopID string) OrderReader
	// address finds in an order the receiver that the buyer asks for. It may be
	// nil.
	address func(order.Order) askedAddress
}

// askedAddress is the other receiver that a buyer asks for, as an order shows it.
type askedAddress struct {
	shown bool // the order shows whether the buyer asks for one
	waits bool // the buyer waits for an answer
	to    order.Receiver
	until time.Time // when it is too late to answer; zero where the order does not say
}

// read returns what a function of the app is given. e is what the push says; only
// the id and tag of the message stay, and all else is what was read.
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

// gone reports that reading again would not help.
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

// stages has the kind that says how far an order with a status is.
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

// orderReadings are the kinds for which an order is read. It is true for those that
// say how far the order is.
var orderReadings = map[Kind]bool{
	KindOrderCreated: true, KindOrderPaid: true, KindOrderToShip: true, KindOrderPartShipped: true,
	KindOrderShipped: true, KindOrderDelivered: true, KindOrderDone: true, KindOrderClosed: true,
	KindOrderAmount: false, KindOrderShipBy: false, KindOrderLabel: false, KindOrderChanged: false,
	kindRemark: false, kindLogistics: false, kindAddressChanged: false, kindAddressAsked: false,
}

// refundReadings are the kinds for which a case is read.
var refundReadings = map[Kind]bool{
	KindRefundCreated: true, KindRefundChanged: true, KindRefundAgreed: true, KindRefundReturning: true,
	KindRefundReceiving: true, KindRefundRejected: true, KindRefundDone: true, KindRefundClosed: true,
	KindRefundDeadline: true, KindRefundExchanged: true, KindRefundResend: true, KindRefundResent: true,
	KindRefundArbitration: true,
}

// readable reports whether what a kind is about can be read, or need not be.
func readable(k Kind) bool {
	_, ok := orderReadings[k]
	return ok || refundReadings[k] || k == KindOther
}

// as returns e with what was read in place of what the push says.
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
		for _, p := range o.Parcels { // of several, the one shipped last
			if !p.Shipped.Before(r.Parcel.Shipped) {
				r.Parcel = p
			}
		}
	}
	return r
}

// readAddress says that another receiver is asked for while the buyer waits for an
// answer. Afterwards there is nothing to answer, and the receiver in force counts.
func (h *hint) readAddress(e Event, o order.Order) AddressEvent {
	r := AddressEvent{Order: &o, Change: change.Request{
		Kind: change.Address, Platform: e.Platform, ShopID: cmp.Or(o.ShopID, e.ShopID), OrderID: o.ID,
	}}
	var asked askedAddress
	if h.address != nil {
		asked = h.address(o)
	}
	if e.Kind == kindAddressAsked && (asked.waits || !asked.shown) {
		r.Event = e.as(kindAddressAsked, o.ShopID, o.Updated)
		r.Change.FromReceiver, r.Change.ToReceiver, r.Change.Deadline = o.Receiver, asked.to, asked.until
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
	o, err := reader.Get(ctx, c.OrderID) // only the order shows whether goods have left
	switch {
	case err == nil:
		r.BeforeShipping = atHome(o)
	case !gone(err): // the app is told of a case whose order is too old to be read
		return nil, err
	}
	return r, nil
}

// atHome reports whether nothing of the order was shipped.
func atHome(o order.Order) bool {
	switch o.Status {
	case order.StatusPartShipped, order.StatusShipped, order.StatusDelivered, order.StatusDone:
		return false
	}
	return o.Shipped.IsZero() && len(o.Parcels) == 0
}

// refundKind returns the kind that the state of a case shows. The state does not
// show that a deadline is new, nor whether a request was just made or changed:
// there the push decides.
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
