package dropship

import (
	"fmt"
	"slices"

	"github.com/mallwire/mall"
)

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

// guard is a condition of a rule.
type guard struct {
	name  string
	holds func(Facts) bool
}

// rule is one row of a state machine. Rows are tried in order; the first whose
// guards hold is taken.
type rule[S, E ~string] struct {
	id      string
	event   E
	from    []S
	to      S // empty: stay
	guards  []guard
	effects []Effect
	set     func(*Facts)
	refusal string // what a guard that does not hold is called outside
}

// NotAllowed is the refusal of a state machine. It is a mall.ErrConflict.
type NotAllowed struct {
	State, Event string
	// Guard names the guard that refuses: "NOT_ALLOWED", "BLOCKED",
	// "SHIP_REFUSED", "ROLE", "ROLE_LOCKED", "MERCHANT_TOKEN_CANNOT_READ", or
	// "NO_TRANSITION" when the state knows no such event.
	Guard string
	// Failed is the condition that does not hold, such as "no refund open".
	Failed string
}

// Error names the event, the state and the guard.
func (e *NotAllowed) Error() string {
	text := fmt.Sprintf("dropship: %s is not allowed in state %s: %s", e.Event, e.State, e.Guard)
	if e.Failed != "" {
		text += " (" + e.Failed + " does not hold)"
	}
	return text
}

// Unwrap makes it a mall.ErrConflict.
func (e *NotAllowed) Unwrap() error { return mall.ErrConflict }

// step takes the first rule that fits. It returns the rule's id as well.
func step[S, E ~string](rules []rule[S, E], s S, e E, f *Facts) (string, S, []Effect, error) {
	refusal := &NotAllowed{State: string(s), Event: string(e), Guard: "NO_TRANSITION"}
	for _, r := range rules {
		if r.event != e || !slices.Contains(r.from, s) {
			continue
		}
		failed := slices.IndexFunc(r.guards, func(g guard) bool { return !g.holds(*f) })
		if failed >= 0 {
			if refusal.Failed == "" { // the first candidate is the one to name
				refusal.Guard, refusal.Failed = r.refusal, r.guards[failed].name
			}
			continue
		}
		if r.set != nil {
			r.set(f)
		}
		if r.to != "" {
			s = r.to
		}
		return r.id, s, slices.Clone(r.effects), nil
	}
	return "", s, nil, refusal
}

// The guards.
var (
	byMerchant   = guard{"the merchant acts", func(f Facts) bool { return f.Actor == RoleMerchant }}
	byFactory    = guard{"the factory acts", func(f Facts) bool { return f.Actor == RoleFactory }}
	withFactory  = guard{"the other shop is a factory", func(f Facts) bool { return f.FactoryRole == RoleFactory }}
	roleIsOpen   = guard{"no application was sent or received", func(f Facts) bool { return !f.RoleLocked }}
	areBound     = guard{"merchant and factory are bound", func(f Facts) bool { return f.Relation == RelationBound }}
	afterBinding = guard{"the order was placed after binding", func(f Facts) bool { return f.AfterBinding }}
	toShip       = guard{"the trade waits to be shipped", func(f Facts) bool { return f.ToShip }}
	noRefund     = guard{"no refund open", func(f Facts) bool { return !f.RefundOpen }}
	noOther      = guard{"no other refund open", func(f Facts) bool { return !f.OtherRefundOpen }}
	notShipped   = guard{"the merchant has not shipped", func(f Facts) bool { return !f.MerchantShipped }}
	notHandedOn  = guard{"the factory's parcel is not with the carrier", func(f Facts) bool { return !f.HandedOver }}
)

func refundOpens(f *Facts)  { f.RefundOpen = true }
func refundCloses(f *Facts) { f.RefundOpen = false }
func roleLocks(f *Facts)    { f.RoleLocked = true }
