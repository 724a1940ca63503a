package kuaishou

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// itemSKU is a SKU as open.item.sku.list.get answers it.
type itemSKU struct {
	SKUID         int64     `json:"kwaiSkuId"`
	RelSKUID      int64     `json:"relSkuId"`
	Stock         int64     `json:"skuStock"`
	Picture       string    `json:"imageUrl"`
	Price         int64     `json:"skuSalePrice"`
	Valid         int       `json:"isValid"`
	CreateTime    int64     `json:"createTime"`
	UpdateTime    int64     `json:"updateTime"`
	Specification string    `json:"specification"` // values only
	AppKey        string    `json:"appkey"`
	Nick          string    `json:"skuNick"` // the merchant's own code
	Properties    []skuProp `json:"skuProp"`
	ItemID        int64     `json:"kwaiItemId"`
	GTIN          string    `json:"gtinCode"`
	Reserve       int64     `json:"reserveStock"` // kept for campaigns
	Package       string    `json:"packageCode"`
	GoodsID       string    `json:"goodsId"`
	GoodsCode     []string  `json:"goodsCode"` // a list here
}

type skuProp struct {
	ID      int    `json:"propId"`
	Name    string `json:"propName"`
	ValueID int64  `json:"propValueId"`
	Value   string `json:"propValueName"`
	ItemID  int64  `json:"itemId"`
	SKUID   int64  `json:"skuId"`
	Main    int    `json:"isMainProp"`
}

// wire returns the SKU as methods answer it, without the members that were
// missing from a live item without values for them.
func (v *itemSKU) wire() json.RawMessage {
	object, _ := stage.ToObject(v) // the struct has a JSON form
	if v.Reserve == 0 {
		delete(object, "reserveStock")
	}
	if v.Package == "" {
		delete(object, "packageCode")
	}
	return stage.Encode(object)
}

func (p *product) skuList() []json.RawMessage {
	all := []json.RawMessage{}
	for _, v := range p.skus {
		all = append(all, v.wire())
	}
	return all
}

// newSKU returns a new SKU of the item.
func (p *product) newSKU(id int64, desc, code string, price int64) *itemSKU {
	v := &itemSKU{
		SKUID: id, ItemID: p.ItemID, Stock: 100, Price: price, Valid: 1, CreateTime: p.CreateTime,
		UpdateTime: p.UpdateTime,
		AppKey:     appKey, Nick: code, Properties: []skuProp{}, GoodsCode: []string{},
	}
	var values []string
	for i, pair := range strings.Split(desc, ";") {
		name, value, named := strings.Cut(pair, ":")
		if values = append(values, name); !named {
			continue
		}
		values[i] = value
		prop := skuProp{ID: i + 1, Name: name, ValueID: int64(7000 + i), Value: value, ItemID: p.ItemID, SKUID: id}
		if i == 0 {
			prop.Main = 1
		}
		v.Properties = append(v.Properties, prop)
	}
	v.Specification = strings.Join(values, ";")
	return v
}

// ordered returns the SKU in the form that orders have.
func (v *itemSKU) ordered() orderSKU {
	var pairs []string
	for _, p := range v.Properties {
		pairs = append(pairs, p.Name+":"+p.Value)
	}
	if len(pairs) == 0 {
		pairs = []string{v.Specification}
	}
	return orderSKU{v.SKUID, v.RelSKUID, strings.Join(pairs, ";"), v.Nick}
}

// sku returns an item of a shop and a SKU of it, or nil.
func (k *platform) sku(sh *stage.Shop, itemID, skuID int64) (*product, *itemSKU) {
	p := k.shelf(sh).product(itemID)
	if p == nil {
		return nil, nil
	}
	for _, v := range p.skus {
		if v.SKUID == skuID {
			return p, v
		}
	}
	return p, nil
}

// skuOf returns a SKU of the calling shop, or the refusal, which is not
// documented.
func (k *platform) skuOf(c *stage.Call, itemID, skuID int64) (*product, *itemSKU, stage.Result, bool) {
	if _, r, ok := k.itemOf(c, itemID); !ok {
		return nil, nil, r, false
	}
	p, v := k.sku(c.Shop, itemID, skuID)
	if v == nil || v.Valid != 1 {
		return nil, nil, k.rejected(k.rules.UnknownSKUMsg), false
	}
	return p, v, stage.Result{}, true
}

func (k *platform) itemSKUListGet(c *stage.Call) stage.Result {
	var q struct {
		ItemID   int64 `json:"kwaiItemId"`
		RelSKUID int64 `json:"relSkuId"`
		Status   int   `json:"skuStatus"`
	}
	if r, ok := k.parse(c, &q); !ok {
		return r
	}
	p, r, ok := k.itemOf(c, q.ItemID)
	switch {
	case !ok:
		return r
	case q.Status != 0 && q.Status != 1:
		return k.invalid("skuStatus只支持1")
	}
	list := []json.RawMessage{}
	for _, v := range p.skus {
		if (q.RelSKUID == 0 || v.RelSKUID == q.RelSKUID) && (q.Status == 0 || v.Valid == 1) {
			list = append(list, v.wire())
		}
	}
	return k.succeed(map[string]any{"skuCount": len(list), "skuList": list})
}

// The bounds of a stock change, exclusive; the stock itself may reach the
// second.
const (
	stockLeast = 0
	stockMost  = 9_999_999
)

// itemSKUStockUpdate adds to the stock or subtracts from it. It has no
// idempotency id: a repeated call changes the stock again.
func (k *platform) itemSKUStockUpdate(c *stage.Call) stage.Result {
	var q struct {
		ItemID int64 `json:"kwaiItemId"`
		SKUID  int64 `json:"skuId"`
		Change int64 `json:"skuChangeStock"`
		Type   int   `json:"changeType"`
	}
	if r, ok := k.parse(c, &q); !ok {
		return r
	}
	switch {
	case q.Change <= stockLeast || q.Change >= stockMost:
		return k.invalid("skuChangeStock")
	case q.Type != 1 && q.Type != 2: // no type sets the stock
		return k.invalid("changeType")
	}
	p, v, r, ok := k.skuOf(c, q.ItemID, q.SKUID)
	if !ok {
		return r
	}
	n := v.Stock + q.Change
	if q.Type == 2 {
		n = v.Stock - q.Change
	}
	switch {
	case n > stockMost:
		return k.invalid("库存不能超过9999999")
	case q.Type == 2 && n < v.Reserve: // documented for the reserve only
		return refuse(21, "当前库存不足，请减少预留数量")
	}
	v.Stock = n
	k.touch(c, p, v)
	return k.Success(nil)
}

func (k *platform) itemSKUPriceUpdate(c *stage.Call) stage.Result {
	var q struct {
		ItemID int64 `json:"itemId"`
		Price  int64 `json:"price"`
		SKUID  int64 `json:"skuId"`
	}
	if r, ok := k.parse(c, &q); !ok {
		return r
	}
	if q.Price <= 0 {
		return k.invalid("price")
	}
	p, v, r, ok := k.skuOf(c, q.ItemID, q.SKUID)
	if !ok {
		return r
	}
	v.Price = q.Price * k.rules.PriceUnit
	k.touch(c, p, v)
	return k.Success(nil)
}

// touch sets the update time of a changed SKU and its item.
func (k *platform) touch(c *stage.Call, p *product, v *itemSKU) {
	v.UpdateTime = c.Now.UnixMilli()
	p.UpdateTime = v.UpdateTime
}

func (k *platform) ChangeSKU(sh *stage.Shop, id string, fields stage.Object) error {
	for _, p := range k.shelf(sh).products {
		for _, v := range p.skus {
			if formatID(v.SKUID) != id {
				continue
			}
			next, err := stage.Patch(*v, fields)
			switch {
			case err != nil:
				return err
			case next.SKUID != v.SKUID || next.ItemID != v.ItemID:
				return fmt.Errorf("sandbox: the ids of a SKU cannot be changed")
			case next.Stock < 0 || next.Price < 0 || next.Reserve < 0:
				return fmt.Errorf("sandbox: stock and price of a SKU cannot be less than nothing")
			}
			*v = next
			return nil
		}
	}
	return stage.Errorf(stage.ErrUnknownID, "SKU %.40q of shop %s", id, sh.ID)
}

// stockUp fills a shelf with the goods of [catalogue], under the ids that
// orders name and with further SKUs of the same, a lower and a higher price;
// then an item off the shelf, one that waits for its review, one whose SKUs are
// linked to goods, and a deleted one.
func (k *platform) stockUp(sh *stage.Shop, f *shelf) {
	now := k.world.Now().UnixMilli()
	add := func(g goods) *product {
		at := int64(len(f.products))
		p := newProduct(sh, firstItem+at, g, now-(40-at)*day, now-(10-at)*3600*second)
		first := firstSKU + at*skuStep
		p.skus = []*itemSKU{
			p.newSKU(first, g.desc, g.code, g.price),
			p.newSKU(first+1, "颜色:蓝色;尺码:XL", g.code+"-XL", g.price), // the SKU that orders with a spec change show
			p.newSKU(first+2, "颜色:蓝色;尺码:S", g.code+"-S", g.price-1000),
			p.newSKU(first+3, "颜色:蓝色;尺码:XXL", g.code+"-XXL", g.price+1000),
		}
		p.skus[3].Reserve = 5
		f.products = append(f.products, p)
		return p
	}
	for _, g := range catalogue {
		add(g)
	}
	add(goods{"示例围巾", "SC-RED-U", "颜色:红色;尺码:均码", 3200}).ShelfStatus = 0
	waiting := add(goods{"示例手套", "GL-BLK-M", "颜色:黑色;尺码:M", 2800})
	waiting.ShelfStatus, waiting.AuditStatus = 0, 0
	linked := add(goods{"示例毛毯", "BL-GRY-U", "均码", 12900}) // a spec without property names
	linked.MultipleStock = true
	for i, v := range linked.skus {
		v.GoodsID = fmt.Sprintf("80000000%d", i+1)
		v.GoodsCode = []string{"GOODS-" + v.Nick}
		f.goods[v.GoodsID] = v.GoodsCode[0]
		f.stock[goodsPlace{v.GoodsCode[0], "WH-EAST"}] = v.Stock
	}
	add(goods{"示例雨伞", "UM-BLK-U", "颜色:黑色;尺码:均码", 4500}).ItemStatus = 2
}
