package sandbox

import (
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Lives of Kuaishou's tokens and codes.
const (
	ksAccessLife  = 48 * time.Hour
	ksRefreshLife = 180 * 24 * time.Hour // from the merchant's consent, however often renewed
	ksCodeLife    = 2 * time.Minute
)

// ksScopes are the permission packs that merchants here grant.
var ksScopes = []string{
	"user_base", "user_info", "merchant_user", "merchant_item", "merchant_order", "merchant_refund", "merchant_logistics",
}

func (k *kuaishou) packs() []string { return ksScopes }

// The refusals of the token methods: each number has a name.
var ksOAuthErrors = map[int]string{
	100200100: "invalid_request",
	100200101: "unauthorized_client",
	100200102: "access_denied",
	100200104: "unsupported_grant_type",
	100200105: "invalid_grant",
}

// oauthFailed is a refusal of a token method; an empty msg repeats the name.
func oauthFailed(code int, msg string) result {
	name := ksOAuthErrors[code]
	if msg == "" {
		msg = name
	}
	return result{code: code, sub: name, msg: msg}
}

// tokenMethods are not methods of the platform's API: they are unsigned, and
// their answers flat. Query and form are both read, whatever the HTTP method.
func (k *kuaishou) tokenMethods() map[string]ksMethod {
	return map[string]ksMethod{
		"oauth2.access_token":  {verb: http.MethodGet, open: true, run: k.accessToken},
		"oauth2.refresh_token": {verb: http.MethodPost, open: true, run: k.refreshToken},
	}
}

// identifyToken finds the shop by the code or by the refresh token.
func (k *kuaishou) identifyToken(c *call) {
	if code := k.world.Code(c.form.Get("code")); code != nil {
		c.shop = code.shop
	} else {
		c.shop, _ = k.world.ByRefreshToken(c.form.Get("refresh_token"))
	}
}

// ksLogged is what the log shows of a token method's parameters.
func ksLogged(form url.Values) string {
	object := map[string]string{}
	for name := range form {
		object[name] = form.Get(name)
	}
	return redactParams(string(encode(object)))
}

// checkClient checks what both token methods must bring.
func (k *kuaishou) checkClient(c *call, required ...string) (result, bool) {
	if c.verb != http.MethodPost && c.verb != http.MethodGet || c.tooLong {
		return oauthFailed(100200100, ""), false
	}
	for _, name := range append([]string{"app_id", "app_secret", "grant_type"}, required...) {
		if c.form.Get(name) == "" {
			return oauthFailed(100200100, "缺少参数"+name), false
		}
	}
	if c.form.Get("app_id") != ksAppKey || c.form.Get("app_secret") != ksAppSecret {
		return oauthFailed(100200101, ""), false
	}
	return result{}, true
}

// accessToken exchanges a code, or makes a token of the app itself.
func (k *kuaishou) accessToken(c *call) result {
	if r, ok := k.checkClient(c); !ok {
		return r
	}
	switch c.form.Get("grant_type") {
	case "code": // not authorization_code
		return k.exchangeCode(c)
	case "client_credentials":
		return k.appToken(c)
	}
	return oauthFailed(100200104, "")
}

func (k *kuaishou) exchangeCode(c *call) result {
	if c.form.Get("code") == "" {
		return oauthFailed(100200100, "缺少参数code")
	}
	code := k.world.Code(c.form.Get("code"))
	if code == nil || code.used || !c.now.Before(code.until) {
		return oauthFailed(100200105, "")
	}
	code.used = true
	code.shop.authority = authorityGiven
	k.renew(code.shop, c.now, c.now.Add(ksRefreshLife))
	return k.pair(c, code.shop, ksOpenID(code.shop))
}

// appToken makes a token without refresh token. Those made before work on.
func (k *kuaishou) appToken(c *call) result {
	token := fmt.Sprintf("example-app-access-%d", len(k.appTokens)+1)
	k.appTokens[token] = c.now.Add(ksAccessLife)
	return k.succeedTop(struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
		ExpiresIn   int64  `json:"expires_in"`
	}{token, "bearer", int64(ksAccessLife / time.Second)})
}

// refreshToken follows the documented rules: any time, before expiry or after,
// a new pair; the old access token works on until its own expiry, the old
// refresh token is spent; the new one inherits the deadline of the old.
func (k *kuaishou) refreshToken(c *call) result {
	if r, ok := k.checkClient(c, "refresh_token"); !ok {
		return r
	}
	if c.form.Get("grant_type") != "refresh_token" {
		return oauthFailed(100200104, "")
	}
	sh, g := k.world.ByRefreshToken(c.form.Get("refresh_token"))
	switch {
	case g == nil || !g.known(c.now):
		return oauthFailed(100200102, "invalid refresh_token")
	case sh.authority != authorityGiven:
		return oauthFailed(100200102, "refreshToken.revokedAuthorization")
	case !c.now.Before(g.refreshUntil):
		return oauthFailed(100200102, k.rules().ExpiredRefreshMsg)
	case !g.spent.IsZero() && !c.now.Before(g.spent.Add(time.Duration(k.rules().SpentRefreshSeconds)*time.Second)):
		return oauthFailed(100200102, "refreshToken.discarded")
	}
	k.renew(sh, c.now, g.refreshUntil)
	sh.renewals++
	return k.pair(c, sh, "")
}

// renew makes a new current pair and spends the refresh token of the old one.
func (k *kuaishou) renew(sh *shop, now, refreshUntil time.Time) {
	if old := sh.current; old != nil && old.spent.IsZero() {
		old.spent = now
	}
	sh.issue(now.Add(ksAccessLife), refreshUntil)
}

// pair answers the shop's current tokens; only the exchange of a code tells
// the open id.
func (k *kuaishou) pair(c *call, sh *shop, openID string) result {
	return k.succeedTop(struct {
		AccessToken    string   `json:"access_token"`
		ExpiresIn      int64    `json:"expires_in"`
		RefreshToken   string   `json:"refresh_token"`
		RefreshExpires int64    `json:"refresh_token_expires_in"`
		OpenID         string   `json:"open_id,omitempty"`
		Scopes         []string `json:"scopes"`
	}{
		AccessToken:    sh.current.access,
		ExpiresIn:      int64(sh.current.accessUntil.Sub(c.now) / time.Second),
		RefreshToken:   sh.current.refresh,
		RefreshExpires: int64(sh.current.refreshUntil.Sub(c.now) / time.Second),
		OpenID:         openID,
		Scopes:         sh.granted(k),
	})
}

func (k *kuaishou) codeLife() time.Duration { return ksCodeLife }

func (k *kuaishou) replaceTokens(sh *shop) {
	now := k.world.Now()
	sh.current.retire(now)
	k.renew(sh, now, now.Add(ksRefreshLife))
}
