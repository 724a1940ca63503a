package kuaishou_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/logistics/logisticstest"
	"github.com/mallwire/mall/order"
)

// sfCode is what SF wants in extData: a code that the app has from the carrier.
const sfCode = `{"isvClientCode":"example-client"}`

func withSF(c *kuaishou.Config) { c.Assumptions.CarrierData = map[string]string{"SF": sfCode} }

// newOrder adds an order to ship. The first line is what was bought, the others
// are gifts; each has two pieces.
func (w *world) newOrder(t testing.TB, lines int) string {
	id, err := w.Side().AddOrder(w.Shop.ID(),
		map[string]any{"orderBaseInfo": map[string]any{"status": 30}, "orderItemInfo": map[string]any{"num": 2}})
	require.NoError(t, err)
	var gifts []any
	for i := range lines - 1 {
		var oid int64
		_, err := fmt.Sscan(id, &oid)
		require.NoError(t, err)
		gifts = append(gifts, map[string]any{
			"subOrderBaseInfo": map[string]any{"oid": oid + int64(i) + 1, "status": 30}, "subOrderType": 2,
			"subOrderItemInfo": map[string]any{"skuId": 158400000000041, "skuNick": "GIFT-1", "itemTitle": "示例赠品",
				"num": 2},
			"subOrderLogisticsInfo": []any{}, "subOrderDeliveryInfo": map[string]any{"deliveryNum": 0, "packageNum": 0},
		})
	}
	require.NoError(t, w.Side().UpdateOrder(id, map[string]any{"subOrderInfo": gifts}))
	return id
}

// moveBuyer gives an order the address of another one.
func (w *world) moveBuyer(t testing.TB, id string) {
	other, err := w.Side().AddOrder(w.Shop.ID(), nil)
	require.NoError(t, err)
	o, err := w.Shop.Orders.Get(t.Context(), other)
	require.NoError(t, err)
	require.NoError(t, w.Side().UpdateOrder(id, map[string]any{
		"orderAddress":      map[string]any{"encryptedAddress": o.Receiver.Address.Cipher},
		"orderDeliveryInfo": map[string]any{"openAddressId": o.Receiver.ID},
	}))
}

// TestLogisticsConformance loses answers in every way there is at every write.
func TestLogisticsConformance(t *testing.T) {
	drivertest.Bubble(t, func(t *testing.T) {
		w := newWorld(t, withSF, drivertest.Impatient()...)
		known := drivertest.KnownLogistics(t, w.World,
			func(lines int) string { return w.newOrder(t, lines) }, func(id string) { w.moveBuyer(t, id) },
			"open.seller.order.goods.deliver", "open.order.goods.split.deliver", "open.seller.order.goods.logistics.append",
			"open.seller.order.logistics.update", "open.express.ebill.get", "open.express.ebill.cancel",
			"open.express.ebill.update",
		)
		known.CarrierCode, known.WaybillCarrier, known.SubCarrier = "4", "YTO", "SF"
		known.Lacks = []string{"Trace"} // no method tells where a parcel is
		logisticstest.Run(t, kuaishou.LogisticsWith(w.Shop,
			kuaishou.Assumptions{CarrierData: map[string]string{"SF": sfCode}}), known)
	})
}

// take takes a waybill for an order.
func (w *world) take(t *testing.T, carrier, id, packID string) mall.Result[logistics.Waybill] {
	t.Helper()
	o, err := w.Shop.Orders.Get(t.Context(), id)
	require.NoError(t, err)
	sites, err := w.Shop.Logistics.NetSites(t.Context(), carrier)
	require.NoError(t, err)
	require.Len(t, sites, 1)
	taken, err := w.Shop.Logistics.TakeWaybills(t.Context(), logistics.Take{
		CarrierCode: carrier, Sender: drivertest.Pickup(), Site: sites[0],
		Requests: []logistics.WaybillRequest{{Order: o, PackID: packID}},
	})
	require.NoError(t, err)
	return taken[0]
}

func one(id, carrier, no string) logistics.Shipment {
	return logistics.Shipment{OrderID: id, Parcels: []logistics.Parcel{{CarrierCode: carrier, TrackingNo: no}}}
}

// TestFulfilment takes waybills, prints labels and ships.
func TestFulfilment(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withSF)
	ctx, s := t.Context(), w.Shop.Logistics
	assert.False(t, logistics.Can[logistics.Tracer](s))
	templates, err := s.Templates(ctx)
	require.NoError(t, err)
	require.Len(t, templates, 12, "one for each carrier of waybills, and two of the shop's own")
	back, err := s.Addresses(ctx, logistics.ReturnTo)
	require.NoError(t, err)
	require.NotEmpty(t, back)

	for _, carrier := range []struct{ letters, number string }{{"YTO", "6"}, {"SF", "4"}, {"POSTB", "8"}} {
		id := w.newOrder(t, 1)
		taken := w.take(t, carrier.letters, id, "")
		require.NoError(t, taken.Err, carrier.letters)
		bill := taken.Item
		if carrier.letters == "SF" {
			bill, err = s.AddSubWaybills(ctx, bill, 2)
			require.NoError(t, err)
			assert.Len(t, bill.Subs, 2)
		}
		sent := len(w.Box.Received())
		printed, err := s.PrintData(ctx, logistics.Template{URL: templates[0].URL}, bill)
		require.NoError(t, err)
		require.NoError(t, printed[0].Err)
		assert.NotEmpty(t, printed[0].Item[0].Key)
		assert.Len(t, printed[0].Item, 1+len(bill.Subs))
		assert.Len(t, w.Box.Received(), sent+1, "the order was looked at, and the label was at hand")
		forgotten := bill
		forgotten.Print = nil
		printed, err = s.PrintData(ctx, logistics.Template{}, forgotten)
		require.NoError(t, err)
		assert.ErrorIs(t, printed[0].Err, mall.ErrInvalid)

		sh := one(id, carrier.number, bill.TrackingNo)
		sh.ReturnAddressID = back[0].ID
		require.NoError(t, s.Ship(ctx, sh), carrier.letters)
		assert.ErrorIs(t, s.CancelWaybill(ctx, bill), mall.ErrRejected, "on its way")
		sh.FromAddressID = back[0].ID
		assert.ErrorIs(t, s.Ship(ctx, sh), mall.ErrNotSupported)
	}
	other, err := w.Side().AddOrder(w.Here.Shops[1].ShopID, nil)
	require.NoError(t, err)
	assert.Error(t, s.Ship(ctx, one(other, "4", "SF1000000000009")), "of another shop")
}

// TestShipRefusals: each refusal has its reason, and the order ships once the
// cause is gone.
func TestShipRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withSF)
	ctx, s := t.Context(), w.Shop.Logistics
	stop := func(err error) logistics.Reason {
		t.Helper()
		r, ok := errors.AsType[*logistics.Refusal](err)
		require.True(t, ok, "%v", err)
		assert.ErrorIs(t, err, mall.ErrRejected)
		e, ok := errors.AsType[*mall.Error](err)
		require.True(t, ok)
		assert.NotEmpty(t, e.RequestID)
		return r.Reason
	}
	ship := func(id, carrier, no string) error { return s.Ship(ctx, one(id, carrier, no)) }

	id := w.newOrder(t, 1)
	assert.Equal(t, logistics.ReasonUnknownCarrier, stop(ship(id, "60", "SF1000000000001")))
	assert.Equal(t, logistics.ReasonCarrier, stop(ship(id, "6", "SF1000000000001")))
	a := w.take(t, "YTO", id, "").Item
	assert.Equal(t, logistics.ReasonWaybill, stop(ship(id, "4", "SF1000000000001")), "it took a waybill")
	assert.Equal(t, logistics.ReasonWaybillCarrier, stop(ship(id, "4", a.TrackingNo)))
	require.NoError(t, s.CancelWaybill(ctx, a))
	require.NoError(t, ship(id, "4", "SF1000000000001"))

	second := w.newOrder(t, 1)
	assert.Equal(t, logistics.ReasonReceivers, stop(ship(second, "4", "SF1000000000001")))
	b := w.take(t, "ZTO", second, "").Item
	w.moveBuyer(t, second)
	assert.Equal(t, logistics.ReasonReceiver, stop(ship(second, "9", b.TrackingNo)))
	o, err := w.Shop.Orders.Get(ctx, second)
	require.NoError(t, err)
	b, err = s.UpdateWaybill(ctx, b, logistics.Sender{}, logistics.WaybillRequest{Order: o})
	require.NoError(t, err)
	require.NoError(t, ship(second, "9", b.TrackingNo))

	shops := w.App.Shop(w.Here.Shops[1].ShopID)
	theirs, err := w.Side().AddOrder(shops.ID(), nil)
	require.NoError(t, err)
	assert.Equal(t, logistics.ReasonUsed, stop(shops.Logistics.Ship(ctx, one(theirs, "4", "SF1000000000001"))))

	third := w.newOrder(t, 1)
	for text, want := range map[string]logistics.Reason{
		"运单揽收时间早于支付时间": logistics.ReasonTooEarly, "收货地址与签收地址不一致": logistics.ReasonDestination,
		"运单发货间隔超过30天": logistics.ReasonTooLate, "示例：别的原因": logistics.ReasonOther,
	} {
		w.Arm(t, sandbox.Fault{Method: "open.seller.order.goods.deliver", Kind: sandbox.FaultError, Code: 11,
			Msg: text})
		assert.Equal(t, want, stop(ship(third, "4", "SF1000000000003")), text)
	}
	require.NoError(t, ship(third, "4", "SF1000000000003"))
	change := logistics.Change{OrderID: third, TrackingNo: "SF1000000000003",
		To: logistics.Parcel{CarrierCode: "4", TrackingNo: "SF1000000000001"}}
	assert.Equal(t, logistics.ReasonReceivers, stop(s.ChangeShipment(ctx, change)))
	assert.Equal(t, logistics.ReasonUnknownCarrier,
		stop(s.AddParcel(ctx, third, logistics.Parcel{CarrierCode: "60", TrackingNo: "SF1000000000004"})))
}

// TestShipGifts: an order ships together with its gifts, and gifts may ship
// later.
func TestShipGifts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx, s := t.Context(), w.Shop.Logistics
	id := w.newOrder(t, 3)
	require.NoError(t, s.Ship(ctx, one(id, "4", "SF1000000000001")))
	assert.Empty(t, w.Record.Of("open.seller.order.goods.deliver"), "which would leave the gifts behind")
	o, err := w.Shop.Orders.Get(ctx, id)
	require.NoError(t, err)
	assert.Equal(t, order.StatusShipped, o.Status)
	require.Len(t, o.Parcels, 1)

	// Some pieces first. The order is not shipped until all have gone.
	id = w.newOrder(t, 2)
	pieces := func(no string, items ...logistics.Item) error {
		sh := one(id, "4", no)
		sh.Parcels[0].Items = items
		return s.ShipParcels(ctx, sh)
	}
	o, err = w.Shop.Orders.Get(ctx, id)
	require.NoError(t, err)
	main, gift := o.Lines[0].ID, o.Lines[1].ID
	require.NoError(t, pieces("SF1000000000002", logistics.Item{LineID: main, Quantity: 1}))
	assert.ErrorIs(t, s.Ship(ctx, one(id, "4", "SF1000000000003")), mall.ErrConflict, "not all of it is left")
	assert.ErrorIs(t, s.Ship(ctx, one(id, "4", "SF1000000000002")), mall.ErrConflict, "nor was all of it in this one")
	assert.ErrorIs(t, s.AddParcel(ctx, id, logistics.Parcel{CarrierCode: "4", TrackingNo: "SF1000000000009"}),
		mall.ErrRejected, "not before all is shipped")
	require.NoError(t, pieces("SF1000000000003", logistics.Item{LineID: main, Quantity: 1},
		logistics.Item{LineID: gift, Quantity: 1}))
	require.NoError(t, pieces("SF1000000000004", logistics.Item{LineID: gift, Quantity: 1}))
	o, err = w.Shop.Orders.Get(ctx, id)
	require.NoError(t, err)
	assert.Equal(t, order.StatusShipped, o.Status)
	assert.Len(t, o.Parcels, 3)
}

// TestShipHeldOrders: an order that must not ship is refused and does not
// change.
func TestShipHeldOrders(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for name, fields := range map[string]map[string]any{
		"held":      {"orderBaseInfo": map[string]any{"disableDeliveryReasonCode": []int{2}}},
		"risk":      {"orderBaseInfo": map[string]any{"riskCode": 10001}},
		"refund":    {"orderRefundList": []any{map[string]any{"refundId": 1, "refundStatus": 10}}},
		"no cipher": {"orderAddress": map[string]any{"encryptedMobile": nil}},
		"no day":    {"orderBaseInfo": map[string]any{"validPromiseShipmentTimeStamp": 0}},
		"unpaid":    {"orderBaseInfo": map[string]any{"status": 10}},
	} {
		id := w.newOrder(t, 1)
		require.NoError(t, w.Side().UpdateOrder(id, fields))
		assert.ErrorIs(t, w.Shop.Logistics.Ship(t.Context(), one(id, "4", "SF1000000000001")), mall.ErrRejected, name)
		o, err := w.Shop.Orders.Get(t.Context(), id)
		require.NoError(t, err)
		assert.Empty(t, o.Parcels, name)
	}
}

// TestShipLostAnswer: when the answer is lost, the driver reads the order
// instead of shipping again.
func TestShipLostAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.newOrder(t, 1)
	w.Arm(t, sandbox.Fault{Method: "open.seller.order.goods.deliver", Kind: sandbox.FaultCutAfter})
	require.NoError(t, w.Shop.Logistics.Ship(t.Context(), one(id, "4", "SF1000000000001")))
	assert.Len(t, w.Record.Of("open.seller.order.goods.deliver"), 1)
	assert.Len(t, w.Record.Of("open.order.detail"), 2, "before, for gifts, and after")
}

// TestTakeWaybillAgain: after a cancellation the same pack id gets the
// cancelled number (unconfirmed), another pack id a new one.
func TestTakeWaybillAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.newOrder(t, 1)
	first := w.take(t, "YTO", id, "")
	require.NoError(t, first.Err)
	require.NoError(t, w.Shop.Logistics.CancelWaybill(t.Context(), first.Item))
	assert.Equal(t, first.Item.TrackingNo, w.take(t, "YTO", id, "").Item.TrackingNo)
	assert.NotEqual(t, first.Item.TrackingNo, w.take(t, "YTO", id, "again").Item.TrackingNo)
	assert.ErrorIs(t, w.take(t, "SF", w.newOrder(t, 1), "").Err, mall.ErrRejected, "without the app's code")
}
