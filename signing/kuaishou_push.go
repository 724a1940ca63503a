package signing

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"fmt"
	"unicode/utf8"
)

// Kuaishou pushes are not signed. The body is base64 of AES-CBC with PKCS#5
// padding, key = the message key of the console (base64, neither appSecret nor
// signSecret), IV = 16 zero bytes; the plain text is UTF-8. That it opens is all
// the proof there is, so look at its JSON shape and its appKey as well, and
// never take a body that is not encrypted, the heartbeat included. Source:
// the official page "消息服务说明", copied in AndersonBY/kwaixiaodian-python-sdk, and
// kwaishopTradePlatform/kwaishop-digital-access-demo:PlatformEventSecurityUtil.java.

// KuaishouCipher opens pushes of one message key. It is safe for concurrent
// use.
type KuaishouCipher struct{ block cipher.Block }

// NewKuaishouCipher takes the message key as the console shows it. Keys seen
// have 16 bytes; 24 and 32 are accepted. The error is [ErrNoSecret] for an
// empty key and [ErrMalformed] for one that is no base64 or has another length.
func NewKuaishouCipher(messageKey string) (*KuaishouCipher, error) {
	if messageKey == "" {
		return nil, ErrNoSecret
	}
	key, err := base64.StdEncoding.DecodeString(messageKey)
	if err != nil {
		return nil, fmt.Errorf("%w: message key is not base64", ErrMalformed)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("%w: message key of %d bytes", ErrMalformed, len(key))
	}
	return &KuaishouCipher{block}, nil
}

// Format writes a placeholder for every verb.
func (c *KuaishouCipher) Format(w fmt.State, _ rune) { redact(w) }

const kuaishouIV = "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"

// kuaishouBase64 reads one spelling of each body.
var kuaishouBase64 = base64.StdEncoding.Strict()

// AppendDecrypt appends the plain text of a push body. Whatever is wrong, the
// error is [ErrDecrypt].
func (c *KuaishouCipher) AppendDecrypt(dst, body []byte) ([]byte, error) {
	n := len(dst)
	dst, err := kuaishouBase64.AppendDecode(dst, bytes.TrimSpace(body))
	if err != nil {
		return nil, ErrDecrypt
	}
	plain, err := decryptInPlace(dst[n:], c.block, []byte(kuaishouIV))
	// A wrong key passes the padding once in 256 times, but is not text then.
	if err != nil || !utf8.Valid(plain) {
		return nil, ErrDecrypt
	}
	return dst[:n+len(plain)], nil
}

// AppendEncrypt appends the body of a push with this plain text: for those who
// play the platform's part, such as tests.
func (c *KuaishouCipher) AppendEncrypt(dst, plain []byte) []byte {
	return base64.StdEncoding.AppendEncode(dst, appendEncrypt(nil, c.block, kuaishouIV, plain))
}
