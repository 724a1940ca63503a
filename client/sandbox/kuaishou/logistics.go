package kuaishou

import (
	"net/http"
	"slices"
	"strings"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// logisticsState is the platform's state of parcels, waybills and addresses.
type logisticsState struct {
	parcelNo  int64
	waybills  map[string]*waybill // by tracking number
	taken     map[pack]*waybill
	billNo    int64
	books     map[*stage.Shop][]entry // address books
	addressNo int64
}

func newLogistics() logisticsState {
	return logisticsState{waybills: map[string]*waybill{}, taken: map[pack]*waybill{}, books: map[*stage.Shop][]entry{}}
}

func (k *platform) logisticsMethods() map[string]method {
	const get, post = http.MethodGet, http.MethodPost
	return map[string]method{
		"open.seller.order.goods.deliver":          {verb: post, run: k.goodsDeliver},
		"open.order.goods.split.deliver":           {verb: post, run: k.goodsSplitDeliver},
		"open.seller.order.goods.logistics.append": {verb: post, run: k.logisticsAppend},
		"open.seller.order.logistics.update":       {verb: post, run: k.logisticsUpdate},
		"open.express.ebill.get":                   {verb: post, run: k.ebillGet},
		"open.express.ebill.update":                {verb: post, run: k.ebillUpdate},
		"open.express.ebill.cancel":                {verb: get, run: k.ebillCancel},
		"open.express.ebill.append":                {verb: post, run: k.ebillAppend},
		"open.express.subscribe.query":             {verb: post, run: k.expressSubscribe},
		"open.express.standard.template.list.get":  {verb: post, app: true, run: k.standardTemplates},
		"open.express.custom.tempate.list.query":   {verb: get, app: true, run: k.customTemplates},
		"open.express.printer.element.query":       {verb: get, app: true, run: k.printerElements},
		"open.express.reachable.query":             {verb: post, app: true, run: k.expressReachable},
		"open.address.district.list":               {verb: get, app: true, run: k.districtList},
		"open.address.seller.list":                 {verb: get, run: k.addressList},
		"open.address.seller.get":                  {verb: get, run: k.addressGet},
		"open.address.seller.create":               {verb: get, run: k.addressCreate},
		"open.address.seller.update":               {verb: get, run: k.bookUpdate},
	}
}

// carrier is a carrier, which shipping methods give by number and waybill and
// drop-ship methods by letters. The letters are from an ERP's list of carriers
// with waybills; that they belong to these numbers is a guess, by the names. A
// carrier without letters has no waybills.
type carrier struct {
	number  int
	letters string
	name    string
	prefix  string // of its tracking numbers here
	direct  bool   // needs an account, not a net site
}

var carriers = []carrier{
	{4, "SF", "顺丰速运", "SF", true},
	{6, "YTO", "圆通速递", "YT", false},
	{9, "ZTO", "中通快递", "ZT", false},
	{8, "POSTB", "邮政快递包裹", "PB", true},
	{11, "YUNDA", "韵达快递", "YD", false},
	{14, "JD", "京东", "JD", true},
	{3, "STO", "申通快递", "ST", false},
	{2, "EMS", "EMS", "EM", true},
	{109, "JT", "极兔速递", "JT", false},
	{127, "FENGWANG", "丰网速运", "FW", false},
	{17, "", "德邦", "DP", true},
}

func carrierOf(number int) (carrier, bool) {
	i := slices.IndexFunc(carriers, func(c carrier) bool { return c.number == number })
	if i < 0 {
		return carrier{}, false
	}
	return carriers[i], true
}

func carrierBy(letters string) (carrier, bool) {
	i := slices.IndexFunc(carriers, func(c carrier) bool { return c.letters == letters && letters != "" })
	if i < 0 {
		return carrier{}, false
	}
	return carriers[i], true
}

// fits is a rough check of the form of the carrier's tracking numbers; the
// carriers' own rules are not public. A number with another carrier's prefix
// does not fit.
func (c carrier) fits(no string) bool {
	if len(no) < 6 || len(no) > 32 || strings.ContainsFunc(no, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) {
		return false
	}
	for _, other := range carriers {
		if other.number != c.number && strings.HasPrefix(strings.ToUpper(no), other.prefix) {
			return false
		}
	}
	return true
}

// refuseShipping returns the refusal of a parcel that is stopped (发货拦截). The
// number and the texts are documented.
func refuseShipping(text string) stage.Result { return refuse(11, text) }

// shipAsked holds the parameters of one parcel.
type shipAsked struct {
	Number int    `json:"expressCode"`
	No     string `json:"expressNo"`
}

type serials struct {
	Serials []string `json:"serialNumberList"`
	IMEIs   []string `json:"imeiList"`
}

// goodsDeliver ships a whole order, without its gifts. Since 2024-11-25
// repeating it with the same number succeeds.
func (k *platform) goodsDeliver(c *stage.Call) stage.Result {
	var p struct {
		ID     int64 `json:"orderId"`
		Return int64 `json:"returnAddressId"`
		shipAsked
		serials
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	o, r, ok := k.shipOrder(c, p.ID)
	if !ok {
		return r
	}
	if o.has(p.No) {
		return k.Success(nil)
	}
	if p.Return != 0 && !slices.ContainsFunc(k.book(c.Shop),
		func(e entry) bool { return e.ID == p.Return && e.Type == entryReturnTo }) {
		return k.rejected("退货地址不存在")
	}
	if o.Base.Status != statusPaid {
		return k.rejected(k.rules.WrongStateMsg)
	}
	if r, ok := k.shippable(o, p.serials); !ok {
		return r
	}
	if r, ok := k.checkParcel(c, o, p.shipAsked); !ok {
		return r
	}
	return k.send(o, []parcelSent{{p.shipAsked, map[int64]int64{int64(o.Base.OID): int64(o.Item.Num)}}})
}

// goodsSplitDeliver ships pieces of an order and of its gifts. That it ships
// all parcels or none is inferred.
func (k *platform) goodsSplitDeliver(c *stage.Call) stage.Result {
	var p struct {
		ID    int64 `json:"mainOrderId"`
		Packs []struct {
			shipAsked
			Goods []struct {
				ID    int64 `json:"oid"`
				Count int64 `json:"deliveryNum"`
				serials
			} `json:"deliveryGoodsInfoList"`
		} `json:"deliveryItemInfoList"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	o, r, ok := k.shipOrder(c, p.ID)
	if !ok {
		return r
	}
	if len(p.Packs) == 0 {
		return k.invalid("deliveryItemInfoList")
	}
	left := o.left()
	var serials serials
	var sent []parcelSent
	for _, pack := range p.Packs {
		one := parcelSent{pack.shipAsked, map[int64]int64{}}
		if len(pack.Goods) == 0 {
			return k.invalid("deliveryGoodsInfoList")
		}
		for _, g := range pack.Goods {
			switch n, known := left[g.ID]; {
			case !known || g.Count < 1:
				return k.invalid("deliveryGoodsInfoList")
			case g.Count > n:
				return k.rejected("发货数量超过未发货数量")
			}
			left[g.ID] -= g.Count
			one.goods[g.ID] += g.Count
			serials.Serials, serials.IMEIs = append(serials.Serials, g.Serials...), append(serials.IMEIs, g.IMEIs...)
		}
		sent = append(sent, one)
	}
	if r, ok := k.shippable(o, serials); !ok {
		return r
	}
	for _, one := range sent {
		if r, ok := k.checkParcel(c, o, one.shipAsked); !ok {
			return r
		}
	}
	return k.send(o, sent)
}

// logisticsAppend adds a parcel to an order that is completely shipped. That a
// repeated number is refused is inferred.
func (k *platform) logisticsAppend(c *stage.Call) stage.Result {
	var p struct {
		ID int64 `json:"oid"`
		shipAsked
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	o, r, ok := k.shipOrder(c, p.ID)
	if !ok {
		return r
	}
	switch {
	case o.Base.Status != statusShipped || !o.whole() || !o.Delivery.Append:
		return k.rejected(k.rules.WrongStateMsg)
	case o.has(p.No):
		return k.rejected("运单号已存在")
	case len(o.numbers()) >= mostParcels:
		return k.rejected("包裹数量超过上限")
	}
	if r, ok := k.checkParcel(c, o, p.shipAsked); !ok {
		return r
	}
	return k.send(o, []parcelSent{{p.shipAsked, map[int64]int64{int64(o.Base.OID): 0}}})
}

// logisticsUpdate gives a parcel another carrier and number. Without the
// parcel's id the order must have only one parcel.
func (k *platform) logisticsUpdate(c *stage.Call) stage.Result {
	var p struct {
		ID     int64 `json:"orderId"`
		Parcel int64 `json:"logisticsId"`
		shipAsked
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	o, r, ok := k.shipOrder(c, p.ID)
	if !ok {
		return r
	}
	ids := o.numbers()
	if p.Parcel == 0 && len(ids) == 1 {
		for id := range ids {
			p.Parcel = id
		}
	}
	switch _, there := ids[p.Parcel]; {
	case !there:
		return k.rejected("物流信息不存在")
	case o.Base.Status != statusShipped:
		return k.rejected(k.rules.WrongStateMsg)
	}
	if r, ok := k.checkParcel(c, o, p.shipAsked); !ok {
		return r
	}
	return k.changeParcel(o, p.Parcel, p.shipAsked)
}
