package dropship

import (
	"github.com/mallwire/mall/internal/machine"
	"github.com/mallwire/mall/internal/settle"
)

// effect is what the application has to do, or to know, after a step of a state
// machine.
type effect string

// Flow is what an application knows of one line of an order, and of the merchant
// and the factory, while it follows them step by step. One line, one Flow: lines
// of one order can go to different factories. The zero value knows nothing and
// allows little. [Flow.Next] and [Flow.NextRelation] set those fields that a step
// itself establishes; all others are the caller's.
type Flow struct {
	Actor       Role // who acts now: the shop whose token is used
	FactoryRole Role // what the shop is that a merchant wants to bind
	RoleLocked  bool // an application to be bound was sent or received

	Relation     RelationState // between the merchant and the factory
	AfterBinding bool          // the order was placed after they were bound
	ToShip       bool          // the order waits to be shipped

	RefundOpen      bool // of this line
	OtherRefundOpen bool // another refund of this line is still open
	MerchantShipped bool // the merchant has shipped the line
	HandedOver      bool // the factory's parcel is with the carrier already
}

// Next returns the stage of a line after an event, and what has to be done then.
// An event that the stage does not know, or a condition forbids, leaves the stage
// and is a [*mall.Refusal] within a mall.ErrConflict. RefundOpen is set when a
// refund opens or closes. A line begins as "unassigned".
//
// The stages are finer than a [State], which is all that the platform shows:
//
//	unassigned           the merchant's own
//	assigned             given to a factory
//	fetched              the factory has read it
//	waybill_held         the factory holds a number
//	returned             the factory's number is the line's shipment (回传)
//	return_unknown       returned without an answer: look
//	cancelled            taken back; the line is the merchant's again
//	cancel_wait_recall   cancelled, but the factory still holds a number
//	shipped_by_merchant  the merchant shipped it
//	closed               ended without being shipped
//
// The events of the merchant are allocate, cancel_allocation and merchant_ships;
// of the factory factory_fetch, factory_waybill, factory_return, change_waybill
// and no_answer (to a return); of the carrier waybill_recalled and recall_denied;
// of the buyer buyer_cancelled, refund_closed, receiver_updated and line_closed.
// After no_answer, read the assignment again: reread_shipped_by_factory,
// reread_shipped_by_merchant or reread_not_shipped is what it shows.
//
// The effects: notify_factory, tell_factory_to_stop, factory_must_recall_waybill
// and recall_waybill are for the factory to know or do; store_masked_receiver and
// refresh_receiver for its own books, charge_factory_account for its account;
// platform_line_shipped, already_shipped and ignore_log are results to be kept;
// block_factory_shipping and unblock_factory_shipping say whether it may ship;
// merchant_should_cancel_allocation, call_logistics_update and reread_line are the
// calls to make next; alert is for a person.
func (f *Flow) Next(from, happened string) (to string, effects []string, err error) {
	row, err := lineTable.Next(stage(from), event(happened), f)
	return string(row.To), words(row.Effects), settle.Failure("", "follow line", err)
}

// NextRelation returns how a merchant and a factory stand to each other after an
// event, and what follows, as [Flow.Next] does for lines. RoleLocked is set when
// the first application is sent. A relation begins as [RelationUnbound].
//
// The events are bind_apply, bind_accept, bind_refuse, unbind_apply, unbind_ok,
// unbind_refused and switch_role; the effects lock_role, switch_role and
// orders_after_binding_become_visible.
func (f *Flow) NextRelation(from RelationState, happened string) (to RelationState, effects []string, err error) {
	row, err := relationTable.Next(from, relationEvent(happened), f)
	return row.To, words(row.Effects), settle.Failure("", "follow relation", err)
}

func words(effects []effect) (list []string) {
	for _, e := range effects {
		list = append(list, string(e))
	}
	return list
}

// rule is a row of one of the state machines, and guard a condition in it.
type (
	rule[S, E ~string] = machine.Row[S, E, Flow, effect]
	guard              = machine.Guard[Flow]
)

// The guards.
var (
	byMerchant  = guard{Name: "the merchant acts", Holds: func(f Flow) bool { return f.Actor == RoleMerchant }}
	byFactory   = guard{Name: "the factory acts", Holds: func(f Flow) bool { return f.Actor == RoleFactory }}
	withFactory = guard{Name: "the other shop is a factory",
		Holds: func(f Flow) bool { return f.FactoryRole == RoleFactory }}
	roleIsOpen = guard{Name: "no application was sent or received", Holds: func(f Flow) bool { return !f.RoleLocked }}
	areBound   = guard{Name: "merchant and factory are bound",
		Holds: func(f Flow) bool { return f.Relation == RelationBound }}
	afterBinding = guard{Name: "the order was placed after binding", Holds: func(f Flow) bool { return f.AfterBinding }}
	toShip       = guard{Name: "the order waits to be shipped", Holds: func(f Flow) bool { return f.ToShip }}
	noRefund     = guard{Name: "no refund open", Holds: func(f Flow) bool { return !f.RefundOpen }}
	noOther      = guard{Name: "no other refund open", Holds: func(f Flow) bool { return !f.OtherRefundOpen }}
	notShipped   = guard{Name: "the merchant has not shipped", Holds: func(f Flow) bool { return !f.MerchantShipped }}
	notHandedOn  = guard{Name: "the factory's parcel is not with the carrier",
		Holds: func(f Flow) bool { return !f.HandedOver }}
)

func refundOpens(f *Flow)  { f.RefundOpen = true }
func refundCloses(f *Flow) { f.RefundOpen = false }
func roleLocks(f *Flow)    { f.RoleLocked = true }
