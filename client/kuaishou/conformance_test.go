package kuaishou_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/client/sandbox"
	side "github.com/mallwire/mall/client/sandbox/kuaishou"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change/changetest"
	"github.com/mallwire/mall/order/ordertest"
)

// TestConformance runs the suite that all drivers pass, over the sandbox: as it
// is by default, with an exclusive end of windows, with empty pages in between,
// and with the older list of refunds.
func TestConformance(t *testing.T) {
	for name, rule := range map[string]func(*rules){
		"by default":        func(*rules) {},
		"window end open":   func(r *rules) { r.WindowEndExclusive = true },
		"empty pages":       func(r *rules) { r.EmptyPages = true },
		"older refund list": func(r *rules) { r.NewerRefundList = false },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			w.rule(t, rule)
			from := w.box.Now().Add(-80 * 24 * time.Hour)
			var ids []string
			unpaid := ""
			for o, err := range w.shop.Orders.All(t.Context(), order.Query{From: from}) {
				require.NoError(t, err)
				if o.Status == order.StatusUnpaid {
					unpaid = o.ID
				} else {
					ids = append(ids, o.ID)
				}
			}
			require.Greater(t, len(ids), 20)
			require.NotEmpty(t, unpaid)
			var cases []string
			for c, err := range w.shop.Orders.AllCases(t.Context(), order.CaseQuery{From: from}) {
				require.NoError(t, err)
				cases = append(cases, c.ID)
			}
			require.GreaterOrEqual(t, len(cases), 5)
			wish := w.specOrder(t)
			ordertest.Run(t, kuaishou.DriverOf(w.shop), ordertest.Known{
				Orders: ids[:8], From: from, To: w.box.Now().Add(-time.Minute), ShopID: w.shop.ID(),
				Cases: cases, Remark: ids[9], Close: unpaid, Decryptions: 30, Clock: w.box.Now,
				// The platform tells which orders may share a parcel by an id. It stops no
				// parcels for after-sale cases.
				Lacks: []string{"Mergeable", "Intercept", "RemarkCase"},
			})
			changetest.Run(t, kuaishou.DriverOf(w.shop), changetest.Known{
				ShopID: w.shop.ID(), Clock: w.box.Now,
				Spec: &changetest.Spec{Request: wish, Agree: func(context.Context) error { return w.card(t, wish, true) }},
				// The platform does not tell who reviews addresses.
				Lacks: []string{"AddressReview", "SetAddressReview"},
			})
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
	require.NoError(t, sandbox.Change(w.box, change))
}
