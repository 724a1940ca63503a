package logistics

import (
	"context"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Service ships and prints for one shop. It is safe for concurrent use. Get one
// from a shop of package client, or from [NewService] over a driver of your own.
//
// Every failure is a [*mall.Error] that names the platform and what was tried.
// What the platform has no call for is mall.ErrNotSupported: see [Can].
type Service struct {
	driver Driver
	shopID string
}

// NewService returns the service of a shop over its driver.
func NewService(d Driver, shopID string) *Service { return &Service{driver: d, shopID: shopID} }

// Limits returns what the platform imposes on one call. [Service] splits what
// is longer.
func (s *Service) Limits() Limits { return s.driver.Limits() }

// fail is err as it leaves an exported call.
func (s *Service) fail(op string, err error) error {
	return settle.Failure(s.driver.Platform(), op, err)
}

// power finds the interface of the driver that a call needs.
func power[P any](s *Service) (P, error) {
	d, ok := s.driver.(P)
	if !ok {
		return d, mall.ErrNotSupported
	}
	return d, nil
}

// Carriers lists the carriers that parcels can be reported with.
func (s *Service) Carriers(ctx context.Context) (list []Carrier, err error) {
	defer func() { err = s.fail("list carriers", err) }()
	d, err := power[Shipper](s)
	if err != nil {
		return nil, err
	}
	return d.Carriers(ctx)
}

// NetSites lists the shop's waybill accounts with a carrier, with the addresses
// that may be used as senders. The empty code asks for all carriers.
func (s *Service) NetSites(ctx context.Context, carrierCode string) (list []NetSite, err error) {
	defer func() { err = s.fail("list waybill accounts", err) }()
	d, err := power[Waybiller](s)
	if err != nil {
		return nil, err
	}
	return d.NetSites(ctx, strings.TrimSpace(carrierCode))
}

// Templates lists the forms that labels can be printed in.
func (s *Service) Templates(ctx context.Context) (list []Template, err error) {
	defer func() { err = s.fail("list label templates", err) }()
	d, err := power[Waybiller](s)
	if err != nil {
		return nil, err
	}
	return d.Templates(ctx)
}

// OutOfRange asks a carrier whether it serves a way before a waybill is taken.
func (s *Service) OutOfRange(ctx context.Context, w Way) (reach Reach, err error) {
	defer func() { err = s.fail("ask for the delivery range", err) }()
	d, err := power[Ranger](s)
	if err != nil {
		return Reach{}, err
	}
	if w.CarrierCode == "" {
		return Reach{}, settle.Invalid("the carrier code is empty")
	}
	return d.OutOfRange(ctx, w)
}

// Addresses lists the entries of the shop's address book that are for use.
func (s *Service) Addresses(ctx context.Context, use AddressUse) (list []BookEntry, err error) {
	defer func() { err = s.fail("list addresses", err) }()
	d, err := power[AddressLister](s)
	if err != nil {
		return nil, err
	}
	if use != ShipFrom && use != ReturnTo {
		return nil, settle.Invalid("unknown use %.40q of an address", use)
	}
	return d.Addresses(ctx, use)
}

// Trace tells where a parcel has been, oldest event first. A parcel that the
// platform does not know is mall.ErrNotFound; some know only those whose waybill
// was taken and reported through them.
func (s *Service) Trace(ctx context.Context, carrierCode, trackingNo string) (events []Event, err error) {
	defer func() { err = s.fail("trace parcel", err) }()
	d, err := power[Tracer](s)
	if err != nil {
		return nil, err
	}
	if trackingNo = strings.TrimSpace(trackingNo); carrierCode == "" || trackingNo == "" {
		return nil, settle.Invalid("the carrier code or the tracking number is empty")
	}
	return d.Trace(ctx, carrierCode, trackingNo)
}
