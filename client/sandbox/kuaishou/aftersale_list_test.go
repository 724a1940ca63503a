package kuaishou_test

import (
	"encoding/json"
	"maps"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
)

type casePage struct {
	Page   int          `json:"currentPage"`
	Pages  int          `json:"totalPage"`
	Total  int          `json:"totalSize"`
	Cursor string       `json:"pcursor"`
	List   []refundCase `json:"refundOrderInfoList"`
}

// cases calls the list for shop 1, with params applied to a plain query.
func (w wire) cases(params map[string]any) answer {
	w.T.Helper()
	now := w.Box.Now().UnixMilli()
	q := map[string]any{
		"beginTime": now - 86400_000, "endTime": now, "type": 9, "pageSize": 100, "currentPage": 1, "pcursor": "", "queryType": 2, "sort": 2,
		"option": map[string]any{"needExchange": true},
	}
	maps.Copy(q, params)
	return w.get("open.seller.order.refund.pcursor.list", q)
}

func TestCaseList(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	var ids []int64
	for i := range 5 {
		a := sandbox.AfterSale{}
		if i == 3 {
			a.Type = ksExchangeWay
		}
		ids = append(ids, w.ask(a))
		w.Box.Advance(time.Second)
	}
	require.Equal(t, "1", w.answer(refundReject, ids[1], map[string]any{"reasonCode": 1002, "refundVersion": w.refund(ids[1]).Updated})) // changed last
	named := func(params map[string]any) (got []int64) {
		var p casePage
		w.cases(params).data(t, &p)
		for _, c := range p.List {
			got = append(got, c.ID)
		}
		return got
	}
	assert.Equal(t, []int64{ids[0], ids[2], ids[3], ids[4], ids[1]}, named(nil), "by update")
	assert.Equal(t, []int64{ids[4], ids[3], ids[2], ids[1], ids[0]}, named(map[string]any{"queryType": 1, "sort": 1}))
	assert.Equal(t, []int64{ids[0], ids[2], ids[4], ids[1]}, named(map[string]any{"option": map[string]any{}}),
		"exchanges are asked for")
	assert.Equal(t, []int64{ids[1]}, named(map[string]any{"negotiateStatus": 3}))
	assert.Equal(t, []int64{ids[1]}, named(map[string]any{"status": 12}))
	assert.Equal(t, []int64{ids[2]}, named(map[string]any{"orderId": w.refund(ids[2]).OID}))

	var got []int64
	for cursor, n := "", 1; cursor != "nomore"; n++ {
		var p casePage
		w.cases(map[string]any{"pageSize": 2, "currentPage": n, "pcursor": cursor}).data(t, &p)
		if n == 1 {
			assert.Equal(t, []int{1, 3, 5}, []int{p.Page, p.Pages, p.Total})
			assert.NotEmpty(t, p.List[0].Nick)
		} else {
			assert.Zero(t, p.Pages, "valid on the first page only")
		}
		for _, c := range p.List {
			got = append(got, c.ID)
		}
		require.Less(t, n, 9)
		cursor = p.Cursor
	}
	assert.Equal(t, []int64{ids[0], ids[2], ids[3], ids[4], ids[1]}, got)

	now, day := w.Box.Now().UnixMilli(), int64(86400_000)
	for name, c := range map[string]struct {
		params map[string]any
		code   int
	}{
		"end first":      {map[string]any{"beginTime": now, "endTime": now - 1}, 300003},
		"over a week":    {map[string]any{"beginTime": now - 7*day - 1, "endTime": now}, 300004},
		"over a day":     {map[string]any{"beginTime": now - day - 1, "endTime": now}, 300019},
		"too long ago":   {map[string]any{"beginTime": now - 90*day - 1, "endTime": now - 90*day}, 300005},
		"page size":      {map[string]any{"pageSize": 101}, 100200100},
		"type":           {map[string]any{"type": 7}, 100200100},
		"cursor":         {map[string]any{"pcursor": "x"}, 100200100},
		"no page number": {map[string]any{"currentPage": nil}, 100200100},
	} {
		assert.Equal(t, c.code, w.cases(c.params).Result, name)
	}
}

// TestSeededCasesAgreeWithTheirOrders: example orders and cases agree.
func TestSeededCasesAgreeWithTheirOrders(t *testing.T) {
	t.Parallel()
	w := serve(t)
	all, err := w.Box.On(mall.Kuaishou).AfterSales(shop1)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(all), 6)
	for _, text := range all {
		var c refundCase
		require.NoError(t, json.Unmarshal(text, &c))
		assert.Equal(t, c.Status, w.refund(c.ID).Status)
		o := w.detail(strconv.FormatInt(c.OID, 10))
		require.Len(t, o.NewRefunds, 1)
		assert.Equal(t, c.ID, o.NewRefunds[0].ID)
		assert.Equal(t, o.Base.Updated, c.Updated)
	}
	assert.Empty(t, w.News(), "examples push nothing")
}

func TestBuyersControl(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	o := w.add(nil)
	var made struct {
		ID string `json:"aftersale_id"`
	}
	require.Equal(t, 201, w.Control("POST", "/aftersales", `{"platform":"kuaishou","order_id":"`+o+`","type":10}`,
		&made))
	require.Equal(t, 200, w.Control("POST", "/aftersales/update",
		`{"platform":"kuaishou","aftersale_id":"`+made.ID+`","action":"withdraw"}`, nil))
	var all struct{ Aftersales []refundCase }
	require.Equal(t, 200, w.Control("GET", "/aftersales?platform=kuaishou&shop_id="+shop1, "", &all))
	require.Len(t, all.Aftersales, 1)
	assert.EqualValues(t, 70, all.Aftersales[0].Status)
	unpaid := w.add(map[string]any{"orderBaseInfo": map[string]any{"status": 10}})
	for body, status := range map[string]int{
		`{"platform":"kuaishou","order_id":"9"}`:                                404,
		`{"platform":"kuaishou","order_id":"` + o + `","line_id":"9"}`:          404,
		`{"platform":"kuaishou","order_id":"` + o + `","type":5}`:               400,
		`{"platform":"kuaishou","order_id":"` + o + `","type":1}`:               400, // not shipped
		`{"platform":"kuaishou","order_id":"` + o + `","amount":1099511627776}`: 400,
		`{"platform":"kuaishou","order_id":"` + o + `","freight":1}`:            400,
		`{"platform":"kuaishou","order_id":"` + unpaid + `"}`:                   400,
	} {
		assert.Equal(t, status, w.Control("POST", "/aftersales", body, nil), body)
	}
	assert.Equal(t, 404, w.Control("POST", "/aftersales/update",
		`{"platform":"kuaishou","aftersale_id":"9","action":"withdraw"}`, nil))
	assert.Equal(t, 400, w.Control("POST", "/aftersales/update",
		`{"platform":"kuaishou","aftersale_id":"`+made.ID+`","action":"burn"}`, nil))
	assert.Equal(t, 400, w.Control("POST", "/aftersales/update",
		`{"platform":"kuaishou","aftersale_id":"`+made.ID+`","action":"return"}`, nil))
}
