package sandbox_test

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

func TestAutoDeliver(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.WithClock(wiretest.Still), sandbox.WithAutoDeliver())
	srv, err := s.Start("127.0.0.1:0")
	require.NoError(t, err)
	r := wiretest.Receive(t, s)
	state := func() string { return s.Pushes()[len(s.Pushes())-1].State }
	id, err := s.On(mall.Doudian).AddOrder(wiretest.Shop1, map[string]any{"order_status": 1})
	require.NoError(t, err)
	require.Eventually(t, func() bool { return state() == "delivered" }, 10*time.Second, time.Millisecond)
	assert.Equal(t, []string{"100"}, r.Tags())

	r.Says(500, "")
	require.NoError(t, s.On(mall.Doudian).UpdateOrder(id, map[string]any{"seller_words": "x"}))
	require.Eventually(t, func() bool { return len(r.Taken()) == 1 }, 10*time.Second, time.Millisecond)
	require.Eventually(t, func() bool { return len(s.Pushes()[1].Attempts) == 1 }, 10*time.Second, time.Millisecond)
	r.Answers(nil)
	s.Advance(10 * time.Second) // the retry follows the sandbox's clock
	require.Eventually(t, func() bool { return state() == "delivered" }, 10*time.Second, time.Millisecond)

	require.NoError(t, srv.Close())
	_, err = s.On(mall.Doudian).AddPush(wiretest.Shop1, "1", json.RawMessage(`{}`))
	require.NoError(t, err)
	assert.Equal(t, 1, s.Deliver(t.Context()).Delivered, "the loop has ended and left it")
}

// TestAutoDeliverCloseWhileSending: Close does not wait for the app's answer.
func TestAutoDeliverCloseWhileSending(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.WithAutoDeliver())
	srv, err := s.Start("127.0.0.1:0")
	require.NoError(t, err)
	r := wiretest.Receive(t, s)
	free, release := wiretest.Held()
	defer release()
	r.Answers(func(http.ResponseWriter) { <-free })
	_, err = s.On(mall.Doudian).AddPush(wiretest.Shop1, "1", json.RawMessage(`{}`))
	require.NoError(t, err)
	require.Eventually(t, func() bool { return len(r.Taken()) == 1 }, 10*time.Second, time.Millisecond)
	require.NoError(t, srv.Close())
	assert.Equal(t, "waiting", s.Pushes()[0].State)
	release()
}

// TestConcurrentDelivery: while orders change and several deliveries run at
// once, every message arrives exactly once, and those of one order in their
// order.
func TestConcurrentDelivery(t *testing.T) {
	t.Parallel()
	w, r := quiet(t)
	const workers, each = 4, 25
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range each {
				id, err := w.Box.On(mall.Doudian).AddOrder(wiretest.Shop1, map[string]any{"order_status": 1})
				assert.NoError(t, err)
				assert.NoError(t, w.Box.On(mall.Doudian).UpdateOrder(id, map[string]any{"order_status": 4}))
			}
		})
		wg.Go(func() {
			for range each {
				w.Box.Deliver(context.Background())
				w.Box.Pushes()
			}
		})
	}
	wg.Wait()
	w.Box.Deliver(t.Context())
	seen, status := map[string]bool{}, map[string]int{}
	for _, g := range r.Taken() {
		e := g.Events[0]
		assert.False(t, seen[e.ID])
		seen[e.ID] = true
		var text string
		require.NoError(t, json.Unmarshal(e.Data, &text))
		var d struct {
			ID     json.Number `json:"p_id"`
			Status int         `json:"order_status"`
		}
		require.NoError(t, json.Unmarshal([]byte(text), &d))
		assert.Greater(t, d.Status, status[d.ID.String()])
		status[d.ID.String()] = d.Status
	}
	assert.Len(t, seen, 2*workers*each)
	assert.Len(t, status, workers*each)
}
