package kuaishou_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/dropship/dropshiptest"
)

// powers are all that this platform's driver has.
type powers interface {
	dropship.Driver
	dropship.SupplierLister
	dropship.Binder
	dropship.Unbinder
	dropship.MerchantOrderLister
	dropship.MerchantOrderGetter
	dropship.Assigner
	dropship.AssignmentCanceller
	dropship.Appender
	dropship.Deleter
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
	apply  func([]dropship.Application) bool // whether to call at all
	append func(*dropship.Extra)
	delete func([]dropship.MerchantID) bool
	update func() bool
	limits func(*dropship.Limits)
}

func (d faulty) Apply(ctx context.Context, list []dropship.Application) ([]dropship.PartnerOutcome, error) {
	if d.apply != nil && !d.apply(list) {
		return []dropship.PartnerOutcome{{Partner: list[0].Supplier}}, nil
	}
	return d.powers.Apply(ctx, list)
}

func (d faulty) Append(ctx context.Context, list []dropship.Extra) ([]dropship.Appended, error) {
	if d.append != nil {
		d.append(&list[0])
	}
	return d.powers.Append(ctx, list)
}

func (d faulty) Delete(ctx context.Context, ids []dropship.MerchantID) ([]dropship.Outcome, error) {
	if d.delete != nil && !d.delete(ids) {
		return []dropship.Outcome{{ID: ids[0]}}, nil
	}
	return d.powers.Delete(ctx, ids)
}

func (d faulty) UpdateWaybill(ctx context.Context, c dropship.Correction) error {
	if d.update != nil && !d.update() {
		return nil
	}
	return d.powers.UpdateWaybill(ctx, c)
}

func (d faulty) Limits() dropship.Limits {
	l := d.powers.Limits()
	if d.limits != nil {
		d.limits(&l)
	}
	return l
}

// TestSuiteBites: each fault in a power of this platform is found by the promise
// that it breaks, and so is a wrong word about what is missing.
func TestSuiteBites(t *testing.T) {
	never := func() bool { return false }
	for _, c := range []struct {
		promise  string
		merchant faulty
		factory  faulty
		lacks    []string
	}{
		{promise: ""},
		{promise: "Bind", merchant: faulty{apply: func([]dropship.Application) bool { return false }}},
		{promise: "Append", merchant: faulty{append: func(x *dropship.Extra) { x.Kind = dropship.KindResend }}},
		{promise: "Append", merchant: faulty{delete: func([]dropship.MerchantID) bool { return false }}},
		{promise: "MerchantList", merchant: faulty{limits: func(l *dropship.Limits) { l.MerchantOrders.Clocks = nil }}},
		{promise: "Update", factory: faulty{update: never}},
		{promise: "Merchants", lacks: []string{"Pieces"}},
		{promise: "Bind", lacks: []string{"Merchants", "Bind", "Pieces"}},
	} {
		f := newWorks(t, nil)
		k := f.known()
		if c.lacks != nil {
			k.Lacks = c.lacks
		}
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
