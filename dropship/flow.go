package dropship

import "github.com/mallwire/mall/internal/machine"

// Stage is how far one line is on its way through drop-ship, as the
// application follows it. It is finer than [State], which is what the platform
// tells. One line, one stage: lines of one order can go to different factories.
type Stage string

// The stages.
const (
	StageUnassigned        Stage = "unassigned"
	StageAssigned          Stage = "assigned"
	StageFetched           Stage = "fetched"            // the factory has read it
	StageWaybillHeld       Stage = "waybill_held"       // the factory holds a number
	StageReturned          Stage = "returned"           // the factory's number is the line's shipment (回传)
	StageReturnUnknown     Stage = "return_unknown"     // returned without answer: look
	StageCancelled         Stage = "cancelled"          // the assignment is; the line is the merchant's again
	StageCancelWaitRecall  Stage = "cancel_wait_recall" // cancelled, but the factory holds a number
	StageShippedByMerchant Stage = "shipped_by_merchant"
	StageClosed            Stage = "closed" // ended without being shipped
)

// Event is something that happens to a line.
type Event string

// The events. NoAnswer is a return without answer, and the three that begin
// with Reread are what looking tells then.
const (
	Allocate                Event = "allocate"
	CancelAllocation        Event = "cancel_allocation"
	FactoryFetch            Event = "factory_fetch"
	FactoryWaybill          Event = "factory_waybill"
	FactoryReturn           Event = "factory_return"
	MerchantShips           Event = "merchant_ships"
	WaybillRecalled         Event = "waybill_recalled"
	RecallDenied            Event = "recall_denied"
	BuyerCancelled          Event = "buyer_cancelled"
	RefundClosed            Event = "refund_closed"
	ReceiverUpdated         Event = "receiver_updated"
	ChangeWaybill           Event = "change_waybill"
	NoAnswer                Event = "no_answer"
	RereadShippedByFactory  Event = "reread_shipped_by_factory"
	RereadShippedByMerchant Event = "reread_shipped_by_merchant"
	RereadNotShipped        Event = "reread_not_shipped"
	LineClosed              Event = "line_closed"
)

// The effects on a line. EffectAlreadyShipped and EffectIgnore say that the
// event came too late.
const (
	EffectNotifyFactory   Effect = "notify_factory"
	EffectStoreReceiver   Effect = "store_masked_receiver"
	EffectRefreshReceiver Effect = "refresh_receiver"
	EffectChargeFactory   Effect = "charge_factory_account"
	EffectLineShipped     Effect = "platform_line_shipped"
	EffectStopFactory     Effect = "tell_factory_to_stop"
	EffectRecallByFactory Effect = "factory_must_recall_waybill"
	EffectRecallWaybill   Effect = "recall_waybill"
	EffectAlert           Effect = "alert"
	EffectBlockFactory    Effect = "block_factory_shipping"
	EffectUnblockFactory  Effect = "unblock_factory_shipping"
	EffectShouldCancel    Effect = "merchant_should_cancel_allocation"
	EffectUpdateLogistics Effect = "call_logistics_update"
	EffectRereadLine      Effect = "reread_line"
	EffectAlreadyShipped  Effect = "already_shipped"
	EffectIgnore          Effect = "ignore_log"
)

// flowRules is the life of a line. Rows of one event are tried in this order.
var flowRules = machine.Table[Stage, Event, Facts, Effect]{
	{ID: "G01", Event: Allocate, From: []Stage{StageUnassigned, StageCancelled}, To: StageAssigned,
		Guards: []guard{areBound, afterBinding, toShip, noRefund}, Effects: []Effect{EffectNotifyFactory}, Code: "NOT_ALLOWED"},
	{ID: "G02", Event: CancelAllocation, From: []Stage{StageAssigned}, To: StageCancelled, Effects: []Effect{EffectNotifyFactory}},
	{ID: "G03", Event: FactoryFetch, From: []Stage{StageAssigned}, To: StageFetched,
		Guards: []guard{byFactory}, Effects: []Effect{EffectStoreReceiver}, Code: "MERCHANT_TOKEN_CANNOT_READ"},
	// Reading again is the rule: pushes that failed are not sent again.
	{ID: "G27", Event: FactoryFetch, From: []Stage{StageFetched, StageWaybillHeld},
		Guards: []guard{byFactory}, Effects: []Effect{EffectRefreshReceiver}, Code: "MERCHANT_TOKEN_CANNOT_READ"},
	// The waybill belongs to the factory's account and is settled there.
	{ID: "G04", Event: FactoryWaybill, From: []Stage{StageFetched}, To: StageWaybillHeld,
		Guards: []guard{noRefund, byFactory}, Effects: []Effect{EffectChargeFactory}, Code: "BLOCKED"},
	{ID: "G05", Event: FactoryReturn, From: []Stage{StageWaybillHeld}, To: StageReturned,
		Guards: []guard{noRefund, notShipped, byFactory}, Effects: []Effect{EffectLineShipped}, Code: "SHIP_REFUSED"},
	{ID: "G06", Event: MerchantShips, From: []Stage{StageUnassigned, StageCancelled}, To: StageShippedByMerchant,
		Guards: []guard{noRefund}, Effects: []Effect{EffectLineShipped}, Code: "BLOCKED"},
	// Either side may ship; the later one is refused by the platform.
	{ID: "G15", Event: MerchantShips, From: []Stage{StageAssigned, StageFetched}, To: StageShippedByMerchant,
		Guards: []guard{noRefund}, Effects: []Effect{EffectLineShipped, EffectStopFactory}, Code: "BLOCKED"},
	// The platform would allow it even then, and would not stop two parcels.
	{ID: "G16", Event: MerchantShips, From: []Stage{StageWaybillHeld}, To: StageShippedByMerchant, Guards: []guard{noRefund, notHandedOn},
		Effects: []Effect{EffectLineShipped, EffectStopFactory, EffectRecallByFactory}, Code: "BLOCKED"},
	{ID: "G17", Event: MerchantShips, From: []Stage{StageReturned, StageShippedByMerchant}, Effects: []Effect{EffectAlreadyShipped}},
	{ID: "G07", Event: CancelAllocation, From: []Stage{StageFetched}, To: StageCancelled, Effects: []Effect{EffectNotifyFactory}},
	{ID: "G08", Event: CancelAllocation, From: []Stage{StageWaybillHeld}, To: StageCancelWaitRecall, Effects: []Effect{EffectRecallByFactory}},
	{ID: "G09", Event: WaybillRecalled, From: []Stage{StageCancelWaitRecall}, To: StageCancelled},
	// The parcel is with the carrier already: the assignment stands.
	{ID: "G18", Event: RecallDenied, From: []Stage{StageCancelWaitRecall}, To: StageWaybillHeld, Effects: []Effect{EffectAlert}},
	// A buyer who cancels does not cancel the assignment.
	{ID: "G10", Event: BuyerCancelled, From: []Stage{StageAssigned, StageFetched, StageWaybillHeld, StageCancelWaitRecall, StageReturnUnknown},
		Effects: []Effect{EffectBlockFactory, EffectShouldCancel}, Set: refundOpens},
	{ID: "G19", Event: BuyerCancelled, From: []Stage{StageUnassigned, StageCancelled}, Set: refundOpens},
	{ID: "G20", Event: RefundClosed,
		From:   []Stage{StageUnassigned, StageAssigned, StageFetched, StageWaybillHeld, StageCancelled, StageCancelWaitRecall, StageReturnUnknown},
		Guards: []guard{noOther}, Effects: []Effect{EffectUnblockFactory}, Set: refundCloses, Code: "GUARD"},
	{ID: "G11", Event: ReceiverUpdated, From: []Stage{StageAssigned, StageFetched}, Effects: []Effect{EffectRefreshReceiver}},
	{ID: "G12", Event: ReceiverUpdated, From: []Stage{StageWaybillHeld}, To: StageFetched,
		Effects: []Effect{EffectRecallWaybill, EffectRefreshReceiver}},
	{ID: "G13", Event: ChangeWaybill, From: []Stage{StageReturned}, To: StageReturned, Effects: []Effect{EffectUpdateLogistics}},
	{ID: "G14", Event: FactoryReturn, From: []Stage{StageShippedByMerchant, StageReturned}, Effects: []Effect{EffectAlreadyShipped}},
	{ID: "G21", Event: NoAnswer, From: []Stage{StageWaybillHeld}, To: StageReturnUnknown, Effects: []Effect{EffectRereadLine}},
	{ID: "G22", Event: RereadShippedByFactory, From: []Stage{StageReturnUnknown}, To: StageReturned, Effects: []Effect{EffectLineShipped}},
	{ID: "G23", Event: RereadShippedByMerchant, From: []Stage{StageReturnUnknown}, To: StageShippedByMerchant,
		Effects: []Effect{EffectRecallByFactory}},
	{ID: "G24", Event: RereadNotShipped, From: []Stage{StageReturnUnknown}, To: StageWaybillHeld},
	{ID: "G25", Event: LineClosed, From: []Stage{StageUnassigned, StageCancelled}, To: StageClosed},
	// To be raised again once the assignment is cancelled.
	{ID: "G26", Event: LineClosed, From: []Stage{StageAssigned, StageFetched, StageWaybillHeld, StageCancelWaitRecall},
		Effects: []Effect{EffectBlockFactory, EffectShouldCancel}, Set: refundOpens},
	{ID: "G28", Event: ReceiverUpdated, From: []Stage{StageReturned, StageShippedByMerchant, StageClosed}, Effects: []Effect{EffectIgnore}},
	{ID: "G29", Event: ReceiverUpdated, From: []Stage{StageUnassigned, StageCancelled, StageCancelWaitRecall}, Effects: []Effect{EffectRefreshReceiver}},
}

// Next is the stage after an event, and what follows from it. An event that is
// not allowed leaves the stage and is a [*mall.Refusal]
// below a mall.ErrConflict. It
// begins in [StageUnassigned]. It sets RefundOpen of f when a refund opens or
// closes.
func Next(s Stage, e Event, f *Facts) (Stage, []Effect, error) {
	row, err := flowRules.Next(s, e, f)
	return row.To, row.Effects, err
}
