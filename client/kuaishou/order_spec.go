package kuaishou

import (
	"cmp"
	"context"

	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// SpecTerms are those that merchants were told of in 2023: customer service
// alone can ask the buyer, by a card on the platform's own pages (客服工作台),
// and the buyer has two hours. No method tells what the buyer answered, and no
// push is known; the order shows the new SKU, with the old one as itemPrevInfo.
func (d orders) SpecTerms() order.SpecTerms {
	return order.SpecTerms{Style: sku.StyleConsent, Wait: d.assume.SpecWait, Asks: d.assume.SpecUpdateAsks}
}

// ChangeSpec calls open.seller.order.sku.update, which "needs the buyer's
// consent first; then the merchant can change". SKUs of one item only. Its
// refusals are in no document; 21 is the number of any rule of business. That it
// finds the line of a gift by item and SKU is unconfirmed.
func (d orders) ChangeSpec(ctx context.Context, c sku.Change) error {
	_, err := skuUpdate.Call(ctx, d.shop, specParams{
		OrderID: number(c.OrderID), ItemID: number(cmp.Or(c.From.ProductID, c.To.ProductID)), From: number(c.From.ID), To: number(c.To.ID),
	})
	return d.missing(err)
}

// endpoints and wire types

var skuUpdate = endpoint[specParams, none]("open.seller.order.sku.update", write)

// specParams: source crywolfx/kuaishou-merchant-open-api:packages/common/Interface/api.declaration.ts.
type specParams struct {
	OrderID number `json:"orderId"`
	ItemID  number `json:"itemId"`
	From    number `json:"oldSkuId"`
	To      number `json:"newSkuId"`
}
