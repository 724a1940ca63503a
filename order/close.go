package order

import (
	"context"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Close closes an order that is not paid, so that it cannot be paid any more. The
// reason is shown to the buyer where the platform takes one; empty is a general
// one.
//
// nil: it is closed. mall.ErrAlreadyDone: it was closed before.
// mall.ErrConflict: it is paid; money goes back by an after-sale case only. The
// order is read first, as a refused call costs some platforms' patience, and
// again when the platform refuses or its answer is lost: what it shows decides,
// and one that is still unpaid after a lost answer is closed once more.
// mall.ErrUnknownOutcome is left when reading does not help, also when the second
// call is refused.
func (s *Service) Close(ctx context.Context, id, reason string) (err error) {
	const op = "close order"
	defer func() { err = s.fail(op, err) }()
	d, err := power[Writer](s)
	if err != nil {
		return err
	}
	if id, err = idOf(id, "order id"); err != nil {
		return err
	}
	o, err := s.get(ctx, id)
	if err != nil {
		return err
	}
	if wrong := closable(o); wrong != nil {
		return wrong
	}
	return s.rules(op).One(ctx, func(ctx context.Context) error { return d.Close(ctx, id, reason) },
		func(ctx context.Context, _ int, _ error, _ bool) (settle.Finding, error) {
			now, err := s.get(ctx, id)
			if err != nil {
				return settle.Finding{}, err
			}
			if now.Status == StatusClosed {
				return settle.Finding{Done: true, Text: "order " + id + " is closed"}, nil
			}
			return settle.Finding{Err: closable(now)}, nil
		})
}

// closable tells why an order cannot be closed. One in a status that no table
// knows is the platform's to judge.
func closable(o Order) error {
	switch o.Status {
	case StatusUnpaid, "":
		return nil
	case StatusClosed:
		return &mall.Error{Kind: mall.ErrAlreadyDone, Message: "order " + o.ID + " is closed"}
	}
	return &mall.Error{Kind: mall.ErrConflict, Message: "order " + o.ID + " is " + string(o.Status)}
}
