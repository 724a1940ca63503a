package doudian_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

// benchmarkSearch calls the handler directly, to leave out the network.
func benchmarkSearch(b *testing.B, s *sandbox.Sandbox) {
	app := s.Manifest("").Platforms[mall.Doudian]
	body := `{"create_time_start":` + strconv.FormatInt(wiretest.Noon.Add(-80*24*time.Hour).Unix(),
		10) + `,"order_asc":true,"order_by":"update_time","page":0,"size":100,"update_time_start":1}`
	stamp := strconv.FormatInt(wiretest.Noon.Unix(), 10)
	q := url.Values{"app_key": {app.AppKey}, "method": {"order.searchList"}, "timestamp": {stamp}, "v": {"2"},
		"sign_method":  {"hmac-sha256"},
		"access_token": {app.Shops[0].AccessToken}, "sign": {wiretest.Sign(app.AppSecret, "hmac-sha256", app.AppKey, body, stamp, "order.searchList")}}
	b.ReportAllocs()
	for b.Loop() {
		s.Advance(time.Millisecond) // lets the limit refill
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, httptest.NewRequest(http.MethodPost, "/doudian/order/searchList?"+q.Encode(),
			strings.NewReader(body)))
		if !strings.Contains(rec.Body.String()[:200], `"code":10000`) {
			b.Fatal(rec.Body.String()[:200])
		}
	}
}
