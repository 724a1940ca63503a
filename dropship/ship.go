package dropship

import "github.com/mallwire/mall/order"

// Reason says why something may not be done now, for programs. Empty: it may.
type Reason string

// The reasons.
const (
	ReasonRefundOpen     Reason = "refund_open"     // the buyer wants the money back
	ReasonShipped        Reason = "shipped"         // shipped already, and not as was asked for
	ReasonOtherSide      Reason = "other_side"      // the other side has shipped it, or ended the order
	ReasonCancelled      Reason = "cancelled"       // the merchant took the assignment back
	ReasonClosed         Reason = "closed"          // the order ended without being shipped
	ReasonNotToShip      Reason = "not_to_ship"     // not paid, or held by the platform
	ReasonOtherFactory   Reason = "other_factory"   // assigned to another factory
	ReasonNotAssigned    Reason = "not_assigned"    // there is no assignment to act on
	ReasonRecall         Reason = "recall"          // cancelled, but the factory still holds a number
	ReasonUnknownOutcome Reason = "unknown_outcome" // a return without answer: look first
	ReasonPieces         Reason = "pieces"          // the pieces do not add up to what is left
	ReasonSender         Reason = "sender"          // no address to ship from
	ReasonWrongRole      Reason = "wrong_role"      // the call belongs to the other side
	ReasonUnknownState   Reason = "unknown_state"   // the driver does not know the platform's state
	ReasonState          Reason = "state"           // the state forbids it; the platform does not say which
)

// MayShip says who may ship a line at a stage of [Flow.Next]: whose turn it is,
// whether it may, and if not, why. It is stricter than platforms, which let either
// side ship an assigned line: while a factory has the line the merchant has to
// cancel the assignment first, or two parcels may leave.
func (f Flow) MayShip(at string) (who Role, ok bool, why Reason) {
	switch stage(at) {
	case stageUnassigned, stageCancelled:
		who = RoleMerchant
	case stageAssigned, stageFetched, stageWaybillHeld:
		who = RoleFactory
	case stageReturned, stageShippedByMerchant:
		return "", false, ReasonShipped
	case stageCancelWaitRecall:
		return "", false, ReasonRecall
	case stageReturnUnknown:
		return "", false, ReasonUnknownOutcome
	case stageClosed:
		return "", false, ReasonClosed
	default:
		return "", false, ReasonUnknownState
	}
	switch {
	case f.RefundOpen || f.OtherRefundOpen:
		return who, false, ReasonRefundOpen
	case f.MerchantShipped:
		return who, false, ReasonShipped
	case !f.ToShip:
		return who, false, ReasonNotToShip
	}
	return who, true, ""
}

// MayShip is [Flow.MayShip] for what one side sees of an assignment. A number
// that a factory holds, or a return without answer, is not seen there: an
// application that follows the stages itself calls that one.
func (a Assignment) MayShip() (who Role, ok bool, why Reason) {
	return a.flow().MayShip(string(a.stage()))
}

// stage is where a line stands by what one side sees of it; empty for a state that
// the driver does not know.
func (a Assignment) stage() stage {
	switch {
	case a.State == StateReturned:
		return stageReturned
	case a.State == "":
		return ""
	case a.OrderStatus == order.StatusShipped || a.OrderStatus == order.StatusDelivered ||
		a.OrderStatus == order.StatusDone,
		a.State == StateAssigned && !a.Shipped.IsZero(): // sent, and not by the factory
		return stageShippedByMerchant
	case a.State == StateAssigned:
		return stageAssigned
	case a.OrderStatus == order.StatusClosed:
		return stageClosed
	case a.State == StateCancelled:
		return stageCancelled
	case a.State == StateUnassigned:
		return stageUnassigned
	}
	return ""
}

// flow is what an assignment shows of the conditions of [Flow.Next]. An order that
// is closed keeps the factory blocked, as an open refund does. A factory is not
// shown how far the order is and takes it to be waiting.
func (a Assignment) flow() Flow {
	f := Flow{Actor: a.Role, RefundOpen: a.RefundOpen || a.OrderStatus == order.StatusClosed}
	switch a.OrderStatus {
	case order.StatusToShip, order.StatusPartShipped:
		f.ToShip = true
	case order.StatusShipped, order.StatusDelivered, order.StatusDone:
		f.MerchantShipped = a.State != StateReturned
	case "":
		f.ToShip = a.PlatformOrderStatus == "" && a.Role == RoleFactory
	}
	return f
}
