package change

import (
	"slices"

	"github.com/mallwire/mall/internal/machine"
	"github.com/mallwire/mall/internal/settle"
)

// State is the state of a change. There are more states than constants: a
// change begins as "none", waits for the merchant as "wait_verdict", is being
// sent as "calling", and is "unknown" when its outcome is not known and the
// order must be read.
type State string

// The states.
const (
	StateWaitBuyer   State = "wait_buyer"  // the buyer has to answer
	StateApplied     State = "applied"     // in force
	StateRejected    State = "rejected"    // the order stays as it was
	StateTimedOut    State = "timed_out"   // nobody answered in time
	StateInvalidated State = "invalidated" // the order changed meanwhile

	stateNone        State = "none"
	stateWaitVerdict State = "wait_verdict"
	stateCalling     State = "calling"
	stateUnknown     State = "unknown"
)

// Open reports whether a change is under way: until it ends, print no label and
// begin no other change of the kind. A change that was applied must still be
// taken into the app's own order before printing.
func (s State) Open() bool {
	return s == stateWaitVerdict || s == StateWaitBuyer || s == stateCalling || s == stateUnknown
}

// Event is what happens to a change. [Service.Step] takes what is known of the
// buyer's answer; empty means nothing. The other events are for apps that call
// [Next] and keep the states in their own database:
//
//	request            somebody asks for it
//	accept, reject     the merchant decides
//	verdict_timeout    the merchant did not decide in time
//	consent_timeout    the buyer did not answer in time
//	order_changed      a refund or another status voids it, or it was withdrawn
//	call_done          the platform carried it out
//	call_failed        the platform refused
//	no_answer          the platform's answer is lost
//	seen_new           the order, read again, has the change
//	seen_old           the order, read again, does not have it
//	platform_changed   the platform tells of a change in force, or a pull shows one
type Event string

// What is known of the buyer's answer. Only customer service sees it; no method
// of a platform tells it.
const (
	// BuyerAgreed makes Step ask the platform to carry the change out. If the
	// buyer has not agreed, the platform may refuse.
	BuyerAgreed  Event = "buyer_agreed"
	BuyerRefused Event = "buyer_refused"

	eventRequest         Event = "request"
	eventAccept          Event = "accept"
	eventReject          Event = "reject"
	eventVerdictTimeout  Event = "verdict_timeout"
	eventConsentTimeout  Event = "consent_timeout"
	eventOrderChanged    Event = "order_changed"
	eventCallDone        Event = "call_done"
	eventCallFailed      Event = "call_failed"
	eventNoAnswer        Event = "no_answer"
	eventSeenNew         Event = "seen_new"
	eventSeenOld         Event = "seen_old"
	eventPlatformChanged Event = "platform_changed"
)

// Effect is something to do after an event, in the given order. Doing one twice
// must do no harm. [Service.Begin], [Service.Step] and [Judge] carry out what
// they can; the effects left to the app have constants. [Next] carries out
// none, so all are left to the app:
//
//	forward        ask the merchant
//	ask_buyer      customer service asks the buyer
//	start_timer    the buyer's time begins
//	call           ask the platform to carry it out
//	refuse_second  refuse it: another one is under way
//	store          keep the new SKU, before the answer goes out
//	rematch        match the new SKU with the stock, and pick again
//	hold           take no waybill and print nothing
//	block          printing and shipping stay blocked
//	unblock        they are free again
//	apply_address  write the new receiver over the old one
//	pull           pull the printed parcel
//	announce       what was printed for the order is out of date
//	answer_ok      answer yes
//	answer_no      answer no, with the reason
//	reread         read the order
//	ignore         only log it: masking after shipping looks like a change
type Effect string

// The effects that [Service.Begin] and [Service.Step] leave to the app.
const (
	EffectAskBuyer Effect = "ask_buyer" // customer service asks the buyer on the platform's pages
	EffectRematch  Effect = "rematch"   // match the new SKU with the stock, and pick again
	EffectAnnounce Effect = "announce"  // what was printed for the order is out of date

	effectForward      Effect = "forward"
	effectStartTimer   Effect = "start_timer"
	effectCall         Effect = "call"
	effectRefuseSecond Effect = "refuse_second"
	effectStore        Effect = "store"
	effectHold         Effect = "hold"
	effectBlock        Effect = "block"
	effectUnblock      Effect = "unblock"
	effectApplyAddress Effect = "apply_address"
	effectPull         Effect = "pull"
	effectAnswerOK     Effect = "answer_ok"
	effectAnswerNo     Effect = "answer_no"
	effectReread       Effect = "reread"
	effectIgnore       Effect = "ignore"
)

// Next returns the state after an event and what has to be done. It depends on
// its arguments only. A change begins in the state "none". An event that is not
// allowed leaves the state unchanged and is a mall.ErrConflict with a
// [*mall.Refusal], whose Code is NOT_ALLOWED or TOO_LATE for a request,
// MUST_REJECT for an acceptance, GUARD where the rules do not say what to
// answer, and NO_TRANSITION where the event does not belong to the state.
//
// Platforms report a change more than once and in any order, so every state
// that a platform can report in takes "platform_changed".
func Next(k Kind, s State, e Event, f Facts) (State, []Effect, error) {
	to, effects, err := next(k, s, e, f)
	return to, effects, settle.Failure("", "step change", err)
}

func next(k Kind, s State, e Event, f Facts) (State, []Effect, error) {
	t, ok := tables[k]
	if !ok {
		return s, nil, settle.Invalid("there is no kind of change %q", k)
	}
	row, err := t.Next(s, e, &f)
	return row.To, row.Effects, err
}

type table = machine.Table[State, Event, Facts, Effect]

// tables holds the state machines. Two of them follow the project's order flow;
// that of intercepts is our own, since no platform has published a rule for it.
var tables = map[Kind]table{Spec: specTable, Address: addressTable, Intercept: interceptTable}

var (
	// ended lists the states in which no change is under way.
	ended = []State{stateNone, StateRejected, StateTimedOut, StateApplied, StateInvalidated}
	// afterShown is what follows when the platform's own order has the new SKU.
	afterShown = []Effect{effectReread, EffectRematch, EffectAnnounce}
	// afterVerdict is what follows when the platform's own order keeps the old SKU.
	afterVerdict = []Effect{effectStore, EffectRematch, EffectAnnounce, effectAnswerOK}
	// afterMove is what follows when an order has another receiver.
	afterMove = []Effect{effectApplyAddress, EffectAnnounce}
)

var specTable = table{
	{ID: "C01", Event: eventRequest, From: ended, To: stateWaitVerdict,
		Guards: []guard{
			style(StyleVerdict), unpaidOrToShip, serviceOn, notVirtual, notCrossBorder, notDutyFree, notInspected,
		},
		Effects: []Effect{effectForward}, Code: "NOT_ALLOWED"},
	{ID: "C02", Event: eventRequest, From: ended, To: StateWaitBuyer,
		Guards:  []guard{style(StyleConsent), toShip, priceNotLower, notDeposit, noRefundOpen, noRefundDone},
		Effects: []Effect{EffectAskBuyer, effectStartTimer}, Code: "NOT_ALLOWED"},
	{ID: "C18", Event: eventRequest, From: ended, To: StateWaitBuyer,
		Guards:  []guard{style(StyleConsent), unpaid, priceKnown, notDeposit, noRefundDone},
		Effects: []Effect{EffectAskBuyer, effectStartTimer}},
	{ID: "C03", Event: eventRequest, From: []State{stateNone, StateRejected, StateApplied}, To: stateCalling,
		Guards:  []guard{style(StyleDirect), toShip, priceEqual, noRefundOpen},
		Effects: []Effect{effectCall}, Code: "NOT_ALLOWED"},
	{ID: "C04", Event: eventRequest, From: []State{StateWaitBuyer, stateWaitVerdict, stateCalling, stateUnknown},
		Effects: []Effect{effectRefuseSecond}},

	{ID: "C05", Event: eventAccept, From: []State{stateWaitVerdict}, To: StateApplied,
		Guards: []guard{workOpen, unpaidOrToShip, noRefundOpen}, Effects: afterVerdict, Code: "MUST_REJECT"},
	{ID: "C19", Event: eventAccept, From: []State{stateWaitVerdict}, To: StateApplied,
		Guards: []guard{workPrinted, canPull, toShip, noRefundOpen}, Effects: afterVerdict},
	{ID: "C06", Event: eventReject, From: []State{stateWaitVerdict}, To: StateRejected, Effects: []Effect{effectAnswerNo}},
	{ID: "C07", Event: eventVerdictTimeout, From: []State{stateWaitVerdict}, To: StateTimedOut},

	{ID: "C08", Event: BuyerAgreed, From: []State{StateWaitBuyer}, To: StateApplied, Effects: afterShown},
	{ID: "C09", Event: BuyerRefused, From: []State{StateWaitBuyer}, To: StateRejected},
	{ID: "C10", Event: eventConsentTimeout, From: []State{StateWaitBuyer}, To: StateTimedOut, Effects: []Effect{effectReread}},
	{ID: "C11", Event: eventOrderChanged, From: []State{StateWaitBuyer}, To: StateInvalidated},
	// The platform still waits for an answer.
	{ID: "C20", Event: eventOrderChanged, From: []State{stateWaitVerdict}, To: StateInvalidated, Effects: []Effect{effectAnswerNo}},

	{ID: "C12", Event: eventCallDone, From: []State{stateCalling}, To: StateApplied, Effects: afterShown},
	{ID: "C13", Event: eventCallFailed, From: []State{stateCalling}, To: StateRejected},
	{ID: "C14", Event: eventNoAnswer, From: []State{stateCalling}, To: stateUnknown, Effects: []Effect{effectReread}},
	// Our timer and what we know of a refusal are hints; the order is the
	// truth.
	{ID: "C15", Event: eventSeenNew, From: []State{stateUnknown, StateWaitBuyer, StateTimedOut, StateRejected, StateInvalidated},
		To: StateApplied, Effects: []Effect{EffectRematch, EffectAnnounce}},
	{ID: "C16", Event: eventSeenOld, From: []State{stateUnknown}, To: stateNone},
	{ID: "C17", Event: eventPlatformChanged, From: slices.Concat(ended, []State{StateWaitBuyer, stateCalling, stateUnknown}),
		To: StateApplied, Guards: []guard{asked}, Effects: afterShown},
}

// A changed address stays blocked until the app has carried out announce, so
// that the old label cannot be printed at any moment.
var addressTable = table{
	{ID: "A01", Event: eventRequest, From: []State{stateNone, StateRejected, StateApplied}, To: stateWaitVerdict,
		Guards: []guard{toShip, notEnded}, Effects: []Effect{effectHold, effectBlock}, Code: "TOO_LATE"},
	{ID: "A02", Event: eventAccept, From: []State{stateWaitVerdict}, To: StateApplied,
		Guards: []guard{notEnded, notGone}, Effects: afterMove, Code: "TOO_LATE"},
	{ID: "A03", Event: eventReject, From: []State{stateWaitVerdict}, To: StateRejected, Effects: []Effect{effectAnswerNo, effectUnblock}},
	{ID: "A04", Event: eventVerdictTimeout, From: []State{stateWaitVerdict}, To: stateUnknown, Effects: []Effect{effectReread}},
	{ID: "A05", Event: eventSeenNew, From: []State{stateUnknown}, To: StateApplied, Effects: afterMove},
	{ID: "A06", Event: eventSeenOld, From: []State{stateUnknown}, To: StateRejected, Effects: []Effect{effectUnblock}},
	{ID: "A07", Event: eventPlatformChanged, From: []State{stateNone, StateApplied, StateRejected, stateWaitVerdict, stateUnknown},
		To: StateApplied, Guards: []guard{notGone}, Effects: []Effect{effectApplyAddress, EffectAnnounce, effectBlock}},
	{ID: "A08", Event: eventPlatformChanged, From: []State{stateNone, StateApplied, StateRejected, stateWaitVerdict, stateUnknown},
		Guards: []guard{hasGone}, Effects: []Effect{effectIgnore}},
	{ID: "A09", Event: eventOrderChanged, From: []State{stateWaitVerdict, stateUnknown}, To: StateRejected, Effects: []Effect{effectUnblock}},
}

// An intercept can be accepted while the goods are here: not handed to the
// carrier, and a printed parcel only if it can be pulled.
var interceptTable = table{
	{Event: eventRequest, From: ended, To: stateWaitVerdict, Effects: []Effect{effectHold, effectBlock}},
	{Event: eventAccept, From: []State{stateWaitVerdict}, To: StateApplied,
		Guards: []guard{workOpen, stillHere}, Effects: []Effect{effectAnswerOK}, Code: "MUST_REJECT"},
	{Event: eventAccept, From: []State{stateWaitVerdict}, To: StateApplied,
		Guards: []guard{workPrinted, canPull, stillHere}, Effects: []Effect{effectPull, effectAnswerOK}},
	{Event: eventReject, From: []State{stateWaitVerdict}, To: StateRejected, Effects: []Effect{effectAnswerNo, effectUnblock}},
	{Event: eventVerdictTimeout, From: []State{stateWaitVerdict}, To: StateTimedOut, Effects: []Effect{effectUnblock}},
	{Event: eventOrderChanged, From: []State{stateWaitVerdict}, To: StateInvalidated, Effects: []Effect{effectAnswerNo, effectUnblock}},
}
