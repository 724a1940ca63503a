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
// padding and an IV of 16 zero bytes. The key is the message key of the console,
// in base64: neither appSecret nor signSecret. The plain text is UTF-8. That a
// body can be decrypted is all that shows where it comes from, so look at its JSON
// shape and its appKey as well, and take no body that is not encrypted, not even
// the heartbeat. Source:
// the official page "消息服务说明", copied in AndersonBY/kwaixiaodian-python-sdk, and
// kwaishopTradePlatform/kwaishop-digital-access-demo:PlatformEventSecurityUtil.java.

// KuaishouCipher decrypts pushes that were encrypted with one message key. It is
// safe for concurrent use.
type KuaishouCipher struct{ block cipher.Block }

// NewKuaishouCipher takes the message key as the console shows it, in base64. The
// keys known have 16 bytes; 24 and 32 are accepted too. The error is [ErrNoSecret]
// for an empty key and [ErrMalformed] for one of another form or length.
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

// kuaishouBase64 is strict, so that no two texts decode to the same body.
var kuaishouBase64 = base64.StdEncoding.Strict()

// AppendDecrypt appends the plain text of a push body. The error is [ErrDecrypt].
func (c *KuaishouCipher) AppendDecrypt(dst, body []byte) ([]byte, error) {
	n := len(dst)
	dst, err := kuaishouBase64.AppendDecode(dst, bytes.TrimSpace(body))
	if err != nil {
		return nil, ErrDecrypt
	}
	plain, err := decryptInPlace(dst[n:], c.block, []byte(kuaishouIV))
	// One wrong key in 256 yields good padding, but seldom text in UTF-8.
	if err != nil || !utf8.Valid(plain) {
		return nil, ErrDecrypt
	}
	return dst[:n+len(plain)], nil
}

// AppendEncrypt appends the body of a push with this plain text. Tests and the
// sandbox need it, which play the platform's part.
func (c *KuaishouCipher) AppendEncrypt(dst, plain []byte) []byte {
	return base64.StdEncoding.AppendEncode(dst, appendEncrypt(nil, c.block, kuaishouIV, plain))
}
