package sandbox_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
)

func TestAddOrderLaysFieldsOverATemplate(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	plain := w.detail(w.add(nil))
	assert.EqualValues(t, 2, plain.Status)
	assert.Equal(t, noon.Unix(), plain.Updated, "it appears now")
	assert.Less(t, plain.Created, plain.Updated)
	for _, status := range []int{1, 105, 2, 101, 3, 4, 5} {
		o := w.detail(w.add(map[string]any{"order_status": status}))
		assert.EqualValues(t, status, o.Status)
		assert.Equal(t, noon.Unix(), o.Updated)
		assert.Equal(t, status == 3 || status == 5 || status == 101, len(o.Parcels) > 0)
	}

	id := w.add(map[string]any{
		"order_id": "5000000000000000007", "create_time": noon.Unix() - 50, "seller_words": nil, "order_status": "999",
		"post_addr":      map[string]any{"town": map[string]any{"name": "示例区"}},
		"sku_order_list": []any{map[string]any{"order_status": 3}, map[string]any{"order_id": "6"}},
	})
	assert.Equal(t, "5000000000000000007", id)
	raw, err := w.s.On(mall.Doudian).Order(id)
	require.NoError(t, err)
	assert.NotContains(t, string(raw), `"seller_words"`, "null removes")
	assert.Regexp(t, `"town":{"id":"\d{6}","name":"示例区"}`, string(raw), "objects are laid member by member")
	assert.Contains(t, string(raw), `"order_status":"999"`, "a value no order has is kept as given")
	assert.Contains(t, string(raw), `"parent_order_id":"5000000000000000007"`)

	o := w.detail(w.add(map[string]any{"create_time": noon.Unix() - 50, "order_status": 5}))
	for _, at := range []int64{o.Paid, o.ShipTime, o.Updated} {
		assert.Equal(t, noon.Unix(), at, "nothing happens in the future: see %d", at)
	}
	_, err = w.s.On(mall.Doudian).AddOrder(shop1, map[string]any{"order_id": id})
	require.ErrorIs(t, err, sandbox.ErrTaken)
	_, err = w.s.On(mall.Doudian).AddOrder("9", nil)
	require.ErrorIs(t, err, sandbox.ErrUnknownID)
	_, err = w.s.On("x").AddOrder(shop1, nil)
	require.ErrorIs(t, err, sandbox.ErrUnknownPlatform)
	_, err = w.s.On(mall.Doudian).AddOrder(shop1, []int{1})
	require.Error(t, err)
	_, err = w.s.On(mall.Doudian).AddOrder(shop1, map[string]any{"sku_order_list": make([]any, 41)})
	require.Error(t, err)
	_, err = w.s.On(mall.Doudian).AddOrders(shop1, 50_001, 2)
	require.Error(t, err)
}

// TestUnreadableOrderIsServed: a test of dead letters wants one bad record in a page.
func TestUnreadableOrderIsServed(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	w.add(nil)
	id := w.add(map[string]any{"sku_order_list": "broken", "order_amount": map[string]any{}})
	a := w.query(nil)
	assert.Equal(t, "10000", a.outcome())
	assert.Contains(t, string(a.Data), `"sku_order_list":"broken"`)
	assert.Contains(t, string(a.Data), `"total":2`)
	require.NoError(t, w.s.On(mall.Doudian).UpdateOrder(id, map[string]any{"order_amount": 1, "sku_order_list": []any{map[string]any{"order_id": id}}}))
	assert.Len(t, w.detail(id).Lines, 1, "it can be mended")
}

func TestUpdateOrder(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	id := w.add(map[string]any{"sku_order_list": []any{map[string]any{}, map[string]any{}, map[string]any{"order_status": 4}}})
	update := func(fields any) { t.Helper(); require.NoError(t, w.s.On(mall.Doudian).UpdateOrder(id, fields)) }
	before := w.detail(id)
	w.s.Advance(time.Hour)
	now := noon.Unix() + 3600

	update(map[string]any{"order_status": 101, "sku_order_list": []any{map[string]any{"order_id": before.Lines[1].OrderID, "order_status": 3, "item_num": 5}}})
	o := w.detail(id)
	assert.EqualValues(t, 101, o.Status)
	assert.EqualValues(t, 101, o.MainStatus)
	assert.Equal(t, "部分发货", o.StatusDesc)
	assert.Equal(t, now, o.Updated)
	assert.EqualValues(t, 101, o.Lines[0].Status, "a line that had the order's status follows")
	assert.EqualValues(t, 3, o.Lines[1].Status, "what is given stays")
	assert.EqualValues(t, 5, o.Lines[1].ItemNum)
	assert.EqualValues(t, 4, o.Lines[2].Status, "another status stays")
	assert.Equal(t, now, o.Lines[2].Updated)
	assert.Equal(t, before.Created, o.Created)
	assert.Len(t, o.Lines, 3)

	update(map[string]any{"order_status": 3})
	assert.Equal(t, now, w.detail(id).ShipTime)
	update(map[string]any{"update_time": now - 10, "order_status_desc": "示例"})
	o = w.detail(id)
	assert.Equal(t, now-10, o.Updated)
	assert.Equal(t, "示例", o.StatusDesc)
	assert.Equal(t, []string{id}, w.search(map[string]any{"create_time_start": nil, "update_time_start": now - 10, "update_time_end": now - 10, "order_by": "update_time"}).ids())
	assert.Empty(t, w.search(map[string]any{"update_time_start": now, "order_by": "update_time"}).ids(), "not found where it was")

	require.Error(t, w.s.On(mall.Doudian).UpdateOrder(id, map[string]any{"order_id": "1"}))
	require.Error(t, w.s.On(mall.Doudian).UpdateOrder(id, map[string]any{"sku_order_list": []any{map[string]any{"order_id": "1"}}}))
	require.ErrorIs(t, w.s.On(mall.Doudian).UpdateOrder("1", map[string]any{}), sandbox.ErrUnknownID)
	require.ErrorIs(t, w.s.On("x").UpdateOrder(id, map[string]any{}), sandbox.ErrUnknownPlatform)
	assert.Equal(t, o, w.detail(id), "what was refused changed nothing")

	unpaid := w.add(map[string]any{"order_status": 1})
	assert.Zero(t, w.detail(unpaid).Paid)
	require.NoError(t, w.s.On(mall.Doudian).UpdateOrder(unpaid, map[string]any{"order_status": 2}))
	assert.Equal(t, now, w.detail(unpaid).Paid)
}

func TestOrdersHandedOutAreCopies(t *testing.T) {
	t.Parallel()
	s := sandbox.New()
	all, err := s.On(mall.Doudian).Orders(shop1)
	require.NoError(t, err)
	id := orderID(t, all[0])
	clear(all[0])
	one, err := s.On(mall.Doudian).Order(id)
	require.NoError(t, err)
	assert.Equal(t, id, orderID(t, one))
}

func TestLimits(t *testing.T) {
	t.Parallel()
	w := serve(t)
	limit := func(l sandbox.Limit) { t.Helper(); require.NoError(t, w.s.On(mall.Doudian).SetLimit(l)) }
	codes := func(shop, method string, n int) (all []int) {
		for range n {
			code := w.send(w.build(method, w.shop(shop).AccessToken, map[string]any{"merge_list": []int{}})).Code
			all = append(all, code)
		}
		return all
	}
	const merge, index = "order.merge", "order.BatchSearchIndex"
	const ok, slow = 40004, 60000
	limit(sandbox.Limit{Method: merge, CallsPerSecond: 2})
	assert.Equal(t, []int{ok, ok, slow, slow}, codes(shop1, merge, 4))
	assert.Equal(t, []int{ok, ok, slow}, codes(shop2, merge, 3), "each shop for itself")
	assert.Equal(t, []int{ok, ok, ok}, codes(shop1, index, 3), "another method")
	w.s.Advance(500 * time.Millisecond)
	assert.Equal(t, []int{ok, slow}, codes(shop1, merge, 2), "half a second is one call")
	w.s.Advance(time.Hour)
	assert.Equal(t, []int{ok, ok, slow}, codes(shop1, merge, 3), "nothing is saved up")
	assert.Equal(t, "60000 isv.traffic-limited", w.last().Outcome)

	limit(sandbox.Limit{ShopID: shop1, CallsPerSecond: 1})
	assert.Equal(t, []int{ok, slow}, codes(shop1, merge, 2), "the shop's counts before the method's")
	assert.Equal(t, []int{ok, ok, slow}, codes(shop2, merge, 3))
	limit(sandbox.Limit{ShopID: shop1, Method: merge, CallsPerSecond: 3})
	assert.Equal(t, []int{ok, ok, ok, slow}, codes(shop1, merge, 4))
	assert.Equal(t, []int{ok, slow}, codes(shop1, index, 2))
	limit(sandbox.Limit{ShopID: shop1, Method: merge})
	limit(sandbox.Limit{ShopID: shop1})
	limit(sandbox.Limit{Method: merge})
	assert.NotContains(t, codes(shop1, merge, 20), slow, "generous by default")
	require.ErrorIs(t, w.s.On(mall.Doudian).SetLimit(sandbox.Limit{ShopID: "9"}), sandbox.ErrUnknownID)
	require.ErrorIs(t, w.s.On("x").SetLimit(sandbox.Limit{}), sandbox.ErrUnknownPlatform)

	require.Equal(t, 200, w.control("POST", "/rules", `{"calls_per_second":1}`, nil))
	w.s.Advance(time.Hour)
	assert.Equal(t, []int{ok, slow}, codes(shop2, index, 2), "the rules' limit is for all")
}

// TestConcurrentUse is for the race detector; it also counts.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	w := serve(t)
	token := w.shop(shop1).AccessToken
	id := w.search(map[string]any{"size": 1}).ids()[0]
	w.arm(sandbox.Fault{Kind: sandbox.FaultError, Method: "order.merge", Times: 7})
	merge := w.build("order.merge", token, map[string]any{})
	search := w.build("order.searchList", token, map[string]any{"page": 0, "size": 20, "create_time_start": noon.Unix() - 86400})
	remark := w.build("order.addOrderRemark", token, map[string]any{"order_id": id, "remark": "示例"})
	var wg sync.WaitGroup
	var mu sync.Mutex
	spoilt := 0
	for range 10 {
		wg.Go(func() {
			for _, r := range []*request{merge, search, remark} {
				if a := w.send(r); a.Code == 20000 {
					mu.Lock()
					spoilt++
					mu.Unlock()
				}
			}
			_, err := w.s.On(mall.Doudian).AddOrder(shop1, map[string]any{"buyer_words": "示例"})
			assert.NoError(t, err)
			assert.NoError(t, w.s.On(mall.Doudian).UpdateOrder(id, map[string]any{"buyer_words": "示例"}))
			w.s.Received()
			w.s.Shops()
			w.s.Manifest("")
			w.s.Advance(time.Millisecond)
		})
	}
	wg.Wait()
	assert.Equal(t, 7, spoilt)
	assert.Equal(t, 47, w.shop(shop1).Orders)
	assert.Len(t, w.s.Received(), 31)
}
