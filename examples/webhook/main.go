// Webhook takes what a platform sends: pushes, and the question whether another
// SKU may be shipped than was ordered (改规格).
//
//	go run ./examples/webhook -addr 127.0.0.1:8080
//	go run ./examples/webhook -platform doudian
//
// The first line of its output is one JSON object: the URLs to register on the
// platform's console. Each event is one more JSON line. A spec change is decided
// by the order as the platform has it now, and a later pull of the order shows
// the accepted SKU as effective, although the platform goes on showing the old
// one. It serves until interrupted.
//
// Without any account it starts the sandbox inside the process, registers itself
// there, and tells on standard error how to make something happen. With the
// variables of the platform in the environment it reads orders from the real
// platform instead; -h lists the variables.
//
// Of a platform that signs nothing, each push is read through the API before it
// is printed. Where a platform asks no questions, a spec change shows in the
// order itself.
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
	"github.com/mallwire/mall/internal/platforms"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/webhook"
)

func main() { cli.Main(run) }

func run(ctx context.Context, env cli.Env) error {
	flags := env.Flags("webhook", "接收推送，处理改规格申请，每个事件打印一行 JSON。")
	platform := env.PlatformFlag(flags, false, platforms.ForShop|platforms.ForPushes)
	addr := flags.String("addr", "127.0.0.1:8080", "监听地址；端口 0 表示任选一个空闲端口")
	if err := env.Parse(flags); err != nil {
		return err
	}
	if _, _, err := net.SplitHostPort(*addr); err != nil {
		return cli.Usagef("-addr %q 不是 主机:端口", *addr)
	}
	account, onPlatform, err := env.Account(platform.One(), platforms.ForShop|platforms.ForPushes)
	if err != nil {
		return err
	}
	var app *client.App
	register := func(_, _ string) error { return nil } // by hand, on the platform's console
	if onPlatform {
		shops, err := cli.Shops(ctx, []platforms.Account{account})
		if err != nil {
			return cli.Explain(account, err)
		}
		app = shops[0].App()
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

// serve takes requests until ctx ends, and then finishes what has begun. The
// URLs are registered once they answer: a platform tries a push URL out.
func serve(
	ctx context.Context, env cli.Env, listener net.Listener, account platforms.Account, app *client.App,
	register func(push, spi string) error,
) error {
	defer listener.Close()
	log := &journal{out: json.NewEncoder(env.Stdout)}
	desk := &desk{app: app, log: log, changes: change.NewMemoryStore()}
	options := webhook.Options{Observer: log.observe(env.Stderr), Clock: app.Now}
	mux, urls := http.NewServeMux(), map[string]string{}
	for name, verifier := range account.Platform.Verifiers(account, app) {
		handler, err := webhook.New(verifier, desk.handlers(), options)
		if err != nil {
			return err
		}
		defer handler.Close()
		path := "/" + string(account.Platform.Name) + "/" + name
		mux.Handle(path, handler)
		mux.Handle(path+"/", handler) // questions have the URL with their name after it
		urls[name] = "http://" + listener.Addr().String() + path
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second}

	callbacks := map[string]any{"callbacks": map[mall.Platform]any{account.Platform.Name: urls}}
	if err := json.NewEncoder(env.Stdout).Encode(callbacks); err != nil {
		return fmt.Errorf("打印 URL：%w", err)
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
