package kuaishou

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/signing"
)

func testProtocol(t *testing.T) *protocol {
	t.Helper()
	key, err := signing.NewKey("0123456789abcdef0123456789abcdef")
	require.NoError(t, err)
	return &protocol{appKey: "ks600000000000000001", key: key, gateway: "https://gateway.example/base",
		sign: signing.KuaishouHMACSHA256}
}

var plainCodec = mall.Codec{Marshal: json.Marshal, Unmarshal: json.Unmarshal}

// TestEncode checks requests against vectors of signing/testdata, by both sign
// methods and both verbs.
func TestEncode(t *testing.T) {
	const token = "ChFvYXV0aC5hY2Nlc3NUb2tlbg_TEST-token"
	for _, c := range []struct {
		method, params, param, sign string
		signMethod                  signing.SignMethod
		verb                        string
	}{
		{"open.order.detail", `{"oid":2500000000000001}`, `{"oid":2500000000000001}`, "V0fVBPwjVDLU1g6NUxj6K8ZdkFESt4VjfMEh1wefdhs=", signing.KuaishouHMACSHA256, "GET"},
		{"open.order.detail", `{"oid":2500000000000001}`, `{"oid":2500000000000001}`, "a354335ff1e44f564ab09aceda6543a4", signing.KuaishouMD5, "GET"},
		{"open.order.detail", `{"oid":9223372036854775807}`, `{"oid":9223372036854775807}`, "2bpc9hPDTVVHGFcBsVCTjGsLZb+Er/NrTvXAVyYLwH4=", signing.KuaishouHMACSHA256, "GET"},
		{"open.user.seller.get", ``, `{}`, "tzxinwB8vHXErlUgryjfw9BBSs/LJAAJ9fNKjymw5aA=", signing.KuaishouHMACSHA256, "GET"},
		{"open.seller.order.note.add", `{"orderId":2500000000000001,"note":"请发顺丰，谢谢","flag":2}`, `{"orderId":2500000000000001,"note":"请发顺丰，谢谢","flag":2}`,
			"lUaq7fWwKYTuaHpdcDuUA6MZYqSPUuSnQqvzx8ROWfA=", signing.KuaishouHMACSHA256, "POST"},
	} {
		p := testProtocol(t)
		p.sign = c.signMethod
		var params any
		if c.params != "" {
			params = json.RawMessage(c.params)
		}
		w, err := p.Encode(client.Draft{Method: c.method, Params: params, Token: token,
			Now: time.UnixMilli(1790000000000), Codec: plainCodec})
		require.NoError(t, err)
		require.Equal(t, c.verb, w.Verb)
		u, err := url.Parse(w.URL)
		require.NoError(t, err)
		query := u.RawQuery
		if c.verb == http.MethodPost {
			require.Empty(t, query)
			query = string(w.Body)
			assert.Equal(t, "application/x-www-form-urlencoded", w.Header.Get("Content-Type"))
		} else {
			require.Empty(t, w.Body)
		}
		got, err := url.ParseQuery(query)
		require.NoError(t, err)
		assert.Equal(t, url.Values{
			"access_token": {token}, "appkey": {"ks600000000000000001"}, "method": {c.method}, "param": {c.param},
			"version":    {"1"},
			"signMethod": {string(c.signMethod)}, "timestamp": {"1790000000000"}, "sign": {c.sign},
		}, got)
		assert.Contains(t, w.Secrets, c.sign)
	}
}

// TestPath: a path keeps the case of its letters, and a method with other
// characters is refused.
func TestPath(t *testing.T) {
	p := testProtocol(t)
	w, err := p.Encode(client.Draft{Method: "open.refund.submit.returnInfo", Codec: plainCodec})
	require.NoError(t, err)
	assert.Equal(t, "https://gateway.example/base/open/refund/submit/returnInfo", w.URL)
	for _, name := range []string{"", ".open", "open..order", "open/order", "open.order?x=1", "open.订单"} {
		_, err := p.Encode(client.Draft{Method: name, Codec: plainCodec})
		require.Error(t, err, name)
	}
}

// TestVerbs: a method has its documented verb, unless Assumptions say
// otherwise.
func TestVerbs(t *testing.T) {
	p := testProtocol(t)
	p.verbs = map[string]string{"open.express.ebill.cancel": "POST"}
	for method, verb := range map[string]string{
		"open.order.detail": "GET", "open.order.address.audit.approve": "GET", "open.express.ebill.cancel": "POST",
		"open.dropshipping.order.list": "POST", "open.some.day": "POST", "oauth2.access_token": "GET",
		"oauth2.refresh_token": "POST",
	} {
		assert.Equal(t, verb, p.verbOf(method), method)
	}
	assert.False(t, methods.Facts("open.order.address.audit.approve").Repeatable, "a write, although by GET")
	assert.False(t, methods.Facts("open.item.sku.stock.update").Repeatable, "a difference")
	assert.False(t, methods.Facts("open.some.day").Repeatable)
	assert.True(t, methods.Facts("oauth2.access_token").Anonymous)
}

// TestOAuthIsNotSigned: token methods take a plain form with the app secret,
// and no signature.
func TestOAuthIsNotSigned(t *testing.T) {
	p := testProtocol(t)
	a := authority{Config{AppKey: "ks600000000000000001", AppSecret: "the-app-secret"}}
	w, err := p.Encode(client.Draft{Method: refreshToken.Name,
		Params: refreshParams{a.credentials("refresh_token"), "the/refresh+token"}, Codec: plainCodec})
	require.NoError(t, err)
	assert.Equal(t, "https://gateway.example/base/oauth2/refresh_token", w.URL)
	got, err := url.ParseQuery(string(w.Body))
	require.NoError(t, err)
	assert.Equal(t, url.Values{"app_id": {"ks600000000000000001"}, "app_secret": {"the-app-secret"},
		"grant_type": {"refresh_token"}, "refresh_token": {"the/refresh+token"}}, got)
	assert.Contains(t, w.Secrets, "the/refresh+token")
	w, err = p.Encode(client.Draft{Method: accessToken.Name,
		Params: accessParams{credentials: a.credentials("code"), Code: "the code"}, Codec: plainCodec})
	require.NoError(t, err)
	assert.Equal(t, "GET", w.Verb)
	assert.Contains(t, w.URL,
		"/oauth2/access_token?app_id=ks600000000000000001&app_secret=the-app-secret&code=the+code&grant_type=code")
}

func TestAuthorizeURL(t *testing.T) {
	a := authority{Config{AppKey: "ks600000000000000001", Scopes: []string{"merchant_order", "merchant_item"}}}
	text, err := a.AuthorizeURL("https://erp.example.com/cb?x=1", "s t/1")
	require.NoError(t, err)
	got, err := url.Parse(text)
	require.NoError(t, err)
	assert.Equal(t, "https://open.kwaixiaodian.com/oauth/authorize", got.Scheme+"://"+got.Host+got.Path)
	assert.Equal(t, url.Values{"app_id": {"ks600000000000000001"}, "response_type": {"code"},
		"scope":        {"merchant_order,merchant_item"},
		"redirect_uri": {"https://erp.example.com/cb?x=1"}, "state": {"s t/1"}}, got.Query())
}

type one struct {
	ID wire.Text `json:"id"`
}

func decode[T any](t *testing.T, method, body string, status int) (T, error) {
	t.Helper()
	var into T
	err := testProtocol(t).Decode(method,
		client.Reply{Status: status, Header: http.Header{}, Body: []byte(body), Codec: plainCodec}, &into)
	return into, err
}

// TestDecode: result 1 alone means success. The data stands in the field data
// or beside result.
func TestDecode(t *testing.T) {
	got, err := decode[one](t, "open.order.detail", `{"result":1,"code":"0","msg":"?","data":{"id":9007199254740993}}`,
		200)
	require.NoError(t, err)
	assert.Equal(t, wire.Text("9007199254740993"), got.ID)
	beside, err := decode[struct {
		List []one `json:"batchDecryptResultList"`
	}](t, "open.order.decrypt.batch", `{"result":1,"requestId":"r","batchDecryptResultList":[{"id":"7"}]}`, 200)
	require.NoError(t, err)
	assert.Equal(t, []one{{"7"}}, beside.List)
	_, err = decode[struct{}](t, "open.seller.order.sku.update", `{"result":1}`, 200)
	require.NoError(t, err)

	for body, kind := range map[string]mall.Kind{
		`{"result":1,"data":null}`:                                           mall.ErrReply,
		`{"result":1,"requestId":"r","data":{"id":{}}}`:                      mall.ErrReply,
		`{"data":{"id":1}}`:                                                  mall.ErrReply,
		`{"result":"x","data":{"id":1}}`:                                     mall.ErrUnavailable,
		`<html><title>502 Bad Gateway</title></html>`:                        mall.ErrUnavailable,
		`{"result":1,"data":{"id":`:                                          mall.ErrUnavailable,
		`{"result":24,"error_msg":"AUTHORIZATION_REVOKED","data":{"id":{}}}`: mall.ErrReauthorize,
	} {
		_, err := decode[one](t, "open.order.detail", body, 200)
		require.ErrorIs(t, err, kind, body)
	}
	_, err = decode[one](t, "open.order.detail", `{"result":1,"data":{"id":"1"}}`, 502)
	require.ErrorIs(t, err, mall.ErrUnavailable)
}

// TestNumber: ids keep their digits, and other texts are refused before
// anything is sent.
func TestNumber(t *testing.T) {
	for id, want := range map[number]string{"9223372036854775807": "9223372036854775807", "0": "0"} {
		got, err := json.Marshal(id)
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
	}
	for _, id := range []number{"", "x", "1.5", "-1", "1e3", "01", "12345678901234567890", "1}"} {
		_, err := json.Marshal(struct{ ID number }{id})
		require.Error(t, err, id)
		assert.True(t, errors.Is(err, mall.ErrInvalid))
	}
}

// TestTokenLives: a token with a senseless expiry gets the usual life.
func TestTokenLives(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for seconds, want := range map[wire.Int]time.Duration{
		0: accessLife, -1: accessLife, 3600: time.Hour, 1<<63 - 1: refreshLife, 9_300_000_000: refreshLife,
	} {
		token, err := tokenAnswer{AccessToken: "a", ExpiresIn: seconds,
			RefreshExpires: seconds}.token(accessToken.Method, now)
		require.NoError(t, err)
		assert.Equal(t, now.Add(want), token.Expires, "%d", seconds)
	}
	_, err := tokenAnswer{}.token(accessToken.Method, now)
	assert.ErrorIs(t, err, mall.ErrReply)
}

// TestVerbsOfCalls: methods that only client.Call reaches have their verb too;
// an unlisted one goes by POST.
func TestVerbsOfCalls(t *testing.T) {
	p := &protocol{}
	for method, repeatable := range map[string]bool{
		"open.address.seller.create": false, "open.address.seller.update": false, "open.address.seller.delete": false,
		"open.order.deliver.merge.check": true,
	} {
		assert.Equal(t, http.MethodGet, p.verbOf(method), method)
		assert.Equal(t, repeatable, methods.Facts(method).Repeatable, method)
	}
}
