package walk_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/walk"
)

// numbers is a list of n pages with one item each; it notes what was asked.
type numbers struct {
	pages int
	asked []string
}

func (n *numbers) fetch(_ context.Context, cursor string) (mall.Page[int], error) {
	n.asked = append(n.asked, cursor)
	at := 0
	if cursor != "" {
		at, _ = strconv.Atoi(cursor)
	}
	page := mall.Page[int]{Items: []int{at}, Total: n.pages}
	if at+1 < n.pages {
		page.Next = strconv.Itoa(at + 1)
	}
	return page, nil
}

func TestPagesWalksToTheEnd(t *testing.T) {
	t.Parallel()
	list := &numbers{pages: 3}
	var got []int
	for page, err := range walk.Pages(t.Context(), list.fetch) {
		require.NoError(t, err)
		assert.Equal(t, 3, page.Total)
		got = append(got, page.Items...)
	}
	assert.Equal(t, []int{0, 1, 2}, got)
	assert.Equal(t, []string{"", "1", "2"}, list.asked)
}

func TestPagesFetchesNothingBeforeTheRange(t *testing.T) {
	t.Parallel()
	list := &numbers{pages: 3}
	pages := walk.Pages(t.Context(), list.fetch)
	assert.Empty(t, list.asked)
	for range pages {
		break
	}
	assert.Equal(t, []string{""}, list.asked, "breaking off fetches nothing more")
}

func TestPagesStartsAgain(t *testing.T) {
	t.Parallel()
	list := &numbers{pages: 2}
	pages := walk.Pages(t.Context(), list.fetch)
	for range 2 {
		for _, err := range pages {
			require.NoError(t, err)
		}
	}
	assert.Equal(t, []string{"", "1", "", "1"}, list.asked)
}

func TestPagesYieldsAnErrorOnce(t *testing.T) {
	t.Parallel()
	fault := errors.New("fault")
	asked, errs, pages := 0, 0, 0
	for page, err := range walk.Pages(t.Context(), func(context.Context, string) (mall.Page[int], error) {
		if asked++; asked == 2 {
			return mall.Page[int]{Items: []int{7}, Next: "9", Total: 9}, fault
		}
		return mall.Page[int]{Next: "1"}, nil
	}) {
		if err == nil {
			pages++
			continue
		}
		errs++
		require.ErrorIs(t, err, fault)
		assert.Zero(t, page, "an error comes without a page")
	}
	assert.Equal(t, []int{2, 1, 1}, []int{asked, pages, errs})
}

func TestPagesChecksTheContextBetweenPages(t *testing.T) {
	t.Parallel()
	reason := errors.New("shutting down")
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	list := &numbers{pages: 3}
	var last error
	for page, err := range walk.Pages(ctx, list.fetch) {
		last = err
		if err != nil {
			assert.Zero(t, page)
		}
		cancel(reason)
	}
	require.ErrorIs(t, last, reason)
	assert.Equal(t, []string{""}, list.asked)

	list.asked = nil
	for _, err := range walk.Pages(ctx, list.fetch) {
		require.ErrorIs(t, err, reason)
	}
	assert.Empty(t, list.asked, "a context that has ended fetches nothing")
}

func TestPagesRefusesCursorsThatRepeat(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lead := rapid.IntRange(0, 40).Draw(t, "pages before the circle")
		circle := rapid.IntRange(1, 40).Draw(t, "pages in the circle")
		asked, at := 0, 0
		var last error
		for _, err := range walk.Pages(context.Background(), func(context.Context, string) (mall.Page[int], error) {
			if asked++; asked > 4*(lead+circle)+4 {
				t.Fatalf("%d pages were fetched of a list with %d", asked, lead+circle)
			}
			if at++; at > lead+circle {
				at = lead + 1
			}
			return mall.Page[int]{Next: fmt.Sprint("c", at)}, nil
		}) {
			last = err
		}
		if !errors.Is(last, mall.ErrReply) {
			t.Fatalf("got %v, want mall.ErrReply", last)
		}
	})
}

func TestPagesNoticesAtOnceThatACursorStands(t *testing.T) {
	t.Parallel()
	for stands := 1; stands < 40; stands++ {
		asked, errs := 0, 0
		for _, err := range walk.Pages(t.Context(), func(context.Context, string) (mall.Page[int], error) {
			asked++
			return mall.Page[int]{Next: fmt.Sprint("c", min(asked, stands))}, nil
		}) {
			if err != nil {
				errs++
				require.ErrorIs(t, err, mall.ErrReply)
			}
		}
		assert.Equal(t, []int{stands + 1, 1}, []int{asked, errs})
	}
}
