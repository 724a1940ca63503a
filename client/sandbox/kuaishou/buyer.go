package kuaishou

import (
	"cmp"
	"slices"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// buyerOrders is the largest page of a buyer's orders. GUESS: that of the order
// list.
const buyerOrders = listSize

// buyerOrderList answers the orders of one buyer, newest first, and the cursor
// after the last of them. The order and the cursor are guesses.
func (k *platform) buyerOrderList(c *stage.Call) stage.Result {
	var q struct {
		Buyer  string  `json:"buyerOpenId"`
		Cursor *string `json:"cursor"`
		Limit  int     `json:"limit"`
		Status []int   `json:"orderStatus"`
		Begin  int64   `json:"startTime"`
		End    int64   `json:"endTime"`
	}
	if r, ok := k.parse(c, &q); !ok {
		return r
	}
	switch {
	case q.Buyer == "":
		return k.invalid("buyerOpenId")
	case q.Cursor == nil || *q.Cursor == noMore:
		return k.invalid("cursor")
	case q.Limit < 1 || q.Limit > buyerOrders:
		return k.invalid("limit")
	}
	after := place{}
	if *q.Cursor != "" {
		p, ok := readPlace(*q.Cursor)
		if !ok {
			return k.invalid("cursor")
		}
		after = p
	}
	rows, cursor, last := []map[string]any{}, noMore, place{}
	for _, r := range slices.Backward(c.Shop.Book.ByCreated) {
		f := factsOf(r)
		if f.Base.BuyerID != q.Buyer || r.Created < q.Begin || q.End != 0 && r.Created > q.End ||
			len(q.Status) > 0 && !slices.Contains(q.Status, int(f.Base.Status)) ||
			after.id != "" && cmp.Or(cmp.Compare(r.Created, after.time), cmp.Compare(r.ID, after.id)) >= 0 {
			continue
		}
		if len(rows) == q.Limit {
			cursor = last.String()
			break
		}
		rows, last = append(rows, buyerOrder(r)), place{time: r.Created, id: r.ID}
	}
	return k.succeed(map[string]any{"cursor": cursor, "buyerOrderList": rows})
}

func buyerOrder(r *stage.Record) map[string]any {
	o := readOrder(r)
	return map[string]any{
		"buyerOrderBaseInfo": map[string]any{
			"oid": o.Base.OID, "status": o.Base.Status, "createTime": o.Base.CreateTime, "remark": o.Base.Remark,
			"totalFee": o.Base.TotalFee, "buyerOpenId": o.Base.BuyerOpenID,
		},
		"buyerOrderItemInfo": map[string]any{
			"skuId": o.Item.SKUID, "relSkuId": o.Item.RelSKUID, "skuDesc": o.Item.Desc, "skuNick": o.Item.Nick, "itemId": o.Item.ItemID,
			"relItemId": o.Item.RelItemID, "itemTitle": o.Item.Title, "itemLinkUrl": o.Item.LinkURL, "itemPicUrl": o.Item.PicURL, "num": o.Item.Num,
		},
	}
}
