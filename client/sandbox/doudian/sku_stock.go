package doudian

import (
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// skuSyncStock sets the stock of one SKU or, with incremental, adds to it.
func (d *platform) skuSyncStock(c *stage.Call) stage.Result {
	var q struct {
		whichSKU
		Warehouse lenientText `json:"out_warehouse_id"`
		Add       lenientBool `json:"incremental"`
		Once      lenientText `json:"idempotent_id"`
		Stock     *lenientInt `json:"stock_num"`
	}
	if r, ok := parse(c, &q); !ok {
		return r
	}
	switch {
	case q.Stock == nil, !bool(q.Add) && *q.Stock < 0:
		return refuse(40003, "isv.parameter-invalid", "stock_num参数错误") // the number is not documented
	case bool(q.Add) && q.Once == "":
		return refuse(40001, "isv.parameter-missing", "增量更新时idempotent_id必填") // the number is not documented
	}
	f := d.shelf(c.Shop)
	if f.once[string(q.Once)] {
		return refuse(40004, "isv.parameter-invalid:40010", "[idempotent_id]重复，操作已执行")
	}
	p, k := f.sku(string(q.ID), string(q.Code))
	switch {
	case k == nil:
		return refuse(40004, "isv.parameter-invalid:5", "找不到对应的sku")
	case p.Status == 2:
		return refuse(40004, "isv.parameter-invalid:4", "当前sku已被删除,禁止修改库存")
	}
	n := int64(*q.Stock)
	if q.Add {
		n += k.has(string(q.Warehouse))
	}
	if n < 0 {
		d.refusedStock(f, string(q.Once))
		return refuse(50002, d.rules.StockShortSubCode, "更新库存数失败: 库存不足")
	}
	before := p.stock()
	k.put(string(q.Warehouse), n)
	f.spend(string(q.Once))
	d.soldOut(c.Shop, p, before)
	return d.Success(nil)
}

// skuSyncStockBatch does the same for SKUs of one product, all or none.
func (d *platform) skuSyncStockBatch(c *stage.Call) stage.Result {
	var q struct {
		ProductID lenientText  `json:"product_id"`
		Add       *lenientBool `json:"incremental"`
		Once      lenientText  `json:"idempotent_id"`
		List      []struct {
			ID       lenientText `json:"sku_id"`
			Type     *lenientInt `json:"sku_type"`
			Stock    lenientInt  `json:"stock_num"`
			StockMap []struct {
				Warehouse lenientText `json:"out_warehouse_id"`
				Stock     lenientInt  `json:"stock_num"`
			} `json:"stock_map"` // a list here
		} `json:"sku_sync_list"`
	}
	if r, ok := parse(c, &q); !ok {
		return r
	}
	if q.ProductID == "" || q.Add == nil || len(q.List) == 0 || bool(*q.Add) && q.Once == "" {
		return refuse(40002, "isv.missing-parameter:2010004", "参数缺失")
	}
	f := d.shelf(c.Shop)
	if f.once[string(q.Once)] {
		return refuse(40004, "isv.parameter-invalid:2010021", "更新库存数失败: 幂等ID重复")
	}
	p := f.product(string(q.ProductID))
	switch {
	case p == nil:
		return refuse(50002, "isv.business-failed:2010058", "商品不存在或已彻底删除")
	case p.Status == 2:
		return refuse(50002, "isv.business-failed:2010042", "商品已删除，不可更新")
	case p.CheckStatus == 5:
		return refuse(50002, "isv.business-failed:2010043", "商品封禁，不可更新")
	case p.CheckStatus == 2:
		return refuse(50002, "isv.business-failed:2010041", "商品审核中，不可更新")
	}
	type write struct {
		sku       *skuRow
		warehouse string
		n         int64
	}
	var writes []write
	for _, item := range q.List {
		owner, k := f.sku(string(item.ID), "")
		if item.ID == "" || item.Type == nil || owner != p {
			return refuse(40004, "isv.parameter-invalid:2010013", "查询商品信息失败，请检查参数后重试")
		}
		parts := []write{{k, "", int64(item.Stock)}}
		if *item.Type == 1 {
			parts = nil
			for _, part := range item.StockMap {
				parts = append(parts, write{k, string(part.Warehouse), int64(part.Stock)})
			}
		}
		for _, w := range parts {
			if *q.Add {
				w.n += w.sku.has(w.warehouse)
			}
			if w.n < 0 {
				d.refusedStock(f, string(q.Once))
				return refuse(50002, "isv.business-failed:2010012", "更新库存数失败: 库存不足")
			}
			writes = append(writes, w)
		}
	}
	before := p.stock()
	for _, w := range writes {
		w.sku.put(w.warehouse, w.n)
	}
	f.spend(string(q.Once))
	d.soldOut(c.Shop, p, before)
	return d.Success(nil)
}

// spend remembers the id of a stock write that was carried out.
func (f *shelf) spend(once string) {
	if once != "" {
		f.once[once] = true
	}
}

// refusedStock remembers the id of a refused stock write, if the rules say so.
func (d *platform) refusedStock(f *shelf, once string) {
	if d.rules.RefusedStockSpendsID {
		f.spend(once)
	}
}
