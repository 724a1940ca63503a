package sandbox_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
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
	for platform, shops := range map[mall.Platform][]string{mall.Doudian: {wiretest.Shop1, "10000002"},
		mall.Kuaishou: {"1000000001", "1000000002"}} {
		sku := regexp.MustCompile(`"(?:sku_id|skuId)":"?(\d+)`)
		refund := regexp.MustCompile(`"(?:aftersale_id|after_sale_id|refundId)":"?([1-9]\d*)`)
		for _, shop := range shops {
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
	want := `{"control":"http://h:1/control","platforms":{"doudian":{"gateway":"http://h:1/doudian","app_key":"7100000000000000001","app_secret":"example-doudian-app-secret-0001","shops":[` +
		`{"shop_id":"10000001","access_token":"example-access-10000001-1","refresh_token":"example-refresh-10000001-1"},` +
		`{"shop_id":"10000002","access_token":"example-access-10000002-1","refresh_token":"example-refresh-10000002-1"}],"factories":[{"shop_id":"20000001","access_token":"example-access-20000001-1","refresh_token":"example-refresh-20000001-1"},{"shop_id":"20000002","access_token":"example-access-20000002-1","refresh_token":"example-refresh-20000002-1"},{"shop_id":"20000003","access_token":"example-access-20000003-1","refresh_token":"example-refresh-20000003-1"},{"shop_id":"20000004","access_token":"example-access-20000004-1","refresh_token":"example-refresh-20000004-1"},{"shop_id":"20000005","access_token":"example-access-20000005-1","refresh_token":"example-refresh-20000005-1"},{"shop_id":"20000006","access_token":"example-access-20000006-1","refresh_token":"example-refresh-20000006-1"}]},` +
		`"kuaishou":{"gateway":"http://h:1/kuaishou","app_key":"ks600000000000000001","app_secret":"example-kuaishou-app-secret-0001","sign_secret":"example-kuaishou-sign-secret-0001","message_key":"AAECAwQFBgcICQoLDA0ODw==","shops":[` +
		`{"shop_id":"1000000001","access_token":"example-access-1000000001-1","refresh_token":"example-refresh-1000000001-1"},` +
		`{"shop_id":"1000000002","access_token":"example-access-1000000002-1","refresh_token":"example-refresh-1000000002-1"}],"factories":[{"shop_id":"2000000001","access_token":"example-access-2000000001-1","refresh_token":"example-refresh-2000000001-1"},{"shop_id":"2000000002","access_token":"example-access-2000000002-1","refresh_token":"example-refresh-2000000002-1"},{"shop_id":"2000000003","access_token":"example-access-2000000003-1","refresh_token":"example-refresh-2000000003-1"},{"shop_id":"2000000004","access_token":"example-access-2000000004-1","refresh_token":"example-refresh-2000000004-1"},{"shop_id":"2000000005","access_token":"example-access-2000000005-1","refresh_token":"example-refresh-2000000005-1"}]}}}`
	got, err := json.Marshal(sandbox.New().Manifest("http://h:1/"))
	require.NoError(t, err)
	assert.Equal(t, want, string(got))
	got, err = json.Marshal(sandbox.New(sandbox.WithoutExamples()).Manifest("http://h:1"))
	require.NoError(t, err)
	assert.Contains(t, string(got), `"shops":[]`)
}
