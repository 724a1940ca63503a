package kuaishou_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/order"
)

// TestGolden reads orders.
func TestGolden(t *testing.T) {
	records(t, "testdata/order/*.json", 36, func(t *testing.T, name string, body []byte, shop *client.Shop) any {
		var orders []order.Order
		if strings.HasPrefix(name, "list") {
			page, err := shop.Orders.Page(t.Context(), order.Query{From: time.Now().Add(-time.Hour)}, "")
			require.NoError(t, err)
			require.NotEmpty(t, page.Next)
			orders = page.Items
		} else {
			o, err := shop.Orders.Get(t.Context(), "2500000000000001")
			require.NoError(t, err)
			orders = []order.Order{o}
		}
		for _, o := range orders {
			assert.True(t, json.Valid(o.Raw), "the record is kept")
			assert.Contains(t, string(body), strings.TrimSpace(string(o.Raw)), "byte for byte")
			assert.Equal(t, mall.Kuaishou, o.Platform)
		}
		return orders
	})
}

// TestFeesGolden reads the money of orders.
func TestFeesGolden(t *testing.T) {
	records(t, "testdata/fee/*.json", 2, func(t *testing.T, _ string, _ []byte, shop *client.Shop) any {
		fees, err := kuaishou.FeeDetail(t.Context(), shop, "2500000000000001")
		require.NoError(t, err)
		return fees
	})
}
