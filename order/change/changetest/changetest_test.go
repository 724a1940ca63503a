package changetest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/suite"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/sku"
)

var noon = time.Date(2026, time.March, 2, 12, 0, 0, 0, mall.Beijing)

// bare is a driver that reads one order, and has no further powers. What it embeds
// is nil: nothing is listed.
type bare struct {
	order.Driver
	mu    sync.Mutex
	order order.Order
}

func newBare() *bare {
	return &bare{order: order.Order{
		Platform: "fake", ShopID: "shop-1", ID: "107", Status: order.StatusToShip, Created: noon, Updated: noon,
		Lines: []order.Line{{ID: "1", SKU: sku.Ref{ID: "s1"}, Quantity: 2, Status: order.StatusToShip, Refund: order.RefundNone}},
		Receiver: order.Receiver{
			Name: order.Protected{Cipher: "cipher-of-name", Mask: "李*"}, Phone: order.Protected{Cipher: "cipher-of-phone", Mask: "138****0000"},
		},
	}}
}

func (b *bare) Platform() mall.Platform { return "fake" }

func (b *bare) Limits() order.Limits { return order.Limits{} }

func (b *bare) Get(ctx context.Context, id string) (order.Order, error) {
	if ctx.Err() != nil {
		return order.Order{}, context.Cause(ctx)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if id != b.order.ID {
		return order.Order{}, &mall.Error{Platform: "fake", Kind: mall.ErrNotFound}
	}
	o := b.order
	o.Lines = slices.Clone(o.Lines)
	return o, nil
}

// shop is a faultless driver with every power. Its functions can be replaced to
// make a faulty one.
type shop struct {
	*bare
	spec      func(r *change.Request, err error) error
	terms     change.Terms
	agreed    bool // the buyer, to every change
	deaf      bool // to contexts
	reviewErr error
}

func newShop() *shop {
	return &shop{bare: newBare(), terms: change.Terms{Style: change.StyleConsent, Wait: time.Hour}}
}

func (s *shop) hear(ctx context.Context) error {
	if s.deaf {
		return nil
	}
	return context.Cause(ctx)
}

func (s *shop) SpecTerms() change.Terms { return s.terms }

func (s *shop) ChangeSpec(ctx context.Context, r change.Request) error {
	if err := s.hear(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	switch {
	case r.OrderID != s.order.ID:
		err = &mall.Error{Platform: "fake", Kind: mall.ErrNotFound}
	case !s.agreed:
		err = &mall.Error{Platform: "fake", Kind: mall.ErrRejected}
	}
	if s.spec != nil {
		err = s.spec(&r, err)
	}
	if err == nil && r.OrderID == s.order.ID {
		l := &s.order.Lines[0]
		l.Previous, l.SKU = r.FromSKU, r.ToSKU
	}
	return err
}

func (s *shop) AddressReview(ctx context.Context) (change.Review, error) {
	if err := s.hear(ctx); err != nil {
		return "", err
	}
	return change.ReviewOff, s.reviewErr
}

// The writes are there, and are asked nothing.

var errAsked = errors.New("the driver was asked")

func (s *shop) asked(ctx context.Context) error {
	if err := s.hear(ctx); err != nil {
		return err
	}
	return errAsked
}

func (s *shop) AnswerAddress(ctx context.Context, _ string, _ change.Verdict) error {
	return s.asked(ctx)
}

func (s *shop) ChangeAddress(ctx context.Context, _ string, _ order.Receiver) error {
	return s.asked(ctx)
}

func (s *shop) SetAddressReview(ctx context.Context, _ change.Review, _ bool) error {
	return s.asked(ctx)
}

// knownOf has a spec change to which the buyer of a shop agrees.
func knownOf(s *shop) Known {
	return Known{ShopID: "shop-1", Clock: func() time.Time { return noon }, Spec: &Spec{
		Request: change.Request{ID: "change-1", OrderID: "107", LineID: "1", ToSKU: sku.Ref{ID: "s2"}, FromPrice: 100, ToPrice: 100},
		Agree:   func(context.Context) error { s.agreed = true; return nil },
	}}
}

func TestFaultlessDriversPass(t *testing.T) {
	t.Parallel()
	t.Run("all powers", func(t *testing.T) { s := newShop(); Run(t, s, knownOf(s)) })
	t.Run("direct", func(t *testing.T) {
		s := newShop()
		s.terms, s.agreed = change.Terms{Style: change.StyleDirect}, true
		Run(t, s, knownOf(s))
	})
	t.Run("no powers", func(t *testing.T) {
		Run(t, newBare(), Known{ShopID: "shop-1", Lacks: []string{
			"AnswerAddress", "ChangeAddress", "SetAddressReview", "AddressReview", "SpecChange", "Cancelled", "ErrorsTellNothing",
		}})
	})
}

// Each fault must be found by the promise that it breaks.
func TestFaultyDriversFail(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		check string
		fault func(*shop)
	}{
		{"changes before the buyer agreed", "SpecChange", func(s *shop) { s.agreed = true }},
		{"a refusal that looks like a lost answer", "SpecChange", func(s *shop) {
			s.spec = func(_ *change.Request, err error) error {
				if err != nil {
					err = &mall.Error{Kind: mall.ErrUnknownOutcome}
				}
				return err
			}
		}},
		{"changes to another SKU", "SpecChange", func(s *shop) {
			s.spec = func(r *change.Request, err error) error { r.ToSKU.ID = "s3"; return err }
		}},
		{"had another SKU before", "SpecChange", func(s *shop) {
			s.spec = func(r *change.Request, err error) error { r.FromSKU.ID = "s0"; return err }
		}},
		{"terms that nobody has", "SpecChange", func(s *shop) { s.terms.Style = change.StyleVerdict }},
		{"unreadable review", "AddressReview", func(s *shop) { s.reviewErr = mall.ErrReply }},
		{"deaf to contexts", "Cancelled", func(s *shop) { s.deaf = true }},
		{"errors that quote", "ErrorsTellNothing", func(s *shop) {
			s.spec = func(_ *change.Request, err error) error {
				if err != nil {
					err = errors.Join(err, errors.New("no plain of cipher-of-name"))
				}
				return err
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newShop()
			c.fault(s)
			var names []string
			for name := range suite.Failures(t.Context(), checks, newSubject(s, knownOf(s)), nil) {
				names = append(names, name)
			}
			if !slices.Contains(names, c.check) {
				t.Errorf("got failures of %v, want one of %s", names, c.check)
			}
		})
	}
}
