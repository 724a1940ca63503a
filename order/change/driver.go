package change

import (
	"context"
	"time"

	"github.com/mallwire/mall/order"
)

// SpecChanger is an [order.Driver] that can exchange the SKU of a line in the
// platform's own order (改规格). Platforms that ask the merchant's system instead
// and keep the old SKU in their order have no such call: see [StyleVerdict].
type SpecChanger interface {
	// SpecTerms returns how the platform exchanges a SKU.
	SpecTerms() Terms
	// ChangeSpec calls the platform once. FromSKU and ToSKU of r are complete.
	// A lost answer is mall.ErrUnknownOutcome; a refusal, for whatever reason,
	// is mall.ErrRejected or mall.ErrConflict.
	ChangeSpec(ctx context.Context, r Request) error
}

// Terms are how a platform exchanges the SKU of an order.
type Terms struct {
	// Style is [StyleConsent] or [StyleDirect].
	Style Style
	// Wait is how long the buyer has to answer; zero means without limit.
	Wait time.Duration
	// Asks says that the call itself asks the buyer. Otherwise customer service
	// asks on the platform's own pages, and the call carries out what the buyer
	// agreed to.
	Asks bool
}

// AddressChanger is an [order.Driver] that can change the receiver of an order.
type AddressChanger interface {
	// AnswerAddress answers a buyer's request for another address. The code of
	// a refusal is one of those that [Verdict] lists; any other is
	// mall.ErrInvalid on platforms that need a code. Repeating the verdict in
	// force is mall.ErrAlreadyDone. Contradicting it, or answering after the
	// buyer withdrew, is mall.ErrConflict.
	AnswerAddress(ctx context.Context, orderID string, v Verdict) error
	// ChangeAddress changes the receiver as the merchant. Empty fields of the
	// receiver stay as they are. A receiver that is in force already is
	// mall.ErrAlreadyDone, which the driver must find out by itself where the
	// platform does not say so.
	ChangeAddress(ctx context.Context, orderID string, to order.Receiver) error
}

// AddressReviewer is an [order.Driver] that can read and set who answers
// buyers' requests for another address.
type AddressReviewer interface {
	AddressReview(ctx context.Context) (Review, error)
	SetAddressReview(ctx context.Context, r Review, live bool) error
}

// Can reports whether the driver implements P, one of the optional interfaces:
// Can[SpecChanger](shop.Changes). Without it the methods of [Service] that need
// it fail with mall.ErrNotSupported. For a nil service Can is false.
func Can[P any](s *Service) bool {
	if s == nil {
		return false
	}
	_, ok := s.orders.Driver().(P)
	return ok
}
