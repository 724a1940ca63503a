package dropship

import "github.com/mallwire/mall/order"

// Reason says why something may not be done now. It is a word for programs.
type Reason string

// The reasons.
const (
	ReasonNone           Reason = ""
	ReasonRefundOpen     Reason = "refund_open"     // the buyer wants the money back
	ReasonShipped        Reason = "shipped"         // shipped already, and not as was asked for
	ReasonOtherSide      Reason = "other_side"      // the other side has shipped it, or ended the trade
	ReasonCancelled      Reason = "cancelled"       // the merchant took the assignment back
	ReasonClosed         Reason = "closed"          // the trade ended without being shipped
	ReasonNotToShip      Reason = "not_to_ship"     // not paid, or held by the platform
	ReasonOtherFactory   Reason = "other_factory"   // assigned to another factory
	ReasonNotAssigned    Reason = "not_assigned"    // there is no assignment to act on
	ReasonRecall         Reason = "recall"          // cancelled, but the factory still holds a number
	ReasonUnknownOutcome Reason = "unknown_outcome" // a return without answer: look first
	ReasonPieces         Reason = "pieces"          // the pieces do not add up to what is left
	ReasonSender         Reason = "sender"          // no address to ship from
	ReasonWrongRole      Reason = "wrong_role"      // the call belongs to the other side
	ReasonUnknownState   Reason = "unknown_state"   // a word of the platform that no table knows
	ReasonState          Reason = "state"           // the platform does not say which
)

// MayShip tells who may ship a line now: whose turn it is, whether it may, and
// if not, why. It is stricter than platforms, which let either side ship an
// assigned line: while a factory has the line the merchant has to cancel the
// assignment first, or two parcels may leave.
func MayShip(s Stage, f Facts) (who Role, ok bool, why Reason) {
	switch s {
	case StageUnassigned, StageCancelled:
		who = RoleMerchant
	case StageAssigned, StageFetched, StageWaybillHeld:
		who = RoleFactory
	case StageReturned, StageShippedByMerchant:
		return RoleUnknown, false, ReasonShipped
	case StageCancelWaitRecall:
		return RoleUnknown, false, ReasonRecall
	case StageReturnUnknown:
		return RoleUnknown, false, ReasonUnknownOutcome
	case StageClosed:
		return RoleUnknown, false, ReasonClosed
	default:
		return RoleUnknown, false, ReasonUnknownState
	}
	switch {
	case f.RefundOpen || f.OtherRefundOpen:
		return who, false, ReasonRefundOpen
	case f.MerchantShipped:
		return who, false, ReasonShipped
	case !f.ToShip:
		return who, false, ReasonNotToShip
	}
	return who, true, ReasonNone
}

// MayShip is [MayShip] for what one side sees of an assignment. A number that a
// factory holds, or a return without answer, is not seen there: an application
// that follows the stages itself calls the function.
func (a Assignment) MayShip() (who Role, ok bool, why Reason) {
	return MayShip(a.Stage(), a.Facts())
}

// Stage is where a line stands by what one side sees of it; empty for a state
// that no table knows.
func (a Assignment) Stage() Stage {
	switch {
	case a.State == StateReturned:
		return StageReturned
	case a.State == "":
		return ""
	case a.Trade == order.StatusShipped || a.Trade == order.StatusDelivered || a.Trade == order.StatusDone,
		a.State == StateAssigned && !a.Shipped.IsZero(): // sent, and not by the factory
		return StageShippedByMerchant
	case a.State == StateAssigned:
		return StageAssigned
	case a.Trade == order.StatusClosed:
		return StageClosed
	case a.State == StateCancelled:
		return StageCancelled
	case a.State == StateUnassigned:
		return StageUnassigned
	}
	return ""
}

// Facts are what an assignment tells for the guards of [Next]. An order that is
// closed keeps the factory blocked, as an open refund does. A factory is not
// told how far the trade is and takes it to be waiting.
func (a Assignment) Facts() Facts {
	f := Facts{Actor: a.Role, RefundOpen: a.RefundOpen || a.Trade == order.StatusClosed}
	switch a.Trade {
	case order.StatusToShip, order.StatusPartShipped:
		f.ToShip = true
	case order.StatusShipped, order.StatusDelivered, order.StatusDone:
		f.MerchantShipped = a.State != StateReturned
	case "":
		f.ToShip = a.PlatformTrade == "" && a.Role == RoleFactory
	}
	return f
}
