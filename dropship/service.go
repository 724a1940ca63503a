package dropship

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// Driver is what a platform must supply. Applications use [Service].
//
// Optional powers are one-method interfaces beside it. All methods must be safe
// for concurrent use, and what they return belongs to the caller.
type Driver interface {
	Platform() mall.Platform
	Limits() Limits
	// Role asks which side the shop is on.
	Role(ctx context.Context) (Role, error)
}

// SupplierLister is a [Driver] that lists the factories of a merchant, in
// every state. Pages count from 0; the answer must carry Total. Where the
// platform keeps a row for each application, it answers all of them.
type SupplierLister interface {
	Suppliers(ctx context.Context, page, size int) (mall.Page[Relation], error)
}

// MerchantLister is a [Driver] that lists the merchants of a factory, as a
// [SupplierLister] does.
type MerchantLister interface {
	Merchants(ctx context.Context, page, size int) (mall.Page[Relation], error)
}

// MerchantOrderLister is a [Driver] that lists what a merchant may assign and
// has assigned. It answers one question as [order.Driver].Page does.
type MerchantOrderLister interface {
	MerchantOrders(ctx context.Context, q Query, cursor string) (mall.Page[Assignment], error)
}

// MerchantOrderGetter is a [Driver] that reads one assignment of a merchant. An
// unknown id is mall.ErrNotFound.
type MerchantOrderGetter interface {
	MerchantOrder(ctx context.Context, id MerchantID) (Assignment, error)
}

// Assigner is a [Driver] that gives lines to factories. It answers for each
// choice, in any order, and returns an error only for the call as a whole.
type Assigner interface {
	Assign(ctx context.Context, choices []Choice) ([]Outcome, error)
}

// AssignmentCanceller is a [Driver] that takes lines back, answering as an
// [Assigner]. Where the platform needs a reason, the driver has one for the
// empty text.
type AssignmentCanceller interface {
	CancelAssignment(ctx context.Context, reason string, ids []MerchantID) ([]Outcome, error)
}

// Binder is a [Driver] that applies to factories. It answers as an [Assigner],
// for each partner. Key is set.
type Binder interface {
	Apply(ctx context.Context, list []Application) ([]PartnerOutcome, error)
}

// Unbinder is a [Driver] that parts from factories, answering as a [Binder].
type Unbinder interface {
	Unbind(ctx context.Context, list []Parting) ([]PartnerOutcome, error)
}

// Appender is a [Driver] that adds orders to those of a trade. It answers for
// each Key, in any order. Key is set.
type Appender interface {
	Append(ctx context.Context, list []Extra) ([]Appended, error)
}

// Deleter is a [Driver] that takes added orders away, answering as an
// [Assigner].
type Deleter interface {
	Delete(ctx context.Context, ids []MerchantID) ([]Outcome, error)
}

// FactoryOrderLister is a [Driver] that lists what a factory was given, as a
// [MerchantOrderLister] does.
type FactoryOrderLister interface {
	FactoryOrders(ctx context.Context, q Query, cursor string) (mall.Page[Assignment], error)
}

// FactoryOrderGetter is a [Driver] that reads one assignment of a factory.
// mall.ErrNotFound tells that there is none, or none any more.
type FactoryOrderGetter interface {
	FactoryOrder(ctx context.Context, id FactoryID) (Assignment, error)
}

// WaybillTaker is a [Driver] that takes waybill numbers. It answers for each
// entry, in any order.
type WaybillTaker interface {
	TakeWaybills(ctx context.Context, r WaybillRequest) ([]Waybill, error)
}

// WaybillReturner is a [Driver] that ships an assignment by its waybills. Where
// the platform's number tells why it refuses, the error is a [*Refusal].
type WaybillReturner interface {
	ReturnWaybills(ctx context.Context, r Return) ([]order.Parcel, error)
}

// WaybillUpdater is a [Driver] that corrects the number of a parcel.
type WaybillUpdater interface {
	UpdateWaybill(ctx context.Context, c Correction) error
}

// WaybillCanceller is a [Driver] that gives a number back.
type WaybillCanceller interface {
	CancelWaybill(ctx context.Context, c Cancellation) error
}

// Service is drop-ship for one shop, whichever side it is on. It is safe for
// concurrent use. Get one from a shop of package client, or from [NewService]
// over a driver of your own.
type Service struct {
	driver Driver
	shopID string
	opts   Options
	role   atomic.Pointer[Role] // the last answer that named one
}

// Options adjust a [Service]. The zero value is useful.
type Options struct {
	Clock mall.Clock
}

// NewService returns the service of a shop over its driver.
func NewService(d Driver, shopID string, opts Options) *Service {
	return &Service{driver: d, shopID: shopID, opts: opts}
}

// Limits returns what the platform imposes.
func (s *Service) Limits() Limits { return s.driver.Limits() }

// Role asks the platform which side the shop is on. The answer is kept, to
// refuse calls of the other side early.
func (s *Service) Role(ctx context.Context) (Role, error) {
	role, err := s.driver.Role(ctx)
	if err == nil && role != RoleUnknown {
		s.role.Store(&role)
	}
	return role, err
}

// as refuses a call that belongs to the other side. A role that does not fit is
// asked for anew, because it may be changed until the first binding. Where it
// cannot be told the platform judges by itself.
func (s *Service) as(ctx context.Context, want Role, what string) error {
	if known := s.role.Load(); known != nil && *known == want {
		return nil
	}
	is, err := s.Role(ctx)
	if err != nil || is == RoleUnknown || is == want {
		return nil
	}
	return s.refuse(what, &Refusal{Reason: ReasonWrongRole, Err: &mall.Error{
		Platform: s.driver.Platform(), Kind: mall.ErrRejected,
		Message: fmt.Sprintf("this is a call of a %s, and the shop is a %s; a shop has one role, which is fixed once binding began", want, is),
	}})
}

// refuse names the platform in a failure that happened before anything was sent.
func (s *Service) refuse(what string, err error) error {
	return fmt.Errorf("%s: %s: %w", s.driver.Platform(), what, err)
}

// power finds an optional interface of the driver and checks the role.
func power[P any](ctx context.Context, s *Service, want Role, what string) (P, error) {
	d, ok := s.driver.(P)
	if !ok {
		return d, s.refuse(what, mall.ErrNotSupported)
	}
	return d, s.as(ctx, want, what)
}

func can[P any](s *Service) bool { _, ok := s.driver.(P); return ok }

// invalid is a refusal before anything was sent.
func invalid(format string, args ...any) *mall.Error {
	return &mall.Error{Kind: mall.ErrInvalid, Message: fmt.Sprintf(format, args...)}
}

// Refusal is a refusal with its reason told apart. It unwraps to what the
// platform said, or else to mall.ErrConflict.
type Refusal struct {
	Reason Reason
	// Now is the assignment as it was found when looking; nil when it was not
	// looked at, or is gone.
	Now *Assignment
	Err error
}

// Error names the reason, and what the platform said.
func (e *Refusal) Error() string {
	return fmt.Sprintf("dropship: %s: %v", e.Reason, errors.Join(e.Unwrap()))
}

// Unwrap returns what the platform said, or else mall.ErrConflict.
func (e *Refusal) Unwrap() error {
	if e.Err == nil {
		return mall.ErrConflict
	}
	return e.Err
}
