// Sandbox serves the platforms' stand-in on this machine, for programs
// and tests in any language.
//
//	go run ./examples/sandbox -addr 127.0.0.1:8787
//
// The first line of its output is one JSON object: where the control interface
// and the platforms' gateways are, and what to sign in with. It serves until
// interrupted.
//
// With -push it delivers what the platform after -platform would push, and with
// -spi it calls the app when customer service asks for something, which tests do
// by the control interface. The app must listen there already: a push URL is
// probed. Both may be registered later too, and for all platforms, by
// POST /control/callbacks.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"

	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/examples/internal/cli"
)

func main() { cli.Main(run) }

func run(ctx context.Context, env cli.Env) error {
	flags := env.Flags("sandbox", "在本机运行沙箱，用一行 JSON 打印各网关地址和密钥。")
	addr := flags.String("addr", "127.0.0.1:8787", "监听地址；端口 0 表示任选一个空闲端口")
	public := flags.Bool("public", false, "允许监听其他机器能访问的地址")
	empty := flags.Bool("empty", false, "不带示例店铺和订单")
	platform := env.PlatformFlag(flags, false, 0)
	push := flags.String("push", "", "本机接收 -platform 推送的 URL")
	spi := flags.String("spi", "", "本机响应 -platform SPI 请求的 URL")
	if err := env.Parse(flags); err != nil {
		return err
	}
	if _, _, err := net.SplitHostPort(*addr); err != nil {
		return cli.Usagef("-addr %q 不是 主机:端口", *addr)
	}
	opts := []sandbox.Option{sandbox.WithAutoDeliver()}
	if *public {
		opts = append(opts, sandbox.WithPublicAddress())
	}
	if *empty {
		opts = append(opts, sandbox.WithoutExamples())
	}
	s := sandbox.New(opts...)
	server, err := s.Start(*addr)
	switch {
	case errors.Is(err, sandbox.ErrNotLoopback):
		return cli.Usagef("其他机器能访问 -addr %q：加 -public 才允许", *addr)
	case err != nil:
		return err
	}
	if err := s.On(platform.One().Name).SetCallbacks(sandbox.Callbacks{Push: *push, SPI: *spi}); err != nil {
		_ = server.Close() // the reason to end is the better one to tell
		return cli.Usagef("-push 或 -spi：%s", cli.Say(err))
	}
	if err := json.NewEncoder(env.Stdout).Encode(server.Manifest()); err != nil {
		return errors.Join(fmt.Errorf("打印清单：%w", err), server.Close())
	}
	fmt.Fprintf(env.Stderr, "沙箱运行在 %s；GET %s/control/ 列出控制接口；按 Ctrl+C 停止\n", server.URL(), server.URL())
	select {
	case <-ctx.Done():
	case <-server.Done():
	}
	return server.Close()
}
