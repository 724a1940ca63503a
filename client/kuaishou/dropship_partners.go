package kuaishou

import (
	"context"
	"encoding/json"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/wire"
	"github.com/mallwire/mall/dropship"
)

// Suppliers calls open.dropshipping.relation.list.
func (d distribution) Suppliers(ctx context.Context, page, size int) (mall.Page[dropship.Relation], error) {
	const method = "open.dropshipping.relation.list"
	if !d.assume.Dropship.PartnersFromZero {
		page++
	}
	answer, err := client.Call[relationAnswer](ctx, d.shop, method, relationParams{page, size})
	if err != nil {
		return mall.Page[dropship.Relation]{}, err
	}
	list := mall.Page[dropship.Relation]{Total: int(answer.Total)}
	for _, record := range answer.List {
		r, err := d.relation(method, record)
		if err != nil {
			return mall.Page[dropship.Relation]{}, err
		}
		list.Items = append(list.Items, r)
	}
	return list, nil
}

// Apply calls open.dropshipping.relation.merchant.batch.apply.
func (d distribution) Apply(ctx context.Context, list []dropship.Application) ([]dropship.PartnerOutcome, error) {
	p, keys := applyParams{}, map[string]string{}
	for _, a := range list {
		p.List = append(p.List, applyItem{a.Key, a.Supplier, a.Message})
		keys[a.Key] = a.Supplier
	}
	return d.partnerBatch(ctx, "open.dropshipping.relation.merchant.batch.apply", p, keys)
}

// Unbind calls open.dropshipping.relation.merchant.batch.unbind.
func (d distribution) Unbind(ctx context.Context, list []dropship.Parting) ([]dropship.PartnerOutcome, error) {
	p, keys := unbindParams{}, map[string]string{}
	for _, x := range list {
		p.List = append(p.List, unbindItem{x.Key, x.Supplier, x.Reason})
		keys[x.Key] = x.Supplier
	}
	return d.partnerBatch(ctx, "open.dropshipping.relation.merchant.batch.unbind", p, keys)
}

// partnerBatch calls a method that answers for each request id.
func (d distribution) partnerBatch(ctx context.Context, method string, params any, partners map[string]string) ([]dropship.PartnerOutcome, error) {
	answer, err := client.Call[wire.List[entryAnswer]](ctx, d.shop, method, params)
	if err != nil {
		return nil, err
	}
	outcomes := make([]dropship.PartnerOutcome, 0, len(answer))
	for _, e := range answer {
		outcomes = append(outcomes, dropship.PartnerOutcome{Partner: partners[e.RequestID], Err: d.entry(method, e)})
	}
	return outcomes, nil
}

// extraType is the orderType of a kind.
func extraType(kind dropship.Kind) int {
	for _, t := range orderTypes {
		if t.kind == kind {
			return t.number
		}
	}
	return 0
}

// Append calls open.dropshipping.order.batch.append. The call wants the names
// of goods and specs: take them from the assignment. Cipher texts are not
// mentioned there, so that an address of its own has to be plain; without one it
// is assumed to go where the trade goes.
func (d distribution) Append(ctx context.Context, list []dropship.Extra) ([]dropship.Appended, error) {
	const method = "open.dropshipping.order.batch.append"
	var p extraParams
	for _, x := range list {
		item := extraItem{Key: x.Key, Base: x.Base, Type: extraType(x.Kind), Remark: x.Remark}
		for _, l := range x.Lines {
			specs := specsText(l.SKU.Specs)
			if specs == "" || l.SKU.Name == "" {
				return nil, &mall.Error{Platform: mall.Kuaishou, Method: method, Kind: mall.ErrInvalid, Message: "a line to add needs the name of the goods and its specs"}
			}
			item.Items = append(item.Items, extraLine{
				SKU: number(l.SKU.ID), Specs: specs, Code: l.SKU.Code, Quantity: l.Quantity, Item: number(l.SKU.ProductID), Title: l.SKU.Name, Picture: l.SKU.Picture,
			})
		}
		if to := x.To; to != (dropship.Recipient{}) {
			if to.Name == "" || to.Mobile == "" || to.Place.Detail == "" {
				return nil, &mall.Error{Platform: mall.Kuaishou, Method: method, Kind: mall.ErrInvalid, Message: "who gets an added order needs a name, a mobile and an address"}
			}
			address := toDistrAddress(to.Place)
			item.Address, item.Contact = &address, &distrContact{Name: to.Name.Reveal(), Mobile: to.Mobile.Reveal()}
		}
		p.List = append(p.List, item)
	}
	answer, err := client.Call[wire.List[entryAnswer]](ctx, d.shop, method, p)
	if err != nil {
		return nil, err
	}
	answers := make([]dropship.Appended, 0, len(answer))
	for _, e := range answer {
		a := dropship.Appended{Key: e.RequestID, ID: dropship.MerchantID(e.ID), Err: d.entry(method, e, p.texts()...)}
		if a.Err == nil && a.ID == "" {
			a.Err = unreadWrite(method, nil, errNoCode.Error())
		}
		answers = append(answers, a)
	}
	return answers, nil
}

// wire types

type relationParams struct {
	Page int `json:"pageIndex"`
	Size int `json:"pageSize"`
}

type relationAnswer struct {
	Total wire.Int                   `json:"total"`
	List  wire.List[json.RawMessage] `json:"relationList"`
}

type applyParams struct {
	List []applyItem `json:"applyRequestList"`
}

type applyItem struct {
	Key     string `json:"requestId"`
	Factory string `json:"factoryCode"`
	Message string `json:"applyContent"`
}

type unbindParams struct {
	List []unbindItem `json:"unbindRequestList"`
}

type unbindItem struct {
	Key     string `json:"requestId"`
	Factory string `json:"factoryCode"`
	Reason  string `json:"unboundReason"`
}

type extraParams struct {
	List []extraItem `json:"appendRequestList"`
}

// texts are who gets the orders.
func (p extraParams) texts() (texts []string) {
	for _, x := range p.List {
		if x.Contact != nil {
			texts = append(texts, x.Contact.Name, x.Contact.Mobile, x.Address.Detail)
		}
	}
	return texts
}

type extraItem struct {
	Key     string              `json:"requestId"`
	Base    dropship.MerchantID `json:"dropshippingOrderCode"`
	Type    int                 `json:"orderType"`
	Items   []extraLine         `json:"orderItemList"`
	Remark  string              `json:"sellerNote,omitempty"`
	Address *wireDistrAddress   `json:"receiverAddress,omitempty"`
	Contact *distrContact       `json:"receiverContact,omitempty"`
}

type extraLine struct {
	SKU      number `json:"skuId,omitempty"`
	Specs    string `json:"skuDesc"`
	Code     string `json:"skuNick,omitempty"`
	Quantity int64  `json:"skuNum"`
	Item     number `json:"itemId,omitempty"`
	Title    string `json:"itemTitle"`
	Picture  string `json:"itemPicUrl,omitempty"`
}

type distrContact struct {
	Name      string `json:"name"`
	Mobile    string `json:"mobile"`
	Telephone string `json:"telephone,omitempty"`
}
