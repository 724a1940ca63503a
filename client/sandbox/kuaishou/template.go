package kuaishou

import (
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// Kuaishou's order statuses.
const (
	statusUnpaid   = 10
	statusPaid     = 30
	statusShipped  = 40 // also if only some pieces are shipped
	statusReceived = 50
	statusDone     = 70
	statusFailed   = 80
)

// statuses are all order statuses, in the order that an order passes through
// them.
var statuses = []int{statusUnpaid, statusPaid, statusShipped, statusReceived, statusDone, statusFailed}

// goods is an invented SKU.
type goods struct {
	title, code, desc string
	price             int64 // fen
}

var catalogue = []goods{
	{"示例T恤", "TS-RED-M", "颜色:红色;尺码:M", 5900},
	{"示例短裤", "SK-BLK-L", "颜色:黑色;尺码:L", 3900},
	{"示例外套", "CT-GRY-M", "颜色:灰色;尺码:M", 9900},
	{"示例帆布袋", "BG-WHT-U", "颜色:白色;尺码:均码", 2500},
	{"示例水杯", "CP-BLU-U", "颜色:蓝色;尺码:500ml", 4200},
}

// The first item and SKU ids of the catalogue.
const (
	firstItem = 24_900_000_000_001
	firstSKU  = 158_400_000_000_001
	skuStep   = 10 // leaves ids for the other SKUs of an item
)

// itemAt returns goods of the catalogue in the form that orders have.
func itemAt(variety int, num int64) orderItem {
	at := variety % len(catalogue)
	g := catalogue[at]
	item := orderItem{
		orderSKU: orderSKU{SKUID: firstSKU + int64(at)*skuStep, Desc: g.desc, Nick: g.code},
		ItemID:   firstItem + int64(at), Title: g.title, LinkURL: "https://example.com/item",
		PicURL: "https://example.com/p.jpg",
		Num:    num, OriginalPrice: g.price, Price: g.price, ItemType: 1,
	}
	item.Extra.Category.ID, item.Extra.Category.Name = 1609, "示例类目"
	return item
}

type templateInput struct {
	id       int64 // of the order
	status   int
	created  int64
	receiver int // index into receivers
	variety  int // which goods, and how many of them
}

// When things happen to an order of a template, in milliseconds after it is
// placed.
const (
	second        = 1000
	day           = 86400 * second
	paidAfter     = 60 * second
	failedAfter   = 600 * second
	shippedAfter  = 4 * 3600 * second
	receivedAfter = 24 * 3600 * second
	doneAfter     = 30 * 3600 * second
)

// spanOf returns how long ago an order must have been placed to have its status
// now.
func spanOf(status int) int64 {
	switch status {
	case statusUnpaid:
		return 0
	case statusShipped:
		return shippedAfter
	case statusReceived:
		return receivedAfter
	case statusDone:
		return doneAfter
	case statusFailed:
		return failedAfter
	}
	return paidAfter
}

// template makes an order whose parts agree: times with status, parcels with
// pieces, totals with prices.
func (k *platform) template(sh *stage.Shop, b templateInput) order {
	o := order{
		Base: orderBase{
			OID: b.id, BuyerImage: "https://example.com/u.jpg", BuyerOpenID: buyerID(b.receiver + 1), BuyerNick: "示例买家",
			SellerOpenID: openID(sh), SellerNick: sh.Name, Status: b.status, CreateTime: b.created,
			UpdateTime:  b.created,
			DeliverDays: 2, ActivityType: 1, Activities: []int{}, CPSType: 1, PayType: 1, PayChannel: "WECHAT",
			Seller: seller{1, stage.Number(sh.ID, 0), sh.Name}, Holds: []int{}, Labels: []int{}, SplitAllowed: true,
			Channel: "live",
			Risks:   []risk{}, Tax: map[string]int{"taxAmount": 0, "sellerBearAmount": 0}, CarrierType: 2,
			CarrierID: 90_000_000_001,
		},
		Item:      itemAt(b.variety, int64(1+b.variety%3)),
		Refunds:   []refund{},
		Logistics: []parcel{},
		Note:      notes{[]string{}, []note{}},
		Delivery:  delivery{MaxPackages: 10},
		Gifts:     []gift{},
	}
	o.Item.LineID, o.Item.CodeStore = b.id, new(int64)
	o.Base.TotalFee = o.Item.Price * o.Item.Num
	o.Address, o.Delivery.OpenAddressID = k.address(receivers[b.receiver%len(receivers)], formatID(b.id))
	o.addHistory(k.world.Now().UnixMilli())
	return o
}

// addHistory sets the times that the status implies, none of them later than
// now.
func (o *order) addHistory(now int64) {
	at := func(after int64) int64 { return max(min(o.Base.CreateTime+after, now), o.Base.CreateTime) }
	b := &o.Base
	if b.Status == statusFailed { // before paying
		b.UpdateTime = at(failedAfter)
		return
	}
	if b.Status >= statusPaid {
		b.PayTime, b.UpdateTime = at(paidAfter), at(paidAfter)
		b.PromiseOld, b.Promise = b.PayTime+2*day, b.PayTime+2*day
	}
	if b.Status >= statusShipped {
		o.ship(o.Item.Num, at(shippedAfter))
	}
	if b.Status >= statusReceived {
		b.RecvTime, b.UpdateTime = at(receivedAfter), at(receivedAfter)
	}
	if b.Status >= statusDone {
		b.UpdateTime = at(doneAfter)
	}
}

// ship ships pieces in a parcel of their own.
func (o *order) ship(pieces, at int64) {
	o.Base.SendTime, o.Base.UpdateTime = at, at
	n := len(o.Logistics) + 1
	o.Logistics = append(o.Logistics, parcel{"SF" + formatID(o.Base.OID), 4,
		700_000_000_000 + o.Base.OID%1_000_000_000_000 + int64(n)})
	d := &o.Delivery
	d.DeliveryNum += pieces
	d.Packages, d.TotalPackages, d.Append = n, n, true
	d.Split, d.Status = d.DeliveryNum < o.Item.Num, deliveredAll
	if d.Split {
		d.Status = deliveredPart
	}
}

// The values of orderDeliveryInfo.deliveryStatus. GUESS: those of
// confirmDeliveryStatus in the shipping method.
const (
	deliveredPart = 10
	deliveredAll  = 40
)
