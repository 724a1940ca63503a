package doudian_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// wire calls Doudian's platform of a sandbox.
type wire struct{ wiretest.Doudian }

func serve(t *testing.T, opts ...sandbox.Option) wire {
	t.Helper()
	return wire{wiretest.ServeDoudian(t, opts...)}
}

func emptyShop(t *testing.T, opts ...sandbox.Option) wire {
	t.Helper()
	return wire{wiretest.EmptyDoudian(t, opts...)}
}

// quiet makes a sandbox with one empty shop, and an app that receives pushes.
func quiet(t *testing.T) (wire, *wiretest.Receiver) {
	t.Helper()
	w := emptyShop(t)
	return w, wiretest.Receive(t, w.Box)
}
