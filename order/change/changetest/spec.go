package changetest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/suite"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/sku"
)

// Spec is a spec change that may be carried out.
type Spec struct {
	Request change.Request // ID, OrderID, LineID, ToSKU and the prices
	// Agree does what customer service and the buyer do on the platform's own
	// pages: one asks, the other agrees. Nil: nobody is asked.
	Agree func(context.Context) error
}

// specChange checks that a spec change is carried out when the buyer agreed, that
// it is refused before, and that the order shows it.
func specChange(ctx context.Context, s *subject) error {
	store := change.NewMemoryStore()
	_, _, err := s.service.Begin(ctx, store, change.Request{Kind: change.Spec, ToSKU: sku.Ref{ID: "1"}})
	if err := power[change.SpecChanger](s, err); err != nil {
		return err
	}
	d := s.driver.(change.SpecChanger)
	terms := d.SpecTerms()
	consent, direct := terms.Style == change.StyleConsent, terms.Style == change.StyleDirect
	if !consent && !direct || terms.Wait < 0 || terms.Asks && !consent {
		return fmt.Errorf("no platform can have these terms: %+v", terms)
	}
	if s.known.Spec == nil {
		return suite.Skip("Known.Spec is nil")
	}
	request := s.known.Spec.Request
	request.Kind = change.Spec
	before, _, err := s.specLine(ctx)
	if err != nil {
		return err
	}
	unknown := request
	unknown.OrderID, unknown.LineID, unknown.FromSKU = s.known.Unknown, s.known.Unknown, before.SKU
	if err := s.refused(d.ChangeSpec(ctx, unknown)); err != nil {
		return fmt.Errorf("an order that does not exist: %w", err)
	}
	c, _, err := s.service.Begin(ctx, store, request)
	if s.note(err) != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if consent && !terms.Asks {
		early := request
		early.FromSKU = before.SKU
		if err := s.refused(d.ChangeSpec(ctx, early)); err != nil {
			return fmt.Errorf("before the buyer agreed: %w", err)
		}
	}
	if agree := s.known.Spec.Agree; agree != nil {
		if err := agree(ctx); err != nil {
			return fmt.Errorf("Known.Spec.Agree: %w", err)
		}
	}
	for range 3 {
		if c, _, err = s.service.Step(ctx, store, c, change.BuyerAgreed); s.note(err) != nil {
			return fmt.Errorf("step: %w", err)
		}
	}
	if c.State != change.StateApplied {
		return fmt.Errorf("the change is %s after the buyer agreed", c.State)
	}
	return s.shows(ctx, before, request)
}

// shows checks that the order shows a change that was carried out.
func (s *subject) shows(ctx context.Context, before order.Line, r change.Request) error {
	after, o, err := s.specLine(ctx)
	switch {
	case err != nil:
		return err
	case after.SKU.ID != r.ToSKU.ID || after.Effective.ID != after.SKU.ID:
		return fmt.Errorf("the line has SKU %s, to be shipped as %s, want %s", after.SKU.ID, after.Effective.ID, r.ToSKU.ID)
	case after.Previous.ID != "" && after.Previous.ID != before.SKU.ID:
		return fmt.Errorf("the line had SKU %s before, not %s", before.SKU.ID, after.Previous.ID)
	}
	first := order.Order{ID: o.ID, Lines: []order.Line{before}}
	if list := change.Seen(first, o); len(list) != 1 || list[0].LineID != after.ID || list[0].ToSKU.ID != after.SKU.ID {
		return fmt.Errorf("comparing both readings tells %d changes", len(list))
	}
	return nil
}

// specLine reads the line of Known.Spec.
func (s *subject) specLine(ctx context.Context) (order.Line, order.Order, error) {
	r := s.known.Spec.Request
	o, err := s.get(ctx, r.OrderID)
	if err != nil {
		return order.Line{}, o, err
	}
	i := slices.IndexFunc(o.Lines, func(l order.Line) bool { return l.ID == r.LineID })
	if i < 0 {
		return order.Line{}, o, fmt.Errorf("order %s has no line %s", r.OrderID, r.LineID)
	}
	return o.Lines[i], o, nil
}

// refused checks that a call was refused for good, and for no other reason.
func (s *subject) refused(err error) error {
	for _, kind := range []mall.Kind{
		mall.ErrRejected, mall.ErrConflict, mall.ErrNotFound, mall.ErrInvalid, mall.ErrPermission,
	} {
		if errors.Is(s.note(err), kind) {
			return nil
		}
	}
	return fmt.Errorf("got %w, want a refusal", err)
}
