package order

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"iter"
	"time"

	"github.com/mallwire/mall"
)

// walk reads a list page by page, whatever its rows are: orders or cases. It
// is what the promises of [Service.All] rest on.
type walk[T any] struct {
	service *Service
	what    string // in errors: "list orders"
	noun    string // in errors: "orders"
	limits  Limits
	version func(T) version
	fetch   func(ctx context.Context, at place) (mall.Page[T], error)
}

// page reads the page at a place, in a window that the platform can page
// through, and returns it with the cursor of the next one. It also tells
// whether the page was read only to learn how many rows there are: then all of
// them that stay in the window come again. With a [BadRecordsError] comes the
// rest of the page.
func (w walk[T]) page(ctx context.Context, at place) (page mall.Page[T], probed bool, err error) {
	none := mall.Page[T]{Total: -1}
	if !at.From.Before(at.To) {
		return none, false, nil
	}
	for {
		if ctx.Err() != nil {
			return none, false, context.Cause(ctx)
		}
		page, err := w.fetch(ctx, at)
		bad, partly := errors.AsType[*BadRecordsError](err)
		if err != nil && !partly {
			return none, false, err
		}
		got := reply{w.noun, len(page.Items), page.Total, page.Next, func() uint64 { return w.fingerprint(page.Items) }}
		if partly {
			got.items += len(bad.Records)
		}
		if at.tooMany(got, w.limits) {
			if at.halve(w.limits) {
				continue
			}
			if w.limits.MaxRows > 0 && at.rows(got, w.limits) > w.limits.MaxRows {
				return none, false, w.service.refuse(w.what, invalid("%d %s fall into one step of the platform's clock at %s: it pages through %d at most",
					page.Total, w.noun, at.From.In(mall.Beijing).Format(time.DateTime), w.limits.MaxRows))
			}
		}
		next, wrong := at.next(got, w.limits)
		if wrong != nil {
			return none, false, w.service.refuse(w.what, wrong)
		}
		token, wrong := next.encode()
		if wrong != nil {
			return none, false, w.service.refuse(w.what, wrong)
		}
		return mall.Page[T]{Items: page.Items, Next: token, Total: -1}, at.Page == probe && next.Page > 0, err
	}
}

// fingerprint tells replies apart.
func (w walk[T]) fingerprint(rows []T) uint64 {
	h := fnv.New64a()
	for _, row := range rows {
		v := w.version(row)
		fmt.Fprintf(h, "%s %d\n", v.id, v.updated)
	}
	return h.Sum64()
}

// walkAll yields the rows of all pages, each version of a row once. Records
// that cannot be read end it, behind the good rows of their page.
func walkAll[T any](ctx context.Context, versionOf func(T) version, read func(context.Context, string) (mall.Page[T], error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		seen := newRecent()
		var bad error // of the page just read
		for page, err := range mall.Pages(ctx, func(ctx context.Context, cursor string) (mall.Page[T], error) {
			page, err := read(ctx, cursor)
			if _, partly := errors.AsType[*BadRecordsError](err); partly {
				bad, err = err, nil
			}
			return page, err
		}) {
			if err != nil {
				yield(none, err)
				return
			}
			for _, row := range page.Items {
				if seen.add(versionOf(row)) && !yield(row, nil) {
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
