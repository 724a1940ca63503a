package doudian

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// TakeWaybills calls iop.waybillGet. Requests for one merchant go together.
func (d dropshipDriver) TakeWaybills(ctx context.Context, t logistics.Take) ([]mall.Result[logistics.Waybill], error) {
	p := iopTakeParams{Sender: toIopSender(t.Sender)}
	at := map[string]int{}                            // the merchant's place in the list
	asked := map[wire.Text]logistics.AddressedOrder{} // the answer does not say whose an assignment is
	for _, r := range t.Requests {
		of := r.Assigned
		shop, err := number(iopTake.Method, "shop id", of.Shop)
		if err != nil {
			return nil, err
		}
		i, ok := at[of.Shop]
		if !ok {
			i = len(p.Shops)
			at[of.Shop] = i
			p.Shops = append(p.Shops, takeShop{Company: t.CarrierCode, Shop: shop})
		}
		p.Shops[i].Orders = append(p.Shops[i].Orders,
			iopTakeOrder{ID: of.OrderID, Pack: r.PackID, Remark: r.Remark, Items: toItems(r)})
		asked[wire.Text(of.OrderID)] = of
	}
	answer, err := iopTake.Call(ctx, d.shop, p)
	if err != nil {
		return nil, err
	}
	taken := make([]mall.Result[logistics.Waybill], 0, len(t.Requests))
	for _, record := range answer.Waybills {
		var w wireWaybill
		if err := json.Unmarshal(record, &w); err != nil {
			return nil, iopTake.UnreadWrite(record, driver.Mismatch(err))
		}
		taken = append(taken, mall.Result[logistics.Waybill]{Item: logistics.Waybill{
			For: []logistics.AddressedOrder{asked[w.ID]}, PackID: w.Pack, TrackingNo: w.TrackNo, SortCode: w.SortCode,
			Subs:  splitCodes(w.Subs),
			Hub:   order.Region{Code: w.PackageCode, Name: w.PackageName},
			Route: order.Region{Code: w.MarkCode, Name: w.MarkName}, Raw: bytes.Clone(record),
		}})
	}
	for _, w := range answer.Failures {
		taken = append(taken, mall.Result[logistics.Waybill]{
			Item: logistics.Waybill{For: []logistics.AddressedOrder{asked[w.ID]}, PackID: w.Pack},
			Err: iopTake.RefusedEntry(kindOf(iopTake.Name, "50002", "isv.business-failed:"+string(w.Code)),
				"err_code "+string(w.Code), w.Message, p.texts()...),
		})
	}
	return taken, nil
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
func (d dropshipDriver) ReturnWaybills(ctx context.Context, r dropship.Return) ([]order.Parcel, error) {
	if r.ReturnAddressID != "" {
		return nil, iopReturn.Refuse(mall.ErrNotSupported, "the platform does not ask where a parcel goes back to")
	}
	shop, err := number(iopReturn.Method, "shop id", r.ID.Shop)
	if err != nil {
		return nil, err
	}
	p := returnParams{ID: r.ID.ID, RefuseRefund: r.RefuseRefund, Serials: slices.Concat(r.Serials, r.IMEIs), Shop: shop}
	for _, s := range r.Parcels {
		p.Packs = append(p.Packs, returnPack{s.CarrierCode, s.Pieces(), s.TrackingNo})
	}
	switch {
	case r.FromAddressID != "":
		if p.AddressID, err = number(iopReturn.Method, "address id", r.FromAddressID); err != nil {
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
			parcels = append(parcels, order.Parcel{ID: string(answer.ID), TrackingNo: s.TrackingNo,
				CarrierCode: s.CarrierCode})
		}
	}
	return parcels, nil
}

// ChangeShipment calls iop.waybillUpdate.
func (d dropshipDriver) ChangeShipment(ctx context.Context, id dropship.FactoryID, parcelID string,
	to logistics.Parcel) error {
	shop, err := number(iopUpdate.Method, "shop id", id.Shop)
	if err != nil {
		return err
	}
	answer, err := iopUpdate.Call(ctx, d.shop, iopUpdateParams{to.CarrierCode, parcelID, id.ID, to.TrackingNo, shop})
	if err == nil && !answer.OK {
		err = notDone(iopUpdate.Method)
	}
	return err
}

// CancelWaybill calls iop.waybillCancel.
func (d dropshipDriver) CancelWaybill(ctx context.Context, w logistics.Waybill) error {
	shop, err := number(iopCancel.Method, "shop id", w.For[0].Shop)
	if err != nil {
		return err
	}
	answer, err := iopCancel.Call(ctx, d.shop, cancelWaybillParams{w.CarrierCode, w.TrackingNo, shop})
	if err == nil && !answer.OK {
		err = notDone(iopCancel.Method)
	}
	return err
}

// notDone is a success that says that it is none.
func notDone(m driver.Method) error {
	return &mall.Error{Platform: m.Platform, Method: m.Name, Kind: mall.ErrRejected, Code: success,
		Message: "return_result is false"}
}

// toIopSender writes the sender in the keys of this method, which are camelCase.
func toIopSender(s logistics.Sender) takeSender {
	from := s.Address
	return takeSender{takeAddress{
		City: from.City.Name, CityCode: from.City.Code, Country: cmp.Or(from.Country, country), Detail: from.Detail,
		District: from.District.Name, DistrictCode: from.District.Code, Province: from.Province.Name,
		ProvinceCode: from.Province.Code,
		Street:       from.Street.Name, StreetCode: from.Street.Code,
	}, takeContact{s.Phone, s.Name, s.Landline}}
}

func toPlace(a logistics.Address) *returnPlace {
	return &returnPlace{City: area(a.City), Detail: a.Detail, Province: area(a.Province), Street: area(a.Street),
		Town: area(a.District)}
}

// endpoints and wire types

var (
	iopTake   = endpoint[iopTakeParams, iopTakeAnswer]("iop.waybillGet", write)
	iopReturn = endpoint[returnParams, returnAnswer]("iop.waybillReturn", write)
	iopUpdate = endpoint[iopUpdateParams, returnAnswer]("iop.waybillUpdate", repeatable) // sets
	iopCancel = endpoint[cancelWaybillParams, returnAnswer]("iop.waybillCancel", write)
)

type iopTakeParams struct {
	Sender takeSender `json:"sender"`
	Shops  []takeShop `json:"trade_order_list"`
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

type takeShop struct {
	Company string         `json:"company_code"`
	Orders  []iopTakeOrder `json:"order_infos"`
	Shop    int64          `json:"user_id"`
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
	Subs        string    `json:"sub_waybill_codes"` // separated by commas
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
