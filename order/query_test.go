package order_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

func resolve(l order.Limits, q order.Query) (order.Query, error) {
	return service(&platform{limits: l}).Resolve(q)
}

func TestResolveFillsInTheZeroQuery(t *testing.T) {
	t.Parallel()
	l := order.Limits{ListLimits: mall.ListLimits{MaxPageSize: 50, History: 90 * 24 * time.Hour, Lag: 30 * time.Second, Resolution: time.Second}}
	q, err := resolve(l, order.Query{})
	require.NoError(t, err)
	assert.Equal(t, 50, q.PageSize)
	assert.True(t, q.To.Equal(before(30)), "the list ends Lag before now, got %s", q.To)
	assert.True(t, q.From.Equal(noon.Add(-90*24*time.Hour+time.Hour)), "an hour is kept to walk in, got %s", q.From)
	assert.Empty(t, q.Status)
	assert.Equal(t, mall.ByUpdate, q.By)

	again, err := resolve(l, q)
	require.NoError(t, err)
	assert.Equal(t, q, again, "a resolved query stays as it is")
}

func TestResolveKeepsAMarginThatTheHistoryAllows(t *testing.T) {
	t.Parallel()
	q, err := resolve(order.Limits{ListLimits: mall.ListLimits{History: 30 * time.Minute}}, order.Query{})
	require.NoError(t, err)
	assert.True(t, q.From.Before(q.To), "a short history is not margin alone: %s to %s", q.From, q.To)
}

func TestResolveRefuses(t *testing.T) {
	t.Parallel()
	l := order.Limits{ListLimits: mall.ListLimits{MaxPageSize: 50, History: time.Hour}}
	for _, c := range []struct {
		name string
		l    order.Limits
		q    order.Query
		text string
	}{
		{"unknown clock", l, order.Query{By: 2}, "unknown clock 2"},
		{"negative clock", l, order.Query{By: -1}, "unknown clock -1"},
		{"negative page size", l, order.Query{PageSize: -1}, "page size -1"},
		{"page size beyond the limit", l, order.Query{PageSize: 51}, "page size 51: the platform allows 1 to 50"},
		{"no page size where none is known", order.Limits{ListLimits: mall.ListLimits{History: time.Hour, Numbered: true}}, order.Query{}, "PageSize is needed"},
		{"From after To", l, order.Query{From: before(1), To: before(2)}, "From is after To"},
		{"no From where history has no end", order.Limits{}, order.Query{}, "From is needed"},
		{"From before history", l, order.Query{From: before(3601)}, "From lies before 2026-03-02 11:00:00"},
	} {
		_, err := resolve(c.l, c.q)
		require.ErrorIs(t, err, mall.ErrInvalid, c.name)
		require.ErrorContains(t, err, c.text, c.name)
		require.ErrorContains(t, err, "list orders: fake: invalid argument: ", c.name)

		p := &platform{limits: c.l}
		_, err = service(p).Page(t.Context(), c.q, "")
		require.ErrorIs(t, err, mall.ErrInvalid, c.name)
		assert.Empty(t, p.asked, "%s: nothing is sent", c.name)
	}
}

func TestResolveAllows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		l    order.Limits
		q    order.Query
	}{
		{"the oldest moment", order.Limits{ListLimits: mall.ListLimits{History: time.Hour}}, order.Query{From: before(3600)}},
		{"any age without a bound", order.Limits{}, order.Query{From: noon.AddDate(-20, 0, 0)}},
		{"the largest page", order.Limits{ListLimits: mall.ListLimits{MaxPageSize: 50, History: time.Hour}}, order.Query{PageSize: 50}},
		{"no page size with a cursor", order.Limits{ListLimits: mall.ListLimits{History: time.Hour}}, order.Query{}},
		{"From and To alike", order.Limits{ListLimits: mall.ListLimits{History: time.Hour}}, order.Query{From: before(9), To: before(9)}},
	} {
		_, err := resolve(c.l, c.q)
		assert.NoError(t, err, c.name)
	}
}

func TestResolveClampsTo(t *testing.T) {
	t.Parallel()
	l := order.Limits{ListLimits: mall.ListLimits{History: time.Hour, Lag: time.Minute}}
	for name, c := range map[string]struct{ to, want time.Time }{
		"in the past":    {before(600), before(600)},
		"within the lag": {before(5), before(60)},
		"now":            {noon, before(60)},
		"in the future":  {noon.Add(time.Hour), before(60)},
	} {
		q, err := resolve(l, order.Query{To: c.to})
		require.NoError(t, err, name)
		assert.True(t, q.To.Equal(c.want), "%s: got %s, want %s", name, q.To, c.want)
	}
}

// A caller that takes To as its next checkpoint must not go back or skip.
func TestResolveNeverEndsBeforeItBegins(t *testing.T) {
	t.Parallel()
	l := order.Limits{ListLimits: mall.ListLimits{History: time.Hour, Lag: time.Minute, Resolution: time.Second}}
	q, err := resolve(l, order.Query{From: before(5)})
	require.NoError(t, err)
	assert.True(t, q.From.Equal(before(5)))
	assert.True(t, q.To.Equal(before(5)), "got %s", q.To)

	p := newNumbered(rows(10, 1))
	p.limits.Lag = time.Minute
	page, err := service(p).Page(t.Context(), order.Query{From: before(5)}, "")
	require.NoError(t, err)
	assert.Equal(t, mall.Page[order.Order]{Total: -1}, page)
	assert.Empty(t, p.asked, "an empty range needs no question")
}

func TestResolveRoundsToTheClockOfThePlatform(t *testing.T) {
	t.Parallel()
	q, err := resolve(order.Limits{ListLimits: mall.ListLimits{History: time.Hour, Resolution: time.Second}},
		order.Query{From: before(100).Add(999 * time.Millisecond), To: before(50).Add(999 * time.Millisecond)})
	require.NoError(t, err)
	assert.True(t, q.From.Equal(before(100)), "got %s", q.From)
	assert.True(t, q.To.Equal(before(50)), "got %s", q.To)
}
