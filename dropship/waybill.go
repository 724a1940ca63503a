package dropship

import (
	"context"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/logistics"
)

// WaybillRequest asks for one number for the assignment, as a factory: what is
// inside are its lines. PackID, Items and Remark may be changed; a second parcel
// needs another PackID.
func (a Assignment) WaybillRequest() logistics.WaybillRequest {
	r := logistics.WaybillRequest{Assigned: logistics.AddressedOrder{OrderID: a.FactoryID.ID, Shop: a.FactoryID.Shop}}
	for _, l := range a.Lines {
		r.Items = append(r.Items, logistics.Content{Name: l.SKU.Name, Spec: l.SKU.Text(), Quantity: l.Quantity})
	}
	return r
}

// Return ships all of the assignment in one parcel, by a waybill that was taken for
// it.
func (a Assignment) Return(w logistics.Waybill) Return {
	parcel := logistics.Parcel{CarrierCode: w.CarrierCode, TrackingNo: w.TrackingNo}
	for _, l := range a.Lines {
		parcel.Items = append(parcel.Items, logistics.Item{Quantity: l.Quantity})
	}
	return Return{ID: a.FactoryID, Parcels: []logistics.Parcel{parcel}}
}

// assigned is the assignment that a waybill is for.
func assigned(w logistics.Waybill) logistics.AddressedOrder {
	if len(w.For) == 0 {
		return logistics.AddressedOrder{}
	}
	return w.For[0]
}

// TakeWaybills takes numbers: one result for each request, in their order. The
// requests are those of [Assignment.WaybillRequest]; the platform knows the
// receivers. The waybills are the factory's own and are settled on its account.
//
// Long lists go out in batches; when one fails as a whole, the results so far
// are returned along with the error. What was taken cannot be looked up, so
// nothing is sent twice: after mall.ErrUnknownOutcome the numbers of that batch
// may have been taken, and asking again may cost a second one each.
//
// Some platforms give the print data along with the number, as
// [logistics.Waybill].Print.
func (s *Service) TakeWaybills(ctx context.Context,
	t logistics.Take) (taken []mall.Result[logistics.Waybill], err error) {
	const op = "take waybills"
	defer func() { err = s.fail(op, err) }()
	d, err := power[FactoryDriver](ctx, s, RoleFactory)
	if err != nil {
		return nil, err
	}
	if err := checkTake(t); err != nil {
		return nil, err
	}
	for _, part := range chunks(t.Requests, s.driver.Limits().Waybills) {
		if err := settle.Ended(ctx); err != nil {
			return taken, err
		}
		batch := t
		batch.Requests = part
		got, err := d.TakeWaybills(ctx, batch)
		if err != nil {
			return taken, err
		}
		by := map[pack]mall.Result[logistics.Waybill]{}
		for _, a := range got {
			by[pack{assigned(a.Item), a.Item.PackID}] = a
		}
		for _, r := range part {
			answer, ok := by[pack{r.Assigned, r.PackID}]
			if !ok {
				answer.Err = leftOut(r.Assigned.OrderID)
			}
			answer.Err = s.fail(op, answer.Err)
			answer.Item.CarrierCode, answer.Item.PackID, answer.Item.For = t.CarrierCode, r.PackID,
				[]logistics.AddressedOrder{r.Assigned}
			taken = append(taken, answer)
		}
	}
	return taken, nil
}

// pack identifies a parcel of an assignment.
type pack struct {
	of logistics.AddressedOrder
	id string
}

func checkTake(t logistics.Take) error {
	if strings.TrimSpace(t.CarrierCode) == "" {
		return settle.Invalid("the carrier code is empty")
	}
	seen := map[pack]bool{}
	for _, r := range t.Requests {
		if err := (FactoryID{Shop: r.Assigned.Shop, ID: r.Assigned.OrderID}).check(); err != nil {
			return err
		}
		switch at := (pack{r.Assigned, r.PackID}); {
		case seen[at]:
			return settle.Invalid("%s is there twice with the same pack", r.Assigned.OrderID)
		case len(r.Items) == 0:
			return settle.Invalid("%s names no item", r.Assigned.OrderID)
		default:
			seen[at] = true
		}
	}
	return nil
}

// ChangeShipment corrects carrier and number of a parcel that was returned; its
// Items are not read. ParcelID is the [order.Parcel].ID, which is not needed where
// [Limits].Parcels is one. Repeating it does no harm.
func (s *Service) ChangeShipment(ctx context.Context, id FactoryID, parcelID string, to logistics.Parcel) (err error) {
	defer func() { err = s.fail("change shipment", err) }()
	d, err := power[FactoryDriver](ctx, s, RoleFactory)
	if err != nil {
		return err
	}
	if err := id.check(); err != nil {
		return err
	}
	if to.CarrierCode == "" || to.TrackingNo == "" || parcelID == "" && s.driver.Limits().Parcels != 1 {
		return settle.Invalid("parcel id, carrier and tracking number are needed")
	}
	return d.ChangeShipment(ctx, id, parcelID, to)
}

// CancelWaybill gives a number back that was taken and not used. Platforms allow
// a share of the numbers taken to be given back; beyond it is mall.ErrQuota.
func (s *Service) CancelWaybill(ctx context.Context, w logistics.Waybill) (err error) {
	defer func() { err = s.fail("cancel waybill", err) }()
	d, err := power[FactoryDriver](ctx, s, RoleFactory)
	if err != nil {
		return err
	}
	if assigned(w).Shop == "" || w.CarrierCode == "" || w.TrackingNo == "" {
		return settle.Invalid("the merchant's alias, carrier and tracking number are needed")
	}
	return d.CancelWaybill(ctx, w)
}
