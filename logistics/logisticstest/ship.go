package logisticstest

import (
	"context"
	"errors"
	"testing"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

func (s *suite) whole(id string, p logistics.Parcel) logistics.Shipment {
	return logistics.Shipment{OrderID: id, Parcels: []logistics.Parcel{p}}
}

func shipOnce(t *testing.T, s *suite) {
	need(t, s.service.CanShip())
	id, p := s.Order(t, 1), s.parcel()
	wants(t, s.service.Ship(t.Context(), s.whole(id, p)), "")
	s.shows(t, id, p.TrackingNo)
	if o := s.get(t, id); o.Status != order.StatusShipped {
		t.Errorf("the order is %q after shipping", o.Status)
	}
}

// shipTwice: the second call is told that it is done, because it is.
func shipTwice(t *testing.T, s *suite) {
	need(t, s.service.CanShip())
	id, p := s.Order(t, 1), s.parcel()
	wants(t, s.service.Ship(t.Context(), s.whole(id, p)), "")
	wants(t, s.service.Ship(t.Context(), s.whole(id, p)), mall.ErrAlreadyDone)
	s.shows(t, id, p.TrackingNo)
}

// shipOther: an order that went out in another parcel is not "already done".
func shipOther(t *testing.T, s *suite) {
	need(t, s.service.CanShip())
	id, theirs, ours := s.Order(t, 1), s.parcel(), s.parcel()
	wants(t, s.service.Ship(t.Context(), s.whole(id, theirs)), "")
	err := s.service.Ship(t.Context(), s.whole(id, ours))
	wants(t, err, mall.ErrConflict)
	if errors.Is(err, mall.ErrAlreadyDone) {
		t.Errorf("a foreign parcel was taken for ours: %v", err)
	}
	s.shows(t, id, theirs.TrackingNo)
}

func shipLost(t *testing.T, s *suite) {
	need(t, s.service.CanShip())
	s.lossy(t, func(t *testing.T, lose func(testing.TB)) {
		id, p := s.Order(t, 2), s.parcel()
		lose(t)
		err := ask(t.Context(), func(ctx context.Context) error { return s.service.Ship(ctx, s.whole(id, p)) })
		if !errors.Is(err, mall.ErrAlreadyDone) {
			wants(t, err, "")
		}
		s.shows(t, id, p.TrackingNo)
	})
}

func shipUnknown(t *testing.T, s *suite) {
	need(t, s.service.CanShip())
	err := s.service.Ship(t.Context(), s.whole("1000000000000000001", s.parcel()))
	if err == nil || errors.Is(err, mall.ErrAlreadyDone) || errors.Is(err, mall.ErrUnknownOutcome) {
		t.Errorf("shipping an order that does not exist: %v", err)
	}
}

// split puts every line of an order in a parcel of its own.
func (s *suite) split(t *testing.T, id string) logistics.Shipment {
	sh := logistics.Shipment{OrderID: id}
	for _, l := range s.get(t, id).Lines {
		p := s.parcel()
		p.Items = []logistics.Item{{LineID: l.ID, Quantity: l.Quantity}}
		sh.Parcels = append(sh.Parcels, p)
	}
	return sh
}

func numbers(sh logistics.Shipment) (list []string) {
	for _, p := range sh.Parcels {
		list = append(list, p.TrackingNo)
	}
	return list
}

func shipParcels(t *testing.T, s *suite) {
	need(t, s.service.CanShipParcels())
	id := s.Order(t, 2)
	sh := s.split(t, id)
	wants(t, s.service.ShipParcels(t.Context(), sh), "")
	s.shows(t, id, numbers(sh)...)
}

// parcelsTwice: the same shipment again is done or already done, and never a
// second set of parcels, also under another request id.
func parcelsTwice(t *testing.T, s *suite) {
	need(t, s.service.CanShipParcels())
	id := s.Order(t, 2)
	sh := s.split(t, id)
	wants(t, s.service.ShipParcels(t.Context(), sh), "")
	for _, request := range []string{"", "another-request"} {
		sh.RequestID = request
		if err := s.service.ShipParcels(t.Context(), sh); !errors.Is(err, mall.ErrAlreadyDone) {
			wants(t, err, "")
		}
		s.shows(t, id, numbers(sh)...)
	}
}

func parcelsLost(t *testing.T, s *suite) {
	need(t, s.service.CanShipParcels())
	s.lossy(t, func(t *testing.T, lose func(testing.TB)) {
		id := s.Order(t, 2)
		sh := s.split(t, id)
		lose(t)
		err := ask(t.Context(), func(ctx context.Context) error { return s.service.ShipParcels(ctx, sh) })
		if !errors.Is(err, mall.ErrAlreadyDone) {
			wants(t, err, "")
		}
		s.shows(t, id, numbers(sh)...)
	})
}

// parcelsRest: what is left goes later; what went cannot go again.
func parcelsRest(t *testing.T, s *suite) {
	need(t, s.service.CanShipParcels())
	id := s.Order(t, 2)
	sh := s.split(t, id)
	first, rest := sh, sh
	first.Parcels, rest.Parcels = sh.Parcels[:1], sh.Parcels[1:]
	wants(t, s.service.ShipParcels(t.Context(), first), "")
	if o := s.get(t, id); o.Status != order.StatusPartShipped {
		t.Errorf("the order is %q after one of its parcels", o.Status)
	}
	again := s.parcel()
	again.Items = first.Parcels[0].Items
	if err := s.service.ShipParcels(t.Context(), logistics.Shipment{OrderID: id, Parcels: []logistics.Parcel{again}}); err == nil || errors.Is(err, mall.ErrAlreadyDone) {
		t.Errorf("the same pieces in another parcel: %v", err)
	}
	wants(t, s.service.ShipParcels(t.Context(), rest), "")
	s.shows(t, id, numbers(sh)...)
}

// shipped is an order that is on its way in one parcel.
func (s *suite) shipped(t *testing.T) (id, trackingNo string) {
	t.Helper()
	id, p := s.Order(t, 1), s.parcel()
	wants(t, s.service.Ship(t.Context(), s.whole(id, p)), "")
	return id, p.TrackingNo
}

func changeShipment(t *testing.T, s *suite) {
	need(t, s.service.CanShip() && s.service.CanChangeShipment())
	id, old := s.shipped(t)
	c := logistics.Change{OrderID: id, TrackingNo: old, To: s.parcel()}
	wants(t, s.service.ChangeShipment(t.Context(), c), "")
	s.shows(t, id, c.To.TrackingNo)
	wants(t, s.service.ChangeShipment(t.Context(), c), "") // it is so
	c.TrackingNo, c.To = old, s.parcel()
	wants(t, s.service.ChangeShipment(t.Context(), c), mall.ErrNotFound)
}

func changeLost(t *testing.T, s *suite) {
	need(t, s.service.CanShip() && s.service.CanChangeShipment())
	s.lossy(t, func(t *testing.T, lose func(testing.TB)) {
		id, old := s.shipped(t)
		c := logistics.Change{OrderID: id, TrackingNo: old, To: s.parcel()}
		lose(t)
		wants(t, ask(t.Context(), func(ctx context.Context) error { return s.service.ChangeShipment(ctx, c) }), "")
		s.shows(t, id, c.To.TrackingNo)
	})
}
