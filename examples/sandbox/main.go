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
	flags := env.Flags("sandbox", "Serves the platforms' stand-in and prints where it is as one JSON line.")
	addr := flags.String("addr", "127.0.0.1:8787", "address to listen on; port 0 takes a free one")
	public := flags.Bool("public", false, "allow an address that other machines reach")
	empty := flags.Bool("empty", false, "begin without example shops and orders")
	platform := cli.PlatformFlag(flags, false)
	push := flags.String("push", "", "URL of this machine that takes the platform's pushes")
	spi := flags.String("spi", "", "URL of this machine that answers the platform's SPI calls")
	if err := env.Parse(flags); err != nil {
		return err
	}
	if _, _, err := net.SplitHostPort(*addr); err != nil {
		return cli.Usagef("-addr %q is not host:port", *addr)
	}
	opts := []sandbox.Option{sandbox.AutoDeliver()}
	if *public {
		opts = append(opts, sandbox.Public())
	}
	if *empty {
		opts = append(opts, sandbox.Empty())
	}
	s := sandbox.New(opts...)
	server, err := s.Start(*addr)
	switch {
	case errors.Is(err, sandbox.ErrNotLoopback):
		return cli.Usagef("other machines would reach -addr %q, which only -public allows", *addr)
	case err != nil:
		return err
	}
	if err := s.SetCallbacks(platform.One().Name, sandbox.Callbacks{Push: *push, SPI: *spi}); err != nil {
		_ = server.Close() // the reason to end is the better one to tell
		return cli.Usagef("-push or -spi: %v", err)
	}
	if err := json.NewEncoder(env.Stdout).Encode(server.Manifest()); err != nil {
		return errors.Join(fmt.Errorf("print the manifest: %w", err), server.Close())
	}
	fmt.Fprintf(env.Stderr, "serving %s; GET %s/control/ lists what can be asked of it; interrupt to stop\n", server.URL(), server.URL())
	select {
	case <-ctx.Done():
	case <-server.Done():
	}
	return server.Close()
}
