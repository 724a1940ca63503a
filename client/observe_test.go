package client_test

import (
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
)

func TestEachAttemptIsObserved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var seen []client.Observation
		r := newRig(t, slowly(script(
			does(func() *http.Response { return refusal("limit", "slow down", 2) }),
			does(func() *http.Response { return success("hello") }))),
			client.WithObserver(func(o client.Observation) { seen = append(seen, o) }),
			client.WithLimiter(client.NewMemoryLimiter(client.Rates{Shop: client.Rate{PerSecond: 0.2}})))
		_, err := client.Call[string](t.Context(), r.shop(t), "get.it", nil)
		require.NoError(t, err)
		require.Len(t, seen, 2)
		require.ErrorIs(t, seen[0].Err, mall.ErrRateLimited)
		seen[0].Err = nil
		assert.Equal(t, client.Observation{
			Platform: fakePlatform, ShopID: "s1", Method: "get.it", Attempt: 1, Took: time.Second,
			Bytes: len(`{"code":"limit","msg":"slow down","log_id":"log-1","wait":2,"data":null}`),
			Kind:  mall.ErrRateLimited, Code: "limit", RequestID: "log-1", Pause: 2 * time.Second, Again: true,
		}, seen[0])
		assert.GreaterOrEqual(t, seen[1].Waited, 2*time.Second, "for the limiter")
		seen[1].Waited = 0
		assert.Equal(t, client.Observation{
			Platform: fakePlatform, ShopID: "s1", Method: "get.it", Attempt: 2, Took: time.Second,
			Bytes: len(`{"code":"ok","msg":"","log_id":"","wait":0,"data":"hello"}`),
		}, seen[1])
	})
}

func TestRenewalsAreObserved(t *testing.T) {
	t.Parallel()
	var seen []string
	r := newRig(t, tokens(okay),
		client.WithObserver(func(o client.Observation) { seen = append(seen, o.Method+" "+o.ShopID) }))
	_, err := client.Call[struct{}](t.Context(), importToken(t, r.app, time.Now().Add(-time.Second)), "get.it", nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"token.refresh ", "get.it s1"}, seen)
}

// A failure before anything was sent is an attempt too.
func TestFailuresBeforeSendingAreObserved(t *testing.T) {
	t.Parallel()
	var seen []client.Observation
	r := newRig(t, okay, client.WithObserver(func(o client.Observation) { seen = append(seen, o) }))
	_, err := client.Call[struct{}](t.Context(), r.app.Shop("s9"), "get.it", nil)
	require.Error(t, err)
	require.Len(t, seen, 1)
	assert.Equal(t, mall.ErrReauthorize, seen[0].Kind)
	assert.Zero(t, seen[0].Took)
}

func TestObserverIsCalledConcurrently(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	n := 0
	r := newRig(t, okay, client.WithObserver(func(client.Observation) { mu.Lock(); n++; mu.Unlock() }))
	shop := r.shop(t)
	together(50, func() { _, _ = client.Call[struct{}](t.Context(), shop, "get.it", nil) })
	assert.Equal(t, 50, n)
}
