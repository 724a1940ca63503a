package sandbox

import (
	"fmt"
	"maps"
	"slices"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// tokenActions are the actions of [Side.ChangeToken].
var tokenActions = map[string]func(d Side, sh *stage.Shop){
	"expire": func(d Side, sh *stage.Shop) { sh.ExpireAccess(d.sandbox.now()) },
	"expire_refresh": func(d Side, sh *stage.Shop) {
		sh.ExpireAccess(d.sandbox.now())
		sh.Current.RefreshUntil = d.sandbox.now()
	},
	"replace": func(d Side, sh *stage.Shop) { d.platform.ReplaceTokens(sh) },
	"revoke":  func(_ Side, sh *stage.Shop) { sh.Authority = stage.AuthorityGone },
	"close":   func(_ Side, sh *stage.Shop) { sh.Authority = stage.AuthorityClosed },
	"restore": func(_ Side, sh *stage.Shop) { sh.Authority = stage.AuthorityGiven },
}

// ChangeToken changes a shop's tokens without the app's knowledge and returns
// the shop with its present tokens. The actions are
//
//   - "expire": the access token expires now;
//   - "expire_refresh": both tokens expire now;
//   - "replace": there is a new pair, and the old one is unknown at once;
//   - "revoke": the merchant withdraws the authorisation;
//   - "close": the merchant switches the app off;
//   - "restore": the merchant authorises again, and the tokens work as before.
//
// Errors: [ErrUnknownPlatform], [ErrUnknownID], or an unknown action.
func (d Side) ChangeToken(shopID, action string) (Shop, error) {
	if err := d.lock(); err != nil {
		return Shop{}, err
	}
	defer d.unlock()
	sh, err := d.shop(shopID)
	if err != nil {
		return Shop{}, err
	}
	act, ok := tokenActions[action]
	if !ok {
		return Shop{}, fmt.Errorf("sandbox: no action %.40q; there are %q", action,
			slices.Sorted(maps.Keys(tokenActions)))
	}
	act(d, sh)
	return d.sandbox.view(sh), nil
}

// SetScopes sets the permission packs that a merchant granted. From now on
// calls that need another pack are refused. Errors: [ErrUnknownPlatform],
// [ErrUnknownID], [ErrRefused] if the platform's packs are not known, or an
// unknown pack.
func (d Side) SetScopes(shopID string, scopes []string) (Shop, error) {
	if err := d.lock(); err != nil {
		return Shop{}, err
	}
	defer d.unlock()
	sh, err := d.shop(shopID)
	if err != nil {
		return Shop{}, err
	}
	p, ok := d.platform.(stage.Scoped)
	if !ok {
		return Shop{}, stage.Errorf(stage.ErrRefused, "the permission packs of %s are not known", d.name)
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
	return d.sandbox.view(sh), nil
}

// IssueCode returns an authorisation code, as the merchant's browser would
// bring it to the app. It works once, for as long as on the platform, by the
// sandbox's clock. Exchanging it restores a withdrawn authorisation. Errors:
// [ErrUnknownPlatform], [ErrUnknownID].
func (d Side) IssueCode(shopID string) (string, error) {
	if err := d.lock(); err != nil {
		return "", err
	}
	defer d.unlock()
	sh, err := d.shop(shopID)
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf("example-code-%s-%d", shopID, len(d.sandbox.codes)+1)
	d.sandbox.codes[text] = &stage.Code{Shop: sh, Until: d.sandbox.now().Add(d.platform.CodeLife())}
	return text, nil
}
