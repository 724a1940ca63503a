package dropship

import (
	"context"
	"fmt"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// Choice gives one assignment to a factory.
type Choice struct {
	ID       MerchantID
	Supplier string // shop id of the factory, see [Relation].Partner
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
	return batch(ctx, s, what, choices, func(c Choice) MerchantID { return c.ID }, d.Assign, func(c Choice, a Assignment) finding {
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

// CancelAssignment takes lines back from their factories. Outcomes are as those
// of [Service.Assign]: mall.ErrAlreadyDone when the line is the merchant's
// already, [ReasonShipped] when the factory has shipped it. A number that the
// factory holds is not given back by it.
func (s *Service) CancelAssignment(ctx context.Context, ids ...MerchantID) ([]Outcome, error) {
	d, err := power[AssignmentCanceller](ctx, s, RoleMerchant, "cancel assignment")
	if err != nil {
		return nil, err
	}
	return batch(ctx, s, "cancel assignment", ids, func(id MerchantID) MerchantID { return id }, d.CancelAssignment,
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

// batch sends entries in chunks, settles each that failed, and sends those once
// more of which nothing is there.
func batch[T any](ctx context.Context, s *Service, what string, all []T, id func(T) MerchantID,
	send func(context.Context, []T) ([]Outcome, error), judge func(T, Assignment) finding) ([]Outcome, error) {
	seen := map[MerchantID]bool{}
	for _, x := range all {
		switch {
		case strings.TrimSpace(string(id(x))) == "":
			return nil, s.refuse(what, invalid("an id is empty"))
		case seen[id(x)]:
			return nil, s.refuse(what, invalid("%s is there twice", id(x)))
		}
		seen[id(x)] = true
	}
	size := s.driver.Limits().Assign
	if size <= 0 {
		size = max(len(all), 1)
	}
	outcomes := make([]Outcome, 0, len(all))
	for len(all) > 0 {
		if ctx.Err() != nil {
			return outcomes, context.Cause(ctx)
		}
		chunk := all[:min(size, len(all))]
		all = all[len(chunk):]
		got, err := sendOnce(ctx, s, chunk, id, send, judge, false)
		if err != nil {
			return outcomes, err
		}
		outcomes = append(outcomes, got...)
	}
	return outcomes, nil
}

// sendOnce sends a chunk and settles what failed. Entries of a lost call of which
// nothing is there are sent a second time, never a third.
func sendOnce[T any](ctx context.Context, s *Service, chunk []T, id func(T) MerchantID,
	send func(context.Context, []T) ([]Outcome, error), judge func(T, Assignment) finding, sentBefore bool) ([]Outcome, error) {
	answered, err := send(ctx, chunk)
	if err != nil && !lost(err) {
		return nil, err
	}
	by := map[MerchantID]error{}
	for _, o := range answered {
		by[o.ID] = o.Err
	}
	outcomes, place, repeat := make([]Outcome, len(chunk)), []int(nil), []T(nil)
	for i, x := range chunk {
		o := Outcome{ID: id(x), Err: err}
		if err == nil {
			answer, ok := by[id(x)]
			if o.Err = answer; !ok {
				// Accepted, but not a word about this one.
				o.Err = &mall.Error{Platform: s.driver.Platform(), Kind: mall.ErrUnknownOutcome, Message: fmt.Sprintf("the answer leaves out %s", id(x))}
			}
		}
		if o.Err != nil {
			again := false
			if o.Err, again = resolved(ctx, o.Err, s.merchantLook(id(x), func(a Assignment) finding { return judge(x, a) }), sentBefore); again && !sentBefore {
				place, repeat = append(place, i), append(repeat, x)
			}
		}
		outcomes[i] = o
	}
	if len(repeat) == 0 {
		return outcomes, nil
	}
	second, err := sendOnce(ctx, s, repeat, id, send, judge, true)
	if err != nil {
		return outcomes, nil // what is known stays: those entries keep their unknown outcome
	}
	for j, i := range place {
		outcomes[i] = second[j]
	}
	return outcomes, nil
}

// merchantLook reads an assignment and judges it; nil where the driver cannot.
func (s *Service) merchantLook(id MerchantID, judge func(Assignment) finding) look {
	d, ok := s.driver.(MerchantOrderGetter)
	if !ok {
		return nil
	}
	return func(ctx context.Context) (finding, error) {
		a, err := d.MerchantOrder(ctx, id)
		if err != nil {
			return finding{}, err
		}
		s.complete(&a, RoleMerchant)
		return judge(a), nil
	}
}
