// Package dropshiptest checks a pair of drivers of package dropship, a
// merchant's and that of a factory bound to it, against what the package
// promises:
//
//	func TestConformance(t *testing.T) {
//		dropshiptest.Run(t, dropshiptest.Known{Merchant: …, Factory: …, Supplier: "20000001", Lines: ids, …})
//	}
//
// It assigns, ships and takes back, so the drivers must be over a test
// environment, the sandbox of this module or a fake of your own.
package dropshiptest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/internal/suite"
)

// Known says what the platform under test holds.
type Known struct {
	Merchant dropship.Driver
	Factory  dropship.Driver
	Supplier string // the factory, bound to the merchant; see [dropship.Relation].Partner
	// Lines are four assignments that nobody has and that may be assigned, no two
	// with the same goods in the same quantity for the same time.
	Lines []dropship.MerchantID
	// Lacks names the subtests that cannot be tried: the drivers have no such
	// power. One that is skipped without being named fails, and so does one that is
	// named and can be tried: what a driver can do does not change unseen.
	Lacks []string
	// Stranger is a factory that is not bound, and Accept has it agree to an
	// application. Both are needed with a [dropship.Binder].
	Stranger string
	Accept   func() error
	// From lies before the trades of Lines were made.
	From    time.Time
	Carrier string
	Sender  dropship.Sender
	Account dropship.Account // with that carrier
	// Template is the URL of the label's form, where one is needed.
	Template string
	Clock    mall.Clock // of the platform; nil: the machine's
	// Settle waits, or moves the clock, until lists show what was just done.
	Settle func()
}

// Run checks the pair, one subtest for each promise, in an order in which each
// builds on what those before left behind.
func Run(t *testing.T, k Known) {
	t.Helper()
	s, err := newSubject(k)
	if err != nil {
		t.Fatal(err)
	}
	suite.Run(t, checks, s, k.Lacks)
}

// Check is [Run] without a test: it returns the first promise that is broken.
func Check(ctx context.Context, k Known) error {
	s, err := newSubject(k)
	if err != nil {
		return err
	}
	for name, err := range suite.Failures(ctx, checks, s, k.Lacks) {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

var checks = []suite.Check[*subject]{
	{Name: "Roles", Run: roles},
	{Name: "OtherSideIsRefused", Run: otherSide},
	{Name: "Suppliers", Run: suppliers},
	{Name: "Merchants", Run: merchants},
	{Name: "Bind", Run: bind},
	{Name: "MerchantGet", Run: merchantGet},
	{Name: "MerchantList", Run: merchantList},
	{Name: "Append", Run: appends},
	{Name: "Assign", Run: assign},
	{Name: "FactoryList", Run: factoryList},
	{Name: "FactoryGet", Run: factoryGet},
	{Name: "Waybills", Run: waybills},
	{Name: "Return", Run: returns},
	{Name: "Pieces", Run: pieces},
	{Name: "Update", Run: update},
	{Name: "CancelWaybill", Run: cancelWaybill},
	{Name: "Cancel", Run: cancel},
}

// subject is what one run is about.
type subject struct {
	known     Known
	merchant  *dropship.Service
	factory   *dropship.Service
	given     map[dropship.MerchantID]dropship.Assignment // as the merchant saw them at first
	factoryID []dropship.FactoryID                        // of Lines, by what the factory was shown
	quantity  []int64
	numbers   []string // taken for Lines
}

func newSubject(k Known) (*subject, error) {
	if k.Merchant == nil || k.Factory == nil || k.Supplier == "" || len(k.Lines) != 4 || k.From.IsZero() || k.Settle == nil {
		return nil, errors.New("dropshiptest: Known needs both drivers, Supplier, four Lines, From and Settle")
	}
	s := &subject{
		known: k, given: map[dropship.MerchantID]dropship.Assignment{},
		merchant: dropship.NewService(k.Merchant, "merchant", dropship.Options{Clock: k.Clock}),
		factory:  dropship.NewService(k.Factory, "factory", dropship.Options{Clock: k.Clock}),
	}
	if s.merchant.CanApply() && (k.Stranger == "" || k.Accept == nil) {
		return nil, errors.New("dropshiptest: Known needs Stranger and Accept")
	}
	return s, nil
}

func roles(ctx context.Context, s *subject) error {
	m, err := s.merchant.Role(ctx)
	f, err2 := s.factory.Role(ctx)
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	if m != dropship.RoleMerchant || f != dropship.RoleFactory {
		return fmt.Errorf("the roles are %q and %q", m, f)
	}
	return nil
}

// reason insists on a refusal with a reason.
func reason(err error, want dropship.Reason) error {
	r, ok := errors.AsType[*dropship.Refusal](err)
	if !ok || r.Reason != want {
		return fmt.Errorf("want a refusal with reason %q, got: %v", want, err)
	}
	return nil
}

func otherSide(ctx context.Context, s *subject) error {
	_, err := s.factory.Assign(ctx, dropship.Choice{ID: s.known.Lines[0], Supplier: s.known.Supplier})
	_, err2 := s.merchant.ReturnWaybills(ctx, dropship.Return{
		ID: dropship.FactoryID{Shop: "1", ID: "1"}, Parcels: []dropship.Shipment{{Carrier: "x", TrackingNo: "x", Pieces: 1}},
	})
	return errors.Join(reason(err, dropship.ReasonWrongRole), reason(err2, dropship.ReasonWrongRole))
}
