package doudian

import (
	"fmt"
	"strconv"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// Doudian's order statuses.
const (
	statusUnpaid   = 1
	statusReview   = 105 // paid, risk review
	statusPrepare  = 2
	statusPartly   = 101
	statusShipped  = 3
	statusCanceled = 4
	statusFinished = 5
)

var statusDesc = map[int]string{
	statusUnpaid: "待支付", statusReview: "已支付", statusPrepare: "备货中", statusPartly: "部分发货",
	statusShipped: "已发货", statusCanceled: "已取消", statusFinished: "已完成",
}

// goods is an invented SKU.
type goods struct {
	name, code  string
	color, size string
	price       int64 // fen
}

var catalogue = []goods{
	{"示例T恤", "TS-RED-M", "红色", "M", 5900},
	{"示例短裤", "SK-BLK-L", "黑色", "L", 3900},
	{"示例外套", "CT-GRY-M", "灰色", "M", 9900},
	{"示例帆布袋", "BG-WHT-U", "白色", "均码", 2500},
	{"示例水杯", "CP-BLU-U", "蓝色", "500ml", 4200},
}

type templateInput struct {
	id       string // of the order
	status   int
	lines    int
	created  int64
	receiver int // index into receivers
	variety  int // which goods, and how many of them
}

// template makes an order whose parts agree: times with status, parcels with
// lines, totals with prices.
func (d *platform) template(sh *stage.Shop, b templateInput) order {
	desc := statusDesc[b.status]
	if desc == "" {
		desc = fmt.Sprintf("示例状态%d", b.status)
	}
	o := order{
		OrderID: b.id, ShopID: stage.Number(sh.ID, 0), ShopName: sh.Name, OrderLevel: 2,
		Biz: 2, BizDesc: "小店", OrderTypeDesc: "普通订单",
		OrderStatus: b.status, OrderStatusDesc: desc, MainStatus: b.status,
		OrderExpireTime: 1800, CreateTime: b.created, UpdateTime: b.created,
		BType: 2, BTypeDesc: "抖音", SubBType: 1, PayType: 2,
		ExpShipTime: b.created + 2*86400,
		Logistics:   []parcel{}, SerialNumbers: []string{}, Tags: []tag{}, UserTags: []tag{}, Phases: []phase{},
		PromiseInfo: "{}",
	}
	d.address(&o, receivers[b.receiver%len(receivers)])
	for i := range b.lines {
		o.Lines = append(o.Lines, newLine(&o, i, catalogue[(b.variety+i)%len(catalogue)], int64(1+(b.variety+i)%2)))
	}
	o.addHistory(d.world.Now().Unix())
	return o
}

// lineID returns the id of line i. The first line has the order's own id, on
// the platform as here.
func lineID(orderID string, i int) string {
	n, err := strconv.ParseInt(orderID, 10, 64)
	if err != nil || i == 0 {
		return orderID
	}
	return strconv.FormatInt(n+int64(i), 10)
}

func newLine(o *order, i int, g goods, count int64) orderLine {
	const product, sku = 3600000000000000001, 1780000000000001
	at := int64(0)
	for j, other := range catalogue {
		if other == g {
			at = int64(j)
		}
	}
	return orderLine{
		OrderID: lineID(o.OrderID, i), ParentOrderID: o.OrderID, OrderLevel: 3,
		Biz: o.Biz, BizDesc: o.BizDesc, OrderTypeDesc: o.OrderTypeDesc, TradeTypeDesc: "普通",
		OrderStatus: o.OrderStatus, MainStatus: o.MainStatus,
		CreateTime: o.CreateTime, UpdateTime: o.UpdateTime, OrderExpireTime: o.OrderExpireTime,
		BType: o.BType, SubBType: o.SubBType, CBiz: 8, PayType: o.PayType, ThemeType: "0",
		OrderAmount: g.price * count, PayAmount: g.price * count, SumAmount: g.price * count,
		OriginAmount: g.price, GoodsPrice: g.price,
		Code: g.code, OutSKUID: "0", ProductID: product + at, ProductIDStr: strconv.FormatInt(product+at, 10),
		SKUID:       sku + at,
		ProductName: g.name, ProductPic: "https://example.com/p.jpg", ItemNum: count,
		Spec:        []spec{{"颜色", g.color}, {"尺码", g.size}},
		ExpShipTime: o.ExpShipTime,
		Inventory:   []inventory{{WarehouseID: "0", Type: 1, TypeDesc: "普通库存", Count: count}},
		MasterLines: []string{}, Tags: []tag{},
		EncryptTel: o.EncryptTel, EncryptReceiver: o.EncryptReceiver, PostAddr: o.PostAddr,
	}
}

// When things happen to an order of a template, in seconds after it is placed.
const (
	paidAfter     = 60
	canceledAfter = 600
	shippedAfter  = 4 * 3600
	receivedAfter = 24 * 3600
)

// spanOf returns how many seconds ago an order must have been placed to have
// its status now.
func spanOf(status int) int64 {
	switch status {
	case statusUnpaid:
		return 0
	case statusCanceled:
		return canceledAfter
	case statusPartly, statusShipped:
		return shippedAfter
	case statusFinished:
		return receivedAfter
	}
	return paidAfter
}

// addHistory sets the times that the status implies, none of them later than
// now. A partly shipped order has shipped its first line.
func (o *order) addHistory(now int64) {
	at := func(after int64) int64 { return max(min(o.CreateTime+after, now), o.CreateTime) }
	paid, shipped, received := at(paidAfter), at(shippedAfter), at(receivedAfter)
	o.settle()
	switch o.OrderStatus {
	case statusUnpaid:
		return
	case statusCanceled: // before paying
		o.CancelReason, o.UpdateTime = "示例：不想要了", at(canceledAfter)
	case statusShipped, statusFinished:
		o.pay(paid)
		for i := range o.Lines {
			o.ship(i, shipped)
		}
		if o.OrderStatus == statusFinished {
			o.finish(received)
		}
	case statusPartly:
		o.pay(paid)
		o.ship(0, shipped)
		for i := range o.Lines[1:] {
			o.Lines[1+i].OrderStatus, o.Lines[1+i].MainStatus = statusPrepare, statusPrepare
		}
	default:
		o.pay(paid)
	}
	o.settle()
}

func (o *order) pay(at int64) {
	o.PayTime, o.UpdateTime = at, at
	o.ChannelPaymentNo = "2025010122" + o.OrderID
	for i := range o.Lines {
		o.Lines[i].PayTime = at
	}
}

// ship ships one line in a parcel of its own.
func (o *order) ship(i int, at int64) {
	l := &o.Lines[i]
	l.ShipTime, l.OrderStatus, l.MainStatus = at, statusShipped, statusShipped
	o.UpdateTime = at
	if o.OrderStatus != statusPartly {
		o.ShipTime = at
	}
	o.Logistics = append(o.Logistics, parcel{
		TrackingNo: "SF" + l.OrderID, Company: "shunfeng", CompanyName: "顺丰速运", ShipTime: at, DeliveryID: "7" + l.OrderID[1:],
		Products: []inParcel{{
			ProductName: l.ProductName, Price: l.GoodsPrice, OuterSKUID: l.Code, SKUID: l.SKUID, Specs: l.Spec,
			Count:     l.ItemNum,
			ProductID: l.ProductID, ProductIDStr: l.ProductIDStr, LineID: l.OrderID,
		}},
	})
}

func (o *order) finish(at int64) {
	o.FinishTime, o.UpdateTime = at, at
	for i := range o.Lines {
		o.Lines[i].FinishTime, o.Lines[i].OrderStatus, o.Lines[i].MainStatus = at, statusFinished, statusFinished
	}
}

// settle recomputes totals and copies the order's times to its lines.
func (o *order) settle() {
	o.OrderAmount, o.PayAmount = o.PostAmount, o.PostAmount
	for i := range o.Lines {
		l := &o.Lines[i]
		o.OrderAmount += l.OrderAmount
		o.PayAmount += l.PayAmount
		l.UpdateTime = o.UpdateTime
		l.CancelReason = o.CancelReason
	}
}
