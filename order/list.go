package order

import (
	"context"
	"fmt"
	"iter"

	"github.com/mallwire/mall"
)

// All walks the orders that q asks for. Nothing is fetched before the range
// begins; an error is yielded once and ends the walk; a second range starts
// again. After a [BadRecordsError], which is yielded behind the good orders of
// its page, only [Service.ListPage] and [Syncer] can go on.
//
// Every order that matched q when the walk began is seen, unless it changed
// meanwhile and left the range: then the next walk by update time, which begins
// where this one ended, sees it. [Service.Resolve] tells where that is. An order
// that is unchanged is not yielded twice. The orders are not sorted.
func (s *Service) All(ctx context.Context, q Query) iter.Seq2[Order, error] {
	return walkAll(ctx, orderVersion, func(ctx context.Context, cursor string) (mall.Page[Order], error) {
		return s.ListPage(ctx, q, cursor)
	})
}

func orderVersion(o Order) version { return version{o.ID, o.Updated.UnixNano()} }

// recent remembers which versions of which orders went by. Two generations
// suffice, because a repeat comes from the window being read or from the seam
// with the one before, and numbered windows are kept below one generation where
// they can be cut. So memory does not grow with the walk.
type recent struct{ now, before map[version]struct{} }

type version struct {
	id      string
	updated int64
}

// generation is how many orders are remembered at least.
const generation = 65_536

func newRecent() *recent { return &recent{now: map[version]struct{}{}} }

// add reports whether v is new.
func (r *recent) add(v version) bool {
	if _, ok := r.now[v]; ok {
		return false
	}
	_, known := r.before[v]
	if len(r.now) >= generation {
		r.now, r.before = make(map[version]struct{}, generation), r.now
	}
	// What repeats once, at a seam, repeats again at the end of the window that
	// begins there: remember it from now on.
	r.now[v] = struct{}{}
	return !known
}

// Resolve returns q as a walk that begins now reads it: PageSize, From and To
// are set and lie within what the platform lists. A walk over the answer ends at
// its To, so that is where the next one has to begin:
//
//	q, err := orders.Resolve(order.Query{From: checkpoint})
//	for o, err := range orders.All(ctx, q) { ... }
//	checkpoint = q.To
//
// Do not take the time of the call as the next checkpoint: the list ends
// [Limits.Lag] before it. To is never before From.
func (s *Service) Resolve(q Query) (Query, error) {
	q, err := q.resolve(s.driver.Limits(), s.opts.Clock.Now())
	if err != nil {
		return Query{}, s.refuse("list orders", err)
	}
	return q, nil
}

// ListPage returns one page of the orders that q asks for. The cursor is empty
// at first and then the Next of the page before; it can be stored and resumed
// with the same q, by another process too. A cursor of another shop or query,
// or of a release that walked differently, is mall.ErrInvalid: begin anew. A
// page may be empty and still have a Next. Total is -1.
//
// Rows may be repeated on later pages, see [Paging]; [Service.All] drops them.
//
// With a [BadRecordsError] comes the rest of the page, and a Next that goes on
// behind it.
func (s *Service) ListPage(ctx context.Context, q Query, cursor string) (mall.Page[Order], error) {
	page, _, err := s.listPage(ctx, q, cursor)
	return page, err
}

// listPage is ListPage. It also tells whether the page was read only to learn
// how many there are: then all of its rows that stay in the window come again.
func (s *Service) listPage(ctx context.Context, q Query, cursor string) (page mall.Page[Order], probed bool, err error) {
	none := mall.Page[Order]{Total: -1}
	limits := s.driver.Limits()
	question := fmt.Sprintf("%s %s %d %d %d %s", s.driver.Platform(), s.shopID, q.By, q.From.UnixNano(), q.To.UnixNano(), q.Status)
	at, err := readPlace(question, q, cursor, limits, s.opts.Clock.Now())
	if err != nil {
		return none, false, s.refuse("list orders", err)
	}
	want := q.Status
	if q.By == ByCreation {
		// Orders of an old window can come to have the status while it is read.
		// They would push their successors onto pages that are behind us, so the
		// platform is asked for all of them.
		q.Status = ""
	}
	page, probed, err = walk[Order]{
		service: s, what: "list orders", noun: "orders", limits: limits, version: orderVersion,
		fetch: func(ctx context.Context, at place) (mall.Page[Order], error) {
			q.From, q.To, q.PageSize = at.From, at.End, at.Size
			return s.driver.ListPage(ctx, q, at.cursor())
		},
	}.page(ctx, at)
	page.Items = s.keep(page.Items, want)
	return page, probed, err
}

// keep completes the orders of a page and leaves out those of another status.
func (s *Service) keep(orders []Order, want Status) []Order {
	kept := orders[:0]
	for _, o := range orders {
		if want == "" || o.Status == want {
			s.complete(&o)
			kept = append(kept, o)
		}
	}
	return kept
}
