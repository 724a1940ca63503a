package logistics

import (
	"context"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// Driver is what a platform must supply, and [Shipper] and the other interfaces
// of this file are what it may supply besides. Applications use [Service].
//
// All methods must be safe for concurrent use. What they return belongs to the
// caller. A write whose answer was lost must fail with mall.ErrUnknownOutcome,
// also when the driver may repeat it by itself.
type Driver interface {
	Platform() mall.Platform
	Limits() Limits
	// Order reads an order as it is now, with its parcels. [Service] decides by
	// it what became of a write.
	Order(ctx context.Context, id string) (order.Order, error)
}

// Limits are what a platform imposes. Zero means no limit.
type Limits struct {
	MaxTake  int // waybills taken in one call
	MaxPrint int // labels fetched in one call
}

// Can reports whether the platform has the calls of a power, which is one of the
// interfaces of drivers: Can[Tracer](shop.Logistics). Without them [Service]
// fails with mall.ErrNotSupported. A nil service can do nothing.
func Can[P any](s *Service) bool {
	if s == nil {
		return false
	}
	_, ok := s.driver.(P)
	return ok
}

// Shipper is a [Driver] that can report parcels.
//
// Where the platform has an idempotency id, RequestID must become it. The
// platform must not carry out a second report: it refuses it, with
// mall.ErrAlreadyDone or, where its answer does not say why, with
// mall.ErrRejected; one with the same number may also succeed, changing nothing.
// A parcel that it stopped for a reason of its own is a [*Refusal].
type Shipper interface {
	// Carriers lists the carriers that parcels can be reported with.
	Carriers(ctx context.Context) ([]Carrier, error)
	// Ship reports a whole order in one parcel.
	Ship(ctx context.Context, s Shipment) error
	// ShipParcels reports several parcels of an order, all or none of them.
	ShipParcels(ctx context.Context, s Shipment) error
	// ChangeShipment changes a parcel that was reported. ParcelID is set where the
	// platform gives parcels ids; only says that the order has no other parcel.
	// Doing it twice must do no harm.
	ChangeShipment(ctx context.Context, c Change, only bool) error
}

// ParcelAdder is a [Driver] that can report one more parcel of an order that
// was shipped already. A reason to stop it is a [*Refusal].
type ParcelAdder interface {
	AddParcel(ctx context.Context, orderID string, p Parcel) error
}

// Waybiller is a [Driver] that can take electronic waybills and print them.
type Waybiller interface {
	// NetSites lists the shop's waybill accounts with a carrier, or with all
	// carriers for the empty code.
	NetSites(ctx context.Context, carrierCode string) ([]NetSite, error)
	// Templates lists the forms of labels, the platform's and the shop's own.
	Templates(ctx context.Context) ([]Template, error)
	// TakeWaybills answers each request, in their order. CarrierCode, PackID and For
	// need not be set. Taking again with the same order and PackID
	// must answer the same waybill.
	TakeWaybills(ctx context.Context, t Take) ([]mall.Result[Waybill], error)
	// UpdateWaybill gives a waybill the receiver and contents of r. An empty sender
	// stays. Doing it twice must do no harm. Only SortCode and Print of what it
	// returns are read.
	UpdateWaybill(ctx context.Context, w Waybill, sender Sender, r WaybillRequest) (Waybill, error)
	// CancelWaybill gives a waybill back. A second time is mall.ErrAlreadyDone.
	CancelWaybill(ctx context.Context, w Waybill) error
	// PrintData answers each waybill, in their order, with what its labels are
	// printed from: its own first and then those of its Subs. It is not asked for a
	// waybill that carries its Print.
	PrintData(ctx context.Context, list []Waybill) ([]mall.Result[[]PrintData], error)
}

// SubWaybiller is a [Driver] that can add pieces to a waybill. Only Subs and
// Print of what it returns are read: the new pieces, or all.
type SubWaybiller interface {
	AddSubWaybills(ctx context.Context, w Waybill, n int) (Waybill, error)
}

// AddressVersioner is a [Driver] with a rule of its own for when an address has
// changed, instead of [AddressVersion]: its ciphers may differ from one reading to
// the next, for example.
type AddressVersioner interface {
	AddressVersion(r order.Receiver) string
}

// Ranger is a [Driver] that can ask a carrier whether it serves a way.
type Ranger interface {
	OutOfRange(ctx context.Context, w Way) (Reach, error)
}

// AddressLister is a [Driver] that knows the shop's address book.
type AddressLister interface {
	Addresses(ctx context.Context, use AddressUse) ([]BookEntry, error)
}

// Tracer is a [Driver] that knows where a parcel has been, oldest event first. The
// carrier's code is that of the table of waybills.
type Tracer interface {
	Trace(ctx context.Context, carrierCode, trackingNo string) ([]Event, error)
}
