package main

import (
	"cmp"
	"context"
	"encoding/json"
	"math/rand/v2"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/examples/internal/cli"
	"github.com/mallwire/mall/order"
)

// market is the sandbox in this process, with shops that authorised an app.
type market struct {
	*cli.Sandbox
	shops []*client.Shop
}

// openMarket starts the sandbox. Its lists are never late, so a second of lag is
// enough unless another one is asked for.
func openMarket(ctx context.Context, platforms []mall.Platform, lag time.Duration) (*market, error) {
	box, err := cli.OpenSandbox()
	if err != nil {
		return nil, err
	}
	m := &market{Sandbox: box}
	for _, p := range platforms {
		accounts := box.Accounts(p)
		accounts[0].ListLag = cmp.Or(lag, time.Second)
		shops, err := cli.Shops(ctx, accounts)
		if err != nil {
			m.Close()
			return nil, err
		}
		m.shops = append(m.shops, shops...)
	}
	return m, nil
}

// tradeEvery is how often something happens in the sandbox's shops.
const tradeEvery = 400 * time.Millisecond

// wire is how a platform spells what happens to an order: as much of a record
// as is needed, and which status follows which. An order begins with the status
// first.
type wire struct {
	first int64
	next  map[int64]int64
	read  func(record json.RawMessage) (id string, status int64)
	write func(status int64) map[string]any
}

var wires = map[mall.Platform]wire{
	mall.Doudian: {
		first: 1, next: map[int64]int64{1: 2, 2: 3, 3: 5}, // unpaid, to ship, shipped, done
		read: func(record json.RawMessage) (string, int64) {
			var o struct {
				ID     string `json:"order_id"`
				Status int64  `json:"order_status"`
			}
			_ = json.Unmarshal(record, &o) // without a status nothing follows
			return o.ID, o.Status
		},
		write: func(status int64) map[string]any { return map[string]any{"order_status": status} },
	},
	mall.Kuaishou: {
		first: 10, next: map[int64]int64{10: 30, 30: 40, 40: 50, 50: 70}, // unpaid, paid, shipped, received, done
		read: func(record json.RawMessage) (string, int64) {
			var o struct {
				Base struct {
					ID     json.Number `json:"oid"`
					Status int64       `json:"status"`
				} `json:"orderBaseInfo"`
			}
			_ = json.Unmarshal(record, &o)
			return o.Base.ID.String(), o.Base.Status
		},
		write: func(status int64) map[string]any {
			return map[string]any{"orderBaseInfo": map[string]any{"status": status}}
		},
	},
}

// trade lets buyers place and pay for orders until ctx ends. Half of what
// happens is pushed, as a hint to look; the rest is found by looking anyway.
func (m *market) trade(ctx context.Context, syncer *order.Syncer) {
	ticker := time.NewTicker(tradeEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		shop := m.shops[rand.N(len(m.shops))]
		p := shop.App().Platform()
		orders, err := m.Orders(p, shop.ID())
		if err != nil || len(orders) == 0 {
			return
		}
		w := wires[p]
		id, status := w.read(orders[rand.N(len(orders))])
		if next := w.next[status]; next != 0 {
			err = m.UpdateOrder(p, id, w.write(next))
		} else {
			id, err = m.AddOrder(p, shop.ID(), w.write(w.first))
		}
		if err == nil && rand.N(2) == 0 {
			syncer.Hint(order.ShopKey{Platform: p, ShopID: shop.ID()}, id)
		}
	}
}
