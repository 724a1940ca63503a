package kuaishou

import (
	"fmt"
	"net/http"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// accountMethods tell whose token it is.
func (k *platform) accountMethods() map[string]method {
	return map[string]method{
		"open.user.seller.get": {verb: http.MethodGet, run: k.userSellerGet},
		"open.user.info.get":   {verb: http.MethodGet, run: k.userInfoGet},
		"open.shop.info.get":   {verb: http.MethodGet, run: k.shopInfoGet},
	}
}

// user is who gave the token.
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

// openID is the merchant as this developer knows it.
func openID(sh *stage.Shop) string { return fmt.Sprintf("f1%030d", stage.Number(sh.ID, 0)) }

// buyerID is an invented buyer as this developer knows it.
func buyerID(n int) string { return fmt.Sprintf("f2%030d", n) }

// userSellerGet answers the merchant's number: the only one by which a shop is
// known for sure.
func (k *platform) userSellerGet(c *stage.Call) stage.Result {
	return k.succeed(struct {
		user
		SellerID int64 `json:"sellerId"`
	}{userOf(c.Shop), stage.Number(c.Shop.ID, 0)})
}

func (k *platform) userInfoGet(c *stage.Call) stage.Result { return k.succeed(userOf(c.Shop)) }

// shopInfoGet has no number of the shop in its answer.
func (k *platform) shopInfoGet(c *stage.Call) stage.Result {
	return k.succeed(map[string]any{"shopName": c.Shop.Name, "shopType": 1})
}
