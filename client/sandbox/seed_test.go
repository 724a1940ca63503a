package sandbox_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
	"github.com/mallwire/mall/internal/platforms"
)

func TestSeedIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	orders := func() []json.RawMessage {
		all, err := sandbox.New(sandbox.WithClock(wiretest.Still)).On(mall.Doudian).Orders(wiretest.Shop1)
		require.NoError(t, err)
		return all
	}
	assert.Equal(t, orders(), orders())
}

// TestExampleDataIsConsistent: the SKUs of example orders are among the shop's
// products, and their cases among its after-sale cases.
func TestExampleDataIsConsistent(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.WithClock(wiretest.Still))
	accounts := s.Manifest("").Platforms
	require.Len(t, accounts, len(platforms.All()))
	for platform, account := range accounts {
		require.Len(t, account.Shops, 2)
		sku := regexp.MustCompile(`"(?:sku_id|skuId)":"?(\d+)`)
		refund := regexp.MustCompile(`"(?:aftersale_id|after_sale_id|refundId)":"?([1-9]\d*)`)
		for _, sh := range account.Shops {
			shop := sh.ShopID
			orders, err := s.On(platform).Orders(shop)
			require.NoError(t, err)
			products, err := s.On(platform).Products(shop)
			require.NoError(t, err)
			cases, err := s.On(platform).AfterSales(shop)
			require.NoError(t, err)
			sold, asked := fmt.Sprintf("%s", products), fmt.Sprintf("%s", cases)
			named := 0
			for _, o := range orders {
				for _, m := range sku.FindAllSubmatch(o, -1) {
					named++
					assert.Contains(t, sold, string(m[1]), "a SKU of %s", platform)
				}
				for _, m := range refund.FindAllSubmatch(o, -1) {
					assert.Contains(t, asked, string(m[1]), "a case of %s", platform)
				}
			}
			assert.GreaterOrEqual(t, named, len(orders))
		}
	}
}

func TestManifest(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("testdata/manifest.json")
	require.NoError(t, err)
	got, err := json.Marshal(sandbox.New().Manifest("http://h:1/"))
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got)+"\n")
	got, err = json.Marshal(sandbox.New(sandbox.WithoutExamples()).Manifest("http://h:1"))
	require.NoError(t, err)
	assert.Contains(t, string(got), `"shops":[]`)
}
