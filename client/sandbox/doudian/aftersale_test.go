package doudian_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/doudian"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

// listedCase is what the tests read of afterSale.List.
type listedCase struct {
	Info struct {
		ID       string `json:"aftersale_id"`
		Type     int64  `json:"aftersale_type"`
		Status   int64  `json:"aftersale_status"`
		Refund   int64  `json:"refund_status"`
		Related  string `json:"related_id"`
		Applied  int64  `json:"apply_time"`
		Updated  int64  `json:"update_time"`
		Deadline int64  `json:"status_deadline"`
		Amount   int64  `json:"refund_amount"`
		Back     string `json:"return_logistics_code"`
		Remark   string `json:"remark"`
	} `json:"aftersale_info"`
	Order struct {
		ID string `json:"shop_order_id"`
	} `json:"order_info"`
}

// cases calls afterSale.List for shop 1, with params applied to a plain query.
func (w wire) cases(params map[string]any) (list []listedCase, total int) {
	w.T.Helper()
	q := map[string]any{"page": 0, "size": 100}
	maps.Copy(q, params)
	var page struct {
		Items []listedCase
		Total int
	}
	w.Call("afterSale.List", q).Decode(w.T, &page)
	return page.Items, page.Total
}

// caseNamed reads one case from the list.
func (w wire) caseNamed(id string) listedCase {
	w.T.Helper()
	list, _ := w.cases(map[string]any{"aftersale_id": id})
	require.Len(w.T, list, 1)
	return list[0]
}

func (w wire) ask(a sandbox.AfterSale) string {
	w.T.Helper()
	id, err := w.Box.On(mall.Doudian).AskAfterSale(a)
	require.NoError(w.T, err)
	return id
}

// operate calls afterSale.operate for one case, with more applied to its item.
func (w wire) operate(kind int, id string, more map[string]any) string {
	w.T.Helper()
	item := map[string]any{"aftersale_id": id}
	maps.Copy(item, more)
	return w.Call("afterSale.operate", map[string]any{"type": kind, "items": []any{item}}).Outcome()
}

// tags returns the tags of the pushes of shop 1 since the last call.
func tags(w wire, since *int) (list []string) {
	all := w.News()
	for _, p := range all[*since:] {
		list = append(list, p.Tag)
	}
	*since = len(all)
	return list
}

func TestRefundBeforeShipping(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	o := w.Add(map[string]any{"sku_order_list": []any{map[string]any{}, map[string]any{}}})
	second := w.Detail(o).Lines[1].OrderID
	id := w.ask(sandbox.AfterSale{OrderID: o, LineID: second})
	pushed := 0
	require.Equal(t, []string{"200"}, tags(w, &pushed))
	c := w.caseNamed(id)
	assert.EqualValues(t, []any{int64(2), int64(6), int64(1), second, o},
		[]any{c.Info.Type, c.Info.Status, c.Info.Refund, c.Info.Related, c.Order.ID})
	assert.EqualValues(t, 6, w.Detail(o).Lines[1].AfterSale.Status)
	assert.Zero(t, w.Detail(o).Lines[0].AfterSale.Status)
	_, err := w.Box.On(mall.Doudian).AskAfterSale(sandbox.AfterSale{OrderID: o, LineID: second})
	require.ErrorContains(t, err, "has the open after-sale "+id)

	w.Box.Advance(time.Minute)
	require.Equal(t, "10000", w.operate(201, id, map[string]any{"update_time": c.Info.Updated}))
	assert.Equal(t, []string{"201", "206"}, tags(w, &pushed))
	c = w.caseNamed(id)
	assert.EqualValues(t, []int64{12, 3, wiretest.Noon.Unix() + 60, 0},
		[]int64{c.Info.Status, c.Info.Refund, c.Info.Updated, c.Info.Deadline})
	after := w.Detail(o)
	assert.EqualValues(t, 4, after.Lines[1].Status, "a refunded line is closed")
	assert.EqualValues(t, 2, after.Status, "its order is not")
	assert.Equal(t, wiretest.Noon.Unix()+60, after.Updated)
	require.Equal(t, "50002 isv.business-failed:20309541", w.operate(201, id, nil), "once only")

	first := w.ask(sandbox.AfterSale{OrderID: o})
	require.Equal(t, "10000", w.operate(201, first, nil))
	assert.EqualValues(t, 4, w.Detail(o).Status, "with its last line it is")
	assert.EqualValues(t, 21, w.Detail(o).MainStatus)
}

func TestReturnOfGoods(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	o := w.Add(map[string]any{"order_status": 3})
	kind, pushed := 0, 0
	id := w.ask(sandbox.AfterSale{OrderID: o, Type: &kind, Amount: 100, Count: 1})
	require.Equal(t, "50002 isv.business-failed:20309541", w.operate(201, id, nil),
		"that is for refunds without return")
	require.Equal(t, "50002 isv.business-failed:20309541", w.operate(111, id, nil), "too early")
	require.Error(t, w.Box.On(mall.Doudian).MoveAfterSale(id, "return", ""), "too early")
	require.Equal(t, "10000", w.operate(101, id, map[string]any{"logistics": map[string]any{"receiver_address_id": 7}}))
	require.NoError(t, w.Box.On(mall.Doudian).MoveAfterSale(id, "return", "YT9"))
	assert.Equal(t, "YT9", w.caseNamed(id).Info.Back)
	assert.EqualValues(t, 11, w.Detail(o).Lines[0].AfterSale.Status)
	require.Equal(t, "10000", w.operate(111, id, nil))
	assert.Equal(t, []string{"200", "202", "203", "201", "206"}, tags(w, &pushed))
	assert.EqualValues(t, 12, w.caseNamed(id).Info.Status)
	assert.EqualValues(t, 3, w.Detail(o).MainStatus, "a part of the money closes nothing")

	whole := w.ask(sandbox.AfterSale{OrderID: o})
	require.Equal(t, "10000", w.operate(201, whole, nil))
	assert.EqualValues(t, 22, w.Detail(o).MainStatus)
}

func TestExchange(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	kind := 3
	id := w.ask(sandbox.AfterSale{OrderID: w.Add(map[string]any{"order_status": 3}), Type: &kind})
	require.Equal(t, "10000", w.operate(301, id, nil))
	require.NoError(t, w.Box.On(mall.Doudian).MoveAfterSale(id, "return", ""))
	require.Equal(t, "50002 isv.business-failed:11005", w.operate(311, id, nil), "without what is sent instead")
	require.Equal(t, "10000", w.operate(311, id,
		map[string]any{"logistics": map[string]any{"company_code": "shunfeng", "logistics_code": "SF9"}}))
	assert.EqualValues(t, 13, w.caseNamed(id).Info.Status)
	assert.Error(t, w.Box.On(mall.Doudian).MoveAfterSale(id, "withdraw", ""), "too late")
	require.NoError(t, w.Box.On(mall.Doudian).MoveAfterSale(id, "receive", ""))
	assert.EqualValues(t, 14, w.caseNamed(id).Info.Status)
	assert.Error(t, w.Box.On(mall.Doudian).MoveAfterSale(id, "receive", ""), "once")
}

func TestRefusedAndWithdrawn(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	o, pushed := w.Add(nil), 0
	id := w.ask(sandbox.AfterSale{OrderID: o})
	require.Equal(t, "10000", w.operate(202, id, map[string]any{"reject_reason_code": 2}))
	assert.EqualValues(t, 27, w.caseNamed(id).Info.Status)
	require.NoError(t, w.Box.On(mall.Doudian).MoveAfterSale(id, "withdraw", ""))
	c := w.caseNamed(id)
	assert.EqualValues(t, []int64{28, 1}, []int64{c.Info.Status, c.Info.Refund}, "a withdrawn case stays so")
	assert.EqualValues(t, 28, w.Detail(o).Lines[0].AfterSale.Status)
	assert.Equal(t, []string{"200", "204", "207"}, tags(w, &pushed))
	assert.EqualValues(t, 2, w.Detail(o).Status)
	w.ask(sandbox.AfterSale{OrderID: o})
}

func TestOperateRefusals(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	a, b := w.ask(sandbox.AfterSale{OrderID: w.Add(nil)}), w.ask(sandbox.AfterSale{OrderID: w.Add(nil)})
	assert.Equal(t, "20000 isp.service-error:10000", w.operate(201, "9", nil))
	assert.Equal(t, "50002 isv.business-failed:11001", w.operate(102, a, nil))
	assert.Equal(t, "50002 isv.business-failed:11005",
		w.operate(201, a, map[string]any{"update_time": wiretest.Noon.Unix() - 1}), "it changed since")
	many := make([]any, 21)
	for i := range many {
		many[i] = map[string]any{"aftersale_id": a}
	}
	assert.Equal(t, "40003 isv.parameter-invalid",
		w.Call("afterSale.operate", map[string]any{"type": 201, "items": many}).Outcome())
	both := w.Call("afterSale.operate",
		map[string]any{"type": 201, "items": []any{map[string]any{"aftersale_id": b},
			map[string]any{"aftersale_id": "9"}}})
	assert.Equal(t, "20000 isp.service-error:10000", both.Outcome())
	assert.EqualValues(t, 6, w.caseNamed(b).Info.Status, "one bad item fails the whole batch")

	require.NoError(t, sandbox.Change(w.Box,
		func(r *doudian.Rules) { r.InferredOperations, r.StaleCaseNumber = false, 77 }))
	assert.Equal(t, "50002 isv.business-failed:11001", w.operate(101, a, nil))
	assert.Equal(t, "50002 isv.business-failed:77", w.operate(201, a, map[string]any{"update_time": 1}))
}

func TestAfterSaleList(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	var ids []string
	for range 5 {
		ids = append(ids, w.ask(sandbox.AfterSale{OrderID: w.Add(nil)}))
		w.Box.Advance(time.Second)
	}
	require.Equal(t, "10000", w.operate(202, ids[1], nil)) // changed last
	named := func(list []listedCase) (got []string) {
		for _, c := range list {
			got = append(got, c.Info.ID)
		}
		return got
	}
	at := wiretest.Noon.Unix()
	for name, c := range map[string]struct {
		params map[string]any
		want   []string
		total  int
	}{
		"by application, youngest first": {nil, []string{ids[4], ids[3], ids[2], ids[1], ids[0]}, 5},
		"by update":                      {map[string]any{"order_by": []string{"update_time asc"}}, []string{ids[0], ids[2], ids[3], ids[4], ids[1]}, 5},
		"second page":                    {map[string]any{"order_by": []string{"update_time asc"}, "page": 1, "size": 2}, []string{ids[3], ids[4]}, 5},
		"the end of applications is out": {map[string]any{"start_time": at, "end_time": at + 1}, []string{ids[0]}, 1},
		"the end of updates is in":       {map[string]any{"update_start_time": at + 4, "update_end_time": at + 5}, []string{ids[4], ids[1]}, 2},
		"by status":                      {map[string]any{"standard_aftersale_status": []int{27}}, []string{ids[1]}, 1},
		"by type, none":                  {map[string]any{"aftersale_type": 0}, nil, 0},
		"by order":                       {map[string]any{"order_id": w.caseNamed(ids[2]).Order.ID}, []string{ids[2]}, 1},
	} {
		list, total := w.cases(c.params)
		assert.Equal(t, c.want, named(list), name)
		assert.Equal(t, c.total, total, name)
	}
	for name, params := range map[string]map[string]any{
		"no page": {"size": 10}, "no size": {"page": 0}, "size": {"page": 0, "size": 101}, "reach": {"page": 501, "size": 100},
		"order": {"page": 0, "size": 1, "order_by": []string{"refund_amount asc"}}, "direction": {"page": 0, "size": 1, "order_by": []string{"update_time"}},
	} {
		assert.Equal(t, "40004 isv.parameter-invalid:11000", w.Call("afterSale.List", params).Outcome(), name)
	}
}

func TestAfterSaleDetail(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	id := w.ask(sandbox.AfterSale{OrderID: w.Add(nil), Reason: "示例：破损"})
	require.Equal(t, "10000", w.Call("afterSale.addOrderRemark",
		map[string]any{"after_sale_id": id, "remark": "示例备注"}).Outcome())
	var data struct {
		Process struct {
			Info struct {
				ID     json.Number `json:"after_sale_id"`
				Status int64       `json:"after_sale_status"`
				Reason string      `json:"reason"`
			} `json:"after_sale_info"`
			Remarks []struct{ Remark string } `json:"after_sale_shop_remarks"`
		} `json:"process_info"`
	}
	w.Call("afterSale.Detail", map[string]any{"after_sale_id": id}).Decode(t, &data)
	assert.Equal(t, id, data.Process.Info.ID.String())
	assert.EqualValues(t, 6, data.Process.Info.Status)
	assert.Equal(t, "示例：破损", data.Process.Info.Reason)
	require.Len(t, data.Process.Remarks, 1)
	assert.Equal(t, "40004 isv.parameter-invalid:11000",
		w.Call("afterSale.Detail", map[string]any{"after_sale_id": "9"}).Outcome())
	assert.Equal(t, "50002 isv.business-failed:11000",
		w.Call("afterSale.addOrderRemark", map[string]any{"after_sale_id": id, "remark": " "}).Outcome())
	assert.Equal(t, "50002 isv.business-failed:11003",
		w.Call("afterSale.addOrderRemark", map[string]any{"after_sale_id": "9", "remark": "x"}).Outcome())
}

func TestInterceptParcels(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	o := w.Add(map[string]any{"order_status": 3})
	id := w.ask(sandbox.AfterSale{OrderID: o})
	no := w.Detail(o).Parcels[0].TrackingNo
	var data struct {
		Results []struct {
			TrackingNo string `json:"tracking_no"`
			Done       bool   `json:"is_success"`
			ReasonCode int    `json:"unavailable_reason_code"`
		} `json:"intercept_results"`
		Good int `json:"success_count"`
	}
	w.Call("afterSale.applyLogisticsIntercept",
		map[string]any{"after_sale_id": id, "op_from": 1, "intercept_targets": []any{
			map[string]any{"company_code": "shunfeng", "tracking_no": no},
			map[string]any{"company_code": "shunfeng", "tracking_no": "SF0"},
		}}).Decode(t, &data)
	require.Len(t, data.Results, 2)
	assert.True(t, data.Results[0].Done)
	assert.False(t, data.Results[1].Done)
	assert.Equal(t, 1, data.Good)
	assert.Equal(t, "50002 isv.business-failed:10000",
		w.Call("afterSale.applyLogisticsIntercept", map[string]any{"after_sale_id": 9, "op_from": 1}).Outcome())
}

func TestAfterSalePushHasThePlatformsForm(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	o := w.Add(nil)
	id := w.ask(sandbox.AfterSale{OrderID: o})
	list := w.News()
	push := list[len(list)-1]
	assert.Equal(t, wiretest.Shop1, push.ShopID)
	assert.JSONEq(t, fmt.Sprintf(`{"p_id":%s,"s_id":%s,"shop_id":%s,"aftersale_id":%s,"aftersale_status":6,"aftersale_type":2,"refund_amount":%d,
		"refund_post_amount":0,"refund_voucher_num":0,"reason_code":1,"apply_time":%d,"update_time":"2025-01-06T12:00:00+08:00"}`,
		o, o, wiretest.Shop1, id, w.caseNamed(id).Info.Amount, wiretest.Noon.Unix()), string(push.Data))
}

// TestSeededCasesAgreeWithTheirOrders: example orders and cases agree.
func TestSeededCasesAgreeWithTheirOrders(t *testing.T) {
	t.Parallel()
	w := serve(t)
	list, _ := w.cases(nil)
	require.GreaterOrEqual(t, len(list), 5)
	for _, c := range list {
		found := false
		for _, l := range w.Detail(c.Order.ID).Lines {
			if l.OrderID == c.Info.Related {
				found = true
				assert.Equal(t, l.AfterSale.Status, c.Info.Status)
			}
		}
		assert.True(t, found)
	}
	assert.Empty(t, w.News(), "examples push nothing")
}

func TestBuyersControl(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	o := w.Add(nil)
	var made struct {
		ID string `json:"aftersale_id"`
	}
	require.Equal(t, 201, w.Control("POST", "/aftersales", `{"platform":"doudian","order_id":"`+o+`","type":2}`, &made))
	require.Equal(t, 200, w.Control("POST", "/aftersales/update",
		`{"platform":"doudian","aftersale_id":"`+made.ID+`","action":"withdraw"}`, nil))
	var all struct{ Aftersales []listedCase }
	require.Equal(t, 200, w.Control("GET", "/aftersales?platform=doudian&shop_id="+wiretest.Shop1, "", &all))
	require.Len(t, all.Aftersales, 1)
	assert.EqualValues(t, 28, all.Aftersales[0].Info.Status)
	require.Equal(t, 200, w.Control("POST", "/addresses",
		`{"platform":"doudian","order_id":"`+o+`","receiver":{"detail":"示例路99号"}}`, nil))
	unpaid := w.Add(map[string]any{"order_status": 1})
	for body, status := range map[string]int{
		`{"platform":"doudian","order_id":"9"}`:                                              404,
		`{"platform":"elsewhere","order_id":"9"}`:                                            404,
		`{"platform":"doudian","order_id":"` + o + `","line_id":"9"}`:                        404,
		`{"platform":"doudian","order_id":"` + o + `","type":5}`:                             400,
		`{"platform":"doudian","order_id":"` + o + `","type":1}`:                             400, // not shipped
		`{"platform":"doudian","order_id":"` + o + `","amount":` + strconv.Itoa(1<<40) + `}`: 400,
		`{"platform":"doudian","order_id":"` + unpaid + `"}`:                                 400,
	} {
		assert.Equal(t, status, w.Control("POST", "/aftersales", body, nil), body)
	}
	assert.Equal(t, 404, w.Control("POST", "/aftersales/update",
		`{"platform":"doudian","aftersale_id":"9","action":"withdraw"}`, nil))
	assert.Equal(t, 400, w.Control("POST", "/aftersales/update",
		`{"platform":"doudian","aftersale_id":"`+made.ID+`","action":"burn"}`, nil))
	assert.Equal(t, 404, w.Control("GET", "/aftersales?platform=doudian&shop_id=9", "", nil))
}
