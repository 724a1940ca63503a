package change

import (
	"context"
	"time"

	"github.com/mallwire/mall/order"
)

// SpecChanger is an [order.Driver] that can exchange the SKU of a line in the
// platform's own order (改规格). Platforms that ask the merchant's system
// instead, and keep their order as it is, have no such call: see [StyleVerdict].
type SpecChanger interface {
	// SpecTerms tells how the platform does it.
	SpecTerms() Terms
	// ChangeSpec asks the platform once. FromSKU and ToSKU of r are complete. An
	// answer that was lost is mall.ErrUnknownOutcome; a refusal, for whichever
	// reason, is mall.ErrRejected or mall.ErrConflict.
	ChangeSpec(ctx context.Context, r Request) error
}

// Terms are how a platform exchanges the SKU of an order.
type Terms struct {
	// Style is [StyleConsent] or [StyleDirect].
	Style Style
	// Wait is how long the buyer has to answer; zero: for ever.
	Wait time.Duration
	// Asks says that the call itself puts the question to the buyer. Without it
	// customer service does so on the platform's own pages, and the call carries
	// out what the buyer agreed to.
	Asks bool
}

// AddressChanger is an [order.Driver] that can change the receiver of an order.
type AddressChanger interface {
	// AnswerAddress answers a buyer who asks for another address. The code of a
	// refusal is one of those that [Verdict] lists; any other is mall.ErrInvalid,
	// where the platform wants a code at all. A verdict that repeats the one in
	// force is mall.ErrAlreadyDone, one that contradicts it or comes after the buyer
	// withdrew is mall.ErrConflict.
	AnswerAddress(ctx context.Context, orderID string, v Verdict) error
	// ChangeAddress changes the receiver on the merchant's behalf. What is empty in
	// the receiver stays as it is. A receiver that is in force already is
	// mall.ErrAlreadyDone, which the driver must find out by itself where the
	// platform does not say so.
	ChangeAddress(ctx context.Context, orderID string, to order.Receiver) error
}

// AddressReviewer is an [order.Driver] that can tell and set who answers buyers
// who ask for another address.
type AddressReviewer interface {
	AddressReview(ctx context.Context) (Review, error)
	SetAddressReview(ctx context.Context, r Review, live bool) error
}

// Can reports whether the platform has the calls of a power, which is one of the
// interfaces of drivers: Can[SpecChanger](shop.Changes). Without them [Service]
// fails with mall.ErrNotSupported. A nil service can do nothing.
func Can[P any](s *Service) bool {
	if s == nil {
		return false
	}
	_, ok := s.orders.Driver().(P)
	return ok
}
