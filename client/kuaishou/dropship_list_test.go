package kuaishou_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/client/sandbox"
	side "github.com/mallwire/mall/client/sandbox/kuaishou"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// TestAllTypesAreListed: the platform lists one type of order at a time, so a
// walk asks for each type in turn.
func TestAllTypesAreListed(t *testing.T) {
	t.Parallel()
	f := newWorks(t, nil)
	kinds := []dropship.Kind{dropship.KindGift, dropship.KindResend, dropship.KindExchange, dropship.KindOther}
	var extras []dropship.Extra
	for i, kind := range kinds {
		extras = append(extras, dropship.Extra{Base: f.Lines[i].MerchantID, Kind: kind, Lines: f.Lines[i].Lines,
			Remark: "示例"})
	}
	extras[0].To = order.Receiver{
		Name: order.Protected{Plain: "示例己"}, Phone: order.Protected{Plain: "19900000006"},
		Address:  order.Protected{Plain: mall.Secret(sender.Address.Detail)},
		Province: sender.Address.Province, City: sender.Address.City, District: sender.Address.District,
	}
	answers, err := f.Shop.Dropship.Append(t.Context(), extras...)
	require.NoError(t, err)
	for _, a := range answers {
		require.NoError(t, a.Err)
	}
	f.Box.Advance(2 * time.Minute)
	for _, size := range []int{0, 1, 2} {
		seen := map[dropship.Kind]int{}
		for a, err := range f.Shop.Dropship.AllMerchantOrders(t.Context(),
			dropship.Query{By: mall.ByCreation, From: f.Box.Now().Add(-10 * time.Minute), PageSize: size}) {
			require.NoError(t, err)
			seen[a.Kind]++
		}
		assert.Equal(t, map[dropship.Kind]int{
			dropship.KindOrder: 6, dropship.KindGift: 1, dropship.KindResend: 1, dropship.KindExchange: 1,
			dropship.KindOther: 1,
		}, seen, "%d a page", size)
	}
	d := kuaishou.DropshipOf(f.Shop).(dropship.MerchantDriver)
	for _, q := range []dropship.Query{{By: mall.ByUpdate}, {By: mall.ByCreation, State: "new"}} {
		page, err := d.PageMerchantOrders(t.Context(), q, "")
		assert.Empty(t, page.Items)
		assert.Equal(t, q.By == mall.ByUpdate, err != nil)
	}
	_, err = d.PageMerchantOrders(t.Context(), dropship.Query{By: mall.ByCreation}, "700 x")
	assert.ErrorIs(t, err, mall.ErrInvalid)
}

// TestFactoryWindows: a walk makes one call for each window; one that begins
// within the last window makes one call.
func TestFactoryWindows(t *testing.T) {
	t.Parallel()
	f := newWorks(t, nil)
	f.Give(t, 0)
	const method = "open.dropshipping.order.list"
	for _, c := range []struct {
		back  time.Duration
		calls int
	}{{25 * time.Minute, 1}, {2 * time.Hour, 4}} {
		before := len(f.Record.Of(method))
		n := 0
		for _, err := range f.Factory.Dropship.AllFactoryOrders(t.Context(),
			dropship.Query{From: f.Box.Now().Add(-c.back)}) {
			require.NoError(t, err)
			n++
		}
		assert.Equal(t, 1, n)
		assert.Len(t, f.Record.Of(method), before+c.calls)
	}
	assert.Equal(t, mall.ByUpdate, f.Factory.Dropship.Limits().FactoryOrders.Feed())
}

// TestIDsAreDistinct: the ids of merchant, factory and order have no value in
// common in the sandbox.
func TestIDsAreDistinct(t *testing.T) {
	t.Parallel()
	f := newWorks(t, nil)
	a, _ := f.Give(t, 0)
	m := f.Lines[0]
	ids := map[string]bool{m.OrderID: true, string(m.MerchantID): true, a.FactoryID.ID: true, a.FactoryID.Shop: true,
		f.Supplier: true, f.Factory.ID(): true, f.Shop.ID(): true}
	assert.Len(t, ids, 7)
	_, err := f.Shop.Dropship.GetMerchantOrder(t.Context(), dropship.MerchantID(a.FactoryID.ID))
	assert.ErrorIs(t, err, mall.ErrNotFound)
	_, err = f.Factory.Dropship.GetFactoryOrder(t.Context(),
		dropship.FactoryID{Shop: a.FactoryID.Shop, ID: string(m.MerchantID)})
	assert.ErrorIs(t, err, mall.ErrNotFound)
	assert.Empty(t, a.OrderID)
}

// TestBatchesAreSplit: a long batch is sent in several calls, each for one
// factory.
func TestBatchesAreSplit(t *testing.T) {
	t.Parallel()
	f := newWorks(t, nil)
	var choices []dropship.Choice
	var requests []logistics.WaybillRequest
	for i := range 11 {
		id := fmt.Sprint("DS", i)
		choices = append(choices, dropship.Choice{ID: dropship.MerchantID(id), Supplier: f.Supplier})
		requests = append(requests, numberFor(dropship.FactoryID{Shop: "U0001", ID: id}))
	}
	choices[1].Supplier = f.stranger
	outcomes, err := f.Shop.Dropship.Assign(t.Context(), choices...)
	require.NoError(t, err)
	assert.Len(t, outcomes, 11)
	assert.Error(t, outcomes[10].Err)
	assert.Len(t, f.Record.Of("open.dropshipping.order.batch.allocate"), 3, "two factories, and one too many")
	request := f.waybills(dropship.Assignment{})
	request.Requests = requests
	taken, err := f.Factory.Dropship.TakeWaybills(t.Context(), request)
	require.NoError(t, err)
	assert.Len(t, taken, 11)
	assert.Error(t, taken[10].Err)
	assert.Len(t, f.Record.Of("open.dropshipping.ebill.batch.get"), 2)
}

// TestOneFactoryFails: the refusal for one factory does not hide the results
// for another.
func TestOneFactoryFails(t *testing.T) {
	t.Parallel()
	f := newWorks(t, nil)
	f.Arm(t, sandbox.Fault{Method: "open.dropshipping.order.batch.allocate", Kind: sandbox.FaultError, Code: 22,
		Msg: "示例：无权限"})
	outcomes, err := f.Shop.Dropship.Assign(t.Context(), dropship.Choice{ID: f.Lines[0].MerchantID,
		Supplier: f.stranger}, dropship.Choice{ID: f.Lines[1].MerchantID, Supplier: f.Supplier})
	require.NoError(t, err)
	assert.ErrorIs(t, outcomes[0].Err, mall.ErrPermission)
	assert.NoError(t, outcomes[1].Err)
}

// TestDropshipAssumptions: what is not published can be set in the driver and
// in the sandbox.
func TestDropshipAssumptions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rules  func(*dropshipRules)
		config func(*kuaishou.DropshipAssumptions)
	}{
		"defaults": {func(*dropshipRules) {}, func(*kuaishou.DropshipAssumptions) {}},
		"entries": {
			func(r *dropshipRules) { r.EntryDoneCode, r.EntryFailedCode = 0, 1 },
			func(a *kuaishou.DropshipAssumptions) { a.EntryDone = "0" },
		},
		"binding by number": {
			func(r *dropshipRules) {
				r.BindingStates = [4]side.BindingState{{Status: 10, Desc: "甲"}, {Status: 20, Desc: "乙"},
					{Status: 30, Desc: "丙"}, {Status: 40, Desc: "丁"}}
			},
			func(a *kuaishou.DropshipAssumptions) {
				a.BindingStates = map[string]dropship.RelationState{
					"10": dropship.RelationPending, "20": dropship.RelationBound, "30": dropship.RelationRefused,
					"40": dropship.RelationUnbound,
				}
			},
		},
		"pages from zero": {
			func(r *dropshipRules) { r.PartnersFromZero, r.PageMost = true, 2 },
			func(a *kuaishou.DropshipAssumptions) { a.PartnersFromZero, a.PageSize = true, 2 },
		},
		"one row for a pair": {
			func(r *dropshipRules) { r.KeepApplications = false },
			func(*kuaishou.DropshipAssumptions) {},
		},
		"other words": {
			func(r *dropshipRules) { r.MissingMsg = "没有该单" },
			func(a *kuaishou.DropshipAssumptions) { a.Missing = []string{"没有"} },
		},
		"smaller batches": {
			func(r *dropshipRules) { r.BatchMost = 1 },
			func(a *kuaishou.DropshipAssumptions) { a.Batch = 1 },
		},
		"another end": {
			func(r *dropshipRules) { r.CursorEnd = "" },
			func(*kuaishou.DropshipAssumptions) {},
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newWorksUnder(t, c.rules, func(cfg *kuaishou.Config) { c.config(&cfg.Assumptions.Dropship) })
			suppliers, err := f.Shop.Dropship.Suppliers(t.Context(), dropship.RelationBound)
			require.NoError(t, err)
			assert.Len(t, suppliers, 2)
			outcomes, err := f.Shop.Dropship.Assign(t.Context(),
				dropship.Choice{ID: f.Lines[0].MerchantID, Supplier: f.Supplier},
				dropship.Choice{ID: f.Lines[1].MerchantID, Supplier: f.stranger})
			require.NoError(t, err)
			assert.NoError(t, outcomes[0].Err)
			assert.Error(t, outcomes[1].Err)
			_, err = f.Shop.Dropship.GetMerchantOrder(t.Context(), "DS0")
			assert.ErrorIs(t, err, mall.ErrNotFound)
		})
	}
}

// TestWrongEntryCode: with a wrong code of success, the driver looks up what
// became of an entry.
func TestWrongEntryCode(t *testing.T) {
	t.Parallel()
	f := newWorksUnder(t, func(r *dropshipRules) { r.EntryDoneCode = 200 }, nil)
	outcomes, err := f.Shop.Dropship.Assign(t.Context(),
		dropship.Choice{ID: f.Lines[0].MerchantID, Supplier: f.Supplier})
	require.NoError(t, err)
	assert.ErrorIs(t, outcomes[0].Err, mall.ErrAlreadyDone)
}

// TestFinishedAfterSale: a factory is not told how a case ended; Assumptions
// say whether it may ship.
func TestFinishedAfterSale(t *testing.T) {
	t.Parallel()
	for _, over := range []bool{false, true} {
		f := newWorks(t, func(cfg *kuaishou.Config) { cfg.Assumptions.Dropship.DoneAfterSaleIsOver = over })
		a, _ := f.Give(t, 0)
		f.change(t, 0, map[string]any{"orderRefundList": []any{map[string]any{"refundId": 1, "refundStatus": 70}}})
		a, err := f.Factory.Dropship.GetFactoryOrder(t.Context(), a.FactoryID)
		require.NoError(t, err)
		assert.Equal(t, !over, a.RefundOpen)
		assert.Equal(t, "3", a.PlatformAfterSale)
	}
}

// TestSpecChangeAndAssignment: an assignment keeps its SKU when the order's
// changes, unless the platform does otherwise. A new assignment shows the new
// SKU.
func TestSpecChangeAndAssignment(t *testing.T) {
	t.Parallel()
	for _, follows := range []bool{false, true} {
		f := newWorksUnder(t, func(r *dropshipRules) { r.FollowSpec = follows }, nil)
		given, _ := f.Give(t, 0)
		before := given.Lines[0].SKU
		f.change(t, 0, map[string]any{"orderItemInfo": map[string]any{"skuId": 158400000000099, "skuNick": "NEW",
			"skuDesc": "颜色:蓝色"}})
		now, err := f.Factory.Dropship.GetFactoryOrder(t.Context(), given.FactoryID)
		require.NoError(t, err)
		assert.Equal(t, follows, now.Lines[0].SKU.Code == "NEW")
		assert.Equal(t, !follows, now.Lines[0].SKU.ID == before.ID)
		_, err = f.Shop.Dropship.CancelAssignment(t.Context(), "", f.Lines[0].MerchantID)
		require.NoError(t, err)
		again, _ := f.Give(t, 0)
		assert.Equal(t, "NEW", again.Lines[0].SKU.Code)
		assert.NotEqual(t, given.FactoryID, again.FactoryID)
	}
}

// TestDropshipPagesWithoutCursor: an answer that holds neither a list nor a
// cursor is an error, not the end of the list.
func TestDropshipPagesWithoutCursor(t *testing.T) {
	t.Parallel()
	q := dropship.Query{By: mall.ByCreation, PageSize: 1}
	for data, kind := range map[string]mall.Kind{
		`{}`:                                    mall.ErrReply,
		`{"orderList":null,"dsOrderList":null}`: mall.ErrReply,
		`{"orderList":[],"dsOrderList":[],"cursor":null}`:     mall.ErrReply,
		`{"orderList":null,"dsOrderList":null,"cursor":""}`:   "",
		`{"orderList":[],"dsOrderList":[],"cursor":"nomore"}`: "",
	} {
		d := kuaishou.DriversOf(shopOver(t, drivertest.Reply(200, []byte(`{"result":1,"data":`+data+`}`)))).Dropship
		for _, list := range []func(context.Context, dropship.Query, string) (mall.Page[dropship.Assignment],
			error){d.PageFactoryOrders, d.PageMerchantOrders} {
			page, err := list(t.Context(), q, "")
			if kind != "" {
				assert.ErrorIs(t, err, kind, data)
				continue
			}
			require.NoError(t, err, data)
			assert.Empty(t, page.Items)
		}
	}
}

// TestAnswerWithoutList: an answer that holds no list is an error, not the end
// of the list.
func TestAnswerWithoutList(t *testing.T) {
	t.Parallel()
	s := shopOver(t, drivertest.Reply(200, []byte(`{"result":1,"data":{}}`)))
	_, err := s.SKUs.Page(t.Context(), sku.Query{}, "")
	assert.ErrorIs(t, err, mall.ErrReply)
	_, err = s.Dropship.Suppliers(t.Context())
	assert.ErrorIs(t, err, mall.ErrReply)
}
