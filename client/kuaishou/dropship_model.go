package kuaishou

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// roles are roleType. 0 is unknown.
var roles = driver.NewEnum(map[wire.Int]dropship.Role{
	1: dropship.RoleMerchant,
	2: dropship.RoleFactory,
})

// merchantStates are dropshippingStatus.
var merchantStates = driver.NewEnum(map[wire.Int]dropship.State{
	1: dropship.StateUnassigned, // 待分配
	2: dropship.StateCancelled,  // 取消分配
	3: dropship.StateAssigned,   // 已分配未回传
	4: dropship.StateReturned,   // 已分配已回传
})

// factoryStates are allocateStatus.
var factoryStates = driver.NewEnum(map[wire.Int]dropship.State{
	2: dropship.StateCancelled,
	3: dropship.StateAssigned, // 未回传
	4: dropship.StateReturned, // 已回传
})

// distrStatuses are orderStatus of the merchant's list.
var distrStatuses = driver.NewEnum(map[wire.Int]order.Status{
	100: order.StatusToShip,
	200: order.StatusShipped,
	500: order.StatusClosed,
})

// orderTypes are orderType, in the order in which they are listed.
var orderTypes = []wire.Int{100, 200, 300, 400, 1000}

var orderKinds = driver.NewEnum(map[wire.Int]dropship.Kind{
	100:  dropship.KindOrder,
	200:  dropship.KindGift,
	300:  dropship.KindResend,
	400:  dropship.KindExchange,
	1000: dropship.KindOther,
})

var errNoCode = errors.New("it has no code")

// missing is the refusal of a detail, told apart by its words: the number of
// "there is no such order" is in no document.
func (d dropshipDriver) missing(err error) error {
	return reclassed(err, mall.ErrNotFound, d.assume.Dropship.Missing...)
}

// entry is what became of one entry of a batch. The numbers of refusals are in
// no document: looking tells what they mean.
func (d dropshipDriver) entry(m driver.Method, e entryAnswer, about ...string) error {
	switch string(e.Code) {
	case d.assume.Dropship.EntryDone:
		return nil
	case "":
		return m.Refuse(mall.ErrUnknownOutcome, "the answer does not say what became of an entry")
	}
	return m.RefusedEntry(mall.ErrRejected, string(e.Code), e.Message, about...)
}

// assignments reads a page of a list. With an error of read comes the code, as
// far as it is known.
func assignments[W any](
	m driver.Method, read func(driver.Method, []byte) (dropship.Assignment, error), records []driver.Record[W],
) (mall.Page[dropship.Assignment], error) {
	page := mall.Page[dropship.Assignment]{Items: make([]dropship.Assignment, 0, len(records)), Total: -1}
	var bad driver.BadRecords
	for _, record := range records {
		a, err := read(m, record)
		if err != nil {
			bad.Add(string(a.MerchantID)+a.FactoryID.ID, record, err)
			continue
		}
		page.Items = append(page.Items, a)
	}
	return page, bad.Err()
}

// merchantAssignment reads a record of open.dropshipping.order.merchant.list or
// merchant.detail. Its receiver's name, phone and street, whose form is not
// documented, stay in Raw.
func (d dropshipDriver) merchantAssignment(m driver.Method, record []byte) (dropship.Assignment, error) {
	var w wireMerchantOrder
	if err := json.Unmarshal(record, &w); err != nil {
		return dropship.Assignment{MerchantID: dropship.MerchantID(w.Base.ID)},
			m.Unexpected("assignment "+string(w.Base.ID), record, err)
	}
	if w.Base.ID == "" {
		return dropship.Assignment{}, m.Unexpected("assignment", record, errNoCode)
	}
	b, s := w.Base, w.Dropship
	a := dropship.Assignment{
		Platform: mall.Kuaishou, Role: dropship.RoleMerchant,
		MerchantID: dropship.MerchantID(b.ID), OrderID: idOf(b.OrderID), Kind: orderKinds.Neutral(b.Type),
		PlatformKind: wordsOf(b.Type),
		State:        merchantStates.Neutral(s.Status), PlatformState: wordsOf(s.Status),
		OrderStatus: distrStatuses.Neutral(b.Status), PlatformOrderStatus: wordsOf(b.Status),
		// 100 is none and 500 done: what came of it, the order's status tells.
		RefundOpen: b.Refund != 100 && b.Refund != 500, PlatformAfterSale: wordsOf(b.Refund),
		Partner: s.Factory, PartnerName: s.FactoryName, CancelReason: s.CancelReason,
		Receiver:     w.Address.receiver(""),
		BuyerMessage: strings.Join(w.Note.Buyer, "\n"), Remark: strings.Join(w.Note.Seller, "\n"),
		Created: b.Created.Time, Updated: b.Updated.Time, Paid: b.Paid.Time, Shipped: b.Shipped.Time,
		Assigned: s.Assigned.Time,
		Raw:      bytes.Clone(record),
	}
	if w.Parcel.TrackNo != "" {
		a.Parcels = []order.Parcel{{TrackingNo: w.Parcel.TrackNo, CarrierCode: w.Parcel.Carrier,
			CarrierName: w.Parcel.CarrierName, Shipped: b.Shipped.Time}}
	}
	for _, i := range w.Items {
		a.Lines = append(a.Lines, dropship.Line{
			SKU: sku.Ref{
				ID: idOf(i.SKU), ProductID: idOf(i.Item), Code: i.Code, Name: i.Title, Specs: specsOf(i.Specs),
				Picture: i.Picture,
			},
			Quantity: int64(i.Quantity),
		})
	}
	return a, nil
}

// factoryAssignment reads a record of open.dropshipping.order.list or
// detail.query.
func (d dropshipDriver) factoryAssignment(m driver.Method, record []byte) (dropship.Assignment, error) {
	var w wireFactoryOrder
	if err := json.Unmarshal(record, &w); err != nil {
		return dropship.Assignment{FactoryID: dropship.FactoryID{ID: string(w.ID)}},
			m.Unexpected("assignment "+string(w.ID), record, err)
	}
	if w.ID == "" || w.Shop == "" {
		return dropship.Assignment{}, m.Unexpected("assignment", record, errNoCode)
	}
	a := dropship.Assignment{
		Platform: mall.Kuaishou, Role: dropship.RoleFactory,
		FactoryID: dropship.FactoryID{Shop: string(w.Shop), ID: string(w.ID)},
		State:     factoryStates.Neutral(w.Status), PlatformState: wordsOf(w.Status),
		// 1 is none, 3 done, and how is not told.
		RefundOpen:        w.AfterSale != 1 && !(w.AfterSale == 3 && d.assume.Dropship.DoneAfterSaleIsOver),
		PlatformAfterSale: wordsOf(w.AfterSale),
		Partner:           string(w.Shop), PartnerName: w.ShopName, CancelReason: w.CancelReason,
		Receiver: w.Address.receiver(w.ReceiverID),
		// These come oldest first, unlike those of orders.
		BuyerMessage: strings.Join(w.Note.Buyer, "\n"), Remark: strings.Join(w.Note.Seller, "\n"),
		NeedsSerial: slices.Contains(w.Serial.Types, 1), NeedsIMEI: slices.Contains(w.Serial.Types, 2),
		Assigned: w.Assigned.Time, ShipBy: w.ShipBy.Time, Shipped: w.Shipped.Time,
		Raw: bytes.Clone(record),
	}
	for _, p := range w.Parcels {
		a.Parcels = append(a.Parcels, order.Parcel{TrackingNo: p.TrackNo, CarrierCode: p.Carrier,
			Shipped: w.Shipped.Time})
	}
	for _, i := range w.Items {
		a.Lines = append(a.Lines, dropship.Line{
			SKU: sku.Ref{ID: idOf(i.SKU), ProductID: idOf(i.Item), Code: i.Code, Name: i.Name,
				Specs: specsOf(i.Specs)},
			Quantity: int64(i.Quantity),
		})
	}
	return a, nil
}

func (w wireDistrAddress) receiver(id string) order.Receiver {
	return order.Receiver{
		ID:       id,
		Province: order.Region{Code: w.ProvinceCode, Name: w.Province},
		City:     order.Region{Code: w.CityCode, Name: w.City},
		District: order.Region{Code: w.DistrictCode, Name: w.District},
		Street:   order.Region{Code: w.StreetCode, Name: w.Street},
	}
}

// wire types

// entryAnswer is the answer to one entry of a batch. The code of an order is
// that of the entry or, of an added one, the new order's.
type entries = wire.List[entryAnswer]

type entryAnswer struct {
	RequestID string    `json:"requestId"`
	ID        wire.Text `json:"dropshippingOrderCode"`
	Code      wire.Text `json:"code"`
	Message   string    `json:"message"`
}

type wireMerchantOrder struct {
	Base struct {
		ID      wire.Text   `json:"dropshippingOrderCode"`
		OrderID wire.Text   `json:"oid"`
		Paid    wire.Millis `json:"payTime"`
		Status  wire.Int    `json:"orderStatus"`
		Refund  wire.Int    `json:"refundStatus"`
		Type    wire.Int    `json:"orderType"`
		Shipped wire.Millis `json:"deliveryTime"`
		Created wire.Millis `json:"createTime"`
		Updated wire.Millis `json:"updateTime"`
	} `json:"orderBaseInfo"`
	Parcel   wireDistrParcel `json:"orderLogisticsInfo"` // an object: one parcel
	Dropship struct {
		Factory      string      `json:"factoryCode"`
		FactoryName  string      `json:"factoryName"`
		Assigned     wire.Millis `json:"allocateTime"`
		Status       wire.Int    `json:"dropshippingStatus"`
		CancelReason string      `json:"cancelAllocateReason"`
	} `json:"orderDropshippingInfo"`
	Note struct {
		Buyer  wire.List[string] `json:"buyerNote"`
		Seller wire.List[string] `json:"sellerNote"` // in which order is not told
	} `json:"orderNote"`
	Items   wire.List[wireDistrItem] `json:"orderItemList"`
	Address wireDistrAddress         `json:"receiverAddress"`
}

// wireDistrItem is also what an added order is made of.
type wireDistrItem struct {
	SKU      wire.Text `json:"skuId"`
	Specs    string    `json:"skuDesc"`
	Code     string    `json:"skuNick"`
	Quantity wire.Int  `json:"skuNum"`
	Item     wire.Text `json:"itemId"`
	Title    string    `json:"itemTitle"`
	Picture  string    `json:"itemPicUrl"`
}

type wireFactoryOrder struct {
	ID       wire.Text                  `json:"allocateOrderCode"`
	Shop     wire.Text                  `json:"userCode"`
	ShopName string                     `json:"userName"`
	Status   wire.Int                   `json:"allocateStatus"`
	Shipped  wire.Millis                `json:"consignTime"`
	ShipBy   wire.Millis                `json:"latestPromiseConsignTime"`
	Assigned wire.Millis                `json:"allocateTime"`
	Parcels  wire.List[wireDistrParcel] `json:"logistics"`
	Items    wire.List[struct {
		Item     wire.Text `json:"itemId"` // a text here
		Specs    string    `json:"itemSpecs"`
		Name     string    `json:"itemName"`
		SKU      wire.Text `json:"skuId"`
		Quantity wire.Int  `json:"itemQuantity"`
		Code     string    `json:"skuNick"`
	}] `json:"dsItemDto"`
	AfterSale    wire.Int         `json:"postSaleType"`
	CancelReason string           `json:"allocateCancelReason"`
	ReceiverID   string           `json:"receiverId"`
	Address      wireDistrAddress `json:"receiverAddress"`
	Note         struct {
		Buyer  wire.List[string] `json:"buyerRemark"`
		Seller wire.List[string] `json:"sellerRemark"`
	} `json:"orderNote"`
	Serial struct {
		Types wire.List[wire.Int] `json:"serialType"` // 1: SN, 2: IMEI
	} `json:"serialNumberInfo"`
}

type wireDistrParcel struct {
	TrackNo     string `json:"waybillCode"`
	Carrier     string `json:"expressCompanyCode"`
	CarrierName string `json:"expressCompanyName"`
}

// wireDistrAddress is an address of drop-ship and of waybills. Codes are texts
// here, and addressId is not read.
type wireDistrAddress struct {
	ProvinceCode string `json:"provinceCode,omitempty"`
	Province     string `json:"provinceName,omitempty"`
	CityCode     string `json:"cityCode,omitempty"`
	City         string `json:"cityName,omitempty"`
	DistrictCode string `json:"districtCode,omitempty"`
	District     string `json:"districtName,omitempty"`
	StreetCode   string `json:"streetCode,omitempty"`
	Street       string `json:"streetName,omitempty"`
	CountryCode  string `json:"countryCode,omitempty"`
	Detail       string `json:"detailAddress,omitempty"`
}

type distrContact struct {
	Name      string `json:"name"`
	Mobile    string `json:"mobile"`
	Telephone string `json:"telephone,omitempty"`
}
