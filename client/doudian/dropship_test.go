package doudian_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/sandbox"
	side "github.com/mallwire/mall/client/sandbox/doudian"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/dropship/dropshiptest"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// works is a merchant and its factory over one sandbox.
type works struct {
	*world
	*drivertest.Works
}

func newWorks(t *testing.T, opts ...client.Option) *works {
	t.Helper()
	w := newWorld(t, nil, opts...)
	factory := w.App.Shop(w.Here.Factories[0].ShopID)
	f := &works{w, &drivertest.Works{
		Over: w.World, Factory: factory, Supplier: factory.ID(), Carrier: "yuantong",
		Same: func(given, line dropship.Assignment) bool { return given.FactoryID.ID == string(line.MerchantID) },
	}}
	for a, err := range w.Shop.Dropship.AllMerchantOrders(t.Context(),
		dropship.Query{From: w.Box.Now().Add(-20 * time.Hour), State: dropship.StateUnassigned}) {
		require.NoError(t, err)
		if _, ok, _ := a.MayShip(); ok {
			f.Lines = append(f.Lines, a)
		}
	}
	require.GreaterOrEqual(t, len(f.Lines), 5)
	return f
}

// patient makes works whose app does not retry.
func patient(t *testing.T) *drivertest.Works { return newWorks(t, client.WithRetries(0)).Works }

var sender = logistics.Sender{Name: "示例发货人", Landline: "0512-00000000", Address: logistics.Address{
	Province: order.Region{Name: "江苏省"}, City: order.Region{Name: "苏州市"}, District: order.Region{Name: "吴中区"},
	Detail: "示例路1号",
}}

// known is the material for the suite.
func (f *works) known() dropshiptest.Known {
	var lines []dropship.MerchantID
	for _, a := range f.Lines[len(f.Lines)-4:] {
		lines = append(lines, a.MerchantID)
	}
	return dropshiptest.Known{
		Supplier: f.Factory.ID(), Lines: lines,
		From: f.Box.Now().Add(-20 * time.Hour), Take: logistics.Take{CarrierCode: "yuantong", Sender: sender},
		Clock:  f.Box.Now,
		Settle: func() { f.Box.Advance(2 * time.Minute) },
		Lacks:  []string{"Bind", "Append"}, // there are no calls for it
	}
}

func TestDropshipConformance(t *testing.T) {
	t.Parallel()
	f := newWorks(t)
	f.AnswersAreKept(t, answeredOtherwise)
	dropshiptest.Run(t, doudian.DropshipOf(f.Shop), doudian.DropshipOf(f.Factory), f.known())
}

func TestReturnLostAnswer(t *testing.T) {
	t.Parallel()
	drivertest.ReturnsSurvive(t, patient, "iop.waybillReturn", "iop.orderInfo", func(t *testing.T, f *drivertest.Works) {
		done := 0
		for _, call := range f.Over.Box.Received() {
			if call.Method == "iop.waybillReturn" && call.Outcome == "10000" {
				done++
			}
		}
		assert.Equal(t, 1, done, "shipped exactly once")
		now, err := f.Over.Shop.Dropship.GetMerchantOrder(t.Context(), f.Lines[0].MerchantID)
		require.NoError(t, err)
		assert.Equal(t, dropship.StateReturned, now.State)
	})
}

func TestAssignLostAnswer(t *testing.T) {
	t.Parallel()
	drivertest.AssignmentsSurvive(t, patient, "iop.sellerDistribute", "iop.sellerCancleDistribute")
}

// TestTakeWaybillsLostAnswer: the platform has no method that tells which
// number was taken, so the call is not repeated.
func TestTakeWaybillsLostAnswer(t *testing.T) {
	t.Parallel()
	drivertest.NeverTwice(t, func(t *testing.T) *drivertest.Works { return newWorks(t).Works },
		map[string]func(*drivertest.Works, dropship.Assignment) error{
			"iop.waybillGet": func(f *drivertest.Works, a dropship.Assignment) error {
				return second(f.Factory.Dropship.TakeWaybills(t.Context(), logistics.Take{
					CarrierCode: "yuantong", Sender: sender, Requests: []logistics.WaybillRequest{numberFor(a.FactoryID)},
				}))
			},
			"iop.waybillCancel": func(f *drivertest.Works, a dropship.Assignment) error {
				return f.Factory.Dropship.CancelWaybill(t.Context(), logistics.Waybill{
					CarrierCode: "yuantong", TrackingNo: "1",
					For: []logistics.AddressedOrder{{OrderID: "1", Shop: a.FactoryID.Shop}},
				})
			},
		})
}

// TestRefusalReasons: the platform refuses with one text for different reasons,
// and the driver finds out which.
func TestRefusalReasons(t *testing.T) {
	t.Parallel()
	f := newWorks(t)
	back := func(r dropship.Return) error {
		_, err := f.Factory.Dropship.ReturnWaybills(t.Context(), r)
		return err
	}
	// Lines of different orders, each in trouble of its own.
	lines := map[string]int{}
	for i, a := range f.Lines {
		if _, ok := lines[a.OrderID]; !ok {
			lines[a.OrderID] = i
		}
	}
	var at []int
	for i, a := range f.Lines {
		if lines[a.OrderID] == i {
			at = append(at, i)
		}
	}
	require.GreaterOrEqual(t, len(at), 4)

	_, r := f.Give(t, at[0])
	refund := f.caseOf(t, sandbox.AfterSale{OrderID: f.Lines[at[0]].OrderID, LineID: orderLine(t, f, at[0])})
	err := back(r)
	assert.Equal(t, dropship.ReasonRefundOpen, drivertest.ReasonOf(t, err))
	assert.ErrorIs(t, err, mall.ErrConflict)
	e, ok := errors.AsType[*mall.Error](err)
	require.True(t, ok)
	assert.NotEmpty(t, e.RequestID)
	r.RefuseRefund = true
	require.NoError(t, back(r), "the refund may be refused along with it")
	assert.Equal(t, order.RefundRejected, f.ReadCase(t, refund.ID).State)

	_, r = f.Give(t, at[1])
	require.NoError(t, f.Side().UpdateOrder(f.Lines[at[1]].OrderID, map[string]any{"order_status": 3}))
	assert.Equal(t, dropship.ReasonOtherSide, drivertest.ReasonOf(t, back(r)), "the merchant shipped first")

	_, r = f.Give(t, at[2])
	require.NoError(t, f.Side().Dropship("drop_address", f.Factory.ID(), ""))
	assert.Equal(t, dropship.ReasonSender, drivertest.ReasonOf(t, back(r)))
	r.FromAddressID = "4000000000000000001"
	require.NoError(t, back(r))

	_, r = f.Give(t, at[3])
	outcomes, err := f.Shop.Dropship.CancelAssignment(t.Context(), "", f.Lines[at[3]].MerchantID)
	require.NoError(t, err)
	require.NoError(t, outcomes[0].Err)
	err = back(r)
	assert.Equal(t, dropship.ReasonCancelled, drivertest.ReasonOf(t, err))

	// What cannot be assigned is told apart as well.
	assign := func(i int, supplier string) error {
		outcomes, err := f.Shop.Dropship.Assign(t.Context(),
			dropship.Choice{ID: f.Lines[i].MerchantID, Supplier: supplier})
		require.NoError(t, err)
		return outcomes[0].Err
	}
	assert.Equal(t, dropship.ReasonOtherFactory, drivertest.ReasonOf(t, assign(at[2], "20000002")))
	assert.ErrorIs(t, assign(at[1], f.Factory.ID()), mall.ErrAlreadyDone)
	assert.ErrorIs(t, assign(at[3], "20000003"), mall.ErrRejected, "not bound")
}

// newLine adds an order of one line and returns its unassigned assignment.
func (f *works) newLine(t *testing.T) dropship.Assignment {
	t.Helper()
	id := f.newOrder(t, 1)
	f.Box.Advance(2 * time.Minute)
	for a, err := range f.Shop.Dropship.AllMerchantOrders(t.Context(),
		dropship.Query{From: f.Box.Now().Add(-10 * time.Minute), State: dropship.StateUnassigned}) {
		require.NoError(t, err)
		if a.OrderID == id {
			return a
		}
	}
	t.Fatal("the new order is not listed")
	return dropship.Assignment{}
}

// TestMerchantShippedFirst: a factory that returns a waybill after the merchant
// shipped is told so.
func TestMerchantShippedFirst(t *testing.T) {
	t.Parallel()
	f := newWorks(t)
	f.Lines = []dropship.Assignment{f.newLine(t)}
	_, r := f.Give(t, 0)
	require.NoError(t, f.Shop.Logistics.Ship(t.Context(), logistics.Shipment{
		OrderID: f.Lines[0].OrderID, Parcels: []logistics.Parcel{{CarrierCode: "shunfeng",
			TrackingNo: "SF1000000000001"}},
	}))
	_, err := f.Factory.Dropship.ReturnWaybills(t.Context(), r)
	assert.Equal(t, dropship.ReasonOtherSide, drivertest.ReasonOf(t, err))
	assert.ErrorIs(t, err, mall.ErrConflict)
	o, err := f.Shop.Orders.Get(t.Context(), f.Lines[0].OrderID)
	require.NoError(t, err)
	require.Len(t, o.Parcels, 1)
	assert.Equal(t, "SF1000000000001", o.Parcels[0].TrackingNo)
}

// TestFactoryShippedFirst: a merchant who ships after the factory is refused,
// and the order keeps the factory's parcel.
func TestFactoryShippedFirst(t *testing.T) {
	t.Parallel()
	f := newWorks(t)
	f.Lines = []dropship.Assignment{f.newLine(t)}
	_, r := f.Give(t, 0)
	_, err := f.Factory.Dropship.ReturnWaybills(t.Context(), r)
	require.NoError(t, err)
	ship := func(no string) error {
		return f.Shop.Logistics.Ship(t.Context(), logistics.Shipment{OrderID: f.Lines[0].OrderID,
			Parcels: []logistics.Parcel{{CarrierCode: "yuantong", TrackingNo: no}}})
	}
	assert.ErrorIs(t, ship("YT1000000000001"), mall.ErrConflict)
	assert.ErrorIs(t, ship(r.Parcels[0].TrackingNo), mall.ErrAlreadyDone, "the same parcel")
	o, err := f.Shop.Orders.Get(t.Context(), f.Lines[0].OrderID)
	require.NoError(t, err)
	require.Len(t, o.Parcels, 1)
	assert.Equal(t, r.Parcels[0].TrackingNo, o.Parcels[0].TrackingNo)
}

// orderLine finds the line of the order that an assignment is for, by its SKU:
// drop-ship does not name it.
func orderLine(t *testing.T, f *works, i int) string {
	t.Helper()
	o, err := f.Shop.Orders.Get(t.Context(), f.Lines[i].OrderID)
	require.NoError(t, err)
	for _, l := range o.Lines {
		if l.SKU.Code == f.Lines[i].Lines[0].SKU.Code {
			return l.ID
		}
	}
	t.Fatal("no such line")
	return ""
}

// TestCreationWindowUnit: windows by creation are sent in milliseconds, as
// documented, unless Assumptions say otherwise.
func TestCreationWindowUnit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		unit    time.Duration
		seconds bool
		found   bool
	}{{0, false, true}, {time.Second, true, true}, {time.Second, false, false}} {
		w := newWorld(t, func(cfg *doudian.Config) { cfg.Assumptions.DealTimeUnit = c.unit })
		require.NoError(t, sandbox.Change(w.Box, func(r *side.Rules) { r.Dropship.DealTimeInSeconds = c.seconds }))
		n := 0
		for _, err := range w.Shop.Dropship.AllMerchantOrders(t.Context(),
			dropship.Query{By: mall.ByCreation, From: w.Box.Now().Add(-12 * time.Hour)}) {
			require.NoError(t, err)
			n++
		}
		assert.Equal(t, c.found, n > 0, "%+v", c)
	}
}

// TestBatchesAreSplit: a long batch is sent in several calls.
func TestBatchesAreSplit(t *testing.T) {
	t.Parallel()
	f := newWorks(t)
	var choices []dropship.Choice
	var requests []logistics.WaybillRequest
	for i := range 101 {
		id := fmt.Sprintf("79%017d", i)
		choices = append(choices, dropship.Choice{ID: dropship.MerchantID(id), Supplier: f.Factory.ID()})
		if i < 11 {
			requests = append(requests, numberFor(dropship.FactoryID{Shop: "7300000000000000001", ID: id}))
		}
	}
	outcomes, err := f.Shop.Dropship.Assign(t.Context(), choices...)
	require.NoError(t, err)
	assert.Len(t, outcomes, 101)
	assert.Error(t, outcomes[100].Err)
	assert.Len(t, f.Record.Of("iop.sellerDistribute"), 2)
	taken, err := f.Factory.Dropship.TakeWaybills(t.Context(),
		logistics.Take{CarrierCode: "x", Sender: sender, Requests: requests})
	require.NoError(t, err)
	assert.Len(t, taken, 11)
	assert.Error(t, taken[10].Err)
	assert.Len(t, f.Record.Of("iop.waybillGet"), 2)
}
