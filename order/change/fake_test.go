package change_test

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
)

// noon is the time in most tests.
var noon = time.Date(2026, time.March, 2, 12, 0, 0, 0, mall.Beijing)

// platform is a driver that holds one order and reads it. What it embeds is nil:
// package change lists nothing.
type platform struct {
	order.Driver
	mu    sync.Mutex
	order order.Order
}

func (p *platform) Platform() mall.Platform { return "fake" }

func (p *platform) Limits() order.Limits { return order.Limits{} }

func (p *platform) Get(_ context.Context, id string) (order.Order, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.order.ID != id {
		return order.Order{}, &mall.Error{Platform: "fake", Kind: mall.ErrNotFound}
	}
	o := p.order
	o.Lines = slices.Clone(o.Lines)
	return o, nil
}

// redOrder is an order of two red shirts, ready to be shipped.
func redOrder() order.Order {
	return order.Order{ID: "o1", Status: order.StatusToShip, Created: noon, Updated: noon, Lines: []order.Line{
		{ID: "o1", SKU: redShirt(), Quantity: 2, Status: order.StatusToShip, Refund: order.RefundNone, Price: 8900},
	}}
}

// over is the service of a shop over a driver.
func over(d order.Driver) *change.Service {
	return change.NewService(order.NewService(d, "shop-1", order.Options{}))
}
