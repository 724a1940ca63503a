package cli

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/kuaishou"
)

// Account is an app on a platform with the tokens of one shop, as the
// environment names them or as the sandbox has them.
type Account struct {
	Platform   mall.Platform
	AppKey     string
	AppSecret  mall.Secret
	SignSecret mall.Secret // Kuaishou only
	MessageKey mall.Secret // Kuaishou only; opens pushes
	ShopID     string      // may be empty where the caller does not need a shop
	Access     mall.Secret
	Refresh    mall.Secret
	Gateway    string
	ServiceID  string   // Doudian only; for the page where a merchant grants access
	Scopes     []string // Kuaishou only; for the same

	ListLag time.Duration // how late orders may be listed; zero: the driver's own assumption
	Rates   client.Rates  // zero: the driver's own

	sandboxed bool
}

// prefix is what the names of a platform's variables begin with.
func prefix(p mall.Platform) string { return "MALL_" + strings.ToUpper(string(p)) + "_" }

// AccountFrom reads MALL_<PLATFORM>_APP_KEY, _APP_SECRET, _SHOP_ID and, as far
// as they are set, _ACCESS_TOKEN, _REFRESH_TOKEN, _GATEWAY, _SERVICE_ID, _SCOPES;
// and _SIGN_SECRET, which Kuaishou needs, with _MESSAGE_KEY. With none of them
// set there is no account, which is no error: the program then uses the
// sandbox. A [UsageError] says which one is missing or wrong.
func (env Env) AccountFrom(p mall.Platform, needShop bool) (a Account, found bool, err error) {
	get := func(name string) string {
		v := strings.TrimSpace(env.Getenv(prefix(p) + name))
		found = found || v != ""
		return v
	}
	a = Account{
		Platform: p, AppKey: get("APP_KEY"), AppSecret: mall.Secret(get("APP_SECRET")), ShopID: get("SHOP_ID"),
		Access: mall.Secret(get("ACCESS_TOKEN")), Refresh: mall.Secret(get("REFRESH_TOKEN")), Gateway: get("GATEWAY"),
	}
	switch p {
	case mall.Doudian:
		a.ServiceID = get("SERVICE_ID")
	case mall.Kuaishou:
		a.SignSecret, a.MessageKey = mall.Secret(get("SIGN_SECRET")), mall.Secret(get("MESSAGE_KEY"))
		a.Scopes = strings.FieldsFunc(get("SCOPES"), func(r rune) bool { return r == ',' || r == ' ' })
	}
	if !found {
		return Account{}, false, nil
	}
	for _, need := range []struct {
		name  string
		unset bool
	}{
		{"APP_KEY", a.AppKey == ""},
		{"APP_SECRET", a.AppSecret == ""},
		{"SIGN_SECRET", p == mall.Kuaishou && a.SignSecret == ""},
		{"SHOP_ID", needShop && a.ShopID == ""},
		{"ACCESS_TOKEN", a.Access == "" && (a.Refresh != "" || needShop && p == mall.Kuaishou)}, // no self-used apps there
	} {
		if need.unset {
			return Account{}, true, Usagef(
				"%s%s is missing: set it to use the real platform, or unset all %s* variables to use the sandbox", prefix(p), need.name, prefix(p))
		}
	}
	for name, wrong := range map[string]bool{"APP_KEY": p == mall.Doudian && !digits(a.AppKey), "SHOP_ID": !digits(a.ShopID)} {
		if wrong {
			return Account{}, true, Usagef("%s%s must be a number, as shown on the platform's console", prefix(p), name)
		}
	}
	return a, true, nil
}

func digits(text string) bool { return strings.Trim(text, "0123456789") == "" }

// App makes the app of the account.
func (a Account) App(opts ...client.Option) (app *client.App, err error) {
	switch a.Platform {
	case mall.Kuaishou:
		app, err = kuaishou.New(kuaishou.Config{
			AppKey: a.AppKey, AppSecret: a.AppSecret, SignSecret: a.SignSecret, Gateway: a.Gateway, Scopes: a.Scopes,
			Assumptions: kuaishou.Assumptions{ListLag: a.ListLag, Rates: a.Rates},
		}, opts...)
	default:
		app, err = doudian.New(doudian.Config{
			AppKey: a.AppKey, AppSecret: a.AppSecret, Gateway: a.Gateway, ServiceID: a.ServiceID,
			SelfUse:     a.Access == "" && a.Refresh == "",
			Assumptions: doudian.Assumptions{ListLag: a.ListLag, Rates: a.Rates},
		}, opts...)
	}
	if err != nil {
		return nil, Usagef("the %s* variables do not fit: %v", prefix(a.Platform), err)
	}
	return app, nil
}

// Shop makes the app of the account with the shop's token stored in it.
func (a Account) Shop(ctx context.Context, opts ...client.Option) (*client.Shop, error) {
	shops, err := Shops(ctx, []Account{a}, opts...)
	if err != nil {
		return nil, err
	}
	return shops[0], nil
}

// Shops makes one app of accounts that differ in their shops only, with the
// shops' tokens stored in it.
func Shops(ctx context.Context, accounts []Account, opts ...client.Option) ([]*client.Shop, error) {
	app, err := accounts[0].App(opts...)
	if err != nil {
		return nil, err
	}
	var shops []*client.Shop
	for _, a := range accounts {
		if a.Access != "" {
			if err := app.Import(ctx, client.Token{ShopID: a.ShopID, Access: a.Access, Refresh: a.Refresh}); err != nil {
				return nil, err
			}
		}
		shops = append(shops, app.Shop(a.ShopID))
	}
	return shops, nil
}

// Explain turns a failed call into one sentence that names the variable to
// look at, where one is to blame.
func (a Account) Explain(err error) error {
	if a.Platform == "" || a.sandboxed {
		return err // no variable is to blame
	}
	names := prefix(a.Platform)
	hint := ""
	switch {
	case errors.Is(err, mall.ErrSignature) && a.Platform == mall.Kuaishou:
		hint = "check " + names + "APP_KEY, " + names + "SIGN_SECRET, which is not the app secret, and this machine's clock"
	case errors.Is(err, mall.ErrSignature):
		hint = "check " + names + "APP_KEY, " + names + "APP_SECRET and this machine's clock"
	case errors.Is(err, mall.ErrReauthorize), errors.Is(err, mall.ErrAuth):
		hint = "check " + names + "ACCESS_TOKEN, " + names + "REFRESH_TOKEN and " + names + "SHOP_ID, or authorise the shop again with examples/oauth"
	case a.Gateway != "" && (errors.Is(err, mall.ErrReply) || errors.Is(err, mall.ErrUnavailable) || errors.Is(err, mall.ErrUnknownOutcome)):
		hint = "check " + names + "GATEWAY"
	default:
		return err
	}
	return Usagef("%v; %s", err, hint)
}
