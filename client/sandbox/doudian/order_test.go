package doudian_test

import (
	"maps"
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

func TestDetail(t *testing.T) {
	t.Parallel()
	w := serve(t)
	listed := w.Search(map[string]any{"size": 5}).List
	for _, o := range listed {
		assert.Equal(t, o, w.Detail(o.OrderID), "the same as in the list")
	}
	other, err := w.Box.On(mall.Doudian).Orders(wiretest.Shop2)
	require.NoError(t, err)
	require.Len(t, other, 12)
	multi := w.Search(map[string]any{"combine_status": []any{map[string]any{"order_status": "101"}}}).List[0]
	tests := []struct {
		name string
		id   any
		want string
	}{
		{"no such order", "6920000000009999999", "40004 isv.parameter-invalid:20014"},
		{"of another shop", wiretest.OrderID(t, other[0]), "50002 isv.business-failed:20015"},
		{"a line that is not the first", multi.Lines[1].OrderID, "40004 isv.parameter-invalid:20014"},
		{"letter left on", multi.OrderID + "A", "40003 isv.parameter-invalid"},
		{"empty", "", "40002 isv.missing-parameter:20000"},
		{"absent", nil, "40002 isv.missing-parameter:20000"},
		{"an object", map[string]any{}, "40003 isv.parameter-format-invalid"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := w.Call("order.orderDetail", map[string]any{"shop_order_id": tt.id})
			assert.Equal(t, tt.want, a.Outcome(), a.SubMsg)
		})
	}
}

func TestRemark(t *testing.T) {
	t.Parallel()
	w := serve(t)
	o := w.Search(map[string]any{"combine_status": []any{map[string]any{"order_status": "105"}}}).List[0]
	remark := func(more map[string]any) wiretest.Answer {
		t.Helper()
		p := map[string]any{"order_id": o.OrderID, "remark": "示例备注：易碎"}
		maps.Copy(p, more)
		return w.Call("order.addOrderRemark", p)
	}
	require.Equal(t, "10000", remark(nil).Outcome())
	after := w.Detail(o.OrderID)
	assert.Equal(t, "示例备注：易碎", after.Remark)
	assert.EqualValues(t, 0, after.Stars)
	assert.Equal(t, wiretest.Noon.Unix(), after.Updated, "a write moves the update time")
	assert.Equal(t, wiretest.Noon.Unix(), after.Lines[0].Updated)
	assert.Equal(t, o.Created, after.Created)

	w.Box.Advance(time.Minute)
	require.Equal(t, "10000", remark(map[string]any{"is_add_star": "true", "star": "4"}).Outcome())
	after = w.Detail(o.OrderID)
	assert.EqualValues(t, 4, after.Stars)
	assert.Equal(t, wiretest.Noon.Unix()+60, after.Updated)
	assert.Equal(t, o.OrderID, w.Search(map[string]any{"order_by": "update_time", "size": 1}).IDs()[0],
		"it is the last one changed")

	require.Equal(t, "10000", remark(map[string]any{"remark": "", "star": "1"}).Outcome())
	after = w.Detail(o.OrderID)
	assert.Empty(t, after.Remark, "overwritten")
	assert.EqualValues(t, 4, after.Stars, "a star counts only with is_add_star")
	require.Equal(t, "10000", remark(map[string]any{"is_add_star": true, "star": 0,
		"remark": strings.Repeat("字", 500)}).Outcome())
	assert.EqualValues(t, 0, w.Detail(o.OrderID).Stars)

	before := w.Detail(o.OrderID)
	w.Box.Advance(time.Minute)
	other, err := w.Box.On(mall.Doudian).Orders(wiretest.Shop2)
	require.NoError(t, err)
	for want, more := range map[string]map[string]any{
		"50002 isv.business-failed:50056":    {"remark": strings.Repeat("字", 501)},
		"40004 isv.parameter-invalid:50002":  {"is_add_star": "true", "star": "6"},
		"40004 isv.parameter-invalid:50001":  {"order_id": o.OrderID + "A"},
		"40004 isv.parameter-invalid:20002":  {"order_id": wiretest.OrderID(t, other[0])},
		"40003 isv.parameter-format-invalid": {"is_add_star": "perhaps"},
	} {
		a := remark(more)
		assert.Equal(t, want, a.Outcome(), a.SubMsg)
	}
	assert.Equal(t, "40004 isv.parameter-invalid:50002",
		w.Call("order.addOrderRemark", map[string]any{"order_id": o.OrderID}).Outcome(), "no remark")
	assert.Equal(t, before, w.Detail(o.OrderID), "a refused write changes nothing")
}

func TestMerge(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	add := func(more map[string]any) map[string]any {
		p := map[string]any{"open_address_id": "exampleA"}
		maps.Copy(p, more)
		return map[string]any{"order_id": w.Add(p), "open_address_id": p["open_address_id"]}
	}
	a, b := add(nil), add(map[string]any{"order_status": 105})
	c := add(map[string]any{"open_address_id": "exampleC"})
	refund := add(map[string]any{"sku_order_list": []any{map[string]any{"after_sale_info": map[string]any{"after_sale_status": 6}}}})
	shipped := add(map[string]any{"order_status": 3})
	old := add(map[string]any{"create_time": wiretest.Noon.AddDate(0, 0, -16).Unix()})
	id := func(m map[string]any) string { return m["order_id"].(string) }
	merge := func(list ...map[string]any) wiretest.Answer {
		return w.Call("order.merge", map[string]any{"merge_list": list})
	}

	var data struct {
		List []string `json:"order_list"`
	}
	merge(a, c, refund, b, shipped, old).Decode(t, &data)
	assert.Equal(t, []string{id(a) + "," + id(b), id(c), id(refund), id(shipped), id(old)}, data.List)

	bad := "40004 isv.parameter-invalid:100000"
	assert.Equal(t, bad, merge(a).Outcome(), "two at least")
	assert.Equal(t, bad, merge(a, map[string]any{"order_id": id(b), "open_address_id": "exampleC"}).Outcome())
	assert.Equal(t, bad, merge(a, map[string]any{"order_id": "1", "open_address_id": "exampleA"}).Outcome())
	many := make([]map[string]any, 101)
	for i := range many {
		many[i] = a
	}
	assert.Equal(t, bad, merge(many...).Outcome())
	assert.Equal(t, w.Detail(id(a)).Status, int64(2), "it merges nothing")

	require.NoError(t, sandbox.Change(w.Box, func(r *doudian.Rules) { r.MergeStatuses = []int64{2} }))
	merge(a, b).Decode(t, &data)
	assert.Equal(t, []string{id(a), id(b)}, data.List)
}

func TestSeedIsMergeable(t *testing.T) {
	t.Parallel()
	w := serve(t)
	byAddress := map[string]int{}
	for _, o := range w.Search(map[string]any{"combine_status": []any{map[string]any{"order_status": "2"}}}).List {
		byAddress[o.AddressID]++
	}
	most := 0
	for _, n := range byAddress {
		most = max(most, n)
	}
	assert.Greater(t, most, 1, "some orders have the same receiver")
	assert.Greater(t, len(byAddress), 1)
}
