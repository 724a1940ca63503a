package mall

import (
	"slices"
	"time"
)

// Page is one reply of a list method.
type Page[T any] struct {
	Items []T
	Next  string // opaque; empty on the last page
	Total int    // rows of the whole list; -1 when the platform does not say
}

// By is the clock that the bounds of a list are read on.
type By int

const (
	// ByUpdate lists rows by their last change. It is the feed to keep up with:
	// it shows payments, refunds and address changes.
	ByUpdate By = iota
	// ByCreation lists rows by when they came into being. It is for backfill: a row
	// seen once is not seen again when it changes.
	ByCreation
)

// ListLimits is what a platform imposes on a list, stated by its driver. The zero
// value imposes nothing, and names a list whose replies each name the next place.
type ListLimits struct {
	MaxPageSize int           // zero: no bound
	MinPageSize int           // smaller pages are not given; zero: no bound
	MaxWindow   time.Duration // longest From..To of one question; zero: no bound
	History     time.Duration // how far back From may lie; zero: no bound
	MaxRows     int           // most rows that one question can page through; zero: no bound
	Lag         time.Duration // how long a row may take to appear in the list, or to change its place
	Resolution  time.Duration // the finest step of the platform's clock
	// Numbered: pages are numbered. Rows that change leave the window and move all
	// later ones forward, so the pages are read from the last to the first, where a
	// row can only be seen twice. False: each reply names the next place, and rows
	// that change meanwhile do not disturb it.
	Numbered bool
	// Clocks are those that the list can be asked by; empty: all. Another one is
	// [ErrNotSupported].
	Clocks []By
}

// Has reports whether the list can be asked by a clock.
func (l ListLimits) Has(by By) bool { return len(l.Clocks) == 0 || slices.Contains(l.Clocks, by) }

// Feed is the clock to keep up by: [ByUpdate] where the list has it. By another
// one a walk has to cover, each time, the whole period in which a row can still
// change.
func (l ListLimits) Feed() By {
	if l.Has(ByUpdate) {
		return ByUpdate
	}
	return l.Clocks[0]
}
