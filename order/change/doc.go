// Package change changes orders that were placed: another SKU (改规格), another
// receiver (改地址), or goods that must not leave (拦截发货).
//
// A [Request] asks for a change of one of three kinds. Who decides, and what the
// app calls, differs:
//
//	kind       decided by              calls
//	Spec       the merchant's system   Judge; the handler returns the verdict (StyleVerdict)
//	Spec       the buyer               Service.Begin, then Service.Step (StyleConsent)
//	Spec       nobody: it is done      Service.Begin, then Service.Step (StyleDirect)
//	Address    the merchant's system   Judge, then Service.AnswerAddress
//	Address    the merchant wants it   Service.ChangeAddress
//	Intercept  the merchant's system   Judge; the handler returns the verdict
//
// Requests of a platform arrive at package webhook. One [Store] keeps what became
// of all of them.
//
// # Another SKU
//
// Some platforms exchange the SKU in their own order: [Can] tells, by
// [SpecChanger]. The others ask here, and their order shows for ever what was
// ordered:
//
//	facts := change.FactsOf(o, line)
//	facts.Style, facts.Known, facts.Domestic = change.StyleVerdict, true, true
//	verdict, err := change.Judge(ctx, store, request, facts, nil, decide)
//
// Where the platform exchanges it, the merchant begins, and follows:
//
//	c, effects, err := shop.Changes.Begin(ctx, store, request)
//	...
//	c, effects, err = shop.Changes.Step(ctx, store, c, "")
//
// The buyer has some hours, no platform's interface tells the answer, and none
// pushes it. So a [Change] is kept and stepped from time to time, and the order
// decides how it ended. [Seen] finds, in the handler of an order.Syncer for
// example, the exchanges that nobody began here.
//
// In either case [Apply] the accepted changes to every order that is read, and
// ship what is Effective. One program does all this for every platform: see the
// example of [Service.Step].
//
// # Another receiver
//
// A buyer's wish arrives as a push. Print and ship nothing until it was answered
// and the order was read again: the receiver in force is the order's. A change
// that the platform made by itself arrives as a push too; one that comes after
// shipping is only the receiver being masked.
//
// # The machines
//
// [Next] is the state machine of each kind as a pure function, for apps that keep
// books of their own.
//
// # For drivers
//
// A driver is an [order.Driver] with as many of [SpecChanger], [AddressChanger]
// and [AddressReviewer] as the platform has calls for. Package changetest checks
// it against the promises made here.
package change
