package logisticstest

import (
	"context"
	"slices"
	"testing"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/suite"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

func knownOf(b *bare) Known {
	return Known{Order: b.newOrder, TrackingNo: b.number, CarrierCode: "sf", WaybillCarrier: "yt", SubCarrier: "yt",
		MoveBuyer: b.moveBuyer}
}

// knownOfShop has ways to lose answers besides.
func knownOfShop(s *shop) Known {
	k := knownOf(s.bare)
	k.Lose = map[string]Loss{"before": s.loss("before"), "after": s.loss("after")}
	return k
}

func TestFaultlessDriversPass(t *testing.T) {
	t.Parallel()
	s := newShop()
	Run(t, s, knownOfShop(s))
	b := newBare()
	k := knownOf(b)
	for _, c := range checks {
		k.Lacks = append(k.Lacks, c.Name)
	}
	Run(t, b, k)
}

// TestMaterial: what Known gives nothing for is skipped.
func TestMaterial(t *testing.T) {
	t.Parallel()
	s := newShop()
	Run(t, s, Known{Order: s.newOrder, TrackingNo: s.number, CarrierCode: "sf", Lacks: []string{
		"NetSites", "OutOfRange", "Trace", "ShipLost", "ShipParcelsLost", "ShipPiecesLost", "AddParcelLost",
		"ChangeShipmentLost",
		"WaybillAgain", "WaybillLost", "WaybillCancel", "WaybillCancelLost", "SubWaybills", "PrintMovedBuyer",
	}})
}

func TestKnownMustNameOrders(t *testing.T) {
	t.Parallel()
	b := newBare()
	for _, k := range []Known{
		{}, {TrackingNo: b.number, CarrierCode: "sf"}, {Order: b.newOrder, CarrierCode: "sf"}, {Order: b.newOrder, TrackingNo: b.number},
	} {
		if _, err := newSubject(b, k); err == nil {
			t.Errorf("%+v is accepted", k)
		}
	}
}

// failures runs the suite and names the promises that are broken.
func failures(t *testing.T, s *shop) (names []string) {
	t.Helper()
	subject, err := newSubject(s, knownOfShop(s))
	if err != nil {
		t.Fatal(err)
	}
	for name := range suite.Failures(t.Context(), checks, subject, nil) {
		names = append(names, name)
	}
	return names
}

// Each fault must be found by the promises that it breaks, and each promise is
// broken by a fault.
func TestFaultyDriversFail(t *testing.T) {
	t.Parallel()
	lists := func(change func(any)) func(*shop) { return func(s *shop) { s.listed = change } }
	again := func(s *shop) { s.again = true }
	faults := []struct {
		name   string
		checks []string
		fault  func(*shop)
	}{
		{"ships twice", []string{"ShipTwice", "ShipAfterSomebodyElse", "ShipUnknownOrder", "ShipParcelsTwice", "ShipParcelsRest", "ShipPiecesTwice"}, again},
		{"repeats what was lost", []string{"ShipLost", "ShipParcelsLost", "ShipPiecesLost", "AddParcelLost"}, func(s *shop) { s.again, s.blind = true, true }},
		{"takes what was lost for done", []string{
			"ShipLost", "ShipParcelsLost", "ShipPiecesLost", "AddParcelLost", "ChangeShipmentLost", "WaybillCancelLost",
		}, func(s *shop) { s.lostAs = nil }},
		{"takes what was lost for failed", []string{"ShipLost", "ShipParcelsLost", "ShipPiecesLost", "AddParcelLost", "ChangeShipmentLost"}, func(s *shop) { s.lostAs = refusal(mall.ErrUnavailable) }},
		{"hides a parcel", []string{"Ship", "ShipParcels", "AddParcel", "ChangeShipment"}, func(s *shop) {
			s.shown = func(o *order.Order) { o.Parcels = o.Parcels[:max(len(o.Parcels)-1, 0)] }
		}},
		{"shows a parcel twice", []string{"Ship", "ShipParcels"}, func(s *shop) {
			s.shown = func(o *order.Order) { o.Parcels = append(o.Parcels, o.Parcels...) }
		}},
		{"more pieces went than there are", []string{"ShipParcels"}, func(s *shop) {
			s.carried = func(o *order.Order) {
				o.Parcels[0].Items = append(o.Parcels[0].Items, order.ParcelItem{LineID: "0", Quantity: 1})
			}
		}},
		{"never says that an order is shipped", []string{"Ship", "ShipParcels"}, func(s *shop) {
			s.shown = func(o *order.Order) { o.Status = order.StatusToShip }
		}},
		{"ships nothing", []string{"Ship", "ShipParcels", "AddParcel"}, func(s *shop) {
			s.carried = func(o *order.Order) { o.Parcels, o.Status = nil, order.StatusToShip }
		}},
		{"keeps one parcel only", []string{"ShipParcels", "ShipParcelsRest", "AddParcel"}, func(s *shop) {
			s.carried = func(o *order.Order) { o.Parcels = o.Parcels[:1] }
		}},
		{"keeps the first number", []string{"ChangeShipment", "ChangeShipmentLost"}, func(s *shop) {
			first := map[string]string{}
			s.carried = func(o *order.Order) {
				if first[o.ID] == "" {
					first[o.ID] = o.Parcels[0].TrackingNo
				}
				o.Parcels[0].TrackingNo = first[o.ID]
			}
		}},

		{"a number for every call", []string{"WaybillAgain", "WaybillLost"}, func(s *shop) { s.taking = func(string, string) string { return s.number() } }},
		{"one number for all packs", []string{"WaybillAgain"}, func(s *shop) { s.taking = func(o, _ string) string { return o } }},
		{"gives back for ever", []string{"WaybillCancel", "WaybillCancelLost"}, func(s *shop) { s.giving = func(no string) { delete(s.ended, no) } }},
		{"pieces alike", []string{"SubWaybills"}, func(s *shop) { s.pieces = func(more []string) { more[0] = more[1] } }},
		{"pieces of the same number each time", []string{"SubWaybills"}, func(s *shop) { s.pieces = func(more []string) { copy(more, []string{"1", "2"}) } }},
		{"no label", []string{"PrintMovedBuyer"}, func(s *shop) { s.label = func(d *logistics.PrintData) { d.Payload = "" } }},
		{"the label of another", []string{"PrintMovedBuyer"}, func(s *shop) { s.label = func(d *logistics.PrintData) { d.TrackingNo = "1" } }},
		{"the label of long ago", []string{"PrintMovedBuyer"}, func(s *shop) { s.label = func(d *logistics.PrintData) { d.Payload = "x" } }},
		{"the address of long ago", []string{"PrintMovedBuyer"}, func(s *shop) { s.shown = func(o *order.Order) { o.Receiver.ID = "1" } }},

		{"a carrier twice", []string{"Carriers"}, lists(func(list any) {
			if l, ok := list.([]logistics.Carrier); ok {
				l[1] = l[0]
			}
		})},
		{"not the carrier", []string{"Carriers"}, lists(func(list any) {
			if l, ok := list.([]logistics.Carrier); ok {
				l[0].Code = "zto"
			}
		})},
		{"two defaults", []string{"Addresses"}, lists(func(list any) {
			if l, ok := list.([]logistics.BookEntry); ok {
				l[1].Default = true
			}
		})},
		{"for another use", []string{"Addresses"}, lists(func(list any) {
			if l, ok := list.([]logistics.BookEntry); ok {
				l[1].Use = logistics.ReturnTo
			}
		})},
		{"an account with another", []string{"NetSites"}, lists(func(list any) {
			if l, ok := list.([]logistics.NetSite); ok {
				l[0].CarrierCode = "zto"
			}
		})},
		{"nowhere to fetch a template", []string{"Templates"}, lists(func(list any) {
			if l, ok := list.([]logistics.Template); ok {
				l[1].URL = ""
			}
		})},
		{"nothing to add to", []string{"Templates"}, lists(func(list any) {
			if l, ok := list.([]logistics.Template); ok {
				l[1].Parent = "9"
			}
		})},
		{"a reason for what is served", []string{"OutOfRange"}, func(s *shop) { s.reach.Reason = "far" }},
		{"every number has been somewhere", []string{"Trace"}, func(s *shop) { s.trace = nil }},
	}
	broken := map[string]bool{}
	for _, c := range faults {
		for _, name := range c.checks {
			broken[name] = true
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newShop()
			c.fault(s)
			found := failures(t, s)
			for _, name := range c.checks {
				if !slices.Contains(found, name) {
					t.Errorf("got failures of %v, want one of %s", found, name)
				}
			}
		})
	}
	for _, c := range checks {
		if !broken[c.Name] {
			t.Errorf("no fault breaks %s", c.Name)
		}
	}
}

// TestLossEnds: what is left of a way to lose answers is taken away, also when
// the check fails.
func TestLossEnds(t *testing.T) {
	t.Parallel()
	s := newShop()
	s.lostAs = nil
	k := knownOfShop(s)
	begun, ended := 0, 0
	for name, loss := range k.Lose {
		k.Lose[name] = func(ctx context.Context) (func(), error) {
			stop, err := loss(ctx)
			begun++
			return func() { stop(); ended++ }, err
		}
	}
	subject, err := newSubject(s, k)
	if err != nil {
		t.Fatal(err)
	}
	for range suite.Failures(t.Context(), checks, subject, nil) {
		continue
	}
	if begun == 0 || ended != begun {
		t.Errorf("%d losses of %d were ended", ended, begun)
	}
}
