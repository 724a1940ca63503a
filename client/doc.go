// Package client calls the open platforms: it holds what all of them need and
// no platform's words. Applications make an [App] with the New of a platform
// package, take a [Shop] from it, and use the services of the shop or [Call]:
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
// one App for each app key; shops cost a few hundred bytes and no goroutine
// each, and share transport and limiter. The library starts no goroutine that
// outlives a call.
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
// Every failure of a call is a *mall.Error, whose kind says what helps. When
// the caller left, it also matches context.Canceled or
// context.DeadlineExceeded, and the cause if there is one.
//
// # Secrets
//
// No error, log or [Observation] holds a secret, token, signature, parameter or
// body. What platforms, proxies, decoders and transports say is cleaned of the
// call's secrets, of phone numbers, of whatever looks like a token or cipher,
// and of the names and addresses that were sent. The reply to a call that was
// not understood is in mall.Error.Raw, which does not print.
//
// # A new platform
//
// A platform package hands a [Driver] to [New]: a [Protocol], which turns a
// call into bytes and bytes into a result without doing I/O; an [Authority],
// which says how tokens are issued, by way of [Call]; rates for the limiter; and
// the drivers of its services. Nothing registers itself.
package client
