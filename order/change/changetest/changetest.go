// Package changetest checks a driver of package order against what the optional
// interfaces of package change promise. Every driver of this module passes it,
// and any other driver can be tested the same way:
//
//	func TestConformance(t *testing.T) {
//		ordertest.Run(t, driver, known)
//		changetest.Run(t, driver, changetest.Known{ShopID: shop})
//	}
//
// The driver must talk to something: the platform's test environment, the
// sandbox of this module or your own fake. Run the tests with -race.
package changetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/suite"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
)

// Known describes the data of the platform under test.
type Known struct {
	// ShopID is the shop that the orders belong to.
	ShopID string
	// Unknown is a well-formed id that no order has; empty means
	// "1000000000000000001".
	Unknown string
	// Spec is a spec change to carry out; nil: none is tested.
	Spec *Spec
	// Secrets are texts of receivers and of the app that must not appear in an
	// error. Those that the driver itself shows are added. Texts shorter than
	// six bytes are ignored, because request ids contain such digits by chance.
	Secrets []string
	// Clock is the platform's clock; nil means the machine's.
	Clock mall.Clock

	// Lacks names the subtests that cannot run, because the driver lacks the
	// interface or Known lacks the data. A subtest that skips without being
	// named fails, and so does a named one that could run.
	Lacks []string
}

// Run checks d, one subtest for each promise.
func Run(t *testing.T, d order.Driver, known Known) {
	t.Helper()
	suite.Run(t, checks, newSubject(d, known), known.Lacks)
}

// checks are the subtests, one per promise. The last one examines the errors of
// all others.
var checks = []suite.Check[*subject]{
	{Name: "AnswerAddress", Run: write[change.AddressChanger](func(ctx context.Context, s *change.Service) error {
		return s.AnswerAddress(ctx, "", change.Verdict{})
	})},
	{Name: "ChangeAddress", Run: write[change.AddressChanger](func(ctx context.Context, s *change.Service) error {
		return s.ChangeAddress(ctx, "", order.Receiver{})
	})},
	{Name: "SetAddressReview", Run: write[change.AddressReviewer](func(ctx context.Context, s *change.Service) error {
		return s.SetAddressReview(ctx, "", false)
	})},
	{Name: "AddressReview", Run: addressReview},
	{Name: "SpecChange", Run: specChange},
	{Name: "Cancelled", Run: cancelled},
	{Name: "ErrorsTellNothing", Run: errorsTellNothing},
}

// subject is the driver under test and what is known about it.
type subject struct {
	driver  order.Driver
	orders  *order.Service
	service *change.Service
	known   Known

	mu      sync.Mutex
	failed  []error  // errors of the driver
	secrets []string // texts that must be in none of them
}

func newSubject(d order.Driver, known Known) *subject {
	if known.Unknown == "" {
		known.Unknown = "1000000000000000001"
	}
	s := &subject{driver: d, known: known, secrets: known.Secrets[:len(known.Secrets):len(known.Secrets)]}
	s.orders = order.NewService(d, known.ShopID, order.Options{Clock: known.Clock})
	s.service = change.NewService(s.orders)
	return s
}

// note keeps an error of the driver for the last check and returns it.
func (s *subject) note(err error) error {
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.failed = append(s.failed, err)
	}
	return err
}

// get reads an order through the service and keeps the texts that would
// identify its receiver.
func (s *subject) get(ctx context.Context, id string) (order.Order, error) {
	o, err := s.orders.Get(ctx, id)
	if s.note(err) != nil {
		return o, fmt.Errorf("get order %s: %w", id, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range []order.Protected{o.Receiver.Name, o.Receiver.Phone, o.Receiver.Address} {
		s.secrets = append(s.secrets, p.Cipher, p.Plain.Reveal())
		if len(strings.Trim(p.Mask, "*＊")) > len(p.Mask)/2 {
			s.secrets = append(s.secrets, p.Mask)
		}
	}
	return o, nil
}

// power checks what the service says about an interface that the driver may
// lack, and reports whether the driver has it. err is the service's error for a
// call that needs it.
func power[P any](s *subject, err error) error {
	_, has := s.driver.(P)
	switch {
	case has != change.Can[P](s.service):
		return fmt.Errorf("the service says %t about a power that the driver has: %t", !has, has)
	case !has && !errors.Is(err, mall.ErrNotSupported):
		return fmt.Errorf("got %w, want mall.ErrNotSupported", err)
	case !has:
		return suite.ErrNoPower
	}
	return nil
}

// write checks the error for a write that is not carried out, because it would
// move parcels: call has empty arguments and sends nothing.
func write[P any](call func(context.Context, *change.Service) error) func(context.Context, *subject) error {
	return func(ctx context.Context, s *subject) error {
		err := call(ctx, s.service)
		if err := power[P](s, err); err != nil {
			return err
		}
		if !errors.Is(err, mall.ErrInvalid) {
			return fmt.Errorf("empty arguments are answered with %w, want mall.ErrInvalid", err)
		}
		return nil
	}
}

// addressReview checks that the review can be read.
func addressReview(ctx context.Context, s *subject) error {
	_, err := s.service.AddressReview(ctx)
	if err := power[change.AddressReviewer](s, err); err != nil {
		return err
	}
	return s.note(err)
}

// cancelled checks that each call ends with its context and returns nothing
// else.
func cancelled(ctx context.Context, s *subject) error {
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	calls := map[string]func() (any, error){}
	if d, ok := s.driver.(change.AddressChanger); ok {
		yes := change.Verdict{Accept: true}
		calls["AnswerAddress"] = func() (any, error) { return nil, d.AnswerAddress(ctx, s.known.Unknown, yes) }
		to := order.Receiver{Phone: order.Protected{Plain: "13800000000"}}
		calls["ChangeAddress"] = func() (any, error) { return nil, d.ChangeAddress(ctx, s.known.Unknown, to) }
	}
	if d, ok := s.driver.(change.AddressReviewer); ok {
		calls["AddressReview"] = func() (any, error) { return d.AddressReview(ctx) }
	}
	if d, ok := s.driver.(change.SpecChanger); ok && s.known.Spec != nil {
		r := s.known.Spec.Request
		r.FromSKU = r.ToSKU // which changes nothing, should it be carried out
		calls["ChangeSpec"] = func() (any, error) { return nil, d.ChangeSpec(ctx, r) }
	}
	if len(calls) == 0 {
		return suite.ErrNoPower
	}
	var errs []error
	for name, call := range calls {
		got, err := call()
		if !errors.Is(s.note(err), context.Canceled) {
			errs = append(errs, fmt.Errorf("%s: got %v, want context.Canceled", name, err))
		}
		if v := reflect.ValueOf(got); got != nil && !v.IsZero() {
			errs = append(errs, fmt.Errorf("%s returns something together with an error", name))
		}
	}
	return errors.Join(errs...)
}

// telling is the least length in bytes of a text that identifies somebody: two
// Chinese characters.
const telling = 6

// errorsTellNothing looks for personal data in every error of the run.
func errorsTellNothing(_ context.Context, s *subject) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.failed) == 0 {
		return suite.Skip("no error was met")
	}
	for _, err := range s.failed {
		for _, form := range []string{err.Error(), fmt.Sprintf("%+v", err)} {
			for _, secret := range s.secrets {
				if len(secret) >= telling && strings.Contains(form, secret) {
					return errors.New("an error of the driver quotes a receiver, a cipher or a secret") // and this one must not
				}
			}
		}
	}
	return nil
}
