package sku_test

import (
	"context"
	"maps"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/sku"
)

// till is a driver of a platform that can only add: it refuses to go below
// what is held, forgets ids, and reaches SKUs through their product "p".
type till struct {
	bare
	mu     sync.Mutex
	counts map[string]int64
	held   int64
	sent   []sku.StockWrite
	looks  int

	before func() // once, before the next write is carried out
	after  func() // once, after it
	lose   bool   // the answer of the next write, once
	drop   bool   // the next write itself, with its answer, once
	blind  bool   // the counts cannot be read
	late   bool   // the counts that are shown are those before the first write
	shown  map[string]int64
	slow   time.Duration
}

func newTill(counts map[string]int64) *till { return &till{counts: counts} }

func (*till) Limits() sku.Limits {
	return sku.Limits{ListLimits: mall.ListLimits{MaxPageSize: 3}, AddOnly: true, ByProduct: true}
}

func (l *till) GetSKUs(_ context.Context, id string) (all []sku.SKU, err error) {
	time.Sleep(l.slow)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.looks++
	if id != "p" || l.blind {
		return nil, &mall.Error{Kind: mall.ErrNotFound}
	}
	counts := l.counts
	if l.late {
		if l.shown == nil {
			l.shown = maps.Clone(l.counts)
		}
		counts = l.shown
	}
	for id, n := range counts {
		all = append(all, sku.SKU{ID: id, ProductID: "p", Stock: sku.Stock{SKUID: id, Quantity: n}})
	}
	return all, nil
}

func once(f *func()) {
	if do := *f; do != nil {
		*f = nil
		do()
	}
}

func (l *till) WriteStock(_ context.Context, writes []sku.StockWrite) (errs []error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	lost := &mall.Error{Kind: mall.ErrUnknownOutcome}
	for _, w := range writes {
		l.sent = append(l.sent, w)
		once(&l.before)
		switch n, ok := l.counts[w.SKUID]; {
		case w.Mode != sku.Add:
			errs = append(errs, &mall.Error{Kind: mall.ErrNotSupported})
		case l.drop:
			l.drop = false
			errs = append(errs, lost)
		case !ok:
			errs = append(errs, &mall.Error{Kind: mall.ErrNotFound})
		case n+w.Quantity < l.held:
			errs = append(errs, &mall.Error{Kind: mall.ErrRejected})
		default:
			l.counts[w.SKUID] += w.Quantity
			if errs = append(errs, nil); l.lose {
				l.lose, errs[len(errs)-1] = false, lost
			}
		}
		once(&l.after)
	}
	return errs
}

// of names the product of writes, which this platform needs.
func of(writes ...sku.StockWrite) []sku.StockWrite {
	for i := range writes {
		writes[i].ProductID = "p"
	}
	return writes
}

func (l *till) set(t *testing.T, s *sku.Service, n int64) (mall.Result[sku.Written], error) {
	t.Helper()
	got, err := s.WriteStock(t.Context(), of(set("a", n))...)
	require.Len(t, got, 1)
	return got[0], err
}

// TestSetByAdding: a count is set by its difference, and nothing is sent where
// there is none.
func TestSetByAdding(t *testing.T) {
	t.Parallel()
	l := newTill(map[string]int64{"a": 10, "b": 5, "c": 0})
	s := service(l)
	got, err := s.WriteStock(t.Context(), of(set("a", 4), set(" b", 5), set("c", 3))...)
	require.NoError(t, err)
	sameResults(t, []mall.Result[sku.Written]{
		{Item: sku.Written{SKUID: "a"}},
		{Item: sku.Written{SKUID: "b"}},
		{Item: sku.Written{SKUID: "c"}},
	}, got)
	assert.Equal(t, map[string]int64{"a": 4, "b": 5, "c": 3}, l.counts)
	require.Len(t, l.sent, 2)
	assert.Equal(t, of(sku.StockWrite{SKUID: "a", Mode: sku.Add, Quantity: -6})[0], l.sent[0])
	assert.Equal(t, 2, l.looks, "the product is read once before and once after")

	_, err = l.set(t, s, 4)
	require.NoError(t, err)
	assert.Len(t, l.sent, 2, "a repeated Set changes nothing")

	_, err = s.WriteStock(t.Context(), set("a", 1))
	assert.ErrorIs(t, err, mall.ErrInvalid, "the product is not named")
	_, err = s.WriteStock(t.Context(), of(set("x", 1))...)
	assert.ErrorIs(t, err, mall.ErrNotFound)
	_, err = s.WriteStock(t.Context(), sku.StockWrite{SKUID: "a", ProductID: "p", WarehouseID: "w", Mode: sku.Set})
	assert.ErrorIs(t, err, mall.ErrNotSupported)
	l.blind = true
	_, err = l.set(t, s, 9)
	assert.ErrorIs(t, err, mall.ErrNotFound, "what cannot be read is not guessed")
	assert.Len(t, l.sent, 2)
}

// TestOthersMoveTheCount: sales between reading and adding stay sold, pieces
// that came in between are taken off, and a difference that the count had
// overtaken is computed anew.
func TestOthersMoveTheCount(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before, after int64 // what others do around the first difference
		held          int64
		to, want      int64
		sent          int
		err           error
	}{
		"sold before it arrives":      {before: -3, to: 20, want: 17, sent: 1},
		"sold after it arrived":       {after: -3, to: 20, want: 17, sent: 1},
		"came back meanwhile":         {before: 2, to: 20, want: 20, sent: 2},
		"sold, so that it is more":    {before: -3, to: 0, want: 0, sent: 2},
		"held back":                   {held: 5, to: 0, want: 10, sent: 1, err: mall.ErrRejected},
		"held back, and sold":         {before: -1, held: 5, to: 0, want: 9, sent: 2, err: mall.ErrRejected},
		"sold down to what is wanted": {before: -9, held: 1, to: 1, want: 1, sent: 1},
	} {
		l := newTill(map[string]int64{"a": 10})
		l.held = c.held
		l.before = func() { l.counts["a"] += c.before }
		l.after = func() { l.counts["a"] += c.after }
		_, err := l.set(t, service(l), c.to)
		if c.err == nil {
			require.NoError(t, err, name)
		}
		assert.ErrorIs(t, err, c.err, name)
		assert.Equal(t, c.want, l.counts["a"], name)
		assert.Len(t, l.sent, c.sent, name)
	}

	l := newTill(map[string]int64{"a": 10})
	var more func()
	n := int64(0)
	more = func() { n++; l.counts["a"] += n; l.after = more }
	l.after = more
	got, err := l.set(t, service(l), 20)
	assert.ErrorIs(t, err, mall.ErrConflict, "somebody else keeps adding")
	assert.Len(t, l.sent, 3)
	assert.EqualValues(t, 23, got.Item.Seen.Quantity)
}

// TestACountThatIsShownLate is not taken for one that others raised: what was
// taken off is not taken off again.
func TestACountThatIsShownLate(t *testing.T) {
	t.Parallel()
	for to, want := range map[int64]error{20: nil, 3: mall.ErrUnknownOutcome, 0: mall.ErrUnknownOutcome} {
		l := newTill(map[string]int64{"a": 10})
		l.late = true
		s := service(l)
		got, err := l.set(t, s, to)
		assert.ErrorIs(t, err, want)
		assert.Equal(t, to, l.counts["a"])
		assert.Len(t, l.sent, 1)
		if want == nil {
			continue
		}
		assert.EqualValues(t, 10, got.Item.Seen.Quantity)
		l.late = false
		_, err = l.set(t, s, to)
		require.NoError(t, err, "set again a while later")
		assert.Len(t, l.sent, 1)
	}
}

// TestLostDifference: it is never sent again by itself. The count tells whether
// the Set was carried out, and a Set written again ends in the same count.
func TestLostDifference(t *testing.T) {
	t.Parallel()
	for _, to := range []int64{20, 3, 0} {
		l := newTill(map[string]int64{"a": 10})
		l.lose = true
		_, err := l.set(t, service(l), to)
		require.NoError(t, err, "the count is what was asked for")
		assert.Len(t, l.sent, 1)

		l = newTill(map[string]int64{"a": 10})
		s := service(l)
		l.drop = true
		got, err := l.set(t, s, to)
		require.ErrorIs(t, err, mall.ErrUnknownOutcome)
		assert.EqualValues(t, 10, got.Item.Seen.Quantity)
		assert.Len(t, l.sent, 1)
		_, err = l.set(t, s, to)
		require.NoError(t, err)
		assert.Equal(t, to, l.counts["a"])

		// It was carried out, a piece was sold, and it is set again.
		l = newTill(map[string]int64{"a": 10})
		l.lose, l.after = true, func() { l.counts["a"] = max(l.counts["a"]-1, 0) }
		s = service(l)
		if _, err = l.set(t, s, to); to > 0 {
			require.ErrorIs(t, err, mall.ErrUnknownOutcome)
			assert.Equal(t, to-1, l.counts["a"])
			_, err = l.set(t, s, to)
		}
		require.NoError(t, err)
		assert.Equal(t, to, l.counts["a"])
	}

	// It arrives after all, behind the one that was written again.
	l := newTill(map[string]int64{"a": 10})
	s := service(l)
	l.drop = true
	_, err := l.set(t, s, 20)
	require.ErrorIs(t, err, mall.ErrUnknownOutcome)
	l.after = func() { l.counts["a"] += 10 }
	_, err = l.set(t, s, 20)
	require.NoError(t, err)
	assert.EqualValues(t, 20, l.counts["a"], "nothing is sold twice")

	l.lose, l.after = true, func() { l.blind = true }
	_, err = l.set(t, s, 5)
	assert.ErrorIs(t, err, mall.ErrUnknownOutcome, "it cannot look")
}

// TestAddHappensOnce though the platform knows no ids.
func TestAddHappensOnce(t *testing.T) {
	t.Parallel()
	l := newTill(map[string]int64{"a": 10})
	s := service(l)
	move := func(n int64, id string) (mall.Result[sku.Written], error) {
		got, err := s.WriteStock(t.Context(), of(add("a", n, id))...)
		require.Len(t, got, 1)
		return got[0], err
	}
	_, err := move(3, "in")
	require.NoError(t, err)
	_, err = move(3, "in")
	assert.ErrorIs(t, err, mall.ErrAlreadyDone)
	assert.EqualValues(t, 13, l.counts["a"])
	assert.Zero(t, l.looks, "an answered Add needs no reading")

	l.lose = true
	for range 2 {
		got, err := move(4, "lost")
		require.ErrorIs(t, err, mall.ErrUnknownOutcome)
		assert.EqualValues(t, 17, got.Item.Seen.Quantity)
	}
	assert.EqualValues(t, 17, l.counts["a"])
	assert.Len(t, l.sent, 2)

	_, err = move(-99, "refused")
	require.ErrorIs(t, err, mall.ErrRejected)
	_, err = move(-7, "refused")
	require.NoError(t, err, "what was refused may be sent again")
	assert.EqualValues(t, 10, l.counts["a"])
}

// TestSetsDoNotCross: two Sets of one count at once do not both add the
// difference.
func TestSetsDoNotCross(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newTill(map[string]int64{"a": 10})
		l.slow = time.Second
		s := service(l)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				_, err := s.WriteStock(t.Context(), of(set("a", 20))...)
				assert.NoError(t, err)
			})
		}
		all.Wait()
		assert.EqualValues(t, 20, l.counts["a"])
		assert.Len(t, l.sent, 1)
	})
}
