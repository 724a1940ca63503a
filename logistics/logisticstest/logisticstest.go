// Package logisticstest checks a driver of package logistics against what
// [logistics.Driver] and the powers beside it promise, above all that no parcel
// is reported twice when answers are lost. Every driver of this module passes
// it; one written elsewhere can be held to the same:
//
//	func TestConformance(t *testing.T) {
//		logisticstest.Run(t, driver, logisticstest.Known{
//			Order:       newOrder,
//			TrackingNo:  func() string { … },
//			CarrierCode: "shunfeng",
//			Lose:        map[string]logisticstest.Loss{"cut": cutTheNextAnswer},
//		})
//	}
//
// The driver must be live: over the platform's test environment, the sandbox
// of this module or a fake of your own. It really ships the orders it is given.
package logisticstest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/suite"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// Known says what the platform under test holds. Order, TrackingNo and
// CarrierCode are required.
type Known struct {
	// Order hands out an order that is to be shipped and that nobody used before,
	// with at least so many lines, of two pieces or more.
	Order func(ctx context.Context, lines int) (id string, err error)
	// Unknown is an id of the right form that no order has; empty:
	// "1000000000000000001".
	Unknown string
	// TrackingNo hands out a number that the carrier could have given.
	TrackingNo func() string
	// CarrierCode is a carrier in the table for reporting parcels.
	CarrierCode string
	// Lose are ways to lose the answer of the next write; some after it was
	// carried out, some before. Empty: not tried.
	Lose map[string]Loss
	// WaybillCarrier and Sender are what waybills are taken with. An empty carrier:
	// waybills are not tried.
	WaybillCarrier string
	Sender         logistics.Sender
	// SubCarrier is a carrier in the table of waybills that can add pieces to one.
	// Empty: not tried.
	SubCarrier string
	// MoveBuyer changes the address of an order. Nil: not tried.
	MoveBuyer func(ctx context.Context, orderID string) error

	// Lacks names the subtests that cannot be tried: the driver has no such power,
	// or Known gives no material for it. One that is skipped without being named
	// fails, and so does one that is named and can be tried: what a driver can do
	// does not change unseen.
	Lacks []string
}

// Loss makes the answer of the next write get lost. It must wear off by itself
// after a few tries; stop ends what is left of it.
type Loss func(context.Context) (stop func(), err error)

// Run checks d, one subtest for each promise.
func Run(t *testing.T, d logistics.Driver, known Known) {
	t.Helper()
	s, err := newSubject(d, known)
	if err != nil {
		t.Fatal(err)
	}
	suite.Run(t, checks, s, known.Lacks)
}

// service spells the powers shorter.
type service = logistics.Service

// checks are the promises.
var checks = []suite.Check[*subject]{
	{Name: "Carriers", Run: with(carriers, logistics.Can[logistics.Shipper])},
	{Name: "Addresses", Run: with(addresses, logistics.Can[logistics.AddressLister])},
	{Name: "NetSites", Run: with(netSites, logistics.Can[logistics.Waybiller])},
	{Name: "Templates", Run: with(templates, logistics.Can[logistics.Waybiller])},
	{Name: "OutOfRange", Run: withWaybills(outOfRange, logistics.Can[logistics.Ranger])},
	{Name: "Trace", Run: withWaybills(trace, logistics.Can[logistics.Tracer])},
	{Name: "Ship", Run: with(ship, logistics.Can[logistics.Shipper])},
	{Name: "ShipTwice", Run: with(shipTwice, logistics.Can[logistics.Shipper])},
	{Name: "ShipAfterSomebodyElse", Run: with(shipOther, logistics.Can[logistics.Shipper])},
	{Name: "ShipLost", Run: with(losing(shipLost), logistics.Can[logistics.Shipper])},
	{Name: "ShipUnknownOrder", Run: with(shipUnknown, logistics.Can[logistics.Shipper])},
	{Name: "ShipParcels", Run: with(shipParcels, logistics.Can[logistics.Shipper])},
	{Name: "ShipParcelsTwice", Run: with(parcelsTwice, logistics.Can[logistics.Shipper])},
	{Name: "ShipParcelsLost", Run: with(losing(parcelsLost), logistics.Can[logistics.Shipper])},
	{Name: "ShipParcelsRest", Run: with(parcelsRest, logistics.Can[logistics.Shipper])},
	{Name: "ShipPiecesTwice", Run: with(piecesTwice, logistics.Can[logistics.Shipper])},
	{Name: "ShipPiecesLost", Run: with(losing(piecesLost), logistics.Can[logistics.Shipper])},
	{Name: "AddParcel", Run: with(addParcel, logistics.Can[logistics.Shipper], logistics.Can[logistics.ParcelAdder])},
	{Name: "AddParcelLost", Run: with(losing(addParcelLost), logistics.Can[logistics.Shipper],
		logistics.Can[logistics.ParcelAdder])},
	{Name: "ChangeShipment", Run: with(changeShipment, logistics.Can[logistics.Shipper])},
	{Name: "ChangeShipmentLost", Run: with(losing(changeLost), logistics.Can[logistics.Shipper])},
	{Name: "WaybillAgain", Run: withWaybills(waybillAgain)},
	{Name: "WaybillLost", Run: withWaybills(losing(waybillLost))},
	{Name: "WaybillCancel", Run: withWaybills(waybillCancel)},
	{Name: "WaybillCancelLost", Run: withWaybills(losing(waybillCancelLost))},
	{Name: "SubWaybills", Run: withWaybills(subWaybills, logistics.Can[logistics.SubWaybiller])},
	{Name: "PrintMovedBuyer", Run: withWaybills(printMoved)},
}

// check is a promise about the powers that it needs.
type check = func(context.Context, *subject) error

// with skips a check where the driver lacks a power for it.
func with(run check, powers ...func(*service) bool) check {
	return func(ctx context.Context, s *subject) error {
		for _, can := range powers {
			if !can(s.service) {
				return suite.ErrNoPower
			}
		}
		return run(ctx, s)
	}
}

// withWaybills skips a check besides where no waybill can be taken.
func withWaybills(run check, powers ...func(*service) bool) check {
	return with(func(ctx context.Context, s *subject) error {
		if s.known.WaybillCarrier == "" {
			return suite.Skip("Known.WaybillCarrier is empty")
		}
		return run(ctx, s)
	}, append(powers, logistics.Can[logistics.Waybiller])...)
}

// losing runs a check once for every way to lose an answer. It gives the check
// lost, which carries out a write whose first answer gets lost until its outcome
// is known, as an app would.
func losing(run func(ctx context.Context, s *subject, lost lostWrite) error) check {
	return func(ctx context.Context, s *subject) error {
		if len(s.known.Lose) == 0 {
			return suite.Skip("Known.Lose is empty")
		}
		var errs []error
		for _, name := range slices.Sorted(maps.Keys(s.known.Lose)) {
			if err := s.losing(ctx, s.known.Lose[name], run); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", name, err))
			}
		}
		return errors.Join(errs...)
	}
}

type lostWrite = func(write func(context.Context) error) error

func (s *subject) losing(ctx context.Context, loss Loss, run func(context.Context, *subject, lostWrite) error) error {
	stop := func() {}
	defer func() { stop() }()
	return run(ctx, s, func(write func(context.Context) error) error {
		wearOff, err := loss(ctx)
		if err != nil {
			return fmt.Errorf("Known.Lose: %w", err)
		}
		stop = wearOff
		return ask(ctx, write)
	})
}

// ask carries out a write until its outcome is known.
func ask(ctx context.Context, write func(context.Context) error) error {
	var err error
	for range 5 {
		if err = write(ctx); !errors.Is(err, mall.ErrUnknownOutcome) {
			return err
		}
	}
	return fmt.Errorf("unknown after five tries: %w", err)
}

// subject is what one run is about.
type subject struct {
	driver  logistics.Driver
	service *logistics.Service
	known   Known
}

func newSubject(d logistics.Driver, known Known) (*subject, error) {
	if known.Order == nil || known.TrackingNo == nil || known.CarrierCode == "" {
		return nil, errors.New("logisticstest: Known needs Order, TrackingNo and CarrierCode")
	}
	if known.Unknown == "" {
		known.Unknown = "1000000000000000001"
	}
	return &subject{driver: d, known: known, service: logistics.NewService(d, "")}, nil
}

// parcel is one of the suite's, of the whole order.
func (s *subject) parcel() logistics.Parcel {
	return logistics.Parcel{CarrierCode: s.known.CarrierCode, TrackingNo: s.known.TrackingNo()}
}

// get reads an order.
func (s *subject) get(ctx context.Context, id string) (order.Order, error) {
	o, err := s.driver.Order(ctx, id)
	if err != nil {
		return o, fmt.Errorf("get order %s: %w", id, err)
	}
	return o, nil
}

// fresh reads an order that nobody used before.
func (s *subject) fresh(ctx context.Context, lines int) (order.Order, error) {
	id, err := s.known.Order(ctx, lines)
	if err != nil {
		return order.Order{}, fmt.Errorf("Known.Order: %w", err)
	}
	return s.get(ctx, id)
}

// shows checks that the order has a status and exactly these parcels, and every
// piece of every line at most once.
func (s *subject) shows(ctx context.Context, id string, status order.Status, numbers ...string) error {
	o, err := s.get(ctx, id)
	if err != nil {
		return err
	}
	var errs []error
	if o.Status != status {
		errs = append(errs, fmt.Errorf("order %s is %q, want %q", id, o.Status, status))
	}
	var got []string
	sent := map[string]int64{}
	for _, p := range o.Parcels {
		got = append(got, p.TrackingNo)
		for _, item := range p.Items {
			sent[item.LineID] += item.Quantity
		}
	}
	slices.Sort(got)
	slices.Sort(numbers)
	if !slices.Equal(got, numbers) {
		errs = append(errs, fmt.Errorf("order %s has the parcels %q, want %q", id, got, numbers))
	}
	for _, l := range o.Lines {
		if sent[l.ID] > l.Quantity {
			errs = append(errs, fmt.Errorf("order %s: %d of %d pieces of line %s are sent", id, sent[l.ID], l.Quantity,
				l.ID))
		}
	}
	return errors.Join(errs...)
}

// want checks the kind of an error; a nil kind wants none.
func want(err, kind error) error {
	if !errors.Is(err, kind) {
		return fmt.Errorf("got %v, want %v", err, kind)
	}
	return nil
}

// done checks that a write was carried out, now or before.
func done(err error) error {
	if errors.Is(err, mall.ErrAlreadyDone) {
		return nil
	}
	return want(err, nil)
}
