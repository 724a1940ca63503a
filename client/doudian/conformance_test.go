package doudian_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change/changetest"
	"github.com/mallwire/mall/order/ordertest"
)

// TestConformance runs the suite that all drivers pass, over the sandbox.
func TestConformance(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	from := w.box.Now().Add(-80 * 24 * time.Hour)
	var ids []string
	unpaid := ""
	for o, err := range w.shop.Orders.All(t.Context(), order.Query{From: from}) {
		require.NoError(t, err)
		ids = append(ids, o.ID)
		if o.Status == order.StatusUnpaid {
			unpaid = o.ID // the last one, which nothing else is tried with
		}
	}
	require.Len(t, ids, 37)
	var cases []string
	for c, err := range w.shop.Orders.AllCases(t.Context(), order.CaseQuery{From: from}) {
		require.NoError(t, err)
		cases = append(cases, c.ID)
	}
	require.GreaterOrEqual(t, len(cases), 5)
	ordertest.Run(t, doudian.DriverOf(w.shop), ordertest.Known{
		Orders: ids[:8], From: from, To: w.box.Now().Add(-time.Minute),
		Cases: cases, Remark: ids[0], Close: unpaid, Merge: ids[:3], Decryptions: 30, Clock: w.box.Now,
	})
	changetest.Run(t, doudian.DriverOf(w.shop), changetest.Known{
		ShopID: w.shop.ID(), Clock: w.box.Now,
		Lacks: []string{"SpecChange"}, // the platform asks the merchant's system instead
	})
}
