package order_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// All sees each order once, however the range is cut into windows and pages.
func TestAllSeesEachOrderOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		newShop := rapid.SampledFrom([]func([]order.Order) *platform{newNumbered, newCursor}).Draw(t, "paging")
		n, gap := rapid.IntRange(0, 60).Draw(t, "orders"), rapid.IntRange(1, 5).Draw(t, "gap")
		shop := newShop(rows(n, gap))
		shop.limits.MaxWindow = time.Duration(rapid.IntRange(0, 100).Draw(t, "window")) * time.Second
		shop.limits.MaxRows = rapid.SampledFrom([]int{0, 3, 7, 20}).Draw(t, "most rows")
		q := order.Query{
			From: before(400), PageSize: rapid.IntRange(1, 10).Draw(t, "page size"),
			By: rapid.SampledFrom([]mall.By{mall.ByUpdate, mall.ByCreation}).Draw(t, "by"),
		}
		got, err := collect(context.Background(), service(shop), q)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(got)
		if want := idsOf(shop.rows); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestWindowsCoverTheRange(t *testing.T) {
	t.Parallel()
	shop := newNumbered(rows(40, 10))
	shop.limits.MaxWindow = 90 * time.Second
	got, err := collect(t.Context(), service(shop), order.Query{From: before(400), To: before(35)})
	require.NoError(t, err)
	assert.Len(t, got, 37)

	from := before(400)
	for _, q := range shop.asked {
		if q.Cursor != "" || q.From.Equal(from) {
			continue
		}
		assert.LessOrEqual(t, q.To.Sub(q.From), 90*time.Second)
		from = q.From
	}
	first, last := shop.asked[0], shop.asked[len(shop.asked)-1]
	assert.True(t, first.From.Equal(before(400)))
	assert.True(t, last.To.Equal(before(35)))
	for i, q := range shop.asked[1:] {
		same := q.From.Equal(shop.asked[i].From) && q.To.Equal(shop.asked[i].To)
		assert.True(t, same || q.From.Equal(shop.asked[i].To), "no gap between the windows")
	}
}

// Both ends of a window are counted in, so an order at the seam comes twice
// from the platform and once from All.
func TestOrdersAtTheSeamAreNotRepeated(t *testing.T) {
	t.Parallel()
	for name, shop := range map[string]*platform{"numbered": newNumbered(nil), "cursor": newCursor(nil)} {
		shop.rows = []order.Order{row("a", before(30), before(30)), row("seam", before(20), before(20)), row("z", before(10), before(10))}
		shop.limits.MaxWindow = 20 * time.Second
		s := service(shop)
		got, err := collect(t.Context(), s, order.Query{From: before(40)})
		require.NoError(t, err, name)
		assert.ElementsMatch(t, []string{"a", "seam", "z"}, got, name)

		pages := 0
		for cursor, first := "", true; cursor != "" || first; first = false {
			page, err := s.Page(t.Context(), order.Query{From: before(40)}, cursor)
			require.NoError(t, err)
			if slices.ContainsFunc(page.Items, func(o order.Order) bool { return o.ID == "seam" }) {
				pages++
			}
			cursor = page.Next
		}
		assert.Equal(t, 2, pages, "%s: pages that hold the order at the seam", name)
	}
}

func TestWindowsAreHalvedBelowMaxRows(t *testing.T) {
	t.Parallel()
	for name, shop := range map[string]*platform{"numbered": newNumbered(rows(60, 1)), "cursor": newCursor(rows(60, 1))} {
		shop.limits.MaxRows = 10
		got, err := collect(t.Context(), service(shop), order.Query{From: before(100), PageSize: 4})
		require.NoError(t, err, name)
		assert.ElementsMatch(t, idsOf(shop.rows), got, name)
	}
}

// A platform may report no more rows than it can page through, so a total at
// the bound tells nothing.
func TestTotalsAtTheBoundAreNotTrusted(t *testing.T) {
	t.Parallel()
	shop := newNumbered(rows(60, 1))
	shop.limits.MaxRows = 10
	shop.answer = func(p *platform, matching []order.Order, q order.Query, cursor string) (mall.Page[order.Order], error) {
		return numbered(p, matching[:min(len(matching), 10)], q, cursor)
	}
	got, err := collect(t.Context(), service(shop), order.Query{From: before(100), PageSize: 4})
	require.NoError(t, err)
	assert.ElementsMatch(t, idsOf(shop.rows), got)
}

func TestTooManyOrdersOfOneSecondAreReported(t *testing.T) {
	t.Parallel()
	for name, shop := range map[string]*platform{"numbered": newNumbered(nil), "cursor": newCursor(nil)} {
		shop.limits.MaxRows = 10
		for i := range 11 {
			shop.rows = append(shop.rows, row(fmt.Sprintf("o%02d", i), before(60), before(60)))
		}
		_, err := collect(t.Context(), service(shop), order.Query{From: before(100), PageSize: 4})
		require.ErrorIs(t, err, mall.ErrInvalid, name)
		require.ErrorContains(t, err, "11 orders fall into one step of the platform's clock at 2026-03-02 11:5", name)
		require.ErrorContains(t, err, "10 at most", name)

		shop.rows = shop.rows[:10]
		got, err := collect(t.Context(), service(shop), order.Query{From: before(100), PageSize: 4})
		require.NoError(t, err, "%s: as many as can be paged through", name)
		assert.Len(t, got, 10, name)
	}
}

// Once a cursor is under way its window must stay as it was asked for.
func TestAWindowIsNotHalvedUnderACursor(t *testing.T) {
	t.Parallel()
	shop := newCursor(rows(9, 1))
	shop.limits.MaxRows = 10
	shop.after = func(n int) {
		if n == 1 {
			shop.rows = append(shop.rows, rows(9, 1)...)
			for i := range shop.rows[9:] {
				shop.rows[9+i].ID += "-late"
			}
		}
	}
	_, err := collect(t.Context(), service(shop), order.Query{From: before(100), PageSize: 4})
	require.NoError(t, err)
	for _, q := range shop.asked {
		assert.True(t, q.From.Equal(before(100)) && q.To.Equal(noon), "%s to %s", q.From, q.To)
	}
}

// A platform that cuts large pages short has more pages than were computed.
func TestPagesShorterThanAskedForLoseNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		shop := newNumbered(rows(rapid.IntRange(0, 60).Draw(t, "orders"), 1))
		shop.limits.MaxRows = rapid.SampledFrom([]int{0, 40}).Draw(t, "most rows")
		size := rapid.IntRange(1, 9).Draw(t, "true page size")
		shop.answer = func(p *platform, matching []order.Order, q order.Query, cursor string) (mall.Page[order.Order], error) {
			q.PageSize = min(q.PageSize, size)
			return numbered(p, matching, q, cursor)
		}
		got, err := collect(context.Background(), service(shop), order.Query{From: before(100), PageSize: 10})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(got)
		if want := idsOf(shop.rows); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestNumberedRepliesThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		page mall.Page[order.Order]
		want mall.Kind
		text string
	}{
		{"no total", mall.Page[order.Order]{Items: rows(1, 1), Total: -1}, mall.ErrReply, "how many rows"},
		{"no rows of many", mall.Page[order.Order]{Total: 1000}, mall.ErrUnavailable, "the first page is empty, yet there are 1000 orders"},
		{"a total out of this world", mall.Page[order.Order]{Items: rows(1, 1), Total: math.MaxInt}, mall.ErrInvalid, "ask for larger pages"},
	} {
		shop := newNumbered(nil)
		shop.answer = func(*platform, []order.Order, order.Query, string) (mall.Page[order.Order], error) {
			return c.page, nil
		}
		_, err := collect(t.Context(), service(shop), order.Query{From: before(100)})
		require.ErrorIs(t, err, c.want, c.name)
		require.ErrorContains(t, err, "list orders: fake: ", c.name)
		require.ErrorContains(t, err, c.text, c.name)
		assert.Less(t, len(shop.asked), 20, c.name)
	}
}

// The instants count, not the zones or the texts they are written in.
func TestZonesDoNotMatter(t *testing.T) {
	t.Parallel()
	odd := time.FixedZone("local mean time", 8*3600+5*60+43) // its seconds do not fit into RFC 3339
	west := time.FixedZone("west", -9*3600)
	for _, zone := range []*time.Location{time.UTC, mall.Beijing, odd, west} {
		shop := newNumbered(rows(60, 10))
		shop.limits.MaxWindow = 100 * time.Second
		s := order.NewService(shop, "shop-1", order.Options{Clock: clockAt(noon.In(zone))})
		got, err := collect(t.Context(), s, order.Query{From: before(600).In(zone), To: before(10).In(zone), PageSize: 3})
		require.NoError(t, err, zone)
		assert.ElementsMatch(t, idsOf(shop.rows), got, zone)
		assert.True(t, shop.asked[len(shop.asked)-1].To.Equal(before(10)), zone)
	}
}
