package platforms

import (
	"context"
	"maps"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/sandbox"
)

// The variables that every account has.
const (
	AppKey       = "APP_KEY"
	AppSecret    = "APP_SECRET"
	ShopID       = "SHOP_ID"
	AccessToken  = "ACCESS_TOKEN"
	RefreshToken = "REFRESH_TOKEN"
	Gateway      = "GATEWAY"
)

// Account is an app on a platform with the tokens of one shop.
type Account struct {
	Platform Platform
	Values   map[string]mall.Secret // by the name of the variable; those that are not set are missing
	ListLag  time.Duration          // how late orders may be listed; zero: the driver's own assumption
	Rates    client.Rates           // zero: the driver's own
	InBox    bool                   // it is one of the sandbox's
}

// Text returns a value that is no secret.
func (a Account) Text(name string) string { return a.Values[name].Reveal() }

// ShopID is the shop's; empty where the account has none.
func (a Account) ShopID() string { return a.Text(ShopID) }

// HasToken tells whether the account brings a token.
func (a Account) HasToken() bool { return a.Values[AccessToken] != "" || a.Values[RefreshToken] != "" }

// With returns the account with other values. An empty one removes its variable.
func (a Account) With(values map[string]string) Account {
	a.Values = maps.Clone(a.Values)
	for name, v := range values {
		if a.Values[name] = mall.Secret(v); v == "" {
			delete(a.Values, name)
		}
	}
	return a
}

// Read takes from get the account's values, named as [Platform.Variables].
func (p Platform) Read(get func(name string) string) Account {
	a := Account{Platform: p, Values: map[string]mall.Secret{}}
	for _, v := range p.Variables {
		if text := strings.TrimSpace(get(v.Name)); text != "" {
			a.Values[v.Name] = mall.Secret(text)
		}
	}
	return a
}

// Environ are the environment variables that lead a program to the account.
func (a Account) Environ() map[string]string {
	environ := map[string]string{}
	for name, v := range a.Values {
		environ[a.Platform.Prefix()+name] = v.Reveal()
	}
	return environ
}

// App makes the app of the account.
func (a Account) App(opts ...client.Option) (*client.App, error) { return a.Platform.App(a, opts...) }

// Shops makes one app of accounts that differ in their shops only, with the
// shops' tokens stored in it.
func Shops(ctx context.Context, accounts []Account, opts ...client.Option) ([]*client.Shop, error) {
	app, err := accounts[0].App(opts...)
	if err != nil {
		return nil, err
	}
	return Import(ctx, app, accounts)
}

// Import stores the tokens of accounts in their app.
func Import(ctx context.Context, app *client.App, accounts []Account) (shops []*client.Shop, err error) {
	for _, a := range accounts {
		if a.Values[AccessToken] != "" {
			token := client.Token{ShopID: a.ShopID(), Access: a.Values[AccessToken], Refresh: a.Values[RefreshToken]}
			if err := app.Import(ctx, token); err != nil {
				return nil, err
			}
		}
		shops = append(shops, app.Shop(a.ShopID()))
	}
	return shops, nil
}

// Accounts are the shops that the sandbox has of a platform, with their tokens,
// and those of them that ship for others.
func (p Platform) Accounts(m sandbox.Manifest) (shops, factories []Account) {
	here := m.Platforms[p.Name]
	app := map[string]string{
		AppKey: here.AppKey, AppSecret: here.AppSecret, Gateway: here.Gateway,
		"SIGN_SECRET": here.SignSecret, "MESSAGE_KEY": here.MessageKey,
	}
	maps.Copy(app, p.Sandbox.Values)
	of := func(one sandbox.ShopTokens) Account {
		a := p.Read(func(name string) string { return app[name] })
		a.InBox = true
		return a.With(map[string]string{ShopID: one.ShopID, AccessToken: one.AccessToken, RefreshToken: one.RefreshToken})
	}
	for _, one := range here.Shops {
		shops = append(shops, of(one))
	}
	for _, one := range here.Factories {
		factories = append(factories, of(one))
	}
	return shops, factories
}
