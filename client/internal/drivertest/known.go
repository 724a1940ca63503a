package drivertest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/ordertest"
)

// KnownOrders tells the suite of orders what the world's shop has since then: as
// many orders as are wanted, but for the last unpaid one, which is to be closed,
// and five after-sale cases or more.
func KnownOrders(t *testing.T, w *World, since time.Duration, want int) ordertest.Known {
	t.Helper()
	k := ordertest.Known{
		ShopID: w.Shop.ID(), From: w.Box.Now().Add(-since), To: w.Box.Now().Add(-time.Minute),
		Decryptions: 30, Clock: w.Box.Now,
	}
	for o, err := range w.Shop.Orders.All(t.Context(), order.Query{From: k.From}) {
		require.NoError(t, err)
		k.Orders = append(k.Orders, o.ID)
		if o.Status == order.StatusUnpaid {
			k.Close = o.ID
		}
	}
	require.Len(t, k.Orders, want)
	require.NotEmpty(t, k.Close)
	for c, err := range w.Shop.Orders.AllCases(t.Context(), order.CaseQuery{From: k.From}) {
		require.NoError(t, err)
		k.Cases = append(k.Cases, c.ID)
	}
	require.GreaterOrEqual(t, len(k.Cases), 5)
	k.Remark, k.Orders = k.Orders[9], k.Orders[:8]
	require.NotContains(t, append(k.Orders, k.Remark), k.Close)
	return k
}
