package order

import (
	"slices"

	"github.com/mallwire/mall"
)

// AddressState is where a change of address stands. An order begins with
// [AddressNone].
type AddressState string

// The states.
const (
	AddressNone     AddressState = "NONE"
	AddressAudit    AddressState = "AUDIT"    // asked for; somebody decides
	AddressReread   AddressState = "REREAD"   // nobody decided in time: the order must be read again
	AddressDone     AddressState = "DONE"     // a new address is in force
	AddressRejected AddressState = "REJECTED" // the old address stays
)

// AddressEvent is what happens to a change of address.
type AddressEvent string

// The events.
const (
	AddressRequested    AddressEvent = "buyer_or_merchant_request"
	AddressApproved     AddressEvent = "approve"
	AddressRefused      AddressEvent = "reject"
	AddressTimedOut     AddressEvent = "audit_timeout"
	AddressReadChanged  AddressEvent = "reread_changed"   // the order was read again: it has the new address
	AddressReadSame     AddressEvent = "reread_same"      // the order was read again: it has the old one
	AddressPlatformSaid AddressEvent = "platform_changed" // the platform tells of a change in force, or a pull shows one
	AddressWithdrawn    AddressEvent = "withdrawn_or_closed"
)

// AddressEffect is what the app must do with a step. Doing one twice is
// harmless.
type AddressEffect string

// The effects.
const (
	AddressHold       AddressEffect = "hold_waybill_and_print"          // neither take a waybill nor print
	AddressApply      AddressEffect = "apply_address"                   // write the new receiver over the old one
	AddressAnnounce   AddressEffect = "fire_order_flow_address_changed" // recall the label that has the old one
	AddressAnswer     AddressEffect = "answer_reject"                   // tell whoever asked
	AddressRead       AddressEffect = "reread_order"
	AddressIgnore     AddressEffect = "ignore_log"       // only log it: masking after shipping looks like a change
	AddressPending    AddressEffect = "address_pending"  // printing and shipping stay blocked
	AddressNotPending AddressEffect = "address_released" // the block of AddressPending is lifted
)

// AddressFacts are what the guards ask about.
type AddressFacts struct {
	Status Status // of the order on the platform
	// Ended: the app's own handling has shipped, finished, cancelled or archived
	// the order, whatever the platform says.
	Ended bool
}

// addressStep is one row of the table.
type addressStep struct {
	event   AddressEvent
	from    []AddressState
	to      AddressState // empty: stays
	guard   func(AddressFacts) bool
	effects []AddressEffect
	fails   string // the error when no row of the event fits; empty: GUARD
}

func gone(f AddressFacts) bool {
	return slices.Contains([]Status{StatusShipped, StatusDelivered, StatusDone, StatusClosed}, f.Status)
}

// addressSteps is the machine. Of the rows with the event and the state the
// first whose guard holds is taken.
var addressSteps = []addressStep{
	{AddressRequested, []AddressState{AddressNone, AddressRejected, AddressDone}, AddressAudit,
		func(f AddressFacts) bool { return f.Status == StatusToShip && !f.Ended },
		[]AddressEffect{AddressHold, AddressPending}, "TOO_LATE"},
	// The block stays until the app has taken AddressAnnounce: there is no moment
	// in which the old label can be printed.
	{AddressApproved, []AddressState{AddressAudit}, AddressDone,
		func(f AddressFacts) bool { return !f.Ended && !gone(f) },
		[]AddressEffect{AddressApply, AddressAnnounce}, "TOO_LATE"},
	{AddressRefused, []AddressState{AddressAudit}, AddressRejected, always,
		[]AddressEffect{AddressAnswer, AddressNotPending}, ""},
	{AddressTimedOut, []AddressState{AddressAudit}, AddressReread, always,
		[]AddressEffect{AddressRead}, ""},
	{AddressReadChanged, []AddressState{AddressReread}, AddressDone, always,
		[]AddressEffect{AddressApply, AddressAnnounce}, ""},
	{AddressReadSame, []AddressState{AddressReread}, AddressRejected, always,
		[]AddressEffect{AddressNotPending}, ""},
	{AddressPlatformSaid, anyAddressState, AddressDone,
		func(f AddressFacts) bool { return !gone(f) },
		[]AddressEffect{AddressApply, AddressAnnounce, AddressPending}, ""},
	{AddressPlatformSaid, anyAddressState, "", gone,
		[]AddressEffect{AddressIgnore}, ""},
	{AddressWithdrawn, []AddressState{AddressAudit, AddressReread}, AddressRejected, always,
		[]AddressEffect{AddressNotPending}, ""},
}

var anyAddressState = []AddressState{AddressNone, AddressAudit, AddressReread, AddressDone, AddressRejected}

func always(AddressFacts) bool { return true }

// NextAddress takes a change of address one step further and tells what to do.
// It is a pure function: keep the state with the order. An event that is not
// allowed leaves the state and is mall.ErrConflict, whose Code says why:
// TOO_LATE when the order has left, NO_TRANSITION when the event does not
// belong to the state.
//
// Platforms tell of a change more than once and in any order, so
// [AddressPlatformSaid] is taken in every state.
func NextAddress(state AddressState, event AddressEvent, f AddressFacts) (AddressState, []AddressEffect, error) {
	code := "NO_TRANSITION"
	for _, step := range addressSteps {
		if step.event != event || !slices.Contains(step.from, state) {
			continue
		}
		if !step.guard(f) {
			if code = "GUARD"; step.fails != "" {
				code = step.fails
			}
			continue
		}
		if step.to != "" {
			state = step.to
		}
		return state, slices.Clone(step.effects), nil
	}
	return state, nil, &mall.Error{Kind: mall.ErrConflict, Code: code,
		Message: "change of address: " + string(event) + " is not allowed in " + string(state) + " of an order that is " + string(f.Status)}
}
