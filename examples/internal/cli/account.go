package cli

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/internal/platforms"
)

// Account reads the platform's variables from the environment. With none of
// them set there is no account, which is no error: the program then uses the
// sandbox. A [UsageError] says which one is missing or wrong.
func (env Env) Account(p platforms.Platform, use platforms.Use) (a platforms.Account, found bool, err error) {
	a = p.Read(func(name string) string { return env.Getenv(p.Prefix() + name) })
	if len(a.Values) == 0 {
		return platforms.Account{}, false, nil
	}
	return a, true, check(a, use)
}

// check says what is missing or wrong for that use.
func check(a platforms.Account, use platforms.Use) error {
	p := a.Platform
	needed, _ := p.Names(use)
	if a.Values[platforms.RefreshToken] != "" && !slices.Contains(needed, platforms.AccessToken) {
		needed = append(needed, platforms.AccessToken) // a refresh token alone is not enough
	}
	for _, v := range p.Variables {
		value, name := a.Text(v.Name), p.Prefix()+v.Name
		switch {
		case value == "" && slices.Contains(needed, v.Name):
			return Usagef("缺少环境变量 %s%s：设置它来使用真实平台，或清除所有 %s* 变量来使用沙箱", name, note(v), p.Prefix())
		case v.Number && !Digits(value):
			return Usagef("环境变量 %s 必须是数字，以平台控制台显示的为准", name)
		}
	}
	return nil
}

func note(v platforms.Variable) string {
	if v.Note == "" {
		return ""
	}
	return "（" + v.Note + "）"
}

// Digits tells whether nothing but digits is in the text.
func Digits(text string) bool { return strings.Trim(text, "0123456789") == "" }

// Accounts reads the accounts of the chosen platforms from the environment.
// Without any there is none, which is no error: the program then uses the
// sandbox.
func (env Env) Accounts(c *PlatformChoice) ([]platforms.Account, error) {
	var found []platforms.Account
	for _, p := range c.Platforms {
		a, ok, err := env.Account(p, platforms.ForShop)
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, a)
		}
	}
	return found, nil
}

// App makes the app of an account. A [UsageError] says what does not fit.
func App(a platforms.Account, opts ...client.Option) (*client.App, error) {
	app, err := a.App(opts...)
	if err != nil {
		return nil, Usagef("环境变量 %s* 有误：%s", a.Platform.Prefix(), Say(err))
	}
	return app, nil
}

// Shops makes one app of accounts that differ in their shops only, with the
// shops' tokens stored in it. A [UsageError] says what does not fit.
func Shops(ctx context.Context, accounts []platforms.Account, opts ...client.Option) ([]*client.Shop, error) {
	app, err := App(accounts[0], opts...)
	if err != nil {
		return nil, err
	}
	return platforms.Import(ctx, app, accounts)
}

// Explain turns a failed call into one sentence that names the variable to
// look at, where one is to blame.
func Explain(a platforms.Account, err error) error {
	if err == nil || a.InBox || len(a.Values) == 0 {
		return err // no variable is to blame
	}
	hint := ""
	switch {
	case errors.Is(err, mall.ErrSignature):
		hint = "请检查 " + names(a.Platform, a.Platform.SignedWith...) + " 和本机时钟"
	case errors.Is(err, mall.ErrReauthorize), errors.Is(err, mall.ErrAuth):
		hint = "请检查 " + names(a.Platform, platforms.AccessToken, platforms.RefreshToken, platforms.ShopID) +
			"，或用 examples/oauth 重新授权"
	case errors.Is(err, mall.ErrPermission):
		hint = "请检查 " + names(a.Platform, platforms.AppKey) + "，或在平台控制台申请接口权限"
	case a.Values[platforms.Gateway] != "" &&
		(errors.Is(err, mall.ErrReply) || errors.Is(err, mall.ErrUnavailable) || errors.Is(err, mall.ErrUnknownOutcome)):
		hint = "请检查 " + names(a.Platform, platforms.Gateway)
	default:
		return err
	}
	return Usagef("%s；%s", Say(err), hint)
}

// names are the full names of variables, with what people mix up about them.
func names(p platforms.Platform, short ...string) string {
	var full []string
	for _, v := range p.Variables {
		if slices.Contains(short, v.Name) {
			full = append(full, p.Prefix()+v.Name+note(v))
		}
	}
	return strings.Join(full, "、")
}
