package kuaishou

import (
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// scene is one kind of example order: a template and a change to it.
type scene struct {
	status int
	change func(k *platform, o *order) // nil changes nothing
}

// scenes are the kinds of example orders, the rarest first. They cover every
// status.
var scenes = []scene{
	{statusUnpaid, nil},
	{statusPaid, nil},
	{statusPaid, seedNote},
	{statusShipped, seedPartly},
	{statusShipped, nil},
	{statusReceived, nil},
	{statusDone, nil},
	{statusFailed, nil},
	{statusPaid, seedGift},
	{statusUnpaid, func(_ *platform, o *order) { o.presale(1) }},
	{statusPaid, func(_ *platform, o *order) { o.presale(2) }},
	{statusPaid, func(_ *platform, o *order) { o.hold(2) }},
	{statusPaid, func(_ *platform, o *order) { o.Base.RiskCode = 10001 }},
	{statusPaid, seedAudit},
	{statusPaid, seedSpec},
	{statusPaid, seedDiscount},
	{statusPaid, func(_ *platform, o *order) { o.Base.Remark = "示例留言：请发顺丰" }},
	{statusPaid, func(_ *platform, o *order) {
		o.Base.CPSType, o.CPS = 2, &cps{DistributorID: 4_000_000_001, DistributorName: "示例达人"}
	}},
	{statusPaid, seedCase(refundMoneyOnly, caseAsked)},
	{statusShipped, seedCase(refundReturn, caseReturning)},
	{statusShipped, seedCase(refundReturn, caseReturned)},
	{statusReceived, seedCase(refundExchange, caseAsked)},
	{statusReceived, seedCase(refundMoneyOnly, caseRefused)},
	{statusDone, seedCase(refundReturn, caseClosed)},
}

// The number of example orders and their distance in time. Receivers take
// turns, so that some orders can be merged.
const (
	seedGap   = 100 * 60 * second
	seedShop1 = 30 // orders
	seedShop2 = 12

	seedReceivers = 4
)

// Seed makes two shops with orders of the last days. The newest orders are the
// first scenes.
func (k *platform) Seed() {
	merchant := k.seedShop("示例小店", seedShop1)
	k.seedShop("示例二店", seedShop2)
	k.seedDropship(merchant)
}

func (k *platform) seedShop(name string, orders int) *stage.Shop {
	sh := k.world.AddShop("", name)
	now := k.world.Now().UnixMilli()
	for i := range orders {
		scene := scenes[i%len(scenes)]
		o := k.template(sh, templateInput{
			id: k.nextOrderID(), status: scene.status,
			// Old enough for everything that has happened to the order.
			created:  now - int64(i+1)*seedGap - spanOf(scene.status),
			receiver: i % seedReceivers, variety: i,
		})
		if scene.change != nil {
			scene.change(k, &o)
		}
		r, err := newRecord(sh, stage.Encode(&o))
		if err == nil {
			err = k.world.AddOrder(r)
		}
		if err != nil {
			panic("sandbox: example order: " + err.Error()) // its ids are new
		}
	}
	sh.OrdersMade = orders
	k.seedCases(sh)
	return sh
}

func seedNote(_ *platform, o *order) {
	o.Base.UpdateTime += 300 * second
	o.Note.List = []note{{o.Base.UpdateTime, "示例备注：先别发", "red_flag_tag_order", "示例客服"}}
}

// seedPartly has one of three pieces shipped; the order's status is the same as
// if all were.
func seedPartly(_ *platform, o *order) {
	o.Item.Num = 3
	o.Base.TotalFee = 3 * o.Item.Price
	o.Logistics, o.Delivery.DeliveryNum = []parcel{}, 0
	o.ship(1, o.Base.SendTime)
}

// seedGift has a gift, which is shipped by a call of its own.
func seedGift(_ *platform, o *order) {
	var g gift
	g.Base.OID, g.Base.Status, g.Base.UpdateTime = o.Base.OID+1, o.Base.Status, o.Base.UpdateTime
	g.Item = itemAt(4, 1)
	g.Item.Title, g.Item.Nick, g.Item.OriginalPrice, g.Item.Price = "示例赠品", "GIFT-1", 0, 0
	g.Logistics, g.Type = []parcel{}, 2
	o.Gifts = append(o.Gifts, g)
	o.Base.Activities = []int{18}
}

// presale makes the order a deposit presale (定金预售) with two payments, of which
// paid have been made. The deposit is a tenth.
func (o *order) presale(paid int) {
	o.Base.Activities = []int{6}
	deposit := o.Base.TotalFee / 10
	o.Steps = &steps{}
	o.Steps.Status.Type, o.Steps.Status.Joined = 1, 1130210
	for i, part := range []int64{deposit, o.Base.TotalFee - deposit} {
		s := step{
			ID: int64(i + 1), Type: 1, No: i + 1, Name: []string{"定金", "尾款"}[i], Status: statusUnpaid, Price: part,
			Num:   o.Item.Num,
			Total: part, Payment: part, Start: o.Base.CreateTime + int64(i)*600*second,
		}
		s.End = s.Start + 3*day
		if i < paid {
			s.Status, s.PayTime, s.Channel = statusPaid, s.Start+30*second, "微信"
			o.Base.UpdateTime = s.PayTime
		}
		o.Steps.List = append(o.Steps.List, s)
	}
	if paid == 2 {
		o.Steps.Status.Joined, o.Base.PayTime = 1130230, o.Base.UpdateTime
	}
}

// hold stops the order from being shipped, for a reason of the platform's. It
// then shows no receiver.
func (o *order) hold(reason int) {
	o.Base.Holds, o.Base.Promise = []int{reason}, 0
	o.Address = address{region: o.Address.region}
}

// seedAudit has a buyer's change of address that waits for the merchant.
func seedAudit(k *platform, o *order) {
	o.Base.UpdateTime += 600 * second
	o.Audit = k.audit(o.Address, receivers[4], o.Base.OID, o.Base.UpdateTime)
}

// audit returns a buyer's change of address that waits for the merchant.
func (k *platform) audit(from address, to receiver, orderID, asked int64) *audit {
	after, _ := k.address(to, formatID(orderID))
	return &audit{
		Before: auditAddress{from.region, addressMeta, 1, from.MaskAddress, from.Address},
		After:  auditAddress{after.region, addressMeta, 2, after.MaskAddress, after.Address},
		Status: auditWaiting, Timeout: asked + day,
	}
}

// Statuses of a change of address, and the version of addresses with four
// levels.
const (
	auditWaiting  = 10
	auditApproved = 20
	auditRejected = 30

	addressMeta = 202100
)

// seedSpec had its SKU changed: the order shows the new one and the one before.
func seedSpec(_ *platform, o *order) {
	before := o.Item.orderSKU
	o.Item.Prev = &before
	o.Item.SKUID, o.Item.Desc, o.Item.Nick = before.SKUID+1, "颜色:蓝色;尺码:XL", before.Nick+"-XL"
	o.Base.UpdateTime += 900 * second
}

func seedDiscount(_ *platform, o *order) {
	const off = 1000
	o.Item.Num, o.Item.DiscountFee, o.Item.Price = 1, off, o.Item.OriginalPrice-off
	o.Base.DiscountFee, o.Base.TotalFee, o.Base.ExpressFee = off, o.Item.Price, 600
}
