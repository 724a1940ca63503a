package order_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mallwire/mall/order"
)

func TestRefundOf(t *testing.T) {
	t.Parallel()
	const (
		none, requested, returning, receiving = order.RefundNone, order.RefundRequested, order.RefundReturning, order.RefundReceiving
		rejected, closed, partial, done       = order.RefundRejected, order.RefundClosed, order.RefundPartial, order.RefundDone
	)
	type r = []order.Refund
	for _, c := range []struct {
		lines r
		want  order.Refund
	}{
		{nil, none}, {r{none}, none}, {r{none, none}, none},
		{r{requested}, requested}, {r{none, returning}, returning}, {r{done, receiving}, receiving}, {r{closed, rejected}, rejected},
		{r{requested, returning}, requested}, {r{returning, requested}, returning},
		{r{none, ""}, ""}, {r{done, "haggling"}, "haggling"}, // unknown words count as open
		{r{done}, done}, {r{done, done}, done},
		{r{done, none}, partial}, {r{none, done}, partial}, {r{done, closed}, partial}, {r{closed, done, none}, partial},
		{r{partial}, partial}, {r{partial, done}, partial}, {r{none, partial}, partial}, {r{partial, requested}, requested},
		{r{closed}, closed}, {r{none, closed}, closed}, {r{closed, closed}, closed},
	} {
		lines := make([]order.Line, len(c.lines))
		for i, refund := range c.lines {
			lines[i].Refund = refund
		}
		assert.Equal(t, c.want, order.RefundOf(lines), "%q", c.lines)
	}
}

func TestRefundOpen(t *testing.T) {
	t.Parallel()
	for refund, want := range map[order.Refund]bool{
		order.RefundNone: false, order.RefundClosed: false, order.RefundPartial: false, order.RefundDone: false,
		order.RefundRequested: true, order.RefundReturning: true, order.RefundReceiving: true, order.RefundRejected: true,
		"": true, "a word of tomorrow": true, "NONE": true,
	} {
		assert.Equal(t, want, refund.Open(), "%q", refund)
	}
}

func TestHas(t *testing.T) {
	t.Parallel()
	o := order.Order{Traits: []order.Trait{order.TraitPresale}, Lines: []order.Line{{Traits: []order.Trait{order.TraitGift}}}}
	assert.True(t, o.Has(order.TraitPresale))
	assert.False(t, o.Has(order.TraitGift), "a trait of a line is not one of the order")
	assert.True(t, o.Lines[0].Has(order.TraitGift))
	assert.False(t, o.Lines[0].Has(order.TraitPresale))
}
