package doudian_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/logistics/logisticstest"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
)

// newOrder adds an order to ship. Each of its lines has two pieces.
func (w *world) newOrder(t testing.TB, lines int) string {
	list := make([]any, lines)
	for i := range list {
		list[i] = map[string]any{"item_num": 2}
	}
	id, err := w.Side().AddOrder(w.Shop.ID(), map[string]any{"order_status": 2, "sku_order_list": list})
	require.NoError(t, err)
	return id
}

// moveBuyer gives an order the address of another one.
func (w *world) moveBuyer(t testing.TB, id string) {
	other, err := w.Side().AddOrder(w.Shop.ID(), nil)
	require.NoError(t, err)
	at, err := w.Shop.Orders.Get(t.Context(), other)
	require.NoError(t, err)
	require.NoError(t, w.Side().UpdateOrder(id, map[string]any{
		"open_address_id": at.Receiver.ID, "encrypt_post_tel": at.Receiver.Phone.Cipher + "#",
		"post_addr": map[string]any{"encrypt_detail": at.Receiver.Address.Cipher + "#"},
	}))
}

// TestLogisticsConformance loses answers in every way there is at every write.
func TestLogisticsConformance(t *testing.T) {
	drivertest.Bubble(t, func(t *testing.T) {
		w := newWorld(t, nil, drivertest.Impatient()...)
		known := drivertest.KnownLogistics(t, w.World,
			func(lines int) string { return w.newOrder(t, lines) }, func(id string) { w.moveBuyer(t, id) },
			"order.logisticsAdd", "order.logisticsAddMultiPack", "order.logisticsEdit", "order.logisticsEditByPack",
			"logistics.newCreateOrder", "logistics.cancelOrder", "logistics.updateOrder",
		)
		known.CarrierCode, known.WaybillCarrier, known.SubCarrier = "shunfeng", "yuantong", "yuantong"
		known.Lacks = []string{"Addresses", "AddParcel", "AddParcelLost"}
		logisticstest.Run(t, doudian.LogisticsOf(w.Shop), known)
	})
}

// TestFulfilment takes waybills, prints labels, ships and traces.
func TestFulfilment(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx, s := t.Context(), w.Shop.Logistics
	carriers, err := s.Carriers(ctx)
	require.NoError(t, err)
	require.NotEmpty(t, carriers)
	sites, err := s.NetSites(ctx, "yuantong")
	require.NoError(t, err)
	require.Len(t, sites, 1)
	from := logistics.Sender{Name: "示例发件人", Phone: "19900000009", Address: sites[0].Senders[0]}
	templates, err := s.Templates(ctx)
	require.NoError(t, err)
	require.Len(t, templates, 4)

	first, second := w.newOrder(t, 1), w.newOrder(t, 1)
	var requests []logistics.WaybillRequest
	for _, id := range []string{first, second} {
		o, err := w.Shop.Orders.Get(ctx, id)
		require.NoError(t, err)
		reach, err := s.OutOfRange(ctx, logistics.Way{CarrierCode: "yuantong", From: from.Address, To: o.Receiver})
		require.NoError(t, err)
		assert.False(t, reach.OutOfRange)
		requests = append(requests, logistics.WaybillRequest{Order: o, Pieces: 2})
	}
	foreign := requests[0]
	foreign.Order.ID = "6920000000009999999"
	taken, err := s.TakeWaybills(ctx, logistics.Take{CarrierCode: "yuantong", Sender: from,
		Requests: append(requests, foreign)})
	require.NoError(t, err)
	require.NoError(t, taken[0].Err)
	require.NoError(t, taken[1].Err)
	assert.ErrorIs(t, taken[2].Err, mall.ErrNotFound, "one that fails does not hide the others")
	bill, err := s.AddSubWaybills(ctx, taken[0].Item, 2)
	require.NoError(t, err)
	assert.Len(t, bill.Subs, 3)

	printed, err := s.PrintData(ctx, templates[1], bill, taken[1].Item)
	require.NoError(t, err)
	for _, p := range printed {
		require.NoError(t, p.Err)
		assert.NotEmpty(t, p.Item[0].Payload)
		assert.Equal(t, templates[1].URL, p.Item[0].TemplateURL)
	}
	_, err = s.Trace(ctx, "yuantong", bill.TrackingNo)
	assert.ErrorIs(t, err, mall.ErrNotFound, "not shipped yet")
	require.NoError(t, s.Ship(ctx, logistics.Shipment{OrderID: first,
		Parcels: []logistics.Parcel{{CarrierCode: "yuantong", TrackingNo: bill.TrackingNo}}}))
	events, err := s.Trace(ctx, "yuantong", bill.TrackingNo)
	require.NoError(t, err)
	assert.Empty(t, events)
	assert.ErrorIs(t, s.CancelWaybill(ctx, bill), mall.ErrRejected, "on its way")
}

// TestShipLostAnswer: when the answer is lost, the driver reads the order
// instead of shipping again.
func TestShipLostAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.newOrder(t, 1)
	w.Arm(t, sandbox.Fault{Method: "order.logisticsAdd", Kind: sandbox.FaultCutAfter})
	require.NoError(t, w.Shop.Logistics.Ship(t.Context(),
		logistics.Shipment{OrderID: id, Parcels: []logistics.Parcel{{CarrierCode: "shunfeng",
			TrackingNo: "SF0000001"}}}))
	assert.Len(t, w.Record.Of("order.logisticsAdd"), 1)
	assert.Len(t, w.Record.Of("order.orderDetail"), 1)
}

// TestCancelWaybillRepeated: the refusal "repeated request" is retried, and
// ends as an unknown outcome.
func TestCancelWaybillRepeated(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	repeated := sandbox.Fault{Method: "logistics.cancelOrder", Kind: sandbox.FaultError, Code: 50002,
		SubCode: "isv.business-failed:20001", After: true}
	for times, want := range map[int]error{1: mall.ErrAlreadyDone, 2: nil, 4: mall.ErrUnknownOutcome} {
		o, err := w.Shop.Orders.Get(t.Context(), w.newOrder(t, 1))
		require.NoError(t, err)
		taken, err := w.Shop.Logistics.TakeWaybills(t.Context(),
			logistics.Take{CarrierCode: "yuantong", Sender: drivertest.Pickup(),
				Requests: []logistics.WaybillRequest{{Order: o}}})
		require.NoError(t, err)
		repeated.Times = times
		w.Arm(t, repeated)
		assert.ErrorIs(t, w.Shop.Logistics.CancelWaybill(t.Context(), taken[0].Item), want, times)
	}
}

// TestUnstableCiphers: with Assumptions.UnstableCiphers, other ciphers of the
// same address do not count as another address.
func TestUnstableCiphers(t *testing.T) {
	t.Parallel()
	for _, unstable := range []bool{false, true} {
		w := newWorld(t, func(c *doudian.Config) { c.Assumptions.UnstableCiphers = unstable })
		id := w.newOrder(t, 1)
		o, err := w.Shop.Orders.Get(t.Context(), id)
		require.NoError(t, err)
		taken, err := w.Shop.Logistics.TakeWaybills(t.Context(),
			logistics.Take{CarrierCode: "yuantong", Sender: drivertest.Pickup(),
				Requests: []logistics.WaybillRequest{{Order: o}}})
		require.NoError(t, err)
		require.NoError(t, w.Side().UpdateOrder(id,
			map[string]any{"encrypt_post_tel": o.Receiver.Phone.Cipher + "anew"}))
		printed, err := w.Shop.Logistics.PrintData(t.Context(), logistics.Template{}, taken[0].Item)
		require.NoError(t, err)
		assert.Equal(t, unstable, printed[0].Err == nil, "%v", printed[0].Err)
		require.NoError(t, w.Side().UpdateOrder(id, map[string]any{"open_address_id": "another"}))
		printed, err = w.Shop.Logistics.PrintData(t.Context(), logistics.Template{}, taken[0].Item)
		require.NoError(t, err)
		assert.ErrorIs(t, printed[0].Err, mall.ErrConflict)
	}
}

// TestWaybillOfChangedAddress: after the address changed, whoever changed it,
// the old label is not printed and the old waybill does not ship.
func TestWaybillOfChangedAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx, s := t.Context(), w.Shop.Logistics
	moves := []struct {
		name string
		move func(id string) error
	}{
		{"the merchant changed it", func(id string) error {
			return w.Shop.Changes.ChangeAddress(ctx, id, order.Receiver{
				Phone: order.Protected{Plain: "19900000077"}, Address: order.Protected{Plain: "示例新路8号"},
				Province: order.Region{Code: "32", Name: "江苏省"}, City: order.Region{Code: "320500", Name: "苏州市"},
				District: order.Region{Code: "320506", Name: "吴中区"},
			})
		}},
		{"the buyer did", func(id string) error {
			_, err := w.Side().AskAddress(id, sandbox.Receiver{Phone: "19900000078", Detail: "示例新路9号"})
			return err
		}},
		{"the buyer asked and the merchant agreed", func(id string) error {
			require.NoError(t, w.Shop.Changes.SetAddressReview(ctx, change.ReviewHere, false))
			w.askAddress(t, id)
			return w.Shop.Changes.AnswerAddress(ctx, id, change.Verdict{Accept: true})
		}},
	}
	for _, m := range moves {
		id := w.newOrder(t, 1)
		was, err := w.Shop.Orders.Get(ctx, id)
		require.NoError(t, err)
		taken, err := s.TakeWaybills(ctx, logistics.Take{CarrierCode: "yuantong", Sender: drivertest.Pickup(),
			Requests: []logistics.WaybillRequest{{Order: was}}})
		require.NoError(t, err)
		require.NoError(t, taken[0].Err)
		require.NoError(t, m.move(id), m.name)

		now := w.address(t, id)
		assert.NotEqual(t, was.Receiver.ID, now.ID, m.name)
		assert.NotEqual(t, was.Receiver.Phone.Cipher, now.Phone.Cipher, m.name)
		assert.NotEqual(t, was.Receiver.Address.Cipher, now.Address.Cipher, m.name)
		printed, err := s.PrintData(ctx, logistics.Template{}, taken[0].Item)
		require.NoError(t, err)
		assert.ErrorIs(t, printed[0].Err, mall.ErrConflict, m.name)
		err = s.Ship(ctx, logistics.Shipment{OrderID: id,
			Parcels: []logistics.Parcel{{CarrierCode: "yuantong", TrackingNo: taken[0].Item.TrackingNo}}})
		e, ok := errors.AsType[*mall.Error](err)
		require.True(t, ok, "%s: %v", m.name, err)
		assert.Equal(t, "isv.business-failed:70020", e.SubCode, m.name)
		stop, ok := errors.AsType[*logistics.Refusal](err)
		require.True(t, ok, "%s: %v", m.name, err)
		assert.Equal(t, logistics.ReasonReceiver, stop.Reason, m.name)
	}
}
