// Package logisticstest checks a driver of package logistics against what
// [logistics.Driver] and its optional interfaces promise, above all that no
// parcel is reported twice when answers are lost:
//
//	func TestConformance(t *testing.T) {
//		logisticstest.Run(t, driver, logisticstest.Known{
//			Order:       func(t testing.TB, lines int) string { … },
//			TrackingNo:  func() string { … },
//			CarrierCode: "shunfeng",
//			Lose:        map[string]func(testing.TB){"cut": cutTheNextAnswer},
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
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// Known says what the platform under test holds. Order, TrackingNo and
// CarrierCode are required.
type Known struct {
	// Order hands out an order that is to be shipped and that nobody used before,
	// with at least so many lines, of two pieces or more.
	Order func(t testing.TB, lines int) string
	// TrackingNo hands out a number that the carrier could have given.
	TrackingNo func() string
	// CarrierCode is a carrier in the table for reporting parcels.
	CarrierCode string
	// Lose are ways to lose the answer of the next write; some after it was
	// carried out, some before. Each must wear off by itself. Empty: not tried.
	Lose map[string]func(testing.TB)
	// WaybillCarrier and Sender are what waybills are taken with. An empty carrier:
	// waybills are not tried.
	WaybillCarrier string
	Sender         logistics.Sender
	// SubCarrier is a carrier in the table of waybills that can add pieces to one.
	// Empty: not tried.
	SubCarrier string
	// MoveBuyer changes the address of an order. Nil: not tried.
	MoveBuyer func(t testing.TB, orderID string)

	// Lacks names the subtests that cannot be tried: the driver has no such power,
	// or Known gives no material for it. One that is skipped without being named
	// fails, and so does one that is named and can be tried: what a driver can do
	// does not change unseen.
	Lacks []string
}

// Run checks d, one subtest for each promise.
func Run(t *testing.T, d logistics.Driver, known Known) {
	t.Helper()
	if known.Order == nil || known.TrackingNo == nil || known.CarrierCode == "" {
		t.Fatal("logisticstest: Known needs Order, TrackingNo and CarrierCode")
	}
	for _, name := range known.Lacks {
		if !slices.ContainsFunc(checks, func(c check) bool { return c.name == name }) {
			t.Fatalf("logisticstest: Known.Lacks names %q, and there is no such subtest", name)
		}
	}
	s := &suite{Known: known, driver: d, service: logistics.NewService(d, "", logistics.Options{})}
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			t.Cleanup(func() {
				switch lacks := slices.Contains(known.Lacks, c.name); {
				case t.Skipped() && !lacks:
					t.Error("skipped, and Known.Lacks does not say so")
				case !t.Skipped() && !t.Failed() && lacks:
					t.Error("Known.Lacks says that it cannot be tried, but it can")
				}
			})
			c.run(t, s)
		})
	}
}

type check struct {
	name string
	run  func(*testing.T, *suite)
}

var checks = []check{
	{"Carriers", carriers},
	{"Addresses", addresses},
	{"NetSites", netSites},
	{"Templates", templates},
	{"OutOfRange", outOfRange},
	{"Trace", trace},
	{"Ship", shipOnce},
	{"ShipTwice", shipTwice},
	{"ShipAfterSomebodyElse", shipOther},
	{"ShipLost", shipLost},
	{"ShipUnknownOrder", shipUnknown},
	{"ShipParcels", shipParcels},
	{"ShipParcelsTwice", parcelsTwice},
	{"ShipParcelsLost", parcelsLost},
	{"ShipParcelsRest", parcelsRest},
	{"ShipPiecesTwice", piecesTwice},
	{"ShipPiecesLost", piecesLost},
	{"AddParcel", addParcel},
	{"AddParcelLost", addParcelLost},
	{"ChangeShipment", changeShipment},
	{"ChangeShipmentLost", changeLost},
	{"WaybillAgain", waybillAgain},
	{"WaybillLost", waybillLost},
	{"WaybillCancel", waybillCancel},
	{"WaybillCancelLost", waybillCancelLost},
	{"SubWaybills", subWaybills},
	{"PrintMovedBuyer", printMoved},
}

type suite struct {
	Known
	driver  logistics.Driver
	service *logistics.Service
}

// parcel is one of the suite's, of the whole order.
func (s *suite) parcel() logistics.Parcel {
	return logistics.Parcel{CarrierCode: s.CarrierCode, TrackingNo: s.TrackingNo()}
}

func (s *suite) get(t *testing.T, id string) order.Order {
	t.Helper()
	o, err := s.driver.Order(t.Context(), id)
	if err != nil {
		t.Fatalf("read order %s: %v", id, err)
	}
	return o
}

// shows fails unless the order has exactly these parcels, and every piece of
// every line at most once.
func (s *suite) shows(t *testing.T, id string, numbers ...string) {
	t.Helper()
	o := s.get(t, id)
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
		t.Errorf("order %s has the parcels %q, want %q", id, got, numbers)
	}
	for _, l := range o.Lines {
		if sent[l.ID] > l.Quantity {
			t.Errorf("order %s: %d of %d pieces of line %s are sent", id, sent[l.ID], l.Quantity, l.ID)
		}
	}
}

// wants fails unless err is of the kind; the empty kind wants none.
func wants(t *testing.T, err error, kind mall.Kind) {
	t.Helper()
	switch {
	case kind == "" && err != nil:
		t.Errorf("want success, got %v", err)
	case kind != "" && !errors.Is(err, kind):
		t.Errorf("want %v, got %v", kind, err)
	}
}

// lossy runs a check once for every way to lose an answer.
func (s *suite) lossy(t *testing.T, run func(t *testing.T, lose func(testing.TB))) {
	if len(s.Lose) == 0 {
		t.Skip("no way to lose an answer is known")
	}
	for _, name := range slices.Sorted(maps.Keys(s.Lose)) {
		t.Run(name, func(t *testing.T) { run(t, s.Lose[name]) })
	}
}

func need(t *testing.T, can bool) {
	t.Helper()
	if !can {
		t.Skip("the driver has no power for it")
	}
}

// ask carries out a write until its outcome is known, as an app would.
func ask(ctx context.Context, write func(context.Context) error) error {
	var err error
	for range 5 {
		if err = write(ctx); !errors.Is(err, mall.ErrUnknownOutcome) {
			return err
		}
	}
	return fmt.Errorf("unknown after five tries: %w", err)
}
