package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

const (
	ddFirstOrder = 6_920_000_000_000_000_000 // beyond 2^53, as real ids are
	ddIDStep     = 100                       // leaves numbers for the lines of an order
	ddMaxLines   = 40
)

// ddFacts is what orders are looked up by, and what messages tell of them.
type ddFacts struct {
	ID        string         `json:"order_id"`
	Created   fact           `json:"create_time"`
	Updated   fact           `json:"update_time"`
	Status    fact           `json:"order_status"`
	OrderType fact           `json:"order_type"`
	BType     fact           `json:"b_type"`
	AddressID string         `json:"open_address_id"`
	Parcels   []ddParcelFact `json:"logistics_info"`
	Lines     []ddLineFact   `json:"sku_order_list"`
	ddNews
}

type ddParcelFact struct {
	TrackingNo string           `json:"tracking_no"`
	Company    string           `json:"company"`
	DeliveryID string           `json:"delivery_id"`
	Products   []ddInParcelFact `json:"product_info"`
}

type ddInParcelFact struct {
	LineID    string `json:"sku_order_id"`
	ProductID fact   `json:"product_id"`
	SKUID     fact   `json:"sku_id"`
	Count     fact   `json:"product_count"`
}

type ddLineFact struct {
	ID          string `json:"order_id"`
	Count       fact   `json:"item_num"`
	ProductID   string `json:"product_id_str"`
	ProductName string `json:"product_name"`
	TradeType   fact   `json:"trade_type"`
	PreSaleType fact   `json:"pre_sale_type"`
	AfterSale   struct {
		Status       fact `json:"after_sale_status"`
		RefundStatus fact `json:"refund_status"`
		Type         fact `json:"after_sale_type"`
	} `json:"after_sale_info"`
}

// ownRecord makes a record of an order that nobody laid fields over. It is
// newRecord without reading back what was just written, which matters for
// thousands of orders.
func ownRecord(sh *shop, o ddOrder) *record {
	f := &ddFacts{
		ID: o.OrderID, Created: fact(o.CreateTime), Updated: fact(o.UpdateTime), Status: fact(o.OrderStatus),
		OrderType: fact(o.OrderType), BType: fact(o.BType), AddressID: o.OpenAddressID, ddNews: newsOf(&o),
	}
	for i := range o.Logistics {
		p := &o.Logistics[i]
		pf := ddParcelFact{TrackingNo: p.TrackingNo, Company: p.Company, DeliveryID: p.DeliveryID}
		for j := range p.Products {
			in := &p.Products[j]
			pf.Products = append(pf.Products, ddInParcelFact{in.LineID, fact(in.ProductID), fact(in.SKUID), fact(in.Count)})
		}
		f.Parcels = append(f.Parcels, pf)
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		lf := ddLineFact{ID: l.OrderID, Count: fact(l.ItemNum), ProductID: l.ProductIDStr, ProductName: l.ProductName, TradeType: fact(l.TradeType), PreSaleType: fact(l.PreSaleType)}
		lf.AfterSale.Status, lf.AfterSale.Type = fact(l.AfterSale.Status), fact(l.AfterSale.Type)
		lf.AfterSale.RefundStatus = fact(l.AfterSale.RefundStatus)
		f.Lines = append(f.Lines, lf)
	}
	return &record{shop: sh, id: o.OrderID, created: o.CreateTime, updated: o.UpdateTime, wire: encode(&o), facts: f}
}

// newRecord reads a wire order. Members of a wrong type are passed over: a
// test may want an order that cannot be read.
func newRecord(sh *shop, wire []byte) (*record, error) {
	f := &ddFacts{}
	_ = json.Unmarshal(wire, f)
	if !digits(f.ID, 19) {
		return nil, fmt.Errorf("sandbox: order_id %.40q is not a text of up to 19 digits", f.ID)
	}
	return &record{shop: sh, id: f.ID, created: int64(f.Created), updated: int64(f.Updated), wire: wire, facts: f}, nil
}

// factsOf returns what newRecord found.
func factsOf(r *record) *ddFacts { return r.facts.(*ddFacts) }

// nextOrderID returns an id that neither an order nor a line has.
func (d *doudian) nextOrderID() string {
	for {
		d.orderNo++
		id := strconv.FormatInt(ddFirstOrder+d.orderNo*ddIDStep, 10)
		if _, err := d.world.Order(id); err != nil {
			return id
		}
	}
}

func (d *doudian) newOrder(sh *shop, fields jsonObject, status, minutesAgo int) (*record, error) {
	if _, ok := ddStatusDesc[status]; status != 0 && !ok {
		return nil, fmt.Errorf("sandbox: Doudian has no order status %d; there are 1, 105, 2, 101, 3, 4 and 5", status)
	}
	b := ddBlank{status: int(number(fields["order_status"], int64(or(status, ddPrepare)))), lines: 1}
	if status == ddPartly || b.status == ddPartly {
		b.lines = 2 // one sent, one not
	}
	if list, ok := fields["sku_order_list"].([]any); ok {
		if len(list) > ddMaxLines {
			return nil, fmt.Errorf("sandbox: %d lines; an order has up to %d", len(list), ddMaxLines)
		}
		b.lines = max(len(list), 1)
	}
	b.created = number(fields["create_time"], d.world.Now().Unix()-int64(minutesAgo)*60-ddSpan(b.status))
	b.id = text(fields["order_id"])
	if b.id == "" {
		b.id = d.nextOrderID()
	}
	sh.ordersMade++
	b.receiver, b.variety = sh.ordersMade, sh.ordersMade
	o := d.template(sh, b)
	if len(fields) == 0 {
		r := ownRecord(sh, o)
		return r, d.world.AddOrder(r)
	}
	object, err := toObject(o)
	if err != nil {
		return nil, err
	}
	r, err := newRecord(sh, encode(ddLay(object, fields)))
	if err != nil {
		return nil, err
	}
	return r, d.world.AddOrder(r)
}

// ddLay lays the caller's fields over a template: lines one by one, with
// totals that follow unless they are given.
func ddLay(template, fields jsonObject) jsonObject {
	lines, _ := template["sku_order_list"].([]any)
	given, ok := fields["sku_order_list"].([]any)
	object := overlay(template, fields)
	if !ok {
		return object
	}
	laid := slices.Clone(given)
	var total int64
	for i, v := range given {
		patch, ok := v.(jsonObject)
		if !ok {
			continue // kept as it is: unreadable on purpose
		}
		line := overlay(lines[i].(jsonObject), patch)
		ddPrice(line, patch)
		total += number(line["pay_amount"], 0)
		laid[i] = line
	}
	object["sku_order_list"] = laid
	for _, k := range []string{"order_amount", "pay_amount"} {
		if _, ok := fields[k]; !ok {
			object[k] = total + number(object["post_amount"], 0)
		}
	}
	return object
}

// ddPrice makes a line's amounts follow a price or a count that was given.
func ddPrice(line, patch jsonObject) {
	unit, okUnit := patch["goods_price"]
	if !okUnit {
		unit, okUnit = patch["origin_amount"]
	}
	_, okCount := patch["item_num"]
	if !okUnit && !okCount {
		return
	}
	price := number(unit, number(line["goods_price"], 0))
	sum := price * number(line["item_num"], 1)
	for k, v := range map[string]int64{
		"goods_price": price, "origin_amount": price, "sum_amount": sum, "order_amount": sum, "pay_amount": sum,
	} {
		if _, ok := patch[k]; !ok {
			line[k] = v
		}
	}
}
