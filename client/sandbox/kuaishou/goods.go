package kuaishou

import (
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// goodsPlace identifies a stock of goods (货品), which SKUs may be linked to: the
// merchant's code in one of the merchant's warehouses.
type goodsPlace struct{ goods, warehouse string }

// goodsRelationGet answers which goods SKUs are linked to. Its data is the list
// itself, and goodsCode is a text there.
func (k *platform) goodsRelationGet(c *stage.Call) stage.Result {
	var q struct {
		SKUIDs []int64 `json:"skuId"`
	}
	if r, ok := k.parse(c, &q); !ok {
		return r
	}
	if len(q.SKUIDs) == 0 {
		return k.invalid("skuId")
	}
	list := []map[string]any{}
	for _, id := range q.SKUIDs {
		for _, p := range k.shelf(c.Shop).products {
			if _, v := k.sku(c.Shop, p.ItemID, id); v != nil && v.GoodsID != "" {
				list = append(list, map[string]any{"itemId": p.ItemID, "skuId": id, "goodsId": v.GoodsID,
					"goodsCode": k.shelf(c.Shop).goods[v.GoodsID]})
			}
		}
	}
	return k.succeed(list)
}

func (k *platform) goodsRelationAdd(c *stage.Call) stage.Result {
	return k.link(c, func(_ *product, v *itemSKU, goods string) bool {
		free := v.GoodsID == ""
		v.GoodsID = goods
		return free
	})
}

func (k *platform) goodsRelationUpdate(c *stage.Call) stage.Result {
	return k.link(c, func(_ *product, v *itemSKU, goods string) bool {
		linked := v.GoodsID != ""
		v.GoodsID = goods
		return linked
	})
}

func (k *platform) goodsRelationDelete(c *stage.Call) stage.Result {
	return k.link(c, func(_ *product, v *itemSKU, goods string) bool {
		linked := v.GoodsID == goods
		v.GoodsID = ""
		return linked
	})
}

// link changes which goods SKUs of an item are linked to, all or none. The
// refusals are not documented.
func (k *platform) link(c *stage.Call, change func(p *product, v *itemSKU, goods string) bool) stage.Result {
	var q struct {
		ItemID   int64 `json:"itemId"`
		Relation []struct {
			GoodsID string `json:"goodsId"`
			SKUID   int64  `json:"skuId"`
		} `json:"skuGoodsRelation"`
		ItemStock bool `json:"updateItemStockModel"` // of a deletion: the item counts its own stock again
	}
	if r, ok := k.parse(c, &q); !ok {
		return r
	}
	if len(q.Relation) == 0 {
		return k.invalid("skuGoodsRelation")
	}
	p, r, ok := k.itemOf(c, q.ItemID)
	if !ok {
		return r
	}
	next := map[*itemSKU]itemSKU{}
	for _, x := range q.Relation {
		_, v, r, ok := k.skuOf(c, q.ItemID, x.SKUID)
		if !ok {
			return r
		}
		changed, code := *v, k.shelf(c.Shop).goods[x.GoodsID]
		if code == "" || !change(p, &changed, x.GoodsID) {
			return k.rejected("货品关系不正确")
		}
		if changed.GoodsCode = []string{}; changed.GoodsID != "" {
			changed.GoodsCode = []string{code}
		}
		next[v] = changed
	}
	p.MultipleStock = !q.ItemStock
	for v, changed := range next {
		*v = changed
		k.touch(c, p, v)
	}
	return k.Success(nil)
}

// goodsPlace returns the stock that a call is about, or the refusal.
func (k *platform) goodsPlace(c *stage.Call, goods, warehouse string) (goodsPlace, stage.Result, bool) {
	if goods == "" || warehouse == "" {
		return goodsPlace{}, k.invalid("wareOutCode、warehouseOutCode必填"), false
	}
	for _, code := range k.shelf(c.Shop).goods {
		if code == goods {
			return goodsPlace{goods, warehouse}, stage.Result{}, true
		}
	}
	return goodsPlace{}, k.rejected("货品不存在"), false
}

// scmInventoryUpdate sets a stock of goods. SKUs linked to the goods keep their
// own stock here. The payload stands beside result.
func (k *platform) scmInventoryUpdate(c *stage.Call) stage.Result {
	var q struct {
		Quantity  *int64 `json:"quantity"`
		Goods     string `json:"wareOutCode"`
		Warehouse string `json:"warehouseOutCode"`
	}
	if r, ok := k.parse(c, &q); !ok {
		return r
	}
	if q.Quantity == nil || *q.Quantity < 0 {
		return k.invalid("quantity")
	}
	place, r, ok := k.goodsPlace(c, q.Goods, q.Warehouse)
	if !ok {
		return r
	}
	k.shelf(c.Shop).stock[place] = *q.Quantity
	return k.succeedTop(map[string]any{"quantity": *q.Quantity})
}

// scmInventoryAdjust changes a stock of goods, once for each idempotentId. It
// takes off no more than there is; the answer says how much.
func (k *platform) scmInventoryAdjust(c *stage.Call) stage.Result {
	var q struct {
		Goods     string `json:"wareOutCode"`
		Once      string `json:"idempotentId"`
		Warehouse string `json:"warehouseOutCode"`
		Operation string `json:"operationType"`
		Quantity  int64  `json:"adjustQuantity"`
	}
	if r, ok := k.parse(c, &q); !ok {
		return r
	}
	rules := k.rules
	switch {
	case q.Once == "":
		return k.invalid("idempotentId")
	case q.Operation != rules.GoodsAdd && q.Operation != rules.GoodsSubtract:
		return k.invalid("operationType")
	case q.Quantity <= 0:
		return k.invalid("adjustQuantity")
	}
	place, r, ok := k.goodsPlace(c, q.Goods, q.Warehouse)
	if !ok {
		return r
	}
	f := k.shelf(c.Shop)
	moved, done := f.moves[q.Once]
	if !done {
		if moved = q.Quantity; q.Operation == rules.GoodsSubtract {
			moved = min(moved, f.stock[place])
			f.stock[place] -= moved
		} else {
			f.stock[place] += moved
		}
		f.moves[q.Once] = moved
	}
	return k.succeedTop(map[string]any{"adjust_quantity": moved})
}
