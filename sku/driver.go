package sku

import (
	"context"

	"github.com/mallwire/mall"
)

// Driver is what every driver implements; the other interfaces of this file are
// optional. Applications use [Service].
//
// All methods must be safe for concurrent use. Results belong to the caller.
type Driver interface {
	Platform() mall.Platform
	Limits() Limits
	// Page returns one page. PageSize of q is set and within the limits. The
	// cursor is empty for the first page and then the Next of the previous one.
	// A product that matches q throughout must be on some page, even when
	// others change between two pages, so numbered pages must be read from the
	// last to the first. A product may come twice.
	Page(ctx context.Context, q Query, cursor string) (mall.Page[Product], error)
	// GetProduct reads one product with its SKUs. An unknown id is mall.ErrNotFound.
	GetProduct(ctx context.Context, id string) (Product, error)
	// GetSKUs reads the SKUs of one product with their stock.
	GetSKUs(ctx context.Context, productID string) ([]SKU, error)
}

// Limits are the platform's limits, as its driver states them.
type Limits struct {
	mall.ListLimits // of the product list: MaxPageSize (positive) and MinPageSize
	// AddOnly says that the platform can add to the count of a SKU but not set
	// it, and takes no idempotency ids. See [Service.WriteStock] for what
	// becomes there of a Set, and of an Add whose answer is lost.
	AddOnly bool
	// ByProduct says that the platform reaches a SKU only through its product,
	// so every write must name the product.
	ByProduct bool
}

// Can reports whether the driver implements P, one of the optional interfaces:
// Can[StockWriter](shop.SKUs). Without it the methods of [Service] that need it
// fail with mall.ErrNotSupported. For a nil service Can is false.
func Can[P any](s *Service) bool {
	if s == nil {
		return false
	}
	_, ok := s.driver.(P)
	return ok
}

// Reader is a [Driver] that can read a SKU and its stock by the SKU's id.
type Reader interface {
	Get(ctx context.Context, id string) (SKU, error)
	GetStock(ctx context.Context, id string) (Stock, error)
}

// StockWriter is a [Driver] that can change stock. WriteStock returns one error
// per write, in order; nil means carried out. No pair of SKU and warehouse
// comes twice in one call. A write whose answer is lost is
// mall.ErrUnknownOutcome, and the driver does not repeat it. With
// Limits.AddOnly the driver gets only Adds, whose ID it does not need.
type StockWriter interface {
	WriteStock(ctx context.Context, writes []StockWrite) []error
}

// PriceWriter is a [Driver] that can change prices. WritePrice returns errors
// like [StockWriter].
type PriceWriter interface {
	WritePrice(ctx context.Context, writes []PriceWrite) []error
}
