package kuaishou

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// mostParcels is the most parcels of an order.
const mostParcels = 50

// shipOrder is the part of an order that shipping needs.
type shipOrder struct {
	Base struct {
		OID     stage.Lax   `json:"oid"`
		Status  stage.Lax   `json:"status"`
		Paid    stage.Lax   `json:"payTime"`
		Sent    stage.Lax   `json:"sendTime"`
		Promise stage.Lax   `json:"validPromiseShipmentTimeStamp"`
		Risk    stage.Lax   `json:"riskCode"`
		Holds   []stage.Lax `json:"disableDeliveryReasonCode"`
	} `json:"orderBaseInfo"`
	Item struct {
		Num stage.Lax `json:"num"`
	} `json:"orderItemInfo"`
	Refunds []refundFact `json:"orderRefundList"`
	Parcels []parcelFact `json:"orderLogisticsInfo"`
	Ciphers struct {
		Name    string `json:"encryptedConsignee"`
		Mobile  string `json:"encryptedMobile"`
		Address string `json:"encryptedAddress"`
	} `json:"orderAddress"`
	Delivery struct {
		Sent      stage.Lax `json:"deliveryNum"`
		Append    bool      `json:"enableAppendPackage"`
		AddressID string    `json:"openAddressId"`
		Serials   struct {
			Types []stage.Lax `json:"serialType"` // 1 SN, 2 IMEI
		} `json:"serialNumberInfo"`
	} `json:"orderDeliveryInfo"`
	Gifts []struct {
		Base struct {
			OID    stage.Lax `json:"oid"`
			Status stage.Lax `json:"status"`
		} `json:"subOrderBaseInfo"`
		Item struct {
			Num stage.Lax `json:"num"`
		} `json:"subOrderItemInfo"`
		Parcels  []parcelFact `json:"subOrderLogisticsInfo"`
		Delivery struct {
			Sent stage.Lax `json:"deliveryNum"`
		} `json:"subOrderDeliveryInfo"`
	} `json:"subOrderInfo"`

	record *stage.Record
}

type parcelFact struct {
	No     string    `json:"expressNo"`
	Number stage.Lax `json:"expressCode"`
	ID     stage.Lax `json:"logisticsId"`
}

// readShipOrder decodes an order as far as possible.
func readShipOrder(r *stage.Record) *shipOrder {
	o := &shipOrder{record: r}
	_ = json.Unmarshal(r.Wire, o)
	return o
}

// shipOrder returns the order of a call, by its own id only: the id of a gift
// does not find it.
func (k *platform) shipOrder(c *stage.Call, id int64) (*shipOrder, stage.Result, bool) {
	r, refusal, ok := k.orderOf(c, id)
	if !ok {
		return nil, refusal, false
	}
	return readShipOrder(r), stage.Result{}, true
}

// left returns how many pieces of the order and of each gift are still to be
// shipped.
func (o *shipOrder) left() map[int64]int64 {
	open := func(status, num, sent stage.Lax) int64 {
		if status != statusPaid && status != statusShipped {
			return 0
		}
		return max(int64(num-sent), 0)
	}
	left := map[int64]int64{int64(o.Base.OID): open(o.Base.Status, o.Item.Num, o.Delivery.Sent)}
	for _, g := range o.Gifts {
		left[int64(g.Base.OID)] = open(g.Base.Status, g.Item.Num, g.Delivery.Sent)
	}
	return left
}

// whole reports whether every piece is shipped.
func (o *shipOrder) whole() bool {
	for _, n := range o.left() {
		if n > 0 {
			return false
		}
	}
	return true
}

// numbers returns the tracking numbers by parcel id. A parcel with pieces of
// the order and its gifts is in the list of each of them.
func (o *shipOrder) numbers() map[int64]string {
	all := map[int64]string{}
	for _, p := range o.parcels() {
		all[int64(p.ID)] = p.No
	}
	return all
}

func (o *shipOrder) parcels() []parcelFact {
	list := slices.Clone(o.Parcels)
	for _, g := range o.Gifts {
		list = append(list, g.Parcels...)
	}
	return list
}

func (o *shipOrder) has(no string) bool {
	return slices.ContainsFunc(o.parcels(), func(p parcelFact) bool { return strings.EqualFold(p.No, no) })
}

// shippable checks whether anything of an order may be shipped: it is paid, not
// on hold and has no open refund. The texts of these refusals are invented.
func (k *platform) shippable(o *shipOrder, given serials) (stage.Result, bool) {
	no := func(text string) (stage.Result, bool) { return k.rejected(text), false }
	switch {
	case o.Base.Status != statusPaid && o.Base.Status != statusShipped:
		return no(k.rules.WrongStateMsg)
	case len(o.Base.Holds) > 0:
		return no("订单暂不可发货")
	case o.Base.Risk != 0:
		return no("订单存在风险，不可发货")
	case slices.ContainsFunc(o.Refunds, refundFact.open):
		return no("订单有进行中的售后，不可发货")
	case o.Base.Promise == 0, o.Ciphers.Name == "", o.Ciphers.Mobile == "", o.Ciphers.Address == "":
		return no("订单暂不可发货")
	}
	for _, kind := range o.Delivery.Serials.Types {
		if kind == 1 && len(given.Serials) == 0 || kind == 2 && len(given.IMEIs) == 0 {
			return no("请填写商品序列号")
		}
	}
	return stage.Result{}, true
}

type refundFact struct {
	Status stage.Lax `json:"refundStatus"`
}

// open reports whether a case needs a decision: it is not refunded, closed or
// refused. That a refused case does not block shipping is inferred.
func (r refundFact) open() bool { return r.Status != 60 && r.Status != 70 && r.Status != 12 }

// checkParcel checks carrier and number of a parcel. It gives the ten
// documented texts of stopped parcels (发货拦截), except the one about parcels
// already signed for.
func (k *platform) checkParcel(c *stage.Call, o *shipOrder, p shipAsked) (stage.Result, bool) {
	no := func(text string) (stage.Result, bool) { return refuseShipping(text), false }
	carrier, known := carrierOf(p.Number)
	if !known {
		return no("快递公司不存在")
	}
	w := k.logistics.waybills[p.No]
	switch {
	case w == nil && k.mustUse(o, p.No):
		return no("回传运单号与电子面单不一致")
	case w != nil && w.shop != c.Shop:
		return no("运单号已被其他商家使用")
	case w != nil && (w.cancelled || k.mustUse(o, w.number)):
		return no("回传运单号与电子面单不一致")
	case w != nil && w.carrier.number != carrier.number:
		return no("电子面单取号与发货快递公司不一致")
	case !carrier.fits(p.No):
		return no("运单号和物流公司不匹配")
	case w != nil && w.detail != k.vault[o.Ciphers.Address].text:
		return no("收货地址与电子面单取号地址不一致")
	case w != nil && w.collected != 0 && w.collected < int64(o.Base.Paid):
		return no("运单揽收时间早于支付时间")
	}
	for _, sh := range k.world.Shops() {
		for _, r := range sh.Book.ByCreated {
			if r == o.record || !strings.Contains(string(r.Wire), p.No) { // most orders need not be decoded
				continue
			}
			switch other := readShipOrder(r); {
			case !other.has(p.No):
			case sh != c.Shop:
				return no("运单号已被其他商家使用")
			case other.Delivery.AddressID != o.Delivery.AddressID:
				return no("同一个运单号对应收件地址超过1个")
			case c.Now.UnixMilli()-int64(other.Base.Sent) > 30*day:
				return no("运单发货间隔超过30天")
			}
		}
	}
	return stage.Result{}, true
}

// mustUse reports whether the order has a waybill that is neither cancelled nor
// shipped with, and no is not a number of its waybills.
func (k *platform) mustUse(o *shipOrder, no string) bool {
	waits := false
	for _, w := range k.logistics.taken {
		if w.pack.orderID != formatID(int64(o.Base.OID)) || w.cancelled {
			continue
		}
		if w.number == no || slices.Contains(w.subs, no) {
			return false
		}
		waits = waits || !o.has(w.number)
	}
	return waits
}

// parcelSent is a parcel to ship, with pieces of the order and its gifts.
type parcelSent struct {
	shipAsked
	goods map[int64]int64 // pieces, by the number of the order or gift
}

// send ships parcels: it adds them to the order and to the gifts in them, and
// sets the pieces, statuses and times that follow. A number that the order
// already has means the same parcel.
func (k *platform) send(o *shipOrder, sent []parcelSent) stage.Result {
	now := k.world.Now().UnixMilli()
	ids := map[string]int64{}
	for id, no := range o.numbers() {
		ids[no] = id
	}
	parcels := func(old []parcelFact, oid int64) (list []any, pieces int64, added bool) {
		list = []any{} // null would delete the list
		for _, p := range old {
			list = append(list, parcel{p.No, int(p.Number), int64(p.ID)})
		}
		for _, s := range sent {
			n, in := s.goods[oid]
			if !in {
				continue
			}
			if ids[s.No] == 0 {
				k.logistics.parcelNo++
				ids[s.No] = firstParcel + k.logistics.parcelNo
			}
			pieces, added = pieces+n, true
			if !slices.ContainsFunc(old, func(p parcelFact) bool { return p.No == s.No }) {
				list = append(list, parcel{s.No, s.Number, ids[s.No]})
			}
		}
		return list, pieces, added
	}
	left := o.left()
	list, n, _ := parcels(o.Parcels, int64(o.Base.OID))
	left[int64(o.Base.OID)] -= n
	delivered := int64(o.Delivery.Sent) + n
	var gifts []any
	for _, g := range o.Gifts {
		oid := int64(g.Base.OID)
		of, m, added := parcels(g.Parcels, oid)
		if !added {
			continue
		}
		left[oid] -= m
		gifts = append(gifts, stage.Object{
			"subOrderBaseInfo": stage.Object{"oid": oid, "status": int64(statusShipped), "sendTime": now, "updateTime": now}, "subOrderLogisticsInfo": of,
			"subOrderDeliveryInfo": stage.Object{"deliveryNum": int64(g.Delivery.Sent) + m, "packageNum": len(of)},
		})
	}
	whole := true
	for _, m := range left {
		whole = whole && m <= 0
	}
	status := deliveredPart
	if whole {
		status = deliveredAll
	}
	change := stage.Object{
		"orderLogisticsInfo": list,
		"orderDeliveryInfo": stage.Object{
			"deliveryNum": delivered, "packageNum": len(ids), "totalPackageNum": len(ids), "enableAppendPackage": whole,
			"deliveryStatus": status, "splitDeliveryOrder": !whole || len(ids) > 1,
		},
	}
	if len(gifts) > 0 {
		change["subOrderInfo"] = gifts
	}
	if n > 0 && o.Base.Status == statusPaid {
		change["orderBaseInfo"] = stage.Object{"status": int64(statusShipped)}
	}
	object, err := stage.ToObject(change)
	if err != nil {
		panic("sandbox: ship: " + err.Error()) // the values have a JSON form
	}
	return k.change(o.record, object)
}

// firstParcel is the number that parcel ids count from.
const firstParcel = 710_000_000_000_000

// changeParcel gives a parcel another carrier and number, in every list that
// has it.
func (k *platform) changeParcel(o *shipOrder, id int64, to shipAsked) stage.Result {
	changed := func(old []parcelFact) (list []any, any bool) {
		for _, p := range old {
			if int64(p.ID) == id {
				p.No, p.Number, any = to.No, stage.Lax(to.Number), true
			}
			list = append(list, parcel{p.No, int(p.Number), int64(p.ID)})
		}
		return list, any
	}
	change := stage.Object{}
	if list, any := changed(o.Parcels); any {
		change["orderLogisticsInfo"] = list
	}
	var gifts []any
	for _, g := range o.Gifts {
		if list, any := changed(g.Parcels); any {
			gifts = append(gifts, stage.Object{"subOrderBaseInfo": stage.Object{"oid": int64(g.Base.OID)},
				"subOrderLogisticsInfo": list})
		}
	}
	if len(gifts) > 0 {
		change["subOrderInfo"] = gifts
	}
	object, err := stage.ToObject(change)
	if err != nil {
		panic("sandbox: change a parcel: " + err.Error()) // the values have a JSON form
	}
	return k.change(o.record, object)
}
