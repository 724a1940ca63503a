package webhook_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/webhook"
)

// What a claim without an answer can find.
var (
	taken = webhook.Claim{Taken: true}
	held  = webhook.Claim{}
	done  = webhook.Claim{Done: true}
)

func claim(t *testing.T, m webhook.Seen, key string) webhook.Claim {
	t.Helper()
	c, err := m.Claim(t.Context(), key, time.Minute)
	require.NoError(t, err)
	return c
}

func TestMemorySeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, err := webhook.NewMemorySeen(2, time.Hour)
		require.NoError(t, err)
		assert.Equal(t, taken, claim(t, m, "a"))
		assert.Equal(t, held, claim(t, m, "a"))
		require.NoError(t, m.Release(t.Context(), "a"))
		assert.Equal(t, taken, claim(t, m, "a"))
		require.NoError(t, m.Done(t.Context(), "a", []byte("first")))
		require.NoError(t, m.Done(t.Context(), "a", []byte("second")))
		assert.Equal(t, webhook.Claim{Done: true, Answer: []byte("first")}, claim(t, m, "a"))

		// Bounded in number: the oldest goes.
		require.NoError(t, m.Done(t.Context(), "b", nil))
		require.NoError(t, m.Done(t.Context(), "c", nil))
		assert.Equal(t, done, claim(t, m, "b"))
		assert.Equal(t, taken, claim(t, m, "a"))
		assert.Equal(t, taken, claim(t, m, "d"))
		_, err = m.Claim(t.Context(), "e", time.Minute)
		assert.ErrorIs(t, err, mall.ErrQuota, "claims are bounded too")
		time.Sleep(time.Minute)
		assert.Equal(t, taken, claim(t, m, "e"), "leases that ran out make room")

		// And in age.
		time.Sleep(time.Hour)
		assert.Equal(t, taken, claim(t, m, "b"))

		_, err = webhook.NewMemorySeen(-1, 0)
		assert.EqualError(t, err, "make memory of events: invalid argument: up to -1 events for 0s: neither may be negative")
		assert.ErrorIs(t, err, mall.ErrInvalid)
	})
}

// TestOneClaim: of many who want an event at once, one gets it.
func TestOneClaim(t *testing.T) {
	t.Parallel()
	m, err := webhook.NewMemorySeen(0, 0)
	require.NoError(t, err)
	var won atomic.Int32
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			for i := range 100 {
				if c, err := m.Claim(t.Context(), fmt.Sprint(i), time.Minute); err == nil && c.Taken {
					won.Add(1)
				}
			}
		})
	}
	wg.Wait()
	assert.EqualValues(t, 100, won.Load())
}
