package kuaishou_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
)

func TestReturnLostAnswer(t *testing.T) {
	t.Parallel()
	drivertest.ReturnsSurvive(t, patient, "open.dropshipping.order.deliver", "open.dropshipping.order.detail.query",
		func(t *testing.T, f *drivertest.Works) {
			o := buyersOrder(t, f, 0)
			assert.Equal(t, 40, o.Base.Status)
			require.Len(t, o.Parcels, 1)
			assert.Equal(t, "YT0000000000001", o.Parcels[0].No)
			assert.Equal(t, 6, o.Parcels[0].Carrier, "the same company in the other table")
		})
}

func TestAssignLostAnswer(t *testing.T) {
	t.Parallel()
	drivertest.AssignmentsSurvive(t, patient, "open.dropshipping.order.batch.allocate",
		"open.dropshipping.order.batch.allocate.cancel")
}

// TestBindLostAnswer: whichever answer is lost, one application and one
// unbinding are made.
func TestBindLostAnswer(t *testing.T) {
	t.Parallel()
	for _, fault := range drivertest.LostAnswers() {
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
			parted, err := f.Shop.Dropship.Unbind(t.Context(), dropship.Parting{Supplier: f.Supplier, Reason: "示例"})
			require.NoError(t, err)
			require.NoError(t, parted[0].Err)
			outcomes2, err := f.Shop.Dropship.Assign(t.Context(),
				dropship.Choice{ID: f.Lines[0].MerchantID, Supplier: f.Supplier})
			require.NoError(t, err)
			assert.ErrorIs(t, outcomes2[0].Err, mall.ErrRejected, "not bound any more")
		})
	}
}

// TestTakeAndAppendLostAnswer: the platform has no method that tells which
// numbers were taken or which orders were added, so these calls are not
// repeated.
func TestTakeAndAppendLostAnswer(t *testing.T) {
	t.Parallel()
	drivertest.NeverTwice(t, func(t *testing.T) *drivertest.Works { return newWorks(t, nil).Works },
		map[string]func(*drivertest.Works, dropship.Assignment) error{
			"open.dropshipping.ebill.batch.get": func(f *drivertest.Works, a dropship.Assignment) error {
				return second(f.Factory.Dropship.TakeWaybills(t.Context(), back(f).waybills(a)))
			},
			"open.dropshipping.ebill.cancel": func(f *drivertest.Works, a dropship.Assignment) error {
				return f.Factory.Dropship.CancelWaybill(t.Context(),
					logistics.Waybill{CarrierCode: "YTO", TrackingNo: "1",
						For: []logistics.AddressedOrder{{OrderID: "1", Shop: a.FactoryID.Shop}}})
			},
			"open.dropshipping.order.batch.append": func(f *drivertest.Works, _ dropship.Assignment) error {
				answers, err := f.Over.Shop.Dropship.Append(t.Context(),
					dropship.Extra{Base: f.Lines[0].MerchantID, Kind: dropship.KindGift, Lines: f.Lines[0].Lines})
				require.NoError(t, err)
				n := 0
				for _, a := range back(f).walk(t, time.Hour) {
					if a.Kind == dropship.KindGift {
						n++
					}
				}
				assert.LessOrEqual(t, n, 1)
				return answers[0].Err
			},
		})
}

// back turns shared works into those of this platform.
func back(f *drivertest.Works) *works { return &works{world: &world{f.Over}, Works: f} }
