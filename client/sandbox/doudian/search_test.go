package doudian_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/doudian"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

func TestSearchRefusals(t *testing.T) {
	t.Parallel()
	w := serve(t)
	day := func(n int) int64 { return wiretest.Noon.AddDate(0, 0, n).Unix() }
	tests := []struct {
		name   string
		params map[string]any
		want   string
	}{
		{"no start", map[string]any{"create_time_start": nil}, "40004 isv.parameter-invalid:20011"},
		{"no start but ends", map[string]any{"create_time_start": nil, "create_time_end": day(0), "update_time_end": day(0)}, "40004 isv.parameter-invalid:20011"},
		{"beyond 90 days", map[string]any{"create_time_start": day(-90) - 1}, "40004 isv.parameter-invalid:20022"},
		{"beyond 90 days when polling", map[string]any{"create_time_start": day(-91), "update_time_start": day(-1)}, "40004 isv.parameter-invalid:20022"},
		{"beyond 50,000", map[string]any{"page": 501, "size": 100}, "40004 isv.parameter-invalid:20013"},
		{"far beyond 50,000", map[string]any{"page": int64(1) << 62, "size": 100}, "40004 isv.parameter-invalid:20013"},
		{"size above 100", map[string]any{"size": 101}, "40004 isv.parameter-invalid:20008"},
		{"page below zero", map[string]any{"page": -1}, "40004 isv.parameter-invalid:10035"},
		{"no size", map[string]any{"size": nil}, "40003 isv.parameter-invalid"},
		{"two statuses as elements", map[string]any{"combine_status": []any{map[string]any{"order_status": "1"}, map[string]any{"order_status": "2"}}}, "40004 isv.parameter-invalid:20012"},
		{"status in words", map[string]any{"combine_status": []any{map[string]any{"order_status": "paid"}}}, "40003 isv.parameter-invalid"},
		{"statuses as text", map[string]any{"combine_status": "1,2"}, "40003 isv.parameter-format-invalid"},
		{"unknown order", map[string]any{"order_by": "pay_time"}, "40003 isv.parameter-invalid"},
		{"filter it cannot honour", map[string]any{"abnormal_order": 1}, "40003 isv.parameter-invalid"},
		{"unknown after-sale filter", map[string]any{"after_sale_status_desc": "x"}, "40003 isv.parameter-invalid"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := w.Query(tt.params)
			assert.Equal(t, tt.want, a.Outcome(), a.SubMsg)
		})
	}
	for name, params := range map[string]map[string]any{
		"90 days":        {"create_time_start": day(-90)},
		"50,000":         {"page": 500, "size": 100},
		"update only":    {"create_time_start": nil, "update_time_start": day(-1)},
		"old update":     {"create_time_start": nil, "update_time_start": day(-91)},
		"window reverse": {"create_time_start": day(0), "create_time_end": day(-1)},
	} {
		t.Run("accepts "+name, func(t *testing.T) { assert.Equal(t, "10000", w.Query(params).Outcome()) })
	}
}

func TestSearchPages(t *testing.T) {
	t.Parallel()
	w := serve(t)
	all := w.Search(nil)
	require.EqualValues(t, 37, all.Total)
	require.Len(t, all.List, 37)
	assert.EqualValues(t, 100, all.Size)
	assert.True(t, slices.IsSortedFunc(all.List, func(a, b wiretest.Order) int { return int(b.Created - a.Created) }),
		"youngest first by default")

	var ids []string
	for n := range 5 {
		p := w.Search(map[string]any{"page": n, "size": 10})
		assert.EqualValues(t, n, p.Page)
		assert.EqualValues(t, 37, p.Total)
		assert.Len(t, p.List, min(10, max(0, 37-10*n)))
		ids = append(ids, p.IDs()...)
	}
	assert.Equal(t, all.IDs(), ids)

	slices.Reverse(ids)
	assert.Equal(t, ids, w.Search(map[string]any{"order_asc": true}).IDs())
	assert.Equal(t, ids, w.Search(map[string]any{"order_asc": "true", "order_by": "create_time"}).IDs())

	polled := w.Search(map[string]any{"order_by": "update_time", "order_asc": true})
	assert.True(t, slices.IsSortedFunc(polled.List,
		func(a, b wiretest.Order) int { return int(a.Updated - b.Updated) }))
	assert.NotEqual(t, ids, polled.IDs())
	assert.ElementsMatch(t, ids, polled.IDs())

	past := w.Query(map[string]any{"page": 9})
	assert.JSONEq(t, `{"page":9,"size":100,"total":37,"shop_order_list":[]}`, string(past.Data))
}

func TestSearchShowsOnlyTheCallingShop(t *testing.T) {
	t.Parallel()
	w := serve(t)
	var p wiretest.Page
	w.Send(w.Build("order.searchList", w.Shop(wiretest.Shop2).AccessToken,
		map[string]any{"page": 0, "size": 100,
			"create_time_start": wiretest.Noon.AddDate(0, 0, -30).Unix()})).Decode(t, &p)
	assert.EqualValues(t, 12, p.Total)
	for _, o := range p.List {
		assert.EqualValues(t, 10000002, o.ShopID)
	}
}

func TestSearchWindowEndsAreInclusive(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	at := wiretest.Noon.Unix() - 5000
	id := w.Add(map[string]any{"create_time": at, "update_time": at + 100})
	w.Add(map[string]any{"create_time": at - 1, "update_time": at + 99})
	w.Add(map[string]any{"create_time": at + 1, "update_time": at + 101})
	created := map[string]any{"create_time_start": at, "create_time_end": at}
	updated := map[string]any{"create_time_start": nil, "update_time_start": at + 100, "update_time_end": at + 100}
	both := map[string]any{"create_time_start": at, "create_time_end": at, "update_time_start": at + 101}
	for _, by := range []string{"create_time", "update_time"} {
		for _, q := range []map[string]any{created, updated, both} {
			q["order_by"] = by
		}
		assert.Equal(t, []string{id}, w.Search(created).IDs())
		assert.Equal(t, []string{id}, w.Search(updated).IDs())
		assert.Empty(t, w.Search(both).IDs(), "both windows count")
	}
	require.NoError(t, sandbox.Change(w.Box, func(r *doudian.Rules) { r.WindowEndExclusive = true }))
	assert.Empty(t, w.Search(created).IDs())
	assert.Empty(t, w.Search(updated).IDs())
}

func TestSearchByUpdateLeavesOutOrdersOlderThan90Days(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	old := w.Add(map[string]any{"create_time": wiretest.Noon.AddDate(0, 0, -91).Unix(),
		"update_time": wiretest.Noon.Unix() - 60})
	poll := map[string]any{"create_time_start": nil, "update_time_start": wiretest.Noon.Unix() - 3600,
		"order_by": "update_time"}
	assert.Empty(t, w.Search(poll).IDs(), "create_time_start is now - 90 days even so")
	assert.Equal(t, old, w.Detail(old).OrderID)
}

func TestSearchFilters(t *testing.T) {
	t.Parallel()
	w := serve(t)
	all := w.Search(nil).List
	where := func(keep func(wiretest.Order) bool) (ids []string) {
		for _, o := range all {
			if keep(o) {
				ids = append(ids, o.OrderID)
			}
		}
		require.NotEmpty(t, ids)
		require.Less(t, len(ids), len(all))
		return ids
	}
	tests := []struct {
		name   string
		params map[string]any
		keep   func(wiretest.Order) bool
	}{
		{"statuses", map[string]any{"combine_status": []any{map[string]any{"order_status": "2, 101"}}}, func(o wiretest.Order) bool { return o.Status == 2 || o.Status == 101 }},
		{"status in a bare object", map[string]any{"combine_status": map[string]any{"order_status": "4"}}, func(o wiretest.Order) bool { return o.Status == 4 }},
		{"order type", map[string]any{"order_type": 2}, func(o wiretest.Order) bool { return o.OrderType == 2 }},
		{"trade type", map[string]any{"trade_type": 2}, func(o wiretest.Order) bool { return o.Lines[0].TradeType == 2 }},
		{"presale", map[string]any{"presell_type": 2}, func(o wiretest.Order) bool { return len(o.Phases) > 0 }},
		{"product title", map[string]any{"product": "示例兑换券"}, func(o wiretest.Order) bool { return o.Lines[0].GoodsType == 1 }},
		{"after-sale open", map[string]any{"after_sale_status_desc": "in_aftersale"}, func(o wiretest.Order) bool { return len(o.Lines) > 1 && o.Lines[1].AfterSale.Status == 6 }},
		{"refunded", map[string]any{"after_sale_status_desc": "refund_success"}, func(o wiretest.Order) bool { return o.Lines[len(o.Lines)-1].AfterSale.RefundStatus == 3 }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, where(tt.keep), w.Search(tt.params).IDs()) })
	}
	t.Run("waybill", func(t *testing.T) {
		i := slices.IndexFunc(all, func(o wiretest.Order) bool { return len(o.Parcels) > 1 })
		assert.Equal(t, []string{all[i].OrderID},
			w.Search(map[string]any{"tracking_no": all[i].Parcels[1].TrackingNo}).IDs())
		assert.Empty(t, w.Search(map[string]any{"tracking_no": "SF0"}).IDs())
	})
	assert.Empty(t, w.Search(map[string]any{"b_type": 12}).IDs())
	assert.Len(t, w.Search(map[string]any{"combine_status": []any{}}).IDs(), 37)
}

func TestSearchSortsOrdersOfOneSecondByID(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	var ids []string
	for range 5 {
		ids = append(ids, w.Add(map[string]any{"create_time": wiretest.Noon.Unix() - 100,
			"update_time": wiretest.Noon.Unix() - 100}))
	}
	assert.Equal(t, ids, w.Search(map[string]any{"order_asc": true}).IDs())
	assert.Equal(t, ids, w.Search(map[string]any{"order_asc": true, "order_by": "update_time"}).IDs())
}

func TestSearchOfManyOrders(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	ids, err := w.Box.On(mall.Doudian).AddOrders(wiretest.Shop1, 2_000, 2)
	require.NoError(t, err)
	params := map[string]any{"create_time_start": wiretest.Noon.Unix() - 500*60,
		"update_time_start": wiretest.Noon.Unix() - 200*60, "order_by": "update_time", "order_asc": true, "size": 100,
		"page": 1}
	p := w.Search(params)
	assert.EqualValues(t, 201, p.Total)
	assert.Equal(t, ids[len(ids)-101:len(ids)-1], p.IDs())
	assert.Equal(t, 2_000, w.Shop(wiretest.Shop1).Orders)
}

// BenchmarkSearch reads the first page of a window that holds 20,000 orders;
// it should take a millisecond or two.
func BenchmarkSearch(b *testing.B) {
	s := sandbox.New(sandbox.WithoutExamples(), sandbox.WithClock(wiretest.Still))
	_, err := s.On(mall.Doudian).AddShop(wiretest.Shop1, "")
	require.NoError(b, err)
	_, err = s.On(mall.Doudian).AddOrders(wiretest.Shop1, 20_000, 2)
	require.NoError(b, err)
	benchmarkSearch(b, s)
}
