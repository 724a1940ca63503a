package settle_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// refusal is an error type of a domain package, with a reason of its own.
type refusal struct {
	reason string
	err    error
}

func (r *refusal) Error() string { return "stopped: " + r.reason + ": " + r.err.Error() }
func (r *refusal) Unwrap() error { return r.err }

func TestFailure(t *testing.T) {
	t.Parallel()
	platform := func() *mall.Error {
		return &mall.Error{Method: "m.ship", Kind: mall.ErrRejected, Code: "7", Message: "no", RequestID: "r-1", RetryAfter: time.Second, Raw: "body"}
	}
	named := &mall.Error{Op: "renew token", Platform: mall.Doudian, Kind: mall.ErrAuth}
	for _, c := range []struct {
		name, text string
		err        error
		kind       mall.Kind
	}{
		{"a kind", "ship order: taobao: not supported by this platform", mall.ErrNotSupported, mall.ErrNotSupported},
		{"a platform's error", "ship order: taobao m.ship: refused by a business rule: code 7: no (request r-1)", platform(), mall.ErrRejected},
		{"a call of a driver's", "ship order: taobao m.ship: state conflict", &mall.Error{Op: settle.Call, Method: "m.ship", Kind: mall.ErrConflict}, mall.ErrConflict},
		{"one that is complete", "renew token: doudian: access token missing, expired or replaced", named, mall.ErrAuth},
		{"arguments", `ship order: taobao: invalid argument: order id "x" is not a number`, settle.Invalid("order id %q is not a number", "x"), mall.ErrInvalid},
		{"wrapped arguments", "ship order: taobao: invalid argument: request 3: no id", fmt.Errorf("request 3: %w", settle.Invalid("no id")), mall.ErrInvalid},
		{"a wrapped kind", "ship order: taobao: not found: order 7", fmt.Errorf("order 7: %w", mall.ErrNotFound), mall.ErrNotFound},
		{"a refusal over a platform's error", "ship order: taobao m.ship: refused by a business rule: code 7: stopped: used: no (request r-1)",
			&refusal{"used", platform()}, mall.ErrRejected},
		{"a refusal over a kind", "ship order: taobao: state conflict: stopped: used", &refusal{"used", mall.ErrConflict}, mall.ErrConflict},
		{"a caller who left", "ship order: taobao: the caller gave up: context canceled", context.Canceled, mall.ErrCancelled},
		{"a deadline", "ship order: taobao: the caller gave up: wait: context deadline exceeded", fmt.Errorf("wait: %w", context.DeadlineExceeded), mall.ErrCancelled},
		{"a lost answer whose cause is a deadline", "ship order: taobao: outcome unknown: no answer",
			&mall.Error{Kind: mall.ErrUnknownOutcome, Message: "no answer", Err: context.DeadlineExceeded}, mall.ErrUnknownOutcome},
		{"anything else", "ship order: taobao: disk full", errors.New("disk full"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := settle.Failure(mall.Taobao, "ship order", c.err)
			e, ok := got.(*mall.Error)
			require.True(t, ok, "%T", got)
			assert.Equal(t, c.text, e.Error())
			assert.Equal(t, c.kind, e.Kind)
			assert.ErrorIs(t, got, c.err, "the error itself stays reachable")
			assert.Equal(t, got, settle.Failure(mall.Doudian, "another", got), "a second time changes nothing")
		})
	}
}

func TestFailureKeepsWhatIsBelow(t *testing.T) {
	t.Parallel()
	below := &mall.Error{Method: "m.ship", Kind: mall.ErrRejected, Code: "7", SubCode: "8", Message: "no", RequestID: "r-1", RetryAfter: time.Second, Raw: "body"}
	before := *below
	got := settle.Failure(mall.Taobao, "ship order", &refusal{"used", below})

	why, ok := errors.AsType[*refusal](got)
	require.True(t, ok)
	assert.Equal(t, "used", why.reason)
	e, _ := errors.AsType[*mall.Error](got)
	assert.Equal(t, []any{"m.ship", "7", "8", "r-1", time.Second, mall.Secret("body")},
		[]any{e.Method, e.Code, e.SubCode, e.RequestID, e.RetryAfter, e.Raw})
	assert.Equal(t, before, *below, "a shared value is not changed")
	assert.ErrorIs(t, got, below)
}

func TestFailureOfNothing(t *testing.T) {
	t.Parallel()
	assert.NoError(t, settle.Failure(mall.Doudian, "ship order", nil))
}

func TestFailureWithoutPlatform(t *testing.T) {
	t.Parallel()
	bare := &mall.Error{Kind: mall.ErrInvalid, Message: "no key"}
	assert.Same(t, bare, settle.Failure("", "", bare))
	assert.EqualError(t, settle.Failure("", "open app", bare), "open app: invalid argument: no key")
	e, _ := errors.AsType[*mall.Error](settle.Failure(mall.Doudian, "", bare))
	assert.Equal(t, mall.Doudian, e.Platform)
}

func TestEnded(t *testing.T) {
	t.Parallel()
	assert.NoError(t, settle.Ended(t.Context()))

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := settle.Ended(ctx)
	assert.ErrorIs(t, err, mall.ErrCancelled)
	assert.ErrorIs(t, err, context.Canceled)

	why := errors.New("the shop is closed")
	caused, stop := context.WithCancelCause(t.Context())
	stop(why)
	err = settle.Ended(caused)
	assert.ErrorIs(t, err, mall.ErrCancelled)
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorIs(t, err, why)
	assert.EqualError(t, err, "the caller gave up: the shop is closed")
}
