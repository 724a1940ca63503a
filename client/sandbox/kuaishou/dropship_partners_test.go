package kuaishou_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/kuaishou"
)

// TestBonds takes applications through their states, by the API and by the
// factory's web pages.
func TestBonds(t *testing.T) {
	t.Parallel()
	w := serve(t)
	type row struct {
		Factory string `json:"factoryCode"`
		Status  int    `json:"bindingStatus"`
		Desc    string `json:"bindingStatusDesc"`
		By      string `json:"unboundParty"`
	}
	list := func() (rows []row) {
		var page struct {
			Total int   `json:"total"`
			List  []row `json:"relationList"`
		}
		w.as(shop1, "relation.list", map[string]any{"pageIndex": 1, "pageSize": 50}).data(t, &page)
		assert.Len(t, page.List, page.Total)
		return page.List
	}
	act := func(shop, factory, action string) error {
		return w.Box.On(mall.Kuaishou).Dropship(action, shop, factory)
	}
	rows := list()
	require.Len(t, rows, 5)
	assert.Equal(t, []int{2, 2, 1, 3, 4},
		[]int{rows[0].Status, rows[1].Status, rows[2].Status, rows[3].Status, rows[4].Status})
	apply := func(codes ...string) []string {
		var entries []any
		for _, code := range codes {
			entries = append(entries, map[string]any{"requestId": "r" + code, "factoryCode": code,
				"applyContent": "示例"})
		}
		return w.entries("relation.merchant.batch.apply", map[string]any{"applyRequestList": entries})
	}
	got := apply("F0002", "F0004", "F0006", "F9999")
	assert.Contains(t, got[0], "已绑定")
	assert.Contains(t, got[1], "已申请")
	assert.Empty(t, got[2])
	assert.Contains(t, got[3], "不存在")
	rows = list()
	require.Len(t, rows, 6, "each application has a row")
	assert.Equal(t, row{"F0006", 1, "待审核", ""}, rows[5])
	require.NoError(t, act(shop1, "2000000005", "accept"))
	require.Error(t, act(shop1, "2000000005", "accept"))
	unbind := map[string]any{"unbindRequestList": []any{map[string]any{"requestId": "1", "factoryCode": "F0006",
		"unboundReason": "示例"}}}
	assert.Equal(t, []string{""}, w.entries("relation.merchant.batch.unbind", unbind))
	assert.Contains(t, w.entries("relation.merchant.batch.unbind", unbind)[0], "未绑定")
	assert.Equal(t, "商家", list()[5].By)
	require.NoError(t, sandbox.Change(w.Box, func(r *kuaishou.Rules) { r.Dropship.KeepApplications = false }))
	assert.Len(t, list(), 5)

	require.NoError(t, act(shop1, "2000000003", "refuse"))
	require.NoError(t, act(shop1, "2000000003", "apply"))
	assert.ErrorIs(t, act(shop1, "", "be_factory"), sandbox.ErrTaken, "binding has begun")
	assert.ErrorIs(t, act(shop1, "1", "accept"), sandbox.ErrUnknownID)
	require.NoError(t, act(shop2, "", "be_factory"))
	require.NoError(t, act(shop2, "", "be_nothing"))
	var role struct {
		Type int `json:"roleType"`
	}
	w.as(ksWorks1, "role.query", map[string]any{}).data(t, &role)
	assert.Equal(t, 2, role.Type)
}
