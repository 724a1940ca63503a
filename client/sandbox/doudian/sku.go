package doudian

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// skuRow is a SKU as sku.list answers it.
type skuRow struct {
	ID           int64       `json:"id"`
	OpenUserID   int64       `json:"open_user_id"`
	OutSKUID     int64       `json:"out_sku_id"`
	ProductID    int64       `json:"product_id"`
	ProductIDStr string      `json:"product_id_str"`
	SpecID1      int64       `json:"spec_detail_id1"`
	SpecID2      int64       `json:"spec_detail_id2"`
	SpecID3      int64       `json:"spec_detail_id3"`
	SpecName1    string      `json:"spec_detail_name1"`
	SpecName2    string      `json:"spec_detail_name2"`
	SpecName3    string      `json:"spec_detail_name3"`
	Properties   []sellValue `json:"sell_properties"`
	Price        int64       `json:"price"`
	SpecID       int64       `json:"spec_id"`
	CreateTime   int64       `json:"create_time"`
	Code         string      `json:"code"`
	SKUType      int64       `json:"sku_type"` // 0 common stock, 1 regional
	SupplierID   string      `json:"supplier_id"`
	StockNum     int64       `json:"stock_num"`
	Held         int64       `json:"prehold_stock_num"`
	NormalStock  int64       `json:"normal_stock_num"`
	ChannelStock int64       `json:"channel_stock_num"`
	// Stock by warehouse; null unless it is regional.
	StockMap map[string]int64 `json:"stock_map"`
	HeldMap  map[string]int64 `json:"prehold_stock_map"`
}

type sellValue struct {
	ID   int64  `json:"value_spec_detail_id"`
	Name string `json:"value_name"`
}

// specNames are the names of the specs, which only product.detail answers.
var specNames = []string{"颜色", "尺码", "款式"}

// variant returns the SKU in the form of product.detail.
func (k *skuRow) variant() stage.Object {
	values := []any{}
	for i, v := range k.Properties {
		values = append(values, stage.Object{"value_spec_detail_id": v.ID, "value_name": v.Name,
			"property_name": specNames[i%len(specNames)]})
	}
	byNumber := map[string]int64{} // the platform's warehouse numbers, not the merchant's
	for i, warehouse := range slices.Sorted(maps.Keys(k.StockMap)) {
		byNumber[strconv.Itoa(i+1)] = k.StockMap[warehouse]
	}
	return stage.Object{
		"sku_id": k.ID, "code": k.Code, "outer_sku_id": k.Code, "price": k.Price, "sku_type": k.SKUType,
		"stock_num": k.StockNum, "lock_stock_num": k.Held, "stock_num_map": byNumber, "sell_properties": values,
	}
}

// has returns the stock of a warehouse, or without one the common stock.
func (k *skuRow) has(warehouse string) int64 {
	if warehouse != "" {
		return k.StockMap[warehouse]
	}
	return k.StockNum
}

// put sets the stock of a warehouse, or without one the common stock. The stock
// of a SKU is the sum of its warehouses.
func (k *skuRow) put(warehouse string, n int64) {
	if warehouse == "" {
		k.StockNum, k.NormalStock = n, n
		return
	}
	k.SKUType = 1
	if k.StockMap == nil {
		k.StockMap = map[string]int64{}
	}
	k.StockMap[warehouse] = n
	k.StockNum = 0
	for _, part := range k.StockMap {
		k.StockNum += part
	}
}

// sku returns the SKU with that id or, without an id, with the merchant's code,
// and its product.
func (f *shelf) sku(id, code string) (*productRow, *skuRow) {
	for _, p := range f.products {
		for _, k := range p.skus {
			if id != "" && strconv.FormatInt(k.ID, 10) == id || id == "" && code != "" && k.Code == code {
				return p, k
			}
		}
	}
	return nil, nil
}

// skuList answers the SKUs of a product; its data is the list itself.
func (d *platform) skuList(c *stage.Call) stage.Result {
	var q struct {
		ProductID lenientText `json:"product_id"`
		OuterID   lenientText `json:"out_product_id"`
	}
	if r, ok := parse(c, &q); !ok {
		return r
	}
	if q.ProductID == "" && q.OuterID == "" {
		return refuse(40002, "isv.missing-parameter:3", "[product_id]与[out_product_id]参数至少填一个")
	}
	p := d.shelf(c.Shop).product(string(q.ProductID))
	if p == nil {
		return refuse(40004, "isv.parameter-invalid:4", "该商品不属于你")
	}
	return d.succeed(p.skus)
}

// whichSKU holds the parameters that name a SKU.
type whichSKU struct {
	ID   lenientText `json:"sku_id"`
	Code lenientText `json:"code"`
}

// findSKU returns the SKU that a reading method asks for.
func (d *platform) findSKU(c *stage.Call) (*skuRow, stage.Result) {
	var q whichSKU
	if r, ok := parse(c, &q); !ok {
		return nil, r
	}
	if q.ID == "" && q.Code == "" {
		return nil, refuse(40004, "isv.parameter-invalid:20011", "参数不合法: 请输入正确sku_id或sku_code")
	}
	if _, k := d.shelf(c.Shop).sku(string(q.ID), string(q.Code)); k != nil {
		return k, stage.Result{}
	}
	return nil, refuse(40004, "isv.parameter-invalid:20050", "找不到对应的sku")
}

func (d *platform) skuDetail(c *stage.Call) stage.Result {
	k, r := d.findSKU(c)
	if k == nil {
		return r
	}
	return d.succeed(k)
}

func (d *platform) skuStockNum(c *stage.Call) stage.Result {
	k, r := d.findSKU(c)
	if k == nil {
		return r
	}
	return d.succeed(map[string]any{
		"sku_id": k.ID, "out_sku_id": k.OutSKUID, "code": k.Code, "sku_type": k.SKUType, "stock_num": k.StockNum, "prehold_stock_num": k.Held,
		"prom_stock_num": 0, "step_stock_num": 0, "stock_num_map": k.StockMap, "prehold_stock_map": k.HeldMap,
		"normal_stock_num": k.NormalStock, "channel_stock_num": k.ChannelStock,
	})
}

func (d *platform) skuEditPrice(c *stage.Call) stage.Result {
	var q struct {
		whichSKU
		Price *lenientInt `json:"price"`
	}
	if r, ok := parse(c, &q); !ok {
		return r
	}
	if q.Price == nil || *q.Price <= 0 {
		return refuse(40003, "isv.parameter-invalid", "price参数错误") // the number is not documented
	}
	p, k := d.shelf(c.Shop).sku(string(q.ID), string(q.Code))
	switch {
	case k == nil:
		return refuse(40004, "isv.parameter-invalid:5", "找不到对应的sku")
	case p.Status == 2:
		return refuse(40004, "isv.parameter-invalid:7", "系统错误:商品已删除，不可更新")
	}
	k.Price = int64(*q.Price)
	p.UpdateTime = c.Now.Unix()
	d.pushProduct(c.Shop, p, productSaved)
	return d.Success(nil)
}

func (d *platform) ChangeSKU(sh *stage.Shop, id string, fields stage.Object) error {
	p, k := d.shelf(sh).sku(id, "")
	if k == nil {
		return stage.Errorf(stage.ErrUnknownID, "SKU %.40q of shop %s", id, sh.ID)
	}
	next, err := stage.Patch(*k, fields)
	switch {
	case err != nil:
		return err
	case next.ID != k.ID || next.ProductID != k.ProductID:
		return fmt.Errorf("sandbox: the ids of a SKU cannot be changed")
	case next.StockNum < 0 || next.Price < 0:
		return fmt.Errorf("sandbox: stock and price of a SKU cannot be less than nothing")
	}
	if _, ok := fields["stock_num"]; ok {
		next.NormalStock = next.StockNum
	}
	before := p.stock()
	*k = next
	d.soldOut(sh, p, before)
	return nil
}

// stock returns the stock of all SKUs of a product.
func (p *productRow) stock() (n int64) {
	for _, k := range p.skus {
		n += k.StockNum
	}
	return n
}

// soldOut pushes that a product has just sold out.
func (d *platform) soldOut(sh *stage.Shop, p *productRow, before int64) {
	if before > 0 && p.stock() == 0 {
		d.pushProduct(sh, p, productSoldOut)
	}
}

// stockUp fills a shelf with the goods of [catalogue], under the ids that
// orders name and with further variants; then a product off the shelf, a banned
// one and one with stock by warehouse.
func (d *platform) stockUp(f *shelf) {
	const product, sku = 3600000000000000001, 1780000000000001
	now := d.world.Now().Unix()
	add := func(at int64, g goods, variants ...goods) *productRow {
		p := &productRow{
			ProductID: product + at, OuterProductID: fmt.Sprintf("P-%d", 100+at), Name: g.name, CheckStatus: 3,
			Img:        "https://example.com/p.jpg",
			CreateTime: now - (40-at)*86400, UpdateTime: now - (10-at)*3600,
		}
		for i, v := range append([]goods{g}, variants...) {
			id := sku + at
			if i > 0 {
				id = sku + 100*(at+1) + int64(i)
			}
			p.skus = append(p.skus, &skuRow{
				ID: id, ProductID: p.ProductID, ProductIDStr: strconv.FormatInt(p.ProductID, 10),
				SpecID1: int64(10*i + 1), SpecID2: int64(10*i + 2), SpecName1: v.color, SpecName2: v.size,
				Properties: []sellValue{{int64(10*i + 1), v.color}, {int64(10*i + 2), v.size}},
				Price:      v.price, CreateTime: p.CreateTime, Code: v.code, StockNum: 100, NormalStock: 100,
				Held: int64(i),
			})
		}
		f.products = append(f.products, p)
		return p
	}
	for i, g := range catalogue {
		larger, other := g, g
		larger.code, larger.size = g.code+"-2", g.size+"加大"
		other.code, other.color, other.price = g.code+"-3", "绿色", g.price+500
		add(int64(i), g, larger, other)
	}
	next := int64(len(catalogue))
	add(next, goods{"示例围巾", "SC-RED-U", "红色", "均码", 3200}).Status = 1
	add(next+1, goods{"示例手套", "GL-BLK-M", "黑色", "M", 2800}).CheckStatus = 5
	regional := add(next+2, goods{"示例毛毯", "BL-GRY-U", "灰色", "均码", 12900}).skus[0]
	regional.put("WH-EAST", 60)
	regional.put("WH-WEST", 40)
	regional.NormalStock, regional.HeldMap = 0, map[string]int64{"WH-EAST": 1, "WH-WEST": 0}
}
