package webhook_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/signing"
	"github.com/mallwire/mall/webhook"
	"github.com/mallwire/mall/webhook/webhooktest"
)

// TestDoudianSpecChangeGolden compares what the guessed call becomes with a golden
// file.
func TestDoudianSpecChangeGolden(t *testing.T) {
	t.Parallel()
	const f = "testdata/spi/spec_change.json"
	params, err := os.ReadFile(f)
	require.NoError(t, err)
	a := &app{verdict: change.Verdict{Accept: true}}
	h := newSPI(t, a)
	assert.Equal(t, `{"code":0,"message":"success","data":{"success":true,"reason_code":0,"reason":""}}`, ask(t, h, json.RawMessage(params)).text)
	got, err := json.MarshalIndent(a.calls(), "", "  ")
	require.NoError(t, err)
	got = append(got, '\n')
	if *update {
		require.NoError(t, os.WriteFile(f+".golden", got, 0o644))
	}
	want, err := os.ReadFile(f + ".golden")
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
	request := a.calls()[0].Event.(change.Request)
	assert.JSONEq(t, string(params), string(request.Raw))
}

func TestDoudianSpecChangeRefused(t *testing.T) {
	t.Parallel()
	a := &app{verdict: change.Verdict{Reason: "order already picked"}}
	h := newSPI(t, a)
	assert.Equal(t, `{"code":0,"message":"order already picked","data":{"success":false,"reason_code":1,"reason":"order already picked"}}`, ask(t, h, specChange("1")).text)
	a.verdict.Code = "7"
	assert.Equal(t, 7, ask(t, h, specChange("2")).Data.Code)
	a.verdict.Code = "PICKED"
	assert.Equal(t, 1, ask(t, h, specChange("3")).Data.Code)
}

// TestDoudianSpecChangeOptions: everything that was guessed can be changed.
func TestDoudianSpecChangeOptions(t *testing.T) {
	t.Parallel()
	var got change.Request
	h, err := webhook.New(webhook.DoudianSPI{AppKey: appKey, Secrets: []mall.Secret{secret}, SpecChange: &webhook.DoudianSpecChange{
		Method: "trade.specChange", ShopID: "shop", OrderID: "order.id", LineID: "order.line.id", ToCode: "want.code", Deadline: "until",
		Answer: func(v change.Verdict) any { return map[string]any{"code": 0, "ok": v.Accept} },
	}}, webhook.Handlers{SpecChange: func(_ context.Context, r change.Request) (change.Verdict, error) {
		got = r
		return change.Verdict{Accept: true}, nil
	}}, webhook.Options{})
	require.NoError(t, err)
	defer h.Close()
	params := json.RawMessage(`{"shop":9007199254740993,"order":{"id":"1","line":{"id":2}},"want":{"code":"TS<&>"},"until":1735660800}`)
	r, err := platform.SPI(spiURL+"?method=trade.specChange", time.Now(), params)
	require.NoError(t, err)
	assert.JSONEq(t, `{"code":0,"ok":true}`, serve(t, h, r).text)
	assert.Equal(t, []any{"9007199254740993", "1", "2", "TS<&>", time.Unix(1735660800, 0).In(mall.Beijing)},
		[]any{got.ShopID, got.OrderID, got.LineID, got.ToSKU.Code, got.Deadline})
	assert.Equal(t, 200001, ask(t, h, params).Code, "a call of another name")
}

// TestDoudianSPIRecorded: a repeated request gets the recorded answer, whatever
// its time, spelling and transport.
func TestDoudianSPIRecorded(t *testing.T) {
	t.Parallel()
	for name, again := range map[string]map[string]any{
		"same":               specChange("1"),
		"told another time":  func() map[string]any { m := specChange("1"); m["operate_time"] = 1735660899; return m }(),
		"no id, same":        specChange(""),
		"numbers for the id": func() map[string]any { m := specChange("1"); m["shop_order_id"] = int64(6920000000000000001); return m }(),
	} {
		first := specChange("1")
		if strings.HasPrefix(name, "no id") {
			first = specChange("")
		}
		a := &app{verdict: change.Verdict{Accept: true}}
		h := newSPI(t, a)
		assert.True(t, ask(t, h, first).Data.Success, name)
		a.verdict = change.Verdict{Reason: "changed my mind"}
		r, err := platform.SPI(spiURL, time.Now().Add(time.Minute), again)
		require.NoError(t, err)
		assert.True(t, serve(t, h, r).Data.Success, name)
		assert.Len(t, a.calls(), 1, name)
		assert.True(t, a.last().Repeated, name)
	}
	a := &app{verdict: change.Verdict{Accept: true}}
	h := newSPI(t, a)
	ask(t, h, specChange("1"))
	other := specChange("1")
	other["after_sku_id"] = "1780000000000005"
	ask(t, h, other)
	ask(t, h, specChange("2"))
	assert.Len(t, a.calls(), 3, "another SKU or another id is another question")
}

// TestDoudianSPIError: an error decides nothing, and the same request can be asked
// again.
func TestDoudianSPIError(t *testing.T) {
	t.Parallel()
	a := &app{verdict: change.Verdict{Accept: true}, fail: func(context.Context) error { return errors.New("database gone") }}
	h := newSPI(t, a)
	assert.Equal(t, `{"code":500001,"message":"nothing was decided, try again","data":null}`, ask(t, h, specChange("1")).text)
	a.fail = nil
	assert.True(t, ask(t, h, specChange("1")).Data.Success)
	assert.Len(t, a.calls(), 2)
}

// TestDoudianSPIClock takes a signed time that is near ours, on either side.
func TestDoudianSPIClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &app{verdict: change.Verdict{Accept: true}}
		h := newSPI(t, a)
		for off, fresh := range map[time.Duration]bool{
			0: true, 10 * time.Minute: true, -10 * time.Minute: true,
			10*time.Minute + time.Second: false, -10*time.Minute - time.Second: false, 24 * 365 * time.Hour: false,
		} {
			r, err := platform.SPI(spiURL, time.Now().Add(off), specChange(off.String()))
			require.NoError(t, err)
			got := serve(t, h, r)
			assert.Equal(t, fresh, got.Code == 0, "%v", off)
			if !fresh {
				assert.Equal(t, `{"code":100001,"message":"rejected","data":null}`, got.text)
				a.rejected(t, mall.ErrSignature, off.String())
				assert.ErrorContains(t, a.last().Err, "the signed time is not within 10m0s of ours")
			}
		}
		assert.Len(t, a.calls(), 3)
	})
	a := &app{verdict: change.Verdict{Accept: true}}
	then := time.Unix(1735660800, 0)
	h := newSPI(t, a, webhook.Options{Clock: func() time.Time { return then }})
	r, err := platform.SPI(spiURL, then, specChange("1"))
	require.NoError(t, err)
	assert.True(t, serve(t, h, r).Data.Success)
}

// spi signs a call in one of the forms that the platform's SDKs know.
func spi(t *testing.T, verb string, m signing.DoudianSPI, change func(url.Values)) *http.Request {
	t.Helper()
	key, err := signing.NewKey(secret.Reveal())
	require.NoError(t, err)
	if m.AppKey == "" {
		m.AppKey = appKey
	}
	if m.Timestamp == "" {
		m.Timestamp = strconv.FormatInt(time.Now().Unix(), 10)
	}
	sign, err := signing.Sign(m, key)
	require.NoError(t, err)
	query := url.Values{"app_key": {appKey}, "timestamp": {m.Timestamp}, "sign_method": {string(m.SignMethod)}, "sign_v2": {sign}}
	body := string(m.ParamJSON)
	if verb == http.MethodGet {
		query.Set("param_json", body)
		body = ""
	}
	if change != nil {
		change(query)
	}
	return httptest.NewRequest(verb, spiURL+"?"+query.Encode(), strings.NewReader(body))
}

func TestDoudianSPIForms(t *testing.T) {
	t.Parallel()
	p := []byte(`{"shop_order_id":"1","sku_order_id":"2","shop_id":3,"after_sku_code":"T<&>S 改","request_id":"r"}`)
	hmac := signing.HMACSHA256
	for name, r := range map[string]*http.Request{
		"escaped":            spi(t, "POST", signing.DoudianSPI{ParamJSON: p, SignMethod: hmac, EscapeHTML: true}, nil),
		"unescaped":          spi(t, "POST", signing.DoudianSPI{ParamJSON: p, SignMethod: hmac}, nil),
		"md5":                spi(t, "POST", signing.DoudianSPI{ParamJSON: p, SignMethod: "md5"}, nil),
		"no method":          spi(t, "POST", signing.DoudianSPI{ParamJSON: p}, nil),
		"in the query":       spi(t, "GET", signing.DoudianSPI{ParamJSON: p, SignMethod: hmac}, nil),
		"clock face":         spi(t, "POST", signing.DoudianSPI{ParamJSON: p, Timestamp: time.Now().In(mall.Beijing).Format(time.DateTime)}, nil),
		"the other sign":     spi(t, "POST", signing.DoudianSPI{ParamJSON: p}, func(q url.Values) { q.Set("sign", q.Get("sign_v2")); q.Del("sign_v2") }),
		"one sign is wrong":  spi(t, "POST", signing.DoudianSPI{ParamJSON: p}, func(q url.Values) { q.Set("sign", "0") }),
		"unsigned parameter": spi(t, "POST", signing.DoudianSPI{ParamJSON: p}, func(q url.Values) { q.Set("trace", "1") }),
	} {
		a := &app{verdict: change.Verdict{Accept: true}}
		assert.True(t, serve(t, newSPI(t, a), r).Data.Success, name)
		require.Len(t, a.calls(), 1, name)
		assert.Equal(t, "T<&>S 改", a.calls()[0].Event.(change.Request).ToSKU.Code, name)
	}
}

// TestDoudianSPIMalformed: calls that are signed well and cannot be read.
func TestDoudianSPIMalformed(t *testing.T) {
	t.Parallel()
	for name, params := range map[string]string{
		"empty": ``, "nothing": `{}`, "list": `[1]`, "null": `null`, "text": `"x"`,
		"no shop":      `{"shop_order_id":"1","sku_order_id":"2","after_sku_id":"4"}`,
		"no line":      `{"shop_id":3,"shop_order_id":"1","after_sku_id":"4"}`,
		"no new SKU":   `{"shop_id":3,"shop_order_id":"1","sku_order_id":"2"}`,
		"object id":    `{"shop_id":3,"shop_order_id":{"canary":1},"sku_order_id":"2","after_sku_id":"4"}`,
		"a count of ½": `{"shop_id":3,"shop_order_id":"1","sku_order_id":"2","after_sku_id":"4","num":0.5}`,
		"minus one":    `{"shop_id":3,"shop_order_id":"1","sku_order_id":"2","after_sku_id":"4","num":-1}`,
		"not UTF-8":    "{\"shop_id\":3,\"shop_order_id\":\"1\",\"sku_order_id\":\"2\",\"after_sku_code\":\"\xb8\xc4\"}",
	} {
		a := &app{verdict: change.Verdict{Accept: true}}
		got := serve(t, newSPI(t, a), spi(t, "POST", signing.DoudianSPI{ParamJSON: []byte(params)}, nil))
		assert.Equal(t, `{"code":400002,"message":"rejected","data":null}`, got.text, name)
		a.rejected(t, mall.ErrReply, name)
		assert.NotContains(t, a.last().Err.Error(), "canary", name)
		assert.Empty(t, a.calls(), name)
	}
}

func TestWebhooktest(t *testing.T) {
	t.Parallel()
	_, err := webhooktest.Doudian{AppKey: appKey}.Push(pushURL, paid("1"))
	assert.ErrorIs(t, err, signing.ErrNoSecret)
	_, err = webhooktest.Doudian{AppKey: appKey}.SPI(spiURL, time.Now(), nil)
	assert.ErrorIs(t, err, signing.ErrNoSecret)
	_, err = platform.Push(pushURL, webhooktest.Message{Data: make(chan int)})
	assert.Error(t, err)
	_, err = platform.SPI("http://%", time.Now(), nil)
	assert.Error(t, err)
}

// TestDoudianIntercept: the URL tells an intercept from a spec change.
func TestDoudianIntercept(t *testing.T) {
	t.Parallel()
	a := &app{verdict: change.Verdict{Accept: true}}
	h := newSPI(t, a)
	to := func(path string, params map[string]any) answer {
		r, err := platform.SPI(spiURL+path, time.Now(), params)
		require.NoError(t, err)
		return serve(t, h, r)
	}
	params := func(id string) map[string]any {
		return map[string]any{"shop_id": 10000001, "shop_order_id": "6920000000000000001", "reason": "buyer asks", "request_id": id}
	}
	assert.True(t, to("/intercept", params("1")).Data.Success)
	got := a.calls()[0].Event.(change.Request)
	assert.Equal(t, []string{"10000001", "6920000000000000001", "", "buyer asks", "1"}, []string{got.ShopID, got.OrderID, got.LineID, got.Reason, got.ID})
	assert.Contains(t, string(got.Raw), "buyer asks")
	a.verdict = change.Verdict{Reason: "already gone"}
	assert.True(t, to("/intercept/", params("1")).Data.Success, "the recorded answer")
	assert.Equal(t, "already gone", to("/intercept", params("2")).Data.Reason)
	assert.Len(t, a.calls(), 2)
	// What tells the two apart is not signed: neither does for the other.
	assert.Equal(t, 400002, to("/intercept", specChange("3")).Code)
	assert.Equal(t, 400002, to("", params("4")).Code)
	assert.Equal(t, 400002, to("/intercept", map[string]any{"shop_id": 1}).Code)
	assert.Len(t, a.calls(), 2)
}

// TestDoudianSPIWithDefaults corrects one name of the guess and keeps the rest.
func TestDoudianSPIWithDefaults(t *testing.T) {
	t.Parallel()
	given := webhook.DoudianSPI{AppKey: appKey, Secrets: []mall.Secret{secret}}.WithDefaults()
	spi := given.WithDefaults()
	spi.SpecChange.ToSKU, spi.Intercept.Path = "new_sku_id", "stop"
	assert.Equal(t, "after_sku_id", given.SpecChange.ToSKU, "a copy was corrected")
	assert.Equal(t, "intercept", given.Intercept.Path)

	a := &app{verdict: change.Verdict{Accept: true}}
	h, err := webhook.New(spi, a.handlers(), webhook.Options{})
	require.NoError(t, err)
	t.Cleanup(h.Close)
	params := specChange("1")
	params["new_sku_id"], params["after_sku_id"] = params["after_sku_id"], nil
	assert.True(t, ask(t, h, params).Data.Success)
	assert.Equal(t, "1780000000000004", a.calls()[0].Event.(change.Request).ToSKU.ID)
}

// TestDoudianSPINeverQueued: a call waits for its answer, so it is not queued.
func TestDoudianSPINeverQueued(t *testing.T) {
	t.Parallel()
	a := &app{verdict: change.Verdict{Accept: true}}
	h := newSPI(t, a, webhook.Options{Queue: neverQueued(t)})
	assert.True(t, ask(t, h, specChange("1")).Data.Success)
	body, err := json.Marshal(specChange("2"))
	require.NoError(t, err)
	assert.ErrorIs(t, h.Handle(t.Context(), webhook.Delivery{Platform: mall.Doudian, Body: body}), webhook.ErrRejected)
	assert.Len(t, a.calls(), 1)
}
