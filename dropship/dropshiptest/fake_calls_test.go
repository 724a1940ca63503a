package dropshiptest

import (
	"context"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/dropship"
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

func (s *side) Apply(_ context.Context, list []dropship.Application) (outcomes []dropship.PartnerOutcome, _ error) {
	for _, x := range list {
		err := s.write("Apply", s.relations[x.Supplier] == dropship.RelationUnbound, func() { s.relations[x.Supplier] = dropship.RelationPending })
		outcomes = append(outcomes, dropship.PartnerOutcome{Partner: x.Supplier, Err: err})
	}
	return outcomes, nil
}

func (s *side) Unbind(_ context.Context, list []dropship.Parting) (outcomes []dropship.PartnerOutcome, _ error) {
	for _, x := range list {
		err := s.write("Unbind", s.relations[x.Supplier] == dropship.RelationBound, func() { s.relations[x.Supplier] = dropship.RelationUnbound })
		outcomes = append(outcomes, dropship.PartnerOutcome{Partner: x.Supplier, Err: err})
	}
	return outcomes, nil
}

func (s *side) Append(_ context.Context, list []dropship.Extra) (answers []dropship.Appended, _ error) {
	for _, x := range list {
		if s.extra != nil {
			s.extra(&x)
		}
		base, err := s.merchants(x.Base)
		answer := dropship.Appended{Key: x.Key, Err: err}
		if err == nil {
			answer.ID = s.add(dropship.Assignment{OrderID: base.OrderID, Kind: x.Kind, Lines: x.Lines, Created: s.clock})
		}
		answers = append(answers, answer)
	}
	return answers, nil
}

func (s *side) Delete(_ context.Context, ids []dropship.MerchantID) (outcomes []dropship.Outcome, _ error) {
	for _, id := range ids {
		l, err := s.merchants(id)
		if err == nil {
			err = s.write("Delete", l.Kind != dropship.KindTrade, func() {
				for i := range s.lines {
					if s.lines[i] == l {
						s.lines = append(s.lines[:i:i], s.lines[i+1:]...)
						break
					}
				}
			})
		}
		outcomes = append(outcomes, dropship.Outcome{ID: id, Err: err})
	}
	return outcomes, nil
}

func (s *side) Assign(_ context.Context, choices []dropship.Choice) (outcomes []dropship.Outcome, _ error) {
	for _, c := range choices {
		l, err := s.merchants(c.ID)
		if err == nil {
			free := l.State == dropship.StateUnassigned || l.State == dropship.StateCancelled && !s.once
			err = s.write("Assign", free && s.relations[c.Supplier] == dropship.RelationBound, func() {
				l.Partner, l.Assigned, l.factoryID = c.Supplier, s.clock, s.number()
				s.turn(l, dropship.StateAssigned)
			})
		}
		outcomes = append(outcomes, dropship.Outcome{ID: c.ID, Err: err})
	}
	return outcomes, nil
}

func (s *side) CancelAssignment(_ context.Context, _ string, ids []dropship.MerchantID) (outcomes []dropship.Outcome, _ error) {
	for _, id := range ids {
		l, err := s.merchants(id)
		if err == nil {
			err = s.write("CancelAssignment", l.State == dropship.StateAssigned, func() { s.turn(l, dropship.StateCancelled) })
		}
		outcomes = append(outcomes, dropship.Outcome{ID: id, Err: err})
	}
	return outcomes, nil
}

func (s *side) TakeWaybills(_ context.Context, r dropship.WaybillRequest) (taken []dropship.Waybill, _ error) {
	for _, e := range r.Entries {
		_, err := s.factorys(e.ID.ID)
		if s.anything {
			err = nil
		}
		w := dropship.Waybill{ID: e.ID, Pack: e.Pack, Err: err}
		if err == nil {
			w.Err = s.write("TakeWaybills", true, func() { w.TrackingNo = s.number(); s.unused[w.TrackingNo] = true })
		}
		taken = append(taken, w)
	}
	return taken, nil
}

func (s *side) ReturnWaybills(_ context.Context, r dropship.Return) (parcels []order.Parcel, _ error) {
	pieces := int64(0)
	for _, x := range r.Parcels {
		parcels = append(parcels, order.Parcel{ID: s.number(), TrackingNo: x.TrackingNo, CarrierCode: x.Carrier})
		pieces += x.Pieces
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

func (s *side) UpdateWaybill(_ context.Context, c dropship.Correction) error {
	l, err := s.factorys(c.ID.ID)
	if err != nil {
		return err
	}
	return s.write("UpdateWaybill", len(l.Parcels) == 1 && l.Parcels[0].ID == c.ParcelID, func() { l.Parcels[0].TrackingNo = c.TrackingNo })
}

func (s *side) CancelWaybill(_ context.Context, c dropship.Cancellation) error {
	return s.write("CancelWaybill", s.unused[c.TrackingNo], func() { delete(s.unused, c.TrackingNo) })
}
