package kuaishou

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// logisticsDriver is the logistics driver of one shop. The platform has no method that
// tells where a parcel is. Mind the carriers: shipping takes their numbers,
// waybills their letters.
type logisticsDriver struct{ account }

func (logisticsDriver) Platform() mall.Platform { return mall.Kuaishou }

// Limits: ten waybills in a call are documented. Labels take no call.
func (logisticsDriver) Limits() logistics.Limits { return logistics.Limits{MaxTake: 10} }

// Order calls open.order.detail.
func (d logisticsDriver) Order(ctx context.Context, id string) (order.Order, error) {
	return orders(d).Get(ctx, id)
}

// AddressVersion leaves the ciphers out where they are said to be unstable.
func (d logisticsDriver) AddressVersion(r order.Receiver) string {
	return driver.AddressVersion(r, d.assume.UnstableCiphers)
}

// Carriers tells the documented numbers; no method lists them.
func (d logisticsDriver) Carriers(context.Context) ([]logistics.Carrier, error) {
	return d.assume.carrierList(), nil
}

// Ship calls open.seller.order.goods.deliver, which ships what was bought and
// none of the gifts with it; those go by open.order.goods.split.deliver only. So
// an order is read first, and one with gifts goes by the second method. A second
// report of the same number succeeds.
func (d logisticsDriver) Ship(ctx context.Context, s logistics.Shipment) error {
	if err := ownAddress(deliver.Method, s.FromAddressID); err != nil {
		return err
	}
	o, err := d.record(ctx, s.OrderID)
	if err != nil {
		return err
	}
	p := s.Parcels[0]
	if len(o.Gifts) == 0 {
		params := deliverParams{ReturnID: number(s.ReturnAddressID), TrackingNo: p.TrackingNo,
			Carrier: number(p.CarrierCode), OrderID: number(s.OrderID)}
		params.serialParams = o.serials(s.Serials)
		_, err := deliver.Call(ctx, d.shop, params)
		return stopped(err)
	}
	lines := o.shipLines()
	if slices.ContainsFunc(lines, shipLine.begun) {
		// The parcel would hold less than all of it. What was shipped is for
		// whoever looks to tell.
		return deliver.Refuse(mall.ErrAlreadyDone, "some of order %s is shipped", s.OrderID)
	}
	for _, l := range lines {
		if l.Status == statusPaid { // a gift may have been closed
			p.Items = append(p.Items, logistics.Item{LineID: string(l.ID), Quantity: int64(l.Count)})
		}
	}
	s.Parcels = []logistics.Parcel{p}
	return d.split(ctx, s, o)
}

// ShipParcels calls open.order.goods.split.deliver. A line is an order of its
// own here: what was bought, or a gift. Whether all parcels or none are shipped
// is unconfirmed; one call is one list.
//
// The method has no request id: sent again, it would ship more pieces by the
// same number as long as there are some. So the order is read before, and what
// is in its parcel already is not sent.
func (d logisticsDriver) ShipParcels(ctx context.Context, s logistics.Shipment) error {
	o, err := d.record(ctx, s.OrderID)
	if err != nil {
		return err
	}
	there, absent := 0, 0
	for _, p := range s.Parcels {
		for _, item := range p.Items {
			if slices.ContainsFunc(o.shipLines(),
				func(l shipLine) bool { return string(l.ID) == item.LineID && l.in(p.TrackingNo) }) {
				there++
			} else {
				absent++
			}
		}
	}
	switch {
	case there > 0 && absent > 0:
		return splitDeliver.Refuse(mall.ErrConflict, "order %s has some of these pieces in these parcels, and some not",
			s.OrderID)
	case there > 0:
		return splitDeliver.Refuse(mall.ErrAlreadyDone, "order %s has these parcels", s.OrderID)
	}
	return d.split(ctx, s, o)
}

func (d logisticsDriver) split(ctx context.Context, s logistics.Shipment, o wireOrder) error {
	for _, id := range []string{s.FromAddressID, s.ReturnAddressID} {
		if err := ownAddress(splitDeliver.Method, id); err != nil {
			return err
		}
	}
	params := splitParams{OrderID: number(s.OrderID)}
	serials := o.serials(s.Serials)
	for _, p := range s.Parcels {
		pack := splitPack{Carrier: number(p.CarrierCode), TrackingNo: p.TrackingNo}
		for _, item := range p.Items {
			goods := splitGoods{Count: item.Quantity, OrderID: number(item.LineID)}
			if item.LineID == s.OrderID { // of what was bought, in its first parcel
				goods.serialParams, serials = serials, serialParams{}
			}
			pack.Goods = append(pack.Goods, goods)
		}
		params.Packs = append(params.Packs, pack)
	}
	_, err := splitDeliver.Call(ctx, d.shop, params)
	return stopped(err)
}

// AddParcel calls open.seller.order.goods.logistics.append.
func (d logisticsDriver) AddParcel(ctx context.Context, orderID string, p logistics.Parcel) error {
	_, err := addParcel.Call(ctx, d.shop, addParams{
		Carrier: number(p.CarrierCode), OrderID: number(orderID), TrackingNo: p.TrackingNo,
	})
	return stopped(err)
}

// ChangeShipment calls open.seller.order.logistics.update.
func (d logisticsDriver) ChangeShipment(ctx context.Context, c logistics.Change, only bool) error {
	if c.ParcelID == "" && !only {
		return changeParcel.Refuse(mall.ErrInvalid, "order %s has several parcels, and the platform gave %s no id",
			c.OrderID, c.TrackingNo)
	}
	_, err := changeParcel.Call(ctx, d.shop, changeParams{
		Carrier: number(c.To.CarrierCode), TrackingNo: c.To.TrackingNo, ParcelID: number(c.ParcelID),
		OrderID: number(c.OrderID),
	})
	return stopped(driver.InDoubt(err))
}

// ownAddress refuses an entry of the address book that a method cannot take.
func ownAddress(m driver.Method, id string) error {
	if id == "" {
		return nil
	}
	return m.Refuse(mall.ErrNotSupported,
		"only the return address can be chosen, and only for an order without gifts that is shipped whole; "+
			"everything else uses the shop's defaults")
}

// stops are the texts of result 11 (发货拦截).
var stops = []struct {
	text   string
	reason logistics.Reason
}{
	{"运单号和物流公司不匹配", logistics.ReasonCarrier},
	{"同一个运单号对应收件地址超过1个", logistics.ReasonReceivers},
	{"运单揽收时间早于支付时间", logistics.ReasonTooEarly},
	{"运单号已被其他商家使用", logistics.ReasonUsed},
	{"收货地址与电子面单取号地址不一致", logistics.ReasonReceiver},
	{"运单发货间隔超过30天", logistics.ReasonTooLate},
	{"回传运单号与电子面单不一致", logistics.ReasonWaybill},
	{"快递公司不存在", logistics.ReasonUnknownCarrier},
	{"收货地址与签收地址不一致", logistics.ReasonDestination},
	{"电子面单取号与发货快递公司不一致", logistics.ReasonWaybillCarrier},
}

// stopped tells the reason of a refusal that has one.
func stopped(err error) error {
	e, ok := errors.AsType[*mall.Error](err)
	if !ok {
		return err
	}
	for _, s := range stops {
		if strings.Contains(e.Message, s.text) {
			return &logistics.Refusal{Reason: s.reason, Err: err}
		}
	}
	if e.Code == "11" {
		return &logistics.Refusal{Reason: logistics.ReasonOther, Err: err}
	}
	return err
}

// endpoints and wire types

// A second report of the same number succeeds, but whether the first did must be
// looked up, so that shipping is not repeatable.
var (
	deliver      = endpoint[deliverParams, none]("open.seller.order.goods.deliver", write)
	splitDeliver = endpoint[splitParams, none]("open.order.goods.split.deliver", write)
	addParcel    = endpoint[addParams, none]("open.seller.order.goods.logistics.append", write)
	changeParcel = endpoint[changeParams, none]("open.seller.order.logistics.update", repeatable)
)

// shipLine is what was bought, or a gift, as far as shipping goes.
type shipLine struct {
	ID                  wire.Text
	Status, Count, Sent wire.Int
	Parcels             []wireOrderParcel
}

// in reports whether the line is in a parcel.
func (l shipLine) in(trackingNo string) bool {
	return slices.ContainsFunc(l.Parcels,
		func(p wireOrderParcel) bool { return strings.EqualFold(p.TrackingNo, trackingNo) })
}

// record reads an order as the platform shows it.
func (d logisticsDriver) record(ctx context.Context, id string) (wireOrder, error) {
	w, err := orderRead.Call(ctx, d.shop, detailParams{number(id)})
	return w, d.missing(err)
}

// shipLines are what was bought and the gifts with it.
func (w wireOrder) shipLines() []shipLine {
	list := []shipLine{{w.Base.ID, w.Base.Status, w.Item.V.Quantity, w.Delivery.V.Shipped, w.Parcels}}
	for _, g := range w.Gifts {
		list = append(list, shipLine{g.Base.V.ID, g.Base.V.Status, g.Item.V.Quantity, g.Delivery.V.Shipped, g.Parcels})
	}
	return list
}

// begun reports whether a piece is on its way.
func (l shipLine) begun() bool {
	return l.Status >= statusShipped && l.Status < statusFailed || l.Sent > 0
}

// statusFailed is that of an order that was closed (订单失败).
const statusFailed = 80

// serials sorts serial numbers by what the order wants, or else by their form:
// an IMEI has 15 to 17 digits.
func (w wireOrder) serials(list []string) (p serialParams) {
	var sn, imei bool
	for _, kind := range w.Delivery.V.Serials.V.Types {
		sn, imei = sn || kind == 1, imei || kind == 2
	}
	for _, text := range list {
		looks := len(text) >= 15 && len(text) <= 17 && strings.Trim(text, "0123456789") == ""
		if imei && !sn || sn == imei && looks {
			p.IMEIs = append(p.IMEIs, text)
		} else {
			p.Serials = append(p.Serials, text)
		}
	}
	return p
}

type serialParams struct {
	Serials []string `json:"serialNumberList,omitempty"`
	IMEIs   []string `json:"imeiList,omitempty"`
}

// deliverParams of open.seller.order.goods.deliver.
type deliverParams struct {
	ReturnID   number `json:"returnAddressId,omitzero"`
	TrackingNo string `json:"expressNo"`
	Carrier    number `json:"expressCode"`
	OrderID    number `json:"orderId"`
	serialParams
}

// splitParams of open.order.goods.split.deliver.
type splitParams struct {
	Packs   []splitPack `json:"deliveryItemInfoList"`
	OrderID number      `json:"mainOrderId"`
}

type splitPack struct {
	Goods      []splitGoods `json:"deliveryGoodsInfoList"`
	Carrier    number       `json:"expressCode"`
	TrackingNo string       `json:"expressNo"`
}

type splitGoods struct {
	Count   int64  `json:"deliveryNum"`
	OrderID number `json:"oid"`
	serialParams
}

// addParams of open.seller.order.goods.logistics.append.
type addParams struct {
	Carrier    number `json:"expressCode"`
	OrderID    number `json:"oid"`
	TrackingNo string `json:"expressNo"`
}

// changeParams of open.seller.order.logistics.update.
type changeParams struct {
	Carrier    number `json:"expressCode"`
	TrackingNo string `json:"expressNo"`
	ParcelID   number `json:"logisticsId,omitzero"`
	OrderID    number `json:"orderId"`
}
