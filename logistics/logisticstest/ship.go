package logisticstest

import (
	"context"
	"errors"
	"fmt"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// whole is an order that nobody used before, in one parcel.
func (s *subject) whole(ctx context.Context, lines int) (logistics.Shipment, error) {
	o, err := s.fresh(ctx, lines)
	return logistics.Shipment{OrderID: o.ID, Parcels: []logistics.Parcel{s.parcel()}}, err
}

// shipped is an order that is on its way in one parcel.
func (s *subject) shipped(ctx context.Context) (logistics.Shipment, error) {
	sh, err := s.whole(ctx, 1)
	if err == nil {
		err = want(s.service.Ship(ctx, sh), nil)
	}
	return sh, err
}

// gone checks that all of a shipment is on its way, once, beside other parcels.
func (s *subject) gone(ctx context.Context, sh logistics.Shipment, more ...string) error {
	return s.shows(ctx, sh.OrderID, order.StatusShipped, append(numbers(sh), more...)...)
}

func numbers(sh logistics.Shipment) (list []string) {
	for _, p := range sh.Parcels {
		list = append(list, p.TrackingNo)
	}
	return list
}

// ship checks that an order goes in one parcel.
func ship(ctx context.Context, s *subject) error {
	sh, err := s.shipped(ctx)
	if err != nil {
		return err
	}
	return s.gone(ctx, sh)
}

// shipTwice checks that the second call is told that it is done, because it is.
// A platform may also take the same number again, changing nothing.
func shipTwice(ctx context.Context, s *subject) error {
	sh, err := s.shipped(ctx)
	if err != nil {
		return err
	}
	return errors.Join(done(s.service.Ship(ctx, sh)), s.gone(ctx, sh))
}

// shipOther checks that an order that went out in another parcel is not
// "already done".
func shipOther(ctx context.Context, s *subject) error {
	theirs, err := s.shipped(ctx)
	if err != nil {
		return err
	}
	ours := logistics.Shipment{OrderID: theirs.OrderID, Parcels: []logistics.Parcel{s.parcel()}}
	err = s.service.Ship(ctx, ours)
	if errors.Is(err, mall.ErrAlreadyDone) {
		return fmt.Errorf("a foreign parcel was taken for ours: %w", err)
	}
	return errors.Join(want(err, mall.ErrConflict), s.gone(ctx, theirs))
}

// shipLost checks that a parcel is reported once when the answer is lost.
func shipLost(ctx context.Context, s *subject, lost lostWrite) error {
	sh, err := s.whole(ctx, 2)
	if err != nil {
		return err
	}
	err = lost(func(ctx context.Context) error { return s.service.Ship(ctx, sh) })
	return errors.Join(done(err), s.gone(ctx, sh))
}

// shipUnknown checks that an order that does not exist is refused.
func shipUnknown(ctx context.Context, s *subject) error {
	err := s.service.Ship(ctx, logistics.Shipment{OrderID: s.known.Unknown, Parcels: []logistics.Parcel{s.parcel()}})
	if err == nil || errors.Is(err, mall.ErrAlreadyDone) || errors.Is(err, mall.ErrUnknownOutcome) {
		return fmt.Errorf("an order that does not exist: got %v, want a refusal", err)
	}
	return nil
}

// split is an order of two lines that nobody used before, each in a parcel of
// its own.
func (s *subject) split(ctx context.Context) (logistics.Shipment, error) {
	o, err := s.fresh(ctx, 2)
	sh := logistics.Shipment{OrderID: o.ID}
	for _, l := range o.Lines {
		p := s.parcel()
		p.Items = []logistics.Item{{LineID: l.ID, Quantity: l.Quantity}}
		sh.Parcels = append(sh.Parcels, p)
	}
	if err == nil && len(sh.Parcels) < 2 {
		err = fmt.Errorf("Known.Order: order %s has %d lines, asked for were 2", o.ID, len(o.Lines))
	}
	return sh, err
}

// shipParcels checks that an order goes in several parcels.
func shipParcels(ctx context.Context, s *subject) error {
	sh, err := s.split(ctx)
	if err != nil {
		return err
	}
	return errors.Join(want(s.service.ShipParcels(ctx, sh), nil), s.gone(ctx, sh))
}

// parcelsTwice checks that the same shipment again is done or already done, and
// never a second set of parcels, also under another request id.
func parcelsTwice(ctx context.Context, s *subject) error {
	sh, err := s.split(ctx)
	if err != nil {
		return err
	}
	if err := want(s.service.ShipParcels(ctx, sh), nil); err != nil {
		return err
	}
	for _, request := range []string{"", "another-request"} {
		sh.RequestID = request
		if err := errors.Join(done(s.service.ShipParcels(ctx, sh)), s.gone(ctx, sh)); err != nil {
			return fmt.Errorf("again with request id %q: %w", request, err)
		}
	}
	return nil
}

// parcelsLost checks that parcels are reported once when the answer is lost.
func parcelsLost(ctx context.Context, s *subject, lost lostWrite) error {
	sh, err := s.split(ctx)
	if err != nil {
		return err
	}
	err = lost(func(ctx context.Context) error { return s.service.ShipParcels(ctx, sh) })
	return errors.Join(done(err), s.gone(ctx, sh))
}

// parcelsRest checks that what is left goes later, and what went cannot go
// again.
func parcelsRest(ctx context.Context, s *subject) error {
	sh, err := s.split(ctx)
	if err != nil {
		return err
	}
	first, rest := sh, sh
	first.Parcels, rest.Parcels = sh.Parcels[:1], sh.Parcels[1:]
	if err := errors.Join(want(s.service.ShipParcels(ctx, first), nil), s.partly(ctx, first)); err != nil {
		return err
	}
	again := s.parcel()
	again.Items = first.Parcels[0].Items
	err = s.service.ShipParcels(ctx, logistics.Shipment{OrderID: sh.OrderID, Parcels: []logistics.Parcel{again}})
	if err == nil || errors.Is(err, mall.ErrAlreadyDone) {
		return fmt.Errorf("the same pieces in another parcel: got %v, want a refusal", err)
	}
	return errors.Join(want(s.service.ShipParcels(ctx, rest), nil), s.gone(ctx, sh))
}

// pieces is one piece of the first line of an order that nobody used before.
func (s *subject) pieces(ctx context.Context) (logistics.Shipment, error) {
	o, err := s.fresh(ctx, 1)
	if err != nil {
		return logistics.Shipment{}, err
	}
	if len(o.Lines) == 0 || o.Lines[0].Quantity < 2 {
		return logistics.Shipment{}, fmt.Errorf("Known.Order: order %s has no line of two pieces", o.ID)
	}
	p := s.parcel()
	p.Items = []logistics.Item{{LineID: o.Lines[0].ID, Quantity: 1}}
	return logistics.Shipment{OrderID: o.ID, Parcels: []logistics.Parcel{p}}, nil
}

// partly checks that a shipment is on its way, once, and something is left.
func (s *subject) partly(ctx context.Context, sh logistics.Shipment) error {
	return s.shows(ctx, sh.OrderID, order.StatusPartShipped, numbers(sh)...)
}

// piecesTwice checks that some pieces of a line again are not more of them,
// although there are some left.
func piecesTwice(ctx context.Context, s *subject) error {
	sh, err := s.pieces(ctx)
	if err != nil {
		return err
	}
	if err := want(s.service.ShipParcels(ctx, sh), nil); err != nil {
		return err
	}
	return errors.Join(done(s.service.ShipParcels(ctx, sh)), s.partly(ctx, sh))
}

// piecesLost checks that some pieces of a line go once when the answer is lost.
func piecesLost(ctx context.Context, s *subject, lost lostWrite) error {
	sh, err := s.pieces(ctx)
	if err != nil {
		return err
	}
	err = lost(func(ctx context.Context) error { return s.service.ShipParcels(ctx, sh) })
	return errors.Join(done(err), s.partly(ctx, sh))
}

// addParcel checks that another number comes beside the first, once.
func addParcel(ctx context.Context, s *subject) error {
	first, err := s.shipped(ctx)
	if err != nil {
		return err
	}
	more := s.parcel()
	for _, kind := range []error{nil, mall.ErrAlreadyDone} {
		if err := errors.Join(want(s.service.AddParcel(ctx, first.OrderID, more), kind),
			s.gone(ctx, first, more.TrackingNo)); err != nil {
			return err
		}
	}
	return nil
}

// addParcelLost checks that it comes once when the answer is lost.
func addParcelLost(ctx context.Context, s *subject, lost lostWrite) error {
	first, err := s.shipped(ctx)
	if err != nil {
		return err
	}
	more := s.parcel()
	err = lost(func(ctx context.Context) error { return s.service.AddParcel(ctx, first.OrderID, more) })
	return errors.Join(done(err), s.gone(ctx, first, more.TrackingNo))
}

// change is a parcel on its way that is to have another number.
func (s *subject) change(ctx context.Context) (logistics.Change, error) {
	sh, err := s.shipped(ctx)
	return logistics.Change{OrderID: sh.OrderID, TrackingNo: sh.Parcels[0].TrackingNo, To: s.parcel()}, err
}

// changed checks that a parcel has its new number, and is the only one.
func (s *subject) changed(ctx context.Context, c logistics.Change) error {
	return s.shows(ctx, c.OrderID, order.StatusShipped, c.To.TrackingNo)
}

// changeShipment checks that a new number takes the place of the old one, which
// is gone then.
func changeShipment(ctx context.Context, s *subject) error {
	c, err := s.change(ctx)
	if err != nil {
		return err
	}
	for range 2 { // the second time it is so
		if err := errors.Join(want(s.service.ChangeShipment(ctx, c), nil), s.changed(ctx, c)); err != nil {
			return err
		}
	}
	other := c
	other.To = s.parcel()
	return errors.Join(want(s.service.ChangeShipment(ctx, other), mall.ErrNotFound), s.changed(ctx, c))
}

// changeLost checks that it does so when the answer is lost.
func changeLost(ctx context.Context, s *subject, lost lostWrite) error {
	c, err := s.change(ctx)
	if err != nil {
		return err
	}
	err = lost(func(ctx context.Context) error { return s.service.ChangeShipment(ctx, c) })
	return errors.Join(want(err, nil), s.changed(ctx, c))
}
