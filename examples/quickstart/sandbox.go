package main

import (
	"context"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/examples/internal/cli"
	"github.com/mallwire/mall/internal/platforms"
)

// sandboxShops starts the sandbox in this process and has its example shops
// authorise an app of each platform. It arms two mishaps on each for the pull to
// ride out. The returned function stops the sandbox and may be called whatever
// the error.
func sandboxShops(
	ctx context.Context, chosen []platforms.Platform, log *journal,
) (shops []*client.Shop, done func(), err error) {
	box, err := cli.OpenSandbox()
	if err != nil {
		return nil, func() {}, err
	}
	for _, p := range chosen {
		accounts, _ := box.Accounts(p)
		app, err := cli.App(accounts[0], client.WithObserver(log.observe))
		if err != nil {
			return nil, box.Close, err
		}
		for _, a := range accounts {
			// On the real platform the code comes with the merchant's browser, see
			// examples/oauth.
			code, err := box.On(p.Name).IssueCode(a.ShopID())
			if err != nil {
				return nil, box.Close, err
			}
			token, err := app.Exchange(ctx, code)
			if err != nil {
				return nil, box.Close, err
			}
			shops = append(shops, app.Shop(token.ShopID))
		}
		for _, fault := range []sandbox.Fault{
			{ShopID: accounts[0].ShopID(), Method: p.Sandbox.Lists, Kind: sandbox.FaultExpireToken, Skip: 1},
			{ShopID: accounts[len(accounts)-1].ShopID(), Method: p.Sandbox.Lists, Kind: sandbox.FaultThrottle},
		} {
			if _, err := box.Arm(fault); err != nil {
				return nil, box.Close, err
			}
		}
	}
	return shops, box.Close, nil
}
