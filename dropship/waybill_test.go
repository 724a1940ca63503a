package dropship_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/dropship"
)

// press is a factory that takes and gives back numbers; answers come in the
// wrong order.
type press struct {
	bare
	sent   [][]dropship.WaybillEntry
	fails  map[int]error // by call, from 1
	leaves string        // out of the answers: an id
	gave   []dropship.Cancellation
}

func (p *press) TakeWaybills(_ context.Context, r dropship.WaybillRequest) (list []dropship.Waybill, _ error) {
	p.sent = append(p.sent, r.Entries)
	if err := p.fails[len(p.sent)]; err != nil {
		return nil, err
	}
	for i := len(r.Entries) - 1; i >= 0; i-- {
		if e := r.Entries[i]; e.ID.ID != p.leaves {
			list = append(list, dropship.Waybill{ID: e.ID, Pack: e.Pack, TrackingNo: "no-" + e.ID.ID + e.Pack})
		}
	}
	return list, nil
}

func (p *press) CancelWaybill(_ context.Context, c dropship.Cancellation) error {
	p.gave = append(p.gave, c)
	return &mall.Error{Kind: mall.ErrUnknownOutcome}
}

func entry(id, pack string) dropship.WaybillEntry {
	return dropship.WaybillEntry{ID: dropship.FactoryID{Shop: "u", ID: id}, Pack: pack, Items: []dropship.Item{{Name: "cup", Quantity: 1}}}
}

// TestTakeWaybills: one answer for each entry, in their order, and no number is
// asked for twice.
func TestTakeWaybills(t *testing.T) {
	t.Parallel()
	p := &press{bare: bare{role: dropship.RoleFactory}, leaves: "2"}
	r := dropship.WaybillRequest{Carrier: "c", Entries: []dropship.WaybillEntry{entry("1", ""), entry("1", "b"), entry("2", "")}}
	got, err := service(p).TakeWaybills(t.Context(), r)
	require.NoError(t, err)
	require.Len(t, got, 3)
	assert.Equal(t, "no-1", got[0].TrackingNo)
	assert.Equal(t, "no-1b", got[1].TrackingNo)
	assert.ErrorIs(t, got[2].Err, mall.ErrUnknownOutcome, "not a word about this one")
	assert.Len(t, p.sent, 2, "in batches of two")

	p = &press{bare: bare{role: dropship.RoleFactory}, fails: map[int]error{2: &mall.Error{Kind: mall.ErrUnknownOutcome}}}
	r.Entries = append(r.Entries, entry("3", ""), entry("4", ""))
	got, err = service(p).TakeWaybills(t.Context(), r)
	assert.ErrorIs(t, err, mall.ErrUnknownOutcome)
	assert.Len(t, got, 2, "what was taken is told")
	assert.Len(t, p.sent, 2, "nothing is sent twice, and nothing after the lost batch")

	p = &press{bare: bare{role: dropship.RoleFactory}}
	for name, bad := range map[string]dropship.WaybillRequest{
		"no carrier":     {Entries: []dropship.WaybillEntry{entry("1", "")}},
		"the same twice": {Carrier: "c", Entries: []dropship.WaybillEntry{entry("1", "b"), entry("1", "b")}},
		"no item":        {Carrier: "c", Entries: []dropship.WaybillEntry{{ID: dropship.FactoryID{Shop: "u", ID: "1"}}}},
		"no alias":       {Carrier: "c", Entries: []dropship.WaybillEntry{{ID: dropship.FactoryID{ID: "1"}}}},
	} {
		_, err = service(p).TakeWaybills(t.Context(), bad)
		assert.ErrorIs(t, err, mall.ErrInvalid, name)
	}
	assert.Empty(t, p.sent)

	c := dropship.Cancellation{Shop: "u", Carrier: "c", TrackingNo: "1"}
	assert.ErrorIs(t, service(p).CancelWaybill(t.Context(), c), mall.ErrUnknownOutcome)
	assert.Len(t, p.gave, 1, "it cannot be looked up, so it is not sent again")
	assert.ErrorIs(t, service(p).CancelWaybill(t.Context(), dropship.Cancellation{Shop: "u"}), mall.ErrInvalid)
}

// taker is a merchant that takes lines back.
type taker struct {
	*shop
	reasons []string
	answer  func(*dropship.Assignment) error
}

func (k *taker) CancelAssignment(_ context.Context, reason string, ids []dropship.MerchantID) (out []dropship.Outcome, _ error) {
	k.reasons = append(k.reasons, reason)
	for _, id := range ids {
		out = append(out, dropship.Outcome{ID: id, Err: k.answer(&k.rows[0])})
	}
	return out, nil
}

func TestCancelAssignmentSettles(t *testing.T) {
	t.Parallel()
	lostErr, refusal := &mall.Error{Kind: mall.ErrUnknownOutcome}, &mall.Error{Kind: mall.ErrRejected}
	for name, c := range map[string]struct {
		becomes dropship.State
		answer  error
		sent    int
		kind    error
		reason  dropship.Reason
	}{
		"done":                           {becomes: dropship.StateCancelled, sent: 1},
		"lost, taken back":               {becomes: dropship.StateCancelled, answer: lostErr, sent: 1},
		"lost, the merchant's own again": {becomes: dropship.StateUnassigned, answer: lostErr, sent: 1},
		"lost, the factory was quicker":  {becomes: dropship.StateReturned, answer: lostErr, sent: 1, kind: mall.ErrConflict, reason: dropship.ReasonShipped},
		"lost, nothing happened":         {becomes: dropship.StateAssigned, answer: lostErr, sent: 2, kind: mall.ErrUnknownOutcome},
		"refused, it had been done":      {becomes: dropship.StateCancelled, answer: refusal, sent: 1, kind: mall.ErrAlreadyDone},
		"refused, shipped":               {becomes: dropship.StateReturned, answer: refusal, sent: 1, kind: mall.ErrRejected, reason: dropship.ReasonShipped},
		"refused":                        {becomes: dropship.StateAssigned, answer: refusal, sent: 1, kind: mall.ErrRejected},
	} {
		k := &taker{shop: newShop(1)}
		k.rows[0].State = dropship.StateAssigned
		k.answer = func(a *dropship.Assignment) error {
			if a.State = c.becomes; c.answer == nil {
				return nil
			}
			return c.answer
		}
		got, err := service(k).CancelAssignment(t.Context(), "sold out", "0")
		require.NoError(t, err, name)
		require.Len(t, got, 1, name)
		assert.ErrorIs(t, got[0].Err, c.kind, name)
		assert.Len(t, k.reasons, c.sent, name)
		assert.Equal(t, "sold out", k.reasons[0], name)
		r, ok := errors.AsType[*dropship.Refusal](got[0].Err)
		require.Equal(t, c.reason != "", ok, name)
		if ok {
			assert.Equal(t, c.reason, r.Reason, name)
			assert.Equal(t, c.becomes, r.Now.State, name)
		}
	}
}
