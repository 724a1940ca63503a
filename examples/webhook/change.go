package main

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
)

// specChange decides by the order as it is now. Everything that can fail comes
// before the change is opened, so that none stays open without a verdict. An
// error means that nothing is decided: the platform will ask again.
func (d *desk) specChange(ctx context.Context, r change.Request) (change.Verdict, error) {
	l := line{Platform: r.Platform, ShopID: r.ShopID, Kind: "spec.change", OrderID: r.OrderID, ID: r.ID}
	o, err := d.read(ctx, r.ShopID, r.OrderID)
	if err != nil {
		return d.unread(l, err)
	}
	i := slices.IndexFunc(o.Lines, func(l order.Line) bool { return l.ID == r.LineID })
	if i < 0 {
		return d.answer(l, change.Verdict{Reason: "订单中没有该商品"})
	}
	if ctx.Err() != nil { // the platform has been told that nothing was decided
		return d.unread(l, context.Cause(ctx))
	}
	decide := func(ctx context.Context) (change.Verdict, error) {
		_, err := d.lay(ctx, o, change.Change{Request: r, At: d.app.Now()})
		if misfit(err) != nil {
			return change.Verdict{Code: "misfit", Reason: "申请与订单不符"}, nil
		}
		return change.Verdict{Accept: err == nil}, err
	}
	v, err := change.Judge(ctx, d.changes, r, factsOf(o, o.Lines[i]), d.app.Now, decide)
	if err == nil && v.Accept {
		o, err = d.lay(ctx, o)
	}
	if err != nil {
		return d.unread(l, err)
	}
	l.Status, l.Effective = o.Status, effective(o)
	return d.answer(l, v)
}

// factsOf is what the rules look at. This program prints no labels and assumes that
// the merchant sells within the country; an ERP knows.
func factsOf(o order.Order, l order.Line) change.Facts {
	f := change.FactsOf(o, l)
	f.Style, f.Known, f.Domestic = change.StyleVerdict, true, true
	return f
}

// read pulls an order and puts the accepted changes into it. The error is final
// where asking again would not help.
func (d *desk) read(ctx context.Context, shopID, id string) (order.Order, error) {
	o, err := d.app.Shop(shopID).Orders.Get(ctx, id)
	for _, gone := range []mall.Kind{mall.ErrNotFound, mall.ErrPermission, mall.ErrReauthorize, mall.ErrInvalid} {
		if errors.Is(err, gone) {
			return o, final("订单不存在")
		}
	}
	if err != nil {
		return o, err
	}
	o, err = d.lay(ctx, o)
	if e := misfit(err); e != nil {
		return o, final("需人工处理：" + e.Message)
	}
	return o, err
}

// misfit returns the error of a change that does not fit its order, and nil for any
// other, such as that of a store that cannot be read.
func misfit(err error) *mall.Error {
	e, _ := errors.AsType[*mall.Error](err)
	for _, kind := range []mall.Kind{mall.ErrInvalid, mall.ErrNotFound, mall.ErrConflict} {
		if errors.Is(err, kind) {
			return e
		}
	}
	return nil
}

// lay puts the accepted changes, and more, into an order, since the platform goes
// on showing the SKU that was ordered.
func (d *desk) lay(ctx context.Context, o order.Order, more ...change.Change) (order.Order, error) {
	accepted, err := d.changes.Accepted(ctx, o.Platform, o.ShopID, o.ID)
	if err != nil {
		return o, err
	}
	return change.Apply(o, append(accepted, more...)...)
}

// effective is what to ship, by line.
func effective(o order.Order) map[string]string {
	skus := map[string]string{}
	for _, l := range o.Lines {
		skus[l.ID] = cmp.Or(l.Effective.ID, l.Effective.Code)
	}
	return skus
}

// final is why nothing can be done, now or later. Customer service reads it.
type final string

func (f final) Error() string { return string(f) }
