package sku

import (
	"context"
	"fmt"
	"iter"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/walk"
)

// All walks the products that q asks for. Nothing is fetched before the range
// begins; an error is yielded once and ends the walk; a second range starts
// again.
//
// Every product that matches q all the while is seen. One that changes
// meanwhile may be seen in both versions; one that does not is seen once. The
// products are not sorted and come without their SKUs.
func (s *Service) All(ctx context.Context, q Query) iter.Seq2[Product, error] {
	return s.products(q).All(ctx)
}

// Page returns one page of the products that q asks for. The cursor is
// empty at first and then the Next of the page before; it can be stored and
// resumed with the same q, by another process too, for as long as the platform
// keeps its place. A cursor of another shop or query is mall.ErrInvalid. A page
// may be empty and still have a Next. Total is -1 where the platform does not
// say.
//
// Products may be repeated on later pages; [Service.All] drops them.
func (s *Service) Page(ctx context.Context, q Query, cursor string) (mall.Page[Product], error) {
	page, _, err := s.products(q).Page(ctx, cursor)
	return page, err
}

// products is the list that q asks for.
func (s *Service) products(q Query) walk.List[Product] {
	return walk.List[Product]{
		Name: fmt.Sprintf("products %s %s %d", s.shopID, q.Status, q.PageSize),
		Noun: "products", Op: "list products", Platform: s.driver.Platform(),
		Limits: s.driver.Limits().ListLimits,
		Range:  walk.Range{From: q.From, To: q.To, PageSize: q.PageSize},
		Whole:  true,
		Version: func(p Product) walk.Version {
			return walk.Version{ID: p.ID, At: p.Updated.UnixNano()}
		},
		Fetch: func(ctx context.Context, r walk.Range, cursor string) (mall.Page[Product], error) {
			q := q // walks over one list may run at the same time
			q.PageSize = r.PageSize
			return s.driver.Page(ctx, q, cursor)
		},
		Keep: func(p *Product) bool {
			s.complete(p)
			return true
		},
	}
}
