package signing

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/md5"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// TOP secret: the older way in which Taobao hides personal data. It is AES-CBC
// with PKCS#5 padding and the IV "0102030405060708", in base64 between separators
// and with the version of the key:
//
//	~cipher~version~          nick, receiver_name, simple, search
//	~cipher~index~version~~   the same with a search index
//	$prefix$cipher$version$   phone: only the last 8 characters are encrypted
//	$index$cipher$version$$   phone with index: all of it is encrypted, and the
//	                          index is the HMAC-MD5 of the last 4 characters
//
// Kind normal has U+0001 in place of ~. All shops of an app share a key with a
// negative version. Source:
// opendingtalk/alibaba-dingtalk-service-sdk:src/main/java/com/taobao/api/
// security/SecurityBiz.java and internal/util/TaobaoUtils.java (official Java
// SDK). Lengths count UTF-16 units, as they do there.

// TOPKind is what a hidden text is, in the platform's word. It has three more
// words than there are constants: "simple", "search" and "normal".
type TOPKind string

// The kinds of text that an order holds.
const (
	TOPNick         TOPKind = "nick"
	TOPReceiverName TOPKind = "receiver_name"
	TOPPhone        TOPKind = "phone"
)

// separator returns "" for an unknown kind.
func (k TOPKind) separator() string {
	switch k {
	case TOPNick, TOPReceiverName, "simple", "search":
		return "~"
	case TOPPhone:
		return "$"
	case "normal":
		return "\x01"
	}
	return ""
}

const (
	topIV          = "0102030405060708"
	minPhone       = 11 // a shorter one stays clear
	hiddenPhone    = 8
	indexedPhone   = 4
	window         = 4 // width of a search window; ASCII counts 1, the rest 2
	compressedSize = 3 // bytes that a window leaves in the index
)

// TOPCipher encrypts and decrypts texts with one version of a key. It is safe for
// concurrent use.
type TOPCipher struct {
	key     []byte
	block   cipher.Block
	version int64
}

// NewTOPCipher takes the key that taobao.top.secret.get returns, decoded from
// base64, and its version, which is negative for the key of the whole app. The
// error is [ErrNoSecret] for an empty key and [ErrMalformed] for one that does not
// have 16, 24 or 32 bytes.
func NewTOPCipher(key []byte, version int64) (*TOPCipher, error) {
	if len(key) == 0 {
		return nil, ErrNoSecret
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("%w: key of %d bytes", ErrMalformed, len(key))
	}
	return &TOPCipher{key: slices.Clone(key), block: block, version: version}, nil
}

// Format writes a placeholder for every verb.
func (c *TOPCipher) Format(w fmt.State, _ rune) { redact(w) }

// Encrypt hides plain. A phone of less than 11 characters stays as it is. Blank
// texts are hidden like others, which the platform's client leaves alone. The
// error is [ErrMalformed] for an unknown kind.
func (c *TOPCipher) Encrypt(kind TOPKind, plain string) (string, error) {
	sep, prefix := kind.separator(), ""
	switch sep {
	case "":
		return "", unknownKind()
	case "$":
		u := utf16.Encode([]rune(plain))
		if len(u) < minPhone {
			return plain, nil
		}
		prefix, plain = text(u[:len(u)-hiddenPhone])+sep, text(u[len(u)-hiddenPhone:])
	}
	return sep + prefix + c.encrypt(plain) + sep + c.versionText() + sep, nil
}

// EncryptIndexed is [TOPCipher.Encrypt] with a search index, in which
// [TOPCipher.SearchToken] finds parts of the plain text.
func (c *TOPCipher) EncryptIndexed(kind TOPKind, plain string) (string, error) {
	sep := kind.separator()
	switch sep {
	case "":
		return "", unknownKind()
	case "$":
		u := utf16.Encode([]rune(plain))
		if len(u) < minPhone {
			return plain, nil
		}
		index := base64.StdEncoding.EncodeToString(c.mac(text(u[len(u)-indexedPhone:])))
		return sep + index + sep + c.encrypt(plain) + sep + c.versionText() + sep + sep, nil
	}
	return sep + c.encrypt(plain) + sep + c.index(plain) + sep + c.versionText() + sep + sep, nil
}

// SearchToken returns a text that stands in a hidden text with an index whenever
// part stands in its plain text. For a phone, part must be its last four
// characters. The error is [ErrMalformed] for another length and for an unknown
// kind.
func (c *TOPCipher) SearchToken(kind TOPKind, part string) (string, error) {
	switch sep := kind.separator(); sep {
	case "":
		return "", unknownKind()
	case "$":
		if len(utf16.Encode([]rune(part))) != indexedPhone {
			return "", fmt.Errorf("%w: a phone is searched by its last four characters", ErrMalformed)
		}
		return sep + base64.StdEncoding.EncodeToString(c.mac(part)) + sep, nil
	}
	return c.index(part), nil
}

// Decrypt returns the plain text of one that [TOPCipher.Encrypt] or
// [TOPCipher.EncryptIndexed] made with this version of the key. The error is
// [ErrDecrypt]. [TOPKind.Version] tells hidden texts from clear ones, and which
// version of the key is needed.
func (c *TOPCipher) Decrypt(kind TOPKind, hidden string) (string, error) {
	f, ok := splitSecret(kind, hidden)
	if !ok || f.version != c.version {
		return "", ErrDecrypt
	}
	data, err := base64.StdEncoding.DecodeString(f.cipher)
	if err != nil {
		return "", ErrDecrypt
	}
	plain, err := decryptInPlace(data, c.block, []byte(topIV))
	if err != nil {
		return "", err
	}
	return f.prefix + string(plain), nil
}

// Version returns the version of the key that hid a text of kind k, and false
// for a text that is not hidden. Separators and version decide, since a clear
// text too may begin with ~ or $.
func (k TOPKind) Version(hidden string) (int64, bool) {
	f, ok := splitSecret(k, hidden)
	return f.version, ok
}

type secretFields struct {
	prefix, cipher string
	version        int64
}

func splitSecret(kind TOPKind, hidden string) (f secretFields, ok bool) {
	sep := kind.separator()
	if sep == "" || len(hidden) < 4 || !strings.HasPrefix(hidden, sep) || !strings.HasSuffix(hidden, sep) {
		return f, false
	}
	inner, indexed := strings.CutSuffix(hidden[1:len(hidden)-1], sep)
	parts := strings.Split(inner, sep)
	version := ""
	switch {
	case sep == "$" && len(parts) == 3:
		f.cipher, version = parts[1], parts[2]
		if !indexed {
			f.prefix = parts[0]
		}
	case sep != "$" && indexed && len(parts) == 3:
		f.cipher, version = parts[0], parts[2]
	case sep != "$" && !indexed && len(parts) == 2:
		f.cipher, version = parts[0], parts[1]
	default:
		return f, false
	}
	v, err := strconv.ParseInt(version, 10, 64)
	if err != nil || strings.HasPrefix(version, "+") {
		return f, false
	}
	if _, err := base64.StdEncoding.DecodeString(f.cipher); err != nil || f.cipher == "" {
		return f, false
	}
	f.version = v
	return f, true
}

func unknownKind() error { return fmt.Errorf("%w: unknown kind of secret text", ErrMalformed) }

func (c *TOPCipher) versionText() string { return strconv.FormatInt(c.version, 10) }

func (c *TOPCipher) encrypt(plain string) string {
	return base64.StdEncoding.EncodeToString(appendEncrypt(nil, c.block, topIV, []byte(plain)))
}

func (c *TOPCipher) mac(s string) []byte {
	h := hmac.New(md5.New, c.key)
	h.Write([]byte(s))
	return h.Sum(nil)
}

// index hashes every window of plain and folds each hash into three bytes.
func (c *TOPCipher) index(plain string) string {
	var b strings.Builder
	for _, w := range windows(utf16.Encode([]rune(plain))) {
		var folded [compressedSize]byte
		for i, x := range c.mac(text(w)) {
			folded[i%compressedSize] ^= x
		}
		b.WriteString(base64.StdEncoding.EncodeToString(folded[:]))
	}
	return b.String()
}

// windows returns the search windows of u. A window begins at every character and
// grows until it is at least four wide, so it may be five wide. One quirk of the
// platform's own code is kept: where a window of exactly four begins with a wide
// character and an ASCII character follows, the window with that character is the
// next one, before the window moves on.
func windows(u []uint16) [][]uint16 {
	var all [][]uint16
	start, end, width := 0, 0, 0
	for end < len(u) || width > window {
		narrow := end > 0 && u[start] <= 127
		if end == len(u) && !narrow {
			break
		}
		if width == window && !narrow && u[end] <= 127 {
			end++
			width = window + 1
		} else {
			if end > 0 {
				width -= charWidth(u[start])
				start++
			}
			for width < window && end < len(u) {
				width += charWidth(u[end])
				end++
			}
		}
		all = append(all, u[start:end])
	}
	return all
}

func charWidth(u uint16) int {
	if u <= 127 {
		return 1
	}
	return 2
}

// text is u as a string. Half of a surrogate pair becomes "?", as in Java.
func text(u []uint16) string {
	var b strings.Builder
	for i := 0; i < len(u); i++ {
		r := rune(u[i])
		if utf16.IsSurrogate(r) {
			pair := rune('?')
			if i+1 < len(u) {
				if d := utf16.DecodeRune(r, rune(u[i+1])); d != '\uFFFD' {
					pair = d
					i++
				}
			}
			r = pair
		}
		b.WriteRune(r)
	}
	return b.String()
}
