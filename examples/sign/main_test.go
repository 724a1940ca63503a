package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/examples/internal/cli"
)

// call runs the program with the secret in the environment.
func call(secret, stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errs strings.Builder
	code = cli.Run(context.Background(), run, cli.Env{Lang: cli.English, Args: args, Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errs, Getenv: func(name string) string {
		if name == secretVariable {
			return secret
		}
		return ""
	}})
	return code, out.String(), errs.String()
}

func TestVectorFiles(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../signing/testdata/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		code, out, errs := call("", "", "-vectors", file)
		assert.Equal(t, 0, code, file)
		assert.Contains(t, out, " passed, 0 failed\n")
		assert.NotContains(t, out, "FAIL")
		assert.Empty(t, errs)
	}
}

func TestVectorFailures(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "v.json")
	write := func(text string) { require.NoError(t, os.WriteFile(file, []byte(text), 0o600)) }
	write(`[
	 {"id":"good","scheme":"tuna_ws_md5","input":{"app_key":"mykey","app_secret":"secretXYZ","content":null,"pub_time_ms":1700000000000},"expected":"B9E65D4592778AE92A46050E139FABC6"},
	 {"id":"bad","scheme":"tuna_ws_md5","input":{"app_key":"mykey","app_secret":"secretXYZ","content":null,"pub_time_ms":1700000000000},"expected":"B9"},
	 {"scheme":"pinduoduo","input":{},"expected":{ "sign":
	   "x" }}]`)
	code, out, errs := call("", "", "-vectors", file)
	assert.Equal(t, 1, code)
	assert.Equal(t, `ok good
FAIL bad got=B9E65D4592778AE92A46050E139FABC6 want=B9
FAIL #3 got=unknown scheme pinduoduo want={"sign":"x"}
1 passed, 2 failed
`, out)
	assert.Empty(t, errs)

	for _, text := range []string{"[]", "", "{}", "[", "null", "[1]", `[{"id":1}]`, `[] x`} {
		write(text)
		code, out, errs := call("", "", "-vectors", file)
		assert.Equal(t, 2, code, text)
		assert.Empty(t, out)
		assert.Equal(t, 1, strings.Count(errs, "\n"), "one sentence, got %q", errs)
	}
	code, _, errs = call("", "", "-vectors", file+".missing")
	assert.Equal(t, 2, code)
	assert.Equal(t, 1, strings.Count(errs, "\n"), errs)
}

const doudianSecret = "0b1d2f3a-4c5d-4e6f-8a9b-0c1d2e3f4a5b"

var doudianFlags = []string{
	"-scheme", "doudian", "-app-key", "7000000000000000001", "-method", "order.searchList", "-timestamp", "1735660800",
	"-params", `{"page":0,"combine_status":[{"order_status":"2,101","main_status":"x"}],"size":10}`,
}

const doudianSign = "1520a9c064736d1a7317a9d9f2d3775bdff74e9960b24c5b48827b1e3e6603a4"

func TestExplainAndCompare(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, secret, stdin string
		sign                string
		code                int
		last                string
	}{
		{"from the environment", doudianSecret, "", "", 0, "signature: " + doudianSign},
		{"from standard input", "", doudianSecret + "\r\n", "", 0, "signature: " + doudianSign},
		{"environment first", doudianSecret, "other", "", 0, "signature: " + doudianSign},
		{"match", doudianSecret, "", doudianSign, 0, "match"},
		{"differs", doudianSecret, "", strings.ToUpper(doudianSign), 1, "differs"},
		{"other secret", "other", "", doudianSign, 1, "differs"},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := doudianFlags
			if c.sign != "" {
				args = append(args[:len(args):len(args)], "-sign", c.sign)
			}
			code, out, errs := call(c.secret, c.stdin, args...)
			assert.Equal(t, c.code, code)
			lines := strings.Split(strings.TrimSpace(out), "\n")
			assert.Equal(t, c.last, lines[len(lines)-1])
			assert.Contains(t, out, `param_json{"combine_status":[{"main_status":"x","order_status":"2,101"}],"page":0,"size":10}`)
			assert.NotContains(t, out+errs, doudianSecret)
			assert.Empty(t, errs)
		})
	}
}

func TestSchemes(t *testing.T) {
	t.Parallel()
	const s = "testsecret_0a1b2c3d4e5f"
	matches(t, []signed{
		{"spi", doudianSecret, "067f8183054a25967403eecec97efa98742d94866a5b298775caa187d85582fc",
			[]string{"-scheme", "doudian-spi", "-app-key", "7000000000000000001", "-timestamp", "1735660800", "-params", `{"remark":"<a&b>"}`}},
		{"push", doudianSecret, "1765DB70E993AA8FD949FE1AE0AD9603",
			[]string{"-scheme", "doudian-push", "-app-key", "7000000000000000001", "-body", "[]"}},
		{"top", s, "7BBA880E0CBD23EA91F8A52E93A2ACF0C66F928A96B45C7968B9E5FA5AE47185",
			[]string{"-scheme", "top", "-app-key", "12340001", "-method", "taobao.trades.sold.get", "-timestamp", "2024-03-05 09:08:07",
				"-params", `{"format":"json","v":"2.0","session":"sess_6100e1","fields":"tid,status,orders","page_no":1,"page_size":40}`}},
		{"qimen", s, "85D01E03CEF165D0417D91C0C753D141",
			[]string{"-scheme", "top", "-app-key", "12340001", "-method", "taobao.qimen.entryorder.confirm", "-timestamp", "2024-03-05 09:08:07",
				"-sign-method", "md5", "-params", `{"format":"xml","v":"2.0","customerId":"c_test_01"}`,
				"-body", `<?xml version="1.0" encoding="utf-8"?><request><entryOrder><entryOrderCode>E1001</entryOrderCode></entryOrder></request>`}},
		{"top-spi, sign in the query", s, "",
			[]string{"-scheme", "top-spi", "-content-type", "application/x-www-form-urlencoded", "-body", "a=&b=1",
				"-query", "method=qimen.taobao.qianniu.cloudkefu.order.self.intercept&app_key=12340001&timestamp=2024-03-05+09%3A08%3A07&format=json&v=2.0&sign_method=md5&sign=8D76B579EBAD30F1C9611F124565ABCE"}},
		{"top-spi, header", s, "", []string{"-scheme", "top-spi", "-header", "top-sign-list:x-a", "-header", "X-A: 1", "-content-type", "text/plain",
			"-query", "sign=C6E47B84"}},
		{"tmc", s, "837833D491809C166279FCBA1A192C13", []string{"-scheme", "tmc", "-app-key", "12340001", "-timestamp", "1709600887000"}},
		{"1688", "test123", "33E54F4F7B989E3E0E912D3FBD2F1A03CA7CCE88",
			[]string{"-scheme", "1688", "-path", "param2/1/system/currentTime/1000000", "-params", `{"b":"2","a":1}`}},
		{"1688-push", "test-Secret_0001", "", []string{"-scheme", "1688-push", "-params",
			`{"message":"{\"msgId\":90000000012,\"gmtBorn\":1762934400123,\"data\":{\"a\":\"1+1=2 & 100%\"},\"userInfo\":\"b2b-100000001\",\"type\":\"X\"}","_aop_signature":"031A51E39AB10FAC906148E7995DE8AF24EE78DA"}`}},
		{"tuna", "test-Secret_0001", "CF007F6BC9596DE623D51246EB56F18F", []string{"-scheme", "tuna", "-app-key", "1000000", "-body", "0", "-timestamp", "1762934400123"}},
	})
}

// signed is a request, and the signature that the program finds to match it.
type signed struct {
	name, secret, sign string
	args               []string
}

func matches(t *testing.T, all []signed) {
	t.Helper()
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) {
			args := c.args
			if c.sign != "" {
				args = append(args, "-sign", c.sign)
			}
			code, out, errs := call(c.secret, "", args...)
			if c.name == "top-spi, header" {
				assert.Equal(t, 1, code)
				assert.Contains(t, out, "x-a = 1")
				return
			}
			assert.Equal(t, 0, code, out+errs)
			assert.True(t, strings.HasSuffix(out, "\nmatch\n"), out)
			assert.NotContains(t, out, c.secret)
		})
	}
}

func TestUsageErrors(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"nothing":             {},
		"unknown flag":        {"-secret", "planted"},
		"secret as argument":  append(doudianFlags[:len(doudianFlags):len(doudianFlags)], "planted"),
		"unknown scheme":      {"-scheme", "planted"},
		"missing app key":     {"-scheme", "doudian"},
		"both":                {"-vectors", "x", "-scheme", "doudian"},
		"params no object":    {"-scheme", "top", "-params", "[planted"},
		"param_json no JSON":  {"-scheme", "doudian", "-app-key", "a", "-method", "m", "-timestamp", "1", "-params", "planted"},
		"param_json no obj":   {"-scheme", "doudian", "-app-key", "a", "-method", "m", "-timestamp", "1", "-params", "[]"},
		"header":              {"-scheme", "top-spi", "-header", "x"},
		"content type":        {"-scheme", "top-spi", "-content-type", "planted"},
		"unknown sign method": {"-scheme", "top", "-sign-method", "planted"},
	} {
		code, out, errs := call("s", "", args...)
		assert.Equal(t, 2, code, name)
		assert.Empty(t, out, name)
		assert.NotEmpty(t, errs, name)
		assert.NotContains(t, errs, "planted", name)
	}
	code, out, errs := call("", "\n", doudianFlags...)
	assert.Equal(t, 2, code)
	assert.Empty(t, out)
	assert.Contains(t, errs, "error: no secret: set MALL_SIGN_SECRET or write it to standard input\n")

	var o, e strings.Builder
	code = cli.Run(t.Context(), run, cli.Env{Lang: cli.English, Args: doudianFlags, Stdin: iotest.ErrReader(os.ErrClosed), Stdout: &o, Stderr: &e, Getenv: func(string) string { return "" }})
	assert.Equal(t, 2, code)

	code, out, errs = call("", "", "-h")
	assert.Equal(t, 0, code)
	assert.Empty(t, out)
	assert.Contains(t, errs, "usage: ")
}
