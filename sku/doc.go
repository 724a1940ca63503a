// Package sku models what is sold: a variant (规格) of a product (商品).
//
// [Ref] is the snapshot that an order line carries. All ids are the platform's
// own, as text.
package sku
