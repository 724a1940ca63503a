package ordertest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/suite"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// Spec is a change of SKU that may be carried out. The order is best one that is
// not among Known.Orders.
type Spec struct {
	Request sku.ChangeRequest // ID, OrderID, LineID and To
	Price   sku.PriceDiff
	// Agree does what customer service and the buyer do on the platform's own
	// pages: one asks, the other agrees. Nil: nobody is asked.
	Agree func(context.Context) error
}

// specChange checks that a change of SKU is carried out when the buyer agreed,
// that it is refused before, and that the order shows it.
func specChange(ctx context.Context, s *subject) error {
	d, has := s.driver.(order.SpecChanger)
	changes := sku.NewMemoryChanges()
	_, _, err := s.service.BeginSpecChange(ctx, changes, sku.ChangeRequest{To: sku.Ref{ID: "1"}}, sku.PriceEqual)
	if err := power(has, s.service.CanChangeSpec(), err); err != nil {
		return err
	}
	terms := d.SpecTerms()
	if terms.Style != sku.StyleConsent && terms.Style != sku.StyleDirect || terms.Wait < 0 || terms.Asks && terms.Style != sku.StyleConsent {
		return fmt.Errorf("no platform can have these terms: %+v", terms)
	}
	if s.known.Spec == nil {
		return suite.Skip("Known.Spec is nil")
	}
	known := *s.known.Spec
	before, _, err := s.specLine(ctx)
	if err != nil {
		return err
	}
	change := sku.Change{OrderID: s.known.Unknown, LineID: s.known.Unknown, From: before.SKU, To: known.Request.To}
	if err := s.refusedSpec(d.ChangeSpec(ctx, change)); err != nil {
		return fmt.Errorf("an order that does not exist: %w", err)
	}
	c, _, err := s.service.BeginSpecChange(ctx, changes, known.Request, known.Price)
	if s.note(err) != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if terms.Style == sku.StyleConsent && !terms.Asks {
		change.OrderID, change.LineID = known.Request.OrderID, known.Request.LineID
		if err := s.refusedSpec(d.ChangeSpec(ctx, change)); err != nil {
			return fmt.Errorf("before the buyer agreed: %w", err)
		}
	}
	if known.Agree != nil {
		if err := known.Agree(ctx); err != nil {
			return fmt.Errorf("Known.Spec.Agree: %w", err)
		}
	}
	for range 3 {
		if c, _, err = s.service.StepSpecChange(ctx, changes, c, order.ConsentAgreed); s.note(err) != nil {
			return fmt.Errorf("step: %w", err)
		}
	}
	after, o, err := s.specLine(ctx)
	switch {
	case err != nil:
		return err
	case c.State != sku.ChangeApplied:
		return fmt.Errorf("the change is %s after the buyer agreed", c.State)
	case after.SKU.ID != known.Request.To.ID || after.Effective.ID != after.SKU.ID:
		return fmt.Errorf("the line has SKU %s, to be shipped as %s, want %s", after.SKU.ID, after.Effective.ID, known.Request.To.ID)
	case after.Previous.ID != "" && after.Previous.ID != before.SKU.ID:
		return fmt.Errorf("the line had SKU %s before, not %s", before.SKU.ID, after.Previous.ID)
	}
	first := order.Order{ID: o.ID, Lines: []order.Line{before}}
	if list := order.SeenSpecChanges(first, o); len(list) != 1 || list[0].LineID != after.ID || list[0].To.ID != after.SKU.ID {
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

// refusedSpec checks that a call was refused for good, and for no other reason.
func (s *subject) refusedSpec(err error) error {
	for _, kind := range []mall.Kind{mall.ErrRejected, mall.ErrConflict, mall.ErrNotFound, mall.ErrInvalid, mall.ErrPermission} {
		if errors.Is(s.note(err), kind) {
			return nil
		}
	}
	return fmt.Errorf("got %w, want a refusal", err)
}
