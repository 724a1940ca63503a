package kuaishou

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"

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

// shelfStatuses maps shelfStatus of the list and onOfflineStatus of an item.
var shelfStatuses = driver.NewEnum(map[wire.Int]sku.Status{
	0: sku.StatusOffSale,
	1: sku.StatusOnSale,
})

// itemStatuses maps the values of itemStatus of a deleted item.
var itemStatuses = driver.NewEnum(map[wire.Int]sku.Status{
	2: sku.StatusDeleted, // by the merchant
	3: sku.StatusDeleted, // by the platform
})

// reviews maps auditStatus of an item.
var reviews = driver.NewEnum(map[wire.Int]sku.Review{
	0: sku.ReviewPending,  // 待审核
	1: sku.ReviewRejected, // 待修改
	2: sku.ReviewApproved, // 审核通过
	3: sku.ReviewRejected, // 审核拒绝
})

// toSKU reads a SKU of a product, whose id the record may leave out. On an
// error the returned SKU has at least its id, if that can be read. A SKU has no
// status, because the platform puts only whole products on or off sale;
// PlatformStatus says whether the SKU is valid.
func toSKU(record []byte, productID string) (sku.SKU, error) {
	var w wireSKU
	err := json.Unmarshal(record, &w)
	k := sku.SKU{Platform: mall.Kuaishou, ID: idOf(w.ID), ProductID: productID}
	switch {
	case err != nil:
		return k, err
	case k.ID == "":
		return k, errNoSKUID
	case w.Stock == nil:
		return k, errNoStock
	}
	if id := idOf(w.ProductID); id != "" {
		k.ProductID = id
	}
	if k.Code = w.Nick; k.Code == "" {
		k.Code = idOf(w.OuterID)
	}
	if w.Valid != nil {
		k.PlatformStatus = wordsOf(*w.Valid)
	}
	k.Price = mall.Fen(w.Price)
	k.Specs = w.specs()
	k.Stock = sku.Stock{SKUID: k.ID, Quantity: int64(*w.Stock), Held: int64(w.Reserve)}
	k.Created, k.Updated = w.Created.Time, w.Updated.Time
	k.Raw = bytes.Clone(record)
	return k, nil
}

// toProduct reads a record of open.item.list.get or open.item.get, which name
// some fields differently.
func toProduct(record []byte) (sku.Product, error) {
	var w wireItem
	err := json.Unmarshal(record, &w)
	p := sku.Product{Platform: mall.Kuaishou, ID: idOf(w.ID)}
	if p.ID == "" {
		p.ID = idOf(w.ListID)
	}
	switch {
	case err != nil:
		return p, err
	case p.ID == "":
		return p, errNoProductID
	}
	p.Code, p.Name = idOf(w.OuterID), w.Title
	p.Status, p.PlatformStatus = w.status()
	if w.Audit != nil {
		p.Review, p.PlatformReview = reviews.Neutral(*w.Audit), wordsOf(*w.Audit)
	}
	p.Pictures = slices.Clone(w.Pictures)
	if w.Picture != "" && !slices.Contains(p.Pictures, w.Picture) {
		p.Pictures = slices.Insert(p.Pictures, 0, w.Picture)
	}
	if p.Created = w.Created.Time; p.Created.IsZero() {
		p.Created = w.ListCreated.Time
	}
	p.Updated = w.Updated.Time
	for _, line := range append(slices.Clone(w.SKUs), w.ListSKUs...) {
		k, err := toSKU(line, p.ID)
		if err != nil {
			return p, err
		}
		p.SKUs = append(p.SKUs, k)
	}
	p.Raw = bytes.Clone(record)
	return p, nil
}

// status returns whether an item is on sale. Another field says that it is
// deleted.
func (w wireItem) status() (sku.Status, string) {
	if gone := itemStatuses.Neutral(w.Item); gone != "" {
		return gone, "itemStatus " + wordsOf(w.Item)
	}
	shelf := w.Shelf
	if shelf == nil {
		shelf = w.ListShelf
	}
	if shelf == nil {
		return sku.StatusUnknown, ""
	}
	return shelfStatuses.Neutral(*shelf), wordsOf(*shelf)
}

// specs returns the properties, or else the text of their values, whose form is
// not documented.
func (w wireSKU) specs() (specs []sku.Spec) {
	for _, p := range w.Properties {
		specs = append(specs, sku.Spec{Name: p.Name, Value: p.Value})
	}
	if len(specs) == 0 && w.Specification != "" {
		specs = []sku.Spec{{Value: w.Specification}}
	}
	return specs
}

// wire types. Fields may be absent or null; ids are numbers, 0 for none.

type wireSKU struct {
	ID            wire.Text   `json:"kwaiSkuId"`
	ProductID     wire.Text   `json:"kwaiItemId"`
	OuterID       wire.Text   `json:"relSkuId"`
	Nick          string      `json:"skuNick"` // 商家编码
	Price         wire.Int    `json:"skuSalePrice"`
	Stock         *wire.Int   `json:"skuStock"`
	Reserve       wire.Int    `json:"reserveStock"` // for campaigns
	Valid         *wire.Int   `json:"isValid"`
	Created       wire.Millis `json:"createTime"`
	Updated       wire.Millis `json:"updateTime"`
	Specification string      `json:"specification"`
	Properties    wire.List[struct {
		Name  string `json:"propName"`
		Value string `json:"propValueName"`
	}] `json:"skuProp"`
}

type wireItem struct {
	ID          wire.Text                         `json:"itemId"`     // of open.item.get
	ListID      wire.Text                         `json:"kwaiItemId"` // of the list
	OuterID     wire.Text                         `json:"relItemId"`
	Title       string                            `json:"title"`
	Picture     string                            `json:"mainImageUrl"`
	Pictures    wire.List[string]                 `json:"imageUrls"`
	Shelf       *wire.Int                         `json:"onOfflineStatus"` // 0 is a status
	ListShelf   *wire.Int                         `json:"shelfStatus"`
	Item        wire.Int                          `json:"itemStatus"`
	Audit       *wire.Int                         `json:"auditStatus"` // 0 is a status
	Created     wire.Millis                       `json:"createdTime"`
	ListCreated wire.Millis                       `json:"createTime"`
	Updated     wire.Millis                       `json:"updateTime"`
	SKUs        wire.List[driver.Record[wireSKU]] `json:"skuInfos"`
	ListSKUs    wire.List[driver.Record[wireSKU]] `json:"skuList"`
}
