package change

import (
	"slices"

	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// Seen compares two readings of an order and returns the spec changes between
// them. It finds changes that were not begun here, because platforms push none.
// For a first reading pass the zero Order as before: then the result is what
// the platform remembers of each line ([order.Line].Previous). Comparing the
// same readings again returns the same changes, for [Store].Seen.
//
// A change that was begun here still ends by [Service.Step].
func Seen(before, after order.Order) []Change {
	var list []Change
	for _, l := range after.Lines {
		from := l.Previous
		if i := slices.IndexFunc(before.Lines, func(b order.Line) bool { return b.ID == l.ID }); i >= 0 {
			from = before.Lines[i].SKU
		}
		if noSKU(from) || noSKU(l.SKU) || sameSKU(from, l.SKU) {
			continue
		}
		list = append(list, Change{
			Request: Request{
				Kind: Spec, Platform: after.Platform, ShopID: after.ShopID, OrderID: after.ID, LineID: l.ID,
				ID:      "seen/" + after.ID + "/" + l.ID + "/" + specID(from) + "/" + specID(l.SKU),
				FromSKU: from, ToSKU: l.SKU, Quantity: l.Quantity,
			},
			State: StateApplied, At: after.Updated, Shown: true,
		})
	}
	return list
}

// specID returns an id that is equal for SKUs that sameSKU holds equal.
func specID(r sku.Ref) string {
	if r.ID != "" {
		return r.ID
	}
	return "product " + r.ProductID
}
