package sku

import (
	"context"
	"strings"
	"sync/atomic"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Service lists the products of one shop and reads and writes their SKUs. It is
// safe for concurrent use. Get one from a shop of package client, or from
// [NewService] over a driver of your own.
type Service struct {
	driver Driver
	shopID string

	ordered atomic.Pointer[ordered] // nil until writes have to take turns
}

// ordered lets writes go one after the other that must not cross.
type ordered struct {
	turn  chan struct{}   // held while they are under way; whoever holds it may use the rest
	sent  map[place]int64 // the newest version of a Set that was sent
	moves moves           // Adds that were sent to a platform that knows no ids
}

// inOrder returns the state of writes that take turns. Most shops never need it.
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

// Limits returns what the platform imposes.
func (s *Service) Limits() Limits { return s.driver.Limits() }

// GetProduct reads one product with its SKUs. A deleted or foreign product is
// mall.ErrNotFound or mall.ErrPermission, unless the platform still shows it:
// then it is [StatusDeleted].
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

// GetSKUs reads the SKUs of one product with their stock. A foreign product is
// mall.ErrNotFound or mall.ErrPermission.
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

// Get reads one SKU by its id. mall.ErrNotSupported: the platform reaches a SKU
// through its product only, see [Service.GetSKUs] and [Reader].
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

// GetStock reads the stock of one SKU. mall.ErrNotSupported as with
// [Service.Get].
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

// complete fills in what follows from whose service it is.
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

// fail makes err the failure of a call. Nil stays nil.
func (s *Service) fail(op string, err error) error {
	return settle.Failure(s.driver.Platform(), op, err)
}
