package main

import (
	"context"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/sandbox"
)

// sandboxShops starts the sandbox in this process and has its example shops
// authorise an app. It arms two mishaps for the pull to ride out. The returned
// function stops the sandbox and may be called whatever the error.
func sandboxShops(ctx context.Context, log *journal) (shops []*client.Shop, done func(), err error) {
	done = func() {}
	box := sandbox.New()
	server, err := box.Start("127.0.0.1:0")
	if err != nil {
		return nil, done, err
	}
	done = func() { _ = server.Close() }
	here := server.Manifest().Platforms[mall.Doudian]
	app, err := doudian.New(doudian.Config{
		AppKey: here.AppKey, AppSecret: mall.Secret(here.AppSecret), Gateway: here.Gateway,
	}, client.WithObserver(log.observe))
	if err != nil {
		return nil, done, err
	}
	for _, s := range here.Shops {
		// On the real platform the code comes with the merchant's browser, see
		// examples/oauth.
		code, err := box.IssueCode(mall.Doudian, s.ShopID)
		if err != nil {
			return nil, done, err
		}
		token, err := app.Exchange(ctx, code)
		if err != nil {
			return nil, done, err
		}
		shops = append(shops, app.Shop(token.ShopID))
	}
	for _, fault := range []sandbox.Fault{
		{ShopID: shops[0].ID(), Method: "order.searchList", Kind: sandbox.FaultExpireToken, Skip: 1},
		{ShopID: shops[len(shops)-1].ID(), Method: "order.searchList", Kind: sandbox.FaultThrottle},
	} {
		if _, err := box.Arm(fault); err != nil {
			return nil, done, err
		}
	}
	return shops, done, nil
}
