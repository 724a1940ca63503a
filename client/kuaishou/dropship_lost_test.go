package kuaishou_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
)

// TestReturnSurvivesLostAnswers: the assignment is shipped once, with the number
// that was asked for.
func TestReturnSurvivesLostAnswers(t *testing.T) {
	t.Parallel()
	const method = "open.dropshipping.order.deliver"
	for _, fault := range lostAnswers {
		t.Run(fmt.Sprintf("%s %t", fault.Kind, fault.After), func(t *testing.T) {
			f := newWorks(t, nil, client.WithRetries(0))
			_, r := f.give(t, 0)
			fault.Method = method
			f.Arm(t, fault)
			parcels, err := f.factory.Dropship.ReturnWaybills(t.Context(), r)
			require.NoError(t, err)
			require.Len(t, parcels, 1)
			assert.Equal(t, "YT0000000000001", parcels[0].TrackingNo)
			o := f.buyersOrder(t, 0)
			assert.Equal(t, 40, o.Base.Status)
			require.Len(t, o.Parcels, 1)
			assert.Equal(t, "YT0000000000001", o.Parcels[0].No)
			assert.Equal(t, 6, o.Parcels[0].Carrier, "the same company in the other table")
			_, err = f.factory.Dropship.ReturnWaybills(t.Context(), r)
			assert.ErrorIs(t, err, mall.ErrAlreadyDone)
		})
	}
	f := newWorks(t, nil, client.WithRetries(0))
	_, r := f.give(t, 0)
	f.Arm(t, sandbox.Fault{Method: method, Kind: sandbox.FaultCutBefore, Times: 5})
	_, err := f.factory.Dropship.ReturnWaybills(t.Context(), r)
	require.ErrorIs(t, err, mall.ErrUnknownOutcome)
	assert.Len(t, f.Record.Of(method), 2, "sent once more, never a third time")
	f.Box.ClearFaults()
	f.Arm(t, sandbox.Fault{Method: method, Kind: sandbox.FaultCutAfter})
	f.Arm(t, sandbox.Fault{Method: "open.dropshipping.order.detail.query", Kind: sandbox.FaultStatus, Status: 500})
	_, err = f.factory.Dropship.ReturnWaybills(t.Context(), r)
	require.ErrorIs(t, err, mall.ErrUnknownOutcome, "looking failed too")
}

// TestAssignAndCancelSurviveLostAnswers: each line ends where it was asked to,
// and is given once.
func TestAssignAndCancelSurviveLostAnswers(t *testing.T) {
	t.Parallel()
	for _, fault := range lostAnswers {
		t.Run(fmt.Sprintf("%s %t", fault.Kind, fault.After), func(t *testing.T) {
			f := newWorks(t, nil, client.WithRetries(0))
			fault.Method = "open.dropshipping.order.batch.allocate"
			f.Arm(t, fault)
			ids := []dropship.MerchantID{f.lines[0].MerchantID, f.lines[1].MerchantID}
			outcomes, err := f.Shop.Dropship.Assign(t.Context(), dropship.Choice{ID: ids[0], Supplier: f.supplier},
				dropship.Choice{ID: ids[1], Supplier: f.supplier})
			require.NoError(t, err)
			require.Len(t, outcomes, 2)
			for _, o := range outcomes {
				assert.NoError(t, o.Err)
			}
			f.Box.Advance(2 * time.Minute)
			n := 0
			for _, err := range f.factory.Dropship.AllFactoryOrders(t.Context(),
				dropship.Query{From: f.Box.Now().Add(-time.Hour)}) {
				require.NoError(t, err)
				n++
			}
			assert.Equal(t, 2, n, "given once each")
			fault.Method = "open.dropshipping.order.batch.allocate.cancel"
			f.Arm(t, fault)
			outcomes, err = f.Shop.Dropship.CancelAssignment(t.Context(), "示例原因", ids...)
			require.NoError(t, err)
			for _, o := range outcomes {
				assert.NoError(t, o.Err)
			}
			a, err := f.Shop.Dropship.GetMerchantOrder(t.Context(), ids[0])
			require.NoError(t, err)
			assert.Equal(t, dropship.StateCancelled, a.State)
			assert.Equal(t, "示例原因", a.CancelReason)
		})
	}
}

// TestBindingSurvivesLostAnswers: one application, one parting.
func TestBindingSurvivesLostAnswers(t *testing.T) {
	t.Parallel()
	for _, fault := range lostAnswers {
		t.Run(fmt.Sprintf("%s %t", fault.Kind, fault.After), func(t *testing.T) {
			f := newWorks(t, nil, client.WithRetries(0))
			fault.Method = "open.dropshipping.relation.merchant.batch.apply"
			f.Arm(t, fault)
			outcomes, err := f.Shop.Dropship.Apply(t.Context(),
				dropship.Application{Supplier: f.stranger, Message: "示例"})
			require.NoError(t, err)
			require.NoError(t, outcomes[0].Err)
			page, err := kuaishou.DropshipOf(f.Shop).(dropship.MerchantDriver).Suppliers(t.Context(), 0, 50)
			require.NoError(t, err)
			assert.Len(t, page.Items, 6, "five examples and this one")
			fault.Method = "open.dropshipping.relation.merchant.batch.unbind"
			f.Arm(t, fault)
			parted, err := f.Shop.Dropship.Unbind(t.Context(), dropship.Parting{Supplier: f.supplier, Reason: "示例"})
			require.NoError(t, err)
			require.NoError(t, parted[0].Err)
			outcomes2, err := f.Shop.Dropship.Assign(t.Context(),
				dropship.Choice{ID: f.lines[0].MerchantID, Supplier: f.supplier})
			require.NoError(t, err)
			assert.ErrorIs(t, outcomes2[0].Err, mall.ErrRejected, "not bound any more")
		})
	}
}

// TestNothingIsTakenOrAddedTwice: numbers and added orders cannot be looked up.
func TestNothingIsTakenOrAddedTwice(t *testing.T) {
	t.Parallel()
	for method, do := range map[string]func(*works, dropship.Assignment) error{
		"open.dropshipping.ebill.batch.get": func(f *works, a dropship.Assignment) error {
			_, err := f.factory.Dropship.TakeWaybills(t.Context(), f.waybills(a))
			return err
		},
		"open.dropshipping.ebill.cancel": func(f *works, a dropship.Assignment) error {
			return f.factory.Dropship.CancelWaybill(t.Context(),
				logistics.Waybill{CarrierCode: "YTO", TrackingNo: "1",
					For: []logistics.AddressedOrder{{OrderID: "1", Shop: a.FactoryID.Shop}}})
		},
		"open.dropshipping.order.batch.append": func(f *works, _ dropship.Assignment) error {
			answers, err := f.Shop.Dropship.Append(t.Context(),
				dropship.Extra{Base: f.lines[0].MerchantID, Kind: dropship.KindGift, Lines: f.lines[0].Lines})
			require.NoError(t, err)
			n := 0
			for _, a := range f.walk(t, time.Hour) {
				if a.Kind == dropship.KindGift {
					n++
				}
			}
			assert.LessOrEqual(t, n, 1)
			return answers[0].Err
		},
	} {
		for _, fault := range lostAnswers {
			f := newWorks(t, nil)
			a, _ := f.give(t, 0)
			f.Box.Advance(2 * time.Minute)
			fault.Method = method
			f.Arm(t, fault)
			assert.ErrorIs(t, do(f, a), mall.ErrUnknownOutcome, method)
			assert.Len(t, f.Record.Of(method), 1, method)
		}
	}
}
