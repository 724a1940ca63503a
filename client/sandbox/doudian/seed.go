package doudian

import (
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// scene is one kind of example order: a template and a change to it.
type scene struct {
	status int
	lines  int
	change func(d *platform, o *order) // nil changes nothing
}

// scenes are the kinds of example orders, the rarest first. They cover every
// status.
var scenes = []scene{
	{statusUnpaid, 1, nil},
	{statusReview, 1, nil},
	{statusPrepare, 1, nil},
	{statusPrepare, 2, func(_ *platform, o *order) { o.BuyerWords = "示例留言：请发顺丰" }},
	{statusPartly, 3, seedPartly},
	{statusShipped, 2, nil}, // a parcel for each line
	{statusCanceled, 1, nil},
	{statusFinished, 1, nil},
	{statusPrepare, 2, seedRefundOpen},
	{statusShipped, 1, seedRefundDone},
	{statusUnpaid, 1, func(_ *platform, o *order) { o.presale(1) }},
	{statusPrepare, 1, func(_ *platform, o *order) { o.presale(2) }},
	{statusFinished, 1, seedVirtual},
	{statusPrepare, 1, seedCrossBorder},
	{statusPrepare, 2, seedGift},
	{statusPrepare, 1, func(_ *platform, o *order) { o.SellerWords, o.SellerStars = "示例备注：先别发", 5 }},
	{statusPrepare, 4, func(_ *platform, o *order) {
		o.BuyerWords, o.SellerWords, o.SellerStars = "示例留言", "示例备注", 3
	}},
	{statusPartly, 2, nil},
	{statusFinished, 3, nil},
}

// The number of example orders and their distance in time. Receivers take
// turns, so that some orders can be merged.
const (
	seedGap   = 100 * 60 // seconds
	seedShop1 = 37       // orders; more than a page of 20
	seedShop2 = 12

	seedReceivers = 4
)

// Seed makes two shops with orders of the last days. The newest orders are the
// first scenes.
func (d *platform) Seed() {
	merchant := d.seedShop("示例旗舰店", seedShop1)
	d.seedShop("示例专营店", seedShop2)
	d.seedCases()
	d.seedDropship(merchant)
}

func (d *platform) seedShop(name string, orders int) *stage.Shop {
	sh := d.world.AddShop("", name)
	now := d.world.Now().Unix()
	for i := range orders {
		scene := scenes[i%len(scenes)]
		o := d.template(sh, templateInput{
			id: d.nextOrderID(), status: scene.status, lines: scene.lines,
			// Old enough for everything that has happened to the order.
			created:  now - int64(i+1)*seedGap - spanOf(scene.status),
			receiver: i % seedReceivers, variety: i,
		})
		if scene.change != nil {
			scene.change(d, &o)
			o.settle()
		}
		if err := d.world.AddOrder(ownRecord(sh, o)); err != nil {
			panic("sandbox: example order: " + err.Error()) // its ids are new
		}
	}
	sh.OrdersMade = orders
	return sh
}

// seedPartly has one line shipped, one with an open refund and one refunded.
func seedPartly(_ *platform, o *order) {
	o.Lines[1].AfterSale = afterSale{Status: 6, Type: 2, RefundStatus: 1}
	// That a line refunded before shipping is cancelled with main status 21 is inferred.
	o.Lines[2].OrderStatus, o.Lines[2].MainStatus = statusCanceled, 21
	o.Lines[2].AfterSale = afterSale{Status: 12, Type: 2, RefundStatus: 3}
	o.UpdateTime += 300
}

func seedRefundOpen(_ *platform, o *order) {
	o.Lines[1].AfterSale = afterSale{Status: 6, Type: 2, RefundStatus: 1}
	o.UpdateTime += 1800
}

// seedRefundDone was refunded after shipping.
func seedRefundDone(_ *platform, o *order) {
	o.Lines[0].AfterSale = afterSale{Status: 12, Type: 1, RefundStatus: 3}
	o.Lines[0].MainStatus, o.MainStatus = 22, 22
	o.UpdateTime += 3600
}

func seedVirtual(_ *platform, o *order) {
	o.kind(11, "虚拟卡券", 2, "虚拟商品订单")
	o.Logistics, o.ShipTime = []parcel{}, 0
	for i := range o.Lines {
		o.Lines[i].GoodsType, o.Lines[i].ShipTime = 1, 0
		o.Lines[i].ProductName, o.Lines[i].Code = "示例兑换券", "VC-100"
		o.Lines[i].Spec = []spec{{"面值", "100元"}}
	}
}

func seedCrossBorder(d *platform, o *order) {
	o.kind(21, "跨境BBC", 0, "普通订单")
	o.UserIDInfo = &identity{
		EncryptNo:   d.seal(kindIDCard, receivers[0].idCard, o.OrderID),
		EncryptName: d.seal(kindName, receivers[0].name, o.OrderID),
	}
	for i := range o.Lines {
		o.Lines[i].HasTax, o.Lines[i].TaxAmount = true, o.Lines[i].PayAmount*91/1000
	}
}

// seedGift has a free gift as its second line.
func seedGift(_ *platform, o *order) {
	master, gift := &o.Lines[0], &o.Lines[1]
	master.GivenType, gift.GivenType = "MASTER", "FREE"
	gift.MasterLines = []string{master.OrderID}
	gift.ProductName = "示例赠品"
	gift.OrderAmount, gift.PayAmount, gift.SumAmount, gift.OriginAmount, gift.GoodsPrice = 0, 0, 0, 0, 0
}

// kind sets the order type, on the order and its lines.
func (o *order) kind(biz int, bizDesc string, orderType int, typeDesc string) {
	o.Biz, o.BizDesc, o.OrderType, o.OrderTypeDesc = biz, bizDesc, orderType, typeDesc
	for i := range o.Lines {
		l := &o.Lines[i]
		l.Biz, l.BizDesc, l.OrderType, l.OrderTypeDesc = biz, bizDesc, orderType, typeDesc
	}
}

// presale makes the order a deposit presale (定金预售) with two payments, of which
// paid have been made. The deposit is a tenth.
func (o *order) presale(paid int) {
	line := &o.Lines[0]
	line.TradeType, line.TradeTypeDesc, line.PreSaleType = 2, "定金预售", 2
	o.TradeType = 2
	total := line.PayAmount
	deposit := total / 10
	for i, part := range []int64{deposit, total - deposit} {
		p := phase{
			PhaseOrderID: lineID(o.OrderID, 50+i), TotalPhase: 2, CurrentPhase: i + 1, LineID: line.OrderID,
			CampaignID: "7000000000000000001", PayablePrice: part, PayType: 2,
			OpenTime: o.CreateTime + int64(i)*600, CloseTime: o.CreateTime + int64(i)*600 + 3*86400,
			OrderAmount: part, SumAmount: part, StatusDesc: "待支付",
		}
		if i < paid {
			p.PaySuccess, p.PayAmount, p.StatusDesc = true, part, "已支付"
			p.PayTime, p.ChannelPaymentNo = p.OpenTime+30, "2025010122"+p.PhaseOrderID
			o.PayTime, o.UpdateTime = p.PayTime, p.PayTime
		}
		o.Phases = append(o.Phases, p)
	}
	if paid < 2 {
		// Only the deposit is paid: the order still waits for payment, as its
		// main status says, and has no time of payment yet.
		o.PayTime, line.PayTime = 0, 0
		o.MainStatus, line.MainStatus = 103, 103
		line.PayAmount = deposit
		return
	}
	line.PayTime = o.PayTime
}
