package kuaishou_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
)

// paidBefore returns an order that was paid that long ago.
func (w wire) paidBefore(ago time.Duration) string {
	w.T.Helper()
	return w.add(map[string]any{"orderBaseInfo": map[string]any{"payTime": w.Box.Now().Add(-ago).UnixMilli()}})
}

func (w wire) audit(verdict, id string) string {
	w.T.Helper()
	return w.get("open.order.address.audit."+verdict, map[string]any{"oid": json.Number(id)}).outcome()
}

func TestAddressAudit(t *testing.T) {
	t.Parallel()
	w := serve(t)
	for verdict, status := range map[string]int{"approve": 20, "reject": 30} {
		id := w.paidBefore(7 * time.Hour)
		assert.Equal(t, "21 订单状态不允许该操作", w.audit(verdict, id), "nobody asks")
		reviewed, err := w.Box.On(mall.Kuaishou).AskAddress(id, sandbox.Receiver{City: "示例市", Detail: "示例路9号"})
		require.NoError(t, err)
		require.True(t, reviewed)
		before := w.detail(id)
		assert.Equal(t, 10, before.Audit.Status)
		_, err = w.Box.On(mall.Kuaishou).AskAddress(id, sandbox.Receiver{Detail: "示例路10号"})
		require.Error(t, err, "one at a time")
		require.Equal(t, "1", w.audit(verdict, id))
		after := w.detail(id)
		assert.Equal(t, status, after.Audit.Status)
		assert.Equal(t, *before.Address.Name, *after.Address.Name)
		assert.Equal(t, verdict == "approve", after.Address.City == "示例市")
		assert.Equal(t, verdict == "approve", *before.Address.Address != *after.Address.Address)
		assert.Equal(t, verdict == "approve", before.Delivery.AddressID != after.Delivery.AddressID)
		for _, again := range []string{"approve", "reject"} {
			assert.Equal(t, "21 订单状态不允许该操作", w.audit(again, id))
		}
	}
}

// TestPlatformDecidesEarlyAddressChanges: the platform itself decides soon after
// payment.
func TestPlatformDecidesEarlyAddressChanges(t *testing.T) {
	t.Parallel()
	w := serve(t)
	id := w.paidBefore(5 * time.Hour)
	before := w.detail(id)
	reviewed, err := w.Box.On(mall.Kuaishou).AskAddress(id, sandbox.Receiver{Phone: "19900000099"})
	require.NoError(t, err)
	require.False(t, reviewed)
	assert.NotEqual(t, *before.Address.Mobile, *w.detail(id).Address.Mobile)

	late := w.paidBefore(7 * time.Hour)
	for name, to := range map[string]sandbox.Receiver{"another phone": {Phone: "19900000099"}, "the same": {}} {
		_, err := w.Box.On(mall.Kuaishou).AskAddress(late, to)
		require.Error(t, err, name)
	}
	shipped := w.add(map[string]any{"orderBaseInfo": map[string]any{"status": 40}})
	_, err = w.Box.On(mall.Kuaishou).AskAddress(shipped, sandbox.Receiver{Detail: "示例路9号"})
	require.Error(t, err)
}

func TestAuditHasADeadline(t *testing.T) {
	t.Parallel()
	w := serve(t)
	id := w.paidBefore(7 * time.Hour)
	_, err := w.Box.On(mall.Kuaishou).AskAddress(id, sandbox.Receiver{Detail: "示例路9号"})
	require.NoError(t, err)
	w.Box.Advance(25 * time.Hour)
	assert.Equal(t, "21 订单状态不允许该操作", w.audit("approve", id))
}

func TestAddressUpdate(t *testing.T) {
	t.Parallel()
	w := serve(t)
	update := func(id string, fields map[string]any) string {
		return w.post("open.order.address.update", with(fields, "orderId", json.Number(id))).outcome()
	}
	whole := map[string]any{
		"consignee": "示例癸", "mobile": "19900000077", "address": "示例路7号", "provinceCode": 32, "province": "江苏省", "cityCode": 3205, "city": "苏州市",
		"districtCode": 320505, "district": "虎丘区", "townCode": 320505001, "town": "枫桥街道", "isPartialUpdate": false,
	}
	id := w.add(nil)
	before := w.detail(id)
	require.Equal(t, "1", update(id, whole))
	after := w.detail(id)
	assert.Equal(t, "苏州市", after.Address.City)
	assert.NotEqual(t, *before.Address.Name, *after.Address.Name)
	assert.NotEqual(t, before.Delivery.AddressID, after.Delivery.AddressID)
	require.Equal(t, "1", update(id, whole), "again")
	assert.Equal(t, after, w.detail(id), "changes nothing")
	require.Equal(t, "1", update(id, map[string]any{"mobile": "19900000078", "isPartialUpdate": true}))
	assert.Equal(t, *after.Address.Name, *w.detail(id).Address.Name)

	for name, fields := range map[string]map[string]any{
		"no name":          with(whole, "consignee", ""),
		"no city":          with(whole, "city", ""),
		"half a region":    {"province": "江苏省", "address": "示例路7号", "isPartialUpdate": true},
		"no street":        {"province": "江苏省", "city": "苏州市", "district": "虎丘区", "isPartialUpdate": true},
		"a phone of words": {"mobile": "示例", "isPartialUpdate": true},
	} {
		assert.Contains(t, update(id, fields), "100200100 参数错误", name)
	}
	for name, fields := range map[string]map[string]any{
		"shipped": {"orderBaseInfo": map[string]any{"status": 40}},
		"unpaid":  {"orderBaseInfo": map[string]any{"status": 10}},
		"presale": {"orderStepInfo": map[string]any{"orderPaymentStatus": map[string]any{"payStepType": 1}}},
	} {
		assert.Equal(t, "21 订单状态不允许该操作", update(w.add(fields), whole), name)
	}
}
