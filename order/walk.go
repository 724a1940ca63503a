package order

import (
	"context"
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
// through, and returns it with the cursor of the next one.
func (w walk[T]) page(ctx context.Context, at place) (mall.Page[T], error) {
	none := mall.Page[T]{Total: -1}
	if !at.From.Before(at.To) {
		return none, nil
	}
	for {
		if ctx.Err() != nil {
			return none, context.Cause(ctx)
		}
		page, err := w.fetch(ctx, at)
		if err != nil {
			return none, err
		}
		got := reply{w.noun, len(page.Items), page.Total, page.Next, func() uint64 { return w.fingerprint(page.Items) }}
		if at.tooMany(got, w.limits) {
			if at.halve(w.limits) {
				continue
			}
			if w.limits.MaxRows > 0 && at.rows(got, w.limits) > w.limits.MaxRows {
				return none, w.service.refuse(w.what, invalid("%d %s fall into one step of the platform's clock at %s: it pages through %d at most",
					page.Total, w.noun, at.From.In(mall.Beijing).Format(time.DateTime), w.limits.MaxRows))
			}
		}
		next, err := at.next(got, w.limits)
		if err != nil {
			return none, w.service.refuse(w.what, err)
		}
		token, err := next.encode()
		if err != nil {
			return none, w.service.refuse(w.what, err)
		}
		return mall.Page[T]{Items: page.Items, Next: token, Total: -1}, nil
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

// walkAll yields the rows of all pages, each version of a row once.
func walkAll[T any](ctx context.Context, versionOf func(T) version, page func(context.Context, string) (mall.Page[T], error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		seen := newRecent()
		for page, err := range mall.Pages(ctx, page) {
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, row := range page.Items {
				if seen.add(versionOf(row)) && !yield(row, nil) {
					return
				}
			}
		}
	}
}
