package change

import (
	"context"
	"errors"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/order"
)

// Review is whether buyers who ask for another address are answered by the
// merchant, and by which app. The zero value is a word of the platform that no
// table knows.
type Review string

// The reviews.
const (
	ReviewOff       Review = "off"       // the platform decides by itself
	ReviewHere      Review = "here"      // this app is asked
	ReviewElsewhere Review = "elsewhere" // another app is asked; it cannot be chosen
)

// AnswerAddress answers a buyer who asks for another address. A refusal without a
// Code is given as "shipping". Print and ship nothing of the order until the new
// receiver was read.
//
// mall.ErrAlreadyDone: the same answer was given before. mall.ErrConflict: the
// other answer was, or the buyer withdrew. mall.ErrNotFound: nothing was asked.
// After mall.ErrUnknownOutcome read the order: an accepted receiver is in it.
func (s *Service) AnswerAddress(ctx context.Context, orderID string, v Verdict) error {
	const op = "answer address change"
	d, ok := s.orders.Driver().(AddressChanger)
	switch {
	case !ok:
		return s.fail(op, mall.ErrNotSupported)
	case strings.TrimSpace(orderID) == "":
		return s.fail(op, settle.Invalid("the order id is empty"))
	case v.Accept && v.Code != "":
		return s.fail(op, settle.Invalid("an accepted change has no reason to refuse it"))
	case !v.Accept && v.Code == "":
		v.Code = "shipping"
	}
	return s.fail(op, d.AnswerAddress(ctx, strings.TrimSpace(orderID), v))
}

// ChangeAddress gives an order another receiver. What is empty in to stays as
// it is, but of the regions all are needed when one or the street address
// changes. Texts go out as Plain or, without it, as Cipher, which not every
// platform takes: mall.ErrInvalid.
//
// A receiver that is in force already is mall.ErrAlreadyDone. When the answer of
// the platform is lost, the receiver is sent once more unless it is found to be
// in force: being set twice does no harm. mall.ErrUnknownOutcome is left when
// that is lost too.
func (s *Service) ChangeAddress(ctx context.Context, orderID string, to order.Receiver) error {
	const op = "change address"
	d, ok := s.orders.Driver().(AddressChanger)
	if !ok {
		return s.fail(op, mall.ErrNotSupported)
	}
	if orderID = strings.TrimSpace(orderID); orderID == "" {
		return s.fail(op, settle.Invalid("the order id is empty"))
	}
	if err := wholeAddress(to); err != nil {
		return s.fail(op, err)
	}
	twice := settle.Rules{Platform: s.orders.Driver().Platform(), Op: op, Repeat: func(second error) (error, bool) {
		return nil, errors.Is(second, mall.ErrAlreadyDone) // by the first attempt
	}}
	return s.fail(op, twice.One(ctx, func(ctx context.Context) error { return d.ChangeAddress(ctx, orderID, to) }, nil))
}

// wholeAddress refuses a receiver that changes nothing, and half an address.
func wholeAddress(to order.Receiver) error {
	regions := 0
	for _, r := range []order.Region{to.Province, to.City, to.District} {
		if r.Name != "" {
			regions++
		}
	}
	switch street := !to.Address.Withheld(); {
	case regions == 0 && !street && to.Name.Withheld() && to.Phone.Withheld():
		return settle.Invalid("the new receiver is empty")
	case (regions > 0 || street || to.Street.Name != "") && (regions < 3 || !street):
		return settle.Invalid("province, city, district and street address are needed together")
	}
	return nil
}

// AddressReview reads who answers buyers who ask for another address.
func (s *Service) AddressReview(ctx context.Context) (Review, error) {
	const op = "read address review"
	d, ok := s.orders.Driver().(AddressReviewer)
	if !ok {
		return "", s.fail(op, mall.ErrNotSupported)
	}
	r, err := d.AddressReview(ctx)
	return r, s.fail(op, err)
}

// SetAddressReview decides who answers buyers who ask for another address:
// [ReviewHere] or [ReviewOff]. Live has the platform wait for the answer in a call,
// instead of a push that [Service.AnswerAddress] answers later; platforms do not
// tell it back. mall.ErrPermission: the review belongs to another app.
func (s *Service) SetAddressReview(ctx context.Context, r Review, live bool) error {
	const op = "set address review"
	d, ok := s.orders.Driver().(AddressReviewer)
	if !ok {
		return s.fail(op, mall.ErrNotSupported)
	}
	if r != ReviewHere && r != ReviewOff {
		return s.fail(op, settle.Invalid("the review can be %q or %q, not %q", ReviewHere, ReviewOff, r))
	}
	return s.fail(op, d.SetAddressReview(ctx, r, live))
}
