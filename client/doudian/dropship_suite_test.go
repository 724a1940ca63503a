package doudian_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/dropship/dropshiptest"
	"github.com/mallwire/mall/order"
)

// powers are all that a driver can have.
type powers interface {
	dropship.Driver
	dropship.SupplierLister
	dropship.MerchantLister
	dropship.MerchantOrderLister
	dropship.MerchantOrderGetter
	dropship.Assigner
	dropship.AssignmentCanceller
	dropship.FactoryOrderLister
	dropship.FactoryOrderGetter
	dropship.WaybillTaker
	dropship.WaybillReturner
	dropship.WaybillUpdater
	dropship.WaybillCanceller
}

// faulty is a driver with a fault in one place.
type faulty struct {
	powers
	row    func(*dropship.Assignment)
	get    func(dropship.Assignment, error) (dropship.Assignment, error)
	page   func(*mall.Page[dropship.Assignment])
	cursor func(string) string
	back   func(dropship.Return) bool // whether to call at all
	give   func([]dropship.Choice) bool
}

func (d faulty) read(a dropship.Assignment, err error) (dropship.Assignment, error) {
	if err == nil && d.row != nil {
		d.row(&a)
	}
	if d.get != nil {
		return d.get(a, err)
	}
	return a, err
}

func (d faulty) FactoryOrder(ctx context.Context, id dropship.FactoryID) (dropship.Assignment, error) {
	return d.read(d.powers.FactoryOrder(ctx, id))
}

func (d faulty) MerchantOrder(ctx context.Context, id dropship.MerchantID) (dropship.Assignment, error) {
	return d.read(d.powers.MerchantOrder(ctx, id))
}

func (d faulty) list(p mall.Page[dropship.Assignment], err error) (mall.Page[dropship.Assignment], error) {
	for i := range p.Items {
		if d.row != nil {
			d.row(&p.Items[i])
		}
	}
	if d.page != nil {
		d.page(&p)
	}
	return p, err
}

func (d faulty) at(cursor string) string {
	if d.cursor != nil {
		return d.cursor(cursor)
	}
	return cursor
}

func (d faulty) FactoryOrders(ctx context.Context, q dropship.Query, cursor string) (mall.Page[dropship.Assignment], error) {
	return d.list(d.powers.FactoryOrders(ctx, q, d.at(cursor)))
}

func (d faulty) MerchantOrders(ctx context.Context, q dropship.Query, cursor string) (mall.Page[dropship.Assignment], error) {
	return d.list(d.powers.MerchantOrders(ctx, q, d.at(cursor)))
}

func (d faulty) ReturnWaybills(ctx context.Context, r dropship.Return) ([]order.Parcel, error) {
	if d.back != nil && !d.back(r) {
		return []order.Parcel{{TrackingNo: r.Parcels[0].TrackingNo}}, nil
	}
	return d.powers.ReturnWaybills(ctx, r)
}

func (d faulty) Assign(ctx context.Context, choices []dropship.Choice) ([]dropship.Outcome, error) {
	if d.give != nil && !d.give(choices) {
		return []dropship.Outcome{{ID: choices[0].ID}}, nil
	}
	return d.powers.Assign(ctx, choices)
}

// TestSuiteBites: each fault is found by the promise that it breaks.
func TestSuiteBites(t *testing.T) {
	for _, c := range []struct {
		promise  string
		merchant faulty
		factory  faulty
	}{
		{promise: "", merchant: faulty{}, factory: faulty{}},
		{promise: "MerchantGet", merchant: faulty{row: func(a *dropship.Assignment) { a.PlatformState = "" }}},
		{promise: "MerchantGet", merchant: faulty{row: func(a *dropship.Assignment) { a.Raw = nil }}},
		{promise: "MerchantGet", merchant: faulty{get: func(a dropship.Assignment, _ error) (dropship.Assignment, error) { return a, nil }}},
		{promise: "MerchantList", merchant: faulty{cursor: func(string) string { return "" }}},
		{promise: "MerchantList", merchant: faulty{page: func(p *mall.Page[dropship.Assignment]) { p.Total = len(p.Items) }}},
		{promise: "Assign", merchant: faulty{give: func(list []dropship.Choice) bool { return len(list) > 1 }}},
		{promise: "FactoryList", factory: faulty{row: func(a *dropship.Assignment) { a.OrderID = "1" }}},
		{promise: "FactoryGet", factory: faulty{get: func(a dropship.Assignment, _ error) (dropship.Assignment, error) { return a, nil }}},
		{promise: "Return", factory: faulty{back: func(dropship.Return) bool { return false }}},
		{promise: "Pieces", factory: faulty{back: func(r dropship.Return) bool { return r.Parcels[0].Pieces < 7 }}},
	} {
		f := newWorks(t)
		k := f.known()
		c.merchant.powers, c.factory.powers = k.Merchant.(powers), k.Factory.(powers)
		k.Merchant, k.Factory = c.merchant, c.factory
		err := dropshiptest.Check(t.Context(), k)
		if c.promise == "" {
			require.NoError(t, err)
			continue
		}
		require.Error(t, err, c.promise)
		assert.Equal(t, c.promise, strings.SplitN(err.Error(), ":", 2)[0], "%v", err)
	}
}
