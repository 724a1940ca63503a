// Package webhook takes what platforms send: pushes, which tell that something
// happened, and calls that ask and wait for an answer.
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
// One [Handler] serves one URL, for one [Verifier]: [DoudianPush],
// [DoudianSPI], [KuaishouPush]. Give the server a ReadTimeout: a body that never
// ends is not this package's to cut.
//
// # Order of work
//
// The body is read up to a cap; the signature is checked over the bytes
// received, in constant time, or the body opened where it is encrypted instead;
// the signed time, where the platform signs one, must be near ours; only then is
// the body decoded and each event handed to the function meant for it. There is
// no switch that leaves a check out; package webhooktest signs and encrypts
// requests for tests.
//
// # Pushes are hints
//
// A push comes late, twice, out of order or never. Read the order again through
// the client before anything depends on it, and let [order.Service.All] find
// what was never pushed. Every tag of the platform becomes one [Kind] and one
// of a few types of [Event]; the platform's own record is in Raw.
//
// Where the platform signs nothing, a push is not even that: it is encrypted,
// which proves neither its author nor its time. Such a verifier is given an
// [OrderReader], and the app is told what was read; the order or case comes with
// the event.
//
// # Questions
//
// Two functions of [Handlers] decide: SpecChange and Intercept. Their verdict
// is the answer to the platform. How Doudian words these calls is not public:
// names, fields and answers are guesses, kept in [DoudianSpecChange] and
// [DoudianIntercept] and nowhere else.
//
// # Once
//
// Each event is claimed in a [Seen] before it is handled and marked as done
// after. A repeated push is answered with success without calling or reading
// anything; a repeated call that asks gets the recorded answer, not a second
// decision. An event whose function failed is free again at once, and one whose
// process died when the lease runs out. Of a body with several events, those
// that were handled are not handed over again when the platform repeats the body
// because of the others. What was done is written down after the function
// returned: if the process dies between the two, the event comes again.
//
// # In time
//
// The context of a function ends when the answer is due. If the function has
// not returned by then, the platform is told to try again and the function goes
// on under the handler's care: its result is recorded, and [Handler.Wait] and
// [Handler.Close] wait for it. What takes long is better put on a queue of the
// app's own: with [Options].Queue a push is acknowledged as soon as it is there,
// and decoded by [Handler.Handle] later.
//
// # Failures
//
// A function that returns an error, panics or takes too long fails its event:
// the platform is told to try again, an observer ([Options].Observer) is told why.
// The sender of a request that does not verify learns that it was rejected, and
// nothing else.
package webhook
