package sku

import (
	"context"
	"errors"
	"fmt"

	"github.com/mallwire/mall"
)

// writeByAdding carries out writes on a platform that can only add. The turn
// is held.
func (s *Service) writeByAdding(ctx context.Context, d StockWriter, writes []StockWrite, results []result,
	which []int) {
	var adds, sets []int
	for _, i := range which {
		if writes[i].Mode == Set {
			sets = append(sets, i)
		} else if results[i].Err = s.inOrder().moves.known(writes[i].ID); results[i].Err == nil {
			adds = append(adds, i)
		}
	}
	part := make([]StockWrite, len(adds))
	for j, i := range adds {
		part[j] = writes[i]
	}
	s.send(ctx, d, part, results, adds)
	for _, i := range adds {
		s.inOrder().moves.note(writes[i].ID, results[i].Err)
	}
	look := s.look()
	for _, i := range which {
		if writes[i].Mode == Add && errors.Is(results[i].Err, mall.ErrUnknownOutcome) {
			results[i].Item.Seen = look.stock(ctx, writes[i])
		}
	}
	s.setByAdding(ctx, d, writes, results, sets)
}

// differences is how many times the difference of one Set is sent at most. All
// but the last one were refused, or others had raised the count meanwhile.
const differences = 3

// setByAdding carries out Sets by reading the count and adding the difference.
// Every difference follows a reading that is younger than the answer to the one
// before, and none follows a difference whose answer is lost.
func (s *Service) setByAdding(ctx context.Context, d StockWriter, writes []StockWrite, results []result,
	pending []int) {
	counted := map[int]int64{} // before the last difference, by write
	for round := 0; len(pending) > 0; round++ {
		look := s.look()
		var part []StockWrite
		var sent []int
		for _, i := range pending {
			w, o := writes[i], &results[i]
			last, again := counted[i]
			stock, have, err := look.count(ctx, w)
			switch {
			case err != nil:
				if !again {
					o.Err = err // nothing was sent
				}
				continue
			case have == w.Quantity, again && o.Err == nil && have < w.Quantity: // sold meanwhile
				o.Err = nil
				continue
			case errors.Is(o.Err, mall.ErrUnknownOutcome):
				o.Item.Seen = &stock
				continue
			case again && o.Err == nil && have == last:
				// Not shown yet, or raised by the very difference: taking it off again
				// could be once too often.
				o.Item.Seen = &stock
				o.Err = &mall.Error{Kind: mall.ErrUnknownOutcome, Message: fmt.Sprintf(
					"SKU %s: %d were taken off, and the count is %d as before", o.Item.SKUID, have-w.Quantity, have)}
				continue
			case again && o.Err != nil && have == last:
				continue // refused for another reason than a count that had moved
			case round == differences && o.Err == nil:
				o.Item.Seen = &stock
				o.Err = &mall.Error{Kind: mall.ErrConflict, Message: fmt.Sprintf(
					"SKU %s: others keep raising the count: it is %d, not %d", o.Item.SKUID, have, w.Quantity)}
				continue
			case round == differences:
				continue
			}
			counted[i] = have
			w.Mode, w.Quantity, w.ID = Add, w.Quantity-have, ""
			part, sent = append(part, w), append(sent, i)
		}
		s.send(ctx, d, part, results, sent)
		pending = sent
	}
}

// look begins a reading of counts, in which each product is asked for once.
func (s *Service) look() look { return look{s, map[string][]SKU{}} }

type look struct {
	service  *Service
	products map[string][]SKU
}

// stock reads the stock of a SKU, or nothing.
func (l look) stock(ctx context.Context, w StockWrite) *Stock {
	if stock, err := l.read(ctx, w); err == nil {
		return &stock
	}
	return nil
}

// count reads what a write is about.
func (l look) count(ctx context.Context, w StockWrite) (Stock, int64, error) {
	stock, err := l.read(ctx, w)
	if err != nil || w.WarehouseID == "" {
		return stock, stock.Quantity, err
	}
	for _, part := range stock.Warehouses {
		if part.ID == w.WarehouseID {
			return stock, part.Quantity, nil
		}
	}
	return stock, 0, l.service.fail("get stock", &mall.Error{Kind: mall.ErrNotSupported, Message: fmt.Sprintf(
		"SKU %s has no count of warehouse %.40q", w.SKUID, w.WarehouseID)})
}

// read reads the stock of a SKU by itself or, where that is not possible, with
// its product.
func (l look) read(ctx context.Context, w StockWrite) (Stock, error) {
	id := placeOf(w).sku
	if Can[Reader](l.service) {
		return l.service.GetStock(ctx, id)
	}
	all, ok := l.products[w.ProductID]
	if !ok {
		var err error
		if all, err = l.service.GetSKUs(ctx, w.ProductID); err != nil {
			return Stock{}, err
		}
		l.products[w.ProductID] = all
	}
	for _, k := range all {
		if k.ID == id {
			return k.Stock, nil
		}
	}
	return Stock{}, l.service.fail("get stock", &mall.Error{Kind: mall.ErrNotFound, Message: fmt.Sprintf(
		"SKU %s is not among those of product %.40q", id, w.ProductID)})
}

// movesKept is how many Adds are remembered at least.
const movesKept = 65_536

// moves remembers what became of Adds, by their ids, in two generations.
type moves struct{ now, before map[string]mall.Kind }

// known is the failure of an Add whose ID was used before.
func (m *moves) known(id string) error {
	for _, generation := range []map[string]mall.Kind{m.now, m.before} {
		if kind, ok := generation[id]; ok {
			return &mall.Error{Kind: kind, Message: "an Add with this ID was sent before, and was not sent again"}
		}
	}
	return nil
}

// note remembers an Add that was or may have been carried out.
func (m *moves) note(id string, err error) {
	kind := mall.ErrAlreadyDone
	switch {
	case errors.Is(err, mall.ErrUnknownOutcome):
		kind = mall.ErrUnknownOutcome
	case err != nil:
		return // refused: it may be sent again
	}
	if m.now == nil || len(m.now) >= movesKept {
		m.now, m.before = map[string]mall.Kind{}, m.now
	}
	m.now[id] = kind
}
