package order_test

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/long"
	"github.com/mallwire/mall/order"
)

// endless is a shop with an order for each second of a window.
type endless struct{ *platform }

func newEndless() endless {
	shop := newNumbered(nil)
	shop.limits.MaxPageSize = 100
	return endless{shop}
}

// newEndlessCursor is one whose pages have to be asked for one after the other.
func newEndlessCursor() endless {
	shop := newCursor(nil)
	shop.limits.MaxPageSize, shop.limits.MaxWindow = 50, 7*24*time.Hour
	return endless{shop}
}

func (e endless) Page(_ context.Context, q order.Query, cursor string) (mall.Page[order.Order], error) {
	number, _ := strconv.Atoi(cursor)
	page := mall.Page[order.Order]{Total: int(q.To.Sub(q.From)/time.Second) + 1}
	if !e.limits.Numbered && (number+1)*q.PageSize < page.Total {
		page.Next = strconv.Itoa(number + 1)
	}
	for i := number * q.PageSize; i < min((number+1)*q.PageSize, page.Total); i++ {
		at := q.From.Add(time.Duration(i) * time.Second)
		page.Items = append(page.Items, order.Order{ID: fmt.Sprint("order-", at.Unix()), Updated: at})
	}
	return page, nil
}

// limited is a shop as a platform serves it: 50 ms a call, and so many calls a
// second.
type limited struct {
	order.Driver
	bucket *rate.Limiter
}

func (l limited) Page(ctx context.Context, q order.Query, cursor string) (mall.Page[order.Order], error) {
	if err := l.bucket.Wait(ctx); err != nil {
		return mall.Page[order.Order]{}, err
	}
	return slow{l.Driver, 50 * time.Millisecond, nil}.Page(ctx, q, cursor)
}

// Shops of 2,000 orders, in full 100 of them, take no more than 1.15 times what their pages take at
// least, and each order comes once, though the ledger cannot remember them all.
// Numbered pages of 100 wait for the tenth of 10 calls a second; those behind a
// cursor, 50 in each, for one another.
func TestSpeed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		shop  func() endless
		rate  int // calls a second and in a burst
		least time.Duration
	}{
		"numbered pages": {newEndless, 10, 1100 * time.Millisecond},
		"cursor":         {newEndlessCursor, 300, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const orders = 2000
				shops := long.Or(100, 4)
				d := &tower{}
				var drivers []order.Driver
				for range shops {
					drivers = append(drivers, limited{c.shop(), rate.NewLimiter(rate.Limit(c.rate), c.rate)})
				}
				begun := time.Now()
				s := d.follow(t, order.SyncOptions{
					Since: begun.Add(-(orders - 1) * time.Second), Ledger: order.NewMemoryLedger(shops * orders / 2),
				}, drivers...)
				require.NoError(t, s.Once(t.Context()))
				took := time.Since(begun)
				t.Logf("%s, %.3f of the least", took, float64(took)/float64(c.least))
				assert.LessOrEqual(t, took, c.least*115/100)
				assert.Equal(t, shops*orders, len(d.orders))
				assert.Empty(t, d.trouble)
			})
		})
	}
}

func TestMemoryDoesNotGrowWithTheOrders(t *testing.T) {
	const span = 24 * time.Hour // 86,400 orders
	service := order.NewService(newEndless(), "1", order.Options{})
	n, heap := 0, []uint64{}
	s, err := order.NewSyncer([]*order.Service{service}, func(context.Context, order.Order, order.Version) error {
		if n++; n%15_000 == 0 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			heap = append(heap, m.HeapAlloc)
		}
		return nil
	}, order.SyncOptions{Since: time.Now().Add(-span), Ledger: order.NewMemoryLedger(5000)})
	require.NoError(t, err)
	require.NoError(t, s.Once(t.Context()))
	require.InDelta(t, span.Seconds(), n, 200) // some more second by second
	require.Len(t, heap, 5)
	assert.Less(t, heap[4], heap[0]+1<<20, "%v", heap)
}
