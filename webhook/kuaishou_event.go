package webhook

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/signing"
)

// ksKinds are the events. Sources: ealink1/ks-shop-go-sdk:order_message_types.go
// and message structs in public Go files that cite the platform's own pages
// (docs/msg?name=<event>). Events of items exist, but under names that were
// found nowhere, and so may one for a spec change.
var ksKinds = map[string]Kind{
	"kwaishop_order_addOrder":           KindOrderCreated,
	"kwaishop_order_paySuccess":         KindOrderPaid,
	"kwaishop_order_delivering":         KindOrderShipped, // also when only a part was
	"kwaishop_order_deliverySuccess":    KindOrderDelivered,
	"kwaishop_order_orderSuccess":       KindOrderDone,
	"kwaishop_order_orderFail":          KindOrderClosed,
	"kwaishop_order_totalFeeChange":     KindOrderAmount,
	"kwaishop_order_addNote":            kindRemark, // edited and deleted ones too
	"kwaishop_order_addressChange":      kindAddressChanged,
	"kwaishop_order_addressUpdateAudit": kindAddressAsked, // answered ones too
	"kwaishop_aftersales_addRefund":     KindRefundCreated,
	"kwaishop_aftersales_updateRefund":  KindRefundChanged,
}

// task reads a message. Of an event that will be read through the API it keeps
// which order or case to look at, and nothing else that it says.
func (p *ksPush) task(m *ksMessage, content []byte, c mall.Codec) (t task) {
	t.event = Event{Platform: mall.Kuaishou, Kind: p.kinds[m.Event], ID: string(m.ID), Tag: m.Event, ShopID: string(m.UserID)}
	if t.event.Kind == "" {
		t.event.Kind = KindOther
	}
	if !m.UserID.isID() {
		t.event.ShopID = ""
		t.err = malformed("event %s names no shop", t.event.shortTag())
		return t
	}
	var info ksInfo
	var err error
	if len(m.Info) > 0 {
		err = c.Unmarshal(m.Info, &info)
	}
	if t.event.Kind == KindOther {
		t.event.At, t.event.Raw = m.Created.time(), bytes.Clone(content)
		t.key, t.payload = ksKey(m, info, t.event.ShopID, string(m.BizID)), t.event
		return t
	}
	id := firstID(info.OrderID, info.OrderID2, info.OrderID3, m.BizID)
	if refundReadings[t.event.Kind] {
		id = firstID(info.RefundID, m.BizID)
	}
	switch {
	case err != nil: // the cause may quote the text
		t.err = malformed("the info of event %s is not in the known form", t.event.shortTag())
	case id == "":
		t.err = malformed("event %s names neither order nor case", t.event.shortTag())
	default:
		t.key, t.hint = ksKey(m, info, t.event.ShopID, id), &hint{id: id, orders: p.orders, wish: ksWish}
	}
	return t
}

// ksKey tells events apart by what they say. The platform asks to tell them
// apart by eventId, and by order, event and time too, since it may send one
// thing twice under two ids; the second covers the first.
//
// The id would be a danger besides. It is no more proven than the rest and easy
// to foresee, so a forger who bends a body that was seen could have the id of a
// coming event marked as handled, and that event would be dropped as a replay.
// Under this key a forged push can only stand in the way of one that says the
// very same of the same order and millisecond. Should somebody foresee that,
// the order was still read when the forged one came, and a pull finds the rest.
func ksKey(m *ksMessage, info ksInfo, shopID, id string) string {
	says, err := signing.CanonicalJSON(nil, m.Info)
	if err != nil {
		says = m.Info
	}
	parts := []string{m.Event, id, string(says)}
	if info.Updated.time().IsZero() && info.Created.time().IsZero() {
		// Nothing in it tells one time from the next.
		parts = append(parts, string(m.Created))
		if m.Created.time().IsZero() {
			parts = append(parts, string(m.ID))
		}
	}
	sum := sha256.New()
	for _, part := range parts { // with their lengths: no two lists run together
		sum.Write(strconv.AppendInt(nil, int64(len(part)), 10))
		sum.Write([]byte{':'})
		sum.Write([]byte(part))
	}
	return strings.Join([]string{"kuaishou", "push", shopID, "sha256:" + hex.EncodeToString(sum.Sum(nil))}, "/")
}

// ksWish finds the address that the buyer asks for in the platform's record of
// an order. Name and phone cannot be asked for.
func ksWish(o order.Order) wish {
	record, err := mall.Native[ksOrder](o)
	if err != nil || record.Audit == nil {
		return wish{}
	}
	w := wish{known: true, waits: record.Audit.Status == "10"}
	if w.waits {
		a := record.Audit.After
		w.until = record.Audit.Until.time()
		w.to = order.Receiver{
			Name: o.Receiver.Name, Phone: o.Receiver.Phone, Address: order.Protected{Cipher: a.Sealed, Mask: a.Mask},
			Province: a.ProvinceCode.region(a.Province), City: a.CityCode.region(a.City),
			District: a.DistrictCode.region(a.District), Street: a.TownCode.region(a.Town),
		}
	}
	return w
}

// wire types

// ksMessage is a message. Ids are numbers here, and info is a JSON text inside
// the JSON text.
type ksMessage struct {
	Test    bool   `json:"test"`
	ID      text   `json:"eventId"`
	BizID   text   `json:"bizId"`
	UserID  text   `json:"userId"` // of the merchant
	AppKey  string `json:"appKey"`
	Event   string `json:"event"`
	Info    inner  `json:"info"`
	Created ksTime `json:"createTime"`
}

// heartbeat reports the message that only looks whether somebody is there.
func (m *ksMessage) heartbeat() bool { return m.Test && m.Event == "" }

func ksMessageOf(content []byte, unmarshal func([]byte, any) error) (m ksMessage, err error) {
	if err := unmarshal(content, &m); err != nil { // the cause may quote the text
		return m, malformed("the push is not a message")
	}
	return m, nil
}

// ksInfo has what tells of which order and when. A name means the same in all
// events.
type ksInfo struct {
	OrderID  text   `json:"oid"`
	OrderID2 text   `json:"orderId"` // after-sale events
	OrderID3 text   `json:"bizId"`   // addNote
	RefundID text   `json:"refundId"`
	Updated  ksTime `json:"updateTime"`
	Created  ksTime `json:"createTime"`
}

// ksTime is milliseconds; 0 and what is no number are no time.
type ksTime text

func (t *ksTime) UnmarshalJSON(b []byte) error { return (*text)(t).UnmarshalJSON(b) }

func (t ksTime) time() time.Time {
	n, err := strconv.ParseInt(string(t), 10, 64)
	if err != nil || n <= 0 || n > 1e14 {
		return time.Time{}
	}
	return time.UnixMilli(n).In(mall.Beijing)
}

// isID reports a positive whole number that fits the platform's int64.
func (t text) isID() bool {
	n, err := strconv.ParseInt(string(t), 10, 64)
	return err == nil && n > 0 && t[0] != '0' && t[0] != '+'
}

func firstID(ids ...text) string {
	for _, id := range ids {
		if id.isID() {
			return string(id)
		}
	}
	return ""
}

// ksOrder is what concerns a wish in the record of an order.
type ksOrder struct {
	Audit *struct {
		Status text   `json:"auditStatus"` // 10 waits, 20 approved, 30 rejected, 0 no wish
		Until  ksTime `json:"timeoutOfAudit"`
		After  struct {
			ProvinceCode ksRegion `json:"provinceCode"`
			Province     string   `json:"province"`
			CityCode     ksRegion `json:"cityCode"`
			City         string   `json:"city"`
			DistrictCode ksRegion `json:"districtCode"`
			District     string   `json:"district"`
			TownCode     ksRegion `json:"townCode"`
			Town         string   `json:"town"`
			Mask         string   `json:"desensitiseAddress"`
			Sealed       string   `json:"encryptedAddress"`
		} `json:"addressAfterUpdate"`
	} `json:"addressUpdateAuditInfo"`
}

// ksRegion is the code of a region; 0 is none.
type ksRegion text

func (r *ksRegion) UnmarshalJSON(b []byte) error { return (*text)(r).UnmarshalJSON(b) }

func (r ksRegion) region(name string) order.Region {
	if r == "0" {
		r = ""
	}
	return order.Region{Code: string(r), Name: name}
}
