package walk

import (
	"context"
	"iter"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Pages walks a list method from its first page. Nothing is fetched before the
// range begins, breaking off fetches nothing more, and a second range starts
// again from the first page. It stops at the first error, which is yielded
// once, and when ctx ends. A cursor that comes again ends it with mall.ErrReply.
func Pages[T any](
	ctx context.Context, fetch func(ctx context.Context, cursor string) (mall.Page[T], error),
) iter.Seq2[mall.Page[T], error] {
	return func(yield func(mall.Page[T], error) bool) {
		var seen circle
		cursor := ""
		for {
			if err := settle.Ended(ctx); err != nil {
				yield(mall.Page[T]{}, err)
				return
			}
			page, err := fetch(ctx, cursor)
			if err != nil {
				yield(mall.Page[T]{}, err)
				return
			}
			if !yield(page, nil) || page.Next == "" {
				return
			}
			if seen.closes(cursor, page.Next) {
				yield(mall.Page[T]{}, noProgress())
				return
			}
			cursor = page.Next
		}
	}
}

// circle notices cursors that repeat. Each one is compared with the one before
// and with one anchor, which is moved up at every power of two: that finds a
// circle of any length without remembering all cursors.
type circle struct {
	Anchor string `json:"b,omitempty"` // a cursor from before
	Steps  int    `json:"k,omitempty"` // how many cursors came by
}

// closes notes the cursor next, which follows now, and reports whether it was
// here before.
func (c *circle) closes(now, next string) bool {
	if next == now || next == c.Anchor {
		return true
	}
	if c.Steps++; c.Steps&(c.Steps-1) == 0 {
		c.Anchor = next
	}
	return false
}

// noProgress is the failure of a list that does not advance. The platform is at
// fault; without it such a list would never end.
func noProgress() error {
	return &mall.Error{Kind: mall.ErrReply, Message: "the list does not advance: its cursor repeats"}
}
