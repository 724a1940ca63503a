package doudian_test

import (
	"testing"

	"github.com/mallwire/mall/client/internal/drivertest"
)

// TestCaseGolden reads after-sale cases.
func TestCaseGolden(t *testing.T) {
	t.Parallel()
	drivertest.CasesGolden(t, shopOver, "testdata/refund/*.json", 12, "7000893114000949501")
}
