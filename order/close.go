package order

import (
	"context"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Closer is a [Driver] that can close an order that is not paid. A call whose
// answer is lost must not be repeated: it is mall.ErrUnknownOutcome. The reason
// may be empty, and is left out where the platform does not take one.
type Closer interface {
	Close(ctx context.Context, id, reason string) error
}

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
func (s *Service) Close(ctx context.Context, id, reason string) error {
	d, ok := s.driver.(Closer)
	if !ok {
		return s.refuse("close order", mall.ErrNotSupported)
	}
	if id = strings.TrimSpace(id); id == "" {
		return s.refuse("close order", invalid("the order id is empty"))
	}
	o, err := s.Get(ctx, id)
	if err != nil {
		return err
	}
	if wrong := s.closable(o); wrong != nil {
		return wrong
	}
	return s.rules("close order").One(ctx, func(ctx context.Context) error { return d.Close(ctx, id, reason) },
		func(ctx context.Context, _ int, _ error, _ bool) (settle.Finding, error) {
			now, err := s.Get(ctx, id)
			if err != nil {
				return settle.Finding{}, err
			}
			if now.Status == StatusClosed {
				return settle.Finding{Done: true, Text: "order " + id + " is closed"}, nil
			}
			return settle.Finding{Err: s.closable(now)}, nil
		})
}

// CanClose reports whether Close can work at all.
func (s *Service) CanClose() bool { _, ok := s.driver.(Closer); return ok }

// closable tells why an order cannot be closed. One in a status that no table
// knows is the platform's to judge.
func (s *Service) closable(o Order) error {
	switch o.Status {
	case StatusUnpaid, "":
		return nil
	case StatusClosed:
		return s.refuse("close order", &mall.Error{Kind: mall.ErrAlreadyDone, Message: "order " + o.ID + " is closed"})
	}
	return s.refuse("close order", &mall.Error{Kind: mall.ErrConflict, Message: "order " + o.ID + " is " + string(o.Status)})
}
