// Package webhook receives what platforms send to an app: pushes, which tell
// that something happened, and calls, which ask a question and wait for the
// answer.
//
//	push, err := webhook.New(
//		webhook.DoudianPush{AppKey: key, Secrets: []mall.Secret{secret}},
//		webhook.Handlers{
//			OrderChanged: func(ctx context.Context, e webhook.OrderEvent) error {
//				return queue.Put(ctx, e.ShopID, e.OrderID) // and pull the order from there
//			},
//		}, webhook.Options{})
//	if err != nil {
//		return err
//	}
//	defer push.Close()
//	http.Handle("POST /doudian/push", push)
//
// One [Handler] serves one URL, for one [Verifier]: [DoudianPush], [DoudianSPI]
// or [KuaishouPush]. Give the HTTP server a ReadTimeout, since this package reads
// a body for as long as the sender takes.
//
// # Pushes are hints
//
// A push comes late, twice, out of order or never. Read the order again through
// the client before anything depends on it, and let [order.Service.All] find
// what was never pushed. The platform's name for what happened becomes one of our
// [Kind] and one of a few types of [Event]; the platform's own record is in Raw.
//
// Kuaishou encrypts its pushes and does not sign them, which proves neither who
// wrote them nor when. Its verifier is given an [OrderReader], and the app is
// told what was read: the order or after-sale case comes with the event.
//
// # Calls that ask
//
// Two functions of [Handlers] decide: SpecChange (改规格) and Intercept (拦截发货).
// Their verdict is the answer to the platform. Doudian has not published what
// these calls look like. Names, fields and answers are guesses, all of which are
// in [DoudianSpecChange] and [DoudianIntercept].
//
// # Each event once
//
// [Seen] remembers which events were handled. A push that is repeated is answered
// with success, and no function is called; a call that is repeated gets the
// answer that was recorded.
//
// An event whose function failed can be handled again at once, and an event whose
// process died after [Options].Lease. Where one push holds several events and
// some of them fail, the platform repeats the push, and only those that failed
// are handled again. An event is recorded after its function has returned: where
// the process dies between the two, the event comes again.
//
// # Answers in time
//
// The context of a function ends when the answer is due. Where the function has
// not returned by then, the platform is told to try again while the function
// goes on; its result is recorded, and [Handler.Wait] and [Handler.Close] wait
// for it. Work that takes long belongs on a queue of the app's own: with
// [Options].Queue a push is answered as soon as it is on the queue, and handled
// by [Handler.Handle] later.
//
// # Failures
//
// Where a function returns an error, panics or takes too long, the platform is
// told to try again, and [Options].Observer is told why. Whoever sends a request
// that does not verify learns that it was rejected, and nothing else.
//
// # What is checked
//
// The body is read up to [Options].MaxBody. Its signature is checked over the
// bytes as they arrived, in constant time, or the body is decrypted. Where the
// platform signs a time, it must be near ours. Only then is the body decoded.
// No setting leaves a check out; tests have package webhooktest, which signs and
// encrypts requests.
//
// # Adding a platform
//
// A platform has its files in this package: <platform>.go with the facts that
// its files share, <platform>_push.go with the verifier, <platform>_event.go with
// the table of its events and what each of them says, <platform>_spi.go where the
// platform asks, and a file of webhooktest that makes its requests. A verifier is
// a struct of settings whose method start returns an endpoint: verifier.go says
// what an endpoint has to do. A platform that signs fills in the events itself;
// one that does not leaves a hint, and what it is about is read.
package webhook
