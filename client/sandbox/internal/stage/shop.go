package stage

import (
	"fmt"
	"slices"
	"time"
)

// Authority says whether the app is authorised by the merchant.
type Authority int

const (
	AuthorityGiven  Authority = iota
	AuthorityGone             // withdrawn by the merchant
	AuthorityClosed           // switched off, may be switched on again
)

// Shop is the sandbox's own record of a shop. The sandbox's lock guards it.
type Shop struct {
	Platform  Platform
	ID, Name  string
	Authority Authority
	Withheld  map[string]bool // permission packs that were not granted
	Factory   bool            // ships other shops' orders and has none of its own
	Renewing  bool            // a renewal of its tokens is in progress
	Renewals  int             // renewals of its tokens that made a new pair

	Current   *Grant            // its latest pair of tokens
	ByAccess  map[string]*Grant // all pairs, by access token
	ByRefresh map[string]*Grant // all pairs, by refresh token
	issued    int               // number of pairs made so far

	DecryptDay string // the date in Beijing that Decrypted is about
	Decrypted  int    // number of texts decrypted on DecryptDay
	Book       Book   // its orders
	OrdersMade int    // made from templates so far; templates vary by it
}

// Granted returns the packs that the merchant did not withhold.
func (sh *Shop) Granted(p Scoped) []string {
	return slices.DeleteFunc(slices.Clone(p.Packs()), func(pack string) bool { return sh.Withheld[pack] })
}

// Issue makes a new current pair. Whether the old one still works is decided by
// the platform.
func (sh *Shop) Issue(accessUntil, refreshUntil time.Time) {
	sh.issued++
	g := &Grant{
		Access:       fmt.Sprintf("example-access-%s-%d", sh.ID, sh.issued),
		Refresh:      fmt.Sprintf("example-refresh-%s-%d", sh.ID, sh.issued),
		AccessUntil:  accessUntil,
		RefreshUntil: refreshUntil,
	}
	sh.Current, sh.ByAccess[g.Access], sh.ByRefresh[g.Refresh] = g, g, g
}

// ExpireAccess makes the current access token expire now, unless it has
// already.
func (sh *Shop) ExpireAccess(now time.Time) {
	if sh.Current.AccessUntil.After(now) {
		sh.Current.AccessUntil = now
	}
}
