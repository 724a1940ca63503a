package kuaishou

import (
	"context"
	"encoding/json"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// TakeWaybills calls open.express.ebill.get. The same order and pack id bring
// the earlier number, so the client may repeat it; a cancelled one is given
// again too, for all that is known, so a new waybill needs a new pack id.
func (d logisticsDriver) TakeWaybills(ctx context.Context, t logistics.Take) ([]mall.Result[logistics.Waybill], error) {
	var params takeParams
	taken := make([]mall.Result[logistics.Waybill], len(t.Requests))
	for i, r := range t.Requests {
		p := d.toTake(t, r)
		if len(p.RequestID) > maxRequestID || len(p.OrderID) > maxTradeOrder {
			return nil, takeWaybills.Refuse(mall.ErrInvalid, "the order id or pack id is too long")
		}
		if p.MerchantID, p.MerchantName, taken[i].Err = d.merchant(ctx, r.Order); taken[i].Err != nil {
			continue // the others need not wait for it
		}
		params.Requests = append(params.Requests, p)
	}
	if len(params.Requests) == 0 {
		return taken, nil
	}
	answer, err := takeWaybills.Call(ctx, d.shop, params)
	if err != nil {
		return nil, driver.InDoubt(err)
	}
	for i, r := range t.Requests {
		if taken[i].Err == nil {
			taken[i] = answerOf(answer, r, params.texts())
		}
	}
	return taken, nil
}

// Limits of open.express.ebill.get on its texts.
const (
	maxRequestID  = 128
	maxTradeOrder = 32
)

// merchant is what a waybill names the merchant by. It stands in the order as
// the platform sent it, and is asked for where the app did not keep that.
func (d logisticsDriver) merchant(ctx context.Context, o order.Order) (id, name string, err error) {
	var known wireMerchant
	if json.Unmarshal(o.Raw, &known) != nil || known.Base.ID == "" {
		if known, err = orderMerchant.Call(ctx, d.shop, detailParams{number(o.ID)}); err != nil {
			return "", "", d.missing(err)
		}
	}
	return known.Base.ID, known.Base.Name, nil
}

// UpdateWaybill calls open.express.ebill.update.
func (d logisticsDriver) UpdateWaybill(ctx context.Context, w logistics.Waybill, sender logistics.Sender,
	r logistics.WaybillRequest) (logistics.Waybill, error) {
	params := updateParams{
		Items: toItems(r), ExtData: d.assume.CarrierData[w.CarrierCode], Receiver: toContact(r.Order.Receiver),
		Carrier: w.CarrierCode,
		Remark:  remark(r.Remark), Address: toPlace(r.Order.Receiver), TrackingNo: w.TrackingNo,
	}
	if sender.Name != "" {
		params.Sender = &wireContact{Name: sender.Name, Mobile: sender.Phone}
	}
	labels, err := updateWaybill.Call(ctx, d.shop, params)
	if err != nil {
		return logistics.Waybill{}, err
	}
	now, ok := waybillOf(labels)
	if !ok || now.TrackingNo != w.TrackingNo {
		// It was done, and doing it again brings the labels.
		return logistics.Waybill{}, updateWaybill.Refuse(mall.ErrUnknownOutcome,
			"the reply does not mention waybill %s", w.TrackingNo)
	}
	return now, nil
}

// CancelWaybill calls open.express.ebill.cancel, a write that goes by GET. How a
// second time is refused is not documented: see Assumptions.WaybillCancelled.
func (d logisticsDriver) CancelWaybill(ctx context.Context, w logistics.Waybill) error {
	_, err := cancelWaybill.Call(ctx, d.shop, waybillParams{Carrier: w.CarrierCode, TrackingNo: w.TrackingNo})
	return reclassed(err, mall.ErrAlreadyDone, d.assume.WaybillCancelled)
}

// PrintData is asked for a waybill whose labels the app did not keep. No method
// has them: they come with the number.
func (d logisticsDriver) PrintData(_ context.Context,
	list []logistics.Waybill) ([]mall.Result[[]logistics.PrintData], error) {
	printed := make([]mall.Result[[]logistics.PrintData], len(list))
	for i, w := range list {
		printed[i].Err = takeWaybills.Refuse(mall.ErrInvalid,
			"waybill %s was stored without its print data: take it again with the same order and pack id", w.TrackingNo)
	}
	return printed, nil
}

// AddSubWaybills calls open.express.ebill.append, which knows SF only and must
// not be repeated.
func (d logisticsDriver) AddSubWaybills(ctx context.Context, w logistics.Waybill, n int) (logistics.Waybill, error) {
	labels, err := appendWaybills.Call(ctx, d.shop, appendParams{
		Parent: w.TrackingNo, Carrier: w.CarrierCode, Pieces: n,
	})
	if err != nil {
		return logistics.Waybill{}, err
	}
	var more logistics.Waybill
	for _, l := range labels {
		if l.TrackingNo != w.TrackingNo && l.TrackingNo != "" {
			more.Subs = append(more.Subs, l.TrackingNo)
		}
		more.Print = append(more.Print, l.label(l.TrackingNo))
	}
	return more, nil
}

// NetSites calls open.express.subscribe.query.
func (d logisticsDriver) NetSites(ctx context.Context, carrierCode string) ([]logistics.NetSite, error) {
	rows, err := netSites.Call(ctx, d.shop, carrierParams{carrierCode})
	if err != nil {
		return nil, err
	}
	var list []logistics.NetSite
	for _, s := range rows {
		site := logistics.NetSite{CarrierCode: s.Carrier, Code: s.Code, Name: s.Name, Account: s.Account, Balance: -1}
		if s.Left != nil {
			site.Balance = int64(*s.Left)
		}
		for _, a := range s.Senders {
			site.Senders = append(site.Senders, a.address())
		}
		list = append(list, site)
	}
	return list, nil
}

// Templates calls open.express.standard.template.list.get and
// open.express.custom.tempate.list.query (sic) for the merchant's and the app's.
func (d logisticsDriver) Templates(ctx context.Context) ([]logistics.Template, error) {
	rows, err := templates.Call(ctx, d.shop, none{})
	if err != nil {
		return nil, err
	}
	var list []logistics.Template
	for _, t := range rows {
		list = append(list, logistics.Template{CarrierCode: t.Carrier, Code: t.Code, Name: t.Name, URL: t.URL})
	}
	own, err := ownTemplates.Call(ctx, d.shop, ownParams{bothTypes})
	if err != nil {
		return nil, err
	}
	for _, t := range own {
		list = append(list, logistics.Template{CarrierCode: t.Carrier, Code: t.Code, Name: t.Name, URL: t.URL,
			Parent: t.Parent})
	}
	return list, nil
}

// legs are the types of open.express.reachable.query.
var legs = driver.NewEnum(map[wire.Int]logistics.Leg{0: "", 1: logistics.LegPickup, 2: logistics.LegDelivery})

// OutOfRange calls open.express.reachable.query. Only the flag decides: what the
// error code is on success is not documented.
func (d logisticsDriver) OutOfRange(ctx context.Context, w logistics.Way) (logistics.Reach, error) {
	const only = "1"
	leg, ok := legs.Wire(w.Leg)
	if !ok {
		return logistics.Reach{}, reachable.Refuse(mall.ErrInvalid, "unknown leg %q", w.Leg)
	}
	asked := reachParams{RequestID: only, Carrier: w.CarrierCode, Type: leg}
	if w.Leg != logistics.LegDelivery {
		from := toAddress(w.From)
		asked.Sender = &from
	}
	if w.Leg != logistics.LegPickup {
		to := toPlace(w.To)
		asked.Receiver = &to
	}
	rows, err := reachable.Call(ctx, d.shop, reachableParams{[]reachParams{asked}})
	if err != nil {
		return logistics.Reach{}, err
	}
	for _, r := range rows {
		switch {
		case r.RequestID != only || r.Reachable == nil:
		case bool(*r.Reachable):
			return logistics.Reach{}, nil
		default:
			return logistics.Reach{OutOfRange: true, PlatformReason: string(r.Code),
				Reason: driver.Quotable(r.Words, append(driver.TextsOf(w.To), w.From.Detail)...)}, nil
		}
	}
	return logistics.Reach{}, reachable.Refuse(mall.ErrReply, "the reply does not say whether the carrier serves it")
}

// uses are the types of the address book.
var uses = driver.NewEnum(map[wire.Int]logistics.AddressUse{2: logistics.ReturnTo, 3: logistics.ShipFrom})

// Addresses calls open.address.seller.list. Entries that are not in their normal
// state cannot be used and are left out.
func (d logisticsDriver) Addresses(ctx context.Context, use logistics.AddressUse) ([]logistics.BookEntry, error) {
	kind, ok := uses.Wire(use)
	if !ok {
		return nil, addressBook.Refuse(mall.ErrInvalid, "unknown use of an address %q", use)
	}
	rows, err := addressBook.Call(ctx, d.shop, bookParams{kind})
	if err != nil {
		return nil, err
	}
	var list []logistics.BookEntry
	for _, r := range rows {
		if r.Status == addressNormal {
			list = append(list, r.entry(use))
		}
	}
	return list, nil
}

var (
	takeWaybills   = endpoint[takeParams, takeAnswer]("open.express.ebill.get", repeatable)
	updateWaybill  = endpoint[updateParams, wire.List[wireLabel]]("open.express.ebill.update", write)
	cancelWaybill  = endpoint[waybillParams, none]("open.express.ebill.cancel", get|write)
	appendWaybills = endpoint[appendParams, wire.List[wireLabel]]("open.express.ebill.append", write)
	netSites       = endpoint[carrierParams, wire.List[wireSite]]("open.express.subscribe.query", repeatable)
	templates      = endpoint[none, wire.List[wireTemplate]]("open.express.standard.template.list.get", repeatable)
	ownTemplates   = endpoint[ownParams, wire.List[wireOwnTemplate]]("open.express.custom.tempate.list.query", get|repeatable)
	reachable      = endpoint[reachableParams, wire.List[wireReach]]("open.express.reachable.query", repeatable)
	addressBook    = endpoint[bookParams, wire.List[wireEntry]]("open.address.seller.list", get|repeatable)

	orderMerchant = driver.Reading[wireMerchant](orderDetail)
)
