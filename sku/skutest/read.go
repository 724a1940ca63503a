package skutest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/sku"
)

func limits(_ context.Context, s *suite) error {
	var errs []error
	if s.driver.Platform() == "" {
		errs = append(errs, errors.New("method Platform returns nothing"))
	}
	l := s.driver.Limits()
	if l.MaxPageSize <= 0 || l.MinPageSize < 0 || l.MinPageSize > l.MaxPageSize || l != s.driver.Limits() {
		errs = append(errs, fmt.Errorf("method Limits: page sizes are not positive or differ from call to call: %+v", l))
	}
	_, reads := s.driver.(sku.StockReader)
	if l.AddOnly && !l.ByProduct && !reads {
		errs = append(errs, errors.New("method Limits: counts can only be added to, and there is no way to read one that names no product"))
	}
	return errors.Join(errs...)
}

// product checks that the known products are read and complete, and belong to
// the caller.
func product(ctx context.Context, s *suite) error {
	var errs []error
	for _, id := range s.known.Products {
		p, err := s.service.Product(ctx, id)
		if err != nil {
			errs = append(errs, fmt.Errorf("product %s: %w", id, err))
			continue
		}
		errs = append(errs, s.whole(p, id))
		if len(p.SKUs) == 0 {
			errs = append(errs, fmt.Errorf("product %s: no SKUs", id))
		}
		for _, k := range p.SKUs {
			errs = append(errs, s.wholeSKU(k, id))
		}
		want, _ := json.Marshal(p)
		clear(p.SKUs)
		clear(p.Pictures)
		clear(p.Raw)
		again, err := s.service.Product(ctx, id)
		if err != nil {
			errs = append(errs, err)
		}
		if got, _ := json.Marshal(again); string(got) != string(want) {
			errs = append(errs, fmt.Errorf("product %s reads differently after the caller wrote to what was returned before", id))
		}
	}
	return errors.Join(errs...)
}

// whole checks that what every product has is there.
func (s *suite) whole(p sku.Product, id string) error {
	switch {
	case p.ID != id:
		return fmt.Errorf("product %s answers with the id %q", id, p.ID)
	case p.Platform != s.driver.Platform() || s.known.ShopID != "" && p.ShopID != s.known.ShopID:
		return fmt.Errorf("product %s: platform %q, shop %q", id, p.Platform, p.ShopID)
	case p.Name == "" || p.PlatformStatus == "":
		return fmt.Errorf("product %s: name %q, PlatformStatus %q", id, p.Name, p.PlatformStatus)
	case !json.Valid(p.Raw):
		return fmt.Errorf("product %s: Raw is not JSON", id)
	}
	return nil
}

func (s *suite) wholeSKU(k sku.SKU, product string) error {
	sum := int64(0)
	for _, w := range k.Stock.Warehouses {
		sum += w.Quantity
	}
	switch {
	case k.ID == "" || k.ProductID != product:
		return fmt.Errorf("product %s: a SKU has the id %q and the product %q", product, k.ID, k.ProductID)
	case k.Platform != s.driver.Platform() || s.known.ShopID != "" && k.ShopID != s.known.ShopID:
		return fmt.Errorf("SKU %s: platform %q, shop %q", k.ID, k.Platform, k.ShopID)
	case k.Price < 0 || k.Stock.SKUID != k.ID:
		return fmt.Errorf("SKU %s: price %s, stock of SKU %q", k.ID, k.Price, k.Stock.SKUID)
	case len(k.Stock.Warehouses) > 0 && sum != k.Stock.Quantity:
		return fmt.Errorf("SKU %s: a stock of %d, but %d in the warehouses", k.ID, k.Stock.Quantity, sum)
	case !json.Valid(k.Raw):
		return fmt.Errorf("SKU %s: Raw is not JSON", k.ID)
	}
	return nil
}

// unknown checks that what is not there is told apart.
func unknown(ctx context.Context, s *suite) error {
	var errs []error
	p, err := s.service.Product(ctx, s.known.Unknown)
	if !errors.Is(err, mall.ErrNotFound) || !reflect.ValueOf(p).IsZero() {
		errs = append(errs, fmt.Errorf("unknown product: got %v, want mall.ErrNotFound and no product", err))
	}
	if _, err = s.service.OfProduct(ctx, s.known.Unknown); !errors.Is(err, mall.ErrNotFound) && !errors.Is(err, mall.ErrPermission) {
		errs = append(errs, fmt.Errorf("SKUs of an unknown product: got %v, want mall.ErrNotFound or mall.ErrPermission", err))
	}
	if s.service.CanGet() {
		if _, err = s.service.Get(ctx, s.known.Unknown); !errors.Is(err, mall.ErrNotFound) {
			errs = append(errs, fmt.Errorf("unknown SKU: got %v, want mall.ErrNotFound", err))
		}
	}
	if s.service.CanReadStock() {
		if _, err = s.service.Stock(ctx, s.known.Unknown); !errors.Is(err, mall.ErrNotFound) {
			errs = append(errs, fmt.Errorf("stock of an unknown SKU: got %v, want mall.ErrNotFound", err))
		}
	}
	return errors.Join(errs...)
}

// all walks q. A product that is yielded twice is an error.
func (s *suite) all(ctx context.Context, q sku.Query) (map[string]sku.Product, error) {
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

// list checks that a walk sees every known product once, and as Product does.
func list(ctx context.Context, s *suite) error {
	seen, err := s.all(ctx, sku.Query{})
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range s.known.Products {
		p, err := s.service.Product(ctx, id)
		listed, ok := seen[id]
		switch {
		case err != nil:
			errs = append(errs, err)
		case !ok:
			errs = append(errs, fmt.Errorf("product %s is not listed", id))
		case listed.Status != p.Status || listed.Review != p.Review || listed.Name != p.Name || !listed.Updated.Equal(p.Updated):
			errs = append(errs, fmt.Errorf("product %s is listed as %q %q of %s, read as %q %q of %s",
				id, listed.Status, listed.Review, listed.Updated, p.Status, p.Review, p.Updated))
		default:
			errs = append(errs, s.whole(listed, id))
		}
	}
	return errors.Join(errs...)
}

// same reports a product that is in one of the two only.
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

// pageSizes checks that the same products come in pages of any size, and no
// more than asked for.
func pageSizes(ctx context.Context, s *suite) error {
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
		for page, err := range mall.Pages(ctx, func(ctx context.Context, cursor string) (mall.Page[sku.Product], error) {
			return s.service.ListPage(ctx, sku.Query{PageSize: size}, cursor)
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
func status(ctx context.Context, s *suite) error {
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

// window checks that From is inclusive and To exclusive, and that both bound.
func window(ctx context.Context, s *suite) error {
	p, err := s.service.Product(ctx, s.known.Products[len(s.known.Products)/2])
	if err != nil {
		return err
	}
	if p.Updated.IsZero() {
		return skip("the platform does not tell when products change")
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

// movingRows changes the product that was seen last before each next page: all
// that do not change must be seen.
func movingRows(ctx context.Context, s *suite) error {
	if s.known.Touch == nil {
		return skip("Known.Touch is not given")
	}
	if len(s.known.Products) < 3 {
		return skip("three products are needed")
	}
	seen, touched := map[string]bool{}, map[string]bool{}
	for page, err := range mall.Pages(ctx, func(ctx context.Context, cursor string) (mall.Page[sku.Product], error) {
		return s.service.ListPage(ctx, sku.Query{PageSize: 1}, cursor)
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
