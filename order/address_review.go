package order

import (
	"context"
	"errors"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// AddressVerdict answers a buyer's wish for another address. The zero verdict
// refuses.
type AddressVerdict struct {
	Accept bool          `json:"accept"`
	Reason AddressReason `json:"reason,omitempty"` // of a refusal
}

// AddressReason is how far an order is, told as the reason why its address
// cannot be changed any more.
type AddressReason string

// The reasons. A refusal without one is given as [AddressShipping].
const (
	AddressPicking    AddressReason = "picking"    // the goods are being picked (拣货)
	AddressAllocating AddressReason = "allocating" // the goods are being allocated (配货)
	AddressWarehouse  AddressReason = "warehouse"  // the warehouse has the order (仓库)
	AddressOutbound   AddressReason = "outbound"   // the parcel leaves the warehouse (出库)
	AddressShipping   AddressReason = "shipping"   // the parcel is being handed over (发货)
)

// AddressPolicy says who answers buyers that ask for another address.
type AddressPolicy struct {
	Review AddressReview `json:"review"`
	// Live asks for the answer in a call that waits for it, instead of a push
	// that [Service.ConfirmAddress] answers later. Platforms do not tell it back.
	Live bool `json:"live,omitempty"`
}

// AddressReview is whether changes of address are reviewed, and by whom. The
// zero value is a word of the platform that no table knows.
type AddressReview string

// The ways.
const (
	AddressReviewOff       AddressReview = "off"       // the platform decides by itself
	AddressReviewHere      AddressReview = "here"      // this app is asked
	AddressReviewElsewhere AddressReview = "elsewhere" // another app is asked; it cannot be chosen
)

// AddressConfirmer is a [Driver] that can answer a buyer's wish for another
// address. A verdict that repeats the one in force is mall.ErrAlreadyDone, one
// that contradicts it or comes after the buyer withdrew is mall.ErrConflict.
type AddressConfirmer interface {
	ConfirmAddress(ctx context.Context, orderID string, v AddressVerdict) error
}

// AddressChanger is a [Driver] that can change the receiver of an order on the
// merchant's behalf. What is empty in the receiver stays as it is; a receiver
// that is in force already is mall.ErrAlreadyDone, which the driver must find out
// by itself where the platform does not say so.
type AddressChanger interface {
	ChangeAddress(ctx context.Context, orderID string, to Receiver) error
}

// AddressPolicyReader is a [Driver] that can tell who reviews address changes.
type AddressPolicyReader interface {
	AddressPolicy(ctx context.Context) (AddressPolicy, error)
}

// AddressPolicySetter is a [Driver] that can set who reviews address changes.
type AddressPolicySetter interface {
	SetAddressPolicy(ctx context.Context, p AddressPolicy) error
}

// ConfirmAddress answers a buyer's wish for another address. Print and ship
// nothing of the order until the new receiver was read: see [NextAddress].
//
// mall.ErrAlreadyDone: the same answer was given before. mall.ErrConflict: the
// other answer was, or the wish is gone. mall.ErrNotFound: nothing was asked.
// After mall.ErrUnknownOutcome read the order: an accepted receiver is in it.
func (s *Service) ConfirmAddress(ctx context.Context, orderID string, v AddressVerdict) error {
	d, ok := s.driver.(AddressConfirmer)
	if !ok {
		return s.refuse("confirm address", mall.ErrNotSupported)
	}
	if orderID = strings.TrimSpace(orderID); orderID == "" {
		return s.refuse("confirm address", invalid("the order id is empty"))
	}
	switch {
	case v.Accept && v.Reason != "":
		return s.refuse("confirm address", invalid("an accepted change has no reason to refuse it"))
	case !v.Accept && v.Reason == "":
		v.Reason = AddressShipping
	}
	return d.ConfirmAddress(ctx, orderID, v)
}

// CanConfirmAddress reports whether ConfirmAddress can work at all.
func (s *Service) CanConfirmAddress() bool { _, ok := s.driver.(AddressConfirmer); return ok }

// ChangeAddress gives an order another receiver. What is empty in to stays as
// it is, but of the regions all are needed when one or the street address
// changes. Texts go out as Plain or, without it, as Cipher, which not every
// platform takes: mall.ErrInvalid.
//
// A receiver that is in force already is mall.ErrAlreadyDone. When the answer of
// the platform is lost, the receiver is sent once more unless it is found to be
// in force: being set twice does no harm. mall.ErrUnknownOutcome is left when
// that is lost too.
func (s *Service) ChangeAddress(ctx context.Context, orderID string, to Receiver) error {
	d, ok := s.driver.(AddressChanger)
	if !ok {
		return s.refuse("change address", mall.ErrNotSupported)
	}
	if orderID = strings.TrimSpace(orderID); orderID == "" {
		return s.refuse("change address", invalid("the order id is empty"))
	}
	regions := 0
	for _, r := range []Region{to.Province, to.City, to.District} {
		if r.Name != "" {
			regions++
		}
	}
	switch street := !to.Address.Withheld(); {
	case regions == 0 && !street && to.Name.Withheld() && to.Phone.Withheld():
		return s.refuse("change address", invalid("the new receiver is empty"))
	case (regions > 0 || street || to.Street.Name != "") && (regions < 3 || !street):
		return s.refuse("change address", invalid("province, city, district and street address are needed together"))
	}
	twice := settle.Rules{Platform: s.driver.Platform(), Op: "change address", Repeat: func(second error) (error, bool) {
		return nil, errors.Is(second, mall.ErrAlreadyDone) // by the first attempt
	}}
	return twice.One(ctx, func(ctx context.Context) error { return d.ChangeAddress(ctx, orderID, to) }, nil)
}

// CanChangeAddress reports whether ChangeAddress can work at all.
func (s *Service) CanChangeAddress() bool { _, ok := s.driver.(AddressChanger); return ok }

// AddressPolicy reads who answers buyers that ask for another address.
func (s *Service) AddressPolicy(ctx context.Context) (AddressPolicy, error) {
	d, ok := s.driver.(AddressPolicyReader)
	if !ok {
		return AddressPolicy{}, s.refuse("address policy", mall.ErrNotSupported)
	}
	return d.AddressPolicy(ctx)
}

// CanReadAddressPolicy reports whether AddressPolicy can work at all.
func (s *Service) CanReadAddressPolicy() bool { _, ok := s.driver.(AddressPolicyReader); return ok }

// SetAddressPolicy decides who answers buyers that ask for another address:
// Review is [AddressReviewHere] or [AddressReviewOff]. mall.ErrPermission: the
// review belongs to another app.
func (s *Service) SetAddressPolicy(ctx context.Context, p AddressPolicy) error {
	d, ok := s.driver.(AddressPolicySetter)
	if !ok {
		return s.refuse("set address policy", mall.ErrNotSupported)
	}
	if p.Review != AddressReviewHere && p.Review != AddressReviewOff {
		return s.refuse("set address policy", invalid("the review can be %q or %q", AddressReviewHere, AddressReviewOff))
	}
	return d.SetAddressPolicy(ctx, p)
}

// CanSetAddressPolicy reports whether SetAddressPolicy can work at all.
func (s *Service) CanSetAddressPolicy() bool { _, ok := s.driver.(AddressPolicySetter); return ok }
