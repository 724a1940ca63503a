package drivertest

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
)

// OverASocket makes calls to a sandbox that is served over a socket: a read, of
// the named method, and a write. All other tests do without a socket and end
// calls the way a socket does.
//
// A broken connection does not fail a read, but loses the answer of a write; a
// cancelled call returns at once; and many calls share connections.
func OverASocket(t *testing.T, w *World, method string, read, write func(context.Context) error) {
	t.Helper()
	for _, kind := range []sandbox.FaultKind{
		sandbox.FaultCutBefore, sandbox.FaultCutAfter, sandbox.FaultHalfBody, sandbox.FaultHTML,
		sandbox.FaultStatus, sandbox.FaultExpireToken,
	} {
		w.Arm(t, sandbox.Fault{Method: method, Kind: kind})
		require.NoError(t, read(t.Context()), kind)
	}
	w.Arm(t, sandbox.Fault{Method: method, Kind: sandbox.FaultOversize, Bytes: 2 << 20})
	require.ErrorIs(t, read(t.Context()), mall.ErrReply)

	for _, kind := range []sandbox.FaultKind{sandbox.FaultCutBefore, sandbox.FaultCutAfter, sandbox.FaultHalfBody} {
		w.Arm(t, sandbox.Fault{Kind: kind})
		require.ErrorIs(t, write(t.Context()), mall.ErrUnknownOutcome, kind)
		require.Empty(t, w.Box.Faults(), "the write met it")
	}

	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	w.OnCall(func(string) { leave() })
	w.Arm(t, sandbox.Fault{Method: method, Kind: sandbox.FaultDelay, DelayMS: 60_000})
	require.ErrorIs(t, read(ctx), context.Canceled)
	w.OnCall(nil)
	w.Box.ClearFaults()

	var all sync.WaitGroup
	for range 32 {
		all.Go(func() { assert.NoError(t, read(t.Context())) })
	}
	all.Wait()
}
