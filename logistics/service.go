package logistics

import (
	"context"
	"fmt"
	"strings"

	"github.com/mallwire/mall"
)

// Service ships and prints for one shop. It is safe for concurrent use. Get one
// from a shop of package client, or from [NewService] over a driver of your own.
type Service struct {
	driver Driver
	shopID string
}

// Options adjust a [Service]. There are none yet.
type Options struct{}

// NewService returns the service of a shop over its driver.
func NewService(d Driver, shopID string, _ Options) *Service {
	return &Service{driver: d, shopID: shopID}
}

// Limits returns what the platform imposes on one call. [Service] splits what
// is longer.
func (s *Service) Limits() Limits { return s.driver.Limits() }

// Carriers lists the carriers that parcels can be reported with.
func (s *Service) Carriers(ctx context.Context) ([]Carrier, error) {
	d, ok := s.driver.(CarrierLister)
	if !ok {
		return nil, s.refuse("list carriers", mall.ErrNotSupported)
	}
	return d.Carriers(ctx)
}

// CanListCarriers reports whether Carriers can work at all.
func (s *Service) CanListCarriers() bool { _, ok := s.driver.(CarrierLister); return ok }

// NetSites lists the shop's waybill accounts with a carrier, with the addresses
// that may be used as senders. The empty code asks for all carriers.
func (s *Service) NetSites(ctx context.Context, carrierCode string) ([]NetSite, error) {
	d, ok := s.driver.(NetSiter)
	if !ok {
		return nil, s.refuse("list net sites", mall.ErrNotSupported)
	}
	return d.NetSites(ctx, strings.TrimSpace(carrierCode))
}

// CanListNetSites reports whether NetSites can work at all.
func (s *Service) CanListNetSites() bool { _, ok := s.driver.(NetSiter); return ok }

// Templates lists the forms that labels can be printed in.
func (s *Service) Templates(ctx context.Context) ([]Template, error) {
	d, ok := s.driver.(Templater)
	if !ok {
		return nil, s.refuse("list templates", mall.ErrNotSupported)
	}
	return d.Templates(ctx)
}

// CanListTemplates reports whether Templates can work at all.
func (s *Service) CanListTemplates() bool { _, ok := s.driver.(Templater); return ok }

// OutOfRange asks a carrier whether it serves a way before a waybill is taken.
func (s *Service) OutOfRange(ctx context.Context, w Way) (Reach, error) {
	d, ok := s.driver.(Ranger)
	if !ok {
		return Reach{}, s.refuse("ask for the range", mall.ErrNotSupported)
	}
	if w.CarrierCode == "" {
		return Reach{}, s.refuse("ask for the range", invalid("the carrier code is empty"))
	}
	return d.OutOfRange(ctx, w)
}

// CanAskRange reports whether OutOfRange can work at all.
func (s *Service) CanAskRange() bool { _, ok := s.driver.(Ranger); return ok }

// Addresses lists the entries of the shop's address book that are for use.
func (s *Service) Addresses(ctx context.Context, use AddressUse) ([]BookEntry, error) {
	d, ok := s.driver.(AddressLister)
	if !ok {
		return nil, s.refuse("list addresses", mall.ErrNotSupported)
	}
	if use != ShipFrom && use != ReturnTo {
		return nil, s.refuse("list addresses", invalid("unknown use %q of an address", use))
	}
	return d.Addresses(ctx, use)
}

// CanListAddresses reports whether Addresses can work at all.
func (s *Service) CanListAddresses() bool { _, ok := s.driver.(AddressLister); return ok }

// Trace tells where a parcel has been, oldest event first. A parcel that the
// platform knows nothing of is mall.ErrNotFound; some know only those that were
// taken and reported through them.
func (s *Service) Trace(ctx context.Context, carrierCode, trackingNo string) ([]Event, error) {
	d, ok := s.driver.(Tracer)
	if !ok {
		return nil, s.refuse("trace", mall.ErrNotSupported)
	}
	if trackingNo = strings.TrimSpace(trackingNo); carrierCode == "" || trackingNo == "" {
		return nil, s.refuse("trace", invalid("the carrier code or the tracking number is empty"))
	}
	return d.Trace(ctx, carrierCode, trackingNo)
}

// CanTrace reports whether Trace can work at all.
func (s *Service) CanTrace() bool { _, ok := s.driver.(Tracer); return ok }

// refuse names the platform in a failure that happened before anything was sent.
func (s *Service) refuse(what string, err error) error {
	return fmt.Errorf("%s: %s: %w", s.driver.Platform(), what, err)
}
