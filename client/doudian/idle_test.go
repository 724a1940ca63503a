package doudian_test

import (
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mallwire/mall/client/doudian"
)

// TestIdleShopsAreSmall makes ten thousand shops of one app, each with all its
// services.
func TestIdleShopsAreSmall(t *testing.T) {
	app, err := doudian.New(doudian.Config{AppKey: "1", AppSecret: "s"})
	if err != nil {
		t.Fatal(err)
	}
	const shops = 10_000
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
	assert.LessOrEqual(t, each, 512.)
	assert.LessOrEqual(t, runtime.NumGoroutine(), routines, "those of other tests may end meanwhile")
	runtime.KeepAlive(app)
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
