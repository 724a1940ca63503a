package doudian_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/doudian"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

func TestCallSPI(t *testing.T) {
	t.Parallel()
	w, r := quiet(t)
	params := map[string]any{"z": json.Number("6920000000000000001"), "a": map[string]any{"y": "<改>&", "b": nil}}
	const text = `{"a":{"b":null,"y":"<改>&"},"z":6920000000000000001}`
	for name, tt := range map[string]struct {
		options sandbox.SPIOptions
		method  string
		signs   string // which are sent
	}{
		"usual":       {sandbox.SPIOptions{}, "hmac-sha256", "sign sign_v2"},
		"escaped":     {sandbox.SPIOptions{EscapeHTML: true}, "hmac-sha256", "sign sign_v2"},
		"md5":         {sandbox.SPIOptions{SignMethod: "md5"}, "md5", "sign sign_v2"},
		"query":       {sandbox.SPIOptions{Get: true}, "hmac-sha256", "sign sign_v2"},
		"one":         {sandbox.SPIOptions{OnlySign: true}, "hmac-sha256", "sign"},
		"the other":   {sandbox.SPIOptions{OnlySignV2: true, Get: true, SignMethod: "md5", EscapeHTML: true}, "md5", "sign_v2"},
		"not genuine": {sandbox.SPIOptions{Forge: true}, "hmac-sha256", "sign sign_v2"},
	} {
		c, err := w.Box.On(mall.Doudian).CallSPI(t.Context(), params, tt.options)
		require.NoError(t, err, name)
		got := r.Called()
		require.Len(t, got, 1)
		g := got[0]
		verb, body := "POST", text
		if tt.options.Get {
			verb, body = "GET", ""
			assert.Equal(t, text, g.Query.Get("param_json"))
		}
		assert.Equal(t, verb, g.Verb, name)
		assert.Equal(t, body, g.Body, name)
		assert.Equal(t, tt.method, g.Query.Get("sign_method"))
		assert.Equal(t, r.Key, g.Query.Get("app_key"))
		assert.Equal(t, "1736136000", g.Query.Get("timestamp"))
		assert.Equal(t, strings.Contains(tt.signs+" ", "sign "), g.Query.Has("sign"), name)
		assert.Equal(t, strings.Contains(tt.signs, "sign_v2"), g.Query.Has("sign_v2"), name)
		assert.Equal(t, g.Query.Has("sign") && !tt.options.Forge, g.Genuine, name)
		assert.Equal(t, g.Query.Has("sign_v2") && !tt.options.Forge, g.GenuineV2, name)
		if tt.options.Forge {
			assert.Equal(t, "100001", c.Answers[0].Code)
		} else {
			assert.Equal(t, "0", c.Answers[0].Code)
			assert.JSONEq(t, `{"success":true,"reason_code":0,"reason":""}`, string(c.Answers[0].Data))
		}
		assert.Empty(t, c.Verdict)
	}
	// Which of the two escapings was signed.
	for _, escape := range []bool{false, true} {
		_, err := w.Box.On(mall.Doudian).CallSPI(t.Context(), params, sandbox.SPIOptions{EscapeHTML: escape})
		require.NoError(t, err)
		g := r.Called()[0]
		assert.Equal(t, r.SignSPI(g.Query, g.Body, escape), g.Query.Get("sign"))
		assert.NotEqual(t, r.SignSPI(g.Query, g.Body, !escape), g.Query.Get("sign"))
	}
	_, err := w.Box.On(mall.Doudian).CallSPI(t.Context(), nil, sandbox.SPIOptions{AgeSeconds: 3600})
	require.NoError(t, err)
	g := r.Called()[0]
	assert.Empty(t, g.Body)
	assert.True(t, g.Genuine, "nothing is signed as {}")
	assert.Equal(t, "1736132400", g.Query.Get("timestamp"))

	_, err = w.Box.On(mall.Doudian).CallSPI(t.Context(), []int{1}, sandbox.SPIOptions{})
	assert.Error(t, err, "no object")
	_, err = w.Box.On("elsewhere").CallSPI(t.Context(), nil, sandbox.SPIOptions{})
	assert.ErrorIs(t, err, sandbox.ErrUnknownPlatform)
	require.NoError(t, w.Box.On(mall.Doudian).SetCallbacks(sandbox.Callbacks{}))
	_, err = w.Box.On(mall.Doudian).CallSPI(t.Context(), nil, sandbox.SPIOptions{})
	assert.ErrorIs(t, err, sandbox.ErrNoCallback)
}

// TestSpecChange: the app is asked in the guessed form, its verdict is logged,
// and the platform's order does not change by a byte.
func TestSpecChange(t *testing.T) {
	t.Parallel()
	w, r := quiet(t)
	id := w.Add(map[string]any{"order_status": 2,
		"sku_order_list": []any{map[string]any{"sku_id": 1780000000000001, "item_num": 1,
			"product_id_str": "3600000000000000001"}}})
	before, err := w.Box.On(mall.Doudian).Order(id)
	require.NoError(t, err)
	c, err := w.Box.On(mall.Doudian).RequestSpecChange(t.Context(), sandbox.ServiceRequest{
		OrderID: id, SKUID: "1780000000000004", Code: "TS-RED-L", Operator: "cs-01", RequestID: "guess-0001",
		Specs: []map[string]string{{"name": "颜色", "value": "红色"}, {"name": "尺码", "value": "L"}},
	})
	require.NoError(t, err)
	assert.Equal(t, "accepted", c.Verdict)
	got := r.Called()
	require.Len(t, got, 1)
	assert.True(t, got[0].Genuine)
	assert.Equal(t, "/spi", got[0].Path)
	assert.False(t, got[0].Query.Has("method"))
	assert.Equal(t, `{"after_sku_code":"TS-RED-L","after_sku_id":"1780000000000004","after_spec":[{"name":"颜色","value":"红色"},{"name":"尺码","value":"L"}],`+
		`"before_sku_id":"1780000000000001","num":1,"operate_time":1736136000,"operator":"cs-01","product_id":"3600000000000000001","request_id":"guess-0001",`+
		`"shop_id":10000001,"shop_order_id":"`+id+`","sku_order_id":"`+id+`"}`, got[0].Body)
	after, err := w.Box.On(mall.Doudian).Order(id)
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after))
	assert.Len(t, w.Box.Pushes(), 3, "of the order being made; no push tells of a spec change")

	// The same request again, later: same words, new timestamp and signature.
	w.Box.Advance(time.Minute)
	r.Says(200, `{"code":0,"message":"","data":{"success":false,"reason_code":1,"reason":"order already picked"}}`)
	again, err := w.Box.RepeatSPI(t.Context(), c.ID)
	require.NoError(t, err)
	assert.Len(t, again.Answers, 2)
	repeated := r.Called()
	require.Len(t, repeated, 1)
	assert.Equal(t, got[0].Body, repeated[0].Body)
	assert.True(t, repeated[0].Genuine)
	assert.NotEqual(t, got[0].Query.Get("sign"), repeated[0].Query.Get("sign"))
	log, err := w.Box.On(mall.Doudian).Operations(id)
	require.NoError(t, err)
	first := sandbox.Operation{
		Time: wiretest.Noon, Service: "spec_change", LineID: id, From: "1780000000000001", To: "1780000000000004",
		Operator: "cs-01", RequestID: "guess-0001", Verdict: "accepted",
	}
	second := first
	second.Time, second.Verdict, second.Code, second.Reason = w.Box.Now(), "refused", "1", "order already picked"
	assert.Equal(t, []sandbox.Operation{first, second}, log)
	_, err = w.Box.RepeatSPI(t.Context(), 99)
	assert.ErrorIs(t, err, sandbox.ErrUnknownID)
	assert.Len(t, w.Box.SPICalls(), 1)
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	w, r := quiet(t)
	id := w.Add(nil)
	ask := func() sandbox.SPICall {
		c, err := w.Box.On(mall.Doudian).RequestSpecChange(t.Context(), sandbox.ServiceRequest{OrderID: id, Code: "X"})
		require.NoError(t, err)
		return c
	}
	for _, tt := range []struct {
		status  int
		body    string
		verdict string
		code    string
		reason  string
	}{
		{200, `{"code":0,"data":{"success":true}}`, "accepted", "", ""},
		{200, `{"code":"0","data":{"success":"true"}}`, "accepted", "", ""},
		{200, `{"code":0,"data":{"success":1}}`, "accepted", "", ""},
		{200, `{"code":0,"data":{"success":false,"reason_code":3,"reason":"r"}}`, "refused", "3", "r"},
		{200, `{"code":0,"data":{}}`, "refused", "", ""},
		{200, `{"code":0}`, "refused", "", ""},
		{200, `{"code":0,"data":7}`, "refused", "", ""},
		{200, `{"code":300001,"message":"m","data":{"success":true}}`, "refused", "300001", "m"},
		{200, `{}`, "unanswered", "", ""},
		{200, `<html>`, "unanswered", "", ""},
		{500, `{"code":0,"data":{"success":true}}`, "unanswered", "", ""},
	} {
		r.Says(tt.status, tt.body)
		c := ask()
		assert.Equal(t, []any{tt.verdict, tt.code, tt.reason}, []any{c.Verdict, c.Code, c.Reason}, tt.body)
	}
	r.Answers(func(http.ResponseWriter) { panic(http.ErrAbortHandler) })
	c := ask()
	assert.Equal(t, "unanswered", c.Verdict)
	assert.NotEmpty(t, c.Reason)
	assert.NotContains(t, c.Answers[0].Error, "sign", "no URL in it")
}

// TestGuessedNamesAreRules: the rules change all guessed names.
func TestGuessedNamesAreRules(t *testing.T) {
	t.Parallel()
	w, r := quiet(t)
	id := w.Add(nil)
	require.Equal(t, 200, w.Control("POST", "/rules", `{"doudian":{"spec_change":{"path":"erp/spec","method":"trade.spec","accepted":"data.result.ok","reason":"message",
		"fields":{"after_sku_id":"target.sku.id","after_sku_code":"target.sku.code","operator":"","shop_id":"shop","operate_time":""}}}}`, nil))
	assert.Equal(t, "after_sku_id", wiretest.RulesOf[doudian.Rules](t,
		sandbox.New(sandbox.WithoutExamples())).SpecChange.Fields["after_sku_id"])
	r.Says(200, `{"code":0,"message":"why","data":{"result":{"ok":false}}}`)
	c, err := w.Box.On(mall.Doudian).RequestSpecChange(t.Context(),
		sandbox.ServiceRequest{OrderID: id, SKUID: "9", Code: "C", RequestID: "r", Quantity: 2})
	require.NoError(t, err)
	assert.Equal(t, "why", c.Reason)
	g := r.Called()[0]
	assert.Equal(t, "/spi/erp/spec", g.Path)
	assert.Equal(t, "trade.spec", g.Query.Get("method"))
	assert.True(t, g.Genuine)
	var body map[string]any
	require.NoError(t, json.Unmarshal([]byte(g.Body), &body))
	assert.Equal(t, map[string]any{"sku": map[string]any{"id": "9", "code": "C"}}, body["target"])
	assert.NotContains(t, body, "operator")
	assert.NotContains(t, body, "shop_id")
	assert.InDelta(t, 2, body["num"], 0)
	r.Says(200, `{"code":0,"data":{"result":{"ok":true}}}`)
	again, err := w.Box.RepeatSPI(t.Context(), c.ID)
	require.NoError(t, err)
	assert.Equal(t, "accepted", again.Verdict)

	var p struct{ Error string }
	assert.Equal(t, 400, w.Control("POST", "/rules", `{"doudian":{"spec_change":{"fields":{"after_sku":"x"}}}}`, &p))
	assert.Contains(t, p.Error, "after_sku")
	assert.Equal(t, 400, w.Control("POST", "/rules", `{"doudian":{"intercept":{"fields":{"reason":"a..b"}}}}`, &p))
	require.Equal(t, 200, w.Control("POST", "/rules", `{"doudian":{"intercept":{"accepted":""}}}`, nil))
	r.Says(200, `{"code":0}`)
	c, err = w.Box.On(mall.Doudian).RequestIntercept(t.Context(), sandbox.ServiceRequest{OrderID: id})
	require.NoError(t, err)
	assert.Equal(t, "accepted", c.Verdict, "the envelope decides")
}

func TestSpecChangeEligibility(t *testing.T) {
	t.Parallel()
	w, r := quiet(t)
	line := func(m map[string]any) map[string]any { return map[string]any{"sku_order_list": []any{m}} }
	for _, tt := range []struct {
		fields map[string]any
		says   string // empty: eligible
	}{
		{map[string]any{"order_status": 1}, ""},
		{map[string]any{"order_status": 2}, ""},
		{map[string]any{"order_status": 105}, "status 105"},
		{map[string]any{"order_status": 101}, "status 101"},
		{map[string]any{"order_status": 3}, "status 3"},
		{map[string]any{"order_status": 4}, "status 4"},
		{map[string]any{"order_status": 5}, "status 5"},
		{line(map[string]any{"order_status": 4}), "line 4"},
		{map[string]any{"order_type": 2}, "virtual"},
		{map[string]any{"order_type": 5}, "virtual"},
		{map[string]any{"biz": 11}, "virtual"},
		{line(map[string]any{"goods_type": 1}), "virtual"},
		{line(map[string]any{"biz": 24}), "virtual"},
		{map[string]any{"biz": 21}, "cross-border"},
		{map[string]any{"biz": 23}, "cross-border"},
		{map[string]any{"biz": 28}, "duty-free"},
		{line(map[string]any{"quality_inspection_status": 2}), "BIC"},
		{line(map[string]any{"sku_id": 5}), "has that SKU"},
	} {
		id := w.Add(tt.fields)
		line := id
		if tt.fields["order_status"] != 101 {
			line = ""
		}
		req := sandbox.ServiceRequest{OrderID: id, LineID: line, SKUID: "5"}
		_, err := w.Box.On(mall.Doudian).RequestSpecChange(t.Context(), req)
		if tt.says == "" {
			assert.NoError(t, err, "%v", tt.fields)
			assert.Len(t, r.Called(), 1)
			continue
		}
		require.ErrorIs(t, err, sandbox.ErrRefused, "%v", tt.fields)
		assert.Contains(t, err.Error(), tt.says)
		assert.Empty(t, r.Called(), "the app hears nothing of it")
		log, err := w.Box.On(mall.Doudian).Operations(id)
		require.NoError(t, err)
		assert.Empty(t, log)
		req.Force = true
		_, err = w.Box.On(mall.Doudian).RequestSpecChange(t.Context(), req)
		require.NoError(t, err)
		assert.Len(t, r.Called(), 1, "unless forced")
	}
}

func TestServiceRequestsAreChecked(t *testing.T) {
	t.Parallel()
	w, _ := quiet(t)
	id := w.Add(map[string]any{"sku_order_list": []any{map[string]any{}, map[string]any{}}})
	for says, req := range map[string]sandbox.ServiceRequest{
		"line_id is missing": {OrderID: id, Code: "x"},
		"line":               {OrderID: id, LineID: "7", Code: "x"},
		"needs sku_id":       {OrderID: id, LineID: id},
		"a number":           {OrderID: id, LineID: id, SKUID: "abc"},
		"order 7":            {OrderID: "7", Code: "x", Force: true},
		"of shop":            {OrderID: id, ShopID: "9", LineID: id, Code: "x"},
	} {
		_, err := w.Box.On(mall.Doudian).RequestSpecChange(t.Context(), req)
		require.Error(t, err)
		assert.Contains(t, strings.ReplaceAll(err.Error(), `"`, ""), says)
	}
	_, err := w.Box.On("elsewhere").RequestSpecChange(t.Context(), sandbox.ServiceRequest{})
	require.ErrorIs(t, err, sandbox.ErrUnknownPlatform)
	_, err = w.Box.On(mall.Doudian).Operations("7")
	assert.ErrorIs(t, err, sandbox.ErrUnknownID)
	_, err = w.Box.On("elsewhere").Operations(id)
	assert.ErrorIs(t, err, sandbox.ErrUnknownPlatform)
}

// TestOneOpenRequestPerLine: a second request is refused until the app answers
// the first.
func TestOneOpenRequestPerLine(t *testing.T) {
	t.Parallel()
	w, r := quiet(t)
	id := w.Add(map[string]any{"sku_order_list": []any{map[string]any{}, map[string]any{}}})
	ask := func(line string, force bool) error {
		_, err := w.Box.On(mall.Doudian).RequestSpecChange(t.Context(),
			sandbox.ServiceRequest{OrderID: id, LineID: line, Code: "x", Force: force})
		return err
	}
	free, release := wiretest.Held()
	defer release()
	r.Answers(func(rw http.ResponseWriter) { <-free; rw.WriteHeader(500) })
	var wg sync.WaitGroup
	wg.Go(func() { assert.NoError(t, ask(id, false)) })
	require.Eventually(t, func() bool { return len(w.Box.SPICalls()) == 1 }, 10*time.Second, time.Millisecond)
	assert.ErrorIs(t, ask(id, false), sandbox.ErrRefused)
	var other struct {
		Lines []struct {
			ID string `json:"order_id"`
		} `json:"sku_order_list"`
	}
	o, err := w.Box.On(mall.Doudian).Order(id)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(o, &other))
	wg.Go(func() { assert.NoError(t, ask(other.Lines[1].ID, false), "another line") })
	wg.Go(func() { assert.NoError(t, ask(id, true), "a second one while one is open, for tests of the app") })
	require.Eventually(t, func() bool { return len(w.Box.SPICalls()) == 3 }, 10*time.Second, time.Millisecond)
	release()
	wg.Wait()
	assert.NoError(t, ask(id, false), "once it was answered, or not")
}

func TestIntercept(t *testing.T) {
	t.Parallel()
	w, r := quiet(t)
	for status, ok := range map[int]bool{1: false, 105: true, 2: true, 101: true, 3: true, 4: false, 5: false} {
		id := w.Add(map[string]any{"order_status": status})
		c, err := w.Box.On(mall.Doudian).RequestIntercept(t.Context(),
			sandbox.ServiceRequest{OrderID: id, Reason: "不要了", Operator: "cs-01", RequestID: "i-1"})
		if !ok {
			assert.ErrorIs(t, err, sandbox.ErrRefused, "status %d", status)
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, "accepted", c.Verdict)
		g := r.Called()[0]
		assert.Equal(t, "/spi/intercept", g.Path)
		assert.Equal(t, `{"operate_time":1736136000,"operator":"cs-01","reason":"不要了","request_id":"i-1","shop_id":10000001,"shop_order_id":"`+id+`"}`, g.Body)
		log, err := w.Box.On(mall.Doudian).Operations(id)
		require.NoError(t, err)
		require.Len(t, log, 1)
		assert.Equal(t, "intercept", log[0].Service)
		assert.Empty(t, log[0].LineID)
	}
}
