package dropship

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// Return ships an assignment by its waybills (回传). The line of the buyer's order
// is shipped by it as well.
type Return struct {
	ID FactoryID
	// Parcels are at least one. Their Items count pieces, without lines: over all
	// parcels exactly what is left to ship, which not every platform checks.
	Parcels []logistics.Parcel
	// RefuseRefund refuses the buyer's open refund and ships all the same. Without
	// it an open refund blocks. Where the platform has no such call it is
	// mall.ErrNotSupported.
	RefuseRefund bool
	// FromAddressID, of the shop's address book, or From is where it is sent from;
	// both empty means the shop's default address. mall.ErrNotSupported where the
	// platform does not ask.
	FromAddressID string
	From          logistics.Address
	// ReturnAddressID is the address of the shop's address book that the buyer may
	// send it back to. Empty: the default.
	ReturnAddressID string
	Serials         []string // serial numbers (SN), where the goods need them
	IMEIs           []string // of phones, where they need them
}

// check says what is missing.
func (r Return) check(l Limits) error {
	if err := r.ID.check(); err != nil {
		return err
	}
	switch {
	case len(r.Parcels) == 0:
		return settle.Invalid("there is no parcel")
	case l.Parcels > 0 && len(r.Parcels) > l.Parcels:
		return settle.Invalid("%d parcels: the platform takes %d for an assignment", len(r.Parcels), l.Parcels)
	}
	for _, p := range r.Parcels {
		if strings.TrimSpace(p.TrackingNo) == "" || strings.TrimSpace(p.CarrierCode) == "" || p.Pieces() < 1 {
			return settle.Invalid("a parcel needs a carrier, a tracking number and at least one piece")
		}
	}
	return nil
}

func (id FactoryID) check() error {
	if strings.TrimSpace(id.ID) == "" || strings.TrimSpace(id.Shop) == "" {
		return settle.Invalid("the id, or the merchant's alias in it, is empty")
	}
	return nil
}

// GetFactoryOrder reads one assignment as the factory sees it. mall.ErrNotFound:
// there is none any more, since the merchant may have taken it back.
func (s *Service) GetFactoryOrder(ctx context.Context, id FactoryID) (a Assignment, err error) {
	defer func() { err = s.fail("get factory order", err) }()
	d, err := power[FactoryDriver](ctx, s, RoleFactory)
	if err != nil {
		return Assignment{}, err
	}
	if err := id.check(); err != nil {
		return Assignment{}, err
	}
	if a, err = d.GetFactoryOrder(ctx, id); err != nil {
		return Assignment{}, err
	}
	s.complete(&a, RoleFactory)
	return a, nil
}

// ReturnWaybills ships an assignment. It returns the parcels as the platform
// knows them; after looking, they may lack what only the answer had.
//
// When the answer is lost, it looks: the same numbers there mean success, others
// a [*Refusal] with [ReasonShipped]; when nothing is there it sends once more.
// When the platform refuses, it looks as well: mall.ErrAlreadyDone when the same
// numbers are there, else a [*Refusal] with [ReasonCancelled],
// [ReasonRefundOpen], [ReasonShipped], [ReasonOtherSide], [ReasonPieces] or
// [ReasonSender]. mall.ErrUnknownOutcome: looking did not help; call again with
// the same numbers.
func (s *Service) ReturnWaybills(ctx context.Context, r Return) (shipped []order.Parcel, err error) {
	const op = "return waybills"
	defer func() { err = s.fail(op, err) }()
	d, err := power[FactoryDriver](ctx, s, RoleFactory)
	if err != nil {
		return nil, err
	}
	if err := r.check(s.driver.Limits()); err != nil {
		return nil, err
	}
	var parcels []order.Parcel
	send := func(ctx context.Context) (err error) {
		parcels, err = d.ReturnWaybills(ctx, r)
		return err
	}
	if err := s.rules(op).One(ctx, send, s.returnLook(d, r, &parcels)); err != nil {
		return nil, err
	}
	return parcels, nil
}

// returnLook finds out what became of a return that did not succeed, and which
// parcels are there.
func (s *Service) returnLook(d FactoryDriver, r Return, parcels *[]order.Parcel) settle.Look {
	return func(ctx context.Context, _ int, failure error, sentBefore bool) (settle.Finding, error) {
		// The platform refused it because of the state, and no return of ours can be
		// the reason.
		blocked := !sentBefore && errors.Is(failure, mall.ErrConflict)
		a, err := d.GetFactoryOrder(ctx, r.ID)
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
		case a.stage() == stageShippedByMerchant, a.State == StateAssigned && blocked:
			// Still assigned, nothing open, and yet it may not be shipped: the
			// merchant has shipped the line, or the order is over. Few platforms show a
			// factory which.
			f.reason = ReasonOtherSide
		}
		return f.settled(failure), nil
	}
}

// sameParcels reports whether the numbers are the same, whatever their order.
// Carriers are compared where the platform shows them.
func sameParcels(want []logistics.Parcel, have []order.Parcel) bool {
	if len(want) != len(have) {
		return false
	}
	left := slices.Clone(have)
	for _, w := range want {
		i := slices.IndexFunc(left, func(p order.Parcel) bool {
			return p.TrackingNo == w.TrackingNo && (p.CarrierCode == "" || p.CarrierCode == w.CarrierCode)
		})
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return true
}
