package stage

import "math"

// Bond is the drop-ship relation between a merchant and one of its factories.
// Its times are in the platform's own unit.
type Bond struct {
	Merchant, Factory *Shop
	Applied, Bound    int64 // 0: it has not happened yet
}

func (b *Bond) pair() *Bond { return b }

// Bonded returns the orders that a merchant may assign to factories: those
// placed since it was first bound to one.
func Bonded[B interface{ pair() *Bond }](merchant *Shop, bonds []B) []*Record {
	first := int64(math.MaxInt64)
	for _, b := range bonds {
		if b := b.pair(); b.Merchant == merchant && b.Bound > 0 {
			first = min(first, b.Bound)
		}
	}
	return Within(merchant.Book.ByCreated, func(r *Record) int64 { return r.Created }, first, math.MaxInt64)
}
