package doudian_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/doudian"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

const (
	product1 int64 = 3600000000000000001
	sku1     int64 = 1780000000000001
	sku1b    int64 = 1780000000000102
)

// shown is what the tests read of a product.
type shown struct {
	ID      int64 `json:"product_id"`
	Status  int64 `json:"status"`
	Check   int64 `json:"check_status"`
	Updated int64 `json:"update_time"`
	Name    string
}

// listed is the data of product.listV2.
type listed struct {
	Data   []shown
	Total  int
	Cursor string `json:"cursor_id"`
}

// variant is what the tests read of a SKU.
type variant struct {
	ID        int64
	SKUID     int64            `json:"sku_id"`
	ProductID int64            `json:"product_id"`
	Price     int64            `json:"price"`
	Code      string           `json:"code"`
	Stock     int64            `json:"stock_num"`
	Map       map[string]int64 `json:"stock_map"`
	MapOfNum  map[string]int64 `json:"stock_num_map"`
}

func (w wire) products(params map[string]any) (l listed) {
	w.T.Helper()
	q := map[string]any{"page": 1, "size": 100}
	for k, v := range params {
		q[k] = v
	}
	w.Call("product.listV2", q).Decode(w.T, &l)
	return l
}

func (w wire) stock(id int64) (v variant) {
	w.T.Helper()
	w.Call("sku.stockNum", map[string]any{"sku_id": id}).Decode(w.T, &v)
	return v
}

// TestOrdersNameSKUsThatExist: the SKUs of example orders and new ones are for
// sale, under the same product, code and price.
func TestOrdersNameSKUsThatExist(t *testing.T) {
	t.Parallel()
	w := serve(t)
	w.Add(nil)
	orders, err := w.Box.On(mall.Doudian).Orders(wiretest.Shop1)
	require.NoError(t, err)
	for _, raw := range orders {
		var o struct {
			Lines []struct {
				SKUID     int64  `json:"sku_id"`
				ProductID int64  `json:"product_id"`
				Code      string `json:"code"`
				GoodsType int64  `json:"goods_type"`
			} `json:"sku_order_list"`
		}
		require.NoError(t, json.Unmarshal(raw, &o))
		for _, l := range o.Lines {
			var v variant
			w.Call("sku.detail", map[string]any{"sku_id": l.SKUID}).Decode(t, &v)
			assert.Equal(t, l.ProductID, v.ProductID)
			if l.GoodsType == 0 {
				assert.Equal(t, l.Code, v.Code)
			}
		}
	}
}

func TestProductList(t *testing.T) {
	t.Parallel()
	w := serve(t)
	all := w.products(nil)
	assert.Equal(t, 8, all.Total)
	require.Len(t, all.Data, 8)
	for i, p := range all.Data[1:] {
		assert.LessOrEqual(t, p.Updated, all.Data[i].Updated, "the last changed first")
	}
	assert.Equal(t, 1, w.products(map[string]any{"status": 1}).Total)
	assert.Equal(t, 7, w.products(map[string]any{"status": 0}).Total)
	assert.Equal(t, 1, w.products(map[string]any{"check_status": 5}).Total)
	assert.Equal(t, 1, w.products(map[string]any{"product_id": []string{fmt.Sprint(product1), "1"}}).Total)
	assert.Equal(t, 1, w.products(map[string]any{"name": "围巾"}).Total)
	assert.Len(t, w.products(map[string]any{"page": 3, "size": 3}).Data, 2)
	assert.Empty(t, w.products(map[string]any{"page": 4, "size": 3}).Data)

	// Both ends of the update window are exclusive.
	at := all.Data[3].Updated
	window := func(from, to int64) int {
		return w.products(map[string]any{"update_start_time": from, "update_end_time": to}).Total
	}
	assert.Equal(t, []int{0, 0, 1}, []int{window(at, at+1), window(at-1, at), window(at-1, at+1)})

	for _, q := range []map[string]any{{"page": 0}, {"page": 101}, {"size": 0}, {"size": 101},
		{"use_cursor": true, "cursor_id": "x"}} {
		p := map[string]any{"page": 1, "size": 100}
		for k, v := range q {
			p[k] = v
		}
		assert.Equal(t, "40004 isv.parameter-invalid:2010004", w.Call("product.listV2", p).Outcome(), "%v", q)
	}
}

// TestProductCursor: changes between two pages do not move rows of a list by
// cursor, but do move rows of numbered pages.
func TestProductCursor(t *testing.T) {
	t.Parallel()
	walk := func(cursor bool) map[int64]bool {
		w := serve(t)
		seen, at := map[int64]bool{}, ""
		for page := 1; page <= 8; page++ {
			l := w.products(map[string]any{"page": page, "size": 1, "use_cursor": cursor, "cursor_id": at})
			for _, p := range l.Data {
				seen[p.ID] = true
			}
			require.NoError(t, w.Box.On(mall.Doudian).UpdateProduct(wiretest.Shop1,
				fmt.Sprint(product1+7-int64(page)%8), map[string]any{"name": "改名"}))
			w.Box.Advance(1e9)
			if at = l.Cursor; cursor && at == "" {
				break
			}
		}
		return seen
	}
	assert.Len(t, walk(true), 8)
	assert.Less(t, len(walk(false)), 8)
}

func TestSKUReads(t *testing.T) {
	t.Parallel()
	w := serve(t)
	var list []variant
	w.Call("sku.list", map[string]any{"product_id": product1}).Decode(t, &list)
	require.Len(t, list, 3)
	assert.Equal(t, sku1, list[0].ID)
	assert.EqualValues(t, 100, list[0].Stock)
	var detail struct {
		SKUs []variant `json:"spec_prices"`
	}
	w.Call("product.detail", map[string]any{"product_id": fmt.Sprint(product1)}).Decode(t, &detail)
	require.Len(t, detail.SKUs, 3)
	assert.Equal(t, list[2].ID, detail.SKUs[2].SKUID)
	var byCode variant
	w.Call("sku.stockNum", map[string]any{"code": "TS-RED-M"}).Decode(t, &byCode)
	assert.Equal(t, sku1, byCode.SKUID)
	for _, tt := range []struct {
		method string
		params map[string]any
		want   string
	}{
		{"sku.list", map[string]any{}, "40002 isv.missing-parameter:3"},
		{"sku.list", map[string]any{"product_id": 9}, "40004 isv.parameter-invalid:4"},
		{"sku.detail", map[string]any{}, "40004 isv.parameter-invalid:20011"},
		{"sku.detail", map[string]any{"sku_id": 9}, "40004 isv.parameter-invalid:20050"},
		{"sku.stockNum", map[string]any{"sku_id": []int{1}}, "40003 isv.parameter-format-invalid"},
		{"sku.stockNum", map[string]any{"code": "none"}, "40004 isv.parameter-invalid:20050"},
		{"product.detail", map[string]any{}, "50002 isv.business-failed:2010004"},
		{"product.detail", map[string]any{"product_id": "9"}, "40004 isv.parameter-invalid:2010058"},
	} {
		assert.Equal(t, tt.want, w.Call(tt.method, tt.params).Outcome(), "%s %v", tt.method, tt.params)
	}
}

func TestSyncStock(t *testing.T) {
	t.Parallel()
	w := serve(t)
	sync := func(more map[string]any) string {
		p := map[string]any{"sku_id": sku1, "stock_num": 0, "incremental": false}
		for k, v := range more {
			p[k] = v
		}
		return w.Call("sku.syncStock", p).Outcome()
	}
	require.Equal(t, "10000", sync(nil))
	assert.Zero(t, w.stock(sku1).Stock)
	require.Equal(t, "10000", sync(map[string]any{"stock_num": 9, "idempotent_id": "set-1"}))
	plus := map[string]any{"stock_num": 5, "incremental": true, "idempotent_id": "a"}
	require.Equal(t, "10000", sync(plus))
	assert.Equal(t, "40004 isv.parameter-invalid:40010", sync(plus))
	assert.EqualValues(t, 14, w.stock(sku1).Stock, "once")
	less := map[string]any{"stock_num": -15, "incremental": true, "idempotent_id": "b"}
	assert.Equal(t, "50002 isv.business-failed:2010012", sync(less))
	less["stock_num"] = -14
	require.Equal(t, "10000", sync(less), "a refusal does not use up the id")
	assert.Zero(t, w.stock(sku1).Stock)
	for want, p := range map[string]map[string]any{
		"40001 isv.parameter-missing":   {"incremental": true},
		"40003 isv.parameter-invalid":   {"stock_num": -1},
		"40004 isv.parameter-invalid:5": {"sku_id": 9},
	} {
		assert.Equal(t, want, sync(p))
	}
	require.NoError(t, w.Box.On(mall.Doudian).UpdateProduct(wiretest.Shop1, fmt.Sprint(product1),
		map[string]any{"status": 2}))
	assert.Equal(t, "40004 isv.parameter-invalid:4", sync(nil))

	// By warehouse: the parts add up.
	const regional = 1780000000000008
	require.Equal(t, "10000", sync(map[string]any{"sku_id": regional, "out_warehouse_id": "WH-EAST", "stock_num": 1}))
	got := w.stock(regional)
	assert.Equal(t, map[string]int64{"WH-EAST": 1, "WH-WEST": 40}, got.MapOfNum)
	assert.EqualValues(t, 41, got.Stock)

	require.NoError(t, sandbox.Change(w.Box, func(r *doudian.Rules) {
		r.RefusedStockSpendsID, r.StockShortSubCode = true, "isv.business-failed:1"
	}))
	most := map[string]any{"sku_id": sku1 + 1, "stock_num": -1000, "incremental": true, "idempotent_id": "c"}
	assert.Equal(t, "50002 isv.business-failed:1", sync(most))
	assert.Equal(t, "40004 isv.parameter-invalid:40010", sync(most))
}

// TestSyncStockBatch: all or nothing.
func TestSyncStockBatch(t *testing.T) {
	t.Parallel()
	w := serve(t)
	batch := func(more map[string]any, items ...map[string]any) string {
		p := map[string]any{"product_id": product1, "incremental": false, "sku_sync_list": items}
		for k, v := range more {
			p[k] = v
		}
		return w.Call("sku.syncStockBatch", p).Outcome()
	}
	item := func(id int64, n int) map[string]any {
		return map[string]any{"sku_id": id, "sku_type": 0, "stock_num": n}
	}
	require.Equal(t, "10000", batch(nil, item(sku1, 0), item(sku1b, 4)))
	assert.Equal(t, []int64{0, 4}, []int64{w.stock(sku1).Stock, w.stock(sku1b).Stock})
	plus := map[string]any{"incremental": true, "idempotent_id": "x"}
	require.Equal(t, "10000", batch(plus, item(sku1, 2)))
	assert.Equal(t, "40004 isv.parameter-invalid:2010021", batch(plus, item(sku1, 2)))
	for want, p := range map[string]struct {
		more  map[string]any
		items []map[string]any
	}{
		"40004 isv.parameter-invalid:2010013": {nil, []map[string]any{item(sku1, 9), item(sku1+1, 9)}}, // of another product
		"50002 isv.business-failed:2010012":   {map[string]any{"incremental": true, "idempotent_id": "y"}, []map[string]any{item(sku1b, 1), item(sku1, -9)}},
		"50002 isv.business-failed:2010058":   {map[string]any{"product_id": 9}, []map[string]any{item(sku1, 9)}},
		"50002 isv.business-failed:2010043":   {map[string]any{"product_id": product1 + 6}, []map[string]any{item(sku1+6, 9)}}, // banned
		"40002 isv.missing-parameter:2010004": {nil, nil},
	} {
		assert.Equal(t, want, batch(p.more, p.items...))
	}
	assert.Equal(t, []int64{2, 4}, []int64{w.stock(sku1).Stock, w.stock(sku1b).Stock},
		"what was refused changed nothing")
	for check, want := range map[int]string{2: "50002 isv.business-failed:2010041"} {
		require.NoError(t, w.Box.On(mall.Doudian).UpdateProduct(wiretest.Shop1, fmt.Sprint(product1),
			map[string]any{"check_status": check}))
		assert.Equal(t, want, batch(nil, item(sku1, 1)))
	}
	require.NoError(t, w.Box.On(mall.Doudian).UpdateProduct(wiretest.Shop1, fmt.Sprint(product1),
		map[string]any{"status": 2}))
	assert.Equal(t, "50002 isv.business-failed:2010042", batch(nil, item(sku1, 1)))
}

func TestEditPrice(t *testing.T) {
	t.Parallel()
	w := serve(t)
	edit := func(id int64, price any) string {
		return w.Call("sku.editPrice", map[string]any{"sku_id": id, "price": price}).Outcome()
	}
	require.Equal(t, "10000", edit(sku1, 4321))
	var v variant
	w.Call("sku.detail", map[string]any{"sku_id": sku1}).Decode(t, &v)
	assert.EqualValues(t, 4321, v.Price)
	assert.Equal(t, "40004 isv.parameter-invalid:5", edit(9, 1))
	assert.Equal(t, "40003 isv.parameter-invalid", edit(sku1, 0))
	require.NoError(t, w.Box.On(mall.Doudian).UpdateProduct(wiretest.Shop1, fmt.Sprint(product1),
		map[string]any{"status": 2}))
	assert.Equal(t, "40004 isv.parameter-invalid:7", edit(sku1, 1))
}

// TestShopsHaveSeparateProducts: the shops start alike, and a change in one does not
// affect the other.
func TestShopsHaveSeparateProducts(t *testing.T) {
	t.Parallel()
	w := serve(t)
	require.NoError(t, w.Box.On(mall.Doudian).UpdateSKU(wiretest.Shop1, fmt.Sprint(sku1),
		map[string]any{"stock_num": 1}))
	all, err := w.Box.On(mall.Doudian).Products(wiretest.Shop2)
	require.NoError(t, err)
	var p struct{ SKUs []variant }
	require.NoError(t, json.Unmarshal(all[0], &p))
	assert.EqualValues(t, 100, p.SKUs[0].Stock)
}

func TestControlProducts(t *testing.T) {
	t.Parallel()
	w := serve(t)
	body := func(text string) string { return `{"platform":"doudian","shop_id":"10000001",` + text + `}` }
	require.Equal(t, 200, w.Control("POST", "/skus",
		body(`"sku_id":"1780000000000001","sku":{"stock_num":0,"price":1}`), nil))
	assert.Zero(t, w.stock(sku1).Stock)
	require.Equal(t, 200, w.Control("POST", "/products",
		body(`"product_id":"3600000000000000001","product":{"status":1,"name":"示例"}`), nil))
	require.Equal(t, 200, w.Control("POST", "/products", body(`"product_id":"77","product":{"name":"新品"}`), nil))
	var list struct {
		Products []struct {
			shown
			SKUs []variant
		}
	}
	require.Equal(t, 200, w.Control("GET", "/products?platform=doudian&shop_id=10000001", "", &list))
	require.Len(t, list.Products, 9)
	assert.EqualValues(t, 1, list.Products[0].Status)
	assert.Equal(t, wiretest.Noon.Unix(), list.Products[0].Updated)
	assert.Equal(t, "新品", list.Products[8].Name)
	assert.EqualValues(t, 77, list.Products[8].SKUs[0].ID)
	assert.EqualValues(t, 1, list.Products[0].SKUs[0].Price)

	for _, tt := range []struct {
		path, body string
		status     int
		says       string
	}{
		{"/skus", body(`"sku_id":"9","sku":{"stock_num":0}`), 404, "SKU"},
		{"/skus", body(`"sku_id":"1780000000000001","sku":{"stok_num":0}`), 400, "stok_num"},
		{"/skus", body(`"sku_id":"1780000000000001","sku":{"stock_num":-1}`), 400, "less than nothing"},
		{"/skus", body(`"sku_id":"1780000000000001","sku":{"id":1}`), 400, "ids"},
		{"/skus", body(`"sku_id":"1780000000000001","sku":{"stock_num":"x"}`), 400, "fields"},
		{"/skus", body(`"sku_id":"1780000000000001"`), 400, "no field"},
		{"/products", body(`"product_id":"3600000000000000001"`), 400, "no field"},
		{"/products", body(`"product_id":"x","product":{"status":1}`), 400, "not a number"},
		{"/products", body(`"product_id":"5","product":{"product_id":6}`), 400, "product_id"},
		{"/products", `{"platform":"taobao","product_id":"5","product":{"status":1}}`, 404, "platform"},
		{"/products", `{"platform":"doudian","shop_id":"9","product_id":"5","product":{"status":1}}`, 404, "shop"},
	} {
		var p struct{ Error string }
		assert.Equal(t, tt.status, w.Control("POST", tt.path, tt.body, &p), tt.body)
		assert.Contains(t, p.Error, tt.says, tt.body)
	}
	assert.ErrorIs(t, w.Box.On(mall.Doudian).UpdateSKU("9", "1", nil), sandbox.ErrUnknownID)
}
