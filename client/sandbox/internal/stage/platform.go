package stage

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/mallwire/mall"
)

// Platform is what the package of one platform supplies. Its methods are called
// with the sandbox's lock held, unless they say that they read no state. What
// only some platforms can is an interface of its own, such as [Seller].
type Platform interface {
	// Name is the first segment of the platform's paths.
	Name() mall.Platform
	// App returns the key and secrets of the one app that the platform knows.
	App() App
	// Identify fills in the method and, where it can be told, the shop. It
	// judges nothing.
	Identify(c *Call)
	// Answer judges the call and carries it out.
	Answer(c *Call) Result
	// Success is the answer to a call that worked.
	Success(data json.RawMessage) Result
	// Throttled is the refusal of a call that came too fast.
	Throttled(c *Call) Result
	// Failure is the refusal of an armed error, of which only the code and the
	// words are set. None of them at all is the platform's "system busy".
	Failure(armed Result) Result
	// Encode writes a result in the platform's envelope.
	Encode(c *Call, r Result) []byte
	// CodeLife is how long an authorisation code may be exchanged, once.
	CodeLife() time.Duration
	// ReplaceTokens makes a new pair of tokens for a shop and drops the old one.
	ReplaceTokens(sh *Shop)
	// FirstShop is the number from which free ones are given to new shops.
	FirstShop() int64
	// NewOrder makes an order, fields being laid over a template. A status of
	// zero leaves the choice to the template. Unless fields says otherwise it
	// was placed minutesAgo.
	NewOrder(sh *Shop, fields Object, status, minutesAgo int) (*Record, error)
	// ChangeOrder lays fields over an order.
	ChangeOrder(r *Record, fields Object) error
	// Changed puts out what the platform pushes when an order becomes next;
	// before is nil for a new one.
	Changed(before, next *Record)
	// MessageID is the platform's id of the message of that number.
	MessageID(seq int64) string
	// PushPlan is how pushes are sent and repeated.
	PushPlan() PushPlan
	// PushRequest is one request with those messages, or forged: signed with a
	// wrong secret.
	PushRequest(url string, messages []Message, forged bool) Outgoing
	// Probe is the request by which the platform tries a new push URL.
	Probe(url string) Outgoing
	// PushTaken reports whether an answer to a push is success. It reads no state.
	PushTaken(in Incoming) bool
	// Rules returns a pointer to a copy of the rules in force, which are a
	// struct of the platform's own.
	Rules() any
	// SetRules sets the rules to what Rules returned, changed, unless it is
	// not possible.
	SetRules(rules any) error
	// Seed makes the example shops and what is in them.
	Seed()
}

// App is the one app that a platform knows here.
type App struct {
	Key, Secret string
	SignSecret  string // what calls are signed with, where that is another secret
	MessageKey  string // what pushes are encrypted with, in base64, where they are
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
