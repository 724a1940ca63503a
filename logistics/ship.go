package logistics

import (
	"context"
	"fmt"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/order"
)

// Ship reports that all that is left of an order was handed over in one parcel,
// whose Items are empty.
//
// A parcel is never reported twice, whatever happens to the answers: see the
// package. mall.ErrAlreadyDone says that the order shows this very parcel.
// mall.ErrConflict says that it shows another one, is closed, or is shipped in
// part. After mall.ErrUnknownOutcome call again with the same Shipment.
func (s *Service) Ship(ctx context.Context, sh Shipment) (err error) {
	const op = "ship order"
	defer func() { err = s.fail(op, err) }()
	d, err := power[Shipper](s)
	if err != nil {
		return err
	}
	if sh, err = sh.tidy(true); err != nil {
		return err
	}
	return s.settle(ctx, op, sh.OrderID,
		func(ctx context.Context) error { return d.Ship(ctx, sh) },
		sh.judgeWhole)
}

// ShipParcels reports parcels of an order, all or none of them. Each says what
// is in it; the order may keep some for later. What [Service.Ship] says of
// errors holds here too.
func (s *Service) ShipParcels(ctx context.Context, sh Shipment) (err error) {
	const op = "ship parcels"
	defer func() { err = s.fail(op, err) }()
	d, err := power[Shipper](s)
	if err != nil {
		return err
	}
	if sh, err = sh.tidy(false); err != nil {
		return err
	}
	return s.settle(ctx, op, sh.OrderID,
		func(ctx context.Context) error { return d.ShipParcels(ctx, sh) },
		sh.judgeParcels)
}

// AddParcel reports one more parcel of an order that is shipped, such as a part
// that was forgotten or is sent again. Its Items are not read.
//
// mall.ErrAlreadyDone says that the order has a parcel with this number, and it
// is asked before anything is sent: no platform is known to refuse a second one.
// After mall.ErrUnknownOutcome call again with the same parcel.
func (s *Service) AddParcel(ctx context.Context, orderID string, p Parcel) (err error) {
	const op = "add parcel"
	defer func() { err = s.fail(op, err) }()
	d, err := power[ParcelAdder](s)
	if err != nil {
		return err
	}
	if orderID = strings.TrimSpace(orderID); orderID == "" {
		return settle.Invalid("the order id is empty")
	}
	if err := p.tidy(); err != nil {
		return err
	}
	judge := func(o order.Order) finding {
		switch {
		case len(parcelsOf(o, p.TrackingNo)) > 0:
			return finding{ours: true}
		case o.Status == order.StatusClosed:
			return finding{conflict: over(o)}
		}
		return finding{}
	}
	o, err := s.driver.Order(ctx, orderID)
	if err != nil {
		return err
	}
	switch now := judge(o); {
	case now.ours:
		return &mall.Error{Kind: mall.ErrAlreadyDone,
			Message: fmt.Sprintf("order %s has parcel %s", o.ID, p.TrackingNo)}
	case now.conflict != "":
		return &mall.Error{Kind: mall.ErrConflict, Message: now.conflict}
	}
	return s.settle(ctx, op, orderID, func(ctx context.Context) error { return d.AddParcel(ctx, orderID, p) }, judge)
}

// ChangeShipment gives a parcel that was reported another carrier or tracking
// number. A parcel that already has the new number is left as it is: the call
// succeeds. mall.ErrNotFound: the order has no parcel with the old number.
func (s *Service) ChangeShipment(ctx context.Context, c Change) (err error) {
	const op = "change shipment"
	defer func() { err = s.fail(op, err) }()
	d, err := power[Shipper](s)
	if err != nil {
		return err
	}
	if c, err = c.tidy(); err != nil {
		return err
	}
	o, err := s.driver.Order(ctx, c.OrderID)
	if err != nil {
		return err
	}
	present := parcelsOf(o, c.TrackingNo)
	switch {
	case c.done(o):
		return nil
	case len(present) == 0:
		return &mall.Error{Kind: mall.ErrNotFound,
			Message: fmt.Sprintf("order %s has no parcel %s, but %s", c.OrderID, c.TrackingNo, numbersOf(o))}
	case len(present) > 1 && c.ParcelID == "":
		return settle.Invalid("order %s has %d parcels %s: give the id of one", c.OrderID, len(present), c.TrackingNo)
	}
	if c.ParcelID == "" {
		c.ParcelID = present[0].ID
	}
	return s.settle(ctx, op, c.OrderID,
		func(ctx context.Context) error { return d.ChangeShipment(ctx, c, len(o.Parcels) == 1) },
		c.judge)
}

// done reports whether the parcel is as the change would have it: it has the new
// number or, where the number stays, the new carrier.
func (c Change) done(o order.Order) bool {
	for _, p := range parcelsOf(o, c.To.TrackingNo) {
		moved := !strings.EqualFold(c.TrackingNo, c.To.TrackingNo)
		if (c.ParcelID == "" || p.ID == c.ParcelID) && (moved || p.CarrierCode == c.To.CarrierCode) {
			return true
		}
	}
	return false
}

func (c Change) judge(o order.Order) finding {
	switch {
	case c.done(o):
		return finding{ours: true}
	case len(parcelsOf(o, c.TrackingNo)) == 0:
		return finding{conflict: fmt.Sprintf("order %s has neither parcel %s nor %s, but %s", c.OrderID, c.TrackingNo,
			c.To.TrackingNo, numbersOf(o))}
	}
	return finding{}
}

// judgeWhole compares an order with a shipment of all of it.
func (sh Shipment) judgeWhole(o order.Order) finding {
	ours := parcelsOf(o, sh.Parcels[0].TrackingNo)
	switch {
	case len(ours) > 0 && o.Status == order.StatusPartShipped:
		return finding{conflict: fmt.Sprintf("order %s has parcel %s, but not all of it is shipped", o.ID,
			sh.Parcels[0].TrackingNo)}
	case len(ours) > 0:
		return finding{ours: true}
	case len(o.Parcels) > 0:
		return finding{conflict: fmt.Sprintf("order %s has %s instead", o.ID, numbersOf(o))}
	}
	return finding{conflict: over(o)}
}

// judgeParcels compares an order with a shipment of some of its pieces.
func (sh Shipment) judgeParcels(o order.Order) finding {
	var there, absent []string
	for _, p := range sh.Parcels {
		switch present := parcelsOf(o, p.TrackingNo); {
		case len(present) == 0:
			absent = append(absent, p.TrackingNo)
		case !p.sameItems(present):
			return finding{conflict: fmt.Sprintf("order %s has parcel %s with other contents", o.ID, p.TrackingNo)}
		default:
			there = append(there, p.TrackingNo)
		}
	}
	switch {
	case len(absent) == 0:
		return finding{ours: true}
	case len(there) > 0:
		return finding{conflict: fmt.Sprintf("order %s has %s, but not %s", o.ID, strings.Join(there, ", "),
			strings.Join(absent, ", "))}
	}
	if text := over(o); text != "" {
		return finding{conflict: text}
	}
	return finding{conflict: sh.tooMuch(o)}
}

// over says why an order can no longer be shipped; empty: it can.
func over(o order.Order) string {
	switch o.Status {
	case order.StatusClosed:
		return fmt.Sprintf("order %s is closed", o.ID)
	case order.StatusShipped, order.StatusDelivered, order.StatusDone:
		return fmt.Sprintf("order %s is shipped, with %s", o.ID, numbersOf(o))
	}
	return ""
}

// tooMuch says that the order has too few pieces left for this shipment; empty:
// it has enough.
func (sh Shipment) tooMuch(o order.Order) string {
	left := map[string]int64{}
	for _, l := range o.Lines {
		left[l.ID] = l.Quantity
	}
	for _, p := range o.Parcels {
		for _, item := range p.Items {
			left[item.LineID] -= item.Quantity
		}
	}
	for _, p := range sh.Parcels {
		for _, item := range p.Items {
			if left[item.LineID] -= item.Quantity; left[item.LineID] < 0 && len(o.Parcels) > 0 {
				return fmt.Sprintf("order %s has %s: too few pieces of line %s are left", o.ID, numbersOf(o),
					item.LineID)
			}
		}
	}
	return ""
}

// sameItems compares what a parcel holds with what the platform says it holds.
// Platforms that do not say are taken by the tracking number alone.
func (p Parcel) sameItems(present []order.Parcel) bool {
	there := map[string]int64{}
	for _, one := range present {
		if len(one.Items) == 0 {
			return true
		}
		for _, item := range one.Items {
			there[item.LineID] += item.Quantity
		}
	}
	for _, item := range p.Items {
		if there[item.LineID] != item.Quantity {
			return false
		}
		delete(there, item.LineID)
	}
	return len(there) == 0
}

// parcelsOf are the parcels of an order with a tracking number. Carriers' codes
// are not compared: a platform may answer another table's. Letter case is not
// either: carriers print both.
func parcelsOf(o order.Order, trackingNo string) (list []order.Parcel) {
	for _, p := range o.Parcels {
		if strings.EqualFold(strings.TrimSpace(p.TrackingNo), trackingNo) {
			list = append(list, p)
		}
	}
	return list
}

// numbersOf names the parcels of an order.
func numbersOf(o order.Order) string {
	if len(o.Parcels) == 0 {
		return "no parcel"
	}
	var list []string
	for _, p := range o.Parcels {
		list = append(list, "parcel "+p.TrackingNo)
	}
	return strings.Join(list, ", ")
}
