package sku_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/sku"
)

var noon = time.Date(2026, time.March, 2, 12, 0, 0, 0, mall.Beijing)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bare is a driver without further powers. Its pages overlap by a row.
type bare struct {
	rows  []sku.Product
	asked []sku.Query
	fail  error // from the second page on
}

func (*bare) Platform() mall.Platform { return "fake" }
func (*bare) Limits() sku.Limits      { return sku.Limits{ListLimits: mall.ListLimits{MaxPageSize: 3}} }

func (b *bare) Page(_ context.Context, q sku.Query, cursor string) (mall.Page[sku.Product], error) {
	b.asked = append(b.asked, q)
	from, _ := strconv.Atoi(cursor)
	if from > 0 && b.fail != nil {
		return mall.Page[sku.Product]{}, b.fail
	}
	to := min(from+q.PageSize, len(b.rows))
	page := mall.Page[sku.Product]{Items: slices.Clone(b.rows[from:to]), Total: len(b.rows)}
	if to < len(b.rows) {
		page.Next = strconv.Itoa(to - 1)
	}
	return page, nil
}

func (b *bare) GetProduct(_ context.Context, id string) (sku.Product, error) {
	return sku.Product{ID: id, SKUs: []sku.SKU{{ID: "k"}}}, nil
}

func (b *bare) GetSKUs(_ context.Context, id string) ([]sku.SKU, error) {
	return []sku.SKU{{ID: "k", ProductID: id}}, nil
}

// full is a driver with every power, whose writes answer as told.
type full struct {
	bare
	stock func(ctx context.Context, writes []sku.StockWrite) []error
	sent  [][]sku.StockWrite
	price func(writes []sku.PriceWrite) []error
	looks int
}

func (f *full) Get(_ context.Context, id string) (sku.SKU, error) { return sku.SKU{ID: id}, nil }

func (f *full) GetStock(_ context.Context, id string) (sku.Stock, error) {
	f.looks++
	return sku.Stock{SKUID: id, Quantity: 77}, nil
}

func (f *full) WriteStock(ctx context.Context, writes []sku.StockWrite) []error {
	f.sent = append(f.sent, slices.Clone(writes))
	return f.stock(ctx, writes)
}

func (f *full) WritePrice(_ context.Context, writes []sku.PriceWrite) []error { return f.price(writes) }

// sameResults compares results. An error that left the service has what was wanted
// below it.
func sameResults(t *testing.T, want, got []mall.Result[sku.Written]) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		assert.Equal(t, want[i].Item, got[i].Item)
		if want[i].Err == nil {
			assert.NoError(t, got[i].Err)
		} else {
			assert.ErrorIs(t, got[i].Err, want[i].Err)
		}
	}
}

func service(d sku.Driver) *sku.Service { return sku.NewService(d, "s1") }

func rows(n int) (list []sku.Product) {
	for i := range n {
		list = append(list, sku.Product{ID: fmt.Sprint("p", i), Updated: noon})
	}
	return list
}

func TestAllYieldsEachOnce(t *testing.T) {
	t.Parallel()
	b := &bare{rows: rows(8)}
	b.rows[3].ID, b.rows[3].Updated = "p2", noon.Add(time.Second) // changed: seen in both versions
	var ids []string
	walk := service(b).All(t.Context(), sku.Query{})
	assert.Empty(t, b.asked, "nothing is fetched before the range begins")
	for p, err := range walk {
		require.NoError(t, err)
		assert.Equal(t, "s1", p.ShopID)
		assert.Equal(t, mall.Platform("fake"), p.Platform)
		ids = append(ids, p.ID)
	}
	assert.Equal(t, []string{"p0", "p1", "p2", "p2", "p4", "p5", "p6", "p7"}, ids)
	assert.Equal(t, 3, b.asked[0].PageSize)

	b.asked = nil
	for range walk {
		break
	}
	assert.Len(t, b.asked, 1, "breaking off fetches nothing more")

	b.fail = errors.New("broken")
	n, last := 0, error(nil)
	for _, err := range walk {
		n, last = n+1, err
	}
	assert.ErrorIs(t, last, b.fail)
	assert.Equal(t, 4, n, "an error is yielded once and ends the walk")
}

func TestPageCursor(t *testing.T) {
	t.Parallel()
	b := &bare{rows: rows(5)}
	q := sku.Query{PageSize: 2, Status: sku.StatusOnSale}
	page, err := service(b).Page(t.Context(), q, "")
	require.NoError(t, err)
	assert.Equal(t, 5, page.Total)
	again, err := service(b).Page(t.Context(), q, page.Next) // by another process
	require.NoError(t, err)
	assert.Equal(t, "p1", again.Items[0].ID)
	for name, ask := range map[string]func() error{
		"another shop": func() error {
			_, err := sku.NewService(b, "s2").Page(t.Context(), q, page.Next)
			return err
		},
		"another query": func() error {
			_, err := service(b).Page(t.Context(), sku.Query{PageSize: 2}, page.Next)
			return err
		},
		"no cursor":      func() error { _, err := service(b).Page(t.Context(), q, "x"); return err },
		"empty object":   func() error { _, err := service(b).Page(t.Context(), q, "e30"); return err },
		"page too large": func() error { _, err := service(b).Page(t.Context(), sku.Query{PageSize: 4}, ""); return err },
		"page below 0":   func() error { _, err := service(b).Page(t.Context(), sku.Query{PageSize: -1}, ""); return err },
		"backwards": func() error {
			_, err := service(b).Page(t.Context(), sku.Query{From: noon, To: noon.Add(-1)}, "")
			return err
		},
	} {
		assert.ErrorIs(t, ask(), mall.ErrInvalid, name)
	}
	b.asked = nil
	page, err = service(b).Page(t.Context(), sku.Query{From: noon, To: noon}, "")
	require.NoError(t, err)
	assert.Empty(t, page.Items)
	assert.Empty(t, b.asked, "an empty range needs no question")
}

func TestPowers(t *testing.T) {
	t.Parallel()
	s := service(&bare{})
	assert.False(t, sku.Can[sku.Reader](s) || sku.Can[sku.StockWriter](s) || sku.Can[sku.PriceWriter](s))
	for _, ask := range []func() error{
		func() error { _, err := s.Get(t.Context(), "1"); return err },
		func() error { _, err := s.GetStock(t.Context(), "1"); return err },
		func() error { _, err := s.WriteStock(t.Context()); return err },
		func() error { _, err := s.WritePrice(t.Context()); return err },
	} {
		assert.ErrorIs(t, ask(), mall.ErrNotSupported)
	}
	s = service(&full{})
	assert.True(t, sku.Can[sku.Reader](s) && sku.Can[sku.StockWriter](s) && sku.Can[sku.PriceWriter](s))
	for _, ask := range []func() error{
		func() error { _, err := s.Get(t.Context(), " "); return err },
		func() error { _, err := s.GetStock(t.Context(), ""); return err },
		func() error { _, err := s.GetProduct(t.Context(), ""); return err },
		func() error { _, err := s.GetSKUs(t.Context(), ""); return err },
	} {
		assert.ErrorIs(t, ask(), mall.ErrInvalid)
	}
	p, err := s.GetProduct(t.Context(), " 7 ")
	require.NoError(t, err)
	assert.Equal(t, "7", p.ID)
	assert.Equal(t, sku.SKU{Platform: "fake", ShopID: "s1", ID: "k", Stock: sku.Stock{SKUID: "k"}}, p.SKUs[0])
}

// answers tells a driver what to answer, by SKU.
func answers(by map[string]error) func(context.Context, []sku.StockWrite) []error {
	return func(_ context.Context, writes []sku.StockWrite) (errs []error) {
		for _, w := range writes {
			errs = append(errs, by[w.SKUID])
		}
		return errs
	}
}

func set(id string, n int64) sku.StockWrite {
	return sku.StockWrite{SKUID: id, Mode: sku.Set, Quantity: n}
}

func add(id string, n int64, once string) sku.StockWrite {
	return sku.StockWrite{SKUID: id, Mode: sku.Add, Quantity: n, ID: once}
}

// TestRefusedWritesSendNothing: one bad write keeps all others from being sent.
func TestRefusedWritesSendNothing(t *testing.T) {
	t.Parallel()
	f := &full{}
	for name, writes := range map[string][]sku.StockWrite{
		"no mode":         {{SKUID: "a", Quantity: 1}},
		"unknown mode":    {{SKUID: "a", Mode: "replace"}},
		"no SKU":          {set(" ", 1)},
		"below zero":      {set("a", -1)},
		"adding nothing":  {add("a", 0, "1")},
		"no id":           {add("a", 1, " ")},
		"version":         {{SKUID: "a", Mode: sku.Set, Version: -1}},
		"the same twice":  {set("a", 1), set(" a", 2)},
		"set and add":     {set("a", 1), add("a", 2, "x")},
		"one id twice":    {add("a", 1, "x"), add("b", 1, "x")},
		"second one only": {set("b", 1), set("a", -1)},
	} {
		got, err := service(f).WriteStock(t.Context(), writes...)
		assert.ErrorIs(t, err, mall.ErrInvalid, name)
		assert.Nil(t, got, name)
	}
	for name, writes := range map[string][]sku.PriceWrite{
		"left out": {{SKUID: "a"}}, "below zero": {{SKUID: "a", Price: -1}}, "no SKU": {{Price: 1}}, "twice": {{SKUID: "a", Price: 1}, {SKUID: "a ", Price: 2}},
	} {
		_, err := service(f).WritePrice(t.Context(), writes...)
		assert.ErrorIs(t, err, mall.ErrInvalid, name)
	}
	assert.Empty(t, f.sent)
	f.stock = answers(nil)
	got, err := service(f).WriteStock(t.Context(), sku.StockWrite{SKUID: "a", Mode: sku.Set, WarehouseID: "1"}, sku.StockWrite{SKUID: "a", Mode: sku.Set, WarehouseID: "2"})
	assert.NoError(t, err, "zero in two warehouses")
	sameResults(t, []mall.Result[sku.Written]{
		{Item: sku.Written{SKUID: "a", WarehouseID: "1"}},
		{Item: sku.Written{SKUID: "a", WarehouseID: "2"}},
	}, got)
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	gone, done := &mall.Error{Kind: mall.ErrNotFound}, &mall.Error{Kind: mall.ErrAlreadyDone}
	f := &full{stock: answers(map[string]error{"gone": gone, "done": done})}
	got, err := service(f).WriteStock(t.Context(), add("done", 1, "1"), set("a", 0), set("gone", 1))
	assert.ErrorIs(t, err, mall.ErrNotFound, "what is done already is the least of the failures")
	assert.ErrorContains(t, err, "2 of 3")
	sameResults(t, []mall.Result[sku.Written]{
		{Item: sku.Written{SKUID: "done"}, Err: done},
		{Item: sku.Written{SKUID: "a"}},
		{Item: sku.Written{SKUID: "gone"}, Err: gone},
	}, got)
	_, err = service(f).WriteStock(t.Context(), add("done", 1, "1"), set("a", 0))
	assert.ErrorIs(t, err, mall.ErrAlreadyDone)

	f.stock = func(context.Context, []sku.StockWrite) []error { return []error{nil} }
	got, err = service(f).WriteStock(t.Context(), add("a", 1, "1"), add("b", 1, "2"))
	assert.ErrorIs(t, err, mall.ErrUnknownOutcome, "which one was answered cannot be told")
	assert.ErrorIs(t, got[0].Err, mall.ErrUnknownOutcome)

	f.price = func(writes []sku.PriceWrite) []error { return []error{nil, gone} }
	got, err = service(f).WritePrice(t.Context(), sku.PriceWrite{SKUID: "a", Price: 1}, sku.PriceWrite{SKUID: "b", Price: 1})
	assert.ErrorIs(t, err, mall.ErrNotFound)
	sameResults(t, []mall.Result[sku.Written]{
		{Item: sku.Written{SKUID: "a"}},
		{Item: sku.Written{SKUID: "b"}, Err: gone},
	}, got)
	got, err = service(f).WritePrice(t.Context())
	assert.NoError(t, err)
	assert.Empty(t, got)
}

// TestSecondSetFails: that it was refused says nothing about the first one.
func TestSecondSetFails(t *testing.T) {
	t.Parallel()
	sent := 0
	f := &full{stock: func(context.Context, []sku.StockWrite) []error {
		if sent++; sent == 1 {
			return []error{&mall.Error{Kind: mall.ErrUnknownOutcome}}
		}
		return []error{&mall.Error{Kind: mall.ErrRateLimited, RequestID: "r2"}}
	}}
	got, err := service(f).WriteStock(t.Context(), set("a", 4))
	require.ErrorIs(t, err, mall.ErrUnknownOutcome)
	assert.NotErrorIs(t, got[0].Err, mall.ErrRateLimited)
	e, ok := errors.AsType[*mall.Error](got[0].Err)
	require.True(t, ok)
	assert.Equal(t, "r2", e.RequestID)
	assert.Equal(t, 2, sent)
}

// TestUnknownOutcome: sets are sent once more, adds are looked at and no more.
func TestUnknownOutcome(t *testing.T) {
	t.Parallel()
	lost := &mall.Error{Kind: mall.ErrUnknownOutcome}
	f := &full{stock: answers(map[string]error{"set": lost, "add": lost})}
	got, err := service(f).WriteStock(t.Context(), set("set", 3), add("add", 3, "1"), set("fine", 3))
	assert.ErrorIs(t, err, mall.ErrUnknownOutcome)
	require.Len(t, f.sent, 2)
	assert.Equal(t, []sku.StockWrite{set("set", 3)}, f.sent[1])
	sameResults(t, []mall.Result[sku.Written]{
		{Item: sku.Written{SKUID: "set"}, Err: lost},
		{Item: sku.Written{SKUID: "add", Seen: &sku.Stock{SKUID: "add", Quantity: 77}}, Err: lost},
		{Item: sku.Written{SKUID: "fine"}},
	}, got)

	f.sent = nil
	ctx, cancel := context.WithCancel(t.Context())
	f.stock = func(context.Context, []sku.StockWrite) []error { cancel(); return []error{lost} }
	_, err = service(f).WriteStock(ctx, set("a", 1))
	assert.ErrorIs(t, err, mall.ErrUnknownOutcome)
	assert.Len(t, f.sent, 1, "nobody waits for a second try")
}

// TestOlderCountIsNotSent: a count that was overtaken must not be the last one.
func TestOlderCountIsNotSent(t *testing.T) {
	t.Parallel()
	f := &full{stock: answers(nil)}
	s := service(f)
	versioned := func(id string, version int64) error {
		w := set(id, version)
		w.Version = version
		_, err := s.WriteStock(t.Context(), w)
		return err
	}
	require.NoError(t, versioned("a", 5))
	require.NoError(t, versioned("a", 5), "a repeat")
	assert.ErrorIs(t, versioned("a", 4), mall.ErrConflict)
	require.NoError(t, versioned("b", 4), "another SKU")
	require.NoError(t, versioned("a", 0), "unordered")
	require.NoError(t, versioned("a", 6))
	assert.Len(t, f.sent, 5)
}

// TestOrderedSetsTakeTurns: a newer count waits for the older one under way,
// and a caller may stop waiting.
func TestOrderedSetsTakeTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inside := 0
		f := &full{stock: func(_ context.Context, writes []sku.StockWrite) []error {
			inside++
			assert.Equal(t, 1, inside)
			time.Sleep(time.Second)
			inside--
			return make([]error, len(writes))
		}}
		s, left := service(f), make(chan error, 1)
		write := func(ctx context.Context, version int64) error {
			_, err := s.WriteStock(ctx, sku.StockWrite{SKUID: "a", Mode: sku.Set, Version: version})
			return err
		}
		go func() { left <- write(t.Context(), 1) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		assert.ErrorIs(t, write(ctx, 3), context.DeadlineExceeded)
		require.NoError(t, write(t.Context(), 2), "what was not sent does not count")
		require.NoError(t, <-left)
	})
}

func TestRefOfSKU(t *testing.T) {
	t.Parallel()
	k := sku.SKU{ID: "1", ProductID: "2", Code: "c", Specs: []sku.Spec{{Name: "颜色", Value: "红色"}}}
	assert.Equal(t, sku.Ref{ID: "1", ProductID: "2", Code: "c", Name: "衬衫", Specs: k.Specs}, k.Ref("衬衫"))
}

// FuzzCursor: whatever comes as a cursor, nothing breaks and no foreign place
// reaches the driver.
func FuzzCursor(f *testing.F) {
	f.Add("")
	f.Add("e30")
	f.Add("eyJxIjoiIiwiYyI6IjEifQ")
	f.Fuzz(func(t *testing.T, cursor string) {
		b := &bare{rows: rows(5)}
		_, err := service(b).Page(t.Context(), sku.Query{}, cursor)
		if cursor != "" && err == nil {
			t.Fatalf("%q is taken for a cursor", cursor)
		}
	})
}
