package order_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// pagesOf reads a list page by page, each with a service of its own, and
// returns the ids of each page and the cursors that led to them.
func pagesOf(t *testing.T, shop *platform, q order.Query, cursor string) (ids [][]string, cursors []string) {
	t.Helper()
	for {
		page, err := service(shop).Page(t.Context(), q, cursor)
		require.NoError(t, err)
		cursors = append(cursors, cursor)
		var of []string
		for _, o := range page.Items {
			of = append(of, o.ID)
		}
		ids = append(ids, of)
		if cursor = page.Next; cursor == "" {
			return ids, cursors
		}
		require.Less(t, len(ids), 1000)
	}
}

func flat(pages [][]string) map[string]bool {
	set := map[string]bool{}
	for _, p := range pages {
		for _, id := range p {
			set[id] = true
		}
	}
	return set
}

func TestListPageIsResumable(t *testing.T) {
	t.Parallel()
	for name, newShop := range map[string]func([]order.Order) *platform{"numbered": newNumbered, "cursor": newCursor} {
		shop := newShop(rows(40, 10))
		shop.limits.MaxWindow = 150 * time.Second
		shop.limits.MaxRows = 12
		q := order.Query{From: before(500), PageSize: 3}
		whole, cursors := pagesOf(t, shop, q, "")
		require.Len(t, flat(whole), 40, name)
		require.Greater(t, len(cursors), 10, name)
		for i, stored := range cursors {
			rest, _ := pagesOf(t, shop, q, stored)
			assert.Equal(t, whole[i:], rest, "%s, stopped before page %d", name, i)
		}
	}
}

// The time of the first page decides where the list ends, not the time of the
// resumption.
func TestAResumedListEndsWhereItWasToEnd(t *testing.T) {
	t.Parallel()
	now := noon
	shop := newNumbered(rows(20, 10))
	s := order.NewService(shop, "shop-1", order.Options{Clock: func() time.Time { return now }})
	page, err := s.Page(t.Context(), order.Query{PageSize: 3}, "")
	require.NoError(t, err)
	now = now.Add(24 * time.Hour)
	_, err = s.Page(t.Context(), order.Query{PageSize: 3}, page.Next)
	require.NoError(t, err)
	assert.True(t, shop.asked[1].To.Equal(noon))
	assert.True(t, shop.asked[1].From.Equal(shop.asked[0].From))
}

func TestCursorsOfOthersAreRefused(t *testing.T) {
	t.Parallel()
	q := order.Query{From: before(500), To: before(5), PageSize: 3}
	shop := newNumbered(rows(40, 10))
	page, err := service(shop).Page(t.Context(), q, "")
	require.NoError(t, err)
	asked := len(shop.asked)
	refused := func(name string, s *order.Service, q order.Query, cursor string) {
		t.Helper()
		page, err := s.Page(t.Context(), q, cursor)
		require.ErrorIs(t, err, mall.ErrInvalid, name)
		assert.Equal(t, mall.Page[order.Order]{Total: -1}, page, name)
	}
	for name, change := range map[string]func(*order.Query){
		"From":                                   func(q *order.Query) { q.From = q.From.Add(time.Second) },
		"To":                                     func(q *order.Query) { q.To = time.Time{} },
		"clock":                                  func(q *order.Query) { q.By = mall.ByCreation },
		"status":                                 func(q *order.Query) { q.Status = order.StatusClosed },
		"From by less than the platform's clock": func(q *order.Query) { q.From = q.From.Add(time.Nanosecond) },
	} {
		other := q
		change(&other)
		refused(name, service(shop), other, page.Next)
	}
	refused("another shop", order.NewService(shop, "shop-2", order.Options{Clock: clockAt(noon)}), q, page.Next)
	for _, garbage := range []string{
		" ", "1", "0", "null", "e30", "bnVsbA", "W10", "not base64!", page.Next[1:], page.Next[:len(page.Next)-2], strings.ToUpper(page.Next), page.Next + "=",
	} {
		refused(garbage, service(shop), q, garbage)
	}
	assert.Len(t, shop.asked, asked, "nothing is sent for a cursor that is refused")
}

// forge changes fields of a cursor.
func forge(t *testing.T, cursor string, fields map[string]any) string {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	require.NoError(t, err)
	var at map[string]any
	require.NoError(t, json.Unmarshal(text, &at))
	for k, v := range fields {
		require.Contains(t, []string{"f", "e", "t", "s", "p", "r", "a", "c", "h", "n", "b", "k"}, k)
		at[k] = v
	}
	text, err = json.Marshal(at)
	require.NoError(t, err)
	return base64.RawURLEncoding.EncodeToString(text)
}

// A cursor that went through the hands of others cannot leave the query or the
// limits of the platform.
func TestForgedCursorsAreRefused(t *testing.T) {
	t.Parallel()
	text := func(t time.Time) string { return t.Format(time.RFC3339Nano) }
	q := order.Query{From: before(500), To: before(5), PageSize: 3}
	for name, newShop := range map[string]func([]order.Order) *platform{"numbered": newNumbered, "cursor": newCursor} {
		shop := newShop(rows(40, 10))
		shop.limits.MaxWindow = 200 * time.Second
		page, err := service(shop).Page(t.Context(), q, "")
		require.NoError(t, err)
		_, err = service(shop).Page(t.Context(), q, forge(t, page.Next, nil))
		require.NoError(t, err, "an honest cursor")
		forged := []map[string]any{
			{"f": text(before(501))}, {"f": text(before(600)), "e": text(before(450))}, {"t": text(before(4))}, {"f": text(before(200)), "e": text(before(300))},
			{"f": text(before(300)), "e": text(before(300))},
			{"f": text(before(5)), "e": text(before(4))}, {"e": text(before(1))}, {"e": text(before(299))}, {"f": "0001-01-01T00:00:00Z"}, {"f": nil, "e": ""},
			{"s": -1}, {"s": 11}, {"p": -2}, {"s": "3"},
		}
		if name == "numbered" {
			forged = append(forged,
				map[string]any{"s": 0}, map[string]any{"p": 1<<20 + 1}, map[string]any{"c": "7"}, map[string]any{"a": -1}, map[string]any{"a": 4})
		} else {
			forged = append(forged, map[string]any{"p": 0}, map[string]any{"n": -1}, map[string]any{"k": -1})
		}
		asked := len(shop.asked)
		for _, fields := range forged {
			_, err := service(shop).Page(t.Context(), q, forge(t, page.Next, fields))
			assert.ErrorIs(t, err, mall.ErrInvalid, "%s: %v", name, fields)
		}
		assert.Len(t, shop.asked, asked)
	}
}

func TestForgedPagesBeyondMaxRowsAreRefused(t *testing.T) {
	t.Parallel()
	q := order.Query{From: before(500), PageSize: 3}
	shop := newNumbered(rows(40, 10))
	shop.limits.MaxRows = 100
	page, err := service(shop).Page(t.Context(), q, "")
	require.NoError(t, err)
	_, err = service(shop).Page(t.Context(), q, forge(t, page.Next, map[string]any{"p": 33}))
	require.NoError(t, err)
	_, err = service(shop).Page(t.Context(), q, forge(t, page.Next, map[string]any{"p": 34}))
	require.ErrorIs(t, err, mall.ErrInvalid)
}

func TestListPageNoticesThatACursorStands(t *testing.T) {
	t.Parallel()
	shop := newCursor(nil)
	shop.answer = func(*platform, []order.Order, order.Query, string) (mall.Page[order.Order], error) {
		return mall.Page[order.Order]{Items: rows(1, 1), Next: "same"}, nil
	}
	page, err := service(shop).Page(t.Context(), order.Query{}, "")
	require.NoError(t, err)
	page, err = service(shop).Page(t.Context(), order.Query{}, page.Next)
	require.ErrorIs(t, err, mall.ErrReply)
	assert.Empty(t, page.Items)
}

// Pages alike are no proof of standing as long as others come between them.
func TestPagesAlikeInBetweenAreFollowed(t *testing.T) {
	t.Parallel()
	shop, n := newCursor(nil), 0
	shop.answer = func(*platform, []order.Order, order.Query, string) (mall.Page[order.Order], error) {
		if n++; n == 6000 {
			return mall.Page[order.Order]{Items: rows(1, 1)}, nil
		}
		page := mall.Page[order.Order]{Next: fmt.Sprint(n)}
		if n%3 == 0 {
			page.Items = rows(1+n%2, 10)
		}
		return page, nil
	}
	_, err := collect(t.Context(), service(shop), order.Query{})
	require.NoError(t, err)
	assert.Equal(t, 6000, n)
}

func TestACursorThatNeverAdvancesEndsTheList(t *testing.T) {
	t.Parallel()
	one := rows(1, 10)
	for name, c := range map[string]struct {
		next func(n int) string
		rows func(n int) []order.Order
	}{
		"it stands":                      {func(int) string { return "same" }, func(n int) []order.Order { return rows(n%9+1, 10) }},
		"it goes in circles":             {func(n int) string { return fmt.Sprint(n % 7) }, func(n int) []order.Order { return rows(n%7+1, 10) }},
		"it advances over the same rows": {func(n int) string { return fmt.Sprint(n) }, func(int) []order.Order { return one }},
		"it advances over nothing":       {func(n int) string { return fmt.Sprint(n) }, func(int) []order.Order { return nil }},
	} {
		shop, n := newCursor(nil), 0
		shop.answer = func(*platform, []order.Order, order.Query, string) (mall.Page[order.Order], error) {
			n++
			return mall.Page[order.Order]{Items: c.rows(n), Next: c.next(n), Total: -1}, nil
		}
		_, err := collect(t.Context(), service(shop), order.Query{})
		require.ErrorIs(t, err, mall.ErrReply, name)
		assert.LessOrEqual(t, len(shop.asked), 1010, name)
	}
}

// A circle of cursors is noticed by those too who keep no list of them: by
// Page from page to page, and by a Syncer, whose checkpoint stays.
func TestACircleOfCursorsIsNoEnd(t *testing.T) {
	t.Parallel()
	for _, length := range []int{1, 2, 3, 7, 50} {
		shop, n := newCursor(nil), 0
		shop.answer = func(*platform, []order.Order, order.Query, string) (mall.Page[order.Order], error) {
			n++
			page := mall.Page[order.Order]{Next: fmt.Sprint(n % length)}
			if n%3 > 0 { // some pages are empty
				page.Items = rows(n%length+1, 10)
			}
			return page, nil
		}
		var err error
		cursor := ""
		for err == nil {
			var page mall.Page[order.Order]
			page, err = service(shop).Page(t.Context(), order.Query{}, cursor)
			cursor = page.Next
			require.True(t, err != nil || cursor != "", "circle of %d: it is not the end of the list", length)
			require.Less(t, n, 4*length+10, "circle of %d", length)
		}
		require.ErrorIs(t, err, mall.ErrReply, "circle of %d", length)
		require.ErrorIs(t, err, mall.ErrReply, "circle of %d", length)
		_, ok := errors.AsType[*mall.Error](err)
		assert.True(t, ok)
	}
}

func TestASyncerDoesNotPassACircleOfCursors(t *testing.T) {
	t.Parallel()
	shop, n := newCursor(nil), 0
	shop.answer = func(*platform, []order.Order, order.Query, string) (mall.Page[order.Order], error) {
		if n++; n > 1000 {
			return mall.Page[order.Order]{}, errBounds
		}
		return mall.Page[order.Order]{Items: rows(n%5+1, 10), Next: fmt.Sprint(n % 5)}, nil
	}
	checkpoints := &memory{}
	syncer, err := order.NewSyncer([]*order.Service{service(shop)}, func(context.Context, order.Order, order.Version) error { return nil },
		order.SyncOptions{Checkpoints: checkpoints, OnError: func(order.ShopKey, error) {}})
	require.NoError(t, err)
	require.ErrorIs(t, syncer.Once(t.Context()), mall.ErrReply)
	assert.Zero(t, checkpoints.until, "the window was not read to its end")
	assert.Less(t, n, 100)
}

// memory is a checkpoint store.
type memory struct{ until time.Time }

func (m *memory) Load(context.Context, order.ShopKey) (time.Time, error) { return m.until, nil }

func (m *memory) Save(_ context.Context, _ order.ShopKey, until time.Time) error {
	m.until = until
	return nil
}

func TestEmptyPagesOnTheWayAreFollowed(t *testing.T) {
	t.Parallel()
	shop := newCursor(rows(3, 10))
	shop.answer = func(_ *platform, matching []order.Order, _ order.Query, cursor string) (mall.Page[order.Order], error) {
		if len(cursor) < 50 {
			return mall.Page[order.Order]{Next: cursor + "x", Total: -1}, nil
		}
		return mall.Page[order.Order]{Items: matching, Total: -1}, nil
	}
	got, err := collect(t.Context(), service(shop), order.Query{})
	require.NoError(t, err)
	assert.Len(t, got, 3)
}

func FuzzCursor(f *testing.F) {
	q := order.Query{From: before(500), PageSize: 3}
	for _, shop := range []*platform{newNumbered(rows(40, 10)), newCursor(rows(40, 10))} {
		shop.limits.MaxWindow, shop.limits.MaxRows = 150*time.Second, 100
		page, err := service(shop).Page(f.Context(), q, "")
		if err != nil {
			f.Fatal(err)
		}
		text, err := base64.RawURLEncoding.DecodeString(page.Next)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), true)
		f.Add(page.Next, false)
		f.Add(string(text[:len(text)-1])+`,"p":5}`, true)
		f.Add(string(text[:len(text)-1])+`,"c":"x"}`, true)
	}
	f.Add("", false)
	f.Fuzz(func(t *testing.T, cursor string, encode bool) {
		if encode {
			cursor = base64.RawURLEncoding.EncodeToString([]byte(cursor))
		}
		for _, shop := range []*platform{newNumbered(rows(40, 10)), newCursor(rows(40, 10))} {
			shop.limits.MaxWindow, shop.limits.MaxRows = 150*time.Second, 100
			s := service(shop)
			for next, pages := cursor, 0; ; pages++ {
				page, err := s.Page(t.Context(), q, next)
				if err != nil {
					if len(page.Items) > 0 || page.Next != "" {
						t.Fatalf("a page together with %v", err)
					}
					if errors.Is(err, mall.ErrInvalid) && len(shop.asked) > 0 {
						t.Fatalf("the platform was asked before %v", err)
					}
					break
				}
				if next = page.Next; next == "" {
					break
				}
				if pages > 1000 {
					t.Fatal("the list does not end")
				}
			}
			for _, q := range shop.asked {
				if q.From.Before(before(500)) || q.To.After(q.From.Add(150*time.Second)) || q.PageSize > 10 || q.PageSize < 0 {
					t.Fatalf("asked for %+v", q)
				}
			}
		}
	})
}

// A range that a cursor cannot express is refused, not walked half-way.
func TestARangeBeforeTheCalendarIsRefused(t *testing.T) {
	t.Parallel()
	shop := newCursor(rows(40, 10))
	shop.limits.History = 0
	page, err := service(shop).Page(t.Context(), order.Query{From: time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC)}, "")
	require.ErrorIs(t, err, mall.ErrInvalid)
	require.ErrorContains(t, err, "cannot be written down")
	assert.Empty(t, page.Items)
}
