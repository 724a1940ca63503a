package sandbox

import (
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// world gives one platform its view of the sandbox.
type world struct {
	s        *Sandbox
	platform stage.Platform // set once it is made
	name     mall.Platform
}

func (w *world) Now() time.Time { return w.s.now() }

func (w *world) Shops() (list []*stage.Shop) {
	for _, sh := range w.s.shops {
		if sh.Platform == w.platform {
			list = append(list, sh)
		}
	}
	return list
}

func (w *world) Shop(id string) (*stage.Shop, error) { return w.s.shop(w.platform, id) }

func (w *world) AddShop(id, name string) *stage.Shop {
	if id == "" {
		id = w.s.freeShopID(w.platform)
	}
	return w.s.addShop(w.platform, id, name)
}

func (w *world) ByAccessToken(token string) (*stage.Shop, *stage.Grant) {
	for _, sh := range w.s.shops {
		if g := sh.ByAccess[token]; g != nil && sh.Platform == w.platform {
			return sh, g
		}
	}
	return nil, nil
}

func (w *world) ByRefreshToken(token string) (*stage.Shop, *stage.Grant) {
	for _, sh := range w.s.shops {
		if g := sh.ByRefresh[token]; g != nil && sh.Platform == w.platform {
			return sh, g
		}
	}
	return nil, nil
}

func (w *world) Code(text string) *stage.Code {
	if c := w.s.codes[text]; c != nil && c.Shop.Platform == w.platform {
		return c
	}
	return nil
}

func (w *world) Order(id string) (*stage.Record, error) { return w.s.order(w.platform, id) }

func (w *world) AddOrder(r *stage.Record) error {
	key := orderKey{w.name, r.ID}
	if w.s.orders[key] != nil {
		return stage.Errorf(stage.ErrTaken, "order %s", r.ID)
	}
	w.s.orders[key] = r
	r.Shop.Book.Add(r)
	w.platform.Changed(nil, r)
	return nil
}

func (w *world) ReplaceOrder(old, next *stage.Record) {
	old.Shop.Book.Remove(old)
	w.s.orders[orderKey{w.name, old.ID}] = next
	next.Shop.Book.Add(next)
	w.platform.Changed(old, next)
}

func (w *world) Allow(c *stage.Call) bool { return w.s.allow(c) }

func (w *world) CallRate(c *stage.Call) float64 { return w.s.callRate(c) }

func (w *world) SpendQuota(c *stage.Call) (stage.Result, bool) {
	p, ok := w.platform.(stage.Quoted)
	if !ok {
		return stage.Result{}, true // SetLimit accepts no quota for it
	}
	return w.s.spendQuota(c, p)
}

func (w *world) CountDecrypted(sh *stage.Shop, n int) bool { return w.s.countDecrypted(sh, n) }

func (w *world) Push(sh *stage.Shop, tag string, data []byte) { w.s.push(w.platform, sh, tag, data) }

func (w *world) LogOperation(orderID string, op stage.Operation) {
	key := orderKey{w.name, orderID}
	w.s.spi.operations[key] = append(w.s.spi.operations[key], Operation(op))
}
