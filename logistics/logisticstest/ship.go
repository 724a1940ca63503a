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

// shipTwice: the second call is told that it is done, because it is. A platform
// may also take the same number again, changing nothing.
func shipTwice(t *testing.T, s *suite) {
	need(t, s.service.CanShip())
	id, p := s.Order(t, 1), s.parcel()
	wants(t, s.service.Ship(t.Context(), s.whole(id, p)), "")
	if err := s.service.Ship(t.Context(), s.whole(id, p)); !errors.Is(err, mall.ErrAlreadyDone) {
		wants(t, err, "")
	}
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

// pieces is one piece of an order's first line, and what is left of the order
// when it has gone.
func (s *suite) pieces(t *testing.T) (sh logistics.Shipment) {
	t.Helper()
	need(t, s.service.CanShipParcels())
	id := s.Order(t, 1)
	l, p := s.get(t, id).Lines[0], s.parcel()
	if l.Quantity < 2 {
		t.Fatalf("order %s has no line of two pieces", id)
	}
	p.Items = []logistics.Item{{LineID: l.ID, Quantity: 1}}
	return s.whole(id, p)
}

// partly fails unless one parcel is on its way and pieces are left.
func (s *suite) partly(t *testing.T, sh logistics.Shipment) {
	t.Helper()
	s.shows(t, sh.OrderID, numbers(sh)...)
	if o := s.get(t, sh.OrderID); o.Status != order.StatusPartShipped {
		t.Errorf("the order is %q after one of its pieces", o.Status)
	}
}

// piecesTwice: some pieces of a line again are not more of them, although there
// are some left.
func piecesTwice(t *testing.T, s *suite) {
	sh := s.pieces(t)
	wants(t, s.service.ShipParcels(t.Context(), sh), "")
	if err := s.service.ShipParcels(t.Context(), sh); !errors.Is(err, mall.ErrAlreadyDone) {
		wants(t, err, "")
	}
	s.partly(t, sh)
}

func piecesLost(t *testing.T, s *suite) {
	need(t, s.service.CanShipParcels())
	s.lossy(t, func(t *testing.T, lose func(testing.TB)) {
		sh := s.pieces(t)
		lose(t)
		err := ask(t.Context(), func(ctx context.Context) error { return s.service.ShipParcels(ctx, sh) })
		if !errors.Is(err, mall.ErrAlreadyDone) {
			wants(t, err, "")
		}
		s.partly(t, sh)
	})
}

// shipped is an order that is on its way in one parcel.
func (s *suite) shipped(t *testing.T) (id, trackingNo string) {
	t.Helper()
	id, p := s.Order(t, 1), s.parcel()
	wants(t, s.service.Ship(t.Context(), s.whole(id, p)), "")
	return id, p.TrackingNo
}

// addParcel: another number comes beside the first, once.
func addParcel(t *testing.T, s *suite) {
	need(t, s.service.CanShip() && s.service.CanAddParcel())
	id, first := s.shipped(t)
	more := s.parcel()
	wants(t, s.service.AddParcel(t.Context(), id, more), "")
	s.shows(t, id, first, more.TrackingNo)
	wants(t, s.service.AddParcel(t.Context(), id, more), mall.ErrAlreadyDone)
	s.shows(t, id, first, more.TrackingNo)
}

func addParcelLost(t *testing.T, s *suite) {
	need(t, s.service.CanShip() && s.service.CanAddParcel())
	s.lossy(t, func(t *testing.T, lose func(testing.TB)) {
		id, first := s.shipped(t)
		more := s.parcel()
		lose(t)
		err := ask(t.Context(), func(ctx context.Context) error { return s.service.AddParcel(ctx, id, more) })
		if !errors.Is(err, mall.ErrAlreadyDone) {
			wants(t, err, "")
		}
		s.shows(t, id, first, more.TrackingNo)
	})
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
