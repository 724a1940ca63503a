package mall

import (
	"context"
	"errors"
	"iter"
)

// ErrNoProgress ends a list whose cursors repeat: the one just asked for, or one
// from before. Without it such a list would never end. The platform is at fault: report it
// with the request id of the last call.
var ErrNoProgress = errors.New("mall: the list does not advance: its cursor repeats")

// Page is one reply of a list method.
type Page[T any] struct {
	Items []T
	Next  string // opaque; empty on the last page
	Total int    // rows of the whole list; -1 when the platform does not say
}

// Pages walks a list method from its first page. Nothing is fetched before the
// range begins, breaking off fetches nothing more, and a second range starts
// again from the first page. It stops at the first error, which is yielded
// once, and when ctx ends.
func Pages[T any](ctx context.Context, fetch func(ctx context.Context, cursor string) (Page[T], error)) iter.Seq2[Page[T], error] {
	return func(yield func(Page[T], error) bool) {
		// Each cursor is compared with the one before and with one anchor, which is
		// moved up at every power of two. That finds a circle of any length without
		// remembering all cursors.
		cursor, anchor, steps := "", "", 0
		for {
			if ctx.Err() != nil {
				yield(Page[T]{}, context.Cause(ctx))
				return
			}
			page, err := fetch(ctx, cursor)
			if err != nil {
				yield(Page[T]{}, err)
				return
			}
			if !yield(page, nil) || page.Next == "" {
				return
			}
			if page.Next == cursor || page.Next == anchor {
				yield(Page[T]{}, ErrNoProgress)
				return
			}
			cursor = page.Next
			if steps++; steps&(steps-1) == 0 {
				anchor = cursor
			}
		}
	}
}
