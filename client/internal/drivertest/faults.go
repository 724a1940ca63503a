package drivertest

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/sandbox"
)

// Bubble runs f in parallel with other tests, in a bubble of testing/synctest,
// where pauses and time-outs take no time.
func Bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, f)
}

// FaultCase is a fault and the error of a read that meets it.
type FaultCase struct {
	Name  string
	Fault sandbox.Fault
	Once  error // with one attempt; nil: the read succeeds
	Later error // with three attempts; nil: the read succeeds
	Quiet bool  // there is no reply, hence no request id
}

// ends are how the read ends, by the number of attempts: what one attempt can do
// three can, and what three cannot do one cannot.
func (c FaultCase) ends() map[int]error {
	switch {
	case c.Once == nil:
		return map[int]error{1: nil}
	case c.Once == c.Later:
		return map[int]error{3: c.Later}
	}
	return map[int]error{1: c.Once, 3: c.Later}
}

// ErrNoKind stands for an error without a kind.
var ErrNoKind = errors.New("no kind")

// CommonFaults are the faults with the same outcome on all platforms.
func CommonFaults() []FaultCase {
	return []FaultCase{
		{Name: "html instead of json", Fault: sandbox.Fault{Kind: sandbox.FaultHTML}, Once: mall.ErrUnavailable, Quiet: true},
		{Name: "html with status 200", Fault: sandbox.Fault{Kind: sandbox.FaultHTML, Status: 200}, Once: mall.ErrUnavailable, Quiet: true},
		{Name: "html with status 404", Fault: sandbox.Fault{Kind: sandbox.FaultHTML, Status: 404}, Once: mall.ErrReply, Later: mall.ErrReply, Quiet: true},
		{Name: "status 429", Fault: sandbox.Fault{Kind: sandbox.FaultHTML, Status: 429}, Once: mall.ErrRateLimited, Quiet: true},
		{Name: "status 500", Fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 500, Body: "oops"}, Once: mall.ErrUnavailable, Quiet: true},
		{Name: "cut before", Fault: sandbox.Fault{Kind: sandbox.FaultCutBefore}, Once: mall.ErrUnavailable, Quiet: true},
		{Name: "cut after", Fault: sandbox.Fault{Kind: sandbox.FaultCutAfter}, Once: mall.ErrUnavailable, Quiet: true},
		{Name: "half a body", Fault: sandbox.Fault{Kind: sandbox.FaultHalfBody}, Once: mall.ErrUnavailable, Quiet: true},
		{Name: "time-out", Fault: sandbox.Fault{Kind: sandbox.FaultDelay, DelayMS: 20_000}, Once: mall.ErrUnavailable, Quiet: true},
		{Name: "json of somebody else", Fault: sandbox.Fault{Kind: sandbox.FaultBody, Body: `{"hello":1}`}, Once: mall.ErrReply, Later: mall.ErrReply, Quiet: true},
		{Name: "body over the cap", Fault: sandbox.Fault{Kind: sandbox.FaultOversize, Bytes: 2 << 20}, Once: mall.ErrReply, Later: mall.ErrReply, Quiet: true},
		{Name: "data as array", Fault: sandbox.Fault{Kind: sandbox.FaultData, Data: []byte(`[]`)}, Once: mall.ErrReply, Later: mall.ErrReply},
		{Name: "data as null", Fault: sandbox.Fault{Kind: sandbox.FaultData, Data: []byte(`null`)}, Once: mall.ErrReply, Later: mall.ErrReply},
		{Name: "data as text", Fault: sandbox.Fault{Kind: sandbox.FaultData, Data: []byte(`"x"`)}, Once: mall.ErrReply, Later: mall.ErrReply},
		{Name: "data missing", Fault: sandbox.Fault{Kind: sandbox.FaultData}, Once: mall.ErrReply, Later: mall.ErrReply},
		{Name: "busy", Fault: sandbox.Fault{Kind: sandbox.FaultError}, Once: mall.ErrUnavailable},
		{Name: "throttled", Fault: sandbox.Fault{Kind: sandbox.FaultThrottle}, Once: mall.ErrRateLimited},
		{Name: "expired token", Fault: sandbox.Fault{Kind: sandbox.FaultExpireToken}},
		{Name: "revoked", Fault: sandbox.Fault{Kind: sandbox.FaultRevoke}, Once: mall.ErrReauthorize, Later: mall.ErrReauthorize},
	}
}

// Faults runs a read through each fault, with one attempt and with three. Each
// run must succeed, or fail with a *mall.Error that has a kind and the
// platform's request id. A fault that the read never met fails the test.
func Faults(
	t *testing.T, method string, cases []FaultCase,
	enter func(*testing.T, ...client.Option) *World, read func(context.Context, *World) error,
) {
	t.Helper()
	t.Parallel()
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			Bubble(t, func(t *testing.T) {
				c.Fault.Method = method
				for attempts, want := range c.ends() {
					w := enter(t, client.WithRetries(attempts-1), client.WithMaxReply(1<<20))
					w.Arm(t, c.Fault)
					err := read(t.Context(), w)
					assert.Empty(t, w.Box.Faults(), "the call met it")
					if want == nil {
						assert.NoError(t, err, "%d attempts", attempts)
						continue
					}
					e, ok := errors.AsType[*mall.Error](err)
					require.True(t, ok, "%d attempts: got %v", attempts, err)
					assert.Equal(t, w.platform, e.Platform)
					assert.Equal(t, method, e.Method)
					assert.NotEmpty(t, e.Message)
					if want == ErrNoKind {
						assert.Empty(t, e.Kind)
						assert.NotEmpty(t, e.Raw, "an unknown code keeps the reply")
					} else {
						assert.ErrorIs(t, err, want, "%d attempts", attempts)
					}
					if !c.Quiet {
						assert.NotEmpty(t, e.RequestID)
					}
				}
			})
		})
	}
}

// Cancelled cancels a read at each point where it waits. The shop of the world
// needs a token, which the method renewal gets.
func Cancelled(
	t *testing.T, method, renewal string,
	enter func(*testing.T, ...client.Option) *World, read func(context.Context, *World) error,
) {
	t.Helper()
	t.Parallel()
	t.Run("before", func(t *testing.T) {
		w := enter(t)
		ctx, cancel := context.WithCancelCause(t.Context())
		why := errors.New("left")
		cancel(why)
		err := read(ctx, w)
		assert.ErrorIs(t, err, why)
		assert.ErrorIs(t, err, context.Canceled)
		assert.Empty(t, w.Box.Received())
	})
	for name, waiting := range map[string]string{"while getting a token": renewal, "while waiting for the reply": method} {
		t.Run(name, func(t *testing.T) {
			Bubble(t, func(t *testing.T) {
				w := enter(t)
				ctx := w.LeaveDuring(t, waiting)
				assert.ErrorIs(t, read(ctx, w), context.Canceled)
				require.NoError(t, read(t.Context(), w), "nothing is left in a bad state")
				assert.Len(t, w.Record.Of(renewal), 1, "a renewal that began was finished and kept")
			})
		})
	}
	t.Run("while waiting to try again", func(t *testing.T) {
		Bubble(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			w := enter(t, client.WithObserver(func(o client.Observation) {
				if o.Again {
					cancel()
				}
			}))
			w.Arm(t, sandbox.Fault{Method: method, Kind: sandbox.FaultThrottle, Times: -1})
			err := read(ctx, w)
			assert.ErrorIs(t, err, context.Canceled)
			assert.ErrorIs(t, err, mall.ErrRateLimited, "what it was waiting for")
		})
	})
}

// LeaveDuring delays the next call of a method and returns a context that is
// cancelled during the delay.
func (w *World) LeaveDuring(t testing.TB, method string) context.Context {
	t.Helper()
	w.Arm(t, sandbox.Fault{Method: method, Kind: sandbox.FaultDelay, DelayMS: 50})
	ctx, cancel := context.WithCancel(t.Context())
	w.OnCall(func(m string) {
		if m == method {
			time.AfterFunc(25*time.Millisecond, cancel)
		}
	})
	return ctx
}
