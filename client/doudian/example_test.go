package doudian_test

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

// A self-used app (自用型) signs in by itself, lists the orders to ship, and ships
// one. The sandbox stands in for the platform here: an application leaves out
// Gateway and the two options.
func Example() {
	ctx := context.Background()
	box := sandbox.New(sandbox.Only(mall.Doudian))
	here := box.Manifest("https://sandbox.invalid").Platforms[mall.Doudian]
	app, err := doudian.New(doudian.Config{
		AppKey: here.AppKey, AppSecret: mall.Secret(here.AppSecret), Gateway: here.Gateway, SelfUse: true,
	}, client.WithTransport(box.Transport()), client.WithClock(box.Now))
	if err != nil {
		fmt.Println(err)
		return
	}
	shop := app.Shop("10000001")

	var first order.Order
	toShip := 0
	for o, err := range shop.Orders.All(ctx, order.Query{Status: order.StatusToShip}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if toShip++; toShip == 1 {
			first = o
		}
	}
	fmt.Println(toShip, "orders to ship")

	shipment := logistics.Shipment{
		OrderID: first.ID,
		Parcels: []logistics.Parcel{{CarrierCode: "shunfeng", TrackingNo: "SF1000000000001"}},
	}
	fmt.Println(shop.Logistics.Ship(ctx, shipment))
	fmt.Println(errors.Is(shop.Logistics.Ship(ctx, shipment), mall.ErrAlreadyDone))
	shipped, err := shop.Orders.Get(ctx, first.ID)
	fmt.Println(shipped.Status, err)
	// Output:
	// 16 orders to ship
	// <nil>
	// true
	// shipped <nil>
}

// The app of a software vendor (工具型) serves the merchants that authorise it in a
// browser, from where each comes back with a code.
func ExampleNew() {
	ctx := context.Background()
	box := sandbox.New(sandbox.Only(mall.Doudian))
	here := box.Manifest("https://sandbox.invalid").Platforms[mall.Doudian]
	app, err := doudian.New(doudian.Config{
		AppKey: here.AppKey, AppSecret: mall.Secret(here.AppSecret), Gateway: here.Gateway, ServiceID: "42",
	}, client.WithTransport(box.Transport()), client.WithClock(box.Now))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = app.Shop("10000002").Orders.Page(ctx, order.Query{}, "")
	fmt.Println(errors.Is(err, mall.ErrReauthorize))

	fmt.Println(app.AuthorizeURL("", "a-state-that-nobody-guesses"))
	code, err := box.On(mall.Doudian).IssueCode("10000002") // what the browser brings
	if err != nil {
		fmt.Println(err)
		return
	}
	token, err := app.Exchange(ctx, code)
	fmt.Println(token.ShopID, err)
	_, err = app.Shop("10000002").Orders.Page(ctx, order.Query{}, "")
	fmt.Println(err)
	// Output:
	// true
	// https://fuwu.jinritemai.com/authorize?service_id=42&state=a-state-that-nobody-guesses <nil>
	// 10000002 <nil>
	// <nil>
}
