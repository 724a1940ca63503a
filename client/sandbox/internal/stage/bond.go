package stage

import "math"

// Bond is a merchant and one of its factories, in the times of the platform.
type Bond struct {
	Merchant, Factory *Shop
	Applied, Bound    int64 // 0: not yet
}

func (b *Bond) pair() *Bond { return b }

// Bonded are the orders that a merchant may give away: those that were placed
// after it was first bound to a factory.
func Bonded[B interface{ pair() *Bond }](merchant *Shop, bonds []B) []*Record {
	first := int64(math.MaxInt64)
	for _, b := range bonds {
		if b := b.pair(); b.Merchant == merchant && b.Bound > 0 {
			first = min(first, b.Bound)
		}
	}
	return Within(merchant.Book.ByCreated, func(r *Record) int64 { return r.Created }, first, math.MaxInt64)
}
