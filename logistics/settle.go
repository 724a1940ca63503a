package logistics

import (
	"context"
	"errors"
	"fmt"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/order"
)

// finding is what an order, read after a write, shows about it.
type finding struct {
	ours     bool   // it is as the write would have made it
	conflict string // it is something else; the text says what. Empty: it may be tried again
}

// weigh says how far a failure can be trusted. mall.ErrAlreadyDone is in doubt
// like a lost answer, since it does not say by whom. A refusal without a reason
// of type [Refusal] may mean that it was done before: not every platform has a
// code of its own for that.
func weigh(err error) settle.Doubt {
	_, told := errors.AsType[*Refusal](err)
	switch {
	case errors.Is(err, mall.ErrUnknownOutcome), errors.Is(err, mall.ErrAlreadyDone):
		return settle.Open
	case !told && errors.Is(err, mall.ErrRejected):
		return settle.Refused
	}
	return settle.Clear
}

// settle sends a write on an order. When its outcome is in doubt, the order
// decides: see [settle.Rules.Batch].
func (s *Service) settle(ctx context.Context, op, orderID string,
	send func(context.Context) error, judge func(order.Order) finding) error {
	rules := settle.Rules{Platform: s.driver.Platform(), Op: op, Weigh: weigh}
	return rules.One(ctx, send, func(ctx context.Context, _ int, _ error, _ bool) (settle.Finding, error) {
		o, err := s.driver.Order(ctx, orderID)
		if err != nil {
			return settle.Finding{}, fmt.Errorf("looking at order %s: %w", orderID, err)
		}
		found := judge(o)
		if found.conflict == "" {
			return settle.Finding{Done: found.ours, Text: "order " + orderID + " shows it"}, nil
		}
		return settle.Finding{Err: &mall.Error{Kind: mall.ErrConflict, Message: found.conflict}}, nil
	})
}

// twice are the rules of a write that does no harm when it is carried out twice:
// it is sent again when its answer is lost. A refusal of the second attempt then
// holds for the first as well, but a failure to ask, such as a rate limit, does
// not.
func (s *Service) twice(op string) settle.Rules {
	return settle.Rules{Platform: s.driver.Platform(), Op: op, Repeat: func(second error) (error, bool) {
		return second, settle.Word(second)
	}}
}
