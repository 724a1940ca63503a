package skutest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/suite"
	"github.com/mallwire/mall/sku"
)

// limits checks the platform and the limits that the driver states.
func limits(_ context.Context, s *subject) error {
	var errs []error
	if s.driver.Platform() == "" {
		errs = append(errs, errors.New("method Platform returns nothing"))
	}
	l := s.driver.Limits()
	if l.MaxPageSize <= 0 || l.MinPageSize < 0 || l.MinPageSize > l.MaxPageSize ||
		!reflect.DeepEqual(l, s.driver.Limits()) {
		errs = append(errs, fmt.Errorf("method Limits: page sizes are not positive or differ from call to call: %+v", l))
	}
	_, reads := s.driver.(sku.Reader)
	if l.AddOnly && !l.ByProduct && !reads {
		errs = append(errs, errors.New(
			"method Limits: counts can only be added to, and there is no way to read one that names no product"))
	}
	return errors.Join(errs...)
}

// product checks that the known products are read completely and that results
// belong to the caller.
func product(ctx context.Context, s *subject) error {
	var errs []error
	for _, id := range s.known.Products {
		p, err := s.service.GetProduct(ctx, id)
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
		again, err := s.service.GetProduct(ctx, id)
		if err != nil {
			errs = append(errs, err)
		}
		if got, _ := json.Marshal(again); string(got) != string(want) {
			errs = append(errs, fmt.Errorf(
				"product %s reads differently after the caller wrote to what was returned before", id))
		}
	}
	return errors.Join(errs...)
}

// whole checks that a product has every required field.
func (s *subject) whole(p sku.Product, id string) error {
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

// wholeSKU checks that a SKU has every required field.
func (s *subject) wholeSKU(k sku.SKU, product string) error {
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

// unknown checks the errors for products and SKUs that do not exist.
func unknown(ctx context.Context, s *subject) error {
	var errs []error
	p, err := s.service.GetProduct(ctx, s.known.Unknown)
	if !errors.Is(err, mall.ErrNotFound) || !reflect.ValueOf(p).IsZero() {
		errs = append(errs, fmt.Errorf("unknown product: got %v, want mall.ErrNotFound and no product", err))
	}
	_, err = s.service.GetSKUs(ctx, s.known.Unknown)
	if !errors.Is(err, mall.ErrNotFound) && !errors.Is(err, mall.ErrPermission) {
		errs = append(errs, fmt.Errorf("SKUs of an unknown product: got %v, want mall.ErrNotFound or mall.ErrPermission",
			err))
	}
	if sku.Can[sku.Reader](s.service) {
		if _, err = s.service.Get(ctx, s.known.Unknown); !errors.Is(err, mall.ErrNotFound) {
			errs = append(errs, fmt.Errorf("unknown SKU: got %v, want mall.ErrNotFound", err))
		}
	}
	if sku.Can[sku.Reader](s.service) {
		if _, err = s.service.GetStock(ctx, s.known.Unknown); !errors.Is(err, mall.ErrNotFound) {
			errs = append(errs, fmt.Errorf("stock of an unknown SKU: got %v, want mall.ErrNotFound", err))
		}
	}
	return errors.Join(errs...)
}

// skus checks that a product's SKUs are the same in GetProduct and in GetSKUs.
func skus(ctx context.Context, s *subject) error {
	var errs []error
	for _, id := range s.known.Products {
		p, err := s.service.GetProduct(ctx, id)
		if err != nil {
			return err
		}
		all, err := s.service.GetSKUs(ctx, id)
		if err != nil {
			return err
		}
		within := map[string]sku.SKU{}
		for _, k := range p.SKUs {
			within[k.ID] = k
		}
		if len(all) != len(within) {
			errs = append(errs, fmt.Errorf("product %s has %d SKUs, and %d by GetSKUs", id, len(within), len(all)))
		}
		for _, k := range all {
			errs = append(errs, s.wholeSKU(k, id), agree("the product", within[k.ID], k))
		}
	}
	return errors.Join(errs...)
}

// get checks that a SKU read by its own id is the same as in GetSKUs.
func get(ctx context.Context, s *subject) error {
	if !sku.Can[sku.Reader](s.service) {
		return suite.Skip("the driver cannot read a SKU by its id")
	}
	var errs []error
	for _, id := range s.known.Products {
		all, err := s.service.GetSKUs(ctx, id)
		if err != nil {
			return err
		}
		for _, k := range all {
			one, err := s.service.Get(ctx, k.ID)
			errs = append(errs, err, agree("Get", one, k))
		}
	}
	return errors.Join(errs...)
}

// agree compares a SKU that was read in two ways.
func agree(who string, got, want sku.SKU) error {
	if got.ID != want.ID || got.ProductID != want.ProductID || got.Code != want.Code || got.Price != want.Price ||
		got.Stock.Quantity != want.Stock.Quantity || len(got.Specs) != len(want.Specs) {
		return fmt.Errorf("SKU %s: by %s %+v, by GetSKUs %+v", want.ID, who, brief(got), brief(want))
	}
	return nil
}

func brief(k sku.SKU) string {
	return fmt.Sprintf("%s %q %s %d pieces %d specs", k.ID, k.Code, k.Price, k.Stock.Quantity, len(k.Specs))
}

// stock checks that GetStock returns the stock that the SKU has.
func stock(ctx context.Context, s *subject) error {
	if !sku.Can[sku.Reader](s.service) {
		return suite.Skip("the driver cannot read stock")
	}
	var errs []error
	for _, id := range s.known.Products {
		all, err := s.service.GetSKUs(ctx, id)
		if err != nil {
			return err
		}
		for _, k := range all {
			got, err := s.service.GetStock(ctx, k.ID)
			errs = append(errs, err)
			if got.SKUID != k.ID || got.Quantity != k.Stock.Quantity || len(got.Warehouses) != len(k.Stock.Warehouses) {
				errs = append(errs, fmt.Errorf("SKU %s: stock %+v alone, %+v with the SKU", k.ID, got, k.Stock))
			}
		}
	}
	return errors.Join(errs...)
}
