package sandbox

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

const (
	ddFirstOrder = 6_920_000_000_000_000_000 // beyond 2^53, as real ids are
	ddIDStep     = 100                       // leaves numbers for the lines of an order
	ddMaxLines   = 40
)

// ddFacts is what orders are looked up by, and what messages tell of them.
type ddFacts struct {
	ID        string         `json:"order_id"`
	Created   stage.Lax      `json:"create_time"`
	Updated   stage.Lax      `json:"update_time"`
	Status    stage.Lax      `json:"order_status"`
	OrderType stage.Lax      `json:"order_type"`
	BType     stage.Lax      `json:"b_type"`
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
	LineID    string    `json:"sku_order_id"`
	ProductID stage.Lax `json:"product_id"`
	SKUID     stage.Lax `json:"sku_id"`
	Count     stage.Lax `json:"product_count"`
}

type ddLineFact struct {
	ID          string    `json:"order_id"`
	Count       stage.Lax `json:"item_num"`
	ProductID   string    `json:"product_id_str"`
	ProductName string    `json:"product_name"`
	TradeType   stage.Lax `json:"trade_type"`
	PreSaleType stage.Lax `json:"pre_sale_type"`
	AfterSale   struct {
		Status       stage.Lax `json:"after_sale_status"`
		RefundStatus stage.Lax `json:"refund_status"`
		Type         stage.Lax `json:"after_sale_type"`
	} `json:"after_sale_info"`
}

// ownRecord makes a record of an order that nobody laid fields over. It is
// newRecord without reading back what was just written, which matters for
// thousands of orders.
func ownRecord(sh *stage.Shop, o ddOrder) *stage.Record {
	f := &ddFacts{
		ID: o.OrderID, Created: stage.Lax(o.CreateTime), Updated: stage.Lax(o.UpdateTime), Status: stage.Lax(o.OrderStatus),
		OrderType: stage.Lax(o.OrderType), BType: stage.Lax(o.BType), AddressID: o.OpenAddressID, ddNews: newsOf(&o),
	}
	for i := range o.Logistics {
		p := &o.Logistics[i]
		pf := ddParcelFact{TrackingNo: p.TrackingNo, Company: p.Company, DeliveryID: p.DeliveryID}
		for j := range p.Products {
			in := &p.Products[j]
			pf.Products = append(pf.Products, ddInParcelFact{in.LineID, stage.Lax(in.ProductID), stage.Lax(in.SKUID), stage.Lax(in.Count)})
		}
		f.Parcels = append(f.Parcels, pf)
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		lf := ddLineFact{ID: l.OrderID, Count: stage.Lax(l.ItemNum), ProductID: l.ProductIDStr, ProductName: l.ProductName, TradeType: stage.Lax(l.TradeType), PreSaleType: stage.Lax(l.PreSaleType)}
		lf.AfterSale.Status, lf.AfterSale.Type = stage.Lax(l.AfterSale.Status), stage.Lax(l.AfterSale.Type)
		lf.AfterSale.RefundStatus = stage.Lax(l.AfterSale.RefundStatus)
		f.Lines = append(f.Lines, lf)
	}
	return &stage.Record{Shop: sh, ID: o.OrderID, Created: o.CreateTime, Updated: o.UpdateTime, Wire: stage.Encode(&o), Index: f}
}

// newRecord reads a wire order. Members of a wrong type are passed over: a
// test may want an order that cannot be read.
func newRecord(sh *stage.Shop, wire []byte) (*stage.Record, error) {
	f := &ddFacts{}
	_ = json.Unmarshal(wire, f)
	if !stage.Digits(f.ID, 19) {
		return nil, fmt.Errorf("sandbox: order_id %.40q is not a text of up to 19 digits", f.ID)
	}
	return &stage.Record{Shop: sh, ID: f.ID, Created: int64(f.Created), Updated: int64(f.Updated), Wire: wire, Index: f}, nil
}

// factsOf returns what newRecord found.
func factsOf(r *stage.Record) *ddFacts { return r.Index.(*ddFacts) }

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

func (d *doudian) NewOrder(sh *stage.Shop, fields stage.Object, status, minutesAgo int) (*stage.Record, error) {
	if _, ok := ddStatusDesc[status]; status != 0 && !ok {
		return nil, fmt.Errorf("sandbox: Doudian has no order status %d; there are 1, 105, 2, 101, 3, 4 and 5", status)
	}
	b := ddBlank{status: int(stage.Number(fields["order_status"], int64(cmp.Or(status, ddPrepare)))), lines: 1}
	if status == ddPartly || b.status == ddPartly {
		b.lines = 2 // one sent, one not
	}
	if list, ok := fields["sku_order_list"].([]any); ok {
		if len(list) > ddMaxLines {
			return nil, fmt.Errorf("sandbox: %d lines; an order has up to %d", len(list), ddMaxLines)
		}
		b.lines = max(len(list), 1)
	}
	b.created = stage.Number(fields["create_time"], d.world.Now().Unix()-int64(minutesAgo)*60-ddSpan(b.status))
	b.id = stage.Text(fields["order_id"])
	if b.id == "" {
		b.id = d.nextOrderID()
	}
	sh.OrdersMade++
	b.receiver, b.variety = sh.OrdersMade, sh.OrdersMade
	o := d.template(sh, b)
	if len(fields) == 0 {
		r := ownRecord(sh, o)
		return r, d.world.AddOrder(r)
	}
	object, err := stage.ToObject(o)
	if err != nil {
		return nil, err
	}
	r, err := newRecord(sh, stage.Encode(ddLay(object, fields)))
	if err != nil {
		return nil, err
	}
	return r, d.world.AddOrder(r)
}

// ddLay lays the caller's fields over a template: lines one by one, with
// totals that follow unless they are given.
func ddLay(template, fields stage.Object) stage.Object {
	lines, _ := template["sku_order_list"].([]any)
	given, ok := fields["sku_order_list"].([]any)
	object := stage.Merge(template, fields)
	if !ok {
		return object
	}
	laid := slices.Clone(given)
	var total int64
	for i, v := range given {
		patch, ok := v.(stage.Object)
		if !ok {
			continue // kept as it is: unreadable on purpose
		}
		line := stage.Merge(lines[i].(stage.Object), patch)
		ddPrice(line, patch)
		total += stage.Number(line["pay_amount"], 0)
		laid[i] = line
	}
	object["sku_order_list"] = laid
	for _, k := range []string{"order_amount", "pay_amount"} {
		if _, ok := fields[k]; !ok {
			object[k] = total + stage.Number(object["post_amount"], 0)
		}
	}
	return object
}

// ddPrice makes a line's amounts follow a price or a count that was given.
func ddPrice(line, patch stage.Object) {
	unit, okUnit := patch["goods_price"]
	if !okUnit {
		unit, okUnit = patch["origin_amount"]
	}
	_, okCount := patch["item_num"]
	if !okUnit && !okCount {
		return
	}
	price := stage.Number(unit, stage.Number(line["goods_price"], 0))
	sum := price * stage.Number(line["item_num"], 1)
	for k, v := range map[string]int64{
		"goods_price": price, "origin_amount": price, "sum_amount": sum, "order_amount": sum, "pay_amount": sum,
	} {
		if _, ok := patch[k]; !ok {
			line[k] = v
		}
	}
}
