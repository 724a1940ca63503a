package stage

import (
	"fmt"
	"slices"
	"time"
)

// Authority says how the merchant stands to the app.
type Authority int

const (
	AuthorityGiven  Authority = iota
	AuthorityGone             // withdrawn
	AuthorityClosed           // switched off, may be switched on again
)

// Shop is the sandbox's own record of a shop. The sandbox's lock guards it.
type Shop struct {
	Platform  Platform
	ID, Name  string
	Authority Authority
	Withheld  map[string]bool // permission packs that were not granted
	Factory   bool            // ships the orders of others, and has none of its own
	Renewing  bool            // a renewal of its tokens is in progress
	Renewals  int             // of its tokens that made a new pair

	Current   *Grant            // its latest pair of tokens
	ByAccess  map[string]*Grant // all pairs, by access token
	ByRefresh map[string]*Grant // all pairs, by refresh token
	issued    int               // pairs of tokens made so far

	DecryptDay string // Beijing date that Decrypted counts
	Decrypted  int    // texts
	Book       Book   // its orders
	OrdersMade int    // by which templates vary
}

// Granted are the packs that the merchant did not withhold.
func (sh *Shop) Granted(p Scoped) []string {
	return slices.DeleteFunc(slices.Clone(p.Packs()), func(pack string) bool { return sh.Withheld[pack] })
}

// Issue makes a new current pair. What becomes of the old one is for the
// platform to say.
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

// ExpireAccess lets the current access token expire now, unless it has.
func (sh *Shop) ExpireAccess(now time.Time) {
	if sh.Current.AccessUntil.After(now) {
		sh.Current.AccessUntil = now
	}
}
