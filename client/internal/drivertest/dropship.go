package drivertest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
)

// Works is a merchant and a factory of it, over one sandbox.
type Works struct {
	Over     *World
	Factory  *client.Shop
	Supplier string                // what drop-ship calls the factory
	Lines    []dropship.Assignment // of the merchant, free to be assigned
	Carrier  string                // what drop-ship calls a carrier
	// Same reports whether what the factory sees is about the merchant's line.
	Same func(given, line dropship.Assignment) bool
}

const returnedNo = "YT0000000000001"

// Give assigns a line and returns what its factory sees, and how to return it with
// a waybill.
func (f *Works) Give(t *testing.T, i int) (dropship.Assignment, dropship.Return) {
	t.Helper()
	f.assign(t, f.Lines[i])
	f.Over.Box.Advance(2 * time.Minute)
	for a, err := range f.Factory.Dropship.AllFactoryOrders(t.Context(),
		dropship.Query{From: f.Over.Box.Now().Add(-time.Hour), State: dropship.StateAssigned}) {
		require.NoError(t, err)
		if f.Same(a, f.Lines[i]) {
			return a, dropship.Return{ID: a.FactoryID, Parcels: []logistics.Parcel{{CarrierCode: f.Carrier,
				TrackingNo: returnedNo, Items: []logistics.Item{{Quantity: a.Lines[0].Quantity}}}}}
		}
	}
	t.Fatal("the factory does not see what it was given")
	return dropship.Assignment{}, dropship.Return{}
}

// assign gives lines to the factory.
func (f *Works) assign(t *testing.T, lines ...dropship.Assignment) {
	t.Helper()
	var choices []dropship.Choice
	for _, a := range lines {
		choices = append(choices, dropship.Choice{ID: a.MerchantID, Supplier: f.Supplier})
	}
	outcomes, err := f.Over.Shop.Dropship.Assign(t.Context(), choices...)
	require.NoError(t, err)
	require.Len(t, outcomes, len(lines))
	for _, o := range outcomes {
		require.NoError(t, o.Err)
	}
}

// LostAnswers are the ways to lose the answer to a write, before or after it was
// carried out.
func LostAnswers() []sandbox.Fault {
	return []sandbox.Fault{
		{Kind: sandbox.FaultCutBefore}, {Kind: sandbox.FaultCutAfter}, {Kind: sandbox.FaultHalfBody},
		{Kind: sandbox.FaultStatus, Status: 502}, {Kind: sandbox.FaultStatus, Status: 502, After: true},
		{Kind: sandbox.FaultHTML, After: true}, {Kind: sandbox.FaultError}, {Kind: sandbox.FaultError, After: true},
	}
}

// Enter makes works.
type Enter func(t *testing.T) *Works

// EachLost runs a story once for each of the [LostAnswers].
func EachLost(t *testing.T, enter Enter, story func(t *testing.T, f *Works, lost sandbox.Fault)) {
	t.Helper()
	for _, lost := range LostAnswers() {
		t.Run(fmt.Sprintf("%s %t", lost.Kind, lost.After), func(t *testing.T) { story(t, enter(t), lost) })
	}
}

// ReturnsSurvive, whose app must not repeat calls, loses the answer when a waybill is returned by a method: the
// assignment is shipped once, with the number that was asked for, as also shown
// says. When answers keep getting lost, or looking fails by the second method,
// the outcome is unknown.
func ReturnsSurvive(t *testing.T, enter Enter, method, look string, shown func(*testing.T, *Works)) {
	t.Helper()
	EachLost(t, enter, func(t *testing.T, f *Works, lost sandbox.Fault) {
		a, r := f.Give(t, 0)
		lost.Method = method
		f.Over.Arm(t, lost)
		parcels, err := f.Factory.Dropship.ReturnWaybills(t.Context(), r)
		require.NoError(t, err)
		require.Len(t, parcels, 1)
		assert.Equal(t, returnedNo, parcels[0].TrackingNo)
		now, err := f.Factory.Dropship.GetFactoryOrder(t.Context(), a.FactoryID)
		require.NoError(t, err)
		assert.Equal(t, dropship.StateReturned, now.State)
		require.Len(t, now.Parcels, 1)
		assert.Equal(t, returnedNo, now.Parcels[0].TrackingNo)
		shown(t, f)
		sent := len(f.Over.Record.Of(method))
		_, err = f.Factory.Dropship.ReturnWaybills(t.Context(), r)
		assert.ErrorIs(t, err, mall.ErrAlreadyDone)
		assert.LessOrEqual(t, sent, 2, "sent once more where nothing was carried out")
	})
	f := enter(t)
	_, r := f.Give(t, 0)
	f.Over.Arm(t, sandbox.Fault{Method: method, Kind: sandbox.FaultCutBefore, Times: -1})
	_, err := f.Factory.Dropship.ReturnWaybills(t.Context(), r)
	require.ErrorIs(t, err, mall.ErrUnknownOutcome)
	assert.Len(t, f.Over.Record.Of(method), 2, "sent once more, never a third time")
	f.Over.Box.ClearFaults()
	f.Over.Arm(t, sandbox.Fault{Method: method, Kind: sandbox.FaultCutAfter})
	f.Over.Arm(t, sandbox.Fault{Method: look, Kind: sandbox.FaultStatus, Status: 500})
	_, err = f.Factory.Dropship.ReturnWaybills(t.Context(), r)
	require.ErrorIs(t, err, mall.ErrUnknownOutcome, "looking failed too")
}

// AssignmentsSurvive, whose app must not repeat calls, loses the answers when lines are given and taken back, by
// these methods: each ends where it was asked to, and is given once.
func AssignmentsSurvive(t *testing.T, enter Enter, assign, cancel string) {
	t.Helper()
	EachLost(t, enter, func(t *testing.T, f *Works, lost sandbox.Fault) {
		lost.Method = assign
		f.Over.Arm(t, lost)
		f.assign(t, f.Lines[:2]...)
		f.Over.Box.Advance(2 * time.Minute)
		given := map[bool]int{}
		for a, err := range f.Factory.Dropship.AllFactoryOrders(t.Context(),
			dropship.Query{From: f.Over.Box.Now().Add(-time.Hour), State: dropship.StateAssigned}) {
			require.NoError(t, err)
			given[f.Same(a, f.Lines[0]) || f.Same(a, f.Lines[1])]++
		}
		assert.Equal(t, 2, given[true], "given once each")
		lost.Method = cancel
		f.Over.Arm(t, lost)
		ids := []dropship.MerchantID{f.Lines[0].MerchantID, f.Lines[1].MerchantID}
		outcomes, err := f.Over.Shop.Dropship.CancelAssignment(t.Context(), "示例原因", ids...)
		require.NoError(t, err)
		for i, o := range outcomes {
			require.NoError(t, o.Err)
			a, err := f.Over.Shop.Dropship.GetMerchantOrder(t.Context(), ids[i])
			require.NoError(t, err)
			assert.Equal(t, dropship.StateCancelled, a.State)
		}
	})
}

// NeverTwice loses the answers of calls by methods whose effect cannot be looked
// up: none is sent again, and the outcome is unknown.
func NeverTwice(t *testing.T, enter Enter, calls map[string]func(*Works, dropship.Assignment) error) {
	t.Helper()
	for method, call := range calls {
		t.Run(method, func(t *testing.T) {
			EachLost(t, enter, func(t *testing.T, f *Works, lost sandbox.Fault) {
				a, _ := f.Give(t, 0)
				f.Over.Box.Advance(2 * time.Minute)
				lost.Method = method
				f.Over.Arm(t, lost)
				assert.ErrorIs(t, call(f, a), mall.ErrUnknownOutcome)
				assert.Len(t, f.Over.Record.Of(method), 1)
			})
		})
	}
}

// ReasonOf is why drop-ship refused.
func ReasonOf(t *testing.T, err error) dropship.Reason {
	t.Helper()
	r, ok := errors.AsType[*dropship.Refusal](err)
	require.True(t, ok, "%v", err)
	return r.Reason
}
