package doudian

import (
	"testing"

	"github.com/mallwire/mall/client/internal/drivertest"
)

// notInSchema are names on the wire, or their types, that are not documented,
// with where they come from.
var notInSchema = map[string]string{
	"logistics.listShopNetsite answer netsites.sender_address.country_code": "the type is that of addresses that are sent, where the country is documented",
	"logistics.trackNoRouteDetail answer route_node_list":                   "in a sample of an older page; documented with two underscores, and both are read",
	"order.logisticsEdit params pack_id":                                    "the type is that of order.logisticsEditByPack; the field is left out here",
}

// TestSchema: what goes out and what is read is what the platform documents.
func TestSchema(t *testing.T) {
	drivertest.SchemaIsKept(t, methods.Declared(), notInSchema)
}
