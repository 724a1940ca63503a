// Package sku models what a shop sells: products (商品) and their variants (SKU,
// 规格), with stock and price.
//
//	for p, err := range shop.SKUs.All(ctx, sku.Query{Status: sku.StatusOnSale}) {
//		if err != nil {
//			return err // the loop ends after an error
//		}
//		skus, err := shop.SKUs.GetSKUs(ctx, p.ID)
//		...
//	}
//	_, err := shop.SKUs.WriteStock(ctx, sku.StockWrite{SKUID: id, ProductID: productID, Mode: sku.Set, Quantity: 0})
//
// [Ref] is the snapshot of a SKU in an order line. All ids are the platform's
// own, as text. For SKU changes of placed orders (改规格) see package
// order/change.
//
// # Stock
//
// The library writes stock counts but never computes them. Each write says
// whether it sets or adds ([Set], [Add]); zero is a valid count. Setting may be
// repeated, adding may not: see [Service.WriteStock], also about platforms that
// can only add, where a Set reads the count and adds the difference.
//
// To keep several shops from selling the same piece, keep one count in your own
// database, book every order and refund on it in a transaction, hold back a few
// pieces as a reserve, and Set each shop to the rest, with the number of the
// booking as [StockWrite].Version. Reading a shop's count, changing it and
// setting it back loses the sales in between.
//
// # For drivers
//
// A driver implements [Driver] and those of [Reader], [StockWriter] and
// [PriceWriter] that its platform has calls for; [Can] tells an application
// which. Package skutest checks a driver against what these interfaces promise.
package sku
