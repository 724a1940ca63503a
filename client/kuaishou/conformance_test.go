package kuaishou_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/client/sandbox"
	side "github.com/mallwire/mall/client/sandbox/kuaishou"
	"github.com/mallwire/mall/order/change/changetest"
	"github.com/mallwire/mall/order/ordertest"
)

// TestConformance runs the suites that all drivers pass, over the sandbox.
func TestConformance(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.AnswersAreKept(t, nil)
	known := w.known(t)
	// The platform tells which orders may share a parcel by an id. It stops no
	// parcels for after-sale cases.
	known.Lacks = []string{"Mergeable", "Intercept", "RemarkCase"}
	ordertest.Run(t, kuaishou.DriverOf(w.Shop), known)
	wish := w.specOrder(t)
	changetest.Run(t, kuaishou.DriverOf(w.Shop), changetest.Known{
		ShopID: w.Shop.ID(), Clock: w.Box.Now,
		Spec: &changetest.Spec{Request: wish, Agree: func(context.Context) error { return w.card(t, wish, true) }},
		// The platform does not tell who reviews addresses.
		Lacks: []string{"AddressReview", "SetAddressReview"},
	})
}

// known is the material for the suite of orders. A week and a day make two
// windows.
func (w *world) known(t *testing.T) ordertest.Known {
	t.Helper()
	return drivertest.KnownOrders(t, w.World, 8*24*time.Hour, 30)
}

// TestConformanceOfVariants runs the checks that depend on an assumption about
// the platform while that assumption is different: exclusive ends of windows,
// empty pages between full ones, the older list of refunds.
func TestConformanceOfVariants(t *testing.T) {
	for name, c := range map[string]struct {
		rule func(*rules)
		only []string
	}{
		"window end open":   {func(r *rules) { r.WindowEndExclusive = true }, []string{"ListByUpdate", "PagesByUpdate", "PagesByCreation", "Seams", "EmptyRange"}},
		"empty pages":       {func(r *rules) { r.EmptyPages = true }, []string{"ListByUpdate", "PagesByUpdate", "PagesByCreation", "PageSizes", "Seams"}},
		"older refund list": {func(r *rules) { r.NewerRefundList = false }, []string{"Get", "ListByUpdate", "Cases"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			w.rule(t, c.rule)
			w.AnswersAreKept(t, nil)
			known := w.known(t)
			known.Only = c.only
			ordertest.Run(t, kuaishou.DriverOf(w.Shop), known)
		})
	}
}

// What the sandbox assumes about the platform.
type (
	rules         = side.Rules
	dropshipRules = side.DropshipRules
)

// rule changes what the sandbox assumes about the platform.
func (w *world) rule(t *testing.T, change func(*rules)) {
	t.Helper()
	require.NoError(t, sandbox.Change(w.Box, change))
}
