package kuaishou

import (
	"cmp"
	"maps"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/dropship"
)

// Assumptions replace figures and texts that this driver needs and that the
// platform does not document. The zero value of a field selects the default, a
// cautious guess.
type Assumptions struct {
	// Rates limits the calls per second. Default: for the app 100 per method,
	// as for apps that are new on the platform, 300 for the order list, and
	// what the documents state for single methods; for one shop no limit,
	// except where the documents state one.
	Rates client.Rates
	// Verbs maps methods to HTTP verbs that replace the documented ones.
	Verbs map[string]string
	// SignMD5 signs with MD5 instead of HMAC_SHA256, which the platform
	// recommends.
	SignMD5 bool
	// RenewOnce keeps a token renewal whose answer was lost from being sent
	// again with the same refresh token, so that the merchant has to authorise
	// again after each such loss. Default: it is sent again.
	RenewOnce bool

	// ListLag is how long an order may take to appear in the order list. What is
	// not positive is the default.
	// Default: one minute.
	ListLag time.Duration
	// OrderUnknown is part of the text of the refusal for an order that does
	// not exist; its number is the same as for any other refusal. Default:
	// 订单不存在, a guess.
	OrderUnknown string
	// CaseWindow is the longest time range of one call that lists after-sale
	// cases. Default: a day, as documented; the documents warn that campaigns
	// may shrink it to hours or minutes.
	CaseWindow time.Duration
	// SpecWait is how long a buyer has to agree to a SKU change (改规格). Default:
	// two hours, as merchants were told in 2023.
	SpecWait time.Duration
	// SpecUpdateAsks says that open.seller.order.sku.update itself asks the
	// buyer. Default: it carries out what the buyer has agreed to, as its
	// documentation reads.
	SpecUpdateAsks bool

	// PriceUnit is the undocumented unit of prices in
	// open.item.sku.price.update. Default: a fen, the unit in which SKUs are
	// read.
	PriceUnit mall.Fen

	// OrderChannel is the name of the platform's own orders in waybill calls.
	// Default: KUAI_SHOU, which another integration sends.
	OrderChannel string
	// WaybillCarriers maps carriers' numbers, used in shipping, to their letter
	// codes, used in the waybill and drop-ship methods. Entries add to or
	// replace the defaults, which are guessed from the names: the platform's
	// table of letter codes was not found.
	WaybillCarriers map[string]string
	// CarrierData maps a carrier's letter code to the extData that waybill
	// calls must send to it. Entries add to or replace the default,
	// {"oneBillFeeType":1} for POSTB. SF needs an isvClientCode, which the app
	// gets from the carrier.
	CarrierData map[string]string
	// WaybillCancelled is part of the text of the refusal when a waybill is
	// cancelled a second time. Default: 已取消, a guess.
	WaybillCancelled string
	// UnstableCiphers says that the ciphers of a receiver differ from one
	// reading of the order to the next. By default an address counts as changed
	// after its waybill was taken when a cipher changed, which relies on
	// unconfirmed behaviour: that ciphers stay the same as long as the receiver
	// does. When set, the opaque address id, the masks and the regions are
	// compared instead.
	UnstableCiphers bool

	// Dropship holds the assumptions about drop-ship (代发).
	Dropship DropshipAssumptions
}

func (a Assumptions) withDefaults() Assumptions {
	if a.Rates.App.PerSecond == 0 {
		a.Rates.App = each(100)
	}
	if a.Rates.Methods == nil {
		a.Rates.Methods = map[string]client.Rates{
			"open.order.cursor.list":        {App: each(300), Shop: each(300)},
			"open.order.decrypt.batch":      {App: each(100), Shop: each(100)},
			"open.item.new":                 {App: each(100), Shop: each(50)},
			"open.item.edit":                {App: each(100), Shop: each(50)},
			"open.item.autopass.edit":       {App: each(100), Shop: each(50)},
			"open.item.shelf.status.update": {App: each(100), Shop: each(50)},
			"open.item.delete":              {App: each(100), Shop: each(50)},
		}
	}
	a.ListLag = cmp.Or(max(a.ListLag, 0), time.Minute)
	a.OrderUnknown = cmp.Or(a.OrderUnknown, "订单不存在")
	a.CaseWindow = cmp.Or(max(a.CaseWindow, 0), 24*time.Hour)
	a.SpecWait = cmp.Or(a.SpecWait, 2*time.Hour)
	a.PriceUnit = cmp.Or(max(a.PriceUnit, 0), 1)
	a.OrderChannel = cmp.Or(a.OrderChannel, "KUAI_SHOU")
	a.WaybillCarriers = laidOver(waybillCarriers, a.WaybillCarriers)
	a.CarrierData = laidOver(carrierData, a.CarrierData)
	a.WaybillCancelled = cmp.Or(a.WaybillCancelled, "已取消")
	a.Dropship = a.Dropship.withDefaults()
	return a
}

// each returns a rate of n calls per second.
func each(n int) client.Rate { return client.Rate{PerSecond: float64(n), Burst: n} }

func laidOver(defaults, own map[string]string) map[string]string {
	all := maps.Clone(defaults)
	maps.Copy(all, own)
	return all
}

// DropshipAssumptions replace what is not documented about open.dropshipping.*.
// The zero value of a field selects the default, a guess.
type DropshipAssumptions struct {
	// EntryDone is the code of a batch entry that was carried out. Default:
	// "1", as for whole calls. With a wrong code every entry counts as refused,
	// and the driver reads what became of it.
	EntryDone string
	// BindingStates maps bindingStatus or, where that is not in the map,
	// bindingStatusDesc to states of a partner relation. The values of neither
	// are documented. Default: 待审核, 已绑定, 已拒绝 and 已解绑 mean what they say; any
	// other value is kept as PlatformState.
	BindingStates map[string]dropship.RelationState
	// PartnersFromZero says that the pages of partners are counted from 0.
	// Default: from 1.
	PartnersFromZero bool
	// PageSize is the largest page of partners and of the merchant's list; the
	// documents state one only for the factory's list. Default: 50, the
	// factory's.
	PageSize int
	// Batch is how many entries one call assigns, cancels, adds, applies for or
	// unbinds. Default: ten, as documented for deletions and for waybills.
	Batch int
	// Missing are texts that say, in the refusal to read one order, that the
	// order does not exist. Default: 不存在.
	Missing []string
	// DoneAfterSaleIsOver lets a factory ship after an after-sale case has
	// ended (postSaleType 3). By default it must not, because a factory is not
	// told whether the buyer was refunded.
	DoneAfterSaleIsOver bool
	// CancelReason is sent to a factory when the caller gives no reason,
	// because the call needs one. Default: 商家取消分配.
	CancelReason string
}

func (a DropshipAssumptions) withDefaults() DropshipAssumptions {
	if a.EntryDone == "" {
		a.EntryDone = "1"
	}
	if a.BindingStates == nil {
		a.BindingStates = map[string]dropship.RelationState{
			"待审核": dropship.RelationPending,
			"已绑定": dropship.RelationBound,
			"已拒绝": dropship.RelationRefused,
			"已解绑": dropship.RelationUnbound,
		}
	}
	if a.PageSize <= 0 {
		a.PageSize = 50
	}
	if a.Batch <= 0 {
		a.Batch = 10
	}
	if a.Missing == nil {
		a.Missing = []string{"不存在"}
	}
	if a.CancelReason == "" {
		a.CancelReason = "商家取消分配"
	}
	return a
}
