package doudian_test

import (
	"testing"
	"time"

	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/order/change/changetest"
	"github.com/mallwire/mall/order/ordertest"
)

// TestConformance runs the suites that all drivers pass, over the sandbox.
func TestConformance(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	known := drivertest.KnownOrders(t, w.World, 80*24*time.Hour, 37)
	known.Merge = known.Orders[:3]
	ordertest.Run(t, doudian.DriverOf(w.shop), known)
	changetest.Run(t, doudian.DriverOf(w.shop), changetest.Known{
		ShopID: w.shop.ID(), Clock: w.box.Now,
		Lacks: []string{"SpecChange"}, // the platform asks the merchant's system instead
	})
}
