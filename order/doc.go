// Package order lists, reads and annotates the orders (订单) and after-sale cases
// (售后单) of a shop, in one model for all platforms.
//
//	for o, err := range shop.Orders.All(ctx, order.Query{From: since}) {
//		if err != nil {
//			return err // the walk has ended
//		}
//		save(o)
//	}
//
// # Model
//
// What is known about an order is kept in several fields, never in one
// enumeration: [Status] says how far the sale is, [Refund] whether money goes
// back, [Hold] why a paid order may not be shipped, [Trait] what is special about
// it. The platform's own words stay beside them (PlatformStatus, PlatformRefund),
// so a value that no table knows is not lost. The platform's whole record is in
// Raw; [mall.Native] reads it.
//
// # Lists
//
// [Service.All] yields orders, [Service.Page] one page of them with a cursor that
// can be stored. Both split long ranges into the windows that the platform allows,
// and read the pages of a window in the direction in which rows that change
// meanwhile cannot slip between two pages. An order may be seen twice, but is not
// missed. [Service.Resolve] tells up to which moment a walk reads: the next one
// begins there.
//
// A record that cannot be read stops neither its page nor the walk from page to
// page, and is reported: see [BadRecordsError].
//
// # Following shops
//
// A [Syncer] hands every change of every order of many shops to the app. No order
// is lost, whenever the process ends and whatever fails:
//
//	checkpoints, err := order.NewFileCheckpoints("state")
//	...
//	syncer, err := order.NewSyncer(shops, func(ctx context.Context, o order.Order, v order.Version) error {
//		return db.Save(ctx, o, v)
//	}, order.SyncOptions{Checkpoints: checkpoints, OnBadRecord: keep})
//	...
//	err = syncer.Run(ctx)
//
// A push of the platform becomes a hint ([Syncer.Hint]): the order is read sooner.
// The sync does not depend on pushes. A [Version] tells two states of an order
// apart and keeps a late reply from moving it back; an app that stores orders
// without a Syncer compares versions itself, see [Order.Version].
//
// # Changes after the order
//
// Package order/change changes orders that were placed: another SKU, another
// receiver, goods that must not leave. A platform that only asks about another
// SKU shows the one that was ordered for ever: lay the accepted changes over every
// order that is read, and ship what is [Line].Effective.
//
// # After-sale cases
//
// A [Case] is a buyer who wants money back, or other goods. [Service.AllCases]
// lists them, [Service.Decide] answers one. When the answer of the platform is
// lost, Decide reads the case before it decides again, because money moves.
// [Case.Refund] tells what a case means for shipping.
//
// # Writes
//
// The answer to a write may be lost after the platform has carried it out.
// [Service.Close], [Service.SetRemark] and [Service.Decide] read the order or case
// then: if it shows no trace of the write, they send it once more, never a third
// time. What reading does not settle is mall.ErrUnknownOutcome; calling again
// reads again.
//
// # Personal data
//
// A receiver's name, phone and address come as [Protected]: cipher, mask and
// search index side by side. [Order.Texts] lists them as [Text], which
// [Service.Decrypt] turns into plain text, within a [Budget]; [Service.Mask],
// [Service.Encrypt] and [Service.SearchIndex] make the other forms.
//
// # For drivers
//
// Applications can skip this. A platform supplies a [Driver] and the powers for
// which it has calls: [Decrypter], [Encrypter], [Merger], [Writer], [CaseDriver],
// [CaseRemarker], [Interceptor]. Each says what it must promise. Applications ask
// [Can] whether a power is there. Package ordertest checks a driver against all of
// this.
package order
