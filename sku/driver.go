package sku

import (
	"context"

	"github.com/mallwire/mall"
)

// Driver is what a platform must supply, and [Reader] and the other interfaces
// of this file are what it may supply besides. Applications use [Service].
//
// All methods must be safe for concurrent use. What they return belongs to the
// caller.
type Driver interface {
	Platform() mall.Platform
	Limits() Limits
	// Page answers one question, PageSize of q being set and within the limits.
	// The cursor is empty at first and then the Next of the reply before. A
	// product that matches all the while must come on some page, also when others
	// change between two pages, so numbered pages must be read from the last to the
	// first. A product may come twice.
	Page(ctx context.Context, q Query, cursor string) (mall.Page[Product], error)
	// GetProduct reads one product with its SKUs. An unknown id is mall.ErrNotFound.
	GetProduct(ctx context.Context, id string) (Product, error)
	// GetSKUs reads the SKUs of one product with their stock.
	GetSKUs(ctx context.Context, productID string) ([]SKU, error)
}

// Limits is what a platform imposes, stated by its driver.
type Limits struct {
	mall.ListLimits // of the product list: MaxPageSize, which is positive, and MinPageSize
	// AddOnly says that the platform can change the count of a SKU but not set it,
	// and that it knows no ids of changes. [Service.WriteStock] tells what becomes
	// of a Set there, and what of an Add whose answer is lost.
	AddOnly bool
	// ByProduct says that the platform reaches a SKU through its product only, so
	// that every write must name the product.
	ByProduct bool
}

// Can reports whether the platform has the calls of a power, which is one of the
// interfaces of drivers: Can[StockWriter](shop.SKUs). Without them [Service]
// fails with mall.ErrNotSupported. A nil service can do nothing.
func Can[P any](s *Service) bool {
	if s == nil {
		return false
	}
	_, ok := s.driver.(P)
	return ok
}

// Reader is a [Driver] that can read a SKU, and the stock of one, by the SKU's
// own id.
type Reader interface {
	Get(ctx context.Context, id string) (SKU, error)
	GetStock(ctx context.Context, id string) (Stock, error)
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
