package ordertest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/suite"
	"github.com/mallwire/mall/order"
)

// list checks that a walk sees every known order once, and as Get does.
func list(ctx context.Context, s *subject, by mall.By) error {
	seen, err := s.all(ctx, s.query(by))
	if err != nil {
		return err
	}
	errs := []error{s.missing(seen)}
	for _, id := range s.known.Orders {
		listed, ok := seen[id]
		if !ok {
			continue
		}
		errs = append(errs, s.complete(listed))
		o, err := s.get(ctx, id)
		switch {
		case err != nil:
			errs = append(errs, err)
		case o.Status != listed.Status || o.PlatformStatus != listed.PlatformStatus ||
			!o.Updated.Equal(listed.Updated) || !o.Created.Equal(listed.Created):
			errs = append(errs, fmt.Errorf("order %s is listed as %q (%q) of %s, read as %q (%q) of %s",
				id, listed.Status, listed.PlatformStatus, listed.Updated, o.Status, o.PlatformStatus, o.Updated))
		case len(o.Lines) != len(listed.Lines):
			errs = append(errs, fmt.Errorf("order %s is listed with %d lines, read with %d",
				id, len(listed.Lines), len(o.Lines)))
		}
	}
	return errors.Join(errs...)
}

// moment is the time of an order on the clock of a list.
func moment(by mall.By, o order.Order) time.Time {
	if by == mall.ByCreation {
		return o.Created
	}
	return o.Updated
}

// window is a question that the driver may be asked directly: it ends at the
// newest order and is as long as the driver allows.
func (s *subject) window(ctx context.Context, by mall.By, size int) (order.Query, map[string]order.Order, error) {
	q, err := s.service.Resolve(s.query(by))
	if err != nil {
		return q, nil, err
	}
	seen, err := s.all(ctx, q)
	if err != nil {
		return q, nil, err
	}
	l := s.driver.Limits()
	newest := q.From
	for _, o := range seen {
		if m := moment(by, o); m.After(newest) {
			newest = m
		}
	}
	if end := newest.Add(l.Resolution).UTC().Truncate(l.Resolution); end.Before(q.To) {
		q.To = end
	}
	if start := q.To.Add(-l.MaxWindow); l.MaxWindow > 0 && start.After(q.From) {
		q.From = start
	}
	q.PageSize = min(size, l.MaxPageSize)
	for id, o := range seen {
		if m := moment(by, o); m.Before(q.From) || !m.Before(q.To) {
			delete(seen, id)
		}
	}
	return q, seen, nil
}

// pages asks the driver itself, in pages of two, and checks order, cursors and
// totals.
func pages(ctx context.Context, s *subject, by mall.By) error {
	q, want, err := s.window(ctx, by, 2)
	if err != nil {
		return err
	}
	numbered := s.driver.Limits().Numbered
	asked, cursor, rows, total := q, "", 0, 0
	var last time.Time
	for n := 0; ; n++ {
		page, err := s.driver.Page(ctx, q, cursor)
		if s.note(err) != nil {
			return fmt.Errorf("page %d: %w", n, err)
		}
		if q != asked {
			return errors.New("the query was changed")
		}
		if len(page.Items) > q.PageSize {
			return fmt.Errorf("page %d has %d orders, asked for were %d", n, len(page.Items), q.PageSize)
		}
		for _, o := range page.Items {
			rows++
			m := moment(by, o)
			if m.Before(last) {
				return fmt.Errorf("order %s of %s comes after one of %s: rows must ascend", o.ID, m, last)
			}
			last = m
			delete(want, o.ID)
		}
		if numbered {
			if n > 0 && page.Total != total || page.Total < 0 {
				return fmt.Errorf("page %d reports %d orders, the page before %d", n, page.Total, total)
			}
			total = page.Total
			if (n+1)*q.PageSize >= total {
				break
			}
			cursor = strconv.Itoa(n + 1)
			continue
		}
		if page.Next == "" {
			break
		}
		if page.Next == cursor {
			return mall.ErrReply
		}
		if cursor = page.Next; n > 10_000 {
			return errors.New("10,000 pages and no end")
		}
	}
	if numbered && rows != total {
		return fmt.Errorf("the pages hold %d orders, the total is %d", rows, total)
	}
	for id := range want {
		return fmt.Errorf("order %s is on no page, %d are missing", id, len(want))
	}
	return nil
}

// pageSizes checks that the same orders come in pages of any size.
func pageSizes(ctx context.Context, s *subject) error {
	whole, err := s.all(ctx, s.query(mall.ByUpdate))
	if err != nil {
		return err
	}
	largest := s.driver.Limits().MaxPageSize
	for _, size := range []int{1, 2, 3, len(whole) - 1, len(whole), len(whole) + 1, largest} {
		if size < 1 || size > largest {
			continue
		}
		q := s.query(mall.ByUpdate)
		q.PageSize = size
		got, err := s.all(ctx, q)
		if err != nil {
			return fmt.Errorf("in pages of %d: %w", size, err)
		}
		if err := errors.Join(lacking(got, whole), lacking(whole, got)); err != nil {
			return fmt.Errorf("in pages of %d, compared with the largest: %w", size, err)
		}
	}
	return nil
}

// lacking reports the first order of want that got does not have.
func lacking(got, want map[string]order.Order) error {
	for id := range want {
		if _, ok := got[id]; !ok {
			return fmt.Errorf("order %s is in one list of %d and not in the other of %d", id, len(want), len(got))
		}
	}
	return nil
}

// seams cuts the range at an order's very moment: it must be in one of the two
// halves at least.
func seams(ctx context.Context, s *subject) error {
	for _, by := range []mall.By{mall.ByUpdate, mall.ByCreation} {
		whole, err := s.all(ctx, s.query(by))
		if err != nil {
			return err
		}
		for _, id := range s.known.Orders[:min(3, len(s.known.Orders))] {
			left, right := s.query(by), s.query(by)
			cut := moment(by, whole[id])
			if !cut.After(left.From) || !right.To.IsZero() && !cut.Before(right.To) {
				continue
			}
			left.To, right.From = cut, cut
			before, err := s.all(ctx, left)
			if err != nil {
				return err
			}
			after, err := s.all(ctx, right)
			if err != nil {
				return err
			}
			for id := range whole {
				_, inLeft := before[id]
				if _, inRight := after[id]; !inLeft && !inRight {
					return fmt.Errorf("order %s is lost when the range is cut at %s", id, cut)
				}
			}
		}
	}
	return nil
}

// emptyRange checks that a range without orders is an empty list, no error.
func emptyRange(ctx context.Context, s *subject) error {
	seen, err := s.all(ctx, s.query(mall.ByUpdate))
	if err != nil {
		return err
	}
	l := s.driver.Limits()
	q, err := s.service.Resolve(s.query(mall.ByUpdate))
	if err != nil {
		return err
	}
	var oldest time.Time
	for _, o := range seen {
		if oldest.IsZero() || o.Updated.Before(oldest) {
			oldest = o.Updated
		}
	}
	q.To = oldest.Add(-2 * l.Resolution)
	if !q.From.Before(q.To) {
		return suite.Skip("the first order lies at the very beginning of the range")
	}
	got, err := s.all(ctx, q)
	if err == nil && len(got) > 0 {
		err = fmt.Errorf("%d orders before the first one", len(got))
	}
	return err
}

// status checks that each status lists exactly the orders that have it.
func status(ctx context.Context, s *subject) error {
	for _, by := range []mall.By{mall.ByUpdate, mall.ByCreation} {
		whole, err := s.all(ctx, s.query(by))
		if err != nil {
			return err
		}
		of := map[order.Status]map[string]order.Order{order.StatusUnpaid: {}, order.StatusClosed: {}}
		for id, o := range whole {
			if of[o.Status] == nil {
				of[o.Status] = map[string]order.Order{}
			}
			of[o.Status][id] = o
		}
		for status, want := range of {
			if status == "" {
				continue
			}
			for _, size := range []int{0, 1} {
				q := s.query(by)
				q.Status, q.PageSize = status, size
				got, err := s.all(ctx, q)
				if err := cmp.Or(err, lacking(got, want), lacking(want, got)); err != nil {
					return fmt.Errorf("status %q: %w", status, err)
				}
			}
		}
	}
	return nil
}
