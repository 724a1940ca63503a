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
	v, err := change.Judge(ctx, d.changes, r, factsOf(o, o.Lines[i]), d.app.Now, func(ctx context.Context) (change.Verdict, error) {
		_, err := d.lay(ctx, o, change.Change{Request: r, At: d.app.Now()})
		if _, misfit := errors.AsType[*mall.Error](err); misfit {
			return change.Verdict{Code: "misfit", Reason: "申请与订单不符"}, nil
		}
		return change.Verdict{Accept: err == nil}, err
	})
	if err == nil && v.Accept {
		o, err = d.lay(ctx, o)
	}
	if err != nil {
		return d.unread(l, err)
	}
	l.Status, l.Effective = o.Status, effective(o)
	return d.answer(l, v)
}

// factsOf is what the rules look at. This program prints no labels and serves
// merchants who sell within the country; an ERP knows better.
func factsOf(o order.Order, l order.Line) change.Facts {
	f := change.FactsOf(o, l)
	f.Style, f.Known, f.Domestic = change.StyleVerdict, true, true
	return f
}

// read pulls an order and lays the accepted changes over it. The error is final
// where asking again will not help.
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
	if misfit, ok := errors.AsType[*mall.Error](err); ok {
		return o, final("需人工处理：" + misfit.Message)
	}
	return o, err
}

// lay puts the accepted changes, and more, into an order: the platform goes on
// showing the SKU that was ordered. Changes that do not fit are a *mall.Error.
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
