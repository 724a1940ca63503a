package sandbox

import (
	"fmt"
	"net/http"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// accountMethods tell whose token it is.
func (k *kuaishou) accountMethods() map[string]ksMethod {
	return map[string]ksMethod{
		"open.user.seller.get": {verb: http.MethodGet, run: k.userSellerGet},
		"open.user.info.get":   {verb: http.MethodGet, run: k.userInfoGet},
		"open.shop.info.get":   {verb: http.MethodGet, run: k.shopInfoGet},
	}
}

// ksUser is who gave the token.
type ksUser struct {
	Name    string `json:"name"`
	Sex     string `json:"sex"`
	Head    string `json:"head"`
	BigHead string `json:"bigHead"`
	OpenID  string `json:"openId"`
}

func ksUserOf(sh *stage.Shop) ksUser {
	return ksUser{sh.Name, "F", "https://example.com/head.jpg", "https://example.com/head-big.jpg", ksOpenID(sh)}
}

// ksOpenID is the merchant as this developer knows it.
func ksOpenID(sh *stage.Shop) string { return fmt.Sprintf("f1%030d", stage.Number(sh.ID, 0)) }

// ksBuyerID is an invented buyer as this developer knows it.
func ksBuyerID(n int) string { return fmt.Sprintf("f2%030d", n) }

// userSellerGet answers the merchant's number: the only one by which a shop is
// known for sure.
func (k *kuaishou) userSellerGet(c *stage.Call) stage.Result {
	return k.succeed(struct {
		ksUser
		SellerID int64 `json:"sellerId"`
	}{ksUserOf(c.Shop), stage.Number(c.Shop.ID, 0)})
}

func (k *kuaishou) userInfoGet(c *stage.Call) stage.Result { return k.succeed(ksUserOf(c.Shop)) }

// shopInfoGet has no number of the shop in its answer.
func (k *kuaishou) shopInfoGet(c *stage.Call) stage.Result {
	return k.succeed(map[string]any{"shopName": c.Shop.Name, "shopType": 1})
}
