package logistics

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// finding is what looking at an order tells about a write.
type finding struct {
	ours     bool   // it is as the write would have made it
	conflict string // it is something else; the text says what. Empty: it may be tried again
}

// doubtful reports that a failure does not tell how the order is now: the
// answer was lost, or what was asked for had been done before, by whomever.
func doubtful(err error) bool {
	return errors.Is(err, mall.ErrUnknownOutcome) || errors.Is(err, mall.ErrAlreadyDone)
}

// unexplained reports a refusal that may mean that something was done before:
// not every platform says so by a code of its own.
func unexplained(err error) bool {
	_, told := errors.AsType[*Refusal](err)
	return !told && errors.Is(err, mall.ErrRejected)
}

// settle sends a write on an order. When its outcome is in doubt, it looks at
// the order and decides: ours is there → done; something else → mall.ErrConflict;
// nothing → sent once more, and looked at again. A write is never sent a third
// time, and once an answer was lost no failure of the second attempt is taken
// for the outcome of the first.
func (s *Service) settle(ctx context.Context, what, orderID string,
	send func(context.Context) error, judge func(order.Order) finding) error {
	first := send(ctx)
	switch {
	case first == nil:
		return nil
	case unexplained(first):
		return s.explain(ctx, what, orderID, first, judge)
	case !doubtful(first):
		return first
	}
	found, err := s.look(ctx, orderID, judge)
	switch {
	case err != nil:
		return s.unknown(what, first, fmt.Errorf("looking at order %s failed: %w", orderID, err))
	case found.ours && errors.Is(first, mall.ErrAlreadyDone):
		return first
	case found.ours:
		return nil
	case found.conflict != "":
		return s.conflict(what, first, found.conflict)
	}
	second := send(ctx)
	if second == nil {
		return nil
	}
	found, err = s.look(ctx, orderID, judge)
	switch {
	case err != nil:
		return s.unknown(what, second, fmt.Errorf("looking at order %s failed: %w", orderID, err))
	case found.ours && errors.Is(first, mall.ErrAlreadyDone):
		return first
	case found.ours:
		return nil
	case found.conflict != "":
		return s.conflict(what, second, found.conflict)
	case errors.Is(first, mall.ErrAlreadyDone) && errors.Is(second, mall.ErrAlreadyDone):
		return s.conflict(what, second, fmt.Sprintf("the platform says that it was done before, but order %s does not show it", orderID))
	case errors.Is(first, mall.ErrAlreadyDone) && !doubtful(second):
		return second // nothing was lost: both were refused
	}
	return s.unknown(what, second, nil)
}

// explain looks whether the order tells why a write was refused. Nothing was
// sent besides, so an order that tells nothing leaves the refusal as it is.
func (s *Service) explain(ctx context.Context, what, orderID string, refusal error, judge func(order.Order) finding) error {
	o, err := s.driver.Order(ctx, orderID)
	if err != nil {
		return refusal
	}
	switch found := judge(o); {
	case found.ours:
		return s.outcome(mall.ErrAlreadyDone, what, refusal, "the order shows it", refusal)
	case found.conflict != "":
		return s.outcome(mall.ErrConflict, what, refusal, found.conflict, refusal)
	}
	return refusal
}

// look reads the order as it is now.
func (s *Service) look(ctx context.Context, orderID string, judge func(order.Order) finding) (finding, error) {
	o, err := s.driver.Order(ctx, orderID)
	if err != nil {
		return finding{}, err
	}
	return judge(o), nil
}

// conflict keeps the platform's codes and request id, but not its kind: what
// was in doubt is known now.
func (s *Service) conflict(what string, cause error, text string) error {
	return s.outcome(mall.ErrConflict, what, cause, text, nil)
}

// unknown says that nobody can tell what became of the write, and why.
func (s *Service) unknown(what string, cause, looking error) error {
	text := "the last answer was: " + cause.Error()
	return s.outcome(mall.ErrUnknownOutcome, what, cause, text, looking)
}

// repeated is the failure of a write that may be sent twice, where the first
// answer was lost. The platform's word on the write itself holds for both. What
// kept the second one from being asked says nothing about the first.
func (s *Service) repeated(what string, second error) error {
	e, ok := errors.AsType[*mall.Error](second)
	if second == nil || ok && (e.Kind == "" && e.Code != "" ||
		slices.Contains([]mall.Kind{mall.ErrRejected, mall.ErrConflict, mall.ErrNotFound, mall.ErrInvalid, mall.ErrQuota}, e.Kind)) {
		return second
	}
	return s.unknown(what, second, nil)
}

func (s *Service) outcome(kind mall.Kind, what string, cause error, text string, below error) error {
	e := &mall.Error{Platform: s.driver.Platform(), Method: what, Kind: kind, Message: text, Err: below}
	if below != nil {
		e.Message += "; " + below.Error()
	}
	if c, ok := errors.AsType[*mall.Error](cause); ok {
		e.Method, e.Code, e.SubCode, e.RequestID = c.Method, c.Code, c.SubCode, c.RequestID
	}
	return e
}
