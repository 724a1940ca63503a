package sandbox

import (
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// Kuaishou's order statuses.
const (
	ksUnpaid   = 10
	ksPaid     = 30
	ksShipped  = 40 // also when only some pieces are
	ksReceived = 50
	ksDone     = 70
	ksFailed   = 80
)

// ksStatuses are all there are, in the order of an order's life.
var ksStatuses = []int{ksUnpaid, ksPaid, ksShipped, ksReceived, ksDone, ksFailed}

// ksGoods are invented things to sell.
type ksGoods struct {
	title, code, desc string
	price             int64 // fen
}

var ksCatalogue = []ksGoods{
	{"示例T恤", "TS-RED-M", "颜色:红色;尺码:M", 5900},
	{"示例短裤", "SK-BLK-L", "颜色:黑色;尺码:L", 3900},
	{"示例外套", "CT-GRY-M", "颜色:灰色;尺码:M", 9900},
	{"示例帆布袋", "BG-WHT-U", "颜色:白色;尺码:均码", 2500},
	{"示例水杯", "CP-BLU-U", "颜色:蓝色;尺码:500ml", 4200},
}

// The first numbers of the things above; the others follow.
const (
	ksFirstItem = 24_900_000_000_001
	ksFirstSKU  = 158_400_000_000_001
	ksSKUStep   = 10 // leaves numbers for the other SKUs of an item
)

// ksItemAt is one of the things above as an order shows it.
func ksItemAt(variety int, num int64) ksItem {
	at := variety % len(ksCatalogue)
	g := ksCatalogue[at]
	item := ksItem{
		ksSKU:  ksSKU{SKUID: ksFirstSKU + int64(at)*ksSKUStep, Desc: g.desc, Nick: g.code},
		ItemID: ksFirstItem + int64(at), Title: g.title, LinkURL: "https://example.com/item", PicURL: "https://example.com/p.jpg",
		Num: num, OriginalPrice: g.price, Price: g.price, ItemType: 1,
	}
	item.Extra.Category.ID, item.Extra.Category.Name = 1609, "示例类目"
	return item
}

// ksBlank is what a template is made from.
type ksBlank struct {
	id       int64 // of the order
	status   int
	created  int64
	receiver int // index into ksReceivers
	variety  int // which goods, and how many of them
}

// Milliseconds from placing an order to what happens to it in a template.
const (
	ksSecond        = 1000
	ksDay           = 86400 * ksSecond
	ksPaidAfter     = 60 * ksSecond
	ksFailedAfter   = 600 * ksSecond
	ksShippedAfter  = 4 * 3600 * ksSecond
	ksReceivedAfter = 24 * 3600 * ksSecond
	ksDoneAfter     = 30 * 3600 * ksSecond
)

// ksSpan is how long ago an order must have been placed to have its status now.
func ksSpan(status int) int64 {
	switch status {
	case ksUnpaid:
		return 0
	case ksShipped:
		return ksShippedAfter
	case ksReceived:
		return ksReceivedAfter
	case ksDone:
		return ksDoneAfter
	case ksFailed:
		return ksFailedAfter
	}
	return ksPaidAfter
}

// template makes an order in which everything agrees: times with status,
// parcels with pieces, totals with prices.
func (k *kuaishou) template(sh *stage.Shop, b ksBlank) ksOrder {
	o := ksOrder{
		Base: ksBase{
			OID: b.id, BuyerImage: "https://example.com/u.jpg", BuyerOpenID: ksBuyerID(b.receiver + 1), BuyerNick: "示例买家",
			SellerOpenID: ksOpenID(sh), SellerNick: sh.Name, Status: b.status, CreateTime: b.created, UpdateTime: b.created,
			DeliverDays: 2, ActivityType: 1, Activities: []int{}, CPSType: 1, PayType: 1, PayChannel: "WECHAT",
			Seller: ksSeller{1, stage.Number(sh.ID, 0), sh.Name}, Holds: []int{}, Labels: []int{}, SplitAllowed: true, Channel: "live",
			Risks: []ksRisk{}, Tax: map[string]int{"taxAmount": 0, "sellerBearAmount": 0}, CarrierType: 2, CarrierID: 90_000_000_001,
		},
		Item:      ksItemAt(b.variety, int64(1+b.variety%3)),
		Refunds:   []ksRefund{},
		Logistics: []ksParcel{},
		Note:      ksNotes{[]string{}, []ksNote{}},
		Delivery:  ksDelivery{MaxPackages: 10},
		Gifts:     []ksGift{},
	}
	o.Item.LineID, o.Item.CodeStore = b.id, new(int64)
	o.Base.TotalFee = o.Item.Price * o.Item.Num
	o.Address, o.Delivery.OpenAddressID = k.address(ksReceivers[b.receiver%len(ksReceivers)], ksID(b.id))
	o.live(k.world.Now().UnixMilli())
	return o
}

// live gives the order the past that its status implies, crowded together
// where it was placed too short a time ago.
func (o *ksOrder) live(now int64) {
	at := func(after int64) int64 { return max(min(o.Base.CreateTime+after, now), o.Base.CreateTime) }
	b := &o.Base
	if b.Status == ksFailed { // before paying
		b.UpdateTime = at(ksFailedAfter)
		return
	}
	if b.Status >= ksPaid {
		b.PayTime, b.UpdateTime = at(ksPaidAfter), at(ksPaidAfter)
		b.PromiseOld, b.Promise = b.PayTime+2*ksDay, b.PayTime+2*ksDay
	}
	if b.Status >= ksShipped {
		o.ship(o.Item.Num, at(ksShippedAfter))
	}
	if b.Status >= ksReceived {
		b.RecvTime, b.UpdateTime = at(ksReceivedAfter), at(ksReceivedAfter)
	}
	if b.Status >= ksDone {
		b.UpdateTime = at(ksDoneAfter)
	}
}

// ship sends pieces in a parcel of their own.
func (o *ksOrder) ship(pieces, at int64) {
	o.Base.SendTime, o.Base.UpdateTime = at, at
	n := len(o.Logistics) + 1
	o.Logistics = append(o.Logistics, ksParcel{"SF" + ksID(o.Base.OID), 4, 700_000_000_000 + o.Base.OID%1_000_000_000_000 + int64(n)})
	d := &o.Delivery
	d.DeliveryNum += pieces
	d.Packages, d.TotalPackages, d.Append = n, n, true
	d.Split, d.Status = d.DeliveryNum < o.Item.Num, ksDeliveredAll
	if d.Split {
		d.Status = ksDeliveredPart
	}
}

// The values of orderDeliveryInfo.deliveryStatus. GUESS: those of
// confirmDeliveryStatus in the call that ships.
const (
	ksDeliveredPart = 10
	ksDeliveredAll  = 40
)
