package sandbox

import (
	"fmt"
	"strconv"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// Doudian's order statuses.
const (
	ddUnpaid   = 1
	ddReview   = 105 // paid, risk review
	ddPrepare  = 2
	ddPartly   = 101
	ddShipped  = 3
	ddCanceled = 4
	ddFinished = 5
)

var ddStatusDesc = map[int]string{
	ddUnpaid: "待支付", ddReview: "已支付", ddPrepare: "备货中", ddPartly: "部分发货",
	ddShipped: "已发货", ddCanceled: "已取消", ddFinished: "已完成",
}

// ddGoods are invented things to sell.
type ddGoods struct {
	name, code  string
	color, size string
	price       int64 // fen
}

var ddCatalogue = []ddGoods{
	{"示例T恤", "TS-RED-M", "红色", "M", 5900},
	{"示例短裤", "SK-BLK-L", "黑色", "L", 3900},
	{"示例外套", "CT-GRY-M", "灰色", "M", 9900},
	{"示例帆布袋", "BG-WHT-U", "白色", "均码", 2500},
	{"示例水杯", "CP-BLU-U", "蓝色", "500ml", 4200},
}

// ddBlank is what a template is made from.
type ddBlank struct {
	id       string // of the order
	status   int
	lines    int
	created  int64
	receiver int // index into ddReceivers
	variety  int // which goods, and how many of them
}

// template makes an order in which everything agrees: times with status,
// parcels with lines, totals with prices.
func (d *doudian) template(sh *stage.Shop, b ddBlank) ddOrder {
	desc := ddStatusDesc[b.status]
	if desc == "" {
		desc = fmt.Sprintf("示例状态%d", b.status)
	}
	o := ddOrder{
		OrderID: b.id, ShopID: stage.Number(sh.ID, 0), ShopName: sh.Name, OrderLevel: 2,
		Biz: 2, BizDesc: "小店", OrderTypeDesc: "普通订单",
		OrderStatus: b.status, OrderStatusDesc: desc, MainStatus: b.status,
		OrderExpireTime: 1800, CreateTime: b.created, UpdateTime: b.created,
		BType: 2, BTypeDesc: "抖音", SubBType: 1, PayType: 2,
		ExpShipTime: b.created + 2*86400,
		Logistics:   []ddParcel{}, SerialNumbers: []string{}, Tags: []ddTag{}, UserTags: []ddTag{}, Phases: []ddPhase{},
		PromiseInfo: "{}",
	}
	d.address(&o, ddReceivers[b.receiver%len(ddReceivers)])
	for i := range b.lines {
		o.Lines = append(o.Lines, ddNewLine(&o, i, ddCatalogue[(b.variety+i)%len(ddCatalogue)], int64(1+(b.variety+i)%2)))
	}
	o.live(d.world.Now().Unix())
	return o
}

// ddLineID numbers the lines of an order. The first has the number of the
// order itself, on the platform as here.
func ddLineID(orderID string, i int) string {
	n, err := strconv.ParseInt(orderID, 10, 64)
	if err != nil || i == 0 {
		return orderID
	}
	return strconv.FormatInt(n+int64(i), 10)
}

func ddNewLine(o *ddOrder, i int, g ddGoods, count int64) ddLine {
	const product, sku = 3600000000000000001, 1780000000000001
	at := int64(0)
	for j, other := range ddCatalogue {
		if other == g {
			at = int64(j)
		}
	}
	return ddLine{
		OrderID: ddLineID(o.OrderID, i), ParentOrderID: o.OrderID, OrderLevel: 3,
		Biz: o.Biz, BizDesc: o.BizDesc, OrderTypeDesc: o.OrderTypeDesc, TradeTypeDesc: "普通",
		OrderStatus: o.OrderStatus, MainStatus: o.MainStatus,
		CreateTime: o.CreateTime, UpdateTime: o.UpdateTime, OrderExpireTime: o.OrderExpireTime,
		BType: o.BType, SubBType: o.SubBType, CBiz: 8, PayType: o.PayType, ThemeType: "0",
		OrderAmount: g.price * count, PayAmount: g.price * count, SumAmount: g.price * count,
		OriginAmount: g.price, GoodsPrice: g.price,
		Code: g.code, OutSKUID: "0", ProductID: product + at, ProductIDStr: strconv.FormatInt(product+at, 10), SKUID: sku + at,
		ProductName: g.name, ProductPic: "https://example.com/p.jpg", ItemNum: count,
		Spec:        []ddSpec{{"颜色", g.color}, {"尺码", g.size}},
		ExpShipTime: o.ExpShipTime,
		Inventory:   []ddInventory{{WarehouseID: "0", Type: 1, TypeDesc: "普通库存", Count: count}},
		MasterLines: []string{}, Tags: []ddTag{},
		EncryptTel: o.EncryptTel, EncryptReceiver: o.EncryptReceiver, PostAddr: o.PostAddr,
	}
}

// Seconds from placing an order to what happens to it in a template.
const (
	ddPaidAfter     = 60
	ddCanceledAfter = 600
	ddShippedAfter  = 4 * 3600
	ddReceivedAfter = 24 * 3600
)

// ddSpan is how long ago an order must have been placed to have its status now.
func ddSpan(status int) int64 {
	switch status {
	case ddUnpaid:
		return 0
	case ddCanceled:
		return ddCanceledAfter
	case ddPartly, ddShipped:
		return ddShippedAfter
	case ddFinished:
		return ddReceivedAfter
	}
	return ddPaidAfter
}

// live gives the order the past that its status implies, crowded together
// where it was placed too short a time ago. A partly shipped order has sent its
// first line.
func (o *ddOrder) live(now int64) {
	at := func(after int64) int64 { return max(min(o.CreateTime+after, now), o.CreateTime) }
	paid, shipped, received := at(ddPaidAfter), at(ddShippedAfter), at(ddReceivedAfter)
	o.settle()
	switch o.OrderStatus {
	case ddUnpaid:
		return
	case ddCanceled: // before paying
		o.CancelReason, o.UpdateTime = "示例：不想要了", at(ddCanceledAfter)
	case ddShipped, ddFinished:
		o.pay(paid)
		for i := range o.Lines {
			o.ship(i, shipped)
		}
		if o.OrderStatus == ddFinished {
			o.finish(received)
		}
	case ddPartly:
		o.pay(paid)
		o.ship(0, shipped)
		for i := range o.Lines[1:] {
			o.Lines[1+i].OrderStatus, o.Lines[1+i].MainStatus = ddPrepare, ddPrepare
		}
	default:
		o.pay(paid)
	}
	o.settle()
}

func (o *ddOrder) pay(at int64) {
	o.PayTime, o.UpdateTime = at, at
	o.ChannelPaymentNo = "2025010122" + o.OrderID
	for i := range o.Lines {
		o.Lines[i].PayTime = at
	}
}

// ship sends one line in a parcel of its own.
func (o *ddOrder) ship(i int, at int64) {
	l := &o.Lines[i]
	l.ShipTime, l.OrderStatus, l.MainStatus = at, ddShipped, ddShipped
	o.UpdateTime = at
	if o.OrderStatus != ddPartly {
		o.ShipTime = at
	}
	o.Logistics = append(o.Logistics, ddParcel{
		TrackingNo: "SF" + l.OrderID, Company: "shunfeng", CompanyName: "顺丰速运", ShipTime: at, DeliveryID: "7" + l.OrderID[1:],
		Products: []ddInParcel{{
			ProductName: l.ProductName, Price: l.GoodsPrice, OuterSKUID: l.Code, SKUID: l.SKUID, Specs: l.Spec, Count: l.ItemNum,
			ProductID: l.ProductID, ProductIDStr: l.ProductIDStr, LineID: l.OrderID,
		}},
	})
}

func (o *ddOrder) finish(at int64) {
	o.FinishTime, o.UpdateTime = at, at
	for i := range o.Lines {
		o.Lines[i].FinishTime, o.Lines[i].OrderStatus, o.Lines[i].MainStatus = at, ddFinished, ddFinished
	}
}

// settle makes totals and the times of lines agree with the order.
func (o *ddOrder) settle() {
	o.OrderAmount, o.PayAmount = o.PostAmount, o.PostAmount
	for i := range o.Lines {
		l := &o.Lines[i]
		o.OrderAmount += l.OrderAmount
		o.PayAmount += l.PayAmount
		l.UpdateTime = o.UpdateTime
		l.CancelReason = o.CancelReason
	}
}
