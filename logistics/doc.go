// Package logistics ships: carriers, parcels, electronic waybills (电子面单),
// print data and traces over all platforms.
//
//	err := shop.Logistics.Ship(ctx, logistics.Shipment{
//		OrderID: o.ID,
//		Parcels: []logistics.Parcel{{CarrierCode: "shunfeng", TrackingNo: "SF1000000000001"}},
//	})
//	if err != nil && !errors.Is(err, mall.ErrAlreadyDone) {
//		return err
//	}
//
// # No parcel is reported twice
//
// The answer to a write may be lost after the platform has acted. [Service]
// then looks at the order before it does anything else: our tracking number is
// there, and the call succeeds; something else is there, and it is
// mall.ErrConflict, saying what; nothing is there, and the same write, with the
// same request id, is sent once more. mall.ErrAlreadyDone is returned only when
// looking shows our parcel, so it may be taken for success. Whatever cannot be
// told is mall.ErrUnknownOutcome: calling again with the same [Shipment] is
// safe and looks again. Package client has an option for platforms that show a
// write late (WithLookAfter).
//
// A parcel that the platform stopped, because the number is another merchant's
// for example, is a [*Refusal] with its [Reason], within a [*mall.Error]:
//
//	if stopped, ok := errors.AsType[*logistics.Refusal](err); ok {
//		correct(o, stopped.Reason)
//	}
//
// # No old label is printed
//
// A [Waybill] remembers the version of the address that it was made for
// ([AddressVersion]), and [Service.PrintData] compares it with the order as it
// is now. A change in between is mall.ErrConflict: bring the waybill up to date
// by [Service.UpdateWaybill], or cancel it and take another. What labels are
// printed from comes with the waybill on some platforms ([Waybill].Print) and by
// a call on others; PrintData serves both.
//
// # Two tables of carriers
//
// Platforms may name a carrier by one code when a parcel is reported and by
// another in their e-waybill calls. [Carrier] has room for both; a [Parcel]
// takes the first, everything about waybills the second.
//
// Calling a parcel back that is on its way (物流拦截) is part of after-sale on the
// known platforms: see package order.
//
// # For drivers
//
// Applications can skip this. A platform supplies a [Driver] and as many of the
// interfaces beside it as it has calls for: [Shipper], [ParcelAdder],
// [Waybiller], [SubWaybiller], [AddressVersioner], [Ranger], [AddressLister],
// [Tracer]. A missing one is mall.ErrNotSupported. Package logisticstest checks a
// driver against the promises made here.
package logistics
