package sku

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/mallwire/mall"
)

// Driver is what a platform must supply. Applications use [Service].
//
// Optional powers are one-method interfaces beside it. All methods must be safe
// for concurrent use, and what they return belongs to the caller.
type Driver interface {
	Platform() mall.Platform
	Limits() Limits
	// ListPage answers one question, PageSize of q being set and within the
	// limits. The cursor is empty at first and then the Next of the reply before.
	// A product that matches all the while must come on some page, also when
	// others change between two pages, so numbered pages must be read from the
	// last to the first. A product may come twice.
	ListPage(ctx context.Context, q Query, cursor string) (mall.Page[Product], error)
	// Product reads one product with its SKUs. An unknown id is mall.ErrNotFound.
	Product(ctx context.Context, id string) (Product, error)
	// OfProduct reads the SKUs of one product with their stock.
	OfProduct(ctx context.Context, productID string) ([]SKU, error)
}

// Getter is a [Driver] that can read a SKU by its own id.
type Getter interface {
	Get(ctx context.Context, id string) (SKU, error)
}

// StockReader is a [Driver] that can read the stock of one SKU.
type StockReader interface {
	Stock(ctx context.Context, skuID string) (Stock, error)
}

// StockWriter is a [Driver] that can change stock. It answers with one error
// for each write, in order, nil for what was carried out. No SKU and warehouse
// comes twice in one call. A write whose answer is lost is
// mall.ErrUnknownOutcome and is not repeated by the driver. Where its Limits
// say AddOnly, it is given no Sets, and Adds whose ID it has no use for.
type StockWriter interface {
	WriteStock(ctx context.Context, writes []StockWrite) []error
}

// PriceWriter is a [Driver] that can change prices, answered as by a
// [StockWriter].
type PriceWriter interface {
	WritePrice(ctx context.Context, writes []PriceWrite) []error
}

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

// Options adjust a [Service]. There are none yet.
type Options struct{}

// NewService returns the service of a shop over its driver.
func NewService(d Driver, shopID string, _ Options) *Service {
	return &Service{driver: d, shopID: shopID}
}

// Limits returns what the platform imposes.
func (s *Service) Limits() Limits { return s.driver.Limits() }

// Product reads one product with its SKUs. A deleted or foreign product is
// mall.ErrNotFound or mall.ErrPermission, unless the platform still shows it:
// then it is [StatusDeleted].
func (s *Service) Product(ctx context.Context, id string) (Product, error) {
	if id = strings.TrimSpace(id); id == "" {
		return Product{}, s.refuse("get product", invalid("the product id is empty"))
	}
	p, err := s.driver.Product(ctx, id)
	if err != nil {
		return Product{}, err
	}
	s.complete(&p)
	return p, nil
}

// OfProduct reads the SKUs of one product with their stock. A foreign product
// is mall.ErrNotFound or mall.ErrPermission.
func (s *Service) OfProduct(ctx context.Context, productID string) ([]SKU, error) {
	if productID = strings.TrimSpace(productID); productID == "" {
		return nil, s.refuse("list SKUs", invalid("the product id is empty"))
	}
	all, err := s.driver.OfProduct(ctx, productID)
	if err != nil {
		return nil, err
	}
	for i := range all {
		s.completeSKU(&all[i])
	}
	return all, nil
}

// Get reads one SKU by its id.
func (s *Service) Get(ctx context.Context, id string) (SKU, error) {
	d, ok := s.driver.(Getter)
	if !ok {
		return SKU{}, s.refuse("get SKU", mall.ErrNotSupported)
	}
	if id = strings.TrimSpace(id); id == "" {
		return SKU{}, s.refuse("get SKU", invalid("the SKU id is empty"))
	}
	k, err := d.Get(ctx, id)
	if err != nil {
		return SKU{}, err
	}
	s.completeSKU(&k)
	return k, nil
}

// CanGet reports whether Get can work at all.
func (s *Service) CanGet() bool { _, ok := s.driver.(Getter); return ok }

// Stock reads the stock of one SKU.
func (s *Service) Stock(ctx context.Context, skuID string) (Stock, error) {
	d, ok := s.driver.(StockReader)
	if !ok {
		return Stock{}, s.refuse("get stock", mall.ErrNotSupported)
	}
	if skuID = strings.TrimSpace(skuID); skuID == "" {
		return Stock{}, s.refuse("get stock", invalid("the SKU id is empty"))
	}
	stock, err := d.Stock(ctx, skuID)
	if err != nil {
		return Stock{}, err
	}
	if stock.SKUID == "" {
		stock.SKUID = skuID
	}
	return stock, nil
}

// CanReadStock reports whether Stock can work at all.
func (s *Service) CanReadStock() bool { _, ok := s.driver.(StockReader); return ok }

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

// refuse names the platform in a failure that happened before anything was sent.
func (s *Service) refuse(what string, err error) error {
	return fmt.Errorf("%s: %s: %w", s.driver.Platform(), what, err)
}

// invalid is a refusal before anything was sent.
func invalid(format string, args ...any) *mall.Error {
	return &mall.Error{Kind: mall.ErrInvalid, Message: fmt.Sprintf(format, args...)}
}
