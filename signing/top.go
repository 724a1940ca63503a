package signing

// Taobao and Tmall TOP (淘宝开放平台), Qimen (奇门) calls and the message channel
// TMC. Parameters whose key or value is empty are neither sent nor signed, and a
// value of blanks counts as empty. The others are sorted by key and joined as key,
// value, key, value. A raw body, which Qimen and the batch API send, is appended
// byte for byte. That text is digested in one of three ways:
//
//	md5          MD5(secret text secret)
//	hmac         HMAC-MD5(key secret, text)
//	hmac-sha256  HMAC-SHA256(key secret, text)
//
// in upper-case hex. Source: opendingtalk/alibaba-dingtalk-service-sdk:
// src/main/java/com/taobao/api/internal/util/TaobaoUtils.java (official Java
// SDK) and the official document 101617. MD5 is the platform's choice.

var topParams = listRule{signature: "sign", dropBlank: true}

// TOPCall is a call of TOP, of Qimen or of a Qimen scene.
type TOPCall struct {
	// Params are all parameters except files: those of the protocol and those of
	// the method. Their order does not matter; a parameter sign is left out. Do not
	// send a parameter whose value is empty or blank, since it is not signed.
	Params []Param
	// Body is the raw JSON or XML body. Nil for a form, whose fields are Params.
	Body []byte
	// SignMethod is [HMACSHA256], [HMACMD5] or [MD5]; a server has to take all
	// three. Empty means the value of the parameter sign_method.
	SignMethod SignMethod
}

// AppendSign is like [DoudianCall.AppendSign].
func (c TOPCall) AppendSign(dst []byte, k *Key) []byte { return appendSign(dst, c, k) }

func (c TOPCall) rule() rule {
	m := c.SignMethod
	if m == "" {
		m = SignMethod(valueOf(c.Params, "sign_method"))
	}
	switch m {
	case MD5:
		return topMD5
	case HMACMD5:
		return rule{digest: digestHMACMD5, enc: upperHex}
	case HMACSHA256:
		return rule{digest: digestHMACSHA256, enc: upperHex}
	}
	return rule{}
}

var topMD5 = rule{digest: digestMD5, enc: upperHex, before: true, after: true}

func (c TOPCall) appendText(dst []byte) ([]byte, error) {
	dst = topParams.append(dst, c.Params)
	return append(dst, c.Body...), nil
}

func (c TOPCall) steps() []string { return bodyStep(topParams.steps(c.Params), c.Body) }

// TMCConnect is the handshake of the message channel. Other headers of it are not
// signed.
type TMCConnect struct {
	AppKey    string
	Group     string // group_name; "default" unless groups are used
	Timestamp string // Unix milliseconds
}

func (TMCConnect) rule() rule { return topMD5 }

func (m TMCConnect) params() []Param {
	return []Param{{"app_key", m.AppKey}, {"group_name", m.Group}, {"timestamp", m.Timestamp}}
}

func (m TMCConnect) appendText(dst []byte) ([]byte, error) {
	return topParams.append(dst, m.params()), nil
}

func (m TMCConnect) steps() []string { return topParams.steps(m.params()) }

// valueOf returns the value of the first parameter named key.
func valueOf(params []Param, key string) string {
	for i := range params {
		if params[i].Key == key {
			return params[i].Value
		}
	}
	return ""
}
