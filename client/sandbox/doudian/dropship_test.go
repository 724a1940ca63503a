package doudian_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/doudian"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

const works1 = "20000001"

type assignment struct {
	ID       string `json:"distr_order_id"`
	OrderID  string `json:"shop_order_id"`
	Status   int    `json:"distr_status"`
	Trade    int    `json:"order_status"`
	After    int    `json:"after_sale_status"`
	Supplier int64  `json:"supplier_shop_id"`
	Alias    int64  `json:"user_id"`
	Count    int64  `json:"product_count"`
	Reason   string `json:"distr_cancel_reason"`
	Packs    []struct {
		ID      string `json:"deliver_id"`
		TrackNo string `json:"track_no"`
	} `json:"pack_list"`
}

// as calls a method for a shop.
func (w wire) as(shop, method string, params any) wiretest.Answer {
	w.T.Helper()
	return w.Send(w.Build(method, w.Shop(shop).AccessToken, params))
}

// free returns unassigned assignments of shop1, oldest change first.
func (w wire) free() (list []assignment) {
	w.T.Helper()
	for from := wiretest.Noon.Add(-40 * time.Hour); from.Before(wiretest.Noon); from = from.Add(30 * time.Minute) {
		var page struct {
			List  []assignment `json:"distr_order_list"`
			Total int          `json:"total"`
		}
		w.as(wiretest.Shop1, "iop.sellerOrderList", map[string]any{
			"page": 0, "size": 100, "start_update_time": from.Unix(), "end_update_time": from.Unix() + 1799, "distr_status": 0, "order_status": 2, "after_sale_status": 1,
		}).Decode(w.T, &page)
		assert.Len(w.T, page.List, page.Total)
		list = append(list, page.List...)
	}
	require.GreaterOrEqual(w.T, len(list), 5)
	return list
}

func (w wire) assign(id string) {
	w.T.Helper()
	var got struct {
		Results []struct {
			ErrNo   int `json:"err_no"`
			Message string
		} `json:"distribute_order_reuslts"`
	}
	w.as(wiretest.Shop1, "iop.sellerDistribute",
		map[string]any{"distribute_order_list": []any{map[string]any{"distr_order_id": id,
			"supplier_shop_id": 20000001}}}).Decode(w.T, &got)
	require.Zero(w.T, got.Results[0].ErrNo, got.Results[0].Message)
}

func TestDropshipWindows(t *testing.T) {
	t.Parallel()
	w := serve(t)
	at := wiretest.Noon.Unix()
	for _, c := range []struct {
		shop, method string
		p            map[string]any
		want         string
	}{
		{wiretest.Shop1, "iop.sellerOrderList", map[string]any{"page": 0, "size": 100, "start_update_time": at - 1800, "end_update_time": at}, "10000"},
		{wiretest.Shop1, "iop.sellerOrderList", map[string]any{"page": 0, "size": 100, "start_update_time": at - 1801, "end_update_time": at}, "40004 isv.parameter-invalid:10000"},
		{wiretest.Shop1, "iop.sellerOrderList", map[string]any{"page": 0, "size": 101, "start_update_time": at - 1, "end_update_time": at}, "40004 isv.parameter-invalid:10000"},
		{wiretest.Shop1, "iop.sellerOrderList", map[string]any{"page": 0, "size": 100}, "40004 isv.parameter-invalid:10000"},
		{wiretest.Shop1, "iop.sellerOrderList", map[string]any{"page": 0, "size": 100, "start_deal_time": (at - 1800) * 1000, "end_deal_time": at * 1000}, "10000"},
		{works1, "iop.orderList", map[string]any{"page": 0, "size": 100, "start_distr_time": at - 60, "end_distr_time": at}, "10000"},
		{works1, "iop.orderList", map[string]any{"page": 0, "size": 100, "start_distr_time": at, "end_distr_time": at - 60}, "40004 isv.parameter-invalid:10000"},
		{works1, "iop.sellerOrderList", map[string]any{"page": 0, "size": 100, "start_update_time": at - 60, "end_update_time": at}, "50002 isv.business-failed:40001"},
		{wiretest.Shop1, "iop.orderList", map[string]any{"page": 0, "size": 100, "start_update_time": at - 60, "end_update_time": at}, "50002 isv.business-failed:40001"},
		{wiretest.Shop1, "iop.sellerSupplierList", map[string]any{"page": int64(1) << 62, "page_size": 100}, "10000"},
		{wiretest.Shop1, "iop.sellerOrderInfo", map[string]any{}, "40004 isv.parameter-invalid:10000"},
		{wiretest.Shop1, "iop.sellerOrderInfo", map[string]any{"distr_order_id": "1"}, "50002 isv.business-failed:40000"},
		{wiretest.Shop1, "iop.sellerCancleDistribute", map[string]any{"distr_order_ids": strings.Split(strings.Repeat("1,", 101), ",")}, "50002 isv.business-failed:10000"},
	} {
		assert.Equal(t, c.want, w.as(c.shop, c.method, c.p).Outcome(), "%s %v", c.method, c.p)
	}
}

// TestDropshipLife takes a line from assignment to shipment, and checks the
// order and both sides' views.
func TestDropshipLife(t *testing.T) {
	t.Parallel()
	w := serve(t)
	x := w.free()[0]
	w.assign(x.ID)
	var page struct {
		List []assignment `json:"order_list"`
	}
	w.as(works1, "iop.orderList", map[string]any{"page": 0, "size": 10, "start_distr_time": wiretest.Noon.Unix() - 60,
		"end_distr_time": wiretest.Noon.Unix(), "distr_status": 1}).Decode(t, &page)
	require.Len(t, page.List, 1)
	got := page.List[0]
	assert.Equal(t, x.ID, got.ID)
	assert.Empty(t, got.OrderID, "a factory is not shown the trade")
	assert.NotZero(t, got.Alias)

	back := func(pieces int64) wiretest.Answer {
		return w.as(works1, "iop.waybillReturn", map[string]any{"user_id": got.Alias, "distr_order_id": x.ID,
			"pack_list": []any{map[string]any{"track_no": "YT1", "company_code": "yuantong", "ship_num": pieces}}})
	}
	assert.Equal(t, "50002 isv.business-failed:41007", back(x.Count+1).Outcome())
	require.NoError(t, w.Box.On(mall.Doudian).Dropship("drop_address", works1, ""))
	assert.Equal(t, "50002 isv.business-failed:41003", back(x.Count).Outcome())
	require.NoError(t, w.Box.On(mall.Doudian).Dropship("keep_address", works1, ""))
	var done struct {
		OK bool   `json:"return_result"`
		ID string `json:"delivery_id"`
	}
	back(x.Count).Decode(t, &done)
	assert.True(t, done.OK)
	assert.Equal(t, "50002 isv.business-failed:41000", back(x.Count).Outcome(), "a second time")

	o := w.Detail(x.OrderID)
	assert.Contains(t, []int64{3, 101}, o.Status)
	require.NotEmpty(t, o.Parcels)
	assert.Equal(t, "YT1", o.Parcels[len(o.Parcels)-1].TrackingNo)
	shipped := 0
	for _, l := range o.Lines {
		if l.Status == 3 {
			shipped++
		}
	}
	assert.Equal(t, o.Status == 3, shipped == len(o.Lines), "only the line that was returned is shipped")

	update := map[string]any{"user_id": got.Alias, "distr_order_id": x.ID, "track_no": "YT2",
		"company_code": "yuantong", "delivery_id": "1"}
	assert.Equal(t, "50002 isv.business-failed:41005", w.as(works1, "iop.waybillUpdate", update).Outcome())
	update["delivery_id"] = done.ID
	assert.Equal(t, "10000", w.as(works1, "iop.waybillUpdate", update).Outcome())
	parcels := w.Detail(x.OrderID).Parcels
	assert.Equal(t, "YT2", parcels[len(parcels)-1].TrackingNo)
}

// TestDropshipCancel: a cancelled assignment leaves the factory's detail and
// stays in its list.
func TestDropshipCancel(t *testing.T) {
	t.Parallel()
	w := serve(t)
	x := w.free()[0]
	w.assign(x.ID)
	a := w.as(wiretest.Shop1, "iop.sellerCancleDistribute", map[string]any{"distr_order_ids": []string{x.ID}})
	assert.JSONEq(t, fmt.Sprintf(`{"succ_distr_order_ids":[%q],"fail_distr_order_ids":[]}`, x.ID), string(a.Data),
		"an empty map is a list")
	a = w.as(wiretest.Shop1, "iop.sellerCancleDistribute", map[string]any{"distr_order_ids": []string{x.ID}})
	assert.Contains(t, string(a.Data), `"fail_distr_order_ids":{"`+x.ID)
	var page struct {
		List []assignment `json:"order_list"`
	}
	w.as(works1, "iop.orderList", map[string]any{"page": 0, "size": 10,
		"start_update_time": wiretest.Noon.Unix() - 60, "end_update_time": wiretest.Noon.Unix()}).Decode(t, &page)
	require.Len(t, page.List, 1)
	assert.Equal(t, 3, page.List[0].Status)
	assert.NotEmpty(t, page.List[0].Reason)
	info := map[string]any{"user_id": page.List[0].Alias, "distr_order_id": x.ID}
	assert.Equal(t, "40004 isv.parameter-invalid:40000", w.as(works1, "iop.orderInfo", info).Outcome())
	assert.Equal(t, "40004 isv.parameter-invalid:40000", w.as("20000002", "iop.orderInfo", info).Outcome(),
		"another factory")
	w.assign(x.ID) // and it may be assigned again
}

// TestDropshipRefund: a buyer's refund keeps the assignment but blocks it.
func TestDropshipRefund(t *testing.T) {
	t.Parallel()
	w := serve(t)
	var x assignment
	for _, one := range w.free() {
		if len(w.Detail(one.OrderID).Lines) == 1 {
			x = one
			break
		}
	}
	w.assign(x.ID)
	refund, err := w.Box.On(mall.Doudian).AskAfterSale(sandbox.AfterSale{OrderID: x.OrderID})
	require.NoError(t, err)
	info := func() (d struct {
		Detail assignment `json:"distr_order_detail"`
	}) {
		w.as(wiretest.Shop1, "iop.sellerOrderInfo", map[string]any{"distr_order_id": x.ID}).Decode(t, &d)
		return d
	}
	assert.Equal(t, 1, info().Detail.Status)
	assert.Equal(t, 2, info().Detail.After)
	back := map[string]any{"user_id": int64(7300000000000000001), "distr_order_id": x.ID, "company_code": "yuantong",
		"track_no": "YT1"}
	assert.Equal(t, "50002 isv.business-failed:41004", w.as(works1, "iop.waybillReturn", back).Outcome())
	back["is_refund_reject"] = true
	assert.Equal(t, "10000", w.as(works1, "iop.waybillReturn", back).Outcome())
	assert.Equal(t, 2, info().Detail.Status)
	assert.Equal(t, 3, info().Detail.Trade)
	cases, err := w.Box.On(mall.Doudian).AfterSales(wiretest.Shop1)
	require.NoError(t, err)
	last := string(cases[len(cases)-1])
	assert.Contains(t, last, refund)
	assert.Contains(t, last, `"aftersale_status":27`, "the merchant's refusal, by shipping")
}

// TestWaybillShare: only a share of the waybill numbers can be cancelled.
func TestWaybillShare(t *testing.T) {
	t.Parallel()
	w := serve(t)
	require.NoError(t, sandbox.Change(w.Box, func(r *doudian.Rules) { r.Dropship.WaybillCancelPercent = 50 }))
	var infos []any
	for _, x := range w.free()[:2] {
		w.assign(x.ID)
		infos = append(infos, map[string]any{"distr_order_id": x.ID,
			"items": []any{map[string]any{"item_name": "x", "item_count": 1}}})
	}
	params := map[string]any{
		"sender": map[string]any{"contact": map[string]any{"name": "示例", "phone": "1"}, "address": map[string]any{
			"countryCode": "CHN", "provinceName": "江苏省", "cityName": "苏州市", "districtName": "吴中区", "detailAddress": "示例路1号"}},
		"trade_order_list": []any{map[string]any{"user_id": int64(7300000000000000001), "company_code": "yuantong", "order_infos": infos}},
	}
	var got struct {
		Bills []struct {
			TrackNo string `json:"track_no"`
		} `json:"ebill_infos"`
		Errs []any `json:"err_infos"`
	}
	w.as(works1, "iop.waybillGet", params).Decode(t, &got)
	require.Len(t, got.Bills, 2)
	require.Empty(t, got.Errs)
	cancel := func(i int) wiretest.Answer {
		return w.as(works1, "iop.waybillCancel",
			map[string]any{"user_id": int64(7300000000000000001), "company_code": "yuantong",
				"track_no": got.Bills[i].TrackNo})
	}
	assert.JSONEq(t, `{"return_result":true}`, string(cancel(0).Data))
	assert.JSONEq(t, `{"return_result":false}`, string(cancel(0).Data), "it is gone")
	assert.Equal(t, "50002 isv.business-failed:88888", cancel(1).Outcome())
}

// TestBonds takes an application through its states.
func TestBonds(t *testing.T) {
	t.Parallel()
	w := serve(t)
	state := func() int {
		var page struct {
			List []struct {
				ID     int64 `json:"supplier_shop_id"`
				Status int   `json:"bind_status"`
			} `json:"supplier_shop_list"`
		}
		w.as(wiretest.Shop1, "iop.sellerSupplierList", map[string]any{"page": 0, "page_size": 100}).Decode(t, &page)
		require.Len(t, page.List, 6)
		return page.List[2].Status
	}
	do := func(action string) error {
		return w.Box.On(mall.Doudian).Dropship(action, wiretest.Shop1, "20000003")
	}
	assert.Equal(t, 1, state())
	for _, c := range []struct {
		action string
		seen   int
	}{{"refuse", 3}, {"apply", 1}, {"accept", 2}, {"unbind_apply", 2}, {"unbind_refuse", 2}, {"unbind_apply", 2},
		{"unbind_accept", 4}, {"apply", 1}} {
		require.NoError(t, do(c.action), c.action)
		assert.Equal(t, c.seen, state(), c.action)
	}
	assert.Error(t, do("unbind_accept"))
	assert.Error(t, do("dance"))
	assert.ErrorIs(t, w.Box.On(mall.Doudian).Dropship("be_factory", wiretest.Shop1, ""), sandbox.ErrTaken,
		"binding has begun")
	assert.NoError(t, w.Box.On(mall.Doudian).Dropship("be_factory", wiretest.Shop2, ""))
	assert.NoError(t, w.Box.On(mall.Doudian).Dropship("be_nothing", wiretest.Shop2, ""))
	assert.ErrorIs(t, w.Box.On(mall.Doudian).Dropship("be_factory", "5", ""), sandbox.ErrUnknownID)
}
