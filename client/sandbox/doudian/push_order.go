package doudian

import (
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// pushFields are the members of an order that messages carry.
type pushFields struct {
	PayTime      stage.Lax `json:"pay_time"`
	PayType      stage.Lax `json:"pay_type"`
	PayAmount    stage.Lax `json:"pay_amount"`
	OrderAmount  stage.Lax `json:"order_amount"`
	PostAmount   stage.Lax `json:"post_amount"`
	FinishTime   stage.Lax `json:"finish_time"`
	CancelReason string    `json:"cancel_reason"`
	SellerWords  string    `json:"seller_words"`
	SellerStars  stage.Lax `json:"seller_remark_stars"`
	Addr         address   `json:"post_addr"`
}

// pushFieldsOf returns what newRecord would decode.
func pushFieldsOf(o *order) pushFields {
	return pushFields{
		PayTime: stage.Lax(o.PayTime), PayType: stage.Lax(o.PayType), PayAmount: stage.Lax(o.PayAmount),
		OrderAmount: stage.Lax(o.OrderAmount),
		PostAmount:  stage.Lax(o.PostAmount), FinishTime: stage.Lax(o.FinishTime), CancelReason: o.CancelReason,
		SellerWords: o.SellerWords, SellerStars: stage.Lax(o.SellerStars), Addr: o.PostAddr,
	}
}

// trade is what most order messages start with. Ids are numbers here, unlike in
// the answers of order methods. Fields of all messages:
// zsmhub/doudian-sdk:message/*.go.
type trade struct {
	OrderID   int64   `json:"p_id"`
	LineIDs   []int64 `json:"s_ids"`
	ShopID    int64   `json:"shop_id"`
	Status    int64   `json:"order_status"`
	OrderType int64   `json:"order_type"`
	Biz       int64   `json:"biz"` // not the numbers that orders use; 2 as in samples
}

type shipment struct {
	PackID  string     `json:"pack_id,omitempty"` // only of a partly shipped order, as are the lines
	Company string     `json:"express_company_id"`
	Number  string     `json:"logistics_code"`
	Lines   []sentLine `json:"shipped_order_info,omitempty"`
}

type sentLine struct {
	LineID    int64 `json:"shipped_order_id"`
	ProductID int64 `json:"product_id"`
	SKUID     int64 `json:"sku_id"`
	Bought    int64 `json:"sku_num"`
	Shipped   int64 `json:"shipped_num"`
}

type sentAddress struct {
	Addr string `json:"addr"` // JSON as text inside JSON as text
	Name string `json:"name"`
	Tel  string `json:"tel"`
}

// sentTo returns the address of a parcel, without the encrypted parts.
func sentTo(a address) sentAddress {
	return sentAddress{Addr: string(stage.Encode(struct {
		Province area   `json:"province"`
		City     area   `json:"city"`
		Town     area   `json:"town"`
		Street   area   `json:"street"`
		Detail   string `json:"detail"`
	}{a.Province, a.City, a.Town, a.Street, ""}))}
}

// pathTo is the statuses that an order passes through to reach a status.
var pathTo = map[int64][]int64{
	statusUnpaid:   {statusUnpaid},
	statusReview:   {statusUnpaid, statusReview},
	statusPrepare:  {statusUnpaid, statusPrepare},
	statusPartly:   {statusUnpaid, statusPrepare, statusPartly},
	statusShipped:  {statusUnpaid, statusPrepare, statusShipped},
	statusFinished: {statusUnpaid, statusPrepare, statusShipped, statusFinished},
	statusCanceled: {statusUnpaid, statusCanceled},
}

// rank orders the statuses. A step back to a lower rank pushes nothing.
var rank = map[int64]int{
	statusUnpaid: 1, statusReview: 2, statusPrepare: 3, statusPartly: 4, statusShipped: 5, statusFinished: 6,
	statusCanceled: 7,
}

// Changed pushes all messages that follow from comparing an order before and
// after a change. A new order that is already paid was first created, then
// paid. Changes that an order does not show, or that several methods share, are
// pushed by those methods: address, waybill, after-sale.
func (d *platform) Changed(before, next *stage.Record) {
	t := orderPush{d: d, r: next, now: factsOf(next)}
	from := int64(0)
	if before != nil {
		t.old = factsOf(before)
		from = int64(t.old.Status)
	}
	if before == nil && rank[int64(t.now.Status)] == 0 {
		t.entered(from, statusUnpaid) // a test invented the status
	}
	was := rank[from]
	for _, status := range pathTo[int64(t.now.Status)] {
		if rank[status] > was {
			t.entered(from, status)
			from = status
		}
	}
	if before == nil {
		return
	}
	if t.now.Status == statusPartly && t.old.Status == statusPartly {
		for _, p := range t.parcels() {
			t.shipped("108", statusPartly, p, true)
		}
	}
	if t.now.SellerWords != t.old.SellerWords || t.now.SellerStars != t.old.SellerStars {
		t.push("113", struct {
			OrderID int64  `json:"p_id"`
			ShopID  int64  `json:"shop_id"`
			Remark  string `json:"remark"`
			Star    int64  `json:"star"`
			Updated int64  `json:"update_time"`
		}{stage.Number(next.ID, 0), stage.Number(next.Shop.ID, 0), t.now.SellerWords, int64(t.now.SellerStars),
			next.Updated})
	}
	if t.now.OrderAmount != t.old.OrderAmount || t.now.PostAmount != t.old.PostAmount {
		t.push("109", struct {
			trade
			Modified int64 `json:"modify_time"`
			Total    int64 `json:"total_amount"`
			Post     int64 `json:"post_amount"`
		}{t.trade(int64(t.now.Status)), next.Updated, int64(t.now.OrderAmount), int64(t.now.PostAmount)})
	}
}

// orderPush pushes the messages of one changed order.
type orderPush struct {
	d        *platform
	r        *stage.Record
	old, now *facts // old is nil for a new order
}

// entered pushes that the order changed from one status to another.
func (t orderPush) entered(from, status int64) {
	switch status {
	case statusUnpaid:
		t.push("100", struct {
			trade
			Created int64 `json:"create_time"`
		}{t.trade(statusUnpaid), int64(t.now.Created)})
	case statusReview:
		t.paid(status)
	case statusPrepare:
		if rank[from] < rank[statusReview] {
			t.paid(status)
		}
		t.push("110", t.trade(status))
	case statusPartly:
		parcels := t.parcels()
		if len(parcels) == 0 {
			parcels = []parcelFact{{}} // a test set the status and nothing else
		}
		for _, p := range parcels {
			t.shipped("108", status, p, true)
		}
	case statusShipped:
		if n := len(t.now.Parcels); n > 0 {
			t.shipped("102", status, t.now.Parcels[n-1], false)
		} else if t.now.Status == statusShipped {
			t.shipped("102", status, parcelFact{}, false)
		} // else it finished without shipping, as virtual goods do
	case statusFinished:
		t.push("103", struct {
			trade
			Finished int64 `json:"complete_time"`
		}{t.trade(status), int64(t.now.FinishTime)})
	case statusCanceled:
		t.push("106", struct {
			trade
			Canceled int64  `json:"cancel_time"`
			Reason   string `json:"cancel_reason"`
		}{t.trade(status), t.r.Updated, t.now.CancelReason})
	}
}

func (t orderPush) paid(status int64) {
	t.push("101", struct {
		trade
		Amount int64 `json:"pay_amount"`
		Time   int64 `json:"pay_time"`
		Type   int64 `json:"pay_type"`
	}{t.trade(status), int64(t.now.PayAmount), int64(t.now.PayTime), int64(t.now.PayType)})
}

// shipped pushes that one parcel was shipped; detailed adds its content.
func (t orderPush) shipped(tag string, status int64, p parcelFact, detailed bool) {
	s := shipment{Company: p.Company, Number: p.TrackingNo}
	if detailed {
		s.PackID = p.DeliveryID
		for _, in := range p.Products {
			line := sentLine{stage.Number(in.LineID, 0), int64(in.ProductID), int64(in.SKUID), int64(in.Count),
				int64(in.Count)}
			for i := range t.now.Lines {
				if t.now.Lines[i].ID == in.LineID {
					line.Bought = int64(t.now.Lines[i].Count)
				}
			}
			s.Lines = append(s.Lines, line)
		}
	}
	t.push(tag, struct {
		trade
		Parcel   shipment    `json:"logistics_msg"`
		Receiver sentAddress `json:"receiver_msg"`
		Updated  int64       `json:"update_time"`
	}{t.trade(status), s, sentTo(t.now.Addr), t.r.Updated})
}

// parcels returns the parcels that the order did not have before.
func (t orderPush) parcels() []parcelFact {
	if t.old == nil {
		return t.now.Parcels
	}
	known := map[string]bool{}
	for _, p := range t.old.Parcels {
		known[p.key()] = true
	}
	var fresh []parcelFact
	for _, p := range t.now.Parcels {
		if !known[p.key()] {
			fresh = append(fresh, p)
		}
	}
	return fresh
}

// key distinguishes the parcels of an order.
func (p parcelFact) key() string {
	if p.DeliveryID != "" {
		return p.DeliveryID
	}
	return p.Company + " " + p.TrackingNo
}

func (t orderPush) trade(status int64) trade {
	m := trade{
		OrderID: stage.Number(t.r.ID, 0), LineIDs: []int64{}, ShopID: stage.Number(t.r.Shop.ID, 0),
		Status: status, OrderType: int64(t.now.OrderType), Biz: 2,
	}
	for i := range t.now.Lines {
		m.LineIDs = append(m.LineIDs, stage.Number(t.now.Lines[i].ID, 0))
	}
	return m
}

func (t orderPush) push(tag string, data any) {
	t.d.push(t.r.Shop, tag, data)
}
