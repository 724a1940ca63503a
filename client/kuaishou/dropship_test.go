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
	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/dropship/dropshiptest"
	"github.com/mallwire/mall/logistics"
)

// works is a merchant and its factory over one sandbox.
type works struct {
	*world
	factory  *client.Shop
	supplier string                // what drop-ship calls the factory
	stranger string                // a factory that is not bound, and its shop
	outside  string                // the shop of that one
	lines    []dropship.Assignment // free to be assigned, each another quantity
}

func newWorks(t *testing.T, change func(*kuaishou.Config), opts ...client.Option) *works {
	t.Helper()
	return worksOf(t, newWorld(t, change, opts...))
}

// newWorksUnder changes what the platform does as well.
func newWorksUnder(t *testing.T, dropship func(*dropshipRules), change func(*kuaishou.Config)) *works {
	t.Helper()
	w := newWorld(t, change)
	w.rule(t, func(r *rules) { dropship(&r.Dropship) })
	return worksOf(t, w)
}

func worksOf(t *testing.T, w *world) *works {
	t.Helper()
	f := &works{world: w, factory: w.App.Shop(w.Here.Factories[0].ShopID), outside: w.Here.Factories[4].ShopID}
	for n := range 6 {
		f.newOrder(t, int64(n+1))
	}
	list, err := w.Shop.Dropship.Suppliers(t.Context())
	require.NoError(t, err)
	for _, r := range list {
		switch r.State {
		case dropship.RelationBound:
			if f.supplier == "" {
				f.supplier = r.Partner
			}
		case dropship.RelationUnbound:
			f.stranger = r.Partner
		}
	}
	f.Box.Advance(2 * time.Minute)
	f.lines = f.walk(t, 10*time.Minute)
	require.Len(t, f.lines, 6)
	return f
}

// newOrder is a paid order of so many pieces.
func (f *works) newOrder(t *testing.T, pieces int64) string {
	t.Helper()
	id, err := f.Side().AddOrder(f.Shop.ID(),
		map[string]any{"orderItemInfo": map[string]any{"num": pieces}})
	require.NoError(t, err)
	return id
}

// walk lists what the merchant has, by creation.
func (f *works) walk(t *testing.T, back time.Duration) (list []dropship.Assignment) {
	t.Helper()
	for a, err := range f.Shop.Dropship.AllMerchantOrders(t.Context(),
		dropship.Query{By: mall.ByCreation, From: f.Box.Now().Add(-back)}) {
		require.NoError(t, err)
		list = append(list, a)
	}
	return list
}

// give assigns a line and returns what its factory sees.
func (f *works) give(t *testing.T, i int) (dropship.Assignment, dropship.Return) {
	t.Helper()
	outcomes, err := f.Shop.Dropship.Assign(t.Context(),
		dropship.Choice{ID: f.lines[i].MerchantID, Supplier: f.supplier})
	require.NoError(t, err)
	require.NoError(t, outcomes[0].Err)
	f.Box.Advance(2 * time.Minute)
	for a, err := range f.factory.Dropship.AllFactoryOrders(t.Context(),
		dropship.Query{From: f.Box.Now().Add(-time.Hour), State: dropship.StateAssigned}) {
		require.NoError(t, err)
		if a.Lines[0].Quantity == f.lines[i].Lines[0].Quantity {
			return a, dropship.Return{ID: a.FactoryID, Parcels: []logistics.Parcel{{CarrierCode: "YTO",
				TrackingNo: "YT0000000000001", Items: []logistics.Item{{Quantity: a.Lines[0].Quantity}}}}}
		}
	}
	t.Fatal("the factory does not see what it was given")
	return dropship.Assignment{}, dropship.Return{}
}

// buyersOrder is the merchant's order behind a line, as the platform has it.
func (f *works) buyersOrder(t *testing.T, i int) soldOrder {
	t.Helper()
	o, err := client.Call[soldOrder](t.Context(), f.Shop, "open.order.detail",
		map[string]any{"oid": json.Number(f.lines[i].OrderID)})
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

// known is what the suite is told.
func (f *works) known() dropshiptest.Known {
	var lines []dropship.MerchantID
	for _, a := range f.lines[:4] {
		lines = append(lines, a.MerchantID)
	}
	return dropshiptest.Known{
		Supplier: f.supplier, Lines: lines,
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
	dropshiptest.Run(t, kuaishou.DropshipOf(f.Shop), kuaishou.DropshipOf(f.factory), f.known())
}

// lostAnswers are all ways of losing the answer to a write: before or after it
// was carried out.
var lostAnswers = []sandbox.Fault{
	{Kind: sandbox.FaultCutBefore}, {Kind: sandbox.FaultCutAfter}, {Kind: sandbox.FaultHalfBody},
	{Kind: sandbox.FaultStatus, Status: 502}, {Kind: sandbox.FaultStatus, Status: 502, After: true}, {Kind: sandbox.FaultHTML, After: true},
	{Kind: sandbox.FaultError}, {Kind: sandbox.FaultError, After: true},
}

// waybills asks for one number.
func (f *works) waybills(a dropship.Assignment) logistics.Take {
	take := f.known().Take
	take.Requests = []logistics.WaybillRequest{numberFor(a.FactoryID)}
	return take
}

func reasonOf(t *testing.T, err error) dropship.Reason {
	t.Helper()
	r, ok := errors.AsType[*dropship.Refusal](err)
	require.True(t, ok, "%v", err)
	return r.Reason
}

// change lays fields over the order of a line.
func (f *works) change(t *testing.T, i int, fields map[string]any) {
	t.Helper()
	require.NoError(t, f.Side().UpdateOrder(f.lines[i].OrderID, fields))
}

// TestConflictsAreToldApart: the platform's number is one for all of them.
func TestConflictsAreToldApart(t *testing.T) {
	t.Parallel()
	f := newWorks(t, nil)
	back := func(r dropship.Return) error {
		_, err := f.factory.Dropship.ReturnWaybills(t.Context(), r)
		return err
	}
	_, r := f.give(t, 0)
	refund, err := f.Side().AskAfterSale(sandbox.AfterSale{OrderID: f.lines[0].OrderID})
	require.NoError(t, err)
	err = back(r)
	assert.Equal(t, dropship.ReasonRefundOpen, reasonOf(t, err))
	e, ok := errors.AsType[*mall.Error](err)
	require.True(t, ok)
	assert.NotEmpty(t, e.RequestID)
	require.NoError(t, f.Side().MoveAfterSale(refund, "withdraw", ""))
	require.NoError(t, back(r), "the buyer withdrew")

	_, r = f.give(t, 1)
	f.change(t, 1, map[string]any{"orderBaseInfo": map[string]any{"status": 40}})
	assert.Equal(t, dropship.ReasonOtherSide, reasonOf(t, back(r)), "the merchant shipped first")

	_, r = f.give(t, 2)
	outcomes, err := f.Shop.Dropship.CancelAssignment(t.Context(), "", f.lines[2].MerchantID)
	require.NoError(t, err)
	require.NoError(t, outcomes[0].Err)
	assert.Equal(t, dropship.ReasonCancelled, reasonOf(t, back(r)))
	outcomes, err = f.Shop.Dropship.CancelAssignment(t.Context(), "", f.lines[0].MerchantID)
	require.NoError(t, err)
	assert.Equal(t, dropship.ReasonShipped, reasonOf(t, outcomes[0].Err), "too late to cancel")

	// What cannot be assigned is told apart as well.
	assign := func(i int, supplier string) error {
		outcomes, err := f.Shop.Dropship.Assign(t.Context(),
			dropship.Choice{ID: f.lines[i].MerchantID, Supplier: supplier})
		require.NoError(t, err)
		return outcomes[0].Err
	}
	assert.Equal(t, dropship.ReasonOtherFactory, reasonOf(t, assign(0, f.stranger)))
	assert.ErrorIs(t, assign(0, f.supplier), mall.ErrAlreadyDone)
	assert.ErrorIs(t, assign(3, f.stranger), mall.ErrRejected, "not bound")
	f.change(t, 3, map[string]any{"orderRefundList": []any{map[string]any{"refundId": 2, "refundStatus": 10}}})
	assert.Equal(t, dropship.ReasonRefundOpen, reasonOf(t, assign(3, f.supplier)))
	f.change(t, 4, map[string]any{"orderBaseInfo": map[string]any{"status": 80}})
	assert.Equal(t, dropship.ReasonClosed, reasonOf(t, assign(4, f.supplier)))
}

// TestWhatTheFactoryCannotDo is refused before anything is sent.
func TestWhatTheFactoryCannotDo(t *testing.T) {
	t.Parallel()
	f := newWorks(t, nil)
	a, r := f.give(t, 0)
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
		_, err := f.factory.Dropship.ReturnWaybills(t.Context(), bad)
		assert.ErrorIs(t, err, c.want, name)
	}
	assert.Empty(t, f.Record.Of("open.dropshipping.order.deliver"))
	request := f.waybills(a)
	request.Template = ""
	_, err := f.factory.Dropship.TakeWaybills(t.Context(), request)
	assert.ErrorIs(t, err, mall.ErrInvalid)
	_, err = f.Shop.Dropship.Append(t.Context(), dropship.Extra{Base: f.lines[0].MerchantID, Kind: dropship.KindGift,
		Lines: []dropship.Line{{Quantity: 1}}})
	assert.ErrorIs(t, err, mall.ErrInvalid, "no name and no specs")
}

// TestSerials: what the goods need is shown, asked for, and sent.
func TestSerials(t *testing.T) {
	t.Parallel()
	f := newWorks(t, nil)
	f.rule(t, func(r *rules) { r.Dropship.SerialTypes = []int{1, 2} })
	a, r := f.give(t, 0)
	assert.True(t, a.NeedsSerial && a.NeedsIMEI)
	r.Serials = []string{"SN-1"}
	_, err := f.factory.Dropship.ReturnWaybills(t.Context(), r)
	require.ErrorIs(t, err, mall.ErrRejected)
	r.IMEIs = []string{"860000000000001"}
	_, err = f.factory.Dropship.ReturnWaybills(t.Context(), r)
	require.NoError(t, err)
}

// TestInterceptions: a number that was taken has to be the one that is shipped.
func TestInterceptions(t *testing.T) {
	t.Parallel()
	f := newWorks(t, nil)
	a, r := f.give(t, 0)
	taken, err := f.factory.Dropship.TakeWaybills(t.Context(), f.waybills(a))
	require.NoError(t, err)
	require.NoError(t, taken[0].Err)
	assert.NotEmpty(t, taken[0].Item.Print[0].Payload)
	_, err = f.factory.Dropship.ReturnWaybills(t.Context(), r)
	require.ErrorIs(t, err, mall.ErrRejected)
	assert.ErrorContains(t, err, "回传运单号与电子面单不一致")
	r.Parcels[0].TrackingNo = taken[0].Item.TrackingNo
	_, err = f.factory.Dropship.ReturnWaybills(t.Context(), r)
	require.NoError(t, err)
	assert.ErrorIs(t, f.factory.Dropship.CancelWaybill(t.Context(), taken[0].Item), mall.ErrRejected,
		"it is on its way")
}
