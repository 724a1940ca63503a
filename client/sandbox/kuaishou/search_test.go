package kuaishou_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
	"github.com/mallwire/mall/client/sandbox/kuaishou"
)

func TestListRefusals(t *testing.T) {
	t.Parallel()
	w := serve(t)
	now := wiretest.Noon.UnixMilli()
	day := int64(86400_000)
	for name, tt := range map[string]struct {
		param map[string]any
		want  string
	}{
		"no cursor":             {map[string]any{"cursor": nil}, ksParameter + "缺少cursor"},
		"cursor of the end":     {map[string]any{"cursor": "nomore"}, ksParameter + "cursor已到末页"},
		"cursor of our own":     {map[string]any{"cursor": "2"}, ksParameter + "cursor"},
		"no view":               {map[string]any{"orderViewStatus": nil}, ksParameter + "orderViewStatus"},
		"too many":              {map[string]any{"pageSize": 51}, ksParameter + "pageSize应为1到50"},
		"none":                  {map[string]any{"pageSize": 0}, ksParameter + "pageSize应为1到50"},
		"no begin":              {map[string]any{"beginTime": nil}, ksParameter + "缺少beginTime或endTime"},
		"in seconds":            {map[string]any{"beginTime": now/1000 - 60, "endTime": now / 1000}, "300005 SEARCH TIME OLDER THAN 90 DAYS"},
		"end before begin":      {map[string]any{"endTime": now - 8*day}, "300003 END TIME BEFORE BEGIN TIME"},
		"wider than seven days": {map[string]any{"beginTime": now - 7*day - 1}, "300004 SEARCH TIME RANGE EXPAND 7 DAYS"},
		"too long ago":          {map[string]any{"beginTime": now - 90*day - 1, "endTime": now - 89*day}, "300005 SEARCH TIME OLDER THAN 90 DAYS"},
		"sort":                  {map[string]any{"sort": 3}, ksParameter + "sort、queryType或cpsType"},
		"text for a number":     {map[string]any{"pageSize": "10"}, ksParameter + "参数类型错误"},
	} {
		assert.Equal(t, tt.want, w.query(tt.param).outcome(), name)
	}
	assert.Equal(t, "1", w.query(map[string]any{"beginTime": now - 90*day, "endTime": now - 83*day}).outcome())
}

func TestCursorWalks(t *testing.T) {
	t.Parallel()
	for _, empty := range []bool{false, true} {
		for _, query := range []int{1, 2} {
			for _, sort := range []int{1, 2} {
				t.Run(fmt.Sprintf("empty pages %v, query %d, sort %d", empty, query, sort), func(t *testing.T) {
					t.Parallel()
					w := emptyShop(t)
					require.NoError(t, sandbox.Change(w.Box, func(r *kuaishou.Rules) { r.EmptyPages = empty }))
					var all []string
					for i := range 21 {
						// Three orders of each instant, so that pages end between them.
						at := wiretest.Noon.Add(-time.Hour).UnixMilli() + int64(i/3)
						all = append(all, w.add(map[string]any{"orderBaseInfo": map[string]any{"createTime": at,
							"updateTime": at}}))
					}
					want := slices.Clone(all)
					if sort == 1 {
						slices.Reverse(want)
					}
					var got []string
					pages := w.walk(map[string]any{"pageSize": 7, "queryType": query, "sort": sort}, nil)
					for _, p := range pages {
						assert.LessOrEqual(t, len(p.List), 7)
						got = append(got, p.ids()...)
					}
					assert.Equal(t, want, got)
					if empty {
						assert.Len(t, pages, 5)
						assert.Empty(t, pages[1].List, "empty, and the cursor goes on")
					} else {
						assert.Len(t, pages, 3, "no page more than needed")
					}
				})
			}
		}
	}
}

func TestCursorIsNotDisturbed(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	ids, err := w.Box.On(mall.Kuaishou).AddOrders(shop1, 20, 30)
	require.NoError(t, err)
	end := w.Box.Now().UnixMilli()
	seen := map[string]int{}
	pages := w.walk(map[string]any{"pageSize": 5, "queryType": 2, "sort": 2, "beginTime": end - 7*86400_000,
		"endTime": end}, func(page int) {
		// An order that was listed and one that was not move to now, out of the window.
		w.Box.Advance(time.Second)
		require.NoError(t, w.Box.On(mall.Kuaishou).UpdateOrder(ids[page-1],
			map[string]any{"orderBaseInfo": map[string]any{"remark": "示例"}}))
		require.NoError(t, w.Box.On(mall.Kuaishou).UpdateOrder(ids[20-page],
			map[string]any{"orderBaseInfo": map[string]any{"remark": "示例"}}))
	})
	for _, p := range pages {
		for _, id := range p.ids() {
			seen[id]++
		}
	}
	for i, id := range ids[:17] {
		assert.Equal(t, 1, seen[id], "order %d", i)
	}
	moved := w.search(map[string]any{"queryType": 2, "beginTime": end + 1, "endTime": w.Box.Now().UnixMilli()}).ids()
	assert.Subset(t, moved, ids[17:], "what moved is found where it went")
}

func TestFilters(t *testing.T) {
	t.Parallel()
	w := serve(t)
	all := w.search(nil)
	for view, status := range map[int]int{2: 10, 3: 30, 4: 40, 5: 50, 6: 70, 7: 80} {
		want := 0
		for _, o := range all.List {
			if o.Base.Status == status {
				want++
			}
		}
		p := w.search(map[string]any{"orderViewStatus": view})
		assert.Len(t, p.List, want, "view %d", view)
		for _, o := range p.List {
			assert.Equal(t, status, o.Base.Status)
		}
	}
	assert.Len(t, w.search(map[string]any{"cpsType": 2}).List, 1)
	assert.Len(t, w.search(map[string]any{"cpsType": 1}).List, 29)

	edge := all.List[3].Base.Created
	window := map[string]any{"beginTime": edge - 1, "endTime": edge}
	assert.Equal(t, []string{all.List[3].id()}, w.search(window).ids(), "the end counts")
	require.NoError(t, sandbox.Change(w.Box, func(r *kuaishou.Rules) { r.WindowEndExclusive = true }))
	assert.Empty(t, w.search(window).List)
}

func TestHistoryEnds(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	old := func(days int) string {
		return w.add(map[string]any{"orderBaseInfo": map[string]any{"createTime": wiretest.Noon.AddDate(0, 0,
			-days).UnixMilli(), "updateTime": wiretest.Noon.UnixMilli()}})
	}
	in := old(240)
	old(241)
	assert.Equal(t, []string{in}, w.search(map[string]any{"queryType": 2}).ids(), "240 days since creation")
	assert.Empty(t, w.search(nil).List)
}

func TestRefundsOfAnOrder(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	id := w.add(map[string]any{"orderRefundList": []any{
		map[string]any{"refundId": 2600000000000002, "refundStatus": 10, "handlingWay": 10, "specialRefundType": 0},
		map[string]any{"refundId": 2600000000000001, "refundStatus": 70, "handlingWay": 10, "specialRefundType": 0},
	}})
	listed := w.search(nil).List[0]
	require.Len(t, listed.Refunds, 2)
	assert.Nil(t, listed.Refunds[0].Way, "the list does not tell the way")
	o := w.detail(id)
	assert.Nil(t, o.Refunds)
	require.Len(t, o.NewRefunds, 1, "the newest only")
	assert.Equal(t, "2600000000000002", strconv.FormatInt(o.NewRefunds[0].ID, 10))
	require.NotNil(t, o.NewRefunds[0].Way)
	require.NoError(t, sandbox.Change(w.Box, func(r *kuaishou.Rules) { r.NewerRefundList = false }))
	o = w.detail(id)
	require.Len(t, o.Refunds, 2)
	assert.Nil(t, o.Refunds[0].Way)
	assert.Nil(t, o.NewRefunds)
}
