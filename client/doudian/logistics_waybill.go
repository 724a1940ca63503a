package doudian

import (
	"context"
	"slices"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/logistics"
)

// TakeWaybills calls logistics.newCreateOrder. The same order and pack id bring
// the earlier number, so the client may repeat it.
func (d logisticsDriver) TakeWaybills(ctx context.Context, t logistics.Take) ([]mall.Result[logistics.Waybill], error) {
	params := takeParams{Carrier: t.CarrierCode, Sender: toSender(t.Sender)}
	for _, r := range t.Requests {
		if !validPack(r.PackID) {
			return nil, createWaybills.Refuse(mall.ErrInvalid,
				"a pack id has at most 15 digits, letters and underscores")
		}
		params.Orders = append(params.Orders, toTakeOrder(r))
	}
	answer, err := createWaybills.Call(ctx, d.shop, params)
	if err != nil {
		return nil, driver.InDoubt(err)
	}
	taken := make([]mall.Result[logistics.Waybill], len(t.Requests))
	for i, r := range t.Requests {
		taken[i] = answer.of(params.Orders[i], append(params.texts(), driver.TextsOf(r.Order.Receiver)...))
	}
	return taken, nil
}

// UpdateWaybill calls logistics.updateOrder.
func (d logisticsDriver) UpdateWaybill(ctx context.Context, w logistics.Waybill, sender logistics.Sender,
	r logistics.WaybillRequest) (logistics.Waybill, error) {
	params := updateParams{
		Items: toItems(r), Carrier: w.CarrierCode, Receiver: toReceiver(r.Order.Receiver), Remark: r.Remark,
		TrackingNo: w.TrackingNo,
	}
	if sender.Name != "" {
		params.Sender = &senderContact{Contact: wireContact{Mobile: sender.Phone, Name: sender.Name}}
	}
	answer, err := updateWaybill.Call(ctx, d.shop, params)
	if err != nil {
		return logistics.Waybill{}, driver.InDoubt(err)
	}
	return logistics.Waybill{SortCode: answer.SortCode}, nil
}

// CancelWaybill calls logistics.cancelOrder. "Repeated request" (20001) may
// mean that the first is at work or that it is done: it is asked again once,
// and unknown after that.
func (d logisticsDriver) CancelWaybill(ctx context.Context, w logistics.Waybill) error {
	var last error
	for range 2 {
		answer, err := cancelWaybill.Call(ctx, d.shop, waybillParams{Carrier: w.CarrierCode, TrackingNo: w.TrackingNo})
		switch {
		case err == nil && answer.Result.V.Success == nil:
			return cancelWaybill.Refuse(mall.ErrUnknownOutcome, "the reply has no cancel_result")
		case err == nil && !bool(*answer.Result.V.Success):
			return cancelWaybill.Refuse(mall.ErrRejected, "cancel_result.success is false")
		case err == nil:
			return nil
		case !repeatedRequest(err):
			return driver.InDoubt(err)
		}
		last = err
	}
	unsure := *last.(*mall.Error)
	unsure.Kind = mall.ErrUnknownOutcome
	return &unsure
}

// PrintData calls logistics.waybillApply.
func (d logisticsDriver) PrintData(ctx context.Context,
	list []logistics.Waybill) ([]mall.Result[[]logistics.PrintData], error) {
	var params applyParams
	for _, w := range list {
		params.Waybills = append(params.Waybills, waybillParams{Carrier: w.CarrierCode, TrackingNo: w.TrackingNo})
	}
	answer, err := printWaybills.Call(ctx, d.shop, params)
	if err != nil {
		return nil, err
	}
	printed := make([]mall.Result[[]logistics.PrintData], len(list))
	for i, w := range list {
		printed[i] = answer.of(w.TrackingNo)
	}
	return printed, nil
}

// NetSites calls logistics.listShopNetsite.
func (d logisticsDriver) NetSites(ctx context.Context, carrierCode string) ([]logistics.NetSite, error) {
	answer, err := netSites.Call(ctx, d.shop, carrierParams{carrierCode})
	if err != nil {
		return nil, err
	}
	var list []logistics.NetSite
	for _, s := range answer.Sites {
		site := logistics.NetSite{CarrierCode: s.Company, Code: s.Code, Name: s.Name, Balance: s.balance()}
		if site.CarrierCode == "" {
			site.CarrierCode = answer.Carrier
		}
		for _, a := range s.Senders {
			site.Senders = append(site.Senders, a.address())
		}
		list = append(list, site)
	}
	return list, nil
}

// Templates calls logistics.templateList and logistics.customTemplateList. The
// second names its carriers; whether it does so for an empty carrier code is
// unconfirmed, so it is asked for each carrier of the first.
func (d logisticsDriver) Templates(ctx context.Context) ([]logistics.Template, error) {
	answer, err := templates.Call(ctx, d.shop, none{})
	if err != nil {
		return nil, err
	}
	var list []logistics.Template
	var carriers []string
	for _, group := range answer.Groups {
		for _, t := range group.Templates {
			list = append(list, logistics.Template{CarrierCode: group.Carrier, Code: t.Code, Name: t.Name, URL: t.URL})
		}
		if !slices.Contains(carriers, group.Carrier) {
			carriers = append(carriers, group.Carrier)
		}
	}
	for _, code := range carriers {
		own, err := ownTemplates.Call(ctx, d.shop, carrierParams{code})
		if err != nil {
			return nil, err
		}
		for _, group := range own.Groups {
			for _, t := range group.Templates {
				list = append(list, logistics.Template{CarrierCode: group.Carrier, Code: t.Code, Name: t.Name,
					URL: t.URL, Parent: t.Parent})
			}
		}
	}
	return list, nil
}

// legs are the types of logistics.getOutRange.
var legs = driver.NewEnum(map[wire.Int]logistics.Leg{0: "", 1: logistics.LegPickup, 2: logistics.LegDelivery})

// reasons are the words for out_range_reason.
var reasons = map[wire.Text]string{
	"1": "疫情管控", "2": "洪涝台风等自然灾害", "3": "特殊会议管控", "4": "网点经营问题", "5": "其他原因",
}

// OutOfRange calls logistics.getOutRange.
func (d logisticsDriver) OutOfRange(ctx context.Context, w logistics.Way) (logistics.Reach, error) {
	leg, ok := legs.Wire(w.Leg)
	if !ok {
		return logistics.Reach{}, outOfRange.Refuse(mall.ErrInvalid, "unknown leg %q", w.Leg)
	}
	answer, err := outOfRange.Call(ctx, d.shop, rangeParams{
		Carrier: w.CarrierCode, Receiver: toReceiver(w.To).Address, Sender: toAddress(w.From), Type: leg,
	})
	if err != nil {
		return logistics.Reach{}, err
	}
	return logistics.Reach{OutOfRange: bool(answer.Out), PlatformReason: string(answer.Reason),
		Reason: reasons[answer.Reason]}, nil
}

// AddSubWaybills calls logistics.appendSubOrder, which must not be repeated.
func (d logisticsDriver) AddSubWaybills(ctx context.Context, w logistics.Waybill, n int) (logistics.Waybill, error) {
	answer, err := appendWaybills.Call(ctx, d.shop, appendParams{
		Full: true, Carrier: w.CarrierCode, Pieces: n, TrackingNo: w.TrackingNo,
	})
	if err != nil {
		return logistics.Waybill{}, err
	}
	return logistics.Waybill{Subs: splitCodes(answer.Subs)}, nil
}

// repeatedRequest reports the refusal 20001 of logistics.cancelOrder.
func repeatedRequest(err error) bool {
	e, ok := err.(*mall.Error)
	return ok && strings.HasSuffix(e.SubCode, ":20001")
}

// validPack reports whether a pack id has the platform's form.
func validPack(id string) bool {
	return len(id) <= 15 && !strings.ContainsFunc(id, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}

// splitCodes reads a list that comes as one text.
func splitCodes(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

// The same order and pack id bring the old number, an update sets, and a second
// cancellation is told that it is done.
var (
	createWaybills = endpoint[takeParams, takeAnswer]("logistics.newCreateOrder", repeatable)
	updateWaybill  = endpoint[updateParams, updateAnswer]("logistics.updateOrder", repeatable)
	cancelWaybill  = endpoint[waybillParams, cancelAnswer]("logistics.cancelOrder", repeatable)
	printWaybills  = endpoint[applyParams, applyAnswer]("logistics.waybillApply", repeatable)
	netSites       = endpoint[carrierParams, sitesAnswer]("logistics.listShopNetsite", repeatable)
	templates      = endpoint[none, templatesAnswer]("logistics.templateList", repeatable)
	ownTemplates   = endpoint[carrierParams, customAnswer]("logistics.customTemplateList", repeatable)
	outOfRange     = endpoint[rangeParams, rangeAnswer]("logistics.getOutRange", repeatable)
	appendWaybills = endpoint[appendParams, appendAnswer]("logistics.appendSubOrder", write)
)
