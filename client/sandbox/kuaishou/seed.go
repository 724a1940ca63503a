package kuaishou

import (
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// scene is one kind of example order: a template and what is changed in it.
type scene struct {
	status int
	change func(k *platform, o *order) // nil changes nothing
}

// scenes are what the example shops have to show, the rarest first. Every
// status occurs among them.
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

// How many example orders there are, and how far apart. Receivers take turns,
// so that some orders can be merged.
const (
	seedGap   = 100 * 60 * second
	seedShop1 = 30 // orders
	seedShop2 = 12

	seedReceivers = 4
)

// Seed makes two shops whose orders were all placed in the last days, the
// youngest being the first scenes.
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
		o := k.template(sh, blank{
			id: k.nextOrderID(), status: scene.status,
			// Old enough for all that has happened to it.
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
			panic("sandbox: example order: " + err.Error()) // ids of our own
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

// seedPartly has one of three pieces sent: the status is that of an order
// all of which is on its way.
func seedPartly(_ *platform, o *order) {
	o.Item.Num = 3
	o.Base.TotalFee = 3 * o.Item.Price
	o.Logistics, o.Delivery.DeliveryNum = []parcel{}, 0
	o.ship(1, o.Base.SendTime)
}

// seedGift has a gift below it, which is shipped by a call of its own.
func seedGift(_ *platform, o *order) {
	var g gift
	g.Base.OID, g.Base.Status, g.Base.UpdateTime = o.Base.OID+1, o.Base.Status, o.Base.UpdateTime
	g.Item = itemAt(4, 1)
	g.Item.Title, g.Item.Nick, g.Item.OriginalPrice, g.Item.Price = "示例赠品", "GIFT-1", 0, 0
	g.Logistics, g.Type = []parcel{}, 2
	o.Gifts = append(o.Gifts, g)
	o.Base.Activities = []int{18}
}

// presale makes the order a deposit presale of two payments, of which paid
// have been made. A tenth is the deposit.
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

// hold keeps the order from being shipped, for a reason of the platform's. It
// shows no receiver then.
func (o *order) hold(reason int) {
	o.Base.Holds, o.Base.Promise = []int{reason}, 0
	o.Address = address{region: o.Address.region}
}

// seedAudit has a buyer who asks for another address.
func seedAudit(k *platform, o *order) {
	o.Base.UpdateTime += 600 * second
	o.Audit = k.audit(o.Address, receivers[4], o.Base.OID, o.Base.UpdateTime)
}

// audit is a buyer's wish for another address, as it waits for the merchant.
func (k *platform) audit(from address, to receiver, orderID, asked int64) *audit {
	after, _ := k.address(to, formatID(orderID))
	return &audit{
		Before: auditAddress{from.region, addressMeta, 1, from.MaskAddress, from.Address},
		After:  auditAddress{after.region, addressMeta, 2, after.MaskAddress, after.Address},
		Status: auditWaiting, Timeout: asked + day,
	}
}

// States of a change of address, and the version of an address of four levels.
const (
	auditWaiting  = 10
	auditApproved = 20
	auditRejected = 30

	addressMeta = 202100
)

// seedSpec had its SKU changed: the order shows the new one, and what it was
// before.
func seedSpec(_ *platform, o *order) {
	before := o.Item.orderSKU
	o.Item.Prev = &before
	o.Item.SKUID, o.Item.Desc, o.Item.Nick = before.SKUID+1, "颜色:蓝色;尺码:XL", before.Nick+"-XL"
	o.Base.UpdateTime += 900 * second
}

// seedDiscount cost less than its goods.
func seedDiscount(_ *platform, o *order) {
	const off = 1000
	o.Item.Num, o.Item.DiscountFee, o.Item.Price = 1, off, o.Item.OriginalPrice-off
	o.Base.DiscountFee, o.Base.TotalFee, o.Base.ExpressFee = off, o.Item.Price, 600
}
