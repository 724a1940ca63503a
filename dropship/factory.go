package dropship

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/order"
)

// Return ships an assignment by its waybills (回传). The trade's line is
// shipped by it as well.
type Return struct {
	ID      FactoryID
	Parcels []Shipment // at least one
	// RefuseRefund refuses the buyer's open refund and ships all the same. Without
	// it an open refund blocks. Where the platform has no such call it is
	// mall.ErrNotSupported.
	RefuseRefund bool
	// From is where it is sent from; zero means the shop's default address.
	// mall.ErrNotSupported where the platform does not ask.
	From Place
	// ReturnTo is the address of the shop's address book that the buyer may send
	// it back to. Empty: the default.
	ReturnTo string
	Serials  []string // serial numbers (SN), where the goods need them
	IMEIs    []string // of phones, where they need them
}

// Shipment is one parcel of a [Return].
type Shipment struct {
	Carrier    string // the platform's code of the carrier
	TrackingNo string
	Pieces     int64 // over all parcels: exactly what is left to ship, which not every platform checks
}

// FactoryOrder reads one assignment as the factory sees it. mall.ErrNotFound
// tells that there is none any more: the merchant may have taken it back.
func (s *Service) FactoryOrder(ctx context.Context, id FactoryID) (Assignment, error) {
	const what = "get factory order"
	d, err := power[FactoryOrderGetter](ctx, s, RoleFactory, what)
	if err != nil {
		return Assignment{}, err
	}
	if err := s.checkID(what, id); err != nil {
		return Assignment{}, err
	}
	a, err := d.FactoryOrder(ctx, id)
	if err != nil {
		return Assignment{}, err
	}
	s.complete(&a, RoleFactory)
	return a, nil
}

// CanGetFactoryOrder reports whether FactoryOrder can work at all.
func (s *Service) CanGetFactoryOrder() bool { return can[FactoryOrderGetter](s) }

func (s *Service) checkID(what string, id FactoryID) error {
	if strings.TrimSpace(id.ID) == "" || strings.TrimSpace(id.Shop) == "" {
		return s.refuse(what, invalid("the id, or the merchant's alias in it, is empty"))
	}
	return nil
}

// ReturnWaybills ships an assignment. It returns the parcels as the platform
// knows them; after looking, they may lack what only the answer had.
//
// When the answer is lost, it looks: the same numbers there mean success, others
// a [*Refusal] with [ReasonShipped]; when nothing is there it sends once more.
// When the platform refuses, it looks as well: mall.ErrAlreadyDone when the same
// numbers are there, else a [*Refusal] that tells [ReasonCancelled],
// [ReasonRefundOpen], [ReasonShipped], [ReasonOtherSide], [ReasonPieces] and
// [ReasonSender] apart. mall.ErrUnknownOutcome is left when looking does not
// help: call again with the same numbers.
func (s *Service) ReturnWaybills(ctx context.Context, r Return) ([]order.Parcel, error) {
	const what = "return waybills"
	d, err := power[WaybillReturner](ctx, s, RoleFactory, what)
	if err != nil {
		return nil, err
	}
	if err := s.checkID(what, r.ID); err != nil {
		return nil, err
	}
	if len(r.Parcels) == 0 {
		return nil, s.refuse(what, invalid("there is no parcel"))
	}
	if most := s.driver.Limits().Parcels; most > 0 && len(r.Parcels) > most {
		return nil, s.refuse(what, invalid("%d parcels: the platform takes %d for an assignment", len(r.Parcels), most))
	}
	for _, p := range r.Parcels {
		if strings.TrimSpace(p.TrackingNo) == "" || strings.TrimSpace(p.Carrier) == "" || p.Pieces < 1 {
			return nil, s.refuse(what, invalid("a parcel needs a carrier, a tracking number and at least one piece"))
		}
	}
	var parcels []order.Parcel
	send := func(ctx context.Context) (err error) {
		parcels, err = d.ReturnWaybills(ctx, r)
		return err
	}
	if err := s.rules(what).One(ctx, send, s.returnLook(r, &parcels)); err != nil {
		return nil, err
	}
	return parcels, nil
}

// CanReturnWaybills reports whether ReturnWaybills can work at all.
func (s *Service) CanReturnWaybills() bool { return can[WaybillReturner](s) }

// returnLook finds out what became of a return that did not succeed, and which
// parcels are there.
func (s *Service) returnLook(r Return, parcels *[]order.Parcel) settle.Look {
	d, ok := s.driver.(FactoryOrderGetter)
	if !ok {
		return nil
	}
	return func(ctx context.Context, _ int, failure error, sentBefore bool) (settle.Finding, error) {
		// The platform refused it because of the state, and no return of ours can be
		// the reason.
		blocked := !sentBefore && errors.Is(failure, mall.ErrConflict)
		a, err := d.FactoryOrder(ctx, r.ID)
		if errors.Is(err, mall.ErrNotFound) {
			return finding{reason: ReasonCancelled}.settled(failure), nil
		}
		if err != nil {
			return settle.Finding{}, err
		}
		s.complete(&a, RoleFactory)
		*parcels = a.Parcels
		f := finding{now: &a}
		switch {
		case a.State == StateReturned && sameParcels(r.Parcels, a.Parcels):
			f.done = true
		case a.State == StateReturned:
			f.reason = ReasonShipped
		case a.State == StateCancelled:
			f.reason = ReasonCancelled
		case a.State == StateUnassigned:
			f.reason = ReasonNotAssigned
		case a.RefundOpen && !r.RefuseRefund:
			f.reason = ReasonRefundOpen
		case a.Stage() == StageShippedByMerchant, a.State == StateAssigned && blocked:
			// Still assigned, nothing open, and yet it may not be shipped: the
			// merchant has shipped the line, or the trade is over. Few platforms tell
			// a factory which.
			f.reason = ReasonOtherSide
		}
		return f.settled(failure), nil
	}
}

// sameParcels reports whether the numbers are the same, whatever their order.
// Carriers are compared where the platform tells them.
func sameParcels(want []Shipment, have []order.Parcel) bool {
	if len(want) != len(have) {
		return false
	}
	left := slices.Clone(have)
	for _, w := range want {
		i := slices.IndexFunc(left, func(p order.Parcel) bool {
			return p.TrackingNo == w.TrackingNo && (p.CarrierCode == "" || p.CarrierCode == w.Carrier)
		})
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return true
}
