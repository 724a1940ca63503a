package sandbox

import (
	"encoding/json"
	"reflect"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// ksPath is the statuses that lead to a status.
var ksPath = map[int64][]int64{
	ksUnpaid:   {ksUnpaid},
	ksPaid:     {ksUnpaid, ksPaid},
	ksShipped:  {ksUnpaid, ksPaid, ksShipped},
	ksReceived: {ksUnpaid, ksPaid, ksShipped, ksReceived},
	ksDone:     {ksUnpaid, ksPaid, ksShipped, ksReceived, ksDone},
	ksFailed:   {ksUnpaid, ksFailed},
}

// ksEntered are the messages that tell of a status. Fields of all messages:
// ealink1/ks-shop-go-sdk:order_message_types.go.
var ksEntered = map[int64]string{
	ksPaid:     "kwaishop_order_paySuccess",
	ksShipped:  "kwaishop_order_delivering",
	ksReceived: "kwaishop_order_deliverySuccess",
	ksDone:     "kwaishop_order_orderSuccess",
	ksFailed:   "kwaishop_order_orderFail",
}

// Changed is the one place where the news of orders come from: it compares an
// order before and after and tells what has happened between. A new order that
// is paid already was created and then paid. There is no news of another
// parcel, of a change of spec, or of an order that goes back.
func (k *kuaishou) Changed(before, next *stage.Record) {
	t := ksTold{k: k, r: next, now: ksFactsOf(next)}
	was := int64(0)
	if before != nil {
		t.old = ksFactsOf(before)
		was = int64(t.old.Base.Status)
	}
	status := int64(t.now.Base.Status)
	if before == nil {
		t.created()
		was = ksUnpaid
	}
	for _, passed := range ksPath[status] { // numbers rise in the course of an order
		if passed > was {
			t.entered(passed)
		}
	}
	if before == nil {
		return
	}
	k.voidCard(before, next)
	t.noted()
	if status == ksUnpaid && (t.now.Base.TotalFee != t.old.Base.TotalFee || t.now.Base.ExpressFee != t.old.Base.ExpressFee) {
		t.repriced()
	}
	if !ksSame(t.now.Address, t.old.Address) {
		t.k.tell(next.Shop, "kwaishop_order_addressChange", struct {
			ksSubject
			ksBuyer
			Updated int64 `json:"updateTime"`
		}{t.subject(), t.buyer(), next.Updated})
	}
	if t.now.Audit.Status != t.old.Audit.Status && t.now.Audit.Status != 0 {
		t.k.tell(next.Shop, "kwaishop_order_addressUpdateAudit", struct {
			OID int64 `json:"oid"`
			ksBuyer
			Created int64 `json:"createTime"`
			Status  int64 `json:"auditStatus"`
			Time    int64 `json:"auditTime"`
		}{stage.Number(next.ID, 0), t.buyer(), next.Updated, int64(t.now.Audit.Status), int64(t.now.Audit.Time)})
	}
}

// ksTold is an order being told of.
type ksTold struct {
	k        *kuaishou
	r        *stage.Record
	old, now *ksFacts // old is nil for a new order
}

// ksSubject is what most messages begin with.
type ksSubject struct {
	OID      int64 `json:"oid"`
	SellerID int64 `json:"sellerId"`
}

// ksBuyer names the buyer twice. In the one sample that was ever published the
// first is another kind of id than the second: never join on it.
type ksBuyer struct {
	OpenID      string `json:"openId"`
	BuyerOpenID string `json:"buyerOpenId"`
}

func (t ksTold) subject() ksSubject {
	return ksSubject{stage.Number(t.r.ID, 0), stage.Number(t.r.Shop.ID, 0)}
}

func (t ksTold) buyer() ksBuyer {
	return ksBuyer{"example-buyer-" + t.now.Base.BuyerID, t.now.Base.BuyerID}
}

func (t ksTold) created() {
	t.k.tell(t.r.Shop, "kwaishop_order_addOrder", struct {
		ksSubject
		Created    int64          `json:"createTime"`
		Customized map[string]any `json:"customizedInfo"`
		ksBuyer
	}{t.subject(), t.r.Created, map[string]any{"customizedItemType": 0, "customizedUrl": "", "customizedCode": ""}, t.buyer()})
}

// entered tells that the order has come into a status.
func (t ksTold) entered(status int64) {
	t.k.tell(t.r.Shop, ksEntered[status], struct {
		ksSubject
		Status  int64 `json:"status"`
		Updated int64 `json:"updateTime"`
	}{t.subject(), status, t.r.Updated})
}

// noted tells of a note that was put on top of the others.
func (t ksTold) noted() {
	if len(t.now.Note.List) == 0 || len(t.old.Note.List) > 0 && t.now.Note.List[0] == t.old.Note.List[0] &&
		len(t.now.Note.List) <= len(t.old.Note.List) {
		return
	}
	note := t.now.Note.List[0]
	t.k.tell(t.r.Shop, "kwaishop_order_addNote", struct {
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

// repriced tells of other amounts, which an order has only before it is paid.
func (t ksTold) repriced() {
	t.k.tell(t.r.Shop, "kwaishop_order_totalFeeChange", struct {
		ksSubject
		Total         int64 `json:"totalFee"`
		BeforeTotal   int64 `json:"beforeTotalFee"`
		Express       int64 `json:"expressFee"`
		BeforeExpress int64 `json:"beforeExpressFee"`
		ksBuyer
		Updated int64 `json:"updateTime"`
	}{
		t.subject(), int64(t.now.Base.TotalFee), int64(t.old.Base.TotalFee),
		int64(t.now.Base.ExpressFee), int64(t.old.Base.ExpressFee), t.buyer(), t.r.Updated,
	})
}

// ksSame reports whether two JSON texts say the same, in whatever order.
func ksSame(a, b json.RawMessage) bool {
	var x, y any
	return stage.Decode(a, &x) == nil && stage.Decode(b, &y) == nil && reflect.DeepEqual(x, y)
}
