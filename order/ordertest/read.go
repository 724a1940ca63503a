package ordertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// limits checks what the driver says about itself.
func limits(_ context.Context, s *subject) error {
	var errs []error
	l := s.driver.Limits()
	if s.driver.Platform() == "" {
		errs = append(errs, errors.New("method Platform returns nothing"))
	}
	if !reflect.DeepEqual(l, s.driver.Limits()) {
		errs = append(errs, errors.New("method Limits differs from call to call"))
	}
	for name, bad := range map[string]bool{
		"MaxPageSize must be positive":                            l.MaxPageSize <= 0,
		"MaxWindow is negative":                                   l.MaxWindow < 0,
		"MaxWindow is shorter than two steps of Resolution":       l.MaxWindow > 0 && l.MaxWindow < 2*l.Resolution,
		"MaxWindow is not a multiple of Resolution":               l.MaxWindow > 0 && l.Resolution > 0 && l.MaxWindow%l.Resolution != 0,
		"History is negative":                                     l.History < 0,
		"MaxRows must hold a page at least":                       l.MaxRows != 0 && l.MaxRows < l.MaxPageSize,
		"Lag is negative":                                         l.Lag < 0,
		"Resolution must be positive":                             l.Resolution <= 0,
		"MaxBatch is negative":                                    l.MaxBatch < 0,
		"Lag leaves nothing of History":                           l.History > 0 && l.Lag >= l.History,
		"Resolution is so coarse that windows cannot be composed": l.Resolution > 24*time.Hour,
	} {
		if bad {
			errs = append(errs, fmt.Errorf("%s: %+v", name, l))
		}
	}
	return errors.Join(errs...)
}

// get checks that the known orders are read and complete.
func get(ctx context.Context, s *subject) error {
	var errs []error
	for _, id := range s.known.Orders {
		o, err := s.get(ctx, id)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if o.ID != id {
			errs = append(errs, fmt.Errorf("order %s answers with the id %s", id, o.ID))
		}
		errs = append(errs, s.complete(o))
	}
	return errors.Join(errs...)
}

// complete checks that what every order has is there.
func (s *subject) complete(o order.Order) error {
	var errs []error
	wrong := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf("order %s: "+format, append([]any{o.ID}, args...)...))
		}
	}
	wrong(o.ID == "", "no ID")
	wrong(o.Platform != s.driver.Platform(), "Platform is %q, the driver's is %q", o.Platform, s.driver.Platform())
	wrong(s.known.ShopID != "" && o.ShopID != s.known.ShopID, "ShopID is %q, want %q", o.ShopID, s.known.ShopID)
	wrong(o.PlatformStatus == "", "PlatformStatus is empty: the platform's word must be kept")
	for name, moment := range map[string]time.Time{"Created": o.Created, "Updated": o.Updated} {
		wrong(moment.IsZero() || moment.Unix() <= 0, "%s is not given: %s", name, moment)
	}
	for name, moment := range map[string]time.Time{
		"Paid": o.Paid, "ShipBy": o.ShipBy, "Shipped": o.Shipped, "Finished": o.Finished,
	} {
		wrong(!moment.IsZero() && moment.Unix() <= 0, "%s is %s: a time that is not given must be zero", name, moment)
	}
	wrong(o.Updated.Before(o.Created.Add(-s.driver.Limits().Resolution)),
		"Updated %s is before Created %s", o.Updated, o.Created)
	wrong(o.Amounts.Total < 0 || o.Amounts.Paid < 0, "negative amounts")
	wrong(len(o.Lines) == 0, "no lines")
	lines := map[string]bool{}
	for _, l := range o.Lines {
		wrong(l.ID == "", "a line has no ID")
		wrong(lines[l.ID], "two lines have the ID %s", l.ID)
		lines[l.ID] = true
		wrong(l.SKU.ID == "" && l.SKU.ProductID == "", "line %s names neither SKU nor product", l.ID)
		wrong(l.Effective.ID == "" && l.Effective.ProductID == "", "line %s has no Effective", l.ID)
		wrong(l.Quantity <= 0, "line %s has the quantity %d", l.ID, l.Quantity)
	}
	wrong(!json.Valid(o.Raw), "Raw is not valid JSON (%d bytes)", len(o.Raw))
	if _, err := mall.Native[map[string]any](o); err != nil {
		wrong(true, "Native cannot read an object from Raw: %v", err)
	}
	return errors.Join(errs...)
}

// getUnknown checks that an order that is not there is told apart.
func getUnknown(ctx context.Context, s *subject) error {
	o, err := s.service.Get(ctx, s.known.Unknown)
	if !errors.Is(s.note(err), mall.ErrNotFound) {
		return fmt.Errorf("get order %s: got %v, want mall.ErrNotFound", s.known.Unknown, err)
	}
	if !reflect.ValueOf(o).IsZero() {
		return errors.New("an order is returned together with an error")
	}
	return nil
}

// ownership checks that the driver keeps no reference to what it returned.
func ownership(ctx context.Context, s *subject) error {
	id := s.known.Orders[0]
	first, err := s.get(ctx, id)
	if err != nil {
		return err
	}
	want, err := json.Marshal(first)
	if err != nil {
		return err
	}
	raw := string(first.Raw)
	clear(first.Lines)
	clear(first.Raw)
	second, err := s.get(ctx, id)
	if err != nil {
		return err
	}
	got, err := json.Marshal(second)
	if err != nil {
		return err
	}
	if string(got) != string(want) || string(second.Raw) != raw {
		return fmt.Errorf("order %s reads differently after the caller wrote to what was returned before", id)
	}
	return nil
}
