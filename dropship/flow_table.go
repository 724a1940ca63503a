package dropship

import "github.com/mallwire/mall/internal/machine"

// stage is how far one line is on its way through drop-ship, as the
// application follows it. It is finer than [State], which is all that the platform
// shows.
type stage string

// The stages.
const (
	stageUnassigned        stage = "unassigned"
	stageAssigned          stage = "assigned"
	stageFetched           stage = "fetched"            // the factory has read it
	stageWaybillHeld       stage = "waybill_held"       // the factory holds a number
	stageReturned          stage = "returned"           // the factory's number is the line's shipment (回传)
	stageReturnUnknown     stage = "return_unknown"     // returned without answer: look
	stageCancelled         stage = "cancelled"          // the assignment is; the line is the merchant's again
	stageCancelWaitRecall  stage = "cancel_wait_recall" // cancelled, but the factory holds a number
	stageShippedByMerchant stage = "shipped_by_merchant"
	stageClosed            stage = "closed" // ended without being shipped
)

// event is something that happens to a line.
type event string

// The events. eventeventNoAnswer is a return without answer, and the three that begin
// with eventReread are what a second look shows then.
const (
	eventAllocate                event = "allocate"
	eventCancelAllocation        event = "cancel_allocation"
	eventFactoryFetch            event = "factory_fetch"
	eventFactoryWaybill          event = "factory_waybill"
	eventFactoryReturn           event = "factory_return"
	eventMerchantShips           event = "merchant_ships"
	eventWaybillRecalled         event = "waybill_recalled"
	eventRecallDenied            event = "recall_denied"
	eventBuyerCancelled          event = "buyer_cancelled"
	eventRefundClosed            event = "refund_closed"
	eventReceiverUpdated         event = "receiver_updated"
	eventChangeWaybill           event = "change_waybill"
	eventNoAnswer                event = "no_answer"
	eventRereadShippedByFactory  event = "reread_shipped_by_factory"
	eventRereadShippedByMerchant event = "reread_shipped_by_merchant"
	eventRereadNotShipped        event = "reread_not_shipped"
	eventLineClosed              event = "line_closed"
)

// The effects on a line. effectAlreadyShipped and effectIgnore say that the
// event came too late.
const (
	effectNotifyFactory   effect = "notify_factory"
	effectStoreReceiver   effect = "store_masked_receiver"
	effectRefreshReceiver effect = "refresh_receiver"
	effectChargeFactory   effect = "charge_factory_account"
	effectLineShipped     effect = "platform_line_shipped"
	effectStopFactory     effect = "tell_factory_to_stop"
	effectRecallByFactory effect = "factory_must_recall_waybill"
	effectRecallWaybill   effect = "recall_waybill"
	effectAlert           effect = "alert"
	effectBlockFactory    effect = "block_factory_shipping"
	effectUnblockFactory  effect = "unblock_factory_shipping"
	effectShouldCancel    effect = "merchant_should_cancel_allocation"
	effectUpdateLogistics effect = "call_logistics_update"
	effectRereadLine      effect = "reread_line"
	effectAlreadyShipped  effect = "already_shipped"
	effectIgnore          effect = "ignore_log"
)

// lineTable is the life of a line. Rows of one event are tried in this order.
var lineTable = machine.Table[stage, event, Flow, effect]{
	{ID: "G01", Event: eventAllocate, From: []stage{stageUnassigned, stageCancelled}, To: stageAssigned,
		Guards: []guard{areBound, afterBinding, toShip, noRefund}, Effects: []effect{effectNotifyFactory},
		Code: "NOT_ALLOWED"},
	{ID: "G02", Event: eventCancelAllocation, From: []stage{stageAssigned}, To: stageCancelled, Effects: []effect{effectNotifyFactory}},
	{ID: "G03", Event: eventFactoryFetch, From: []stage{stageAssigned}, To: stageFetched,
		Guards: []guard{byFactory}, Effects: []effect{effectStoreReceiver}, Code: "MERCHANT_TOKEN_CANNOT_READ"},
	// Reading again is the rule: pushes that failed are not sent again.
	{ID: "G27", Event: eventFactoryFetch, From: []stage{stageFetched, stageWaybillHeld},
		Guards: []guard{byFactory}, Effects: []effect{effectRefreshReceiver}, Code: "MERCHANT_TOKEN_CANNOT_READ"},
	// The waybill belongs to the factory's account and is settled there.
	{ID: "G04", Event: eventFactoryWaybill, From: []stage{stageFetched}, To: stageWaybillHeld,
		Guards: []guard{noRefund, byFactory}, Effects: []effect{effectChargeFactory}, Code: "BLOCKED"},
	{ID: "G05", Event: eventFactoryReturn, From: []stage{stageWaybillHeld}, To: stageReturned,
		Guards: []guard{noRefund, notShipped, byFactory}, Effects: []effect{effectLineShipped}, Code: "SHIP_REFUSED"},
	{ID: "G06", Event: eventMerchantShips, From: []stage{stageUnassigned, stageCancelled}, To: stageShippedByMerchant,
		Guards: []guard{noRefund}, Effects: []effect{effectLineShipped}, Code: "BLOCKED"},
	// Either side may ship; the later one is refused by the platform.
	{ID: "G15", Event: eventMerchantShips, From: []stage{stageAssigned, stageFetched}, To: stageShippedByMerchant,
		Guards: []guard{noRefund}, Effects: []effect{effectLineShipped, effectStopFactory}, Code: "BLOCKED"},
	// The platform would allow it even then, and would not stop two parcels.
	{ID: "G16", Event: eventMerchantShips, From: []stage{stageWaybillHeld}, To: stageShippedByMerchant, Guards: []guard{noRefund, notHandedOn},
		Effects: []effect{effectLineShipped, effectStopFactory, effectRecallByFactory}, Code: "BLOCKED"},
	{ID: "G17", Event: eventMerchantShips, From: []stage{stageReturned, stageShippedByMerchant}, Effects: []effect{effectAlreadyShipped}},
	{ID: "G07", Event: eventCancelAllocation, From: []stage{stageFetched}, To: stageCancelled, Effects: []effect{effectNotifyFactory}},
	{ID: "G08", Event: eventCancelAllocation, From: []stage{stageWaybillHeld}, To: stageCancelWaitRecall, Effects: []effect{effectRecallByFactory}},
	{ID: "G09", Event: eventWaybillRecalled, From: []stage{stageCancelWaitRecall}, To: stageCancelled},
	// The parcel is with the carrier already: the assignment stands.
	{ID: "G18", Event: eventRecallDenied, From: []stage{stageCancelWaitRecall}, To: stageWaybillHeld, Effects: []effect{effectAlert}},
	// A buyer who cancels does not cancel the assignment.
	{ID: "G10", Event: eventBuyerCancelled, From: []stage{stageAssigned, stageFetched, stageWaybillHeld, stageCancelWaitRecall, stageReturnUnknown},
		Effects: []effect{effectBlockFactory, effectShouldCancel}, Set: refundOpens},
	{ID: "G19", Event: eventBuyerCancelled, From: []stage{stageUnassigned, stageCancelled}, Set: refundOpens},
	{ID: "G20", Event: eventRefundClosed,
		From: []stage{stageUnassigned, stageAssigned, stageFetched, stageWaybillHeld, stageCancelled,
			stageCancelWaitRecall, stageReturnUnknown},
		Guards: []guard{noOther}, Effects: []effect{effectUnblockFactory}, Set: refundCloses, Code: "GUARD"},
	{ID: "G11", Event: eventReceiverUpdated, From: []stage{stageAssigned, stageFetched}, Effects: []effect{effectRefreshReceiver}},
	{ID: "G12", Event: eventReceiverUpdated, From: []stage{stageWaybillHeld}, To: stageFetched,
		Effects: []effect{effectRecallWaybill, effectRefreshReceiver}},
	{ID: "G13", Event: eventChangeWaybill, From: []stage{stageReturned}, To: stageReturned, Effects: []effect{effectUpdateLogistics}},
	{ID: "G14", Event: eventFactoryReturn, From: []stage{stageShippedByMerchant, stageReturned}, Effects: []effect{effectAlreadyShipped}},
	{ID: "G21", Event: eventNoAnswer, From: []stage{stageWaybillHeld}, To: stageReturnUnknown, Effects: []effect{effectRereadLine}},
	{ID: "G22", Event: eventRereadShippedByFactory, From: []stage{stageReturnUnknown}, To: stageReturned, Effects: []effect{effectLineShipped}},
	{ID: "G23", Event: eventRereadShippedByMerchant, From: []stage{stageReturnUnknown}, To: stageShippedByMerchant,
		Effects: []effect{effectRecallByFactory}},
	{ID: "G24", Event: eventRereadNotShipped, From: []stage{stageReturnUnknown}, To: stageWaybillHeld},
	{ID: "G25", Event: eventLineClosed, From: []stage{stageUnassigned, stageCancelled}, To: stageClosed},
	// To be raised again once the assignment is cancelled.
	{ID: "G26", Event: eventLineClosed, From: []stage{stageAssigned, stageFetched, stageWaybillHeld, stageCancelWaitRecall},
		Effects: []effect{effectBlockFactory, effectShouldCancel}, Set: refundOpens},
	{ID: "G28", Event: eventReceiverUpdated, From: []stage{stageReturned, stageShippedByMerchant, stageClosed}, Effects: []effect{effectIgnore}},
	{ID: "G29", Event: eventReceiverUpdated, From: []stage{stageUnassigned, stageCancelled, stageCancelWaitRecall}, Effects: []effect{effectRefreshReceiver}},
}

// relationEvent is something that happens to a relation.
type relationEvent string

// The events.
const (
	eventBindApply     relationEvent = "bind_apply"
	eventBindAccept    relationEvent = "bind_accept"
	eventBindRefuse    relationEvent = "bind_refuse"
	eventUnbindApply   relationEvent = "unbind_apply"
	eventUnbindOK      relationEvent = "unbind_ok"
	eventUnbindRefused relationEvent = "unbind_refused"
	eventSwitchRole    relationEvent = "switch_role"
)

// The effects on a relation.
const (
	effectLockRole      effect = "lock_role"
	effectOrdersVisible effect = "orders_after_binding_become_visible"
	effectSwitchRole    effect = "switch_role"
)

// relationTable is the life of a relation. Binding itself happens on the
// platform's own pages; there is no call for it everywhere.
var relationTable = machine.Table[RelationState, relationEvent, Flow, effect]{
	{ID: "D01", Event: eventBindApply, From: []RelationState{RelationUnbound, RelationRefused}, To: RelationPending,
		Guards: []guard{byMerchant, withFactory}, Effects: []effect{effectLockRole}, Set: roleLocks, Code: "ROLE"},
	{ID: "D02", Event: eventBindAccept, From: []RelationState{RelationPending}, To: RelationBound,
		Guards: []guard{byFactory}, Effects: []effect{effectOrdersVisible}, Code: "ROLE"},
	{ID: "D03", Event: eventBindRefuse, From: []RelationState{RelationPending}, To: RelationRefused, Guards: []guard{byFactory}, Code: "ROLE"},
	{ID: "D04", Event: eventUnbindApply, From: []RelationState{RelationBound}, To: RelationUnbindPending},
	{ID: "D05", Event: eventUnbindOK, From: []RelationState{RelationUnbindPending, RelationBound}, To: RelationUnbound},
	{ID: "D06", Event: eventUnbindRefused, From: []RelationState{RelationUnbindPending}, To: RelationBound},
	{ID: "D07", Event: eventSwitchRole,
		From:   []RelationState{RelationUnbound, RelationPending, RelationRefused, RelationBound, RelationUnbindPending},
		Guards: []guard{roleIsOpen}, Effects: []effect{effectSwitchRole}, Code: "ROLE_LOCKED"},
}
