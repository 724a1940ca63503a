// Webhook takes what a platform sends: pushes, and the question whether another
// SKU may be shipped than was ordered (改规格).
//
//	go run ./examples/webhook -addr 127.0.0.1:8080
//	go run ./examples/webhook -platform kuaishou
//
// The first line of its output is one JSON object: the URLs to register on the
// platform's console. Each event is one more JSON line. A spec change is decided
// by the order as the platform has it now, and a later pull of the order shows
// the accepted SKU as effective, although the platform goes on showing the old
// one. It serves until interrupted.
//
// Without any account it starts the sandbox inside the process, registers itself
// there, and tells on standard error how to play customer service. With MALL_DOUDIAN_APP_KEY,
// MALL_DOUDIAN_APP_SECRET and MALL_DOUDIAN_SHOP_ID in the environment it reads
// orders from the real platform instead; MALL_DOUDIAN_ACCESS_TOKEN,
// MALL_DOUDIAN_REFRESH_TOKEN and MALL_DOUDIAN_GATEWAY are optional.
//
// Kuaishou (快手小店) encrypts its pushes and signs nothing, so each is read
// through the API before it is printed, and it asks no questions: a spec change
// shows in the order itself. Its variables begin with MALL_KUAISHOU_, with
// _SIGN_SECRET, _MESSAGE_KEY and _ACCESS_TOKEN besides.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/examples/internal/cli"
	"github.com/mallwire/mall/sku"
	"github.com/mallwire/mall/webhook"
)

func main() { cli.Main(run) }

func run(ctx context.Context, env cli.Env) error {
	flags := env.Flags("webhook", "Takes pushes and spec changes, and prints one JSON line for each.")
	platform := cli.PlatformFlag(flags, false)
	addr := flags.String("addr", "127.0.0.1:8080", "address to listen on; port 0 takes a free one")
	if err := env.Parse(flags); err != nil {
		return err
	}
	if _, _, err := net.SplitHostPort(*addr); err != nil {
		return cli.Usagef("-addr %q is not host:port", *addr)
	}
	account, onPlatform, err := env.AccountFrom(platform.One(), true)
	if err != nil {
		return err
	}
	if onPlatform && platform.One() == mall.Kuaishou && account.MessageKey == "" {
		return cli.Usagef("MALL_KUAISHOU_MESSAGE_KEY is missing: pushes are encrypted with it")
	}
	var app *client.App
	register := func(_, _ string) error { return nil } // by hand, on the platform's console
	if onPlatform {
		shop, err := account.Shop(ctx)
		if err != nil {
			return account.Explain(err)
		}
		app = shop.App()
	} else {
		stand, err := openStand(ctx, platform.One(), env.Stderr)
		if err != nil {
			return err
		}
		defer stand.Close()
		account, app, register = stand.account, stand.app, stand.register
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	return serve(ctx, env, listener, account, app, register)
}

// verifiers say whose requests are taken, by the last part of the URL.
func verifiers(a cli.Account, app *client.App) map[string]webhook.Verifier {
	if a.Platform == mall.Kuaishou {
		return map[string]webhook.Verifier{"push": webhook.KuaishouPush{
			AppKey: a.AppKey, MessageKeys: []mall.Secret{a.MessageKey},
			Orders: func(shopID string) webhook.OrderReader { return app.Shop(shopID).Orders },
		}}
	}
	secrets := []mall.Secret{a.AppSecret}
	return map[string]webhook.Verifier{
		"push": webhook.DoudianPush{AppKey: a.AppKey, Secrets: secrets},
		"spi":  webhook.DoudianSPI{AppKey: a.AppKey, Secrets: secrets},
	}
}

// serve takes requests until ctx ends, and then finishes what has begun. The
// URLs are registered once they answer: a platform tries a push URL out.
func serve(ctx context.Context, env cli.Env, listener net.Listener, account cli.Account, app *client.App, register func(push, spi string) error) error {
	defer listener.Close()
	log := &journal{out: json.NewEncoder(env.Stdout)}
	desk := &desk{app: app, log: log, changes: sku.NewMemoryChanges()}
	options := []webhook.Option{webhook.WithObserver(log.observe(env.Stderr)), webhook.WithClock(app.Now)}
	mux, urls := http.NewServeMux(), map[string]string{}
	for name, verifier := range verifiers(account, app) {
		handler, err := webhook.New(verifier, desk.handlers(), options...)
		if err != nil {
			return err
		}
		defer handler.Close()
		path := "/" + string(account.Platform) + "/" + name
		mux.Handle(path, handler)
		mux.Handle(path+"/", handler) // questions have the URL with their name after it
		urls[name] = "http://" + listener.Addr().String() + path
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second}

	if err := json.NewEncoder(env.Stdout).Encode(map[string]any{"callbacks": map[mall.Platform]any{account.Platform: urls}}); err != nil {
		return fmt.Errorf("print the URLs: %w", err)
	}
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(listener) }()
	failed := register(urls["push"], urls["spi"])
	if failed == nil {
		select {
		case err := <-stopped:
			return err
		case <-ctx.Done():
		}
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := server.Shutdown(grace)
	if err != nil {
		err = errors.Join(err, server.Close())
	}
	err = errors.Join(failed, err)
	if served := <-stopped; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
