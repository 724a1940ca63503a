package main

import (
	"context"
	"fmt"
	"io"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/examples/internal/cli"
)

// sandboxApp starts the sandbox in this process and has its example shops
// authorise an app. The returned function stops the sandbox and may be called
// whatever the error.
func sandboxApp(ctx context.Context, stderr io.Writer) (account cli.Account, app *client.App, done func(), err error) {
	done = func() {}
	box := sandbox.New()
	server, err := box.Start("127.0.0.1:0")
	if err != nil {
		return account, nil, done, err
	}
	done = func() { _ = server.Close() }
	manifest := server.Manifest()
	here := manifest.Platforms[mall.Doudian]
	account = cli.Account{AppKey: here.AppKey, AppSecret: mall.Secret(here.AppSecret)}
	app, err = doudian.New(doudian.Config{AppKey: here.AppKey, AppSecret: account.AppSecret, Gateway: here.Gateway})
	if err != nil {
		return account, nil, done, err
	}
	for _, s := range here.Shops {
		// On the real platform the code comes with the merchant's browser, see
		// examples/oauth.
		code, err := box.IssueCode(mall.Doudian, s.ShopID)
		if err != nil {
			return account, nil, done, err
		}
		if _, err := app.Exchange(ctx, code); err != nil {
			return account, nil, done, err
		}
	}
	fmt.Fprintf(stderr, "the sandbox is at %s\n", manifest.Control)
	return account, app, done, nil
}
