package doudian

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// roles are role_type.
var roles = driver.NewEnum(map[wire.Int]dropship.Role{
	1: dropship.RoleMerchant,
	2: dropship.RoleFactory,
})

// distrStates are distr_status.
var distrStates = driver.NewEnum(map[wire.Int]dropship.State{
	0: dropship.StateUnassigned, // 未分配
	1: dropship.StateAssigned,   // 已分配未回传
	2: dropship.StateReturned,   // 已回传
	3: dropship.StateCancelled,  // 已取消
})

// stateNumber is what a list is asked with; nil for all.
func stateNumber(s dropship.State) *wire.Int {
	if n, ok := distrStates.Wire(s); ok {
		return &n
	}
	return nil
}

// noAfterSale is the one after-sale status that says so. 2 is an open case; any
// other number, 0 too, is in no document and counts as open.
const noAfterSale = 1

// assignments reads a page of a list.
func assignments(m driver.Method, role dropship.Role, records []driver.Record[wireDistr],
	total *wire.Int) (mall.Page[dropship.Assignment], error) {
	page := mall.Page[dropship.Assignment]{Items: make([]dropship.Assignment, 0, len(records)),
		Total: wire.Total(total)}
	var bad driver.BadRecords
	for _, record := range records {
		a, err := assignment(m, role, record)
		if err != nil {
			bad.Add(string(a.MerchantID)+a.FactoryID.ID, record, err)
			continue
		}
		page.Items = append(page.Items, a)
	}
	return page, bad.Err()
}

// assignment reads one record, whose form differs little between the sides and
// between list and detail. With an error comes the id, as far as it is known.
func assignment(m driver.Method, role dropship.Role, record []byte) (dropship.Assignment, error) {
	var w wireDistr
	if err := json.Unmarshal(record, &w); err != nil {
		return dropship.Assignment{MerchantID: dropship.MerchantID(w.ID)},
			m.Unexpected("assignment "+string(w.ID), record, err)
	}
	if w.ID == "" {
		return dropship.Assignment{}, m.Unexpected("assignment", record, errNoID)
	}
	a := dropship.Assignment{
		Platform: mall.Doudian, Role: role,
		State: distrStates.Neutral(w.State), PlatformState: w.State.String(),
		Receiver:     w.receiver(),
		BuyerMessage: w.BuyerWords, Remark: w.SellerWords, CancelReason: w.CancelReason, Serials: w.Serials,
		Assigned: w.Assigned.Time, Paid: w.Paid.Time, ShipBy: w.ShipBy.Time, Shipped: w.Shipped.Time,
		Parcels: w.parcels(),
		// The unit of the price is not stated on the factory's pages. It is fen on
		// the merchant's.
		Lines: []dropship.Line{{SKU: w.sku(), Quantity: int64(w.Count), Price: mall.Fen(w.Price)}},
		Raw:   bytes.Clone(record),
	}
	afterSale := w.AfterSaleMerchant + w.AfterSaleList + w.AfterSaleInfo // one of them is there
	a.RefundOpen, a.PlatformAfterSale = afterSale != noAfterSale, afterSale.String()
	if role == dropship.RoleMerchant {
		a.MerchantID, a.OrderID = dropship.MerchantID(w.ID), plainID(string(w.OrderID))
		if w.Supplier != "0" { // an assignment that has no factory yet
			a.Partner, a.PartnerName = string(w.Supplier), w.SupplierName
		}
		a.OrderStatus, a.PlatformOrderStatus = statusOf(w.Status, 0)
		return a, nil
	}
	a.FactoryID = dropship.FactoryID{Shop: string(w.Shop), ID: string(w.ID)}
	a.Partner, a.PartnerName = string(w.Shop), w.ShopName
	return a, nil
}

func (w wireDistr) receiver() order.Receiver {
	region := func(id wire.Text, name string) order.Region { return order.Region{Code: string(id), Name: name} }
	return order.Receiver{
		ID:       string(w.ReceiverID),
		Province: region(w.ProvinceID, w.Province), City: region(w.CityID, w.City),
		District: region(w.DistrictID, w.District), Street: region(w.StreetID, w.Street),
	}
}

func (w wireDistr) parcels() (list []order.Parcel) {
	for _, p := range w.Packs {
		list = append(list, order.Parcel{ID: string(p.ID), TrackingNo: p.TrackNo, CarrierCode: p.Company,
			Shipped: w.Shipped.Time})
	}
	if len(list) == 0 && w.TrackingNo != "" { // before pack_list came, the number stood by itself
		list = append(list, order.Parcel{TrackingNo: w.TrackingNo, CarrierName: w.Company, Shipped: w.Shipped.Time})
	}
	return list
}

// sku is as much of the SKU as is told. A merchant, and the factory's detail,
// get the values of the specs in one text, without their names.
func (w wireDistr) sku() sku.Ref {
	ref := sku.Ref{ProductID: string(w.ProductID), Code: string(w.Code), Name: w.ProductName}
	for _, s := range w.Specs {
		ref.Specs = append(ref.Specs, sku.Spec{Name: s.Name, Value: s.Value})
	}
	if len(ref.Specs) == 0 {
		for value := range strings.SplitSeq(w.Spec, ";") {
			if value = strings.TrimSpace(value); value != "" {
				ref.Specs = append(ref.Specs, sku.Spec{Value: value})
			}
		}
	}
	return ref
}

// wire types

// wireDistr is a record of iop.sellerOrderList, sellerOrderInfo, orderList or
// orderInfo.
type wireDistr struct {
	ID                wire.Text                `json:"distr_order_id"`
	OrderID           wire.Text                `json:"shop_order_id"` // merchant
	Status            wire.Int                 `json:"order_status"`  // merchant
	State             wire.Int                 `json:"distr_status"`
	Assigned          wire.Seconds             `json:"distr_time"`
	AfterSaleMerchant wire.Int                 `json:"after_sale_status"`
	AfterSaleList     wire.Int                 `json:"aftersale_status"`
	AfterSaleInfo     wire.Int                 `json:"distr_order_aftersale_status"`
	Supplier          wire.Text                `json:"supplier_shop_id"`   // merchant
	SupplierName      string                   `json:"supplier_shop_name"` // merchant
	Shop              wire.Text                `json:"user_id"`            // factory
	ShopName          string                   `json:"user_name"`          // factory
	ShipBy            wire.Seconds             `json:"exp_ship_time"`
	Paid              wire.Seconds             `json:"pay_time"`
	Shipped           wire.Seconds             `json:"ship_time"`
	SellerWords       string                   `json:"seller_words"`
	BuyerWords        string                   `json:"buyer_words"`
	ProductName       string                   `json:"product_name"`
	Count             wire.Int                 `json:"product_count"`
	ProductID         wire.Text                `json:"product_id"`
	Price             wire.Int                 `json:"product_price"`
	Spec              string                   `json:"sku_spec"`
	Specs             wire.List[wireSpec]      `json:"spec"`
	Code              wire.Text                `json:"out_sku_id"`
	ReceiverID        wire.Text                `json:"receiver_id"` // factory
	ProvinceID        wire.Text                `json:"province_id"`
	Province          string                   `json:"province"`
	CityID            wire.Text                `json:"city_id"`
	City              string                   `json:"city"`
	DistrictID        wire.Text                `json:"district_id"`
	District          string                   `json:"district"`
	StreetID          wire.Text                `json:"street_id"`
	Street            string                   `json:"street"`
	TrackingNo        string                   `json:"tracking_no"`  // merchant
	Company           string                   `json:"company_name"` // merchant
	CancelReason      string                   `json:"distr_cancel_reason"`
	Packs             wire.List[wireDistrPack] `json:"pack_list"`
	Serials           wire.List[string]        `json:"serial_number_list"`
}

type wireDistrPack struct {
	ID      wire.Text `json:"deliver_id"` // factory
	TrackNo string    `json:"track_no"`
	Company string    `json:"company_code"`
}
