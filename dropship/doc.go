// Package dropship lets a factory (厂家, 供货方) ship what a merchant (商家,
// 分销商) has sold (代发, 代打). Both sides are here: the same [Service] serves
// the shop of a merchant and that of a factory.
//
//	// The merchant gives lines of its orders to a factory …
//	for a, err := range shop.Dropship.MerchantOrders(ctx, dropship.Query{From: since, State: dropship.StateUnassigned}) {
//		...
//		choices = append(choices, dropship.Choice{ID: a.MerchantID, Supplier: factory})
//	}
//	outcomes, err := shop.Dropship.Assign(ctx, choices...)
//
//	// … and the factory ships them.
//	taken, err := works.Dropship.TakeWaybills(ctx, request)
//	parcels, err := works.Dropship.ReturnWaybills(ctx, dropship.Return{ID: a.FactoryID, Parcels: …})
//
// # Who is who
//
// A shop has one [Role]. It may be changed until the first application to be
// bound was sent or received, and is fixed from then on. A call that belongs to
// the other side is refused before it is sent.
//
// The two sides know one assignment by ids of their own, [MerchantID] and
// [FactoryID], which are types of their own so that they cannot be mixed up
// with each other or with the id of the trade. A factory never learns the
// number of the trade, the name or the phone of the buyer.
//
// # Lists
//
// Lists are read as package order reads them, through the same walk: in windows
// that the platform allows, numbered pages from the last to the first, up to a
// little before now. An assignment may be seen twice but is not missed. A push
// is a hint only: some platforms do not send it again.
//
// # Two can ship
//
// Platforms let either side ship an assigned line, and refuse the later one. A
// buyer who cancels does not cancel the assignment: the factory is blocked, and
// the merchant has to cancel it. [MayShip] tells whose turn it is, [Next] and
// [NextRelation] are the state machines behind it, tables without clock or I/O.
//
// # Writes
//
// A write whose answer was lost is looked up before anything is sent again:
// [Service.Assign], [Service.CancelAssignment] and [Service.ReturnWaybills]
// read the assignment and decide. A refusal is explained in the same way: it
// is mall.ErrAlreadyDone when what was asked for is there, and a [*Refusal]
// with its [Reason] otherwise. [Service.TakeWaybills] and
// [Service.CancelWaybill] cannot be looked up; there mall.ErrUnknownOutcome is
// for the caller to settle, because asking again may charge for a second
// number.
//
// # Drivers
//
// A platform supplies a [Driver] and as many of the one-method interfaces
// beside it as it has calls for. A missing one is mall.ErrNotSupported.
// Package dropshiptest checks a pair of drivers, one of each side, against the
// promises made here.
package dropship
