package dropshiptest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/internal/suite"
)

// suppliers checks that the factory is among the bound ones.
func suppliers(ctx context.Context, s *subject) error {
	list, err := s.merchant.Suppliers(ctx, dropship.RelationBound)
	if err != nil {
		return err
	}
	found := false
	for _, r := range list {
		if r.State != dropship.RelationBound || r.Role != dropship.RoleFactory || r.PlatformState == "" {
			return fmt.Errorf("supplier %+v", r)
		}
		found = found || r.Partner == s.known.Supplier
	}
	if !found {
		return errors.New("the factory is not among the bound suppliers")
	}
	return nil
}

// merchants checks that the factory sees its merchant.
func merchants(ctx context.Context, s *subject) error {
	if !dropship.Can[dropship.MerchantLister](s.factory) {
		return suite.ErrNoPower
	}
	list, err := s.factory.Merchants(ctx)
	if err != nil {
		return err
	}
	if len(list) == 0 || list[0].Role != dropship.RoleMerchant || list[0].Partner == "" {
		return fmt.Errorf("the merchant is not in the factory's list: %+v", list)
	}
	return nil
}

// relation is how the merchant stands to the stranger.
func (s *subject) relation(ctx context.Context) (dropship.RelationState, error) {
	list, err := s.merchant.Suppliers(ctx)
	for _, r := range list {
		if r.Partner == s.known.Stranger {
			return r.State, err
		}
	}
	return dropship.RelationUnbound, err
}

// bind checks that a factory is applied to, bound and parted from, each once.
func bind(ctx context.Context, s *subject) error {
	if !dropship.Can[dropship.Binder](s.merchant) {
		return suite.ErrNoPower
	}
	apply := func() error {
		outcomes, err := s.merchant.Apply(ctx,
			dropship.Application{Supplier: s.known.Stranger, Message: "dropshiptest"})
		if err != nil || len(outcomes) != 1 || outcomes[0].Item != s.known.Stranger {
			return fmt.Errorf("%d outcomes of 1: %w", len(outcomes), err)
		}
		return outcomes[0].Err
	}
	part := func() error {
		outcomes, err := s.merchant.Unbind(ctx, dropship.Parting{Supplier: s.known.Stranger, Reason: "dropshiptest"})
		if err != nil || len(outcomes) != 1 || outcomes[0].Item != s.known.Stranger {
			return fmt.Errorf("%d outcomes of 1: %w", len(outcomes), err)
		}
		return outcomes[0].Err
	}
	for _, step := range []struct {
		name  string
		do    func() error
		want  error
		after []dropship.RelationState
	}{
		{"apply", apply, nil, []dropship.RelationState{dropship.RelationPending}},
		{"apply again", apply, mall.ErrAlreadyDone, []dropship.RelationState{dropship.RelationPending}},
		{"accept", func() error { return s.known.Accept(ctx) }, nil, []dropship.RelationState{dropship.RelationBound}},
		{"apply when bound", apply, mall.ErrAlreadyDone, []dropship.RelationState{dropship.RelationBound}},
		{"unbind", part, nil, []dropship.RelationState{dropship.RelationUnbound, dropship.RelationUnbindPending}},
		{"unbind again", part, mall.ErrAlreadyDone,
			[]dropship.RelationState{dropship.RelationUnbound, dropship.RelationUnbindPending}},
	} {
		if err := step.do(); !errors.Is(err, step.want) {
			return fmt.Errorf("%s: got %v, want %v", step.name, err, step.want)
		}
		state, err := s.relation(ctx)
		if err != nil || !slices.Contains(step.after, state) {
			return fmt.Errorf("after %s the state is %q: %w", step.name, state, err)
		}
	}
	return nil
}
