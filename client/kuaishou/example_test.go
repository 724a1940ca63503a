package kuaishou_test

import (
	"context"
	"fmt"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// A merchant authorises the app, which lists the orders to ship and ships one. The
// sandbox stands in for the platform here: an application leaves out Gateway and
// the two options.
func Example() {
	ctx := context.Background()
	box := sandbox.New(sandbox.Only(mall.Kuaishou))
	here := box.Manifest("https://sandbox.invalid").Platforms[mall.Kuaishou]
	app, err := kuaishou.New(kuaishou.Config{
		AppKey: here.AppKey, AppSecret: mall.Secret(here.AppSecret), SignSecret: mall.Secret(here.SignSecret),
		Gateway: here.Gateway, Scopes: []string{"merchant_order", "merchant_logistics"},
	}, client.WithTransport(box.Transport()), client.WithClock(box.Now))
	if err != nil {
		fmt.Println(err)
		return
	}
	code, err := box.On(mall.Kuaishou).IssueCode("1000000001") // what the merchant's browser brings
	if err != nil {
		fmt.Println(err)
		return
	}
	token, err := app.Exchange(ctx, code)
	if err != nil {
		fmt.Println(err)
		return
	}
	shop := app.Shop(token.ShopID)

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

	err = shop.Logistics.Ship(ctx, logistics.Shipment{
		OrderID: first.ID,
		Parcels: []logistics.Parcel{{CarrierCode: "4", TrackingNo: "SF1000000000001"}}, // 4 is SF (顺丰速运)
	})
	fmt.Println(err)
	shipped, err := shop.Orders.Get(ctx, first.ID)
	fmt.Println(shipped.Status, err)
	fees, err := kuaishou.FeeDetail(ctx, shop, first.ID)
	fmt.Println(fees.SellerReceives == fees.BuyerPays+fees.PlatformBears, err)
	// Output:
	// 12 orders to ship
	// <nil>
	// shipped <nil>
	// true <nil>
}

// What needs no merchant is called with the token of the app itself, which the app
// gets when it needs it.
func Example_appToken() {
	ctx := context.Background()
	box := sandbox.New(sandbox.Only(mall.Kuaishou))
	here := box.Manifest("https://sandbox.invalid").Platforms[mall.Kuaishou]
	app, err := kuaishou.New(kuaishou.Config{
		AppKey: here.AppKey, AppSecret: mall.Secret(here.AppSecret), SignSecret: mall.Secret(here.SignSecret),
		Gateway: here.Gateway,
	}, client.WithTransport(box.Transport()), client.WithClock(box.Now))
	if err != nil {
		fmt.Println(err)
		return
	}
	type table struct {
		Districts []struct{ Name string }
	}
	got, err := client.Call[table](ctx, app, "open.address.district.list", map[string]string{"districtVersion": "2021"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(got.Districts[0].Name)
	// Output:
	// 江苏省
}
