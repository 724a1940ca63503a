package kuaishou_test

import (
	"testing"

	"github.com/mallwire/mall/client/internal/drivertest"
)

// TestCaseGolden reads after-sale cases.
func TestCaseGolden(t *testing.T) {
	t.Parallel()
	drivertest.CasesGolden(t, shopOver, "testdata/refund/*.json", 18, "2600000000000002")
}
