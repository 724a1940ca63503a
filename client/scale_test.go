package client_test

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/order"
)

const manyShops = 10000

// shopBytes makes many shops of one app and tells what each costs.
func shopBytes(t testing.TB) float64 {
	app, err := client.New(client.Driver{
		Protocol: &protocol{}, Authority: &authority{}, AppKey: appKey,
		Orders: func(s *client.Shop) order.Driver { return noOrders{shop: s} },
	})
	require.NoError(t, err)
	before := heap()
	for i := range manyShops {
		app.Shop(strconv.Itoa(i))
	}
	after := heap()
	runtime.KeepAlive(app)
	return float64(int64(after)-int64(before)) / manyShops
}

// noOrders is as large as a driver needs to be.
type noOrders struct {
	order.Driver
	shop *client.Shop
	_    time.Duration
}

// It runs alone: others would be measured too.
func TestShopsAreCheap(t *testing.T) {
	goroutines := runtime.NumGoroutine()
	each := shopBytes(t)
	t.Logf("%.0f B a shop", each)
	if !raceEnabled {
		assert.LessOrEqual(t, each, 512.)
	}
	assert.LessOrEqual(t, runtime.NumGoroutine(), goroutines, "a shop owns no goroutine")
}

func BenchmarkShops(b *testing.B) {
	each := 0.
	for b.Loop() {
		each = shopBytes(b)
	}
	b.ReportMetric(each, "B/shop")
	b.ReportMetric(0, "ns/op")
}

func BenchmarkLimiter(b *testing.B) {
	for _, keys := range []int{1, 50000} {
		b.Run(fmt.Sprint(keys, " keys"), func(b *testing.B) {
			l := client.NewMemoryLimiter(client.Rates{App: client.Rate{PerSecond: 1e9, Burst: 1e9},
				Shop: client.Rate{PerSecond: 1e9, Burst: 1e9}})
			buckets := make([]client.Bucket, keys)
			before := heap()
			for i := range buckets {
				buckets[i] = bucket
				buckets[i].ShopID = strconv.Itoa(i)
				require.NoError(b, l.Wait(context.Background(), buckets[i]))
			}
			used := heap() - before
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				if i++; i == keys {
					i = 0
				}
				_ = l.Wait(context.Background(), buckets[i])
			}
			b.ReportMetric(float64(used)/float64(keys), "B/key")
		})
	}
}
