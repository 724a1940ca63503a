package kuaishou

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// How long tokens and codes are valid.
const (
	accessLife  = 48 * time.Hour
	refreshLife = 180 * 24 * time.Hour // from the merchant's consent; renewals do not extend it
	codeLife    = 2 * time.Minute
)

// scopes are the permission packs that merchants can grant.
var scopes = []string{
	"user_base", "user_info", "merchant_user", "merchant_item", "merchant_order", "merchant_refund", "merchant_logistics",
}

func (k *platform) Packs() []string { return scopes }

// The error names of the token methods, by number.
var oauthErrors = map[int]string{
	100200100: "invalid_request",
	100200101: "unauthorized_client",
	100200102: "access_denied",
	100200104: "unsupported_grant_type",
	100200105: "invalid_grant",
}

// oauthFailed returns a refusal of a token method; an empty msg repeats the
// name.
func oauthFailed(code int, msg string) stage.Result {
	name := oauthErrors[code]
	if msg == "" {
		msg = name
	}
	return stage.Result{Code: code, Sub: name, Msg: msg}
}

// tokenMethods are unsigned, and their answers have no envelope. They take
// parameters from query and form, with either HTTP verb.
func (k *platform) tokenMethods() map[string]method {
	return map[string]method{
		"oauth2.access_token":  {verb: http.MethodGet, open: true, run: k.accessToken},
		"oauth2.refresh_token": {verb: http.MethodPost, open: true, run: k.refreshToken},
	}
}

// identifyToken finds the shop by the code or by the refresh token.
func (k *platform) identifyToken(c *stage.Call) {
	if code := k.world.Code(c.Form.Get("code")); code != nil {
		c.Shop = code.Shop
	} else {
		c.Shop, _ = k.world.ByRefreshToken(c.Form.Get("refresh_token"))
	}
}

// loggedParams returns what the log shows of a token method's parameters.
func loggedParams(form url.Values) string {
	object := map[string]string{}
	for name := range form {
		object[name] = form.Get(name)
	}
	return stage.RedactParams(string(stage.Encode(object)))
}

// checkClient checks the parameters that both token methods need.
func (k *platform) checkClient(c *stage.Call, required ...string) (stage.Result, bool) {
	if c.Verb != http.MethodPost && c.Verb != http.MethodGet || c.TooLong {
		return oauthFailed(100200100, ""), false
	}
	for _, name := range append([]string{"app_id", "app_secret", "grant_type"}, required...) {
		if c.Form.Get(name) == "" {
			return oauthFailed(100200100, "缺少参数"+name), false
		}
	}
	if c.Form.Get("app_id") != appKey || c.Form.Get("app_secret") != appSecret {
		return oauthFailed(100200101, ""), false
	}
	return stage.Result{}, true
}

// accessToken exchanges a code, or makes a token of the app itself.
func (k *platform) accessToken(c *stage.Call) stage.Result {
	if r, ok := k.checkClient(c); !ok {
		return r
	}
	switch c.Form.Get("grant_type") {
	case "code": // not authorization_code
		return k.exchangeCode(c)
	case "client_credentials":
		return k.appToken(c)
	}
	return oauthFailed(100200104, "")
}

func (k *platform) exchangeCode(c *stage.Call) stage.Result {
	if c.Form.Get("code") == "" {
		return oauthFailed(100200100, "缺少参数code")
	}
	code := k.world.Code(c.Form.Get("code"))
	if code == nil || code.Used || !c.Now.Before(code.Until) {
		return oauthFailed(100200105, "")
	}
	code.Used = true
	code.Shop.Authority = stage.AuthorityGiven
	k.renew(code.Shop, c.Now, c.Now.Add(refreshLife))
	return k.pair(c, code.Shop, openID(code.Shop))
}

// appToken makes a token without refresh token. Earlier ones keep working.
func (k *platform) appToken(c *stage.Call) stage.Result {
	token := fmt.Sprintf("example-app-access-%d", len(k.appTokens)+1)
	k.appTokens[token] = c.Now.Add(accessLife)
	return k.succeedTop(struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
		ExpiresIn   int64  `json:"expires_in"`
	}{token, "bearer", int64(accessLife / time.Second)})
}

// refreshToken follows the documented rules. At any time, before expiry or
// after, it makes a new pair. The old access token works until its own expiry,
// the old refresh token is used up, and the new one keeps the deadline of the
// old.
func (k *platform) refreshToken(c *stage.Call) stage.Result {
	if r, ok := k.checkClient(c, "refresh_token"); !ok {
		return r
	}
	if c.Form.Get("grant_type") != "refresh_token" {
		return oauthFailed(100200104, "")
	}
	sh, g := k.world.ByRefreshToken(c.Form.Get("refresh_token"))
	switch {
	case g == nil || !g.Known(c.Now):
		return oauthFailed(100200102, "invalid refresh_token")
	case sh.Authority != stage.AuthorityGiven:
		return oauthFailed(100200102, "refreshToken.revokedAuthorization")
	case !c.Now.Before(g.RefreshUntil):
		return oauthFailed(100200102, k.rules.ExpiredRefreshMsg)
	case !g.Spent.IsZero() && !c.Now.Before(g.Spent.Add(time.Duration(k.rules.SpentRefreshSeconds)*time.Second)):
		return oauthFailed(100200102, "refreshToken.discarded")
	}
	k.renew(sh, c.Now, g.RefreshUntil)
	sh.Renewals++
	return k.pair(c, sh, "")
}

// renew makes a new current pair and uses up the refresh token of the old one.
func (k *platform) renew(sh *stage.Shop, now, refreshUntil time.Time) {
	if old := sh.Current; old != nil && old.Spent.IsZero() {
		old.Spent = now
	}
	sh.Issue(now.Add(accessLife), refreshUntil)
}

// pair answers the shop's current tokens. Only the exchange of a code answers
// the open id.
func (k *platform) pair(c *stage.Call, sh *stage.Shop, openID string) stage.Result {
	return k.succeedTop(struct {
		AccessToken    string   `json:"access_token"`
		ExpiresIn      int64    `json:"expires_in"`
		RefreshToken   string   `json:"refresh_token"`
		RefreshExpires int64    `json:"refresh_token_expires_in"`
		OpenID         string   `json:"open_id,omitempty"`
		Scopes         []string `json:"scopes"`
	}{
		AccessToken:    sh.Current.Access,
		ExpiresIn:      int64(sh.Current.AccessUntil.Sub(c.Now) / time.Second),
		RefreshToken:   sh.Current.Refresh,
		RefreshExpires: int64(sh.Current.RefreshUntil.Sub(c.Now) / time.Second),
		OpenID:         openID,
		Scopes:         sh.Granted(k),
	})
}

func (k *platform) CodeLife() time.Duration { return codeLife }

func (k *platform) ReplaceTokens(sh *stage.Shop) {
	now := k.world.Now()
	sh.Current.Retire(now)
	k.renew(sh, now, now.Add(refreshLife))
}
