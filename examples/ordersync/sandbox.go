package main

import (
	"cmp"
	"context"
	"encoding/json"
	"math/rand/v2"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/order"
)

// market is the sandbox in this process, with shops that authorised an app.
type market struct {
	box    *sandbox.Sandbox
	server *sandbox.Server
	shops  []*client.Shop
}

// openMarket starts the sandbox. Its list is never late, so a second of lag is
// enough unless another one is asked for.
func openMarket(ctx context.Context, lag time.Duration) (*market, error) {
	box := sandbox.New()
	server, err := box.Start("127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	m := &market{box: box, server: server}
	here := server.Manifest().Platforms[mall.Doudian]
	app, err := doudian.New(doudian.Config{
		AppKey: here.AppKey, AppSecret: mall.Secret(here.AppSecret), Gateway: here.Gateway,
		Assumptions: doudian.Assumptions{ListLag: cmp.Or(lag, time.Second)},
	})
	for _, s := range here.Shops {
		if err == nil {
			err = app.Import(ctx, client.Token{ShopID: s.ShopID, Access: mall.Secret(s.AccessToken), Refresh: mall.Secret(s.RefreshToken)})
			m.shops = append(m.shops, app.Shop(s.ShopID))
		}
	}
	if err != nil {
		m.close()
		return nil, err
	}
	return m, nil
}

func (m *market) close() { _ = m.server.Close() }

// tradeEvery is how often something happens in the sandbox's shops.
const tradeEvery = 400 * time.Millisecond

// trade lets buyers place and pay for orders until ctx ends. Half of what
// happens is pushed, as a hint to look; the rest is found by looking anyway.
func (m *market) trade(ctx context.Context, syncer *order.Syncer) {
	ticker := time.NewTicker(tradeEvery)
	defer ticker.Stop()
	next := map[int64]int{1: 2, 2: 3, 3: 5} // unpaid, to ship, shipped, done
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		shop := m.shops[rand.N(len(m.shops))].ID()
		orders, err := m.box.Orders(mall.Doudian, shop)
		if err != nil || len(orders) == 0 {
			return
		}
		var o struct {
			ID     string `json:"order_id"`
			Status int64  `json:"order_status"`
		}
		if json.Unmarshal(orders[rand.N(len(orders))], &o) == nil && next[o.Status] != 0 {
			err = m.box.UpdateOrder(mall.Doudian, o.ID, map[string]any{"order_status": next[o.Status]})
		} else {
			o.ID, err = m.box.AddOrder(mall.Doudian, shop, map[string]any{"order_status": 1})
		}
		if err == nil && rand.N(2) == 0 {
			syncer.Hint(order.ShopKey{Platform: mall.Doudian, ShopID: shop}, o.ID)
		}
	}
}
