package doudian

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// toOrder reads a record of order.searchList or order.orderDetail, which have
// the same form. On an error it returns the order with only its id, if that can
// be read.
func toOrder(record []byte) (order.Order, error) {
	var w wireOrder
	err := json.Unmarshal(record, &w)
	if err != nil && w.ID == "" { // decoding may have stopped before the id
		var named struct {
			ID wire.Text `json:"order_id"`
		}
		if json.Unmarshal(record, &named) == nil {
			w.ID = named.ID
		}
	}
	o := order.Order{Platform: mall.Doudian, ID: plainID(string(w.ID)), ShopID: string(w.ShopID)}
	if err != nil {
		return o, err
	}
	if o.ID == "" {
		return o, errNoID
	}
	o.Raw = bytes.Clone(record)
	o.Status, o.PlatformStatus = statusOf(w.Status, w.MainStatus)
	o.Hold = order.HoldNone
	if o.Status == order.StatusPaid {
		o.Hold = order.HoldReview
	}
	o.Created, o.Updated, o.Paid = w.Created.Time, w.Updated.Time, w.Paid.Time
	o.ShipBy, o.Shipped, o.Finished = w.ShipBy.Time, w.Shipped.Time, w.Finished.Time
	o.Amounts = order.Amounts{
		Total: mall.Fen(w.Total), Paid: mall.Fen(w.Pay), Freight: mall.Fen(w.Freight), Tax: mall.Fen(w.Tax),
		Discount: mall.Fen(w.Discount), ShopDiscount: mall.Fen(w.ShopDiscount),
		PlatformDiscount: mall.Fen(w.PlatformDiscount),
	}
	o.Receiver = w.receiver()
	o.BuyerID, o.BuyerMessage, o.CancelReason = w.BuyerID, w.BuyerWords, w.CancelReason
	o.Remark = order.Remark{Text: w.SellerWords, Flag: flagOf(w.Stars)}
	for _, l := range w.Lines {
		o.Lines = append(o.Lines, l.line())
	}
	for _, p := range w.Parcels {
		o.Parcels = append(o.Parcels, p.parcel())
	}
	o.Traits = w.traits(o.Lines)
	return o, nil
}

// traits returns the traits of the order as a whole, not of single lines.
func (w wireOrder) traits(lines []order.Line) []order.Trait {
	var t driver.Traits
	t.Add(virtualTypes[w.Type] || virtualBiz[w.Biz], order.TraitVirtual)
	t.Add(crossBorderBiz[w.Biz], order.TraitCrossBorder)
	t.Add(dutyFreeBiz[w.Biz], order.TraitDutyFree)
	deposit := slices.ContainsFunc(lines, func(l order.Line) bool { return l.Has(order.TraitDeposit) })
	t.Add(len(w.Phases) > 0 || deposit, order.TraitDeposit)
	t.Add(w.PayType == "0", order.TraitCashOnDelivery)
	return t
}

func (w wireOrder) receiver() order.Receiver {
	region := func(p place) order.Region { return order.Region{Code: string(p.ID), Name: p.Name} }
	address := w.Address.V
	return order.Receiver{
		ID:       w.OpenAddressID,
		Name:     protected(w.CipherName, w.MaskName, w.PlainName),
		Phone:    protected(w.CipherPhone, w.MaskPhone, w.PlainPhone),
		Address:  protected(address.Cipher, w.MaskAddress.V.Detail, address.Detail),
		Province: region(address.Province.V), City: region(address.City.V),
		District: region(address.Town.V), Street: region(address.Street.V),
	}
}

// protected collects the forms of a personal text. The platform puts a mask
// into the field for plain text when the app has no right to it.
func protected(cipher, mask, plain string) order.Protected {
	p := order.Protected{Cipher: cipher, Mask: mask}
	switch {
	case !strings.Contains(plain, "*"):
		p.Plain = mall.Secret(plain)
	case mask == "":
		p.Mask = plain
	}
	return p
}

func (l wireLine) line() order.Line {
	status, word := statusOf(l.Status, l.MainStatus)
	refund, refundWord := l.AfterSale.V.refund()
	line := order.Line{
		ID:     plainID(string(l.ID)),
		Status: status, PlatformStatus: word, Refund: refund, PlatformRefund: refundWord,
		SKU: sku.Ref{
			ID: string(l.SKUID), ProductID: string(l.ProductID), Code: l.Code, Name: l.ProductName, Picture: l.Picture,
		},
		Quantity: int64(l.Quantity),
		Price:    mall.Fen(l.Price), Amount: mall.Fen(l.Pay), Discount: mall.Fen(l.Discount),
		ShipBy: l.ShipBy.Time, Shipped: l.Shipped.Time,
		GiftOf: l.GiftOf,
	}
	if l.ProductIDText != "" {
		line.SKU.ProductID = l.ProductIDText
	}
	if line.SKU.Code == "" && l.OuterSKU != "0" {
		line.SKU.Code = string(l.OuterSKU)
	}
	for _, s := range l.Specs {
		line.SKU.Specs = append(line.SKU.Specs, sku.Spec{Name: s.Name, Value: s.Value})
	}
	var t driver.Traits
	t.Add(l.GoodsType == 1 || virtualTypes[l.Type] || virtualBiz[l.Biz], order.TraitVirtual)
	t.Add(crossBorderBiz[l.Biz], order.TraitCrossBorder)
	t.Add(dutyFreeBiz[l.Biz], order.TraitDutyFree)
	t.Add(l.Presale == 1, order.TraitPresale)
	t.Add(l.TradeType == 2 || l.TradeType == 3, order.TraitDeposit)
	// The exact mark of BIC goods is unconfirmed. 2 is "inspection required".
	t.Add(l.Inspection == 2, order.TraitInspected)
	t.Add(l.TradeType == 13, order.TraitCustomised)
	t.Add(l.TradeType == 10 || l.TradeType == 12, order.TraitSample)
	t.Add(l.GiftKind == "FREE" || l.TradeType == 102, order.TraitGift)
	t.Add(bool(l.NeedSerial), order.TraitSerialRequired)
	line.Traits = t
	return line
}

// refund returns the state of a refund and the platform's own numbers.
// Exchange, resending, repair and price protection leave the goods with the
// buyer: these cases are not refunds, whatever their state. An unknown number
// stays unknown, which counts as an open refund.
func (a wireAfterSale) refund() (order.Refund, string) {
	if a.Status == 0 {
		return order.RefundNone, ""
	}
	word := strconv.FormatInt(int64(a.Status), 10) + "/" + strconv.FormatInt(int64(a.Type), 10)
	if keepsGoods[a.Type] {
		return order.RefundNone, word
	}
	return refundStates.Neutral(a.Status), word
}

func (p wireParcel) parcel() order.Parcel {
	parcel := order.Parcel{
		ID: string(p.ID), TrackingNo: p.TrackingNo,
		CarrierCode: p.Company, CarrierName: p.CompanyName, Shipped: p.Shipped.Time,
	}
	for _, i := range p.Items {
		item := order.ParcelItem{LineID: plainID(string(i.LineID)), Quantity: int64(i.Quantity)}
		parcel.Items = append(parcel.Items, item)
	}
	return parcel
}
