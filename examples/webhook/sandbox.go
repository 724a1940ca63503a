package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/examples/internal/cli"
	"github.com/mallwire/mall/order"
)

// stand is the sandbox in this process, and an app that its example shops have
// authorised.
type stand struct {
	box     *sandbox.Sandbox
	server  *sandbox.Server
	account cli.Account
	app     *client.App
}

// openStand returns a stand that can be closed, whatever the error.
func openStand(ctx context.Context, stderr io.Writer) (*stand, error) {
	s := &stand{box: sandbox.New(sandbox.AutoDeliver())}
	var err error
	if s.server, err = s.box.Start("127.0.0.1:0"); err != nil {
		return s, err
	}
	manifest := s.server.Manifest()
	here := manifest.Platforms[mall.Doudian]
	s.account = cli.Account{AppKey: here.AppKey, AppSecret: mall.Secret(here.AppSecret)}
	s.app, err = doudian.New(
		doudian.Config{AppKey: here.AppKey, AppSecret: s.account.AppSecret, Gateway: here.Gateway},
		client.WithClock(s.box.Now)) // time may be moved there
	if err != nil {
		return s, err
	}
	for _, shop := range here.Shops {
		// On the real platform the code comes with the merchant's browser, see
		// examples/oauth.
		code, err := s.box.IssueCode(mall.Doudian, shop.ShopID)
		if err != nil {
			return s, err
		}
		if _, err := s.app.Exchange(ctx, code); err != nil {
			return s, err
		}
	}
	for o, err := range s.app.Shop(here.Shops[0].ShopID).Orders.All(ctx, order.Query{Status: order.StatusToShip}) {
		if err != nil {
			return s, err
		}
		if len(o.Lines) == 1 && len(o.Traits)+len(o.Lines[0].Traits) == 0 {
			_, err := fmt.Fprintf(stderr, "the sandbox's control interface is at %s; play customer service there:\n  curl %[1]s/service/spec-change -d '%s'\n",
				manifest.Control, `{"platform":"doudian","order_id":"`+o.ID+`","sku_id":"1780000000000099"}`)
			return s, err
		}
	}
	return s, errors.New("the sandbox has no order to try a spec change on")
}

// register tells the sandbox where the program listens, from when on it pushes
// what happens there.
func (s *stand) register(push, spi string) error {
	return s.box.SetCallbacks(mall.Doudian, sandbox.Callbacks{Push: push, SPI: spi})
}

func (s *stand) close() {
	if s.server != nil {
		_ = s.server.Close() // nothing is kept there
	}
}
