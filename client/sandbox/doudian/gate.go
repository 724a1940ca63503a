package doudian

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
	"github.com/mallwire/mall/signing"
)

// The values of sign_method.
const (
	signMD5  = "md5"
	signHMAC = "hmac-sha256"
)

// checkGate checks what every call needs: app key, timestamp, version and a
// signature of the parameters as received. The codes for app key, timestamp and
// signature are documented. Those for a wrong method in the query, v,
// sign_method and HTTP verb are the nearest general ones, and the order of the
// checks is assumed.
func (d *platform) checkGate(c *stage.Call) (stage.Result, bool) {
	q := c.Query
	method := q.Get("sign_method")
	if method == "" {
		method = d.rules.DefaultSignMethod
	}
	switch {
	case c.Verb != http.MethodPost && c.Verb != http.MethodGet:
		return refuse(40003, "isv.parameter-invalid", "不支持的HTTP方法"), false
	case c.TooLong:
		return refuse(40003, "isv.parameter-invalid", "请求体过大"), false
	case q.Get("app_key") == "":
		return refuse(40001, "isv.app-id-missing", "缺少app_key参数"), false
	case q.Get("app_key") != appKey:
		return refuse(40003, "isv.app-id-invalid", "app_key不存在"), false
	case q.Get("method") == "":
		return refuse(40001, "isv.parameter-missing", "缺少method参数"), false
	case q.Get("method") != c.Method:
		return refuse(40003, "isv.parameter-invalid", "method与请求路径不一致"), false
	}
	if r, ok := d.checkTimestamp(c); !ok {
		return r, false
	}
	switch {
	case q.Get("v") != "2":
		return refuse(40003, "isv.parameter-invalid", "v参数错误"), false
	case c.Sign == "":
		return refuse(40001, "isv.signature-missing", "缺少sign参数"), false
	case method != signMD5 && method != signHMAC:
		return refuse(40003, "isv.parameter-invalid", "sign_method参数错误"), false
	case !d.signed(c, method):
		return refuse(40003, "isv.signature-invalid", "签名校验失败"), false
	}
	return stage.Result{}, true
}

// signed checks the signature of the parameters as received. SDKs in production
// escape differently, so the platform cannot bring them into one form first.
func (d *platform) signed(c *stage.Call, method string) bool {
	return signing.Check(signing.DoudianCall{
		AppKey: c.Query.Get("app_key"), Method: c.Query.Get("method"), ParamJSON: []byte(c.Params),
		Timestamp: c.Query.Get("timestamp"), SignMethod: signing.SignMethod(method),
	}, c.Sign, d.key) == nil
}

// timeForms are the date forms of a timestamp, besides unix seconds.
var timeForms = []string{time.DateTime, "2006/01/02 15:04:05"}

// checkTimestamp accepts the three forms that callers send.
func (d *platform) checkTimestamp(c *stage.Call) (stage.Result, bool) {
	text := c.Query.Get("timestamp")
	at, ok := parseTime(text)
	if !ok {
		return refuse(40003, "isv.timestamp-format-error", "timestamp格式错误"), false
	}
	tolerance := time.Duration(d.rules.TimestampToleranceSeconds) * time.Second
	if off := c.Now.Sub(at).Abs(); tolerance >= 0 && off > tolerance {
		return refuse(40003, "isv.timestamp-invalid", "timestamp与平台时间相差过大"), false
	}
	return stage.Result{}, true
}

func parseTime(text string) (time.Time, bool) {
	if stage.Digits(text, 10) {
		n, err := strconv.ParseInt(text, 10, 64)
		return time.Unix(n, 0), err == nil
	}
	for _, form := range timeForms {
		if t, err := time.ParseInLocation(form, strings.TrimSpace(text), mall.Beijing); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// checkToken checks the access token and the merchant's authorisation.
func (d *platform) checkToken(c *stage.Call) (stage.Result, bool) {
	if c.Token == "" {
		return refuse(40001, "isv.access-token-missing", "缺少access_token参数"), false
	}
	sh, g := d.world.ByAccessToken(c.Token)
	if g == nil {
		return refuse(40003, "isv.access-token-no-existed", "access_token不存在"), false
	}
	switch sh.Authority {
	case stage.AuthorityGone:
		return refuse(30001, "dop.authorization-no-existed", "店铺授权已失效，请重新授权"), false
	case stage.AuthorityClosed:
		return refuse(30001, "dop.authorization-closed", "店铺授权已被关闭"), false
	}
	switch g.JudgeAccess(c.Now) {
	case stage.StandingUnknown:
		return refuse(40003, "isv.access-token-no-existed", "access_token不存在"), false
	case stage.StandingExpired:
		return refuse(40003, "isv.access-token-expired", "access_token已过期"), false
	}
	return stage.Result{}, true
}
