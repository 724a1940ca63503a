// Package client calls the open platforms. It holds what is the same for all of
// them; what differs is in a package for each platform, such as
// [github.com/mallwire/mall/client/doudian]. Applications make an [App] with the
// New of such a package, take a [Shop] from it, and use the shop's services or
// [Call]:
//
//	store, err := client.NewFileTokens("/var/lib/erp/tokens")
//	...
//	app, err := doudian.New(doudian.Config{AppKey: key, AppSecret: secret},
//		client.WithTokenStore(store))
//	...
//	shop := app.Shop("4463798")
//	for o, err := range shop.Orders.All(ctx, order.Query{From: since}) {
//		...
//	}
//	names, err := client.Call[companies](ctx, shop, "order.logisticsCompanyList", nil)
//
// # Concurrency
//
// Apps and shops are safe for concurrent use and do not change. A process needs
// one App for each app key. A shop costs a few hundred bytes and no goroutine;
// all shops of an app share its transport and limiter. No goroutine outlives the
// call that started it.
//
// # Calls
//
// Every call passes the same steps: token, limiter, encode and sign, send, cap
// and read, decode, classify, and maybe again. Each attempt is encoded and
// signed anew, and the bytes signed are the bytes sent. Redirects are not
// followed, cookies are not kept, replies are capped ([WithMaxReply]), attempts
// have a time limit ([WithTimeout]).
//
// # Retries
//
// A call is tried again, at most [WithRetries] times, when the platform was too
// busy or refused it as too fast, after a pause with full jitter or of the
// length that the platform names. Reads are tried again after any passing
// fault. Writes only when nothing can have happened: there was no connection,
// or the platform refused before acting. A write whose answer was lost is
// mall.ErrUnknownOutcome and is never repeated; look before you repeat it, as
// the services of a shop do, a while later where [WithLookAfter] says so. Each
// shop has a budget of retries, so that an outage is not made worse. A pause
// longer than [WithMaxWait] or than the caller's deadline is not begun: the
// error says how long the platform asked for.
//
// # Tokens
//
// Tokens live in a [TokenStore] of the application's, in memory by default. A
// shop renews its token when the platform's rule says so: one renewal for any
// number of goroutines, and one for all processes that share a store, whose
// Save is a compare-and-swap. A renewal is announced in the store before it is
// sent and finished even if its caller leaves; a new token is used only after
// it is stored; until then, and when an early renewal fails, the old one
// serves. A renewal whose answer was lost is a state of its own, kept in the
// store: it is repeated where the platform allows that, else it ends in
// [ErrRenewalUnknown] and mall.ErrReauthorize, never silently. A token that the
// platform calls replaced is looked up in the store, then renewed, once a call.
//
// Methods that belong to no shop are called with the App instead of a shop: with
// the app's own token, where the platform issues one, which is kept like those
// of shops, under an empty shop id.
//
// # Errors
//
// Every failure of an exported function is a *mall.Error: Op says what was tried
// ("open app", "call", "renew token"), Kind what helps. Where the caller's context
// ended, the error also matches context.Canceled or context.DeadlineExceeded, and
// the cause if there is one: it is mall.ErrCancelled, or mall.ErrUnknownOutcome
// for a write that may have arrived, or the kind of the fault that would have
// been tried again.
//
// # Secrets
//
// No error, log or [Observation] holds a secret, token, signature, body or
// parameter, except an id that has the wrong form. What platforms, proxies,
// decoders and transports say is cleaned of the call's secrets, of phone
// numbers, of whatever looks like a token or cipher, and of the names and
// addresses that were sent. The reply to a call that was not understood is in
// mall.Error.Raw, which does not print.
//
// # A new platform
//
// Applications need none of this section. A platform package hands a [Driver] to
// [New]: a [Protocol], which turns a call into bytes and bytes into a result
// without doing I/O; an [Authority], which issues tokens by way of [Call]; rates
// for the limiter; and the drivers of its services. Nothing registers itself.
// [Driver], [Protocol], [Facts], [Draft], [Wire], [Reply] and [Authority] are for
// authors of drivers only.
package client
