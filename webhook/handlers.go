package webhook

import (
	"context"

	"github.com/mallwire/mall/order/change"
)

// Handlers are the app's functions. They are called from many goroutines at once;
// the events of one request are handled one after the other.
//
// A push is answered with success when its function has returned nil. After an
// error the platform sends the push again, so the event comes again. Where the
// function is nil, the push is answered with success. The context ends when the
// answer is due: work that takes longer belongs on a queue, see [Options].Queue.
type Handlers struct {
	OrderChanged     func(context.Context, OrderEvent) error    // how far an order is, and all but the next four
	RemarkChanged    func(context.Context, OrderEvent) error    // the remark (备注) of an order
	LogisticsChanged func(context.Context, OrderEvent) error    // the waybill of shipped goods
	AddressChanged   func(context.Context, AddressEvent) error  // the receiver, in force
	AddressAsked     func(context.Context, AddressEvent) error  // an address change (改地址) to be answered
	RefundChanged    func(context.Context, RefundEvent) error   // an after-sale case (售后单)
	ProductChanged   func(context.Context, ProductEvent) error  // a product or SKU
	StockChanged     func(context.Context, ProductEvent) error  // the stock of a product or SKU
	DropshipChanged  func(context.Context, DropshipEvent) error // an assignment (代发)
	AuthChanged      func(context.Context, Event) error         // the merchant's authorisation
	Other            func(context.Context, Event) error         // every other push, also of unknown tags

	// SpecChange decides whether another SKU may be shipped (改规格). Its verdict is
	// the answer to the platform. A request that is repeated gets the same answer,
	// and the function is not called again. After an error, and where the function
	// takes too long, the platform is told that nothing was decided: the verdict
	// then counts only if the request is repeated, so check the context before
	// anything is done that depends on it. Where SpecChange is nil, requests are
	// refused.
	SpecChange func(context.Context, change.Request) (change.Verdict, error)
	// Intercept decides whether the goods can still be kept from leaving
	// (拦截发货). All that is said of SpecChange holds for it too.
	Intercept func(context.Context, change.Request) (change.Verdict, error)
}

// push calls the function that is meant for an event.
func (h *Handlers) push(ctx context.Context, payload any) error {
	switch e := payload.(type) {
	case OrderEvent:
		switch e.Kind {
		case kindRemark:
			return call(ctx, h.RemarkChanged, e)
		case kindLogistics:
			return call(ctx, h.LogisticsChanged, e)
		}
		return call(ctx, h.OrderChanged, e)
	case AddressEvent:
		if e.Kind == kindAddressAsked {
			return call(ctx, h.AddressAsked, e)
		}
		return call(ctx, h.AddressChanged, e)
	case RefundEvent:
		return call(ctx, h.RefundChanged, e)
	case ProductEvent:
		if e.Kind == kindStock {
			return call(ctx, h.StockChanged, e)
		}
		return call(ctx, h.ProductChanged, e)
	case DropshipEvent:
		return call(ctx, h.DropshipChanged, e)
	case Event:
		if e.Kind == kindAuth {
			return call(ctx, h.AuthChanged, e)
		}
		return call(ctx, h.Other, e)
	}
	return nil
}

// wants reports whether there is a function for an unsigned push of kind k, or for
// what it may turn out to be when it is read. Reading costs an API call.
func (h *Handlers) wants(k Kind) bool {
	switch {
	case k == kindRemark:
		return h.RemarkChanged != nil
	case k == kindLogistics:
		return h.LogisticsChanged != nil
	case k == kindAddressChanged:
		return h.AddressChanged != nil
	case k == kindAddressAsked:
		return h.AddressAsked != nil || h.AddressChanged != nil
	case refundReadings[k]:
		return h.RefundChanged != nil
	}
	return h.OrderChanged != nil
}

func call[E any](ctx context.Context, f func(context.Context, E) error, e E) error {
	if f == nil {
		return nil
	}
	return f(ctx, e)
}

// ask calls the function that decides a request.
func (h *Handlers) ask(ctx context.Context, payload any) (change.Verdict, error) {
	r, _ := payload.(change.Request)
	switch {
	case r.Kind == change.Spec && h.SpecChange != nil:
		return h.SpecChange(ctx, r)
	case r.Kind == change.Intercept && h.Intercept != nil:
		return h.Intercept(ctx, r)
	}
	return change.Verdict{Reason: "本应用不处理此类申请"}, nil
}
