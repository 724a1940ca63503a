// Package cli is what the example programs share: accounts from the
// environment, exit codes, tables and progress.
package cli

import (
	"errors"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
)

// Account is an app on a real platform, as the environment names it.
type Account struct {
	Platform  mall.Platform
	AppKey    string
	AppSecret mall.Secret
	ShopID    string // may be empty where the caller does not need a shop
	Access    mall.Secret
	Refresh   mall.Secret
	Gateway   string
	ServiceID string
	ListLag   time.Duration // how late orders may be listed; zero: the driver's own assumption
}

// AccountFrom reads MALL_<PLATFORM>_APP_KEY, _APP_SECRET, _SHOP_ID and, as far
// as they are set, _ACCESS_TOKEN, _REFRESH_TOKEN, _GATEWAY, _SERVICE_ID. With
// none of them set there is no account, which is no error: the program then
// uses the sandbox. A [UsageError] says which one is missing or wrong.
func (env Env) AccountFrom(p mall.Platform, needShop bool) (a Account, found bool, err error) {
	prefix := "MALL_" + strings.ToUpper(string(p)) + "_"
	get := func(name string) string {
		v := strings.TrimSpace(env.Getenv(prefix + name))
		found = found || v != ""
		return v
	}
	a = Account{
		Platform: p, AppKey: get("APP_KEY"), AppSecret: mall.Secret(get("APP_SECRET")), ShopID: get("SHOP_ID"),
		Access: mall.Secret(get("ACCESS_TOKEN")), Refresh: mall.Secret(get("REFRESH_TOKEN")),
		Gateway: get("GATEWAY"), ServiceID: get("SERVICE_ID"),
	}
	if !found {
		return Account{}, false, nil
	}
	for _, need := range []struct {
		name  string
		unset bool
	}{
		{"APP_KEY", a.AppKey == ""}, {"APP_SECRET", a.AppSecret == ""}, {"SHOP_ID", needShop && a.ShopID == ""},
	} {
		if need.unset {
			return Account{}, true, Usagef(
				"%s%s is missing: set it to use the real platform, or unset all %s* variables to use the sandbox", prefix, need.name, prefix)
		}
	}
	for name, v := range map[string]string{"APP_KEY": a.AppKey, "SHOP_ID": a.ShopID} {
		if strings.Trim(v, "0123456789") != "" {
			return Account{}, true, Usagef("%s%s must be a number, as shown on the platform's console", prefix, name)
		}
	}
	return a, true, nil
}

// App makes the app of the account.
func (a Account) App(opts ...client.Option) (*client.App, error) {
	app, err := doudian.New(doudian.Config{
		AppKey: a.AppKey, AppSecret: a.AppSecret, Gateway: a.Gateway, ServiceID: a.ServiceID,
		SelfUse:     a.Access == "" && a.Refresh == "",
		Assumptions: doudian.Assumptions{ListLag: a.ListLag},
	}, opts...)
	if err != nil {
		return nil, Usagef("the MALL_%s_* variables do not fit: %v", strings.ToUpper(string(a.Platform)), err)
	}
	return app, nil
}

// Explain turns a failed call into one sentence that names the variable to
// look at, where one is to blame.
func (a Account) Explain(err error) error {
	if a.Platform == "" {
		return err // the sandbox: no variable is to blame
	}
	prefix := "MALL_" + strings.ToUpper(string(a.Platform)) + "_"
	hint := ""
	switch {
	case errors.Is(err, mall.ErrSignature):
		hint = "check " + prefix + "APP_KEY, " + prefix + "APP_SECRET and this machine's clock"
	case errors.Is(err, mall.ErrReauthorize), errors.Is(err, mall.ErrAuth):
		hint = "check " + prefix + "ACCESS_TOKEN, " + prefix + "REFRESH_TOKEN and " + prefix + "SHOP_ID, or authorise the shop again with examples/oauth"
	case a.Gateway != "" && (errors.Is(err, mall.ErrReply) || errors.Is(err, mall.ErrUnavailable) || errors.Is(err, mall.ErrUnknownOutcome)):
		hint = "check " + prefix + "GATEWAY"
	default:
		return err
	}
	return Usagef("%v; %s", err, hint)
}
