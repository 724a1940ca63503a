package main

import (
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/sandbox"
)

// settleTime is how long the sandbox's list takes to show a row, and a bit.
const settleTime = 1100 * time.Millisecond

// sandboxShops starts the sandbox in this process, with an example merchant and
// the factory that is bound to it. The returned function stops the sandbox and
// may be called whatever the error.
func sandboxShops() (shops both, done func(), err error) {
	done = func() {}
	box := sandbox.New()
	server, err := box.Start("127.0.0.1:0")
	if err != nil {
		return both{}, done, err
	}
	done = func() { _ = server.Close() }
	here := server.Manifest().Platforms[mall.Doudian]
	fast := client.Rate{PerSecond: 1000, Burst: 1000} // nobody else is served here
	app, err := doudian.New(doudian.Config{
		AppKey: here.AppKey, AppSecret: mall.Secret(here.AppSecret), Gateway: here.Gateway, SelfUse: true,
		Assumptions: doudian.Assumptions{ListLag: time.Second, Rates: client.Rates{App: fast, Shop: fast}},
	})
	if err != nil {
		return both{}, done, err
	}
	merchant, factory := app.Shop(here.Shops[0].ShopID), app.Shop(here.Factories[0].ShopID)
	return both{merchant, factory, outside{box}}, done, nil
}

// outside is the world around the sandbox.
type outside struct{ box *sandbox.Sandbox }

func (o outside) refund(orderID string) error {
	_, err := o.box.AskAfterSale(mall.Doudian, sandbox.AfterSale{OrderID: orderID})
	return err
}

func (o outside) merchantShips(orderID string) error {
	return o.box.UpdateOrder(mall.Doudian, orderID, map[string]any{"order_status": 3})
}
