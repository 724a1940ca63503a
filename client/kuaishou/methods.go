package kuaishou

import (
	"net/http"

	"github.com/mallwire/mall/client"
)

// traits are what the protocol has to know about a method. Zero is a write by
// POST whose payload stands in data, which is also what a method is taken for
// that is not listed.
type traits uint8

const (
	get   traits = 1 << iota // the documented verb is GET, also of some writes
	again                    // calling twice is the same as calling once
	top                      // the payload stands beside result, not in data
)

// methods of the platform. Verbs are the documents' own, mirrored in
// crywolfx/kuaishou-merchant-open-api:packages/common/constant/api.default.method.ts;
// whether the gateway minds another one is unconfirmed. What may be repeated is
// judged by the documents. Shipping is not among it: a second report of the same
// number succeeds, but whether the first did must be looked up.
var methods = map[string]traits{
	"open.order.cursor.list": get | again,
	"open.order.detail":      get | again,

	"open.seller.order.fee.detail": get | again,

	"open.order.buyer.order.list": get | again,

	"open.seller.order.note.add": 0,
	"open.seller.order.close":    0,

	"open.order.address.update":        0,
	"open.order.address.audit.approve": get,
	"open.order.address.audit.reject":  get,
	"open.order.decrypt.batch":         again | top,
	"open.order.desensitise.batch":     again | top,
	"open.order.encrypt.batch":         again | top,
	"open.order.search.index.batch":    again | top,

	"open.security.instant.decrypt.batch": again,

	"open.seller.order.goods.deliver": 0,

	"open.order.goods.split.deliver": 0,
	"open.order.deliver.merge.check": get | again, // of 2025

	"open.seller.order.goods.logistics.append": 0,
	"open.seller.order.logistics.update":       again,
	"open.seller.order.sku.update":             0,

	"open.dropshipping.role.query":                     get | again,
	"open.dropshipping.relation.list":                  again,
	"open.dropshipping.relation.merchant.batch.apply":  0,
	"open.dropshipping.relation.merchant.batch.unbind": 0,
	"open.dropshipping.order.merchant.list":            again,
	"open.dropshipping.order.merchant.detail":          again,
	"open.dropshipping.order.batch.allocate":           0,
	"open.dropshipping.order.batch.allocate.cancel":    0,
	"open.dropshipping.order.batch.append":             0,
	"open.dropshipping.order.batch.delete":             0,
	"open.dropshipping.order.list":                     again,
	"open.dropshipping.order.detail.query":             again,
	"open.dropshipping.ebill.batch.get":                top,
	"open.dropshipping.ebill.cancel":                   0,
	"open.dropshipping.order.deliver":                  0,
	"open.dropshipping.order.logistics.update":         0,

	"open.express.ebill.get":                  again,
	"open.express.ebill.update":               0,
	"open.express.ebill.cancel":               get,
	"open.express.ebill.append":               0,
	"open.express.subscribe.query":            again,
	"open.express.standard.template.list.get": again,
	"open.express.custom.tempate.list.query":  get | again,
	"open.express.printer.element.query":      get | again,
	"open.express.reachable.query":            again,

	"open.address.district.list": get | again,
	"open.address.seller.list":   get | again,
	"open.address.seller.get":    get | again,
	"open.address.seller.create": get,
	"open.address.seller.update": get,
	"open.address.seller.delete": get,

	"open.item.sku.list.get":              get | again,
	"open.item.sku.stock.update":          0,
	"open.item.sku.price.update":          again,
	"open.item.get":                       get | again,
	"open.item.list.get":                  get | again,
	"open.item.shelf.status.update":       again,
	"open.item.sku.goods.relation.get":    get | again,
	"open.item.sku.goods.relation.add":    0,
	"open.item.sku.goods.relation.update": 0,
	"open.item.sku.goods.relation.delete": 0,

	"open.scm.inventory.update": get | again | top,
	"open.scm.inventory.adjust": again | top,

	"open.seller.order.refund.pcursor.list":        get | again,
	"open.seller.order.refund.detail":              get | again,
	"open.seller.order.refund.approve":             0,
	"open.seller.order.refund.returngoods.approve": 0,
	"open.seller.order.refund.confirm.receipt":     0,

	"open.refund.confirm.and.send":   0,
	"open.refund.reject":             0,
	"open.refund.reject.reason":      get | again,
	"open.refund.direct.refund":      0,
	"open.refund.submit.returnInfo":  0,
	"open.refund.comment.basic.list": get | again,

	"open.user.seller.get": get | again,

	"open.shop.info.get": get | again,

	"open.user.info.get": get | again,
}

// The methods of OAuth, by the last part of their path. They are not signed and
// answer without an envelope.
const (
	methodAccessToken  = "oauth2.access_token"
	methodRefreshToken = "oauth2.refresh_token"
)

func isOAuth(method string) bool {
	return method == methodAccessToken || method == methodRefreshToken
}

func factsOf(method string) client.Facts {
	return client.Facts{Repeatable: methods[method]&again != 0, Anonymous: isOAuth(method)}
}

// verbOf is the verb of a method, as the configuration or the documents have it.
func (p *protocol) verbOf(method string) string {
	if verb, ok := p.verbs[method]; ok {
		return verb
	}
	if methods[method]&get != 0 || method == methodAccessToken {
		return http.MethodGet
	}
	return http.MethodPost
}
