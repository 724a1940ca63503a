package stage

import (
	"cmp"
	"slices"
)

// Record is an order. Wire is never changed in place, only replaced, so it may
// still be read after the sandbox's lock is released.
type Record struct {
	Shop    *Shop
	ID      string
	Created int64 // since 1970, in the platform's own unit; so is Updated
	Updated int64
	Wire    []byte
	Index   any // the members that the platform's lists filter by, decoded once
}

// Book holds the orders of one shop, sorted by either time that lists go by, so
// that a time window is found by binary search.
type Book struct {
	ByCreated []*Record
	ByUpdated []*Record
}

func compareCreated(a, b *Record) int {
	return cmp.Or(cmp.Compare(a.Created, b.Created), cmp.Compare(a.ID, b.ID))
}

func compareUpdated(a, b *Record) int {
	return cmp.Or(cmp.Compare(a.Updated, b.Updated), cmp.Compare(a.ID, b.ID))
}

// Add inserts an order.
func (b *Book) Add(r *Record) {
	i, _ := slices.BinarySearchFunc(b.ByCreated, r, compareCreated)
	b.ByCreated = slices.Insert(b.ByCreated, i, r)
	i, _ = slices.BinarySearchFunc(b.ByUpdated, r, compareUpdated)
	b.ByUpdated = slices.Insert(b.ByUpdated, i, r)
}

// Remove deletes an order, if it is there.
func (b *Book) Remove(r *Record) {
	if i, ok := slices.BinarySearchFunc(b.ByCreated, r, compareCreated); ok {
		b.ByCreated = slices.Delete(b.ByCreated, i, i+1)
	}
	if i, ok := slices.BinarySearchFunc(b.ByUpdated, r, compareUpdated); ok {
		b.ByUpdated = slices.Delete(b.ByUpdated, i, i+1)
	}
}

// Within returns the part of a sorted list with from <= time <= to.
func Within(list []*Record, time func(*Record) int64, from, to int64) []*Record {
	i, _ := slices.BinarySearchFunc(list, from, func(r *Record, t int64) int { return cmp.Compare(time(r), t) })
	list = list[i:]
	j, _ := slices.BinarySearchFunc(list, to, func(r *Record, t int64) int {
		if time(r) <= t {
			return -1
		}
		return 1
	})
	return list[:j]
}
