package stage

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// Fingerprint tells secrets apart in the log without giving them away.
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

// Grant is a pair of tokens.
type Grant struct {
	Access, Refresh string
	AccessUntil     time.Time
	RefreshUntil    time.Time
	retired         time.Time // when the pair stops being known; zero: it does not
	Spent           time.Time // when its refresh token was used; zero: not yet
}

// Standing says what a token is worth.
type Standing int

const (
	StandingGood Standing = iota
	StandingUnknown
	StandingExpired
)

// Retire lets the pair be known until then and no longer. Its access token
// lives as long, even beyond the expiry it was issued with. A nil pair has
// nothing to retire.
func (g *Grant) Retire(until time.Time) {
	if g != nil {
		g.retired, g.AccessUntil = until, until
	}
}

// Known reports whether the pair still counts.
func (g *Grant) Known(now time.Time) bool { return g.retired.IsZero() || now.Before(g.retired) }

// JudgeAccess says what the pair's access token is worth; that of no pair is
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
