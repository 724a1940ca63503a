package sandbox_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

func TestOrdersHandedOutAreCopies(t *testing.T) {
	t.Parallel()
	s := sandbox.New()
	all, err := s.On(mall.Doudian).Orders(wiretest.Shop1)
	require.NoError(t, err)
	id := wiretest.OrderID(t, all[0])
	clear(all[0])
	one, err := s.On(mall.Doudian).Order(id)
	require.NoError(t, err)
	assert.Equal(t, id, wiretest.OrderID(t, one))
}

func TestLimits(t *testing.T) {
	t.Parallel()
	w := serve(t)
	limit := func(l sandbox.Limit) { t.Helper(); require.NoError(t, w.Box.On(mall.Doudian).SetLimit(l)) }
	codes := func(shop, method string, n int) (all []int) {
		for range n {
			code := w.Send(w.Build(method, w.Shop(shop).AccessToken, map[string]any{"merge_list": []int{}})).Code
			all = append(all, code)
		}
		return all
	}
	const merge, index = "order.merge", "order.BatchSearchIndex"
	const ok, slow = 40004, 60000
	limit(sandbox.Limit{Method: merge, CallsPerSecond: 2})
	assert.Equal(t, []int{ok, ok, slow, slow}, codes(wiretest.Shop1, merge, 4))
	assert.Equal(t, []int{ok, ok, slow}, codes(wiretest.Shop2, merge, 3), "each shop for itself")
	assert.Equal(t, []int{ok, ok, ok}, codes(wiretest.Shop1, index, 3), "another method")
	w.Box.Advance(500 * time.Millisecond)
	assert.Equal(t, []int{ok, slow}, codes(wiretest.Shop1, merge, 2), "half a second is one call")
	w.Box.Advance(time.Hour)
	assert.Equal(t, []int{ok, ok, slow}, codes(wiretest.Shop1, merge, 3), "nothing is saved up")
	assert.Equal(t, "60000 isv.traffic-limited", w.last().Outcome)

	limit(sandbox.Limit{ShopID: wiretest.Shop1, CallsPerSecond: 1})
	assert.Equal(t, []int{ok, slow}, codes(wiretest.Shop1, merge, 2), "the shop's counts before the method's")
	assert.Equal(t, []int{ok, ok, slow}, codes(wiretest.Shop2, merge, 3))
	limit(sandbox.Limit{ShopID: wiretest.Shop1, Method: merge, CallsPerSecond: 3})
	assert.Equal(t, []int{ok, ok, ok, slow}, codes(wiretest.Shop1, merge, 4))
	assert.Equal(t, []int{ok, slow}, codes(wiretest.Shop1, index, 2))
	limit(sandbox.Limit{ShopID: wiretest.Shop1, Method: merge})
	limit(sandbox.Limit{ShopID: wiretest.Shop1})
	limit(sandbox.Limit{Method: merge})
	assert.NotContains(t, codes(wiretest.Shop1, merge, 20), slow, "generous by default")
	require.ErrorIs(t, w.Box.On(mall.Doudian).SetLimit(sandbox.Limit{ShopID: "9"}), sandbox.ErrUnknownID)
	require.ErrorIs(t, w.Box.On("x").SetLimit(sandbox.Limit{}), sandbox.ErrUnknownPlatform)

	require.Equal(t, 200, w.Control("POST", "/rules", `{"calls_per_second":1}`, nil))
	w.Box.Advance(time.Hour)
	assert.Equal(t, []int{ok, slow}, codes(wiretest.Shop2, index, 2), "the rules' limit is for all")
}

// TestConcurrentUse is for the race detector; it also checks the counts.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	w := serve(t)
	token := w.Shop(wiretest.Shop1).AccessToken
	id := w.Search(map[string]any{"size": 1}).IDs()[0]
	w.arm(sandbox.Fault{Kind: sandbox.FaultError, Method: "order.merge", Times: 7})
	merge := w.Build("order.merge", token, map[string]any{})
	search := w.Build("order.searchList", token,
		map[string]any{"page": 0, "size": 20, "create_time_start": wiretest.Noon.Unix() - 86400})
	remark := w.Build("order.addOrderRemark", token, map[string]any{"order_id": id, "remark": "示例"})
	var wg sync.WaitGroup
	var mu sync.Mutex
	spoilt := 0
	for range 10 {
		wg.Go(func() {
			for _, r := range []*wiretest.Request{merge, search, remark} {
				if a := w.Send(r); a.Code == 20000 {
					mu.Lock()
					spoilt++
					mu.Unlock()
				}
			}
			_, err := w.Box.On(mall.Doudian).AddOrder(wiretest.Shop1, map[string]any{"buyer_words": "示例"})
			assert.NoError(t, err)
			assert.NoError(t, w.Box.On(mall.Doudian).UpdateOrder(id, map[string]any{"buyer_words": "示例"}))
			w.Box.Received()
			w.Box.Shops()
			w.Box.Manifest("")
			w.Box.Advance(time.Millisecond)
		})
	}
	wg.Wait()
	assert.Equal(t, 7, spoilt)
	assert.Equal(t, 47, w.Shop(wiretest.Shop1).Orders)
	assert.Len(t, w.Box.Received(), 31)
}
