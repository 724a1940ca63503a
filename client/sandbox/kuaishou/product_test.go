package kuaishou_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/kuaishou"
)

const (
	item1 int64 = 24900000000001
	sku1  int64 = 158400000000001
)

// shownItem is what the tests read of an item, by both methods.
type shownItem struct {
	ID     int64 `json:"kwaiItemId"`
	ItemID int64 `json:"itemId"`
	Shelf  *int  `json:"shelfStatus"`
	OnOff  *int  `json:"onOfflineStatus"`
	Audit  int   `json:"auditStatus"`
	Title  string
	SKUs   []shownSKU `json:"skuList"`
	Infos  []shownSKU `json:"skuInfos"`
}

type shownSKU struct {
	ID      int64    `json:"kwaiSkuId"`
	Stock   int64    `json:"skuStock"`
	Price   int64    `json:"skuSalePrice"`
	Nick    string   `json:"skuNick"`
	Spec    string   `json:"specification"`
	Reserve *int64   `json:"reserveStock"`
	GoodsID string   `json:"goodsId"`
	Goods   []string `json:"goodsCode"`
}

// itemPage is the data of open.item.list.get.
type itemPage struct {
	Total int         `json:"totalItemCount"`
	Pages int         `json:"totalPage"`
	Here  int         `json:"currentPageItemCount"`
	Items []shownItem `json:"items"`
}

func (w wire) items(params map[string]any) (l itemPage) {
	w.T.Helper()
	w.get("open.item.list.get", params).data(w.T, &l)
	return l
}

func (w wire) skus(item int64) map[int64]shownSKU {
	w.T.Helper()
	var l struct {
		Count int        `json:"skuCount"`
		List  []shownSKU `json:"skuList"`
	}
	w.get("open.item.sku.list.get", map[string]any{"kwaiItemId": item, "skuStatus": 1}).data(w.T, &l)
	assert.Len(w.T, l.List, l.Count)
	all := map[int64]shownSKU{}
	for _, v := range l.List {
		all[v.ID] = v
	}
	return all
}

// TestOrdersNameSKUsThatExist: the SKUs of example orders and new ones are for
// sale, under the same item, code and price, as are SKUs before a spec change.
func TestOrdersNameSKUsThatExist(t *testing.T) {
	t.Parallel()
	w := serve(t)
	_, err := w.Box.On(mall.Kuaishou).AddOrder(shop1, nil)
	require.NoError(t, err)
	orders, err := w.Box.On(mall.Kuaishou).Orders(shop1)
	require.NoError(t, err)
	for _, raw := range orders {
		var o struct {
			Item struct {
				SKUID    int64  `json:"skuId"`
				ItemID   int64  `json:"itemId"`
				Nick     string `json:"skuNick"`
				Original int64  `json:"originalPrice"`
				Prev     *struct {
					SKUID int64 `json:"skuId"`
				} `json:"itemPrevInfo"`
			} `json:"orderItemInfo"`
		}
		require.NoError(t, json.Unmarshal(raw, &o))
		all := w.skus(o.Item.ItemID)
		assert.Equal(t, o.Item.Nick, all[o.Item.SKUID].Nick)
		assert.Equal(t, o.Item.Original, all[o.Item.SKUID].Price)
		if o.Item.Prev != nil {
			assert.Contains(t, all, o.Item.Prev.SKUID)
		}
		equal, higher, lower := false, false, false
		for id, v := range all {
			equal = equal || id != o.Item.SKUID && v.Price == o.Item.Original
			higher, lower = higher || v.Price > o.Item.Original, lower || v.Price < o.Item.Original
		}
		assert.True(t, equal && higher && lower, "something to change to of every price")
	}
}

func TestItemList(t *testing.T) {
	t.Parallel()
	w := serve(t)
	for i := range 4 {
		w.Box.Advance(time.Second)
		require.NoError(t, w.Box.On(mall.Kuaishou).UpdateProduct(shop1, fmt.Sprint(item1+100+int64(i)),
			map[string]any{"title": "示例"}))
	}
	all := w.items(map[string]any{})
	assert.Equal(t, 12, all.Total, "what was deleted is not listed")
	assert.Equal(t, 1, all.Pages)
	for i, p := range all.Items[1:] {
		assert.Less(t, p.ID, all.Items[i].ID, "the last made first")
	}
	assert.Equal(t, 10, w.items(map[string]any{"onOfflineStatus": 1}).Total)
	assert.Equal(t, 1, w.items(map[string]any{"kwaiItemId": item1, "itemType": 2}).Total, "other filters are off then")
	assert.Zero(t, w.items(map[string]any{"itemType": 2}).Total)
	page := w.items(map[string]any{"pageNumber": 2, "pageSize": 10})
	assert.Equal(t, []int{2, 2, 12}, []int{page.Pages, page.Here, page.Total})
	assert.Empty(t, w.items(map[string]any{"pageNumber": 3, "pageSize": 10}).Items)
	assert.Len(t, w.items(map[string]any{"pageSize": 500}).Items, 12)
	for _, q := range []map[string]any{{"pageNumber": 0}, {"pageSize": 9}, {"itemStatus": 2}, {"onOfflineStatus": 2},
		{"kwaiItemId": "1"}} {
		assert.Equal(t, 100200100, w.get("open.item.list.get", q).Result, "%v", q)
	}

	// With relItemId the answer is the item itself.
	w.Box.Advance(time.Second)
	require.NoError(t, w.Box.On(mall.Kuaishou).UpdateProduct(shop1, fmt.Sprint(item1), map[string]any{"relItemId": 77}))
	var one shownItem
	w.get("open.item.list.get", map[string]any{"relItemId": 77}).data(t, &one)
	assert.Equal(t, item1, one.ID)

	require.NoError(t, sandbox.Change(w.Box, func(r *kuaishou.Rules) { r.ItemsByUpdate = true }))
	assert.Equal(t, item1, w.items(map[string]any{}).Items[0].ID, "the last changed first")
}

func TestItem(t *testing.T) {
	t.Parallel()
	w := serve(t)
	item := func() (p shownItem) {
		t.Helper()
		w.get("open.item.get", map[string]any{"kwaiItemId": item1}).data(t, &p)
		return p
	}
	p := item()
	assert.Equal(t, item1, p.ItemID)
	assert.Len(t, p.Infos, 4)
	require.NotNil(t, p.OnOff)
	assert.Equal(t, 1, *p.OnOff)
	assert.Nil(t, p.Shelf)
	assert.Equal(t, 1, w.post("open.item.shelf.status.update",
		map[string]any{"kwaiItemId": item1, "shelfStatus": 0}).Result)
	assert.Zero(t, *item().OnOff)
	assert.Equal(t, 100200100, w.post("open.item.shelf.status.update", map[string]any{"kwaiItemId": item1}).Result)
	for _, id := range []int64{1, item1 + 8} { // unknown, deleted
		assert.Equal(t, "21 商品不存在", w.get("open.item.get", map[string]any{"kwaiItemId": id}).outcome())
	}
	require.NoError(t, w.Box.On(mall.Kuaishou).UpdateProduct(shop1, fmt.Sprint(item1), map[string]any{"itemStatus": 3}))
	assert.Equal(t, "21 商品不存在", w.get("open.item.sku.list.get", map[string]any{"kwaiItemId": item1}).outcome())
}

// TestStock: each call adds to the stock or subtracts from it.
func TestStock(t *testing.T) {
	t.Parallel()
	w := serve(t)
	change := func(sku, n int64, kind int) string {
		return w.post("open.item.sku.stock.update",
			map[string]any{"kwaiItemId": item1, "skuId": sku, "skuChangeStock": n, "changeType": kind}).outcome()
	}
	stock := func(sku int64) int64 { return w.skus(item1)[sku].Stock }
	for range 2 {
		assert.Equal(t, "1", change(sku1, 7, 1))
	}
	assert.EqualValues(t, 114, stock(sku1), "there is no id that would stop it")
	assert.Equal(t, "1", change(sku1, 114, 2))
	assert.Zero(t, stock(sku1))
	assert.Equal(t, "21 当前库存不足，请减少预留数量", change(sku1, 1, 2))

	reserved := sku1 + 3
	assert.EqualValues(t, 5, *w.skus(item1)[reserved].Reserve)
	assert.Nil(t, w.skus(item1)[sku1].Reserve, "absent, as in a live item")
	assert.Equal(t, "21 当前库存不足，请减少预留数量", change(reserved, 96, 2))
	assert.Equal(t, "1", change(reserved, 95, 2))

	for _, c := range []struct {
		n    int64
		kind int
	}{{0, 1}, {-1, 1}, {9_999_999, 1}, {5, 0}, {5, 3}} {
		assert.Contains(t, change(sku1, c.n, c.kind), "100200100", "%v", c)
	}
	assert.Equal(t, "1", change(sku1, 9_999_998, 1))
	assert.Contains(t, change(sku1, 2, 1), "100200100", "above the most there can be")
	assert.Equal(t, "21 SKU不存在", change(7, 1, 1))

	require.NoError(t, w.Box.On(mall.Kuaishou).UpdateSKU(shop1, fmt.Sprint(sku1), map[string]any{"skuStock": 3}))
	assert.EqualValues(t, 3, stock(sku1))
	assert.ErrorIs(t, w.Box.On(mall.Kuaishou).UpdateSKU(shop1, "7", map[string]any{"skuStock": 3}),
		sandbox.ErrUnknownID)
	assert.Error(t, w.Box.On(mall.Kuaishou).UpdateSKU(shop1, fmt.Sprint(sku1), map[string]any{"skuStock": -1}))
	assert.Error(t, w.Box.On(mall.Kuaishou).UpdateSKU(shop1, fmt.Sprint(sku1), map[string]any{"kwaiSkuId": 8}))
}

func TestPrice(t *testing.T) {
	t.Parallel()
	w := serve(t)
	set := func(price int64) string {
		return w.post("open.item.sku.price.update",
			map[string]any{"itemId": item1, "skuId": sku1, "price": price}).outcome()
	}
	assert.Equal(t, "1", set(123))
	assert.EqualValues(t, 123, w.skus(item1)[sku1].Price)
	assert.Contains(t, set(0), "100200100")
	require.NoError(t, sandbox.Change(w.Box, func(r *kuaishou.Rules) { r.PriceUnit = 100 }))
	assert.Equal(t, "1", set(123))
	assert.EqualValues(t, 12300, w.skus(item1)[sku1].Price)
	assert.Error(t, sandbox.Change(w.Box, func(r *kuaishou.Rules) { r.PriceUnit = 0 }))
}

// TestGoods: SKUs are linked to goods, whose stock by warehouse goes by the
// merchant's codes and is answered beside result.
func TestGoods(t *testing.T) {
	t.Parallel()
	w := serve(t)
	const linked, goods = item1 + 7, "800000001"
	relation := func(method string, item, sku int64, goods string) string {
		return w.post("open.item.sku.goods.relation."+method, map[string]any{
			"itemId": item, "skuGoodsRelation": []any{map[string]any{"goodsId": goods, "skuId": sku}},
		}).outcome()
	}
	assert.Equal(t, "21 货品关系不正确", relation("update", item1, sku1, goods), "there is nothing to update")
	assert.Equal(t, "1", relation("add", item1, sku1, goods))
	assert.Equal(t, "21 货品关系不正确", relation("add", item1, sku1, goods))
	assert.Equal(t, "1", relation("update", item1, sku1, "800000002"))
	assert.Equal(t, []string{"GOODS-BL-GRY-U-XL"}, w.skus(item1)[sku1].Goods)
	assert.Equal(t, "21 货品关系不正确", relation("delete", item1, sku1, goods))
	assert.Equal(t, "1", relation("delete", item1, sku1, "800000002"))
	assert.Empty(t, w.skus(item1)[sku1].Goods)
	var links []struct {
		ItemID int64  `json:"itemId"`
		Code   string `json:"goodsCode"`
	}
	w.get("open.item.sku.goods.relation.get", map[string]any{"skuId": []int64{sku1 + 70, sku1}}).data(t, &links)
	require.Len(t, links, 1)
	assert.Equal(t, linked, links[0].ItemID)
	assert.Equal(t, "GOODS-BL-GRY-U", links[0].Code, "a text here")

	top := func(a answer, name string) (n int64) {
		t.Helper()
		require.Equal(t, 1, a.Result, "%s", a.raw)
		assert.Nil(t, a.Data)
		var object map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(a.raw, &object))
		require.NoError(t, json.Unmarshal(object[name], &n))
		return n
	}
	place := func(more map[string]any) map[string]any {
		more["wareOutCode"], more["warehouseOutCode"] = "GOODS-BL-GRY-U", "WH-EAST"
		return more
	}
	assert.EqualValues(t, 5, top(w.get("open.scm.inventory.update", place(map[string]any{"quantity": 5})), "quantity"))
	for range 2 {
		assert.EqualValues(t, 5, top(w.post("open.scm.inventory.adjust",
			place(map[string]any{"idempotentId": "1", "operationType": "减少", "adjustQuantity": 8})), "adjust_quantity"))
	}
	assert.EqualValues(t, 8, top(w.post("open.scm.inventory.adjust",
		place(map[string]any{"idempotentId": "2", "operationType": "增加", "adjustQuantity": 8})), "adjust_quantity"))
	assert.EqualValues(t, 8, top(w.post("open.scm.inventory.adjust",
		place(map[string]any{"idempotentId": "3", "operationType": "减少", "adjustQuantity": 9})), "adjust_quantity"))
	for _, q := range []map[string]any{{"operationType": "减少", "adjustQuantity": 1},
		{"idempotentId": "4", "operationType": "x", "adjustQuantity": 1},
		{"idempotentId": "5", "operationType": "增加"}} {
		assert.Equal(t, 100200100, w.post("open.scm.inventory.adjust", place(q)).Result, "%v", q)
	}
	assert.Equal(t, "21 货品不存在", w.get("open.scm.inventory.update",
		map[string]any{"quantity": 1, "wareOutCode": "x", "warehouseOutCode": "W"}).outcome())
}

func TestUpdateProduct(t *testing.T) {
	t.Parallel()
	w := serve(t)
	all, err := w.Box.On(mall.Kuaishou).Products(shop1)
	require.NoError(t, err)
	assert.Len(t, all, 9)
	for id, fields := range map[string]map[string]any{
		"x": {"title": "x"}, "1": {"kwaiItemId": 2}, "2": {"heading": "x"}, "3": {"title": 7},
	} {
		assert.Error(t, w.Box.On(mall.Kuaishou).UpdateProduct(shop1, id, fields), id)
	}
	all, err = w.Box.On(mall.Kuaishou).Products(shop1)
	require.NoError(t, err)
	assert.Len(t, all, 9, "what is refused makes nothing")
}
