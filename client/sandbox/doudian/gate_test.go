package doudian_test

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
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

func TestGateRefusals(t *testing.T) {
	t.Parallel()
	w := serve(t)
	drop := func(name string) func(*wiretest.Request) { return func(r *wiretest.Request) { r.Query.Del(name) } }
	set := func(name, value string) func(*wiretest.Request) {
		return func(r *wiretest.Request) { r.Query.Set(name, value) }
	}
	signed := func(change func(*wiretest.Request)) func(*wiretest.Request) {
		return func(r *wiretest.Request) { change(r); w.Resign(r) }
	}
	at := func(d time.Duration) string { return strconv.FormatInt(wiretest.Noon.Add(d).Unix(), 10) }
	tests := []struct {
		name  string
		spoil func(*wiretest.Request)
		want  string
	}{
		{"unknown method", func(r *wiretest.Request) { r.Path = "/order/noSuchMethod" }, "70000 isp.api-service-off"},
		{"letter case of the path", func(r *wiretest.Request) { r.Path = "/order/searchlist" }, "70000 isp.api-service-off"},
		{"no method in the query", drop("method"), "40001 isv.parameter-missing"},
		{"another method in the query", signed(set("method", "order.orderDetail")), "40003 isv.parameter-invalid"},
		{"no app key", drop("app_key"), "40001 isv.app-id-missing"},
		{"unknown app key", set("app_key", "7999999999999999999"), "40003 isv.app-id-invalid"},
		{"no signature", drop("sign"), "40001 isv.signature-missing"},
		{"wrong signature", set("sign", strings.Repeat("0", 64)), "40003 isv.signature-invalid"},
		{"body changed after signing", func(r *wiretest.Request) { r.Body += " " }, "40003 isv.signature-invalid"},
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
		{"parameters are not an object", signed(func(r *wiretest.Request) { r.Body = "[]" }), "40003 isv.parameter-format-invalid"},
		{"parameters are null", signed(func(r *wiretest.Request) { r.Body = "null" }), "40003 isv.parameter-format-invalid"},
		{"parameters break off", signed(func(r *wiretest.Request) { r.Body = `{"page":` }), "40003 isv.parameter-format-invalid"},
		{"a parameter of another type", signed(func(r *wiretest.Request) { r.Body = `{"page":[],"size":1}` }), "40003 isv.parameter-format-invalid"},
		{"put", func(r *wiretest.Request) { r.Verb = "PUT" }, "40003 isv.parameter-invalid"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := w.Build("order.searchList", w.Shop(wiretest.Shop1).AccessToken,
				map[string]any{"page": 0, "size": 1, "create_time_start": wiretest.Noon.Unix() - 60})
			require.Equal(t, "10000", w.Send(r).Outcome(), "the call unspoilt")
			tt.spoil(r)
			a := w.Send(r)
			assert.Equal(t, tt.want, a.Outcome(), a.SubMsg)
			assert.Equal(t, 200, a.Status, "errors come with HTTP 200")
			assert.NotEmpty(t, a.Msg)
			assert.NotEmpty(t, a.SubMsg)
			assert.Equal(t, "null", string(a.Data))
		})
	}
}

func TestGateAccepts(t *testing.T) {
	t.Parallel()
	w := serve(t)
	good := func(name string, change func(*wiretest.Request)) {
		t.Run(name, func(t *testing.T) {
			r := w.Build("order.searchList", w.Shop(wiretest.Shop1).AccessToken,
				map[string]any{"page": "0", "size": "1", "create_time_start": wiretest.Noon.Unix() - 60,
					"product": "<&>'示例/\u2028"})
			change(r)
			w.Resign(r)
			a := w.Send(r)
			assert.Equal(t, "10000", a.Outcome(), a.SubMsg)
			assert.Equal(t, "success", a.Msg)
		})
	}
	good("numbers as text, characters that SDKs escape", func(*wiretest.Request) {})
	good("doubled slash", func(r *wiretest.Request) { r.Path = "/" + r.Path })
	good("md5", func(r *wiretest.Request) { r.Query.Set("sign_method", "md5") })
	good("white space in the body", func(r *wiretest.Request) { r.Body = "{ " + r.Body[1:] })
	good("characters escaped otherwise",
		func(r *wiretest.Request) { r.Body = strings.ReplaceAll(r.Body, "<", `\u003C`) })
	good("clock-face timestamp", func(r *wiretest.Request) { r.Query.Set("timestamp", "2025-01-06 12:00:00") })
	good("clock-face timestamp with slashes",
		func(r *wiretest.Request) { r.Query.Set("timestamp", "2025/01/06 12:00:00") })
	good("at the edge of the tolerance",
		func(r *wiretest.Request) { r.Query.Set("timestamp", strconv.FormatInt(wiretest.Noon.Unix()-600, 10)) })
	good("parameters in the query", func(r *wiretest.Request) { r.Query.Set("param_json", r.Body); r.Body = "" })

	r := w.Build("order.searchList", w.Shop(wiretest.Shop1).AccessToken,
		map[string]any{"page": 0, "size": 1, "create_time_start": wiretest.Noon.Unix()})
	r.Query.Set("sign_method", "md5")
	w.Resign(r)
	r.Query.Del("sign_method")
	assert.Equal(t, "10000", w.Send(r).Outcome(), "md5 is the method where none is said")
}

func TestGateRulesCanBeChanged(t *testing.T) {
	t.Parallel()
	w := serve(t)
	require.NoError(t, sandbox.Change(w.Box, func(r *doudian.Rules) {
		r.TimestampToleranceSeconds = -1
		r.DefaultSignMethod = "hmac-sha256"
		r.ParamsInQuery = false
	}))

	build := func() *wiretest.Request {
		return w.Build("order.searchList", w.Shop(wiretest.Shop1).AccessToken,
			map[string]any{"page": 0, "size": 1, "create_time_start": wiretest.Noon.Unix()})
	}
	r := build()
	r.Query.Set("timestamp", "1")
	w.Resign(r)
	r.Query.Del("sign_method")
	assert.Equal(t, "10000", w.Send(r).Outcome())

	r = build()
	r.Query.Set("param_json", r.Body)
	r.Body = ""
	assert.Equal(t, "40003 isv.signature-invalid", w.Send(r).Outcome())

	assert.Error(t, sandbox.Change(w.Box, func(r *doudian.Rules) { r.DefaultSignMethod = "sha1" }))
	assert.Error(t, sandbox.Change(w.Box, func(r *doudian.Rules) { *r = doudian.Rules{} }))
	assert.Equal(t, "hmac-sha256", wiretest.RulesOf[doudian.Rules](t, w.Box).DefaultSignMethod,
		"what was refused changed nothing")
}

func TestOldErrorCodes(t *testing.T) {
	t.Parallel()
	w := serve(t)
	old := func(spoil func(url.Values)) wiretest.Answer {
		r := w.Build("order.searchList", w.Shop(wiretest.Shop1).AccessToken,
			map[string]any{"page": 0, "size": 1, "create_time_start": wiretest.Noon.Unix()})
		r.Header.Del("x-open-no-old-err-code")
		spoil(r.Query)
		return w.Send(r)
	}
	a := old(func(url.Values) {})
	require.NotNil(t, a.ErrNo)
	assert.Zero(t, *a.ErrNo)
	assert.Equal(t, 10000, a.Code)

	_, err := w.Box.On(mall.Doudian).ChangeToken(wiretest.Shop1, "expire")
	require.NoError(t, err)
	a = old(func(url.Values) {})
	require.NotNil(t, a.ErrNo)
	assert.Equal(t, 30002, *a.ErrNo)
	assert.Equal(t, "access_token已过期", *a.Message)
	assert.Equal(t, "40003 isv.access-token-expired", a.Outcome())
	a = old(func(q url.Values) { q.Set("sign", "0") })
	assert.Equal(t, 11, *a.ErrNo)

	require.NoError(t, sandbox.Change(w.Box, func(r *doudian.Rules) { r.OldErrorsOnly = true }))
	a = old(func(url.Values) {})
	assert.Equal(t, 30002, *a.ErrNo)
	assert.Zero(t, a.Code, "the old members only")
	assert.NotEmpty(t, a.LogID)

	a = w.Call("order.searchList", map[string]any{})
	assert.Nil(t, a.ErrNo, "the header declines the old members")
	assert.Nil(t, a.Message)
}

func TestLogIDsAreUniqueAndRepeatable(t *testing.T) {
	t.Parallel()
	run := func() (ids []string) {
		w := serve(t)
		for range 3 {
			ids = append(ids, w.Call("order.orderDetail", map[string]any{}).LogID)
		}
		return ids
	}
	first := run()
	assert.Equal(t, first, run())
	assert.NotEqual(t, first[0], first[1])
	assert.NotEqual(t, first[1], first[2])
	assert.Regexp(t, regexp.MustCompile(`^20250106120000\d{18}$`), first[0])
}
