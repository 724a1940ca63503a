package doudian

import (
	"context"
	"net/url"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/internal/wire"
)

// authority gets tokens. Its rules follow the documents of token.create and
// token.refresh, mirrored in sevencat/ecommerce_sdk (TokenCreate.cs,
// TokenRefresh.cs).
type authority struct{ cfg Config }

const (
	authorizePage = "https://fuwu.jinritemai.com/authorize" // minibear2021/doudian

	// refreshLife is the life of a refresh token.
	refreshLife = 14 * 24 * time.Hour
	// dueBefore lies within the last hour of an access token. Before that hour,
	// the platform answers a renewal with the same pair. Within it, the
	// platform issues a new pair and keeps the old one valid for another hour,
	// so that calls under way can finish.
	dueBefore = 50 * time.Minute
	// unknownLife is the life assumed for a token that came without an expiry:
	// no token counts as valid for ever.
	unknownLife = 24 * time.Hour
	// durations is the bound between the two readings of expires_in: below it a
	// life in seconds, from it on an instant in Unix seconds. The platform's
	// documents and its own SDK disagree on which one it is.
	durations = 1_000_000_000
)

// AuthorizeURL returns the page on the service market where a merchant
// authorises the app. The redirect address is set on the platform's console.
func (a authority) AuthorizeURL(_, state string) (string, error) {
	if a.cfg.ServiceID == "" {
		return "", settle.Invalid("Config.ServiceID is empty")
	}
	return authorizePage + "?" + url.Values{"service_id": {a.cfg.ServiceID}, "state": {state}}.Encode(), nil
}

func (a authority) Exchange(ctx context.Context, app *client.App, code string) (client.Token, error) {
	if code == "" {
		return client.Token{}, tokenCreate.Refuse(mall.ErrInvalid, "the authorisation code is empty")
	}
	return ask(ctx, app, app, tokenCreate,
		createParams{Code: code, GrantType: "authorization_code", TestShop: a.testShop()})
}

func (a authority) Grant(ctx context.Context, app *client.App, shopID string) (client.Token, error) {
	if !a.cfg.SelfUse || shopID == "" {
		return client.Token{}, tokenCreate.Refuse(mall.ErrNotSupported,
			"only an app with Config.SelfUse gets a token without the merchant's authorisation")
	}
	return ask(ctx, app, app.Shop(shopID), tokenCreate,
		createParams{GrantType: "authorization_self", ShopID: shopID, TestShop: a.testShop()})
}

func (a authority) Renew(ctx context.Context, app *client.App, t client.Token) (client.Token, error) {
	return ask(ctx, app, app.Shop(t.ShopID), tokenRefresh,
		refreshParams{GrantType: "refresh_token", RefreshToken: t.Refresh.Reveal()})
}

func (authority) Due(t client.Token, now time.Time) bool {
	return !t.Expires.IsZero() && t.Expires.Sub(now) < dueBefore
}

// RepeatRenewal reports true: if the lost renewal did take place, the old
// refresh token still works for an hour or is refused, and a refusal costs
// nothing.
func (authority) RepeatRenewal(client.Token, time.Time) bool { return true }

func (a authority) testShop() string {
	if a.cfg.TestShop {
		return "1"
	}
	return ""
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

var (
	tokenCreate  = endpoint[createParams, tokenAnswer]("token.create", anonymous|write)
	tokenRefresh = endpoint[refreshParams, tokenAnswer]("token.refresh", anonymous|write)
)

type createParams struct {
	Code      string `json:"code"` // required, even when empty
	GrantType string `json:"grant_type"`
	ShopID    string `json:"shop_id,omitempty"`
	TestShop  string `json:"test_shop,omitempty"`
}

type refreshParams struct {
	GrantType    string `json:"grant_type"`
	RefreshToken string `json:"refresh_token"`
}

type tokenAnswer struct {
	AccessToken  string    `json:"access_token"`
	RefreshToken string    `json:"refresh_token"`
	ExpiresIn    wire.Int  `json:"expires_in"`
	ShopID       wire.Text `json:"shop_id"` // text from create, number from refresh
	ShopName     string    `json:"shop_name"`
}

// token makes a Token of an answer that arrived at now.
func (a tokenAnswer) token(m driver.Method, now time.Time) (client.Token, error) {
	if a.AccessToken == "" {
		return client.Token{}, m.Refuse(mall.ErrReply, "the answer holds no access token")
	}
	t := client.Token{
		ShopID: string(a.ShopID), ShopName: a.ShopName,
		Access: mall.Secret(a.AccessToken), Refresh: mall.Secret(a.RefreshToken),
		Expires: now.Add(unknownLife), RefreshExpires: now.Add(refreshLife),
	}
	switch {
	case a.ExpiresIn >= durations:
		t.Expires = time.Unix(int64(a.ExpiresIn), 0)
	case a.ExpiresIn > 0:
		t.Expires = now.Add(time.Duration(a.ExpiresIn) * time.Second)
	}
	return t, nil
}

// secretsOf returns the codes, tokens and personal texts in the parameters of a
// call, which no error may repeat.
func secretsOf(params any) []string {
	switch p := params.(type) {
	case createParams:
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
