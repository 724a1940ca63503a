package kuaishou

import (
	"slices"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// appendEntry is one order to add.
type appendEntry struct {
	RequestID string        `json:"requestId"`
	Code      string        `json:"dropshippingOrderCode"`
	Type      int           `json:"orderType"`
	Items     []distrItem   `json:"orderItemList"`
	Note      string        `json:"sellerNote"`
	Address   *distrAddress `json:"receiverAddress"`
	Contact   *contact      `json:"receiverContact"`
}

// dsAppend adds orders. A repeated request id adds another one: no document
// says that it would not.
func (k *platform) dsAppend(c *stage.Call) stage.Result {
	var p struct {
		List []appendEntry `json:"appendRequestList"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	if len(p.List) == 0 || len(p.List) > k.rules.Dropship.BatchMost {
		return k.invalid("appendRequestList")
	}
	k.refresh(c.Shop)
	rows := []map[string]any{}
	for _, e := range p.List {
		code, why := k.add(c, e)
		row := k.outcome("requestId", e.RequestID, why)
		row["dropshippingOrderCode"] = code
		rows = append(rows, row)
	}
	return k.succeed(rows)
}

func (k *platform) add(c *stage.Call, e appendEntry) (code, why string) {
	base := k.dsOrder(c, e.Code)
	switch {
	case e.RequestID == "":
		return "", "requestId为空"
	case base == nil:
		return "", k.rules.Dropship.MissingMsg
	case base.added != nil:
		return "", "只能基于交易主单追加"
	case !slices.Contains(addedTypes, e.Type):
		return "", "orderType错误"
	case len(e.Items) == 0 || slices.ContainsFunc(e.Items,
		func(i distrItem) bool { return i.Desc == "" || i.Title == "" || i.Num < 1 }):
		return "", "商品明细错误"
	case e.Contact != nil && (e.Contact.Name == "" || e.Contact.Mobile == ""):
		return "", "收件人错误"
	}
	now := c.Now.UnixMilli()
	x := k.newDSOrder(&dsOrder{
		merchant: c.Shop, record: base.record, order: base.order, kind: e.Type, created: now, updated: now,
		added: &added{items: e.Items, note: e.Note, contact: e.Contact, address: e.Address},
	})
	return x.code, ""
}

// dsDelete deletes added orders that are not allocated. That other orders
// cannot be deleted is assumed.
func (k *platform) dsDelete(c *stage.Call) stage.Result {
	var p struct {
		Codes []string `json:"dropshippingOrderCodeList"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	if r, ok := k.checkCodes(p.Codes, deleteMost); !ok {
		return r
	}
	k.refresh(c.Shop)
	rows := []map[string]any{}
	for _, code := range p.Codes {
		x, why := k.dsOrder(c, code), ""
		switch {
		case x == nil:
			why = k.rules.Dropship.MissingMsg
		case x.added == nil:
			why = "交易主单不能删除"
		case x.status == distrAllocated || x.status == distrShippedBack:
			why = "订单已分配"
		default:
			delete(k.dropship.byCode, code)
			k.dropship.dsOrders[x.no-1] = nil // its number is not used again
		}
		rows = append(rows, k.outcome("dropshippingOrderCode", code, why))
	}
	return k.succeed(rows)
}

const deleteMost = 10
