package main

import (
	"context"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/examples/internal/cli"
)

// settleTime is how long the sandbox's list takes to show a row, and a bit.
const settleTime = 1100 * time.Millisecond

// What the platforms call the carrier YTO (圆通), and an order that was shipped.
var (
	carriers = map[mall.Platform]string{mall.Doudian: "yuantong", mall.Kuaishou: "YTO"}
	shipped  = map[mall.Platform]map[string]any{
		mall.Doudian:  {"order_status": 3},
		mall.Kuaishou: {"orderBaseInfo": map[string]any{"status": 40}},
	}
)

// sandboxShops starts the sandbox in this process, with an example merchant and
// the factory that is bound to it. The returned function stops the sandbox and
// may be called whatever the error.
func sandboxShops(ctx context.Context, platform mall.Platform) (both, func(), error) {
	box, err := cli.OpenSandbox()
	if err != nil {
		return both{}, func() {}, err
	}
	accounts := []cli.Account{box.Accounts(platform)[0], box.Factories(platform)[0]}
	fast := client.Rate{PerSecond: 1000, Burst: 1000} // nobody else is served here
	accounts[0].ListLag, accounts[0].Rates = time.Second, client.Rates{App: fast, Shop: fast}
	shops, err := cli.Shops(ctx, accounts)
	if err != nil {
		return both{}, box.Close, err
	}
	return both{shops[0], shops[1], outside{box, platform}, carriers[platform]}, box.Close, nil
}

// outside is the world around the sandbox.
type outside struct {
	box      *cli.Sandbox
	platform mall.Platform
}

func (o outside) refund(orderID string) error {
	_, err := o.box.AskAfterSale(o.platform, sandbox.AfterSale{OrderID: orderID})
	return err
}

func (o outside) merchantShips(orderID string) error {
	return o.box.UpdateOrder(o.platform, orderID, shipped[o.platform])
}
