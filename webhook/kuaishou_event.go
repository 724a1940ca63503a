package webhook

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/signing"
)

// ksKinds has the kind of every known event. Sources:
// ealink1/ks-shop-go-sdk:order_message_types.go and message structs in public Go
// files that cite the platform's own pages (docs/msg?name=<event>). There are
// events of items too, and there may be one of spec changes, but no source has
// their names.
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

// task reads a message. Where the order or case will be read through the API, the
// task keeps its id and nothing else that the message says.
func (p *ksPush) task(m *ksMessage, content []byte, c mall.Codec) (t task) {
	t.event = Event{
		Platform: mall.Kuaishou, ShopID: string(m.UserID), Kind: p.kinds[m.Event], ID: string(m.ID), Tag: m.Event,
	}
	if t.event.Kind == "" {
		t.event.Kind = KindOther
	}
	if !isID(m.UserID) {
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
	case err != nil: // err may quote the push
		t.err = malformed("the info of event %s is not in the known form", t.event.shortTag())
	case id == "":
		t.err = malformed("event %s names neither order nor case", t.event.shortTag())
	default:
		t.key = ksKey(m, info, t.event.ShopID, id)
		t.hint = &hint{id: id, orders: p.orders, address: ksAddress}
	}
	return t
}

// ksKey tells events apart by what they say. The platform asks to tell them apart
// by eventId, and also by order, event and time, since it may send one thing twice
// with two ids. Order, event and time are enough for both.
//
// The id would be a danger, since it is as little proven as the rest and easy to
// guess: somebody could alter a body that he saw, have the id of a coming event
// marked as handled, and that event would be taken for a repeated one. With this
// key a forged push can only hide a push that says the same of the same order in
// the same millisecond. Should that be guessed, the order was read when the forged
// push came, and the next pull finds what has changed since.
func ksKey(m *ksMessage, info ksInfo, shopID, id string) string {
	says, err := signing.CanonicalJSON(nil, m.Info)
	if err != nil {
		says = m.Info
	}
	parts := []string{m.Event, id, string(says)}
	if info.Updated.time().IsZero() && info.Created.time().IsZero() {
		// What the event says would be the same another time.
		parts = append(parts, string(m.Created.Text))
		if m.Created.time().IsZero() {
			parts = append(parts, string(m.ID))
		}
	}
	sum := sha256.New()
	for _, part := range parts { // with their lengths, so that no two lists give the same text
		sum.Write(strconv.AppendInt(nil, int64(len(part)), 10))
		sum.Write([]byte{':'})
		sum.Write([]byte(part))
	}
	return strings.Join([]string{"kuaishou", "push", shopID, "sha256:" + hex.EncodeToString(sum.Sum(nil))}, "/")
}

// ksAddress finds the address that the buyer asks for in the platform's record of an
// order. Buyers cannot ask for another name or phone.
func ksAddress(o order.Order) askedAddress {
	record, err := mall.Native[ksOrder](o)
	if err != nil || record.Audit == nil {
		return askedAddress{}
	}
	asked := askedAddress{shown: true, waits: record.Audit.Status == "10"}
	if asked.waits {
		a := record.Audit.After
		asked.until = record.Audit.Until.time()
		asked.to = order.Receiver{
			Name: o.Receiver.Name, Phone: o.Receiver.Phone, Address: order.Protected{Cipher: a.Sealed, Mask: a.Mask},
			Province: a.ProvinceCode.region(a.Province), City: a.CityCode.region(a.City),
			District: a.DistrictCode.region(a.District), Street: a.TownCode.region(a.Town),
		}
	}
	return asked
}

// wire types

// ksInfo has the fields that say which order or case an event is about, and when it
// happened. A name means the same in all events.
type ksInfo struct {
	OrderID  wire.Text `json:"oid"`
	OrderID2 wire.Text `json:"orderId"` // after-sale events
	OrderID3 wire.Text `json:"bizId"`   // addNote
	RefundID wire.Text `json:"refundId"`
	Updated  ksTime    `json:"updateTime"`
	Created  ksTime    `json:"createTime"`
}

func firstID(ids ...wire.Text) string {
	for _, id := range ids {
		if isID(id) {
			return string(id)
		}
	}
	return ""
}

// ksOrder is what the record of an order says of another address.
type ksOrder struct {
	Audit *struct {
		Status wire.Text `json:"auditStatus"` // 10 waits, 20 approved, 30 rejected, 0 none asked for
		Until  ksTime    `json:"timeoutOfAudit"`
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

// ksRegion is the code of a region. 0 means that there is none.
type ksRegion struct{ wire.Text }

func (r ksRegion) region(name string) order.Region {
	if r.Text == "0" {
		r.Text = ""
	}
	return order.Region{Code: string(r.Text), Name: name}
}
