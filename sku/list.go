package sku

import (
	"context"
	"fmt"
	"iter"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/walk"
)

// All returns an iterator over the products that match q. It fetches nothing
// before the loop begins, yields an error once and then ends; ranging again
// starts anew.
//
// It yields every product that matches q throughout. A product that changes
// meanwhile may come in both versions; one that does not change comes once.
// Products are not sorted and come without their SKUs.
func (s *Service) All(ctx context.Context, q Query) iter.Seq2[Product, error] {
	return s.products(q).All(ctx)
}

// Page returns one page of the products that match q. The cursor is empty for
// the first page and then the Next of the previous one. It can be stored and
// used later with the same q, by another process too, for as long as the
// platform accepts it. A cursor of another shop or query is mall.ErrInvalid. A
// page may be empty and still have a Next. Total is -1 where the platform does
// not tell it.
//
// Products may be repeated on later pages; [Service.All] drops them.
func (s *Service) Page(ctx context.Context, q Query, cursor string) (mall.Page[Product], error) {
	page, _, err := s.products(q).Page(ctx, cursor)
	return page, err
}

// products returns the list that q describes.
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
			q := q // several walks over one list may run at once
			q.PageSize = r.PageSize
			return s.driver.Page(ctx, q, cursor)
		},
		Keep: func(p *Product) bool {
			s.complete(p)
			return true
		},
	}
}
