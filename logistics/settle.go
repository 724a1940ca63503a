package logistics

import (
	"context"
	"errors"
	"fmt"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/order"
)

// finding is what looking at an order tells about a write.
type finding struct {
	ours     bool   // it is as the write would have made it
	conflict string // it is something else; the text says what. Empty: it may be tried again
}

// weigh tells what a failure says about a write on an order. mall.ErrAlreadyDone
// is in doubt like a lost answer, since it does not say by whom. A refusal
// without a [Refusal]'s reason may mean that it was done before: not every
// platform says so by a code of its own.
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

// twice are the rules of a write that does no harm when it is sent twice, and
// that is sent twice when its answer is lost. The platform's word on the write
// itself holds for both. What kept the second one from being asked says nothing
// about the first.
func (s *Service) twice(op string) settle.Rules {
	return settle.Rules{Platform: s.driver.Platform(), Op: op, Repeat: func(second error) (error, bool) {
		return second, settle.Word(second)
	}}
}
