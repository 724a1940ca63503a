package walk_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/walk"
)

var noon = time.Date(2026, time.March, 2, 12, 0, 0, 0, mall.Beijing)

// shelf is a list that is not divided by time: three pages, one row each.
func shelf(asked *[]walk.Range) walk.List[string] {
	pages := map[string]mall.Page[string]{
		"":  {Items: []string{"a"}, Next: "2", Total: 3},
		"2": {Items: []string{"b"}, Next: "3", Total: 3},
		"3": {Items: []string{"c"}, Total: 3},
	}
	return walk.List[string]{
		Name: "shelf", Noun: "rows", Op: "list rows", Platform: "fake", Whole: true,
		Limits:  mall.ListLimits{MinPageSize: 2, MaxPageSize: 4},
		Clock:   func() time.Time { return noon },
		Version: func(row string) walk.Version { return walk.Version{ID: row} },
		Fetch: func(_ context.Context, r walk.Range, cursor string) (mall.Page[string], error) {
			*asked = append(*asked, r)
			return pages[cursor], nil
		},
	}
}

func TestWholePassesBoundsAndTotalOn(t *testing.T) {
	t.Parallel()
	var asked []walk.Range
	l := shelf(&asked)
	l.Range = walk.Range{To: noon.Add(time.Hour), PageSize: 1}
	page, probed, err := l.Page(t.Context(), "")
	require.NoError(t, err)
	assert.False(t, probed)
	assert.Equal(t, 3, page.Total)
	page, _, err = l.Page(t.Context(), page.Next)
	require.NoError(t, err)
	assert.Equal(t, []string{"b"}, page.Items)
	for _, r := range asked {
		assert.Equal(t, walk.Range{To: noon.Add(time.Hour), PageSize: 2}, r, "no page is smaller than the platform gives")
	}
	l.Name = "another"
	_, _, err = l.Page(t.Context(), page.Next)
	require.ErrorIs(t, err, mall.ErrInvalid)
	require.ErrorContains(t, err, "list rows: fake: invalid argument: the cursor belongs to another query or shop")
}

func TestWholeOfAnEmptyRange(t *testing.T) {
	t.Parallel()
	var asked []walk.Range
	l := shelf(&asked)
	l.Range = walk.Range{From: noon, To: noon}
	page, _, err := l.Page(t.Context(), "")
	require.NoError(t, err)
	assert.Zero(t, page)
	l.Range.From = noon.Add(time.Second)
	_, _, err = l.Page(t.Context(), "")
	require.ErrorIs(t, err, mall.ErrInvalid)
	assert.Empty(t, asked)
}

func TestKeepLeavesOut(t *testing.T) {
	t.Parallel()
	var asked []walk.Range
	l := shelf(&asked)
	l.Keep = func(row *string) bool { *row += "!"; return *row != "b!" }
	var rows []string
	for row, err := range l.All(t.Context()) {
		require.NoError(t, err)
		rows = append(rows, row)
	}
	assert.Equal(t, []string{"a!", "c!"}, rows)
	assert.Len(t, asked, 3, "a page of which nothing is kept is no end")
}

func TestClocks(t *testing.T) {
	t.Parallel()
	for by, text := range map[mall.By]string{
		mall.ByUpdate: "not kept by update time", mall.ByCreation: "not kept by time of creation",
	} {
		other := mall.ByUpdate + mall.ByCreation - by
		l := mall.ListLimits{History: time.Hour, Clocks: []mall.By{other}}
		_, err := walk.Range{By: by}.Resolve(l, noon)
		require.ErrorIs(t, err, mall.ErrNotSupported)
		require.ErrorContains(t, err, text)
		_, err = walk.Range{By: other}.Resolve(l, noon)
		require.NoError(t, err)
		assert.Equal(t, other, l.Feed())
		assert.False(t, l.Has(by))
	}
	assert.Equal(t, mall.ByUpdate, mall.ListLimits{}.Feed())
}

// unread is an error that comes along with the rest of a page.
type unread int

func (u unread) Error() string { return "records cannot be read" }
func (u unread) Unread() int   { return int(u) }

func TestUnreadRecordsCostNoPage(t *testing.T) {
	t.Parallel()
	var asked []walk.Range
	l := shelf(&asked)
	fetch := l.Fetch
	l.Fetch = func(ctx context.Context, r walk.Range, cursor string) (mall.Page[string], error) {
		page, err := fetch(ctx, r, cursor)
		if cursor == "2" {
			page.Items, err = nil, unread(1)
		}
		return page, err
	}
	var rows []string
	var last error
	for row, err := range l.All(t.Context()) {
		if last = err; err == nil {
			rows = append(rows, row)
		}
	}
	bad, ok := errors.AsType[unread](last)
	assert.True(t, ok)
	assert.Equal(t, unread(1), bad)
	assert.Equal(t, []string{"a"}, rows)

	page, _, err := l.Page(t.Context(), "")
	require.NoError(t, err)
	page, _, err = l.Page(t.Context(), page.Next)
	e, ok := errors.AsType[*mall.Error](err)
	require.True(t, ok)
	assert.Equal(t, "list rows", e.Op)
	page, _, err = l.Page(t.Context(), page.Next)
	require.NoError(t, err)
	assert.Equal(t, []string{"c"}, page.Items)
}
