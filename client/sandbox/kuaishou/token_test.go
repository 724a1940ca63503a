package kuaishou_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/kuaishou"
)

// pair is a flat answer of both token methods.
type pair struct {
	Result         int      `json:"result"`
	Access         string   `json:"access_token"`
	Refresh        string   `json:"refresh_token"`
	ExpiresIn      int64    `json:"expires_in"`
	RefreshExpires int64    `json:"refresh_token_expires_in"`
	OpenID         string   `json:"open_id"`
	Scopes         []string `json:"scopes"`
	TokenType      string   `json:"token_type"`
}

func (w wire) client(more map[string]string) map[string]string {
	form := map[string]string{"app_id": w.App.AppKey, "app_secret": w.App.AppSecret}
	for k, v := range more {
		form[k] = v
	}
	return form
}

func (w wire) refreshCall(token string) answer {
	return w.oauth("POST", "/oauth2/refresh_token",
		w.client(map[string]string{"grant_type": "refresh_token", "refresh_token": token}))
}

func (w wire) flat(a answer) (p pair) {
	w.T.Helper()
	require.NoError(w.T, json.Unmarshal(a.raw, &p))
	require.Equal(w.T, 1, p.Result, "%s", a.raw)
	return p
}

// standing returns how a call with that access token ends.
func (w wire) standing(access string) string {
	return w.send(w.build("GET", "open.user.seller.get", access, map[string]any{})).outcome()
}

const (
	day       = 24 * time.Hour
	expired   = "28 TOKEN过期"
	discarded = "100200102 refreshToken.discarded"
)

func TestRefreshRotates(t *testing.T) {
	t.Parallel()
	w := serve(t)
	old := w.Shop(shop1)
	w.Box.Advance(47 * time.Hour)
	p := w.flat(w.refreshCall(old.RefreshToken))
	assert.NotEqual(t, old.AccessToken, p.Access)
	assert.NotEqual(t, old.RefreshToken, p.Refresh)
	assert.EqualValues(t, 48*3600, p.ExpiresIn)
	assert.EqualValues(t, (180*day-47*time.Hour)/time.Second, p.RefreshExpires, "the first deadline stays")
	assert.Empty(t, p.OpenID, "with the exchange of a code only")
	assert.Contains(t, p.Scopes, "merchant_order")
	assert.Equal(t, 1, w.Shop(shop1).Renewals)
	assert.Zero(t, w.Shop(shop2).Renewals)

	assert.Equal(t, "1", w.standing(old.AccessToken), "side by side")
	assert.Equal(t, "1", w.standing(p.Access))
	assert.Equal(t, discarded, w.refreshCall(old.RefreshToken).outcome(), "used once")
	assert.Equal(t, "access_denied", w.refreshCall(old.RefreshToken).Error)
	w.Box.Advance(time.Hour)
	assert.Equal(t, expired, w.standing(old.AccessToken), "by its own expiry")
	assert.Equal(t, "1", w.standing(p.Access))
	w.Box.Advance(47 * time.Hour)
	assert.Equal(t, expired, w.standing(p.Access))
	assert.Equal(t, "1", w.standing(w.flat(w.refreshCall(p.Refresh)).Access), "also after expiry")
}

func TestRefreshEndsWithTheFirstDeadline(t *testing.T) {
	t.Parallel()
	w := serve(t)
	token := w.Shop(shop1).RefreshToken
	w.Box.Advance(100 * day)
	token = w.flat(w.refreshCall(token)).Refresh
	w.Box.Advance(80*day - time.Second)
	p := w.flat(w.refreshCall(token))
	assert.EqualValues(t, 1, p.RefreshExpires)
	w.Box.Advance(time.Second)
	assert.Equal(t, "100200102 invalid refresh_token", w.refreshCall(p.Refresh).outcome())
	assert.Equal(t, "1", w.standing(p.Access), "the access token outlives it")
}

func TestSpentRefreshMayOverlap(t *testing.T) {
	t.Parallel()
	w := serve(t)
	require.NoError(t, sandbox.Change(w.Box, func(r *kuaishou.Rules) { r.SpentRefreshSeconds = 300 }))
	token := w.Shop(shop1).RefreshToken
	first := w.flat(w.refreshCall(token))
	w.Box.Advance(5*time.Minute - time.Second)
	second := w.flat(w.refreshCall(token))
	assert.NotEqual(t, first.Access, second.Access)
	w.Box.Advance(time.Second)
	assert.Equal(t, discarded, w.refreshCall(token).outcome())
}

func TestCodeIsExchangedOnce(t *testing.T) {
	t.Parallel()
	w := serve(t)
	exchange := func(code string) answer {
		return w.oauth("GET", "/oauth2/access_token", w.client(map[string]string{"grant_type": "code", "code": code}))
	}
	issue := func() string {
		code, err := w.Box.On(mall.Kuaishou).IssueCode(shop1)
		require.NoError(t, err)
		return code
	}
	old := w.Shop(shop1)
	_, err := w.Box.On(mall.Kuaishou).ChangeToken(shop1, "revoke")
	require.NoError(t, err)
	assert.Equal(t, "24 AUTHORIZATION_REVOKED", w.standing(old.AccessToken))
	assert.Equal(t, "100200102 refreshToken.revokedAuthorization", w.refreshCall(old.RefreshToken).outcome())
	w.Box.Advance(10 * day)
	code := issue()
	w.Box.Advance(2*time.Minute - time.Second)
	p := w.flat(exchange(code))
	assert.Equal(t, "f1000000000000000000001000000001", p.OpenID)
	assert.EqualValues(t, 180*86400, p.RefreshExpires, "a new deadline")
	assert.Equal(t, "1", w.standing(p.Access))
	assert.Equal(t, discarded, w.refreshCall(old.RefreshToken).outcome())
	assert.Equal(t, "100200105 invalid_grant", exchange(code).outcome(), "once")
	code = issue()
	w.Box.Advance(2 * time.Minute)
	assert.Equal(t, "100200105 invalid_grant", exchange(code).outcome(), "two minutes")
	assert.Equal(t, "100200105 invalid_grant", exchange("example-unknown").outcome())
}

// TestScopes: methods of packs that the merchant did not grant are refused, and
// the token methods answer what was granted.
func TestScopes(t *testing.T) {
	t.Parallel()
	w := serve(t, sandbox.Only(mall.Kuaishou, mall.Doudian))
	all := w.Shop(shop1).Scopes
	assert.Contains(t, all, "merchant_order")
	items := func() string { return w.get("open.item.get", map[string]any{"kwaiItemId": 24900000000001}).outcome() }
	order := func() string { return w.get("open.order.detail", map[string]any{"oid": 2500000000000100}).outcome() }
	var sh sandbox.Shop
	require.Equal(t, 200, w.Control("POST", "/scopes",
		`{"platform":"kuaishou","shop_id":"`+shop1+`","scopes":["user_base","merchant_item"]}`, &sh))
	assert.Equal(t, []string{"user_base", "merchant_item"}, sh.Scopes)
	assert.Equal(t, "22 token中无scope权限", order())
	assert.Equal(t, "1", items())
	assert.Equal(t, "1", w.standing(w.Shop(shop1).AccessToken), "whose token it is needs none")
	assert.Equal(t, sh.Scopes, w.flat(w.refreshCall(w.Shop(shop1).RefreshToken)).Scopes)
	_, err := w.Box.On(mall.Kuaishou).SetScopes(shop1, all)
	require.NoError(t, err)
	assert.Equal(t, "1", order())
	_, err = w.Box.On(mall.Kuaishou).SetScopes(shop1, []string{"merchant_moon"})
	assert.ErrorContains(t, err, "merchant_moon")
	_, err = w.Box.On(mall.Doudian).SetScopes("10000001", nil)
	assert.ErrorIs(t, err, sandbox.ErrRefused)
}

// TestAppTokenServes: the app's own token serves methods that need no merchant,
// and no others.
func TestAppTokenServes(t *testing.T) {
	t.Parallel()
	w := serve(t)
	token := w.flat(w.oauth("GET", "/oauth2/access_token",
		w.client(map[string]string{"grant_type": "client_credentials"}))).Access
	for method, param := range map[string]map[string]any{
		"open.address.district.list":              {"districtVersion": "2021"},
		"open.express.standard.template.list.get": {},
		"open.express.custom.tempate.list.query":  {"type": 3},
		"open.express.printer.element.query":      {},
		"open.express.reachable.query": {"reachableRequests": []any{map[string]any{
			"requestId": "1", "expressCompanyCode": "SF", "type": 2,
			"receiverAddress": map[string]any{"provinceName": "江苏省", "cityName": "苏州市", "districtName": "吴中区", "detailAddress": "示例路1号"},
		}}},
	} {
		assert.Equal(t, "1", w.send(w.build("GET", method, token, param)).outcome(), method)
	}
	for _, method := range []string{"open.order.detail", "open.user.seller.get", "open.express.ebill.get",
		"open.dropshipping.role.query", "open.item.list.get"} {
		assert.Equal(t, "26 主账号不存在", w.send(w.build("GET", method, token,
			map[string]any{"oid": 2500000000000100})).outcome(), method)
	}
}

func TestTokenRefusals(t *testing.T) {
	t.Parallel()
	w := serve(t)
	token := w.Shop(shop1).RefreshToken
	tests := []struct {
		name, path string
		form       map[string]string
		want       string
	}{
		{"no grant type", "/oauth2/access_token", w.client(nil), "100200100 缺少参数grant_type"},
		{"another platform's grant type", "/oauth2/access_token", w.client(map[string]string{"grant_type": "authorization_code", "code": "x"}), "100200104 unsupported_grant_type"},
		{"no code", "/oauth2/access_token", w.client(map[string]string{"grant_type": "code"}), "100200100 缺少参数code"},
		{"sign secret for app secret", "/oauth2/refresh_token", map[string]string{"app_id": w.App.AppKey, "app_secret": w.App.SignSecret, "grant_type": "refresh_token", "refresh_token": token}, "100200101 unauthorized_client"},
		{"no refresh token", "/oauth2/refresh_token", w.client(map[string]string{"grant_type": "refresh_token"}), "100200100 缺少参数refresh_token"},
		{"wrong grant type", "/oauth2/refresh_token", w.client(map[string]string{"grant_type": "code", "refresh_token": token}), "100200104 unsupported_grant_type"},
		{"unknown refresh token", "/oauth2/refresh_token", w.client(map[string]string{"grant_type": "refresh_token", "refresh_token": "x"}), "100200102 invalid refresh_token"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := w.oauth("POST", tt.path, tt.form)
			assert.Equal(t, tt.want, a.outcome())
			assert.NotContains(t, string(a.raw), "requestId", "no envelope")
		})
	}
	assert.Zero(t, w.Shop(shop1).Renewals)
	_, err := w.Box.On(mall.Kuaishou).ChangeToken(shop1, "replace")
	require.NoError(t, err)
	assert.Equal(t, "100200102 invalid refresh_token", w.refreshCall(token).outcome())
}

func TestAppToken(t *testing.T) {
	t.Parallel()
	w := serve(t)
	p := w.flat(w.oauth("GET", "/oauth2/access_token", w.client(map[string]string{"grant_type": "client_credentials"})))
	assert.EqualValues(t, 48*3600, p.ExpiresIn)
	assert.Equal(t, "bearer", p.TokenType)
	assert.Empty(t, p.Refresh)
	assert.Equal(t, "26 主账号不存在", w.standing(p.Access), "this method needs a merchant's grant")
	w.Box.Advance(48 * time.Hour)
	assert.Equal(t, expired, w.standing(p.Access))
}

func TestLogsNoSecrets(t *testing.T) {
	t.Parallel()
	w := serve(t)
	old := w.Shop(shop1)
	w.refreshCall(old.RefreshToken)
	w.oauth("GET", "/oauth2/Access_token", w.client(map[string]string{"code": "example-secret-code"})) // misspelt
	w.get("open.user.seller.get", map[string]any{})
	text, err := json.Marshal(w.Box.Received())
	require.NoError(t, err)
	for _, secret := range []string{w.App.AppSecret, w.App.SignSecret, old.RefreshToken, w.Shop(shop1).AccessToken,
		"example-secret-code"} {
		assert.NotContains(t, string(text), secret)
	}
	assert.Contains(t, string(text), `refresh_token`)
	assert.Equal(t, shop1, w.Box.Received()[0].ShopID)
}
