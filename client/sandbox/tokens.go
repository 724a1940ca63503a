package sandbox

import (
	"fmt"
	"slices"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
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
		sh.ExpireAccess(s.now())
	case TokenExpireRefresh:
		sh.ExpireAccess(s.now())
		sh.Current.RefreshUntil = s.now()
	case TokenReplace:
		sh.Platform.ReplaceTokens(sh)
	case TokenRevoke:
		sh.Authority = stage.AuthorityGone
	case TokenClose:
		sh.Authority = stage.AuthorityClosed
	case TokenRestore:
		sh.Authority = stage.AuthorityGiven
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
	p, ok := sh.Platform.(stage.Scoped)
	if !ok {
		return Shop{}, stage.Errorf(stage.ErrRefused, "the permission packs of %s are not known", platform)
	}
	withheld := map[string]bool{}
	for _, pack := range p.Packs() {
		withheld[pack] = !slices.Contains(scopes, pack)
	}
	for _, pack := range scopes {
		if _, ok := withheld[pack]; !ok {
			return Shop{}, fmt.Errorf("sandbox: no scope %.40q; there are %v", pack, p.Packs())
		}
	}
	sh.Withheld = withheld
	return s.view(sh), nil
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
	s.codes[text] = &stage.Code{Shop: sh, Until: s.now().Add(sh.Platform.CodeLife())}
	return text, nil
}
