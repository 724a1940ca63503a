package change_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/sku"
)

func request(id, line string) change.Request {
	return change.Request{
		Kind: change.Spec, Platform: "fake", ShopID: "s1", ID: id, OrderID: "o1", LineID: line,
		FromSKU: sku.Ref{ID: "k1"}, ToSKU: sku.Ref{ID: "k-" + id}, Quantity: 2, Deadline: noon.Add(time.Minute),
	}
}

var eligible = change.Facts{Style: change.StyleVerdict, Status: order.StatusToShip, Known: true, Domestic: true}

func still() time.Time { return noon }

func yes(context.Context) (change.Verdict, error) { return change.Verdict{Accept: true}, nil }

func accepted(t *testing.T, c change.Store) (ids []string) {
	t.Helper()
	list, err := c.Accepted(t.Context(), "fake", "s1", "o1")
	require.NoError(t, err)
	for _, c := range list {
		ids = append(ids, c.ID)
	}
	return ids
}

func TestChangesOneOpenPerLine(t *testing.T) {
	t.Parallel()
	c, ctx := change.NewMemoryStore(), t.Context()
	open := func(r change.Request, at time.Time) error {
		_, decided, err := c.Open(ctx, r, at)
		assert.False(t, decided)
		return err
	}
	require.NoError(t, open(request("a", "l1"), noon))
	require.NoError(t, open(request("a", "l1"), noon), "a repeat is no second change")
	require.NoError(t, open(request("b", "l2"), noon), "another line")

	err := open(request("c", "l1"), noon)
	assert.ErrorIs(t, err, mall.ErrConflict)
	e, ok := errors.AsType[*change.OpenError](err)
	require.True(t, ok)
	assert.Equal(t, change.OpenError{OrderID: "o1", LineID: "l1", ID: "a"}, *e)
	assert.ErrorIs(t, open(request("a", "l2"), noon), mall.ErrConflict, "an id that belongs to another line")

	// After the deadline of a it is open no more, and cannot be accepted.
	late := request("c", "l1")
	late.Deadline = noon.Add(time.Hour)
	require.NoError(t, open(late, noon.Add(time.Minute)))
	_, err = c.Decide(ctx, request("a", "l1"), change.Verdict{Accept: true}, noon)
	assert.ErrorIs(t, err, mall.ErrConflict)
	_, err = c.Decide(ctx, late, change.Verdict{Accept: true}, noon.Add(time.Hour))
	assert.ErrorIs(t, err, mall.ErrConflict, "too late")
	assert.Empty(t, accepted(t, c))
	_, err = c.Decide(ctx, late, change.Verdict{Accept: true}, noon.Add(2*time.Minute))
	require.NoError(t, err)
	assert.Equal(t, []string{"c"}, accepted(t, c))

	_, err = c.Decide(ctx, request("z", "l1"), change.Verdict{}, noon)
	assert.ErrorIs(t, err, mall.ErrNotFound)
	for _, spoil := range []func(*change.Request){
		func(r *change.Request) { r.ID = "" }, func(r *change.Request) { r.OrderID = "" },
		func(r *change.Request) { r.LineID = "" }, func(r *change.Request) { r.ToSKU = sku.Ref{} },
	} {
		r := request("y", "l9")
		spoil(&r)
		assert.ErrorIs(t, open(r, noon), mall.ErrInvalid)
	}
}

// TestChangesFirstVerdictStands: repeats never change what was answered.
func TestChangesFirstVerdictStands(t *testing.T) {
	t.Parallel()
	c, ctx := change.NewMemoryStore(), t.Context()
	_, _, err := c.Open(ctx, request("a", "l1"), noon)
	require.NoError(t, err)
	_, err = c.Decide(ctx, request("a", "l1"), change.Verdict{Accept: true}, noon)
	require.NoError(t, err)
	v, err := c.Decide(ctx, request("a", "l1"), change.Verdict{Code: "later"}, noon)
	require.NoError(t, err)
	assert.True(t, v.Accept)
	v, decided, err := c.Open(ctx, request("a", "l1"), noon.Add(time.Hour))
	require.NoError(t, err)
	assert.True(t, decided && v.Accept)
	list, err := c.Accepted(ctx, "fake", "s1", "o1")
	require.NoError(t, err)
	assert.Equal(t, []change.Change{{Request: request("a", "l1"), State: change.StateApplied, At: noon}}, list)
	other, err := c.Accepted(ctx, "fake", "s2", "o1")
	require.NoError(t, err)
	assert.Empty(t, other, "another shop")
}

// TestChangesSeen: what the platform's own order shows stands over verdict,
// deadline and memory.
func TestChangesSeen(t *testing.T) {
	t.Parallel()
	c, ctx := change.NewMemoryStore(), t.Context()
	seen := func(id string) change.Change {
		return change.Change{Request: request(id, "l1"), At: noon}
	}
	_, _, err := c.Open(ctx, request("a", "l1"), noon)
	require.NoError(t, err)
	require.NoError(t, c.Seen(ctx, seen("b")), "nobody asked for it")
	_, _, err = c.Open(ctx, request("c", "l1"), noon)
	assert.ErrorIs(t, err, mall.ErrConflict, "a is still open")

	_, err = c.Decide(ctx, request("a", "l1"), change.Verdict{Code: "timed_out"}, noon)
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, c.Seen(ctx, seen("a")), "later than its end")
	}
	v, decided, err := c.Open(ctx, request("a", "l1"), noon.Add(time.Hour))
	require.NoError(t, err)
	assert.True(t, decided && v.Accept)
	v, err = c.Decide(ctx, request("a", "l1"), change.Verdict{}, noon)
	require.NoError(t, err)
	assert.True(t, v.Accept)

	_, _, err = c.Open(ctx, request("c", "l1"), noon)
	require.NoError(t, err)
	require.NoError(t, c.Seen(ctx, seen("c")))
	_, _, err = c.Open(ctx, request("d", "l1"), noon)
	require.NoError(t, err, "c is open no more")

	assert.ElementsMatch(t, []string{"a", "b", "c"}, accepted(t, c))
	list, err := c.Accepted(ctx, "fake", "s1", "o1")
	require.NoError(t, err)
	for _, c := range list {
		assert.True(t, c.Shown)
	}
	assert.ErrorIs(t, c.Seen(ctx, change.Change{}), mall.ErrInvalid)
}

func TestJudge(t *testing.T) {
	t.Parallel()
	printed, pulled, unknown, refunding, virtual := eligible, eligible, eligible, eligible, eligible
	printed.Printed, unknown.Known, refunding.RefundOpen, virtual.Virtual = true, false, true, true
	pulled.Printed, pulled.CanPull = true, true
	consent := eligible
	consent.Style, consent.FromPrice, consent.ToPrice = change.StyleConsent, 100, 100
	late := request("a", "l1")
	late.Deadline = noon
	for name, x := range map[string]struct {
		request change.Request
		facts   change.Facts
		code    string // empty: accepted
	}{
		"eligible":                {request("a", "l1"), eligible, ""},
		"printed, can be pulled":  {request("a", "l1"), pulled, ""},
		"printed":                 {request("a", "l1"), printed, "can_pull"},
		"order not known":         {request("a", "l1"), unknown, "flow"},
		"refund open":             {request("a", "l1"), refunding, "refund_open"},
		"virtual":                 {request("a", "l1"), virtual, "virtual_goods"},
		"late":                    {late, eligible, "deadline"},
		"the buyer has to decide": {request("a", "l1"), consent, "NO_TRANSITION"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := change.NewMemoryStore()
			asked := 0
			judge := func() change.Verdict {
				v, err := change.Judge(t.Context(), c, x.request, x.facts, still, func(ctx context.Context) (change.Verdict, error) {
					asked++
					return yes(ctx)
				})
				require.NoError(t, err)
				return v
			}
			v := judge()
			assert.Equal(t, x.code, v.Code)
			assert.Equal(t, x.code == "", v.Accept)
			assert.Equal(t, x.code != "", v.Reason != "")
			assert.Equal(t, v.Accept, len(accepted(t, c)) == 1)
			assert.Equal(t, v, judge(), "a repeat gets the same answer")
			assert.Equal(t, v.Accept, asked == 1, "the app is asked once, and only if it matters")
		})
	}
}

func TestJudgeAsksTheApp(t *testing.T) {
	t.Parallel()
	c, broken := change.NewMemoryStore(), errors.New("database gone")
	_, err := change.Judge(t.Context(), c, request("a", "l1"), eligible, still, func(context.Context) (change.Verdict, error) { return change.Verdict{}, broken })
	assert.ErrorIs(t, err, broken)
	v, err := change.Judge(t.Context(), c, request("b", "l1"), eligible, still, nil)
	require.NoError(t, err)
	assert.Equal(t, "change_open", v.Code, "the first one is still open")
	no := change.Verdict{Code: "picked", Reason: "已拣货"}
	v, err = change.Judge(t.Context(), c, request("a", "l1"), eligible, still, func(context.Context) (change.Verdict, error) { return no, nil })
	require.NoError(t, err)
	assert.Equal(t, no, v)
	assert.Empty(t, accepted(t, c))

	// The deadline passes while the app thinks.
	now := noon
	v, err = change.Judge(t.Context(), c, request("d", "l1"), eligible, func() time.Time { return now }, func(context.Context) (change.Verdict, error) {
		now = noon.Add(time.Minute)
		return change.Verdict{Accept: true}, nil
	})
	require.NoError(t, err)
	assert.Equal(t, "deadline", v.Code)
	assert.Empty(t, accepted(t, c))
}

// TestJudgeManyAtOnce: of many requests for one line at once, only those that
// found none open are accepted, and each is accepted once.
func TestJudgeManyAtOnce(t *testing.T) {
	t.Parallel()
	c := change.NewMemoryStore()
	var group sync.WaitGroup
	var inside, most atomic.Int32
	for i := range 40 {
		group.Go(func() {
			_, err := change.Judge(t.Context(), c, request(string(rune('a'+i)), "l1"), eligible, still, func(ctx context.Context) (change.Verdict, error) {
				most.Store(max(most.Load(), inside.Add(1)))
				defer inside.Add(-1)
				return yes(ctx)
			})
			assert.NoError(t, err)
		})
	}
	group.Wait()
	assert.EqualValues(t, 1, most.Load(), "one change under way per line")
	ids := map[string]bool{}
	for _, id := range accepted(t, c) {
		assert.False(t, ids[id], "%s twice", id)
		ids[id] = true
	}
	assert.NotEmpty(t, ids)
}
