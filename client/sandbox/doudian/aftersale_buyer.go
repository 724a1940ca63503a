package doudian

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// reasonCode is the reason_code of every case. Invented.
const reasonCode = 1

// AskAfterSale opens a case as a buyer would. The order's line shows it at
// once, and a review of the order's address ends.
func (d *platform) AskAfterSale(a stage.AfterSale) (string, error) {
	r, err := d.world.Order(a.OrderID)
	if err != nil {
		return "", err
	}
	var o order
	if err := json.Unmarshal(r.Wire, &o); err != nil {
		return "", fmt.Errorf("sandbox: order %s cannot be read: %w", r.ID, err)
	}
	i := 0
	if a.LineID != "" {
		if i = slices.IndexFunc(o.Lines, func(l orderLine) bool { return l.OrderID == a.LineID }); i < 0 {
			return "", stage.Errorf(stage.ErrUnknownID, "line %.40q of order %s", a.LineID, r.ID)
		}
	}
	if len(o.Lines) == 0 || o.Lines[i].OrderStatus == statusUnpaid || o.Lines[i].OrderStatus == statusCanceled {
		return "", fmt.Errorf("sandbox: order %s has no paid, open line to open an after-sale case for", r.ID)
	}
	l := o.Lines[i]
	shipped := l.ShipTime != 0
	c := &refundCase{
		shop: r.Shop, orderID: r.ID, lineID: l.OrderID, kind: 2, status: caseAsked, refund: 1,
		amount: l.PayAmount, count: l.ItemNum, reason: a.Reason, applied: d.world.Now().Unix(),
	}
	if shipped {
		c.kind = 1
	}
	if a.Type != nil {
		c.kind = int64(*a.Type)
	}
	_, known := kindText[c.kind]
	switch {
	case !known:
		return "", fmt.Errorf("sandbox: Doudian has no after-sale type %d; there are 0 to 3 and 6 to 8", c.kind)
	case shipped == (c.kind == 2):
		return "", fmt.Errorf("sandbox: after-sale type %d does not fit line %s: shipped is %t", c.kind, l.OrderID,
			shipped)
	case a.Freight != 0:
		return "", fmt.Errorf("sandbox: Doudian knows no claims for the freight of a return")
	case a.Amount < 0 || a.Amount > c.amount || a.Count < 0 || a.Count > c.count:
		return "", fmt.Errorf("sandbox: line %s has %d pieces and %d fen were paid for it; ask for no more",
			l.OrderID, c.count, c.amount)
	}
	for _, other := range d.cases.all {
		if other.orderID == c.orderID && other.lineID == c.lineID && other.open() {
			return "", fmt.Errorf("sandbox: line %s already has the open after-sale %s", c.lineID, other.name())
		}
	}
	c.amount, c.count = cmp.Or(a.Amount, c.amount), cmp.Or(a.Count, c.count)
	if c.reason == "" {
		c.reason = "示例：不想要了"
	}
	d.addCase(c)
	d.cancelMove(c.orderID)
	d.moveCase(c, caseAsked, "200")
	return c.name(), nil
}

// MoveAfterSale does to a case what its buyer may do.
func (d *platform) MoveAfterSale(id, move, trackingNo string) error {
	c := d.cases.byID[id]
	if c == nil {
		return stage.Errorf(stage.ErrUnknownID, "after-sale %.40q", id)
	}
	switch {
	case move == stage.MoveWithdraw && c.open() && c.status != caseSent:
		d.moveCase(c, caseClosed, "207")
	case move == stage.MoveReturn && c.status == caseReturn:
		if trackingNo == "" {
			trackingNo = "YT" + c.name()
		}
		c.back = caseParcel{TrackingNo: trackingNo, Code: "yuantong", Company: "圆通快递", Time: d.world.Now().Unix()}
		d.moveCase(c, caseReturned, "203")
	case move == stage.MoveReceive && c.status == caseSent:
		d.moveCase(c, caseChanged) // no source shows which message the platform pushes
	case move == stage.MoveWithdraw || move == stage.MoveReturn || move == stage.MoveReceive:
		return fmt.Errorf("sandbox: %q is not possible: after-sale %s is %s", move, id, caseText[c.status])
	default:
		return fmt.Errorf("sandbox: unknown move %.20q; there are %q, %q and %q", move, stage.MoveWithdraw,
			stage.MoveReturn, stage.MoveReceive)
	}
	return nil
}

// moveCase gives a case another status, updates its line and, if all lines are
// closed, its order, and pushes messages of the given tags.
func (d *platform) moveCase(c *refundCase, status int64, tags ...string) {
	now := d.world.Now().Unix()
	c.status, c.updated, c.deadline = status, now, now+caseDeadline
	if status == caseDone {
		c.refund = 3
	}
	if !c.open() {
		c.deadline = 0
	}
	d.showCase(c)
	for _, tag := range tags {
		d.pushCase(c, tag)
	}
}

// showCase writes a case's state onto its order. That a line refunded before
// shipping is cancelled with main status 21 is inferred.
func (d *platform) showCase(c *refundCase) {
	r, err := d.world.Order(c.orderID)
	if err != nil {
		return
	}
	o, l := d.lineOf(c)
	line := stage.Object{
		"order_id":        c.lineID,
		"after_sale_info": stage.Object{"after_sale_status": c.status, "after_sale_type": c.kind, "refund_status": c.refund},
	}
	change := stage.Object{}
	if c.status == caseDone && c.amount == l.PayAmount {
		main := int64(22) // refunded after shipping
		switch {
		case l.ShipTime == 0:
			main = 21
			line["order_status"] = int64(statusCanceled)
		case l.OrderStatus == statusFinished:
			main = 39
		}
		line["main_status"] = main
		rest := slices.ContainsFunc(o.Lines, func(other orderLine) bool {
			return other.OrderID != c.lineID && !slices.Contains([]int{21, 22, 39}, other.MainStatus)
		})
		if !rest {
			change["main_status"] = main
			if main == 21 {
				change["order_status"] = int64(statusCanceled)
			}
		}
	}
	change["sku_order_list"] = []any{line}
	_ = d.ChangeOrder(r, change) // fails only for an order made unreadable on purpose
}

// pushTime is the name of the time member of a message, by tag.
var pushTime = map[string]string{
	"200": "apply_time", "201": "agree_time", "202": "agree_time", "203": "return_time", "204": "refuse_time", "206": "success_time",
	"207": "close_time", "211": "apply_time",
}

func (d *platform) pushCase(c *refundCase, tag string) {
	at := time.Unix(c.updated, 0)
	data := map[string]any{
		"p_id": stage.Number(c.orderID, 0), "s_id": stage.Number(c.lineID, 0), "shop_id": stage.Number(c.shop.ID, 0), "aftersale_id": c.id,
		"aftersale_status": c.status, "aftersale_type": c.kind, "refund_amount": c.amount, "refund_post_amount": c.freight,
		"refund_voucher_num": 0, "reason_code": reasonCode, "update_time": at.In(mall.Beijing).Format(time.RFC3339),
	}
	data[pushTime[tag]] = c.updated
	if tag == "202" {
		data["addr"] = string(stage.Encode(map[string]any{
			"province": "江苏省", "province_id": 32, "city": "苏州市", "city_id": 320500, "town": "吴中区", "town_id": 320506,
			"street": "示例街道", "street_id": 320506001, "detail": "示例仓1号", "name": "示例仓", "mobile": "19900000000",
		}))
	}
	d.push(c.shop, tag, data)
}

// AfterSales returns the cases of a shop, oldest first.
func (d *platform) AfterSales(sh *stage.Shop) []json.RawMessage {
	list := []json.RawMessage{}
	for _, c := range d.cases.all {
		if c.shop == sh {
			list = append(list, stage.Encode(d.listed(c)))
		}
	}
	return list
}

// seedCases makes the cases that lines of the example orders show.
func (d *platform) seedCases() {
	for _, sh := range d.world.Shops() {
		for _, r := range sh.Book.ByCreated {
			var o order
			if json.Unmarshal(r.Wire, &o) != nil {
				continue
			}
			for _, l := range o.Lines {
				if l.AfterSale.Status == 0 {
					continue
				}
				c := &refundCase{
					shop: sh, orderID: r.ID, lineID: l.OrderID,
					kind: int64(l.AfterSale.Type), status: int64(l.AfterSale.Status),
					refund: int64(l.AfterSale.RefundStatus),
					amount: l.PayAmount, count: l.ItemNum, reason: "示例：不想要了", applied: r.Updated, updated: r.Updated,
				}
				if c.open() {
					c.deadline = r.Updated + caseDeadline
				}
				d.addCase(c)
			}
		}
	}
}
