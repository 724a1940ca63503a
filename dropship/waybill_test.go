package dropship_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/sku"
)

// press is a factory that takes and gives back numbers; answers come in the
// wrong order.
type press struct {
	works
	sent   [][]logistics.WaybillRequest
	fails  map[int]error // by call, from 1
	leaves string        // out of the answers: an id
	gave   []logistics.Waybill
}

func (p *press) TakeWaybills(_ context.Context, t logistics.Take) (list []mall.Result[logistics.Waybill], _ error) {
	p.sent = append(p.sent, t.Requests)
	if err := p.fails[len(p.sent)]; err != nil {
		return nil, err
	}
	for _, r := range slices.Backward(t.Requests) {
		if id := r.Assigned.OrderID; id != p.leaves {
			list = append(list, mall.Result[logistics.Waybill]{Item: logistics.Waybill{
				For: []logistics.AddressedOrder{r.Assigned}, PackID: r.PackID, TrackingNo: "no-" + id + r.PackID,
			}})
		}
	}
	return list, nil
}

func (p *press) CancelWaybill(_ context.Context, w logistics.Waybill) error {
	p.gave = append(p.gave, w)
	return &mall.Error{Kind: mall.ErrUnknownOutcome}
}

func newPress() *press { return &press{works: works{bare: bare{role: dropship.RoleFactory}}} }

func request(id, pack string) logistics.WaybillRequest {
	a := dropship.Assignment{FactoryID: dropship.FactoryID{Shop: "u", ID: id},
		Lines: []dropship.Line{{SKU: sku.Ref{Name: "cup"}, Quantity: 1}}}
	r := a.WaybillRequest()
	r.PackID = pack
	return r
}

// TestTakeWaybills: one result for each request, in their order, and no number is
// asked for twice.
func TestTakeWaybills(t *testing.T) {
	t.Parallel()
	p := newPress()
	p.leaves = "2"
	take := logistics.Take{CarrierCode: "c",
		Requests: []logistics.WaybillRequest{request("1", ""), request("1", "b"), request("2", "")}}
	got, err := service(p).TakeWaybills(t.Context(), take)
	require.NoError(t, err)
	require.Len(t, got, 3)
	assert.Equal(t, "no-1", got[0].Item.TrackingNo)
	assert.Equal(t, "no-1b", got[1].Item.TrackingNo)
	assert.Equal(t, "c", got[1].Item.CarrierCode)
	assert.ErrorIs(t, got[2].Err, mall.ErrUnknownOutcome, "nothing is said about this one")
	assert.Equal(t, "2", got[2].Item.OrderID(), "which one it is")
	assert.Len(t, p.sent, 2, "in batches of two")
	assert.Equal(t, []logistics.Content{{Name: "cup", Quantity: 1}}, p.sent[0][0].Contents())

	p = newPress()
	p.fails = map[int]error{2: &mall.Error{Kind: mall.ErrUnknownOutcome}}
	take.Requests = append(take.Requests, request("3", ""), request("4", ""))
	got, err = service(p).TakeWaybills(t.Context(), take)
	assert.ErrorIs(t, err, mall.ErrUnknownOutcome)
	assert.Len(t, got, 2, "what was taken is told")
	assert.Len(t, p.sent, 2, "nothing is sent twice, and nothing after the lost batch")

	p = newPress()
	empty, alone := request("1", ""), request("1", "")
	empty.Items, alone.Assigned.Shop = nil, ""
	for name, bad := range map[string]logistics.Take{
		"no carrier":     {Requests: []logistics.WaybillRequest{request("1", "")}},
		"the same twice": {CarrierCode: "c", Requests: []logistics.WaybillRequest{request("1", "b"), request("1", "b")}},
		"no item":        {CarrierCode: "c", Requests: []logistics.WaybillRequest{empty}},
		"no alias":       {CarrierCode: "c", Requests: []logistics.WaybillRequest{alone}},
	} {
		_, err = service(p).TakeWaybills(t.Context(), bad)
		assert.ErrorIs(t, err, mall.ErrInvalid, name)
	}
	assert.Empty(t, p.sent)

	w := logistics.Waybill{CarrierCode: "c", TrackingNo: "1",
		For: []logistics.AddressedOrder{{OrderID: "1", Shop: "u"}}}
	assert.ErrorIs(t, service(p).CancelWaybill(t.Context(), w), mall.ErrUnknownOutcome)
	assert.Len(t, p.gave, 1, "it cannot be looked up, so it is not sent again")
	assert.ErrorIs(t, service(p).CancelWaybill(t.Context(), logistics.Waybill{For: w.For}), mall.ErrInvalid)
}

// taker is a merchant that takes lines back.
type taker struct {
	*shop
	reasons []string
	answer  func(*dropship.Assignment) error
}

func (k *taker) CancelAssignment(_ context.Context, reason string,
	ids []dropship.MerchantID) (out []mall.Result[dropship.MerchantID], _ error) {
	k.reasons = append(k.reasons, reason)
	for _, id := range ids {
		out = append(out, mall.Result[dropship.MerchantID]{Item: id, Err: k.answer(&k.rows[0])})
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
