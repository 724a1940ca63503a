package kuaishou

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// TakeWaybills calls open.dropshipping.ebill.batch.get, which finds the receiver
// by itself. The request id is made from the assignment and the pack: that the
// same one brings the same number is documented for open.express.ebill.get only.
func (d dropshipDriver) TakeWaybills(ctx context.Context, t logistics.Take) ([]mall.Result[logistics.Waybill], error) {
	if t.Template == "" || t.Sender.Name == "" || t.Sender.Phone == "" || t.Sender.Address.Detail == "" {
		return nil, dsTake.Refuse(mall.ErrInvalid,
			"the URL of a template and the sender's name, mobile and address are needed")
	}
	var p dsTakeParams
	asked := map[string]logistics.WaybillRequest{}
	for _, r := range t.Requests {
		of := r.Assigned
		item := dsTakeItem{
			RequestID: strings.Join([]string{of.Shop, of.OrderID, r.PackID}, "-"), ID: of.OrderID, Shop: of.Shop,
			Pack:     cmp.Or(r.PackID, of.OrderID),
			Quantity: max(r.Pieces, 1), Channel: d.assume.OrderChannel, Template: t.Template, Remark: remark(r.Remark),
			Items:   toItems(r),
			Carrier: t.CarrierCode, Site: t.Site.Code, SiteName: t.Site.Name, Account: t.Site.Account,
			Product: t.Product,
			Extra:   cmp.Or(t.Extra, d.assume.CarrierData[t.CarrierCode]),
			Contact: distrContact{t.Sender.Name, t.Sender.Phone, t.Sender.Landline},
			Address: toDistrAddress(t.Sender.Address),
		}
		p.List = append(p.List, item)
		asked[item.RequestID] = r
	}
	answer, err := dsTake.Call(ctx, d.shop, p)
	if err != nil {
		return nil, err
	}
	taken := make([]mall.Result[logistics.Waybill], 0, len(answer.List))
	for _, record := range answer.List {
		var w wireDistrWaybill
		if err := json.Unmarshal(record, &w); err != nil {
			return nil, dsTake.UnreadWrite(record, driver.Mismatch(err))
		}
		r, ok := asked[w.RequestID]
		if !ok {
			continue // the request that it may be of counts as left out
		}
		one := mall.Result[logistics.Waybill]{Item: logistics.Waybill{For: []logistics.AddressedOrder{r.Assigned},
			PackID: r.PackID, Raw: bytes.Clone(record)}}
		switch {
		case !bool(w.Base.Success):
			one.Err = dsTake.RefusedEntry(mall.ErrRejected, string(w.Base.Result), w.Base.Message, p.texts()...)
		case len(w.Data) == 0 || w.Data[0].TrackNo == "":
			one.Err = dsTake.UnreadWrite(record, "success without a number")
		default:
			one.Item.TrackingNo = w.Data[0].TrackNo
			for i, l := range w.Data {
				if i > 0 {
					one.Item.Subs = append(one.Item.Subs, l.TrackNo)
				}
				one.Item.Print = append(one.Item.Print, logistics.PrintData{
					TrackingNo: l.TrackNo, Payload: l.Print, Signature: l.Signature, Key: l.Key, Version: l.Version,
				})
			}
		}
		taken = append(taken, one)
	}
	return taken, nil
}

// ReturnWaybills calls open.dropshipping.order.deliver. The one parcel holds all
// that was assigned.
func (d dropshipDriver) ReturnWaybills(ctx context.Context, r dropship.Return) ([]order.Parcel, error) {
	refuse := func(kind mall.Kind, why string) ([]order.Parcel, error) {
		return nil, dsDeliver.Refuse(kind, "%s", why)
	}
	switch {
	case len(r.Parcels) != 1:
		return refuse(mall.ErrInvalid, "an assignment is shipped in one parcel")
	case r.RefuseRefund:
		return refuse(mall.ErrNotSupported, "a factory cannot refuse the buyer's refund")
	case r.FromAddressID != "" || r.From != logistics.Address{}:
		return refuse(mall.ErrNotSupported, "the call does not ask where a parcel comes from")
	}
	s := r.Parcels[0]
	_, err := dsDeliver.Call(ctx, d.shop, dsDeliverParams{
		ReturnTo: number(r.ReturnAddressID), dsParcelParams: dsParcelParams{s.TrackingNo, s.CarrierCode, r.ID.Shop,
			r.ID.ID}, Serials: r.Serials, IMEIs: r.IMEIs,
	})
	if err != nil {
		return nil, err
	}
	return []order.Parcel{{TrackingNo: s.TrackingNo, CarrierCode: s.CarrierCode}}, nil
}

// ChangeShipment calls open.dropshipping.order.logistics.update.
func (d dropshipDriver) ChangeShipment(ctx context.Context, id dropship.FactoryID, _ string,
	to logistics.Parcel) error {
	_, err := dsUpdate.Call(ctx, d.shop, dsParcelParams{to.TrackingNo, to.CarrierCode, id.Shop, id.ID})
	return err
}

// CancelWaybill calls open.dropshipping.ebill.cancel.
func (d dropshipDriver) CancelWaybill(ctx context.Context, w logistics.Waybill) error {
	_, err := dsCancel.Call(ctx, d.shop, dsCancelParams{w.TrackingNo, w.CarrierCode, w.For[0].Shop})
	return err
}

// toDistrAddress writes an address in the keys of drop-ship and of waybills.
func toDistrAddress(a logistics.Address) wireDistrAddress {
	return wireDistrAddress{
		ProvinceCode: a.Province.Code, Province: a.Province.Name, CityCode: a.City.Code, City: a.City.Name,
		DistrictCode: a.District.Code, District: a.District.Name, StreetCode: a.Street.Code, Street: a.Street.Name,
		CountryCode: a.Country, Detail: a.Detail,
	}
}

// specsText is the reverse of specsOf.
func specsText(specs []sku.Spec) string {
	parts := make([]string, 0, len(specs))
	for _, s := range specs {
		if s.Name == "" {
			parts = append(parts, s.Value)
		} else {
			parts = append(parts, s.Name+":"+s.Value)
		}
	}
	return strings.Join(parts, ";")
}

// endpoints and wire types

var (
	dsTake    = endpoint[dsTakeParams, dsTakeAnswer]("open.dropshipping.ebill.batch.get", write|beside)
	dsDeliver = endpoint[dsDeliverParams, none]("open.dropshipping.order.deliver", write)
	dsUpdate  = endpoint[dsParcelParams, none]("open.dropshipping.order.logistics.update", write)
	dsCancel  = endpoint[dsCancelParams, none]("open.dropshipping.ebill.cancel", write)
)

type dsTakeParams struct {
	List []dsTakeItem `json:"dsOrderGetReq"`
}

// texts are the people that send.
func (p dsTakeParams) texts() (texts []string) {
	for _, e := range p.List {
		texts = append(texts, e.Contact.Name, e.Contact.Mobile, e.Contact.Telephone, e.Address.Detail)
	}
	return texts
}

type dsTakeItem struct {
	RequestID string           `json:"requestId"`
	ID        string           `json:"allocateOrderCode"`
	Shop      string           `json:"userCode"`
	Pack      string           `json:"packageCode"`
	Quantity  int              `json:"totalPackageQuantity"` // with sub-waybills
	Channel   string           `json:"orderChannel"`
	Template  string           `json:"templateUrl"`
	Remark    string           `json:"tradeOrderRemark,omitempty"`
	Carrier   string           `json:"expressCompanyCode"` // alphabetic
	Site      string           `json:"netSiteCode,omitempty"`
	SiteName  string           `json:"netSiteName,omitempty"`
	Account   string           `json:"settleAccount,omitempty"`
	Product   string           `json:"expressProductCode,omitempty"`
	Extra     string           `json:"extData,omitempty"`
	Items     []wireGoods      `json:"itemList"`
	Contact   distrContact     `json:"senderContract"` // spelled so
	Address   wireDistrAddress `json:"senderAddress"`
}

// dsTakeAnswer stands beside the result.
type dsTakeAnswer struct {
	List wire.List[driver.Record[wireDistrWaybill]] `json:"dsOrderGetResp"`
}

type wireDistrWaybill struct {
	RequestID string `json:"requestId"`
	Base      struct {
		Result  wire.Text `json:"result"`
		Success wire.Bool `json:"success"`
		Message string    `json:"message"`
	} `json:"baseResponse"`
	Data wire.List[struct {
		TrackNo   string `json:"waybillCode"`
		Print     string `json:"printData"`
		Signature string `json:"signature"`
		Version   string `json:"version"`
		Key       string `json:"key"`
	}] `json:"data"`
}

type dsParcelParams struct {
	TrackNo string `json:"waybillCode"`
	Carrier string `json:"expressCompanyCode"`
	Shop    string `json:"userCode"`
	ID      string `json:"allocateOrderCode"`
}

type dsDeliverParams struct {
	dsParcelParams
	ReturnTo number   `json:"returnAddressId,omitempty"`
	Serials  []string `json:"serialNumberList,omitempty"`
	IMEIs    []string `json:"imeiList,omitempty"`
}

type dsCancelParams struct {
	TrackNo string `json:"waybillCode"`
	Carrier string `json:"expressCompanyCode"`
	Shop    string `json:"userCode"`
}
