package webhook_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/webhook"
)

// TestDeadlineOfAnAddressChange: the order shows until when it can be answered.
func TestDeadlineOfAnAddressChange(t *testing.T) {
	t.Parallel()
	for timeout, want := range map[string]time.Time{
		`,"timeoutOfAudit":1790000000000`: time.UnixMilli(1790000000000),
		`,"timeoutOfAudit":0`:             {},
		`,"timeoutOfAudit":null`:          {},
		``:                                {},
	} {
		a, d := &app{}, newDesk()
		o := d.orders[ksOrderID]
		o.Raw = mall.Raw(`{"addressUpdateAuditInfo":{"auditStatus":10` + timeout + `}}`)
		d.orders[ksOrderID] = o
		pushKuaishou(t, newKuaishou(t, a, d), ksEvent("addressUpdateAudit", "1"))
		require.Len(t, a.calls(), 1, timeout)
		e := a.calls()[0].Event.(webhook.AddressEvent)
		assert.True(t, want.Equal(e.Change.Deadline), "%s: %s", timeout, e.Change.Deadline)
	}
}
