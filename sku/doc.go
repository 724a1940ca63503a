// Package sku models what is sold: products (商品) in variants (SKU, 规格), with
// stock and price.
//
//	for p, err := range shop.SKUs.All(ctx, sku.Query{Status: sku.StatusOnSale}) {
//		if err != nil {
//			return err // the walk has ended
//		}
//		skus, err := shop.SKUs.GetSKUs(ctx, p.ID)
//		...
//	}
//	_, err := shop.SKUs.WriteStock(ctx, sku.StockWrite{SKUID: id, ProductID: productID, Mode: sku.Set, Quantity: 0})
//
// [Ref] is the snapshot that an order line carries. All ids are the platform's
// own, as text. Package order/change ships another SKU than was ordered (改规格).
//
// # Stock
//
// The library moves counts; it never computes what is left. A write says
// whether it sets or adds ([Set], [Add]), and zero is a count like any other.
// Setting may be repeated, adding may not: see [Service.WriteStock], also for
// platforms that can only add, where a Set becomes a reading and a difference.
//
// To keep several shops from selling the same piece, keep one count in books
// of your own, take every order and every refund off or onto it in a
// transaction, hold back a few pieces as a reserve, and Set each shop to the
// rest, with the number of the booking as [StockWrite].Version. Reading a
// shop's count, changing it and setting it back loses what is sold between.
//
// # For drivers
//
// A platform supplies a [Driver] and as many of [Reader], [StockWriter] and
// [PriceWriter] as it has calls for; [Can] tells an app which. Package skutest
// checks a driver against the promises made here.
package sku
