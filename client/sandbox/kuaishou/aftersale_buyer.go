package kuaishou

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// AskAfterSale opens a case as a buyer would; Type is the handlingWay. The
// order shows it at once.
func (k *platform) AskAfterSale(a stage.AfterSale) (string, error) {
	r, err := k.world.Order(a.OrderID)
	if err != nil {
		return "", err
	}
	var o order
	if err := json.Unmarshal(r.Wire, &o); err != nil {
		return "", fmt.Errorf("sandbox: order %s cannot be read: %w", r.ID, err)
	}
	if a.LineID != "" && a.LineID != r.ID {
		return "", stage.Errorf(stage.ErrUnknownID, "line %.40q of order %s, which is its own line", a.LineID, r.ID)
	}
	if o.Base.Status == statusUnpaid || o.Base.Status == statusFailed {
		return "", fmt.Errorf("sandbox: order %s is unpaid or closed: no after-sale case can be opened", r.ID)
	}
	c := &refundCase{
		id: k.nextCaseID(), shop: r.Shop, orderID: r.ID, way: refundMoneyOnly, negotiate: talkWaits,
		amount: o.Base.TotalFee + o.Base.ExpressFee,
		reason: cmp.Or(a.Reason, "示例：不想要了"), created: k.world.Now().UnixMilli(),
	}
	if a.Type != nil {
		c.way = int64(*a.Type)
	}
	switch {
	case c.way != refundReturn && c.way != refundExchange && c.way != refundMoneyOnly:
		return "", fmt.Errorf(
			"sandbox: Kuaishou has no after-sale type %d that a buyer may ask for here; there are 1, 3 and 10", c.way)
	case c.way != refundMoneyOnly && o.Base.SendTime == 0:
		return "", fmt.Errorf("sandbox: after-sale type %d does not fit order %s, which is not shipped",
			c.way, r.ID)
	case a.Amount < 0 || a.Amount > c.amount || a.Count < 0 || a.Count > o.Item.Num || a.Freight < 0:
		return "", fmt.Errorf("sandbox: order %s has %d pieces and %d fen were paid for it; ask for no more",
			r.ID, o.Item.Num, c.amount)
	case a.Freight != 0 && c.way != refundReturn:
		return "", fmt.Errorf("sandbox: an after-sale case of type %d cannot claim the freight of a return", c.way)
	}
	for _, other := range k.cases.all {
		if other.orderID == c.orderID && other.open() {
			return "", fmt.Errorf("sandbox: order %s already has the open after-sale %d", c.orderID, other.id)
		}
	}
	c.amount = cmp.Or(a.Amount, c.amount)
	if c.way == refundExchange {
		c.amount = 0
	}
	if a.Freight != 0 {
		c.freight, c.freightStatus = a.Freight, 10
	}
	k.addCase(c)
	k.moveCase(c, k.asked(c.way))
	c.history = []caseNote{{Title: caseTitle[0], Role: 1, Created: c.created}}
	k.pushCase(c, "kwaishop_aftersales_addRefund", 0)
	return formatID(c.id), nil
}

// asked returns the status of a new case.
func (k *platform) asked(way int64) int64 {
	if way == refundReturn && k.rules.Refund.OldStatuses {
		return caseAskedReturn
	}
	return caseAsked
}

// MoveAfterSale does to a case what its buyer may do.
func (k *platform) MoveAfterSale(id, move, trackingNo string) error {
	c := k.cases.byID[stage.Number(id, 0)]
	if c == nil {
		return stage.Errorf(stage.ErrUnknownID, "after-sale %.40q", id)
	}
	switch {
	case move == stage.MoveWithdraw && c.open() && c.status != caseSent:
		c.withdrawn = true
		k.moveCase(c, caseClosed, eventClosed)
	case move == stage.MoveReturn && c.status == caseReturning:
		k.returnGoods(c, cmp.Or(trackingNo, "YT"+id), 6) // 圆通速递
	case move == stage.MoveReceive && c.status == caseSent:
		k.moveCase(c, caseRefunded, eventRefunded)
	case slices.Contains([]string{stage.MoveWithdraw, stage.MoveReturn, stage.MoveReceive}, move):
		return fmt.Errorf("sandbox: %q is not possible: after-sale %s is in status %d", move, id, c.status)
	default:
		return fmt.Errorf("sandbox: unknown move %.20q; there are %q, %q and %q", move, stage.MoveWithdraw,
			stage.MoveReturn, stage.MoveReceive)
	}
	return nil
}

// AfterSales returns the cases of a shop, oldest first.
func (k *platform) AfterSales(sh *stage.Shop) []json.RawMessage {
	list := []json.RawMessage{}
	for _, c := range k.cases.all {
		if c.shop == sh {
			list = append(list, stage.Encode(k.listedCase(c)))
		}
	}
	return list
}

// showCase writes a case onto its order. That an order with all its money
// refunded becomes failed is inferred.
func (k *platform) showCase(c *refundCase) {
	r, err := k.world.Order(c.orderID)
	if err != nil {
		return
	}
	o := k.caseOrder(c)
	shown := refund{RefundID: c.id, Status: int(c.status), Way: int(c.way)}
	i := slices.IndexFunc(o.Refunds, func(r refund) bool { return r.RefundID == c.id })
	if i < 0 {
		o.Refunds = append(o.Refunds, shown)
	} else {
		o.Refunds[i] = shown
	}
	change := map[string]any{"orderRefundList": o.Refunds}
	if c.status == caseRefunded && c.amount > 0 {
		base := map[string]any{"refundTime": c.updated}
		if c.amount >= o.Base.TotalFee {
			base["status"] = statusFailed
		}
		change["orderBaseInfo"] = base
	}
	fields, err := stage.ToObject(change)
	if err == nil {
		_ = k.ChangeOrder(r, fields) // fails only for an order made unreadable on purpose
	}
}

// pushCase pushes a case that was opened (event 0) or an event of it.
func (k *platform) pushCase(c *refundCase, tag string, event int) {
	info := map[string]any{
		"orderId": stage.Number(c.orderID, 0), "refundId": c.id, "handlingWay": c.way, "specialRefundType": 0, "status": c.status,
	}
	if event == 0 {
		info["createTime"] = c.created
	} else {
		info["eventType"], info["updateTime"] = event, c.updated
	}
	k.push(c.shop, tag, info)
}

// seedCase gives an example order a case that has reached status.
func seedCase(way, status int) func(*platform, *order) {
	return func(k *platform, o *order) {
		o.Base.UpdateTime += 1200 * second
		o.Refunds = append(o.Refunds, refund{RefundID: k.nextCaseID(), Status: status, Way: way})
	}
}

// seedCases makes the cases that the example orders show.
func (k *platform) seedCases(sh *stage.Shop) {
	for _, r := range sh.Book.ByCreated {
		o := readOrder(r)
		for _, shown := range o.Refunds {
			c := &refundCase{
				id: shown.RefundID, shop: sh, orderID: r.ID, way: int64(shown.Way), status: int64(shown.Status),
				negotiate: talkAgreed,
				amount:    o.Base.TotalFee + o.Base.ExpressFee, reason: "示例：不想要了", created: r.Updated, updated: r.Updated,
			}
			switch c.status {
			case caseAsked:
				c.negotiate = talkWaits
			case caseRefused:
				c.negotiate = talkDenied
			case caseReturned:
				c.backNo, c.backCode, c.submitted = "YT"+formatID(c.id), 6, r.Updated
			}
			if c.way == refundExchange {
				c.amount = 0
			}
			if c.open() {
				c.deadline = r.Updated + caseDeadline
			} else {
				c.ended = r.Updated
			}
			k.addCase(c)
		}
	}
}
