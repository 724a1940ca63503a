package kuaishou

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/client/internal/wire"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// TakeWaybills calls open.dropshipping.ebill.batch.get, which finds the receiver
// by itself. The request id is made from the assignment and the pack: that the
// same one brings the same number is documented for open.express.ebill.get only.
func (d distribution) TakeWaybills(ctx context.Context, r dropship.WaybillRequest) ([]dropship.Waybill, error) {
	if r.Template == "" || r.Sender.Name == "" || r.Sender.Mobile == "" || r.Sender.From.Detail == "" {
		return nil, dsTake.Refuse(mall.ErrInvalid, "the URL of a template and the sender's name, mobile and address are needed")
	}
	var p dsTakeParams
	entries := map[string]dropship.WaybillEntry{}
	for _, e := range r.Entries {
		pack := e.Pack
		if pack == "" {
			pack = e.ID.ID
		}
		item := dsTakeItem{
			RequestID: strings.Join([]string{e.ID.Shop, e.ID.ID, e.Pack}, "-"), ID: e.ID.ID, Shop: e.ID.Shop, Pack: pack,
			Quantity: 1, Channel: d.assume.OrderChannel, Template: r.Template, Remark: remark(e.Remark),
			Carrier: r.Carrier, Site: r.Account.Site, SiteName: r.Account.Name, Account: r.Account.Number, Product: r.Account.Product, Extra: r.Account.Extra,
			Contact: distrContact{r.Sender.Name, r.Sender.Mobile, r.Sender.Phone}, Address: toDistrAddress(r.Sender.From),
		}
		for _, i := range e.Items {
			item.Items = append(item.Items, dsTakeGoods{i.Name, i.Specs, i.Quantity})
		}
		p.List = append(p.List, item)
		entries[item.RequestID] = e
	}
	answer, err := dsTake.Call(ctx, d.shop, p)
	if err != nil {
		return nil, err
	}
	waybills := make([]dropship.Waybill, 0, len(answer.List))
	for _, record := range answer.List {
		var w wireDistrWaybill
		if err := json.Unmarshal(record, &w); err != nil {
			return nil, dsTake.UnreadWrite(record, driver.Mismatch(err))
		}
		e, ok := entries[w.RequestID]
		if !ok {
			continue // the entry that it may be of counts as left out
		}
		b := dropship.Waybill{ID: e.ID, Pack: e.Pack, Raw: bytes.Clone(record)}
		switch {
		case !bool(w.Base.Success):
			b.Err = dsTake.RefusedEntry(mall.ErrRejected, string(w.Base.Result), w.Base.Message, p.texts()...)
		case len(w.Data) == 0 || w.Data[0].TrackNo == "":
			b.Err = dsTake.UnreadWrite(record, "success without a number")
		default:
			first := w.Data[0]
			b.TrackingNo, b.Print = first.TrackNo, dropship.PrintData{Payload: first.Print, Signature: first.Signature, Key: first.Key, Version: first.Version}
			for _, more := range w.Data[1:] {
				b.Children = append(b.Children, more.TrackNo)
			}
		}
		waybills = append(waybills, b)
	}
	return waybills, nil
}

// ReturnWaybills calls open.dropshipping.order.deliver. The one parcel holds all
// that was assigned.
func (d distribution) ReturnWaybills(ctx context.Context, r dropship.Return) ([]order.Parcel, error) {
	refuse := func(kind mall.Kind, why string) ([]order.Parcel, error) {
		return nil, dsDeliver.Refuse(kind, "%s", why)
	}
	switch {
	case len(r.Parcels) != 1:
		return refuse(mall.ErrInvalid, "an assignment is shipped in one parcel")
	case r.RefuseRefund:
		return refuse(mall.ErrNotSupported, "a factory cannot refuse the buyer's refund")
	case r.From != dropship.Place{}:
		return refuse(mall.ErrNotSupported, "the call does not ask where a parcel comes from")
	}
	s := r.Parcels[0]
	_, err := dsDeliver.Call(ctx, d.shop, dsDeliverParams{
		ReturnTo: number(r.ReturnTo), dsParcelParams: dsParcelParams{s.TrackingNo, s.Carrier, r.ID.Shop, r.ID.ID}, Serials: r.Serials, IMEIs: r.IMEIs,
	})
	if err != nil {
		return nil, err
	}
	return []order.Parcel{{TrackingNo: s.TrackingNo, CarrierCode: s.Carrier}}, nil
}

// UpdateWaybill calls open.dropshipping.order.logistics.update.
func (d distribution) UpdateWaybill(ctx context.Context, c dropship.Correction) error {
	_, err := dsUpdate.Call(ctx, d.shop, dsParcelParams{c.TrackingNo, c.Carrier, c.ID.Shop, c.ID.ID})
	return err
}

// CancelWaybill calls open.dropshipping.ebill.cancel.
func (d distribution) CancelWaybill(ctx context.Context, c dropship.Cancellation) error {
	_, err := dsCancel.Call(ctx, d.shop, dsCancelParams{c.TrackingNo, c.Carrier, c.Shop})
	return err
}

// toDistrAddress writes an address in the keys of drop-ship and of waybills.
func toDistrAddress(p dropship.Place) wireDistrAddress {
	return wireDistrAddress{
		ProvinceCode: p.Province.Code, Province: p.Province.Name, CityCode: p.City.Code, City: p.City.Name,
		DistrictCode: p.District.Code, District: p.District.Name, StreetCode: p.Street.Code, Street: p.Street.Name,
		CountryCode: p.Country, Detail: p.Detail,
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
	Items     []dsTakeGoods    `json:"itemList"`
	Contact   distrContact     `json:"senderContract"` // spelled so
	Address   wireDistrAddress `json:"senderAddress"`
}

type dsTakeGoods struct {
	Name     string `json:"itemTitle"`
	Specs    string `json:"itemSpecs,omitempty"`
	Quantity int64  `json:"itemQuantity"`
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
