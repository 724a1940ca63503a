package doudian

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

const (
	firstOrder = 6_920_000_000_000_000_000 // beyond 2^53, as real ids are
	idStep     = 100                       // leaves ids for the lines of an order
	maxLines   = 40
)

// facts is the decoded part of an order that lists filter by and messages
// carry.
type facts struct {
	ID        string       `json:"order_id"`
	Created   stage.Lax    `json:"create_time"`
	Updated   stage.Lax    `json:"update_time"`
	Status    stage.Lax    `json:"order_status"`
	OrderType stage.Lax    `json:"order_type"`
	BType     stage.Lax    `json:"b_type"`
	AddressID string       `json:"open_address_id"`
	Parcels   []parcelFact `json:"logistics_info"`
	Lines     []lineFact   `json:"sku_order_list"`
	pushFields
}

type parcelFact struct {
	TrackingNo string         `json:"tracking_no"`
	Company    string         `json:"company"`
	DeliveryID string         `json:"delivery_id"`
	Products   []inParcelFact `json:"product_info"`
}

type inParcelFact struct {
	LineID    string    `json:"sku_order_id"`
	ProductID stage.Lax `json:"product_id"`
	SKUID     stage.Lax `json:"sku_id"`
	Count     stage.Lax `json:"product_count"`
}

type lineFact struct {
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

// ownRecord makes the record of an order that has no fields of a caller. It
// does what newRecord does without decoding the order again, which matters for
// thousands of orders.
func ownRecord(sh *stage.Shop, o order) *stage.Record {
	f := &facts{
		ID: o.OrderID, Created: stage.Lax(o.CreateTime), Updated: stage.Lax(o.UpdateTime),
		Status:    stage.Lax(o.OrderStatus),
		OrderType: stage.Lax(o.OrderType), BType: stage.Lax(o.BType), AddressID: o.OpenAddressID,
		pushFields: pushFieldsOf(&o),
	}
	for i := range o.Logistics {
		p := &o.Logistics[i]
		pf := parcelFact{TrackingNo: p.TrackingNo, Company: p.Company, DeliveryID: p.DeliveryID}
		for j := range p.Products {
			in := &p.Products[j]
			pf.Products = append(pf.Products, inParcelFact{in.LineID, stage.Lax(in.ProductID), stage.Lax(in.SKUID),
				stage.Lax(in.Count)})
		}
		f.Parcels = append(f.Parcels, pf)
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		lf := lineFact{ID: l.OrderID, Count: stage.Lax(l.ItemNum), ProductID: l.ProductIDStr,
			ProductName: l.ProductName, TradeType: stage.Lax(l.TradeType), PreSaleType: stage.Lax(l.PreSaleType)}
		lf.AfterSale.Status, lf.AfterSale.Type = stage.Lax(l.AfterSale.Status), stage.Lax(l.AfterSale.Type)
		lf.AfterSale.RefundStatus = stage.Lax(l.AfterSale.RefundStatus)
		f.Lines = append(f.Lines, lf)
	}
	return &stage.Record{Shop: sh, ID: o.OrderID, Created: o.CreateTime, Updated: o.UpdateTime,
		Wire: stage.Encode(&o), Index: f}
}

// newRecord decodes a wire order. It ignores members of a wrong type, since a
// test may want an order that cannot be read.
func newRecord(sh *stage.Shop, wire []byte) (*stage.Record, error) {
	f := &facts{}
	_ = json.Unmarshal(wire, f)
	if !stage.Digits(f.ID, 19) {
		return nil, fmt.Errorf("sandbox: order_id %.40q is not a text of up to 19 digits", f.ID)
	}
	return &stage.Record{Shop: sh, ID: f.ID, Created: int64(f.Created), Updated: int64(f.Updated), Wire: wire,
		Index: f}, nil
}

func factsOf(r *stage.Record) *facts { return r.Index.(*facts) }

// nextOrderID returns an id that no order or line has.
func (d *platform) nextOrderID() string {
	for {
		d.orderNo++
		id := strconv.FormatInt(firstOrder+d.orderNo*idStep, 10)
		if _, err := d.world.Order(id); err != nil {
			return id
		}
	}
}

func (d *platform) NewOrder(sh *stage.Shop, fields stage.Object, status, minutesAgo int) (*stage.Record, error) {
	if _, ok := statusDesc[status]; status != 0 && !ok {
		return nil, fmt.Errorf("sandbox: Doudian has no order status %d; there are 1, 105, 2, 101, 3, 4 and 5",
			status)
	}
	b := templateInput{status: int(stage.Number(fields["order_status"], int64(cmp.Or(status, statusPrepare)))), lines: 1}
	if status == statusPartly || b.status == statusPartly {
		b.lines = 2 // one shipped, one not
	}
	if list, ok := fields["sku_order_list"].([]any); ok {
		if len(list) > maxLines {
			return nil, fmt.Errorf("sandbox: %d lines; an order has up to %d", len(list), maxLines)
		}
		b.lines = max(len(list), 1)
	}
	b.created = stage.Number(fields["create_time"], d.world.Now().Unix()-int64(minutesAgo)*60-spanOf(b.status))
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
	r, err := newRecord(sh, stage.Encode(layOver(object, fields)))
	if err != nil {
		return nil, err
	}
	return r, d.world.AddOrder(r)
}

// layOver applies the caller's fields to a template, line by line. Totals are
// recomputed unless they are given.
func layOver(template, fields stage.Object) stage.Object {
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
			continue // unreadable on purpose: left as it is
		}
		line := stage.Merge(lines[i].(stage.Object), patch)
		priceLine(line, patch)
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

// priceLine recomputes a line's amounts if its price or count was given.
func priceLine(line, patch stage.Object) {
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
