package kuaishou

import (
	"slices"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

func (k *platform) dsFactoryList(c *stage.Call) stage.Result {
	var q struct {
		distrWindow
		Query  int `json:"queryType"` // 1 by allocation, 2 by update
		Status int `json:"allocateStatus"`
	}
	if r, ok := k.parse(c, &q); !ok {
		return r
	}
	if r, ok := k.checkWindow(q.distrWindow, factorySize, factoryWindow, "时间跨度应小于30分钟"); !ok {
		return r
	}
	switch {
	case q.Begin < c.Now.UnixMilli()-factoryOldest:
		return k.invalid("只能查询60天内的订单")
	case q.Query != 1 && q.Query != 2, q.Sort < 0 || q.Sort > 2, q.Status != 0 &&
		(q.Status < distrTakenBack || q.Status > distrShippedBack):
		return k.invalid("queryType、sort或allocateStatus")
	}
	var rows []distrRow
	for _, a := range k.dropship.allocations {
		if a.bond.Factory != c.Shop {
			continue
		}
		k.reread(a.dsOrder)
		at := a.allocated
		if q.Query == 2 {
			at = a.changed()
		}
		if at < q.Begin || at > q.End || q.Status != 0 && q.Status != a.status {
			continue
		}
		rows = append(rows, distrRow{at, a.no, func() map[string]any { return k.factoryView(a) }})
	}
	list, cursor, r, ok := k.distrPage(q.distrWindow, rows, q.Sort == 2, noMore)
	if !ok {
		return r
	}
	return k.succeed(map[string]any{"cursor": cursor, "dsOrderList": list})
}

// changed returns when an allocation last changed. One that was taken back no
// longer changes with its order.
func (a *allocation) changed() int64 {
	if a.status == distrTakenBack {
		return a.updated
	}
	return max(a.updated, a.dsOrder.record.Updated)
}

// factoryView returns an allocation as its factory sees it: without the order's
// number, the receiver's name and phone.
func (k *platform) factoryView(a *allocation) map[string]any {
	x, items := a.dsOrder, []map[string]any{}
	for _, i := range k.shown(x, a) {
		items = append(items, map[string]any{
			"itemId": formatID(i.Item), "itemSpecs": i.Desc, "itemName": i.Title, "skuId": formatID(i.SKUID), "itemQuantity": i.Num, "skuNick": i.Nick,
		})
	}
	parcels := []distrParcel{}
	if a.parcel.TrackNo != "" {
		parcels = append(parcels, a.parcel)
	}
	v := map[string]any{
		"consignTime": a.consigned(k.rules.Dropship), "userName": a.bond.Merchant.Name, "userCode": a.bond.alias, "receiverId": x.receiverID(),
		"allocateOrderCode": a.code, "allocateStatus": a.status, "logistics": parcels, "latestPromiseConsignTime": x.order.Base.Promise,
		"dsItemDto": items, "postSaleType": map[int]int{100: 1, 200: 2, 500: 3}[x.refund()], "allocateCancelReason": a.reason,
		"receiverAddress": x.address(), "allocateTime": a.allocated,
		"orderNote": map[string]any{"sellerRemark": x.sellerNotes(), "buyerRemark": x.buyerNotes()},
	}
	if types := k.rules.Dropship.SerialTypes; len(types) > 0 {
		v["serialNumberInfo"] = map[string]any{"serialType": types}
	}
	return v
}

// consigned returns the time of shipping that the factory sees.
func (a *allocation) consigned(rules DropshipRules) int64 {
	if a.shipped == 0 && a.status == distrAllocated && a.dsOrder.added == nil && rules.ShowMerchantShipping {
		return a.dsOrder.order.Base.SendTime
	}
	return a.shipped
}

// allocation returns an allocation to the calling factory, or nil.
func (k *platform) allocation(c *stage.Call, alias, code string) *allocation {
	a := k.dropship.allocationsByCode[code]
	if a == nil || a.bond.Factory != c.Shop || a.bond.alias != alias {
		return nil
	}
	k.reread(a.dsOrder)
	return a
}

func (k *platform) dsFactoryDetail(c *stage.Call) stage.Result {
	var p struct {
		Code  string `json:"allocateOrderCode"`
		Alias string `json:"userCode"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	a := k.allocation(c, p.Alias, p.Code)
	if a == nil {
		return k.rejected(k.rules.Dropship.MissingMsg)
	}
	return k.succeed(k.factoryView(a))
}

// deliverParams holds the parameters of both methods that report a parcel.
type deliverParams struct {
	distrParcel
	Alias string   `json:"userCode"`
	Code  string   `json:"allocateOrderCode"`
	SN    []string `json:"serialNumberList"`
	IMEI  []string `json:"imeiList"`
}

// dsDeliver ships an allocation and with it the merchant's order. The texts
// that refuse a wrong state are invented, those of parcels that are stopped
// (发货拦截) are documented.
func (k *platform) dsDeliver(c *stage.Call) stage.Result {
	var p deliverParams
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	if p.TrackNo == "" || p.Company == "" {
		return k.invalid("waybillCode或expressCompanyCode")
	}
	a := k.allocation(c, p.Alias, p.Code)
	if a == nil {
		return k.rejected(k.rules.Dropship.MissingMsg)
	}
	carrier, known := carrierBy(p.Company)
	switch x := a.dsOrder; {
	case a.status == distrShippedBack:
		return k.rejected("示例：订单已发货")
	case a.status == distrTakenBack:
		return k.rejected("示例：订单已取消分配")
	case x.tradeStatus() == 200:
		return k.rejected("示例：商家已发货")
	case x.tradeStatus() != 100:
		return k.rejected("示例：订单状态不允许发货")
	case x.refund() == 200:
		return k.rejected("示例：订单售后中")
	case !known:
		return refuseShipping("快递公司不存在")
	case !serialsFit(k.rules.Dropship.SerialTypes, p):
		return k.rejected("示例：请填写序列号或IMEI")
	}
	if words := k.intercept(a, p); words != "" {
		return refuseShipping(words)
	}
	now := c.Now.UnixMilli()
	if err := k.report(a, p.distrParcel, carrier, stage.Object{"status": int64(statusShipped)}); err != nil {
		return k.Failure(stage.Result{})
	}
	a.status, a.shipped, a.updated, a.parcel = distrShippedBack, now, now, p.distrParcel
	a.dsOrder.status, a.dsOrder.updated = distrShippedBack, now
	if t := k.dropship.taken[p.TrackNo]; t != nil {
		t.used = true
	}
	return k.Success(nil)
}

// intercept checks a parcel against the waybills taken for the order, and
// returns the text that stops it (发货拦截), or "".
func (k *platform) intercept(a *allocation, p deliverParams) string {
	if t := k.dropship.taken[p.TrackNo]; t != nil && !t.gone {
		switch {
		case t.allocation != a:
			return "同一个运单号对应收件地址超过1个"
		case t.company != p.Company:
			return "电子面单取号与发货快递公司不一致"
		}
		return ""
	}
	for _, t := range k.dropship.taken {
		if t.allocation == a && !t.gone {
			return "回传运单号与电子面单不一致"
		}
	}
	return ""
}

// serialsFit reports whether the serial numbers that the goods need are given.
func serialsFit(types []int, p deliverParams) bool {
	fits := func(list []string, least, most int) bool {
		return len(list) > 0 && !slices.ContainsFunc(list,
			func(s string) bool { return len(s) < least || len(s) > most })
	}
	return (!slices.Contains(types, 1) || fits(p.SN, 1, 30)) &&
		(!slices.Contains(types, 2) || fits(p.IMEI, 15, 17) &&
			!slices.ContainsFunc(p.IMEI, func(s string) bool { return !stage.Digits(s, 17) }))
}

// report shows the factory's parcel on the merchant's order, unless that was
// added.
func (k *platform) report(a *allocation, p distrParcel, carrier carrier, base stage.Object) error {
	if a.dsOrder.added != nil {
		return nil
	}
	r, err := k.world.Order(a.dsOrder.record.ID)
	if err != nil {
		return err
	}
	parcel := parcel{p.TrackNo, carrier.number, 700_000_000_000 + a.no}
	return k.ChangeOrder(r, stage.Object{"orderBaseInfo": base, "orderLogisticsInfo": []any{stage.Object{
		"expressNo": parcel.ExpressNo, "expressCode": int64(parcel.ExpressCode), "logisticsId": parcel.LogisticsID,
	}}})
}

func (k *platform) dsLogisticsUpdate(c *stage.Call) stage.Result {
	var p deliverParams
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	if p.TrackNo == "" || p.Company == "" {
		return k.invalid("waybillCode或expressCompanyCode")
	}
	a := k.allocation(c, p.Alias, p.Code)
	carrier, known := carrierBy(p.Company)
	switch {
	case a == nil:
		return k.rejected(k.rules.Dropship.MissingMsg)
	case a.status != distrShippedBack:
		return k.rejected("示例：订单未发货")
	case !known:
		return refuseShipping("快递公司不存在")
	}
	if err := k.report(a, p.distrParcel, carrier, stage.Object{}); err != nil {
		return k.Failure(stage.Result{})
	}
	a.parcel, a.updated = p.distrParcel, c.Now.UnixMilli()
	a.dsOrder.updated = a.updated
	return k.Success(nil)
}
