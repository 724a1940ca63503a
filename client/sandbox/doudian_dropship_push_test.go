package sandbox

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDropshipPushes: what happens to an assignment is told to whom it concerns.
func TestDropshipPushes(t *testing.T) {
	noon := time.Date(2025, 1, 6, 12, 0, 0, 0, mall.Beijing)
	s := New(WithClock(func() time.Time { return noon }))
	id, err := s.AddOrder(mall.Doudian, "10000001", nil)
	require.NoError(t, err)
	d := s.platforms[0].(*doudian)
	merchant, factory := s.shops[0], s.shops[2]
	s.outbox = nil
	pushes := func() (list []string) {
		for _, p := range s.outbox {
			assert.True(t, json.Valid(p.Data))
			list = append(list, p.ShopID+" "+p.Tag)
		}
		s.outbox = nil
		return list
	}
	run := func(sh *stage.Shop, do func(*stage.Call) stage.Result, params string) {
		t.Helper()
		r := do(&stage.Call{Platform: d, Shop: sh, Params: params, Now: noon})
		require.Equal(t, ddOK, r.Code, r.SubMsg)
	}
	d.takeIn(merchant)
	x := d.dropship.byOrder[id].distrs[0]
	assign := fmt.Sprintf(`{"distribute_order_list":[{"distr_order_id":%q,"supplier_shop_id":20000001}]}`, x.id)
	run(merchant, d.iopSellerDistribute, assign)
	assert.Equal(t, []string{"20000001 501"}, pushes())
	require.NoError(t, s.UpdateOrder(mall.Doudian, id, map[string]any{"seller_words": "易碎"}))
	assert.Equal(t, []string{"10000001 113", "20000001 500"}, pushes())
	require.NoError(t, s.UpdateOrder(mall.Doudian, id, map[string]any{"open_address_id": "elsewhere"}))
	assert.Equal(t, []string{"20000001 504"}, pushes())
	run(merchant, d.iopSellerCancel, fmt.Sprintf(`{"distr_order_ids":[%q]}`, x.id))
	assert.Equal(t, []string{"20000001 502"}, pushes())
	run(merchant, d.iopSellerDistribute, assign)
	pushes()
	refund, err := s.AskAfterSale(mall.Doudian, AfterSale{OrderID: id})
	require.NoError(t, err)
	assert.Equal(t, []string{"10000001 200"}, pushes())
	assert.True(t, x.refunding(), "the assignment shows the case")
	require.NoError(t, s.MoveAfterSale(mall.Doudian, refund, AfterSaleWithdraw, ""))
	assert.Equal(t, []string{"10000001 207"}, pushes())
	assert.False(t, x.refunding())
	_, err = s.AskAfterSale(mall.Doudian, AfterSale{OrderID: id})
	require.NoError(t, err)
	pushes()
	back := fmt.Sprintf(`{"user_id":%d,"distr_order_id":%q,"company_code":"yuantong","track_no":"YT1","is_refund_reject":true}`, x.bond.alias, x.id)
	run(factory, d.iopWaybillReturn, back)
	assert.Equal(t, []string{"10000001 102", "10000001 204", "20000001 505"}, pushes(), "shipped once, and the refund refused with it")
	change := fmt.Sprintf(`{"user_id":%d,"distr_order_id":%q,"company_code":"yuantong","track_no":"YT2","delivery_id":%q}`, x.bond.alias, x.id, x.packs[0].ID)
	run(factory, d.iopWaybillUpdate, change)
	assert.Equal(t, []string{"10000001 104"}, pushes(), "the merchant learns of the other number")
}
