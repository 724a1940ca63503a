package dropship_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// mill is a factory whose returns go as they are told.
type mill struct {
	works
	steps []func(*dropship.Assignment) error
	looks int
	blind bool
}

func (m *mill) GetFactoryOrder(context.Context, dropship.FactoryID) (dropship.Assignment, error) {
	if m.looks++; m.blind {
		return dropship.Assignment{}, &mall.Error{Kind: mall.ErrUnavailable}
	}
	return m.a, nil
}

func (m *mill) ReturnWaybills(context.Context, dropship.Return) ([]order.Parcel, error) {
	m.sent++
	return nil, m.steps[m.sent-1](&m.a)
}

// TestReturnSettles: what became of a return is found by looking, and a number
// of ours that arrived late is not taken for somebody else's.
func TestReturnSettles(t *testing.T) {
	t.Parallel()
	type step = func(*dropship.Assignment) error
	lostErr := &mall.Error{Kind: mall.ErrUnknownOutcome}
	fail := func(err error) step { return func(*dropship.Assignment) error { return err } }
	shipped := func(no string, err error) step {
		return func(a *dropship.Assignment) error {
			a.State, a.Parcels = dropship.StateReturned, []order.Parcel{{TrackingNo: no}}
			return err
		}
	}
	cancelled := func(a *dropship.Assignment) error { a.State = dropship.StateCancelled; return lostErr }
	conflict := &mall.Error{Kind: mall.ErrConflict, RequestID: "r2"}
	pieces := &dropship.Refusal{Reason: dropship.ReasonPieces, Err: &mall.Error{Kind: mall.ErrRejected}}
	for name, c := range map[string]struct {
		steps  []step
		blind  bool
		kind   error
		reason dropship.Reason
	}{
		"lost, shipped":                             {steps: []step{shipped("1", lostErr)}},
		"lost, shipped by another":                  {steps: []step{shipped("2", lostErr)}, kind: mall.ErrConflict, reason: dropship.ReasonShipped},
		"lost, taken back":                          {steps: []step{cancelled}, kind: mall.ErrConflict, reason: dropship.ReasonCancelled},
		"lost, sent again":                          {steps: []step{fail(lostErr), shipped("1", nil)}},
		"lost twice":                                {steps: []step{fail(lostErr), fail(lostErr)}, kind: mall.ErrUnknownOutcome},
		"lost, arrived after the look":              {steps: []step{fail(lostErr), shipped("1", conflict)}},
		"lost, arrived, but is not shown yet":       {steps: []step{fail(lostErr), fail(conflict)}, kind: mall.ErrUnknownOutcome},
		"lost, then too fast":                       {steps: []step{fail(lostErr), fail(mall.ErrRateLimited)}, kind: mall.ErrUnknownOutcome},
		"lost, then nothing is left to ship":        {steps: []step{fail(lostErr), fail(pieces)}, kind: mall.ErrUnknownOutcome},
		"lost, nobody can look":                     {steps: []step{fail(lostErr)}, blind: true, kind: mall.ErrUnknownOutcome},
		"refused by state":                          {steps: []step{fail(conflict)}, kind: mall.ErrConflict, reason: dropship.ReasonOtherSide},
		"refused, it had been done":                 {steps: []step{shipped("1", conflict)}, kind: mall.ErrAlreadyDone},
		"nothing is left to ship: it had been done": {steps: []step{shipped("1", pieces)}, kind: mall.ErrAlreadyDone},
		"the pieces do not add up":                  {steps: []step{fail(pieces)}, kind: mall.ErrRejected, reason: dropship.ReasonPieces},
	} {
		m := &mill{works: works{bare: bare{role: dropship.RoleFactory}}, steps: c.steps, blind: c.blind}
		m.a.State = dropship.StateAssigned
		_, err := service(m).ReturnWaybills(t.Context(), dropship.Return{
			ID: dropship.FactoryID{Shop: "u", ID: "1"},
			Parcels: []logistics.Parcel{{CarrierCode: "c", TrackingNo: "1",
				Items: []logistics.Item{{Quantity: 1}}}},
		})
		assert.Equal(t, len(c.steps), m.sent, name)
		if c.kind == nil {
			assert.NoError(t, err, name)
			continue
		}
		require.ErrorIs(t, err, c.kind, name)
		if c.kind == mall.ErrUnknownOutcome {
			assert.NotErrorIs(t, err, mall.ErrConflict, name)
			assert.NotErrorIs(t, err, mall.ErrRejected, name)
		}
		r, ok := errors.AsType[*dropship.Refusal](err)
		assert.Equal(t, c.reason != "", ok, name)
		if ok {
			assert.Equal(t, c.reason, r.Reason, name)
		}
	}
}
