package kuaishou_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/kuaishou"
)

// TestGolden reads orders.
func TestGolden(t *testing.T) {
	t.Parallel()
	drivertest.OrdersGolden(t, shopOver, "testdata/order/*.json", 36, "2500000000000001", false)
}

// TestFeesGolden reads the money of orders.
func TestFeesGolden(t *testing.T) {
	t.Parallel()
	drivertest.ShopRecords(t, shopOver, "testdata/fee/*.json", 2,
		func(t *testing.T, _ string, _ []byte, shop *client.Shop) any {
			fees, err := kuaishou.FeeDetail(t.Context(), shop, "2500000000000001")
			require.NoError(t, err)
			return fees
		})
}
