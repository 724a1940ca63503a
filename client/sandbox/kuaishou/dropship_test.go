package kuaishou_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

const ksWorks1 = "2000000001"

// dsOrder is what the tests read of a merchant's order.
type dsOrder struct {
	Base struct {
		Code   string `json:"dropshippingOrderCode"`
		OID    int64  `json:"oid"`
		Status int    `json:"orderStatus"`
		Refund int    `json:"refundStatus"`
		Type   int    `json:"orderType"`
		Paid   int64  `json:"payTime"`
		Sent   int64  `json:"deliveryTime"`
	} `json:"orderBaseInfo"`
	Parcel struct {
		No string `json:"waybillCode"`
	} `json:"orderLogisticsInfo"`
	Dropship struct {
		Factory string `json:"factoryCode"`
		Status  int    `json:"dropshippingStatus"`
		Reason  string `json:"cancelAllocateReason"`
	} `json:"orderDropshippingInfo"`
	Note struct {
		Seller []string `json:"sellerNote"`
	} `json:"orderNote"`
}

// given is what the tests read of a factory's order.
type given struct {
	Code    string `json:"allocateOrderCode"`
	Alias   string `json:"userCode"`
	Status  int    `json:"allocateStatus"`
	Sent    int64  `json:"consignTime"`
	After   int    `json:"postSaleType"`
	Reason  string `json:"allocateCancelReason"`
	Parcels []struct {
		No string `json:"waybillCode"`
	} `json:"logistics"`
	Note struct {
		Seller []string `json:"sellerRemark"`
	} `json:"orderNote"`
	Items []struct {
		SKU string `json:"skuId"`
	} `json:"dsItemDto"`
}

// as calls a method for a shop.
func (w wire) as(shop, method string, param any) answer {
	w.T.Helper()
	return w.send(w.build("POST", "open.dropshipping."+method, w.Shop(shop).AccessToken, param))
}

// entries returns the outcomes of a batch: empty for an entry that was carried
// out.
func (w wire) entries(method string, param any) (list []string) {
	w.T.Helper()
	var rows []struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}
	w.as(shop1, method, param).data(w.T, &rows)
	for _, r := range rows {
		assert.Equal(w.T, r.Message == "", r.Code == 1)
		list = append(list, r.Message)
	}
	return list
}

// line makes a paid order and returns the drop-ship order of its merchant.
func (w wire) line(fields map[string]any) dsOrder {
	w.T.Helper()
	id, err := w.Box.On(mall.Kuaishou).AddOrder(shop1, fields)
	require.NoError(w.T, err)
	for _, x := range w.dsOrders(100) {
		if json.Number(id) == json.Number(jsonText(w.T, x.Base.OID)) {
			return x
		}
	}
	w.T.Fatal("the order is not listed")
	return dsOrder{}
}

func jsonText(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}

func distrSearch(kind int) map[string]any {
	return map[string]any{
		"cursor": "", "pageSize": 50, "dropshippingStatus": 0, "orderStatus": 0, "refundStatus": 0, "orderType": kind, "queryType": "CREATE_TIME",
		"beginTime": wiretest.Noon.Add(-29 * 24 * time.Hour).UnixMilli(), "endTime": wiretest.Noon.Add(time.Hour).UnixMilli(),
	}
}

// dsOrders returns the merchant's drop-ship orders of a type, newest first.
func (w wire) dsOrders(kind int) []dsOrder {
	w.T.Helper()
	var page struct {
		Cursor string    `json:"cursor"`
		List   []dsOrder `json:"orderList"`
	}
	w.as(shop1, "order.merchant.list", distrSearch(kind)).data(w.T, &page)
	require.Equal(w.T, "nomore", page.Cursor)
	return page.List
}

func (w wire) dsOrder(code string) (x dsOrder) {
	w.T.Helper()
	w.as(shop1, "order.merchant.detail", map[string]any{"dropshippingOrderCode": code}).data(w.T, &x)
	return x
}

// allocate allocates an order to the first factory and returns what the factory
// sees.
func (w wire) allocate(code string) given {
	w.T.Helper()
	require.Equal(w.T, []string{""}, w.entries("order.batch.allocate",
		map[string]any{"dropshippingOrderCodeList": []string{code}, "factoryCode": "F0002"}))
	var page struct {
		List []given `json:"dsOrderList"`
	}
	w.as(ksWorks1, "order.list", map[string]any{
		"pageSize": 50, "beginTime": wiretest.Noon.Add(-20 * time.Minute).UnixMilli(), "endTime": wiretest.Noon.UnixMilli(), "queryType": 1, "cursor": "",
	}).data(w.T, &page)
	require.NotEmpty(w.T, page.List)
	return page.List[0]
}

func (w wire) given(g given) (now given) {
	w.T.Helper()
	w.as(ksWorks1, "order.detail.query", map[string]any{"allocateOrderCode": g.Code, "userCode": g.Alias}).data(w.T,
		&now)
	return now
}

func (w wire) deliver(g given, no string) answer {
	w.T.Helper()
	return w.as(ksWorks1, "order.deliver",
		map[string]any{"allocateOrderCode": g.Code, "userCode": g.Alias, "waybillCode": no,
			"expressCompanyCode": "YTO"})
}

func TestDropshipWindows(t *testing.T) {
	t.Parallel()
	w := serve(t)
	const refused = "参数错误"
	begin := func(back time.Duration) map[string]any {
		return map[string]any{"beginTime": wiretest.Noon.Add(-back).UnixMilli(), "endTime": wiretest.Noon.UnixMilli()}
	}
	list := func(change map[string]any) map[string]any {
		q := distrSearch(100)
		for k, v := range change {
			q[k] = v
		}
		return q
	}
	factory := func(change map[string]any) map[string]any {
		q := map[string]any{"pageSize": 50, "queryType": 2, "sort": 2, "cursor": "",
			"beginTime": wiretest.Noon.Add(-time.Minute).UnixMilli(), "endTime": wiretest.Noon.UnixMilli()}
		for k, v := range change {
			q[k] = v
		}
		return q
	}
	for _, c := range []struct {
		shop, method string
		p            map[string]any
		want         string
	}{
		{shop1, "order.merchant.list", list(begin(30*24*time.Hour - time.Millisecond)), ""},
		{shop1, "order.merchant.list", list(begin(30 * 24 * time.Hour)), refused},
		{shop1, "order.merchant.list", list(map[string]any{"queryType": "PAT_TIME"}), ""},
		{shop1, "order.merchant.list", list(map[string]any{"queryType": "PAY_TIME"}), refused},
		{shop1, "order.merchant.list", list(map[string]any{"orderType": 0}), refused},
		{shop1, "order.merchant.list", list(map[string]any{"dropshippingStatus": 5}), refused},
		{shop1, "order.merchant.list", list(map[string]any{"pageSize": 51}), refused},
		{shop1, "order.merchant.list", list(map[string]any{"cursor": "x"}), refused},
		{ksWorks1, "order.list", factory(begin(30*time.Minute - time.Millisecond)), ""},
		{ksWorks1, "order.list", factory(begin(30 * time.Minute)), refused},
		{ksWorks1, "order.list", factory(map[string]any{"beginTime": wiretest.Noon.Add(-61 * 24 * time.Hour).UnixMilli(), "endTime": wiretest.Noon.Add(-61*24*time.Hour + time.Minute).UnixMilli()}), refused},
		{ksWorks1, "order.list", factory(map[string]any{"pageSize": 51}), refused},
		{ksWorks1, "order.list", factory(map[string]any{"queryType": 3}), refused},
		{ksWorks1, "order.merchant.list", list(nil), "代发身份不符"},
		{shop1, "order.list", factory(nil), "代发身份不符"},
		{shop1, "relation.list", map[string]any{"pageIndex": 1, "pageSize": 50}, ""},
		{shop1, "relation.list", map[string]any{"pageIndex": 0, "pageSize": 50}, refused},
		{shop1, "order.merchant.detail", map[string]any{"dropshippingOrderCode": "DS0"}, "代发订单不存在"},
		{shop1, "order.batch.allocate", map[string]any{"factoryCode": "F0002", "dropshippingOrderCodeList": make([]string, 11)}, refused},
		{shop1, "order.batch.allocate.cancel", map[string]any{"dropshippingOrderCodeList": []string{"DS0"}}, refused},
		{shop1, "order.batch.delete", map[string]any{"dropshippingOrderCodeList": []string{}}, refused},
	} {
		a := w.as(c.shop, c.method, c.p)
		if c.want == "" {
			assert.Equal(t, 1, a.Result, "%s %v: %s", c.method, c.p, a.raw)
		} else {
			assert.NotEqual(t, 1, a.Result, "%s %v", c.method, c.p)
			assert.Contains(t, a.ErrorMsg, c.want, "%s %v", c.method, c.p)
		}
	}
}

// TestDropshipLife takes an order from allocation to shipment, and checks both
// sides' views.
func TestDropshipLife(t *testing.T) {
	t.Parallel()
	w := serve(t)
	x := w.line(map[string]any{"orderNote": map[string]any{"orderNoteInfo": []any{map[string]any{"note": "newer"},
		map[string]any{"note": "older"}}}})
	assert.Equal(t, 1, x.Dropship.Status)
	g := w.allocate(x.Base.Code)
	assert.Equal(t, 3, g.Status)
	assert.NotEqual(t, x.Base.Code, g.Code)
	assert.Equal(t, []string{"older", "newer"}, g.Note.Seller, "the newest is the last")
	assert.Equal(t, 3, w.dsOrder(x.Base.Code).Dropship.Status)
	assert.Contains(t, w.entries("order.batch.allocate",
		map[string]any{"dropshippingOrderCodeList": []string{x.Base.Code, "DS0"}, "factoryCode": "F0002"})[0], "已分配")

	assert.Equal(t, 11, w.as(ksWorks1, "order.deliver",
		map[string]any{"allocateOrderCode": g.Code, "userCode": g.Alias, "waybillCode": "1",
			"expressCompanyCode": "4"}).Result, "the number of the other table")
	assert.Equal(t, 1, w.deliver(g, "YT1").Result)
	assert.Contains(t, w.deliver(g, "YT1").ErrorMsg, "已发货")
	now := w.dsOrder(x.Base.Code)
	assert.Equal(t, 4, now.Dropship.Status)
	assert.Equal(t, 200, now.Base.Status)
	assert.Equal(t, "YT1", now.Parcel.No)
	assert.NotZero(t, now.Base.Sent)
	o := w.detail(jsonText(t, x.Base.OID))
	assert.Equal(t, 40, o.Base.Status)
	require.Len(t, o.Logistics, 1)
	assert.Contains(t, w.entries("order.batch.allocate.cancel",
		map[string]any{"dropshippingOrderCodeList": []string{x.Base.Code}, "cancelAllocateReason": "x"})[0], "已回传")

	update := map[string]any{"allocateOrderCode": g.Code, "userCode": g.Alias, "waybillCode": "YT2",
		"expressCompanyCode": "YTO"}
	assert.Equal(t, 1, w.as(ksWorks1, "order.logistics.update", update).Result)
	assert.Equal(t, "YT2", w.dsOrder(x.Base.Code).Parcel.No)
	assert.Equal(t, "YT2", w.given(g).Parcels[0].No)
}

// TestDropshipConflicts: refunds, taking back and the merchant's own shipping.
func TestDropshipConflicts(t *testing.T) {
	t.Parallel()
	w := serve(t)
	x := w.line(nil)
	g := w.allocate(x.Base.Code)
	oid := jsonText(t, x.Base.OID)
	refund := func(status int) {
		require.NoError(t, w.Box.On(mall.Kuaishou).UpdateOrder(oid,
			map[string]any{"orderRefundList": []any{map[string]any{"refundId": 1, "refundStatus": status}}}))
	}
	refund(10)
	assert.Equal(t, 200, w.dsOrder(x.Base.Code).Base.Refund)
	assert.Equal(t, 2, w.given(g).After)
	assert.Contains(t, w.deliver(g, "YT1").ErrorMsg, "售后中")
	refund(70)
	assert.Equal(t, 500, w.dsOrder(x.Base.Code).Base.Refund)
	assert.Equal(t, 3, w.given(g).After)

	assert.Equal(t, []string{""}, w.entries("order.batch.allocate.cancel",
		map[string]any{"dropshippingOrderCodeList": []string{x.Base.Code}, "cancelAllocateReason": "示例原因"}))
	assert.Equal(t, 2, w.dsOrder(x.Base.Code).Dropship.Status)
	assert.Equal(t, "示例原因", w.given(g).Reason)
	assert.Contains(t, w.deliver(g, "YT1").ErrorMsg, "取消分配")
	again := w.allocate(x.Base.Code)
	assert.NotEqual(t, g.Code, again.Code, "each time another code")
	assert.Equal(t, 2, w.given(g).Status)

	require.NoError(t, w.Box.On(mall.Kuaishou).UpdateOrder(oid,
		map[string]any{"orderBaseInfo": map[string]any{"status": 40}}))
	assert.Contains(t, w.deliver(again, "YT1").ErrorMsg, "商家已发货")
	now := w.given(again)
	assert.Equal(t, 3, now.Status)
	assert.NotZero(t, now.Sent)

	held := w.line(map[string]any{"orderBaseInfo": map[string]any{"riskCode": 10001}})
	assert.Contains(t, w.entries("order.batch.allocate",
		map[string]any{"dropshippingOrderCodeList": []string{held.Base.Code}, "factoryCode": "F0002"})[0], "暂不可发货")
	assert.Contains(t, w.entries("order.batch.allocate",
		map[string]any{"dropshippingOrderCodeList": []string{held.Base.Code}, "factoryCode": "F0004"})[0], "未绑定")
}

// TestShipsOnce: an order shipped by one side cannot be shipped by the other,
// and both see it.
func TestShipsOnce(t *testing.T) {
	t.Parallel()
	w := serve(t)
	x := w.line(nil)
	g, oid := w.allocate(x.Base.Code), jsonText(t, x.Base.OID)
	require.Equal(t, "1", w.ship(oid, 4, "SF1000000000001"), "the merchant's own shipping")
	now := w.given(g)
	assert.Equal(t, 3, now.Status)
	assert.Equal(t, w.Box.Now().UnixMilli(), now.Sent, "the factory is told")
	assert.Empty(t, now.Parcels)
	assert.Contains(t, w.deliver(g, "YT1000000000001").ErrorMsg, "商家已发货")
	assert.Equal(t, 200, w.dsOrder(x.Base.Code).Base.Status)
	assert.Len(t, w.detail(oid).Logistics, 1)

	x = w.line(nil)
	g, oid = w.allocate(x.Base.Code), jsonText(t, x.Base.OID)
	require.Equal(t, 1, w.deliver(g, "YT1000000000002").Result, "the factory's")
	o := w.detail(oid)
	assert.Equal(t, 40, o.Base.Status)
	assert.Equal(t, o.Item.Num, o.Delivery.Num)
	assert.Equal(t, "21 订单状态不允许该操作", w.ship(oid, 4, "SF1000000000002"))
	assert.Equal(t, "1", w.ship(oid, 6, "YT1000000000002"), "the same parcel")
	assert.Len(t, w.detail(oid).Logistics, 1)
}

// TestAddedOrders: added, listed separately, shipped without the main order,
// deleted.
func TestAddedOrders(t *testing.T) {
	t.Parallel()
	w := serve(t)
	x := w.line(nil)
	entry := func(id string, change map[string]any) map[string]any {
		e := map[string]any{"requestId": id, "dropshippingOrderCode": x.Base.Code, "orderType": 200, "sellerNote": "示例",
			"orderItemList": []any{map[string]any{"skuDesc": "红", "itemTitle": "示例", "skuNum": 1}}}
		for k, v := range change {
			e[k] = v
		}
		return e
	}
	got := w.entries("order.batch.append", map[string]any{"appendRequestList": []any{
		entry("1", nil), entry("2", map[string]any{"orderType": 100}),
		entry("3", map[string]any{"dropshippingOrderCode": "DS0"}),
		entry("4", map[string]any{"orderItemList": []any{}}),
		entry("5", map[string]any{"receiverContact": map[string]any{"name": "示例"}}), entry("", nil),
		entry("1", map[string]any{"orderType": 300}),
	}})
	assert.Empty(t, got[0])
	for _, why := range got[1:6] {
		assert.NotEmpty(t, why)
	}
	gifts, resent := w.dsOrders(200), w.dsOrders(300)
	require.Len(t, gifts, 1)
	require.Len(t, resent, 1)
	gift := gifts[0]
	assert.Equal(t, x.Base.OID, gift.Base.OID)
	assert.NotEqual(t, x.Base.Code, gift.Base.Code)
	assert.Zero(t, gift.Base.Paid)
	assert.Equal(t, []string{"示例"}, gift.Note.Seller)

	g := w.allocate(gift.Base.Code)
	assert.Equal(t, 1, w.deliver(g, "YT1").Result)
	assert.Equal(t, 200, w.dsOrder(gift.Base.Code).Base.Status)
	assert.Equal(t, 30, w.detail(jsonText(t, x.Base.OID)).Base.Status, "the order itself is not shipped by it")
	got = w.entries("order.batch.delete",
		map[string]any{"dropshippingOrderCodeList": []string{gift.Base.Code, x.Base.Code, resent[0].Base.Code,
			resent[0].Base.Code}})
	assert.Contains(t, got[0], "已分配")
	assert.Contains(t, got[1], "主单")
	assert.Empty(t, got[2])
	assert.Contains(t, got[3], "不存在")
	assert.Empty(t, w.dsOrders(300))
}
