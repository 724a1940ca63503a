package sku

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// result is the outcome of one write.
type result = mall.Result[Written]

// WriteStock changes stock and returns the outcome of each write, in order. Err
// of a result is nil when the write was carried out, mall.ErrAlreadyDone when
// an earlier Add with the same ID was, and mall.ErrUnknownOutcome when it may
// have been. The error beside the results is nil when all were carried out.
// Otherwise it says how many were not and has the kind of the first failure,
// any other before mall.ErrAlreadyDone. Writes that no platform could carry
// out, and two writes of the same count, are refused before anything is sent;
// then there are no results.
//
// A Set whose answer is lost is sent once more. If that fails too it is
// mall.ErrUnknownOutcome: set it again later. An Add whose answer is lost is
// not sent again: it is mall.ErrUnknownOutcome, with the count as it is now in
// Seen. If in doubt, write the same Add again with the same ID: it is
// mall.ErrAlreadyDone if it had happened.
//
// Where the platform can only add ([Limits].AddOnly), a Set reads the count and
// adds the difference, if there is one. Sales in between are kept, so the count
// may end below the quantity. The count is read again afterwards: pieces above
// the quantity are taken off, and a difference that was refused because the
// count had moved is computed anew. If a difference was taken off but the count
// is unchanged, the platform may show it late: the Set is
// mall.ErrUnknownOutcome, and nothing more is sent. A difference whose answer
// is lost is never sent again: the Set succeeds if the count read is the
// quantity, and is mall.ErrUnknownOutcome otherwise. Set it again a while
// later: by then the difference has arrived or is lost for good, and the count
// comes out right either way. Let only one process write the stock of a shop,
// because only writes of the same [Service] wait for each other.
//
// On such a platform an Add happens at most once per ID while the Service
// lives. One whose answer was lost stays mall.ErrUnknownOutcome under its ID:
// sales change the count too, so no reading proves it. Set the count from your
// own database instead.
func (s *Service) WriteStock(ctx context.Context, writes ...StockWrite) ([]mall.Result[Written], error) {
	const op = "write stock"
	d, ok := s.driver.(StockWriter)
	if !ok {
		return nil, s.fail(op, mall.ErrNotSupported)
	}
	results, counts, ids := make([]result, len(writes)), map[place]bool{}, map[string]bool{}
	for i, w := range writes {
		w.SKUID = strings.TrimSpace(w.SKUID)
		err := w.check()
		if err == nil && s.driver.Limits().ByProduct && w.ProductID == "" {
			err = needsProduct(w.SKUID)
		}
		if err == nil && (counts[placeOf(w)] || w.Mode == Add && ids[w.ID]) {
			err = settle.Invalid("SKU %s: two writes have the same count or the same ID", w.SKUID)
		}
		if err != nil {
			return nil, s.fail(op, err)
		}
		counts[placeOf(w)] = true
		if w.Mode == Add {
			ids[w.ID] = true
		}
		results[i] = result{Item: Written{SKUID: w.SKUID, WarehouseID: w.WarehouseID}}
	}
	leave, err := s.claimTurn(ctx, writes)
	if err != nil {
		return nil, s.fail(op, err)
	}
	defer leave()
	var fresh []int
	for i, w := range writes {
		if results[i].Err = s.claimVersion(w); results[i].Err == nil {
			fresh = append(fresh, i)
		}
	}
	if s.driver.Limits().AddOnly {
		s.writeByAdding(ctx, d, writes, results, fresh)
		return results, s.end(op, results)
	}
	send := func(ctx context.Context, which []int) []error {
		part := make([]StockWrite, len(which))
		for j, i := range which {
			part[j] = writes[fresh[i]]
			part[j].SKUID = results[fresh[i]].Item.SKUID
		}
		return answered(len(part), d.WriteStock(ctx, part))
	}
	// A lost Set is simply sent again, whatever the count is. A lost Add is
	// not; the count is read for the caller.
	look := func(ctx context.Context, i int, failure error, _ bool) (settle.Finding, error) {
		if writes[fresh[i]].Mode == Set {
			return settle.Finding{}, nil
		}
		results[fresh[i]].Item.Seen = s.look().stock(ctx, writes[fresh[i]])
		return settle.Finding{Err: failure}, nil
	}
	rules := settle.Rules{Platform: s.driver.Platform(), Op: op}
	for j, err := range rules.Batch(ctx, len(fresh), send, func() settle.Look { return look }) {
		results[fresh[j]].Err = err
	}
	return results, s.end(op, results)
}

// send sends writes and stores the outcomes in the results numbered by which.
func (s *Service) send(ctx context.Context, d StockWriter, writes []StockWrite, results []result, which []int) {
	if len(which) == 0 {
		return
	}
	for j, i := range which {
		writes[j].SKUID = results[i].Item.SKUID
	}
	errs := answered(len(which), d.WriteStock(ctx, writes))
	for j, i := range which {
		results[i].Err = errs[j]
	}
}

// WritePrice sets prices and returns the outcome of each write, as
// [Service.WriteStock] does. It may be repeated.
func (s *Service) WritePrice(ctx context.Context, writes ...PriceWrite) ([]mall.Result[Written], error) {
	const op = "write prices"
	d, ok := s.driver.(PriceWriter)
	if !ok {
		return nil, s.fail(op, mall.ErrNotSupported)
	}
	results, seen, part := make([]result, len(writes)), map[string]bool{}, make([]PriceWrite, len(writes))
	for i, w := range writes {
		w.SKUID = strings.TrimSpace(w.SKUID)
		err := w.check()
		if err == nil && s.driver.Limits().ByProduct && w.ProductID == "" {
			err = needsProduct(w.SKUID)
		}
		if err == nil && seen[w.SKUID] {
			err = settle.Invalid("SKU %s: its price is written twice", w.SKUID)
		}
		if err != nil {
			return nil, s.fail(op, err)
		}
		seen[w.SKUID] = true
		results[i], part[i] = result{Item: Written{SKUID: w.SKUID}}, w
	}
	if len(part) == 0 {
		return results, nil
	}
	for i, err := range answered(len(part), d.WritePrice(ctx, part)) {
		results[i].Err = err
	}
	return results, s.end(op, results)
}

// answered makes sure that there is one error per write. With a short list it
// is unknown which write lacks an answer, so all become mall.ErrUnknownOutcome.
func answered(n int, errs []error) []error {
	if len(errs) == n {
		return errs
	}
	lost := &mall.Error{
		Kind: mall.ErrUnknownOutcome, Message: fmt.Sprintf("the driver returned %d answers to %d writes", len(errs), n),
	}
	errs = make([]error, n)
	for i := range errs {
		errs[i] = lost
	}
	return errs
}

// end turns the error of each result into that of an exported call and returns
// the error that sums them up, nil when all writes were carried out.
func (s *Service) end(op string, results []result) error {
	var first error
	failed := 0
	for i := range results {
		err := s.fail(op, results[i].Err)
		if results[i].Err = err; err == nil {
			continue
		}
		if failed++; first == nil || errors.Is(first, mall.ErrAlreadyDone) && !errors.Is(err, mall.ErrAlreadyDone) {
			first = err
		}
	}
	switch {
	case failed == 0:
		return nil
	case len(results) == 1:
		return first
	}
	return s.fail(op, fmt.Errorf("%d of %d failed: %w", failed, len(results), first))
}

// needsProduct returns the refusal of a write without a product on a platform
// that reaches SKUs only through their products.
func needsProduct(id string) *mall.Error {
	return settle.Invalid("SKU %s: this platform needs its ProductID", id)
}

// place identifies one count: a SKU in a warehouse.
type place struct{ sku, warehouse string }

func placeOf(w StockWrite) place { return place{strings.TrimSpace(w.SKUID), w.WarehouseID} }

// claimTurn waits until no other ordered Set of the shop is under way:
// otherwise a slow Set with an older count could arrive after a newer one.
// Where a Set is a reading and an Add, every write needs a turn, because two
// Sets could add the same difference.
func (s *Service) claimTurn(ctx context.Context, writes []StockWrite) (leave func(), err error) {
	ordered := s.driver.Limits().AddOnly
	for _, w := range writes {
		ordered = ordered || w.Mode == Set && w.Version > 0
	}
	if !ordered {
		return func() {}, nil
	}
	o := s.inOrder()
	select {
	case o.turn <- struct{}{}:
		return func() { <-o.turn }, nil
	case <-ctx.Done():
		return nil, settle.Ended(ctx)
	}
}

// claimVersion records the version of an ordered Set as sent, or refuses an
// older one. The caller holds the turn.
func (s *Service) claimVersion(w StockWrite) error {
	if w.Mode != Set || w.Version == 0 {
		return nil
	}
	if newest := s.inOrder().sent[placeOf(w)]; w.Version < newest {
		return &mall.Error{Kind: mall.ErrConflict, Message: fmt.Sprintf(
			"SKU %s: version %d was not sent, because the newer version %d was", w.SKUID, w.Version, newest)}
	}
	s.inOrder().sent[placeOf(w)] = w.Version
	return nil
}
