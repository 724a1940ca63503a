package client_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
)

func TestNamedSecondsAreHonoured(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, script(
			does(func() *http.Response { return refusal("limit", "", 7) }),
			does(func() *http.Response { return refusal("busy", "", 1) }),
			does(func() *http.Response { return success(nil) })))
		start := time.Now()
		_, err := client.Call[struct{}](t.Context(), r.shop(t), "get.it", nil)
		require.NoError(t, err)
		assert.Equal(t, 8*time.Second, time.Since(start))
	})
}

func TestLongPausesAreLeftToTheCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(*http.Request, []byte) (*http.Response, error) { return refusal("limit", "", 31), nil },
			client.WithMaxWait(30*time.Second))
		start := time.Now()
		_, err := client.Call[struct{}](t.Context(), r.shop(t), "get.it", nil)
		require.ErrorIs(t, err, mall.ErrRateLimited)
		assert.Equal(t, 31*time.Second, failure(t, err).RetryAfter)
		assert.Zero(t, time.Since(start))
		assert.Equal(t, 1, r.count("get.it"))
	})
}

func TestPausesBeyondTheDeadlineAreNotBegun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(*http.Request, []byte) (*http.Response, error) { return refusal("limit", "", 5), nil })
		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
		defer cancel()
		start := time.Now()
		_, err := client.Call[struct{}](ctx, r.shop(t), "get.it", nil)
		require.ErrorIs(t, err, mall.ErrRateLimited)
		assert.Zero(t, time.Since(start))
	})
}

func TestJitterStaysWithinItsBounds(t *testing.T) {
	t.Parallel()
	for code, base := range map[string]time.Duration{"busy": 100 * time.Millisecond, "limit": time.Second} {
		synctest.Test(t, func(t *testing.T) {
			var pauses []time.Duration
			r := newRig(t, func(*http.Request, []byte) (*http.Response, error) { return refusal(code, "", 0), nil },
				client.WithRetries(9),
				client.WithObserver(func(o client.Observation) { pauses = append(pauses, o.Pause) }))
			different := map[time.Duration]bool{}
			for range 10 {
				pauses = pauses[:0]
				_, err := client.Call[struct{}](t.Context(), r.shop(t), "get.it", nil)
				require.Error(t, err)
				require.Len(t, pauses, 10)
				for i, p := range pauses[:9] {
					assert.Positive(t, p)
					assert.LessOrEqual(t, p, min(base<<i, 20*time.Second))
					different[p] = true
				}
			}
			assert.Greater(t, len(different), 85, "the pauses are not random")
		})
	}
}

func TestMaxWaitCutsJitter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(*http.Request, []byte) (*http.Response, error) { return refusal("busy", "", 0), nil },
			client.WithRetries(8), client.WithMaxWait(10*time.Millisecond))
		start := time.Now()
		_, err := client.Call[struct{}](t.Context(), r.shop(t), "get.it", nil)
		require.Error(t, err)
		assert.Equal(t, 9, r.count("get.it"))
		assert.LessOrEqual(t, time.Since(start), 80*time.Millisecond)
	})
}

func TestRetryingCanBeTurnedOff(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(*http.Request, []byte) (*http.Response, error) { return refusal("busy", "", 0), nil },
		client.WithRetries(0))
	_, err := client.Call[struct{}](t.Context(), r.shop(t), "get.it", nil)
	require.ErrorIs(t, err, mall.ErrUnavailable)
	assert.Equal(t, 1, r.count("get.it"))
}
