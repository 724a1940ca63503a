package doudian_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

func TestAddOrderAppliesFieldsToATemplate(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	plain := w.Detail(w.Add(nil))
	assert.EqualValues(t, 2, plain.Status)
	assert.Equal(t, wiretest.Noon.Unix(), plain.Updated, "it appears now")
	assert.Less(t, plain.Created, plain.Updated)
	for _, status := range []int{1, 105, 2, 101, 3, 4, 5} {
		o := w.Detail(w.Add(map[string]any{"order_status": status}))
		assert.EqualValues(t, status, o.Status)
		assert.Equal(t, wiretest.Noon.Unix(), o.Updated)
		assert.Equal(t, status == 3 || status == 5 || status == 101, len(o.Parcels) > 0)
	}

	id := w.Add(map[string]any{
		"order_id": "5000000000000000007", "create_time": wiretest.Noon.Unix() - 50, "seller_words": nil, "order_status": "999",
		"post_addr":      map[string]any{"town": map[string]any{"name": "示例区"}},
		"sku_order_list": []any{map[string]any{"order_status": 3}, map[string]any{"order_id": "6"}},
	})
	assert.Equal(t, "5000000000000000007", id)
	raw, err := w.Box.On(mall.Doudian).Order(id)
	require.NoError(t, err)
	assert.NotContains(t, string(raw), `"seller_words"`, "null removes")
	assert.Regexp(t, `"town":{"id":"\d{6}","name":"示例区"}`, string(raw), "objects are laid member by member")
	assert.Contains(t, string(raw), `"order_status":"999"`, "a value no order has is kept as given")
	assert.Contains(t, string(raw), `"parent_order_id":"5000000000000000007"`)

	o := w.Detail(w.Add(map[string]any{"create_time": wiretest.Noon.Unix() - 50, "order_status": 5}))
	for _, at := range []int64{o.Paid, o.ShipTime, o.Updated} {
		assert.Equal(t, wiretest.Noon.Unix(), at, "nothing happens in the future: see %d", at)
	}
	_, err = w.Box.On(mall.Doudian).AddOrder(wiretest.Shop1, map[string]any{"order_id": id})
	require.ErrorIs(t, err, sandbox.ErrTaken)
	_, err = w.Box.On(mall.Doudian).AddOrder("9", nil)
	require.ErrorIs(t, err, sandbox.ErrUnknownID)
	_, err = w.Box.On("x").AddOrder(wiretest.Shop1, nil)
	require.ErrorIs(t, err, sandbox.ErrUnknownPlatform)
	_, err = w.Box.On(mall.Doudian).AddOrder(wiretest.Shop1, []int{1})
	require.Error(t, err)
	_, err = w.Box.On(mall.Doudian).AddOrder(wiretest.Shop1, map[string]any{"sku_order_list": make([]any, 41)})
	require.Error(t, err)
	_, err = w.Box.On(mall.Doudian).AddOrders(wiretest.Shop1, 50_001, 2)
	require.Error(t, err)
}

// TestUnreadableOrderIsServed: tests of bad records need one in a page.
func TestUnreadableOrderIsServed(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	w.Add(nil)
	id := w.Add(map[string]any{"sku_order_list": "broken", "order_amount": map[string]any{}})
	a := w.Query(nil)
	assert.Equal(t, "10000", a.Outcome())
	assert.Contains(t, string(a.Data), `"sku_order_list":"broken"`)
	assert.Contains(t, string(a.Data), `"total":2`)
	require.NoError(t, w.Box.On(mall.Doudian).UpdateOrder(id,
		map[string]any{"order_amount": 1, "sku_order_list": []any{map[string]any{"order_id": id}}}))
	assert.Len(t, w.Detail(id).Lines, 1, "it can be mended")
}

func TestUpdateOrder(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	id := w.Add(map[string]any{"sku_order_list": []any{map[string]any{}, map[string]any{},
		map[string]any{"order_status": 4}}})
	update := func(fields any) { t.Helper(); require.NoError(t, w.Box.On(mall.Doudian).UpdateOrder(id, fields)) }
	before := w.Detail(id)
	w.Box.Advance(time.Hour)
	now := wiretest.Noon.Unix() + 3600

	update(map[string]any{"order_status": 101,
		"sku_order_list": []any{map[string]any{"order_id": before.Lines[1].OrderID, "order_status": 3, "item_num": 5}}})
	o := w.Detail(id)
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
	assert.Equal(t, now, w.Detail(id).ShipTime)
	update(map[string]any{"update_time": now - 10, "order_status_desc": "示例"})
	o = w.Detail(id)
	assert.Equal(t, now-10, o.Updated)
	assert.Equal(t, "示例", o.StatusDesc)
	assert.Equal(t, []string{id}, w.Search(map[string]any{"create_time_start": nil, "update_time_start": now - 10,
		"update_time_end": now - 10, "order_by": "update_time"}).IDs())
	assert.Empty(t, w.Search(map[string]any{"update_time_start": now, "order_by": "update_time"}).IDs(),
		"not found where it was")

	require.Error(t, w.Box.On(mall.Doudian).UpdateOrder(id, map[string]any{"order_id": "1"}))
	require.Error(t, w.Box.On(mall.Doudian).UpdateOrder(id,
		map[string]any{"sku_order_list": []any{map[string]any{"order_id": "1"}}}))
	require.ErrorIs(t, w.Box.On(mall.Doudian).UpdateOrder("1", map[string]any{}), sandbox.ErrUnknownID)
	require.ErrorIs(t, w.Box.On("x").UpdateOrder(id, map[string]any{}), sandbox.ErrUnknownPlatform)
	assert.Equal(t, o, w.Detail(id), "what was refused changed nothing")

	unpaid := w.Add(map[string]any{"order_status": 1})
	assert.Zero(t, w.Detail(unpaid).Paid)
	require.NoError(t, w.Box.On(mall.Doudian).UpdateOrder(unpaid, map[string]any{"order_status": 2}))
	assert.Equal(t, now, w.Detail(unpaid).Paid)
}
