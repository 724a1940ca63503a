package doudian

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// logisticsDriver is the logistics driver of one shop. Mind the field logistics_code:
// in the methods order.* it is the tracking number, in logistics.* the code of
// the carrier.
type logisticsDriver struct{ account }

func (logisticsDriver) Platform() mall.Platform { return mall.Doudian }

func (d logisticsDriver) Limits() logistics.Limits {
	return logistics.Limits{MaxTake: d.assume.WaybillBatch, MaxPrint: d.assume.WaybillBatch}
}

// Order calls order.orderDetail.
func (d logisticsDriver) Order(ctx context.Context, id string) (order.Order, error) {
	return orders(d).Get(ctx, id)
}

// AddressVersion leaves the ciphers out where they are said to be unstable.
func (d logisticsDriver) AddressVersion(r order.Receiver) string {
	return driver.AddressVersion(r, d.assume.UnstableCiphers)
}

// Carriers calls order.logisticsCompanyList. Whether the carriers' codes in the
// e-waybill methods are the same is unconfirmed; the examples of both agree.
func (d logisticsDriver) Carriers(ctx context.Context) ([]logistics.Carrier, error) {
	rows, err := companyList.Call(ctx, d.shop, none{})
	if err != nil {
		return nil, err
	}
	var list []logistics.Carrier
	for _, r := range rows {
		c := logistics.Carrier{Code: r.Code, Name: r.Name, WaybillCode: r.Code}
		if code, ok := d.assume.WaybillCarriers[r.Code]; ok {
			c.WaybillCode = code
		}
		list = append(list, c)
	}
	return list, nil
}

// Ship calls order.logisticsAdd, which takes no request id: a second call is
// refused with 60110.
func (d logisticsDriver) Ship(ctx context.Context, s logistics.Shipment) error {
	p := s.Parcels[0]
	_, err := logisticsAdd.Call(ctx, d.shop, shipParams{
		FromID: json.Number(s.FromAddressID), ReturnID: json.Number(s.ReturnAddressID), Company: p.CarrierName,
		CompanyCode: p.CarrierCode,
		TrackingNo:  p.TrackingNo, OrderID: plainID(s.OrderID), Serials: s.Serials,
	})
	return stopped(err)
}

// ShipParcels calls order.logisticsAddMultiPack: all or nothing. The same
// request id brings the answer of the first call that succeeded.
func (d logisticsDriver) ShipParcels(ctx context.Context, s logistics.Shipment) error {
	params := packsParams{
		FromID: s.FromAddressID, ReturnID: json.Number(s.ReturnAddressID), OrderID: plainID(s.OrderID),
		RequestID: s.RequestID, Serials: s.Serials,
	}
	for _, p := range s.Parcels {
		pack := packParams{Company: p.CarrierName, CompanyCode: p.CarrierCode, TrackingNo: p.TrackingNo}
		for _, item := range p.Items {
			pack.Items = append(pack.Items, packItem{LineID: item.LineID, Quantity: item.Quantity})
		}
		params.Packs = append(params.Packs, pack)
	}
	_, err := logisticsAddPacks.Call(ctx, d.shop, params)
	return stopped(err)
}

// ChangeShipment calls order.logisticsEditByPack, or order.logisticsEdit for
// the only parcel of an order that the platform gave no id.
func (d logisticsDriver) ChangeShipment(ctx context.Context, c logistics.Change, only bool) error {
	edit := logisticsEditByPack
	switch {
	case c.ParcelID != "":
	case only:
		edit = logisticsEdit
	default:
		return edit.Refuse(mall.ErrInvalid, "order %s has several parcels, and the platform gave %s no id", c.OrderID,
			c.TrackingNo)
	}
	_, err := edit.Call(ctx, d.shop, editParams{
		CompanyCode: c.To.CarrierCode, TrackingNo: c.To.TrackingNo, OrderID: plainID(c.OrderID), PackID: c.ParcelID,
	})
	return stopped(driver.InDoubt(err))
}

// stops are the numbers of the shipping methods that tell why a parcel was
// stopped.
var stops = map[string]logistics.Reason{
	"60018": logistics.ReasonUnknownCarrier, // 暂不支持该物流公司或物流商已失效，请检查
	"60128": logistics.ReasonCarrier,        // 物流公司与系统智能检测不一致
	"70020": logistics.ReasonReceiver,       // 物流单号收件人电话及地址与该订单买家电话及地址均不一致
	"70022": logistics.ReasonReceivers,      // 物流单号已被其他订单使用，且收货人手机号/收货地址不一致
}

// stopped tells the reason of a refusal that has one.
func stopped(err error) error {
	if e, ok := errors.AsType[*mall.Error](err); ok {
		if _, n, _ := strings.Cut(e.SubCode, ":"); stops[n] != "" {
			return &logistics.Refusal{Reason: stops[n], Err: err}
		}
	}
	return err
}

// Trace calls logistics.trackNoRouteDetail, which knows only waybills that were
// taken and shipped on this platform.
func (d logisticsDriver) Trace(ctx context.Context, carrierCode, trackingNo string) ([]logistics.Event, error) {
	answer, err := trace.Call(ctx, d.shop, waybillParams{Carrier: carrierCode, TrackingNo: trackingNo})
	if err != nil {
		return nil, err
	}
	return answer.events(), nil
}

// endpoints and wire types

// Shipping is repeatable only with a request_id, which a method does not tell.
var (
	companyList         = endpoint[none, wire.List[companyRow]]("order.logisticsCompanyList", repeatable)
	logisticsAdd        = endpoint[shipParams, none]("order.logisticsAdd", write)
	logisticsAddPacks   = endpoint[packsParams, none]("order.logisticsAddMultiPack", write)
	logisticsEdit       = endpoint[editParams, none]("order.logisticsEdit", repeatable)       // sets
	logisticsEditByPack = endpoint[editParams, none]("order.logisticsEditByPack", repeatable) // sets
	trace               = endpoint[waybillParams, traceAnswer]("logistics.trackNoRouteDetail", repeatable)
)

type companyRow struct {
	Name string `json:"name"`
	Code string `json:"code"`
}

// shipParams of order.logisticsAdd.
type shipParams struct {
	FromID      json.Number `json:"address_id,omitempty"`
	ReturnID    json.Number `json:"after_sale_address_id,omitempty"`
	Company     string      `json:"company,omitempty"`
	CompanyCode string      `json:"company_code"`
	TrackingNo  string      `json:"logistics_code"`
	OrderID     string      `json:"order_id"`
	Serials     []string    `json:"serial_number_list,omitempty"`
}

// packsParams of order.logisticsAddMultiPack.
type packsParams struct {
	FromID    string       `json:"address_id,omitempty"` // text here, a number in logisticsAdd
	ReturnID  json.Number  `json:"after_sale_address_id,omitempty"`
	OrderID   string       `json:"order_id"`
	Packs     []packParams `json:"pack_list"`
	RequestID string       `json:"request_id"`
	Serials   []string     `json:"serial_number_list,omitempty"`
}

type packParams struct {
	Company     string     `json:"company,omitempty"`
	CompanyCode string     `json:"company_code"`
	TrackingNo  string     `json:"logistics_code"`
	Items       []packItem `json:"shipped_order_info"`
}

type packItem struct {
	Quantity int64  `json:"shipped_num"`
	LineID   string `json:"shipped_order_id"`
}

// editParams of order.logisticsEdit and order.logisticsEditByPack.
type editParams struct {
	CompanyCode string `json:"company_code"`
	TrackingNo  string `json:"logistics_code"`
	OrderID     string `json:"order_id"`
	PackID      string `json:"pack_id,omitempty"`
}

// traceAnswer has its list under one of two names: with two underscores in the
// documentation (sevencat/ecommerce_sdk, zsmhub/doudian-sdk), with one in a
// sample of a page.
type traceAnswer struct {
	Nodes     wire.List[traceNode] `json:"route__node_list"`
	PageNodes wire.List[traceNode] `json:"route_node_list"`
}

type traceNode struct {
	Content string       `json:"content"`
	Time    wire.Seconds `json:"timestamp"`
	State   wire.Text    `json:"state"`
	Words   string       `json:"state_description"`
	Site    string       `json:"site_name"`
}

func (a traceAnswer) events() []logistics.Event {
	var list []logistics.Event
	for _, n := range append(a.Nodes, a.PageNodes...) {
		list = append(list, logistics.Event{Time: n.Time.Time, Text: n.Content, PlatformState: string(n.State),
			State: n.Words, Place: n.Site})
	}
	return list
}
