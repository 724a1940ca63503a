package doudian

import (
	"maps"
	"time"

	"github.com/mallwire/mall/client"
)

// Assumptions replace figures that this driver needs and that the platform does
// not document. The zero value of a field selects the default, a cautious
// guess.
type Assumptions struct {
	// ListLag is how long an order may take to appear in the order list. What is
	// not positive is the default.
	// Default: one minute.
	ListLag time.Duration
	// Operations adds to or replaces the known types of afterSale.operate.
	// Confirmed are 201 and 202, which agree to and refuse a refund without
	// return. Inferred are 101 and 111 (return) and 301 and 311 (exchange): the
	// first of each pair agrees to the request, the second to the goods that
	// came back. A decision without a type is mall.ErrNotSupported.
	Operations map[Operation]int
	// DealTimeUnit is the unit of start_deal_time and end_deal_time of
	// iop.sellerOrderList. The documents say milliseconds, while every other
	// time of the platform is in seconds. Default: a millisecond.
	DealTimeUnit time.Duration
	// Rates limits the calls per second. Default: 50 per method for the app and
	// 10 per method for one shop.
	Rates client.Rates
	// WaybillBatch is how many waybills one call takes or prints. Default: ten,
	// which one source states.
	WaybillBatch int
	// UnstableCiphers says that the ciphers of a receiver differ from one
	// reading of the order to the next. By default an address counts as changed
	// after its waybill was taken when a cipher changed, which relies on
	// unconfirmed behaviour: that ciphers stay the same as long as the receiver
	// does. When set, the opaque address id, the masks and the regions are
	// compared instead.
	UnstableCiphers bool
	// WaybillCarriers maps carrier codes of order.logisticsCompanyList to those
	// of the e-waybill methods (logistics.*), for carriers whose two codes
	// differ. Default: the codes are the same, as in the platform's examples;
	// that is unconfirmed.
	WaybillCarriers map[string]string
	// StockBatch is how many SKUs of one product a call may set the stock of.
	// Default: 50, which is documented for the call that takes several
	// products.
	StockBatch int
}

func (a Assumptions) withDefaults() Assumptions {
	if a.ListLag <= 0 {
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
