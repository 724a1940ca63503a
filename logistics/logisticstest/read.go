package logisticstest

import (
	"testing"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// carriers: the list has the carrier that parcels are reported with, and no
// code twice.
func carriers(t *testing.T, s *suite) {
	need(t, s.service.CanListCarriers())
	list, err := s.service.Carriers(t.Context())
	wants(t, err, "")
	seen := map[string]bool{}
	for _, c := range list {
		if c.Code == "" || c.Name == "" || seen[c.Code] {
			t.Errorf("carrier %+v has no code or name, or stands in the list twice", c)
		}
		seen[c.Code] = true
	}
	if !seen[s.CarrierCode] {
		t.Errorf("carrier %s is not in the list", s.CarrierCode)
	}
}

// addresses: an entry can be told by its id, and at most one is the default.
func addresses(t *testing.T, s *suite) {
	need(t, s.service.CanListAddresses())
	for _, use := range []logistics.AddressUse{logistics.ShipFrom, logistics.ReturnTo} {
		list, err := s.service.Addresses(t.Context(), use)
		wants(t, err, "")
		defaults := 0
		for _, e := range list {
			if e.ID == "" || e.Use != use {
				t.Errorf("asked for %s, got entry %q for %s", use, e.ID, e.Use)
			}
			if e.Default {
				defaults++
			}
		}
		if defaults > 1 {
			t.Errorf("%d entries are the default of %s", defaults, use)
		}
	}
	_, err := s.service.Addresses(t.Context(), "")
	wants(t, err, mall.ErrInvalid)
}

// netSites: there is an account with the carrier that waybills are taken from,
// and those of other carriers are not mixed in.
func netSites(t *testing.T, s *suite) {
	need(t, s.service.CanListNetSites())
	if s.WaybillCarrier == "" {
		t.Skip("no carrier for waybills is known")
	}
	list, err := s.service.NetSites(t.Context(), s.WaybillCarrier)
	wants(t, err, "")
	if len(list) == 0 {
		t.Errorf("no account with %s", s.WaybillCarrier)
	}
	for _, site := range list {
		if site.CarrierCode != s.WaybillCarrier {
			t.Errorf("asked for %s, got an account with %s", s.WaybillCarrier, site.CarrierCode)
		}
	}
	all, err := s.service.NetSites(t.Context(), "")
	wants(t, err, "")
	if len(all) < len(list) {
		t.Errorf("%d accounts in all, and %d with %s", len(all), len(list), s.WaybillCarrier)
	}
}

// templates: each can be fetched, and what adds to another names one in the list.
func templates(t *testing.T, s *suite) {
	need(t, s.service.CanListTemplates())
	list, err := s.service.Templates(t.Context())
	wants(t, err, "")
	codes := map[string]bool{"": true}
	for _, one := range list {
		codes[one.Code] = true
	}
	for _, one := range list {
		if one.Code == "" || one.URL == "" || one.CarrierCode == "" || !codes[one.Parent] {
			t.Errorf("template without a code, address, carrier or known parent: %+v", one)
		}
	}
}

// outOfRange: a way within the country is answered, by each of its legs.
func outOfRange(t *testing.T, s *suite) {
	s.needWaybills(t)
	need(t, s.service.CanAskRange())
	o := s.get(t, s.Order(t, 1))
	for _, leg := range []logistics.Leg{logistics.LegBoth, logistics.LegPickup, logistics.LegDelivery} {
		reach, err := s.service.OutOfRange(t.Context(), logistics.Way{CarrierCode: s.WaybillCarrier, From: s.Sender.Address, To: o.Receiver, Leg: leg})
		wants(t, err, "")
		if !reach.OutOfRange && (reach.Reason != "" || reach.PlatformReason != "") {
			t.Errorf("a reason for what is served: %+v", reach)
		}
	}
	_, err := s.service.OutOfRange(t.Context(), logistics.Way{CarrierCode: s.WaybillCarrier, From: s.Sender.Address, To: order.Receiver{}, Leg: "no such leg"})
	wants(t, err, mall.ErrInvalid)
}

// trace: what nobody shipped is nowhere.
func trace(t *testing.T, s *suite) {
	s.needWaybills(t)
	need(t, s.service.CanTrace())
	if events, err := s.service.Trace(t.Context(), s.WaybillCarrier, "0000000000"); err == nil {
		t.Errorf("a parcel that there is not has been to %d places", len(events))
	}
	_, err := s.service.Trace(t.Context(), "", "1")
	wants(t, err, mall.ErrInvalid)
}
