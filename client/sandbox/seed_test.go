package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
)

func orderID(t *testing.T, wire json.RawMessage) string {
	t.Helper()
	var o order
	require.NoError(t, json.Unmarshal(wire, &o))
	return o.OrderID
}

func TestSeedShowsEveryKindOfOrder(t *testing.T) {
	t.Parallel()
	w := serve(t)
	seen := map[string]bool{}
	ids := map[string]bool{}
	for _, o := range w.search(nil).List {
		require.Regexp(t, `^692\d{16}$`, o.OrderID)
		require.NotEmpty(t, o.Lines)
		assert.Equal(t, o.OrderID, o.Lines[0].OrderID, "the first line has the number of its order")
		for i, l := range o.Lines {
			assert.False(t, ids[l.OrderID], "line ids are unique")
			ids[l.OrderID] = true
			assert.Equal(t, o.OrderID, l.ParentID)
			for _, p := range o.Parcels {
				if p.Products[0].LineID == l.OrderID {
					seen["parcel of line "+strconv.Itoa(i)] = true
				}
			}
			seen["open refund"] = seen["open refund"] || l.AfterSale.RefundStatus == 1
			seen["refund done"] = seen["refund done"] || l.AfterSale.RefundStatus == 3
			seen["gift"] = seen["gift"] || l.Given == "FREE" && l.PayAmount == 0 && len(l.Masters) == 1 && l.Masters[0] == o.OrderID
		}
		var sum int64
		for _, l := range o.Lines {
			sum += l.PayAmount
		}
		assert.Equal(t, sum, o.PayAmount, "totals agree")
		assert.Equal(t, o.Paid == 0, o.Status == 1 || o.Status == 4, "order %s of status %d", o.OrderID, o.Status)
		assert.GreaterOrEqual(t, o.Updated, o.Created)
		assert.Less(t, o.Updated, noon.Unix())
		assert.Greater(t, o.Created, noon.AddDate(0, 0, -5).Unix())
		assert.Regexp(t, `^\$[\w-]+\$[\w+/=]+\*[\w+/=]+\$1\$\$$`, o.Tel)
		assert.Regexp(t, `^#[\w-]+#[\w+/=]+\*[\w+/=]+#1##$`, o.Name)
		seen["status "+strconv.FormatInt(o.Status, 10)] = true
		seen["lines "+strconv.Itoa(len(o.Lines))] = true
		seen["virtual"] = seen["virtual"] || o.OrderType == 2 && o.Lines[0].GoodsType == 1
		seen["cross-border"] = seen["cross-border"] || o.Biz == 21
		seen["buyer words"] = seen["buyer words"] || o.Buyer != ""
		seen["remark"] = seen["remark"] || o.Remark != "" && o.Stars > 0
		if len(o.Phases) == 2 {
			seen["phases paid "+strconv.FormatBool(o.Phases[1].PaySuccess)] = true
			assert.True(t, o.Phases[0].PaySuccess)
		}
		if o.Status == 101 {
			assert.EqualValues(t, 3, o.Lines[0].Status)
			assert.NotEqualValues(t, 3, o.Lines[1].Status)
			assert.Len(t, o.Parcels, 1)
		}
	}
	for _, want := range []string{
		"status 1", "status 105", "status 2", "status 101", "status 3", "status 4", "status 5", "lines 1", "lines 2", "lines 3", "lines 4",
		"parcel of line 0", "parcel of line 1", "open refund", "refund done", "gift", "virtual", "cross-border", "buyer words", "remark",
		"phases paid true", "phases paid false",
	} {
		assert.True(t, seen[want], "no order with: %s", want)
	}
}

func TestSeedIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	orders := func() []json.RawMessage {
		all, err := sandbox.New(sandbox.WithClock(still)).On(mall.Doudian).Orders(shop1)
		require.NoError(t, err)
		return all
	}
	assert.Equal(t, orders(), orders())
}

// TestSeedsAreOneStory: what the example orders name is there: their SKUs among
// the products of the shop, their cases among its after-sales.
func TestSeedsAreOneStory(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.WithClock(still))
	for platform, shops := range map[mall.Platform][]string{mall.Doudian: {shop1, "10000002"}, mall.Kuaishou: {ksShop1, ksShop2}} {
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

// benchmarkSearch calls the handler directly, so that the network is not measured.
func benchmarkSearch(b *testing.B, s *sandbox.Sandbox) {
	app := s.Manifest("").Platforms[mall.Doudian]
	body := `{"create_time_start":` + strconv.FormatInt(noon.Add(-80*24*time.Hour).Unix(), 10) + `,"order_asc":true,"order_by":"update_time","page":0,"size":100,"update_time_start":1}`
	stamp := strconv.FormatInt(noon.Unix(), 10)
	q := url.Values{"app_key": {app.AppKey}, "method": {"order.searchList"}, "timestamp": {stamp}, "v": {"2"}, "sign_method": {"hmac-sha256"},
		"access_token": {app.Shops[0].AccessToken}, "sign": {sign(app.AppSecret, "hmac-sha256", app.AppKey, body, stamp, "order.searchList")}}
	b.ReportAllocs()
	for b.Loop() {
		s.Advance(time.Millisecond) // lets the limit refill
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, httptest.NewRequest(http.MethodPost, "/doudian/order/searchList?"+q.Encode(), strings.NewReader(body)))
		if !strings.Contains(rec.Body.String()[:200], `"code":10000`) {
			b.Fatal(rec.Body.String()[:200])
		}
	}
}
