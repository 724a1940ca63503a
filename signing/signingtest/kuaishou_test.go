package signingtest

import (
	"strings"
	"testing"
)

// TestKuaishouShapes: the vectors of this platform give a bare text, a bare bool,
// an object or the name of an error.
func TestKuaishouShapes(t *testing.T) {
	t.Parallel()
	const call = `{"signSecret":"s","params":{"method":"m","appkey":"a","version":null,"timestamp":1},"sign":"SIGN"}`
	sign := md5Hex("appkey=a&method=m&timestamp=1&signSecret=s")
	with := func(sign string) string { return strings.Replace(call, "SIGN", sign, 1) }
	runShapes(t, []shape{
		{"text", "kuaishou.sign.MD5", with(""), `"` + sign + `"`, "", true},
		{"other text", "kuaishou.sign.MD5", with(""), `"x"`, "", false},
		{"true", "kuaishou.sign.MD5", with(sign), `true`, "", true},
		{"true, wrong", "kuaishou.sign.MD5", with("x"), `true`, "", false},
		{"false", "kuaishou.sign.MD5", with("x"), `false`, "", true},
		{"false, right", "kuaishou.sign.MD5", with(sign), `false`, "", false},
		{"false, empty", "kuaishou.sign.MD5", with(""), `false`, "", true},
		{"valid", "kuaishou.sign.MD5", with(sign), `{"valid":true,"sign":"` + sign + `"}`, "", true},
		{"invalid", "kuaishou.sign.MD5", with("x"), `{"valid":false}`, "", true},
		{"invalid, right", "kuaishou.sign.MD5", with(sign), `{"valid":false}`, "", false},
		{"one of two", "kuaishou.sign.MD5", with(sign), `{"valid":true,"sign":"x"}`, "", false},
		{"unknown name", "kuaishou.sign.MD5", with(sign), `{"nonce":"x"}`, "", false},
		{"nothing named", "kuaishou.sign.MD5", with(sign), `{}`, "", false},
		{"nothing", "kuaishou.sign.MD5", with(sign), `null`, "", false},
		{"absent", "kuaishou.sign.MD5", with(sign), ``, "", false},
		{"must not verify", "kuaishou.sign.MD5", with(""), `"x"`, "false", true},
		{"must not verify, does", "kuaishou.sign.MD5", with(""), `"` + sign + `"`, "false", false},
		{"must verify", "kuaishou.sign.MD5", with(""), `"` + sign + `"`, "true", true},
		{"error", "kuaishou.push.AES_CBC", `{"messageKey_base64":"AAECAwQFBgcICQoLDA0ODw==","body":"AAAA"}`, `"error (length)"`, "", true},
		{"error object", "kuaishou.push.AES_CBC", `{"messageKey_base64":"","body":"AAAA"}`, `{"error":"key"}`, "", true},
		{"no error", "kuaishou.push.AES_CBC", `{"messageKey_base64":"AAECAwQFBgcICQoLDA0ODw==","body":"vftmsTE4kncTlrYRCUwCMg=="}`, `"error"`, "", false},
		{"opens, though it must not", "kuaishou.push.AES_CBC", `{"messageKey_base64":"AAECAwQFBgcICQoLDA0ODw==","body":"vftmsTE4kncTlrYRCUwCMg=="}`, `false`, "", false},
		{"does not open", "kuaishou.push.AES_CBC", `{"messageKey_base64":"AAECAwQFBgcICQoLDA0ODw==","body":"vftmsTE4kncTlrYRCUwCMw=="}`, `false`, "", true},
		{"unexpected error", "kuaishou.push.AES_CBC", `{"messageKey_base64":"","body":"AAAA"}`, `"{}"`, "", false},
		{"empty secret", "kuaishou.sign.MD5", `{"signSecret":"","params":{},"sign":"x"}`, `false`, "", true},
		{"empty secret, no refusal expected", "kuaishou.sign.MD5", `{"signSecret":"","params":{}}`, `"x"`, "", false},
		{"form", "kuaishou.form", `{"params":{"b":"1 2","a":"é"}}`, `"a=%C3%A9&b=1+2"`, "", true},
	})
}
