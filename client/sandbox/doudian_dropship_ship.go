package sandbox

import (
	"maps"
	"slices"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// shipDistr ships an assignment and, with it, the line of the merchant's order.
func (d *doudian) shipDistr(x *ddDistr, packs []ddDistrPack, now int64) (stage.Result, bool) {
	l := x.order.wire.Lines[x.line]
	var parcels []ddParcel
	for _, p := range packs {
		carrier := ddAnyCarrier(p.Company)
		parcels = append(parcels, ddParcel{
			TrackingNo: p.TrackNo, Company: carrier.Code, CompanyName: carrier.Name, ShipTime: now, DeliveryID: p.ID, Products: []ddInParcel{l.in(p.Pieces)},
		})
	}
	if err := d.send(readShipOrder(x.order.record), parcels, nil); err != nil {
		return refuse(20000, "isp.service-error:88888", "系统繁忙，请稍后重试"), false
	}
	x.status, x.packs, x.shipped, x.updated = ddReturned, packs, now, now
	for _, p := range packs {
		if t := d.dropship.taken[p.TrackNo]; t != nil {
			t.returned = true
		}
	}
	d.tellFactory("505", x, map[string]any{"return_status": 0}) // the values of return_status are unconfirmed
	return stage.Result{}, true
}

// renumber gives a parcel of the order another number.
func (d *doudian) renumber(x *ddDistr, parcel, trackNo, company string) error {
	o := readShipOrder(x.order.record)
	i := slices.IndexFunc(o.Parcels, func(p ddParcelFact) bool { return p.DeliveryID == parcel })
	if i < 0 {
		return stage.Errorf(stage.ErrUnknownID, "parcel %.40q of order %s", parcel, o.ID)
	}
	return d.changeParcel(o, i, ddAnyCarrier(company), trackNo)
}

// ddAnyCarrier is a carrier by its code. Factories are not held to those that
// order.logisticsCompanyList names: whether the platform does so is unconfirmed.
func ddAnyCarrier(code string) ddCarrier {
	if c, ok := ddCarrierOf(code); ok {
		return c
	}
	return ddCarrier{Code: code, Name: "示例快递"}
}

// tellFactory pushes what happened to an assignment to its factory.
func (d *doudian) tellFactory(tag string, x *ddDistr, more map[string]any) {
	data := map[string]any{"distr_order_id": x.id, "shop_id": stage.Number(x.bond.Factory.ID, 0), "user_id": x.bond.alias}
	maps.Copy(data, more)
	d.tell(x.bond.Factory, tag, data)
}

// distributedChanged tells factories of a remark or a receiver that changed on
// an order given to them.
func (d *doudian) distributedChanged(next *stage.Record) {
	o := d.dropship.byOrder[next.ID]
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
