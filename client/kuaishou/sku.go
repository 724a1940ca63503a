package kuaishou

import (
	"context"
	"strconv"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/sku"
)

// skus is the product and stock driver of one shop. Methods and fields:
// crywolfx/kuaishou-merchant-open-api:packages/common/Interface/api.declaration.ts.
//
// The stock of goods (货品) by warehouse (open.scm.inventory.*) is left to
// client.Call: it is keyed by codes of goods, not of SKUs, which several SKUs
// may share and no method reads back. So are the links between SKUs and goods
// (open.item.sku.goods.relation.*) and open.item.shelf.status.update.
type skus struct{ account }

func (skus) Platform() mall.Platform { return mall.Kuaishou }

// Limits returns those of open.item.list.get and of open.item.sku.stock.update,
// which can only add and subtract.
func (skus) Limits() sku.Limits {
	return sku.Limits{ListLimits: mall.ListLimits{MinPageSize: 10, MaxPageSize: 100}, AddOnly: true, ByProduct: true}
}

// Page calls open.item.list.get; see [itemPlace] for its cursor. The platform
// filters by "on sale" only and lists no deleted product.
func (d skus) Page(ctx context.Context, q sku.Query, cursor string) (mall.Page[sku.Product], error) {
	at, err := itemPlaceOf(cursor)
	if err != nil {
		return mall.Page[sku.Product]{}, err
	}
	p := itemListParams{Page: at.page, Size: q.PageSize, Status: itemNormal}
	switch q.Status {
	case "", sku.StatusOffSale:
	case sku.StatusOnSale:
		p.OnSale = 1
	default:
		return mall.Page[sku.Product]{}, nil // the platform lists no products of this status
	}
	answer, err := itemList.Call(ctx, d.shop, p)
	if err != nil {
		return mall.Page[sku.Product]{}, err
	}
	if answer.Pages == nil {
		return mall.Page[sku.Product]{}, itemList.Refuse(mall.ErrReply,
			"the page does not say how many pages there are")
	}
	page := mall.Page[sku.Product]{
		Items: make([]sku.Product, 0, len(answer.Items)),
		Next:  at.next(cursor, int(*answer.Pages)), Total: wire.Total(answer.Total),
	}
	if q.Status == sku.StatusOffSale || !q.From.IsZero() || !q.To.IsZero() {
		page.Total = -1
	}
	for _, record := range answer.Items {
		item, err := toProduct(record)
		if err != nil {
			return mall.Page[sku.Product]{}, itemList.Unexpected("product "+item.ID, record, err)
		}
		if (q.Status == "" || item.Status == q.Status) && !item.Updated.Before(q.From) &&
			(q.To.IsZero() || item.Updated.Before(q.To)) {
			item.SKUs = nil
			page.Items = append(page.Items, item)
		}
	}
	return page, nil
}

// itemPlace is the place of a walk in the numbered pages. How the pages are
// sorted is not documented, so a product may move either way when others come,
// go or change. Therefore the first page is read for the number of pages, and
// then all pages from the last to the first: a product that moves to the front
// is met later. After each page the page behind it is read again, which finds a
// product that moved back across the edge between the two.
type itemPlace struct {
	page  int
	again bool // the page is read a second time, just after the one before it
}

const pageAgain = "again "

// itemPlaceOf reads a cursor, which is empty or one that next returned.
func itemPlaceOf(cursor string) (itemPlace, error) {
	if cursor == "" {
		return itemPlace{page: 1}, nil
	}
	text, again := strings.CutPrefix(cursor, pageAgain)
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || again && n < 2 {
		return itemPlace{}, itemList.Refuse(mall.ErrInvalid, "the cursor does not belong to the product list")
	}
	return itemPlace{n, again}, nil
}

// next returns the cursor after this place in a list with the given number of
// pages.
func (p itemPlace) next(cursor string, pages int) string {
	down := p.page - 1
	switch {
	case cursor == "": // the reading that counts the pages
		if down = pages; pages < 2 {
			return ""
		}
	case p.again:
		down--
	case p.page < pages:
		return pageAgain + strconv.Itoa(p.page+1)
	}
	if down < 1 {
		return ""
	}
	return strconv.Itoa(down)
}

// GetProduct calls open.item.get.
func (d skus) GetProduct(ctx context.Context, id string) (sku.Product, error) {
	record, err := itemDetail.Call(ctx, d.shop, itemParams{number(id)})
	if err != nil {
		return sku.Product{}, err
	}
	p, err := toProduct(record)
	if err != nil {
		return sku.Product{}, itemDetail.Unexpected("product "+id, record, err)
	}
	return p, nil
}

// GetSKUs calls open.item.sku.list.get.
func (d skus) GetSKUs(ctx context.Context, productID string) ([]sku.SKU, error) {
	answer, err := skuList.Call(ctx, d.shop, skuListParams{number(productID), skuValid})
	if err != nil {
		return nil, err
	}
	all := make([]sku.SKU, 0, len(answer.SKUs))
	for _, record := range answer.SKUs {
		k, err := toSKU(record, productID)
		if err != nil {
			return nil, skuList.Unexpected("SKU "+k.ID, record, err)
		}
		all = append(all, k)
	}
	return all, nil
}

// endpoints and wire types

var (
	itemList   = endpoint[itemListParams, itemListAnswer]("open.item.list.get", get|repeatable)
	itemDetail = endpoint[itemParams, driver.Record[wireItem]]("open.item.get", get|repeatable)
	skuList    = endpoint[skuListParams, skuListAnswer]("open.item.sku.list.get", get|repeatable)
)

// The supported filter values: items that are not deleted, SKUs that are valid.
const (
	itemNormal = 1
	skuValid   = 1
)

// itemListParams are the parameters of open.item.list.get. They must not
// include relItemId, which turns the answer into one item.
type itemListParams struct {
	Status int `json:"itemStatus"`
	OnSale int `json:"onOfflineStatus,omitempty"` // 1: on sale; absent: all
	Page   int `json:"pageNumber"`                // from 1
	Size   int `json:"pageSize"`                  // 10 to 100
}

type itemListAnswer struct {
	Total *wire.Int                          `json:"totalItemCount"`
	Pages *wire.Int                          `json:"totalPage"`
	Items wire.List[driver.Record[wireItem]] `json:"items"`
}

type itemParams struct {
	ID number `json:"kwaiItemId"`
}

type skuListParams struct {
	ID     number `json:"kwaiItemId"`
	Status int    `json:"skuStatus"`
}

type skuListAnswer struct {
	SKUs wire.List[driver.Record[wireSKU]] `json:"skuList"`
}
