package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/examples/internal/cli"
	"github.com/mallwire/mall/order"
)

// stand is the sandbox in this process, and an app that its example shops have
// authorised.
type stand struct {
	*cli.Sandbox
	account cli.Account
	app     *client.App
}

// tries are what can be done to an order of the sandbox: where below the control
// interface, and with what.
var tries = map[mall.Platform]struct{ what, path, body string }{
	mall.Doudian:  {"play customer service there", "/service/spec-change", `{"platform":"doudian","order_id":"%s","sku_id":"1780000000000099"}`},
	mall.Kuaishou: {"ship an order there", "/orders/update", `{"platform":"kuaishou","order_id":"%s","order":{"orderBaseInfo":{"status":40}}}`},
}

// openStand starts the sandbox, which pushes what happens there once the program
// is registered. Close it.
func openStand(ctx context.Context, p mall.Platform, stderr io.Writer) (*stand, error) {
	box, err := cli.OpenSandbox(sandbox.AutoDeliver())
	if err != nil {
		return nil, err
	}
	accounts := box.Accounts(p)
	s := &stand{Sandbox: box, account: accounts[0]}
	shops, err := cli.Shops(ctx, accounts, client.WithClock(box.Now)) // time may be moved there
	if err == nil {
		s.app = shops[0].App()
		err = s.hint(ctx, shops[0], stderr)
	}
	if err != nil {
		box.Close()
		return nil, err
	}
	return s, nil
}

// hint tells how to make something happen.
func (s *stand) hint(ctx context.Context, shop *client.Shop, stderr io.Writer) error {
	try := tries[s.app.Platform()]
	for o, err := range shop.Orders.All(ctx, order.Query{Status: order.StatusToShip}) {
		if err != nil {
			return err
		}
		if len(o.Lines) == 1 && len(o.Traits)+len(o.Lines[0].Traits) == 0 {
			_, err := fmt.Fprintf(stderr, "the sandbox's control interface is at %s; %s:\n  curl %s -d '%s'\n",
				s.Control(), try.what, s.Control()+try.path, fmt.Sprintf(try.body, o.ID))
			return err
		}
	}
	return errors.New("the sandbox has no plain order to be shipped")
}

// register tells the sandbox where the program listens.
func (s *stand) register(push, spi string) error {
	return s.SetCallbacks(s.app.Platform(), sandbox.Callbacks{Push: push, SPI: spi})
}
