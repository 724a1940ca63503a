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
// Left to client.Call are the stock of goods (货品) by warehouse
// (open.scm.inventory.*), which goes by the codes of goods, not of SKUs, that
// several SKUs may share and that no method reads back; what links SKUs to goods
// (open.item.sku.goods.relation.*); and open.item.shelf.status.update.
type skus struct{ account }

func (skus) Platform() mall.Platform { return mall.Kuaishou }

// Limits are those of open.item.list.get and open.item.sku.stock.update, which
// adds and subtracts only.
func (skus) Limits() sku.Limits {
	return sku.Limits{ListLimits: mall.ListLimits{MinPageSize: 10, MaxPageSize: 100}, AddOnly: true, ByProduct: true}
}

// Page calls open.item.list.get, see [itemPlace]. The platform filters by
// "on sale" only, and lists nothing that was deleted.
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
		return mall.Page[sku.Product]{}, nil // what this platform does not list
	}
	answer, err := itemList.Call(ctx, d.shop, p)
	if err != nil {
		return mall.Page[sku.Product]{}, err
	}
	if answer.Pages == nil {
		return mall.Page[sku.Product]{}, itemList.Refuse(mall.ErrReply,
			"a numbered page does not say how many pages there are")
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

// itemPlace is where a walk through the numbered pages stands. It is not
// documented how they are sorted, so that a product may move either way when
// others come, go or change: the first page tells how many there are; then they
// are read from the last to the first, so that what moves to the front is met
// later, and behind each the page after it once more, so that what moved back
// across the edge between the two is met as well.
type itemPlace struct {
	page  int
	again bool // the page was read before; the one before it, just now
}

const pageAgain = "again "

// itemPlaceOf reads a cursor of ours.
func itemPlaceOf(cursor string) (itemPlace, error) {
	if cursor == "" {
		return itemPlace{page: 1}, nil
	}
	text, again := strings.CutPrefix(cursor, pageAgain)
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || again && n < 2 {
		return itemPlace{}, itemList.Refuse(mall.ErrInvalid, "the cursor is not one of ours")
	}
	return itemPlace{n, again}, nil
}

// next is the cursor behind this place in a list of so many pages.
func (p itemPlace) next(cursor string, pages int) string {
	down := p.page - 1
	switch {
	case cursor == "": // the first look
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

// The one value of a filter that is supported: items that are not deleted, SKUs
// that are valid.
const (
	itemNormal = 1
	skuValid   = 1
)

// itemListParams of open.item.list.get. It must not name relItemId, which turns
// the answer into one item.
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
