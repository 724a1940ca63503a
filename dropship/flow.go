package dropship

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
var flowRules = []rule[Stage, Event]{
	{id: "G01", event: Allocate, from: []Stage{StageUnassigned, StageCancelled}, to: StageAssigned,
		guards: []guard{areBound, afterBinding, toShip, noRefund}, effects: []Effect{EffectNotifyFactory}, refusal: "NOT_ALLOWED"},
	{id: "G02", event: CancelAllocation, from: []Stage{StageAssigned}, to: StageCancelled, effects: []Effect{EffectNotifyFactory}},
	{id: "G03", event: FactoryFetch, from: []Stage{StageAssigned}, to: StageFetched,
		guards: []guard{byFactory}, effects: []Effect{EffectStoreReceiver}, refusal: "MERCHANT_TOKEN_CANNOT_READ"},
	// Reading again is the rule: pushes that failed are not sent again.
	{id: "G27", event: FactoryFetch, from: []Stage{StageFetched, StageWaybillHeld},
		guards: []guard{byFactory}, effects: []Effect{EffectRefreshReceiver}, refusal: "MERCHANT_TOKEN_CANNOT_READ"},
	// The waybill belongs to the factory's account and is settled there.
	{id: "G04", event: FactoryWaybill, from: []Stage{StageFetched}, to: StageWaybillHeld,
		guards: []guard{noRefund, byFactory}, effects: []Effect{EffectChargeFactory}, refusal: "BLOCKED"},
	{id: "G05", event: FactoryReturn, from: []Stage{StageWaybillHeld}, to: StageReturned,
		guards: []guard{noRefund, notShipped, byFactory}, effects: []Effect{EffectLineShipped}, refusal: "SHIP_REFUSED"},
	{id: "G06", event: MerchantShips, from: []Stage{StageUnassigned, StageCancelled}, to: StageShippedByMerchant,
		guards: []guard{noRefund}, effects: []Effect{EffectLineShipped}, refusal: "BLOCKED"},
	// Either side may ship; the later one is refused by the platform.
	{id: "G15", event: MerchantShips, from: []Stage{StageAssigned, StageFetched}, to: StageShippedByMerchant,
		guards: []guard{noRefund}, effects: []Effect{EffectLineShipped, EffectStopFactory}, refusal: "BLOCKED"},
	// The platform would allow it even then, and would not stop two parcels.
	{id: "G16", event: MerchantShips, from: []Stage{StageWaybillHeld}, to: StageShippedByMerchant, guards: []guard{noRefund, notHandedOn},
		effects: []Effect{EffectLineShipped, EffectStopFactory, EffectRecallByFactory}, refusal: "BLOCKED"},
	{id: "G17", event: MerchantShips, from: []Stage{StageReturned, StageShippedByMerchant}, effects: []Effect{EffectAlreadyShipped}},
	{id: "G07", event: CancelAllocation, from: []Stage{StageFetched}, to: StageCancelled, effects: []Effect{EffectNotifyFactory}},
	{id: "G08", event: CancelAllocation, from: []Stage{StageWaybillHeld}, to: StageCancelWaitRecall, effects: []Effect{EffectRecallByFactory}},
	{id: "G09", event: WaybillRecalled, from: []Stage{StageCancelWaitRecall}, to: StageCancelled},
	// The parcel is with the carrier already: the assignment stands.
	{id: "G18", event: RecallDenied, from: []Stage{StageCancelWaitRecall}, to: StageWaybillHeld, effects: []Effect{EffectAlert}},
	// A buyer who cancels does not cancel the assignment.
	{id: "G10", event: BuyerCancelled, from: []Stage{StageAssigned, StageFetched, StageWaybillHeld, StageCancelWaitRecall, StageReturnUnknown},
		effects: []Effect{EffectBlockFactory, EffectShouldCancel}, set: refundOpens},
	{id: "G19", event: BuyerCancelled, from: []Stage{StageUnassigned, StageCancelled}, set: refundOpens},
	{id: "G20", event: RefundClosed,
		from:   []Stage{StageUnassigned, StageAssigned, StageFetched, StageWaybillHeld, StageCancelled, StageCancelWaitRecall, StageReturnUnknown},
		guards: []guard{noOther}, effects: []Effect{EffectUnblockFactory}, set: refundCloses, refusal: "GUARD"},
	{id: "G11", event: ReceiverUpdated, from: []Stage{StageAssigned, StageFetched}, effects: []Effect{EffectRefreshReceiver}},
	{id: "G12", event: ReceiverUpdated, from: []Stage{StageWaybillHeld}, to: StageFetched,
		effects: []Effect{EffectRecallWaybill, EffectRefreshReceiver}},
	{id: "G13", event: ChangeWaybill, from: []Stage{StageReturned}, to: StageReturned, effects: []Effect{EffectUpdateLogistics}},
	{id: "G14", event: FactoryReturn, from: []Stage{StageShippedByMerchant, StageReturned}, effects: []Effect{EffectAlreadyShipped}},
	{id: "G21", event: NoAnswer, from: []Stage{StageWaybillHeld}, to: StageReturnUnknown, effects: []Effect{EffectRereadLine}},
	{id: "G22", event: RereadShippedByFactory, from: []Stage{StageReturnUnknown}, to: StageReturned, effects: []Effect{EffectLineShipped}},
	{id: "G23", event: RereadShippedByMerchant, from: []Stage{StageReturnUnknown}, to: StageShippedByMerchant,
		effects: []Effect{EffectRecallByFactory}},
	{id: "G24", event: RereadNotShipped, from: []Stage{StageReturnUnknown}, to: StageWaybillHeld},
	{id: "G25", event: LineClosed, from: []Stage{StageUnassigned, StageCancelled}, to: StageClosed},
	// To be raised again once the assignment is cancelled.
	{id: "G26", event: LineClosed, from: []Stage{StageAssigned, StageFetched, StageWaybillHeld, StageCancelWaitRecall},
		effects: []Effect{EffectBlockFactory, EffectShouldCancel}, set: refundOpens},
	{id: "G28", event: ReceiverUpdated, from: []Stage{StageReturned, StageShippedByMerchant, StageClosed}, effects: []Effect{EffectIgnore}},
	{id: "G29", event: ReceiverUpdated, from: []Stage{StageUnassigned, StageCancelled, StageCancelWaitRecall}, effects: []Effect{EffectRefreshReceiver}},
}

// Next is the stage after an event, and what follows from it. An event that is
// not allowed leaves the stage and is a [*NotAllowed] that names the guard. It
// begins in [StageUnassigned]. It sets RefundOpen of f when a refund opens or
// closes.
func Next(s Stage, e Event, f *Facts) (Stage, []Effect, error) {
	_, next, effects, err := step(flowRules, s, e, f)
	return next, effects, err
}
