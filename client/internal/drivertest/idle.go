package drivertest

import (
	"runtime"
	"strconv"
	"testing"

	"github.com/mallwire/mall/client"
)

// IdleShopsAreSmall makes ten thousand shops of an app, each with all its
// services, and checks that each takes at most 512 bytes and that none starts a
// goroutine.
func IdleShopsAreSmall(t *testing.T, app *client.App) {
	t.Helper()
	const shops, most = 10_000, 512.
	ids := make([]string, shops)
	for i := range ids {
		ids[i] = strconv.Itoa(10_000_000 + i)
	}
	routines, before := runtime.NumGoroutine(), heap()
	for _, id := range ids {
		app.Shop(id)
	}
	each := float64(heap()-before) / shops
	t.Logf("%.0f bytes a shop", each)
	if each > most {
		t.Errorf("%.0f bytes a shop, want at most %.0f", each, most)
	}
	if now := runtime.NumGoroutine(); now > routines { // those of other tests may end meanwhile
		t.Errorf("%d goroutines, %d before", now, routines)
	}
	runtime.KeepAlive(app)
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
