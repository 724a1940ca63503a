package sandbox

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/mallwire/mall"
)

// Shop is a shop of the sandbox as its tests see it. Tokens are invented, so
// they are plain text here.
type Shop struct {
	Platform mall.Platform `json:"platform"`
	ShopID   string        `json:"shop_id"`
	Name     string        `json:"name"`

	AccessToken   string    `json:"access_token"`
	RefreshToken  string    `json:"refresh_token"`
	AccessExpiry  time.Time `json:"access_expiry"`
	RefreshExpiry time.Time `json:"refresh_expiry"`
	// Authorized is false once the merchant withdrew or switched off the authorisation.
	Authorized bool `json:"authorized"`
	// Scopes are the permission packs that the merchant granted; nil where the
	// platform has none here.
	Scopes []string `json:"scopes,omitempty"`
	// Renewals counts the refresh calls that made a new pair of tokens.
	Renewals int `json:"renewals"`
	// Decrypted counts the texts decrypted on the present Beijing day.
	Decrypted int `json:"decrypted"`
	Orders    int `json:"orders"`
}

// authority says how the merchant stands to the app.
type authority int

const (
	authorityGiven  authority = iota
	authorityGone             // withdrawn
	authorityClosed           // switched off, may be switched on again
)

// shop is the sandbox's own record of a shop. Sandbox.mu guards it.
type shop struct {
	platform  platform
	id, name  string
	authority authority
	withheld  map[string]bool // permission packs that were not granted
	factory   bool            // ships the orders of others, and has none of its own
	renewing  bool
	renewals  int

	current   *grant
	byAccess  map[string]*grant
	byRefresh map[string]*grant
	issued    int // pairs of tokens made so far

	decryptDay string // Beijing date that decrypted counts
	decrypted  int
	book       book
	ordersMade int
}

// AddShop makes a shop that has authorised the app, without orders, and
// returns it with its tokens. An empty shopID chooses one, an empty name an
// invented one. Errors: [ErrUnknownPlatform], [ErrTaken], or an id that the
// platform could not have.
func (s *Sandbox) AddShop(platform mall.Platform, shopID, name string) (Shop, error) {
	p, err := s.platformNamed(platform)
	if err != nil {
		return Shop{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if shopID == "" {
		shopID = s.freeShopID(p)
	}
	if !digits(shopID, 18) || shopID[0] == '0' { // every platform here numbers its shops
		return Shop{}, fmt.Errorf("sandbox: shop id %.40q is not a number of up to 18 digits", shopID)
	}
	if _, err := s.shop(p, shopID); err == nil {
		return Shop{}, errorf(ErrTaken, "shop %s of %s", shopID, platform)
	}
	if name == "" {
		name = "示例店铺" + shopID
	}
	return s.view(s.addShop(p, shopID, name)), nil
}

// freeShopID returns an id that no shop of the platform has; mu is held.
func (s *Sandbox) freeShopID(p platform) string {
	for n := p.firstShop(); ; n++ {
		id := strconv.FormatInt(n, 10)
		if _, err := s.shop(p, id); err != nil {
			return id
		}
	}
}

// addShop makes a shop with its first tokens; mu is held.
func (s *Sandbox) addShop(p platform, id, name string) *shop {
	sh := &shop{platform: p, id: id, name: name, byAccess: map[string]*grant{}, byRefresh: map[string]*grant{}}
	s.shops = append(s.shops, sh)
	p.replaceTokens(sh)
	return sh
}

// Shops returns all shops in the order in which they were made.
func (s *Sandbox) Shops() []Shop {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Shop, 0, len(s.shops))
	for _, sh := range s.shops {
		all = append(all, s.view(sh))
	}
	return all
}

// shop returns the shop of that platform and id; mu is held.
func (s *Sandbox) shop(p platform, id string) (*shop, error) {
	for _, sh := range s.shops {
		if sh.platform == p && sh.id == id {
			return sh, nil
		}
	}
	return nil, errorf(ErrUnknownID, "shop %.40q of %s", id, p.name())
}

// find is platformNamed and shop in one; mu is held.
func (s *Sandbox) find(platform mall.Platform, shopID string) (*shop, error) {
	p, err := s.platformNamed(platform)
	if err != nil {
		return nil, err
	}
	return s.shop(p, shopID)
}

// view shows a shop to the outside; mu is held.
func (s *Sandbox) view(sh *shop) Shop {
	v := Shop{
		Platform: sh.platform.name(), ShopID: sh.id, Name: sh.name,
		AccessToken: sh.current.access, RefreshToken: sh.current.refresh,
		AccessExpiry: sh.current.accessUntil, RefreshExpiry: sh.current.refreshUntil,
		Authorized: sh.authority == authorityGiven, Renewals: sh.renewals, Orders: len(sh.book.byCreated),
	}
	if p, ok := sh.platform.(scoped); ok {
		v.Scopes = sh.granted(p)
	}
	if sh.decryptDay == beijingDay(s.now()) {
		v.Decrypted = sh.decrypted
	}
	return v
}

// countDecrypted adds n to the day's count unless that would exceed the
// allowance; mu is held.
func (s *Sandbox) countDecrypted(sh *shop, n int) bool {
	if day := beijingDay(s.now()); sh.decryptDay != day {
		sh.decryptDay, sh.decrypted = day, 0
	}
	if limit, ok := s.decryptsPerDay(sh); ok && sh.decrypted+n > limit {
		return false
	}
	sh.decrypted += n
	return true
}

func beijingDay(t time.Time) string { return t.In(mall.Beijing).Format(time.DateOnly) }

// digits reports whether s is 1 to n decimal digits.
func digits(s string, n int) bool {
	return s != "" && len(s) <= n && strings.Trim(s, "0123456789") == ""
}

// errorf wraps a sentinel with what it is about.
func errorf(sentinel error, format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{sentinel}, args...)...)
}
