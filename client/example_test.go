package client_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/sandbox"
)

// box stands in for the platform. An application leaves out Gateway and
// WithTransport, and has its key and secret from the platform's console.
var (
	box     = sandbox.New(sandbox.Only(mall.Doudian))
	account = box.Manifest("https://sandbox.invalid").Platforms[mall.Doudian]
	config  = doudian.Config{
		AppKey: account.AppKey, AppSecret: mall.Secret(account.AppSecret), Gateway: account.Gateway, ServiceID: "42",
	}
)

// The services of a shop are the same on all platforms.
func ExampleApp_Shop() {
	ctx := context.Background()
	app, err := doudian.New(config, client.WithTransport(box.Transport()))
	if err != nil {
		log.Fatal(err)
	}
	mine := account.Shops[0]
	err = app.Import(ctx, client.Token{ShopID: mine.ShopID, Access: mall.Secret(mine.AccessToken),
		Refresh: mall.Secret(mine.RefreshToken)})
	if err != nil {
		log.Fatal(err)
	}
	shop := app.Shop(mine.ShopID)
	o, err := shop.Orders.Get(ctx, "6920000000000000100")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(shop.App().Platform(), o.ID, o.Status)
	// Output:
	// doudian 6920000000000000100 unpaid
}

// Any method of a platform can be called, with types of the caller's own.
func ExampleCall() {
	ctx := context.Background()
	app, err := doudian.New(config, client.WithTransport(box.Transport()))
	if err != nil {
		log.Fatal(err)
	}
	mine := account.Shops[0]
	err = app.Import(ctx, client.Token{ShopID: mine.ShopID, Access: mall.Secret(mine.AccessToken)})
	if err != nil {
		log.Fatal(err)
	}
	type remark struct {
		OrderID string `json:"order_id"`
		Remark  string `json:"remark"`
	}
	_, err = client.Call[struct{}](ctx, app.Shop(mine.ShopID), "order.addOrderRemark",
		remark{"6920000000000000100", "call first"})
	fmt.Println(err)
	_, err = client.Call[struct{}](ctx, app.Shop(mine.ShopID), "order.addOrderRemark", remark{"1", "call first"})
	if failure, ok := errors.AsType[*mall.Error](err); ok {
		fmt.Println(failure.Op, failure.Method, failure.Kind == mall.ErrNotFound)
	}
	// Output:
	// <nil>
	// call order.addOrderRemark true
}

// A merchant grants access in a browser and comes back with a code.
func ExampleApp_Exchange() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "tokens")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	tokens, err := client.NewFileTokens(dir) // they outlive the process
	if err != nil {
		log.Fatal(err)
	}
	app, err := doudian.New(config, client.WithTransport(box.Transport()), client.WithTokenStore(tokens))
	if err != nil {
		log.Fatal(err)
	}
	where, err := app.AuthorizeURL("", "a-state-that-nobody-guesses")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(where)
	code, err := box.On(mall.Doudian).IssueCode(account.Shops[1].ShopID) // what the browser brings
	if err != nil {
		log.Fatal(err)
	}
	t, err := app.Exchange(ctx, code)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("authorised by shop", t.ShopID)
	// Output:
	// https://fuwu.jinritemai.com/authorize?service_id=42&state=a-state-that-nobody-guesses
	// authorised by shop 10000002
}

// An observer is told of every attempt, for metrics and logs.
func ExampleWithObserver() {
	app, err := doudian.New(config, client.WithTransport(box.Transport()),
		client.WithObserver(func(o client.Observation) {
			fmt.Printf("%s %s: attempt %d, another follows: %t\n", o.ShopID, o.Method, o.Attempt, o.Again)
		}))
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	mine := account.Shops[0]
	err = app.Import(ctx, client.Token{ShopID: mine.ShopID, Access: mall.Secret(mine.AccessToken)})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := box.Arm(sandbox.Fault{Method: "order.orderDetail", Kind: sandbox.FaultHTML}); err != nil {
		log.Fatal(err)
	}
	_, err = app.Shop(mine.ShopID).Orders.Get(ctx, "6920000000000000100")
	fmt.Println(err)
	// Output:
	// 10000001 order.orderDetail: attempt 1, another follows: true
	// 10000001 order.orderDetail: attempt 2, another follows: false
	// <nil>
}
