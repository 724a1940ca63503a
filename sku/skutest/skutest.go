// Package skutest checks a driver of package sku against what [sku.Driver] and
// the optional interfaces promise. Every driver of this module passes it, and
// any other driver can be tested the same way:
//
//	func TestConformance(t *testing.T) {
//		skutest.Run(t, driver, skutest.Known{Products: []string{"1001", "1002"}, Writable: "2001"})
//	}
//
// The driver must talk to something: the platform's test environment, the
// sandbox of this module or your own fake. Run the tests with -race.
package skutest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/mallwire/mall/internal/suite"
	"github.com/mallwire/mall/sku"
)

// Known describes the data of the platform under test. Only the suite may
// change it during a run.
type Known struct {
	// Products are ids of listed products; at least one. Paging and filters are
	// tested thoroughly only with three or more products in at least two
	// statuses.
	Products []string
	// ShopID is the shop id that the products must have; empty accepts any.
	ShopID string
	// Unknown is a well-formed id that neither a product nor a SKU has; empty
	// means "1000000000000000001".
	Unknown string
	// Writable is a SKU of the first product whose stock and price may be
	// changed. Both are restored at the end. Empty: writes are not tested.
	Writable string
	// Touch changes a product, so that it moves to the front or the end of
	// lists by update time; nil: moving products are not tested. The test is
	// thorough only with more products than fit into two pages of the smallest
	// size.
	Touch func(ctx context.Context, productID string) error
	// NewID returns an id for a stock write that was never used before; nil:
	// numbers, which suit a platform that forgets them between two runs.
	NewID func() string

	// Lacks names the subtests that cannot run, because the driver lacks the
	// interface or Known lacks the data. A subtest that skips without being
	// named fails, and so does a named one that could run: a change in what the
	// driver can do does not go unnoticed.
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

// checks are the subtests, one per promise. Those that write come last.
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

// subject is the driver under test and what is known about it.
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
