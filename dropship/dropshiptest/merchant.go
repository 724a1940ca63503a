package dropshiptest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/internal/suite"
)

// merchantGet checks that the known lines are read and complete, and may be
// shipped by the merchant.
func merchantGet(ctx context.Context, s *subject) error {
	for _, id := range s.known.Lines {
		a, err := s.merchant.GetMerchantOrder(ctx, id)
		switch {
		case err != nil:
			return err
		case a.MerchantID != id || a.State != dropship.StateUnassigned || a.PlatformState == "" || a.OrderID == "" ||
			len(a.Lines) == 0 || a.Lines[0].Quantity < 1:
			return fmt.Errorf("%+v", a)
		case len(a.Raw) == 0:
			return errors.New("the record is not kept")
		}
		if who, ok, why := a.MayShip(); who != dropship.RoleMerchant || !ok {
			return fmt.Errorf("%s: %q may ship: %t, %q", id, who, ok, why)
		}
		s.given[id] = a
		s.quantity = append(s.quantity, a.Lines[0].Quantity)
	}
	if _, err := s.merchant.GetMerchantOrder(ctx, dropship.MerchantID(s.known.Unknown)); !errors.Is(err,
		mall.ErrNotFound) {
		return fmt.Errorf("an unknown id is no mall.ErrNotFound: %v", err)
	}
	return nil
}

// walker is one side's list.
type walker func(context.Context, dropship.Query) iter.Seq2[dropship.Assignment, error]

// ids walks a list and refuses repeats.
func ids(ctx context.Context, walk walker, q dropship.Query) (map[string]dropship.Assignment, error) {
	seen := map[string]dropship.Assignment{}
	for a, err := range walk(ctx, q) {
		if err != nil {
			return nil, err
		}
		key := string(a.MerchantID) + a.FactoryID.ID
		if _, ok := seen[key]; ok {
			return nil, fmt.Errorf("%s is listed twice, though nothing changed", key)
		}
		if q.State != "" && a.State != q.State {
			return nil, fmt.Errorf("%s is listed in state %q", key, a.State)
		}
		seen[key] = a
	}
	return seen, nil
}

// merchantList checks that walks of any size see each known line once, and as
// GetMerchantOrder does.
func merchantList(ctx context.Context, s *subject) error {
	walk := s.merchant.AllMerchantOrders
	limits := s.merchant.Limits().MerchantOrders
	if err := clocks(ctx, limits, walk, s.known.From); err != nil {
		return err
	}
	by := limits.Feed()
	for _, q := range []dropship.Query{
		{From: s.known.From, By: by}, {From: s.known.From, By: by, PageSize: 1},
		{From: s.known.From, By: by, State: dropship.StateUnassigned},
		{From: s.known.From, By: mall.ByCreation, State: dropship.StateUnassigned, PageSize: 2},
	} {
		seen, err := ids(ctx, walk, q)
		if err != nil {
			return err
		}
		for _, id := range s.known.Lines {
			if a, ok := seen[string(id)]; !ok {
				return fmt.Errorf("%s is not listed by %+v", id, q)
			} else if a.OrderID != s.given[id].OrderID || a.RefundOpen != s.given[id].RefundOpen {
				return fmt.Errorf("%s is listed as something else than is read", id)
			}
		}
	}
	return nil
}

// clocks checks that a clock that the list is not kept by is refused.
func clocks(ctx context.Context, l mall.ListLimits, walk walker, from time.Time) error {
	if l.Has(mall.ByUpdate) {
		return nil
	}
	if _, err := ids(ctx, walk, dropship.Query{From: from}); !errors.Is(err, mall.ErrNotSupported) {
		return fmt.Errorf("by update time, which the list is not kept by: got %v, want mall.ErrNotSupported", err)
	}
	return nil
}

// appends checks that an order is added to those of a buyer and taken away again.
func appends(ctx context.Context, s *subject) error {
	if !dropship.Can[dropship.Appender](s.merchant) {
		return suite.ErrNoPower
	}
	base := s.given[s.known.Lines[3]]
	extra := dropship.Extra{Base: base.MerchantID, Kind: dropship.KindGift,
		Lines: []dropship.Line{{SKU: base.Lines[0].SKU, Quantity: 1}}, Remark: "dropshiptest"}
	answers, err := s.merchant.Append(ctx, extra)
	if err != nil || len(answers) != 1 || answers[0].Err != nil {
		return fmt.Errorf("append: %+v: %w", answers, err)
	}
	id := answers[0].Item
	a, err := s.merchant.GetMerchantOrder(ctx, id)
	if err != nil {
		return err
	}
	if id == "" || id == base.MerchantID || a.Kind != dropship.KindGift || a.OrderID != base.OrderID ||
		a.State != dropship.StateUnassigned {
		return fmt.Errorf("what was added is %+v", a)
	}
	s.known.Settle()
	seen, err := ids(ctx, s.merchant.AllMerchantOrders,
		dropship.Query{From: s.known.From, By: s.merchant.Limits().MerchantOrders.Feed()})
	if err != nil {
		return err
	}
	if _, ok := seen[string(id)]; !ok {
		return errors.New("what was added is not listed")
	}
	for _, want := range []error{nil, mall.ErrAlreadyDone} {
		outcomes, err := s.merchant.Delete(ctx, id)
		if err != nil || len(outcomes) != 1 || !errors.Is(outcomes[0].Err, want) {
			return fmt.Errorf("delete: %+v, want %v: %w", outcomes, want, err)
		}
	}
	if _, err := s.merchant.GetMerchantOrder(ctx, id); !errors.Is(err, mall.ErrNotFound) {
		return fmt.Errorf("what was deleted is no mall.ErrNotFound: %v", err)
	}
	return nil
}

// assign checks that lines are given to a factory once, which may ship them then.
func assign(ctx context.Context, s *subject) error {
	var choices []dropship.Choice
	for _, id := range s.known.Lines {
		choices = append(choices, dropship.Choice{ID: id, Supplier: s.known.Supplier})
	}
	outcomes, err := s.merchant.Assign(ctx, choices...)
	if err != nil || len(outcomes) != len(choices) {
		return fmt.Errorf("%d outcomes of %d, %w", len(outcomes), len(choices), err)
	}
	for i, o := range outcomes {
		if o.Item != choices[i].ID || o.Err != nil {
			return fmt.Errorf("outcome %d: %+v", i, o)
		}
	}
	again, err := s.merchant.Assign(ctx, choices[0])
	if err != nil {
		return err
	}
	if !errors.Is(again[0].Err, mall.ErrAlreadyDone) {
		return fmt.Errorf("assigned again: %v", again[0].Err)
	}
	a, err := s.merchant.GetMerchantOrder(ctx, choices[0].ID)
	if err != nil {
		return err
	}
	if who, ok, _ := a.MayShip(); a.State != dropship.StateAssigned || a.Partner != s.known.Supplier ||
		who != dropship.RoleFactory || !ok {
		return fmt.Errorf("assigned: %+v", a)
	}
	return nil
}

// cancel checks that a line is taken back once, that the factory cannot ship it
// then, and that it can be given again. What is shipped is not taken back.
func cancel(ctx context.Context, s *subject) error {
	outcomes, err := s.merchant.CancelAssignment(ctx, "dropshiptest", s.known.Lines[2], s.known.Lines[0])
	if err != nil {
		return err
	}
	if outcomes[0].Err != nil {
		return outcomes[0].Err
	}
	if err := reason(outcomes[1].Err, dropship.ReasonShipped); err != nil {
		return fmt.Errorf("cancel what is shipped: %w", err)
	}
	again, err := s.merchant.CancelAssignment(ctx, "dropshiptest", s.known.Lines[2])
	if err != nil {
		return err
	}
	if !errors.Is(again[0].Err, mall.ErrAlreadyDone) {
		return fmt.Errorf("cancelled again: %v", again[0].Err)
	}
	_, err = s.factory.ReturnWaybills(ctx, s.shipment(2))
	if err := reason(err, dropship.ReasonCancelled); err != nil {
		return err
	}
	outcomes, err = s.merchant.Assign(ctx, dropship.Choice{ID: s.known.Lines[2], Supplier: s.known.Supplier})
	if err != nil {
		return err
	}
	return outcomes[0].Err // a cancelled one can be given again
}
