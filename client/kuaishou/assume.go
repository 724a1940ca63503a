package kuaishou

import (
	"cmp"
	"maps"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/dropship"
)

// Assumptions are the figures and words that this driver needs and that no
// document of the platform confirms. A zero field means the default, which is a
// guess on the careful side.
type Assumptions struct {
	// Rates are the calls a second. Default: each method 100 for the app, as for
	// apps that are new on the platform, the order list 300, and what the
	// documents give to single methods; no figure for one shop where none is
	// given.
	Rates client.Rates
	// Verbs are the HTTP verbs of methods, instead of the documented ones.
	Verbs map[string]string
	// SignMD5 signs with MD5 instead of HMAC_SHA256, which the platform
	// recommends.
	SignMD5 bool
	// RenewOnce keeps a renewal of a token whose answer was lost from being sent
	// again with the same refresh token. The merchant then has to authorise again
	// after each such loss. Default: it is sent again.
	RenewOnce bool

	// ListLag is how long an order may take to appear in the order list.
	// Default: one minute.
	ListLag time.Duration
	// OrderUnknown is what the refusal of an order that does not exist says, part
	// of its text: its number is that of any refusal. Default: 订单不存在, a guess.
	OrderUnknown string
	// CaseWindow is the longest range that one question about after-sale cases may
	// span. Default: a day, as documented, with the warning that it may shrink to
	// hours or minutes during campaigns.
	CaseWindow time.Duration
	// SpecWait is how long a buyer has to answer whether another SKU may be sent
	// (改规格). Default: two hours, as merchants were told in 2023.
	SpecWait time.Duration
	// SpecUpdateAsks says that open.seller.order.sku.update itself asks the buyer.
	// Default: it carries out what the buyer agreed to, as its documentation reads.
	SpecUpdateAsks bool

	// PriceUnit is what open.item.sku.price.update counts prices in. No document
	// says it. Default: a fen, in which SKUs are read.
	PriceUnit mall.Fen

	// OrderChannel is what waybill calls name the platform's own orders by.
	// Default: KUAI_SHOU, which a peer sends.
	OrderChannel string
	// WaybillCarriers are carriers' letters in the waybill and drop-ship methods,
	// by their numbers in shipping. They lie over the defaults, which are guessed
	// by the names; the platform's table of letters was not found.
	WaybillCarriers map[string]string
	// CarrierData are the texts of extData, by a carrier's letters: what waybill
	// calls must say to it. They lie over the default, {"oneBillFeeType":1} for
	// POSTB. SF wants an isvClientCode, which the app has from the carrier.
	CarrierData map[string]string
	// WaybillCancelled is what the refusal of a second cancellation of a waybill
	// says, part of its text. Default: 已取消, a guess.
	WaybillCancelled string
	// UnstableCiphers says that the cipher texts of a receiver differ from one
	// reading of the order to the next. That they stay the same while the receiver
	// does is unconfirmed; it is what the default relies on to tell that an
	// address was changed after its waybill was taken. When set, the opaque address
	// id, the masks and the regions tell it.
	UnstableCiphers bool

	// Dropship are those about drop-ship.
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
	a.ListLag = cmp.Or(a.ListLag, time.Minute)
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

// each is so many calls a second.
func each(n int) client.Rate { return client.Rate{PerSecond: float64(n), Burst: n} }

func laidOver(defaults, own map[string]string) map[string]string {
	all := maps.Clone(defaults)
	maps.Copy(all, own)
	return all
}

// DropshipAssumptions are what is not published of open.dropshipping.*. A zero
// field means the default, which is a guess.
type DropshipAssumptions struct {
	// EntryDone is the code of an entry of a batch that was carried out. Default:
	// "1", as of whole calls. With a wrong one each entry counts as refused, and
	// what became of it is looked up.
	EntryDone string
	// BindingStates are the states of a relation, by bindingStatus or, where that
	// is not here, by bindingStatusDesc. Neither is published. Default: 待审核,
	// 已绑定, 已拒绝 and 已解绑 mean what they say; any other word is kept as
	// PlatformState.
	BindingStates map[string]dropship.RelationState
	// PartnersFromZero says that the pages of partners count from 0. Default: from 1.
	PartnersFromZero bool
	// PageSize is the most rows in a page of partners or of the merchant's list,
	// which is published for the factory's alone. Default: 50, as there.
	PageSize int
	// Batch is how many entries one call assigns, cancels, adds, applies for or
	// unbinds. Default: ten, as documented for deleting and for waybills.
	Batch int
	// Missing are words that tell, in the refusal of a detail, that there is no
	// such order. Default: 不存在.
	Missing []string
	// DoneAfterSaleIsOver lets a factory ship after an after-sale case is done
	// (postSaleType 3). A factory is not told whether the buyer has the money
	// back, so the default is that nobody should.
	DoneAfterSaleIsOver bool
	// CancelReason is told to a factory where the caller gives no reason, which
	// the call needs. Default: 商家取消分配.
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
