package order

import (
	"time"

	"github.com/mallwire/mall"
)

// Query says which orders to list. The zero Query means every order that the
// platform still lists, by update time.
type Query struct {
	// By chooses the clock that From and To are read on.
	By mall.By
	// From is inclusive. Zero means as far back as the platform lists.
	From time.Time
	// To is exclusive, but orders of that very moment may be listed as well. Zero
	// means now; in any case the list ends a little before now ([mall.ListLimits].Lag),
	// since rows may appear late. [Service.Resolve] tells where.
	To time.Time
	// Status keeps orders of one status. Zero keeps all, closed ones too.
	Status Status
	// PageSize is how many orders to ask for at once. Zero means as many as
	// the platform allows.
	PageSize int
}

// Limits is what a platform imposes on its orders, stated by its driver.
type Limits struct {
	mall.ListLimits     // of the order list
	MaxBatch        int // most texts in one call of Decrypt, Mask or SearchIndex; zero: no bound
}
