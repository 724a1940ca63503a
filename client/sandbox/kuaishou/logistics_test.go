package kuaishou_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
)

const (
	goodsDeliver    = "open.seller.order.goods.deliver"
	goodsSplit      = "open.order.goods.split.deliver"
	goodsAppend     = "open.seller.order.goods.logistics.append"
	logisticsUpdate = "open.seller.order.logistics.update"
	refusal         = "21 订单状态不允许该操作"
)

// parcels is the part of an order about its parcels.
type parcels struct {
	List []struct {
		No   string `json:"expressNo"`
		Code int    `json:"expressCode"`
		ID   int64  `json:"logisticsId"`
	} `json:"orderLogisticsInfo"`
	Delivery struct {
		Num    int64 `json:"deliveryNum"`
		Append bool  `json:"enableAppendPackage"`
		Total  int   `json:"totalPackageNum"`
		Status int   `json:"deliveryStatus"`
	} `json:"orderDeliveryInfo"`
	Gifts []struct {
		Base struct {
			Status int `json:"status"`
		} `json:"subOrderBaseInfo"`
		List []struct {
			No string `json:"expressNo"`
			ID int64  `json:"logisticsId"`
		} `json:"subOrderLogisticsInfo"`
	} `json:"subOrderInfo"`
}

func (w wire) parcels(id string) (p parcels) {
	w.T.Helper()
	w.get("open.order.detail", map[string]any{"oid": json.Number(id)}).data(w.T, &p)
	return p
}

// addPieces makes an order of num pieces, with or without a gift.
func (w wire) addPieces(num int, gift bool) (id, giftID string) {
	w.T.Helper()
	id = w.add(map[string]any{"orderItemInfo": map[string]any{"num": num}})
	if gift {
		oid := w.detail(id).Base.OID + 1
		giftID = fmt.Sprint(oid)
		require.NoError(w.T, w.Box.On(mall.Kuaishou).UpdateOrder(id,
			map[string]any{"subOrderInfo": []any{map[string]any{
				"subOrderBaseInfo": map[string]any{"oid": oid, "status": 30}, "subOrderItemInfo": map[string]any{"num": 1}, "subOrderType": 2,
			}}}))
	}
	return id, giftID
}

func (w wire) ship(id string, code int, no string) string {
	w.T.Helper()
	return w.post(goodsDeliver, map[string]any{"orderId": json.Number(id), "expressCode": code,
		"expressNo": no}).outcome()
}

// split ships pieces in one parcel, given as pairs of order id and count.
func (w wire) split(id string, no string, goods ...any) string {
	w.T.Helper()
	var list []any
	for i := 0; i < len(goods); i += 2 {
		list = append(list, map[string]any{"oid": json.Number(goods[i].(string)), "deliveryNum": goods[i+1]})
	}
	return w.post(goodsSplit, map[string]any{"mainOrderId": json.Number(id), "deliveryItemInfoList": []any{
		map[string]any{"expressCode": 4, "expressNo": no, "deliveryGoodsInfoList": list},
	}}).outcome()
}

// TestDeliver: the whole order, once; a repeated number succeeds.
func TestDeliver(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	id, _ := w.addPieces(2, true)
	require.Equal(t, "1", w.ship(id, 4, "SF1000000000001"))
	assert.Equal(t, "1", w.ship(id, 4, "SF1000000000001"), "the same number succeeds")
	assert.Equal(t, refusal, w.ship(id, 4, "SF1000000000002"))
	o, p := w.detail(id), w.parcels(id)
	assert.Equal(t, 40, o.Base.Status)
	assert.Equal(t, w.Box.Now().UnixMilli(), o.Base.Sent)
	assert.EqualValues(t, 2, p.Delivery.Num)
	require.Len(t, p.List, 1)
	assert.NotZero(t, p.List[0].ID)
	assert.Equal(t, 30, p.Gifts[0].Base.Status, "gifts go by another method")
	assert.False(t, p.Delivery.Append, "not while a gift is left")
	delivering := 0
	for _, m := range w.Box.Pushes() {
		if m.Tag == "kwaishop_order_delivering" {
			delivering++
		}
	}
	assert.Equal(t, 1, delivering)
	assert.Equal(t, ksParameter+"订单号",
		w.post(goodsDeliver, map[string]any{"expressCode": 4, "expressNo": "SF1000000000001"}).outcome())
	assert.Equal(t, ksParameter+"参数类型错误",
		w.post(goodsDeliver, map[string]any{"orderId": id, "expressCode": 4,
			"expressNo": "SF1000000000001"}).outcome(), "ids are numbers")
}

// TestSplit: pieces are shipped until none are left; the first makes the order
// shipped.
func TestSplit(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	id, gift := w.addPieces(3, true)
	for name, tt := range map[string]struct {
		goods []any
		want  string
	}{
		"too many":   {[]any{id, 4}, "21 发货数量超过未发货数量"},
		"in two":     {[]any{id, 2, id, 2}, "21 发货数量超过未发货数量"},
		"none":       {[]any{id, 0}, ksParameter + "deliveryGoodsInfoList"},
		"of another": {[]any{"2500000000099999", 1}, ksParameter + "deliveryGoodsInfoList"},
		"nothing":    {nil, ksParameter + "deliveryGoodsInfoList"},
	} {
		assert.Equal(t, tt.want, w.split(id, "SF1000000000001", tt.goods...), name)
	}
	assert.Empty(t, w.parcels(id).List)
	require.Equal(t, "1", w.split(id, "SF1000000000001", id, 1))
	assert.Equal(t, 40, w.detail(id).Base.Status)
	assert.EqualValues(t, 1, w.parcels(id).Delivery.Num)
	assert.Equal(t, 10, w.parcels(id).Delivery.Status)
	require.Equal(t, "1", w.split(id, "SF1000000000002", id, 2, gift, 1))
	p := w.parcels(id)
	assert.EqualValues(t, 3, p.Delivery.Num)
	assert.Equal(t, 40, p.Delivery.Status)
	assert.Equal(t, 2, p.Delivery.Total, "a parcel of both is one")
	assert.Equal(t, p.List[1].ID, p.Gifts[0].List[0].ID)
	assert.Equal(t, "21 发货数量超过未发货数量", w.split(id, "SF1000000000003", gift, 1))

	// A parcel of both changes in both lists.
	change := map[string]any{"orderId": json.Number(id), "expressCode": 6, "expressNo": "YT1000000000009"}
	assert.Equal(t, "21 物流信息不存在", w.post(logisticsUpdate, change).outcome(), "which one")
	change["logisticsId"] = p.List[1].ID
	require.Equal(t, "1", w.post(logisticsUpdate, change).outcome())
	p = w.parcels(id)
	assert.Equal(t, "YT1000000000009", p.List[1].No)
	assert.Equal(t, 6, p.List[1].Code)
	assert.Equal(t, "YT1000000000009", p.Gifts[0].List[0].No)
}

func TestAppend(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	id, _ := w.addPieces(2, false)
	more := func(no string) string {
		return w.post(goodsAppend, map[string]any{"oid": json.Number(id), "expressCode": 4, "expressNo": no}).outcome()
	}
	assert.Equal(t, refusal, more("SF1000000000002"), "nothing is shipped")
	require.Equal(t, "1", w.split(id, "SF1000000000001", id, 1))
	assert.Equal(t, refusal, more("SF1000000000002"), "some are left")
	require.Equal(t, "1", w.split(id, "SF1000000000002", id, 1))
	for i := 3; i <= 50; i++ {
		require.Equal(t, "1", more(fmt.Sprintf("SF%013d", i)))
	}
	assert.Equal(t, "21 包裹数量超过上限", more("SF0000000000051"))
	assert.Equal(t, "21 运单号已存在", more("SF0000000000050"))
	p := w.parcels(id)
	assert.Len(t, p.List, 50)
	assert.EqualValues(t, 2, p.Delivery.Num)
}

// TestNotShippable: the members of an order that stop its shipping.
func TestNotShippable(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	for name, fields := range map[string]map[string]any{
		"held":     {"orderBaseInfo": map[string]any{"disableDeliveryReasonCode": []int{1}}},
		"risk":     {"orderBaseInfo": map[string]any{"riskCode": 10001}},
		"refund":   {"orderRefundList": []any{map[string]any{"refundId": 1, "refundStatus": 30}}},
		"serials":  {"orderDeliveryInfo": map[string]any{"serialNumberInfo": map[string]any{"serialType": []int{1}}}},
		"unpaid":   {"orderBaseInfo": map[string]any{"status": 10}},
		"closed":   {"orderBaseInfo": map[string]any{"status": 80}},
		"received": {"orderBaseInfo": map[string]any{"status": 50}},
	} {
		id, _ := w.addPieces(1, false)
		require.NoError(t, w.Box.On(mall.Kuaishou).UpdateOrder(id, fields))
		before := len(w.parcels(id).List)
		assert.True(t, strings.HasPrefix(w.ship(id, 4, "SF1000000000001"), "21 "), name)
		assert.True(t, strings.HasPrefix(w.split(id, "SF1000000000001", id, 1), "21 "), name)
		assert.Len(t, w.parcels(id).List, before, name)
	}
	id, _ := w.addPieces(1, false)
	require.NoError(t, w.Box.On(mall.Kuaishou).UpdateOrder(id,
		map[string]any{"orderRefundList": []any{map[string]any{"refundId": 1, "refundStatus": 70}}}))
	assert.Equal(t, "1", w.ship(id, 4, "SF1000000000001"), "a case that is closed stops nothing")
}

// TestStopped checks the documented texts of result 11.
func TestStopped(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	id, _ := w.addPieces(1, false)
	assert.Equal(t, "11 快递公司不存在", w.ship(id, 60, "SF1000000000001"))
	assert.Equal(t, "11 运单号和物流公司不匹配", w.ship(id, 6, "SF1000000000001"))
	no, _ := w.bill(id, nil)
	assert.Equal(t, "11 回传运单号与电子面单不一致", w.ship(id, 4, "SF1000000000001"))
	assert.Equal(t, "11 电子面单取号与发货快递公司不一致", w.ship(id, 4, no))
	require.Equal(t, "1", w.ship(id, 6, no))
	assert.Equal(t, "21 订单已使用该运单号发货，不可取消",
		w.get("open.express.ebill.cancel", map[string]any{"expressCompanyCode": "YTO", "waybillCode": no}).outcome())

	second, _ := w.addPieces(1, false)
	assert.Equal(t, "11 收货地址与电子面单取号地址不一致", w.ship(second, 6, no), "the number of an order elsewhere")
	no, _ = w.bill(second, nil)
	at := w.detail(id).Address.Address
	was := w.detail(second).Address.Address
	require.NoError(t, w.Box.On(mall.Kuaishou).UpdateOrder(second,
		map[string]any{"orderAddress": map[string]any{"encryptedAddress": at}}))
	assert.Equal(t, "11 收货地址与电子面单取号地址不一致", w.ship(second, 6, no))
	require.NoError(t, w.Box.On(mall.Kuaishou).UpdateOrder(second,
		map[string]any{"orderAddress": map[string]any{"encryptedAddress": was}}))
	collected := `{"platform":"kuaishou","tracking_no":"` + no + `","state":"GOT","text":"已揽收"}`
	assert.Equal(t, 201, w.Control("POST", "/routes", collected, nil))
	assert.Equal(t, "21 快递已揽收，不可变更", w.get("open.express.ebill.cancel",
		map[string]any{"expressCompanyCode": "YTO", "waybillCode": no}).outcome())
	require.NoError(t, w.Box.On(mall.Kuaishou).UpdateOrder(second,
		map[string]any{"orderBaseInfo": map[string]any{"payTime": w.Box.Now().Add(time.Hour).UnixMilli()}}))
	assert.Equal(t, "11 运单揽收时间早于支付时间", w.ship(second, 6, no))

	third, _ := w.addPieces(1, false)
	require.Equal(t, "1", w.ship(third, 4, "SF1000000000003"))
	fourth, _ := w.addPieces(1, false)
	assert.Equal(t, "11 同一个运单号对应收件地址超过1个", w.ship(fourth, 4, "SF1000000000003"))
	same := map[string]any{"orderDeliveryInfo": map[string]any{"openAddressId": w.detail(third).Delivery.AddressID}}
	require.NoError(t, w.Box.On(mall.Kuaishou).UpdateOrder(fourth, same))
	w.Box.Advance(31 * 24 * time.Hour)
	_, err := w.Box.On(mall.Kuaishou).AddShop(shop2, "")
	require.NoError(t, err)
	w.renew()
	assert.Equal(t, "11 运单发货间隔超过30天", w.ship(fourth, 4, "SF1000000000003"))
	theirs, err := w.Box.On(mall.Kuaishou).AddOrder(shop2, nil)
	require.NoError(t, err)
	r := w.build("POST", goodsDeliver, w.Shop(shop2).AccessToken,
		map[string]any{"orderId": json.Number(theirs), "expressCode": 4, "expressNo": "SF1000000000003"})
	assert.Equal(t, "11 运单号已被其他商家使用", w.send(r).outcome())
}

// renew gives shop 1 new tokens after the clock was moved.
func (w wire) renew() {
	w.T.Helper()
	assert.Equal(w.T, 200, w.Control("POST", "/tokens",
		`{"platform":"kuaishou","shop_id":"`+shop1+`","action":"replace"}`, nil))
}

func TestAddressBook(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	type entry struct {
		ID      int64 `json:"addressId"`
		Default bool  `json:"defaultAddress"`
	}
	list := func(kind int) (list []entry) {
		w.get("open.address.seller.list", map[string]any{"addressType": kind}).data(t, &list)
		return list
	}
	require.Len(t, list(2), 1)
	require.Len(t, list(3), 1)
	base := map[string]any{
		"consignee": "示例", "mobile": "19900000009", "provinceCode": 33, "province": "浙江省", "cityCode": 3301, "city": "杭州市", "districtCode": 330106, "district": "西湖区",
		"address": "示例路3号", "town": "示例街道", "townCode": 330106001, "addressMetaVersion": 202100,
	}
	var made entry
	w.get("open.address.seller.create",
		map[string]any{"baseInfo": base, "defaultAddress": true, "addressType": 2}).data(t, &made)
	require.Len(t, list(2), 2)
	assert.False(t, list(2)[0].Default, "there is one default")
	assert.Equal(t, "21 默认地址不可直接取消", w.get("open.address.seller.update",
		map[string]any{"baseInfo": base, "defaultAddress": false, "addressId": made.ID}).outcome())
	assert.Equal(t, "1", w.get("open.address.seller.update",
		map[string]any{"baseInfo": base, "defaultAddress": true, "addressId": list(2)[0].ID}).outcome())
	assert.True(t, list(2)[0].Default)
	delete(base, "townCode")
	assert.Equal(t, ksParameter+"baseInfo",
		w.get("open.address.seller.create",
			map[string]any{"baseInfo": base, "defaultAddress": true, "addressType": 2}).outcome())
	assert.Equal(t, ksParameter+"addressType",
		w.get("open.address.seller.list", map[string]any{"addressType": 1}).outcome())
	assert.Equal(t, "21 地址不存在", w.get("open.address.seller.get", map[string]any{"addressId": 1}).outcome())

	id, _ := w.addPieces(1, false)
	ship := map[string]any{"orderId": json.Number(id), "expressCode": 4, "expressNo": "SF1000000000001",
		"returnAddressId": list(3)[0].ID}
	assert.Equal(t, "21 退货地址不存在", w.post(goodsDeliver, ship).outcome(), "one to ship from")
	ship["returnAddressId"] = made.ID
	assert.Equal(t, "1", w.post(goodsDeliver, ship).outcome())
}
