package client

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Caller is who a call is made for: a [*Shop]; an [*App] for methods that take
// no token, or the app's own; or [App.With] a token that is not stored yet.
type Caller interface{ caller() caller }

// caller is what a Caller stands for. Without a shop, token is used as it is.
type caller struct {
	app   *App
	shop  *Shop
	token Token
}

func (a *App) caller() caller   { return caller{app: a} }
func (s *Shop) caller() caller  { return caller{app: s.App(), shop: s} }
func (c caller) caller() caller { return c }

// Format writes the app for every verb: a caller may hold a token.
func (c caller) Format(w fmt.State, _ rune) { fmt.Fprint(w, c.app) }

// With is for calls with a token that is not stored yet, such as the question
// which shop it belongs to. It is never renewed.
func (a *App) With(t Token) Caller { return caller{app: a, token: t} }

// Call calls any method of the platform, typed by the caller: params become
// the business parameters, the business payload of the reply becomes a T. It
// passes through the same steps as every other call: token, limiter, encode
// and sign, send, cap and read, decode, classify, and maybe again.
//
// A failure is a *mall.Error. Passing faults are tried again for methods that
// may be repeated; other methods only when the platform refused before acting.
// A write whose answer was lost is mall.ErrUnknownOutcome and is not repeated.
func Call[T any](ctx context.Context, c Caller, method string, params any) (T, error) {
	var result T
	if failure := c.caller().do(ctx, method, params, &result); failure != nil {
		told := *failure // the observer has the other
		if told.Op == "" {
			told.Op = opCall
		}
		var none T
		return none, &told
	}
	return result, nil
}

// do makes attempts until one succeeds or trying again is useless or harmful.
func (by caller) do(ctx context.Context, method string, params, into any) *mall.Error {
	c := &call{
		app: by.app, shop: by.shop, token: by.token, method: method, params: params,
		facts: by.app.driver.Protocol.Facts(method),
	}
	for {
		c.attempt++
		failure := c.try(ctx, into)
		if failure == nil {
			c.observe(nil, 0, false)
			c.budget().earn()
			return nil
		}
		pause, again := c.again(ctx, failure)
		c.observe(failure, pause, again)
		switch {
		case again && sleep(ctx, pause) == nil:
			reflect.ValueOf(into).Elem().SetZero() // nothing of a failed reply may stay
		case ctx.Err() != nil && (again || passing(failure.Kind)),
			// The services of a shop look next: give the platform time to show it.
			failure.Kind == mall.ErrUnknownOutcome && !c.facts.Anonymous && sleep(ctx, c.app.lookAfter) != nil:
			return gaveUp(ctx, failure)
		default:
			return failure
		}
	}
}

// call is one call on its way through the attempts.
type call struct {
	app    *App
	shop   *Shop // nil for methods without a token, or with the app's own
	method string
	params any
	facts  Facts

	ownToken bool // token is the app's own, not a shop's

	attempt int
	sending bool          // the last attempt got as far as having its token
	token   Token         // used in the last attempt, or all there is
	refused mall.Secret   // a token that the platform no longer accepts
	waited  time.Duration // for the limiter in the last attempt
	took    time.Duration
	bytes   int
}

// try makes one attempt.
func (c *call) try(ctx context.Context, into any) *mall.Error {
	c.sending, c.waited, c.took, c.bytes = false, 0, 0, 0
	if c.shop != nil && c.shop.ID() == "" {
		return c.fail(settle.Invalid("the shop has no id"))
	}
	if owner := c.owner(); owner != nil {
		t, err := owner.token(ctx, c.refused)
		if err != nil {
			return c.fail(err)
		}
		c.token = t
	}
	c.sending = true
	start := time.Now()
	err := c.app.limiter.Wait(ctx, c.bucket())
	c.waited = time.Since(start)
	if err != nil {
		return c.fail(err)
	}
	wire, err := c.app.driver.Protocol.Encode(Draft{
		Method: c.method, Params: c.params, Token: c.token.Access, Now: c.app.clock.Now(), Codec: c.app.codec,
	})
	if err != nil {
		failure := c.fail(err)
		if failure.Kind == "" {
			failure.Kind, failure.Message = mall.ErrInvalid, "encode the parameters: "+failure.Message
		}
		return failure
	}
	if err := settle.Ended(ctx); err != nil {
		return c.fail(err)
	}
	start = time.Now()
	sent, err := c.app.send.roundTrip(ctx, wire, c.facts.Repeatable, func(r Reply) error {
		c.bytes = len(r.Body)
		return c.decode(r, into)
	})
	c.took = time.Since(start)
	if err == nil {
		return nil
	}
	failure := c.fail(err)
	scrubFailure(failure, append(c.secrets(), wire.Secrets...), personalTexts(wire))
	if sent && !c.facts.Repeatable && doubtful(failure) {
		failure.Kind = mall.ErrUnknownOutcome
	}
	return failure
}

// owner is the keeper of the token that is used: the shop's or the app's own. It
// is nil for a method without a token, and for [App.With].
func (c *call) owner() *keeper {
	switch {
	case c.facts.Anonymous, c.shop == nil && c.token.Access != "" && !c.ownToken:
		return nil
	case c.shop == nil:
		c.ownToken = true
		return &c.app.own
	}
	return &c.shop.tokens
}

// doubtful reports that a failure does not tell whether the platform acted.
func doubtful(failure *mall.Error) bool {
	return failure.Kind == mall.ErrUnavailable || failure.Kind == mall.ErrReply || failure.Kind == mall.ErrCancelled ||
		failure.Kind == "" && failure.Code == "" && failure.SubCode == ""
}

// decode has the platform's protocol read a reply. A reply that no table
// explains goes along with the failure.
func (c *call) decode(r Reply, into any) error {
	r.Codec = c.app.codec
	err := c.app.driver.Protocol.Decode(c.method, r, into)
	if err == nil {
		return nil
	}
	failure, ok := errors.AsType[*mall.Error](err)
	if !ok {
		failure = &mall.Error{Kind: mall.ErrReply, Message: quietDecoding(err, r.Body).Error()}
	} else if failure.Err != nil {
		failure.Err = quietDecoding(failure.Err, r.Body)
	}
	if failure.Kind == "" || failure.Kind == mall.ErrReply {
		failure.Raw = mall.Secret(r.Body)
	}
	return failure
}

// fail makes a *mall.Error of whatever went wrong. It is a copy: callers that
// waited for the same renewal are given the same error.
func (c *call) fail(err error) *mall.Error {
	failure := mall.Error{Err: err}
	if known, ok := errors.AsType[*mall.Error](err); ok {
		failure = *known
		if failure.Kind == mall.ErrCancelled { // the text is that of the caller's cause
			failure.Message = scrubMessage(failure.Message, c.secrets(), nil)
		}
	} else {
		failure.Message = scrubMessage(err.Error(), c.secrets(), nil)
	}
	if failure.Platform == "" {
		failure.Platform = c.app.Platform()
	}
	if failure.Method == "" {
		failure.Method = c.method
	}
	return &failure
}

// secrets are what no text may show, whatever the call is.
func (c *call) secrets() []string {
	texts := []string{c.token.Access.Reveal(), c.token.Refresh.Reveal(), c.refused.Reveal()}
	for _, s := range c.app.driver.Secrets {
		texts = append(texts, s.Reveal())
	}
	return texts
}

// gaveUp is the failure of a call whose caller left before the next attempt: the
// last one, which also matches the context's error.
func gaveUp(ctx context.Context, last *mall.Error) *mall.Error {
	left := *last
	left.Err = contextError(ctx)
	return &left
}

// budget is what trying again is paid from.
func (c *call) budget() *retryBudget {
	if c.shop == nil {
		return &c.app.ownWork
	}
	return &c.shop.retries
}

func (c *call) bucket() Bucket {
	return Bucket{Platform: c.app.Platform(), AppKey: c.app.driver.AppKey, ShopID: c.shopID(), Method: c.method}
}

func (c *call) shopID() string {
	if c.shop == nil {
		return ""
	}
	return c.shop.ID()
}

func (c *call) observe(failure *mall.Error, pause time.Duration, again bool) {
	o := Observation{
		Platform: c.app.Platform(), ShopID: c.shopID(), Method: c.method, Attempt: c.attempt,
		Waited: c.waited, Took: c.took, Bytes: c.bytes, Pause: pause, Again: again,
	}
	if failure != nil {
		o.Kind, o.Code, o.SubCode = failure.Kind, failure.Code, failure.SubCode
		o.RequestID, o.Err = failure.RequestID, failure
	}
	c.app.observer(o)
}
