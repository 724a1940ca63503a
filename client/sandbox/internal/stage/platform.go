package stage

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/mallwire/mall"
)

// Platform is one platform's side of the sandbox. Its methods are called with
// the sandbox's lock held, except those whose comment says that they read no
// state. What only some platforms can do is an interface of its own, such as
// [Seller].
type Platform interface {
	// Name is the first segment of the platform's paths.
	Name() mall.Platform
	// App returns the credentials of the sandbox's one app.
	App() App
	// Identify fills in the call's method and, if the call names a known one,
	// its shop. It refuses nothing.
	Identify(c *Call)
	// Answer checks the call and either carries it out or refuses it.
	Answer(c *Call) Result
	// Success returns the answer to a call that worked.
	Success(data json.RawMessage) Result
	// Throttled returns the refusal of a call beyond the rate limit.
	Throttled(c *Call) Result
	// Failure returns the refusal that an armed fault asks for. Only codes and
	// messages of armed are set; without any, the refusal is the platform's
	// "system busy".
	Failure(armed Result) Result
	// Encode writes a result in the platform's envelope.
	Encode(c *Call, r Result) []byte
	// CodeLife is how long an authorisation code is valid. It can be used once.
	CodeLife() time.Duration
	// ReplaceTokens makes a new pair of tokens for a shop and ends the old one.
	ReplaceTokens(sh *Shop)
	// FirstShop is the lowest number that the sandbox uses as the id of a new
	// shop.
	FirstShop() int64
	// NewOrder makes an order from a template, with fields applied to it. With
	// status 0 the template chooses the status. The order was placed
	// minutesAgo, unless fields gives its time.
	NewOrder(sh *Shop, fields Object, status, minutesAgo int) (*Record, error)
	// ChangeOrder applies fields to an order.
	ChangeOrder(r *Record, fields Object) error
	// Changed pushes what the platform tells apps about the change of an order
	// from before to next. A new order has a nil before.
	Changed(before, next *Record)
	// MessageID returns the platform's id of the message with that number.
	MessageID(seq int64) string
	// PushPlan says how pushes are batched and retried.
	PushPlan() PushPlan
	// PushRequest returns one request that delivers the messages. A forged one
	// is signed with a wrong secret.
	PushRequest(url string, messages []Message, forged bool) Outgoing
	// Probe returns the request with which the platform tests a new push URL.
	Probe(url string) Outgoing
	// PushTaken reports whether the platform takes the app's answer as receipt
	// of the push. It reads no state.
	PushTaken(in Incoming) bool
	// Rules returns a pointer to a copy of the rules in force, a struct of the
	// platform's own.
	Rules() any
	// SetRules puts rules in force: what Rules returned, with changes. It
	// returns an error if the platform cannot work by them.
	SetRules(rules any) error
	// Seed makes the example shops, with their orders and products.
	Seed()
}

// App holds the credentials of the sandbox's one app on a platform.
type App struct {
	Key, Secret string
	SignSecret  string // signs calls, on platforms with a second secret
	MessageKey  string // encrypts pushes, in base64, on platforms that encrypt them
}

// KeepRules is a platform's SetRules: it checks the rules and keeps a clone of
// them, which shares nothing with the caller's.
func KeepRules[R any](kept *R, rules any, check func(R) error, clone func(R) R) error {
	next, ok := rules.(*R)
	if !ok {
		return fmt.Errorf("sandbox: the rules are a %T, not a %T", rules, kept)
	}
	if err := check(*next); err != nil {
		return err
	}
	*kept = clone(*next)
	return nil
}
