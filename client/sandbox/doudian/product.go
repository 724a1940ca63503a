package doudian

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// The limits of product.listV2.
const (
	productSize  = 100
	productPages = 100
	productIDs   = 100
)

// shelf holds the products of a shop, and the ids of its stock writes.
type shelf struct {
	products []*productRow   // in the order in which they were made
	once     map[string]bool // idempotent_id of stock writes carried out
}

// productRow is a product as product.listV2 and product.detail answer it.
// Members that the sandbox never fills are left out.
type productRow struct {
	ProductID      int64  `json:"product_id"`
	OuterProductID string `json:"outer_product_id"`
	Name           string `json:"name"`
	Status         int64  `json:"status"`       // 0 on sale, 1 off, 2 deleted
	CheckStatus    int64  `json:"check_status"` // 3 approved
	ProductType    int64  `json:"product_type"`
	Img            string `json:"img"`
	CreateTime     int64  `json:"create_time"`
	UpdateTime     int64  `json:"update_time"`

	skus []*skuRow
}

func (d *platform) sellerMethods() map[string]method {
	return map[string]method{
		"product.listV2":     {run: d.productListV2},
		"product.detail":     {run: d.productDetail},
		"sku.list":           {run: d.skuList},
		"sku.detail":         {run: d.skuDetail},
		"sku.stockNum":       {run: d.skuStockNum},
		"sku.syncStock":      {run: d.skuSyncStock},
		"sku.syncStockBatch": {run: d.skuSyncStockBatch},
		"sku.editPrice":      {run: d.skuEditPrice},
	}
}

// shelf returns the products of a shop, which starts with those that example
// orders contain.
func (d *platform) shelf(sh *stage.Shop) *shelf {
	if f := d.shelves[sh]; f != nil {
		return f
	}
	f := &shelf{once: map[string]bool{}}
	d.shelves[sh] = f
	d.stockUp(f)
	return f
}

func (f *shelf) product(id string) *productRow {
	for _, p := range f.products {
		if strconv.FormatInt(p.ProductID, 10) == id {
			return p
		}
	}
	return nil
}

// productListV2 lists the products of a shop: by cursor in the order of ids,
// which changes do not move, or by page with the last changed first, where
// changes do move rows.
func (d *platform) productListV2(c *stage.Call) stage.Result {
	var q struct {
		Status      *lenientInt   `json:"status"`
		CheckStatus *lenientInt   `json:"check_status"`
		ProductType *lenientInt   `json:"product_type"`
		Start       lenientInt    `json:"start_time"`
		End         lenientInt    `json:"end_time"`
		UpdateStart lenientInt    `json:"update_start_time"`
		UpdateEnd   lenientInt    `json:"update_end_time"`
		Page        lenientInt    `json:"page"`
		Size        lenientInt    `json:"size"`
		Name        string        `json:"name"`
		IDs         []lenientText `json:"product_id"`
		UseCursor   lenientBool   `json:"use_cursor"`
		CursorID    lenientText   `json:"cursor_id"`
	}
	if r, ok := parse(c, &q); !ok {
		return r
	}
	bad := func(words string) stage.Result { return refuse(40004, "isv.parameter-invalid:2010004", words) }
	switch {
	case q.Size < 1 || q.Size > productSize:
		return bad("每页数量为1到100")
	case !bool(q.UseCursor) && q.Page < 1:
		return bad("页数从1开始")
	case !bool(q.UseCursor) && q.Page > productPages: // so page*size stays within 10,000
		return bad("页数不能超过100")
	case len(q.IDs) > productIDs:
		return bad("商品id最多100个")
	case q.CursorID != "" && !stage.Digits(string(q.CursorID), 19):
		return bad("cursor_id不合法")
	}
	is := func(want *lenientInt, n int64) bool { return want == nil || int64(*want) == n }
	found := []*productRow{}
	for _, p := range d.shelf(c.Shop).products {
		switch {
		case !is(q.Status, p.Status), !is(q.CheckStatus, p.CheckStatus), !is(q.ProductType, p.ProductType),
			q.Start != 0 && p.CreateTime < int64(q.Start), q.End != 0 && p.CreateTime > int64(q.End),
			// Both ends of the update window are exclusive.
			q.UpdateStart != 0 && p.UpdateTime <= int64(q.UpdateStart), q.UpdateEnd != 0 &&
				p.UpdateTime >= int64(q.UpdateEnd),
			!strings.Contains(p.Name, q.Name),
			len(q.IDs) > 0 && !slices.Contains(q.IDs, lenientText(strconv.FormatInt(p.ProductID, 10))):
			continue
		}
		found = append(found, p)
	}
	size, total, next := int(q.Size), len(found), ""
	if q.UseCursor {
		slices.SortFunc(found, func(a, b *productRow) int { return int(a.ProductID - b.ProductID) })
		after := stage.Number(string(q.CursorID), 0)
		found = slices.DeleteFunc(found, func(p *productRow) bool { return p.ProductID <= after })
		if len(found) > size {
			found = found[:size]
			next = strconv.FormatInt(found[size-1].ProductID, 10)
		}
	} else {
		slices.SortStableFunc(found, func(a, b *productRow) int { return int(b.UpdateTime - a.UpdateTime) })
		found = stage.PageOf(found, int(q.Page)-1, size)
	}
	return d.succeed(map[string]any{"data": found, "total": total, "page": int64(q.Page), "size": size,
		"cursor_id": next})
}

func (d *platform) productDetail(c *stage.Call) stage.Result {
	var q struct {
		ID      lenientText `json:"product_id"`
		OuterID lenientText `json:"out_product_id"`
	}
	if r, ok := parse(c, &q); !ok {
		return r
	}
	if q.ID == "" && q.OuterID == "" {
		return refuse(50002, "isv.business-failed:2010004", "2010004:商品参数错误")
	}
	for _, p := range d.shelf(c.Shop).products {
		if strconv.FormatInt(p.ProductID, 10) == string(q.ID) || q.ID == "" && p.OuterProductID == string(q.OuterID) {
			return d.Success(p.detail())
		}
	}
	return refuse(40004, "isv.parameter-invalid:2010058", "商品不存在或已彻底删除")
}

// detail returns the product in the form of product.detail.
func (p *productRow) detail() json.RawMessage {
	object, _ := stage.ToObject(p) // the struct has a JSON form
	object["product_id_str"] = strconv.FormatInt(p.ProductID, 10)
	object["pic"] = []string{p.Img}
	variants := []any{}
	for _, k := range p.skus {
		variants = append(variants, k.variant())
	}
	object["spec_prices"] = variants
	return stage.Encode(object)
}

// Products returns the products, with their SKUs in the form of sku.list.
func (d *platform) Products(sh *stage.Shop) []json.RawMessage {
	all := []json.RawMessage{}
	for _, p := range d.shelf(sh).products {
		object, _ := stage.ToObject(p)
		object["skus"] = p.skus
		all = append(all, stage.Encode(object))
	}
	return all
}

func (d *platform) ChangeProduct(sh *stage.Shop, id string, fields stage.Object) error {
	f := d.shelf(sh)
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n <= 0 {
		return fmt.Errorf("sandbox: product id %.40q is not a number", id)
	}
	if given, ok := fields["product_id"]; ok && stage.Text(given) != id {
		return fmt.Errorf("sandbox: product_id cannot be changed")
	}
	now := d.world.Now().Unix()
	old, event := f.product(id), productSaved
	if old == nil {
		old = &productRow{ProductID: n, Name: "示例商品" + id, CheckStatus: 3, Img: "https://example.com/p.jpg",
			CreateTime: now}
		old.skus = []*skuRow{{ID: n, ProductID: n, ProductIDStr: id, Price: 1000, StockNum: 100, CreateTime: now}}
		f.products = append(f.products, old)
		event = productCreated
	}
	next, err := stage.Patch(*old, fields)
	if err != nil {
		return err
	}
	if _, ok := fields["update_time"]; !ok {
		next.UpdateTime = now
	}
	if event == productSaved {
		event = productEvent(*old, next)
	}
	next.skus = old.skus
	*old = next
	d.pushProduct(sh, old, event)
	return nil
}

// The values of event in push 400.
const (
	productCreated  = 1
	productSaved    = 2
	productApproved = 4
	productRejected = 5
	productDeleted  = 6
	productRestored = 7
	productBanned   = 8
	productUnbanned = 9
	productOff      = 10
	productOn       = 11
	productSoldOut  = 12
)

// productEvent returns the event that a change of a product is pushed as.
func productEvent(old, next productRow) int {
	switch {
	case next.Status != old.Status && next.Status == 2:
		return productDeleted
	case next.Status != old.Status && old.Status == 2:
		return productRestored
	case next.Status != old.Status && next.Status == 1:
		return productOff
	case next.Status != old.Status:
		return productOn
	case next.CheckStatus != old.CheckStatus && next.CheckStatus == 5:
		return productBanned
	case next.CheckStatus != old.CheckStatus && old.CheckStatus == 5:
		return productUnbanned
	case next.CheckStatus != old.CheckStatus && next.CheckStatus == 4:
		return productRejected
	case next.CheckStatus != old.CheckStatus && next.CheckStatus == 3:
		return productApproved
	}
	return productSaved
}

// pushProduct pushes a change by message 400 (doudian_product_change). Message
// 417 is left out because the meaning of its msg_type is not documented, and
// the message of a sold-out SKU because its number is not.
func (d *platform) pushProduct(sh *stage.Shop, p *productRow, event int) {
	d.push(sh, "400", map[string]any{
		"product_id": p.ProductID, "out_product_id": 0, "shop_id": stage.Number(sh.ID, 0), "event": event, "check_reject_reason": "", "update_time": d.world.Now().Unix(),
	})
}
