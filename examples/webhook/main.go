// Webhook takes what a platform sends: pushes, and the question whether another
// SKU may be shipped than was ordered (改规格).
//
//	go run ./examples/webhook -addr 127.0.0.1:8080
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
	addr := flags.String("addr", "127.0.0.1:8080", "address to listen on; port 0 takes a free one")
	if err := env.Parse(flags); err != nil {
		return err
	}
	if _, _, err := net.SplitHostPort(*addr); err != nil {
		return cli.Usagef("-addr %q is not host:port", *addr)
	}
	account, onPlatform, err := env.AccountFrom(mall.Doudian, true)
	if err != nil {
		return err
	}
	var app *client.App
	register := func(_, _ string) error { return nil } // by hand, on the platform's console
	if onPlatform {
		app, err = realApp(ctx, account)
	} else {
		var stand *stand
		stand, err = openStand(ctx, env.Stderr)
		defer stand.close()
		account, app, register = stand.account, stand.app, stand.register
	}
	if err != nil {
		return account.Explain(err)
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	return serve(ctx, env, listener, account, app, register)
}

// serve takes requests until ctx ends, and then finishes what has begun. The
// URLs are registered once they answer: a platform tries a push URL out.
func serve(ctx context.Context, env cli.Env, listener net.Listener, account cli.Account, app *client.App, register func(push, spi string) error) error {
	defer listener.Close()
	log := &journal{out: json.NewEncoder(env.Stdout)}
	desk := &desk{app: app, log: log, changes: sku.NewMemoryChanges()}
	secrets := []mall.Secret{account.AppSecret}
	options := []webhook.Option{webhook.WithObserver(log.observe(env.Stderr)), webhook.WithClock(app.Now)}
	push, err := webhook.New(webhook.DoudianPush{AppKey: account.AppKey, Secrets: secrets}, desk.handlers(), options...)
	if err != nil {
		return err
	}
	defer push.Close()
	spi, err := webhook.New(webhook.DoudianSPI{AppKey: account.AppKey, Secrets: secrets}, desk.handlers(), options...)
	if err != nil {
		return err
	}
	defer spi.Close()
	mux := http.NewServeMux()
	mux.Handle("/doudian/push", push)
	mux.Handle("/doudian/spi", spi)
	mux.Handle("/doudian/spi/", spi) // other calls have the URL with their name after it
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second}

	base := "http://" + listener.Addr().String() + "/doudian/"
	type urls struct {
		Push string `json:"push"`
		SPI  string `json:"spi"`
	}
	if err := json.NewEncoder(env.Stdout).Encode(map[string]any{"callbacks": map[string]urls{"doudian": {base + "push", base + "spi"}}}); err != nil {
		return fmt.Errorf("print the URLs: %w", err)
	}
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(listener) }()
	failed := register(base+"push", base+"spi")
	if failed == nil {
		select {
		case err := <-stopped:
			return err
		case <-ctx.Done():
		}
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err = server.Shutdown(grace)
	if err != nil {
		err = errors.Join(err, server.Close())
	}
	err = errors.Join(failed, err)
	if served := <-stopped; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// realApp is the app that the environment names.
func realApp(ctx context.Context, a cli.Account) (*client.App, error) {
	app, err := a.App()
	if err != nil || a.Access == "" && a.Refresh == "" {
		return app, err
	}
	if a.Access == "" {
		return nil, cli.Usagef("MALL_DOUDIAN_ACCESS_TOKEN is missing: a refresh token alone is not enough")
	}
	return app, app.Import(ctx, client.Token{ShopID: a.ShopID, Access: a.Access, Refresh: a.Refresh})
}
