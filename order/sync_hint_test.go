package order_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

func TestHints(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shop, d := newNumbered(recentRows(5, 60)), &tower{}
		shop.limits.Lag = 30 * time.Second
		s := d.follow(t, order.SyncOptions{Interval: time.Hour}, shop)
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { _ = s.Run(ctx) })
		time.Sleep(time.Minute)
		synctest.Wait()
		require.Len(t, d.orders, 5)
		asked := len(shop.asked)

		shop.mu.Lock()
		shop.rows[2].Updated, shop.rows[2].PlatformStatus = time.Now().Truncate(time.Second), "3"
		shop.mu.Unlock()
		for range 100 {
			require.True(t, s.Hint(fakeShop(1), "o002"))
		}
		assert.True(t, s.Hint(fakeShop(1), "no such order"))
		assert.False(t, s.Hint(fakeShop(2), "o002"), "a shop that is not followed")
		assert.False(t, s.Hint(fakeShop(1), ""))
		synctest.Wait()
		require.Len(t, d.orders, 6, "at once and once")
		assert.Equal(t, "3", d.orders[5].PlatformStatus)
		require.Len(t, d.trouble, 1)
		assert.ErrorIs(t, d.trouble[0], mall.ErrNotFound)
		assert.Len(t, shop.asked, asked, "a hint does not poll")

		shop.mu.Lock()
		shop.rows[2].PlatformStatus = "5"
		shop.mu.Unlock()
		require.True(t, s.Hint(fakeShop(1), "o002"))
		synctest.Wait()
		require.Len(t, d.orders, 7, "a second hint is another one")
		require.True(t, s.Hint(fakeShop(1), "o002"))
		time.Sleep(time.Hour)
		synctest.Wait()
		assert.Len(t, d.orders, 7, "neither a late hint nor the poll repeats a version")
		assert.Greater(t, len(shop.asked), asked, "nor do hints put off the poll")

		cancel()
		running.Wait()
		n := 0
		for s.Hint(fakeShop(1), martID(n)) {
			n++
		}
		assert.Equal(t, 1000, n, "the queue is bounded")
	})
}

// restless is a shop in which something happens while an order is read.
type restless struct {
	*platform
	during func()
}

func (m restless) Get(ctx context.Context, id string) (order.Order, error) {
	o, err := m.platform.Get(ctx, id)
	m.during()
	return o, err
}

// A hint that comes while its order is being read tells of a later edit.
func TestAHintDuringTheReadingCounts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shop, d := newNumbered(recentRows(1, 60)), &tower{}
		shop.limits.Lag = time.Hour // the list shows nothing yet
		var s *order.Syncer
		s = d.follow(t, order.SyncOptions{}, restless{shop, func() {
			if shop.rows[0].PlatformStatus == "2" {
				shop.rows[0].PlatformStatus = "3"
				s.Hint(fakeShop(1), "o000")
			}
		}})
		s.Hint(fakeShop(1), "o000")
		require.NoError(t, s.Once(t.Context()))
		require.Len(t, d.orders, 2)
		assert.Equal(t, "3", d.orders[1].PlatformStatus)
	})
}

// Two states of one second cannot be told apart by time: the list, which may be
// late, must not undo what a hint brought.
func TestAStaleListDoesNotMoveAnOrderBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shop, d := newNumbered(recentRows(1, 60)), &tower{}
		stale := slices.Clone(shop.rows)
		shop.rows[0].PlatformStatus = "3" // within the same second
		ledger := order.NewMemoryLedger(10)
		require.NoError(t, d.follow(t, order.SyncOptions{Ledger: ledger}, shop).Once(t.Context()))
		require.Len(t, d.orders, 1)
		shop.answer = func(p *platform, _ []order.Order, q order.Query, cursor string) (mall.Page[order.Order], error) {
			return numbered(p, slices.Clone(stale), q, cursor)
		}
		require.NoError(t, d.follow(t, order.SyncOptions{Ledger: ledger}, shop).Once(t.Context()))
		assert.Len(t, d.orders, 1, "Get tells that nothing is new")
		shop.rows[0].PlatformStatus = "5"
		require.NoError(t, d.follow(t, order.SyncOptions{Ledger: ledger}, shop).Once(t.Context()))
		require.Len(t, d.orders, 2)
		assert.Equal(t, "5", d.orders[1].PlatformStatus, "what Get tells is handed over")
		shop.rows = nil
		require.NoError(t, d.follow(t, order.SyncOptions{Ledger: ledger}, shop).Once(t.Context()))
		require.Len(t, d.orders, 3)
		assert.Equal(t, "2", d.orders[2].PlatformStatus, "the list is all there is: rather twice than never")
	})
}
