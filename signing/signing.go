package signing

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync"
)

// The errors of this package. None of them holds a secret, a computed signature
// or a piece of the payload, so they may be logged and shown.
var (
	// ErrMismatch: the signature is not one that the given keys make.
	ErrMismatch = errors.New("signing: signature does not match")
	// ErrNoSecret: the secret is empty. Nothing is signed or accepted with it.
	ErrNoSecret = errors.New("signing: empty secret")
	// ErrMethod: the platform has no such sign method.
	ErrMethod = errors.New("signing: unknown sign method")
	// ErrMalformed: what should be signed or checked cannot be read.
	ErrMalformed = errors.New("signing: malformed input")
	// ErrDecrypt: a text cannot be decrypted, because the key is another, or the
	// text is damaged or cut. The cases are not told apart, since the difference
	// would help somebody who guesses.
	ErrDecrypt = errors.New("signing: cannot decrypt")
)

// SignMethod is the digest of a call, as the parameter sign_method or signMethod
// names it. The value is sent as it stands.
type SignMethod string

// The sign methods. Doudian and TOP share their names.
const (
	HMACSHA256 SignMethod = "hmac-sha256"
	HMACMD5    SignMethod = "hmac" // TOP only
	MD5        SignMethod = "md5"
)

// Message is something that is signed: a call, a push, a handshake. Only types of
// this package are messages: each has the rules of one scheme.
type Message interface {
	// rule returns how the text is digested.
	rule() rule
	// appendText appends what is signed, without the secret.
	appendText(dst []byte) ([]byte, error)
	// steps tells a reader how the text is made.
	steps() []string
}

// Text returns the bytes that a signature of m covers, without the secret that
// some schemes put before or after them: [Explanation] says where it stands. The
// error is [ErrMalformed].
func Text(m Message) ([]byte, error) { return m.appendText(nil) }

// Sign returns the signature of m as the platform writes it. The error is
// [ErrNoSecret], [ErrMethod] or [ErrMalformed].
//
// The types for calls of a platform's API have a method AppendSign besides, which
// does not allocate.
func Sign(m Message, k *Key) (string, error) {
	if k.empty() {
		return "", ErrNoSecret
	}
	r := m.rule()
	if r.digest == 0 {
		return "", ErrMethod
	}
	s := k.begin(r)
	defer s.release()
	var err error
	if s.buf, err = m.appendText(s.buf); err != nil {
		return "", err
	}
	return string(s.sign(nil)), nil
}

// appendSign is AppendSign for every kind of call: their texts have no error.
// It is generic because an interface would put the call on the heap.
func appendSign[M Message](dst []byte, m M, k *Key) []byte {
	r := m.rule()
	if k.empty() || r.digest == 0 {
		return dst
	}
	s := k.begin(r)
	s.buf, _ = m.appendText(s.buf)
	dst = s.sign(dst)
	s.release()
	return dst
}

// Check returns nil when sign is the signature of m by one of keys, of which there
// are several while a secret is being changed. It compares in constant time, and
// heeds letter case where the platform's own verifier does. An empty signature,
// an empty secret and a list without keys never pass: the error is [ErrMismatch],
// [ErrNoSecret], [ErrMethod] or [ErrMalformed].
func Check(m Message, sign string, keys ...*Key) error {
	forms := []Message{m}
	if spi, ok := m.(DoudianSPI); ok {
		forms = forms[:0]
		for _, form := range spi.Forms() {
			forms = append(forms, form)
		}
	}
	for _, k := range keys {
		if k.empty() {
			return ErrNoSecret
		}
		for _, f := range forms {
			ok, err := k.matches(f, sign)
			if err != nil {
				return err
			}
			if ok {
				return nil
			}
		}
	}
	return ErrMismatch
}

// digest is a way to make a hash. The zero value is none.
type digest uint8

const (
	// The platforms demand MD5, HMAC-MD5 and HMAC-SHA1. No side can replace them
	// alone.
	digestMD5 digest = iota + 1
	digestHMACMD5
	digestHMACSHA1
	digestHMACSHA256
	digests = iota
)

func (d digest) String() string {
	return [...]string{"none", "MD5", "HMAC-MD5", "HMAC-SHA1", "HMAC-SHA256"}[d]
}

func (d digest) new(secret string) hash.Hash {
	switch d {
	case digestHMACMD5:
		return hmac.New(md5.New, []byte(secret))
	case digestHMACSHA1:
		return hmac.New(sha1.New, []byte(secret))
	case digestHMACSHA256:
		return hmac.New(sha256.New, []byte(secret))
	default:
		return md5.New()
	}
}

// notation is how the digest is written.
type notation uint8

const (
	lowerHex notation = iota
	upperHex
	base64Std
)

func (n notation) String() string {
	return [...]string{"lower-case hex", "upper-case hex", "standard base64"}[n]
}

func (n notation) append(dst, sum []byte) []byte {
	switch n {
	case base64Std:
		return base64.StdEncoding.AppendEncode(dst, sum)
	case upperHex:
		const digits = "0123456789ABCDEF"
		for _, b := range sum {
			dst = append(dst, digits[b>>4], digits[b&15])
		}
		return dst
	default:
		return hex.AppendEncode(dst, sum)
	}
}

// rule is what remains of a scheme once its text is built.
type rule struct {
	digest  digest
	enc     notation
	before  bool // the secret stands before the text
	after   bool // the secret stands after it
	anyCase bool // the signature is compared without letter case
}

// Key is a secret that is prepared for signing. Make it once for each app with
// [NewKey]: that is the costly part. It is safe for concurrent use and does not
// print its secret. The zero Key has no secret: it signs and accepts nothing.
type Key struct {
	secret string
	pools  [digests + 1]sync.Pool // of *state, by digest
}

// NewKey prepares a secret. An empty one is refused with [ErrNoSecret].
func NewKey(secret string) (*Key, error) {
	if secret == "" {
		return nil, ErrNoSecret
	}
	return &Key{secret: secret}, nil
}

// Format writes a placeholder for every verb.
func (k *Key) Format(w fmt.State, _ rune) { redact(w) }

func redact(w io.Writer) { _, _ = io.WriteString(w, "[redacted]") }

func (k *Key) empty() bool { return k == nil || k.secret == "" }

// state is what making one signature needs. To prepare an HMAC costs more than to
// use it, so a Key keeps states for the next signature.
type state struct {
	key  *Key
	rule rule
	mac  hash.Hash
	buf  []byte // the bytes to digest
	sum  []byte
	out  []byte // a signature to be compared
}

// maxKept is the size of the largest buffer that is kept for the next signature,
// so that one huge message does not stay in memory for ever.
const maxKept = 64 << 10

// begin returns a state to whose buf the text is to be appended. k is not empty.
func (k *Key) begin(r rule) *state {
	s, _ := k.pools[r.digest].Get().(*state)
	if s == nil {
		s = &state{key: k, mac: r.digest.new(k.secret)}
	}
	s.rule = r
	s.buf = s.buf[:0]
	if r.before {
		s.buf = append(s.buf, k.secret...)
	}
	return s
}

// sign appends the signature of the text in buf. It may be called once.
func (s *state) sign(dst []byte) []byte {
	if s.rule.after {
		s.buf = append(s.buf, s.key.secret...)
	}
	s.mac.Reset()
	s.mac.Write(s.buf)
	s.sum = s.mac.Sum(s.sum[:0])
	return s.rule.enc.append(dst, s.sum)
}

func (s *state) release() {
	if cap(s.buf) <= maxKept {
		s.key.pools[s.rule.digest].Put(s)
	}
}

func (k *Key) matches(m Message, sign string) (bool, error) {
	r := m.rule()
	if r.digest == 0 {
		return false, ErrMethod
	}
	s := k.begin(r)
	defer s.release()
	var err error
	if s.buf, err = m.appendText(s.buf); err != nil {
		return false, err
	}
	s.out = s.sign(s.out[:0])
	n := len(s.out)
	if len(sign) != n { // the length of a signature is no secret
		return false, nil
	}
	s.out = append(s.out, sign...)
	want, got := s.out[:n], s.out[n:]
	if r.anyCase {
		lower(want)
		lower(got)
	}
	return hmac.Equal(want, got), nil
}

// lower changes ASCII letters only; a signature has no others.
func lower(b []byte) {
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + ('a' - 'A')
		}
	}
}
