package doudian_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/order"
)

// TestCaseGolden reads after-sale cases.
func TestCaseGolden(t *testing.T) {
	records(t, "testdata/refund/*.json", 12, func(t *testing.T, name string, body []byte, shop *client.Shop) any {
		var cases []order.Case
		if strings.HasPrefix(name, "list") {
			page, err := shop.Orders.PageCases(t.Context(), order.CaseQuery{From: time.Now().Add(-time.Hour)}, "")
			require.NoError(t, err)
			cases = page.Items
		} else {
			c, err := shop.Orders.GetCase(t.Context(), "7000893114000949501")
			require.NoError(t, err)
			cases = []order.Case{c}
		}
		for _, c := range cases {
			assert.Contains(t, string(body), strings.TrimSpace(string(c.Raw)), "byte for byte")
			assert.Equal(t, mall.Doudian, c.Platform)
			assert.Equal(t, "10000001", c.ShopID)
			assert.NotContains(t, c.ID+c.OrderID+c.PlatformState, "e+", "no float was involved")
		}
		return cases
	})
}
