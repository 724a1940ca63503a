package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/examples/internal/cli"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/webhook"
)

// desk is what the ERP does with what it is told.
type desk struct {
	app     *client.App
	log     *journal
	changes change.Store // a real ERP keeps them in its database, with its stock
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
	o, err := d.read(ctx, e.ShopID, id)
	l := lineOf(e, id, "pulled")
	if why, ok := errors.AsType[final](err); ok {
		l.Decision, l.Reason = "ignored", string(why)
		return d.log.print(l)
	}
	if err != nil {
		return d.later(l, err)
	}
	l.Status, l.Effective = o.Status, effective(o)
	return d.log.print(l)
}

// intercept keeps the goods back unless they have left.
func (d *desk) intercept(ctx context.Context, r change.Request) (change.Verdict, error) {
	l := line{Platform: r.Platform, ShopID: r.ShopID, Kind: "intercept", OrderID: r.OrderID, ID: r.ID}
	o, err := d.read(ctx, r.ShopID, r.OrderID)
	if err != nil {
		return d.unread(l, err)
	}
	l.Status = o.Status
	switch o.Status {
	case order.StatusUnpaid, order.StatusPaid, order.StatusToShip:
		return d.answer(l, change.Verdict{Accept: true})
	}
	return d.answer(l, change.Verdict{Reason: "商品已发出，请联系快递拦截"})
}

// answer prints a verdict and gives it.
func (d *desk) answer(l line, v change.Verdict) (change.Verdict, error) {
	l.Decision, l.Reason = "refused", v.Reason
	if v.Accept {
		l.Decision = "accepted"
	}
	return v, d.log.print(l)
}

// unread refuses for good where asking again will not help.
func (d *desk) unread(l line, err error) (change.Verdict, error) {
	if why, ok := errors.AsType[final](err); ok {
		return d.answer(l, change.Verdict{Reason: string(why)})
	}
	return change.Verdict{}, d.later(l, err)
}

// later has the platform send the request again.
func (d *desk) later(l line, err error) error {
	l.Decision, l.Reason = "retry", cli.Say(err)
	return errors.Join(err, d.log.print(l))
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

// observe prints what failed and what was rejected. Whoever sent it is not told why.
func (j *journal) observe(w io.Writer) func(webhook.Observation) {
	return func(o webhook.Observation) {
		if o.Err != nil {
			j.mu.Lock()
			defer j.mu.Unlock()
			fmt.Fprintln(w, strings.TrimSpace(o.ID+" "+cli.Say(o.Err)))
		}
	}
}
