package sandbox

import (
	"fmt"
	"strconv"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// Shop is a shop of the sandbox. Its tokens are invented, so they are plain
// text.
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
	// Scopes are the permission packs that the merchant granted; nil if the
	// platform's packs are not known.
	Scopes []string `json:"scopes,omitempty"`
	// Renewals is the number of refresh calls that made a new pair of tokens.
	Renewals int `json:"renewals"`
	// Decrypted is the number of texts decrypted today, in Beijing.
	Decrypted int `json:"decrypted"`
	Orders    int `json:"orders"`
}

// AddShop makes a shop that has authorised the app, without orders, and returns
// it with its tokens. With an empty shopID or name the sandbox chooses one.
// Errors: [ErrUnknownPlatform], [ErrTaken], or an id that the platform could
// not have.
func (d Side) AddShop(shopID, name string) (Shop, error) {
	if err := d.lock(); err != nil {
		return Shop{}, err
	}
	defer d.unlock()
	if shopID == "" {
		shopID = d.sandbox.freeShopID(d.platform)
	}
	if !stage.Digits(shopID, 18) || shopID[0] == '0' { // every platform here numbers its shops
		return Shop{}, fmt.Errorf("sandbox: shop id %.40q is not a number of up to 18 digits", shopID)
	}
	if _, err := d.shop(shopID); err == nil {
		return Shop{}, stage.Errorf(stage.ErrTaken, "shop %s of %s", shopID, d.name)
	}
	if name == "" {
		name = "示例店铺" + shopID
	}
	return d.sandbox.view(d.sandbox.addShop(d.platform, shopID, name)), nil
}

// freeShopID returns an id that no shop of the platform has; mu is held.
func (s *Sandbox) freeShopID(p stage.Platform) string {
	for n := p.FirstShop(); ; n++ {
		id := strconv.FormatInt(n, 10)
		if _, err := s.shop(p, id); err != nil {
			return id
		}
	}
}

// addShop makes a shop with its first tokens; mu is held.
func (s *Sandbox) addShop(p stage.Platform, id, name string) *stage.Shop {
	sh := &stage.Shop{Platform: p, ID: id, Name: name, ByAccess: map[string]*stage.Grant{},
		ByRefresh: map[string]*stage.Grant{}}
	s.shops = append(s.shops, sh)
	p.ReplaceTokens(sh)
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

// shop returns the shop of the platform with that id; mu is held.
func (s *Sandbox) shop(p stage.Platform, id string) (*stage.Shop, error) {
	for _, sh := range s.shops {
		if sh.Platform == p && sh.ID == id {
			return sh, nil
		}
	}
	return nil, stage.Errorf(stage.ErrUnknownID, "shop %.40q of %s", id, p.Name())
}

// view returns the public form of a shop; mu is held.
func (s *Sandbox) view(sh *stage.Shop) Shop {
	v := Shop{
		Platform: sh.Platform.Name(), ShopID: sh.ID, Name: sh.Name,
		AccessToken: sh.Current.Access, RefreshToken: sh.Current.Refresh,
		AccessExpiry: sh.Current.AccessUntil, RefreshExpiry: sh.Current.RefreshUntil,
		Authorized: sh.Authority == stage.AuthorityGiven, Renewals: sh.Renewals, Orders: len(sh.Book.ByCreated),
	}
	if p, ok := sh.Platform.(stage.Scoped); ok {
		v.Scopes = sh.Granted(p)
	}
	if sh.DecryptDay == beijingDay(s.now()) {
		v.Decrypted = sh.Decrypted
	}
	return v
}

// countDecrypted adds n to the day's count, unless that would exceed the
// allowance; mu is held.
func (s *Sandbox) countDecrypted(sh *stage.Shop, n int) bool {
	if day := beijingDay(s.now()); sh.DecryptDay != day {
		sh.DecryptDay, sh.Decrypted = day, 0
	}
	if limit, ok := s.decryptsPerDay(sh); ok && sh.Decrypted+n > limit {
		return false
	}
	sh.Decrypted += n
	return true
}

func beijingDay(t time.Time) string { return t.In(mall.Beijing).Format(time.DateOnly) }
