// Package order is the neutral order: one model and one way to list, read and
// annotate orders over all platforms, and to handle what happens to them later:
// changes of address, accepted spec changes, after-sale cases.
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
// What can be known about an order is kept in separate dimensions, never in
// one enumeration: [Status] says how far the trade is, [Refund] whether money
// goes back, [Hold] why a paid order may not be shipped, [Trait] what is
// special about it. The platform's own words stay beside them
// (PlatformStatus, PlatformRefund), so a value that no table knows is never
// lost. The platform's whole record is in Raw; [mall.Native] reads it.
//
// # Lists
//
// [Service.All] and [Service.Page] split long ranges into the windows that
// a platform allows and read the pages of a window in the direction in which
// rows that change meanwhile cannot slip between two pages. An order may be
// seen twice, but is not missed. [Service.Resolve] tells up to which moment a
// walk reads, which is where the next one begins.
//
// A record that cannot be read costs neither the rest of its page nor its own
// mention: see [BadRecordsError].
//
// # Following shops
//
// A [Syncer] hands every change of every order of many shops to the app, so that
// no order is lost whenever the process ends and whatever fails:
//
//	checkpoints, err := order.NewFileCheckpoints("state")
//	...
//	syncer, err := order.NewSyncer(shops, func(ctx context.Context, o order.Order, v order.Version) error {
//		return db.Save(ctx, o, v)
//	}, order.SyncOptions{Checkpoints: checkpoints, OnBadRecord: keep})
//	...
//	err = syncer.Run(ctx)
//
// Pushes of a platform become hints ([Syncer.Hint]): they make an order be read
// sooner, and are not relied upon. A [Version] tells states of an order apart and
// keeps a stale reply from moving it back; an app that stores orders in another
// way than through a Syncer compares them itself with [VersionOf].
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
// A [Case] is a buyer who wants money back, or other goods. [Service.AllCases] walks
// them as [Service.All] walks orders. [Service.Decide] answers one; when the
// answer of the platform is lost it looks before it decides again, because money
// moves. What a case means for shipping is [Case.Refund].
//
// # Writes
//
// The answer to a write may be lost after the platform has acted. The [Service]
// looks at the order or case then, and sends what has left no trace once more:
// [Service.Close], [Service.SetRemark], [Service.Decide]. Once an answer was lost,
// no failure of the second attempt is told as what became of the first: what
// looking does not settle is mall.ErrUnknownOutcome, and calling again looks again.
//
// # Personal data
//
// A receiver's name, phone and address come as [Protected] texts: cipher,
// mask and search index side by side. Plain text is fetched on purpose with
// [Service.Decrypt], within a [Budget].
//
// # Drivers
//
// A platform supplies a [Driver] and as many of the one-method interfaces
// ([Decrypter], [Masker], [Encrypter], [Indexer], [Merger], [Remarker], [Closer],
// [CaseReader], [Decider], [RejectReasoner], [Interceptor], [CaseRemarker], and
// [CaseLister] with two methods) as it has calls for.
// Package ordertest checks a driver against the promises made here.
package order
