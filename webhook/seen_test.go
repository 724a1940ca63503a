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

	"github.com/mallwire/mall/webhook"
)

func claim(t *testing.T, m *webhook.MemorySeen, key string) webhook.State {
	t.Helper()
	c, err := m.Claim(t.Context(), key, time.Minute)
	require.NoError(t, err)
	return c.State
}

func TestMemorySeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, err := webhook.NewMemorySeen(2, time.Hour)
		require.NoError(t, err)
		assert.Equal(t, webhook.StateTaken, claim(t, m, "a"))
		assert.Equal(t, webhook.StatePending, claim(t, m, "a"))
		require.NoError(t, m.Release(t.Context(), "a"))
		assert.Equal(t, webhook.StateTaken, claim(t, m, "a"))
		require.NoError(t, m.Done(t.Context(), "a", []byte("first")))
		require.NoError(t, m.Done(t.Context(), "a", []byte("second")))
		c, err := m.Claim(t.Context(), "a", time.Minute)
		require.NoError(t, err)
		assert.Equal(t, webhook.Claim{State: webhook.StateDone, Answer: []byte("first")}, c)

		// Bounded in number: the oldest goes.
		require.NoError(t, m.Done(t.Context(), "b", nil))
		require.NoError(t, m.Done(t.Context(), "c", nil))
		assert.Equal(t, webhook.StateDone, claim(t, m, "b"))
		assert.Equal(t, webhook.StateTaken, claim(t, m, "a"))
		assert.Equal(t, webhook.StateTaken, claim(t, m, "d"))
		_, err = m.Claim(t.Context(), "e", time.Minute)
		assert.Error(t, err, "claims are bounded too")
		time.Sleep(time.Minute)
		assert.Equal(t, webhook.StateTaken, claim(t, m, "e"), "leases that ran out make room")

		// And in age.
		time.Sleep(time.Hour)
		assert.Equal(t, webhook.StateTaken, claim(t, m, "b"))

		_, err = webhook.NewMemorySeen(-1, 0)
		assert.Error(t, err)
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
				if c, err := m.Claim(t.Context(), fmt.Sprint(i), time.Minute); err == nil && c.State == webhook.StateTaken {
					won.Add(1)
				}
			}
		})
	}
	wg.Wait()
	assert.EqualValues(t, 100, won.Load())
}
