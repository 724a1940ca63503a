package kuaishou

import (
	"net/http"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
)

// methods holds the endpoints, which are declared beside their wire types, and
// others. Verbs are the documented ones, mirrored in
// crywolfx/kuaishou-merchant-open-api:packages/common/constant/api.default.method.ts;
// whether the gateway refuses another verb is unconfirmed. Which methods may be
// repeated follows the documents.
var methods = driver.NewMethods(mall.Kuaishou, others)

const (
	get        = driver.Get
	repeatable = driver.Repeatable
	write      = driver.Write
	beside     = driver.Own      // the payload is beside result, not in data
	oauth      = driver.Own << 1 // not signed, and answered without an envelope
)

type none = driver.None

// endpoint declares a method of the platform that this driver calls.
func endpoint[P, A any](name string, f driver.Flags) driver.Endpoint[P, A] {
	return driver.Declare[P, A](methods, name, f)
}

// verbOf returns the HTTP verb of a method: the configured one, or else the
// documented one.
func (p *protocol) verbOf(method string) string {
	if verb, ok := p.verbs[method]; ok {
		return verb
	}
	if methods.Flags(method)&get != 0 {
		return http.MethodGet
	}
	return http.MethodPost
}

// others lists methods that this driver does not call but applications may,
// with client.Call. A method that is not listed counts as a write by POST that
// must not be repeated and whose payload is in data.
var others = map[string]driver.Flags{

	"open.order.buyer.order.list": get | repeatable,

	"open.security.instant.decrypt.batch": repeatable,

	"open.order.deliver.merge.check": get | repeatable, // added in 2025

	"open.address.seller.get":    get | repeatable,
	"open.address.seller.create": get | write,
	"open.address.seller.update": get | write,
	"open.address.seller.delete": get | write,

	"open.item.shelf.status.update":       repeatable,
	"open.item.sku.goods.relation.get":    get | repeatable,
	"open.item.sku.goods.relation.add":    write,
	"open.item.sku.goods.relation.update": write,
	"open.item.sku.goods.relation.delete": write,

	"open.scm.inventory.update": get | repeatable | beside,
	"open.scm.inventory.adjust": repeatable | beside,

	"open.refund.submit.returnInfo":  write,
	"open.refund.comment.basic.list": get | repeatable,

	"open.shop.info.get": get | repeatable,

	"open.user.info.get": get | repeatable,
}
