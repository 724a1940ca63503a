package sandbox

import (
	"fmt"
	"slices"
	"time"

	"github.com/mallwire/mall"
)

// TokenAction is what [Sandbox.ChangeToken] does to a shop's tokens.
type TokenAction string

// The actions. The first three leave the merchant's authorisation as it is.
const (
	TokenExpire        TokenAction = "expire"         // the access token expires now
	TokenExpireRefresh TokenAction = "expire_refresh" // both tokens expire now
	TokenReplace       TokenAction = "replace"        // a new pair; the old one is unknown at once
	TokenRevoke        TokenAction = "revoke"         // the merchant withdraws the authorisation
	TokenClose         TokenAction = "close"          // the merchant switches the app off
	TokenRestore       TokenAction = "restore"        // the merchant authorises again; the tokens work as before
)

// ChangeToken changes a shop's tokens behind the app's back and returns the
// shop with the tokens that count now. Errors: [ErrUnknownPlatform],
// [ErrUnknownID], or an unknown action.
func (s *Sandbox) ChangeToken(platform mall.Platform, shopID string, action TokenAction) (Shop, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sh, err := s.find(platform, shopID)
	if err != nil {
		return Shop{}, err
	}
	switch action {
	case TokenExpire:
		sh.expireAccess(s.now())
	case TokenExpireRefresh:
		sh.expireAccess(s.now())
		sh.current.refreshUntil = s.now()
	case TokenReplace:
		sh.platform.replaceTokens(sh)
	case TokenRevoke:
		sh.authority = authorityGone
	case TokenClose:
		sh.authority = authorityClosed
	case TokenRestore:
		sh.authority = authorityGiven
	default:
		return Shop{}, fmt.Errorf("sandbox: no action %q; there are expire, expire_refresh, replace, revoke, close and restore", action)
	}
	return s.view(sh), nil
}

// SetScopes sets the permission packs that a merchant granted; calls that need
// another one are refused from now on. Errors: [ErrUnknownPlatform],
// [ErrUnknownID], [ErrRefused] where the platform's packs are not known, or an
// unknown pack.
func (s *Sandbox) SetScopes(platform mall.Platform, shopID string, scopes []string) (Shop, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sh, err := s.find(platform, shopID)
	if err != nil {
		return Shop{}, err
	}
	p, ok := sh.platform.(scoped)
	if !ok {
		return Shop{}, errorf(ErrRefused, "the permission packs of %s are not known", platform)
	}
	withheld := map[string]bool{}
	for _, pack := range p.packs() {
		withheld[pack] = !slices.Contains(scopes, pack)
	}
	for _, pack := range scopes {
		if _, ok := withheld[pack]; !ok {
			return Shop{}, fmt.Errorf("sandbox: no scope %.40q; there are %v", pack, p.packs())
		}
	}
	sh.withheld = withheld
	return s.view(sh), nil
}

// granted are the packs that the merchant did not withhold.
func (sh *shop) granted(p scoped) []string {
	return slices.DeleteFunc(slices.Clone(p.packs()), func(pack string) bool { return sh.withheld[pack] })
}

// IssueCode returns an authorisation code, as the merchant's browser would
// bring it back. It works once, for as long as the platform says, by the
// sandbox's clock. Exchanging it restores a withdrawn authorisation. Errors:
// [ErrUnknownPlatform], [ErrUnknownID].
func (s *Sandbox) IssueCode(platform mall.Platform, shopID string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sh, err := s.find(platform, shopID)
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf("example-code-%s-%d", shopID, len(s.codes)+1)
	s.codes[text] = &code{shop: sh, until: s.now().Add(sh.platform.codeLife())}
	return text, nil
}

// code is an authorisation code.
type code struct {
	shop  *shop
	until time.Time
	used  bool
}

// grant is a pair of tokens.
type grant struct {
	access, refresh string
	accessUntil     time.Time
	refreshUntil    time.Time
	retired         time.Time // when the pair stops being known; zero: it does not
	spent           time.Time // when its refresh token was used; zero: not yet
}

// standing says what a token is worth.
type standing int

const (
	standingGood standing = iota
	standingUnknown
	standingExpired
)

// issue makes a new current pair. What becomes of the old one is for the
// platform to say.
func (sh *shop) issue(accessUntil, refreshUntil time.Time) {
	sh.issued++
	g := &grant{
		access:       fmt.Sprintf("example-access-%s-%d", sh.id, sh.issued),
		refresh:      fmt.Sprintf("example-refresh-%s-%d", sh.id, sh.issued),
		accessUntil:  accessUntil,
		refreshUntil: refreshUntil,
	}
	sh.current, sh.byAccess[g.access], sh.byRefresh[g.refresh] = g, g, g
}

// retire lets the pair be known until then and no longer. Its access token
// lives as long, even beyond the expiry it was issued with. A nil pair has
// nothing to retire.
func (g *grant) retire(until time.Time) {
	if g != nil {
		g.retired, g.accessUntil = until, until
	}
}

// expireAccess lets the current access token expire now, unless it has.
func (sh *shop) expireAccess(now time.Time) {
	if sh.current.accessUntil.After(now) {
		sh.current.accessUntil = now
	}
}

// known reports whether the pair still counts.
func (g *grant) known(now time.Time) bool { return g.retired.IsZero() || now.Before(g.retired) }

// judgeAccess says what the pair's access token is worth; that of no pair is
// unknown.
func (g *grant) judgeAccess(now time.Time) standing {
	switch {
	case g == nil || !g.known(now):
		return standingUnknown
	case !now.Before(g.accessUntil):
		return standingExpired
	}
	return standingGood
}

// redactParams replaces secrets, codes and tokens by fingerprints.
func redactParams(params string) string {
	var object map[string]any
	if decodeExact([]byte(params), &object) != nil {
		return "[not a JSON object]"
	}
	for _, secret := range []string{"app_secret", "code", "refresh_token", "access_token"} {
		if text, ok := object[secret].(string); ok && text != "" {
			object[secret] = "fingerprint:" + fingerprint(text)
		}
	}
	return string(encode(object))
}
