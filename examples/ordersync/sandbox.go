package main

import (
	"cmp"
	"context"
	"math/rand/v2"
	"time"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/examples/internal/cli"
	"github.com/mallwire/mall/internal/platforms"
	"github.com/mallwire/mall/order"
)

// market is the sandbox in this process, with shops that authorised an app.
type market struct {
	*cli.Sandbox
	stalls []stall
}

// stall is a shop of the market.
type stall struct {
	*client.Shop
	platform platforms.Platform
}

// openMarket starts the sandbox. Its lists are never late, so a second of lag is
// enough unless another one is asked for.
func openMarket(ctx context.Context, chosen []platforms.Platform, lag time.Duration) (*market, error) {
	box, err := cli.OpenSandbox()
	if err != nil {
		return nil, err
	}
	m := &market{Sandbox: box}
	for _, p := range chosen {
		accounts, _ := box.Accounts(p)
		accounts[0].ListLag = cmp.Or(lag, time.Second)
		shops, err := cli.Shops(ctx, accounts)
		if err != nil {
			m.Close()
			return nil, err
		}
		for _, shop := range shops {
			m.stalls = append(m.stalls, stall{shop, p})
		}
	}
	return m, nil
}

// shops are all shops of the market.
func (m *market) shops() (shops []*client.Shop) {
	for _, s := range m.stalls {
		shops = append(shops, s.Shop)
	}
	return shops
}

// trade lets buyers place and pay for orders until ctx ends, one such thing each
// time that every has passed. Half of what happens is pushed, as a hint to look;
// the rest is found by looking anyway.
func (m *market) trade(ctx context.Context, every time.Duration, syncer *order.Syncer) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	way := []order.Status{order.StatusUnpaid, order.StatusToShip, order.StatusShipped, order.StatusDone}
	type placed struct {
		stall
		id   string
		next int // of way
	}
	var open []placed
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if len(open) == 0 || rand.N(2) == 0 {
			open = append(open, placed{stall: m.stalls[rand.N(len(m.stalls))]})
		} else { // the one that goes on is the last
			i, last := rand.N(len(open)), len(open)-1
			open[i], open[last] = open[last], open[i]
		}
		o := &open[len(open)-1]
		fields := o.platform.Sandbox.Order(platforms.Story{Status: way[o.next]})
		var err error
		if o.next == 0 {
			o.id, err = m.On(o.platform.Name).AddOrder(o.ID(), fields)
		} else {
			err = m.On(o.platform.Name).UpdateOrder(o.id, fields)
		}
		if err != nil {
			return
		}
		if rand.N(2) == 0 {
			syncer.Hint(order.ShopKey{Platform: o.platform.Name, ShopID: o.ID()}, o.id)
		}
		if o.next++; o.next == len(way) {
			open = open[:len(open)-1]
		}
	}
}
