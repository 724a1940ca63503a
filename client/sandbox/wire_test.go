package sandbox_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
	"github.com/mallwire/mall/internal/platforms"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// every makes a sandbox of all platforms; most tests need only one.
func every() sandbox.Option {
	var names []mall.Platform
	for _, p := range platforms.All() {
		names = append(names, p.Name)
	}
	return sandbox.Only(names...)
}

// other is a platform that the wire of these tests does not call.
func other(t *testing.T) mall.Platform {
	t.Helper()
	all := platforms.All()
	i := slices.IndexFunc(all, func(p platforms.Platform) bool { return p.Name != mall.Doudian })
	require.GreaterOrEqual(t, i, 0)
	return all[i].Name
}

// wire calls Doudian's side.
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
