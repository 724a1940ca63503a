package kuaishou

import (
	"net/http"
	"unicode/utf8"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

const (
	noteLength = 200 // characters
	notesKept  = 30
)

// flags are the flags of open.seller.order.note.add, by number. Without a flag
// a note is grey. A flag cannot be removed.
var flags = map[int]string{
	0: "grey_flag_tag_order", 1: "red_flag_tag_order", 2: "yellow_flag_tag_order", 3: "green_flag_tag_order",
	4: "blue_flag_tag_order", 5: "purple_flag_tag_order", 6: "grey_flag_tag_order",
}

func (k *platform) orderMethods() map[string]method {
	return map[string]method{
		"open.order.cursor.list":       {verb: http.MethodGet, run: k.orderCursorList},
		"open.order.detail":            {verb: http.MethodGet, run: k.orderDetail},
		"open.order.buyer.order.list":  {verb: http.MethodGet, run: k.buyerOrderList},
		"open.seller.order.note.add":   {verb: http.MethodPost, run: k.orderNoteAdd},
		"open.seller.order.close":      {verb: http.MethodPost, run: k.orderClose},
		"open.seller.order.fee.detail": {verb: http.MethodGet, run: k.orderFeeDetail},
	}
}

// orderOf returns an order of the calling shop, or the refusal. The refusal of
// another merchant's order is documented, that of an unknown order is not.
func (k *platform) orderOf(c *stage.Call, id int64) (*stage.Record, stage.Result, bool) {
	if id <= 0 {
		return nil, k.invalid("订单号"), false
	}
	r, err := k.world.Order(formatID(id))
	switch {
	case err != nil:
		return nil, refuse(k.rules.UnknownOrderCode, k.rules.UnknownOrderMsg), false
	case r.Shop != c.Shop:
		return nil, refuse(21, "order operation reject"), false
	}
	return r, stage.Result{}, true
}

// namedOrder is orderOf for methods whose one parameter is the order.
func (k *platform) namedOrder(c *stage.Call, name string) (*stage.Record, stage.Result, bool) {
	var id int64
	if r, ok := k.parseOne(c, name, &id); !ok {
		return nil, r, false
	}
	return k.orderOf(c, id)
}

// orderDetail answers one order with its gifts, by its own id only.
func (k *platform) orderDetail(c *stage.Call) stage.Result {
	r, refusal, ok := k.namedOrder(c, "oid")
	if !ok {
		return refusal
	}
	return k.Success(k.detail(r))
}

// orderNoteAdd adds a note before the others. A repeated call adds the note
// again.
func (k *platform) orderNoteAdd(c *stage.Call) stage.Result {
	var p struct {
		ID   int64  `json:"orderId"`
		Note string `json:"note"`
		Flag int    `json:"flag"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	flag, ok := flags[p.Flag]
	switch {
	case !ok:
		return k.invalid("flag")
	case utf8.RuneCountInString(p.Note) > noteLength:
		return k.invalid("note超过200字")
	}
	r, refusal, ok := k.orderOf(c, p.ID)
	if !ok {
		return refusal
	}
	notes := []any{note{c.Now.UnixMilli(), p.Note, flag, c.Shop.Name}}
	for _, old := range factsOf(r).Note.List {
		notes = append(notes, note{int64(old.Created), old.Note, old.Flag, old.Operator})
	}
	return k.change(r, stage.Object{"orderNote": stage.Object{"orderNoteInfo": notes[:min(len(notes), notesKept)]}})
}

// orderClose closes an order that waits for payment; others are refused.
func (k *platform) orderClose(c *stage.Call) stage.Result {
	r, refusal, ok := k.namedOrder(c, "orderId")
	switch {
	case !ok:
		return refusal
	case factsOf(r).Base.Status != statusUnpaid:
		return k.rejected(k.rules.WrongStateMsg)
	}
	return k.change(r, stage.Object{"orderBaseInfo": stage.Object{"status": int64(statusFailed)}})
}

// change is ChangeOrder for methods that answer the bare envelope.
func (k *platform) change(r *stage.Record, fields stage.Object) stage.Result {
	if err := k.ChangeOrder(r, fields); err != nil {
		return k.Failure(stage.Result{})
	}
	return k.Success(nil)
}

type bearer struct {
	Bearer int   `json:"bearer"` // 1 merchant, 2 platform
	Amount int64 `json:"bearAmount"`
	Funded int   `json:"hasFund"`
}

type marketingRow struct {
	Type     int      `json:"type"`
	SubType  int      `json:"subType"`
	Discount int64    `json:"discountFee"`
	Bearers  []bearer `json:"bearInfoList"`
	Template int      `json:"template"`
}

// orderFeeDetail answers the amounts of an order. Unlike the order's own total,
// this one excludes the merchant's share of a discount; here that is half of
// each discount.
func (k *platform) orderFeeDetail(c *stage.Call) stage.Result {
	r, refusal, ok := k.namedOrder(c, "orderId")
	if !ok {
		return refusal
	}
	f := factsOf(r)
	discount, express := int64(f.Item.Discount), int64(f.Base.ExpressFee)
	merchant := discount / 2
	total := int64(f.Item.Price)*int64(f.Item.Num) - merchant
	marketing := []marketingRow{}
	if discount > 0 {
		marketing = append(marketing, marketingRow{1000, 1001, discount,
			[]bearer{{1, merchant, 1}, {2, discount - merchant, 1}}, 0})
	}
	return k.succeed(map[string]any{
		"oid": stage.Number(r.ID, 0), "sellerId": stage.Number(c.Shop.ID, 0), "totalFee": total, "discountFee": discount, "expressFee": express,
		"platformAllowance": discount, "sellerRecv": total + express, "buyerPay": total + express - (discount - merchant),
		"platformBearAmount": discount - merchant, "merchantBearAmount": merchant, "marketingInfoOuters": marketing,
		"productFeeInfoOuters": []any{map[string]any{
			"id": 1, "oid": stage.Number(r.ID, 0), "skuId": int64(f.Item.SKUID), "originalPrice": int64(f.Item.Original),
			"price": int64(f.Item.Price), "num": int64(f.Item.Num), "discountFee": discount, "productMarketingInfoOuters": []any{},
		}},
	})
}
