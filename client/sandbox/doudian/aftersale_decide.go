package doudian

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

const operateMost = 20 // cases in one call

// operation is what one type of afterSale.operate does.
type operation struct {
	kinds   []int64 // case types that it applies to
	from    int64
	to      int64
	parcel  bool     // needs carrier and number of the replacement
	guessed bool     // the meaning of the number is inferred
	pushes  []string // tags of the messages that follow
}

// operations are the types with a known meaning. That 201 and 202 stand for
// refunds without return is confirmed; the others are inferred.
var operations = map[int64]operation{
	201: {kinds: []int64{1, 2}, from: caseAsked, to: caseDone, pushes: []string{"201", "206"}},
	202: {kinds: []int64{1, 2}, from: caseAsked, to: caseRefused, pushes: []string{"204"}},
	101: {kinds: []int64{0}, from: caseAsked, to: caseReturn, guessed: true, pushes: []string{"202"}},
	111: {kinds: []int64{0}, from: caseReturned, to: caseDone, guessed: true, pushes: []string{"201", "206"}},
	301: {kinds: []int64{3}, from: caseAsked, to: caseReturn, guessed: true, pushes: []string{"202"}},
	311: {kinds: []int64{3}, from: caseReturned, to: caseSent, parcel: true, guessed: true, pushes: []string{"211"}},
}

// afterSaleOperate approves or refuses cases, all or none.
func (d *platform) afterSaleOperate(c *stage.Call) stage.Result {
	type item struct {
		ID        lenientText `json:"aftersale_id"`
		Reason    string      `json:"reason"`
		Remark    string      `json:"remark"`
		Logistics struct {
			Company    string `json:"company_code"`
			TrackingNo string `json:"logistics_code"`
		} `json:"logistics"`
		RejectCode lenientInt `json:"reject_reason_code"`
		Updated    lenientInt `json:"update_time"`
	}
	var p struct {
		Type  lenientInt `json:"type"`
		Items []item     `json:"items"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	if len(p.Items) == 0 || len(p.Items) > operateMost {
		return refuse(40003, "isv.parameter-invalid", "items参数错误")
	}
	op, known := operations[int64(p.Type)]
	if !known || op.guessed && !d.rules.InferredOperations {
		return refuse(50002, "isv.business-failed:11001", "11001:暂不支持通过OPEN处理，请登录抖店后台人工审核售后")
	}
	var cases []*refundCase
	for _, i := range p.Items {
		one, ok := d.caseOf(c, i.ID)
		switch {
		case !ok:
			return refuse(20000, "isp.service-error:10000", "存在无效的售后单")
		case i.Updated != 0 && int64(i.Updated) != one.updated:
			return refuse(50002, "isv.business-failed:"+strconv.Itoa(d.rules.StaleCaseNumber), "操作失败")
		case !slices.Contains(op.kinds, one.kind) || one.status != op.from:
			return refuse(50002, "isv.business-failed:20309541", "售后状态错误")
		case op.parcel && (i.Logistics.Company == "" || i.Logistics.TrackingNo == ""):
			return refuse(50002, "isv.business-failed:11005", "操作失败")
		}
		cases = append(cases, one)
	}
	type done struct {
		ID   int64  `json:"aftersale_id"`
		Code int    `json:"status_code"`
		Msg  string `json:"status_msg"`
	}
	var answers []done
	for i, one := range cases {
		if op.parcel {
			l := p.Items[i].Logistics
			one.sent = caseParcel{TrackingNo: l.TrackingNo, Code: l.Company, Company: l.Company, Time: c.Now.Unix()}
		}
		d.moveCase(one, op.to, op.pushes...)
		answers = append(answers, done{ID: one.id})
	}
	return d.succeed(map[string]any{"items": answers})
}

// afterSaleReasons answers invented reasons for refusing a case.
func (d *platform) afterSaleReasons(c *stage.Call) stage.Result {
	var p struct {
		ID lenientText `json:"aftersale_id"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	if _, ok := d.caseOf(c, p.ID); p.ID != "" && !ok {
		return refuse(50002, "isv.business-failed:10000", "10000:系统错误，请重试")
	}
	type reason struct {
		Code     int    `json:"reject_reason_code"`
		Reason   string `json:"reason"`
		Evidence string `json:"evidence_description"`
		Need     string `json:"evidence_need"`
		Image    string `json:"image"`
		Kind     int    `json:"order_type"`
		Parcel   int    `json:"pkg"`
	}
	return d.succeed(map[string]any{"items": []reason{
		{Code: 1, Reason: "示例：商品已发出", Evidence: "示例：请上传物流底单", Need: "Y", Kind: -1},
		{Code: 2, Reason: "示例：与买家协商一致", Need: "N", Kind: -1},
	}})
}

// afterSaleIntercept stops parcels of the case's order. A parcel of another
// order cannot be stopped. The numbers of the reasons are invented.
func (d *platform) afterSaleIntercept(c *stage.Call) stage.Result {
	type target struct {
		Company    string `json:"company_code"`
		TrackingNo string `json:"tracking_no"`
	}
	var p struct {
		ID      lenientText `json:"after_sale_id"`
		From    lenientInt  `json:"op_from"`
		Targets []target    `json:"intercept_targets"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	one, ok := d.caseOf(c, p.ID)
	switch {
	case !ok:
		return refuse(50002, "isv.business-failed:10000", "信息获取失败，请稍后重试")
	case len(p.Targets) == 0 || p.From != 1 && p.From != 3:
		return refuse(40003, "isv.parameter-invalid", "参数错误")
	}
	o, l := d.lineOf(one)
	type stopped struct {
		target
		Name       string `json:"company_name"`
		Value      int64  `json:"value_amount"`
		Can        bool   `json:"can_intercept"`
		Done       bool   `json:"is_success"`
		ReasonCode int    `json:"unavailable_reason_code"`
		Reason     string `json:"unavailable_reason"`
		Cost       int64  `json:"intercept_cost"`
		Others     []any  `json:"other_products"`
		OtherCount int    `json:"other_product_amount"`
		Settlement int    `json:"settlement_mode"`
	}
	var list []stopped
	good := 0
	for _, t := range p.Targets {
		s := stopped{target: t, ReasonCode: 1, Reason: "示例：包裹不属于该售后单", Others: []any{}}
		i := slices.IndexFunc(o.Logistics,
			func(p parcel) bool { return p.TrackingNo == t.TrackingNo && p.Company == t.Company })
		switch {
		case i < 0:
		case l.OrderStatus == statusFinished:
			s.ReasonCode, s.Reason = 2, "示例：包裹已签收"
		default:
			s.Name, s.Value, s.Can, s.Done, s.ReasonCode, s.Reason, s.Cost = o.Logistics[i].CompanyName, l.PayAmount,
				true, true, 0, "", 500
			good++
		}
		list = append(list, s)
	}
	return d.succeed(map[string]any{
		"intercept_results": list, "success_count": good, "failed_count": len(list) - good,
		"unavailable_reason_code": 0, "unavailable_reason": "", "refund_amount": one.amount,
	})
}

// afterSaleRemark sets the merchant's remark on a case, given by its own id or
// by its order's. That it overwrites an older remark is unconfirmed.
func (d *platform) afterSaleRemark(c *stage.Call) stage.Result {
	var p struct {
		OrderID lenientText `json:"order_id"`
		CaseID  lenientText `json:"after_sale_id"`
		Remark  string      `json:"remark"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	if strings.TrimSpace(p.Remark) == "" {
		return refuse(50002, "isv.business-failed:11000", "未填写备注")
	}
	found := false
	for _, one := range d.cases.all {
		if one.shop == c.Shop && (p.CaseID != "" && one.name() == string(p.CaseID) || p.CaseID == "" &&
			one.orderID == string(p.OrderID)) {
			one.remark, one.remarked, found = p.Remark, c.Now.Unix(), true
		}
	}
	if !found {
		return refuse(50002, "isv.business-failed:11003", "该售后单不存在")
	}
	return d.Success(nil)
}
