package kuaishou_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/dropship/dropshiptest"
	"github.com/mallwire/mall/logistics"
)

// works is a merchant and its factory over one sandbox.
type works struct {
	*world
	*drivertest.Works        // the lines are of different quantities
	stranger          string // a factory that is not bound
	outside           string // the shop of that one
}

func newWorks(t *testing.T, change func(*kuaishou.Config), opts ...client.Option) *works {
	t.Helper()
	return worksOf(t, newWorld(t, change, opts...))
}

// patient makes works whose app does not retry.
func patient(t *testing.T) *drivertest.Works { return newWorks(t, nil, client.WithRetries(0)).Works }

// newWorksUnder changes what the platform does as well.
func newWorksUnder(t *testing.T, dropship func(*dropshipRules), change func(*kuaishou.Config)) *works {
	t.Helper()
	w := newWorld(t, change)
	w.rule(t, func(r *rules) { dropship(&r.Dropship) })
	return worksOf(t, w)
}

func worksOf(t *testing.T, w *world) *works {
	t.Helper()
	f := &works{world: w, outside: w.Here.Factories[4].ShopID, Works: &drivertest.Works{
		Over: w.World, Factory: w.App.Shop(w.Here.Factories[0].ShopID), Carrier: "YTO",
		Same: func(given, line dropship.Assignment) bool { return given.Lines[0].Quantity == line.Lines[0].Quantity },
	}}
	for n := range 6 {
		f.newOrder(t, int64(n+1))
	}
	list, err := w.Shop.Dropship.Suppliers(t.Context())
	require.NoError(t, err)
	for _, r := range list {
		switch r.State {
		case dropship.RelationBound:
			if f.Supplier == "" {
				f.Supplier = r.Partner
			}
		case dropship.RelationUnbound:
			f.stranger = r.Partner
		}
	}
	f.Box.Advance(2 * time.Minute)
	f.Lines = f.walk(t, 10*time.Minute)
	require.Len(t, f.Lines, 6)
	return f
}

// newOrder adds a paid order of so many pieces.
func (f *works) newOrder(t *testing.T, pieces int64) string {
	t.Helper()
	id, err := f.Side().AddOrder(f.Shop.ID(),
		map[string]any{"orderItemInfo": map[string]any{"num": pieces}})
	require.NoError(t, err)
	return id
}

// walk lists the assignments of the merchant by creation.
func (f *works) walk(t *testing.T, back time.Duration) (list []dropship.Assignment) {
	t.Helper()
	for a, err := range f.Shop.Dropship.AllMerchantOrders(t.Context(),
		dropship.Query{By: mall.ByCreation, From: f.Box.Now().Add(-back)}) {
		require.NoError(t, err)
		list = append(list, a)
	}
	return list
}

// buyersOrder reads the order of a line as the platform has it.
func buyersOrder(t *testing.T, f *drivertest.Works, i int) soldOrder {
	t.Helper()
	o, err := client.Call[soldOrder](t.Context(), f.Over.Shop, "open.order.detail",
		map[string]any{"oid": json.Number(f.Lines[i].OrderID)})
	require.NoError(t, err)
	return o
}

type soldOrder struct {
	Base struct {
		Status int `json:"status"`
	} `json:"orderBaseInfo"`
	Parcels []struct {
		No      string `json:"expressNo"`
		Carrier int    `json:"expressCode"`
	} `json:"orderLogisticsInfo"`
}

// known is the material for the suite.
func (f *works) known() dropshiptest.Known {
	var lines []dropship.MerchantID
	for _, a := range f.Lines[:4] {
		lines = append(lines, a.MerchantID)
	}
	return dropshiptest.Known{
		Supplier: f.Supplier, Lines: lines,
		From: f.Box.Now().Add(-10 * time.Minute), Clock: f.Box.Now,
		Take: logistics.Take{
			CarrierCode: "YTO", Sender: sender, Site: logistics.NetSite{Code: "571001", Name: "示例网点"},
			Template: "https://example.com/template",
		},
		Settle:   func() { f.Box.Advance(2 * time.Minute) },
		Stranger: f.stranger,
		Accept: func(context.Context) error {
			return f.Side().Dropship("accept", f.Shop.ID(), f.outside)
		},
		// A factory cannot list its merchants, and nobody counts pieces.
		Lacks: []string{"Merchants", "Pieces"},
	}
}

func TestDropshipConformance(t *testing.T) {
	t.Parallel()
	f := newWorks(t, nil)
	f.AnswersAreKept(t, nil)
	dropshiptest.Run(t, kuaishou.DropshipOf(f.Shop), kuaishou.DropshipOf(f.Factory), f.known())
}

// waybills is a request for the number of one assignment.
func (f *works) waybills(a dropship.Assignment) logistics.Take {
	take := f.known().Take
	take.Requests = []logistics.WaybillRequest{numberFor(a.FactoryID)}
	return take
}

// change sets fields of the order of a line.
func (f *works) change(t *testing.T, i int, fields map[string]any) {
	t.Helper()
	require.NoError(t, f.Side().UpdateOrder(f.Lines[i].OrderID, fields))
}

// TestRefusalReasons: the platform refuses with one number for different
// reasons, and the driver finds out which.
func TestRefusalReasons(t *testing.T) {
	t.Parallel()
	f := newWorks(t, nil)
	back := func(r dropship.Return) error {
		_, err := f.Factory.Dropship.ReturnWaybills(t.Context(), r)
		return err
	}
	_, r := f.Give(t, 0)
	refund, err := f.Side().AskAfterSale(sandbox.AfterSale{OrderID: f.Lines[0].OrderID})
	require.NoError(t, err)
	err = back(r)
	assert.Equal(t, dropship.ReasonRefundOpen, drivertest.ReasonOf(t, err))
	e, ok := errors.AsType[*mall.Error](err)
	require.True(t, ok)
	assert.NotEmpty(t, e.RequestID)
	require.NoError(t, f.Side().MoveAfterSale(refund, "withdraw", ""))
	require.NoError(t, back(r), "the buyer withdrew")

	_, r = f.Give(t, 1)
	f.change(t, 1, map[string]any{"orderBaseInfo": map[string]any{"status": 40}})
	assert.Equal(t, dropship.ReasonOtherSide, drivertest.ReasonOf(t, back(r)), "the merchant shipped first")

	_, r = f.Give(t, 2)
	outcomes, err := f.Shop.Dropship.CancelAssignment(t.Context(), "", f.Lines[2].MerchantID)
	require.NoError(t, err)
	require.NoError(t, outcomes[0].Err)
	assert.Equal(t, dropship.ReasonCancelled, drivertest.ReasonOf(t, back(r)))
	outcomes, err = f.Shop.Dropship.CancelAssignment(t.Context(), "", f.Lines[0].MerchantID)
	require.NoError(t, err)
	assert.Equal(t, dropship.ReasonShipped, drivertest.ReasonOf(t, outcomes[0].Err), "too late to cancel")

	// What cannot be assigned is told apart as well.
	assign := func(i int, supplier string) error {
		outcomes, err := f.Shop.Dropship.Assign(t.Context(),
			dropship.Choice{ID: f.Lines[i].MerchantID, Supplier: supplier})
		require.NoError(t, err)
		return outcomes[0].Err
	}
	assert.Equal(t, dropship.ReasonOtherFactory, drivertest.ReasonOf(t, assign(0, f.stranger)))
	assert.ErrorIs(t, assign(0, f.Supplier), mall.ErrAlreadyDone)
	assert.ErrorIs(t, assign(3, f.stranger), mall.ErrRejected, "not bound")
	f.change(t, 3, map[string]any{"orderRefundList": []any{map[string]any{"refundId": 2, "refundStatus": 10}}})
	assert.Equal(t, dropship.ReasonRefundOpen, drivertest.ReasonOf(t, assign(3, f.Supplier)))
	f.change(t, 4, map[string]any{"orderBaseInfo": map[string]any{"status": 80}})
	assert.Equal(t, dropship.ReasonClosed, drivertest.ReasonOf(t, assign(4, f.Supplier)))
}

// TestReturnInvalidArguments: what the platform cannot do is refused before
// anything is sent.
func TestReturnInvalidArguments(t *testing.T) {
	t.Parallel()
	f := newWorks(t, nil)
	a, r := f.Give(t, 0)
	for name, c := range map[string]struct {
		change func(*dropship.Return)
		want   error
	}{
		"refuse a refund": {func(r *dropship.Return) { r.RefuseRefund = true }, mall.ErrNotSupported},
		"sent from":       {func(r *dropship.Return) { r.FromAddressID = "1" }, mall.ErrNotSupported},
		"two parcels":     {func(r *dropship.Return) { r.Parcels = append(r.Parcels, r.Parcels[0]) }, mall.ErrInvalid},
	} {
		bad := r
		c.change(&bad)
		_, err := f.Factory.Dropship.ReturnWaybills(t.Context(), bad)
		assert.ErrorIs(t, err, c.want, name)
	}
	assert.Empty(t, f.Record.Of("open.dropshipping.order.deliver"))
	request := f.waybills(a)
	request.Template = ""
	_, err := f.Factory.Dropship.TakeWaybills(t.Context(), request)
	assert.ErrorIs(t, err, mall.ErrInvalid)
	_, err = f.Shop.Dropship.Append(t.Context(), dropship.Extra{Base: f.Lines[0].MerchantID, Kind: dropship.KindGift,
		Lines: []dropship.Line{{Quantity: 1}}})
	assert.ErrorIs(t, err, mall.ErrInvalid, "no name and no specs")
}

// TestSerials: an assignment says which serial numbers it needs, and they are
// sent.
func TestSerials(t *testing.T) {
	t.Parallel()
	f := newWorks(t, nil)
	f.rule(t, func(r *rules) { r.Dropship.SerialTypes = []int{1, 2} })
	a, r := f.Give(t, 0)
	assert.True(t, a.NeedsSerial && a.NeedsIMEI)
	r.Serials = []string{"SN-1"}
	_, err := f.Factory.Dropship.ReturnWaybills(t.Context(), r)
	require.ErrorIs(t, err, mall.ErrRejected)
	r.IMEIs = []string{"860000000000001"}
	_, err = f.Factory.Dropship.ReturnWaybills(t.Context(), r)
	require.NoError(t, err)
}

// TestReturnTakenNumber: after a number was taken, only that number ships.
func TestReturnTakenNumber(t *testing.T) {
	t.Parallel()
	f := newWorks(t, nil)
	a, r := f.Give(t, 0)
	taken, err := f.Factory.Dropship.TakeWaybills(t.Context(), f.waybills(a))
	require.NoError(t, err)
	require.NoError(t, taken[0].Err)
	assert.NotEmpty(t, taken[0].Item.Print[0].Payload)
	_, err = f.Factory.Dropship.ReturnWaybills(t.Context(), r)
	require.ErrorIs(t, err, mall.ErrRejected)
	assert.ErrorContains(t, err, "回传运单号与电子面单不一致")
	r.Parcels[0].TrackingNo = taken[0].Item.TrackingNo
	_, err = f.Factory.Dropship.ReturnWaybills(t.Context(), r)
	require.NoError(t, err)
	assert.ErrorIs(t, f.Factory.Dropship.CancelWaybill(t.Context(), taken[0].Item), mall.ErrRejected,
		"it is on its way")
}
