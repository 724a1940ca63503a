package doudian

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/internal/wire"
)

// Suppliers calls iop.sellerSupplierList.
func (d dropshipDriver) Suppliers(ctx context.Context, page, size int) (mall.Page[dropship.Relation], error) {
	answer, err := supplierList.Call(ctx, d.shop, relationParams{page, size})
	if err != nil {
		return mall.Page[dropship.Relation]{}, err
	}
	return relations(supplierList.Method, answer.List, answer.Total)
}

// Merchants calls iop.getSellerList.
func (d dropshipDriver) Merchants(ctx context.Context, page, size int) (mall.Page[dropship.Relation], error) {
	answer, err := sellerList.Call(ctx, d.shop, relationParams{page, size})
	if err != nil {
		return mall.Page[dropship.Relation]{}, err
	}
	return relations(sellerList.Method, answer.List, answer.Total)
}

// bindStates are bind_status. 0 is unknown, 5 is shown to factories only.
var bindStates = driver.NewEnum(map[wire.Int]dropship.RelationState{
	1: dropship.RelationPending,       // 待审核
	2: dropship.RelationBound,         // 已通过
	3: dropship.RelationRefused,       // 已拒绝
	4: dropship.RelationUnbound,       // 已解绑
	5: dropship.RelationUnbindPending, // 申请解绑待审核
})

// relations reads a page of partners.
func relations(m driver.Method, records []driver.Record[wireRelation],
	total *wire.Int) (mall.Page[dropship.Relation], error) {
	page := mall.Page[dropship.Relation]{Total: wire.Total(total)}
	for _, record := range records {
		var w wireRelation
		if err := json.Unmarshal(record, &w); err != nil {
			return mall.Page[dropship.Relation]{}, m.Unexpected("partner", record, err)
		}
		r := dropship.Relation{
			Platform: mall.Doudian, Partner: string(w.Supplier), Name: w.SupplierName,
			State: bindStates.Neutral(w.State), PlatformState: w.State.String(),
			Applied: w.Applied.Time, Bound: w.Bound.Time, Refused: w.Refused.Time, Raw: bytes.Clone(record),
		}
		if r.Partner == "" {
			r.Partner, r.Name = string(w.Seller), w.SellerName
		}
		page.Items = append(page.Items, r)
	}
	return page, nil
}

// endpoints and wire types

var (
	supplierList = endpoint[relationParams, supplierAnswer]("iop.sellerSupplierList", repeatable)
	sellerList   = endpoint[relationParams, sellerAnswer]("iop.getSellerList", repeatable)
)

// relationParams of both lists of partners. Their size is called page_size. The
// states are not narrowed down, see [dropship.MerchantDriver].
type relationParams struct {
	Page int `json:"page"` // from 0
	Size int `json:"page_size"`
}

type supplierAnswer struct {
	List  wire.List[driver.Record[wireRelation]] `json:"supplier_shop_list"`
	Total *wire.Int                              `json:"total"`
}

type sellerAnswer struct {
	List  wire.List[driver.Record[wireRelation]] `json:"seller_shop_list"`
	Total *wire.Int                              `json:"total"`
}

// wireRelation is a row of iop.sellerSupplierList or iop.getSellerList.
type wireRelation struct {
	Supplier     wire.Text    `json:"supplier_shop_id"`
	SupplierName string       `json:"supplier_shop_name"`
	Seller       wire.Text    `json:"seller_shop_id"`
	SellerName   string       `json:"seller_shop_name"`
	Applied      wire.Seconds `json:"apply_time"`
	Bound        wire.Seconds `json:"band_time"` // misspelt by the platform
	Refused      wire.Seconds `json:"refuse_time"`
	State        wire.Int     `json:"bind_status"`
}
