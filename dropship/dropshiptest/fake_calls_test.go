package dropshiptest

import (
	"context"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// write carries out a call where the state allows it.
func (s *side) write(call string, allowed bool, do func()) error {
	switch {
	case s.claims == call:
		return nil
	case !allowed && s.again != call, s.refuses == call:
		return refusal(mall.ErrRejected)
	}
	do()
	return nil
}

func (s *side) Suppliers(context.Context, int, int) (mall.Page[dropship.Relation], error) {
	var list []dropship.Relation
	for partner, state := range s.relations {
		r := dropship.Relation{Partner: partner, State: state, PlatformState: string(state)}
		if s.relation != nil {
			s.relation(&r)
		}
		list = append(list, r)
	}
	return mall.Page[dropship.Relation]{Items: list, Total: len(list)}, nil
}

func (s *side) Merchants(context.Context, int, int) (mall.Page[dropship.Relation], error) {
	r := dropship.Relation{Partner: "alias", State: dropship.RelationBound, PlatformState: "1"}
	if s.relation != nil {
		s.relation(&r)
	}
	return mall.Page[dropship.Relation]{Items: []dropship.Relation{r}, Total: 1}, nil
}

func (s *side) Apply(_ context.Context, list []dropship.Application) (outcomes []mall.Result[string], _ error) {
	for _, x := range list {
		err := s.write("Apply", s.relations[x.Supplier] == dropship.RelationUnbound,
			func() { s.relations[x.Supplier] = dropship.RelationPending })
		outcomes = append(outcomes, mall.Result[string]{Item: x.Supplier, Err: err})
	}
	return outcomes, nil
}

func (s *side) Unbind(_ context.Context, list []dropship.Parting) (outcomes []mall.Result[string], _ error) {
	for _, x := range list {
		err := s.write("Unbind", s.relations[x.Supplier] == dropship.RelationBound,
			func() { s.relations[x.Supplier] = dropship.RelationUnbound })
		outcomes = append(outcomes, mall.Result[string]{Item: x.Supplier, Err: err})
	}
	return outcomes, nil
}

func (s *side) Append(_ context.Context, list []dropship.Extra) (map[string]mall.Result[dropship.MerchantID], error) {
	answers := map[string]mall.Result[dropship.MerchantID]{}
	for _, x := range list {
		if s.extra != nil {
			s.extra(&x)
		}
		base, err := s.merchants(x.Base)
		answer := mall.Result[dropship.MerchantID]{Err: err}
		if err == nil {
			answer.Item = s.add(dropship.Assignment{OrderID: base.OrderID, Kind: x.Kind, Lines: x.Lines,
				Created: s.clock})
		}
		answers[x.Key] = answer
	}
	return answers, nil
}

func (s *side) Delete(_ context.Context,
	ids []dropship.MerchantID) (outcomes []mall.Result[dropship.MerchantID], _ error) {
	for _, id := range ids {
		l, err := s.merchants(id)
		if err == nil {
			err = s.write("Delete", l.Kind != dropship.KindOrder, func() {
				for i := range s.lines {
					if s.lines[i] == l {
						s.lines = append(s.lines[:i:i], s.lines[i+1:]...)
						break
					}
				}
			})
		}
		outcomes = append(outcomes, mall.Result[dropship.MerchantID]{Item: id, Err: err})
	}
	return outcomes, nil
}

func (s *side) Assign(_ context.Context,
	choices []dropship.Choice) (outcomes []mall.Result[dropship.MerchantID], _ error) {
	for _, c := range choices {
		l, err := s.merchants(c.ID)
		if err == nil {
			free := l.State == dropship.StateUnassigned || l.State == dropship.StateCancelled && !s.once
			err = s.write("Assign", free && s.relations[c.Supplier] == dropship.RelationBound, func() {
				l.Partner, l.Assigned, l.factoryID = c.Supplier, s.clock, s.number()
				s.turn(l, dropship.StateAssigned)
			})
		}
		outcomes = append(outcomes, mall.Result[dropship.MerchantID]{Item: c.ID, Err: err})
	}
	return outcomes, nil
}

func (s *side) CancelAssignment(_ context.Context, _ string,
	ids []dropship.MerchantID) (outcomes []mall.Result[dropship.MerchantID], _ error) {
	for _, id := range ids {
		l, err := s.merchants(id)
		if err == nil {
			err = s.write("CancelAssignment", l.State == dropship.StateAssigned,
				func() { s.turn(l, dropship.StateCancelled) })
		}
		outcomes = append(outcomes, mall.Result[dropship.MerchantID]{Item: id, Err: err})
	}
	return outcomes, nil
}

func (s *side) TakeWaybills(_ context.Context, t logistics.Take) (taken []mall.Result[logistics.Waybill], _ error) {
	for _, r := range t.Requests {
		_, err := s.factorys(r.Assigned.OrderID)
		if s.anything {
			err = nil
		}
		w := logistics.Waybill{For: []logistics.AddressedOrder{r.Assigned}, PackID: r.PackID}
		if err == nil {
			err = s.write("TakeWaybills", true, func() { w.TrackingNo = s.number(); s.unused[w.TrackingNo] = true })
		}
		taken = append(taken, mall.Result[logistics.Waybill]{Item: w, Err: err})
	}
	return taken, nil
}

func (s *side) ReturnWaybills(_ context.Context, r dropship.Return) (parcels []order.Parcel, _ error) {
	pieces := int64(0)
	for _, x := range r.Parcels {
		parcels = append(parcels, order.Parcel{ID: s.number(), TrackingNo: x.TrackingNo, CarrierCode: x.CarrierCode})
		pieces += x.Pieces()
	}
	l, err := s.factorys(r.ID.ID)
	if err != nil {
		return nil, err
	}
	if pieces != l.Lines[0].Quantity && l.State == dropship.StateAssigned && !s.uncounted {
		return nil, &dropship.Refusal{Reason: dropship.ReasonPieces, Err: refusal(mall.ErrRejected)}
	}
	other := l.State == dropship.StateReturned && l.Parcels[0].TrackingNo != parcels[0].TrackingNo
	err = s.write("ReturnWaybills", l.State == dropship.StateAssigned || other && s.replaces, func() {
		l.Parcels = parcels
		for _, x := range parcels {
			delete(s.unused, x.TrackingNo)
		}
		s.turn(l, dropship.StateReturned)
	})
	if err != nil {
		return nil, err
	}
	return parcels, nil
}

func (s *side) ChangeShipment(_ context.Context, id dropship.FactoryID, parcelID string, to logistics.Parcel) error {
	l, err := s.factorys(id.ID)
	if err != nil {
		return err
	}
	return s.write("ChangeShipment", len(l.Parcels) == 1 && l.Parcels[0].ID == parcelID,
		func() { l.Parcels[0].TrackingNo = to.TrackingNo })
}

func (s *side) CancelWaybill(_ context.Context, w logistics.Waybill) error {
	return s.write("CancelWaybill", s.unused[w.TrackingNo], func() { delete(s.unused, w.TrackingNo) })
}
