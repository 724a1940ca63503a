package logistics

import (
	"context"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// Driver is what a platform must supply. Applications use [Service].
//
// Optional powers are one-method interfaces beside it. All methods must be safe
// for concurrent use. A write whose answer was lost must fail with
// mall.ErrUnknownOutcome, also when the driver may repeat it by itself.
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

// CarrierLister is a [Driver] that knows which carriers there are.
type CarrierLister interface {
	Carriers(ctx context.Context) ([]Carrier, error)
}

// Shipper is a [Driver] that can report a whole order in one parcel. Where the
// platform has an idempotency id, RequestID must become it. The platform must
// not carry out a second report: it refuses it, with mall.ErrAlreadyDone or,
// where its answer does not tell why, with mall.ErrRejected; one with the same
// number may also succeed, changing nothing. A parcel that it stopped for a
// reason of its own is a [*Refusal].
type Shipper interface {
	Ship(ctx context.Context, s Shipment) error
}

// ParcelShipper is a [Driver] that can report several parcels of an order, all
// or none of them, under the rules of a [Shipper].
type ParcelShipper interface {
	ShipParcels(ctx context.Context, s Shipment) error
}

// ParcelAdder is a [Driver] that can report one more parcel of an order that
// was shipped already. A reason to stop it is a [*Refusal].
type ParcelAdder interface {
	AddParcel(ctx context.Context, orderID string, p Parcel) error
}

// ShipmentChanger is a [Driver] that can change a parcel that was reported.
// ParcelID is set where the platform gives parcels ids; only tells that the
// order has no other parcel. Doing it twice must do no harm.
type ShipmentChanger interface {
	ChangeShipment(ctx context.Context, c Change, only bool) error
}

// WaybillTaker is a [Driver] that can take waybills: one answer for each
// request, in their order, and only TrackingNo, Subs, SortCode and Print of its
// waybill are read. Taking again with the same order and PackID must answer the
// same waybill.
type WaybillTaker interface {
	TakeWaybills(ctx context.Context, t Take) ([]Taken, error)
}

// WaybillUpdater is a [Driver] that can give a waybill the receiver and contents
// of r. An empty sender stays. Doing it twice must do no harm. Only SortCode and
// Print of what it returns are read.
type WaybillUpdater interface {
	UpdateWaybill(ctx context.Context, w Waybill, sender Sender, r WaybillRequest) (Waybill, error)
}

// WaybillCanceller is a [Driver] that can give a waybill back. A second time is
// mall.ErrAlreadyDone.
type WaybillCanceller interface {
	CancelWaybill(ctx context.Context, w Waybill) error
}

// Printer is a [Driver] that has what labels are printed from: one answer for
// each waybill, in their order. It is not asked for a waybill with its Print.
type Printer interface {
	PrintData(ctx context.Context, list []Waybill) ([]Printed, error)
}

// AddressVersioner is a [Driver] that tells addresses apart by another rule than
// [AddressVersion], such as one whose ciphers differ from one reading to the
// next.
type AddressVersioner interface {
	AddressVersion(r order.Receiver) string
}

// NetSiter is a [Driver] that knows the shop's waybill accounts with a carrier,
// or with all carriers for the empty code.
type NetSiter interface {
	NetSites(ctx context.Context, carrierCode string) ([]NetSite, error)
}

// Templater is a [Driver] that knows the forms of labels, the platform's and
// the shop's own.
type Templater interface {
	Templates(ctx context.Context) ([]Template, error)
}

// Ranger is a [Driver] that can ask a carrier whether it serves a way.
type Ranger interface {
	OutOfRange(ctx context.Context, w Way) (Reach, error)
}

// AddressLister is a [Driver] that knows the shop's address book.
type AddressLister interface {
	Addresses(ctx context.Context, use AddressUse) ([]BookEntry, error)
}

// SubWaybiller is a [Driver] that can add pieces to a waybill. Only Subs and
// Print of what it returns are read: the new pieces, or all.
type SubWaybiller interface {
	AddSubWaybills(ctx context.Context, w Waybill, n int) (Waybill, error)
}

// Tracer is a [Driver] that can tell where a parcel is, oldest event first. The
// carrier's code is that of the table of waybills.
type Tracer interface {
	Trace(ctx context.Context, carrierCode, trackingNo string) ([]Event, error)
}
