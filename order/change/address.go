package change

import (
	"context"
	"errors"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/order"
)

// Review says who answers a buyer's request for another address (改地址审核). The
// zero value is a value of the platform that the driver does not know.
type Review string

// The reviews.
const (
	ReviewOff       Review = "off"       // the platform decides by itself
	ReviewHere      Review = "here"      // this app is asked
	ReviewElsewhere Review = "elsewhere" // another app is asked; it cannot be chosen
)

// AnswerAddress answers a buyer's request for another address. A refusal
// without a Code is sent as "shipping". Print and ship nothing of the order
// until the new receiver has been read.
//
// mall.ErrAlreadyDone: the request was given the same answer before.
// mall.ErrConflict: it was given the other answer, or the buyer withdrew it.
// mall.ErrNotFound: there is no request. After mall.ErrUnknownOutcome read the
// order: it shows an accepted receiver.
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

// ChangeAddress changes the receiver of an order. Fields left empty in to stay
// as they are, but all regions are needed when one of them or the street
// address changes. Texts are sent as Plain or, where that is empty, as Cipher,
// which some platforms refuse with mall.ErrInvalid.
//
// If the order has the receiver already, the error is mall.ErrAlreadyDone. If
// the platform's answer is lost, the order is read and the receiver is sent
// once more unless it is in force: sending it twice does no harm. The error is
// mall.ErrUnknownOutcome if the second answer is lost too.
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
		return nil, errors.Is(second, mall.ErrAlreadyDone) // the first attempt did it
	}}
	return s.fail(op, twice.One(ctx, func(ctx context.Context) error { return d.ChangeAddress(ctx, orderID, to) }, nil))
}

// wholeAddress refuses a receiver that changes nothing or holds only part of an
// address.
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

// AddressReview reads who answers buyers' requests for another address.
func (s *Service) AddressReview(ctx context.Context) (Review, error) {
	const op = "read address review"
	d, ok := s.orders.Driver().(AddressReviewer)
	if !ok {
		return "", s.fail(op, mall.ErrNotSupported)
	}
	r, err := d.AddressReview(ctx)
	return r, s.fail(op, err)
}

// SetAddressReview sets who answers buyers' requests for another address:
// [ReviewHere] or [ReviewOff]. With live the platform asks in a call and waits
// for the answer; otherwise it pushes the request, and [Service.AnswerAddress]
// answers it later. Platforms do not show live again. mall.ErrPermission: the
// review belongs to another app.
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
