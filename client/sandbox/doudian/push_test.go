package doudian_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

// pushed returns tags and data of the messages added since the last time.
func (w wire) pushed() (tags []string, data []json.RawMessage) {
	w.T.Helper()
	for _, p := range w.Box.Pushes() {
		assert.Equal(w.T, wiretest.Shop1, p.ShopID)
		tags, data = append(tags, p.Tag), append(data, p.Data)
	}
	w.Box.ClearPushes()
	return tags, data
}

// TestNewOrdersPushTheirPast: an order that is already paid was first created.
func TestNewOrdersPushTheirPast(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	for status, want := range map[int]string{
		1: "100", 105: "100 101", 2: "100 101 110", 101: "100 101 110 108", 3: "100 101 110 102",
		4: "100 106", 5: "100 101 110 102 103", 77: "100",
	} {
		w.Add(map[string]any{"order_status": status})
		tags, _ := w.pushed()
		assert.Equal(t, want, strings.Join(tags, " "), "status %d", status)
	}
	ids, err := w.Box.On(mall.Doudian).AddOrders(wiretest.Shop1, 3, 2)
	require.NoError(t, err)
	tags, data := w.pushed()
	assert.Len(t, tags, 9)
	for i, id := range ids {
		assert.Contains(t, string(data[3*i]), `"p_id":`+id+`,`, "a number")
	}
}

func TestExampleOrdersPushNothing(t *testing.T) {
	t.Parallel()
	assert.Empty(t, serve(t).Box.Pushes())
}

// TestOrderChangesArePushed takes an order through its statuses.
func TestOrderChangesArePushed(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	line := func(n string) map[string]any { return map[string]any{"item_num": 2, "code": n} }
	id := w.Add(map[string]any{"order_status": 1, "sku_order_list": []any{line("a"), line("b")}})
	w.pushed()
	parcel := func(n string) map[string]any {
		return map[string]any{"delivery_id": "7" + n, "tracking_no": "SF" + n, "company": "shunfeng",
			"product_info": []any{
				map[string]any{"sku_order_id": id, "product_id": 3600000000000000001, "sku_id": 1780000000000001,
					"product_count": 1},
			}}
	}
	steps := []struct {
		change map[string]any
		tags   string
		data   []string // of each message; ID is the order's number, NEXT the second line's
	}{
		{map[string]any{"buyer_words": "x"}, "", nil},
		{map[string]any{"order_status": 1}, "", nil},
		{map[string]any{"order_status": 105}, "101", []string{
			`{"p_id":ID,"s_ids":[ID,NEXT],"shop_id":10000001,"order_status":105,"order_type":0,"biz":2,"pay_amount":27600,"pay_time":1736136000,"pay_type":2}`,
		}},
		{map[string]any{"order_status": 2}, "110", []string{
			`{"p_id":ID,"s_ids":[ID,NEXT],"shop_id":10000001,"order_status":2,"order_type":0,"biz":2}`,
		}},
		{map[string]any{"seller_words": "改发红色L", "seller_remark_stars": 5}, "113", []string{
			`{"p_id":ID,"shop_id":10000001,"remark":"改发红色L","star":5,"update_time":1736136000}`,
		}},
		{map[string]any{"order_amount": 19000, "post_amount": 500}, "109", []string{
			`{"p_id":ID,"s_ids":[ID,NEXT],"shop_id":10000001,"order_status":2,"order_type":0,"biz":2,"modify_time":1736136000,"total_amount":19000,"post_amount":500}`,
		}},
		{map[string]any{"order_status": 101, "logistics_info": []any{parcel("1")}}, "108", []string{
			`{"p_id":ID,"s_ids":[ID,NEXT],"shop_id":10000001,"order_status":101,"order_type":0,"biz":2,"logistics_msg":{"pack_id":"71","express_company_id":"shunfeng","logistics_code":"SF1",` +
				`"shipped_order_info":[{"shipped_order_id":ID,"product_id":3600000000000000001,"sku_id":1780000000000001,"sku_num":2,"shipped_num":1}]},` +
				`"receiver_msg":{"addr":ADDR,"name":"","tel":""},"update_time":1736136000}`,
		}},
		{map[string]any{"logistics_info": []any{parcel("1"), parcel("2")}}, "108", nil},
		{map[string]any{"order_status": 3, "logistics_info": []any{parcel("1"), parcel("2"), parcel("3")}}, "102", []string{
			`{"p_id":ID,"s_ids":[ID,NEXT],"shop_id":10000001,"order_status":3,"order_type":0,"biz":2,"logistics_msg":{"express_company_id":"shunfeng","logistics_code":"SF3"},` +
				`"receiver_msg":{"addr":ADDR,"name":"","tel":""},"update_time":1736136000}`,
		}},
		{map[string]any{"order_status": 5}, "103", []string{
			`{"p_id":ID,"s_ids":[ID,NEXT],"shop_id":10000001,"order_status":5,"order_type":0,"biz":2,"complete_time":1736136000}`,
		}},
		{map[string]any{"order_status": 2}, "", nil}, // a step back pushes nothing
		{map[string]any{"order_status": 4, "cancel_reason": "买家取消"}, "106", []string{
			`{"p_id":ID,"s_ids":[ID,NEXT],"shop_id":10000001,"order_status":4,"order_type":0,"biz":2,"cancel_time":1736136000,"cancel_reason":"买家取消"}`,
		}},
	}
	var first struct {
		Lines []struct {
			ID string `json:"order_id"`
		} `json:"sku_order_list"`
		Receiver int
	}
	o, err := w.Box.On(mall.Doudian).Order(id)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(o, &first))
	addr := `"{\"province\":{\"name\":\"浙江省\",\"id\":\"33\"},\"city\":{\"name\":\"杭州市\",\"id\":\"330100\"},\"town\":{\"name\":\"西湖区\",\"id\":\"330106\"},\"street\":{\"name\":\"示例街道\",\"id\":\"330106001\"},\"detail\":\"\"}"`
	replace := strings.NewReplacer("ID", id, "NEXT", first.Lines[1].ID, "ADDR", addr)
	for _, step := range steps {
		require.NoError(t, w.Box.On(mall.Doudian).UpdateOrder(id, step.change))
		tags, data := w.pushed()
		assert.Equal(t, step.tags, strings.Join(tags, " "), "%v", step.change)
		for i, want := range step.data {
			assert.Equal(t, replace.Replace(want), string(data[i]))
		}
	}
}

// TestSkippedStatusesArePushed: a test may skip statuses, the platform never
// does.
func TestSkippedStatusesArePushed(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	for _, tt := range []struct {
		from, to int
		tags     string
	}{
		{1, 2, "101 110"}, {1, 3, "101 110 102"}, {1, 4, "106"}, {2, 5, "103"}, {2, 101, "108"}, {101, 3, "102"}, {101, 5, "102 103"}, {3, 4, "106"}, {105, 4, "106"},
	} {
		id := w.Add(map[string]any{"order_status": tt.from})
		w.pushed()
		require.NoError(t, w.Box.On(mall.Doudian).UpdateOrder(id, map[string]any{"order_status": tt.to}))
		tags, _ := w.pushed()
		assert.Equal(t, tt.tags, strings.Join(tags, " "), "%d to %d", tt.from, tt.to)
	}
}

func TestRemarkCallIsPushed(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	id := w.Add(nil)
	w.pushed()
	remark := map[string]any{"order_id": id, "remark": "示例：先别发", "is_add_star": "true", "star": "3"}
	w.Call("order.addOrderRemark", remark)
	tags, data := w.pushed()
	assert.Equal(t, []string{"113"}, tags)
	assert.Contains(t, string(data[0]), `"remark":"示例：先别发","star":3`)
	w.Call("order.addOrderRemark", remark)
	tags, _ = w.pushed()
	assert.Empty(t, tags, "nothing changed")
}

// TestUnreadableOrdersArePushedAsFarAsPossible: their messages hold what can be
// read.
func TestUnreadableOrdersArePushedAsFarAsPossible(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	id := w.Add(map[string]any{"order_status": 1, "sku_order_list": []any{"x"}, "post_addr": 3, "logistics_info": "y",
		"seller_words": 4})
	tags, data := w.pushed()
	assert.Equal(t, []string{"100"}, tags)
	assert.True(t, json.Valid(data[0]))
	require.NoError(t, w.Box.On(mall.Doudian).UpdateOrder(id, map[string]any{"order_status": "3"}))
	tags, _ = w.pushed()
	assert.Equal(t, "101 110 102", strings.Join(tags, " "))
}
