package order

// Status says how far the sale is. It is empty when this release does not know
// the platform's value, which PlatformStatus keeps.
type Status string

// The statuses, in the order in which an order passes them.
const (
	StatusUnpaid      Status = "unpaid"       // waits for the buyer's money (待付款)
	StatusPaid        Status = "paid"         // paid, but not to be shipped yet: see Hold
	StatusToShip      Status = "to_ship"      // paid and to be shipped (待发货)
	StatusPartShipped Status = "part_shipped" // some pieces are on their way (部分发货)
	StatusShipped     Status = "shipped"      // all pieces are on their way (已发货)
	StatusDelivered   Status = "delivered"    // signed for (已签收)
	StatusDone        Status = "done"         // finished (已完成)
	StatusClosed      Status = "closed"       // cancelled or refunded: never ship (已关闭)
)

// Refund says whether money goes back to the buyer. It is empty when this release
// does not know the platform's value; treat it as open.
type Refund string

// The refund states.
const (
	RefundNone      Refund = "none"
	RefundRequested Refund = "requested" // the buyer asked, the merchant decides
	RefundReturning Refund = "returning" // agreed; the buyer sends the goods back
	RefundReceiving Refund = "receiving" // the goods are on their way back
	RefundSending   Refund = "sending"   // agreed; the merchant sends goods instead: after-sale cases only
	RefundPaying    Refund = "paying"    // agreed; the money is on its way (打款中)
	RefundRejected  Refund = "rejected"  // the merchant refused; the buyer may insist
	RefundClosed    Refund = "closed"    // withdrawn, or ended without money
	RefundPartial   Refund = "partial"   // some lines, or a part of one, are refunded and none is open
	RefundDone      Refund = "done"      // the money went back
)

// Open reports whether the outcome is still to come, so that the goods should
// stay where they are. A refused request counts as open until it is closed, an
// agreed one until the money is there.
func (r Refund) Open() bool {
	switch r {
	case RefundNone, RefundClosed, RefundPartial, RefundDone:
		return false
	}
	return true
}

// refundOf sums up the refunds of lines: the first open one, else done when
// every line is refunded, partial when some are or one in part, closed when one
// was asked for in vain, else none.
func refundOf(lines []Line) Refund {
	done, partial, closed := 0, false, false
	for _, l := range lines {
		switch {
		case l.Refund.Open():
			return l.Refund
		case l.Refund == RefundDone:
			done++
		case l.Refund == RefundPartial:
			partial = true
		case l.Refund == RefundClosed:
			closed = true
		}
	}
	switch {
	case done > 0 && done == len(lines):
		return RefundDone
	case done > 0 || partial:
		return RefundPartial
	case closed:
		return RefundClosed
	}
	return RefundNone
}

// Hold says why an order that is paid for may not be shipped. It is empty when
// this release does not know the platform's reason.
type Hold string

// The reasons.
const (
	HoldNone     Hold = "none"
	HoldReview   Hold = "review"    // the platform checks the order (风控)
	HoldGroupBuy Hold = "group_buy" // the group is not complete (拼团)
	HoldReceiver Hold = "receiver"  // the platform does not give out the receiver yet
)

// Trait is something special about an order or a line that changes how it is
// handled. An order has the traits it has as a whole; look at its lines too.
type Trait string

// The traits.
const (
	TraitVirtual        Trait = "virtual"          // nothing to ship: top-up, voucher, service (虚拟)
	TraitCrossBorder    Trait = "cross_border"     // 跨境
	TraitDutyFree       Trait = "duty_free"        // 免税
	TraitPresale        Trait = "presale"          // full price paid ahead (全款预售)
	TraitDeposit        Trait = "deposit"          // paid in steps, a deposit first (定金预售)
	TraitInspected      Trait = "inspected"        // passes a quality inspection before the buyer (质检)
	TraitCustomised     Trait = "customised"       // made to order (定制)
	TraitGift           Trait = "gift"             // comes free with another line (赠品)
	TraitSample         Trait = "sample"           // 寄样
	TraitSerialRequired Trait = "serial_required"  // shipping needs a serial number (SN/IMEI)
	TraitCashOnDelivery Trait = "cash_on_delivery" // 货到付款
)
