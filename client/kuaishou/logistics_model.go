package kuaishou

import (
	"cmp"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// wire types of the methods open.express.* and open.address.seller.*. Source:
// crywolfx/kuaishou-merchant-open-api:packages/common/Interface/api.declaration.ts.

type carrierParams struct {
	Carrier string `json:"expressCompanyCode,omitempty"`
}

type waybillParams struct {
	Carrier    string `json:"expressCompanyCode"`
	TrackingNo string `json:"waybillCode"`
}

// wirePlace is an address. Its codes are texts here, and numbers in orders.
type wirePlace struct {
	ProvinceCode string `json:"provinceCode,omitempty"`
	Province     string `json:"provinceName"`
	CityCode     string `json:"cityCode,omitempty"`
	City         string `json:"cityName"`
	DistrictCode string `json:"districtCode,omitempty"`
	District     string `json:"districtName"`
	StreetCode   string `json:"streetCode,omitempty"`
	Street       string `json:"streetName,omitempty"`
	Detail       string `json:"detailAddress"` // of a receiver: cipher text is accepted
}

// wireContact is called "Contract" on the wire.
type wireContact struct {
	Name   string `json:"name"`
	Mobile string `json:"mobile"`
}

type wireGoods struct {
	Title string `json:"itemTitle"`
	Spec  string `json:"itemSpecs,omitempty"`
	Count int64  `json:"itemQuantity"`
}

// wireMerchant is the merchant in an order.
type wireMerchant struct {
	Base struct {
		ID   string `json:"sellerOpenId"`
		Name string `json:"sellerNick"`
	} `json:"orderBaseInfo"`
}

type takeParams struct {
	Requests []takeRequest `json:"getEbillOrderRequest"`
}

type takeRequest struct {
	MerchantID   string      `json:"merchantCode"`
	MerchantName string      `json:"merchantName"`
	Pieces       int         `json:"totalPackageQuantity,omitempty"`
	PackID       string      `json:"packageCode"`
	Product      string      `json:"expressProductCode,omitempty"`
	Items        []wireGoods `json:"itemList"`
	ExtData      string      `json:"extData,omitempty"` // a JSON text
	Receiver     wireContact `json:"receiverContract"`
	Sender       wireContact `json:"senderContract"`
	SiteCode     string      `json:"netSiteCode,omitempty"`
	SiteName     string      `json:"netSiteName,omitempty"`
	Carrier      string      `json:"expressCompanyCode"`
	Channel      string      `json:"orderChannel"`
	Remark       string      `json:"tradeOrderRemark,omitempty"`
	OrderID      string      `json:"tradeOrderCode"`
	From         wirePlace   `json:"senderAddress"`
	To           wirePlace   `json:"receiverAddress"`
	RequestID    string      `json:"requestId"`
	Account      string      `json:"settleAccount,omitempty"`
}

// texts are the people on the labels.
func (p takeParams) texts() (texts []string) {
	for _, r := range p.Requests {
		texts = append(texts, r.Receiver.Name, r.Receiver.Mobile, r.To.Detail, r.Sender.Name, r.Sender.Mobile,
			r.From.Detail)
	}
	return texts
}

type takeAnswer = wire.List[takenEntry]

type takenEntry struct {
	Labels    wire.List[wireLabel] `json:"data"`
	RequestID string               `json:"requestId"`
	Outcome   wire.Object[struct {
		Code    wire.Text  `json:"result"`
		OK      *wire.Bool `json:"success"`
		Message string     `json:"message"`
	}] `json:"baseResponse"`
}

// wireLabel is a number with what its label is printed from.
type wireLabel struct {
	TrackingNo string    `json:"waybillCode"`
	Payload    string    `json:"printData"`
	Parent     string    `json:"parentWaybillCode"`
	Version    wire.Text `json:"version"`
	Signature  string    `json:"signature"`
	Key        string    `json:"key"`
	Package    string    `json:"waybillPackageCode"` // of JD only
}

type updateParams struct {
	Items      []wireGoods  `json:"itemList,omitempty"`
	ExtData    string       `json:"extData,omitempty"`
	Receiver   wireContact  `json:"receiverContract"`
	Sender     *wireContact `json:"senderContract,omitempty"`
	Carrier    string       `json:"expressCompanyCode"`
	Remark     string       `json:"tradeOrderRemark,omitempty"`
	Address    wirePlace    `json:"receiverAddress"`
	TrackingNo string       `json:"waybillCode"`
}

func (p updateParams) texts() []string {
	texts := []string{p.Receiver.Name, p.Receiver.Mobile, p.Address.Detail}
	if p.Sender != nil {
		texts = append(texts, p.Sender.Name, p.Sender.Mobile)
	}
	return texts
}

type appendParams struct {
	Parent  string `json:"parentWaybillCode"`
	Carrier string `json:"expressCompanyCode"`
	Pieces  int    `json:"addPackageQuantity"`
}

type wireSite struct {
	Code    string               `json:"netSiteCode"`
	Name    string               `json:"netSiteName"`
	Left    *wire.Int            `json:"availableQuantity"`
	Senders wire.List[wirePlace] `json:"senderAddress"`
	Carrier string               `json:"expressCompanyCode"`
	Account string               `json:"settleAccount"`
}

type wireTemplate struct {
	Name    string `json:"templateName"`
	URL     string `json:"templateUrl"`
	Carrier string `json:"expressCompanyCode"`
	Code    string `json:"templateCode"`
}

// bothTypes asks for the merchant's templates and those that the app comes with.
const bothTypes = 3

type ownParams struct {
	Type int `json:"type"`
}

type wireOwnTemplate struct {
	Name    string `json:"customTemplateName"`
	Code    string `json:"customTemplateCode"`
	Parent  string `json:"standardTemplateCode"`
	URL     string `json:"customTemplateUrl"`
	Carrier string `json:"expressCompanyCode"`
}

type reachParams struct {
	RequestID string     `json:"requestId"`
	Carrier   string     `json:"expressCompanyCode"`
	Type      wire.Int   `json:"type"`
	Sender    *wirePlace `json:"senderAddress,omitempty"`
	Receiver  *wirePlace `json:"receiverAddress,omitempty"`
}

type reachableParams struct {
	Requests []reachParams `json:"reachableRequests"`
}

func (p reachableParams) texts() (texts []string) {
	for _, r := range p.Requests {
		for _, place := range []*wirePlace{r.Sender, r.Receiver} {
			if place != nil {
				texts = append(texts, place.Detail)
			}
		}
	}
	return texts
}

type wireReach struct {
	RequestID string     `json:"requestId"`
	Reachable *wire.Bool `json:"reachable"`
	Code      wire.Text  `json:"errorCode"`
	Words     string     `json:"errorMessage"`
}

type bookParams struct {
	Type wire.Int `json:"addressType"`
}

const addressNormal = 1

type wireEntry struct {
	ID   wire.Text `json:"addressId"`
	Base struct {
		Name     string `json:"consignee"`
		Mobile   string `json:"mobile"`
		Province string `json:"province"`
		City     string `json:"city"`
		District string `json:"district"`
		Detail   string `json:"address"`
		Town     string `json:"town"`
	} `json:"baseInfo"`
	Status  wire.Int  `json:"addressStatus"`
	Default wire.Bool `json:"defaultAddress"`
}

func (e wireEntry) entry(use logistics.AddressUse) logistics.BookEntry {
	b := e.Base
	return logistics.BookEntry{ID: string(e.ID), Use: use, Default: bool(e.Default), Sender: logistics.Sender{
		Name: b.Name, Phone: b.Mobile,
		Address: logistics.Address{
			Province: order.Region{Name: b.Province}, City: order.Region{Name: b.City},
			District: order.Region{Name: b.District},
			Street:   order.Region{Name: b.Town}, Detail: b.Detail,
		},
	}}
}

func toAddress(a logistics.Address) wirePlace {
	return wirePlace{
		ProvinceCode: a.Province.Code, Province: a.Province.Name, CityCode: a.City.Code, City: a.City.Name,
		DistrictCode: a.District.Code, District: a.District.Name, StreetCode: a.Street.Code, Street: a.Street.Name,
		Detail: a.Detail,
	}
}

func (p wirePlace) address() logistics.Address {
	return logistics.Address{
		Province: order.Region{Code: p.ProvinceCode, Name: p.Province},
		City:     order.Region{Code: p.CityCode, Name: p.City},
		District: order.Region{Code: p.DistrictCode, Name: p.District},
		Street:   order.Region{Code: p.StreetCode, Name: p.Street}, Detail: p.Detail,
	}
}

// toContact hands ciphers on: the platform opens them itself, and takes nothing
// else for its own orders.
func toContact(r order.Receiver) wireContact {
	return wireContact{Name: driver.Sealed(r.Name), Mobile: driver.Sealed(r.Phone)}
}

func toPlace(r order.Receiver) wirePlace {
	return wirePlace{
		ProvinceCode: r.Province.Code, Province: r.Province.Name, CityCode: r.City.Code, City: r.City.Name,
		DistrictCode: r.District.Code, District: r.District.Name, StreetCode: r.Street.Code, Street: r.Street.Name,
		Detail: driver.Sealed(r.Address),
	}
}

func toItems(r logistics.WaybillRequest) []wireGoods {
	items := []wireGoods{}
	for _, c := range r.Contents() {
		items = append(items, wireGoods{Title: c.Name, Spec: c.Spec, Count: c.Quantity})
	}
	return items
}

// toTake asks for one waybill. Orders that travel along are not mentioned: there
// is no field for them.
func (d logisticsDriver) toTake(t logistics.Take, r logistics.WaybillRequest) takeRequest {
	p := takeRequest{
		PackID: packOf(r), Product: t.Product, Items: toItems(r),
		ExtData:  cmp.Or(t.Extra, d.assume.CarrierData[t.CarrierCode]),
		Receiver: toContact(r.Order.Receiver), Sender: wireContact{Name: t.Sender.Name, Mobile: t.Sender.Phone},
		SiteCode: t.Site.Code, SiteName: t.Site.Name, Carrier: t.CarrierCode, Channel: d.assume.OrderChannel,
		Remark:  remark(r.Remark),
		OrderID: r.Order.ID, From: toAddress(t.Sender.Address), To: toPlace(r.Order.Receiver), RequestID: requestOf(r),
		Account: t.Site.Account,
	}
	if r.Pieces > 1 {
		p.Pieces = r.Pieces
	}
	return p
}

// packOf is the pack id, which may not be empty here. That of the first parcel
// is the order's id, which nobody gives another pack.
func packOf(r logistics.WaybillRequest) string {
	if r.PackID == "" {
		return r.Order.ID
	}
	return r.PackID
}

// requestOf is the idempotency key: the same for the same order and pack, also
// after a restart.
func requestOf(r logistics.WaybillRequest) string { return r.Order.ID + "_" + packOf(r) }

// remark is cut to what the platform takes.
func remark(text string) string {
	if runes := []rune(text); len(runes) > 128 {
		return string(runes[:128])
	}
	return text
}

// answerOf finds the answer to one request. One that is not answered, or with no
// number, may have been carried out.
func answerOf(a takeAnswer, r logistics.WaybillRequest, about []string) mall.Result[logistics.Waybill] {
	lost := func(format string) mall.Result[logistics.Waybill] {
		return mall.Result[logistics.Waybill]{Err: takeWaybills.Refuse(mall.ErrUnknownOutcome, format, r.Order.ID)}
	}
	for _, e := range a {
		if e.RequestID != requestOf(r) {
			continue
		}
		switch out := e.Outcome.V; {
		case out.OK == nil:
			return lost("the reply does not say what became of order %s")
		case !bool(*out.OK):
			kind, _ := classify("", out.Message)
			if kind == "" {
				kind = mall.ErrRejected
			}
			about = append(about, driver.TextsOf(r.Order.Receiver)...)
			return mall.Result[logistics.Waybill]{Err: stopped(takeWaybills.RefusedEntry(kind, string(out.Code),
				out.Message, about...))}
		}
		if w, ok := waybillOf(e.Labels); ok {
			return mall.Result[logistics.Waybill]{Item: w}
		}
		return lost("the reply has no number for order %s")
	}
	return lost("the reply does not mention order %s")
}

// waybillOf puts labels together: that of the waybill itself first, which is the
// one without a parent or its own, then those of its pieces. JD tells pieces
// apart by another number than the waybill's, which they share; which then is
// on the parcel is unconfirmed.
func waybillOf(labels []wireLabel) (logistics.Waybill, bool) {
	var w logistics.Waybill
	for _, l := range labels {
		if l.TrackingNo != "" && (l.Parent == "" || l.Parent == l.TrackingNo) {
			w.TrackingNo = l.TrackingNo
			w.Print = append(w.Print, l.label(l.TrackingNo))
			break
		}
	}
	if w.TrackingNo == "" {
		return w, false
	}
	main := true // its own label is still to be met
	for _, l := range labels {
		no := l.TrackingNo
		if no == w.TrackingNo {
			if main {
				main = false
				continue
			}
			no = l.Package
		}
		if no = strings.TrimSpace(no); no != "" {
			w.Subs = append(w.Subs, no)
			w.Print = append(w.Print, l.label(no))
		}
	}
	return w, true
}

func (l wireLabel) label(trackingNo string) logistics.PrintData {
	return logistics.PrintData{TrackingNo: trackingNo, Payload: l.Payload, Signature: l.Signature, Key: l.Key,
		Version: string(l.Version)}
}
