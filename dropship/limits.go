package dropship

import (
	"slices"

	"github.com/mallwire/mall/order"
)

// Limits is what a platform imposes, stated by its driver.
type Limits struct {
	MerchantOrders ListLimits // of the merchant's list
	FactoryOrders  ListLimits // of the factory's list
	Relations      int        // rows in one page of partners
	Bind           int        // most entries in one call to apply or to unbind; zero: no bound
	Assign         int        // most assignments in one call to assign or cancel; zero: no bound
	Append         int        // most entries in one call to append; zero: no bound
	Delete         int        // most entries in one call to delete; zero: no bound
	Waybills       int        // most waybills in one call to take them; zero: no bound
	// Parcels is how many parcels one assignment may be shipped in; zero: no
	// bound. Where it is one, the parcel has no id of its own.
	Parcels int
}

// ListLimits are those of one list of assignments. MaxBatch is not used.
type ListLimits struct {
	order.Limits
	// Clocks are those that the list can be asked by. Empty: all. Another one is
	// mall.ErrNotSupported.
	Clocks []order.By
}

// Has reports whether the list can be asked by a clock.
func (l ListLimits) Has(by order.By) bool {
	return len(l.Clocks) == 0 || slices.Contains(l.Clocks, by)
}

// Feed is the clock to keep up by: [order.ByUpdate] where the list has it. By
// another one a walk has to cover, each time, the whole period in which an
// assignment can still change.
func (l ListLimits) Feed() order.By {
	if l.Has(order.ByUpdate) {
		return order.ByUpdate
	}
	return l.Clocks[0]
}
