package logisticstest

import (
	"context"
	"errors"
	"fmt"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/suite"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// carriers checks that the list has the carrier that parcels are reported with,
// and no code twice.
func carriers(ctx context.Context, s *subject) error {
	list, err := s.service.Carriers(ctx)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, c := range list {
		if c.Code == "" || c.Name == "" || seen[c.Code] {
			return fmt.Errorf("carrier %+v has no code or name, or stands in the list twice", c)
		}
		seen[c.Code] = true
	}
	if !seen[s.known.CarrierCode] {
		return fmt.Errorf("carrier %s is not in the list", s.known.CarrierCode)
	}
	return nil
}

// addresses checks that an entry can be told by its id, and at most one is the
// default.
func addresses(ctx context.Context, s *subject) error {
	for _, use := range []logistics.AddressUse{logistics.ShipFrom, logistics.ReturnTo} {
		list, err := s.service.Addresses(ctx, use)
		if err != nil {
			return fmt.Errorf("%s: %w", use, err)
		}
		seen, defaults := map[string]bool{}, 0
		for _, e := range list {
			if e.ID == "" || e.Use != use || seen[e.ID] {
				return fmt.Errorf("asked for %s, got entry %q for %s, or got it twice", use, e.ID, e.Use)
			}
			if seen[e.ID] = true; e.Default {
				defaults++
			}
		}
		if defaults > 1 {
			return fmt.Errorf("%d entries are the default of %s", defaults, use)
		}
	}
	_, err := s.service.Addresses(ctx, "")
	return want(err, mall.ErrInvalid)
}

// netSites checks that there is an account with the carrier that waybills are
// taken from, and those of other carriers are not mixed in.
func netSites(ctx context.Context, s *subject) error {
	carrier := s.known.WaybillCarrier
	if carrier == "" {
		return suite.Skip("Known.WaybillCarrier is empty")
	}
	list, err := s.service.NetSites(ctx, carrier)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return fmt.Errorf("no account with %s", carrier)
	}
	for _, site := range list {
		if site.CarrierCode != carrier {
			return fmt.Errorf("asked for %s, got an account with %s", carrier, site.CarrierCode)
		}
	}
	all, err := s.service.NetSites(ctx, "")
	if err == nil && len(all) < len(list) {
		err = fmt.Errorf("%d accounts in all, and %d with %s", len(all), len(list), carrier)
	}
	return err
}

// templates checks that each can be fetched, and what adds to another names one
// in the list.
func templates(ctx context.Context, s *subject) error {
	list, err := s.service.Templates(ctx)
	if err != nil {
		return err
	}
	codes := map[string]bool{"": true}
	for _, one := range list {
		codes[one.Code] = true
	}
	for _, one := range list {
		if one.Code == "" || one.URL == "" || one.CarrierCode == "" || !codes[one.Parent] {
			return fmt.Errorf("template without a code, address, carrier or known parent: %+v", one)
		}
	}
	return nil
}

// outOfRange checks that a way within the country is answered, by each of its
// legs.
func outOfRange(ctx context.Context, s *subject) error {
	o, err := s.fresh(ctx, 1)
	if err != nil {
		return err
	}
	for _, leg := range []logistics.Leg{"", logistics.LegPickup, logistics.LegDelivery} {
		reach, err := s.service.OutOfRange(ctx, logistics.Way{CarrierCode: s.known.WaybillCarrier,
			From: s.known.Sender.Address, To: o.Receiver, Leg: leg})
		if err != nil {
			return fmt.Errorf("leg %q: %w", leg, err)
		}
		if !reach.OutOfRange && (reach.Reason != "" || reach.PlatformReason != "") {
			return fmt.Errorf("a reason for what is served: %+v", reach)
		}
	}
	_, err = s.service.OutOfRange(ctx, logistics.Way{CarrierCode: s.known.WaybillCarrier, From: s.known.Sender.Address,
		To: order.Receiver{}, Leg: "no such leg"})
	return want(err, mall.ErrInvalid)
}

// trace checks that what nobody shipped is nowhere.
func trace(ctx context.Context, s *subject) error {
	if _, err := s.service.Trace(ctx, s.known.WaybillCarrier, "0000000000"); err == nil {
		return errors.New("a parcel that there is not has been somewhere")
	}
	_, err := s.service.Trace(ctx, "", "1")
	return want(err, mall.ErrInvalid)
}
