package doudian

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/sku"
)

var (
	errNoSKUID     = errors.New("it has no SKU id")
	errNoProductID = errors.New("it has no product id")
	errNoStock     = errors.New("it has no stock") // not the same as a stock of zero
)

// productStatuses maps the status of a product.
var productStatuses = driver.NewEnum(map[wire.Int]sku.Status{
	0: sku.StatusOnSale,  // 在线
	1: sku.StatusOffSale, // 下线
	2: sku.StatusDeleted, // 删除
})

// reviews maps check_status of a product.
var reviews = driver.NewEnum(map[wire.Int]sku.Review{
	1: sku.ReviewDraft,    // 未提交
	2: sku.ReviewPending,  // 待审核
	3: sku.ReviewApproved, // 审核通过
	4: sku.ReviewRejected, // 审核未通过
	5: sku.ReviewBanned,   // 封禁
	7: sku.ReviewApproved, // 审核通过待上架
})

// toSKU reads a record of sku.list or sku.detail. On an error the returned SKU
// has at least its id, if that can be read. A SKU has no status, because the
// platform puts only whole products on or off sale.
func toSKU(record []byte) (sku.SKU, error) {
	var w wireSKU
	err := json.Unmarshal(record, &w)
	k := sku.SKU{Platform: mall.Doudian, ID: string(w.ID)}
	switch {
	case err != nil:
		return k, err
	case k.ID == "":
		return k, errNoSKUID
	case w.StockNum == nil:
		return k, errNoStock
	}
	k.ProductID = id(w.ProductIDText, w.ProductID)
	k.Code = w.code()
	k.Price = mall.Fen(w.Price)
	k.Created = w.Created.Time
	k.Specs = w.specs()
	k.Stock = w.wireStock.stock(k.ID, w.StockMap)
	k.Raw = bytes.Clone(record)
	return k, nil
}

// toStock reads the answer of sku.stockNum.
func toStock(record []byte) (sku.Stock, error) {
	var w wireStockNum
	if err := json.Unmarshal(record, &w); err != nil {
		return sku.Stock{}, err
	}
	if w.StockNum == nil {
		return sku.Stock{}, errNoStock
	}
	return w.stock(string(w.ID), w.ByWarehouse), nil
}

// toProduct reads a record of product.listV2 or product.detail.
func toProduct(record []byte) (sku.Product, error) {
	var w wireProduct
	err := json.Unmarshal(record, &w)
	p := sku.Product{Platform: mall.Doudian, ID: id(w.IDText, w.ID)}
	switch {
	case err != nil:
		return p, err
	case p.ID == "":
		return p, errNoProductID
	}
	p.Code, p.Name = w.Code, w.Name
	p.Created, p.Updated = w.Created.Time, w.Updated.Time
	p.Pictures = slices.Clone(w.Pictures)
	if len(p.Pictures) == 0 && w.Picture != "" {
		p.Pictures = []string{w.Picture}
	}
	if w.Status != nil {
		p.Status, p.PlatformStatus = productStatuses.Neutral(*w.Status), strconv.FormatInt(int64(*w.Status), 10)
	}
	if w.Check != 0 {
		p.Review, p.PlatformReview = reviews.Neutral(w.Check), strconv.FormatInt(int64(w.Check), 10)
	}
	for _, line := range w.SKUs {
		k, err := toVariant(line, p.ID)
		if err != nil {
			return p, err
		}
		p.SKUs = append(p.SKUs, k)
	}
	p.Raw = bytes.Clone(record)
	return p, nil
}

// toVariant reads a SKU in product.detail, where some fields have other names
// than in sku.list.
func toVariant(record []byte, productID string) (sku.SKU, error) {
	var w wireVariant
	err := json.Unmarshal(record, &w)
	k := sku.SKU{Platform: mall.Doudian, ProductID: productID, ID: string(w.ID)}
	switch {
	case err != nil:
		return k, err
	case k.ID == "":
		return k, errNoSKUID
	case w.StockNum == nil:
		return k, errNoStock
	}
	k.Code, k.Price, k.Specs = w.Code, mall.Fen(w.Price), w.properties()
	if k.Code == "" {
		k.Code = w.OuterCode
	}
	// Stock by warehouse is left out: here it is keyed by the platform's
	// warehouse ids, while a write takes the merchant's.
	k.Stock = sku.Stock{SKUID: k.ID, Quantity: int64(*w.StockNum), Held: int64(w.Locked)}
	k.Raw = bytes.Clone(record)
	return k, nil
}

// id returns the id in text form, which the platform adds because a number may
// lose digits in some languages, or else the number. 0 is no id.
func id(text string, number wire.Text) string {
	switch {
	case text != "" && text != "0":
		return text
	case number == "0":
		return ""
	}
	return string(number)
}

// code returns the merchant's code, or the older numeric one that some shops
// use instead.
func (w wireSKU) code() string {
	if w.Code == "" && w.OuterID != "0" {
		return string(w.OuterID)
	}
	return w.Code
}

// specs returns the chosen values. Only product.detail has their names too.
func (w wireSKU) specs() []sku.Spec {
	if specs := w.properties(); len(specs) > 0 {
		return specs
	}
	var specs []sku.Spec
	for _, value := range []string{w.Value1, w.Value2, w.Value3} {
		if value != "" {
			specs = append(specs, sku.Spec{Value: value})
		}
	}
	return specs
}

func (w wireProperties) properties() (specs []sku.Spec) {
	for _, p := range w.Properties {
		specs = append(specs, sku.Spec{Name: p.Name, Value: p.Value})
	}
	return specs
}

func (w wireStock) stock(skuID string, byWarehouse wire.Object[map[string]wire.Int]) sku.Stock {
	return sku.Stock{
		SKUID: skuID, Quantity: int64(*w.StockNum), Held: int64(w.Held),
		Warehouses: warehouses(byWarehouse.V, w.HeldMap.V),
	}
}

// warehouses joins the two counts of each warehouse and sorts them by id.
func warehouses(stock, held map[string]wire.Int) []sku.WarehouseStock {
	var list []sku.WarehouseStock
	for id, n := range stock {
		list = append(list, sku.WarehouseStock{ID: id, Quantity: int64(n), Held: int64(held[id])})
	}
	slices.SortFunc(list, func(a, b sku.WarehouseStock) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// wire types. Numbers also come as text, maps also as null.

type wireSKU struct {
	ID            wire.Text    `json:"id"`
	ProductID     wire.Text    `json:"product_id"`
	ProductIDText string       `json:"product_id_str"`
	OuterID       wire.Text    `json:"out_sku_id"`
	Code          string       `json:"code"`
	Price         wire.Int     `json:"price"`
	Created       wire.Seconds `json:"create_time"`
	Value1        string       `json:"spec_detail_name1"`
	Value2        string       `json:"spec_detail_name2"`
	Value3        string       `json:"spec_detail_name3"`
	wireProperties
	wireStock
	StockMap wire.Object[map[string]wire.Int] `json:"stock_map"`
}

type wireProperties struct {
	Properties wire.List[struct {
		Name  string `json:"property_name"` // in product.detail only
		Value string `json:"value_name"`
	}] `json:"sell_properties"`
}

// wireStock is what sku.list, sku.detail and sku.stockNum have in common.
type wireStock struct {
	StockNum *wire.Int                        `json:"stock_num"`
	Held     wire.Int                         `json:"prehold_stock_num"`
	HeldMap  wire.Object[map[string]wire.Int] `json:"prehold_stock_map"`
}

type wireStockNum struct {
	ID wire.Text `json:"sku_id"`
	wireStock
	ByWarehouse wire.Object[map[string]wire.Int] `json:"stock_num_map"`
}

// wireProduct has its times as Unix seconds in product.listV2 and, in
// product.detail, as text whose form is not documented: Beijing time is what the
// platform's other texts are in.
type wireProduct struct {
	ID       wire.Text                             `json:"product_id"`
	IDText   string                                `json:"product_id_str"`
	Code     string                                `json:"outer_product_id"`
	Name     string                                `json:"name"`
	Picture  string                                `json:"img"`
	Pictures wire.List[string]                     `json:"pic"`
	Status   *wire.Int                             `json:"status"` // 0 is a status
	Check    wire.Int                              `json:"check_status"`
	Created  wire.Instant                          `json:"create_time"`
	Updated  wire.Instant                          `json:"update_time"`
	SKUs     wire.List[driver.Record[wireVariant]] `json:"spec_prices"`
}

type wireVariant struct {
	ID        wire.Text `json:"sku_id"`
	Code      string    `json:"code"`
	OuterCode string    `json:"outer_sku_id"`
	Price     wire.Int  `json:"price"`
	StockNum  *wire.Int `json:"stock_num"`
	Locked    wire.Int  `json:"lock_stock_num"` // reserved for orders
	wireProperties
}
