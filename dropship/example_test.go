package dropship_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// sandboxShops are a merchant and its factory in the sandbox. In production they
// are shops of the same app or of two, with tokens that both have granted.
func sandboxShops(ctx context.Context, box *sandbox.Sandbox) (merchant, factory *client.Shop, err error) {
	account := box.Manifest("http://127.0.0.1").Platforms[mall.Doudian]
	app, err := doudian.New(doudian.Config{
		AppKey: account.AppKey, AppSecret: mall.Secret(account.AppSecret), Gateway: account.Gateway,
	}, client.WithTransport(box.Transport()), client.WithClock(box.Now))
	if err != nil {
		return nil, nil, err
	}
	for _, of := range []sandbox.ShopTokens{account.Shops[0], account.Factories[0]} {
		token := client.Token{ShopID: of.ShopID, Access: mall.Secret(of.AccessToken),
			Refresh: mall.Secret(of.RefreshToken)}
		if err := app.Import(ctx, token); err != nil {
			return nil, nil, err
		}
	}
	return app.Shop(account.Shops[0].ShopID), app.Shop(account.Factories[0].ShopID), nil
}

// A merchant gives an order to its factory, which takes a waybill and ships it.
func Example() {
	ctx := context.Background()
	box := sandbox.New(sandbox.Only(mall.Doudian))
	merchant, factory, err := sandboxShops(ctx, box)
	if err != nil {
		fmt.Println(err)
		return
	}
	orderID, err := box.On(mall.Doudian).AddOrder(merchant.ID(), nil) // a buyer has paid
	if err != nil {
		fmt.Println(err)
		return
	}
	box.Advance(time.Minute) // lists end a little before now
	begin := box.Now().Add(-10 * time.Minute)

	// The merchant assigns what is its turn to ship.
	var choices []dropship.Choice
	for a, err := range merchant.Dropship.AllMerchantOrders(ctx,
		dropship.Query{From: begin, State: dropship.StateUnassigned}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if _, ok, _ := a.MayShip(); ok && a.OrderID == orderID {
			choices = append(choices, dropship.Choice{ID: a.MerchantID, Supplier: factory.ID()})
		}
	}
	assigned, err := merchant.Dropship.Assign(ctx, choices...)
	if err != nil || assigned[0].Err != nil {
		fmt.Println(err, assigned)
		return
	}
	fmt.Println("assigned:", len(assigned))
	box.Advance(time.Minute)

	// The factory finds it, takes a waybill and returns it.
	for a, err := range factory.Dropship.AllFactoryOrders(ctx,
		dropship.Query{From: begin, State: dropship.StateAssigned}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		taken, err := factory.Dropship.TakeWaybills(ctx, logistics.Take{
			CarrierCode: "yuantong",
			Sender: logistics.Sender{Name: "示例发货人", Phone: "19900000009", Address: logistics.Address{
				Province: order.Region{Name: "江苏省"}, City: order.Region{Name: "苏州市"},
				District: order.Region{Name: "吴中区"}, Detail: "示例路1号",
			}},
			Requests: []logistics.WaybillRequest{a.WaybillRequest()},
		})
		if err != nil || taken[0].Err != nil {
			fmt.Println(err, taken)
			return
		}
		_, err = factory.Dropship.ReturnWaybills(ctx, a.Return(taken[0].Item))
		fmt.Println("shipped by the factory:", err == nil)
	}

	// The merchant can no longer take it back.
	again, err := merchant.Dropship.CancelAssignment(ctx, "", choices[0].ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	refusal, ok := errors.AsType[*dropship.Refusal](again[0].Err)
	fmt.Println("taken back:", !ok, "because:", refusal.Reason)
	// Output:
	// assigned: 1
	// shipped by the factory: true
	// taken back: false because: shipped
}
