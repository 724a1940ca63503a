package doudian

import (
	"encoding/json"
	"time"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// tokenParams holds the parameters of both token methods.
type tokenParams struct {
	GrantType    string      `json:"grant_type"`
	Code         *string     `json:"code"`
	ShopID       lenientText `json:"shop_id"`
	AuthID       lenientText `json:"auth_id"`
	RefreshToken string      `json:"refresh_token"`
}

// tokenFailed returns a refusal of a token method.
func tokenFailed(why string) stage.Result {
	return refuse(50001, "dop.token-generate-failed:"+why, "生成token失败")
}

// identifyCreate finds the shop by the code, or by the shop id that a self-used
// app sends.
func (d *platform) identifyCreate(c *stage.Call) {
	var p tokenParams
	if json.Unmarshal([]byte(c.Params), &p) != nil {
		return
	}
	if p.Code != nil && *p.Code != "" {
		if k := d.world.Code(*p.Code); k != nil {
			c.Shop = k.Shop
		}
		return
	}
	c.Shop, _ = d.world.Shop(p.shopID())
}

func (d *platform) identifyRefresh(c *stage.Call) {
	var p tokenParams
	if json.Unmarshal([]byte(c.Params), &p) == nil {
		c.Shop, _ = d.world.ByRefreshToken(p.RefreshToken)
		c.Renewal = c.Shop != nil
	}
}

// shopID returns the shop to authorise; newer callers send it as auth_id.
func (p tokenParams) shopID() string {
	if p.ShopID != "" {
		return string(p.ShopID)
	}
	return string(p.AuthID)
}

// tokenCreate serves both kinds of apps. A tool app (工具型应用) sends the code from
// the merchant's browser; a self-used app (自用型应用) sends its shop and an empty
// code.
func (d *platform) tokenCreate(c *stage.Call) stage.Result {
	var p tokenParams
	if r, ok := parse(c, &p); !ok {
		return r
	}
	if p.Code == nil {
		// The key must be there even when the code is empty.
		return refuse(40001, "isv.parameter-missing", "缺少code参数")
	}
	switch p.GrantType {
	case "authorization_code":
		return d.createByCode(c, *p.Code)
	case "authorization_self":
		return d.createForSelf(c, p.shopID())
	}
	return tokenFailed("grant-type-invalid")
}

func (d *platform) createByCode(c *stage.Call, text string) stage.Result {
	k := d.world.Code(text)
	switch {
	case k == nil || k.Used:
		return tokenFailed("code-invalid")
	case !c.Now.Before(k.Until):
		return tokenFailed("code-expired")
	}
	k.Used = true
	k.Shop.Authority = stage.AuthorityGiven
	oldUntil := c.Now
	if d.rules.CodeKeepsOldPair {
		oldUntil = d.oldUntil(k.Shop, c.Now)
	}
	d.issue(k.Shop, c.Now, oldUntil)
	return d.pair(c, k.Shop, stage.Encode(k.Shop.ID))
}

func (d *platform) createForSelf(c *stage.Call, shopID string) stage.Result {
	if shopID == "" {
		return refuse(40001, "isv.parameter-missing", "缺少shop_id参数")
	}
	sh, err := d.world.Shop(shopID)
	if err != nil || sh.Authority != stage.AuthorityGiven {
		return tokenFailed(d.rules.RevokedRefresh)
	}
	if sh.Current.JudgeAccess(c.Now) != stage.StandingGood || d.rules.SelfCreateRenews {
		d.issue(sh, c.Now, d.oldUntil(sh, c.Now))
	}
	return d.pair(c, sh, stage.Encode(sh.ID))
}

// tokenRefresh follows the documented rules. Before the last hour it answers
// the same pair. In the last hour it makes a new pair, and the old one works
// for another hour. After expiry it makes a new pair, and the old one ends at
// once.
func (d *platform) tokenRefresh(c *stage.Call) stage.Result {
	var p tokenParams
	if r, ok := parse(c, &p); !ok {
		return r
	}
	if p.GrantType != "refresh_token" {
		return tokenFailed("grant-type-invalid")
	}
	if p.RefreshToken == "" {
		return refuse(40001, "isv.parameter-missing", "缺少refresh_token参数")
	}
	sh, g := d.world.ByRefreshToken(p.RefreshToken)
	switch {
	case g == nil || !g.Known(c.Now):
		return tokenFailed("token-invalid")
	case g != sh.Current && !d.rules.ReplacedRefreshWorks:
		return tokenFailed("token-invalid")
	case sh.Authority != stage.AuthorityGiven:
		return tokenFailed(d.rules.RevokedRefresh)
	case !c.Now.Before(g.RefreshUntil):
		return tokenFailed("token-expired")
	case c.Clash:
		return refuse(50002, "isv.business-failed:31012", "刷新token失败，有并发请求")
	}
	if g == sh.Current && g.AccessUntil.Sub(c.Now) <= overlap {
		d.issue(sh, c.Now, d.oldUntil(sh, c.Now))
		sh.Renewals++
	}
	return d.pair(c, sh, stage.Encode(stage.Number(sh.ID, 0)))
}

// issue makes a new current pair. The old one works until oldUntil.
func (d *platform) issue(sh *stage.Shop, now, oldUntil time.Time) {
	sh.Current.Retire(oldUntil)
	sh.Issue(now.Add(accessLife), now.Add(refreshLife))
}

// oldUntil returns how long a pair works after it is replaced now.
func (d *platform) oldUntil(sh *stage.Shop, now time.Time) time.Time {
	if sh.Current.JudgeAccess(now) == stage.StandingGood {
		return now.Add(overlap)
	}
	return now
}

// pair answers the shop's current tokens. token.create answers shop_id as text
// and token.refresh as a number: both forms occur on the wire.
func (d *platform) pair(c *stage.Call, sh *stage.Shop, shopID []byte) stage.Result {
	return d.succeed(struct {
		AccessToken     string          `json:"access_token"`
		ExpiresIn       int64           `json:"expires_in"`
		Scope           string          `json:"scope"`
		ShopID          json.RawMessage `json:"shop_id"`
		ShopName        string          `json:"shop_name"`
		RefreshToken    string          `json:"refresh_token"`
		AuthorityID     string          `json:"authority_id"`
		AuthSubjectType string          `json:"auth_subject_type"`
	}{
		AccessToken:  sh.Current.Access,
		ExpiresIn:    int64(sh.Current.AccessUntil.Sub(c.Now) / time.Second),
		Scope:        "SCOPE",
		ShopID:       shopID,
		ShopName:     sh.Name,
		RefreshToken: sh.Current.Refresh,
		AuthorityID:  sh.ID,
	})
}
