package doudian

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/client/internal/wire"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/order"
)

// TakeWaybills calls iop.waybillGet. Entries of one merchant go together.
func (d distribution) TakeWaybills(ctx context.Context, r dropship.WaybillRequest) ([]dropship.Waybill, error) {
	p := iopTakeParams{Company: r.Carrier, Sender: toIopSender(r.Sender)}
	at := map[string]int{}       // the merchant's place in the list
	shops := map[string]string{} // whose an assignment is; the answer does not say
	for _, e := range r.Entries {
		shop, err := number(iopTake.Method, "shop id", e.ID.Shop)
		if err != nil {
			return nil, err
		}
		i, ok := at[e.ID.Shop]
		if !ok {
			i = len(p.Trades)
			at[e.ID.Shop] = i
			p.Trades = append(p.Trades, takeTrade{Shop: shop})
		}
		o := iopTakeOrder{ID: e.ID.ID, Pack: e.Pack, Remark: e.Remark}
		for _, item := range e.Items {
			o.Items = append(o.Items, wireItem{Quantity: item.Quantity, Name: item.Name, Spec: item.Specs})
		}
		p.Trades[i].Orders = append(p.Trades[i].Orders, o)
		shops[e.ID.ID] = e.ID.Shop
	}
	answer, err := iopTake.Call(ctx, d.shop, p)
	if err != nil {
		return nil, err
	}
	waybills := make([]dropship.Waybill, 0, len(r.Entries))
	for _, record := range answer.Waybills {
		var w wireWaybill
		if err := json.Unmarshal(record, &w); err != nil {
			return nil, iopTake.UnreadWrite(record, driver.Mismatch(err))
		}
		b := dropship.Waybill{
			ID: dropship.FactoryID{Shop: shops[string(w.ID)], ID: string(w.ID)}, Pack: w.Pack, TrackingNo: w.TrackNo, SortCode: w.SortCode,
			Hub:   order.Region{Code: w.PackageCode, Name: w.PackageName},
			Route: order.Region{Code: w.MarkCode, Name: w.MarkName}, Raw: bytes.Clone(record),
		}
		for child := range strings.SplitSeq(w.Children, ",") {
			if child = strings.TrimSpace(child); child != "" {
				b.Children = append(b.Children, child)
			}
		}
		waybills = append(waybills, b)
	}
	for _, w := range answer.Failures {
		waybills = append(waybills, dropship.Waybill{
			ID: dropship.FactoryID{Shop: shops[string(w.ID)], ID: string(w.ID)}, Pack: w.Pack,
			Err: iopTake.RefusedEntry(kindOf(iopTake.Name, "50002", "isv.business-failed:"+string(w.Code)), "err_code "+string(w.Code), w.Message, p.texts()...),
		})
	}
	return waybills, nil
}

// returnReasons are the numbers of iop.waybillReturn that tell why. Those of the
// state, 41000, 41001 and 41004, have one text and do not tell which.
var returnReasons = map[string]dropship.Reason{
	"41000": dropship.ReasonState,  // 代打订单状态不允许发货
	"41001": dropship.ReasonState,  // 代打订单状态不允许发货
	"41004": dropship.ReasonState,  // 代打订单状态不允许发货
	"41003": dropship.ReasonSender, // 没有找到默认的发货地址
	"41007": dropship.ReasonPieces, // 当前请求发货的全部件数，等于代发单的剩余待发
}

// ReturnWaybills calls iop.waybillReturn. The parcels always go in pack_list,
// which wins over the older pair of members.
func (d distribution) ReturnWaybills(ctx context.Context, r dropship.Return) ([]order.Parcel, error) {
	if r.ReturnTo != "" {
		return nil, iopReturn.Refuse(mall.ErrNotSupported, "the platform does not ask where a parcel goes back to")
	}
	shop, err := number(iopReturn.Method, "shop id", r.ID.Shop)
	if err != nil {
		return nil, err
	}
	p := returnParams{ID: r.ID.ID, RefuseRefund: r.RefuseRefund, Serials: slices.Concat(r.Serials, r.IMEIs), Shop: shop}
	for _, s := range r.Parcels {
		p.Packs = append(p.Packs, returnPack{s.Carrier, s.Pieces, s.TrackingNo})
	}
	switch {
	case r.From.ID != "":
		if p.AddressID, err = number(iopReturn.Method, "address id", r.From.ID); err != nil {
			return nil, err
		}
	case r.From.Detail != "":
		p.From = toPlace(r.From)
	}
	answer, err := iopReturn.Call(ctx, d.shop, p)
	if err != nil {
		if e, ok := errors.AsType[*mall.Error](err); ok {
			if _, n, _ := strings.Cut(e.SubCode, ":"); returnReasons[n] != "" {
				return nil, &dropship.Refusal{Reason: returnReasons[n], Err: err}
			}
		}
		return nil, err
	}
	if !answer.OK {
		return nil, notDone(iopReturn.Method)
	}
	var parcels []order.Parcel
	for _, s := range answer.Packs {
		parcels = append(parcels, order.Parcel{ID: string(s.ID), TrackingNo: s.TrackNo, CarrierCode: s.Company})
	}
	if len(parcels) == 0 {
		for _, s := range r.Parcels {
			parcels = append(parcels, order.Parcel{ID: string(answer.ID), TrackingNo: s.TrackingNo, CarrierCode: s.Carrier})
		}
	}
	return parcels, nil
}

// UpdateWaybill calls iop.waybillUpdate.
func (d distribution) UpdateWaybill(ctx context.Context, c dropship.Correction) error {
	shop, err := number(iopUpdate.Method, "shop id", c.ID.Shop)
	if err != nil {
		return err
	}
	answer, err := iopUpdate.Call(ctx, d.shop, iopUpdateParams{c.Carrier, c.ParcelID, c.ID.ID, c.TrackingNo, shop})
	if err == nil && !answer.OK {
		err = notDone(iopUpdate.Method)
	}
	return err
}

// CancelWaybill calls iop.waybillCancel.
func (d distribution) CancelWaybill(ctx context.Context, c dropship.Cancellation) error {
	shop, err := number(iopCancel.Method, "shop id", c.Shop)
	if err != nil {
		return err
	}
	answer, err := iopCancel.Call(ctx, d.shop, cancelWaybillParams{c.Carrier, c.TrackingNo, shop})
	if err == nil && !answer.OK {
		err = notDone(iopCancel.Method)
	}
	return err
}

// notDone is a success that says that it is none.
func notDone(m driver.Method) error {
	return &mall.Error{Platform: m.Platform, Method: m.Name, Kind: mall.ErrRejected, Code: success, Message: "return_result is false"}
}

// toIopSender writes the sender in the keys of this method, which are camelCase.
func toIopSender(s dropship.Sender) takeSender {
	from := s.From
	address := takeAddress{
		City: from.City.Name, CityCode: from.City.Code, Country: from.Country, Detail: from.Detail,
		District: from.District.Name, DistrictCode: from.District.Code, Province: from.Province.Name, ProvinceCode: from.Province.Code,
		Street: from.Street.Name, StreetCode: from.Street.Code,
	}
	if address.Country == "" {
		address.Country = "CHN"
	}
	return takeSender{address, takeContact{s.Mobile, s.Name, s.Phone}}
}

func toPlace(p dropship.Place) *returnPlace {
	return &returnPlace{City: area(p.City), Detail: p.Detail, Province: area(p.Province), Street: area(p.Street), Town: area(p.District)}
}

// endpoints and wire types

var (
	iopTake   = endpoint[iopTakeParams, iopTakeAnswer]("iop.waybillGet", write)
	iopReturn = endpoint[returnParams, returnAnswer]("iop.waybillReturn", write)
	iopUpdate = endpoint[iopUpdateParams, returnAnswer]("iop.waybillUpdate", repeatable) // sets
	iopCancel = endpoint[cancelWaybillParams, returnAnswer]("iop.waybillCancel", write)
)

type iopTakeParams struct {
	Company string      `json:"company_code"`
	Sender  takeSender  `json:"sender"`
	Trades  []takeTrade `json:"trade_order_list"`
}

func (p iopTakeParams) texts() []string {
	c := p.Sender.Contact
	return []string{c.Name, c.Mobile, c.Phone, p.Sender.Address.Detail}
}

type takeSender struct {
	Address takeAddress `json:"address"`
	Contact takeContact `json:"contact"`
}

type takeAddress struct {
	CityCode     string `json:"cityCode,omitempty"`
	City         string `json:"cityName"`
	Country      string `json:"countryCode"`
	Detail       string `json:"detailAddress"`
	DistrictCode string `json:"districtCode,omitempty"`
	District     string `json:"districtName"`
	ProvinceCode string `json:"provinceCode,omitempty"`
	Province     string `json:"provinceName"`
	StreetCode   string `json:"streetCode,omitempty"`
	Street       string `json:"streetName,omitempty"`
}

type takeContact struct {
	Mobile string `json:"mobile,omitempty"`
	Name   string `json:"name"`
	Phone  string `json:"phone,omitempty"`
}

type takeTrade struct {
	Orders []iopTakeOrder `json:"order_infos"`
	Shop   int64          `json:"user_id"`
}

type iopTakeOrder struct {
	ID     string     `json:"distr_order_id"`
	Items  []wireItem `json:"items"`
	Pack   string     `json:"pack_id,omitempty"`
	Remark string     `json:"remark,omitempty"`
}

type iopTakeAnswer struct {
	Waybills wire.List[driver.Record[wireWaybill]] `json:"ebill_infos"`
	Failures wire.List[struct {
		ID      wire.Text `json:"distr_order_id"`
		Pack    string    `json:"pack_id"`
		Code    wire.Text `json:"err_code"`
		Message string    `json:"err_msg"`
	}] `json:"err_infos"`
}

type wireWaybill struct {
	ID          wire.Text `json:"distr_order_id"`
	Pack        string    `json:"pack_id"`
	TrackNo     string    `json:"track_no"`
	SortCode    string    `json:"sort_code"`
	PackageCode string    `json:"package_code"`
	PackageName string    `json:"package_code_name"`
	MarkCode    string    `json:"mark_destination_code"`
	MarkName    string    `json:"mark_destination_code_name"`
	Children    string    `json:"sub_waybill_codes"` // separated by commas
}

type returnParams struct {
	AddressID    int64        `json:"address_id,omitempty"`
	ID           string       `json:"distr_order_id"`
	RefuseRefund bool         `json:"is_refund_reject,omitempty"`
	Packs        []returnPack `json:"pack_list"`
	From         *returnPlace `json:"send_addr,omitempty"`
	Serials      []string     `json:"serial_number_list,omitempty"`
	Shop         int64        `json:"user_id"`
}

func (p returnParams) texts() []string {
	if p.From == nil {
		return nil
	}
	return []string{p.From.Detail}
}

type returnPack struct {
	Company string `json:"company_code"`
	Pieces  int64  `json:"ship_num"`
	TrackNo string `json:"track_no"`
}

type returnPlace struct {
	City     wireArea `json:"city"`
	Detail   string   `json:"detail"`
	Landmark string   `json:"landmark"` // always empty
	Province wireArea `json:"province"`
	Street   wireArea `json:"street"`
	Town     wireArea `json:"town"` // the district
}

// returnAnswer is that of iop.waybillReturn, waybillUpdate and waybillCancel.
type returnAnswer struct {
	OK    wire.Bool                `json:"return_result"`
	ID    wire.Text                `json:"delivery_id"`
	Packs wire.List[wireDistrPack] `json:"pack_list"`
}

type iopUpdateParams struct {
	Company  string `json:"company_code"`
	ParcelID string `json:"delivery_id"`
	ID       string `json:"distr_order_id"`
	TrackNo  string `json:"track_no"`
	Shop     int64  `json:"user_id"`
}

type cancelWaybillParams struct {
	Company string `json:"company_code"`
	TrackNo string `json:"track_no"`
	Shop    int64  `json:"user_id"`
}
