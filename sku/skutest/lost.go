package skutest

import (
	"context"
	"errors"
	"fmt"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/suite"
	"github.com/mallwire/mall/sku"
)

// lossy is a driver that loses the answer to its next stock write, and on
// demand the write too.
type lossy struct {
	sku.Driver
	writer sku.StockWriter
	lose   bool // lose the next answer
	drop   bool // lose the write itself too
	calls  int  // stock writes so far
}

func (l *lossy) WriteStock(ctx context.Context, writes []sku.StockWrite) []error {
	l.calls++
	if !l.lose {
		return l.writer.WriteStock(ctx, writes)
	}
	l.lose = false
	if !l.drop {
		l.writer.WriteStock(ctx, writes)
	}
	errs := make([]error, len(writes))
	for i := range errs {
		errs[i] = &mall.Error{Platform: l.Platform(), Kind: mall.ErrUnknownOutcome}
	}
	return errs
}

// reading is a [lossy] driver that can read the stock of one SKU.
type reading struct {
	*lossy
	sku.Reader
}

// lostAnswers checks that a lost answer does not double a movement: a repeated
// Set ends at its count, and an Add repeated with its ID happens at most once.
func lostAnswers(ctx context.Context, s *subject) error {
	writer, ok := s.driver.(sku.StockWriter)
	if !ok {
		return suite.Skip("the driver cannot write stock")
	}
	l := &lossy{Driver: s.driver, writer: writer}
	var d sku.Driver = l
	if r, ok := s.driver.(sku.Reader); ok {
		d = reading{l, r}
	}
	service := sku.NewService(d, s.known.ShopID)
	write := func(w sku.StockWrite, drop bool) (mall.Result[sku.Written], error) {
		l.lose, l.drop, l.calls = true, drop, 0
		got, err := service.WriteStock(ctx, w)
		l.lose = false
		if len(got) != 1 || err != nil && !errors.Is(err, mall.ErrUnknownOutcome) {
			return mall.Result[sku.Written]{},
				fmt.Errorf("an answer that is lost: got %d results and %v, want mall.ErrUnknownOutcome", len(got), err)
		}
		return got[0], nil
	}
	return s.writing(ctx, func() error {
		for _, drop := range []bool{false, true} {
			for _, n := range []int64{20, 20, 3, 0} {
				if err := s.set(ctx, 10); err != nil {
					return err
				}
				got, err := write(s.toSet(n), drop)
				if err == nil && got.Err != nil {
					_, err = service.WriteStock(ctx, s.toSet(n))
				}
				if err := errors.Join(err, s.expect(ctx, n)); err != nil {
					return fmt.Errorf("set from 10 to %d, an answer is lost: %w", n, err)
				}
			}
			if err := s.set(ctx, 10); err != nil {
				return err
			}
			move := s.toAdd(4, s.known.NewID())
			got, err := write(move, drop)
			switch {
			case err != nil:
				return err
			case !errors.Is(got.Err, mall.ErrUnknownOutcome) || l.calls != 1:
				return fmt.Errorf("add 4, the answer is lost: got %v after %d calls, want mall.ErrUnknownOutcome after one",
					got.Err, l.calls)
			case got.Item.Seen == nil:
				return errors.New("add 4, the answer is lost: the count was not read")
			}
			_, err = service.WriteStock(ctx, move)
			k, readErr := s.writable(ctx)
			switch now := k.Stock.Quantity; {
			case readErr != nil:
				return readErr
			case now != 10 && now != 14:
				return fmt.Errorf("add 4 to 10 twice under one ID: the stock is %d", now)
			case now == 10 && err == nil:
				return errors.New("add 4 again with the same ID: reported as done before, but it was not")
			}
		}
		return nil
	})
}
