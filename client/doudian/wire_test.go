package doudian

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/signing"
)

func wireText(s string) wire.Text { return wire.Text(s) }

func testProtocol(t *testing.T) *protocol {
	t.Helper()
	key, err := signing.NewKey("0b1d2f3a-4c5d-4e6f-8a9b-0c1d2e3f4a5b")
	require.NoError(t, err)
	return &protocol{appKey: "7000000000000000001", key: key, gateway: "https://gateway.example/base"}
}

var plainCodec = mall.Codec{Marshal: json.Marshal, Unmarshal: json.Unmarshal}

// TestEncode checks the request against a vector that was computed with the
// platform's own SDK (api-02-flat and api-08-html of signing/testdata).
func TestEncode(t *testing.T) {
	p := testProtocol(t)
	for _, c := range []struct{ method, params, body, sign string }{
		{"order.orderDetail", `{"shop_order_id":"6920000000000000001"}`, `{"shop_order_id":"6920000000000000001"}`,
			"46b835af848c4db36ba16632aa17e822f71c11908cd3aff3e34368eeb479813d"},
		{"order.addOrderRemark", `{"remark":"<b>A&B</b> > \"C\"", "order_id":"6920000000000000001"}`, `{"order_id":"6920000000000000001","remark":"<b>A&B</b> > \"C\""}`,
			"b784bd8d253eeed0a9bcf638322ae27d79a4d46336bbb5b45d470541be1bbfb0"},
		{"address.getProvince", ``, `{}`, "dd548bd145bf0f5d160fba92574c5a89446ecdf19214620ed261251aa3824676"},
	} {
		var params any
		if c.params != "" {
			params = json.RawMessage(c.params)
		}
		w, err := p.Encode(client.Draft{Method: c.method, Params: params, Token: "to/ken+1",
			Now: time.Unix(1735660800, 0), Codec: plainCodec})
		require.NoError(t, err)
		assert.Equal(t, c.body, string(w.Body))
		u, err := url.Parse(w.URL)
		require.NoError(t, err)
		assert.Equal(t, "/base/"+strings.ReplaceAll(c.method, ".", "/"), u.Path)
		assert.Equal(t, url.Values{
			"app_key": {"7000000000000000001"}, "method": {c.method}, "access_token": {"to/ken+1"},
			"timestamp": {"1735660800"},
			"v":         {"2"}, "sign_method": {"hmac-sha256"}, "sign": {c.sign},
		}, u.Query())
		assert.Equal(t, "POST", w.Verb)
		assert.Equal(t, "1", w.Header.Get("x-open-no-old-err-code"))
		assert.Contains(t, w.Secrets, c.sign)
	}
}

func TestEncodeRefuses(t *testing.T) {
	p := testProtocol(t)
	for name, d := range map[string]client.Draft{
		"no method":         {Codec: plainCodec},
		"path in method":    {Method: "a/../b", Codec: plainCodec},
		"query in method":   {Method: "a?b=c", Codec: plainCodec},
		"params not object": {Method: "a.b", Params: []int{1}, Codec: plainCodec},
		"params no json":    {Method: "a.b", Params: func() {}, Codec: plainCodec},
	} {
		_, err := p.Encode(d)
		assert.Error(t, err, name)
	}
}

// TestExpiresIn: the documents call it an instant, the SDK a duration.
func TestExpiresIn(t *testing.T) {
	now := time.Unix(1_735_660_800, 0)
	for expiresIn, want := range map[wire.Int]time.Time{
		604_800:       now.Add(7 * 24 * time.Hour),
		1_736_000_000: time.Unix(1_736_000_000, 0),
		0:             now.Add(unknownLife),
		-5:            now.Add(unknownLife),
	} {
		token, err := tokenAnswer{AccessToken: "a", ExpiresIn: expiresIn}.token(tokenCreate.Method, now)
		require.NoError(t, err)
		assert.True(t, want.Equal(token.Expires), "%d: got %v", expiresIn, token.Expires)
		assert.False(t, token.Expires.IsZero(), "never for ever")
	}
	_, err := tokenAnswer{}.token(tokenCreate.Method, now)
	assert.ErrorIs(t, err, mall.ErrReply)
}

func TestPlainID(t *testing.T) {
	for in, want := range map[string]string{
		"6920000000000000001A": "6920000000000000001", "6920000000000000001": "6920000000000000001", "A": "A",
		"12AA": "12AA", "x1A": "x1A", "": "",
	} {
		assert.Equal(t, want, plainID(in))
	}
}

// TestBadOrderErrors: the error of a record that cannot be read holds none of
// its values.
func TestBadOrderErrors(t *testing.T) {
	for _, record := range []string{
		`{"order_id":"1","item":1,"sku_order_list":[{"item_num":"13712345678x"}]}`,
		`{"order_id":"1","order_status":"13712345678x"}`,
		`{"order_id":"1","buyer_words":13712345678}`,
		`{"order_id":"1","sku_order_list":"13712345678"}`,
		`{"order_id":"1","create_time":{}}`,
		`{"order_id":""}`, `{}`, `[]`, `"x"`, `7`,
	} {
		_, err := toOrder(json.RawMessage(record))
		require.Error(t, err, record)
		assert.NotContains(t, driver.Mismatch(err), "1371234", record)
	}
}

// FuzzToOrder: reading any record gives an order that has an id and keeps the
// record, or an error.
func FuzzToOrder(f *testing.F) {
	f.Add([]byte(`{"order_id":"6920000000000000001","order_status":2,"sku_order_list":[{"order_id":1,"item_num":"2"}]}`))
	f.Add([]byte(`{"order_id":6920000000000000001,"mask_post_addr":[],"logistics_info":null}`))
	f.Add([]byte(`{"order_id":"1","after_sale_info":[],"sku_order_list":{}}`))
	f.Fuzz(func(t *testing.T, record []byte) {
		o, err := toOrder(record)
		if err == nil && o.ID == "" {
			t.Fatal("an order without an id")
		}
		if err == nil && string(o.Raw) != string(record) {
			t.Fatal("the record was changed")
		}
	})
}

// FuzzDecode: decoding any reply succeeds, which needs the code of success in
// it, or gives a typed error.
func FuzzDecode(f *testing.F) {
	f.Add(200, []byte(`{"code":10000,"data":{"total":"1","shop_order_list":[{}]}}`))
	f.Add(200, []byte(`{"code":40003,"sub_code":"isv.access-token-expired","data":null}`))
	f.Add(502, []byte(`<html>`))
	f.Add(200, []byte(`{"err_no":30002,"message":"m"}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		var answer searchAnswer
		err := (&protocol{}).Decode("order.searchList", client.Reply{Status: status, Body: body, Codec: plainCodec},
			&answer)
		if err == nil {
			if !strings.Contains(string(body), "10000") {
				t.Fatalf("success out of %q", body)
			}
			return
		}
		if _, ok := errors.AsType[*mall.Error](err); !ok {
			t.Fatalf("untyped error %v", err)
		}
	})
}
