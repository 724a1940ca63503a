package change

import (
	"slices"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/machine"
	"github.com/mallwire/mall/order"
)

// Style says who decides about a spec change.
type Style string

// The styles.
const (
	// StyleVerdict: the platform asks the merchant's system and only passes its
	// answer on: the platform's own order keeps the old SKU.
	StyleVerdict Style = "erp_verdict"
	// StyleConsent: the platform asks the buyer, who has some hours to answer;
	// then its own order has the new SKU.
	StyleConsent Style = "buyer_consent"
	// StyleDirect: the merchant's system calls the platform, and the platform's
	// own order has the new SKU.
	StyleDirect Style = "direct_update"
)

// Facts are what the rules about a change depend on. The zero value allows
// nothing. [FactsOf] fills in what an order shows; the app fills in the rest.
type Facts struct {
	Style  Style        // of a spec change
	Status order.Status // of the order, on the platform

	// The progress of the merchant's own work.
	Known   bool // the order is in the app's database
	Printed bool // its label is printed, or its parcel is being pulled
	CanPull bool // the printed parcel can still be pulled
	Ended   bool // shipped, finished, cancelled, or replaced by other orders

	// Domestic says that the merchant sells within the country. The app must
	// set it, because [StyleVerdict] excludes cross-border and duty-free
	// merchants.
	Domestic bool
	// FromPrice and ToPrice are as in [Request].
	FromPrice, ToPrice mall.Fen

	Virtual     bool // nothing is shipped
	CrossBorder bool
	DutyFree    bool
	Inspected   bool // passes a quality inspection before the buyer (质检)
	Deposit     bool // presale paid in steps

	RefundOpen bool // of this order
	RefundDone bool // a refund of this order has succeeded before
	ServiceOff bool // the merchant has not switched the platform's service on
}

// FactsOf returns the facts that an order shows about the lines to change. It
// does not know Style, Known, Printed, CanPull, Ended, Domestic, the prices and
// ServiceOff: the app fills in those that matter. If a line's status differs
// from the order's, Status is empty, which allows nothing.
func FactsOf(o order.Order, lines ...order.Line) Facts {
	has := func(t order.Trait) bool {
		return o.Has(t) || slices.ContainsFunc(lines, func(l order.Line) bool { return l.Has(t) })
	}
	f := Facts{
		Status:  o.Status,
		Virtual: has(order.TraitVirtual), CrossBorder: has(order.TraitCrossBorder), DutyFree: has(order.TraitDutyFree),
		Inspected: has(order.TraitInspected), Deposit: has(order.TraitDeposit),
		RefundOpen: slices.ContainsFunc(o.Lines, func(l order.Line) bool { return l.Refund.Open() }),
		RefundDone: slices.ContainsFunc(o.Lines, func(l order.Line) bool {
			return l.Refund == order.RefundDone || l.Refund == order.RefundPartial
		}),
	}
	if slices.ContainsFunc(lines, func(l order.Line) bool { return l.Status != o.Status }) {
		f.Status = ""
	}
	return f
}

// guard is a condition on the facts. Errors and refusals name it after the fact
// that it depends on; customer service is shown its reason.
type guard = machine.Guard[Facts]

// when makes a guard.
func when(name, reason string, holds func(Facts) bool) guard {
	return guard{Name: name, Reason: reason, Holds: holds}
}

func style(want Style) guard {
	return when("style", "此平台不支持该改规格方式", func(f Facts) bool { return f.Style == want })
}

// statusIn makes a guard on the status of the order.
func statusIn(reason string, list ...order.Status) guard {
	return guard{Name: "platform", Reason: reason, Holds: func(f Facts) bool { return slices.Contains(list, f.Status) }}
}

// gone reports whether, by the platform's status, the goods have left or there
// is nothing to ship.
func gone(f Facts) bool {
	switch f.Status {
	case order.StatusShipped, order.StatusDelivered, order.StatusDone, order.StatusClosed:
		return true
	}
	return false
}

// The guards. Each is named after the fact that it depends on.
var (
	unpaidOrToShip = statusIn("订单不是待支付或备货中状态", order.StatusUnpaid, order.StatusToShip)
	unpaid         = statusIn("订单不是待支付状态", order.StatusUnpaid)
	toShip         = statusIn("订单不是备货中状态", order.StatusToShip)
	stillHere      = statusIn("商品已发出", order.StatusUnpaid, order.StatusPaid, order.StatusToShip)
	notGone        = when("platform", "订单已发货或已关闭", func(f Facts) bool { return !gone(f) })
	hasGone        = when("platform", "订单尚未发货", gone)

	serviceOn = when("service_enabled", "商家未开通改规格服务", func(f Facts) bool { return !f.ServiceOff })
	asked     = when("style", "此平台不会自行改规格", func(f Facts) bool { return f.Style != StyleVerdict })
	domestic  = when("domestic", "仅境内商家支持改规格", func(f Facts) bool { return f.Domestic })

	notVirtual     = when("virtual_goods", "虚拟商品不支持改规格", func(f Facts) bool { return !f.Virtual })
	notCrossBorder = when("cross_border", "跨境商品不支持改规格", func(f Facts) bool { return !f.CrossBorder })
	notDutyFree    = when("duty_free", "免税商品不支持改规格", func(f Facts) bool { return !f.DutyFree })
	notInspected   = when("bic", "质检商品不支持改规格", func(f Facts) bool { return !f.Inspected })
	notDeposit     = when("presale_deposit", "定金预售订单不支持改规格", func(f Facts) bool { return !f.Deposit })

	noRefundOpen = when("refund_open", "订单有未完结的退款", func(f Facts) bool { return !f.RefundOpen })
	noRefundDone = when("refund_done", "订单已有退款", func(f Facts) bool { return !f.RefundDone })

	priceKnown    = when("price_diff", "新规格价格未知", func(f Facts) bool { return f.ToPrice > 0 })
	priceEqual    = when("price_diff", "新规格价格须相同", func(f Facts) bool { return f.ToPrice > 0 && f.ToPrice == f.FromPrice })
	priceNotLower = when("price_diff", "新规格价格不能更低", func(f Facts) bool {
		return f.ToPrice > 0 && f.ToPrice >= f.FromPrice
	})

	workOpen = when("flow", "订单未入库、已打印或已处理完毕", func(f Facts) bool {
		return f.Known && !f.Printed && !f.Ended
	})
	workPrinted = when("flow", "订单未打印", func(f Facts) bool { return f.Known && f.Printed && !f.Ended })
	canPull     = when("can_pull", "已打印的包裹无法拦下", func(f Facts) bool { return f.CanPull })
	notEnded    = when("flow", "订单已发货或已处理完毕", func(f Facts) bool { return !f.Ended })
)

// eligibility lists the conditions of each style on an order and its line. With
// an open refund a verdict may still be asked for, but it must be no. Price and
// stock are not conditions of a verdict: the platform only shows them.
var eligibility = []struct {
	style  Style
	status order.Status // empty: any
	guards []guard
}{
	{StyleVerdict, "", []guard{
		unpaidOrToShip, serviceOn, notVirtual, notCrossBorder, notDutyFree, notInspected, domestic, noRefundOpen,
	}},
	{StyleConsent, order.StatusUnpaid, []guard{priceKnown, notDeposit, noRefundDone}},
	{StyleConsent, "", []guard{toShip, priceNotLower, notDeposit, noRefundOpen, noRefundDone}},
	{StyleDirect, "", []guard{toShip, priceEqual, noRefundOpen}},
}

// Eligible says whether a line with these facts may get another SKU at all,
// regardless of the merchant's own progress. A refusal names the fact in Code.
func (f Facts) Eligible() Verdict {
	for _, e := range eligibility {
		if e.style != f.Style || e.status != "" && e.status != f.Status {
			continue
		}
		for _, g := range e.guards {
			if !g.Holds(f) {
				return Verdict{Code: g.Name, Reason: g.Reason}
			}
		}
		return Verdict{Accept: true}
	}
	g := style(f.Style)
	return Verdict{Code: g.Name, Reason: g.Reason}
}
