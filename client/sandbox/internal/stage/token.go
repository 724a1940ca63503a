package stage

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// Fingerprint returns a short hash, by which the log can tell secrets apart
// without showing them.
func Fingerprint(secret string) string {
	if secret == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:4])
}

// Code is an authorisation code.
type Code struct {
	Shop  *Shop
	Until time.Time
	Used  bool
}

// Grant is a pair of access and refresh token.
type Grant struct {
	Access, Refresh string
	AccessUntil     time.Time
	RefreshUntil    time.Time
	retired         time.Time // from when on the pair is unknown; zero: never
	Spent           time.Time // when its refresh token was used; zero: not yet
}

// Standing says whether a token works.
type Standing int

const (
	StandingGood Standing = iota
	StandingUnknown
	StandingExpired
)

// Retire makes the pair, access token included, work until then, whatever
// expiry it was issued with. A nil pair is left alone.
func (g *Grant) Retire(until time.Time) {
	if g != nil {
		g.retired, g.AccessUntil = until, until
	}
}

// Known reports whether the platform still knows the pair.
func (g *Grant) Known(now time.Time) bool { return g.retired.IsZero() || now.Before(g.retired) }

// JudgeAccess says whether the pair's access token works. A nil pair is
// unknown.
func (g *Grant) JudgeAccess(now time.Time) Standing {
	switch {
	case g == nil || !g.Known(now):
		return StandingUnknown
	case !now.Before(g.AccessUntil):
		return StandingExpired
	}
	return StandingGood
}

// RedactParams replaces secrets, codes and tokens by fingerprints.
func RedactParams(params string) string {
	var object map[string]any
	if Decode([]byte(params), &object) != nil {
		return "[not a JSON object]"
	}
	for _, secret := range []string{"app_secret", "code", "refresh_token", "access_token"} {
		if text, ok := object[secret].(string); ok && text != "" {
			object[secret] = "fingerprint:" + Fingerprint(text)
		}
	}
	return string(Encode(object))
}

// Digest makes invented ciphertexts and indexes look like real ones: it is the
// same for the same parts.
func Digest(parts ...any) [sha256.Size]byte {
	var b []byte
	for i, part := range parts {
		if i > 0 {
			b = append(b, '|')
		}
		b = fmt.Append(b, part)
	}
	return sha256.Sum256(b)
}
