package doudian

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// logisticsState is the platform's state of parcels and waybills.
type logisticsState struct {
	shipped  map[request]answered // answers by request id
	serials  map[string]string    // serial number -> order
	packNo   int64                // number of parcels made so far
	waybills map[string]*waybill  // by tracking number
	taken    map[pack]*waybill
	billNo   int64 // number of waybills made so far
}

type request struct{ shopID, id string }

// answered is the answer to a request that was carried out.
type answered struct {
	orderID string
	answer  json.RawMessage
}

func newLogistics() logisticsState {
	return logisticsState{
		shipped: map[request]answered{}, serials: map[string]string{},
		waybills: map[string]*waybill{}, taken: map[pack]*waybill{},
	}
}

func (d *platform) logisticsMethods() map[string]method {
	return map[string]method{
		"order.logisticsCompanyList":   {run: d.logisticsCompanyList},
		"order.logisticsAdd":           {run: d.logisticsAdd},
		"order.logisticsAddMultiPack":  {run: d.logisticsAddMultiPack},
		"order.logisticsEdit":          {run: d.logisticsEdit},
		"order.logisticsEditByPack":    {run: d.logisticsEditByPack},
		"logistics.newCreateOrder":     {run: d.waybillCreate},
		"logistics.updateOrder":        {run: d.waybillUpdate},
		"logistics.cancelOrder":        {run: d.waybillCancel},
		"logistics.waybillApply":       {run: d.waybillApply},
		"logistics.listShopNetsite":    {run: d.waybillSites},
		"logistics.templateList":       {run: d.waybillTemplates},
		"logistics.customTemplateList": {run: d.waybillCustomTemplates},
		"logistics.getOutRange":        {run: d.waybillOutRange},
		"logistics.appendSubOrder":     {run: d.waybillAppend},
		"logistics.trackNoRouteDetail": {run: d.waybillRoute},
	}
}

// carrier is a carrier. Its code is the same in order and logistics methods, as
// in the documentation's examples; whether it always is, is unconfirmed.
type carrier struct {
	ID     int    `json:"id"`
	Name   string `json:"name"`
	Code   string `json:"code"`
	prefix string // of its tracking numbers
	kind   int    // company_type: 1 direct, 2 franchise
}

var carriers = []carrier{
	{12, "顺丰速运", "shunfeng", "SF", 1},
	{7, "圆通快递", "yuantong", "YT", 2},
	{15, "中通快递", "zhongtong", "ZT", 2},
}

func carrierOf(code string) (carrier, bool) {
	i := slices.IndexFunc(carriers, func(c carrier) bool { return c.Code == code })
	if i < 0 {
		return carrier{}, false
	}
	return carriers[i], true
}

// logisticsCompanyList answers the carriers; its data is the list itself.
func (d *platform) logisticsCompanyList(*stage.Call) stage.Result { return d.succeed(carriers) }

// ship holds the parameters of shipping methods. Here logistics_code is the
// tracking number.
type ship struct {
	OrderID      lenientText   `json:"order_id"`
	RequestID    lenientText   `json:"request_id"`
	RejectRefund lenientBool   `json:"is_refund_reject"`
	RejectToo    lenientBool   `json:"is_reject_refund"`
	Serials      []lenientText `json:"serial_number_list"`
	packAsked
	Packs []packAsked `json:"pack_list"`
}

type packAsked struct {
	PackID      lenientText `json:"pack_id"`
	CompanyCode string      `json:"company_code"`
	TrackingNo  string      `json:"logistics_code"`
	Items       []struct {
		LineID   lenientText `json:"shipped_order_id"`
		Quantity *lenientInt `json:"shipped_num"`
	} `json:"shipped_order_info"`
}

// logisticsAdd ships a whole order in one parcel.
func (d *platform) logisticsAdd(c *stage.Call) stage.Result {
	var p ship
	if r, ok := parse(c, &p); !ok {
		return r
	}
	o, r, ok := d.shippable(c, &p)
	if !ok {
		return r
	}
	if len(o.Parcels) > 0 {
		// The documentation says "Whole-order shipping only; a partly shipped
		// order is refused", but not with which number.
		return refuse(50002, "isv.business-failed:60110", "订单已发货，不允许再次执行发货。")
	}
	pack := p.packAsked
	pack.Items = nil
	for _, l := range o.Lines {
		if n := lenientInt(o.left(l)); n > 0 {
			pack.Items = append(pack.Items, struct {
				LineID   lenientText `json:"shipped_order_id"`
				Quantity *lenientInt `json:"shipped_num"`
			}{lenientText(l.ID), &n})
		}
	}
	if r, ok := d.checkPacks(c, o, []packAsked{pack}); !ok {
		return r
	}
	d.ship(c, o, &p, []packAsked{pack})
	return d.Success(nil)
}

// logisticsAddMultiPack ships parcels of an order, all or none. A request id
// that was carried out before gets the same answer again.
func (d *platform) logisticsAddMultiPack(c *stage.Call) stage.Result {
	var p ship
	if r, ok := parse(c, &p); !ok {
		return r
	}
	if p.RequestID == "" || len(p.Packs) == 0 {
		return refuse(20000, "isp.service-error:99998", "请输入正确的参数，仔细检查输入参数是否为空或联系抖店人员排查。")
	}
	key := request{c.Shop.ID, string(p.RequestID)}
	if before, ok := d.logistics.shipped[key]; ok {
		if before.orderID != string(p.OrderID) { // unconfirmed
			return refuse(40003, "isv.idempotent-id-existed", "幂等ID已存在")
		}
		return d.Success(before.answer)
	}
	o, r, ok := d.shippable(c, &p)
	if !ok {
		return r
	}
	if r, ok := d.checkPacks(c, o, p.Packs); !ok {
		return r
	}
	packs := d.ship(c, o, &p, p.Packs)
	answer := stage.Encode(map[string]any{"pack_list": packs})
	d.logistics.shipped[key] = answered{o.ID, answer}
	return d.Success(answer)
}

// logisticsEdit changes carrier and number of an order's only parcel.
func (d *platform) logisticsEdit(c *stage.Call) stage.Result {
	return d.edit(c, func(o *shipOrder, _ ship) (int, stage.Result) {
		if len(o.Parcels) != 1 {
			return 0, refuse(50002, "isv.business-failed:70011", "70011:包裹单号缺失，请修改后重试")
		}
		return 0, stage.Result{}
	})
}

// logisticsEditByPack changes carrier and number of one parcel. The refusal for
// an unknown parcel is not documented.
func (d *platform) logisticsEditByPack(c *stage.Call) stage.Result {
	return d.edit(c, func(o *shipOrder, p ship) (int, stage.Result) {
		i := slices.IndexFunc(o.Parcels, func(x parcelFact) bool {
			return x.DeliveryID == string(p.PackID) &&
				x.DeliveryID != ""
		})
		if i < 0 {
			return 0, refuse(50002, "isv.business-failed:60021", "该订单的订单状态不允许发货")
		}
		return i, stage.Result{}
	})
}

func (d *platform) edit(c *stage.Call, which func(*shipOrder, ship) (int, stage.Result)) stage.Result {
	var p ship
	if r, ok := parse(c, &p); !ok {
		return r
	}
	if p.CompanyCode == "" {
		return refuse(40002, "isv.missing-parameter:60083", "物流公司编码(company_code)字段不能为空")
	}
	carrier, ok := carrierOf(p.CompanyCode)
	switch {
	case !ok:
		return refuse(50002, "isv.business-failed:60018", "物流公司错误。原因：暂不支持该物流商，请检查物流商编码后重新发货")
	case !validTracking(p.TrackingNo):
		return refuse(50002, "isv.business-failed:60017", "物流单号错误。原因：发货信息填写有误，请检查物流单号")
	}
	r, err := d.world.Order(string(p.OrderID))
	if err != nil || r.Shop != c.Shop {
		return refuse(50002, "isv.business-failed:60021", "该订单的订单状态不允许重新发货")
	}
	o := readShipOrder(r)
	if o.Status != statusPartly && o.Status != statusShipped {
		return refuse(50002, "isv.business-failed:10007", "此订单状态不允许重新发货")
	}
	i, refusal := which(o, p)
	if refusal.Code != 0 {
		return refusal
	}
	if err := d.changeParcel(o, i, carrier, p.TrackingNo); err != nil {
		return refuse(20000, "isp.service-error:70008", "重新发货失败，请稍后重试")
	}
	return d.Success(nil)
}

// shippable returns the order of a request, or the reason why nothing of it may
// be shipped.
func (d *platform) shippable(c *stage.Call, p *ship) (*shipOrder, stage.Result, bool) {
	no := func(sub, text string) (*shipOrder, stage.Result, bool) {
		return nil, refuse(50002, "isv.business-failed:"+sub, text), false
	}
	if !stage.Digits(string(p.OrderID), 19) {
		return nil, refuse(40004, "isv.parameter-invalid:50049", "订单号不能为空或者格式错误。"), false
	}
	r, err := d.world.Order(string(p.OrderID))
	if err != nil {
		return no("60033", "订单不存在，请仔细检查后重试。")
	}
	if r.Shop != c.Shop {
		return no("60101", "非本店铺订单，操作失败。")
	}
	o := readShipOrder(r)
	switch {
	case o.Status == statusUnpaid:
		return no("60137", "订单未支付，禁止发货。")
	case o.Status == statusReview:
		return no("60109", "订单正在风控审核中，风控审核时效1~2小时，请等待订单变为“备货中”")
	case o.Status == statusCanceled && o.MainStatus == 21:
		return no("60068", "该订单已售前退款成功，不能发货。")
	case o.Status == statusCanceled:
		return no("60021", "订单已取消，禁止发货。")
	case o.Status == statusFinished:
		return no("60113", "订单已完结，禁止发货。")
	case o.Status == statusShipped:
		return no("60110", "订单已发货，不允许再次执行发货。")
	case o.OrderType == 2 || o.OrderType == 4 || o.OrderType == 5:
		return no("60111", "暂不支持本类订单发货。")
	case o.Biz == 21 || o.Biz == 22 || o.Biz == 23:
		return no("60024", "该订单不可自行操作发货，请联系跨境服务商进行操作。")
	}
	refund := bool(p.RejectRefund || p.RejectToo)
	named := map[lenientText]bool{}
	for _, pack := range p.Packs {
		for _, item := range pack.Items {
			named[item.LineID] = true
		}
	}
	for _, l := range o.Lines {
		switch {
		case o.left(l) == 0 || len(named) > 0 && !named[lenientText(l.ID)]:
			// The line is not shipped by this request. That its open refund
			// does not block the others is inferred.
		case !refund && l.refunding():
			return no("60040", "发货订单中有退款申请需要处理，请先处理。")
		case l.Inspection == 2:
			return no("60069", "该发货方式不支持质检类订单发货。")
		case l.NeedSerial && len(p.Serials) == 0:
			return no("60056", "补贴商品发货时需要上传商品序列号")
		}
	}
	for _, sn := range p.Serials {
		if len(sn) > 30 {
			return nil, refuse(40004, "isv.parameter-invalid:60046", "序列号长度不能超过30位字符。"), false
		}
		if used := d.logistics.serials[string(sn)]; used != "" {
			return no("60047", "该订单补贴商品的序列号已经上传，请重新填写。")
		}
	}
	return o, stage.Result{}, true
}

// checkPacks checks all parcels before any of them is shipped.
func (d *platform) checkPacks(c *stage.Call, o *shipOrder, packs []packAsked) (stage.Result, bool) {
	no := func(sub, text string) (stage.Result, bool) {
		return refuse(50002, "isv.business-failed:"+sub, text), false
	}
	left := o.allLeft()
	for _, p := range packs {
		if p.CompanyCode == "" {
			return refuse(40002, "isv.missing-parameter:60011", "物流公司编码不允许为空。"), false
		}
		if _, ok := carrierOf(p.CompanyCode); !ok {
			return no("60018", "暂不支持该物流公司或物流商已失效，请检查。")
		}
		if !validTracking(p.TrackingNo) {
			return no("60017", "物流单号不符合规则。")
		}
		if r, ok := d.checkTracking(c.Shop, o, p); !ok {
			return r, false
		}
		if len(p.Items) == 0 {
			return no("70023", "70023:没有能发货的订单，请修改后重试")
		}
		for _, item := range p.Items {
			id := string(item.LineID)
			if _, ok := left[id]; !ok {
				return no("60102", "60102:商品单不存在，请仔细检查后重试")
			}
			want := left[id] // no quantity: all that is left
			if item.Quantity != nil {
				want = int64(*item.Quantity)
			}
			switch {
			case want < 0:
				return no("60080", "60080:商品的发货数量不允许小于0")
			case want == 0, want > left[id]:
				return no("70023", "70023:已发货，请检查订单状态")
			}
			left[id] -= want
		}
	}
	return stage.Result{}, true
}

// checkTracking checks a tracking number against its waybill and against other
// orders that use it.
func (d *platform) checkTracking(sh *stage.Shop, o *shipOrder, p packAsked) (stage.Result, bool) {
	no := func(sub, text string) (stage.Result, bool) {
		return refuse(50002, "isv.business-failed:"+sub, text), false
	}
	if w := d.logistics.waybills[p.TrackingNo]; w != nil {
		switch {
		case w.cancelled:
			return no("70018", "70018:物流单号已被快递回收或取消，无法继续使用，请核实后更新单号")
		case w.carrier.Code != p.CompanyCode:
			return no("60128", "物流公司与系统智能检测不一致。物流公司可能为:"+w.carrier.Name)
		case w.phone != d.vault[o.Tel].text && w.detail != d.vault[o.Address.EncryptDetail].text:
			return no("70020", "70020:物流单号收件人电话及地址与该订单买家电话及地址均不一致")
		}
	}
	for _, r := range sh.Book.ByCreated {
		if r.ID == o.ID || !slices.ContainsFunc(factsOf(r).Parcels,
			func(f parcelFact) bool { return f.TrackingNo == p.TrackingNo }) {
			continue
		}
		if factsOf(r).AddressID != o.AddressID {
			return no("70022", "70022:物流单号已被其他订单使用，且收货人手机号/收货地址不一致")
		}
	}
	return stage.Result{}, true
}

// validTracking is a rough check of the form of tracking numbers. The carriers'
// own rules are not public.
func validTracking(no string) bool {
	return len(no) >= 6 && len(no) <= 32 && !strings.ContainsFunc(no, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}
