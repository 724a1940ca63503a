package logistics_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// sandboxShop is a shop of the sandbox. In production it comes from doudian.New
// with the app's own key and the tokens that merchants granted.
func sandboxShop(ctx context.Context, box *sandbox.Sandbox) (*client.Shop, error) {
	account := box.Manifest("http://127.0.0.1").Platforms[mall.Doudian]
	app, err := doudian.New(doudian.Config{
		AppKey: account.AppKey, AppSecret: mall.Secret(account.AppSecret), Gateway: account.Gateway,
	}, client.WithTransport(box.Transport()), client.WithClock(box.Now))
	if err != nil {
		return nil, err
	}
	of := account.Shops[0]
	token := client.Token{ShopID: of.ShopID, Access: mall.Secret(of.AccessToken), Refresh: mall.Secret(of.RefreshToken)}
	return app.Shop(of.ShopID), app.Import(ctx, token)
}

// A parcel is reported once, also when the answer of the platform is lost: the
// order itself tells whether it was.
func ExampleService_Ship() {
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
	parcel := logistics.Parcel{CarrierCode: "shunfeng", TrackingNo: "SF1000000000001"}

	// The platform carries the call out, and the connection breaks.
	_, err = box.Arm(sandbox.Fault{Method: "order.logisticsAdd", Kind: sandbox.FaultCutAfter})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = shop.Logistics.Ship(ctx, logistics.Shipment{OrderID: id, Parcels: []logistics.Parcel{parcel}})
	fmt.Println("shipped:", err == nil)

	// Done before is as good as done.
	err = shop.Logistics.Ship(ctx, logistics.Shipment{OrderID: id, Parcels: []logistics.Parcel{parcel}})
	fmt.Println("again:", errors.Is(err, mall.ErrAlreadyDone))

	// Another parcel for the same order is not.
	parcel.TrackingNo = "SF1000000000002"
	err = shop.Logistics.Ship(ctx, logistics.Shipment{OrderID: id, Parcels: []logistics.Parcel{parcel}})
	fmt.Println("another:", errors.Is(err, mall.ErrConflict))

	o, err := shop.Orders.Get(ctx, id)
	fmt.Println(o.Status == order.StatusShipped, o.Parcels[0].TrackingNo, err)
	// Output:
	// shipped: true
	// again: true
	// another: true
	// true SF1000000000001 <nil>
}
