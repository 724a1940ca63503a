package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
	"github.com/mallwire/mall/webhook"
)

// desk is what the ERP does with what it is told.
type desk struct {
	app      *client.App
	log      *journal
	accepted *changes
}

func (d *desk) handlers() webhook.Handlers {
	return webhook.Handlers{
		OrderChanged:     d.order,
		RemarkChanged:    d.order,
		LogisticsChanged: d.order,
		RefundChanged: func(ctx context.Context, e webhook.RefundEvent) error {
			return d.pull(ctx, e.Event, e.OrderID)
		},
		AddressChanged: d.address,
		AddressAsked:   d.address,
		ProductChanged: func(_ context.Context, e webhook.ProductEvent) error { return d.note(e.Event) },
		StockChanged:   func(_ context.Context, e webhook.ProductEvent) error { return d.note(e.Event) },
		DropshipChanged: func(_ context.Context, e webhook.DropshipEvent) error {
			return d.note(e.Event)
		},
		AuthChanged: func(_ context.Context, e webhook.Event) error { return d.note(e) },
		Other:       func(_ context.Context, e webhook.Event) error { return d.note(e) },
		SpecChange:  d.specChange,
		Intercept:   d.intercept,
	}
}

func (d *desk) order(ctx context.Context, e webhook.OrderEvent) error {
	return d.pull(ctx, e.Event, e.OrderID)
}

func (d *desk) address(ctx context.Context, e webhook.AddressEvent) error {
	return d.pull(ctx, e.Event, e.Change.OrderID)
}

// note prints an event that is about no order.
func (d *desk) note(e webhook.Event) error { return d.log.print(lineOf(e, "", "noted")) }

// pull reads the order that a push is about: a push is a hint, and the order is
// the truth. A real ERP puts the id on a queue here and pulls from there.
func (d *desk) pull(ctx context.Context, e webhook.Event, id string) error {
	o, err := d.app.Shop(e.ShopID).Orders.Get(ctx, id)
	l := lineOf(e, id, "pulled")
	switch {
	case err != nil && gone(err):
		l.Decision, l.Reason = "ignored", "the order is not ours"
	case err != nil:
		l.Decision, l.Reason = "retry", err.Error()
		return errors.Join(err, d.log.print(l))
	default:
		d.accepted.apply(&o)
		l.Status, l.Effective = o.Status, effective(o)
	}
	return d.log.print(l)
}

// gone reports whether asking again will not help.
func gone(err error) bool {
	for _, kind := range []mall.Kind{mall.ErrNotFound, mall.ErrPermission, mall.ErrReauthorize, mall.ErrInvalid} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// specChange decides by the order as it is now. An error means that nothing is
// decided: the platform will ask again.
func (d *desk) specChange(ctx context.Context, r sku.ChangeRequest) (sku.Verdict, error) {
	l := line{Platform: r.Platform, ShopID: r.ShopID, Kind: webhook.KindSpecChange, OrderID: r.OrderID, ID: r.ID}
	if !d.accepted.begin(r) {
		return d.refuse(l, "another change of this line is being decided")
	}
	defer d.accepted.end(r)
	o, err := d.app.Shop(r.ShopID).Orders.Get(ctx, r.OrderID)
	switch {
	case err != nil && gone(err):
		return d.refuse(l, "the order is not known here")
	case err != nil:
		l.Decision, l.Reason = "retry", err.Error()
		return sku.Verdict{}, errors.Join(err, d.log.print(l))
	}
	d.accepted.apply(&o)
	if reason := ineligible(o, r); reason != "" {
		return d.refuse(l, reason)
	}
	if ctx.Err() != nil { // the platform has been told that nothing was decided
		return sku.Verdict{}, context.Cause(ctx)
	}
	d.accepted.accept(r)
	d.accepted.apply(&o)
	l.Decision, l.Status, l.Effective = "accepted", o.Status, effective(o)
	return sku.Verdict{Accept: true}, d.log.print(l)
}

// intercept keeps the goods back while they are here.
func (d *desk) intercept(ctx context.Context, r webhook.InterceptRequest) (sku.Verdict, error) {
	l := line{Platform: r.Platform, ShopID: r.ShopID, Kind: webhook.KindIntercept, OrderID: r.OrderID, ID: r.ID}
	o, err := d.app.Shop(r.ShopID).Orders.Get(ctx, r.OrderID)
	switch {
	case err != nil && gone(err):
		return d.refuse(l, "the order is not known here")
	case err != nil:
		l.Decision, l.Reason = "retry", err.Error()
		return sku.Verdict{}, errors.Join(err, d.log.print(l))
	}
	switch o.Status {
	case order.StatusUnpaid, order.StatusPaid, order.StatusToShip:
		l.Decision, l.Status = "accepted", o.Status
		return sku.Verdict{Accept: true}, d.log.print(l)
	}
	return d.refuse(l, "goods are on their way: ask the carrier")
}

func (d *desk) refuse(l line, reason string) (sku.Verdict, error) {
	l.Decision, l.Reason = "refused", reason
	return sku.Verdict{Reason: reason}, d.log.print(l)
}

// line is what is printed of an event.
type line struct {
	Platform  mall.Platform     `json:"platform"`
	ShopID    string            `json:"shop_id"`
	Kind      webhook.Kind      `json:"kind"`
	OrderID   string            `json:"order_id"`
	ID        string            `json:"id"`
	Decision  string            `json:"decision"`
	Reason    string            `json:"reason,omitempty"`
	Status    order.Status      `json:"status,omitempty"`
	Effective map[string]string `json:"effective,omitempty"` // SKU to ship by line
}

func lineOf(e webhook.Event, orderID, decision string) line {
	return line{Platform: e.Platform, ShopID: e.ShopID, Kind: e.Kind, OrderID: orderID, ID: e.ID, Decision: decision}
}

func effective(o order.Order) map[string]string {
	skus := map[string]string{}
	for _, l := range o.Lines {
		skus[l.ID] = l.Effective.ID
	}
	return skus
}

// journal prints one line at a time.
type journal struct {
	mu  sync.Mutex
	out *json.Encoder
}

func (j *journal) print(l line) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.out.Encode(l)
}

// observe tells of requests that were refused. Their senders are not told why.
func (j *journal) observe(w io.Writer) func(webhook.Observation) {
	return func(o webhook.Observation) {
		if o.Err != nil && !errors.Is(o.Err, webhook.ErrReplayed) {
			j.mu.Lock()
			defer j.mu.Unlock()
			fmt.Fprintf(w, "%s %s: %v\n", o.Platform, o.ID, o.Err)
		}
	}
}
