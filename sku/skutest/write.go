package skutest

import (
	"context"
	"errors"
	"fmt"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/suite"
	"github.com/mallwire/mall/sku"
)

// writable reads the SKU that the suite may change.
func (s *subject) writable(ctx context.Context) (sku.SKU, error) {
	all, err := s.service.GetSKUs(ctx, s.known.Products[0])
	for _, k := range all {
		if k.ID == s.known.Writable {
			return k, nil
		}
	}
	return sku.SKU{}, errors.Join(err,
		fmt.Errorf("SKU %s is not among those of product %s", s.known.Writable, s.known.Products[0]))
}

// expect checks that the stock is want.
func (s *subject) expect(ctx context.Context, want int64) error {
	got, err := s.writable(ctx)
	if err == nil && got.Stock.Quantity != want {
		err = fmt.Errorf("the stock is %d, want %d", got.Stock.Quantity, want)
	}
	return err
}

// set writes the stock of the writable SKU.
func (s *subject) set(ctx context.Context, n int64) error {
	_, err := s.service.WriteStock(ctx, s.toSet(n))
	return err
}

func (s *subject) add(ctx context.Context, n int64, id string) error {
	_, err := s.service.WriteStock(ctx, s.toAdd(n, id))
	return err
}

func (s *subject) toSet(n int64) sku.StockWrite {
	return sku.StockWrite{SKUID: s.known.Writable, ProductID: s.known.Products[0], Mode: sku.Set, Quantity: n}
}

func (s *subject) toAdd(n int64, id string) sku.StockWrite {
	return sku.StockWrite{SKUID: s.known.Writable, ProductID: s.known.Products[0], Mode: sku.Add, Quantity: n, ID: id}
}

// writing runs a check that writes stock, and restores the stock afterwards.
func (s *subject) writing(ctx context.Context, check func() error) error {
	if !sku.Can[sku.StockWriter](s.service) || s.known.Writable == "" {
		return suite.Skip("stock cannot be written, or Known.Writable is not given")
	}
	before, err := s.writable(ctx)
	if err != nil {
		return err
	}
	return errors.Join(check(), s.set(ctx, before.Stock.Quantity), s.expect(ctx, before.Stock.Quantity))
}

// setStock checks that Set works, with zero too and when repeated.
func setStock(ctx context.Context, s *subject) error {
	return s.writing(ctx, func() error {
		for _, n := range []int64{7, 7, 0, 0, 12} {
			if err := errors.Join(s.set(ctx, n), s.expect(ctx, n)); err != nil {
				return fmt.Errorf("set to %d: %w", n, err)
			}
		}
		return nil
	})
}

// addStock checks that an Add happens once per ID.
func addStock(ctx context.Context, s *subject) error {
	return s.writing(ctx, func() error {
		if err := s.set(ctx, 10); err != nil {
			return err
		}
		in, out, most := s.known.NewID(), s.known.NewID(), s.known.NewID()
		if err := errors.Join(s.add(ctx, 3, in), s.expect(ctx, 13)); err != nil {
			return fmt.Errorf("add 3 to 10: %w", err)
		}
		if err := s.add(ctx, 3, in); !errors.Is(err, mall.ErrAlreadyDone) {
			return fmt.Errorf("the same id again: got %v, want mall.ErrAlreadyDone", err)
		}
		if err := errors.Join(s.expect(ctx, 13), s.add(ctx, -5, out), s.expect(ctx, 8)); err != nil {
			return fmt.Errorf("take 5 from 13: %w", err)
		}
		if err := s.add(ctx, -9, most); err == nil {
			return errors.New("9 were taken from 8")
		}
		return s.expect(ctx, 8)
	})
}

// results checks that each of several writes has its own outcome.
func results(ctx context.Context, s *subject) error {
	return s.writing(ctx, func() error {
		product := s.known.Products[0]
		got, err := s.service.WriteStock(ctx,
			sku.StockWrite{SKUID: s.known.Unknown, ProductID: product, Mode: sku.Set, Quantity: 1},
			s.toSet(5))
		switch {
		case err == nil || len(got) != 2:
			return fmt.Errorf("one of two writes fails: got %d results and %v", len(got), err)
		case got[0].Err == nil || errors.Is(got[0].Err, mall.ErrUnknownOutcome):
			return fmt.Errorf("stock of an unknown SKU: got %v, want a refusal", got[0].Err)
		case got[1].Err != nil:
			return fmt.Errorf("the other write failed too: %w", got[1].Err)
		}
		return s.expect(ctx, 5)
	})
}

// price checks that a price can be set and read back, and restores it.
func price(ctx context.Context, s *subject) error {
	if !sku.Can[sku.PriceWriter](s.service) || s.known.Writable == "" {
		return suite.Skip("prices cannot be written, or Known.Writable is not given")
	}
	before, err := s.writable(ctx)
	if err != nil {
		return err
	}
	for _, want := range []mall.Fen{before.Price + 100, before.Price} {
		w := sku.PriceWrite{SKUID: s.known.Writable, ProductID: s.known.Products[0], Price: want}
		if _, err := s.service.WritePrice(ctx, w); err != nil {
			return fmt.Errorf("set the price to %s: %w", want, err)
		}
		if got, err := s.writable(ctx); err != nil || got.Price != want {
			return fmt.Errorf("the price is %s (%v), want %s", got.Price, err, want)
		}
	}
	if _, err := s.service.WritePrice(ctx, sku.PriceWrite{SKUID: s.known.Unknown, Price: 100}); err == nil {
		return errors.New("the price of an unknown SKU was set")
	}
	return nil
}
