package sku

import (
	"fmt"
	"slices"

	"github.com/mallwire/mall"
)

// ChangeState is where the change of a line's SKU stands.
type ChangeState string

// The states. ChangeNone is where every line begins.
const (
	ChangeNone        ChangeState = "none"
	ChangeWaitVerdict ChangeState = "wait_verdict" // the merchant's system has to answer
	ChangeWaitBuyer   ChangeState = "wait_buyer"
	ChangeCalling     ChangeState = "calling" // the platform is being asked
	ChangeUnknown     ChangeState = "unknown" // asked, but the answer was lost
	ChangeApplied     ChangeState = "applied"
	ChangeRejected    ChangeState = "rejected"
	ChangeTimedOut    ChangeState = "timed_out"
	ChangeInvalidated ChangeState = "invalidated" // the order changed underneath
)

// Open reports that a change is under way: no label may be printed and no
// other change begun. A change that was applied must still be taken into the
// order before printing.
func (s ChangeState) Open() bool {
	return s == ChangeWaitVerdict || s == ChangeWaitBuyer || s == ChangeCalling || s == ChangeUnknown
}

// ChangeEvent is what happens to a change.
type ChangeEvent string

// The events.
const (
	EventRequest         ChangeEvent = "request"
	EventAccept          ChangeEvent = "erp_accept"
	EventReject          ChangeEvent = "erp_reject"
	EventVerdictTimeout  ChangeEvent = "verdict_timeout"
	EventBuyerAgreed     ChangeEvent = "buyer_agree"
	EventBuyerRefused    ChangeEvent = "buyer_refuse"
	EventConsentTimeout  ChangeEvent = "timer_2h"
	EventOrderChanged    ChangeEvent = "order_changed" // a refund or another status
	EventCallDone        ChangeEvent = "api_ok"
	EventCallFailed      ChangeEvent = "api_error"
	EventNoAnswer        ChangeEvent = "no_answer"
	EventSeenNew         ChangeEvent = "reread_new_sku" // the order, read again, has the new SKU
	EventSeenOld         ChangeEvent = "reread_old_sku"
	EventPlatformChanged ChangeEvent = "platform_push_changed"
)

// Effect is what has to be done because of an event, in the order given.
// Doing one twice must do no harm.
type Effect string

// The effects.
const (
	EffectForward       Effect = "forward_to_erp"
	EffectSendCard      Effect = "send_card" // ask the buyer
	EffectStartTimer    Effect = "start_timer_2h"
	EffectCallUpdate    Effect = "call_update_api"
	EffectRefuseSecond  Effect = "reject_second_request"
	EffectStoreOverride Effect = "store_line_override" // before the answer goes out
	EffectRematch       Effect = "rematch_sku"
	EffectFireChanged   Effect = "fire_order_flow_spec_changed"
	EffectAnswerOK      Effect = "answer_ok"
	EffectAnswerReject  Effect = "answer_reject_with_reason"
	EffectReread        Effect = "reread_order"
)

// ChangeError tells that an event is not allowed. It is mall.ErrConflict.
type ChangeError struct {
	State ChangeState
	Event ChangeEvent
	// Code is NOT_ALLOWED or MUST_REJECT where the rules say what to answer,
	// GUARD where they do not, and NO_TRANSITION where the event does not belong
	// to the state.
	Code   string
	Guard  string // the fact that stood in the way; empty with NO_TRANSITION
	Reason string // shown to customer service; empty with NO_TRANSITION
}

// Error returns one line.
func (e *ChangeError) Error() string {
	text := fmt.Sprintf("sku: change %s: %s: %s", e.State, e.Event, e.Code)
	if e.Guard != "" {
		text += ": " + e.Guard
	}
	return text
}

// Unwrap returns mall.ErrConflict.
func (e *ChangeError) Unwrap() error { return mall.ErrConflict }

// transition is one row of the machine. Rows are tried in order.
type transition struct {
	event   ChangeEvent
	from    []ChangeState
	to      ChangeState // empty: stay
	guards  []guard
	effects []Effect
	refusal string // code of the error when a guard fails
}

// ended are the states in which no change is under way.
var ended = []ChangeState{ChangeNone, ChangeRejected, ChangeTimedOut, ChangeApplied, ChangeInvalidated}

// applied is what follows when the platform's own order has the new SKU.
var applied = []Effect{EffectReread, EffectRematch, EffectFireChanged}

// transitions is the machine.
var transitions = []transition{
	{EventRequest, ended, ChangeWaitVerdict,
		[]guard{style(StyleVerdict), unpaidOrToShip, serviceOn, notVirtual, notCrossBorder, notDutyFree, notInspected}, []Effect{EffectForward}, "NOT_ALLOWED"},
	{EventRequest, ended, ChangeWaitBuyer,
		[]guard{style(StyleConsent), toShip, priceNotLower, notDeposit, noRefundOpen, noRefundDone}, []Effect{EffectSendCard, EffectStartTimer}, "NOT_ALLOWED"},
	{EventRequest, ended, ChangeWaitBuyer,
		[]guard{style(StyleConsent), unpaid, priceKnown, notDeposit, noRefundDone}, []Effect{EffectSendCard, EffectStartTimer}, ""},
	{EventRequest, []ChangeState{ChangeNone, ChangeRejected, ChangeApplied}, ChangeCalling,
		[]guard{style(StyleDirect), toShip, priceEqual, noRefundOpen}, []Effect{EffectCallUpdate}, "NOT_ALLOWED"},
	{EventRequest, []ChangeState{ChangeWaitBuyer, ChangeWaitVerdict, ChangeCalling, ChangeUnknown}, "", nil, []Effect{EffectRefuseSecond}, ""},

	{EventAccept, []ChangeState{ChangeWaitVerdict}, ChangeApplied,
		[]guard{workOpen, unpaidOrToShip, noRefundOpen}, []Effect{EffectStoreOverride, EffectRematch, EffectFireChanged, EffectAnswerOK}, "MUST_REJECT"},
	{EventAccept, []ChangeState{ChangeWaitVerdict}, ChangeApplied,
		[]guard{workPrinted, canPull, toShip, noRefundOpen}, []Effect{EffectStoreOverride, EffectRematch, EffectFireChanged, EffectAnswerOK}, ""},
	{EventReject, []ChangeState{ChangeWaitVerdict}, ChangeRejected, nil, []Effect{EffectAnswerReject}, ""},
	{EventVerdictTimeout, []ChangeState{ChangeWaitVerdict}, ChangeTimedOut, nil, nil, ""},

	{EventBuyerAgreed, []ChangeState{ChangeWaitBuyer}, ChangeApplied, nil, applied, ""},
	{EventBuyerRefused, []ChangeState{ChangeWaitBuyer}, ChangeRejected, nil, nil, ""},
	{EventConsentTimeout, []ChangeState{ChangeWaitBuyer}, ChangeTimedOut, nil, []Effect{EffectReread}, ""},
	{EventOrderChanged, []ChangeState{ChangeWaitBuyer}, ChangeInvalidated, nil, nil, ""},
	// The platform still waits for an answer.
	{EventOrderChanged, []ChangeState{ChangeWaitVerdict}, ChangeInvalidated, nil, []Effect{EffectAnswerReject}, ""},

	{EventCallDone, []ChangeState{ChangeCalling}, ChangeApplied, nil, applied, ""},
	{EventCallFailed, []ChangeState{ChangeCalling}, ChangeRejected, nil, nil, ""},
	{EventNoAnswer, []ChangeState{ChangeCalling}, ChangeUnknown, nil, []Effect{EffectReread}, ""},
	// Our timer and our view of a refusal are hints. The order is the truth.
	{EventSeenNew, []ChangeState{ChangeUnknown, ChangeWaitBuyer, ChangeTimedOut, ChangeRejected, ChangeInvalidated}, ChangeApplied,
		nil, []Effect{EffectRematch, EffectFireChanged}, ""},
	{EventSeenOld, []ChangeState{ChangeUnknown}, ChangeNone, nil, nil, ""},
	{EventPlatformChanged, []ChangeState{ChangeNone, ChangeApplied, ChangeWaitBuyer, ChangeCalling, ChangeUnknown, ChangeTimedOut, ChangeRejected, ChangeInvalidated},
		ChangeApplied, []guard{asked}, applied, ""},
}

// NextChange says where an event leads and what has to be done. It looks at
// nothing but its arguments. An event that is not allowed is a [*ChangeError],
// with which the state stays.
func NextChange(s ChangeState, e ChangeEvent, f ChangeFacts) (ChangeState, []Effect, error) {
	failure := &ChangeError{State: s, Event: e, Code: "NO_TRANSITION"}
	furthest, code := -1, ""
	for _, t := range transitions {
		if t.event != e || !slices.Contains(t.from, s) {
			continue
		}
		failed := slices.IndexFunc(t.guards, func(g guard) bool { return !g.holds(f) })
		if failed < 0 {
			if t.to == "" {
				t.to = s
			}
			return t.to, slices.Clone(t.effects), nil
		}
		if code == "" {
			code = t.refusal
		}
		// The row that came furthest explains best.
		if failed > furthest {
			furthest, failure.Guard, failure.Reason = failed, t.guards[failed].name, t.guards[failed].reason
		}
	}
	if furthest >= 0 {
		if failure.Code = code; code == "" {
			failure.Code = "GUARD"
		}
	}
	return s, nil, failure
}
