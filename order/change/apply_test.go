package change_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/sku"
)

func red() sku.Ref   { return sku.Ref{ID: "red", Name: "衬衫", Code: "R"} }
func blue() sku.Ref  { return sku.Ref{ID: "blue", Name: "衬衫", Code: "B"} }
func green() sku.Ref { return sku.Ref{ID: "green"} }

// twoLines is an order whose first line has the number of the order itself.
func twoLines() order.Order {
	return order.Order{ID: "o1", Platform: "fake", Lines: []order.Line{
		{ID: "o1", SKU: red(), Effective: red(), Quantity: 2},
		{ID: "o2", SKU: green(), Effective: green(), Quantity: 1},
	}}
}

func exchange(line string, from, to sku.Ref, minute int) change.Change {
	return change.Change{
		Request: change.Request{Kind: change.Spec, OrderID: "o1", LineID: line, FromSKU: from, ToSKU: to, ID: "c" + line + to.ID},
		At:      noon.Add(time.Duration(minute) * time.Minute),
	}
}

func TestApplyKeepsAnAcceptedChangeOverLaterPulls(t *testing.T) {
	t.Parallel()
	for pull := range 3 { // the platform shows the old one each time
		o := twoLines()
		o.Updated = noon.Add(time.Duration(pull) * time.Hour)
		got, err := change.Apply(o, exchange("o1", red(), blue(), 1))
		require.NoError(t, err)
		assert.Equal(t, blue(), got.Lines[0].Effective)
		assert.Equal(t, red(), got.Lines[0].SKU, "what the platform says stays beside it")
		assert.Equal(t, green(), got.Lines[1].Effective)
		assert.Equal(t, red(), o.Lines[0].Effective, "the argument is not touched")
		again, err := change.Apply(got, exchange("o1", red(), blue(), 1))
		require.NoError(t, err)
		assert.Equal(t, got, again, "once more alters nothing")
	}
}

func TestApplyTakesTheLatestChangeOfALine(t *testing.T) {
	t.Parallel()
	first, second := exchange("o1", red(), blue(), 1), exchange("o1", blue(), green(), 2)
	for shown, o := range map[string]order.Order{"red": twoLines(), "blue": twoLines(), "green": twoLines()} {
		o.Lines[0].SKU = sku.Ref{ID: shown}
		for _, changes := range [][]change.Change{{first, second}, {second, first}, {second, first, second}} {
			got, err := change.Apply(o, changes...)
			require.NoError(t, err)
			assert.Equal(t, "green", got.Lines[0].Effective.ID, "the platform shows %s", shown)
		}
	}
	back, err := change.Apply(twoLines(), first, exchange("o1", blue(), red(), 2))
	require.NoError(t, err)
	assert.Equal(t, red(), back.Lines[0].Effective, "changed back")
}

func TestApplyBesideAPlatformThatShowsTheNewSKU(t *testing.T) {
	t.Parallel()
	o := twoLines()
	o.Lines[0].SKU = sku.Ref{ID: "blue", Name: "衬衫 2026", Code: "B2"}
	got, err := change.Apply(o, exchange("o1", red(), blue(), 1))
	require.NoError(t, err)
	assert.Equal(t, "B2", got.Lines[0].Effective.Code, "its own record is the better one")
}

// A platform that exchanges SKUs by itself tells what the line had before.
func TestApplyBesideAPlatformThatExchanges(t *testing.T) {
	t.Parallel()
	shown := func(now, before sku.Ref) order.Order {
		o := twoLines()
		o.Lines[0].SKU, o.Lines[0].Previous = now, before
		return o
	}
	for name, c := range map[string]struct {
		o       order.Order
		changes []change.Change
		want    sku.Ref // zero: a person must decide
	}{
		"the change is shown":               {shown(blue(), red()), []change.Change{exchange("o1", red(), blue(), 1)}, blue()},
		"one of two is shown":               {shown(blue(), red()), []change.Change{exchange("o1", red(), blue(), 1), exchange("o1", blue(), green(), 2)}, green()},
		"changed back, and shown":           {shown(red(), blue()), []change.Change{exchange("o1", red(), blue(), 1), exchange("o1", blue(), red(), 2)}, red()},
		"exchanged again by the platform":   {shown(green(), blue()), []change.Change{exchange("o1", red(), blue(), 1)}, green()},
		"exchanged back, or not changed":    {shown(red(), blue()), []change.Change{exchange("o1", red(), blue(), 1)}, sku.Ref{}},
		"exchanged for another by somebody": {shown(green(), red()), []change.Change{exchange("o1", red(), blue(), 1)}, sku.Ref{}},
	} {
		got, err := change.Apply(c.o, c.changes...)
		if c.want.ID == "" {
			require.ErrorIs(t, err, mall.ErrConflict, name)
			continue
		}
		require.NoError(t, err, name)
		assert.Equal(t, c.want.ID, got.Lines[0].Effective.ID, name)
		assert.Equal(t, c.o.Lines[0].Previous, got.Lines[0].Previous, name)
	}
}

func TestApplyRefuses(t *testing.T) {
	t.Parallel()
	good := exchange("o1", red(), blue(), 1)
	with := func(f func(*change.Change)) change.Change { c := good; f(&c); return c }
	moved := twoLines()
	moved.Lines[0].SKU = sku.Ref{ID: "yellow"}
	for name, c := range map[string]struct {
		o    order.Order
		c    change.Change
		want error
	}{
		"another order":         {twoLines(), with(func(c *change.Change) { c.OrderID = "o2" }), mall.ErrInvalid},
		"no new SKU":            {twoLines(), with(func(c *change.Change) { c.ToSKU = sku.Ref{Name: "衬衫"} }), mall.ErrInvalid},
		"unknown line":          {twoLines(), with(func(c *change.Change) { c.LineID = "o9" }), mall.ErrNotFound},
		"a part of the line":    {twoLines(), with(func(c *change.Change) { c.Quantity = 1 }), mall.ErrConflict},
		"a SKU that none knows": {moved, good, mall.ErrConflict},
	} {
		got, err := change.Apply(c.o, exchange("o2", green(), blue(), 1), c.c)
		require.ErrorIs(t, err, c.want, name)
		failure, ok := errors.AsType[*mall.Error](err)
		require.True(t, ok, name)
		assert.Contains(t, failure.Message, c.c.ID, name)
		assert.Equal(t, order.Order{}, got, name)
	}
	whole, err := change.Apply(twoLines(), with(func(c *change.Change) { c.Quantity = 2 }))
	require.NoError(t, err)
	assert.Equal(t, blue(), whole.Lines[0].Effective)
	unsaid, err := change.Apply(moved, with(func(c *change.Change) { c.FromSKU = sku.Ref{} }))
	require.NoError(t, err, "a change that does not say from what fits any")
	assert.Equal(t, blue(), unsaid.Lines[0].Effective)
}

func TestApplyKnowsProductsWithoutVariants(t *testing.T) {
	t.Parallel()
	cup, mug := sku.Ref{ProductID: "cup"}, sku.Ref{ProductID: "mug"}
	o := order.Order{ID: "o1", Lines: []order.Line{{ID: "o1", SKU: cup}}}
	got, err := change.Apply(o, exchange("o1", cup, mug, 1))
	require.NoError(t, err)
	assert.Equal(t, mug, got.Lines[0].Effective)
	o.Lines[0].SKU = sku.Ref{ProductID: "pot"}
	_, err = change.Apply(o, exchange("o1", cup, mug, 1))
	require.ErrorIs(t, err, mall.ErrConflict)
}

// Whatever the changes, their order does not matter and repeating them alters
// nothing.
func TestApplyDoesNotDependOnTheOrderOfChanges(t *testing.T) {
	t.Parallel()
	refs := []sku.Ref{red(), blue(), green()}
	rapid.Check(t, func(t *rapid.T) {
		changes := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) change.Change {
			c := exchange(rapid.SampledFrom([]string{"o1", "o2"}).Draw(t, "line"), sku.Ref{},
				rapid.SampledFrom(refs).Draw(t, "to"), rapid.IntRange(0, 2).Draw(t, "minute"))
			c.ID = rapid.SampledFrom([]string{"a", "b"}).Draw(t, "id")
			return c
		}), 0, 6).Draw(t, "changes")
		want, err := change.Apply(twoLines(), changes...)
		if err != nil {
			t.Fatal(err)
		}
		mixed := rapid.Permutation(changes).Draw(t, "mixed")
		got, err := change.Apply(twoLines(), append(slices.Clone(mixed), mixed...)...)
		if err != nil {
			t.Fatal(err)
		}
		assert.Equal(t, want, got)
		again, err := change.Apply(want, changes...)
		if err != nil {
			t.Fatal(err)
		}
		assert.Equal(t, want, again)
	})
}

// An app keeps changes in its database between two pulls.
func TestAChangeSurvivesJSON(t *testing.T) {
	t.Parallel()
	c := exchange("o1", red(), blue(), 1)
	text, err := json.Marshal(c)
	require.NoError(t, err)
	var back change.Change
	require.NoError(t, json.Unmarshal(text, &back))
	got, err := change.Apply(twoLines(), back)
	require.NoError(t, err)
	assert.Equal(t, blue(), got.Lines[0].Effective)
}
