package doudian_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// TestCaseGolden reads each record of an after-sale case through the whole
// client and compares the neutral case with the file beside it.
func TestCaseGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/refund/*.json")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 12)
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".json"), func(t *testing.T) {
			body, err := os.ReadFile(f)
			require.NoError(t, err)
			shop := shopOver(t, reply{200, body})
			var cases []order.Case
			if strings.HasPrefix(filepath.Base(f), "list") {
				page, err := shop.Orders.CasePage(t.Context(), order.CaseQuery{From: time.Now().Add(-time.Hour)}, "")
				require.NoError(t, err)
				cases = page.Items
			} else {
				c, err := shop.Orders.Case(t.Context(), "7000893114000949501")
				require.NoError(t, err)
				cases = []order.Case{c}
			}
			for _, c := range cases {
				assert.Contains(t, string(body), strings.TrimSpace(string(c.Raw)), "byte for byte")
				assert.Equal(t, mall.Doudian, c.Platform)
				assert.Equal(t, "10000001", c.ShopID)
				assert.NotContains(t, c.ID+c.OrderID+c.PlatformState, "e+", "no float was involved")
			}
			golden(t, f, cases)
		})
	}
}
