package kuaishou

import (
	"encoding/json"
	"reflect"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// path is the statuses that an order passes through to reach a status.
var path = map[int64][]int64{
	statusUnpaid:   {statusUnpaid},
	statusPaid:     {statusUnpaid, statusPaid},
	statusShipped:  {statusUnpaid, statusPaid, statusShipped},
	statusReceived: {statusUnpaid, statusPaid, statusShipped, statusReceived},
	statusDone:     {statusUnpaid, statusPaid, statusShipped, statusReceived, statusDone},
	statusFailed:   {statusUnpaid, statusFailed},
}

// entered is the message of each status. Fields of all messages:
// ealink1/ks-shop-go-sdk:order_message_types.go.
var entered = map[int64]string{
	statusPaid:     "kwaishop_order_paySuccess",
	statusShipped:  "kwaishop_order_delivering",
	statusReceived: "kwaishop_order_deliverySuccess",
	statusDone:     "kwaishop_order_orderSuccess",
	statusFailed:   "kwaishop_order_orderFail",
}

// Changed pushes all messages that follow from comparing an order before and
// after a change. A new order that is already paid was first created, then
// paid. Another parcel, a change of spec and a step back to an earlier status
// push nothing.
func (k *platform) Changed(before, next *stage.Record) {
	t := orderPush{k: k, r: next, now: factsOf(next)}
	was := int64(0)
	if before != nil {
		t.old = factsOf(before)
		was = int64(t.old.Base.Status)
	}
	status := int64(t.now.Base.Status)
	if before == nil {
		t.created()
		was = statusUnpaid
	}
	for _, passed := range path[status] { // the numbers grow as an order proceeds
		if passed > was {
			t.entered(passed)
		}
	}
	if before == nil {
		return
	}
	k.voidCard(before, next)
	t.noted()
	if status == statusUnpaid && (t.now.Base.TotalFee != t.old.Base.TotalFee ||
		t.now.Base.ExpressFee != t.old.Base.ExpressFee) {
		t.repriced()
	}
	if !sameJSON(t.now.Address, t.old.Address) {
		t.k.push(next.Shop, "kwaishop_order_addressChange", struct {
			subject
			buyer
			Updated int64 `json:"updateTime"`
		}{t.subject(), t.buyer(), next.Updated})
	}
	if t.now.Audit.Status != t.old.Audit.Status && t.now.Audit.Status != 0 {
		t.k.push(next.Shop, "kwaishop_order_addressUpdateAudit", struct {
			OID int64 `json:"oid"`
			buyer
			Created int64 `json:"createTime"`
			Status  int64 `json:"auditStatus"`
			Time    int64 `json:"auditTime"`
		}{stage.Number(next.ID, 0), t.buyer(), next.Updated, int64(t.now.Audit.Status), int64(t.now.Audit.Time)})
	}
}

// orderPush pushes the messages of one changed order.
type orderPush struct {
	k        *platform
	r        *stage.Record
	old, now *facts // old is nil for a new order
}

// subject is what most messages start with.
type subject struct {
	OID      int64 `json:"oid"`
	SellerID int64 `json:"sellerId"`
}

// buyer gives the buyer twice. In the only published sample the first is
// another kind of id than the second: never match orders by it.
type buyer struct {
	OpenID      string `json:"openId"`
	BuyerOpenID string `json:"buyerOpenId"`
}

func (t orderPush) subject() subject {
	return subject{stage.Number(t.r.ID, 0), stage.Number(t.r.Shop.ID, 0)}
}

func (t orderPush) buyer() buyer {
	return buyer{"example-buyer-" + t.now.Base.BuyerID, t.now.Base.BuyerID}
}

func (t orderPush) created() {
	t.k.push(t.r.Shop, "kwaishop_order_addOrder", struct {
		subject
		Created    int64          `json:"createTime"`
		Customized map[string]any `json:"customizedInfo"`
		buyer
	}{t.subject(), t.r.Created, map[string]any{"customizedItemType": 0, "customizedUrl": "", "customizedCode": ""},
		t.buyer()})
}

// entered pushes that the order reached a status.
func (t orderPush) entered(status int64) {
	t.k.push(t.r.Shop, entered[status], struct {
		subject
		Status  int64 `json:"status"`
		Updated int64 `json:"updateTime"`
	}{t.subject(), status, t.r.Updated})
}

// noted pushes a note that was added.
func (t orderPush) noted() {
	if len(t.now.Note.List) == 0 || len(t.old.Note.List) > 0 && t.now.Note.List[0] == t.old.Note.List[0] &&
		len(t.now.Note.List) <= len(t.old.Note.List) {
		return
	}
	note := t.now.Note.List[0]
	t.k.push(t.r.Shop, "kwaishop_order_addNote", struct {
		EventType    int    `json:"eventType"` // 1 changed, 2 added, 3 deleted
		Operator     string `json:"operatorName"`
		OperatorType int    `json:"operatorType"`
		OID          int64  `json:"bizId"`
		Note         string `json:"note"`
		Type         int    `json:"type"` // 1 text in general
		Updated      int64  `json:"updateTime"`
		Flag         string `json:"flag"`
	}{2, note.Operator, 1, stage.Number(t.r.ID, 0), note.Note, 1, t.r.Updated, note.Flag})
}

// repriced pushes changed amounts, which only unpaid orders have.
func (t orderPush) repriced() {
	t.k.push(t.r.Shop, "kwaishop_order_totalFeeChange", struct {
		subject
		Total         int64 `json:"totalFee"`
		BeforeTotal   int64 `json:"beforeTotalFee"`
		Express       int64 `json:"expressFee"`
		BeforeExpress int64 `json:"beforeExpressFee"`
		buyer
		Updated int64 `json:"updateTime"`
	}{
		t.subject(), int64(t.now.Base.TotalFee), int64(t.old.Base.TotalFee),
		int64(t.now.Base.ExpressFee), int64(t.old.Base.ExpressFee), t.buyer(), t.r.Updated,
	})
}

// sameJSON reports whether two JSON texts have the same value, whatever the
// order of members.
func sameJSON(a, b json.RawMessage) bool {
	var x, y any
	return stage.Decode(a, &x) == nil && stage.Decode(b, &y) == nil && reflect.DeepEqual(x, y)
}
