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

// maxStock is the count that a SKU may have at most. One change is below it.
const maxStock = 9_999_999

// addStock adds to the stock of a SKU or takes off it. The platform knows no id
// of a change: sent twice, it happens twice.
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
		return stockUpdate.Refuse(mall.ErrInvalid, "a change by %d: the platform takes less than %d", w.Quantity, maxStock)
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
		return priceUpdate.Refuse(mall.ErrInvalid, "a price of %s: prices are multiples of %s", w.Price, unit)
	}
	_, err := priceUpdate.Call(ctx, d.shop, priceParams{
		ItemID: number(w.ProductID), Price: int64(w.Price / unit), SKUID: number(w.SKUID),
	})
	return err
}

var (
	stockUpdate = endpoint[stockParams, none]("open.item.sku.stock.update", write)
	priceUpdate = endpoint[priceParams, none]("open.item.sku.price.update", repeatable) // sets
)

// wire types. Items are named differently in the two.

type stockParams struct {
	ItemID   number `json:"kwaiItemId"`
	SKUID    number `json:"skuId"`
	Quantity int64  `json:"skuChangeStock"` // always above zero
	Type     int    `json:"changeType"`
}

// The values of changeType. There is none that sets.
const (
	stockAdd      = 1
	stockSubtract = 2
)

type priceParams struct {
	ItemID number `json:"itemId"`
	Price  int64  `json:"price"` // in Assumptions.PriceUnit
	SKUID  number `json:"skuId"`
}
