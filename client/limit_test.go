package client_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client"
)

var bucket = client.Bucket{Platform: fakePlatform, AppKey: appKey, ShopID: "s1", Method: "get.it"}

// took is how long n calls of a bucket take, one after the other.
func took(t testing.TB, l client.Limiter, b client.Bucket, n int) time.Duration {
	t.Helper()
	start := time.Now()
	for range n {
		require.NoError(t, l.Wait(context.Background(), b))
	}
	return time.Since(start)
}

func TestLimiterPacesShopAndApp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := client.NewMemoryLimiter(client.Rates{
			App: client.Rate{PerSecond: 10, Burst: 5}, Shop: client.Rate{PerSecond: 2, Burst: 1},
			Methods: map[string]client.Rates{"get.rare": {Shop: client.Rate{PerSecond: 0.1}}},
		})
		assert.Equal(t, 10*time.Second, took(t, l, bucket, 21), "two a second for a shop")

		other := bucket
		other.Method = "get.other"
		start := time.Now()
		for i := range 25 { // of 25 shops
			other.ShopID = fmt.Sprint(i)
			require.NoError(t, l.Wait(t.Context(), other))
		}
		assert.Equal(t, 2*time.Second, time.Since(start), "a burst of five, then ten a second for the app")

		other.Method = "get.rare"
		assert.Equal(t, 10*time.Second, took(t, l, other, 2), "a method of its own rate")
		other.ShopID = ""
		assert.Zero(t, took(t, l, other, 100), "which has no rate for the app")
		assert.Zero(t, took(t, l, client.Bucket{AppKey: "another", Method: "get.it"}, 5), "another app")
	})
}

func TestZeroRateDoesNotLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := client.NewMemoryLimiter(client.Rates{})
		assert.Zero(t, took(t, l, bucket, 10000))
		l.Slow(bucket, 0)
		assert.Zero(t, took(t, l, bucket, 100))
		l.Slow(bucket, 3*time.Second)
		assert.Equal(t, 3*time.Second, took(t, l, bucket, 100))
	})
}

// Nobody may pass in a window of one second more often than rate and burst
// allow, however the calls come.
func TestLimiterNeverExceedsItsRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const perSecond, burst = 20, 4
		l := client.NewMemoryLimiter(client.Rates{Shop: client.Rate{PerSecond: perSecond, Burst: burst}})
		passed := make(chan time.Time, 400)
		for range 400 {
			go func() {
				time.Sleep(rand.N(10 * time.Second))
				_ = l.Wait(t.Context(), bucket)
				passed <- time.Now()
			}()
		}
		var times []time.Time
		for range 400 {
			times = append(times, <-passed)
		}
		for i, from := range times {
			n := 0
			for _, at := range times[i:] {
				if at.Sub(from) < time.Second {
					n++
				}
			}
			assert.LessOrEqual(t, n, perSecond+burst)
		}
	})
}

func TestSlowHalvesAndRecovers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := client.NewMemoryLimiter(client.Rates{Shop: client.Rate{PerSecond: 100, Burst: 100}})
		passes := func() int { // in half a second
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
			defer cancel()
			n := 0
			for l.Wait(ctx, bucket) == nil {
				n++
			}
			return n
		}
		passes()
		assert.InDelta(t, 50, passes(), 1)
		time.Sleep(time.Minute)

		l.Slow(bucket, 0)
		l.Slow(bucket, 0) // of a call that was under way: counts once
		assert.InDelta(t, 25, passes(), 2, "halved, and the burst is gone")
		time.Sleep(1500 * time.Millisecond)
		passes()
		assert.Greater(t, passes(), 28, "rises again")
		time.Sleep(10 * time.Second)
		passes()
		assert.InDelta(t, 50, passes(), 2, "up to where it was")

		for range 20 { // refused again and again
			l.Slow(bucket, 0)
			time.Sleep(1100 * time.Millisecond)
		}
		assert.GreaterOrEqual(t, passes(), 2, "but never to nothing")
	})
}

func TestSlowHoldsBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := client.NewMemoryLimiter(client.Rates{Shop: client.Rate{PerSecond: 10, Burst: 10}})
		start := time.Now()
		l.Slow(bucket, 5*time.Second)
		other := bucket
		other.ShopID = "s2"
		require.NoError(t, l.Wait(t.Context(), other))
		assert.Zero(t, time.Since(start), "another shop is not concerned")

		passed := make(chan time.Duration, 10)
		for range 10 {
			go func() { _ = l.Wait(t.Context(), bucket); passed <- time.Since(start) }()
		}
		last := time.Duration(0)
		for i := range 10 {
			at := <-passed
			if i == 0 {
				assert.Equal(t, 5*time.Second, at)
			} else {
				assert.Equal(t, 200*time.Millisecond, at-last, "those who queued do not all go at once")
			}
			last = at
		}
	})
}

// A pause that is called while others are queueing holds these too.
func TestSlowHoldsThoseWhoWaitAlready(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := client.NewMemoryLimiter(client.Rates{Shop: client.Rate{PerSecond: 1, Burst: 1}})
		start := time.Now()
		require.NoError(t, l.Wait(t.Context(), bucket))
		time.AfterFunc(500*time.Millisecond, func() { l.Slow(bucket, 10*time.Second) })
		require.NoError(t, l.Wait(t.Context(), bucket))
		assert.GreaterOrEqual(t, time.Since(start), 10500*time.Millisecond)
	})
}

func TestLeavingTheQueueGivesThePlaceBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := client.NewMemoryLimiter(client.Rates{App: client.Rate{PerSecond: 1}, Shop: client.Rate{PerSecond: 1}})
		require.NoError(t, l.Wait(t.Context(), bucket))
		for range 10 {
			reason := errors.New("enough")
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(10*time.Millisecond, func() { cancel(reason) })
			start := time.Now()
			require.ErrorIs(t, l.Wait(ctx, bucket), reason)
			assert.Equal(t, 10*time.Millisecond, time.Since(start))
		}
		assert.InDelta(t, 900*time.Millisecond, took(t, l, bucket, 1), float64(time.Microsecond))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, l.Wait(ctx, bucket), context.Canceled)
	})
}

func TestUnusedBucketsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := client.NewMemoryLimiter(client.Rates{Shop: client.Rate{PerSecond: 10}})
		const shops = 20000
		use := func(round int) {
			b := bucket
			for i := range shops {
				b.ShopID = fmt.Sprint(round, "-", i)
				_ = l.Wait(t.Context(), b)
			}
		}
		use(0)
		first := heap()
		for round := 1; round < 6; round++ {
			time.Sleep(11 * time.Minute)
			use(round)
		}
		assert.Less(t, float64(heap())-float64(first), 3.*shops*100, "bytes kept of buckets that nobody uses")
		runtime.KeepAlive(l)
	})
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// Under the race detector.
func TestManyBucketsAtOnce(t *testing.T) {
	t.Parallel()
	l := client.NewMemoryLimiter(client.Rates{App: client.Rate{PerSecond: 1e6, Burst: 1e6},
		Shop: client.Rate{PerSecond: 1e6}})
	together(16, func() {
		b := bucket
		for range 2000 {
			b.ShopID, b.Method = fmt.Sprint(rand.N(500)), fmt.Sprint(rand.N(5))
			if err := l.Wait(t.Context(), b); err != nil {
				t.Error(err)
			}
			if rand.N(100) == 0 {
				l.Slow(b, time.Microsecond)
			}
		}
	})
}

// The platform's "too fast" reaches the limiter with method and shop.
func TestThrottledCallsSlowTheLimiter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		spy := &spyLimiter{}
		r := newRig(t, script(does(func() *http.Response { return refusal("limit", "", 4) }),
			does(func() *http.Response { return success(nil) })),
			client.WithLimiter(spy))
		_, err := client.Call[struct{}](t.Context(), r.shop(t), "get.it", nil)
		require.NoError(t, err)
		assert.Equal(t, []client.Bucket{bucket, bucket}, spy.waits, "each attempt waits")
		assert.Equal(t, []client.Bucket{bucket}, spy.slows)
		assert.Equal(t, 4*time.Second, spy.pause)
	})
}

// A throttled renewal is not the fault of the method that needed the token.
func TestAThrottledRenewalSlowsItsOwnMethod(t *testing.T) {
	t.Parallel()
	spy := &spyLimiter{}
	r := newRig(t, func(*http.Request, []byte) (*http.Response, error) { return refusal("limit", "", 90), nil },
		client.WithLimiter(spy))
	_, err := client.Call[struct{}](t.Context(), importToken(t, r.app, time.Now().Add(-time.Second)), "get.it", nil)
	require.Error(t, err)
	require.Len(t, spy.slows, 1)
	assert.Equal(t, "token.refresh", spy.slows[0].Method)
}

type spyLimiter struct {
	waits, slows []client.Bucket
	pause        time.Duration
}

func (s *spyLimiter) Wait(_ context.Context, b client.Bucket) error {
	s.waits = append(s.waits, b)
	return nil
}

func (s *spyLimiter) Slow(b client.Bucket, pause time.Duration) {
	s.slows, s.pause = append(s.slows, b), pause
}
