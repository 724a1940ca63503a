package kuaishou

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mallwire/mall/client/internal/drivertest"
)

// notInSchema are names and types on the wire that are not documented, with
// their sources.
var notInSchema = map[string]string{
	"open.dropshipping.order.detail.query answer serialNumberInfo.serialType": "documented in words alone since January 2025: a list of 1 (SN) and 2 (IMEI)",
}

// TestSchema: what goes out and what is read is what the platform documents.
func TestSchema(t *testing.T) {
	drivertest.SchemaIsKept(t, methods.Declared(), notInSchema)
}

// TestEachMethodIsNamedOnce: an endpoint is a declaration and nothing beside it.
func TestEachMethodIsNamedOnce(t *testing.T) {
	for _, d := range methods.Declared() {
		assert.NotContains(t, others, d.Name)
	}
}
