package kuaishou

import (
	"slices"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

func (k *platform) dsMerchantList(c *stage.Call) stage.Result {
	var q struct {
		distrWindow
		Factory string `json:"factoryCode"`
		Status  *int   `json:"dropshippingStatus"`
		Trade   *int   `json:"orderStatus"`
		Refund  *int   `json:"refundStatus"`
		Type    int    `json:"orderType"`
		Query   string `json:"queryType"`
	}
	if r, ok := k.parse(c, &q); !ok {
		return r
	}
	if r, ok := k.checkWindow(q.distrWindow, k.rules.Dropship.PageMost, merchantWindow, "时间跨度应小于30天"); !ok {
		return r
	}
	one := func(n *int, of ...int) bool { return n != nil && slices.Contains(append(of, 0), *n) }
	switch {
	case !one(q.Status, distrToAllocate, distrTakenBack, distrAllocated, distrShippedBack),
		!one(q.Trade, 100, 200, 500), !one(q.Refund, 100, 200, 500):
		return k.invalid("dropshippingStatus、orderStatus或refundStatus")
	case q.Type != tradeOrder && !slices.Contains(addedTypes, q.Type):
		return k.invalid("orderType") // no value stands for all types
	case q.Query != "PAT_TIME" && q.Query != "CREATE_TIME":
		return k.invalid("queryType")
	case q.Sort != 0 && q.Sort != 1:
		return k.invalid("sort")
	}
	k.refresh(c.Shop)
	var rows []distrRow
	for _, x := range k.dropship.dsOrders {
		if x == nil || x.merchant != c.Shop || x.kind != q.Type {
			continue
		}
		k.reread(x)
		at := x.created
		if q.Query == "PAT_TIME" {
			at = x.paid()
		}
		fits := func(n *int, is int) bool { return *n == 0 || *n == is }
		if at < q.Begin || at > q.End || !fits(q.Status, x.status) || !fits(q.Trade, x.tradeStatus()) ||
			!fits(q.Refund, x.refund()) ||
			q.Factory != "" && (x.allocation == nil || k.dropship.codes[x.allocation.bond.Factory] != q.Factory) {
			continue
		}
		rows = append(rows, distrRow{at, x.no, func() map[string]any { return k.merchantView(x) }})
	}
	list, cursor, r, ok := k.distrPage(q.distrWindow, rows, q.Sort == 1, k.rules.Dropship.CursorEnd)
	if !ok {
		return r
	}
	return k.succeed(map[string]any{"cursor": cursor, "pageSize": q.Size, "beginTime": q.Begin, "endTime": q.End,
		"orderList": list})
}

// paid returns when the order was paid; an added one was not.
func (x *dsOrder) paid() int64 {
	if x.added != nil {
		return 0
	}
	return x.order.Base.PayTime
}

func (k *platform) dsMerchantDetail(c *stage.Call) stage.Result {
	var p struct {
		Code string `json:"dropshippingOrderCode"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	k.refresh(c.Shop)
	x := k.dsOrder(c, p.Code)
	if x == nil {
		return k.rejected(k.rules.Dropship.MissingMsg)
	}
	return k.succeed(k.merchantView(x))
}

var (
	tradeWords  = map[int]string{100: "待发货", 200: "已发货", 500: "已关闭"}
	refundWords = map[int]string{100: "无售后", 200: "售后中", 500: "售后完成"}
	distrWords  = map[int]string{distrToAllocate: "待分配", distrTakenBack: "取消分配", distrAllocated: "已分配未回传",
		distrShippedBack: "已分配已回传"}
	typeWords = map[int]string{tradeOrder: "交易主单", 200: "赠品", 300: "补货", 400: "换货", 1000: "其他"}
)

// merchantView returns a drop-ship order as its merchant sees it.
func (k *platform) merchantView(x *dsOrder) map[string]any {
	o := x.order
	parcel := map[string]any{"waybillCode": "", "expressCompanyCode": "", "expressCompanyName": ""}
	ds := map[string]any{
		"factoryCode": "", "factoryName": "", "allocateTime": 0, "dropshippingStatus": x.status, "dropshippingStatusDesc": distrWords[x.status],
		"cancelAllocateTime": 0, "cancelAllocateReason": "",
	}
	shipped := o.Base.SendTime
	if x.added != nil {
		shipped = 0
	}
	var items []distrItem
	if a := x.allocation; a != nil {
		ds["factoryCode"], ds["factoryName"], ds["allocateTime"] = k.dropship.codes[a.bond.Factory],
			a.bond.Factory.Name, a.allocated
		ds["cancelAllocateTime"], ds["cancelAllocateReason"] = a.cancelled, a.reason
		if a.parcel.TrackNo != "" {
			carrier, _ := carrierBy(a.parcel.Company)
			parcel["waybillCode"], parcel["expressCompanyCode"], parcel["expressCompanyName"] = a.parcel.TrackNo,
				a.parcel.Company, carrier.name
			shipped = a.shipped
		}
		if x.status == distrTakenBack {
			a = nil // the order is the merchant's again
		}
		items = k.shown(x, a)
	} else {
		items = x.items()
	}
	contact := contact{Name: string(o.Address.MaskName), Mobile: string(o.Address.MaskMobile)}
	if x.added != nil && x.added.contact != nil {
		contact = *x.added.contact
	}
	return map[string]any{
		"orderBaseInfo": map[string]any{
			"dropshippingOrderCode": x.code, "oid": o.Base.OID, "payTime": x.paid(), "buyerOpenId": o.Base.BuyerOpenID, "buyerNick": o.Base.BuyerNick,
			"sellerOpenId": o.Base.SellerOpenID, "sellerNick": o.Base.SellerNick,
			"orderStatus": x.tradeStatus(), "orderStatusDesc": tradeWords[x.tradeStatus()],
			"refundStatus": x.refund(), "refundStatusDesc": refundWords[x.refund()],
			"orderType": x.kind, "orderTypeDesc": typeWords[x.kind],
			"deliveryTime": shipped, "createTime": x.created, "updateTime": x.changed(),
		},
		"orderLogisticsInfo": parcel, "orderDropshippingInfo": ds,
		"orderNote":     map[string]any{"buyerNote": x.buyerNotes(), "sellerNote": x.sellerNotes()},
		"orderItemList": items, "receiverAddress": x.address(), "receiverContact": contact,
	}
}

// checkCodes checks the list of codes of a batch.
func (k *platform) checkCodes(codes []string, most int) (stage.Result, bool) {
	if len(codes) == 0 || len(codes) > most {
		return k.invalid("dropshippingOrderCodeList"), false
	}
	return stage.Result{}, true
}

func (k *platform) dsAllocate(c *stage.Call) stage.Result {
	var p struct {
		Codes   []string `json:"dropshippingOrderCodeList"`
		Factory string   `json:"factoryCode"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	if r, ok := k.checkCodes(p.Codes, k.rules.Dropship.BatchMost); !ok {
		return r
	}
	if p.Factory == "" {
		return k.invalid("factoryCode")
	}
	k.refresh(c.Shop)
	bond := k.bondByCode(c.Shop, p.Factory)
	rows := []map[string]any{}
	for _, code := range p.Codes {
		rows = append(rows, k.outcome("dropshippingOrderCode", code, k.allocate(c, code, bond)))
	}
	return k.succeed(rows)
}

// allocate allocates a drop-ship order to a factory, or returns why it cannot.
// The texts are invented. The rules are those of drop-ship elsewhere and, for
// orders on hold or being refunded, assumed.
func (k *platform) allocate(c *stage.Call, code string, bond *bond) string {
	x := k.dsOrder(c, code)
	switch {
	case x == nil:
		return k.rules.Dropship.MissingMsg
	case bond == nil || bond.status != bindOK:
		return "未绑定该厂家"
	case x.added == nil && x.record.Created < bond.Bound:
		return "订单早于绑定时间"
	case x.status == distrAllocated:
		return "订单已分配"
	case x.status == distrShippedBack:
		return "订单已回传"
	case x.tradeStatus() != 100:
		return "订单状态不允许分配"
	case x.refund() == 200:
		return "订单售后中"
	case x.added == nil && (len(x.order.Base.Holds) > 0 || x.order.Base.RiskCode != 0):
		return "订单暂不可发货"
	}
	now := c.Now.UnixMilli()
	a := &allocation{
		no: int64(len(k.dropship.allocations)) + 1, dsOrder: x, bond: bond, status: distrAllocated, items: x.items(),
		allocated: now, updated: now,
	}
	a.code = "AL25" + formatID(770_000_000_000+a.no*7) // unlike the merchant's code on purpose
	k.dropship.allocations = append(k.dropship.allocations, a)
	k.dropship.allocationsByCode[a.code] = a
	x.allocation, x.status, x.updated = a, distrAllocated, now
	return ""
}

func (k *platform) dsCancel(c *stage.Call) stage.Result {
	var p struct {
		Codes  []string `json:"dropshippingOrderCodeList"`
		Reason string   `json:"cancelAllocateReason"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	if r, ok := k.checkCodes(p.Codes, k.rules.Dropship.BatchMost); !ok {
		return r
	}
	if p.Reason == "" {
		return k.invalid("cancelAllocateReason")
	}
	k.refresh(c.Shop)
	rows, now := []map[string]any{}, c.Now.UnixMilli()
	for _, code := range p.Codes {
		x, why := k.dsOrder(c, code), ""
		switch {
		case x == nil:
			why = k.rules.Dropship.MissingMsg
		case x.status == distrShippedBack:
			why = "订单已回传，不能取消分配"
		case x.status != distrAllocated:
			why = "订单未分配"
		default:
			x.status, x.updated = distrTakenBack, now
			a := x.allocation
			a.status, a.cancelled, a.reason, a.updated = distrTakenBack, now, p.Reason, now
		}
		rows = append(rows, k.outcome("dropshippingOrderCode", code, why))
	}
	return k.succeed(rows)
}
