package kuaishou

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/internal/wire"
)

// authority gets tokens. Its rules follow the guide "APP授权说明" and its questions
// and answers, copied in AndersonBY/kwaixiaodian-python-sdk:docs/.
type authority struct{ cfg Config }

const (
	authorizePage = "https://open.kwaixiaodian.com/oauth/authorize"

	// accessLife and refreshLife are the platform's default lives, for answers
	// that state none.
	accessLife  = 48 * time.Hour
	refreshLife = 180 * 24 * time.Hour
	// dueBefore leaves time to try a renewal again. A token may be renewed at
	// any time, and the old one works until it expires.
	dueBefore = time.Hour
)

// AuthorizeURL returns the platform's page where a merchant authorises the app.
// The redirect must be the https address registered for the app.
func (a authority) AuthorizeURL(redirect, state string) (string, error) {
	if redirect == "" {
		return "", settle.Invalid("the redirect address is empty")
	}
	return authorizePage + "?" + url.Values{
		"app_id": {a.cfg.AppKey}, "response_type": {"code"}, "scope": {strings.Join(a.cfg.Scopes, ",")},
		"redirect_uri": {redirect}, "state": {state},
	}.Encode(), nil
}

// Exchange spends a code, which is valid for two minutes. The answer names the
// user by an id that only this developer has, so the seller's number, which
// pushes and orders use, is read with the new token.
func (a authority) Exchange(ctx context.Context, app *client.App, code string) (client.Token, error) {
	if code == "" {
		return client.Token{}, accessToken.Refuse(mall.ErrInvalid, "the authorisation code is empty")
	}
	t, err := ask(ctx, app, app, accessToken, accessParams{credentials: a.credentials("code"), Code: code})
	if err != nil {
		return client.Token{}, err
	}
	if t.RefreshExpires.IsZero() {
		t.RefreshExpires = app.Now().Add(refreshLife)
	}
	seller, err := sellerOf.Call(ctx, app.With(t), none{})
	if err != nil {
		return client.Token{}, fmt.Errorf(
			"the code is spent, but the shop of its token could not be read; the merchant has to authorise again: %w", err)
	}
	if seller.ID == "" || seller.ID == "0" {
		return client.Token{}, sellerOf.Refuse(mall.ErrReply, "the answer holds no sellerId")
	}
	t.ShopID, t.ShopName = string(seller.ID), seller.Name
	return t, nil
}

// Grant gets the token of the app itself (client_credentials), which is not
// renewed but granted anew. Merchants' tokens need the merchant.
func (a authority) Grant(ctx context.Context, app *client.App, shopID string) (client.Token, error) {
	if shopID != "" {
		return client.Token{}, accessToken.Refuse(mall.ErrNotSupported, "a merchant has to authorise the app in a browser")
	}
	return ask(ctx, app, app, accessToken, accessParams{credentials: a.credentials("client_credentials")})
}

// Renew spends the refresh token and gets the next one, which expires when the
// first one would have: after 180 days the merchant has to authorise again.
func (a authority) Renew(ctx context.Context, app *client.App, t client.Token) (client.Token, error) {
	next, err := ask(ctx, app, owner(app, t.ShopID), refreshToken,
		refreshParams{credentials: a.credentials("refresh_token"), RefreshToken: t.Refresh.Reveal()})
	if err == nil && next.RefreshExpires.IsZero() {
		next.RefreshExpires = t.RefreshExpires
	}
	return next, err
}

// owner returns the caller whose token is renewed: a shop, or the app itself.
func owner(app *client.App, shopID string) client.Caller {
	if shopID == "" {
		return app
	}
	return app.Shop(shopID)
}

func (authority) Due(t client.Token, now time.Time) bool {
	return !t.Expires.IsZero() && t.Expires.Sub(now) < dueBefore
}

// RepeatRenewal reports whether a lost renewal is sent again, which by default
// it is. If the lost renewal did not arrive, the old refresh token still works.
// If it did, the old one is refused (refreshToken.discarded) and the merchant
// has to authorise again, as without the second attempt. That such a refusal
// does no more harm is unconfirmed: see Assumptions.
func (a authority) RepeatRenewal(client.Token, time.Time) bool {
	return !a.cfg.Assumptions.RenewOnce
}

func (a authority) credentials(grant string) credentials {
	return credentials{AppID: a.cfg.AppKey, AppSecret: a.cfg.AppSecret.Reveal(), GrantType: grant}
}

// ask calls a method that answers with a token.
func ask[P any](
	ctx context.Context, app *client.App, c client.Caller, e driver.Endpoint[P, tokenAnswer], params P,
) (client.Token, error) {
	answer, err := e.Call(ctx, c, params)
	if err != nil {
		return client.Token{}, err
	}
	return answer.token(e.Method, app.Now())
}

// endpoints and wire types

// The methods of OAuth are named by the last part of their path.
var (
	accessToken  = endpoint[accessParams, tokenAnswer]("oauth2.access_token", oauth|beside|driver.Anonymous|get|write)
	refreshToken = endpoint[refreshParams, tokenAnswer]("oauth2.refresh_token", oauth|beside|driver.Anonymous|write)

	sellerOf = endpoint[none, sellerAnswer]("open.user.seller.get", get|repeatable)
)

type credentials struct {
	AppID     string `url:"app_id"`
	AppSecret string `url:"app_secret"`
	GrantType string `url:"grant_type"`
}

type accessParams struct {
	credentials
	Code string `url:"code,omitempty"`
}

type refreshParams struct {
	credentials
	RefreshToken string `url:"refresh_token"`
}

// tokenAnswer is beside result. Lives are in seconds.
type tokenAnswer struct {
	AccessToken    string   `json:"access_token"`
	ExpiresIn      wire.Int `json:"expires_in"`
	RefreshToken   string   `json:"refresh_token"`
	RefreshExpires wire.Int `json:"refresh_token_expires_in"`
}

// token makes a Token of an answer that arrived at now.
func (a tokenAnswer) token(m driver.Method, now time.Time) (client.Token, error) {
	if a.AccessToken == "" {
		return client.Token{}, m.Refuse(mall.ErrReply, "the answer holds no access token")
	}
	t := client.Token{
		Access: mall.Secret(a.AccessToken), Refresh: mall.Secret(a.RefreshToken), Expires: now.Add(accessLife),
	}
	if a.ExpiresIn > 0 {
		t.Expires = now.Add(driver.Seconds(int64(a.ExpiresIn), refreshLife))
	}
	if a.RefreshExpires > 0 {
		t.RefreshExpires = now.Add(driver.Seconds(int64(a.RefreshExpires), refreshLife))
	}
	return t, nil
}

type sellerAnswer struct {
	ID   wire.Text `json:"sellerId"`
	Name string    `json:"name"`
}

// secretsOf returns the codes, tokens and personal texts in the parameters of a
// call, which no error may repeat.
func secretsOf(params any) []string {
	switch p := params.(type) {
	case accessParams:
		return []string{p.Code}
	case refreshParams:
		return []string{p.RefreshToken}
	case personal:
		return p.texts()
	}
	return nil
}

// personal is implemented by parameters that hold personal texts.
type personal interface{ texts() []string }
