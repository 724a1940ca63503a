package doudian

import (
	"context"
	"errors"
	"slices"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/sku"
)

// WriteStock sets the common stock of several SKUs of a product with one call
// of sku.syncStockBatch. It makes all other writes with sku.syncStock, one by
// one.
//
// An Add is always sent alone: only sku.syncStock says of a repeated
// idempotency id that the change was made (40010). The batch method says that
// the update failed (2010021), and whether the first one was carried out is not
// documented. Stock by warehouse is sent alone because it is not documented
// whether a batch keeps the warehouses that it does not name.
func (d skus) WriteStock(ctx context.Context, writes []sku.StockWrite) []error {
	errs := make([]error, len(writes))
	products := map[string][]int{}
	var order []string // of products, as they come
	alone := []int{}
	for i, w := range writes {
		if w.Mode != sku.Set || w.WarehouseID != "" || w.ProductID == "" {
			alone = append(alone, i)
			continue
		}
		if products[w.ProductID] == nil {
			order = append(order, w.ProductID)
		}
		products[w.ProductID] = append(products[w.ProductID], i)
	}
	for _, product := range order {
		for part := range slices.Chunk(products[product], d.assume.StockBatch) {
			if len(part) > 1 {
				err := d.setStock(ctx, product, writes, part)
				for _, i := range part {
					errs[i] = err
				}
				if !concernsOne(err) {
					continue
				}
			}
			// The platform carries out the whole batch or nothing. Sent one by
			// one, each SKU gets its own answer.
			alone = append(alone, part...)
		}
	}
	for _, i := range alone {
		errs[i] = d.syncStock(ctx, writes[i])
	}
	return errs
}

// concernsOne reports whether a refusal may be about a single SKU of a batch.
func concernsOne(err error) bool {
	return errors.Is(err, mall.ErrInvalid) || errors.Is(err, mall.ErrNotFound) || errors.Is(err, mall.ErrRejected)
}

// setStock sets the stock of several SKUs of one product with
// sku.syncStockBatch.
func (d skus) setStock(ctx context.Context, product string, writes []sku.StockWrite, part []int) error {
	productID, err := number(syncStockBatch.Method, "product id", product)
	if err != nil {
		return err
	}
	p := batchParams{ProductID: productID}
	for _, i := range part {
		id, err := number(syncStockBatch.Method, "SKU id", writes[i].SKUID)
		if err != nil {
			return err
		}
		p.List = append(p.List, batchItem{ID: id, Stock: writes[i].Quantity})
	}
	_, err = syncStockBatch.Call(ctx, d.shop, p)
	return err
}

// syncStock calls sku.syncStock.
func (d skus) syncStock(ctx context.Context, w sku.StockWrite) error {
	id, err := number(syncStock.Method, "SKU id", w.SKUID)
	if err != nil {
		return err
	}
	p := stockParams{ID: id, Stock: w.Quantity, Warehouse: w.WarehouseID}
	if w.Mode == sku.Add {
		p.Once, p.Add = w.ID, true
	}
	_, err = syncStock.Call(ctx, d.shop, p)
	return err
}

// WritePrice calls sku.editPrice for each SKU.
func (d skus) WritePrice(ctx context.Context, writes []sku.PriceWrite) []error {
	errs := make([]error, len(writes))
	for i, w := range writes {
		id, err := number(editPrice.Method, "SKU id", w.SKUID)
		if err == nil {
			_, err = editPrice.Call(ctx, d.shop, priceParams{Price: int64(w.Price), ID: id})
		}
		errs[i] = err
	}
	return errs
}

var (
	syncStock      = endpoint[stockParams, none]("sku.syncStock", write) // an Add must not be repeated
	syncStockBatch = endpoint[batchParams, none]("sku.syncStockBatch", write)
	editPrice      = endpoint[priceParams, none]("sku.editPrice", repeatable) // overwrites
)

// wire types. Quantities have no omitempty: zero is a quantity.

type stockParams struct {
	Once      string `json:"idempotent_id,omitempty"` // required with incremental
	Add       bool   `json:"incremental"`
	Warehouse string `json:"out_warehouse_id,omitempty"` // absent: the common stock
	ID        int64  `json:"sku_id"`
	Stock     int64  `json:"stock_num"`
}

type batchParams struct {
	Add       bool        `json:"incremental"`
	ProductID int64       `json:"product_id"`
	List      []batchItem `json:"sku_sync_list"`
}

type batchItem struct {
	ID    int64 `json:"sku_id"`
	Type  int64 `json:"sku_type"` // 0: the common stock
	Stock int64 `json:"stock_num"`
}

type priceParams struct {
	Price int64 `json:"price"` // fen
	ID    int64 `json:"sku_id"`
}
