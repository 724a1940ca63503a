// Package dropship lets a factory (厂家, 供货方) ship what a merchant (商家,
// 分销商) has sold (代发, 代打). Both sides are here: the same [Service] serves
// the shop of a merchant and that of a factory.
//
//	// The merchant gives lines of its orders to a factory …
//	q := dropship.Query{From: since, State: dropship.StateUnassigned}
//	for a, err := range shop.Dropship.AllMerchantOrders(ctx, q) {
//		...
//		choices = append(choices, dropship.Choice{ID: a.MerchantID, Supplier: factory})
//	}
//	results, err := shop.Dropship.Assign(ctx, choices...)
//
//	// … and the factory ships them.
//	take := logistics.Take{CarrierCode: "yuantong", Sender: sender}
//	take.Requests = append(take.Requests, a.WaybillRequest())
//	taken, err := works.Dropship.TakeWaybills(ctx, take)
//	parcels, err := works.Dropship.ReturnWaybills(ctx, a.Return(taken[0].Item))
//
// Waybills, senders, addresses and parcels are those of package logistics.
//
// # Who is who
//
// A shop has one [Role]. It may be changed until the first application to be
// bound was sent or received, and is fixed from then on. A call that belongs to
// the other side is refused before it is sent.
//
// The two sides know one assignment by ids of their own, [MerchantID] and
// [FactoryID], which are types of their own so that they cannot be mixed up
// with each other or with the id of the buyer's order. Each is taken from the
// side's own list; that two of them look alike proves nothing. A factory never
// learns the number of the buyer's order, or the buyer's name and phone.
//
// # Lists
//
// Lists are read as those of package order: in windows that the platform allows,
// up to a little before now. An assignment may be seen twice but is not missed.
// A push is a hint only: some platforms do not send it again, and some send none.
//
// A list by update time is the one to keep up with: each walk begins where the
// one before ended. Not every list has that clock, see [mall.ListLimits]. Where
// it is missing, walk by creation, each time over the whole period in which an
// assignment can still change, from being paid for to being shipped, and read
// single ones in between, before something is decided about them:
//
//	l := shop.Dropship.Limits().MerchantOrders
//	q := dropship.Query{By: l.Feed(), From: checkpoint}
//	if q.By != mall.ByUpdate {
//		q.From = now.Add(-30 * 24 * time.Hour)
//	}
//
// Where no push tells a factory of an assignment, it must ask. A walk costs as
// many calls as there are windows of MaxWindow in it: one that begins more often
// than that is one call.
//
// # Two can ship
//
// Platforms let either side ship an assigned line, and refuse the later one. A
// buyer who cancels does not cancel the assignment: the factory is blocked, and
// the merchant has to cancel it. [Assignment.MayShip] tells whose turn it is. An
// application that follows lines in more detail keeps a [Flow] for each.
//
// # Writes
//
// A write whose answer was lost is looked up before anything is sent again:
// [Service.Assign], [Service.CancelAssignment], [Service.Delete] and
// [Service.ReturnWaybills] read the assignment and decide, [Service.Apply] and
// [Service.Unbind] the list of partners. A refusal is explained in the same way:
// it is mall.ErrAlreadyDone when what was asked for is there, and a [*Refusal]
// with its [Reason] otherwise. Once an answer was lost, a refusal of the second
// attempt explains nothing by itself: what looking does not settle is
// mall.ErrUnknownOutcome, and calling again looks again.
//
// [Service.TakeWaybills], [Service.CancelWaybill] and [Service.Append] cannot be
// looked up; there mall.ErrUnknownOutcome is for the caller to settle, because
// asking again may charge for a second number, or have a second present sent.
//
// # For drivers
//
// Applications can skip this. A platform supplies a [Driver] and as many of the
// interfaces beside it as it has calls for: [MerchantDriver], [FactoryDriver],
// [MerchantLister], [Binder], [Appender]. A missing one is mall.ErrNotSupported.
// Package dropshiptest checks a pair of drivers, one of each side, against the
// promises made here.
package dropship
