package sandbox

import (
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// ksScene is one kind of example order: a template and what is changed in it.
type ksScene struct {
	status int
	change func(k *kuaishou, o *ksOrder) // nil changes nothing
}

// ksScenes are what the example shops have to show, the rarest first. Every
// status occurs among them.
var ksScenes = []ksScene{
	{ksUnpaid, nil},
	{ksPaid, nil},
	{ksPaid, seedKsNote},
	{ksShipped, seedKsPartly},
	{ksShipped, nil},
	{ksReceived, nil},
	{ksDone, nil},
	{ksFailed, nil},
	{ksPaid, seedKsGift},
	{ksUnpaid, func(_ *kuaishou, o *ksOrder) { o.presale(1) }},
	{ksPaid, func(_ *kuaishou, o *ksOrder) { o.presale(2) }},
	{ksPaid, func(_ *kuaishou, o *ksOrder) { o.hold(2) }},
	{ksPaid, func(_ *kuaishou, o *ksOrder) { o.Base.RiskCode = 10001 }},
	{ksPaid, seedKsAudit},
	{ksPaid, seedKsSpec},
	{ksPaid, seedKsDiscount},
	{ksPaid, func(_ *kuaishou, o *ksOrder) { o.Base.Remark = "示例留言：请发顺丰" }},
	{ksPaid, func(_ *kuaishou, o *ksOrder) {
		o.Base.CPSType, o.CPS = 2, &ksCPS{DistributorID: 4_000_000_001, DistributorName: "示例达人"}
	}},
	{ksPaid, seedKsCase(ksMoneyOnly, ksAsked)},
	{ksShipped, seedKsCase(ksReturn, ksReturning)},
	{ksShipped, seedKsCase(ksReturn, ksReturned)},
	{ksReceived, seedKsCase(ksExchange, ksAsked)},
	{ksReceived, seedKsCase(ksMoneyOnly, ksRefused)},
	{ksDone, seedKsCase(ksReturn, ksClosed)},
}

// How many example orders there are, and how far apart. Receivers take turns,
// so that some orders can be merged.
const (
	ksSeedGap   = 100 * 60 * ksSecond
	ksSeedShop1 = 30 // orders
	ksSeedShop2 = 12

	ksSeedReceivers = 4
)

// Seed makes two shops whose orders were all placed in the last days, the
// youngest being the first scenes.
func (k *kuaishou) Seed() {
	merchant := k.seedShop("示例小店", ksSeedShop1)
	k.seedShop("示例二店", ksSeedShop2)
	k.seedDropship(merchant)
}

func (k *kuaishou) seedShop(name string, orders int) *stage.Shop {
	sh := k.world.AddShop("", name)
	now := k.world.Now().UnixMilli()
	for i := range orders {
		scene := ksScenes[i%len(ksScenes)]
		o := k.template(sh, ksBlank{
			id: k.nextOrderID(), status: scene.status,
			// Old enough for all that has happened to it.
			created:  now - int64(i+1)*ksSeedGap - ksSpan(scene.status),
			receiver: i % ksSeedReceivers, variety: i,
		})
		if scene.change != nil {
			scene.change(k, &o)
		}
		r, err := ksRecord(sh, stage.Encode(&o))
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

func seedKsNote(_ *kuaishou, o *ksOrder) {
	o.Base.UpdateTime += 300 * ksSecond
	o.Note.List = []ksNote{{o.Base.UpdateTime, "示例备注：先别发", "red_flag_tag_order", "示例客服"}}
}

// seedKsPartly has one of three pieces sent: the status is that of an order
// all of which is on its way.
func seedKsPartly(_ *kuaishou, o *ksOrder) {
	o.Item.Num = 3
	o.Base.TotalFee = 3 * o.Item.Price
	o.Logistics, o.Delivery.DeliveryNum = []ksParcel{}, 0
	o.ship(1, o.Base.SendTime)
}

// seedKsGift has a gift below it, which is shipped by a call of its own.
func seedKsGift(_ *kuaishou, o *ksOrder) {
	var g ksGift
	g.Base.OID, g.Base.Status, g.Base.UpdateTime = o.Base.OID+1, o.Base.Status, o.Base.UpdateTime
	g.Item = ksItemAt(4, 1)
	g.Item.Title, g.Item.Nick, g.Item.OriginalPrice, g.Item.Price = "示例赠品", "GIFT-1", 0, 0
	g.Logistics, g.Type = []ksParcel{}, 2
	o.Gifts = append(o.Gifts, g)
	o.Base.Activities = []int{18}
}

// presale makes the order a deposit presale of two payments, of which paid
// have been made. A tenth is the deposit.
func (o *ksOrder) presale(paid int) {
	o.Base.Activities = []int{6}
	deposit := o.Base.TotalFee / 10
	o.Steps = &ksSteps{}
	o.Steps.Status.Type, o.Steps.Status.Joined = 1, 1130210
	for i, part := range []int64{deposit, o.Base.TotalFee - deposit} {
		s := ksStep{
			ID: int64(i + 1), Type: 1, No: i + 1, Name: []string{"定金", "尾款"}[i], Status: ksUnpaid, Price: part, Num: o.Item.Num,
			Total: part, Payment: part, Start: o.Base.CreateTime + int64(i)*600*ksSecond,
		}
		s.End = s.Start + 3*ksDay
		if i < paid {
			s.Status, s.PayTime, s.Channel = ksPaid, s.Start+30*ksSecond, "微信"
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
func (o *ksOrder) hold(reason int) {
	o.Base.Holds, o.Base.Promise = []int{reason}, 0
	o.Address = ksAddress{ksRegion: o.Address.ksRegion}
}

// seedKsAudit has a buyer who asks for another address.
func seedKsAudit(k *kuaishou, o *ksOrder) {
	o.Base.UpdateTime += 600 * ksSecond
	o.Audit = k.audit(o.Address, ksReceivers[4], o.Base.OID, o.Base.UpdateTime)
}

// audit is a buyer's wish for another address, as it waits for the merchant.
func (k *kuaishou) audit(from ksAddress, to ksReceiver, orderID, asked int64) *ksAudit {
	after, _ := k.address(to, ksID(orderID))
	return &ksAudit{
		Before: ksAuditAddress{from.ksRegion, ksAddressMeta, 1, from.MaskAddress, from.Address},
		After:  ksAuditAddress{after.ksRegion, ksAddressMeta, 2, after.MaskAddress, after.Address},
		Status: ksAuditWaiting, Timeout: asked + ksDay,
	}
}

// States of a change of address, and the version of an address of four levels.
const (
	ksAuditWaiting  = 10
	ksAuditApproved = 20
	ksAuditRejected = 30

	ksAddressMeta = 202100
)

// seedKsSpec had its SKU changed: the order shows the new one, and what it was
// before.
func seedKsSpec(_ *kuaishou, o *ksOrder) {
	before := o.Item.ksSKU
	o.Item.Prev = &before
	o.Item.SKUID, o.Item.Desc, o.Item.Nick = before.SKUID+1, "颜色:蓝色;尺码:XL", before.Nick+"-XL"
	o.Base.UpdateTime += 900 * ksSecond
}

// seedKsDiscount cost less than its goods.
func seedKsDiscount(_ *kuaishou, o *ksOrder) {
	const off = 1000
	o.Item.Num, o.Item.DiscountFee, o.Item.Price = 1, off, o.Item.OriginalPrice-off
	o.Base.DiscountFee, o.Base.TotalFee, o.Base.ExpressFee = off, o.Item.Price, 600
}
