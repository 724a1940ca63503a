package dropship

import "github.com/mallwire/mall/internal/machine"

// Effect is something that the application has to do, or has been told, after
// a step of a state machine.
type Effect string

// Facts are what the guards of the state machines look at. The zero value knows
// nothing and allows little. [Next] and [NextRelation] set those fields that a
// step itself establishes; all others are the caller's.
type Facts struct {
	Actor       Role // who acts now: the shop whose token is used
	FactoryRole Role // what the shop is that a merchant wants to bind
	RoleLocked  bool // an application to be bound was sent or received

	Relation     RelationState // between the merchant and the factory
	AfterBinding bool          // the order was placed after they were bound
	ToShip       bool          // the trade waits to be shipped

	RefundOpen      bool // of this line
	OtherRefundOpen bool // another refund of this line is still open
	MerchantShipped bool // the merchant has shipped the line
	HandedOver      bool // the factory's parcel is with the carrier already
}

// rule is a row of one of the state machines, and guard a condition in it.
type (
	rule[S, E ~string] = machine.Row[S, E, Facts, Effect]
	guard              = machine.Guard[Facts]
)

// The guards.
var (
	byMerchant   = guard{Name: "the merchant acts", Holds: func(f Facts) bool { return f.Actor == RoleMerchant }}
	byFactory    = guard{Name: "the factory acts", Holds: func(f Facts) bool { return f.Actor == RoleFactory }}
	withFactory  = guard{Name: "the other shop is a factory", Holds: func(f Facts) bool { return f.FactoryRole == RoleFactory }}
	roleIsOpen   = guard{Name: "no application was sent or received", Holds: func(f Facts) bool { return !f.RoleLocked }}
	areBound     = guard{Name: "merchant and factory are bound", Holds: func(f Facts) bool { return f.Relation == RelationBound }}
	afterBinding = guard{Name: "the order was placed after binding", Holds: func(f Facts) bool { return f.AfterBinding }}
	toShip       = guard{Name: "the trade waits to be shipped", Holds: func(f Facts) bool { return f.ToShip }}
	noRefund     = guard{Name: "no refund open", Holds: func(f Facts) bool { return !f.RefundOpen }}
	noOther      = guard{Name: "no other refund open", Holds: func(f Facts) bool { return !f.OtherRefundOpen }}
	notShipped   = guard{Name: "the merchant has not shipped", Holds: func(f Facts) bool { return !f.MerchantShipped }}
	notHandedOn  = guard{Name: "the factory's parcel is not with the carrier", Holds: func(f Facts) bool { return !f.HandedOver }}
)

func refundOpens(f *Facts)  { f.RefundOpen = true }
func refundCloses(f *Facts) { f.RefundOpen = false }
func roleLocks(f *Facts)    { f.RoleLocked = true }
