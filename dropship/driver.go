package dropship

import (
	"context"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// Driver is what a platform must supply, and [MerchantDriver] and the other
// interfaces of this file are what it may supply besides. Applications use
// [Service].
//
// All methods must be safe for concurrent use, and what they return belongs to
// the caller. A write whose answer was lost must fail with
// mall.ErrUnknownOutcome and must not be repeated by the driver.
type Driver interface {
	Platform() mall.Platform
	Limits() Limits
	// Role asks which side the shop is on; empty where it has not chosen.
	Role(ctx context.Context) (Role, error)
}

// Limits is what a platform imposes, stated by its driver.
type Limits struct {
	MerchantOrders mall.ListLimits // of the merchant's list
	FactoryOrders  mall.ListLimits // of the factory's list
	Relations      int             // rows in one page of partners
	Bind           int             // most entries in one call to apply or to unbind; zero: no bound
	Assign         int             // most assignments in one call to assign or cancel; zero: no bound
	Append         int             // most entries in one call to append; zero: no bound
	Delete         int             // most entries in one call to delete; zero: no bound
	Waybills       int             // most waybills in one call to take them; zero: no bound
	// Parcels is how many parcels one assignment may be shipped in; zero: no
	// bound. Where it is one, the parcel has no id of its own.
	Parcels int
}

// Can reports whether the platform has the calls of a power, which is one of the
// interfaces of drivers: Can[Binder](shop.Dropship). Without them [Service] fails
// with mall.ErrNotSupported. A nil service can do nothing.
func Can[P any](s *Service) bool {
	if s == nil {
		return false
	}
	_, ok := s.driver.(P)
	return ok
}

// MerchantDriver is a [Driver] for shops that have others ship their orders.
type MerchantDriver interface {
	// Suppliers lists the factories of a merchant, in every state. Pages count from
	// 0; the answer must carry Total. Where the platform keeps a row for each
	// application, it answers all of them.
	Suppliers(ctx context.Context, page, size int) (mall.Page[Relation], error)
	// PageMerchantOrders lists what a merchant may assign and has assigned. It
	// answers one question as [order.Driver] does: a window, in pages.
	PageMerchantOrders(ctx context.Context, q Query, cursor string) (mall.Page[Assignment], error)
	// GetMerchantOrder reads one assignment. An unknown id is mall.ErrNotFound.
	GetMerchantOrder(ctx context.Context, id MerchantID) (Assignment, error)
	// Assign gives lines to factories. It answers each choice, in any order, and
	// returns an error only for the call as a whole.
	Assign(ctx context.Context, choices []Choice) ([]mall.Result[MerchantID], error)
	// CancelAssignment takes lines back, answering as Assign. Where the platform
	// needs a reason, the driver has one for the empty text.
	CancelAssignment(ctx context.Context, reason string, ids []MerchantID) ([]mall.Result[MerchantID], error)
}

// FactoryDriver is a [Driver] for shops that ship the orders of others.
type FactoryDriver interface {
	// PageFactoryOrders lists what a factory was given, as
	// [MerchantDriver].PageMerchantOrders does.
	PageFactoryOrders(ctx context.Context, q Query, cursor string) (mall.Page[Assignment], error)
	// GetFactoryOrder reads one assignment. mall.ErrNotFound: there is none, or none
	// any more.
	GetFactoryOrder(ctx context.Context, id FactoryID) (Assignment, error)
	// TakeWaybills answers each request, in any order; For and PackID of the
	// waybill say which, also when it was refused.
	TakeWaybills(ctx context.Context, t logistics.Take) ([]mall.Result[logistics.Waybill], error)
	// ReturnWaybills ships an assignment by its waybills. Where the platform's code
	// says why it refuses, the error is a [*Refusal].
	ReturnWaybills(ctx context.Context, r Return) ([]order.Parcel, error)
	// ChangeShipment corrects the number of a parcel. Doing it twice must do no
	// harm.
	ChangeShipment(ctx context.Context, id FactoryID, parcelID string, to logistics.Parcel) error
	// CancelWaybill gives a number back that was not used. The merchant's alias
	// stands in For.
	CancelWaybill(ctx context.Context, w logistics.Waybill) error
}

// MerchantLister is a [Driver] that lists the merchants of a factory, as
// [MerchantDriver].Suppliers does.
type MerchantLister interface {
	Merchants(ctx context.Context, page, size int) (mall.Page[Relation], error)
}

// Binder is a [Driver] that can bind a merchant to factories and part them. It
// answers for each Supplier, in any order. Key is set.
type Binder interface {
	Apply(ctx context.Context, list []Application) ([]mall.Result[string], error)
	Unbind(ctx context.Context, list []Parting) ([]mall.Result[string], error)
}

// Appender is a [Driver] that can add orders of the merchant's own to those of a
// buyer.
type Appender interface {
	// Append answers for each Key, which is set.
	Append(ctx context.Context, list []Extra) (map[string]mall.Result[MerchantID], error)
	// Delete takes added orders away, answering as [MerchantDriver].Assign.
	Delete(ctx context.Context, ids []MerchantID) ([]mall.Result[MerchantID], error)
}
