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

// TestProductPushes: changes of a product are pushed by message 400, with the
// platform's number for each.
func TestProductPushes(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.WithClock(wiretest.Still), sandbox.Only(mall.Doudian))
	change := func(fields map[string]any) {
		require.NoError(t, s.On(mall.Doudian).UpdateProduct("10000001", "3600000000000000006", fields))
	}
	change(map[string]any{"status": 0})
	change(map[string]any{"status": 1})
	change(map[string]any{"status": 2})
	change(map[string]any{"status": 0})
	change(map[string]any{"check_status": 5})
	change(map[string]any{"check_status": 3})
	change(map[string]any{"check_status": 4})
	change(map[string]any{"name": "示例"})
	change(map[string]any{"check_status": 3})
	require.NoError(t, s.On(mall.Doudian).UpdateProduct("10000001", "5", map[string]any{"name": "示例"}))
	sell := func(n int) {
		require.NoError(t, s.On(mall.Doudian).UpdateSKU("10000001", "1780000000000006", map[string]any{"stock_num": n}))
	}
	sell(1)
	sell(0)
	sell(0) // tells nothing new
	var events []int
	for _, p := range s.Pushes() {
		var data struct {
			ProductID, ShopID int64
			Event             int
		}
		require.NoError(t, json.Unmarshal(p.Data, &data))
		events = append(events, data.Event)
		assert.Equal(t, "400", p.Tag)
		assert.Equal(t, "10000001", p.ShopID)
	}
	assert.Equal(t, []int{11, 10, 6, 7, 8, 9, 5, 2, 4, 1, 12}, events)
}
