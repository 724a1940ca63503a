package dropship

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Service is drop-ship for one shop, whichever side it is on. It is safe for
// concurrent use. Get one from a shop of package client, or from [NewService]
// over a driver of your own.
//
// Every failure is a [*mall.Error] that names the platform and what was tried;
// a refusal whose reason is known is a [*Refusal] within. What the platform has
// no call for is mall.ErrNotSupported: see [Can].
type Service struct {
	driver Driver
	shopID string
	opts   Options
	role   atomic.Pointer[Role] // the last answer that named one
}

// Options adjust a [Service]. The zero value is useful.
type Options struct {
	Clock mall.Clock // nil: the system's
}

// NewService returns the service of a shop over its driver.
func NewService(d Driver, shopID string, opts Options) *Service {
	return &Service{driver: d, shopID: shopID, opts: opts}
}

// Limits returns what the platform imposes. [Service] splits what is longer.
func (s *Service) Limits() Limits { return s.driver.Limits() }

// Role asks the platform which side the shop is on; empty where it has not
// chosen. The answer is kept, to refuse calls of the other side early.
func (s *Service) Role(ctx context.Context) (Role, error) {
	role, err := s.driver.Role(ctx)
	if err == nil && role != "" {
		s.role.Store(&role)
	}
	return role, s.fail("ask for the role", err)
}

// fail is err as it leaves an exported call.
func (s *Service) fail(op string, err error) error {
	return settle.Failure(s.driver.Platform(), op, err)
}

// power finds the interface of the driver that a call needs, and refuses a call
// that belongs to the other side.
func power[P any](ctx context.Context, s *Service, want Role) (P, error) {
	d, ok := s.driver.(P)
	if !ok {
		return d, mall.ErrNotSupported
	}
	return d, s.as(ctx, want)
}

// as refuses a call that belongs to the other side. A role that does not fit is
// asked for anew, because it may be changed until the first binding. Where it
// is not known, the call is left to the platform to refuse.
func (s *Service) as(ctx context.Context, want Role) error {
	if known := s.role.Load(); known != nil && *known == want {
		return nil
	}
	is, err := s.Role(ctx)
	if err != nil || is == "" || is == want {
		return nil
	}
	return &Refusal{Reason: ReasonWrongRole, Err: &mall.Error{
		Kind: mall.ErrRejected,
		Message: fmt.Sprintf("this is a call of a %s, and the shop is a %s; "+
			"a shop has one role, which is fixed once binding began", want, is),
	}}
}

// results are the outcomes of a batch as they leave an exported call.
func results[T any](s *Service, op string, items []T, errs []error) []mall.Result[T] {
	list := make([]mall.Result[T], len(errs))
	for i, err := range errs {
		list[i] = mall.Result[T]{Item: items[i], Err: s.fail(op, err)}
	}
	return list
}

// Refusal is why a call was refused. It comes within a [*mall.Error], and unwraps
// to what the platform said, or else to mall.ErrConflict.
type Refusal struct {
	Reason Reason
	// Now is the assignment as it was found when looking; nil when it was not
	// looked at, or is gone.
	Now *Assignment
	Err error // what the platform said, if it did
}

// Error names the reason, and what the platform said.
func (e *Refusal) Error() string {
	return fmt.Sprintf("%s: %v", e.Reason, errors.Join(e.Unwrap()))
}

// Unwrap returns what the platform said, or else mall.ErrConflict.
func (e *Refusal) Unwrap() error {
	if e.Err == nil {
		return mall.ErrConflict
	}
	return e.Err
}
