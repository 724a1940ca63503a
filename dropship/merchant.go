package dropship

import (
	"context"
	"errors"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/order"
)

// Choice gives one assignment to a factory.
type Choice struct {
	ID       MerchantID
	Supplier string // the factory, see [Relation].Partner
}

// GetMerchantOrder reads one assignment as the merchant sees it.
func (s *Service) GetMerchantOrder(ctx context.Context, id MerchantID) (a Assignment, err error) {
	defer func() { err = s.fail("get merchant order", err) }()
	d, err := power[MerchantDriver](ctx, s, RoleMerchant)
	if err != nil {
		return Assignment{}, err
	}
	if strings.TrimSpace(string(id)) == "" {
		return Assignment{}, settle.Invalid("the id is empty")
	}
	if a, err = d.GetMerchantOrder(ctx, id); err != nil {
		return Assignment{}, err
	}
	s.complete(&a, RoleMerchant)
	return a, nil
}

// Assign gives lines to factories: one result for each choice, in their order.
// Long lists go out in batches; when one fails as a whole the results so far are
// returned along with the error. An entry whose answer was lost is looked up, and
// sent once more when nothing of it is there. One that is refused is
// mall.ErrAlreadyDone if that factory has it, or a [*Refusal] where looking
// tells why.
func (s *Service) Assign(ctx context.Context, choices ...Choice) (list []mall.Result[MerchantID], err error) {
	const op = "assign orders"
	defer func() { err = s.fail(op, err) }()
	d, err := power[MerchantDriver](ctx, s, RoleMerchant)
	if err != nil {
		return nil, err
	}
	for _, c := range choices {
		if strings.TrimSpace(c.Supplier) == "" {
			return nil, settle.Invalid("the supplier of assignment %q is empty", c.ID)
		}
	}
	w := assignmentWrite[Choice]{op: op, size: s.driver.Limits().Assign, id: func(c Choice) MerchantID { return c.ID },
		send: d.Assign}
	w.judge = func(c Choice, a Assignment) finding {
		f := finding{now: &a}
		switch {
		case a.State == StateAssigned || a.State == StateReturned:
			if f.done = a.Partner == c.Supplier; !f.done {
				f.reason = ReasonOtherFactory
			}
		case a.RefundOpen:
			f.reason = ReasonRefundOpen
		case a.OrderStatus == order.StatusClosed:
			f.reason = ReasonClosed
		case a.stage() == stageShippedByMerchant:
			f.reason = ReasonShipped
		}
		return f
	}
	return w.run(ctx, s, choices)
}

// CancelAssignment takes lines back from their factories, who are told the
// reason where the platform has a place for it. Results are as those of
// [Service.Assign]: mall.ErrAlreadyDone when the line is the merchant's already,
// [ReasonShipped] when the factory has shipped it. A number that the factory
// holds is not given back by it.
func (s *Service) CancelAssignment(ctx context.Context, reason string,
	ids ...MerchantID) (list []mall.Result[MerchantID], err error) {
	const op = "cancel assignments"
	defer func() { err = s.fail(op, err) }()
	d, err := power[MerchantDriver](ctx, s, RoleMerchant)
	if err != nil {
		return nil, err
	}
	w := assignmentWrite[MerchantID]{op: op, size: s.driver.Limits().Assign, id: itself,
		judge: func(_ MerchantID, a Assignment) finding {
			f := finding{now: &a}
			switch a.State {
			case StateCancelled, StateUnassigned:
				f.done = true
			case StateReturned:
				f.reason = ReasonShipped
			}
			return f
		}}
	w.send = func(ctx context.Context, ids []MerchantID) ([]mall.Result[MerchantID], error) {
		return d.CancelAssignment(ctx, reason, ids)
	}
	return w.run(ctx, s, ids)
}

func itself(id MerchantID) MerchantID { return id }

// assignmentWrite is a batch over assignments, which are looked up one by one.
type assignmentWrite[T any] struct {
	op    string
	size  int
	id    func(T) MerchantID
	send  func(context.Context, []T) ([]mall.Result[MerchantID], error)
	judge func(T, Assignment) finding
	// goneIsDone says that an assignment that is not there any more is what was
	// asked for. Otherwise its absence proves nothing.
	goneIsDone bool
}

func (w assignmentWrite[T]) run(ctx context.Context, s *Service, all []T) ([]mall.Result[MerchantID], error) {
	b := batch[T, MerchantID]{service: s, op: w.op, size: w.size, id: w.id,
		send: func(ctx context.Context, chunk []T) (map[MerchantID]error, error) {
			answered, err := w.send(ctx, chunk)
			return byItem(answered), err
		}}
	if d, ok := s.driver.(MerchantDriver); ok {
		b.look = func() func(context.Context, T) (finding, error) {
			return func(ctx context.Context, x T) (finding, error) {
				a, err := d.GetMerchantOrder(ctx, w.id(x))
				if errors.Is(err, mall.ErrNotFound) && w.goneIsDone {
					return finding{done: true}, nil
				}
				if err != nil {
					return finding{}, err
				}
				s.complete(&a, RoleMerchant)
				return w.judge(x, a), nil
			}
		}
	}
	errs, err := b.run(ctx, all)
	ids := make([]MerchantID, len(all))
	for i, x := range all {
		ids[i] = w.id(x)
	}
	return results(s, w.op, ids, errs), err
}
