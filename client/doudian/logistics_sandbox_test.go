package doudian_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/logistics/logisticstest"
)

var sender = logistics.Sender{Name: "示例发件人", Phone: "19900000009", Address: logistics.Address{
	Province: "江苏省", City: "苏州市", District: "吴中区", Street: "示例街道", Detail: "示例路1号",
}}

// newOrder makes an order to ship with so many lines, of two pieces each.
func (w *world) newOrder(t testing.TB, lines int) string {
	list := make([]any, lines)
	for i := range list {
		list[i] = map[string]any{"item_num": 2}
	}
	id, err := w.box.AddOrder(mall.Doudian, w.shop.ID(), map[string]any{"order_status": 2, "sku_order_list": list})
	require.NoError(t, err)
	return id
}

// moveBuyer gives an order another address, with ciphers of the platform.
func (w *world) moveBuyer(t testing.TB, id string) {
	other, err := w.box.AddOrder(mall.Doudian, w.shop.ID(), nil)
	require.NoError(t, err)
	at, err := w.shop.Orders.Get(t.Context(), other)
	require.NoError(t, err)
	require.NoError(t, w.box.UpdateOrder(mall.Doudian, id, map[string]any{
		"open_address_id": at.Receiver.ID, "encrypt_post_tel": at.Receiver.Phone.Cipher + "#", "post_addr": map[string]any{"encrypt_detail": at.Receiver.Address.Cipher + "#"},
	}))
}

// losses lose the answer of the next write of a parcel or waybill. The client
// tries methods that may be repeated three times, so they last as long.
func (w *world) losses() map[string]func(testing.TB) {
	writes := []string{
		"order.logisticsAdd", "order.logisticsAddMultiPack", "order.logisticsEdit", "order.logisticsEditByPack",
		"logistics.newCreateOrder", "logistics.cancelOrder", "logistics.updateOrder",
	}
	losses := map[string]func(testing.TB){}
	for name, f := range map[string]sandbox.Fault{
		"cut before":        {Kind: sandbox.FaultCutBefore},
		"cut after":         {Kind: sandbox.FaultCutAfter},
		"half a body":       {Kind: sandbox.FaultHalfBody},
		"html, done":        {Kind: sandbox.FaultHTML, After: true},
		"html, not done":    {Kind: sandbox.FaultHTML},
		"500, done":         {Kind: sandbox.FaultStatus, Status: 500, After: true},
		"busy, done":        {Kind: sandbox.FaultError, After: true},
		"busy, not done":    {Kind: sandbox.FaultError},
		"not ours, done":    {Kind: sandbox.FaultBody, Body: `{"hello":1}`, After: true},
		"too long, done":    {Kind: sandbox.FaultOversize, Bytes: 2 << 20, After: true},
		"time-out, done":    {Kind: sandbox.FaultDelayAfter, DelayMS: 400},
		"time-out, pending": {Kind: sandbox.FaultDelay, DelayMS: 400},
		"many cuts":         {Kind: sandbox.FaultCutAfter, Times: 3},
	} {
		losses[name] = func(t testing.TB) {
			t.Cleanup(func() { w.box.ClearFaults() })
			for _, method := range writes {
				f.Method = method
				_, err := w.box.Arm(f)
				require.NoError(t, err)
			}
		}
	}
	return losses
}

// TestLogisticsConformance loses answers in every way there is at every write.
func TestLogisticsConformance(t *testing.T) {
	w := newWorld(t, nil, client.WithTimeout(200*time.Millisecond), client.WithMaxReply(1<<20))
	var made atomic.Int64
	logisticstest.Run(t, doudian.LogisticsOf(w.shop), logisticstest.Known{
		Order:       w.newOrder,
		TrackingNo:  func() string { return fmt.Sprintf("SF%013d", made.Add(1)) },
		CarrierCode: "shunfeng", WaybillCarrier: "yuantong", Sender: sender,
		Lose: w.losses(), MoveBuyer: w.moveBuyer,
	})
}
