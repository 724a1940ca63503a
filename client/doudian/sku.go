package doudian

import (
	"context"
	"strconv"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/sku"
)

// skus is the product and stock driver of one shop. Methods and fields:
// sevencat/ecommerce_sdk:ecommerce_sdk/douyin/{Sku,Product}*.cs,
// zsmhub/doudian-sdk:api/{sku,product}_*.
type skus struct{ account }

func (skus) Platform() mall.Platform { return mall.Doudian }

// Limits returns those of product.listV2.
func (skus) Limits() sku.Limits { return sku.Limits{ListLimits: mall.ListLimits{MaxPageSize: 100}} }

// Page calls product.listV2 with its cursor, because its numbered pages end at
// 10,000 products and shift when products change.
func (d skus) Page(ctx context.Context, q sku.Query, cursor string) (mall.Page[sku.Product], error) {
	p := productListParams{CursorID: cursor, Page: 1, Size: q.PageSize, UseCursor: true}
	if q.Status != "" {
		word, ok := productStatuses.Wire(q.Status)
		if !ok {
			return mall.Page[sku.Product]{}, nil // a status that this platform does not have
		}
		p.Status = &word
	}
	// The platform excludes both bounds and counts whole seconds.
	if !q.From.IsZero() {
		p.UpdatedAfter = -floorSeconds(-q.From.UnixNano()) - 1
	}
	if !q.To.IsZero() {
		p.UpdatedBefore = -floorSeconds(-q.To.UnixNano())
	}
	answer, err := productList.Call(ctx, d.shop, p)
	if err != nil {
		return mall.Page[sku.Product]{}, err
	}
	page := mall.Page[sku.Product]{
		Items: make([]sku.Product, 0, len(answer.Products)), Next: string(answer.CursorID), Total: int(answer.Total),
	}
	for _, record := range answer.Products {
		item, err := toProduct(record)
		if err != nil {
			return mall.Page[sku.Product]{}, productList.Unexpected("product "+item.ID, record, err)
		}
		page.Items = append(page.Items, item)
	}
	return page, nil
}

// floorSeconds rounds nanoseconds down to seconds.
func floorSeconds(ns int64) int64 {
	s := ns / 1e9
	if ns%1e9 < 0 {
		s--
	}
	return s
}

// GetProduct calls product.detail.
func (d skus) GetProduct(ctx context.Context, id string) (sku.Product, error) {
	if _, err := number(productDetail.Method, "product id", id); err != nil {
		return sku.Product{}, err
	}
	record, err := productDetail.Call(ctx, d.shop, productParams{id})
	if err != nil {
		return sku.Product{}, err
	}
	p, err := toProduct(record)
	if err != nil {
		return sku.Product{}, productDetail.Unexpected("product "+id, record, err)
	}
	return p, nil
}

// GetSKUs calls sku.list, whose data is an array.
func (d skus) GetSKUs(ctx context.Context, productID string) ([]sku.SKU, error) {
	id, err := number(skuList.Method, "product id", productID)
	if err != nil {
		return nil, err
	}
	records, err := skuList.Call(ctx, d.shop, skuListParams{id})
	if err != nil {
		return nil, err
	}
	all := make([]sku.SKU, 0, len(records))
	for _, record := range records {
		k, err := toSKU(record)
		if err != nil {
			return nil, skuList.Unexpected("SKU "+k.ID, record, err)
		}
		all = append(all, k)
	}
	return all, nil
}

// Get calls sku.detail.
func (d skus) Get(ctx context.Context, id string) (sku.SKU, error) {
	n, err := number(skuDetail.Method, "SKU id", id)
	if err != nil {
		return sku.SKU{}, err
	}
	record, err := skuDetail.Call(ctx, d.shop, skuParams{n})
	if err != nil {
		return sku.SKU{}, err
	}
	k, err := toSKU(record)
	if err != nil {
		return sku.SKU{}, skuDetail.Unexpected("SKU "+id, record, err)
	}
	return k, nil
}

// GetStock calls sku.stockNum.
func (d skus) GetStock(ctx context.Context, skuID string) (sku.Stock, error) {
	n, err := number(stockNum.Method, "SKU id", skuID)
	if err != nil {
		return sku.Stock{}, err
	}
	record, err := stockNum.Call(ctx, d.shop, skuParams{n})
	if err != nil {
		return sku.Stock{}, err
	}
	s, err := toStock(record)
	if err != nil {
		return sku.Stock{}, stockNum.Unexpected("SKU "+skuID, record, err)
	}
	return s, nil
}

// number reads an id that the platform takes as a number. What names the id in
// the error.
func number(m driver.Method, what, id string) (int64, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n <= 0 {
		return 0, m.Refuse(mall.ErrInvalid, "%s %.40q is not a number", what, id)
	}
	return n, nil
}

// endpoints and wire types

var (
	productList   = endpoint[productListParams, productListAnswer]("product.listV2", repeatable)
	productDetail = endpoint[productParams, driver.Record[wireProduct]]("product.detail", repeatable)
	skuList       = endpoint[skuListParams, wire.List[driver.Record[wireSKU]]]("sku.list", repeatable)
	skuDetail     = endpoint[skuParams, driver.Record[wireSKU]]("sku.detail", repeatable)
	stockNum      = endpoint[skuParams, driver.Record[wireStockNum]]("sku.stockNum", repeatable)
)

// productListParams are the parameters of product.listV2. Page and size are
// required, though the platform ignores the page when there is a cursor.
type productListParams struct {
	CursorID      string    `json:"cursor_id,omitempty"`
	Page          int       `json:"page"`
	Size          int       `json:"size"`
	Status        *wire.Int `json:"status,omitempty"` // 0 means on sale
	UpdatedBefore int64     `json:"update_end_time,omitempty"`
	UpdatedAfter  int64     `json:"update_start_time,omitempty"`
	UseCursor     bool      `json:"use_cursor"`
}

type productListAnswer struct {
	Total    wire.Int                              `json:"total"`
	CursorID wire.Text                             `json:"cursor_id"`
	Products wire.List[driver.Record[wireProduct]] `json:"data"`
}

type productParams struct {
	ID string `json:"product_id"` // text here, but a number in sku.list
}

type skuListParams struct {
	ProductID int64 `json:"product_id"`
}

type skuParams struct {
	ID int64 `json:"sku_id"`
}
