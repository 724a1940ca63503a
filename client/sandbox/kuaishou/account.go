package kuaishou

import (
	"fmt"
	"net/http"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// accountMethods answer whose token the caller has.
func (k *platform) accountMethods() map[string]method {
	return map[string]method{
		"open.user.seller.get": {verb: http.MethodGet, run: k.userSellerGet},
		"open.user.info.get":   {verb: http.MethodGet, run: k.userInfoGet},
		"open.shop.info.get":   {verb: http.MethodGet, run: k.shopInfoGet},
	}
}

// user is the merchant that the token belongs to.
type user struct {
	Name    string `json:"name"`
	Sex     string `json:"sex"`
	Head    string `json:"head"`
	BigHead string `json:"bigHead"`
	OpenID  string `json:"openId"`
}

func userOf(sh *stage.Shop) user {
	return user{sh.Name, "F", "https://example.com/head.jpg", "https://example.com/head-big.jpg", openID(sh)}
}

// openID returns the merchant's id for this developer.
func openID(sh *stage.Shop) string { return fmt.Sprintf("f1%030d", stage.Number(sh.ID, 0)) }

// buyerID returns an invented buyer's id for this developer.
func buyerID(n int) string { return fmt.Sprintf("f2%030d", n) }

// userSellerGet answers the merchant's number, the only reliable id of a shop.
func (k *platform) userSellerGet(c *stage.Call) stage.Result {
	return k.succeed(struct {
		user
		SellerID int64 `json:"sellerId"`
	}{userOf(c.Shop), stage.Number(c.Shop.ID, 0)})
}

func (k *platform) userInfoGet(c *stage.Call) stage.Result { return k.succeed(userOf(c.Shop)) }

// shopInfoGet answers name and type of the shop, but no number.
func (k *platform) shopInfoGet(c *stage.Call) stage.Result {
	return k.succeed(map[string]any{"shopName": c.Shop.Name, "shopType": 1})
}
