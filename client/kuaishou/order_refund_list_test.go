package kuaishou_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/order"
)

func TestCasesAreListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *kuaishou.Config) { c.Assumptions.CaseWindow = time.Hour })
	w.rule(t, func(r *rules) { r.Refund.WindowSeconds = 3600 }) // as during a campaign
	w.Box.Advance(3 * time.Hour)
	var want []string
	for i := range 12 {
		kind := []*int{nil, returnGoods, exchange}[i%3]
		want = append(want, w.caseOf(t, sandbox.AfterSale{Type: kind}).ID)
		w.Box.Advance(10 * time.Minute)
	}
	for _, by := range []mall.By{mall.ByUpdate, mall.ByCreation} {
		var got []string
		for c, err := range w.Shop.Orders.AllCases(t.Context(),
			order.CaseQuery{By: by, From: w.Box.Now().Add(-130 * time.Minute), PageSize: 2}) {
			require.NoError(t, err)
			got = append(got, c.ID)
		}
		slices.Sort(got)
		assert.Equal(t, want, got, "exchanges among them")
	}
	first := w.ReadCase(t, want[0])
	var got []order.Case
	for c, err := range w.Shop.Orders.AllCases(t.Context(),
		order.CaseQuery{From: w.Box.Now().Add(-3 * time.Hour), OrderID: first.OrderID}) {
		require.NoError(t, err)
		got = append(got, c)
	}
	require.Len(t, got, 1)
	assert.Equal(t, first.ID, got[0].ID)
	assert.True(t, first.Updated.Equal(got[0].Updated))
	_, err := w.Shop.Orders.PageCases(t.Context(), order.CaseQuery{From: w.Box.Now().AddDate(0, 0, -91)}, "")
	require.ErrorIs(t, err, mall.ErrInvalid)
	_, err = w.Shop.Orders.PageCases(t.Context(), order.CaseQuery{From: w.Box.Now().Add(-time.Hour), OrderID: "x"}, "")
	require.ErrorIs(t, err, mall.ErrInvalid)
}
