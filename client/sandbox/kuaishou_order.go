package sandbox

import (
	"net/http"
	"unicode/utf8"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

const (
	ksNoteLength = 200 // characters
	ksNotesKept  = 30
)

// ksFlags are the flags of open.seller.order.note.add, by number. A flag that
// is not given is grey; none can be taken off again.
var ksFlags = map[int]string{
	0: "grey_flag_tag_order", 1: "red_flag_tag_order", 2: "yellow_flag_tag_order", 3: "green_flag_tag_order",
	4: "blue_flag_tag_order", 5: "purple_flag_tag_order", 6: "grey_flag_tag_order",
}

func (k *kuaishou) orderMethods() map[string]ksMethod {
	return map[string]ksMethod{
		"open.order.cursor.list":       {verb: http.MethodGet, run: k.orderCursorList},
		"open.order.detail":            {verb: http.MethodGet, run: k.orderDetail},
		"open.order.buyer.order.list":  {verb: http.MethodGet, run: k.buyerOrderList},
		"open.seller.order.note.add":   {verb: http.MethodPost, run: k.orderNoteAdd},
		"open.seller.order.close":      {verb: http.MethodPost, run: k.orderClose},
		"open.seller.order.fee.detail": {verb: http.MethodGet, run: k.orderFeeDetail},
	}
}

// orderOf returns an order of the calling shop, or the refusal. That of
// another merchant's order is documented, that of none is not.
func (k *kuaishou) orderOf(c *stage.Call, id int64) (*stage.Record, stage.Result, bool) {
	if id <= 0 {
		return nil, k.invalid("订单号"), false
	}
	r, err := k.world.Order(ksID(id))
	switch {
	case err != nil:
		return nil, ksRefuse(k.rules.UnknownOrderCode, k.rules.UnknownOrderMsg), false
	case r.Shop != c.Shop:
		return nil, ksRefuse(21, "order operation reject"), false
	}
	return r, stage.Result{}, true
}

// namedOrder is orderOf for methods whose one parameter is the order.
func (k *kuaishou) namedOrder(c *stage.Call, name string) (*stage.Record, stage.Result, bool) {
	var id int64
	if r, ok := k.parseOne(c, name, &id); !ok {
		return nil, r, false
	}
	return k.orderOf(c, id)
}

// orderDetail answers one order with its gifts. Only the number of the order
// itself finds it.
func (k *kuaishou) orderDetail(c *stage.Call) stage.Result {
	r, refusal, ok := k.namedOrder(c, "oid")
	if !ok {
		return refusal
	}
	return k.Success(k.detail(r))
}

// orderNoteAdd puts a note on top of those there are. Called again it puts the
// same note there again.
func (k *kuaishou) orderNoteAdd(c *stage.Call) stage.Result {
	var p struct {
		ID   int64  `json:"orderId"`
		Note string `json:"note"`
		Flag int    `json:"flag"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	flag, ok := ksFlags[p.Flag]
	switch {
	case !ok:
		return k.invalid("flag")
	case utf8.RuneCountInString(p.Note) > ksNoteLength:
		return k.invalid("note超过200字")
	}
	r, refusal, ok := k.orderOf(c, p.ID)
	if !ok {
		return refusal
	}
	notes := []any{ksNote{c.Now.UnixMilli(), p.Note, flag, c.Shop.Name}}
	for _, old := range ksFactsOf(r).Note.List {
		notes = append(notes, ksNote{int64(old.Created), old.Note, old.Flag, old.Operator})
	}
	return k.change(r, stage.Object{"orderNote": stage.Object{"orderNoteInfo": notes[:min(len(notes), ksNotesKept)]}})
}

// orderClose closes an order that waits for payment, and no other.
func (k *kuaishou) orderClose(c *stage.Call) stage.Result {
	r, refusal, ok := k.namedOrder(c, "orderId")
	switch {
	case !ok:
		return refusal
	case ksFactsOf(r).Base.Status != ksUnpaid:
		return k.rejected(k.rules.WrongStateMsg)
	}
	return k.change(r, stage.Object{"orderBaseInfo": stage.Object{"status": int64(ksFailed)}})
}

// change is changeOrder for a method whose answer is the bare envelope.
func (k *kuaishou) change(r *stage.Record, fields stage.Object) stage.Result {
	if err := k.ChangeOrder(r, fields); err != nil {
		return k.Failure(stage.Result{})
	}
	return k.Success(nil)
}

type ksBearer struct {
	Bearer int   `json:"bearer"` // 1 merchant, 2 platform
	Amount int64 `json:"bearAmount"`
	Funded int   `json:"hasFund"`
}

type ksMarketing struct {
	Type     int        `json:"type"`
	SubType  int        `json:"subType"`
	Discount int64      `json:"discountFee"`
	Bearers  []ksBearer `json:"bearInfoList"`
	Template int        `json:"template"`
}

// orderFeeDetail answers the money of an order. Its total leaves out the
// merchant's share of a discount, unlike that of the order; half of each
// discount is the merchant's here.
func (k *kuaishou) orderFeeDetail(c *stage.Call) stage.Result {
	r, refusal, ok := k.namedOrder(c, "orderId")
	if !ok {
		return refusal
	}
	f := ksFactsOf(r)
	discount, express := int64(f.Item.Discount), int64(f.Base.ExpressFee)
	merchant := discount / 2
	total := int64(f.Item.Price)*int64(f.Item.Num) - merchant
	marketing := []ksMarketing{}
	if discount > 0 {
		marketing = append(marketing, ksMarketing{1000, 1001, discount, []ksBearer{{1, merchant, 1}, {2, discount - merchant, 1}}, 0})
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
