package kuaishou

import (
	"cmp"
	"context"

	"github.com/mallwire/mall/order/change"
)

// SpecTerms returns the terms that merchants were told in 2023: only customer
// service can ask the buyer, by a card on the platform's own pages (客服工作台), and
// the buyer has two hours. No method tells the buyer's answer, and no push is
// known; the order shows the new SKU, with the old one as itemPrevInfo.
func (d orders) SpecTerms() change.Terms {
	return change.Terms{Style: change.StyleConsent, Wait: d.assume.SpecWait, Asks: d.assume.SpecUpdateAsks}
}

// ChangeSpec calls open.seller.order.sku.update, which "needs the buyer's
// consent first; then the merchant can change" to a SKU of the same item. Its
// refusals are not documented; 21 is the number of any broken rule. That it
// finds the line of a gift by item and SKU is unconfirmed.
func (d orders) ChangeSpec(ctx context.Context, r change.Request) error {
	_, err := skuUpdate.Call(ctx, d.shop, specParams{
		OrderID: number(r.OrderID), ItemID: number(cmp.Or(r.FromSKU.ProductID, r.ToSKU.ProductID)),
		From: number(r.FromSKU.ID), To: number(r.ToSKU.ID),
	})
	return d.missing(err)
}

// endpoints and wire types

var skuUpdate = endpoint[specParams, none]("open.seller.order.sku.update", write)

// Source of specParams:
// crywolfx/kuaishou-merchant-open-api:packages/common/Interface/api.declaration.ts.
type specParams struct {
	OrderID number `json:"orderId"`
	ItemID  number `json:"itemId"`
	From    number `json:"oldSkuId"`
	To      number `json:"newSkuId"`
}
