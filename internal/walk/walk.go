// Package walk reads lists so that no row is missed: orders, after-sale cases,
// products and drop-ship assignments. A platform limits how long a stretch of
// time one question may cover and how many rows it may page through, and rows
// move while they are read. The walk cuts the stretch into windows, halves those
// that hold too many rows, reads numbered pages from the last to the first, and
// drops what comes twice.
package walk

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"iter"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// List is one list of one shop and what is asked of it.
type List[T any] struct {
	// Name tells this list and all that is asked of it beside Range apart from
	// others of the platform: shop, list, filters. A cursor of another one is refused.
	Name     string
	Noun     string        // what a row is called in errors: "orders"
	Op       string        // for errors: "list orders"
	Platform mall.Platform // for errors, and part of the name

	Limits mall.ListLimits
	Clock  mall.Clock
	Range  Range
	// Whole: the list is not divided by time. From and To go to the platform as
	// they are and may be zero, and its Total is passed on.
	Whole bool

	// Version tells whether two rows are the same.
	Version func(T) Version
	// Fetch asks one question of the platform: a range within the limits, and the
	// platform's own cursor, or the number of a page, counted from "0"; empty is the
	// first page. An error with a method Unread, which returns how many records of
	// the page could not be read, comes along with the rest of the page.
	Fetch func(ctx context.Context, r Range, cursor string) (mall.Page[T], error)
	// Keep completes a row and reports whether it was asked for. Nil keeps all.
	Keep func(*T) bool
}

// partial is an error that comes along with the rest of a page.
type partial interface {
	error
	Unread() int
}

// Page returns one page. The cursor is empty at first and then the Next of the
// page before; it can be stored and resumed with the same list. Total is -1. It
// also tells whether the page was read only to learn how many rows there are:
// then all of them that stay in the window come again. Every failure is a
// *mall.Error.
func (l List[T]) Page(ctx context.Context, cursor string) (page mall.Page[T], probed bool, err error) {
	page, probed, err = l.page(ctx, cursor)
	return page, probed, settle.Failure(l.Platform, l.Op, err)
}

func (l List[T]) page(ctx context.Context, cursor string) (page mall.Page[T], probed bool, err error) {
	none := mall.Page[T]{Total: -1}
	at, err := l.place(cursor)
	if err != nil {
		return none, false, err
	}
	if at.done { // an empty range
		if l.Whole {
			none.Total = 0
		}
		return none, false, nil
	}
	for {
		if err := settle.Ended(ctx); err != nil {
			return none, false, err
		}
		page, err := l.Fetch(ctx, l.question(at), at.cursor())
		bad, partly := errors.AsType[partial](err)
		if err != nil && !partly {
			return none, false, err
		}
		got := reply{
			noun: l.Noun, items: len(page.Items), total: page.Total, next: page.Next,
			print: func() uint64 { return l.fingerprint(page.Items) },
		}
		if partly {
			got.items += bad.Unread()
		}
		if at.tooMany(got, l.Limits) {
			if at.halve(l.Limits) {
				continue
			}
			if l.Limits.MaxRows > 0 && at.rows(got, l.Limits) > l.Limits.MaxRows {
				return none, false, settle.Invalid(
					"%d %s fall into one step of the platform's clock at %s: it pages through %d at most",
					page.Total, l.Noun, at.From.In(mall.Beijing).Format(time.DateTime), l.Limits.MaxRows)
			}
		}
		next, wrong := at.next(got, l.Limits)
		if wrong != nil {
			return none, false, wrong
		}
		token, wrong := next.encode()
		if wrong != nil {
			return none, false, wrong
		}
		page.Items, page.Next = l.kept(page.Items), token
		if !l.Whole {
			page.Total = -1
		}
		return page, at.Page == probe && next.Page > 0, err
	}
}

// Resolve returns the range with everything filled in that it leaves open, for a
// walk that starts now.
func (l List[T]) Resolve() (Range, error) {
	r, err := l.Range.Resolve(l.Limits, l.Clock.Now())
	return r, settle.Failure(l.Platform, l.Op, err)
}

// question is what the platform is asked at a place.
func (l List[T]) question(at place) Range {
	r := Range{By: l.Range.By, From: at.From, To: at.End, PageSize: at.Size}
	if l.Whole {
		r.From, r.To = l.Range.From, l.Range.To
	}
	return r
}

// kept completes the rows of a page and leaves out those that were not asked for.
func (l List[T]) kept(rows []T) []T {
	if l.Keep == nil {
		return rows
	}
	kept := rows[:0]
	for i := range rows {
		if l.Keep(&rows[i]) {
			kept = append(kept, rows[i])
		}
	}
	return kept
}

// fingerprint tells replies apart.
func (l List[T]) fingerprint(rows []T) uint64 {
	h := fnv.New64a()
	for _, row := range rows {
		v := l.Version(row)
		fmt.Fprintf(h, "%s %d\n", v.ID, v.At)
	}
	return h.Sum64()
}

// All yields the rows of all pages, each version of a row once. Nothing is
// fetched before the range begins; an error is yielded once and ends the walk;
// a second range starts again. Records that cannot be read end it, behind the
// good rows of their page.
func (l List[T]) All(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		seen := newRecent()
		var bad error // of the page just read
		for page, err := range Pages(ctx, func(ctx context.Context, cursor string) (mall.Page[T], error) {
			page, _, err := l.Page(ctx, cursor)
			if _, partly := errors.AsType[partial](err); partly {
				bad, err = err, nil
			}
			return page, err
		}) {
			if err != nil {
				yield(none, settle.Failure(l.Platform, l.Op, err))
				return
			}
			for _, row := range page.Items {
				if seen.add(l.Version(row)) && !yield(row, nil) {
					return
				}
			}
			if bad != nil {
				yield(none, bad)
				return
			}
		}
	}
}
