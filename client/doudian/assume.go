package doudian

import (
	"maps"
	"time"

	"github.com/mallwire/mall/client"
)

// Assumptions are the figures that this driver needs and that no document of
// the platform confirms. A zero field means the default, which is a guess on
// the careful side.
type Assumptions struct {
	// ListLag is how long an order may take to appear in the order list.
	// Default: one minute.
	ListLag time.Duration
	// Operations are types of afterSale.operate beyond, or instead of, those that
	// are known: 201 and 202, which agree to and refuse a refund without return,
	// are confirmed; 101 and 111, 301 and 311, which agree to a return and an
	// exchange and to the goods that came back, are inferred. Without a type a
	// decision is mall.ErrNotSupported.
	Operations map[Operation]int
	// DealTimeUnit is what start_deal_time and end_deal_time of
	// iop.sellerOrderList are counted in. The documents say milliseconds, while
	// every other time of the platform is in seconds. Default: a millisecond.
	DealTimeUnit time.Duration
	// Rates are the calls a second. Default: each method 50 for the app and 10
	// for one shop.
	Rates client.Rates
	// WaybillBatch is how many waybills one call takes or prints. Default: ten,
	// which one source says.
	WaybillBatch int
	// UnstableCiphers says that the cipher texts of a receiver differ from one
	// reading of the order to the next. That they stay the same while the receiver
	// does is unconfirmed; it is what the default relies on to tell that an
	// address was changed after its waybill was taken. When set, the opaque address
	// id, the masks and the regions tell it.
	UnstableCiphers bool
	// WaybillCarriers are the codes of carriers in the e-waybill methods
	// (logistics.*), by their codes in order.logisticsCompanyList, where the two
	// differ. That the tables are the same is unconfirmed; the default is that
	// they are, as in the platform's examples.
	WaybillCarriers map[string]string
	// StockBatch is how many SKUs of a product one call may set the stock of.
	// Default: 50, which is documented for the call over several products.
	StockBatch int
}

func (a Assumptions) withDefaults() Assumptions {
	if a.ListLag == 0 {
		a.ListLag = time.Minute
	}
	known := maps.Clone(operations)
	maps.Copy(known, a.Operations)
	a.Operations = known
	if a.DealTimeUnit <= 0 {
		a.DealTimeUnit = time.Millisecond
	}
	if a.Rates.App.PerSecond == 0 {
		a.Rates.App = client.Rate{PerSecond: 50, Burst: 50}
	}
	if a.Rates.Shop.PerSecond == 0 {
		a.Rates.Shop = client.Rate{PerSecond: 10, Burst: 10}
	}
	if a.WaybillBatch <= 0 {
		a.WaybillBatch = 10
	}
	if a.StockBatch <= 0 {
		a.StockBatch = 50
	}
	return a
}
