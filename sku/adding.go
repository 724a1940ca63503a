package sku

import (
	"context"
	"errors"
	"fmt"

	"github.com/mallwire/mall"
)

// writeByAdding carries out writes on a platform that can only add. The caller
// holds the turn (see claimTurn).
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

// differences is how often at most the difference of one Set is sent. All but
// the last were refused, or others raised the count in between.
const differences = 3

// setByAdding carries out Sets by reading the count and adding the difference.
// It reads the count again before each difference, and sends no more after one
// whose answer was lost.
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
				// The change does not show yet, or others added exactly as
				// much: taking it off again might take it off twice.
				o.Item.Seen = &stock
				o.Err = &mall.Error{Kind: mall.ErrUnknownOutcome, Message: fmt.Sprintf(
					"SKU %s: %d were taken off, but the count is still %d", o.Item.SKUID, have-w.Quantity, have)}
				continue
			case again && o.Err != nil && have == last:
				continue // refused, but not because the count had moved
			case round == differences && o.Err == nil:
				o.Item.Seen = &stock
				o.Err = &mall.Error{Kind: mall.ErrConflict, Message: fmt.Sprintf(
					"SKU %s: the count is %d, not %d, because others keep raising it", o.Item.SKUID, have, w.Quantity)}
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

// look returns a reader of counts that reads each product once.
func (s *Service) look() look { return look{s, map[string][]SKU{}} }

type look struct {
	service  *Service
	products map[string][]SKU
}

// stock reads the stock of a SKU; nil if that fails.
func (l look) stock(ctx context.Context, w StockWrite) *Stock {
	if stock, err := l.read(ctx, w); err == nil {
		return &stock
	}
	return nil
}

// count reads the count that a write changes.
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
		"SKU %s has no stock in warehouse %.40q", w.SKUID, w.WarehouseID)})
}

// read reads the stock of a SKU alone or, where the platform cannot, with its
// product.
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

// moves remembers the outcomes of Adds by their ids. It keeps two generations,
// to drop the oldest without tracking their age.
type moves struct{ now, before map[string]mall.Kind }

// known returns the error for an Add whose ID was used before, or nil.
func (m *moves) known(id string) error {
	for _, generation := range []map[string]mall.Kind{m.now, m.before} {
		if kind, ok := generation[id]; ok {
			return &mall.Error{Kind: kind, Message: "an Add with this ID was sent before, and was not sent again"}
		}
	}
	return nil
}

// note remembers an Add that was carried out, or may have been.
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
