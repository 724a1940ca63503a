package skutest

import (
	"context"
	"errors"
	"fmt"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/suite"
	"github.com/mallwire/mall/internal/walk"
	"github.com/mallwire/mall/sku"
)

// all lists the products of q. It fails if a product comes twice.
func (s *subject) all(ctx context.Context, q sku.Query) (map[string]sku.Product, error) {
	seen := map[string]sku.Product{}
	for p, err := range s.service.All(ctx, q) {
		if err != nil {
			return seen, fmt.Errorf("list products: %w", err)
		}
		if _, ok := seen[p.ID]; ok {
			return seen, fmt.Errorf("product %s is listed twice in one walk, though nothing changed", p.ID)
		}
		seen[p.ID] = p
	}
	return seen, nil
}

// list checks that the list has every known product once, with the same content
// as GetProduct.
func list(ctx context.Context, s *subject) error {
	seen, err := s.all(ctx, sku.Query{})
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range s.known.Products {
		p, err := s.service.GetProduct(ctx, id)
		listed, ok := seen[id]
		switch {
		case err != nil:
			errs = append(errs, err)
		case !ok:
			errs = append(errs, fmt.Errorf("product %s is not listed", id))
		case listed.Status != p.Status || listed.Review != p.Review || listed.Name != p.Name ||
			!listed.Updated.Equal(p.Updated):
			errs = append(errs, fmt.Errorf("product %s is listed as %q %q of %s, read as %q %q of %s",
				id, listed.Status, listed.Review, listed.Updated, p.Status, p.Review, p.Updated))
		default:
			errs = append(errs, s.whole(listed, id))
		}
	}
	return errors.Join(errs...)
}

// same returns an error if a product is in only one of the two.
func same(got, want map[string]sku.Product) error {
	for id := range want {
		if _, ok := got[id]; !ok {
			return fmt.Errorf("product %s is missing: %d of %d", id, len(got), len(want))
		}
	}
	for id := range got {
		if _, ok := want[id]; !ok {
			return fmt.Errorf("product %s does not belong there", id)
		}
	}
	return nil
}

// pageSizes checks that pages of any size hold the same products, and no more
// than asked for.
func pageSizes(ctx context.Context, s *subject) error {
	whole, err := s.all(ctx, sku.Query{})
	if err != nil {
		return err
	}
	least, largest := s.driver.Limits().MinPageSize, s.driver.Limits().MaxPageSize
	for _, size := range []int{1, 2, 3, least, least + 1, len(whole) - 1, len(whole), len(whole) + 1, largest} {
		if size < 1 || size > largest {
			continue
		}
		most := max(size, least)
		got := map[string]sku.Product{}
		for page, err := range walk.Pages(ctx, func(ctx context.Context, cursor string) (mall.Page[sku.Product], error) {
			return s.service.Page(ctx, sku.Query{PageSize: size}, cursor)
		}) {
			if err != nil {
				return fmt.Errorf("in pages of %d: %w", size, err)
			}
			if len(page.Items) > most {
				return fmt.Errorf("a page of %d has %d products", size, len(page.Items))
			}
			for _, p := range page.Items {
				got[p.ID] = p
			}
		}
		if err := same(got, whole); err != nil {
			return fmt.Errorf("in pages of %d: %w", size, err)
		}
	}
	return nil
}

// status checks that each status lists exactly the products that have it.
func status(ctx context.Context, s *subject) error {
	whole, err := s.all(ctx, sku.Query{})
	if err != nil {
		return err
	}
	of := map[sku.Status]map[string]sku.Product{sku.StatusOnSale: {}, sku.StatusOffSale: {}, sku.StatusDeleted: {}}
	for id, p := range whole {
		if of[p.Status] == nil {
			of[p.Status] = map[string]sku.Product{}
		}
		of[p.Status][id] = p
	}
	delete(of, sku.StatusUnknown)
	for status, want := range of {
		got, err := s.all(ctx, sku.Query{Status: status})
		if err == nil {
			err = same(got, want)
		}
		if err != nil {
			return fmt.Errorf("status %q: %w", status, err)
		}
	}
	return nil
}

// window checks that From and To both bound the list, From inclusively and To
// exclusively.
func window(ctx context.Context, s *subject) error {
	p, err := s.service.GetProduct(ctx, s.known.Products[len(s.known.Products)/2])
	if err != nil {
		return err
	}
	if p.Updated.IsZero() {
		return suite.Skip("the platform does not tell when products change")
	}
	from, err := s.all(ctx, sku.Query{From: p.Updated})
	if err != nil {
		return err
	}
	if _, ok := from[p.ID]; !ok {
		return fmt.Errorf("product %s of %s is not in the list from that moment", p.ID, p.Updated)
	}
	until, err := s.all(ctx, sku.Query{To: p.Updated})
	if err != nil {
		return err
	}
	if _, ok := until[p.ID]; ok {
		return fmt.Errorf("product %s of %s is in the list up to that moment", p.ID, p.Updated)
	}
	whole, err := s.all(ctx, sku.Query{})
	if err != nil {
		return err
	}
	for id, all := range whole {
		_, left := until[id]
		_, right := from[id]
		switch {
		case !left && !right:
			return fmt.Errorf("product %s is lost when the range is cut at %s", id, p.Updated)
		case left && right, left && !all.Updated.Before(p.Updated), right && all.Updated.Before(p.Updated):
			return fmt.Errorf("product %s of %s is on the wrong side when the range is cut at %s", id, all.Updated, p.Updated)
		}
	}
	return nil
}

// movingRows changes the product listed last before it reads each next page,
// and checks that all products that do not change are listed.
func movingRows(ctx context.Context, s *subject) error {
	if s.known.Touch == nil {
		return suite.Skip("Known.Touch is not given")
	}
	if len(s.known.Products) < 3 {
		return suite.Skip("three products are needed")
	}
	seen, touched := map[string]bool{}, map[string]bool{}
	for page, err := range walk.Pages(ctx, func(ctx context.Context, cursor string) (mall.Page[sku.Product], error) {
		return s.service.Page(ctx, sku.Query{PageSize: 1}, cursor)
	}) {
		if err != nil {
			return err
		}
		for _, p := range page.Items {
			seen[p.ID] = true
			if !touched[p.ID] {
				touched[p.ID] = true
				if err := s.known.Touch(ctx, p.ID); err != nil {
					return err
				}
			}
		}
	}
	for _, id := range s.known.Products {
		if !seen[id] {
			return fmt.Errorf("product %s was missed while others changed", id)
		}
	}
	return nil
}
