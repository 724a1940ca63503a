package kuaishou

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// readOrder decodes a record of open.order.cursor.list or open.order.detail. On
// an error the result holds only the id, if that can be read.
func readOrder(record []byte) (wireOrder, error) {
	var w wireOrder
	err := json.Unmarshal(record, &w)
	if err != nil && w.Base.ID == "" { // decoding may have stopped before the id
		var named struct {
			Base struct {
				ID wire.Text `json:"oid"`
			} `json:"orderBaseInfo"`
		}
		if json.Unmarshal(record, &named) == nil {
			w.Base.ID = named.Base.ID
		}
	}
	if w.Base.ID = wire.Text(idOf(w.Base.ID)); w.Base.ID == "" && err == nil {
		err = errNoID
	}
	return w, err
}

// order converts a record. What only the detail has, such as taxes, is left to
// [mall.Native]: the same state of an order must look the same in the list and
// in the detail.
func (w wireOrder) order(record []byte) order.Order {
	b := w.Base
	o := order.Order{Platform: mall.Kuaishou, ID: string(b.ID), Raw: bytes.Clone(record)}
	o.Created, o.Updated, o.Paid, o.ShipBy, o.Shipped = b.Created.Time, b.Updated.Time, b.Paid.Time,
		b.ShipBy.Time, b.Shipped.Time
	o.Receiver = w.receiver()
	o.BuyerID, o.BuyerMessage = b.BuyerID, b.BuyerWords
	if len(w.Note.V.List) > 0 { // the newest first
		o.Remark = order.Remark{Text: w.Note.V.List[0].Text, Flag: flagOf(w.Note.V.List[0].Flag)}
	}
	o.Lines = w.lines()
	o.Parcels = w.parcels()
	o.Traits = w.traits()
	// The amounts of an order do not say who pays for a discount: see
	// FeeDetail.
	o.Amounts = order.Amounts{
		Total: mall.Fen(b.Total + b.Freight), Paid: mall.Fen(b.Total + b.Freight),
		Freight: mall.Fen(b.Freight), Discount: mall.Fen(b.Discount),
	}
	w.status(&o)
	return o
}

// status sets the status of the order, from the line and the gifts together,
// and what holds the order.
func (w wireOrder) status(o *order.Order) {
	o.Status, o.PlatformStatus, o.Hold = o.Lines[0].Status, o.Lines[0].PlatformStatus, order.HoldNone
	if w.Steps.V.Status.V.Type == deposit {
		o.PlatformStatus = wordsOf(w.Base.Status, w.Steps.V.Status.V.Joined)
	}
	for _, l := range o.Lines[1:] {
		begun := o.Status == order.StatusShipped && (l.Status == order.StatusToShip || l.Status == order.StatusPartShipped)
		ahead := o.Status == order.StatusToShip && (l.Status == order.StatusShipped || l.Status == order.StatusPartShipped)
		if begun || ahead {
			o.Status = order.StatusPartShipped
		}
	}
	if w.Base.Status != statusPaid {
		return
	}
	if hold, word := w.hold(*o); hold != order.HoldNone {
		o.Hold = hold
		if word != "" {
			o.PlatformStatus += "/" + word
		}
		if o.Status == order.StatusToShip {
			o.Status = order.StatusPaid
		}
		for i := range o.Lines {
			if o.Lines[i].Status == order.StatusToShip {
				o.Lines[i].Status = order.StatusPaid
			}
		}
	}
}

// hold returns why a paid order must not be shipped yet, and the platform's own
// code for it. The platform requires all of these to be respected.
func (w wireOrder) hold(o order.Order) (order.Hold, string) {
	r := o.Receiver
	switch {
	case len(w.Base.Holds) > 0:
		return holds.Neutral(w.Base.Holds[0]), "hold " + wordsOf(w.Base.Holds...)
	case w.Base.Risk != 0:
		return order.HoldReview, "risk " + wordsOf(w.Base.Risk) // 10001: fraud
	case w.balanceDue():
		return "", "" // the status text shows the steps already
	case o.Has(order.TraitVirtual):
		return order.HoldNone, "" // nothing to ship, no receiver
	case r.Name.Withheld() || r.Phone.Withheld() || r.Address.Withheld():
		return order.HoldReceiver, ""
	case w.Base.ShipBy.IsZero():
		return "", "no ship-by time"
	}
	return order.HoldNone, ""
}

// balanceDue reports whether the order is a deposit presale with an unpaid
// step.
func (w wireOrder) balanceDue() bool {
	return slices.ContainsFunc(w.Steps.V.Steps, func(s wireStep) bool { return s.Type == deposit && s.Status != stepPaid })
}

// lines returns the one line of an order and its gifts, which are orders below
// it with numbers of their own. A refund concerns the whole order.
func (w wireOrder) lines() []order.Line {
	refund, word := w.refund()
	main := w.Item.V.line(string(w.Base.ID), w.Base.Status, w.Delivery.V.Shipped)
	main.Amount = mall.Fen(w.Base.Total)
	main.ShipBy, main.Shipped = w.Base.ShipBy.Time, w.Base.Shipped.Time
	if len(w.Delivery.V.Serials.V.Types) > 0 {
		main.Traits = append(main.Traits, order.TraitSerialRequired)
	}
	lines := []order.Line{main}
	for _, s := range w.Gifts {
		l := s.Item.V.line(string(s.Base.V.ID), s.Base.V.Status, s.Delivery.V.Shipped)
		l.ShipBy, l.Shipped = w.Base.ShipBy.Time, s.Base.V.Shipped.Time
		if s.Type == gift {
			l.Traits, l.GiftOf = append(l.Traits, order.TraitGift), []string{main.ID}
		}
		lines = append(lines, l)
	}
	for i := range lines {
		lines[i].Refund, lines[i].PlatformRefund = refund, word
		if w.Base.CoType == crossBorder {
			lines[i].Traits = append(lines[i].Traits, order.TraitCrossBorder)
		}
	}
	return lines
}

// refund returns the state of the newest refund.
func (w wireOrder) refund() (order.Refund, string) {
	r := w.newest()
	if r == nil {
		return order.RefundNone, ""
	}
	if r.unclear {
		return "", wordsOf(r.Status)
	}
	const priceProtection, exchange = 1, 45
	if keepsGoods[r.Way] || r.Special == priceProtection || r.Status == exchange {
		return order.RefundNone, wordsOf(r.Status, r.Way)
	}
	return refundStates.Neutral(r.Status), wordsOf(r.Status)
}

// newest returns the refund that was requested last, or nil. Details and lists
// hold the refunds in different fields.
func (w wireOrder) newest() *wireOrderRefund {
	for _, list := range []wire.List[wireOrderRefund]{w.Refunds, w.NewerRefunds} {
		if len(list) > 0 && list[0].Status != 0 {
			return &list[0]
		}
	}
	return nil
}

// parcels returns the parcels of the line and of the gifts, some of which are
// of both. The contents are known only if each line is in a single parcel: the
// platform counts the shipped pieces of a line, not those in a parcel.
func (w wireOrder) parcels() []order.Parcel {
	var parcels []order.Parcel
	var unsaid []bool
	for _, l := range w.shipLines() {
		for _, p := range l.Parcels {
			i := slices.IndexFunc(parcels, func(q order.Parcel) bool {
				return q.TrackingNo == p.TrackingNo && q.CarrierCode == idOf(p.Carrier)
			})
			if i < 0 {
				i = len(parcels)
				parcels = append(parcels, order.Parcel{ID: idOf(p.ID), TrackingNo: p.TrackingNo, CarrierCode: idOf(p.Carrier)})
				unsaid = append(unsaid, false)
			}
			parcels[i].Items = append(parcels[i].Items, order.ParcelItem{LineID: string(l.ID), Quantity: int64(l.Sent)})
			unsaid[i] = unsaid[i] || len(l.Parcels) > 1 || l.Sent <= 0
		}
	}
	for i := range parcels {
		if unsaid[i] {
			parcels[i].Items = nil
		}
	}
	return parcels
}

// traits returns the traits of the order as a whole, not of single lines.
func (w wireOrder) traits() []order.Trait {
	var t driver.Traits
	t.Add(virtualTypes[w.Base.CoType] || w.Item.V.virtual(), order.TraitVirtual)
	t.Add(w.Base.CoType == crossBorder, order.TraitCrossBorder)
	t.Add(w.Base.Presale == 1, order.TraitPresale) // 现货预售; a deposit presale is something else
	t.Add(w.Steps.V.Status.V.Type == deposit || slices.Contains(w.Base.Activities, depositSale), order.TraitDeposit)
	return t
}

func (w wireOrder) receiver() order.Receiver {
	a := w.Address.V
	return order.Receiver{
		ID:       w.Delivery.V.OpenAddressID,
		Name:     order.Protected{Cipher: a.CipherName, Mask: a.MaskName, Plain: mall.Secret(a.Name)},
		Phone:    order.Protected{Cipher: a.CipherPhone, Mask: a.MaskPhone, Plain: mall.Secret(a.Phone)},
		Address:  order.Protected{Cipher: a.CipherAddress, Mask: a.MaskAddress, Plain: mall.Secret(a.Address)},
		Province: order.Region{Code: idOf(a.ProvinceCode), Name: a.Province},
		City:     order.Region{Code: idOf(a.CityCode), Name: a.City},
		District: order.Region{Code: idOf(a.DistrictCode), Name: a.District},
		Street:   order.Region{Code: idOf(a.TownCode), Name: a.Town},
	}
}

// line converts one item with the count of its shipped pieces. The platform
// calls an order shipped as soon as one piece is.
func (i wireLine) line(id string, status, shipped wire.Int) order.Line {
	l := order.Line{
		ID: id, Status: statuses.Neutral(status), PlatformStatus: wordsOf(status), Quantity: int64(i.Quantity),
		SKU:   i.ref(i.wireSpec),
		Price: mall.Fen(i.Price), Amount: mall.Fen(i.Price * i.Quantity), Discount: mall.Fen(i.Discount),
	}
	if l.Status == order.StatusShipped && shipped > 0 && shipped < i.Quantity {
		l.Status, l.PlatformStatus = order.StatusPartShipped, l.PlatformStatus+" shipped "+wordsOf(shipped, i.Quantity)
	}
	if before := i.Before.V; idOf(before.ID) != "" {
		l.Previous = i.ref(before) // of the same item always
		l.Previous.Picture = ""
	}
	if i.virtual() {
		l.Traits = append(l.Traits, order.TraitVirtual)
	}
	return l
}

func (i wireLine) virtual() bool { return virtualMethods[i.Service.V.Rule.V.Method] }

// ref returns the snapshot of a SKU of the item.
func (i wireLine) ref(s wireSpec) sku.Ref {
	r := sku.Ref{
		ID: idOf(s.ID), ProductID: idOf(i.ItemID), Code: s.Code, Name: i.Title,
		Specs: specsOf(s.Description), Picture: i.Picture,
	}
	if r.Code == "" {
		r.Code = idOf(s.OuterID)
	}
	return r
}

// specsOf reads a text such as 颜色:蓝色;尺码:XL. A part without a name is a value
// alone.
func specsOf(text string) (specs []sku.Spec) {
	for part := range strings.SplitSeq(text, ";") {
		name, value, named := strings.Cut(part, ":")
		switch {
		case strings.TrimSpace(part) == "":
		case named:
			specs = append(specs, sku.Spec{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)})
		default:
			specs = append(specs, sku.Spec{Value: strings.TrimSpace(part)})
		}
	}
	return specs
}

// idOf returns an id; 0 is no id.
func idOf(t wire.Text) string {
	if t == "0" {
		return ""
	}
	return string(t)
}
