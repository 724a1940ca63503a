package dropshiptest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/internal/suite"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/sku"
)

// factoryList checks that the factory is shown all that it was given, and nothing
// of the buyer's order behind it.
func factoryList(ctx context.Context, s *subject) error {
	s.known.Settle()
	walk := s.factory.AllFactoryOrders
	limits := s.factory.Limits().FactoryOrders
	if err := clocks(ctx, limits, walk, s.known.From); err != nil {
		return err
	}
	by := limits.Feed()
	for _, q := range []dropship.Query{
		{From: s.known.From, By: by, State: dropship.StateAssigned},
		{From: s.known.From, By: mall.ByCreation, PageSize: 1}, {From: s.known.From, By: by, PageSize: 3},
	} {
		seen, err := ids(ctx, walk, q)
		if err != nil {
			return err
		}
		for key, a := range seen {
			if a.OrderID != "" || a.FactoryID.Shop == "" || a.FactoryID.ID == "" {
				return fmt.Errorf("%s: the factory is shown the buyer's order, or no id: %+v", key, a)
			}
		}
		if len(seen) < len(s.known.Lines) {
			return fmt.Errorf("%d listed by %+v, %d were assigned", len(seen), q, len(s.known.Lines))
		}
		s.factoryID = s.factoryID[:0]
		for _, id := range s.known.Lines {
			// The ids say nothing about each other; what is in the parcel and when does.
			for _, a := range seen {
				if same(a, s.given[id]) && !slices.Contains(s.factoryID, a.FactoryID) {
					s.factoryID = append(s.factoryID, a.FactoryID)
					break
				}
			}
		}
		if len(s.factoryID) != len(s.known.Lines) {
			return errors.New("the factory is not shown what the merchant gave")
		}
	}
	return nil
}

// same compares what a factory is shown with what the merchant gave.
func same(f, m dropship.Assignment) bool {
	return f.Lines[0].SKU.Code == m.Lines[0].SKU.Code && f.Lines[0].Quantity == m.Lines[0].Quantity &&
		(m.ShipBy.IsZero() || f.ShipBy.Equal(m.ShipBy))
}

// factoryGet checks that each of them reads as it is listed.
func factoryGet(ctx context.Context, s *subject) error {
	for _, id := range s.factoryID {
		a, err := s.factory.GetFactoryOrder(ctx, id)
		if err != nil {
			return err
		}
		if a.FactoryID != id || a.State != dropship.StateAssigned || a.OrderID != "" || a.Role != dropship.RoleFactory {
			return fmt.Errorf("%+v", a)
		}
	}
	if _, err := s.factory.GetFactoryOrder(ctx,
		dropship.FactoryID{Shop: s.factoryID[0].Shop, ID: s.known.Unknown}); !errors.Is(err, mall.ErrNotFound) {
		return fmt.Errorf("an unknown id is no mall.ErrNotFound: %v", err)
	}
	return nil
}

// waybills checks that numbers are taken in the order of the requests, and that
// one that fails does not hide the others.
func waybills(ctx context.Context, s *subject) error {
	take, unknown := s.known.Take, dropship.FactoryID{Shop: s.factoryID[0].Shop, ID: s.known.Unknown}
	for _, id := range append(s.factoryID[:4:4], unknown) {
		a := dropship.Assignment{FactoryID: id, Lines: []dropship.Line{{SKU: sku.Ref{Name: "示例"}, Quantity: 1}}}
		take.Requests = append(take.Requests, a.WaybillRequest())
	}
	taken, err := s.factory.TakeWaybills(ctx, take)
	if err != nil || len(taken) != 5 {
		return fmt.Errorf("%d answers to 5 requests: %w", len(taken), err)
	}
	if taken[4].Err == nil {
		return errors.New("a number is taken for an unknown assignment")
	}
	for i, w := range taken[:4] {
		if w.Err != nil || w.Item.For[0].OrderID != s.factoryID[i].ID || w.Item.For[0].Shop != s.factoryID[i].Shop ||
			w.Item.TrackingNo == "" {
			return fmt.Errorf("request %d: %+v", i, w)
		}
		s.taken = append(s.taken, w.Item)
	}
	return nil
}

// shipment is the return of one of Lines.
func (s *subject) shipment(i int) dropship.Return {
	return dropship.Return{ID: s.factoryID[i], Parcels: []logistics.Parcel{{
		CarrierCode: s.known.Take.CarrierCode, TrackingNo: s.taken[i].TrackingNo,
		Items: []logistics.Item{{Quantity: s.quantity[i]}},
	}}}
}

// returns checks that an assignment is shipped once, and that the merchant sees
// it.
func returns(ctx context.Context, s *subject) error {
	parcels, err := s.factory.ReturnWaybills(ctx, s.shipment(0))
	if err != nil {
		return err
	}
	if len(parcels) != 1 || parcels[0].TrackingNo != s.taken[0].TrackingNo {
		return fmt.Errorf("parcels: %+v", parcels)
	}
	a, err := s.merchant.GetMerchantOrder(ctx, s.known.Lines[0])
	if err != nil {
		return err
	}
	if who, ok, why := a.MayShip(); a.State != dropship.StateReturned || len(a.Parcels) != 1 ||
		a.Parcels[0].TrackingNo != s.taken[0].TrackingNo || who != "" || ok || why != dropship.ReasonShipped {
		return fmt.Errorf("the merchant is not shown the shipment: %+v", a)
	}
	if _, err := s.factory.ReturnWaybills(ctx, s.shipment(0)); !errors.Is(err, mall.ErrAlreadyDone) {
		return fmt.Errorf("returned again: %v", err)
	}
	other := s.shipment(0)
	other.Parcels[0].TrackingNo = s.taken[1].TrackingNo
	_, err = s.factory.ReturnWaybills(ctx, other)
	return reason(err, dropship.ReasonShipped)
}

// pieces checks that no more pieces go than are left.
func pieces(ctx context.Context, s *subject) error {
	if s.factory.Limits().Parcels == 1 {
		return suite.ErrNoPower // all goes into the one parcel, and nobody counts
	}
	r := s.shipment(1)
	r.Parcels[0].Items[0].Quantity += 7
	_, err := s.factory.ReturnWaybills(ctx, r)
	return reason(err, dropship.ReasonPieces)
}

// update checks that a number can be corrected after it was returned.
func update(ctx context.Context, s *subject) error {
	a, err := s.factory.GetFactoryOrder(ctx, s.factoryID[0])
	if err != nil {
		return err
	}
	if len(a.Parcels) == 0 {
		return fmt.Errorf("what was returned is not shown: %+v", a)
	}
	to := logistics.Parcel{CarrierCode: s.known.Take.CarrierCode, TrackingNo: s.taken[3].TrackingNo}
	if err := s.factory.ChangeShipment(ctx, s.factoryID[0], a.Parcels[0].ID, to); err != nil {
		return err
	}
	if a, err = s.factory.GetFactoryOrder(ctx, s.factoryID[0]); err != nil || len(a.Parcels) == 0 ||
		a.Parcels[0].TrackingNo != s.taken[3].TrackingNo {
		return fmt.Errorf("the number is %+v: %w", a.Parcels, err)
	}
	return nil
}

// cancelWaybill checks that a number that was not used can be given back.
func cancelWaybill(ctx context.Context, s *subject) error {
	return s.factory.CancelWaybill(ctx, s.taken[1])
}
