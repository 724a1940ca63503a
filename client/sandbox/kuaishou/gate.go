package kuaishou

import (
	"net/http"
	"strconv"
	"time"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
	"github.com/mallwire/mall/signing"
)

// systemParams are the parameters that every call needs, besides the token.
var systemParams = []string{"appkey", "method", "version", "param", "timestamp", "signMethod", "sign"}

// checkGate checks the system parameters and the signature. Neither the numbers
// of these refusals nor the order of the checks is documented.
func (k *platform) checkGate(c *stage.Call) (stage.Result, bool) {
	if c.Verb != http.MethodPost && c.Verb != http.MethodGet {
		return k.invalid("不支持的HTTP方法"), false
	}
	if c.TooLong {
		return k.invalid("请求体过大"), false
	}
	for _, name := range systemParams {
		if c.Form.Get(name) == "" {
			return k.invalid("缺少" + name), false
		}
	}
	method := signing.SignMethod(c.Form.Get("signMethod"))
	switch {
	case c.Form.Get("appkey") != appKey:
		return refuse(k.rules.UnknownAppCode, "unauthorized_client"), false
	case c.Form.Get("method") != c.Method:
		return k.invalid("method与请求路径不一致"), false
	case c.Form.Get("version") != "1":
		return k.invalid("version"), false
	case method != signing.KuaishouHMACSHA256 && method != signing.KuaishouMD5:
		return k.invalid("signMethod"), false
	}
	if r, ok := k.checkTimestamp(c); !ok {
		return r, false
	}
	if !k.signed(c) {
		return refuse(k.rules.SignatureCode, k.rules.SignatureMsg), false
	}
	return stage.Result{}, true
}

// signed checks the signature of the parameters as received. The signing rule
// decides which of them are signed.
func (k *platform) signed(c *stage.Call) bool {
	params := make([]signing.Param, 0, len(c.Form))
	for name := range c.Form {
		params = append(params, signing.Param{Key: name, Value: c.Form.Get(name)})
	}
	return signing.Check(signing.KuaishouCall{Params: params}, c.Sign, k.key) == nil
}

// checkTimestamp requires unix milliseconds.
func (k *platform) checkTimestamp(c *stage.Call) (stage.Result, bool) {
	text := c.Form.Get("timestamp")
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || !stage.Digits(text, 18) {
		return k.invalid("timestamp不是毫秒数"), false
	}
	tolerance := time.Duration(k.rules.TimestampToleranceSeconds) * time.Second
	if off := c.Now.Sub(time.UnixMilli(n)).Abs(); tolerance >= 0 && off > tolerance {
		return k.invalid("timestamp与平台时间相差过大"), false
	}
	return stage.Result{}, true
}

// checkToken checks the access token and the merchant's authorisation. A token
// of the app itself serves methods that need no merchant's grant. For other
// methods it is the wrong kind of token, which the platform's FAQ answers with
// 26.
func (k *platform) checkToken(c *stage.Call, m method) (stage.Result, bool) {
	rules := k.rules
	if c.Token == "" {
		return k.invalid("缺少access_token"), false
	}
	if until, ok := k.appTokens[c.Token]; ok {
		switch {
		case !c.Now.Before(until):
			return refuse(rules.ExpiredCode, rules.ExpiredMsg), false
		case !m.app:
			return refuse(26, "主账号不存在"), false
		}
		return stage.Result{}, true
	}
	sh, g := k.world.ByAccessToken(c.Token)
	switch standing := g.JudgeAccess(c.Now); {
	case standing == stage.StandingUnknown:
		return refuse(rules.UnknownTokenCode, rules.UnknownTokenMsg), false
	case sh.Authority != stage.AuthorityGiven:
		return refuse(24, "AUTHORIZATION_REVOKED"), false
	case standing == stage.StandingExpired:
		return refuse(rules.ExpiredCode, rules.ExpiredMsg), false
	case sh.Withheld[m.pack]:
		return refuse(rules.ScopeCode, rules.ScopeMsg), false
	}
	return stage.Result{}, true
}
