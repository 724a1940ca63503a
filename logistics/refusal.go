package logistics

import "fmt"

// Reason says why a platform stopped a parcel that was reported (发货拦截).
type Reason string

// The reasons. Nothing was shipped, and the same call again meets the same
// answer: correct what the reason names first. For [ReasonReceiver], see
// [Service.UpdateWaybill].
const (
	ReasonCarrier        Reason = "carrier_mismatch"         // the number is not one of this carrier's
	ReasonUnknownCarrier Reason = "unknown_carrier"          // the platform has no such carrier, or no longer
	ReasonReceivers      Reason = "several_receivers"        // one number for parcels to several addresses
	ReasonUsed           Reason = "number_used"              // another merchant reported the number
	ReasonTooEarly       Reason = "collected_before_payment" // the carrier had the parcel before the buyer paid
	ReasonTooLate        Reason = "number_too_old"           // the number was first used over 30 days ago
	ReasonWaybill        Reason = "waybill_mismatch"         // the order took another waybill, which was not cancelled
	ReasonWaybillCarrier Reason = "waybill_carrier_mismatch" // the waybill was taken from another carrier
	ReasonReceiver       Reason = "receiver_mismatch"        // the waybill is for another address
	ReasonDestination    Reason = "destination_mismatch"     // the parcel was signed for at another address
	ReasonOther          Reason = "other"                    // a reason that the driver does not know; see the message
)

// Refusal is why the platform stopped a parcel. It comes within a [*mall.Error];
// errors.AsType finds it, and errors.Is the kind of what the platform said.
type Refusal struct {
	Reason Reason
	Err    error // what the platform said
}

// Error names the reason, and what the platform said.
func (e *Refusal) Error() string { return fmt.Sprintf("%s: %v", e.Reason, e.Err) }

// Unwrap returns what the platform said.
func (e *Refusal) Unwrap() error { return e.Err }
