package order

import (
	"context"
	"fmt"
	"iter"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/walk"
)

// All walks the orders that q asks for. Nothing is fetched before the range
// begins; an error is yielded once and ends the walk; a second range starts
// again. After a [BadRecordsError], which is yielded behind the good orders of
// its page, only [Service.Page] and [Syncer] can go on.
//
// Every order that matched q when the walk began is seen, unless it changed
// meanwhile and left the range: then the next walk by update time, which begins
// where this one ended, sees it. [Service.Resolve] tells where that is. An order
// that is unchanged is not yielded twice. The orders are not sorted.
func (s *Service) All(ctx context.Context, q Query) iter.Seq2[Order, error] {
	return s.orders(q).All(ctx)
}

// Resolve fills in what q leaves open, for a walk that starts now: PageSize, From
// and To are set and lie within what the platform lists. A walk over the answer
// ends at its To, so the next one has to begin there:
//
//	q, err := orders.Resolve(order.Query{From: checkpoint})
//	for o, err := range orders.All(ctx, q) { ... }
//	checkpoint = q.To
//
// Do not take the time of the call as the next checkpoint: the list ends
// [mall.ListLimits].Lag before it. To is never before From.
func (s *Service) Resolve(q Query) (Query, error) {
	r, err := s.orders(q).Resolve()
	if err != nil {
		return Query{}, err
	}
	q.From, q.To, q.PageSize = r.From, r.To, r.PageSize
	return q, nil
}

// Page returns one page of the orders that q asks for. The cursor is empty
// at first and then the Next of the page before; it can be stored and resumed
// with the same q, by another process too. A cursor of another shop or query,
// or of a release that walked differently, is mall.ErrInvalid: begin anew. A
// page may be empty and still have a Next. Total is -1.
//
// Rows may be repeated on later pages, see [mall.ListLimits].Numbered; [Service.All] drops them.
//
// With a [BadRecordsError] comes the rest of the page, and a Next that goes on
// behind it.
func (s *Service) Page(ctx context.Context, q Query, cursor string) (mall.Page[Order], error) {
	page, _, err := s.page(ctx, q, cursor)
	return page, err
}

// page is Page. It also tells whether the page was read only to learn
// how many there are: then all of its rows that stay in the window come again.
func (s *Service) page(ctx context.Context, q Query, cursor string) (mall.Page[Order], bool, error) {
	return s.orders(q).Page(ctx, cursor)
}

// orders is the list that q asks for.
func (s *Service) orders(q Query) walk.List[Order] {
	want := q.Status
	if q.By == mall.ByCreation {
		// Orders of an old window can come to have the status while it is read.
		// They would push their successors onto pages that are behind us, so the
		// platform is asked for all of them.
		q.Status = ""
	}
	return walk.List[Order]{
		Name: fmt.Sprintf("orders %s %s", s.shopID, want),
		Noun: "orders", Op: "list orders", Platform: s.driver.Platform(),
		Limits: s.driver.Limits().ListLimits,
		Clock:  s.opts.Clock,
		Range:  walk.Range{By: q.By, From: q.From, To: q.To, PageSize: q.PageSize},
		Version: func(o Order) walk.Version {
			return walk.Version{ID: o.ID, At: o.Updated.UnixNano()}
		},
		Fetch: func(ctx context.Context, r walk.Range, cursor string) (mall.Page[Order], error) {
			q := q // walks over one list may run at the same time
			q.From, q.To, q.PageSize = r.From, r.To, r.PageSize
			return s.driver.Page(ctx, q, cursor)
		},
		Keep: func(o *Order) bool {
			if want != "" && o.Status != want {
				return false
			}
			s.complete(o)
			return true
		},
	}
}
