package kuaishou_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestBuyersOrders lists the orders of one buyer.
func TestBuyersOrders(t *testing.T) {
	t.Parallel()
	w := serve(t)
	var buyer struct {
		Base struct {
			ID string `json:"buyerOpenId"`
		} `json:"orderBaseInfo"`
	}
	w.get("open.order.detail", map[string]any{"oid": 2500000000000100}).data(t, &buyer)
	type page struct {
		Cursor string `json:"cursor"`
		List   []struct {
			Base struct {
				OID     int64  `json:"oid"`
				Status  int    `json:"status"`
				Created int64  `json:"createTime"`
				BuyerID string `json:"buyerOpenId"`
			} `json:"buyerOrderBaseInfo"`
			Item struct {
				SKUID int64 `json:"skuId"`
			} `json:"buyerOrderItemInfo"`
		} `json:"buyerOrderList"`
	}
	const method = "open.order.buyer.order.list"
	walk := func(more map[string]any) (ids []int64) {
		last := int64(1 << 62)
		for cursor, n := "", 0; cursor != "nomore"; n++ {
			require.Less(t, n, 20)
			param := map[string]any{"buyerOpenId": buyer.Base.ID, "cursor": cursor, "limit": 3}
			for name, v := range more {
				param[name] = v
			}
			var p page
			w.get(method, param).data(t, &p)
			for _, o := range p.List {
				assert.Equal(t, buyer.Base.ID, o.Base.BuyerID)
				assert.NotZero(t, o.Item.SKUID)
				assert.Less(t, o.Base.Created, last)
				last, ids = o.Base.Created, append(ids, o.Base.OID)
			}
			cursor = p.Cursor
		}
		return ids
	}
	all := walk(nil)
	assert.Len(t, all, 8, "every fourth of thirty")
	paid := walk(map[string]any{"orderStatus": []int{30}})
	assert.NotEmpty(t, paid)
	assert.Less(t, len(paid), len(all))
	for _, spoilt := range []map[string]any{{"cursor": "", "limit": 3}, {"buyerOpenId": "x", "limit": 3},
		{"buyerOpenId": "x", "cursor": ""}, {"buyerOpenId": "x", "cursor": "?", "limit": 3}} {
		assert.Equal(t, 100200100, w.get(method, spoilt).Result, "%v", spoilt)
	}
}
