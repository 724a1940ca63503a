package logistics_test

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/logistics"
)

// An electronic waybill is taken for an order and printed, but not for an address
// that the buyer has left.
func ExampleService_TakeWaybills() {
	ctx := context.Background()
	box := sandbox.New(sandbox.Only(mall.Doudian))
	shop, err := sandboxShop(ctx, box)
	if err != nil {
		fmt.Println(err)
		return
	}
	id, err := box.On(mall.Doudian).AddOrder(shop.ID(), nil) // a buyer has paid
	if err != nil {
		fmt.Println(err)
		return
	}
	o, err := shop.Orders.Get(ctx, id)
	if err != nil {
		fmt.Println(err)
		return
	}
	sites, err := shop.Logistics.NetSites(ctx, "yuantong") // accounts with the carrier, and where they pick up
	if err != nil {
		fmt.Println(err)
		return
	}
	taken, err := shop.Logistics.TakeWaybills(ctx, logistics.Take{
		CarrierCode: "yuantong", Site: sites[0],
		Sender:   logistics.Sender{Name: "示例发件人", Phone: "19900000009", Address: sites[0].Senders[0]},
		Requests: []logistics.WaybillRequest{{Order: o}},
	})
	if err == nil {
		err = taken[0].Err
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	waybill := taken[0].Item // store it, as JSON
	fmt.Println("a number:", waybill.TrackingNo != "", "for this order:", waybill.OrderID() == id)

	templates, err := shop.Logistics.Templates(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	i := slices.IndexFunc(templates, func(t logistics.Template) bool { return t.CarrierCode == waybill.CarrierCode })
	labels, err := shop.Logistics.PrintData(ctx, templates[i], waybill)
	if err != nil || labels[0].Err != nil {
		fmt.Println(err, labels[0].Err)
		return
	}
	label := labels[0].Item[0] // for the print component
	fmt.Println("a label:", label.Payload != "" && label.TrackingNo == waybill.TrackingNo)

	// The buyer moves, and customer service agrees.
	err = box.On(mall.Doudian).UpdateOrder(id, map[string]any{"open_address_id": "another"})
	if err != nil {
		fmt.Println(err)
		return
	}
	labels, err = shop.Logistics.PrintData(ctx, templates[i], waybill)
	fmt.Println("printed for the old address:", err == nil && labels[0].Err == nil)
	fmt.Println("to be updated:", errors.Is(labels[0].Err, mall.ErrConflict))
	// Output:
	// a number: true for this order: true
	// a label: true
	// printed for the old address: false
	// to be updated: true
}
