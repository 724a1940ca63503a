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
	"github.com/mallwire/mall/order"
)

// TestCaseGolden reads after-sale cases.
func TestCaseGolden(t *testing.T) {
	records(t, "testdata/refund/*.json", 18, func(t *testing.T, name string, body []byte, shop *client.Shop) any {
		var cases []order.Case
		if strings.HasPrefix(name, "list") {
			page, err := shop.Orders.PageCases(t.Context(), order.CaseQuery{From: time.Now().Add(-time.Hour)}, "")
			require.NoError(t, err)
			cases = page.Items
		} else {
			c, err := shop.Orders.GetCase(t.Context(), "2600000000000002")
			require.NoError(t, err)
			cases = []order.Case{c}
		}
		for _, c := range cases {
			assert.True(t, json.Valid(c.Raw), "the record is kept")
			assert.Contains(t, string(body), strings.TrimSpace(string(c.Raw)), "byte for byte")
			assert.Equal(t, mall.Kuaishou, c.Platform)
			assert.Equal(t, "1000000001", c.ShopID)
		}
		return cases
	})
}
