package sandbox

import (
	"encoding/json"
	"strconv"
)

// shipDistr ships an assignment and, with it, the line of the merchant's order.
func (d *doudian) shipDistr(x *ddDistr, packs []ddDistrPack, now int64) (result, bool) {
	l := x.order.wire.Lines[x.line]
	parcels := d.parcelsOf(x)
	for _, p := range packs {
		skuID, price := int64(l.SKUID), int64(l.Price)
		product, _ := strconv.ParseInt(l.ProductID, 10, 64)
		parcels = append(parcels, encodeAny(ddParcel{
			TrackingNo: p.TrackNo, Company: p.Company, CompanyName: "示例快递", ShipTime: now, DeliveryID: p.ID,
			Products: []ddInParcel{{
				ProductName: l.ProductName, Price: price, OuterSKUID: l.Code, SKUID: skuID, Specs: l.Spec, Count: p.Pieces,
				ProductID: product, ProductIDStr: l.ProductID, LineID: l.ID,
			}},
		}))
	}
	status, lines := ddShipped, []any{}
	for i, other := range x.order.wire.Lines {
		patch := jsonObject{"order_id": other.ID, "order_status": int64(other.Status)}
		switch {
		case i == x.line:
			patch["order_status"], patch["main_status"], patch["ship_time"] = ddShipped, ddShipped, now
			if x.refunding() { // refused along with the shipment
				patch["after_sale_info"] = jsonObject{"after_sale_status": 27, "refund_status": 4}
			}
		case other.Status == ddPrepare:
			status = ddPartly
		}
		lines = append(lines, patch)
	}
	fields, err := toObject(map[string]any{"order_status": status, "logistics_info": parcels, "sku_order_list": lines})
	if err == nil {
		err = d.changeOrder(x.order.record, fields)
	}
	if err != nil {
		return refuse(20000, "isp.service-error:88888", "系统繁忙，请稍后重试"), false
	}
	x.status, x.packs, x.shipped, x.updated = ddReturned, packs, now, now
	for _, p := range packs {
		if t := d.dropship.taken[p.TrackNo]; t != nil {
			t.returned = true
		}
	}
	d.tellFactory("505", x, map[string]any{"return_status": 0}) // the values of return_status are unconfirmed
	return result{}, true
}

// parcelsOf returns the parcels of the order as they are.
func (d *doudian) parcelsOf(x *ddDistr) []any {
	object, err := toObject(json.RawMessage(x.order.record.wire))
	if err != nil {
		return nil
	}
	list, _ := object["logistics_info"].([]any)
	return list
}

// renumber gives a parcel of the order another number.
func (d *doudian) renumber(x *ddDistr, parcel, trackNo, company string) error {
	parcels := d.parcelsOf(x)
	for _, v := range parcels {
		if p, ok := v.(jsonObject); ok && text(p["delivery_id"]) == parcel {
			p["tracking_no"], p["company"] = trackNo, company
		}
	}
	return d.changeOrder(x.order.record, jsonObject{"logistics_info": parcels})
}

// encodeAny is v as decoded JSON.
func encodeAny(v any) any {
	object, err := toObject(v)
	if err != nil {
		panic("sandbox: " + err.Error()) // values of our own
	}
	return object
}

// tellFactory pushes what happened to an assignment to its factory.
func (d *doudian) tellFactory(tag string, x *ddDistr, more map[string]any) {
	shopID, _ := strconv.ParseInt(x.bond.factory.id, 10, 64)
	data := map[string]any{"distr_order_id": x.id, "shop_id": shopID, "user_id": x.bond.alias}
	for k, v := range more {
		data[k] = v
	}
	d.s.push(pushed{platform: d.name(), shopID: x.bond.factory.id, tag: tag, data: encode(data)})
}

// distributedChanged tells factories of a remark or a receiver that changed on
// an order given to them.
func (d *doudian) distributedChanged(next *record) {
	o := d.dropship.byOrder[next.id]
	if o == nil {
		return
	}
	before := o.wire
	d.takeInOrder(next)
	for _, x := range o.distrs {
		if x.status != ddAssigned {
			continue
		}
		if o.wire.SellerWords != before.SellerWords {
			d.tellFactory("500", x, map[string]any{"seller_remark": o.wire.SellerWords})
		}
		if o.wire.AddressID != before.AddressID || o.wire.Address != before.Address {
			d.tellFactory("504", x, nil)
		}
	}
}
