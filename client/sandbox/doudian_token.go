package sandbox

import (
	"encoding/json"
	"time"
)

// ddTokenParams are the parameters of both token methods.
type ddTokenParams struct {
	GrantType    string  `json:"grant_type"`
	Code         *string `json:"code"`
	ShopID       ddText  `json:"shop_id"`
	AuthID       ddText  `json:"auth_id"`
	RefreshToken string  `json:"refresh_token"`
}

// tokenFailed is a refusal of a token method.
func tokenFailed(why string) result {
	return refuse(50001, "dop.token-generate-failed:"+why, "生成token失败")
}

// identifyCreate finds the shop by the code, or by the id that a self-used app sends.
func (d *doudian) identifyCreate(c *call) {
	var p ddTokenParams
	if json.Unmarshal([]byte(c.params), &p) != nil {
		return
	}
	if p.Code != nil && *p.Code != "" {
		if k := d.world.Code(*p.Code); k != nil {
			c.shop = k.shop
		}
		return
	}
	c.shop, _ = d.world.Shop(p.shopID())
}

func (d *doudian) identifyRefresh(c *call) {
	var p ddTokenParams
	if json.Unmarshal([]byte(c.params), &p) == nil {
		c.shop, _ = d.world.ByRefreshToken(p.RefreshToken)
		c.renewal = c.shop != nil
	}
}

// shopID is the subject to authorise: newer callers name it auth_id.
func (p ddTokenParams) shopID() string {
	if p.ShopID != "" {
		return string(p.ShopID)
	}
	return string(p.AuthID)
}

// tokenCreate answers both kinds of apps. A tool app brings the code from the
// merchant's browser; a self-used app names its shop and sends an empty code.
func (d *doudian) tokenCreate(c *call) result {
	var p ddTokenParams
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

func (d *doudian) createByCode(c *call, text string) result {
	k := d.world.Code(text)
	switch {
	case k == nil || k.used:
		return tokenFailed("code-invalid")
	case !c.now.Before(k.until):
		return tokenFailed("code-expired")
	}
	k.used = true
	k.shop.authority = authorityGiven
	oldUntil := c.now
	if d.rules().CodeKeepsOldPair {
		oldUntil = d.oldUntil(k.shop, c.now)
	}
	d.issue(k.shop, c.now, oldUntil)
	return d.pair(c, k.shop, encode(k.shop.id))
}

func (d *doudian) createForSelf(c *call, shopID string) result {
	if shopID == "" {
		return refuse(40001, "isv.parameter-missing", "缺少shop_id参数")
	}
	sh, err := d.world.Shop(shopID)
	if err != nil || sh.authority != authorityGiven {
		return tokenFailed(d.rules().RevokedRefresh)
	}
	if sh.current.judgeAccess(c.now) != standingGood || d.rules().SelfCreateRenews {
		d.issue(sh, c.now, d.oldUntil(sh, c.now))
	}
	return d.pair(c, sh, encode(sh.id))
}

// tokenRefresh follows the documented rules: before the last hour the same
// pair; in the last hour a new pair, the old one working for another hour;
// after expiry a new pair, the old one dead at once.
func (d *doudian) tokenRefresh(c *call) result {
	var p ddTokenParams
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
	case g == nil || !g.known(c.now):
		return tokenFailed("token-invalid")
	case g != sh.current && !d.rules().ReplacedRefreshWorks:
		return tokenFailed("token-invalid")
	case sh.authority != authorityGiven:
		return tokenFailed(d.rules().RevokedRefresh)
	case !c.now.Before(g.refreshUntil):
		return tokenFailed("token-expired")
	case c.clash:
		return refuse(50002, "isv.business-failed:31012", "刷新token失败，有并发请求")
	}
	if g == sh.current && g.accessUntil.Sub(c.now) <= ddOverlap {
		d.issue(sh, c.now, d.oldUntil(sh, c.now))
		sh.renewals++
	}
	return d.pair(c, sh, encode(number(sh.id, 0)))
}

// issue makes a new current pair. The old one stays known until oldUntil.
func (d *doudian) issue(sh *shop, now, oldUntil time.Time) {
	sh.current.retire(oldUntil)
	sh.issue(now.Add(ddAccessLife), now.Add(ddRefreshLife))
}

// oldUntil says how long the pair about to be replaced stays known.
func (d *doudian) oldUntil(sh *shop, now time.Time) time.Time {
	if sh.current.judgeAccess(now) == standingGood {
		return now.Add(ddOverlap)
	}
	return now
}

// pair answers the shop's current tokens. token.create returns shop_id as text
// and token.refresh as a number: both forms occur on the wire.
func (d *doudian) pair(c *call, sh *shop, shopID []byte) result {
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
		AccessToken:  sh.current.access,
		ExpiresIn:    int64(sh.current.accessUntil.Sub(c.now) / time.Second),
		Scope:        "SCOPE",
		ShopID:       shopID,
		ShopName:     sh.name,
		RefreshToken: sh.current.refresh,
		AuthorityID:  sh.id,
	})
}
