package main

import (
	"context"
	"time"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/examples/internal/cli"
	"github.com/mallwire/mall/internal/platforms"
	"github.com/mallwire/mall/order"
)

// settleTime is how long the sandbox's list takes to show a row, and a bit.
const settleTime = 1100 * time.Millisecond

// sandboxShops starts the sandbox in this process, with an example merchant and
// the factory that is bound to it. The returned function stops the sandbox and
// may be called whatever the error.
func sandboxShops(ctx context.Context, p platforms.Platform) (both, func(), error) {
	box, err := cli.OpenSandbox()
	if err != nil {
		return both{}, func() {}, err
	}
	merchants, factories := box.Accounts(p)
	accounts := []platforms.Account{merchants[0], factories[0]}
	fast := client.Rate{PerSecond: 1000, Burst: 1000} // nobody else is served here
	accounts[0].ListLag, accounts[0].Rates = time.Second, client.Rates{App: fast, Shop: fast}
	shops, err := cli.Shops(ctx, accounts)
	if err != nil {
		return both{}, box.Close, err
	}
	return both{shops[0], shops[1], outside{box, p}, p.Sandbox.Carrier}, box.Close, nil
}

// outside is the world around the sandbox.
type outside struct {
	box      *cli.Sandbox
	platform platforms.Platform
}

func (o outside) refund(orderID string) error {
	_, err := o.box.On(o.platform.Name).AskAfterSale(sandbox.AfterSale{OrderID: orderID})
	return err
}

func (o outside) merchantShips(orderID string) error {
	shipped := o.platform.Sandbox.Order(platforms.Story{Status: order.StatusShipped})
	return o.box.On(o.platform.Name).UpdateOrder(orderID, shipped)
}
