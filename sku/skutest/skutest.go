// Package skutest checks a driver of package sku against what [sku.Driver] and
// the powers beside it promise. Every driver of this module passes it; one
// written elsewhere can be held to the same:
//
//	func TestConformance(t *testing.T) {
//		skutest.Run(t, driver, skutest.Known{Products: []string{"1001", "1002"}, Writable: "2001"})
//	}
//
// The driver must be live: over the platform's test environment, the sandbox
// of this module or a fake of your own. Run with -race.
package skutest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/mallwire/mall/internal/suite"
	"github.com/mallwire/mall/sku"
)

// Known says what the platform under test holds. Nothing of it may change
// while the suite runs, except by the suite.
type Known struct {
	// Products are ids of products that are listed; at least one. With three or
	// more, in two statuses or more, paging and filters are tried in earnest.
	Products []string
	// ShopID is the shop that the products say they belong to; empty: any.
	ShopID string
	// Unknown is an id of the right form that neither a product nor a SKU has;
	// empty: "1000000000000000001".
	Unknown string
	// Writable is a SKU of the first product whose stock and price may be changed.
	// Both are put back at the end. Empty: writes are not tried.
	Writable string
	// Touch changes a product, so that it moves to the front or the end of lists by
	// update time; nil: moving rows are not tried. They are tried in earnest when
	// there are more products than fit into two pages of the least size.
	Touch func(ctx context.Context, productID string) error
	// NewID returns an id for a stock write that was never used; nil: numbers
	// that are good for a platform that forgets between two runs.
	NewID func() string

	// Lacks names the subtests that cannot be tried: the driver has no such power,
	// or Known gives no material for it. One that is skipped without being named
	// fails, and so does one that is named and can be tried: what a driver can do
	// does not change unseen.
	Lacks []string
}

// Run checks d, one subtest for each promise.
func Run(t *testing.T, d sku.Driver, known Known) {
	t.Helper()
	s, err := newSubject(d, known)
	if err != nil {
		t.Fatal(err)
	}
	suite.Run(t, checks, s, known.Lacks)
}

// checks are the promises. Those that write come last.
var checks = []suite.Check[*subject]{
	{Name: "Limits", Run: limits},
	{Name: "Product", Run: product},
	{Name: "Unknown", Run: unknown},
	{Name: "List", Run: list},
	{Name: "PageSizes", Run: pageSizes},
	{Name: "Status", Run: status},
	{Name: "Window", Run: window},
	{Name: "SKUs", Run: skus},
	{Name: "Get", Run: get},
	{Name: "GetStock", Run: stock},
	{Name: "SetStock", Run: setStock},
	{Name: "AddStock", Run: addStock},
	{Name: "LostAnswers", Run: lostAnswers},
	{Name: "Results", Run: results},
	{Name: "Price", Run: price},
	{Name: "MovingRows", Run: movingRows},
}

// subject is what one run is about.
type subject struct {
	driver  sku.Driver
	service *sku.Service
	known   Known
	ids     int
}

func newSubject(d sku.Driver, known Known) (*subject, error) {
	if len(known.Products) == 0 {
		return nil, errors.New("skutest: Known needs Products")
	}
	if known.Unknown == "" {
		known.Unknown = "1000000000000000001"
	}
	s := &subject{driver: d, known: known, service: sku.NewService(d, known.ShopID)}
	if known.NewID == nil {
		s.known.NewID = func() string { s.ids++; return fmt.Sprintf("skutest-%d", s.ids) }
	}
	return s, nil
}
