package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/examples/internal/cli"
	"github.com/mallwire/mall/internal/platforms"
	"github.com/mallwire/mall/order"
)

// stand is the sandbox in this process, and an app that its example shops have
// authorised.
type stand struct {
	*cli.Sandbox
	account platforms.Account
	app     *client.App
}

// openStand starts the sandbox, which pushes what happens there once the program
// is registered. Close it.
func openStand(ctx context.Context, p platforms.Platform, stderr io.Writer) (*stand, error) {
	box, err := cli.OpenSandbox(sandbox.WithAutoDeliver())
	if err != nil {
		return nil, err
	}
	accounts, _ := box.Accounts(p)
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

// hint tells how to make something happen: customer service asks for another SKU
// or, where the platform does not ask the app, an order is shipped.
func (s *stand) hint(ctx context.Context, shop *client.Shop, stderr io.Writer) error {
	p := s.account.Platform
	for o, err := range shop.Orders.All(ctx, order.Query{Status: order.StatusToShip}) {
		if err != nil {
			return err
		}
		if len(o.Lines) != 1 || len(o.Traits)+len(o.Lines[0].Traits) > 0 {
			continue // not a plain order
		}
		what, path := "发货一个订单", "/orders/update"
		body := map[string]any{"platform": p.Name, "order_id": o.ID}
		if p.Asks() {
			what, path, body["sku_id"] = "以客服身份申请改规格", "/service/spec-change", p.Sandbox.Blue
		} else {
			body["order"] = p.Sandbox.Order(platforms.Story{Status: order.StatusShipped})
		}
		text, err := json.Marshal(body)
		if err == nil {
			_, err = fmt.Fprintf(stderr, "沙箱的控制接口在 %s；例如%s：\n  curl %s -d '%s'\n",
				s.Control(), what, s.Control()+path, text)
		}
		return err
	}
	return errors.New("沙箱里没有普通的待发货订单")
}

// register tells the sandbox where the program listens.
func (s *stand) register(push, spi string) error {
	return s.On(s.app.Platform()).SetCallbacks(sandbox.Callbacks{Push: push, SPI: spi})
}
