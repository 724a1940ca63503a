package kuaishou

import (
	"context"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/sku"
)

// WriteStock calls open.item.sku.stock.update for each SKU.
func (d skus) WriteStock(ctx context.Context, writes []sku.StockWrite) []error {
	errs := make([]error, len(writes))
	for i, w := range writes {
		errs[i] = d.addStock(ctx, w)
	}
	return errs
}

// maxStock is the highest count of a SKU. A single change must be below it.
const maxStock = 9_999_999

// addStock increases or decreases the stock of a SKU. A change carries no
// idempotency id: sent twice, it happens twice.
func (d skus) addStock(ctx context.Context, w sku.StockWrite) error {
	p := stockParams{ItemID: number(w.ProductID), SKUID: number(w.SKUID), Quantity: w.Quantity, Type: stockAdd}
	if w.Quantity < 0 {
		p.Quantity, p.Type = -w.Quantity, stockSubtract
	}
	switch {
	case w.Mode != sku.Add:
		return stockUpdate.Refuse(mall.ErrNotSupported, "the platform cannot set a count")
	case w.WarehouseID != "":
		return stockUpdate.Refuse(mall.ErrNotSupported,
			"stock by warehouse is that of goods, not of SKUs: call open.scm.inventory.update")
	case p.Quantity <= 0 || p.Quantity >= maxStock:
		return stockUpdate.Refuse(mall.ErrInvalid, "the stock can change by less than %[2]d at once, not by %[1]d", w.Quantity, maxStock)
	}
	_, err := stockUpdate.Call(ctx, d.shop, p)
	return err
}

// WritePrice calls open.item.sku.price.update for each SKU.
func (d skus) WritePrice(ctx context.Context, writes []sku.PriceWrite) []error {
	errs := make([]error, len(writes))
	for i, w := range writes {
		errs[i] = d.writePrice(ctx, w)
	}
	return errs
}

func (d skus) writePrice(ctx context.Context, w sku.PriceWrite) error {
	unit := d.assume.PriceUnit
	if w.Price%unit != 0 {
		return priceUpdate.Refuse(mall.ErrInvalid, "the price %s is not a multiple of %s, the unit of prices", w.Price, unit)
	}
	_, err := priceUpdate.Call(ctx, d.shop, priceParams{
		ItemID: number(w.ProductID), Price: int64(w.Price / unit), SKUID: number(w.SKUID),
	})
	return err
}

var (
	stockUpdate = endpoint[stockParams, none]("open.item.sku.stock.update", write)
	priceUpdate = endpoint[priceParams, none]("open.item.sku.price.update", repeatable) // overwrites
)

// wire types. The two methods name the item differently.

type stockParams struct {
	ItemID   number `json:"kwaiItemId"`
	SKUID    number `json:"skuId"`
	Quantity int64  `json:"skuChangeStock"` // always above zero
	Type     int    `json:"changeType"`
}

// Values of changeType. None sets the count.
const (
	stockAdd      = 1
	stockSubtract = 2
)

type priceParams struct {
	ItemID number `json:"itemId"`
	Price  int64  `json:"price"` // in Assumptions.PriceUnit
	SKUID  number `json:"skuId"`
}
