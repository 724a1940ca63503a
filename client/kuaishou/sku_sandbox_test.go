package kuaishou_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/sku"
	"github.com/mallwire/mall/sku/skutest"
)

// TestSKUConformance runs the suite that all drivers pass over a list of three
// pages, in both orders that the platform may use.
func TestSKUConformance(t *testing.T) {
	t.Parallel()
	for _, byUpdate := range []bool{false, true} {
		t.Run(fmt.Sprintf("by update %t", byUpdate), func(t *testing.T) {
			w := newWorld(t, nil)
			w.rule(t, func(r *rules) { r.ItemsByUpdate = byUpdate })
			w.AnswersAreKept(t, nil)
			for i := range 18 {
				w.Box.Advance(time.Second)
				require.NoError(t, w.Side().UpdateProduct(w.Shop.ID(), fmt.Sprint(24900000000101+i), map[string]any{"title": "示例"}))
			}
			ids := []string{product1}
			for p, err := range w.Shop.SKUs.All(t.Context(), sku.Query{}) {
				require.NoError(t, err)
				if p.ID != product1 {
					ids = append(ids, p.ID)
				}
			}
			require.Len(t, ids, 26)
			skutest.Run(t, kuaishou.SKUDriverOf(w.Shop), skutest.Known{
				Products: ids, Writable: sku1, ShopID: w.Shop.ID(),
				Touch: func(_ context.Context, id string) error {
					w.Box.Advance(time.Second)
					return w.Side().UpdateProduct(w.Shop.ID(), id, map[string]any{"title": "改名" + id})
				},
				Lacks: []string{"Get", "GetStock"}, // a SKU is reached through its product
			})
		})
	}
}

// sell changes the fields of a SKU, as a sale elsewhere does.
func (w *world) sell(t *testing.T, id string, fields map[string]any) {
	t.Helper()
	require.NoError(t, w.Side().UpdateSKU(w.Shop.ID(), id, fields))
}

// stock reads the count of a SKU of the example product.
func (w *world) stock(t *testing.T, id string) sku.Stock {
	t.Helper()
	all, err := w.Shop.SKUs.GetSKUs(t.Context(), product1)
	require.NoError(t, err)
	for _, k := range all {
		if k.ID == id {
			return k.Stock
		}
	}
	t.Fatalf("no SKU %s", id)
	return sku.Stock{}
}

func setTo(id string, n int64) sku.StockWrite {
	return sku.StockWrite{SKUID: id, ProductID: product1, Mode: sku.Set, Quantity: n}
}

const stockUpdate = "open.item.sku.stock.update"

// mishaps lose the answer of a stock write, before or after it was carried out.
var mishaps = []sandbox.Fault{
	{Kind: sandbox.FaultCutBefore}, {Kind: sandbox.FaultCutAfter}, {Kind: sandbox.FaultHalfBody}, {Kind: sandbox.FaultHTML},
	{Kind: sandbox.FaultStatus, Status: 502}, {Kind: sandbox.FaultError, Code: 100200500, After: true},
}

// TestAddStockLostAnswer: an addition whose answer was lost is sent once. The
// platform knows no ids, so the library does not send it when the app writes it
// again.
func TestAddStockLostAnswer(t *testing.T) {
	t.Parallel()
	for _, fault := range mishaps {
		t.Run(string(fault.Kind), func(t *testing.T) {
			w := newWorld(t, nil)
			fault.Method = stockUpdate
			w.Arm(t, fault)
			take := sku.StockWrite{SKUID: sku1, ProductID: product1, Mode: sku.Add, Quantity: -7, ID: "move-1"}
			for range 3 {
				got, err := w.Shop.SKUs.WriteStock(t.Context(), take)
				require.ErrorIs(t, err, mall.ErrUnknownOutcome)
				require.NotNil(t, got[0].Item.Seen, "it looked")
				assert.Equal(t, w.stock(t, sku1), *got[0].Item.Seen)
			}
			assert.Equal(t, 1, w.Sent(stockUpdate))
			assert.Contains(t, []int64{93, 100}, w.stock(t, sku1).Quantity)

			_, err := w.Shop.SKUs.WriteStock(t.Context(), setTo(sku1, 93)) // the app's own books
			require.NoError(t, err)
			assert.EqualValues(t, 93, w.stock(t, sku1).Quantity)
		})
	}
}

// TestSetStockLostAnswer: setting a count sends a difference, once; setting it
// again after a lost answer ends in the count.
func TestSetStockLostAnswer(t *testing.T) {
	t.Parallel()
	for _, fault := range mishaps {
		for _, to := range []int64{140, 40, 0} {
			t.Run(fmt.Sprintf("%s to %d", fault.Kind, to), func(t *testing.T) {
				w := newWorld(t, nil)
				fault.Method = stockUpdate
				w.Arm(t, fault)
				_, err := w.Shop.SKUs.WriteStock(t.Context(), setTo(sku1, to))
				assert.Equal(t, 1, w.Sent(stockUpdate))
				if err != nil {
					require.ErrorIs(t, err, mall.ErrUnknownOutcome)
					_, err = w.Shop.SKUs.WriteStock(t.Context(), setTo(sku1, to))
				}
				require.NoError(t, err)
				assert.Equal(t, to, w.stock(t, sku1).Quantity)
				before := w.Sent(stockUpdate)
				_, err = w.Shop.SKUs.WriteStock(t.Context(), setTo(sku1, to))
				require.NoError(t, err)
				assert.Equal(t, before, w.Sent(stockUpdate), "a zero difference sends nothing")
			})
		}
	}
}

// TestSetStockSoldMeanwhile: a piece that is sold between the reading and the
// difference stays sold, and a stock can still be set to zero.
func TestSetStockSoldMeanwhile(t *testing.T) {
	t.Parallel()
	for to, want := range map[int64]int64{140: 137, 0: 0} {
		w := newWorld(t, nil)
		sold := false
		w.OnCall(func(method string) {
			if method == stockUpdate && !sold {
				sold = true
				assert.NoError(t, w.Side().UpdateSKU(w.Shop.ID(), sku1, map[string]any{"skuStock": 97}))
			}
		})
		_, err := w.Shop.SKUs.WriteStock(t.Context(), setTo(sku1, to))
		require.NoError(t, err)
		assert.Equal(t, want, w.stock(t, sku1).Quantity)
	}
}

// TestReservedStock: stock that is reserved for a campaign is shown as held,
// and cannot be taken.
func TestReservedStock(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.sell(t, sku1, map[string]any{"reserveStock": 5})
	assert.Equal(t, sku.Stock{SKUID: sku1, Quantity: 100, Held: 5}, w.stock(t, sku1))
	_, err := w.Shop.SKUs.WriteStock(t.Context(), setTo(sku1, 0))
	require.ErrorIs(t, err, mall.ErrRejected)
	e, ok := errors.AsType[*mall.Error](err)
	require.True(t, ok)
	assert.Equal(t, "21", e.Code)
	assert.Equal(t, "当前库存不足，请减少预留数量", e.Message)
	assert.NotEmpty(t, e.RequestID)
	assert.Equal(t, 1, w.Sent(stockUpdate), "a refusal for another reason is not tried again")
	_, err = w.Shop.SKUs.WriteStock(t.Context(), setTo(sku1, 5))
	require.NoError(t, err)
}

// TestWritesAnswerOneByOne: when a later write fails, the results of the
// earlier ones are kept.
func TestWritesAnswerOneByOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.Arm(t, sandbox.Fault{Method: "open.item.sku.price.update", Kind: sandbox.FaultError, Code: 3401,
		Msg: "该商品仅支持在快手小店PC/APP进行编辑", Skip: 1})
	got, err := w.Shop.SKUs.WritePrice(t.Context(), sku.PriceWrite{SKUID: sku1, ProductID: product1, Price: 111},
		sku.PriceWrite{SKUID: sku2, ProductID: product1, Price: 222})
	assert.ErrorIs(t, err, mall.ErrRejected)
	require.Len(t, got, 2)
	assert.NoError(t, got[0].Err)
	e, ok := errors.AsType[*mall.Error](got[1].Err)
	require.True(t, ok)
	assert.Equal(t, "3401", e.Code)
}

// TestGoodsByCall: the stock of goods by warehouse, and the links from SKUs to
// goods, are reached with client.Call.
func TestGoodsByCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	type place struct {
		Goods     string `json:"wareOutCode"`
		Warehouse string `json:"warehouseOutCode"`
	}
	set, err := client.Call[struct{ Quantity int64 }](t.Context(), w.Shop, "open.scm.inventory.update", struct {
		place
		Quantity int64 `json:"quantity"`
	}{place{"GOODS-BL-GRY-U", "WH-EAST"}, 70})
	require.NoError(t, err)
	assert.EqualValues(t, 70, set.Quantity)
	for range 2 {
		moved, err := client.Call[struct {
			Quantity int64 `json:"adjust_quantity"`
		}](t.Context(), w.Shop, "open.scm.inventory.adjust", struct {
			place
			ID        string `json:"idempotentId"`
			Operation string `json:"operationType"`
			Quantity  int64  `json:"adjustQuantity"`
		}{place{"GOODS-BL-GRY-U", "WH-EAST"}, "move-1", "减少", 90})
		require.NoError(t, err)
		assert.EqualValues(t, 70, moved.Quantity)
	}
	links, err := client.Call[[]struct {
		SKUID     int64  `json:"skuId"`
		GoodsCode string `json:"goodsCode"`
	}](t.Context(), w.Shop, "open.item.sku.goods.relation.get",
		map[string]any{"skuId": []int64{158400000000071, 158400000000001}})
	require.NoError(t, err)
	require.Len(t, links, 1)
	assert.Equal(t, "GOODS-BL-GRY-U", links[0].GoodsCode)
}
