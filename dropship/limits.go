package dropship

import (
	"github.com/mallwire/mall"
)

// Limits is what a platform imposes, stated by its driver.
type Limits struct {
	MerchantOrders mall.ListLimits // of the merchant's list
	FactoryOrders  mall.ListLimits // of the factory's list
	Relations      int             // rows in one page of partners
	Bind           int             // most entries in one call to apply or to unbind; zero: no bound
	Assign         int             // most assignments in one call to assign or cancel; zero: no bound
	Append         int             // most entries in one call to append; zero: no bound
	Delete         int             // most entries in one call to delete; zero: no bound
	Waybills       int             // most waybills in one call to take them; zero: no bound
	// Parcels is how many parcels one assignment may be shipped in; zero: no
	// bound. Where it is one, the parcel has no id of its own.
	Parcels int
}
