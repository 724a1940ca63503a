package signing

import "fmt"

// Doudian API calls (signature v2). The text is
//
//	secret "app_key"… "method"… "param_json"… "timestamp"… "v" "2" secret
//
// and is digested by HMAC-SHA256, whose key is the secret once more, or by
// plain MD5; the signature is lower-case hex. access_token, sign_method and
// sign are not signed. Sources: zsmhub/doudian-sdk:utils/sign_util.go,
// westng/doudian-sdk:src/Utils/SignUtil.php.
//
// A message push carries, in the header event-sign, the MD5 of app key, body as
// received and secret: zsmhub/doudian-sdk:message/doudian_sign.go. The platform
// offers nothing stronger for pushes.

// DoudianCall is a call of Doudian's API.
type DoudianCall struct {
	AppKey string
	Method string // with its dots and letter case: "order.searchList"
	// ParamJSON is the body as it is sent, in the form that [CanonicalJSON]
	// or [AppendDoudianParams] writes; it is signed as it stands. Empty means
	// {}, which is then also what to send.
	ParamJSON []byte
	// Timestamp is the parameter of that name as it is sent: Unix seconds.
	Timestamp string
	// SignMethod is [HMACSHA256], as in the platform's newer SDKs, or [MD5].
	// Empty means [HMACSHA256].
	SignMethod SignMethod
}

// AppendSign appends the signature of c, and does not allocate where dst has room.
// It appends nothing where the key has no secret or the sign method is unknown;
// [Sign] says which.
func (c DoudianCall) AppendSign(dst []byte, k *Key) []byte { return appendSign(dst, c, k) }

func (c DoudianCall) rule() rule {
	r := rule{enc: lowerHex, before: true, after: true}
	switch c.SignMethod {
	case HMACSHA256, "":
		r.digest = digestHMACSHA256
	case MD5:
		r.digest = digestMD5
	}
	return r
}

func (c DoudianCall) appendText(dst []byte) ([]byte, error) {
	dst = append(dst, "app_key"...)
	dst = append(dst, c.AppKey...)
	dst = append(dst, "method"...)
	dst = append(dst, c.Method...)
	dst = append(dst, "param_json"...)
	if len(c.ParamJSON) == 0 {
		dst = append(dst, "{}"...)
	}
	dst = append(dst, c.ParamJSON...)
	dst = append(dst, "timestamp"...)
	dst = append(dst, c.Timestamp...)
	return append(dst, "v2"...), nil
}

func (c DoudianCall) steps() []string {
	return []string{
		"take app_key = " + shown(c.AppKey),
		"take method = " + shown(c.Method),
		"take param_json = " + shown(string(c.ParamJSON)) + " (the body, byte for byte as sent; empty stands for {})",
		"take timestamp = " + shown(c.Timestamp),
		"take v = 2",
		"leave out access_token, sign_method, sign: the platform does not sign them",
		"join name and value of each in this order with nothing between",
	}
}

// DoudianPush is a message push of Doudian. Its signature arrives in the header
// event-sign and is compared without letter case.
type DoudianPush struct {
	AppKey string // that of this app, which the header app-id names too
	Body   []byte // as received, never re-encoded
}

func (DoudianPush) rule() rule {
	return rule{digest: digestMD5, enc: lowerHex, after: true, anyCase: true}
}

func (p DoudianPush) appendText(dst []byte) ([]byte, error) {
	dst = append(dst, p.AppKey...)
	return append(dst, p.Body...), nil
}

func (p DoudianPush) steps() []string {
	return []string{
		"take the app key " + shown(p.AppKey),
		fmt.Sprintf("append the body, %d bytes as received", len(p.Body)),
	}
}
