package dropship

import (
	"context"
	"errors"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// Choice gives one assignment to a factory.
type Choice struct {
	ID       MerchantID
	Supplier string // the factory, see [Relation].Partner
}

// Outcome is what became of one entry of a batch. A nil Err means done.
type Outcome struct {
	ID  MerchantID
	Err error
}

// MerchantOrder reads one assignment as the merchant sees it.
func (s *Service) MerchantOrder(ctx context.Context, id MerchantID) (Assignment, error) {
	d, err := power[MerchantOrderGetter](ctx, s, RoleMerchant, "get merchant order")
	if err != nil {
		return Assignment{}, err
	}
	if strings.TrimSpace(string(id)) == "" {
		return Assignment{}, s.refuse("get merchant order", invalid("the id is empty"))
	}
	a, err := d.MerchantOrder(ctx, id)
	if err != nil {
		return Assignment{}, err
	}
	s.complete(&a, RoleMerchant)
	return a, nil
}

// CanGetMerchantOrder reports whether MerchantOrder can work at all.
func (s *Service) CanGetMerchantOrder() bool { return can[MerchantOrderGetter](s) }

// Assign gives lines to factories: one outcome for each choice, in their order.
// Long lists go out in batches; when one fails as a whole the outcomes so far
// are returned along with the error. An entry whose outcome was lost is looked
// up, and sent once more when nothing of it is there. One that is refused is
// mall.ErrAlreadyDone if that factory has it, or a [*Refusal] where looking
// tells why.
func (s *Service) Assign(ctx context.Context, choices ...Choice) ([]Outcome, error) {
	const what = "assign"
	d, err := power[Assigner](ctx, s, RoleMerchant, what)
	if err != nil {
		return nil, err
	}
	for _, c := range choices {
		if strings.TrimSpace(c.Supplier) == "" {
			return nil, s.refuse(what, invalid("the supplier of %s is empty", c.ID))
		}
	}
	return assignments(ctx, s, what, s.driver.Limits().Assign, choices, false, func(c Choice) MerchantID { return c.ID }, d.Assign, func(c Choice, a Assignment) finding {
		f := finding{now: &a}
		switch {
		case a.State == StateAssigned || a.State == StateReturned:
			if f.done = a.Partner == c.Supplier; !f.done {
				f.reason = ReasonOtherFactory
			}
		case a.RefundOpen:
			f.reason = ReasonRefundOpen
		case a.Trade == order.StatusClosed:
			f.reason = ReasonClosed
		case a.Stage() == StageShippedByMerchant:
			f.reason = ReasonShipped
		}
		return f
	})
}

// CanAssign reports whether Assign can work at all.
func (s *Service) CanAssign() bool { return can[Assigner](s) }

// CancelAssignment takes lines back from their factories, who are told the
// reason where the platform has a place for it. Outcomes are as those
// of [Service.Assign]: mall.ErrAlreadyDone when the line is the merchant's
// already, [ReasonShipped] when the factory has shipped it. A number that the
// factory holds is not given back by it.
func (s *Service) CancelAssignment(ctx context.Context, reason string, ids ...MerchantID) ([]Outcome, error) {
	d, err := power[AssignmentCanceller](ctx, s, RoleMerchant, "cancel assignment")
	if err != nil {
		return nil, err
	}
	return assignments(ctx, s, "cancel assignment", s.driver.Limits().Assign, ids, false, func(id MerchantID) MerchantID { return id },
		func(ctx context.Context, ids []MerchantID) ([]Outcome, error) {
			return d.CancelAssignment(ctx, reason, ids)
		},
		func(_ MerchantID, a Assignment) finding {
			f := finding{now: &a}
			switch a.State {
			case StateCancelled, StateUnassigned:
				f.done = true
			case StateReturned:
				f.reason = ReasonShipped
			}
			return f
		})
}

// CanCancelAssignment reports whether CancelAssignment can work at all.
func (s *Service) CanCancelAssignment() bool { return can[AssignmentCanceller](s) }

// assignments is a batch over assignments, which are looked up one by one. One
// that is not there any more tells of nothing, unless that is what was asked for.
func assignments[T any](ctx context.Context, s *Service, what string, size int, all []T, goneIsDone bool, id func(T) MerchantID,
	send func(context.Context, []T) ([]Outcome, error), judge func(T, Assignment) finding) ([]Outcome, error) {
	b := batch[T, MerchantID]{service: s, what: what, size: size, id: id, send: func(ctx context.Context, chunk []T) (map[MerchantID]error, error) {
		answered, err := send(ctx, chunk)
		by := map[MerchantID]error{}
		for _, o := range answered {
			by[o.ID] = o.Err
		}
		return by, err
	}}
	if d, ok := s.driver.(MerchantOrderGetter); ok {
		b.look = func() func(context.Context, T) (finding, error) {
			return func(ctx context.Context, x T) (finding, error) {
				a, err := d.MerchantOrder(ctx, id(x))
				if errors.Is(err, mall.ErrNotFound) && goneIsDone {
					return finding{done: true}, nil
				}
				if err != nil {
					return finding{}, err
				}
				s.complete(&a, RoleMerchant)
				return judge(x, a), nil
			}
		}
	}
	errs, err := b.run(ctx, all)
	outcomes := make([]Outcome, len(errs))
	for i, e := range errs {
		outcomes[i] = Outcome{ID: id(all[i]), Err: e}
	}
	return outcomes, err
}
