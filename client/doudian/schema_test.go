package doudian

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mallwire/mall/client/internal/drivertest"
)

// notInSchema are names and types on the wire that are not documented, with
// their sources.
var notInSchema = map[string]string{
	"logistics.listShopNetsite answer netsites.sender_address.country_code": "the type is that of addresses that are sent, where the country is documented",
	"logistics.trackNoRouteDetail answer route_node_list":                   "in a sample of an older page; documented with two underscores, and both are read",
	"order.logisticsEdit params pack_id":                                    "the type is that of order.logisticsEditByPack; the field is left out here",
}

// TestSchema: what goes out and what is read is what the platform documents.
func TestSchema(t *testing.T) {
	drivertest.SchemaIsKept(t, methods.Declared(), notInSchema)
}

// TestEachMethodIsNamedOnce: an endpoint is a declaration and nothing beside it,
// and no table speaks of a method that nobody knows.
func TestEachMethodIsNamedOnce(t *testing.T) {
	for _, d := range methods.Declared() {
		assert.NotContains(t, others, d.Name)
	}
	for _, table := range []any{numbers, partlyDone} {
		for _, name := range reflect.ValueOf(table).MapKeys() {
			assert.True(t, methods.Known(name.String()), name.String())
		}
	}
}
