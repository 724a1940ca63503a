package sku

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"iter"

	"github.com/mallwire/mall"
)

// All walks the products that q asks for. Nothing is fetched before the range
// begins; an error is yielded once and ends the walk; a second range starts
// again.
//
// Every product that matches q all the while is seen. One that changes
// meanwhile may be seen in both versions; one that does not is seen once. The
// products are not sorted and come without their SKUs.
func (s *Service) All(ctx context.Context, q Query) iter.Seq2[Product, error] {
	return func(yield func(Product, error) bool) {
		var seen recent
		for page, err := range mall.Pages(ctx, func(ctx context.Context, cursor string) (mall.Page[Product], error) {
			return s.ListPage(ctx, q, cursor)
		}) {
			if err != nil {
				yield(Product{}, err)
				return
			}
			for _, p := range page.Items {
				if seen.add(p) && !yield(p, nil) {
					return
				}
			}
		}
	}
}

// ListPage returns one page of the products that q asks for. The cursor is
// empty at first and then the Next of the page before; it can be stored and
// resumed with the same q, by another process too, for as long as the platform
// keeps its place. A cursor of another shop or query is mall.ErrInvalid. A page
// may be empty and still have a Next. Total is -1 where the platform does not
// say.
//
// Products may be repeated on later pages; [Service.All] drops them.
func (s *Service) ListPage(ctx context.Context, q Query, cursor string) (mall.Page[Product], error) {
	none := mall.Page[Product]{Total: -1}
	limits := s.driver.Limits()
	asked := bookmark{Question: fmt.Sprintf("%s %s %d %d %s %d", s.driver.Platform(), s.shopID, q.From.UnixNano(), q.To.UnixNano(), q.Status, q.PageSize)}
	at, err := asked.read(cursor)
	switch {
	case err != nil:
		return none, s.refuse("list products", err)
	case q.PageSize < 0 || limits.MaxPageSize > 0 && q.PageSize > limits.MaxPageSize:
		return none, s.refuse("list products", invalid("page size %d: the platform allows 1 to %d", q.PageSize, limits.MaxPageSize))
	case !q.To.IsZero() && q.From.After(q.To):
		return none, s.refuse("list products", invalid("From is after To"))
	case !q.To.IsZero() && q.From.Equal(q.To):
		return mall.Page[Product]{}, nil // an empty range
	case q.PageSize == 0:
		q.PageSize = limits.MaxPageSize
	}
	q.PageSize = max(q.PageSize, limits.MinPageSize)
	page, err := s.driver.ListPage(ctx, q, at)
	if err != nil {
		return none, err
	}
	for i := range page.Items {
		s.complete(&page.Items[i])
	}
	if page.Next != "" {
		asked.Cursor = page.Next
		page.Next = asked.encode()
	}
	return page, nil
}

// bookmark is the public cursor: the platform's own and what it belongs to.
type bookmark struct {
	Question string `json:"q"`
	Cursor   string `json:"c"`
}

func (b bookmark) encode() string {
	text, _ := json.Marshal(b) // two strings always encode
	return base64.RawURLEncoding.EncodeToString(text)
}

// read takes the platform's cursor out of a public one that must belong to b.
func (b bookmark) read(cursor string) (string, error) {
	if cursor == "" {
		return "", nil
	}
	var at bookmark
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(text, &at)
	}
	if err != nil || at.Cursor == "" {
		return "", invalid("the cursor is not one of ours")
	}
	if at.Question != b.Question {
		return "", invalid("the cursor belongs to another shop or query")
	}
	return at.Cursor, nil
}

// recent remembers which versions of which products went by, in two
// generations, so that memory does not grow with the walk: repeats come from
// pages close together.
type recent struct{ now, before map[version]struct{} }

type version struct {
	id      string
	updated int64
}

// generation is how many products are remembered at least.
const generation = 65_536

// add reports whether this version of p is new.
func (r *recent) add(p Product) bool {
	v := version{p.ID, p.Updated.UnixNano()}
	if _, ok := r.now[v]; ok {
		return false
	}
	_, known := r.before[v]
	if r.now == nil || len(r.now) >= generation {
		r.now, r.before = map[version]struct{}{}, r.now
	}
	r.now[v] = struct{}{}
	return !known
}
