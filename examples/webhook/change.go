package main

import (
	"sync"

	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// ineligible says why another SKU may not be shipped; empty when it may. The
// order's lines carry what was accepted before. The rules are those of the
// platform's help text on the service.
func ineligible(o order.Order, r sku.ChangeRequest) string {
	if o.Status != order.StatusUnpaid && o.Status != order.StatusToShip {
		return "the order is past the point where its SKU can change"
	}
	for _, l := range o.Lines {
		if l.ID != r.LineID {
			continue
		}
		switch {
		case l.Status != order.StatusUnpaid && l.Status != order.StatusToShip:
			return "the line is past the point where its SKU can change"
		case l.Refund.Open():
			return "a refund of the line is open"
		case r.From.ID != "" && r.From.ID != l.SKU.ID && r.From.ID != l.Effective.ID:
			return "the line has another SKU than the request says"
		case r.Quantity != 0 && r.Quantity != l.Quantity:
			return "only the whole line can change"
		}
		for _, t := range []order.Trait{order.TraitVirtual, order.TraitCrossBorder, order.TraitDutyFree, order.TraitInspected} {
			if o.Has(t) || l.Has(t) {
				return "goods of this kind cannot change: " + string(t)
			}
		}
		return ""
	}
	return "the order has no such line"
}

// changes keeps what was accepted, by line. A real ERP keeps it in its database
// and in the same transaction as the stock that it reserves.
type changes struct {
	mu       sync.Mutex
	open     map[place]bool
	accepted map[place]sku.Ref
}

// place is a line: its id is unique within its order only.
type place struct{ shop, order, line string }

func newChanges() *changes {
	return &changes{open: map[place]bool{}, accepted: map[place]sku.Ref{}}
}

// begin opens a change; false while another one of the same line is open.
func (c *changes) begin(r sku.ChangeRequest) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := place{r.ShopID, r.OrderID, r.LineID}
	if c.open[at] {
		return false
	}
	c.open[at] = true
	return true
}

func (c *changes) end(r sku.ChangeRequest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.open, place{r.ShopID, r.OrderID, r.LineID})
}

func (c *changes) accept(r sku.ChangeRequest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.accepted[place{r.ShopID, r.OrderID, r.LineID}] = r.To
}

// apply lays the accepted changes over an order that was pulled: the platform
// goes on showing the SKU that was ordered.
func (c *changes) apply(o *order.Order) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range o.Lines {
		if ref, ok := c.accepted[place{o.ShopID, o.ID, o.Lines[i].ID}]; ok {
			o.Lines[i].Effective = ref
		}
	}
}
