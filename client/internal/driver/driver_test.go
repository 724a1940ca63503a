package driver_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/order"
)

const platform = mall.Platform("any")

func TestGateway(t *testing.T) {
	const own = "https://gateway.example.com"
	for given, want := range map[string]string{
		"":                             own,
		"https://proxy.example.com":    "https://proxy.example.com",
		"https://proxy.example.com/a/": "https://proxy.example.com/a",
		"http://localhost:8080":        "http://localhost:8080",
		"http://127.0.0.1:8080/x":      "http://127.0.0.1:8080/x",
		"http://127.9.9.9":             "http://127.9.9.9",
		"http://[::1]:8080":            "http://[::1]:8080",
	} {
		got, wrong := driver.Gateway(given, own)
		require.Empty(t, wrong, given)
		assert.Equal(t, want, got)
	}
	for _, bad := range []string{
		"http://proxy.example.com", "http://localhost.example.com", "http://10.0.0.1", "ftp://localhost",
		"proxy.example.com", "/path", "https://",
		"https://proxy.example.com/?a=b", "https://proxy.example.com/#a", "https://user:hidden@proxy.example.com",
		"https://exa\x7fmple.com",
	} {
		got, wrong := driver.Gateway(bad, own)
		require.NotEmpty(t, wrong, bad)
		assert.Empty(t, got, bad)
		assert.NotContains(t, wrong, "hidden")
	}
}

func TestNotJSON(t *testing.T) {
	for _, c := range []struct {
		status int
		after  string
		kind   mall.Kind
		wait   time.Duration
	}{
		{status: 200, kind: mall.ErrUnavailable},
		{status: 502, kind: mall.ErrUnavailable},
		{status: 404, kind: mall.ErrReply},
		{status: 429, kind: mall.ErrRateLimited},
		{status: 429, after: "7", kind: mall.ErrRateLimited, wait: 7 * time.Second},
		{status: 429, after: "-7", kind: mall.ErrRateLimited},
		{status: 429, after: "soon", kind: mall.ErrRateLimited},
		{status: 429, after: "9223372036854775807", kind: mall.ErrRateLimited, wait: 24 * time.Hour},
		{status: 429, after: "9223372037", kind: mall.ErrRateLimited, wait: 24 * time.Hour},
	} {
		r := client.Reply{Status: c.status, Header: http.Header{"Content-Type": {"text/html"},
			"Retry-After": {c.after}}, Body: []byte("<p>13800000000</p>")}
		e, ok := driver.NotJSON(r).(*mall.Error)
		require.True(t, ok)
		assert.Equal(t, c.kind, e.Kind, "%+v", c)
		assert.Equal(t, c.wait, e.RetryAfter, "%+v", c)
		assert.Contains(t, e.Message, fmt.Sprint(c.status))
		assert.NotContains(t, e.Message, "13800000000", "nothing of the page")
	}
}

func TestQuotable(t *testing.T) {
	about := driver.TextsOf(order.Receiver{
		Name:    order.Protected{Cipher: "#c2hvcnQ=#1##", Plain: "张示例", Mask: "张**"},
		Address: order.Protected{Plain: "Li Lei"},
	})
	for given, want := range map[string]string{
		"":                          "",
		"网点余额不足":                    "网点余额不足",
		"张示例 的电话 13800000000 无效":    "[redacted] 的电话 [phone] 无效",
		"Li Lei, +86 138-0000-0000": "[redacted], [phone]",
		"电话0512-88888888":           "电话[redacted]",
		"unknown #c2hvcnQ=#1##":     "unknown [redacted]",
		"cipher ~dGhpcyBpcyBhIGNpcGhlcg~x9x9~1~~ refused": "cipher [redacted] refused",
		"id 6920000000000000100":                          "id [redacted]",
		"错误 60012":                                        "错误 60012",
		"at most 100 orders":                              "at most 100 orders",
	} {
		assert.Equal(t, want, driver.Quotable(given, about...))
	}
	assert.Len(t, []rune(driver.Quotable(strings.Repeat("长", 10_000))), 301, "cut, and told so")
}

func TestRefusedEntry(t *testing.T) {
	err := driver.Method{Platform: platform, Name: "order.take"}.RefusedEntry(mall.ErrRejected, "21", "示例壬 refused",
		"示例壬")
	assert.Equal(t, &mall.Error{Platform: platform, Method: "order.take", Kind: mall.ErrRejected, Code: "21",
		Message: "[redacted] refused"}, err)
}

func TestMismatchNamesThePlaceOnly(t *testing.T) {
	var into struct {
		Order struct {
			Count int `json:"count"`
		} `json:"order"`
	}
	record := json.RawMessage(`{"order":{"count":"13800000000"}}`)
	bad := json.Unmarshal(record, &into)
	require.Error(t, bad)
	assert.Equal(t, "order.count holds a string that does not fit", driver.Mismatch(bad))
	big := json.Unmarshal([]byte(`{"order":{"count":13800000000.5}}`), &into)
	require.Error(t, big)
	assert.NotContains(t, driver.Mismatch(big), "13800000000", "encoding/json quotes numbers")

	e, ok := driver.Method{Platform: platform, Name: "order.get"}.Unexpected("order 1", record, bad).(*mall.Error)
	require.True(t, ok)
	assert.Equal(t, mall.ErrReply, e.Kind)
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", e, e, e), "13800000000")
	assert.Equal(t, string(record), e.Raw.Reveal())

	e, ok = driver.Method{Platform: platform, Name: "order.ship"}.UnreadWrite(record,
		driver.Mismatch(bad)).(*mall.Error)
	require.True(t, ok)
	assert.Equal(t, mall.ErrUnknownOutcome, e.Kind, "it may have been carried out")
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", e, e, e), "13800000000")
}

func TestInDoubt(t *testing.T) {
	for given, want := range map[mall.Kind]mall.Kind{
		mall.ErrUnavailable: mall.ErrUnknownOutcome, mall.ErrReply: mall.ErrUnknownOutcome, "": mall.ErrUnknownOutcome,
		mall.ErrRejected: mall.ErrRejected, mall.ErrRateLimited: mall.ErrRateLimited, mall.ErrInvalid: mall.ErrInvalid,
	} {
		before := &mall.Error{Kind: given, RequestID: "r"}
		after, ok := driver.InDoubt(before).(*mall.Error)
		require.True(t, ok)
		assert.Equal(t, want, after.Kind)
		assert.Equal(t, "r", after.RequestID)
		assert.Equal(t, given, before.Kind, "the error that was given is left as it was")
	}
	coded := &mall.Error{Code: "123456"}
	assert.Same(t, coded, driver.InDoubt(coded), "an unknown code is a refusal, not a loss")
	assert.NoError(t, driver.InDoubt(nil))
}

func TestAddressVersion(t *testing.T) {
	a := order.Receiver{ID: "1", Name: order.Protected{Cipher: "a", Mask: "张**"}}
	b := a
	b.Name.Cipher = "b"
	assert.NotEqual(t, driver.AddressVersion(a, false), driver.AddressVersion(b, false))
	assert.Equal(t, driver.AddressVersion(a, true), driver.AddressVersion(b, true))
	b.ID = "2"
	assert.NotEqual(t, driver.AddressVersion(a, true), driver.AddressVersion(b, true))
	assert.Equal(t, "a", a.Name.Cipher, "the receiver is left as it was")
}
