package signing

// Kuaishou shop (快手小店) calls. Only the seven parameters of kuaishouParams are
// signed, sorted by key. One that is not sent is left out, an empty one is signed
// as "param=". They are joined as key=value with & between, not percent-encoded,
// and "&signSecret=" with the secret follows. That text is digested by MD5, in
// lower-case hex, or by HMAC-SHA256 keyed with the same secret, in base64.
// Source: the official guide "API调用说明", copied in
// AndersonBY/kwaixiaodian-python-sdk:docs/开发指南和规则协议/开发文档/.
//
// The secret is the app's signSecret, not its appSecret, which is for OAuth.
// Always send param, {} where there are no parameters: public clients disagree
// about an empty one.

var kuaishouParams = listRule{
	signature: "sign",
	only:      []string{"access_token", "appkey", "method", "param", "signMethod", "timestamp", "version"},
	equals:    "=",
	between:   "&",
}

// The sign methods of [KuaishouCall].
const (
	// The platform writes an underscore; the hyphen in one public client is wrong.
	KuaishouHMACSHA256 SignMethod = "HMAC_SHA256"
	KuaishouMD5        SignMethod = "MD5"
)

// KuaishouCall is a call of Kuaishou's API.
type KuaishouCall struct {
	// Params are the parameters of the call, param among them as the one JSON
	// text that is sent. Their order does not matter.
	Params []Param
	// SignMethod is [KuaishouHMACSHA256], which the platform recommends, or
	// [KuaishouMD5]. Empty means the value of the parameter signMethod.
	SignMethod SignMethod
}

// AppendSign is like [DoudianCall.AppendSign].
func (c KuaishouCall) AppendSign(dst []byte, k *Key) []byte { return appendSign(dst, c, k) }

func (c KuaishouCall) rule() rule {
	m := c.SignMethod
	if m == "" {
		m = SignMethod(valueOf(c.Params, "signMethod"))
	}
	switch m {
	case KuaishouMD5:
		return rule{digest: digestMD5, enc: lowerHex, after: true}
	case KuaishouHMACSHA256:
		return rule{digest: digestHMACSHA256, enc: base64Std, after: true}
	}
	return rule{}
}

func (c KuaishouCall) appendText(dst []byte) ([]byte, error) {
	dst = kuaishouParams.append(dst, c.Params)
	return append(dst, "&signSecret="...), nil
}

func (c KuaishouCall) steps() []string {
	return append(kuaishouParams.steps(c.Params), "append &signSecret=")
}
