package order

import (
	"context"
	"slices"
	"time"

	"github.com/mallwire/mall/sku"
)

// SpecChanger is a [Driver] that can exchange the SKU of a line in the
// platform's own order (改规格). Platforms that ask the merchant's system
// instead, and keep their order as it is, have no such call: see
// [sku.StyleVerdict].
type SpecChanger interface {
	// SpecTerms tells how the platform does it.
	SpecTerms() SpecTerms
	// ChangeSpec asks the platform once. From and To are complete. An answer that
	// was lost is mall.ErrUnknownOutcome; a refusal, for whichever reason, is
	// mall.ErrRejected or mall.ErrConflict.
	ChangeSpec(ctx context.Context, c sku.Change) error
}

// SpecTerms are how a platform exchanges the SKU of an order.
type SpecTerms struct {
	// Style is [sku.StyleConsent] or [sku.StyleDirect].
	Style sku.Style
	// Wait is how long the buyer has to answer; zero: for ever.
	Wait time.Duration
	// Asks says that the call itself puts the question to the buyer. Without it
	// customer service does so at the platform's desk, and the call carries out
	// what the buyer agreed to.
	Asks bool
}

// SpecChange is a change of SKU under way. Keep it, as JSON, from
// [Service.BeginSpecChange] on, and again after each [Service.StepSpecChange].
// Its Request has its Deadline.
type SpecChange struct {
	Request sku.ChangeRequest `json:"request"`
	Style   sku.Style         `json:"style"`
	State   sku.ChangeState   `json:"state"`
	Stage   sku.Stage         `json:"stage"` // of the order when it began
	// Reason is why the platform refused, in its words.
	Reason string `json:"reason,omitempty"`
}

// Consent is what is known of the buyer's answer. No platform's interface tells
// it: customer service sees it.
type Consent string

// The answers.
const (
	ConsentUnknown Consent = ""
	// ConsentAgreed lets the platform be asked to carry the change out. Saying so
	// without having seen it is a try, which the platform may refuse.
	ConsentAgreed  Consent = "agreed"
	ConsentRefused Consent = "refused"
)

// SpecFacts returns what an order and a line of it tell the rules of a change
// of SKU. Style, Progress, Domestic, CanPull, Price and ServiceOff are not in
// the order: the app fills in those that its platform's style looks at. A line
// that has gone another way than its order is too far.
func SpecFacts(o Order, l Line) sku.ChangeFacts {
	has := func(t Trait) bool { return o.Has(t) || l.Has(t) }
	f := sku.ChangeFacts{
		Stage: sku.Stage(o.Status), Virtual: has(TraitVirtual), CrossBorder: has(TraitCrossBorder), DutyFree: has(TraitDutyFree),
		Inspected: has(TraitInspected), Deposit: has(TraitDeposit),
		RefundOpen: slices.ContainsFunc(o.Lines, func(l Line) bool { return l.Refund.Open() }),
		RefundDone: slices.ContainsFunc(o.Lines, func(l Line) bool { return l.Refund == RefundDone || l.Refund == RefundPartial }),
	}
	if l.Status != o.Status {
		f.Stage = ""
	}
	return f
}

// SeenSpecChanges compares two readings of an order and returns the exchanges of
// SKU between them: the way to hear of those that nobody began here, because
// platforms push none. Before a first reading, the zero Order, there is what
// the platform remembers of a line ([Line].Previous). Comparing the same
// readings again returns the same changes, for [sku.Changes].
//
// A change that is under way here ends by [Service.StepSpecChange] all the same.
func SeenSpecChanges(before, after Order) []sku.Change {
	var list []sku.Change
	for _, l := range after.Lines {
		from := l.Previous
		if i := slices.IndexFunc(before.Lines, func(b Line) bool { return b.ID == l.ID }); i >= 0 {
			from = before.Lines[i].SKU
		}
		if noSKU(from) || noSKU(l.SKU) || sameSKU(from, l.SKU) {
			continue
		}
		list = append(list, sku.Change{
			OrderID: after.ID, LineID: l.ID, From: from, To: l.SKU, Quantity: l.Quantity, At: after.Updated, Shown: true,
			ID: "seen/" + after.ID + "/" + l.ID + "/" + specID(from) + "/" + specID(l.SKU),
		})
	}
	return list
}

// specID tells SKUs apart as sameSKU does.
func specID(r sku.Ref) string {
	if r.ID != "" {
		return r.ID
	}
	return "product " + r.ProductID
}
