package change

import (
	"slices"

	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// Seen compares two readings of an order and returns the spec changes between
// them: the way to hear of those that nobody began here, because platforms push
// none. Before a first reading, the zero Order, there is what the platform
// remembers of a line ([order.Line].Previous). Comparing the same readings again
// returns the same changes, for [Store].Seen.
//
// A change that is under way here ends by [Service.Step] all the same.
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

// specID tells SKUs apart as sameSKU does.
func specID(r sku.Ref) string {
	if r.ID != "" {
		return r.ID
	}
	return "product " + r.ProductID
}
