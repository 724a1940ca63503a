package doudian

import (
	"maps"
	"slices"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// shipDistr ships an assignment and with it the line of the merchant's order.
func (d *platform) shipDistr(x *assignment, packs []distrPack, now int64) (stage.Result, bool) {
	l := x.order.wire.Lines[x.line]
	var parcels []parcel
	for _, p := range packs {
		carrier := anyCarrier(p.Company)
		parcels = append(parcels, parcel{
			TrackingNo: p.TrackNo, Company: carrier.Code, CompanyName: carrier.Name, ShipTime: now, DeliveryID: p.ID,
			Products: []inParcel{l.in(p.Pieces)},
		})
	}
	if err := d.send(readShipOrder(x.order.record), parcels, nil); err != nil {
		return refuse(20000, "isp.service-error:88888", "系统繁忙，请稍后重试"), false
	}
	x.status, x.packs, x.shipped, x.updated = distrReturned, packs, now, now
	for _, p := range packs {
		if t := d.dropship.taken[p.TrackNo]; t != nil {
			t.returned = true
		}
	}
	d.tellFactory("505", x, map[string]any{"return_status": 0}) // the values of return_status are unconfirmed
	return stage.Result{}, true
}

// renumber gives a parcel of the order another tracking number.
func (d *platform) renumber(x *assignment, parcel, trackNo, company string) error {
	o := readShipOrder(x.order.record)
	i := slices.IndexFunc(o.Parcels, func(p parcelFact) bool { return p.DeliveryID == parcel })
	if i < 0 {
		return stage.Errorf(stage.ErrUnknownID, "parcel %.40q of order %s", parcel, o.ID)
	}
	return d.changeParcel(o, i, anyCarrier(company), trackNo)
}

// anyCarrier returns the carrier with that code, or an invented one. Whether
// the platform accepts from factories only carriers of
// order.logisticsCompanyList is unconfirmed.
func anyCarrier(code string) carrier {
	if c, ok := carrierOf(code); ok {
		return c
	}
	return carrier{Code: code, Name: "示例快递"}
}

// tellFactory pushes a message about an assignment to its factory.
func (d *platform) tellFactory(tag string, x *assignment, more map[string]any) {
	data := map[string]any{"distr_order_id": x.id, "shop_id": stage.Number(x.bond.Factory.ID, 0),
		"user_id": x.bond.alias}
	maps.Copy(data, more)
	d.push(x.bond.Factory, tag, data)
}

// distributedChanged pushes to factories that the remark or receiver of an
// order assigned to them changed.
func (d *platform) distributedChanged(next *stage.Record) {
	o := d.dropship.byOrder[next.ID]
	if o == nil {
		return
	}
	before := o.wire
	d.refreshOrder(next)
	for _, x := range o.assignments {
		if x.status != distrAssigned {
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
