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
	firstCase    = 7_000_893_114_000_949_500
	casePage     = 100
	caseReach    = 50_000 // page*size at most
	caseMonths   = 6      // listed when no time is given
	caseDeadline = 3 * 86400
)

// The case statuses that the sandbox uses.
const (
	caseAsked    = 6
	caseReturn   = 7  // the buyer is to send the goods back
	caseReturned = 11 // the returned goods are on their way
	caseDone     = 12
	caseSent     = 13 // exchange: the new goods are on their way
	caseChanged  = 14 // exchange: the new goods have arrived
	caseRefused  = 27
	caseClosed   = 28
	caseRefused2 = 29 // refused after the goods came back
)

// refundCases are the after-sale cases of all shops.
type refundCases struct {
	byID map[string]*refundCase
	all  []*refundCase // in the order of creation
}

// refundCase is one after-sale case.
type refundCase struct {
	shop    *stage.Shop
	id      int64
	orderID string
	lineID  string

	kind, status, refund int64 // the platform's numbers
	amount, freight      int64 // fen
	count                int64
	reason               string
	applied, updated     int64 // unix seconds
	deadline             int64
	remark               string
	remarked             int64

	back, sent caseParcel
}

type caseParcel struct {
	TrackingNo string `json:"tracking_no"`
	Company    string `json:"company_name"`
	Code       string `json:"company_code"`
	Time       int64  `json:"logistics_time"`
}

func (c *refundCase) name() string { return strconv.FormatInt(c.id, 10) }

// open reports whether the case still needs a decision or step of either side.
func (c *refundCase) open() bool {
	return slices.Contains([]int64{caseAsked, caseReturn, 8, caseReturned, caseSent, caseRefused, caseRefused2},
		c.status)
}

func (d *platform) afterSaleMethods() map[string]method {
	return map[string]method{
		"afterSale.List":                    {run: d.afterSaleList},
		"afterSale.Detail":                  {run: d.afterSaleDetail},
		"afterSale.operate":                 {run: d.afterSaleOperate},
		"afterSale.rejectReasonCodeList":    {run: d.afterSaleReasons},
		"afterSale.applyLogisticsIntercept": {run: d.afterSaleIntercept},
		"afterSale.addOrderRemark":          {run: d.afterSaleRemark},
	}
}

// addCase numbers and stores a new case.
func (d *platform) addCase(c *refundCase) {
	if d.cases.byID == nil {
		d.cases.byID = map[string]*refundCase{}
	}
	c.id = firstCase + int64(len(d.cases.all)) + 1
	d.cases.byID[c.name()] = c
	d.cases.all = append(d.cases.all, c)
}

// caseOf returns a case of the calling shop. The flag is false for an unknown
// case and one of another shop.
func (d *platform) caseOf(c *stage.Call, id lenientText) (*refundCase, bool) {
	found := d.cases.byID[string(id)]
	return found, found != nil && found.shop == c.Shop
}

func (d *platform) afterSaleList(c *stage.Call) stage.Result {
	var q struct {
		OrderID     lenientText  `json:"order_id"`
		CaseID      lenientText  `json:"aftersale_id"`
		Type        *lenientInt  `json:"aftersale_type"`
		Statuses    []lenientInt `json:"standard_aftersale_status"`
		Start       lenientInt   `json:"start_time"`
		End         lenientInt   `json:"end_time"`
		UpdateStart lenientInt   `json:"update_start_time"`
		UpdateEnd   lenientInt   `json:"update_end_time"`
		OrderBy     []string     `json:"order_by"`
		Page        *lenientInt  `json:"page"`
		Size        *lenientInt  `json:"size"`
	}
	if r, ok := parse(c, &q); !ok {
		return r
	}
	bad := refuse(40004, "isv.parameter-invalid:11000", "参数错误")
	if q.Page == nil || q.Size == nil || *q.Page < 0 || *q.Size <= 0 || *q.Size > casePage || *q.Page > caseReach ||
		*q.Page**q.Size > caseReach {
		return bad
	}
	order, descending := "apply_time", true
	if len(q.OrderBy) > 0 {
		var direction string
		if n, _ := fmt.Sscanf(q.OrderBy[0], "%s %s", &order, &direction); n != 2 {
			return bad
		}
		descending = direction == "desc"
	}
	at := map[string]func(*refundCase) int64{
		"apply_time":      func(c *refundCase) int64 { return c.applied },
		"update_time":     func(c *refundCase) int64 { return c.updated },
		"status_deadline": func(c *refundCase) int64 { return c.deadline },
	}[order]
	if at == nil {
		return bad
	}
	if q.Start == 0 && q.UpdateStart == 0 {
		q.Start = lenientInt(c.Now.AddDate(0, -caseMonths, 0).Unix())
	}
	list := []*refundCase{}
	for _, one := range d.cases.all {
		switch {
		case one.shop != c.Shop,
			q.OrderID != "" && string(q.OrderID) != one.orderID,
			q.CaseID != "" && string(q.CaseID) != one.name(),
			q.Type != nil && int64(*q.Type) != one.kind,
			len(q.Statuses) > 0 && !slices.Contains(q.Statuses, lenientInt(one.status)),
			one.applied < int64(q.Start) || q.End != 0 && one.applied >= int64(q.End), // the end is exclusive
			one.updated < int64(q.UpdateStart) || q.UpdateEnd != 0 && one.updated > int64(q.UpdateEnd):
			continue
		}
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b *refundCase) int {
		by := cmp.Or(cmp.Compare(at(a), at(b)), cmp.Compare(a.id, b.id))
		if descending {
			return -by
		}
		return by
	})
	page, size := int(*q.Page), int(*q.Size)
	items := []any{}
	for _, one := range stage.PageOf(list, page, size) {
		items = append(items, d.listed(one))
	}
	return d.succeed(map[string]any{"items": items, "has_more": (page+1)*size < len(list), "total": len(list),
		"page": page, "size": size})
}

// lineOf returns the order and line that a case is about.
func (d *platform) lineOf(c *refundCase) (o order, l orderLine) {
	r, err := d.world.Order(c.orderID)
	if err != nil || json.Unmarshal(r.Wire, &o) != nil {
		return o, l // an order made unreadable on purpose
	}
	for _, line := range o.Lines {
		if line.OrderID == c.lineID {
			return o, line
		}
	}
	return o, l
}

// listed returns a case in the form of afterSale.List.
func (d *platform) listed(c *refundCase) any {
	o, l := d.lineOf(c)
	return map[string]any{
		"aftersale_info": map[string]any{
			"aftersale_id": c.name(), "aftersale_order_type": 1, "aftersale_type": c.kind, "aftersale_status": c.status, "related_id": c.lineID,
			"apply_time": c.applied, "create_time": c.applied, "update_time": c.updated, "status_deadline": c.deadline,
			"refund_amount": c.amount, "refund_post_amount": c.freight, "aftersale_num": c.count, "part_type": 0, "refund_status": c.refund,
			"arbitrate_status": 0, "return_logistics_code": c.back.TrackingNo, "return_logistics_company_name": c.back.Company,
			"exchange_logistics_company_name": c.sent.Company, "got_pkg": gotParcel(l), "remark": c.remark, "aftersale_sub_type": 0,
		},
		"order_info": map[string]any{
			"shop_order_id": c.orderID, "order_flag": o.SellerStars,
			"related_order_info": []any{map[string]any{
				"sku_order_id": c.lineID, "order_status": l.OrderStatus, "pay_amount": l.PayAmount, "post_amount": l.PostAmount, "item_num": l.ItemNum,
				"create_time": l.CreateTime, "product_name": l.ProductName, "product_id": l.ProductID, "product_image": l.ProductPic,
				"sku_spec": l.Spec, "shop_sku_code": l.Code, "aftersale_pay_amount": c.amount, "aftersale_item_num": c.count,
				"given_sku_order_ids": []string{},
			}},
		},
		"text_part":   map[string]any{"aftersale_status_text": caseText[c.status], "aftersale_type_text": kindText[c.kind], "reason_text": c.reason},
		"seller_logs": []any{},
	}
}

func gotParcel(l orderLine) int {
	if l.OrderStatus == statusFinished {
		return 1
	}
	return 0
}

var caseText = map[int64]string{
	caseAsked: "待商家同意", caseReturn: "待买家退货", 8: "待商家发货", caseReturned: "待商家二次同意", caseDone: "售后成功",
	caseSent: "换货待买家收货", caseChanged: "换货成功", caseRefused: "商家一次拒绝", caseClosed: "售后失败", caseRefused2: "商家二次拒绝",
}

var kindText = map[int64]string{0: "退货退款", 1: "已发货仅退款", 2: "未发货仅退款", 3: "换货", 6: "价保", 7: "补寄", 8: "维修"}

// afterSaleDetail answers one case. Unlike the list it uses other names, and
// numbers for ids. An unknown id is refused with the nearest documented number.
func (d *platform) afterSaleDetail(c *stage.Call) stage.Result {
	var p struct {
		ID lenientText `json:"after_sale_id"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	one, ok := d.caseOf(c, p.ID)
	if !ok {
		return refuse(40004, "isv.parameter-invalid:11000", "参数错误，售后单ID错误")
	}
	o, l := d.lineOf(one)
	remarks := []any{}
	if one.remark != "" {
		remarks = append(remarks, map[string]any{"order_id": stage.Number(one.orderID, 0), "after_sale_id": one.id,
			"remark":      one.remark,
			"create_time": one.remarked, "operator": "示例客服"})
	}
	none := map[string]any{}
	parcel := func(p caseParcel) any {
		if p.TrackingNo == "" {
			return none
		}
		return p
	}
	sent := []any{}
	for _, p := range o.Logistics {
		sent = append(sent, map[string]any{"tracking_no": p.TrackingNo, "company_name": p.CompanyName,
			"company_code":   p.Company,
			"logistics_time": p.ShipTime, "logistics_state": 0, "value_added_services": []any{}})
	}
	return d.succeed(map[string]any{
		"process_info": map[string]any{
			"after_sale_info": map[string]any{
				"after_sale_id": one.id, "after_sale_status": one.status, "after_sale_status_desc": caseText[one.status], "refund_status": one.refund,
				"refund_type": 0, "refund_total_amount": one.amount, "refund_post_amount": one.freight, "refund_promotion_amount": 0,
				"apply_time": one.applied, "update_time": one.updated, "reason": one.reason, "reason_code": reasonCode, "after_sale_type": one.kind,
				"after_sale_type_text": kindText[one.kind], "reason_remark": "", "evidence": []string{}, "after_sale_apply_count": one.count,
				"need_return_count": one.count, "real_refund_amount": one.paidBack(), "got_pkg": gotParcel(l), "status_deadline": one.deadline,
				"part_type": 0, "after_sale_order_type": 1, "apply_role": 1, "open_address_id": o.OpenAddressID,
			},
			"arbitrate_info":          map[string]any{"arbitrate_id": "0", "arbitrate_status": 0},
			"logistics_info":          map[string]any{"return": parcel(one.back), "exchange": parcel(one.sent), "resend": none, "order": sent},
			"after_sale_shop_remarks": remarks,
			"record_logs_list":        []any{},
		},
		"order_info": map[string]any{
			"shop_order_id": stage.Number(one.orderID, 0),
			"sku_order_infos": []any{map[string]any{
				"sku_order_id": stage.Number(one.lineID, 0), "order_status": l.OrderStatus, "pay_amount": l.PayAmount, "post_amount": l.PostAmount,
				"item_quantity": l.ItemNum, "create_time": l.CreateTime, "product_name": l.ProductName, "product_id": l.ProductID,
				"product_image": l.ProductPic, "sku_spec": l.Spec, "shop_sku_code": l.Code, "sku_id": l.SKUID, "after_sale_item_count": one.count,
				"given_sku_details": []any{},
			}},
		},
	})
}

// paidBack returns the money that was refunded, in fen.
func (c *refundCase) paidBack() int64 {
	if c.status == caseDone {
		return c.amount
	}
	return 0
}
