package kuaishou

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// The limits of open.item.list.get.
const (
	itemsLeast = 10
	itemsMost  = 100
)

// shelf holds the products of a shop and the goods (货品) that they are linked
// to.
type shelf struct {
	products []*product // in the order in which they were made
	goods    map[string]string
	stock    map[goodsPlace]int64 // of goods
	moves    map[string]int64     // of goods, by their idempotentId: what was moved
}

// product is an item as open.item.list.get answers it; open.item.get has other
// names for some members. Members that the sandbox never fills are left out.
type product struct {
	ItemID        int64    `json:"kwaiItemId"`
	UserID        int64    `json:"userId"`
	RelItemID     int64    `json:"relItemId"`
	Title         string   `json:"title"`
	Details       string   `json:"details"`
	Picture       string   `json:"mainImageUrl"`
	LinkURL       string   `json:"linkUrl"`
	CategoryID    int64    `json:"categoryId"`
	CategoryName  string   `json:"categoryName"`
	Price         int64    `json:"price"`
	CreateTime    int64    `json:"createTime"`
	UpdateTime    int64    `json:"updateTime"`
	AuditStatus   int      `json:"auditStatus"` // 0 waiting, 1 to fix, 2 passed, 3 rejected
	AuditReason   string   `json:"auditReason"`
	ShelfStatus   int      `json:"shelfStatus"` // 0 off, 1 on
	Pictures      []string `json:"imageUrls"`
	AppKey        string   `json:"appkey"`
	ItemStatus    int      `json:"itemStatus"` // 1 normal, 2 and 3 deleted
	ItemType      int      `json:"itemType"`
	MultipleStock bool     `json:"multipleStock"` // the stock is that of linked goods

	skus []*itemSKU
}

func (k *platform) itemMethods() map[string]method {
	return map[string]method{
		"open.item.list.get":                  {verb: http.MethodGet, run: k.itemListGet},
		"open.item.get":                       {verb: http.MethodGet, run: k.itemGet},
		"open.item.shelf.status.update":       {verb: http.MethodPost, run: k.itemShelfStatusUpdate},
		"open.item.sku.list.get":              {verb: http.MethodGet, run: k.itemSKUListGet},
		"open.item.sku.stock.update":          {verb: http.MethodPost, run: k.itemSKUStockUpdate},
		"open.item.sku.price.update":          {verb: http.MethodPost, run: k.itemSKUPriceUpdate},
		"open.item.sku.goods.relation.get":    {verb: http.MethodGet, run: k.goodsRelationGet},
		"open.item.sku.goods.relation.add":    {verb: http.MethodPost, run: k.goodsRelationAdd},
		"open.item.sku.goods.relation.update": {verb: http.MethodPost, run: k.goodsRelationUpdate},
		"open.item.sku.goods.relation.delete": {verb: http.MethodPost, run: k.goodsRelationDelete},
		"open.scm.inventory.update":           {verb: http.MethodGet, run: k.scmInventoryUpdate},
		"open.scm.inventory.adjust":           {verb: http.MethodPost, run: k.scmInventoryAdjust},
	}
}

// shelf returns the products of a shop, which starts with those that example
// orders contain.
func (k *platform) shelf(sh *stage.Shop) *shelf {
	if f := k.shelves[sh]; f != nil {
		return f
	}
	f := &shelf{goods: map[string]string{}, stock: map[goodsPlace]int64{}, moves: map[string]int64{}}
	k.shelves[sh] = f
	k.stockUp(sh, f)
	return f
}

func (f *shelf) product(id int64) *product {
	for _, p := range f.products {
		if p.ItemID == id {
			return p
		}
	}
	return nil
}

// itemOf returns an item of the calling shop that is not deleted, or the
// refusal, which is not documented.
func (k *platform) itemOf(c *stage.Call, id int64) (*product, stage.Result, bool) {
	if id <= 0 {
		return nil, k.invalid("商品id"), false
	}
	if p := k.shelf(c.Shop).product(id); p != nil && p.ItemStatus == 1 {
		return p, stage.Result{}, true
	}
	return nil, k.rejected(k.rules.UnknownItemMsg), false
}

// itemListGet lists the items of a shop by page. Each filter has one permitted
// value; an item id turns the filters off.
func (k *platform) itemListGet(c *stage.Call) stage.Result {
	var q struct {
		ItemID     int64 `json:"kwaiItemId"`
		RelItemID  int64 `json:"relItemId"`
		ItemStatus int   `json:"itemStatus"`
		ItemType   int   `json:"itemType"`
		Page       *int  `json:"pageNumber"`
		Size       *int  `json:"pageSize"`
		OnSale     int   `json:"onOfflineStatus"`
	}
	if r, ok := k.parse(c, &q); !ok {
		return r
	}
	page, size := 1, itemsMost
	if q.Page != nil {
		page = *q.Page
	}
	if q.Size != nil && *q.Size <= itemsMost {
		size = *q.Size
	}
	switch {
	case page < 1:
		return k.invalid("pageNumber")
	case size < itemsLeast:
		return k.invalid("pageSize")
	case q.ItemStatus != 0 && q.ItemStatus != 1:
		return k.invalid("itemStatus只支持1")
	case q.OnSale != 0 && q.OnSale != 1:
		return k.invalid("onOfflineStatus只支持1")
	}
	found := []*product{}
	for _, p := range k.shelf(c.Shop).products {
		switch {
		case p.ItemStatus != 1, q.ItemID != 0 && p.ItemID != q.ItemID, q.RelItemID != 0 && p.RelItemID != q.RelItemID:
		case q.ItemID != 0 || q.RelItemID != 0, (q.ItemType == 0 || p.ItemType == q.ItemType) &&
			(q.OnSale == 0 || p.ShelfStatus == 1):
			found = append(found, p)
		}
	}
	if q.RelItemID != 0 { // with relItemId the answer is the item itself
		if len(found) == 0 {
			return k.rejected(k.rules.UnknownItemMsg)
		}
		return k.Success(found[0].listed())
	}
	slices.SortFunc(found, func(a, b *product) int {
		if k.rules.ItemsByUpdate && a.UpdateTime != b.UpdateTime {
			return int(b.UpdateTime - a.UpdateTime)
		}
		return int(b.ItemID - a.ItemID)
	})
	rows := []json.RawMessage{}
	for _, p := range stage.PageOf(found, page-1, size) {
		rows = append(rows, p.listed())
	}
	return k.succeed(map[string]any{
		"totalItemCount": len(found), "currentPageItemCount": len(rows), "currentPageNumber": page, "totalPage": (len(found) + size - 1) / size, "items": rows,
	})
}

// listed returns the item in the form of the list.
func (p *product) listed() json.RawMessage {
	object, _ := stage.ToObject(p) // the struct has a JSON form
	object["skuList"] = p.skuList()
	return stage.Encode(object)
}

func (k *platform) itemGet(c *stage.Call) stage.Result {
	var q struct {
		ItemID int64 `json:"kwaiItemId"`
	}
	if r, ok := k.parse(c, &q); !ok {
		return r
	}
	p, r, ok := k.itemOf(c, q.ItemID)
	if !ok {
		return r
	}
	object, _ := stage.ToObject(p)
	for old, name := range map[string]string{"kwaiItemId": "itemId", "createTime": "createdTime",
		"shelfStatus": "onOfflineStatus"} {
		object[name] = object[old]
		delete(object, old)
	}
	for _, name := range []string{"userId", "mainImageUrl", "price", "appkey", "itemStatus", "itemType"} {
		delete(object, name)
	}
	object["skuInfos"] = p.skuList()
	return k.succeed(object)
}

// itemShelfStatusUpdate puts an item on the shelf or takes it off.
func (k *platform) itemShelfStatusUpdate(c *stage.Call) stage.Result {
	var q struct {
		ItemID int64 `json:"kwaiItemId"`
		Status *int  `json:"shelfStatus"`
	}
	if r, ok := k.parse(c, &q); !ok {
		return r
	}
	if q.Status == nil || *q.Status != 0 && *q.Status != 1 {
		return k.invalid("shelfStatus")
	}
	p, r, ok := k.itemOf(c, q.ItemID)
	if !ok {
		return r
	}
	p.ShelfStatus, p.UpdateTime = *q.Status, c.Now.UnixMilli()
	return k.Success(nil)
}

// Products returns all items in the form of the list, including deleted ones.
func (k *platform) Products(sh *stage.Shop) []json.RawMessage {
	all := []json.RawMessage{}
	for _, p := range k.shelf(sh).products {
		all = append(all, p.listed())
	}
	return all
}

// ChangeProduct pushes nothing: messages about items exist, but their names are
// not known.
func (k *platform) ChangeProduct(sh *stage.Shop, id string, fields stage.Object) error {
	f := k.shelf(sh)
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n <= 0 {
		return fmt.Errorf("sandbox: product id %.40q is not a number", id)
	}
	if given, ok := fields["kwaiItemId"]; ok && stage.Text(given) != id {
		return fmt.Errorf("sandbox: kwaiItemId cannot be changed")
	}
	now := k.world.Now().UnixMilli()
	old := f.product(n)
	if old == nil {
		old = newProduct(sh, n, goods{"示例商品" + id, "", "", 1000}, now, now)
		old.skus = []*itemSKU{old.newSKU(n, "均码", "", 1000)}
	}
	next, err := stage.Patch(*old, fields)
	if err != nil {
		return err
	}
	if _, ok := fields["updateTime"]; !ok {
		next.UpdateTime = now
	}
	next.skus = old.skus
	if f.product(n) == nil {
		f.products = append(f.products, old)
	}
	*old = next
	return nil
}

func newProduct(sh *stage.Shop, id int64, g goods, created, updated int64) *product {
	return &product{
		ItemID: id, UserID: stage.Number(sh.ID, 0), Title: g.title, Details: "示例详情",
		Picture: "https://example.com/p.jpg", LinkURL: "https://example.com/item",
		CategoryID: 1609, CategoryName: "示例类目", Price: g.price, CreateTime: created, UpdateTime: updated,
		AuditStatus: 2, ShelfStatus: 1,
		Pictures: []string{"https://example.com/p.jpg"}, AppKey: appKey, ItemStatus: 1, ItemType: 1,
	}
}
