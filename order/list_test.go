package order_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

func TestAllFetchesNothingBeforeTheRange(t *testing.T) {
	t.Parallel()
	shop := newNumbered(rows(30, 10))
	all := service(shop).All(t.Context(), order.Query{})
	assert.Empty(t, shop.asked)
	for range all {
		break
	}
	assert.Len(t, shop.asked, 1, "breaking off fetches nothing more")
}

func TestAllStartsAgain(t *testing.T) {
	t.Parallel()
	shop := newNumbered(rows(5, 10))
	all := service(shop).All(t.Context(), order.Query{})
	for range 2 {
		n := 0
		for _, err := range all {
			require.NoError(t, err)
			n++
		}
		assert.Equal(t, 5, n)
	}
}

func TestAllYieldsAnErrorOnce(t *testing.T) {
	t.Parallel()
	fault := errors.New("fault")
	shop := newNumbered(rows(30, 10))
	shop.answer = func(p *platform, matching []order.Order, q order.Query, cursor string) (mall.Page[order.Order], error) {
		page, err := numbered(p, matching, q, cursor)
		if cursor == "1" {
			err = fault // with a page that must not be seen
		}
		return page, err
	}
	orders, errs := 0, 0
	for o, err := range service(shop).All(t.Context(), order.Query{}) {
		if err == nil {
			orders++
			continue
		}
		errs++
		require.ErrorIs(t, err, fault)
		assert.Zero(t, o)
	}
	assert.Equal(t, []int{20, 1}, []int{orders, errs}, "the probe, the last page, then the error")
	assert.Len(t, shop.asked, 3)
}

func TestAllEndsWithTheContext(t *testing.T) {
	t.Parallel()
	reason := errors.New("shutting down")
	for name, newShop := range map[string]func([]order.Order) *platform{"numbered": newNumbered, "cursor": newCursor} {
		for stop := range 9 {
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			shop := newShop(rows(30, 10))
			shop.limits.MaxWindow = 150 * time.Second
			if stop == 0 {
				cancel(reason)
			}
			shop.after = func(n int) {
				if n == stop {
					cancel(reason)
				}
			}
			errs := 0
			for o, err := range service(shop).All(ctx, order.Query{From: before(300), PageSize: 5}) {
				if err != nil {
					errs++
					require.ErrorIs(t, err, reason, name)
					assert.Zero(t, o)
				}
			}
			if stop <= 6 { // both walks take seven questions at least
				assert.Equal(t, 1, errs, "%s, stopped after reply %d", name, stop)
				assert.Len(t, shop.asked, stop, name)
			}
		}
	}
}

// Halving asks several times within one Page.
func TestListPageEndsWithTheContextWhileHalving(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	shop := newNumbered(rows(60, 1))
	shop.limits.MaxRows, shop.deaf = 10, true
	shop.after = func(int) { cancel() }
	page, err := service(shop).Page(ctx, order.Query{From: before(100)}, "")
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, mall.Page[order.Order]{Total: -1}, page)
	assert.Len(t, shop.asked, 1)
}

func TestTheQueryIsNotChanged(t *testing.T) {
	t.Parallel()
	q := order.Query{By: mall.ByCreation, Status: order.StatusToShip, From: before(900)}
	same := q
	_, err := collect(t.Context(), service(newNumbered(rows(30, 10))), q)
	require.NoError(t, err)
	assert.Equal(t, same, q)
}

func TestListPageReadsThePagesFromTheLastToTheFirst(t *testing.T) {
	t.Parallel()
	shop := newNumbered(rows(10, 10))
	_, err := collect(t.Context(), service(shop), order.Query{PageSize: 3})
	require.NoError(t, err)
	var cursors []string
	for _, q := range shop.asked {
		cursors = append(cursors, q.Cursor)
	}
	assert.Equal(t, []string{"", "3", "2", "1", ""}, cursors, "page 0 tells how many there are and is read again at the end")
}

func TestAPageLargerThanTheListIsReadOnce(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 9, 10} {
		shop := newNumbered(rows(n, 10))
		got, err := collect(t.Context(), service(shop), order.Query{PageSize: 10})
		require.NoError(t, err)
		assert.Len(t, got, n)
		assert.Len(t, shop.asked, 1)
	}
}

func TestListPageSaysNoTotal(t *testing.T) {
	t.Parallel()
	page, err := service(newNumbered(rows(3, 10))).Page(t.Context(), order.Query{}, "")
	require.NoError(t, err)
	assert.Len(t, page.Items, 3)
	assert.Equal(t, -1, page.Total)
	assert.Empty(t, page.Next)
}

func TestStatusByUpdateIsAskedForAndFiltered(t *testing.T) {
	t.Parallel()
	shop := newNumbered(rows(30, 10))
	for i := range shop.rows {
		if i%3 == 0 {
			shop.rows[i].Status = order.StatusClosed
		}
	}
	got, err := collect(t.Context(), service(shop), order.Query{Status: order.StatusClosed, PageSize: 3})
	require.NoError(t, err)
	assert.Len(t, got, 10)
	for _, q := range shop.asked {
		assert.Equal(t, order.StatusClosed, q.Status)
	}

	shop.answer = func(p *platform, _ []order.Order, q order.Query, cursor string) (mall.Page[order.Order], error) {
		return numbered(p, p.rows, q, cursor) // a platform without the filter
	}
	got, err = collect(t.Context(), service(shop), order.Query{Status: order.StatusClosed, PageSize: 3})
	require.NoError(t, err)
	assert.Len(t, got, 10)
}

// Orders that come to have the status during the walk must not push out those
// that had it before.
func TestStatusByCreationMissesNothing(t *testing.T) {
	t.Parallel()
	shop := newNumbered(rows(30, 10))
	var want []string
	for i := range shop.rows {
		shop.rows[i].Status = order.StatusUnpaid
		if i%2 == 0 {
			shop.rows[i].Status = order.StatusToShip
			want = append(want, shop.rows[i].ID)
		}
	}
	shop.after = func(n int) { // one more buyer pays, the earliest first
		if i := 2*n - 1; i < len(shop.rows) {
			shop.rows[i].Status = order.StatusToShip
		}
	}
	got, err := collect(t.Context(), service(shop), order.Query{By: mall.ByCreation, Status: order.StatusToShip, PageSize: 3})
	require.NoError(t, err)
	assert.Subset(t, got, want)
	for _, q := range shop.asked {
		assert.Empty(t, q.Status, "the platform is asked for all statuses")
	}
}

// An order that changed between two readings is a new fact and is yielded again.
func TestAllYieldsAChangedOrderAgain(t *testing.T) {
	t.Parallel()
	shop := newNumbered(rows(9, 10))
	shop.after = func(n int) {
		if n == 1 { // within the window: a platform whose clock is not ours
			shop.rows[0].Updated = before(5)
		}
	}
	got, err := collect(t.Context(), service(shop), order.Query{PageSize: 3})
	require.NoError(t, err)
	assert.Len(t, got, 10)
}

func TestResolveTellsWhereTheNextWalkBegins(t *testing.T) {
	t.Parallel()
	now := noon
	shop := newNumbered(nil)
	shop.limits.Lag = 30 * time.Second
	s := order.NewService(shop, "shop-1", order.Options{Clock: func() time.Time { return now }})
	checkpoint, seen := noon.Add(-time.Hour), map[string]bool{}
	for i := range 20 { // an order each 10 seconds, listed 25 seconds late
		if i >= 3 {
			placed := now.Add(-25 * time.Second)
			shop.rows = append(shop.rows, row(fmt.Sprintf("o%02d", i), placed, placed))
		}
		q, err := s.Resolve(order.Query{From: checkpoint})
		require.NoError(t, err)
		ids, err := collect(t.Context(), s, q)
		require.NoError(t, err)
		for _, id := range ids {
			seen[id] = true
		}
		require.False(t, q.To.Before(checkpoint))
		checkpoint = q.To
		now = now.Add(10 * time.Second)
	}
	assert.Len(t, seen, 16, "all but the last, which lies within the lag")
}
