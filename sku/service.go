package sku

import (
	"context"
	"strings"
	"sync/atomic"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Service reads the products of one shop and writes stock and prices of their
// SKUs. It is safe for concurrent use. Get one from a shop of package client,
// or make one with [NewService] over your own driver.
type Service struct {
	driver Driver
	shopID string

	ordered atomic.Pointer[ordered] // nil until a write needs a turn
}

// ordered holds what writes share that must not overtake each other.
type ordered struct {
	turn  chan struct{}   // held during such a write; its holder may use the other fields
	sent  map[place]int64 // the newest version of a Set sent for each count
	moves moves           // Adds sent to a platform without idempotency ids
}

// inOrder returns the state of writes that take turns. It is made at first use,
// because most shops never need it.
func (s *Service) inOrder() *ordered {
	if o := s.ordered.Load(); o != nil {
		return o
	}
	s.ordered.CompareAndSwap(nil, &ordered{turn: make(chan struct{}, 1), sent: map[place]int64{}})
	return s.ordered.Load()
}

// NewService returns the service of a shop over its driver.
func NewService(d Driver, shopID string) *Service {
	return &Service{driver: d, shopID: shopID}
}

// Limits returns the platform's limits.
func (s *Service) Limits() Limits { return s.driver.Limits() }

// GetProduct reads one product with its SKUs. A product that was deleted is
// mall.ErrNotFound, or [StatusDeleted] where the platform still shows it. A
// product of another shop is mall.ErrNotFound or mall.ErrPermission.
func (s *Service) GetProduct(ctx context.Context, id string) (Product, error) {
	const op = "get product"
	if id = strings.TrimSpace(id); id == "" {
		return Product{}, s.fail(op, settle.Invalid("the product id is empty"))
	}
	p, err := s.driver.GetProduct(ctx, id)
	if err != nil {
		return Product{}, s.fail(op, err)
	}
	s.complete(&p)
	return p, nil
}

// GetSKUs reads the SKUs of one product with their stock. A product of another
// shop is mall.ErrNotFound or mall.ErrPermission.
func (s *Service) GetSKUs(ctx context.Context, productID string) ([]SKU, error) {
	const op = "get SKUs"
	if productID = strings.TrimSpace(productID); productID == "" {
		return nil, s.fail(op, settle.Invalid("the product id is empty"))
	}
	all, err := s.driver.GetSKUs(ctx, productID)
	if err != nil {
		return nil, s.fail(op, err)
	}
	for i := range all {
		s.completeSKU(&all[i])
	}
	return all, nil
}

// Get reads one SKU by its id. It fails with mall.ErrNotSupported where the
// platform reaches a SKU only through its product: then use [Service.GetSKUs].
// See [Reader].
func (s *Service) Get(ctx context.Context, id string) (SKU, error) {
	const op = "get SKU"
	d, ok := s.driver.(Reader)
	if !ok {
		return SKU{}, s.fail(op, mall.ErrNotSupported)
	}
	if id = strings.TrimSpace(id); id == "" {
		return SKU{}, s.fail(op, settle.Invalid("the SKU id is empty"))
	}
	k, err := d.Get(ctx, id)
	if err != nil {
		return SKU{}, s.fail(op, err)
	}
	s.completeSKU(&k)
	return k, nil
}

// GetStock reads the stock of one SKU. It fails with mall.ErrNotSupported in
// the same cases as [Service.Get].
func (s *Service) GetStock(ctx context.Context, skuID string) (Stock, error) {
	const op = "get stock"
	d, ok := s.driver.(Reader)
	if !ok {
		return Stock{}, s.fail(op, mall.ErrNotSupported)
	}
	if skuID = strings.TrimSpace(skuID); skuID == "" {
		return Stock{}, s.fail(op, settle.Invalid("the SKU id is empty"))
	}
	stock, err := d.GetStock(ctx, skuID)
	if err != nil {
		return Stock{}, s.fail(op, err)
	}
	if stock.SKUID == "" {
		stock.SKUID = skuID
	}
	return stock, nil
}

// complete sets platform and shop where the driver left them empty.
func (s *Service) complete(p *Product) {
	if p.Platform == "" {
		p.Platform = s.driver.Platform()
	}
	if p.ShopID == "" {
		p.ShopID = s.shopID
	}
	for i := range p.SKUs {
		s.completeSKU(&p.SKUs[i])
	}
}

func (s *Service) completeSKU(k *SKU) {
	if k.Platform == "" {
		k.Platform = s.driver.Platform()
	}
	if k.ShopID == "" {
		k.ShopID = s.shopID
	}
	if k.Stock.SKUID == "" {
		k.Stock.SKUID = k.ID
	}
}

// fail returns err as the error of an exported call; nil stays nil.
func (s *Service) fail(op string, err error) error {
	return settle.Failure(s.driver.Platform(), op, err)
}
