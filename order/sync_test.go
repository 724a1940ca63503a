package order_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// tower is an app that notes what it is given.
type tower struct {
	mu      sync.Mutex
	orders  []order.Order
	at      []time.Time
	refuse  func(order.Order) error
	trouble []error
	bad     []string
}

func (d *tower) handle(_ context.Context, o order.Order, _ order.Version) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.refuse != nil {
		if err := d.refuse(o); err != nil {
			return err
		}
	}
	d.orders, d.at = append(d.orders, o), append(d.at, time.Now())
	return nil
}

func (d *tower) note(_ order.ShopKey, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.trouble = append(d.trouble, err)
}

func (d *tower) keepBad(_ context.Context, _ order.ShopKey, r order.BadRecord) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.bad = append(d.bad, r.ID)
	return nil
}

func (d *tower) ids() []string { return idsOf(d.orders) }

// follow makes a syncer of shops that reports to the tower.
func (d *tower) follow(t *testing.T, opts order.SyncOptions, drivers ...order.Driver) *order.Syncer {
	t.Helper()
	var shops []*order.Service
	for i, driver := range drivers {
		shops = append(shops, order.NewService(driver, strconv.Itoa(i+1), order.Options{}))
	}
	if opts.OnError == nil {
		opts.OnError = d.note
	}
	s, err := order.NewSyncer(shops, d.handle, opts)
	require.NoError(t, err)
	return s
}

func fakeShop(n int) order.ShopKey { return order.ShopKey{Platform: "fake", ShopID: strconv.Itoa(n)} }

// recentRows are n orders, one every gap seconds, the last one gap seconds ago.
func recentRows(n, gap int) []order.Order {
	list := rows(n, gap)
	for i := range list {
		list[i].Updated = time.Now().Add(-time.Duration((n-i)*gap) * time.Second).Truncate(time.Second)
	}
	return list
}

func TestNewSyncerRefusesWhatCannotWork(t *testing.T) {
	t.Parallel()
	shop := service(newNumbered(nil))
	handle := new(tower).handle
	for name, make := range map[string]func() (*order.Syncer, error){
		"no handler": func() (*order.Syncer, error) {
			return order.NewSyncer([]*order.Service{shop}, nil, order.SyncOptions{})
		},
		"no service": func() (*order.Syncer, error) {
			return order.NewSyncer([]*order.Service{nil}, handle, order.SyncOptions{})
		},
		"twice": func() (*order.Syncer, error) {
			return order.NewSyncer([]*order.Service{shop, shop}, handle, order.SyncOptions{})
		},
		"interval":    func() (*order.Syncer, error) { return order.NewSyncer(nil, handle, order.SyncOptions{Interval: -1}) },
		"long window": func() (*order.Syncer, error) { return order.NewSyncer(nil, handle, order.SyncOptions{Window: 1 << 62}) },
	} {
		_, err := make()
		assert.ErrorIs(t, err, mall.ErrInvalid, name)
	}
}

func TestOnceReadsEverythingOnceAndThenOnlyWhatIsNew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shop, d := newNumbered(recentRows(95, 60)), &tower{}
		s := d.follow(t, order.SyncOptions{Window: 10 * time.Minute}, shop)
		require.NoError(t, s.Once(t.Context()))
		assert.Equal(t, idsOf(shop.rows), d.ids())
		time.Sleep(time.Minute)
		shop.rows[3].Updated, shop.rows[3].PlatformStatus = time.Now().Truncate(time.Second), "3"
		time.Sleep(time.Minute)
		require.NoError(t, s.Once(t.Context()))
		require.Len(t, d.orders, 96)
		assert.Equal(t, "o003", d.orders[95].ID)
		assert.Equal(t, mall.Platform("fake"), d.orders[95].Platform, "completed as by Get")
		assert.Empty(t, d.trouble)
	})
}

// 90 days without orders are not ninety calls.
func TestQuietTimesAreReadInLongWindows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shop := newNumbered(recentRows(3, 60))
		require.NoError(t, new(tower).follow(t, order.SyncOptions{}, shop).Once(t.Context()))
		assert.LessOrEqual(t, len(shop.asked), 8)
	})
}

func TestAWindowThatFailsStaysOpen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		down := errors.New("database is down")
		checkpoints := order.NewMemoryCheckpoints()
		shop, d := newNumbered(recentRows(40, 60)), &tower{}
		d.refuse = func(o order.Order) error {
			if o.ID == "o020" {
				return down
			}
			return nil
		}
		opts := order.SyncOptions{Checkpoints: checkpoints, Since: time.Now().Add(-time.Hour)}
		s := d.follow(t, opts, shop)
		err := s.Once(t.Context())
		require.ErrorIs(t, err, down)
		assert.ErrorContains(t, err, "fake/1: handle order: fake: order o020: database is down")
		assert.ErrorIs(t, d.trouble[0], down)
		until, err := checkpoints.Load(t.Context(), fakeShop(1))
		require.NoError(t, err)
		assert.True(t, until.IsZero())
		d.refuse = nil
		require.NoError(t, s.Once(t.Context()))
		assert.Equal(t, idsOf(shop.rows), d.ids(), "each once, the refused one too")
	})
}

// slow is a shop whose calls take long.
type slow struct {
	order.Driver
	takes time.Duration
	err   error
}

func (s slow) Page(ctx context.Context, q order.Query, cursor string) (mall.Page[order.Order], error) {
	if err := wait(ctx, s.takes); err != nil {
		return mall.Page[order.Order]{}, err
	}
	if s.err != nil {
		return mall.Page[order.Order]{}, s.err
	}
	return s.Driver.Page(ctx, q, cursor)
}

// Slow and failing shops cost the others nothing, though there are many more
// shops than turns.
func TestShopsDoNotHoldUpOneAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const shops, stuck, broken = 2000, 7, 50
		d := &tower{}
		var drivers []order.Driver
		for i := range shops {
			var driver order.Driver = newNumbered(recentRows(1, 60))
			switch {
			case i < stuck:
				driver = slow{driver, 24 * time.Hour, nil}
			case i < stuck+broken:
				driver = slow{driver, time.Second, &mall.Error{Kind: mall.ErrUnavailable, RetryAfter: time.Hour}}
			default:
				driver = slow{driver, 10 * time.Millisecond, nil}
			}
			drivers = append(drivers, driver)
		}
		most := 0
		s := d.follow(t, order.SyncOptions{Parallel: stuck + 3, Since: time.Now().Add(-time.Hour), OnProgress: func(p order.Progress) {
			most = max(most, runtime.NumGoroutine())
			assert.Equal(t, shops, p.Shops)
		}}, drivers...)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		begun := time.Now()
		require.ErrorIs(t, s.Run(ctx), context.DeadlineExceeded)
		assert.Len(t, d.orders, shops-stuck-broken)
		assert.Less(t, slices.MaxFunc(d.at, time.Time.Compare).Sub(begun), 30*time.Second)
		assert.Len(t, d.trouble, broken, "the pause that the platform asked for is kept")
		assert.Less(t, most, shops/2, "goroutines are bounded, those of other tests included")
	})
}

// A shop that has much to catch up with does not keep the turns to itself.
func TestABacklogDoesNotHoldUpOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		behind, quiet := newNumbered(recentRows(1100, 30)), newNumbered(nil)
		s := new(tower).follow(t, order.SyncOptions{Parallel: 1, Interval: 20 * time.Second, Since: time.Now().Add(-20 * time.Hour)},
			slow{behind, time.Second, nil}, slow{quiet, time.Second, nil})
		ctx, cancel := context.WithTimeout(t.Context(), 150*time.Second)
		defer cancel()
		_ = s.Run(ctx)
		assert.Greater(t, len(quiet.asked), 5)
		assert.Greater(t, len(behind.asked), 100)
	})
}

func TestAFailingShopIsAskedLessAndLess(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &tower{}
		s := d.follow(t, order.SyncOptions{}, slow{newNumbered(nil), 0, mall.ErrUnavailable})
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		_ = s.Run(ctx)
		assert.Greater(t, len(d.trouble), 15)
		assert.Less(t, len(d.trouble), 25)
	})
}

func TestBadRecords(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shop := newMart(5, 100, time.Minute, martLimits)
		shop.bad = 10
		time.Sleep(2 * time.Minute)
		q := order.Query{From: time.Now().Add(-time.Hour)}
		service := order.NewService(shop, "1", order.Options{})

		seen := 0
		var last error
		for _, err := range service.All(t.Context(), q) {
			if last = err; err == nil {
				seen++
			}
		}
		require.ErrorIs(t, last, mall.ErrReply, "whoever just lists sees an error")
		assert.Equal(t, 45, seen, "and the good orders of the page")
		page, err := service.Page(t.Context(), q, "")
		bad, ok := errors.AsType[*order.BadRecordsError](err)
		require.True(t, ok)
		assert.Equal(t, 50, len(page.Items)+len(bad.Records))
		pages := 1
		for ; page.Next != ""; pages++ {
			page, err = service.Page(t.Context(), q, page.Next)
			require.ErrorIs(t, err, mall.ErrReply)
		}
		assert.Equal(t, 3, pages, "bad records are rows of the page too")

		d := &tower{}
		s := d.follow(t, order.SyncOptions{}, shop)
		err = s.Once(t.Context())
		require.ErrorIs(t, err, mall.ErrReply, "without OnBadRecord the window stays open")
		refuse := errors.New("no room")
		s = d.follow(t, order.SyncOptions{OnBadRecord: func(context.Context, order.ShopKey, order.BadRecord) error { return refuse }}, shop)
		require.ErrorIs(t, s.Once(t.Context()), refuse)
		d = &tower{}
		require.NoError(t, d.follow(t, order.SyncOptions{OnBadRecord: d.keepBad}, shop).Once(t.Context()))
		assert.Len(t, d.orders, 90)
		slices.Sort(d.bad)
		assert.Len(t, slices.Compact(d.bad), 10)

		d, shop.bad = &tower{}, 1
		require.NoError(t, d.follow(t, order.SyncOptions{OnBadRecord: d.keepBad}, shop).Once(t.Context()), "pages without any good order")
		assert.Len(t, d.bad, 100)
	})
}

func TestHistoryThatIsGoneIsReported(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shop, d, checkpoints := newNumbered(recentRows(5, 60)), &tower{}, order.NewMemoryCheckpoints()
		old := time.Now().Add(-100 * 24 * time.Hour)
		require.NoError(t, checkpoints.Save(t.Context(), fakeShop(1), old))
		require.NoError(t, d.follow(t, order.SyncOptions{Checkpoints: checkpoints}, shop).Once(t.Context()))
		require.Len(t, d.trouble, 1)
		gap, ok := errors.AsType[*order.GapError](d.trouble[0])
		require.True(t, ok)
		assert.True(t, gap.From.Equal(old.Add(-time.Second)), "%s", gap.From)
		assert.WithinDuration(t, time.Now().Add(-90*24*time.Hour), gap.To, 2*time.Hour)
		assert.ErrorContains(t, gap, "no longer listed")
		assert.Len(t, d.orders, 5, "the sync goes on behind the gap")
	})
}

func TestACheckpointInTheFutureIsReported(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		checkpoints := order.NewMemoryCheckpoints()
		require.NoError(t, checkpoints.Save(t.Context(), fakeShop(1), time.Now().Add(time.Hour)))
		s := new(tower).follow(t, order.SyncOptions{Checkpoints: checkpoints}, newNumbered(nil))
		assert.ErrorContains(t, s.Once(t.Context()), "lies in the future")
	})
}

func TestARunningSyncerIsNotRunTwice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := new(tower).follow(t, order.SyncOptions{}, newNumbered(nil))
		ctx, cancel := context.WithCancelCause(t.Context())
		var running sync.WaitGroup
		stop := errors.New("stop")
		running.Go(func() { assert.ErrorIs(t, s.Run(ctx), stop) })
		synctest.Wait()
		assert.ErrorContains(t, s.Once(t.Context()), "running already")
		cancel(stop)
		running.Wait()
		assert.ErrorIs(t, s.Once(ctx), stop)
		assert.NoError(t, s.Once(t.Context()), "but again")
	})
}

func TestProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shop := newNumbered(recentRows(100, 60))
		shop.limits.Lag = 10 * time.Second
		var reports []order.Progress
		s := new(tower).follow(t, order.SyncOptions{Since: time.Now().Add(-2 * time.Hour), OnProgress: func(p order.Progress) { reports = append(reports, p) }},
			slow{shop, 500 * time.Millisecond, nil})
		require.NoError(t, s.Once(t.Context()))
		require.GreaterOrEqual(t, len(reports), 5)
		middle, last := reports[len(reports)/2], reports[len(reports)-1]
		assert.Positive(t, middle.Orders)
		assert.InDelta(t, 20, middle.OrdersPerSecond, 0.5, "a page of ten every half second")
		assert.Equal(t, order.Progress{Shops: 1, Windows: 1, Orders: 100, Lag: last.Lag, OrdersPerSecond: last.OrdersPerSecond}, last)
		assert.Less(t, last.Lag, 20*time.Second)
	})
}
