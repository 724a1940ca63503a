package webhook_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/signing"
	"github.com/mallwire/mall/webhook"
	"github.com/mallwire/mall/webhook/webhooktest"
)

// kindsOfTheApp are kinds that the package uses for failures of its own, too.
var kindsOfTheApp = []mall.Kind{
	mall.ErrSignature, mall.ErrReply, mall.ErrNotFound, mall.ErrPermission, mall.ErrConflict, mall.ErrAlreadyDone,
}

// TestErrorsOfTheApp: a function of the app fails with any kind, and is never
// taken for a request that was rejected or a push that was not confirmed.
func TestErrorsOfTheApp(t *testing.T) {
	t.Parallel()
	for _, kind := range kindsOfTheApp {
		cause := &mall.Error{Op: "get order", Platform: mall.Doudian, Method: "order.orderDetail", Kind: kind, RequestID: "r-1"}
		a := &app{fail: func(context.Context) error { return cause }, verdict: change.Verdict{Accept: true}}
		assert.Equal(t, 40044, push(t, newPush(t, a), paid("1")).Code, kind)
		assert.Equal(t, 500001, ask(t, newSPI(t, a), specChange("1")).Code, kind)
		assert.Len(t, a.calls(), 2, kind)
		for _, o := range a.seen {
			assert.Equal(t, cause, o.Err, "as the app returned it")
			assert.False(t, o.Repeated)
		}
	}
}

// TestEveryFailureIsAnError: whatever leaves an exported call is a *mall.Error
// that says what was tried, and on which platform.
func TestEveryFailureIsAnError(t *testing.T) {
	t.Parallel()
	plain := errors.New("disk full")
	delivery := func(messages ...string) webhook.Delivery {
		body := "["
		for i, m := range messages {
			if i > 0 {
				body += ","
			}
			body += `{"tag":"101","msg_id":"` + m + `","data":"{\"p_id\":1,\"shop_id\":2}"}`
		}
		return webhook.Delivery{Platform: mall.Doudian, Body: []byte(body + "]")}
	}
	handle := func(fail error, o webhook.Options, d webhook.Delivery) error {
		a := &app{fail: func(context.Context) error { return fail }}
		return newPush(t, a, o).Handle(t.Context(), d)
	}
	shut := newPush(t, &app{})
	shut.Close()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	broken := webhook.Options{Seen: claims{claim: func() (webhook.Claim, error) { return webhook.Claim{}, plain }}}
	taken := webhook.Options{Seen: claims{claim: func() (webhook.Claim, error) { return webhook.Claim{}, nil }}}
	for _, c := range []struct {
		name, text string
		err        error
		is         error
	}{
		{"an error of the app", "handle event: doudian: disk full", handle(plain, webhook.Options{}, delivery("1")), plain},
		{"a context error of the app", "handle event: doudian: the caller gave up: context canceled",
			handle(context.Canceled, webhook.Options{}, delivery("1")), mall.ErrCancelled},
		{"two events", "handle event: doudian: not found: 2 of 2 events failed; the first: handle event: doudian: not found",
			handle(mall.ErrNotFound, webhook.Options{}, delivery("1", "2")), mall.ErrNotFound},
		{"the store", "claim event: doudian: disk full", handle(nil, broken, delivery("1")), plain},
		{"somebody else", "handle event: doudian: state conflict: the event is being handled elsewhere",
			handle(nil, taken, delivery("1")), webhook.ErrInProgress},
		{"malformed", "receive request: doudian: reply not understood: the push is not a list of messages",
			handle(nil, webhook.Options{}, webhook.Delivery{Platform: mall.Doudian}), webhook.ErrRejected},
		{"another platform", `handle event: doudian: invalid argument: the delivery is one of platform "elsewhere"`,
			handle(nil, webhook.Options{}, webhook.Delivery{Platform: "elsewhere"}), webhook.ErrRejected},
		{"closed", "receive request: doudian: the caller gave up: the handler was closed", shut.Handle(t.Context(), delivery("1")), context.Canceled},
		{"the caller left", "handle event: doudian: the caller gave up: context canceled",
			newPush(t, &app{}).Handle(gone, delivery("1")), context.Canceled},
	} {
		assert.EqualError(t, c.err, c.text, c.name)
		assert.ErrorIs(t, c.err, c.is, c.name)
		e, ok := errors.AsType[*mall.Error](c.err)
		require.True(t, ok, c.name)
		assert.Equal(t, mall.Doudian, e.Platform, c.name)
	}
}

// TestQueuePanics: an observer learns of it like of any other panic.
func TestQueuePanics(t *testing.T) {
	t.Parallel()
	a := &app{}
	h := newPush(t, a, webhook.Options{Queue: func(context.Context, webhook.Delivery) error { panic("nil map") }})
	assert.Equal(t, 40044, push(t, h, paid("1")).Code)
	require.Len(t, a.seen, 1)
	assert.EqualError(t, a.last().Err, "put push on queue: doudian: the app's code panicked with a string")
	_, ok := errors.AsType[*webhook.PanicError](a.last().Err)
	assert.True(t, ok)
}

// TestWebhooktestErrors: requests that cannot be made.
func TestWebhooktestErrors(t *testing.T) {
	t.Parallel()
	_, push := webhooktest.Doudian{AppKey: appKey}.Push(pushURL, paid("1"))
	_, spi := webhooktest.Doudian{AppKey: appKey}.SPI(spiURL, time.Time{}, nil)
	_, data := platform.Push(pushURL, webhooktest.Message{Data: make(chan int)})
	_, params := platform.SPI(spiURL, time.Time{}, json.RawMessage(`{"canary`))
	_, target := platform.SPI("http://%", time.Time{}, nil)
	_, address := platform.Push("http://%")
	cannotBeMade(t, map[string]error{
		"push": push, "spi": spi, "data": data, "params": params, "target": target, "address": address,
	})
	assert.ErrorIs(t, push, signing.ErrNoSecret)
	assert.ErrorIs(t, spi, signing.ErrNoSecret)
}

func cannotBeMade(t *testing.T, errs map[string]error) {
	t.Helper()
	for name, err := range errs {
		e, ok := errors.AsType[*mall.Error](err)
		if assert.True(t, ok, "%s: %v", name, err) {
			assert.Equal(t, mall.ErrInvalid, e.Kind, name)
			assert.Contains(t, e.Op, "make ", name)
			assert.NotEmpty(t, e.Platform, name)
			assert.NotContains(t, err.Error(), "canary", name)
		}
	}
}
