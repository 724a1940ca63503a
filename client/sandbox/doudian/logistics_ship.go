package doudian

import (
	"encoding/json"
	"strconv"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// shipOrder is the part of an order that shipping needs.
type shipOrder struct {
	ID         string       `json:"order_id"`
	Status     stage.Lax    `json:"order_status"`
	MainStatus stage.Lax    `json:"main_status"`
	OrderType  stage.Lax    `json:"order_type"`
	Biz        stage.Lax    `json:"biz"`
	AddressID  string       `json:"open_address_id"`
	Tel        string       `json:"encrypt_post_tel"`
	Name       string       `json:"encrypt_post_receiver"`
	Address    address      `json:"post_addr"`
	Parcels    []parcelFact `json:"logistics_info"`
	Lines      []shipLine   `json:"sku_order_list"`

	record *stage.Record
}

type shipLine struct {
	ID          string    `json:"order_id"`
	Status      stage.Lax `json:"order_status"`
	Count       stage.Lax `json:"item_num"`
	ProductID   stage.Lax `json:"product_id"`
	ProductText string    `json:"product_id_str"`
	ProductName string    `json:"product_name"`
	SKUID       stage.Lax `json:"sku_id"`
	Code        string    `json:"code"`
	Price       stage.Lax `json:"goods_price"`
	Specs       []spec    `json:"spec"`
	Inspection  stage.Lax `json:"quality_inspection_status"`
	NeedSerial  bool      `json:"need_serial_number"`
	AfterSale   struct {
		Status stage.Lax `json:"after_sale_status"`
	} `json:"after_sale_info"`
}

// refunding reports whether an after-sale case is open on the line.
func (l shipLine) refunding() bool {
	return inAfterSale("in_aftersale", int64(l.AfterSale.Status), 0, 0)
}

// in returns pieces of the line as a parcel's content.
func (l shipLine) in(pieces int64) inParcel {
	return inParcel{
		ProductName: l.ProductName, Price: int64(l.Price), OuterSKUID: l.Code, SKUID: int64(l.SKUID), Specs: l.Specs,
		Count: pieces, ProductID: int64(l.ProductID), ProductIDStr: l.ProductText, LineID: l.ID,
	}
}

// readShipOrder decodes an order as far as possible: a test may have made it
// unreadable on purpose.
func readShipOrder(r *stage.Record) *shipOrder {
	o := &shipOrder{record: r}
	_ = json.Unmarshal(r.Wire, o)
	o.ID = r.ID
	return o
}

// left returns how many pieces of a line are still to be shipped.
func (o *shipOrder) left(l shipLine) int64 {
	if l.Status != statusPrepare && l.Status != statusPartly {
		return 0
	}
	n := int64(l.Count)
	for _, p := range o.Parcels {
		for _, item := range p.Products {
			if item.LineID == l.ID {
				n -= int64(item.Count)
			}
		}
	}
	return max(n, 0)
}

// allLeft returns what is left of each line, by line id.
func (o *shipOrder) allLeft() map[string]int64 {
	left := map[string]int64{}
	for _, l := range o.Lines {
		left[l.ID] = o.left(l)
	}
	return left
}

// parcels returns the order's parcels with all their members.
func (o *shipOrder) parcels() []stage.Object {
	var w struct {
		List []stage.Object `json:"logistics_info"`
	}
	_ = stage.Decode(o.record.Wire, &w)
	return w.List
}

// ship ships parcels that passed the checks, and returns pack_list.
func (d *platform) ship(c *stage.Call, o *shipOrder, p *ship, packs []packAsked) []map[string]any {
	left := o.allLeft()
	var parcels []parcel
	var answer []map[string]any
	for _, pack := range packs {
		carrier, _ := carrierOf(pack.CompanyCode)
		parcel := parcel{
			TrackingNo: pack.TrackingNo, Company: carrier.Code, CompanyName: carrier.Name, ShipTime: c.Now.Unix(),
			DeliveryID: d.nextPackID(),
		}
		items := []any{}
		for _, item := range pack.Items {
			l := o.line(string(item.LineID))
			n := left[l.ID]
			if item.Quantity != nil {
				n = int64(*item.Quantity)
			}
			left[l.ID] -= n
			parcel.Products = append(parcel.Products, l.in(n))
			items = append(items, map[string]any{"shipped_order_id": l.ID, "shipped_num": n,
				"shipped_item_ids": []string{}})
		}
		parcels = append(parcels, parcel)
		answer = append(answer, map[string]any{"shipped_order_info": items, "logistics_code": parcel.TrackingNo,
			"pack_id": parcel.DeliveryID})
	}
	more := stage.Object{}
	for _, sn := range p.Serials {
		d.logistics.serials[string(sn)] = o.ID
		more["serial_number_list"] = p.Serials
	}
	if err := d.send(o, parcels, more); err != nil {
		panic("sandbox: ship: " + err.Error()) // the order was decoded a moment ago
	}
	return answer
}

// send ships parcels, whether for the merchant or a factory: it adds them to
// the order, sets the statuses and times that follow from what is left, and
// applies more. It refuses the after-sale cases that wait for a decision on
// shipped lines; that such a case becomes one that the merchant refused is
// inferred.
func (d *platform) send(o *shipOrder, parcels []parcel, more stage.Object) error {
	left, list := o.allLeft(), anyList(o.parcels())
	sent := map[string]bool{}
	for _, p := range parcels {
		list = append(list, p)
		for _, in := range p.Products {
			left[in.LineID] -= in.Count
			sent[in.LineID] = true
		}
	}
	status, lines := o.after(left, d.world.Now().Unix())
	change := stage.Merge(stage.Object{"logistics_info": list, "sku_order_list": lines,
		"order_status": int64(status)}, more)
	if err := d.ChangeOrder(o.record, change); err != nil {
		return err
	}
	for _, p := range parcels {
		if w := d.logistics.waybills[p.TrackingNo]; w != nil {
			w.shipped = true
		}
	}
	for _, one := range d.cases.all {
		if one.orderID == o.ID && sent[one.lineID] && one.status == caseAsked {
			d.moveCase(one, caseRefused, "204")
		}
	}
	return nil
}

// changeParcel gives parcel i of the order another carrier and number.
func (d *platform) changeParcel(o *shipOrder, i int, carrier carrier, trackingNo string) error {
	list := o.parcels()
	list[i]["tracking_no"], list[i]["company"], list[i]["company_name"] = trackingNo, carrier.Code, carrier.Name
	if err := d.ChangeOrder(o.record, stage.Object{"logistics_info": anyList(list)}); err != nil {
		return err
	}
	d.pushParcelChange(o.record.Shop, o.ID, carrier.Code, trackingNo)
	return nil
}

func (o *shipOrder) line(id string) shipLine {
	for _, l := range o.Lines {
		if l.ID == id {
			return l
		}
	}
	return shipLine{}
}

// after returns the order's status and the changes of its lines once left
// pieces remain. That a partly shipped line has the same status as a partly
// shipped order is inferred.
func (o *shipOrder) after(left map[string]int64, now int64) (int, []any) {
	status := statusShipped
	lines := []any{}
	for _, l := range o.Lines {
		patch := stage.Object{"order_id": l.ID, "order_status": int64(l.Status)}
		switch {
		case l.Status != statusPrepare && l.Status != statusPartly: // cancelled, or shipped before
		case left[l.ID] == 0:
			patch["order_status"], patch["main_status"], patch["ship_time"] = int64(statusShipped),
				int64(statusShipped), now
		case left[l.ID] < int64(l.Count):
			patch["order_status"], patch["main_status"] = int64(statusPartly), int64(statusPartly)
			status = statusPartly
		default:
			status = statusPartly
		}
		lines = append(lines, patch)
	}
	return status, lines
}

func (d *platform) nextPackID() string {
	d.logistics.packNo++
	return strconv.FormatInt(7_000_000_000_000_000_100+d.logistics.packNo, 10)
}

// pushParcelChange pushes message 104: a parcel has another carrier or number.
// That it was shipped is pushed by Changed. The lock is held.
func (d *platform) pushParcelChange(sh *stage.Shop, orderID, carrier, trackingNo string) {
	r, err := d.world.Order(orderID)
	if err != nil {
		return
	}
	o := readShipOrder(r)
	ids := []int64{}
	for _, l := range o.Lines {
		ids = append(ids, stage.Number(l.ID, 0))
	}
	d.push(sh, "104", map[string]any{
		"p_id": stage.Number(orderID, 0), "s_ids": ids, "shop_id": stage.Number(sh.ID, 0),
		"order_status": o.Status, "order_type": o.OrderType, "biz": o.Biz, "update_time": r.Updated,
		"receiver_msg":  sentTo(o.Address),
		"logistics_msg": map[string]string{"express_company_id": carrier, "logistics_code": trackingNo},
	})
}

// anyList converts a list of objects to the type that encoding/json decodes to.
func anyList(list []stage.Object) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}
