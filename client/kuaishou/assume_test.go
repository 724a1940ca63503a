package kuaishou

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestRates: the default rates are those of the documents.
func TestRates(t *testing.T) {
	rates := Assumptions{}.withDefaults().Rates
	assert.InDelta(t, 100, rates.App.PerSecond, 0, "of a new app, for each method")
	assert.Zero(t, rates.Shop.PerSecond)
	want := map[string][2]float64{
		"open.order.cursor.list": {300, 300}, "open.order.decrypt.batch": {100, 100},
		"open.item.new": {100, 50}, "open.item.edit": {100, 50}, "open.item.autopass.edit": {100, 50},
		"open.item.shelf.status.update": {100, 50}, "open.item.delete": {100, 50},
	}
	assert.Len(t, rates.Methods, len(want))
	for method, r := range want {
		assert.InDelta(t, r[0], rates.Methods[method].App.PerSecond, 0, method)
		assert.InDelta(t, r[1], rates.Methods[method].Shop.PerSecond, 0, method)
	}
}
