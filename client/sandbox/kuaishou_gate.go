package sandbox

import (
	"net/http"
	"strconv"
	"time"

	"github.com/mallwire/mall/signing"
)

// ksSystem are the parameters that every call must bring, besides the token.
var ksSystem = []string{"appkey", "method", "version", "param", "timestamp", "signMethod", "sign"}

// checkGate checks the system parameters and the signature. No document has
// the numbers of these refusals, nor the order of the checks.
func (k *kuaishou) checkGate(c *call) (result, bool) {
	if c.verb != http.MethodPost && c.verb != http.MethodGet {
		return k.invalid("不支持的HTTP方法"), false
	}
	if c.tooLong {
		return k.invalid("请求体过大"), false
	}
	for _, name := range ksSystem {
		if c.form.Get(name) == "" {
			return k.invalid("缺少" + name), false
		}
	}
	method := signing.SignMethod(c.form.Get("signMethod"))
	switch {
	case c.form.Get("appkey") != ksAppKey:
		return ksRefuse(k.rules().UnknownAppCode, "unauthorized_client"), false
	case c.form.Get("method") != c.method:
		return k.invalid("method与请求路径不一致"), false
	case c.form.Get("version") != "1":
		return k.invalid("version"), false
	case method != signing.KuaishouHMACSHA256 && method != signing.KuaishouMD5:
		return k.invalid("signMethod"), false
	}
	if r, ok := k.checkTimestamp(c); !ok {
		return r, false
	}
	if !k.signed(c) {
		return ksRefuse(k.rules().SignatureCode, k.rules().SignatureMsg), false
	}
	return result{}, true
}

// signed checks the signature over the parameters as received. The rule knows
// which of them take part.
func (k *kuaishou) signed(c *call) bool {
	params := make([]signing.Param, 0, len(c.form))
	for name := range c.form {
		params = append(params, signing.Param{Key: name, Value: c.form.Get(name)})
	}
	return signing.Check(signing.KuaishouCall{Params: params}, c.sign, k.key) == nil
}

// checkTimestamp reads milliseconds, in digits.
func (k *kuaishou) checkTimestamp(c *call) (result, bool) {
	text := c.form.Get("timestamp")
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || !digits(text, 18) {
		return k.invalid("timestamp不是毫秒数"), false
	}
	tolerance := time.Duration(k.rules().TimestampToleranceSeconds) * time.Second
	if off := c.now.Sub(time.UnixMilli(n)).Abs(); tolerance >= 0 && off > tolerance {
		return k.invalid("timestamp与平台时间相差过大"), false
	}
	return result{}, true
}

// checkToken checks the access token and the merchant's authorisation. A token
// of the app itself serves the methods that need no merchant's grant; for
// others it is a token of the wrong kind, which the platform's FAQ answers
// by 26.
func (k *kuaishou) checkToken(c *call, m ksMethod) (result, bool) {
	rules := k.rules()
	if c.token == "" {
		return k.invalid("缺少access_token"), false
	}
	if until, ok := k.appTokens[c.token]; ok {
		switch {
		case !c.now.Before(until):
			return ksRefuse(rules.ExpiredCode, rules.ExpiredMsg), false
		case !m.app:
			return ksRefuse(26, "主账号不存在"), false
		}
		return result{}, true
	}
	sh, g := k.world.ByAccessToken(c.token)
	switch standing := g.judgeAccess(c.now); {
	case standing == standingUnknown:
		return ksRefuse(rules.UnknownTokenCode, rules.UnknownTokenMsg), false
	case sh.authority != authorityGiven:
		return ksRefuse(24, "AUTHORIZATION_REVOKED"), false
	case standing == standingExpired:
		return ksRefuse(rules.ExpiredCode, rules.ExpiredMsg), false
	case sh.withheld[m.pack]:
		return ksRefuse(rules.ScopeCode, rules.ScopeMsg), false
	}
	return result{}, true
}
