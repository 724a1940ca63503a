// Package dropshiptest checks a pair of drivers of package dropship, a
// merchant's and that of a factory bound to it, against what [dropship.Driver]
// and the powers beside it promise. Every driver of this module passes it; one
// written elsewhere can be held to the same:
//
//	func TestConformance(t *testing.T) {
//		dropshiptest.Run(t, merchant, factory, dropshiptest.Known{Supplier: "20000001", Lines: ids, From: yesterday, …})
//	}
//
// The drivers must be live: over the platform's test environment, the sandbox of
// this module or a fake of your own. It really assigns, ships and takes back.
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
	"github.com/mallwire/mall/logistics"
)

// Known says what the platform under test holds. Supplier, Lines, From and
// Settle are required.
type Known struct {
	// Supplier is the factory, bound to the merchant; see [dropship.Relation].Partner.
	Supplier string
	// Lines are four assignments that nobody has and that may be assigned, no two
	// with the same goods in the same quantity for the same time.
	Lines []dropship.MerchantID
	// From lies before the orders of Lines were placed.
	From time.Time
	// Unknown is an id of the right form that no assignment has; empty:
	// "1000000000000000001".
	Unknown string
	// Stranger is a factory that is not bound, and Accept has it agree to an
	// application. Both are needed with a [dropship.Binder].
	Stranger string
	Accept   func(context.Context) error
	// Take is what waybills are taken with: carrier, sender, account and whatever
	// else the platform needs, without Requests.
	Take logistics.Take
	// Settle waits, or moves the clock, until lists show what was just done.
	Settle func()
	// Clock is that of the platform; nil: the machine's.
	Clock mall.Clock

	// Lacks names the subtests that cannot be tried: the drivers have no such
	// power. One that is skipped without being named fails, and so does one that is
	// named and can be tried: what a driver can do does not change unseen.
	Lacks []string
}

// Run checks the pair, one subtest for each promise. Each builds on what those
// before left behind: once one fails, later ones may fail for that alone.
func Run(t *testing.T, merchant, factory dropship.Driver, known Known) {
	t.Helper()
	s, err := newSubject(merchant, factory, known)
	if err != nil {
		t.Fatal(err)
	}
	suite.Run(t, checks, s, known.Lacks)
}

// checks are the promises, in the order of an assignment's life.
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
	taken     []logistics.Waybill // for Lines
}

func newSubject(merchant, factory dropship.Driver, known Known) (*subject, error) {
	if known.Supplier == "" || len(known.Lines) != 4 || known.From.IsZero() || known.Settle == nil {
		return nil, errors.New("dropshiptest: Known needs Supplier, four Lines, From and Settle")
	}
	if known.Unknown == "" {
		known.Unknown = "1000000000000000001"
	}
	s := &subject{
		known: known, given: map[dropship.MerchantID]dropship.Assignment{},
		merchant: dropship.NewService(merchant, "merchant", dropship.Options{Clock: known.Clock}),
		factory:  dropship.NewService(factory, "factory", dropship.Options{Clock: known.Clock}),
	}
	if dropship.Can[dropship.Binder](s.merchant) && (known.Stranger == "" || known.Accept == nil) {
		return nil, errors.New("dropshiptest: Known needs Stranger and Accept")
	}
	return s, nil
}

// roles checks that each side knows which it is.
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

// otherSide checks that the calls of the other side are refused.
func otherSide(ctx context.Context, s *subject) error {
	_, err := s.factory.Assign(ctx, dropship.Choice{ID: s.known.Lines[0], Supplier: s.known.Supplier})
	_, err2 := s.merchant.ReturnWaybills(ctx, dropship.Return{
		ID:      dropship.FactoryID{Shop: "1", ID: "1"},
		Parcels: []logistics.Parcel{{CarrierCode: "x", TrackingNo: "x", Items: []logistics.Item{{Quantity: 1}}}},
	})
	return errors.Join(reason(err, dropship.ReasonWrongRole), reason(err2, dropship.ReasonWrongRole))
}
