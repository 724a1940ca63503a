package sandbox

import (
	"time"

	"github.com/mallwire/mall"
)

// World is what a platform may use of the sandbox. Its shops, tokens, codes and
// orders are those of the platform alone. The sandbox's lock is held during all
// calls.
type World interface {
	// Now is the sandbox's time.
	Now() time.Time

	// Shops are in the order in which they were made.
	Shops() []*shop
	// Shop returns the shop of that id, or an error that is [ErrUnknownID].
	Shop(id string) (*shop, error)
	// AddShop makes a shop that has authorised the app. An empty id takes a free one.
	AddShop(id, name string) *shop

	// ByAccessToken returns the shop and the pair of an access token, also of one
	// that works no more; nil where there is none.
	ByAccessToken(token string) (*shop, *grant)
	// ByRefreshToken does the same for a refresh token.
	ByRefreshToken(token string) (*shop, *grant)
	// Code returns an authorisation code, also one that works no more, or nil.
	Code(text string) *code

	// Order returns the order of that id, or an error that is [ErrUnknownID].
	Order(id string) (*record, error)
	// AddOrder puts a new order where it can be found. The error is [ErrTaken].
	AddOrder(r *record) error
	// ReplaceOrder puts next in the place of an order of the same id.
	ReplaceOrder(old, next *record)

	// Allow counts the call and reports whether it is within its limit.
	Allow(c *call) bool
	// CallRate is the limit that the call is under, in calls per second.
	CallRate(c *call) float64
	// SpendQuota counts the call against the day's quotas. Where one is used up it
	// returns the refusal of the platform, which is [quoted], and false.
	SpendQuota(c *call) (result, bool)
	// CountDecrypted adds n to the texts that the shop had decrypted on this day,
	// unless that would exceed its allowance.
	CountDecrypted(sh *shop, n int) bool

	// Push puts out a message about the shop; data is a JSON object.
	Push(sh *shop, tag string, data []byte)
	// LogOperation adds to the operation log of an order.
	LogOperation(orderID string, op operation)
}

// world is the sandbox as one platform sees it.
type world struct {
	s        *Sandbox
	platform platform // set once it is made
	name     mall.Platform
}

func (w *world) Now() time.Time { return w.s.now() }

func (w *world) Shops() (list []*shop) {
	for _, sh := range w.s.shops {
		if sh.platform == w.platform {
			list = append(list, sh)
		}
	}
	return list
}

func (w *world) Shop(id string) (*shop, error) { return w.s.shop(w.platform, id) }

func (w *world) AddShop(id, name string) *shop {
	if id == "" {
		id = w.s.freeShopID(w.platform)
	}
	return w.s.addShop(w.platform, id, name)
}

func (w *world) ByAccessToken(token string) (*shop, *grant) {
	for _, sh := range w.s.shops {
		if g := sh.byAccess[token]; g != nil && sh.platform == w.platform {
			return sh, g
		}
	}
	return nil, nil
}

func (w *world) ByRefreshToken(token string) (*shop, *grant) {
	for _, sh := range w.s.shops {
		if g := sh.byRefresh[token]; g != nil && sh.platform == w.platform {
			return sh, g
		}
	}
	return nil, nil
}

func (w *world) Code(text string) *code {
	if c := w.s.codes[text]; c != nil && c.shop.platform == w.platform {
		return c
	}
	return nil
}

func (w *world) Order(id string) (*record, error) { return w.s.order(w.platform, id) }

func (w *world) AddOrder(r *record) error {
	key := orderKey{w.name, r.id}
	if w.s.orders[key] != nil {
		return errorf(ErrTaken, "order %s", r.id)
	}
	w.s.orders[key] = r
	r.shop.book.add(r)
	w.platform.changed(nil, r)
	return nil
}

func (w *world) ReplaceOrder(old, next *record) {
	old.shop.book.remove(old)
	w.s.orders[orderKey{w.name, old.id}] = next
	next.shop.book.add(next)
	w.platform.changed(old, next)
}

func (w *world) Allow(c *call) bool { return w.s.allow(c) }

func (w *world) CallRate(c *call) float64 { return w.s.callRate(c) }

func (w *world) SpendQuota(c *call) (result, bool) {
	p, ok := w.platform.(quoted)
	if !ok {
		return result{}, true // SetLimit takes no quota for it
	}
	return w.s.spendQuota(c, p)
}

func (w *world) CountDecrypted(sh *shop, n int) bool { return w.s.countDecrypted(sh, n) }

func (w *world) Push(sh *shop, tag string, data []byte) { w.s.push(w.platform, sh, tag, data) }

func (w *world) LogOperation(orderID string, op operation) {
	key := orderKey{w.name, orderID}
	w.s.spi.operations[key] = append(w.s.spi.operations[key], Operation(op))
}
