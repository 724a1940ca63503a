package sandbox_test

import (
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
	"github.com/mallwire/mall/client/sandbox/doudian"
)

func TestGateRefusals(t *testing.T) {
	t.Parallel()
	w := serve(t)
	drop := func(name string) func(*request) { return func(r *request) { r.query.Del(name) } }
	set := func(name, value string) func(*request) { return func(r *request) { r.query.Set(name, value) } }
	signed := func(change func(*request)) func(*request) {
		return func(r *request) { change(r); w.resign(r) }
	}
	at := func(d time.Duration) string { return strconv.FormatInt(noon.Add(d).Unix(), 10) }
	tests := []struct {
		name  string
		spoil func(*request)
		want  string
	}{
		{"unknown method", func(r *request) { r.path = "/order/noSuchMethod" }, "70000 isp.api-service-off"},
		{"letter case of the path", func(r *request) { r.path = "/order/searchlist" }, "70000 isp.api-service-off"},
		{"no method in the query", drop("method"), "40001 isv.parameter-missing"},
		{"another method in the query", signed(set("method", "order.orderDetail")), "40003 isv.parameter-invalid"},
		{"no app key", drop("app_key"), "40001 isv.app-id-missing"},
		{"unknown app key", set("app_key", "7999999999999999999"), "40003 isv.app-id-invalid"},
		{"no signature", drop("sign"), "40001 isv.signature-missing"},
		{"wrong signature", set("sign", strings.Repeat("0", 64)), "40003 isv.signature-invalid"},
		{"body changed after signing", func(r *request) { r.body += " " }, "40003 isv.signature-invalid"},
		{"timestamp changed after signing", set("timestamp", at(time.Second)), "40003 isv.signature-invalid"},
		{"signed by another method than said", set("sign_method", "md5"), "40003 isv.signature-invalid"},
		{"sign method not said means md5", drop("sign_method"), "40003 isv.signature-invalid"},
		{"unknown sign method", signed(set("sign_method", "sha1")), "40003 isv.parameter-invalid"},
		{"no timestamp", drop("timestamp"), "40003 isv.timestamp-format-error"},
		{"timestamp in milliseconds", signed(set("timestamp", at(0)+"000")), "40003 isv.timestamp-format-error"},
		{"timestamp in words", signed(set("timestamp", "noon")), "40003 isv.timestamp-format-error"},
		{"timestamp too old", signed(set("timestamp", at(-601*time.Second))), "40003 isv.timestamp-invalid"},
		{"timestamp in the future", signed(set("timestamp", at(601*time.Second))), "40003 isv.timestamp-invalid"},
		{"no version", drop("v"), "40003 isv.parameter-invalid"},
		{"no token", drop("access_token"), "40001 isv.access-token-missing"},
		{"unknown token", set("access_token", "example-unknown"), "40003 isv.access-token-no-existed"},
		{"parameters are not an object", signed(func(r *request) { r.body = "[]" }), "40003 isv.parameter-format-invalid"},
		{"parameters are null", signed(func(r *request) { r.body = "null" }), "40003 isv.parameter-format-invalid"},
		{"parameters break off", signed(func(r *request) { r.body = `{"page":` }), "40003 isv.parameter-format-invalid"},
		{"a parameter of another type", signed(func(r *request) { r.body = `{"page":[],"size":1}` }), "40003 isv.parameter-format-invalid"},
		{"put", func(r *request) { r.verb = "PUT" }, "40003 isv.parameter-invalid"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := w.build("order.searchList", w.shop(shop1).AccessToken, map[string]any{"page": 0, "size": 1, "create_time_start": noon.Unix() - 60})
			require.Equal(t, "10000", w.send(r).outcome(), "the call unspoilt")
			tt.spoil(r)
			a := w.send(r)
			assert.Equal(t, tt.want, a.outcome(), a.SubMsg)
			assert.Equal(t, 200, a.status, "errors come with HTTP 200")
			assert.NotEmpty(t, a.Msg)
			assert.NotEmpty(t, a.SubMsg)
			assert.Equal(t, "null", string(a.Data))
		})
	}
}

func TestGateAccepts(t *testing.T) {
	t.Parallel()
	w := serve(t)
	good := func(name string, change func(*request)) {
		t.Run(name, func(t *testing.T) {
			r := w.build("order.searchList", w.shop(shop1).AccessToken, map[string]any{"page": "0", "size": "1", "create_time_start": noon.Unix() - 60, "product": "<&>'示例/\u2028"})
			change(r)
			w.resign(r)
			a := w.send(r)
			assert.Equal(t, "10000", a.outcome(), a.SubMsg)
			assert.Equal(t, "success", a.Msg)
		})
	}
	good("numbers as text, characters that SDKs escape", func(*request) {})
	good("doubled slash", func(r *request) { r.path = "/" + r.path })
	good("md5", func(r *request) { r.query.Set("sign_method", "md5") })
	good("white space in the body", func(r *request) { r.body = "{ " + r.body[1:] })
	good("characters escaped otherwise", func(r *request) { r.body = strings.ReplaceAll(r.body, "<", `\u003C`) })
	good("clock-face timestamp", func(r *request) { r.query.Set("timestamp", "2025-01-06 12:00:00") })
	good("clock-face timestamp with slashes", func(r *request) { r.query.Set("timestamp", "2025/01/06 12:00:00") })
	good("at the edge of the tolerance", func(r *request) { r.query.Set("timestamp", strconv.FormatInt(noon.Unix()-600, 10)) })
	good("parameters in the query", func(r *request) { r.query.Set("param_json", r.body); r.body = "" })

	r := w.build("order.searchList", w.shop(shop1).AccessToken, map[string]any{"page": 0, "size": 1, "create_time_start": noon.Unix()})
	r.query.Set("sign_method", "md5")
	w.resign(r)
	r.query.Del("sign_method")
	assert.Equal(t, "10000", w.send(r).outcome(), "md5 is the method where none is said")
}

func TestGateRulesCanBeChanged(t *testing.T) {
	t.Parallel()
	w := serve(t)
	require.NoError(t, sandbox.Change(w.s, func(r *doudian.Rules) {
		r.TimestampToleranceSeconds = -1
		r.DefaultSignMethod = "hmac-sha256"
		r.ParamsInQuery = false
	}))

	build := func() *request {
		return w.build("order.searchList", w.shop(shop1).AccessToken, map[string]any{"page": 0, "size": 1, "create_time_start": noon.Unix()})
	}
	r := build()
	r.query.Set("timestamp", "1")
	w.resign(r)
	r.query.Del("sign_method")
	assert.Equal(t, "10000", w.send(r).outcome())

	r = build()
	r.query.Set("param_json", r.body)
	r.body = ""
	assert.Equal(t, "40003 isv.signature-invalid", w.send(r).outcome())

	assert.Error(t, sandbox.Change(w.s, func(r *doudian.Rules) { r.DefaultSignMethod = "sha1" }))
	assert.Error(t, sandbox.Change(w.s, func(r *doudian.Rules) { *r = doudian.Rules{} }))
	assert.Equal(t, "hmac-sha256", rulesOf[doudian.Rules](t, w.s).DefaultSignMethod, "what was refused changed nothing")
}

func TestOldErrorCodes(t *testing.T) {
	t.Parallel()
	w := serve(t)
	old := func(spoil func(url.Values)) answer {
		r := w.build("order.searchList", w.shop(shop1).AccessToken, map[string]any{"page": 0, "size": 1, "create_time_start": noon.Unix()})
		r.header.Del("x-open-no-old-err-code")
		spoil(r.query)
		return w.send(r)
	}
	a := old(func(url.Values) {})
	require.NotNil(t, a.ErrNo)
	assert.Zero(t, *a.ErrNo)
	assert.Equal(t, 10000, a.Code)

	_, err := w.s.On(mall.Doudian).ChangeToken(shop1, "expire")
	require.NoError(t, err)
	a = old(func(url.Values) {})
	require.NotNil(t, a.ErrNo)
	assert.Equal(t, 30002, *a.ErrNo)
	assert.Equal(t, "access_token已过期", *a.Message)
	assert.Equal(t, "40003 isv.access-token-expired", a.outcome())
	a = old(func(q url.Values) { q.Set("sign", "0") })
	assert.Equal(t, 11, *a.ErrNo)

	require.NoError(t, sandbox.Change(w.s, func(r *doudian.Rules) { r.OldErrorsOnly = true }))
	a = old(func(url.Values) {})
	assert.Equal(t, 30002, *a.ErrNo)
	assert.Zero(t, a.Code, "the old members only")
	assert.NotEmpty(t, a.LogID)

	a = w.call("order.searchList", map[string]any{})
	assert.Nil(t, a.ErrNo, "the header declines the old members")
	assert.Nil(t, a.Message)
}

func TestLogIDsAreUniqueAndRepeatable(t *testing.T) {
	t.Parallel()
	run := func() (ids []string) {
		w := serve(t)
		for range 3 {
			ids = append(ids, w.call("order.orderDetail", map[string]any{}).LogID)
		}
		return ids
	}
	first := run()
	assert.Equal(t, first, run())
	assert.NotEqual(t, first[0], first[1])
	assert.NotEqual(t, first[1], first[2])
	assert.Regexp(t, regexp.MustCompile(`^20250106120000\d{18}$`), first[0])
}
