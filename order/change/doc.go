// Package change changes placed orders: another SKU (spec change, 改规格), another
// receiver (改地址), or stopping the goods (intercept, 拦截发货).
//
// A [Request] asks for one of three kinds of change. Who decides, and what the
// app calls, depends on the kind and the platform:
//
//	kind       decided by              calls
//	Spec       the merchant's system   Judge; the handler returns the verdict (StyleVerdict)
//	Spec       the buyer               Service.Begin, then Service.Step (StyleConsent)
//	Spec       nobody: it is done      Service.Begin, then Service.Step (StyleDirect)
//	Address    the merchant's system   Judge, then Service.AnswerAddress
//	Address    the merchant wants it   Service.ChangeAddress
//	Intercept  the merchant's system   Judge; the handler returns the verdict
//
// Requests from a platform arrive at package webhook. One [Store] keeps the
// outcome of all of them.
//
// # Another SKU
//
// Some platforms exchange the SKU in their own order: [Can] with [SpecChanger]
// tells which. The others ask the merchant's system, and their order keeps
// showing what was ordered:
//
//	facts := change.FactsOf(o, line)
//	facts.Style, facts.Known, facts.Domestic = change.StyleVerdict, true, true
//	verdict, err := change.Judge(ctx, store, request, facts, nil, decide)
//
// Where the platform exchanges it, the merchant begins the change and follows
// it:
//
//	c, effects, err := shop.Changes.Begin(ctx, store, request)
//	...
//	c, effects, err = shop.Changes.Step(ctx, store, c, "")
//
// The buyer has some hours to answer. No method of a platform tells the answer,
// and no push brings it. So the app keeps the [Change] and calls Step from time
// to time, and the order shows how it ended. [Seen] finds changes that were not
// begun here, for example in the handler of an order.Syncer.
//
// In either case [Apply] the accepted changes to every order that is read, and
// ship what is Effective. One program can do all this for every platform: see
// the example of [Service.Step].
//
// # Another receiver
//
// A buyer's request arrives as a push. Print and ship nothing until it is
// answered and the order has been read again: the order has the receiver in
// force. Changes that the platform made by itself arrive as pushes too; one
// that comes after shipping only masks the receiver.
//
// # The machines
//
// [Next] is the state machine of each kind as a pure function, for apps that
// keep the states in their own database.
//
// # For drivers
//
// A driver is an [order.Driver] that also implements those of [SpecChanger],
// [AddressChanger] and [AddressReviewer] that its platform has calls for.
// Package changetest checks it against what they promise.
package change
