package sandbox

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/signing"
)

// The sign methods that Doudian knows.
const (
	ddMD5  = "md5"
	ddHMAC = "hmac-sha256"
)

// checkGate checks what every call must bring: app key, timestamp, version and
// a signature over the very text of the parameters. Codes for app key,
// timestamp and signature are documented; those for another method in the
// query, v, sign_method and the HTTP verb are the nearest general ones, and the
// order of the checks is assumed.
func (d *doudian) checkGate(c *call) (result, bool) {
	q := c.query
	method := q.Get("sign_method")
	if method == "" {
		method = d.rules().DefaultSignMethod
	}
	switch {
	case c.verb != http.MethodPost && c.verb != http.MethodGet:
		return refuse(40003, "isv.parameter-invalid", "不支持的HTTP方法"), false
	case c.tooLong:
		return refuse(40003, "isv.parameter-invalid", "请求体过大"), false
	case q.Get("app_key") == "":
		return refuse(40001, "isv.app-id-missing", "缺少app_key参数"), false
	case q.Get("app_key") != ddAppKey:
		return refuse(40003, "isv.app-id-invalid", "app_key不存在"), false
	case q.Get("method") == "":
		return refuse(40001, "isv.parameter-missing", "缺少method参数"), false
	case q.Get("method") != c.method:
		return refuse(40003, "isv.parameter-invalid", "method与请求路径不一致"), false
	}
	if r, ok := d.checkTimestamp(c); !ok {
		return r, false
	}
	switch {
	case q.Get("v") != "2":
		return refuse(40003, "isv.parameter-invalid", "v参数错误"), false
	case c.sign == "":
		return refuse(40001, "isv.signature-missing", "缺少sign参数"), false
	case method != ddMD5 && method != ddHMAC:
		return refuse(40003, "isv.parameter-invalid", "sign_method参数错误"), false
	case !d.signed(c, method):
		return refuse(40003, "isv.signature-invalid", "签名校验失败"), false
	}
	return result{}, true
}

// signed checks the signature over the text of the parameters as received: SDKs
// in production escape differently, so the platform cannot be canonicalising.
func (d *doudian) signed(c *call, method string) bool {
	return signing.Check(signing.DoudianCall{
		AppKey: c.query.Get("app_key"), Method: c.query.Get("method"), ParamJSON: []byte(c.params),
		Timestamp: c.query.Get("timestamp"), SignMethod: signing.SignMethod(method),
	}, c.sign, d.key) == nil
}

// ddTimeForms are the clock-face forms of a timestamp; the third, unix seconds, is not a form.
var ddTimeForms = []string{time.DateTime, "2006/01/02 15:04:05"}

// checkTimestamp reads any of the three forms seen in the wild.
func (d *doudian) checkTimestamp(c *call) (result, bool) {
	text := c.query.Get("timestamp")
	at, ok := ddTime(text)
	if !ok {
		return refuse(40003, "isv.timestamp-format-error", "timestamp格式错误"), false
	}
	tolerance := time.Duration(d.rules().TimestampToleranceSeconds) * time.Second
	if off := c.now.Sub(at).Abs(); tolerance >= 0 && off > tolerance {
		return refuse(40003, "isv.timestamp-invalid", "timestamp与平台时间相差过大"), false
	}
	return result{}, true
}

func ddTime(text string) (time.Time, bool) {
	if digits(text, 10) {
		n, err := strconv.ParseInt(text, 10, 64)
		return time.Unix(n, 0), err == nil
	}
	for _, form := range ddTimeForms {
		if t, err := time.ParseInLocation(form, strings.TrimSpace(text), mall.Beijing); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// checkToken checks the access token and the merchant's authorisation.
func (d *doudian) checkToken(c *call) (result, bool) {
	if c.token == "" {
		return refuse(40001, "isv.access-token-missing", "缺少access_token参数"), false
	}
	sh, g := d.world.ByAccessToken(c.token)
	if g == nil {
		return refuse(40003, "isv.access-token-no-existed", "access_token不存在"), false
	}
	switch sh.authority {
	case authorityGone:
		return refuse(30001, "dop.authorization-no-existed", "店铺授权已失效，请重新授权"), false
	case authorityClosed:
		return refuse(30001, "dop.authorization-closed", "店铺授权已被关闭"), false
	}
	switch g.judgeAccess(c.now) {
	case standingUnknown:
		return refuse(40003, "isv.access-token-no-existed", "access_token不存在"), false
	case standingExpired:
		return refuse(40003, "isv.access-token-expired", "access_token已过期"), false
	}
	return result{}, true
}
