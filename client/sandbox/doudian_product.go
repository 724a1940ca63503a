package sandbox

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
	ddProductSize  = 100
	ddProductPages = 100
	ddProductIDs   = 100
)

// ddShelf is what a shop sells, and the stock writes it has seen.
type ddShelf struct {
	products []*ddProduct // in the order in which they were made
	once     map[string]bool
}

// ddProduct is a product as product.listV2 and product.detail tell it. Members
// that the sandbox never fills are left out.
type ddProduct struct {
	ProductID      int64  `json:"product_id"`
	OuterProductID string `json:"outer_product_id"`
	Name           string `json:"name"`
	Status         int64  `json:"status"`       // 0 on sale, 1 off, 2 deleted
	CheckStatus    int64  `json:"check_status"` // 3 approved
	ProductType    int64  `json:"product_type"`
	Img            string `json:"img"`
	CreateTime     int64  `json:"create_time"`
	UpdateTime     int64  `json:"update_time"`

	skus []*ddSKU
}

// sellerMethods are the methods on products, stock and prices.
func (d *doudian) sellerMethods() map[string]ddMethod {
	return map[string]ddMethod{
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

// shelf returns what a shop sells. Every shop begins with the goods that
// orders are made of.
func (d *doudian) shelf(sh *stage.Shop) *ddShelf {
	if f := d.shelves[sh]; f != nil {
		return f
	}
	f := &ddShelf{once: map[string]bool{}}
	d.shelves[sh] = f
	d.stockUp(f)
	return f
}

func (f *ddShelf) product(id string) *ddProduct {
	for _, p := range f.products {
		if strconv.FormatInt(p.ProductID, 10) == id {
			return p
		}
	}
	return nil
}

// productListV2 walks the products of a shop: by cursor in the order of their
// ids, which no change moves, or by number with the last changed first, where
// changes do move rows.
func (d *doudian) productListV2(c *stage.Call) stage.Result {
	var q struct {
		Status      *ddInt   `json:"status"`
		CheckStatus *ddInt   `json:"check_status"`
		ProductType *ddInt   `json:"product_type"`
		Start       ddInt    `json:"start_time"`
		End         ddInt    `json:"end_time"`
		UpdateStart ddInt    `json:"update_start_time"`
		UpdateEnd   ddInt    `json:"update_end_time"`
		Page        ddInt    `json:"page"`
		Size        ddInt    `json:"size"`
		Name        string   `json:"name"`
		IDs         []ddText `json:"product_id"`
		UseCursor   ddBool   `json:"use_cursor"`
		CursorID    ddText   `json:"cursor_id"`
	}
	if r, ok := parse(c, &q); !ok {
		return r
	}
	bad := func(words string) stage.Result { return refuse(40004, "isv.parameter-invalid:2010004", words) }
	switch {
	case q.Size < 1 || q.Size > ddProductSize:
		return bad("每页数量为1到100")
	case !bool(q.UseCursor) && q.Page < 1:
		return bad("页数从1开始")
	case !bool(q.UseCursor) && q.Page > ddProductPages: // so page*size stays within 10,000
		return bad("页数不能超过100")
	case len(q.IDs) > ddProductIDs:
		return bad("商品id最多100个")
	case q.CursorID != "" && !stage.Digits(string(q.CursorID), 19):
		return bad("cursor_id不合法")
	}
	is := func(want *ddInt, n int64) bool { return want == nil || int64(*want) == n }
	found := []*ddProduct{}
	for _, p := range d.shelf(c.Shop).products {
		switch {
		case !is(q.Status, p.Status), !is(q.CheckStatus, p.CheckStatus), !is(q.ProductType, p.ProductType),
			q.Start != 0 && p.CreateTime < int64(q.Start), q.End != 0 && p.CreateTime > int64(q.End),
			// Both ends of the update window are left out.
			q.UpdateStart != 0 && p.UpdateTime <= int64(q.UpdateStart), q.UpdateEnd != 0 && p.UpdateTime >= int64(q.UpdateEnd),
			!strings.Contains(p.Name, q.Name),
			len(q.IDs) > 0 && !slices.Contains(q.IDs, ddText(strconv.FormatInt(p.ProductID, 10))):
			continue
		}
		found = append(found, p)
	}
	size, total, next := int(q.Size), len(found), ""
	if q.UseCursor {
		slices.SortFunc(found, func(a, b *ddProduct) int { return int(a.ProductID - b.ProductID) })
		after := stage.Number(string(q.CursorID), 0)
		found = slices.DeleteFunc(found, func(p *ddProduct) bool { return p.ProductID <= after })
		if len(found) > size {
			found = found[:size]
			next = strconv.FormatInt(found[size-1].ProductID, 10)
		}
	} else {
		slices.SortStableFunc(found, func(a, b *ddProduct) int { return int(b.UpdateTime - a.UpdateTime) })
		found = stage.PageOf(found, int(q.Page)-1, size)
	}
	return d.succeed(map[string]any{"data": found, "total": total, "page": int64(q.Page), "size": size, "cursor_id": next})
}

func (d *doudian) productDetail(c *stage.Call) stage.Result {
	var q struct {
		ID      ddText `json:"product_id"`
		OuterID ddText `json:"out_product_id"`
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

// detail is the product in the words of product.detail.
func (p *ddProduct) detail() json.RawMessage {
	object, _ := stage.ToObject(p) // a struct of ours
	object["product_id_str"] = strconv.FormatInt(p.ProductID, 10)
	object["pic"] = []string{p.Img}
	variants := []any{}
	for _, k := range p.skus {
		variants = append(variants, k.variant())
	}
	object["spec_prices"] = variants
	return stage.Encode(object)
}

// Products are shown with their SKUs as sku.list has them.
func (d *doudian) Products(sh *stage.Shop) []json.RawMessage {
	all := []json.RawMessage{}
	for _, p := range d.shelf(sh).products {
		object, _ := stage.ToObject(p)
		object["skus"] = p.skus
		all = append(all, stage.Encode(object))
	}
	return all
}

func (d *doudian) ChangeProduct(sh *stage.Shop, id string, fields stage.Object) error {
	f := d.shelf(sh)
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n <= 0 {
		return fmt.Errorf("sandbox: product id %.40q is not a number", id)
	}
	if given, ok := fields["product_id"]; ok && stage.Text(given) != id {
		return fmt.Errorf("sandbox: product_id cannot be changed")
	}
	now := d.world.Now().Unix()
	old, event := f.product(id), ddProductSaved
	if old == nil {
		old = &ddProduct{ProductID: n, Name: "示例商品" + id, CheckStatus: 3, Img: "https://example.com/p.jpg", CreateTime: now}
		old.skus = []*ddSKU{{ID: n, ProductID: n, ProductIDStr: id, Price: 1000, StockNum: 100, CreateTime: now}}
		f.products = append(f.products, old)
		event = ddProductCreated
	}
	next, err := stage.Patch(*old, fields)
	if err != nil {
		return err
	}
	if _, ok := fields["update_time"]; !ok {
		next.UpdateTime = now
	}
	if event == ddProductSaved {
		event = ddProductEvent(*old, next)
	}
	next.skus = old.skus
	*old = next
	d.pushProduct(sh, old, event)
	return nil
}

// The events of push 400.
const (
	ddProductCreated  = 1
	ddProductSaved    = 2
	ddProductApproved = 4
	ddProductRejected = 5
	ddProductDeleted  = 6
	ddProductRestored = 7
	ddProductBanned   = 8
	ddProductUnbanned = 9
	ddProductOff      = 10
	ddProductOn       = 11
	ddProductSoldOut  = 12
)

// ddProductEvent says what a change of a product is called.
func ddProductEvent(old, next ddProduct) int {
	switch {
	case next.Status != old.Status && next.Status == 2:
		return ddProductDeleted
	case next.Status != old.Status && old.Status == 2:
		return ddProductRestored
	case next.Status != old.Status && next.Status == 1:
		return ddProductOff
	case next.Status != old.Status:
		return ddProductOn
	case next.CheckStatus != old.CheckStatus && next.CheckStatus == 5:
		return ddProductBanned
	case next.CheckStatus != old.CheckStatus && old.CheckStatus == 5:
		return ddProductUnbanned
	case next.CheckStatus != old.CheckStatus && next.CheckStatus == 4:
		return ddProductRejected
	case next.CheckStatus != old.CheckStatus && next.CheckStatus == 3:
		return ddProductApproved
	}
	return ddProductSaved
}

// pushProduct tells of a change by push 400 (doudian_product_change). Push 417
// is left out, since what its msg_type means is not documented, and that of a
// SKU sold out, since its number is not.
func (d *doudian) pushProduct(sh *stage.Shop, p *ddProduct, event int) {
	d.tell(sh, "400", map[string]any{
		"product_id": p.ProductID, "out_product_id": 0, "shop_id": stage.Number(sh.ID, 0), "event": event, "check_reject_reason": "", "update_time": d.world.Now().Unix(),
	})
}
