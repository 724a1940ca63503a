package sandbox

import (
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// ddNews are members of an order that messages tell of.
type ddNews struct {
	PayTime      stage.Lax `json:"pay_time"`
	PayType      stage.Lax `json:"pay_type"`
	PayAmount    stage.Lax `json:"pay_amount"`
	OrderAmount  stage.Lax `json:"order_amount"`
	PostAmount   stage.Lax `json:"post_amount"`
	FinishTime   stage.Lax `json:"finish_time"`
	CancelReason string    `json:"cancel_reason"`
	SellerWords  string    `json:"seller_words"`
	SellerStars  stage.Lax `json:"seller_remark_stars"`
	Addr         ddAddress `json:"post_addr"`
}

// newsOf is what newRecord would find.
func newsOf(o *ddOrder) ddNews {
	return ddNews{
		PayTime: stage.Lax(o.PayTime), PayType: stage.Lax(o.PayType), PayAmount: stage.Lax(o.PayAmount), OrderAmount: stage.Lax(o.OrderAmount),
		PostAmount: stage.Lax(o.PostAmount), FinishTime: stage.Lax(o.FinishTime), CancelReason: o.CancelReason,
		SellerWords: o.SellerWords, SellerStars: stage.Lax(o.SellerStars), Addr: o.PostAddr,
	}
}

// ddTrade is what most trade messages begin with. Ids are numbers here, unlike
// in the answers of order methods. Fields of all messages:
// zsmhub/doudian-sdk:message/*.go.
type ddTrade struct {
	OrderID   int64   `json:"p_id"`
	LineIDs   []int64 `json:"s_ids"`
	ShopID    int64   `json:"shop_id"`
	Status    int64   `json:"order_status"`
	OrderType int64   `json:"order_type"`
	Biz       int64   `json:"biz"` // another list than that of orders; 2 as in samples
}

type ddShipment struct {
	PackID  string       `json:"pack_id,omitempty"` // of a part only, as are the lines
	Company string       `json:"express_company_id"`
	Number  string       `json:"logistics_code"`
	Lines   []ddSentLine `json:"shipped_order_info,omitempty"`
}

type ddSentLine struct {
	LineID    int64 `json:"shipped_order_id"`
	ProductID int64 `json:"product_id"`
	SKUID     int64 `json:"sku_id"`
	Bought    int64 `json:"sku_num"`
	Shipped   int64 `json:"shipped_num"`
}

type ddSentTo struct {
	Addr string `json:"addr"` // JSON as text inside JSON as text
	Name string `json:"name"`
	Tel  string `json:"tel"`
}

// sentTo is where a parcel went, without what was encrypted.
func sentTo(a ddAddress) ddSentTo {
	return ddSentTo{Addr: string(stage.Encode(struct {
		Province ddArea `json:"province"`
		City     ddArea `json:"city"`
		Town     ddArea `json:"town"`
		Street   ddArea `json:"street"`
		Detail   string `json:"detail"`
	}{a.Province, a.City, a.Town, a.Street, ""}))}
}

// ddPath is the statuses that lead to a status.
var ddPath = map[int64][]int64{
	ddUnpaid:   {ddUnpaid},
	ddReview:   {ddUnpaid, ddReview},
	ddPrepare:  {ddUnpaid, ddPrepare},
	ddPartly:   {ddUnpaid, ddPrepare, ddPartly},
	ddShipped:  {ddUnpaid, ddPrepare, ddShipped},
	ddFinished: {ddUnpaid, ddPrepare, ddShipped, ddFinished},
	ddCanceled: {ddUnpaid, ddCanceled},
}

// ddRank orders the statuses; an order that goes back is not news.
var ddRank = map[int64]int{
	ddUnpaid: 1, ddReview: 2, ddPrepare: 3, ddPartly: 4, ddShipped: 5, ddFinished: 6, ddCanceled: 7,
}

// Changed is the one place where trade messages come from: it compares an order
// before and after and tells what has happened between. A new order that is
// paid already was created and then paid. Changes that the order does not
// show, or that several methods share, are pushed by those methods: address,
// waybill, after-sale.
func (d *doudian) Changed(before, next *stage.Record) {
	t := ddTold{d: d, r: next, now: factsOf(next)}
	from := int64(0)
	if before != nil {
		t.old = factsOf(before)
		from = int64(t.old.Status)
	}
	if before == nil && ddRank[int64(t.now.Status)] == 0 {
		t.entered(from, ddUnpaid) // a status of the test's invention
	}
	was := ddRank[from]
	for _, status := range ddPath[int64(t.now.Status)] {
		if ddRank[status] > was {
			t.entered(from, status)
			from = status
		}
	}
	if before == nil {
		return
	}
	if t.now.Status == ddPartly && t.old.Status == ddPartly {
		for _, p := range t.parcels() {
			t.shipped("108", ddPartly, p, true)
		}
	}
	if t.now.SellerWords != t.old.SellerWords || t.now.SellerStars != t.old.SellerStars {
		t.tell("113", struct {
			OrderID int64  `json:"p_id"`
			ShopID  int64  `json:"shop_id"`
			Remark  string `json:"remark"`
			Star    int64  `json:"star"`
			Updated int64  `json:"update_time"`
		}{stage.Number(next.ID, 0), stage.Number(next.Shop.ID, 0), t.now.SellerWords, int64(t.now.SellerStars), next.Updated})
	}
	if t.now.OrderAmount != t.old.OrderAmount || t.now.PostAmount != t.old.PostAmount {
		t.tell("109", struct {
			ddTrade
			Modified int64 `json:"modify_time"`
			Total    int64 `json:"total_amount"`
			Post     int64 `json:"post_amount"`
		}{t.trade(int64(t.now.Status)), next.Updated, int64(t.now.OrderAmount), int64(t.now.PostAmount)})
	}
}

// ddTold is an order being told of.
type ddTold struct {
	d        *doudian
	r        *stage.Record
	old, now *ddFacts // old is nil for a new order
}

// entered tells that the order has come from one status into another.
func (t ddTold) entered(from, status int64) {
	switch status {
	case ddUnpaid:
		t.tell("100", struct {
			ddTrade
			Created int64 `json:"create_time"`
		}{t.trade(ddUnpaid), int64(t.now.Created)})
	case ddReview:
		t.paid(status)
	case ddPrepare:
		if ddRank[from] < ddRank[ddReview] {
			t.paid(status)
		}
		t.tell("110", t.trade(status))
	case ddPartly:
		parcels := t.parcels()
		if len(parcels) == 0 {
			parcels = []ddParcelFact{{}} // a test set the status and nothing else
		}
		for _, p := range parcels {
			t.shipped("108", status, p, true)
		}
	case ddShipped:
		if n := len(t.now.Parcels); n > 0 {
			t.shipped("102", status, t.now.Parcels[n-1], false)
		} else if t.now.Status == ddShipped {
			t.shipped("102", status, ddParcelFact{}, false)
		} // else it was finished without shipping, as virtual goods are
	case ddFinished:
		t.tell("103", struct {
			ddTrade
			Finished int64 `json:"complete_time"`
		}{t.trade(status), int64(t.now.FinishTime)})
	case ddCanceled:
		t.tell("106", struct {
			ddTrade
			Canceled int64  `json:"cancel_time"`
			Reason   string `json:"cancel_reason"`
		}{t.trade(status), t.r.Updated, t.now.CancelReason})
	}
}

func (t ddTold) paid(status int64) {
	t.tell("101", struct {
		ddTrade
		Amount int64 `json:"pay_amount"`
		Time   int64 `json:"pay_time"`
		Type   int64 `json:"pay_type"`
	}{t.trade(status), int64(t.now.PayAmount), int64(t.now.PayTime), int64(t.now.PayType)})
}

// shipped tells of one parcel; detailed says what is in it.
func (t ddTold) shipped(tag string, status int64, p ddParcelFact, detailed bool) {
	s := ddShipment{Company: p.Company, Number: p.TrackingNo}
	if detailed {
		s.PackID = p.DeliveryID
		for _, in := range p.Products {
			line := ddSentLine{stage.Number(in.LineID, 0), int64(in.ProductID), int64(in.SKUID), int64(in.Count), int64(in.Count)}
			for i := range t.now.Lines {
				if t.now.Lines[i].ID == in.LineID {
					line.Bought = int64(t.now.Lines[i].Count)
				}
			}
			s.Lines = append(s.Lines, line)
		}
	}
	t.tell(tag, struct {
		ddTrade
		Parcel   ddShipment `json:"logistics_msg"`
		Receiver ddSentTo   `json:"receiver_msg"`
		Updated  int64      `json:"update_time"`
	}{t.trade(status), s, sentTo(t.now.Addr), t.r.Updated})
}

// parcels are those that the order did not have before.
func (t ddTold) parcels() []ddParcelFact {
	if t.old == nil {
		return t.now.Parcels
	}
	known := map[string]bool{}
	for _, p := range t.old.Parcels {
		known[p.key()] = true
	}
	var fresh []ddParcelFact
	for _, p := range t.now.Parcels {
		if !known[p.key()] {
			fresh = append(fresh, p)
		}
	}
	return fresh
}

// key tells the parcels of an order apart.
func (p ddParcelFact) key() string {
	if p.DeliveryID != "" {
		return p.DeliveryID
	}
	return p.Company + " " + p.TrackingNo
}

func (t ddTold) trade(status int64) ddTrade {
	m := ddTrade{
		OrderID: stage.Number(t.r.ID, 0), LineIDs: []int64{}, ShopID: stage.Number(t.r.Shop.ID, 0),
		Status: status, OrderType: int64(t.now.OrderType), Biz: 2,
	}
	for i := range t.now.Lines {
		m.LineIDs = append(m.LineIDs, stage.Number(t.now.Lines[i].ID, 0))
	}
	return m
}

func (t ddTold) tell(tag string, data any) {
	t.d.tell(t.r.Shop, tag, data)
}
