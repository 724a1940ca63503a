package kuaishou

import (
	"net/http"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
)

// methods are those of the endpoints, which are declared beside their wire
// types, and others. Verbs are the documents' own, mirrored in
// crywolfx/kuaishou-merchant-open-api:packages/common/constant/api.default.method.ts;
// whether the gateway minds another one is unconfirmed. What may be repeated is
// judged by the documents.
var methods = driver.NewMethods(mall.Kuaishou, others)

const (
	get        = driver.Get
	repeatable = driver.Repeatable
	write      = driver.Write
	beside     = driver.Own      // the payload stands beside result, not in data
	oauth      = driver.Own << 1 // not signed, and answered without an envelope
)

type none = driver.None

// endpoint declares a method that this driver calls.
func endpoint[P, A any](name string, f driver.Flags) driver.Endpoint[P, A] {
	return driver.Declare[P, A](methods, name, f)
}

// verbOf is the verb of a method, as the configuration or the documents have it.
func (p *protocol) verbOf(method string) string {
	if verb, ok := p.verbs[method]; ok {
		return verb
	}
	if methods.Flags(method)&get != 0 {
		return http.MethodGet
	}
	return http.MethodPost
}

// others are the methods that this driver does not call, for applications that
// do. A method that is not here is taken for a write by POST, whose payload
// stands in data.
var others = map[string]driver.Flags{

	"open.order.buyer.order.list": get | repeatable,

	"open.security.instant.decrypt.batch": repeatable,

	"open.order.deliver.merge.check": get | repeatable, // of 2025

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
