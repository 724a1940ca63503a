package doudian_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestShipmentsArePushed: the content of the messages, and that each is sent
// once.
func TestShipmentsArePushed(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	id := w.twoLines()
	w.Box.ClearPushes() // those of placing and paying the order
	second := w.Detail(id).Lines[1].OrderID
	require.Equal(t, "10000", w.packs(id, "r", pack("SF0000001", id, 1)).Outcome())
	require.Equal(t, "10000", w.packs(id, "r", map[string]any{}).Outcome(), "repeated")
	require.Equal(t, "10000", w.Call("order.logisticsEdit",
		map[string]any{"order_id": id, "company_code": "yuantong", "logistics_code": "YT0000001"}).Outcome())
	require.Equal(t, "10000", w.packs(id, "r2", map[string]any{
		"company_code": "shunfeng", "logistics_code": "SF0000002",
		"shipped_order_info": []any{map[string]any{"shipped_order_id": id}, map[string]any{"shipped_order_id": second}},
	}).Outcome())

	type message struct {
		Order     int64   `json:"p_id"`
		Lines     []int64 `json:"s_ids"`
		Shop      int64   `json:"shop_id"`
		Status    int64   `json:"order_status"`
		Logistics struct {
			Pack    string           `json:"pack_id"`
			Carrier string           `json:"express_company_id"`
			No      string           `json:"logistics_code"`
			Items   []map[string]int `json:"shipped_order_info"`
		} `json:"logistics_msg"`
		Receiver struct {
			Addr string `json:"addr"`
		} `json:"receiver_msg"`
	}
	var tags []string
	var got []message
	for _, p := range w.Box.Pushes() {
		assert.Equal(t, "10000001", p.ShopID)
		var m message
		require.NoError(t, json.Unmarshal(p.Data, &m))
		tags, got = append(tags, p.Tag), append(got, m)
	}
	require.Equal(t, []string{"108", "104", "102"}, tags)
	assert.Equal(t, "shunfeng", got[0].Logistics.Carrier)
	assert.EqualValues(t, 101, got[0].Status)
	assert.NotEmpty(t, got[0].Logistics.Pack)
	require.Len(t, got[0].Logistics.Items, 1)
	assert.Equal(t, 2, got[0].Logistics.Items[0]["sku_num"])
	assert.Equal(t, 1, got[0].Logistics.Items[0]["shipped_num"])
	assert.Equal(t, "YT0000001", got[1].Logistics.No)
	assert.EqualValues(t, 3, got[2].Status)
	assert.Len(t, got[2].Lines, 2)
	assert.Empty(t, got[2].Logistics.Pack, "only 108 tells the parcel")
	assert.True(t, json.Valid([]byte(got[2].Receiver.Addr)), "a JSON text")
	assert.NotContains(t, got[2].Receiver.Addr, "示例路")
}
