package doudian_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/sku"
	"github.com/mallwire/mall/sku/skutest"
)

// The example product and its three SKUs.
const (
	product1 = "3600000000000000001"
	sku1     = "1780000000000001"
	sku2     = "1780000000000102"
	regional = "1780000000000008"
)

func TestSKUConformance(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.AnswersAreKept(t, answeredOtherwise)
	var ids []string
	for p, err := range w.Shop.SKUs.All(t.Context(), sku.Query{}) {
		require.NoError(t, err)
		ids = append(ids, p.ID)
	}
	require.Len(t, ids, 8)
	skutest.Run(t, doudian.SKUDriverOf(w.Shop), skutest.Known{
		Products: ids, Writable: sku1, ShopID: "10000001",
		Touch: func(_ context.Context, id string) error {
			w.Box.Advance(time.Second)
			return w.Side().UpdateProduct(w.Shop.ID(), id, map[string]any{"name": "改名" + id})
		},
	})
}

// TestSKUGolden reads products, SKUs and stock.
func TestSKUGolden(t *testing.T) {
	t.Parallel()
	drivertest.ProductsGolden(t, shopOver, "testdata/sku/*.json", 8, product1, sku1)
}

// TestSKUBadReplies: a missing count is not zero, and a record that cannot be
// read is an error.
func TestSKUBadReplies(t *testing.T) {
	t.Parallel()
	for _, data := range []string{
		`[{"id":1,"price":100}]`, `[{"price":100,"stock_num":1}]`, `[{"id":1,"stock_num":null}]`,
		`[{"id":1,"stock_num":1.5}]`,
		`[{"id":1,"stock_num":1,"stock_map":[1]}]`, `[1]`, `{"a":1}`, `[{"id":1,"stock_num":99999999999999999999}]`,
	} {
		_, err := shopOver(t,
			drivertest.Reply(200, fmt.Appendf(nil, `{"code":10000,"log_id":"L","data":%s}`, data))).SKUs.GetSKUs(t.Context(),
			product1)
		assert.ErrorIs(t, err, mall.ErrReply, data)
	}
	for _, data := range []string{`{"sku_id":1}`, `{"stock_num":""x}`, `[]`, `{"sku_id":1,"stock_num":{}}`} {
		_, err := shopOver(t,
			drivertest.Reply(200, fmt.Appendf(nil, `{"code":10000,"log_id":"L","data":%s}`, data))).SKUs.GetStock(t.Context(),
			sku1)
		assert.Error(t, err, data)
	}
	for _, data := range []string{`{"name":"x"}`, `{"product_id":0}`, `{"product_id":1,"update_time":"gestern"}`,
		`{"product_id":1,"spec_prices":[{"sku_id":1}]}`} {
		_, err := shopOver(t,
			drivertest.Reply(200, fmt.Appendf(nil, `{"code":10000,"log_id":"L","data":%s}`, data))).SKUs.GetProduct(t.Context(),
			product1)
		assert.ErrorIs(t, err, mall.ErrReply, data)
	}
}

func TestSKUIDsMustBeNumbers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	_, err := w.Shop.SKUs.GetSKUs(t.Context(), "P-100")
	assert.ErrorIs(t, err, mall.ErrInvalid)
	_, err = w.Shop.SKUs.Get(t.Context(), "x")
	assert.ErrorIs(t, err, mall.ErrInvalid)
	got, err := w.Shop.SKUs.WriteStock(t.Context(), sku.StockWrite{SKUID: "x", Mode: sku.Set},
		sku.StockWrite{SKUID: sku1, Mode: sku.Set, Quantity: 4})
	assert.ErrorIs(t, err, mall.ErrInvalid)
	assert.NoError(t, got[1].Err)
	assert.Len(t, w.Record.Of("sku.syncStock"), 1)
}

func (w *world) stock(t *testing.T, id string) int64 {
	t.Helper()
	s, err := w.Shop.SKUs.GetStock(t.Context(), id)
	require.NoError(t, err)
	return s.Quantity
}

// TestAddStockLostAnswer: an addition whose answer was lost is sent once. When
// the app sends it again under the same id, the stock moves once in all.
func TestAddStockLostAnswer(t *testing.T) {
	t.Parallel()
	for _, fault := range []sandbox.Fault{
		{Kind: sandbox.FaultCutBefore}, {Kind: sandbox.FaultCutAfter}, {Kind: sandbox.FaultHalfBody}, {Kind: sandbox.FaultHTML},
		{Kind: sandbox.FaultError, Code: 50002, SubCode: "isv.business-failed:2010401", After: true},
	} {
		t.Run(string(fault.Kind), func(t *testing.T) {
			w := newWorld(t, nil)
			require.EqualValues(t, 100, w.stock(t, sku1))
			fault.Method = "sku.syncStock"
			w.Arm(t, fault)
			take := sku.StockWrite{SKUID: sku1, Mode: sku.Add, Quantity: -7, ID: "move-1"}
			got, err := w.Shop.SKUs.WriteStock(t.Context(), take)
			require.ErrorIs(t, err, mall.ErrUnknownOutcome)
			assert.Equal(t, 1, w.Sent("sku.syncStock"))
			require.NotNil(t, got[0].Item.Seen, "it looked")
			assert.Equal(t, w.stock(t, sku1), got[0].Item.Seen.Quantity)
			if _, err = w.Shop.SKUs.WriteStock(t.Context(), take); err != nil {
				assert.ErrorIs(t, err, mall.ErrAlreadyDone)
			}
			assert.EqualValues(t, 93, w.stock(t, sku1))
		})
	}
}

// TestSetStockLostAnswer: a count whose answer was lost is sent once more.
func TestSetStockLostAnswer(t *testing.T) {
	t.Parallel()
	for _, kind := range []sandbox.FaultKind{sandbox.FaultCutBefore, sandbox.FaultCutAfter, sandbox.FaultHTML} {
		w := newWorld(t, nil)
		w.Arm(t, sandbox.Fault{Method: "sku.syncStock", Kind: kind})
		_, err := w.Shop.SKUs.WriteStock(t.Context(), sku.StockWrite{SKUID: sku1, Mode: sku.Set, Quantity: 0})
		require.NoError(t, err)
		assert.Equal(t, 2, w.Sent("sku.syncStock"))
		assert.Zero(t, w.stock(t, sku1))
	}
}

// TestStockBatch: SKUs of one product are sent together. When the platform
// refuses the batch, each is sent alone and has its own result.
func TestStockBatch(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	set := func(id string, n int64) sku.StockWrite {
		return sku.StockWrite{SKUID: id, ProductID: product1, Mode: sku.Set, Quantity: n}
	}
	_, err := w.Shop.SKUs.WriteStock(t.Context(), set(sku1, 0), set(sku2, 3))
	require.NoError(t, err)
	assert.Equal(t, []int{1, 0}, []int{w.Sent("sku.syncStockBatch"), w.Sent("sku.syncStock")})
	assert.Zero(t, w.stock(t, sku1))
	assert.EqualValues(t, 3, w.stock(t, sku2))

	got, err := w.Shop.SKUs.WriteStock(t.Context(), set(sku1, 8), set("1", 8), set(sku2, 9))
	assert.ErrorIs(t, err, mall.ErrNotFound)
	assert.Equal(t, []bool{true, false, true}, []bool{got[0].Err == nil, got[1].Err == nil, got[2].Err == nil})
	assert.EqualValues(t, 8, w.stock(t, sku1))
	assert.EqualValues(t, 9, w.stock(t, sku2))

	// What concerns all is not asked once for each.
	w.Arm(t, sandbox.Fault{Method: "sku.syncStockBatch", Kind: sandbox.FaultRevoke})
	before := w.Sent("sku.syncStock")
	_, err = w.Shop.SKUs.WriteStock(t.Context(), set(sku1, 1), set(sku2, 1))
	assert.ErrorIs(t, err, mall.ErrReauthorize)
	assert.Equal(t, before, w.Sent("sku.syncStock"))
}

func TestRegionalStock(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	_, err := w.Shop.SKUs.WriteStock(t.Context(),
		sku.StockWrite{SKUID: regional, WarehouseID: "WH-EAST", Mode: sku.Set, Quantity: 0},
		sku.StockWrite{SKUID: regional, WarehouseID: "WH-WEST", Mode: sku.Add, Quantity: 2, ID: "in-1"})
	require.NoError(t, err)
	s, err := w.Shop.SKUs.GetStock(t.Context(), regional)
	require.NoError(t, err)
	assert.Equal(t, sku.Stock{SKUID: regional, Quantity: 42,
		Warehouses: []sku.WarehouseStock{{ID: "WH-EAST", Quantity: 0, Held: 1}, {ID: "WH-WEST", Quantity: 42}}}, s)
}

// TestThrottledStock: 2010401 is ErrRateLimited, and the next call succeeds.
func TestThrottledStock(t *testing.T) {
	t.Parallel()
	busy := sandbox.Fault{Kind: sandbox.FaultError, Code: 50002, SubCode: "isv.business-failed:2010401",
		SubMsg: "2010401:系统繁忙，请稍后再试"}
	w := newWorld(t, nil, client.WithRetries(0))
	for method, ask := range map[string]func() error{
		"sku.editPrice": func() error {
			_, err := w.Shop.SKUs.WritePrice(t.Context(), sku.PriceWrite{SKUID: sku1, Price: 100})
			return err
		},
		"product.detail": func() error { _, err := w.Shop.SKUs.GetProduct(t.Context(), product1); return err },
		"product.listV2": func() error { _, err := w.Shop.SKUs.Page(t.Context(), sku.Query{}, ""); return err },
	} {
		busy.Method = method
		w.Arm(t, busy)
		assert.ErrorIs(t, ask(), mall.ErrRateLimited, method)
		assert.NoError(t, ask(), method)
	}
}

// TestRepeatedBatchID: a repeated id of a batch is a conflict, because the text
// of the platform says that the update failed.
func TestRepeatedBatchID(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	params := map[string]any{"product_id": 3600000000000000001, "incremental": true, "idempotent_id": "b-1",
		"sku_sync_list": []any{map[string]any{"sku_id": 1780000000000001, "sku_type": 0, "stock_num": -1}}}
	_, err := client.Call[struct{}](t.Context(), w.Shop, "sku.syncStockBatch", params)
	require.NoError(t, err)
	_, err = client.Call[struct{}](t.Context(), w.Shop, "sku.syncStockBatch", params)
	assert.ErrorIs(t, err, mall.ErrConflict)
	assert.EqualValues(t, 99, w.stock(t, sku1))
}

// TestProductWindow: the platform excludes both ends of a window and counts in
// seconds.
func TestProductWindow(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, mall.Beijing)
	for _, c := range []struct {
		from, to         time.Duration
		wantFrom, wantTo int64
	}{
		{0, time.Minute, -1, 60},
		{time.Millisecond, time.Minute + time.Millisecond, 0, 61},
		{-time.Millisecond, time.Minute - time.Millisecond, -1, 60},
	} {
		var asked struct {
			From int64 `json:"update_start_time"`
			To   int64 `json:"update_end_time"`
		}
		shop := shopOver(t, asking(func(body []byte) { require.NoError(t, json.Unmarshal(body, &asked)) }))
		_, err := shop.SKUs.Page(t.Context(), sku.Query{From: at.Add(c.from), To: at.Add(c.to)}, "")
		require.NoError(t, err)
		assert.Equal(t, c.wantFrom, asked.From-at.Unix())
		assert.Equal(t, c.wantTo, asked.To-at.Unix())
	}
}

// asking passes on the body of each call and answers with an empty list.
type asking func(body []byte)

func (f asking) RoundTrip(q *http.Request) (*http.Response, error) {
	var b bytes.Buffer
	if _, err := b.ReadFrom(q.Body); err != nil {
		return nil, err
	}
	f(b.Bytes())
	return drivertest.Reply(200, []byte(`{"code":10000,"data":{"data":[],"total":0,"cursor_id":""}}`)).RoundTrip(q)
}

// TestZeroQuantityIsSent: a quantity of zero is not omitted.
func TestZeroQuantityIsSent(t *testing.T) {
	t.Parallel()
	for _, writes := range [][]sku.StockWrite{
		{{SKUID: sku1, Mode: sku.Set}},
		{{SKUID: sku1, ProductID: product1, Mode: sku.Set}, {SKUID: sku2, ProductID: product1, Mode: sku.Set}},
	} {
		bodies := 0
		shop := shopOver(t, asking(func(body []byte) {
			bodies++
			assert.Equal(t, len(writes), strings.Count(string(body), `"stock_num":0`), string(body))
			assert.Contains(t, string(body), `"incremental":false`)
		}))
		_, err := shop.SKUs.WriteStock(t.Context(), writes...)
		require.NoError(t, err)
		assert.Equal(t, 1, bodies)
	}
}

// TestWritesAnswerOneByOne: when a later write fails, the results of the
// earlier ones are kept.
func TestWritesAnswerOneByOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.Arm(t, sandbox.Fault{Method: "sku.editPrice", Kind: sandbox.FaultRevoke, Skip: 1})
	got, err := w.Shop.SKUs.WritePrice(t.Context(), sku.PriceWrite{SKUID: sku1, Price: 111},
		sku.PriceWrite{SKUID: sku2, Price: 222})
	assert.ErrorIs(t, err, mall.ErrReauthorize)
	require.Len(t, got, 2)
	assert.NoError(t, got[0].Err)
	e, ok := errors.AsType[*mall.Error](got[1].Err)
	require.True(t, ok)
	assert.NotEmpty(t, e.RequestID)
}
