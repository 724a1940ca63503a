package change

import (
	"cmp"
	"slices"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// Apply returns o with the accepted spec changes (改规格) in the Effective SKUs of
// its lines, so that a later reading of the order keeps them although its
// platform still shows what was ordered. SKU stays what the platform shows; o
// itself and its lines are not modified. Changes of other kinds are ignored.
//
// Applying the same changes again has no effect, and their order does not
// matter: of several for one line the latest counts, by At and then by ID. It
// is not a contradiction if the platform shows the new SKU by itself, or
// exchanged it for yet another one later (Previous). A change that was seen in
// the order ([Change].Shown) leaves the line as the order shows it.
//
// Errors are *mall.Error, name the change, and come with the zero Order.
// mall.ErrInvalid: a change belongs to another order or names no new SKU.
// mall.ErrNotFound: the order has no such line. mall.ErrConflict, which a
// person must decide: the line shows a SKU that none of its changes names, or
// one that a change had replaced, or a change is about another number of pieces
// than the line has.
func Apply(o order.Order, changes ...Change) (order.Order, error) {
	o.Lines = slices.Clone(o.Lines)
	byLine := map[string][]Change{}
	for _, c := range changes {
		if c.OrderID != o.ID {
			return order.Order{}, refuseChange(o, c, mall.ErrInvalid, "it belongs to another order")
		}
		if c.Kind != Spec {
			continue
		}
		if noSKU(c.ToSKU) {
			return order.Order{}, refuseChange(o, c, mall.ErrInvalid, "it names no new SKU")
		}
		if !slices.ContainsFunc(o.Lines, func(l order.Line) bool { return l.ID == c.LineID }) {
			return order.Order{}, refuseChange(o, c, mall.ErrNotFound, "the order has no such line")
		}
		if !c.Shown {
			byLine[c.LineID] = append(byLine[c.LineID], c)
		}
	}
	for i := range o.Lines {
		list := byLine[o.Lines[i].ID]
		if len(list) == 0 {
			continue
		}
		effective, err := effectiveOf(o, o.Lines[i], list)
		if err != nil {
			return order.Order{}, err
		}
		o.Lines[i].Effective = effective
	}
	return o, nil
}

// effectiveOf returns the SKU to ship for a line after its changes, of which
// there is at least one.
func effectiveOf(o order.Order, l order.Line, changes []Change) (sku.Ref, error) {
	last := slices.MaxFunc(changes, func(a, b Change) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID), cmp.Compare(a.ToSKU.ID, b.ToSKU.ID))
	})
	if last.Quantity != 0 && last.Quantity != l.Quantity {
		return sku.Ref{}, refuseChange(o, last, mall.ErrConflict, "it is about another number of pieces than the line has")
	}
	if sameSKU(l.SKU, last.ToSKU) {
		return l.SKU, nil // the platform shows the new SKU by itself: its record is the better one
	}
	// The platform may show what was ordered or any step since. A line that had
	// the new SKU before what it shows now was exchanged by the platform itself,
	// which does so with what it shows alone: after the change, unless a change
	// leads from there. Then nothing tells which of the two came last.
	exchanged := !noSKU(l.Previous) && sameSKU(l.Previous, last.ToSKU)
	known := slices.ContainsFunc(changes, func(c Change) bool {
		return noSKU(c.FromSKU) || sameSKU(l.SKU, c.FromSKU) || sameSKU(l.SKU, c.ToSKU)
	})
	switch {
	case exchanged && !known:
		return l.SKU, nil
	case exchanged:
		return sku.Ref{}, refuseChange(o, last, mall.ErrConflict,
			"the line went from the SKU that it puts there to another that its changes know")
	case !known:
		return sku.Ref{}, refuseChange(o, last, mall.ErrConflict, "the line shows a SKU that none of its changes knows")
	}
	return last.ToSKU, nil
}

// noSKU reports whether a reference names nothing that could be shipped.
func noSKU(r sku.Ref) bool { return r.ID == "" && r.ProductID == "" }

// sameSKU compares ids. On some platforms a product without variants has no SKU
// id, and a change may leave out the product.
func sameSKU(a, b sku.Ref) bool {
	if a.ID != "" || b.ID != "" {
		return a.ID == b.ID
	}
	return a.ProductID == b.ProductID
}

func refuseChange(o order.Order, c Change, kind mall.Kind, why string) error {
	return &mall.Error{Op: "apply change", Platform: o.Platform, Kind: kind,
		Message: "change " + c.ID + " of line " + c.LineID + " of order " + c.OrderID + ": " + why}
}
