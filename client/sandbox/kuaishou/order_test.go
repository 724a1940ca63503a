package kuaishou_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

func (w wire) otherShops() int64 {
	w.T.Helper()
	all, err := w.Box.On(mall.Kuaishou).Orders(shop2)
	require.NoError(w.T, err)
	require.Len(w.T, all, 12)
	var o order
	require.NoError(w.T, json.Unmarshal(all[0], &o))
	return o.Base.OID
}

func TestDetail(t *testing.T) {
	t.Parallel()
	w := serve(t)
	var gift int64
	for _, o := range w.search(nil).List {
		if len(o.Gifts) > 0 {
			gift = o.Gifts[0].Base.OID
		}
	}
	for name, tt := range map[string]struct {
		oid  any
		want string
	}{
		"no such order":   {int64(2500000009999900), "21 订单不存在"},
		"of another shop": {w.otherShops(), "21 order operation reject"},
		"a gift":          {gift, "21 订单不存在"},
		"absent":          {nil, ksParameter + "订单号"},
		"below zero":      {-1, ksParameter + "订单号"},
		"text":            {"2500000000000100", ksParameter + "参数类型错误"},
	} {
		assert.Equal(t, tt.want, w.get("open.order.detail", map[string]any{"oid": tt.oid}).outcome(), name)
	}
}

func TestNoteIsAdded(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	id := w.add(nil)
	oid := w.detail(id).Base.OID
	note := func(text string, flag int) string {
		return w.post("open.seller.order.note.add",
			map[string]any{"orderId": oid, "note": text, "flag": flag}).outcome()
	}
	require.Equal(t, "1", note("示例一", 1))
	w.Box.Advance(time.Minute)
	require.Equal(t, "1", note(strings.Repeat("字", 200), 0))
	o := w.detail(id)
	require.Len(t, o.Note.List, 2)
	assert.Equal(t, "grey_flag_tag_order", o.Note.List[0].Flag, "newest first")
	assert.Equal(t, "示例一", o.Note.List[1].Note)
	assert.Equal(t, wiretest.Noon.Add(time.Minute).UnixMilli(), o.Base.Updated, "a write moves the update time")
	for range 40 {
		require.Equal(t, "1", note("", 6))
	}
	before := w.detail(id)
	assert.Len(t, before.Note.List, 30)
	w.Box.Advance(time.Minute)
	assert.Equal(t, ksParameter+"flag", note("示例", 7))
	assert.Equal(t, ksParameter+"note超过200字", note(strings.Repeat("字", 201), 1))
	assert.Equal(t, before, w.detail(id), "a refused write changes nothing")
}

func TestCloseTakesUnpaidOnly(t *testing.T) {
	t.Parallel()
	w := serve(t)
	for _, status := range []int{10, 30, 40, 50, 70, 80} {
		id := w.add(map[string]any{"orderBaseInfo": map[string]any{"status": status}})
		a := w.post("open.seller.order.close", map[string]any{"orderId": json.Number(id)})
		if status == 10 {
			assert.Equal(t, "1", a.outcome())
			assert.Empty(t, a.Data, "the bare envelope")
			assert.Equal(t, 80, w.detail(id).Base.Status)
			continue
		}
		assert.Equal(t, "21 订单状态不允许该操作", a.outcome(), "status %d", status)
		assert.Equal(t, status, w.detail(id).Base.Status)
	}
	assert.Equal(t, "21 order operation reject",
		w.post("open.seller.order.close", map[string]any{"orderId": w.otherShops()}).outcome())
}

func TestFeeDetailAgrees(t *testing.T) {
	t.Parallel()
	w := serve(t)
	discounts := 0
	for _, o := range w.search(nil).List {
		var f struct {
			OID      int64 `json:"oid"`
			Total    int64 `json:"totalFee"`
			Express  int64 `json:"expressFee"`
			Discount int64 `json:"discountFee"`
			Seller   int64 `json:"sellerRecv"`
			Buyer    int64 `json:"buyerPay"`
			Platform int64 `json:"platformBearAmount"`
			Merchant int64 `json:"merchantBearAmount"`
		}
		w.get("open.seller.order.fee.detail", map[string]any{"orderId": o.Base.OID}).data(t, &f)
		assert.Equal(t, o.Base.OID, f.OID)
		assert.Equal(t, o.Item.Price*o.Item.Num-f.Merchant, f.Total)
		assert.Equal(t, f.Total+f.Express, f.Seller)
		assert.Equal(t, f.Seller-f.Platform, f.Buyer)
		assert.Equal(t, f.Discount, f.Platform+f.Merchant)
		if f.Discount > 0 {
			discounts++
		}
	}
	assert.NotZero(t, discounts)
}

func TestOrdersCanBeMadeAndChanged(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	for _, status := range []int{10, 30, 40, 50, 70, 80} {
		ids, err := w.Box.On(mall.Kuaishou).AddOrders(shop1, 2, status)
		require.NoError(t, err)
		assert.Equal(t, status, w.detail(ids[1]).Base.Status)
	}
	_, err := w.Box.On(mall.Kuaishou).AddOrders(shop1, 1, 2)
	assert.Error(t, err, "no such status")

	id := w.add(map[string]any{"orderBaseInfo": map[string]any{"oid": 2600000000000001, "status": 10},
		"orderItemInfo": map[string]any{"num": 3, "price": 700}})
	assert.Equal(t, "2600000000000001", id)
	assert.EqualValues(t, 2100, w.detail(id).Base.TotalFee, "it follows")
	_, err = w.Box.On(mall.Kuaishou).AddOrder(shop1,
		map[string]any{"orderBaseInfo": map[string]any{"oid": 2600000000000001}})
	assert.ErrorIs(t, err, sandbox.ErrTaken)

	w.Box.Advance(time.Hour)
	update := func(m map[string]any) { require.NoError(t, w.Box.On(mall.Kuaishou).UpdateOrder(id, m)) }
	now := func() int64 { return w.Box.Now().UnixMilli() }
	update(map[string]any{"orderBaseInfo": map[string]any{"status": 30}, "subOrderInfo": []any{
		map[string]any{"subOrderBaseInfo": map[string]any{"oid": 2600000000000002, "status": 30}, "subOrderType": 2},
	}})
	o := w.detail(id)
	assert.Equal(t, now(), o.Base.Paid)
	assert.Equal(t, now(), o.Base.Updated)
	assert.NotZero(t, o.Base.Promise)
	update(map[string]any{"orderBaseInfo": map[string]any{"status": 40}})
	o = w.detail(id)
	assert.Equal(t, now(), o.Base.Sent)
	assert.EqualValues(t, 3, o.Delivery.Num)
	assert.Equal(t, 30, o.Gifts[0].Base.Status, "gifts are shipped apart")
	update(map[string]any{"subOrderInfo": []any{map[string]any{"subOrderBaseInfo": map[string]any{"oid": 2600000000000002, "status": 40}}}})
	o = w.detail(id)
	require.Len(t, o.Gifts, 1, "laid over the gift of the same number")
	assert.Equal(t, 40, o.Gifts[0].Base.Status)
	assert.Equal(t, 2, o.Gifts[0].Type)
	update(map[string]any{"orderBaseInfo": map[string]any{"status": 70, "updateTime": 1}})
	o = w.detail(id)
	assert.Equal(t, 70, o.Gifts[0].Base.Status)
	assert.NotZero(t, o.Base.Received)
	assert.EqualValues(t, 1, o.Base.Updated, "what is given counts")
	assert.Error(t, w.Box.On(mall.Kuaishou).UpdateOrder(id, map[string]any{"orderBaseInfo": map[string]any{"oid": 1}}))

	var made struct {
		IDs []string `json:"order_ids"`
	}
	require.Equal(t, 201, w.Control("POST", "/orders",
		`{"platform":"kuaishou","shop_id":"1000000001","count":3,"status":30}`, &made))
	assert.Len(t, made.IDs, 3)
}

func TestOrderMadeUnreadable(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	id := w.add(map[string]any{"orderItemInfo": map[string]any{"num": "many", "price": []any{}}})
	a := w.query(nil)
	assert.Contains(t, string(a.raw), `"num":"many"`, "as the test wants it")
	require.NoError(t, w.Box.On(mall.Kuaishou).UpdateOrder(id,
		map[string]any{"orderItemInfo": map[string]any{"num": 2, "price": 5}}))
	assert.EqualValues(t, 2, w.detail(id).Item.Num)
}
