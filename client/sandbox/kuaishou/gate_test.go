package kuaishou_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
	"github.com/mallwire/mall/client/sandbox/kuaishou"
)

// ksParameter is how a refusal for parameters begins.
const ksParameter = "100200100 参数错误："

func TestGateRefusals(t *testing.T) {
	t.Parallel()
	w := serve(t)
	drop := func(name string) func(*request) { return func(r *request) { r.form.Del(name) } }
	set := func(name, value string) func(*request) { return func(r *request) { r.form.Set(name, value) } }
	signed := func(change func(*request)) func(*request) {
		return func(r *request) { change(r); w.resign(r) }
	}
	at := func(d time.Duration) string { return strconv.FormatInt(wiretest.Noon.Add(d).UnixMilli(), 10) }
	tests := []struct {
		name  string
		spoil func(*request)
		want  string
	}{
		{"unknown method", func(r *request) { r.path = "/open/order/noSuchMethod" }, ksParameter},
		{"letter case of the path", func(r *request) { r.path = "/open/Order/cursor/list" }, ksParameter},
		{"no method", drop("method"), ksParameter + "缺少method"},
		{"another method in the query", signed(set("method", "open.order.cursor.list")), ksParameter},
		{"no appkey", drop("appkey"), ksParameter + "缺少appkey"},
		{"unknown appkey", set("appkey", "ks999"), "100200101 unauthorized_client"},
		{"no version", signed(drop("version")), ksParameter + "缺少version"},
		{"another version", signed(set("version", "2")), ksParameter},
		{"no param", signed(drop("param")), ksParameter + "缺少param"},
		{"no sign method", signed(drop("signMethod")), ksParameter + "缺少signMethod"},
		{"sign method with a hyphen", signed(set("signMethod", "HMAC-SHA256")), ksParameter},
		{"no signature", drop("sign"), ksParameter + "缺少sign"},
		{"wrong signature", set("sign", "AAAA"), "27 验签失败"},
		{"signed with the app secret", func(r *request) { r.form.Set("sign", sign(w.App.AppSecret, r.form)) }, "27 验签失败"},
		{"param changed after signing", func(r *request) { r.form.Set("param", r.form.Get("param")+" ") }, "27 验签失败"},
		{"signed by another method than said", set("signMethod", "MD5"), "27 验签失败"},
		{"no timestamp", signed(drop("timestamp")), ksParameter + "缺少timestamp"},
		{"timestamp in seconds", signed(set("timestamp", strconv.FormatInt(wiretest.Noon.Unix(), 10))), ksParameter},
		{"timestamp in words", signed(set("timestamp", "noon")), ksParameter},
		{"timestamp too old", signed(set("timestamp", at(-601*time.Second))), ksParameter},
		{"timestamp in the future", signed(set("timestamp", at(601*time.Second))), ksParameter},
		{"no token", signed(drop("access_token")), ksParameter + "缺少access_token"},
		{"unknown token", signed(set("access_token", "example-unknown")), "28 鉴权失败"},
		{"param is not an object", signed(set("param", "[]")), ksParameter},
		{"param is null", signed(set("param", "null")), ksParameter},
		{"param breaks off", signed(set("param", `{"oid":`)), ksParameter},
		{"an id as text", signed(set("param", `{"oid":"2500000000000100"}`)), ksParameter},
		{"put", func(r *request) { r.verb = "PUT" }, ksParameter},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := w.build(http.MethodGet, "open.order.detail", w.Shop(shop1).AccessToken,
				map[string]any{"oid": 2500000000000100})
			require.Equal(t, "1", w.send(r).outcome(), "the call unspoilt")
			tt.spoil(r)
			a := w.send(r)
			assert.True(t, strings.HasPrefix(a.outcome(), tt.want), "got %q, want %q", a.outcome(), tt.want)
			assert.Empty(t, a.Msg)
			assert.Len(t, a.RequestID, 32)
			assert.Empty(t, string(a.Data))
		})
	}
}

func TestGateAccepts(t *testing.T) {
	t.Parallel()
	w := serve(t)
	good := func(name, verb string, change func(*request)) {
		t.Run(name, func(t *testing.T) {
			r := w.build(verb, "open.seller.order.note.add", w.Shop(shop1).AccessToken,
				map[string]any{"orderId": 2500000000000100, "note": "<&>'示例+ %"})
			change(r)
			w.resign(r)
			a := w.send(r)
			assert.Equal(t, "1", a.outcome(), "%s", a.raw)
			assert.Equal(t, "success", a.Msg)
		})
	}
	good("form", "POST", func(*request) {})
	good("query", "GET", func(*request) {})
	good("doubled slash", "POST", func(r *request) { r.path = "/" + r.path })
	good("md5", "POST", func(r *request) { r.form.Set("signMethod", "MD5") })
	good("a parameter that is not signed", "POST", func(r *request) { r.form.Set("uid", "1") })
	good("white space", "POST", func(r *request) { r.form.Set("param", "{ "+r.form.Get("param")[1:]) })
	good("at the edge of the tolerance", "POST", func(r *request) {
		r.form.Set("timestamp", strconv.FormatInt(wiretest.Noon.Add(-10*time.Minute).UnixMilli(), 10))
	})

	r := w.build("POST", "open.seller.order.note.add", w.Shop(shop1).AccessToken,
		map[string]any{"orderId": 2500000000000100})
	query := url.Values{}
	for name, values := range r.form {
		if name != "param" {
			query[name] = values
		}
	}
	post := func(query url.Values, kind, body string) answer {
		req, err := http.NewRequestWithContext(t.Context(), "POST", w.App.Gateway+r.path+"?"+query.Encode(),
			strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Content-Type", kind)
		return w.do(req)
	}
	form := url.Values{"param": {r.form.Get("param")}}.Encode()
	assert.Equal(t, "1", post(query, "application/x-www-form-urlencoded", form).outcome(), "param alone in the form")
	assert.Equal(t, "1", post(r.form, "application/json", `{"param":1}`).outcome(),
		"all in the query, repeated as JSON")
	assert.Equal(t, ksParameter+"缺少param", post(query, "application/json", r.form.Get("param")).outcome(),
		"a JSON body holds no parameters")
}

func TestVerbIsNoted(t *testing.T) {
	t.Parallel()
	w := serve(t)
	for _, tt := range []struct{ verb, method, note string }{
		{"GET", "open.order.detail", ""},
		{"POST", "open.order.detail", "sent by POST; documented is GET"},
		{"POST", "open.seller.order.note.add", ""},
		{"GET", "open.seller.order.note.add", "sent by GET; documented is POST"},
	} {
		w.Box.ClearReceived()
		param := map[string]any{"oid": 2500000000000100, "orderId": 2500000000000100}
		assert.Equal(t, "1", w.send(w.build(tt.verb, tt.method, w.Shop(shop1).AccessToken, param)).outcome())
		log := w.Box.Received()
		require.Len(t, log, 1)
		assert.Equal(t, tt.note, log[0].Note, "%s %s", tt.verb, tt.method)
		assert.Equal(t, "1", log[0].Outcome)
		assert.Equal(t, shop1, log[0].ShopID)
		assert.True(t, log[0].Signed)
		assert.JSONEq(t, `{"oid":2500000000000100,"orderId":2500000000000100}`, log[0].Params)
	}
}

func TestRulesCanBeChanged(t *testing.T) {
	t.Parallel()
	w := serve(t)
	require.NoError(t, sandbox.Change(w.Box, func(r *kuaishou.Rules) {
		r.TimestampToleranceSeconds = -1
		r.SignatureCode, r.SignatureMsg = 28, "签名校验失败"
	}))
	r := w.build("GET", "open.user.seller.get", w.Shop(shop1).AccessToken, map[string]any{})
	r.form.Set("timestamp", "1")
	assert.Equal(t, "28 签名校验失败", w.send(r).outcome())
	w.resign(r)
	assert.Equal(t, "1", w.send(r).outcome())

	assert.Error(t, sandbox.Change(w.Box, func(r *kuaishou.Rules) { r.ExpiredCode = 1 }), "success is no failure")
	assert.Error(t, sandbox.Change(w.Box, func(r *kuaishou.Rules) { r.PushRetrySeconds = []int{0} }))
	assert.Equal(t, 28, wiretest.RulesOf[kuaishou.Rules](t, w.Box).SignatureCode, "what was refused changed nothing")
}

func TestThrottles(t *testing.T) {
	t.Parallel()
	w := serve(t)
	require.NoError(t, w.Box.On(mall.Kuaishou).SetLimit(sandbox.Limit{Method: "open.shop.info.get", CallsPerSecond: 2}))
	call := func() string { return w.get("open.shop.info.get", map[string]any{}).outcome() }
	assert.Equal(t, "1", call())
	assert.Equal(t, "1", call())
	assert.Equal(t, "1016 Exceed qps limit, KEY [apiId:open.shop.info.get;appkey:ks600000000000000001], MAX_QPS [2.0]", call())
	w.Box.Advance(time.Second)
	assert.Equal(t, "1", call())

	_, err := w.Box.Arm(sandbox.Fault{Platform: mall.Kuaishou, Kind: sandbox.FaultError})
	require.NoError(t, err)
	assert.Equal(t, "100200500 server_error", call())
	_, err = w.Box.Arm(sandbox.Fault{Platform: mall.Kuaishou, Kind: sandbox.FaultError, Code: 22,
		Msg: "token中无scope权限"})
	require.NoError(t, err)
	assert.Equal(t, "22 token中无scope权限", call())
}

// TestDailyQuota checks both documented texts.
func TestDailyQuota(t *testing.T) {
	t.Parallel()
	w := serve(t, sandbox.Only(mall.Kuaishou, mall.Doudian))
	limit := func(l sandbox.Limit, perDay int) {
		l.CallsPerDay = &perDay
		require.NoError(t, w.Box.On(mall.Kuaishou).SetLimit(l))
	}
	call := func(shop, method string) string {
		return w.send(w.build("GET", method, w.Shop(shop).AccessToken, map[string]any{})).outcome()
	}
	const info, user = "open.shop.info.get", "open.user.info.get"
	limit(sandbox.Limit{Method: info}, 2)
	assert.Equal(t, "1", call(shop1, info))
	assert.Equal(t, "1", call(shop1, info))
	assert.Equal(t, "1017 [1017] exceed quota limit,[apiId:open.shop.info.get;primaryUserId:1000000001]",
		call(shop1, info))
	assert.Equal(t, "1", call(shop2, info), "each shop for itself")
	assert.Equal(t, "1", call(shop1, user))
	w.Box.Advance(11 * time.Hour)
	assert.Equal(t, "1017", call(shop1, info)[:4], "until midnight")
	w.Box.Advance(time.Hour)
	assert.Equal(t, "1", call(shop1, info), "the next day in Beijing")

	limit(sandbox.Limit{}, 2)
	assert.Equal(t, "1", call(shop1, user))
	assert.Equal(t, "1", call(shop2, info))
	assert.Equal(t, "1017 Exceed quota limit, KEY [appkey:ks600000000000000001]", call(shop1, user),
		"all calls of the app")
	require.NoError(t, w.Box.On(mall.Kuaishou).SetLimit(sandbox.Limit{}))
	assert.Equal(t, "1", call(shop1, user), "lifted")

	one := 1
	assert.ErrorIs(t, w.Box.On(mall.Doudian).SetLimit(sandbox.Limit{CallsPerDay: &one}), sandbox.ErrRefused)
	one = -1
	assert.Error(t, w.Box.On(mall.Kuaishou).SetLimit(sandbox.Limit{CallsPerDay: &one}))
}

func TestAnswersWhoseTokenItIs(t *testing.T) {
	t.Parallel()
	w := serve(t)
	var seller struct {
		SellerID int64  `json:"sellerId"`
		OpenID   string `json:"openId"`
		Name     string `json:"name"`
	}
	w.get("open.user.seller.get", map[string]any{}).data(t, &seller)
	assert.EqualValues(t, 1000000001, seller.SellerID)
	assert.Equal(t, "f1000000000000000000001000000001", seller.OpenID)
	var user map[string]any
	w.get("open.user.info.get", map[string]any{}).data(t, &user)
	assert.Equal(t, seller.OpenID, user["openId"])
	assert.NotContains(t, user, "sellerId")
	var shop map[string]any
	w.get("open.shop.info.get", map[string]any{}).data(t, &shop)
	assert.Equal(t, "示例小店", shop["shopName"])
}
