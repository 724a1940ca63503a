package doudian_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

// TestDropshipPushes: events of an assignment are pushed to its factory.
func TestDropshipPushes(t *testing.T) {
	t.Parallel()
	w := serve(t)
	id := w.Add(nil)
	var d struct {
		List []assignment `json:"distr_order_list"`
	}
	w.as(wiretest.Shop1, "iop.sellerOrderList",
		map[string]any{"page": 0, "size": 100, "start_update_time": wiretest.Noon.Unix() - 1799,
			"end_update_time": wiretest.Noon.Unix()}).Decode(t, &d)
	require.NotEmpty(t, d.List)
	x := d.List[len(d.List)-1]
	require.Equal(t, id, x.OrderID)
	w.Box.ClearPushes()
	pushes := func() (list []string) {
		for _, p := range w.Box.Pushes() {
			assert.True(t, json.Valid(p.Data))
			list = append(list, p.ShopID+" "+p.Tag)
		}
		w.Box.ClearPushes()
		return list
	}
	w.assign(x.ID)
	assert.Equal(t, []string{"20000001 501"}, pushes())
	require.NoError(t, w.Box.On(mall.Doudian).UpdateOrder(id, map[string]any{"seller_words": "易碎"}))
	assert.Equal(t, []string{"10000001 113", "20000001 500"}, pushes())
	require.NoError(t, w.Box.On(mall.Doudian).UpdateOrder(id, map[string]any{"open_address_id": "elsewhere"}))
	assert.Equal(t, []string{"20000001 504"}, pushes())
	require.Equal(t, "10000", w.as(wiretest.Shop1, "iop.sellerCancleDistribute",
		map[string]any{"distr_order_ids": []string{x.ID}}).Outcome())
	assert.Equal(t, []string{"20000001 502"}, pushes())
	w.assign(x.ID)
	pushes()
	after := func() int {
		var d struct {
			Detail assignment `json:"distr_order_detail"`
		}
		w.as(wiretest.Shop1, "iop.sellerOrderInfo", map[string]any{"distr_order_id": x.ID}).Decode(t, &d)
		return d.Detail.After
	}
	refund, err := w.Box.On(mall.Doudian).AskAfterSale(sandbox.AfterSale{OrderID: id})
	require.NoError(t, err)
	assert.Equal(t, []string{"10000001 200"}, pushes())
	assert.Equal(t, 2, after(), "the assignment shows the case")
	require.NoError(t, w.Box.On(mall.Doudian).MoveAfterSale(refund, "withdraw", ""))
	assert.Equal(t, []string{"10000001 207"}, pushes())
	assert.Equal(t, 1, after())
	_, err = w.Box.On(mall.Doudian).AskAfterSale(sandbox.AfterSale{OrderID: id})
	require.NoError(t, err)
	pushes()
	const alias = int64(7300000000000000001)
	var done struct {
		ID string `json:"delivery_id"`
	}
	w.as(works1, "iop.waybillReturn", map[string]any{
		"user_id": alias, "distr_order_id": x.ID, "company_code": "yuantong", "track_no": "YT1", "is_refund_reject": true,
	}).Decode(t, &done)
	assert.Equal(t, []string{"10000001 102", "10000001 204", "20000001 505"}, pushes(),
		"shipped once, and the refund refused with it")
	require.Equal(t, "10000", w.as(works1, "iop.waybillUpdate", map[string]any{
		"user_id": alias, "distr_order_id": x.ID, "company_code": "yuantong", "track_no": "YT2", "delivery_id": done.ID,
	}).Outcome())
	assert.Equal(t, []string{"10000001 104"}, pushes(), "the merchant learns of the other number")
}
