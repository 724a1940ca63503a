package sku

import "github.com/mallwire/mall"

// Style says who decides about a change of SKU.
type Style string

// The styles.
const (
	// StyleVerdict: the platform asks the merchant's system, whose answer is the
	// whole effect: the platform's own order keeps the old SKU.
	StyleVerdict Style = "erp_verdict"
	// StyleConsent: the platform asks the buyer for some hours; then its own
	// order has the new SKU.
	StyleConsent Style = "buyer_consent"
	// StyleDirect: the merchant's system calls, and the platform's own order has
	// the new SKU.
	StyleDirect Style = "direct_update"
)

// Stage is how far the platform says the order is. The values are those of
// order.Status, so one converts into the other; all others count as too far.
type Stage string

// The stages in which a change may be possible.
const (
	StageUnpaid Stage = "unpaid"
	StageToShip Stage = "to_ship"
)

// Progress is how far the merchant's own work on the line is.
type Progress string

// The progresses.
const (
	ProgressNone    Progress = ""        // the order is not known here
	ProgressOpen    Progress = "open"    // nothing printed
	ProgressPrinted Progress = "printed" // printed, or being pulled out of shipping
	ProgressOver    Progress = "over"    // shipped, cancelled, or replaced by other orders
)

// PriceDiff compares the price of the wanted SKU with the one ordered.
type PriceDiff string

// The differences.
const (
	PriceUnknown PriceDiff = ""
	PriceEqual   PriceDiff = "equal"
	PriceHigher  PriceDiff = "higher"
	PriceLower   PriceDiff = "lower"
)

// ComparePrices says how the price of the wanted SKU is to the one ordered, both
// of one piece. Compare what the platform compares: a price that is in doubt is
// [PriceUnknown].
func ComparePrices(ordered, wanted mall.Fen) PriceDiff {
	switch {
	case wanted < ordered:
		return PriceLower
	case wanted > ordered:
		return PriceHigher
	}
	return PriceEqual
}

// ChangeFacts are what the rules about a change look at. The zero value is
// eligible for nothing.
type ChangeFacts struct {
	Style    Style
	Stage    Stage
	Progress Progress
	// Domestic says that the merchant sells within the country. It must be said:
	// cross-border and duty-free merchants are left out of [StyleVerdict].
	Domestic bool
	CanPull  bool // the printed parcel can still be pulled
	Price    PriceDiff

	Virtual     bool // nothing is shipped
	CrossBorder bool
	DutyFree    bool
	Inspected   bool // passes a quality inspection before the buyer (质检)
	Deposit     bool // presale paid in steps

	RefundOpen bool // of this order
	RefundDone bool // a refund of this order has succeeded before
	ServiceOff bool // the merchant has not switched the platform's service on
}

// guard is one condition on the facts.
type guard struct {
	name   string // of the fact, in errors and refusals
	reason string // shown to customer service
	holds  func(ChangeFacts) bool
}

func style(want Style) guard {
	return guard{"style", "此平台不支持该改规格方式", func(f ChangeFacts) bool { return f.Style == want }}
}

// The guards. Each names the fact as the order-flow machines do.
var (
	unpaidOrToShip = guard{"platform", "订单不是待支付或备货中状态", func(f ChangeFacts) bool { return f.Stage == StageUnpaid || f.Stage == StageToShip }}
	unpaid         = guard{"platform", "订单不是待支付状态", func(f ChangeFacts) bool { return f.Stage == StageUnpaid }}
	toShip         = guard{"platform", "订单不是备货中状态", func(f ChangeFacts) bool { return f.Stage == StageToShip }}
	serviceOn      = guard{"service_enabled", "商家未开通改规格服务", func(f ChangeFacts) bool { return !f.ServiceOff }}
	notVirtual     = guard{"virtual_goods", "虚拟商品不支持改规格", func(f ChangeFacts) bool { return !f.Virtual }}
	notCrossBorder = guard{"cross_border", "跨境商品不支持改规格", func(f ChangeFacts) bool { return !f.CrossBorder }}
	notDutyFree    = guard{"duty_free", "免税商品不支持改规格", func(f ChangeFacts) bool { return !f.DutyFree }}
	notInspected   = guard{"bic", "质检商品不支持改规格", func(f ChangeFacts) bool { return !f.Inspected }}
	domestic       = guard{"domestic", "仅境内商家支持改规格", func(f ChangeFacts) bool { return f.Domestic }}
	notDeposit     = guard{"presale_deposit", "定金预售订单不支持改规格", func(f ChangeFacts) bool { return !f.Deposit }}
	noRefundOpen   = guard{"refund_open", "订单有未完结的退款", func(f ChangeFacts) bool { return !f.RefundOpen }}
	noRefundDone   = guard{"refund_done", "订单已有退款", func(f ChangeFacts) bool { return !f.RefundDone }}
	priceEqual     = guard{"price_diff", "新规格价格须相同", func(f ChangeFacts) bool { return f.Price == PriceEqual }}
	priceNotLower  = guard{"price_diff", "新规格价格不能更低", func(f ChangeFacts) bool { return f.Price == PriceEqual || f.Price == PriceHigher }}
	priceKnown     = guard{"price_diff", "新规格价格未知", func(f ChangeFacts) bool {
		return f.Price == PriceEqual || f.Price == PriceHigher || f.Price == PriceLower
	}}
	workOpen    = guard{"flow", "订单未入库、已打印或已处理完毕", func(f ChangeFacts) bool { return f.Progress == ProgressOpen }}
	workPrinted = guard{"flow", "订单未打印", func(f ChangeFacts) bool { return f.Progress == ProgressPrinted }}
	canPull     = guard{"can_pull", "已打印的包裹无法拦下", func(f ChangeFacts) bool { return f.CanPull }}
	asked       = guard{"style", "此平台不会自行改规格", func(f ChangeFacts) bool { return f.Style != StyleVerdict }}
)

// eligibility is what each style asks of an order and its line. An open refund
// does not keep a verdict from being asked for, but keeps it from being yes.
// Price and stock are no reasons there: the platform only shows them.
var eligibility = []struct {
	style  Style
	stage  Stage // empty: any
	guards []guard
}{
	{StyleVerdict, "", []guard{unpaidOrToShip, serviceOn, notVirtual, notCrossBorder, notDutyFree, notInspected, domestic, noRefundOpen}},
	{StyleConsent, StageUnpaid, []guard{priceKnown, notDeposit, noRefundDone}},
	{StyleConsent, "", []guard{toShip, priceNotLower, notDeposit, noRefundOpen, noRefundDone}},
	{StyleDirect, "", []guard{toShip, priceEqual, noRefundOpen}},
}

// Eligible says whether a line with these facts may be changed at all. A
// refusal names the fact in Code. Progress is not looked at: see [NextChange].
func Eligible(f ChangeFacts) Verdict {
	for _, e := range eligibility {
		if e.style != f.Style || e.stage != "" && e.stage != f.Stage {
			continue
		}
		for _, g := range e.guards {
			if !g.holds(f) {
				return g.refusal()
			}
		}
		return Verdict{Accept: true}
	}
	return style(f.Style).refusal()
}

// refusal is the answer when g does not hold.
func (g guard) refusal() Verdict { return Verdict{Code: g.name, Reason: g.reason} }
