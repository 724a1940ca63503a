package webhook_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/webhook"
	"github.com/mallwire/mall/webhook/webhooktest"
)

// genuinePush and genuineSPI are what the forger has seen.
func genuinePush(t testing.TB) *http.Request {
	r, err := platform.Push(pushURL, paid("m-1"))
	require.NoError(t, err)
	return r
}

func genuineSPI(t testing.TB) *http.Request {
	r, err := platform.SPI(spiURL, time.Now(), specChange("1"))
	require.NoError(t, err)
	return r
}

// withBody replaces the body and leaves the signature.
func withBody(r *http.Request, change func([]byte) []byte) *http.Request {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	body = change(body)
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return r
}

func withQuery(r *http.Request, name string, values ...string) *http.Request {
	q := r.URL.Query()
	q[name] = values
	r.URL.RawQuery = q.Encode()
	return r
}

// TestBadPush: each is refused, reported as what it is, and reaches nobody.
func TestBadPush(t *testing.T) {
	t.Parallel()
	const rejected = `{"code":40041,"msg":"rejected"}`
	signed := func(body string) *http.Request {
		r, err := platform.PushBody(pushURL, []byte(body))
		require.NoError(t, err)
		return r
	}
	header := func(name string, values ...string) *http.Request {
		r := genuinePush(t)
		r.Header[http.CanonicalHeaderKey(name)] = values
		return r
	}
	stranger, err := webhooktest.Doudian{AppKey: appKey, Secret: "not-the-secret"}.Push(pushURL, paid("1"))
	require.NoError(t, err)
	otherApp, err := webhooktest.Doudian{AppKey: "7999999999999999999", Secret: secret}.Push(pushURL, paid("1"))
	require.NoError(t, err)
	get := genuinePush(t)
	get.Method = http.MethodGet
	cut := genuinePush(t)
	cut.Body = io.NopCloser(iotest.TimeoutReader(iotest.OneByteReader(cut.Body)))
	long := genuinePush(t)
	long.ContentLength = 1<<20 + 1
	unending := genuinePush(t)
	unending.ContentLength = -1
	unending.Body = io.NopCloser(io.MultiReader(unending.Body, strings.NewReader(strings.Repeat(" ", 1<<20))))
	for name, c := range map[string]struct {
		r    *http.Request
		want error
	}{
		"other secret":      {stranger, mall.ErrSignature},
		"other app":         {otherApp, mall.ErrSignature},
		"no app":            {header("app-id"), mall.ErrSignature},
		"for another app":   {header("app-id", "7999999999999999999"), mall.ErrSignature},
		"two apps":          {header("app-id", appKey, appKey), mall.ErrSignature},
		"no signature":      {header("event-sign"), mall.ErrSignature},
		"empty signature":   {header("event-sign", ""), mall.ErrSignature},
		"two signatures":    {header("event-sign", genuinePush(t).Header.Get("event-sign"), "x"), mall.ErrSignature},
		"long signature":    {header("event-sign", strings.Repeat("0", 1<<16)), mall.ErrSignature},
		"cut short":         {withBody(genuinePush(t), func(b []byte) []byte { return b[:len(b)-1] }), mall.ErrSignature},
		"emptied":           {withBody(genuinePush(t), func([]byte) []byte { return nil }), mall.ErrSignature},
		"written anew":      {withBody(genuinePush(t), func(b []byte) []byte { return bytes.ReplaceAll(b, []byte(":"), []byte(": ")) }), mall.ErrSignature},
		"escaped otherwise": {withBody(signed(`[{"tag":"1","data":"<"}]`), func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("<"), []byte(`\u003c`)) }), mall.ErrSignature},
		"base64":            {withBody(genuinePush(t), func(b []byte) []byte { return []byte(base64.StdEncoding.EncodeToString(b)) }), mall.ErrSignature},
		"GET":               {get, mall.ErrReply},
		"compressed":        {header("Content-Encoding", "gzip"), mall.ErrReply},
		"connection cut":    {cut, mall.ErrReply},
		"too large":         {long, errTooLong},
		"never ending":      {unending, errTooLong},
		// Genuine ones that cannot be read.
		"empty":              {signed(``), mall.ErrReply},
		"half":               {signed(`[{"tag":"101","data":"{\"p_id\":1`), mall.ErrReply},
		"half data":          {signed(`[{"tag":"101","data":"{\"p_id\":1"}]`), mall.ErrReply},
		"GBK":                {signed("[{\"tag\":\"113\",\"data\":\"{\\\"p_id\\\":1,\\\"shop_id\\\":2,\\\"remark\\\":\\\"\xb8\xc4\\\"}\"}]"), mall.ErrReply},
		"UTF-16":             {signed("\xff\xfe[\x00]\x00"), mall.ErrReply},
		"byte order mark":    {signed("\ufeff[]"), mall.ErrReply},
		"form":               {signed(`tag=101&data=%7B%7D`), mall.ErrReply},
		"escaped twice":      {signed(`[{"tag":"101","data":"{\\\"p_id\\\":1,\\\"shop_id\\\":2}"}]`), mall.ErrReply},
		"two values":         {signed(`[] []`), mall.ErrReply},
		"text":               {signed(`"[]"`), mall.ErrReply},
		"tag is an object":   {signed(`[{"tag":{},"data":"{}"}]`), mall.ErrReply},
		"no tag":             {signed(`[{"data":"{}"}]`), mall.ErrReply},
		"nested too deep":    {signed(strings.Repeat("[", 100_000)), mall.ErrReply},
		"no order":           {signed(`[{"tag":"101","data":"{\"shop_id\":2}"}]`), mall.ErrReply},
		"no shop":            {signed(`[{"tag":"101","data":"{\"p_id\":2}"}]`), mall.ErrReply},
		"order is an object": {signed(`[{"tag":"101","data":"{\"p_id\":{\"canary\":1},\"shop_id\":2}"}]`), mall.ErrReply},
	} {
		a := &app{}
		got := serve(t, newPush(t, a), c.r)
		assert.Equal(t, rejected, got.text, name)
		a.rejected(t, c.want, name)
		assert.Empty(t, a.calls(), name)
		quiet(t, a)
	}
}

// errTooLong stands for the error of a body that is too long.
var errTooLong = errors.New("Options.MaxBody")

// rejected checks that the last request was rejected, and why.
func (a *app) rejected(t *testing.T, want error, name string) {
	t.Helper()
	err := a.last().Err
	assert.ErrorIs(t, err, webhook.ErrRejected, name)
	if want == errTooLong {
		assert.ErrorContains(t, err, "longer than the 1048576 bytes of Options.MaxBody", name)
		want = mall.ErrReply
	}
	e, ok := errors.AsType[*mall.Error](err)
	if assert.True(t, ok, name) {
		assert.Equal(t, want, e.Kind, name)
		assert.NotEmpty(t, e.Platform, name)
		assert.NotEmpty(t, e.Op, name)
	}
}

// quiet checks that no observation holds what must not be told.
func quiet(t *testing.T, a *app) {
	t.Helper()
	for _, o := range a.seen {
		text := fmt.Sprintf("%+v %v %#v", o, o.Err, o)
		for _, canary := range []string{"canary", secret.Reveal(), older.Reveal()} {
			assert.NotContains(t, text, canary)
		}
	}
}

func TestBadSPI(t *testing.T) {
	t.Parallel()
	const rejected, unread = `{"code":100001,"message":"rejected","data":null}`, `{"code":400002,"message":"rejected","data":null}`
	stranger, err := webhooktest.Doudian{AppKey: appKey, Secret: "not-the-secret"}.SPI(spiURL, time.Now(), specChange("1"))
	require.NoError(t, err)
	otherApp, err := webhooktest.Doudian{AppKey: "7999999999999999999", Secret: secret}.SPI(spiURL, time.Now(), specChange("1"))
	require.NoError(t, err)
	renamed, err := webhooktest.Doudian{AppKey: "7999999999999999999", Secret: secret}.SPI(spiURL, time.Now(), specChange("1"))
	require.NoError(t, err)
	put := genuineSPI(t)
	put.Method = http.MethodPut
	get := genuineSPI(t)
	get.Method = http.MethodGet
	semicolon := genuineSPI(t)
	semicolon.URL.RawQuery += ";x=1"
	escape := genuineSPI(t)
	escape.URL.RawQuery += "&x=%zz"
	sign := genuineSPI(t).URL.Query().Get("sign")
	later := fmt.Sprint(time.Now().Unix() + 1)
	for name, c := range map[string]struct {
		r      *http.Request
		want   error
		answer string
	}{
		"other secret":     {stranger, mall.ErrSignature, rejected},
		"other app":        {otherApp, mall.ErrSignature, rejected},
		"renamed":          {withQuery(renamed, "app_key", appKey), mall.ErrSignature, rejected},
		"time moved":       {withQuery(genuineSPI(t), "timestamp", later), mall.ErrSignature, rejected},
		"other method":     {withQuery(genuineSPI(t), "sign_method", "md5"), mall.ErrSignature, rejected},
		"no signature":     {withQuery(withQuery(genuineSPI(t), "sign"), "sign_v2"), mall.ErrSignature, rejected},
		"empty signatures": {withQuery(withQuery(genuineSPI(t), "sign", ""), "sign_v2", ""), mall.ErrSignature, rejected},
		"upper case":       {withQuery(withQuery(genuineSPI(t), "sign", strings.ToUpper(sign)), "sign_v2"), mall.ErrSignature, rejected},
		"another SKU": {withBody(genuineSPI(t), func(b []byte) []byte {
			return bytes.Replace(b, []byte("1780000000000004"), []byte("1780000000000005"), 1)
		}), mall.ErrSignature, rejected},
		"number for text": {withBody(genuineSPI(t), func(b []byte) []byte {
			return bytes.Replace(b, []byte(`"1780000000000004"`), []byte("1780000000000004"), 1)
		}), mall.ErrSignature, rejected},
		"body left out": {get, mall.ErrSignature, rejected},
		"not JSON":      {withBody(genuineSPI(t), func(b []byte) []byte { return b[:len(b)-1] }), mall.ErrSignature, rejected},
		"form encoded":  {withBody(genuineSPI(t), func(b []byte) []byte { return []byte("param_json=" + url.QueryEscape(string(b))) }), mall.ErrSignature, rejected},
		"twice":         {withQuery(genuineSPI(t), "app_key", appKey, appKey), mall.ErrReply, unread},
		"semicolon":     {semicolon, mall.ErrReply, unread},
		"wrong escape":  {escape, mall.ErrReply, unread},
		"PUT":           {put, mall.ErrReply, unread},
	} {
		a := &app{verdict: change.Verdict{Accept: true}}
		assert.Equal(t, c.answer, serve(t, newSPI(t, a), c.r).text, name)
		a.rejected(t, c.want, name)
		assert.Empty(t, a.calls(), name)
		quiet(t, a)
	}
}

// TestTenThousandForged: none of them reaches the app's code.
func TestTenThousandForged(t *testing.T) {
	t.Parallel()
	a := &app{verdict: change.Verdict{Accept: true}}
	h, spi := newPush(t, a), newSPI(t, a)
	rnd := rand.New(rand.NewPCG(1, 2))
	flip := func(b []byte) []byte {
		b = bytes.Clone(b)
		b[rnd.IntN(len(b))] ^= byte(1 + rnd.IntN(255))
		return b
	}
	digits := func(n int) string {
		const hex = "0123456789abcdef"
		b := make([]byte, n)
		for i := range b {
			b[i] = hex[rnd.IntN(16)]
		}
		return string(b)
	}
	for i := range 10_000 {
		var r *http.Request
		to, name := http.Handler(h), "push"
		switch i % 8 {
		case 0:
			r = withBody(genuinePush(t), flip)
		case 1:
			r = genuinePush(t)
			r.Header.Set("event-sign", digits(32))
		case 2:
			r, _ = webhooktest.Doudian{AppKey: appKey, Secret: mall.Secret(digits(16))}.Push(pushURL, paid(digits(8)))
		case 3:
			r = withBody(genuinePush(t), func(b []byte) []byte { return b[:rnd.IntN(len(b))] })
		case 4: // one byte of what is signed, where JSON may be written in two ways
			to, name = spi, "spi"
			r = withBody(genuineSPI(t), func(b []byte) []byte {
				i := bytes.IndexAny(b, "0123456789")
				b[i] = '0' + (b[i]-'0'+byte(1+rnd.IntN(9)))%10
				return b
			})
		case 5:
			to, name = spi, "spi"
			r = withQuery(withQuery(genuineSPI(t), "sign", digits(64)), "sign_v2", digits(64))
		case 6:
			to, name = spi, "spi"
			r, _ = webhooktest.Doudian{AppKey: appKey, Secret: mall.Secret(digits(16))}.SPI(spiURL, time.Now(), specChange(digits(8)))
		case 7:
			to, name = spi, "spi"
			r = withQuery(genuineSPI(t), "timestamp", fmt.Sprint(time.Now().Unix()+1+rnd.Int64N(600)))
		}
		require.NotNil(t, r)
		w := httptest.NewRecorder()
		to.ServeHTTP(w, r)
		assert.Contains(t, w.Body.String(), `"rejected"`, "%s %d", name, i)
	}
	assert.Empty(t, a.calls())
	assert.Len(t, a.seen, 10_000)
	quiet(t, a)
}
