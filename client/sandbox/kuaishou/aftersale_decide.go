package kuaishou

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// The eventType of pushes about a case.
const (
	eventRefused  = 2
	eventAgreed   = 3
	eventReturned = 6 // the buyer gave the parcel of the return
	eventReceived = 7
	eventPaying   = 50
	eventRefunded = 60
	eventClosed   = 70
)

// Refusals of the methods below. Only the text of 300014 is the platform's.
var (
	wrongState   = refuse(300018, "REFUND ORDER STATUS NOT ALLOWED")
	cannotPay    = refuse(300010, "REFUND ORDER STATUS CAN NOT REFUND")
	buyerGone    = refuse(300013, "REFUND ORDER CANCELED BY BUYER")
	caseUpdated  = refuse(300014, "REFUND ORDER UPDATED")
	talkUpdated  = refuse(300017, "NEGOTIATE STATUS UPDATED")
	wrongWay     = refuse(300008, "HANDLING WAY ERROR")
	noAmount     = refuse(300009, "REFUND AMOUNT IS ZERO")
	blankText    = refuse(300007, "CONTENT IS BLANK")
	tooManyShots = refuse(300015, "MAX 3 IMAGES")
)

// decidable returns a case that the merchant may decide: one with these ways
// and statuses. A wrong status is refused with wrong.
func (k *platform) decidable(c *stage.Call, id int64, ways, statuses []int64, wrong stage.Result) (*refundCase,
	stage.Result, bool) {
	one, r, ok := k.caseOf(c, id)
	switch {
	case !ok:
		return nil, r, false
	case one.withdrawn:
		return nil, buyerGone, false
	case !slices.Contains(ways, one.way):
		return nil, wrongWay, false
	case !slices.Contains(statuses, one.status):
		return nil, wrong, false
	}
	return one, stage.Result{}, true
}

var (
	casesUndecided = []int64{caseAsked, caseAskedReturn, caseRefused, caseDisputed}
	casesOnTheWay  = []int64{22, caseReturning, caseReturned}
)

// refundApprove refunds a case without return. Status and negotiateStatus are
// checked if they are given; the amount must be the whole one.
func (k *platform) refundApprove(c *stage.Call) stage.Result {
	var p struct {
		ID        int64  `json:"refundId"`
		Amount    int64  `json:"refundAmount"`
		Status    *int64 `json:"status"`
		Negotiate *int64 `json:"negotiateStatus"`
		Way       *int64 `json:"refundHandingWay"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	one, r, ok := k.decidable(c, p.ID, []int64{refundMoneyOnly}, casesUndecided, cannotPay)
	switch {
	case !ok:
		return r
	case p.Amount == 0:
		return noAmount
	case p.Amount != one.amount:
		return k.rejected("退款金额与售后单不一致")
	case p.Way != nil && *p.Way != one.way:
		return wrongWay
	case p.Status != nil && *p.Status != one.status:
		return caseUpdated
	case p.Negotiate != nil && *p.Negotiate != one.negotiate:
		return talkUpdated
	}
	one.negotiate = talkAgreed
	k.payCase(one, eventAgreed)
	return k.Success(nil)
}

// refundReturnApprove approves a return of the goods.
func (k *platform) refundReturnApprove(c *stage.Call) stage.Result {
	var p struct {
		ID      int64  `json:"refundId"`
		Amount  *int64 `json:"refundAmount"`
		Address int64  `json:"addressId"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	one, r, ok := k.decidable(c, p.ID, []int64{refundReturn, refundExchange}, casesUndecided, wrongState)
	switch {
	case !ok:
		return r
	case p.Amount == nil:
		return k.invalid("refundAmount")
	case *p.Amount != one.amount: // 0 for an exchange
		return k.rejected("退款金额与售后单不一致")
	}
	one.negotiate = talkAgreed
	k.moveCase(one, caseReturning, eventAgreed)
	return k.Success(nil)
}

// refundReceipt confirms that the returned goods arrived, or waives them, and
// refunds at once.
func (k *platform) refundReceipt(c *stage.Call) stage.Result {
	var p struct {
		ID      int64    `json:"refundId"`
		Status  *int64   `json:"status"`
		Advice  int64    `json:"returnFreightHandlingAdvice"`
		Freight int64    `json:"returnFreightAmount"`
		Words   string   `json:"returnFreightRejectDesc"`
		Images  []string `json:"returnFreightRejectImages"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	one, r, ok := k.decidable(c, p.ID, []int64{refundReturn}, casesOnTheWay, cannotPay)
	if !ok {
		return r
	}
	claimed := one.freightStatus == 10
	switch {
	case p.Status != nil && *p.Status != one.status:
		return caseUpdated
	case !claimed && (p.Advice != 0 || p.Freight != 0 || p.Words != "" || len(p.Images) > 0):
		return k.rejected("售后单没有退货运费信息，退货运费相关字段不能传")
	case claimed && (p.Advice != 1 && p.Advice != 2 || p.Advice == 1 && p.Freight != one.freight):
		return k.rejected("退货运费金额未传或不一致")
	case p.Advice == 2 && (strings.TrimSpace(p.Words) == "" || len([]rune(p.Words)) >= 300 || len(p.Images) == 0):
		return blankText
	case len(p.Images) > 6:
		return tooManyShots
	}
	switch p.Advice {
	case 1:
		one.freightStatus = 20
	case 2:
		one.freightStatus = 50
	}
	one.negotiate = talkAgreed
	k.payCase(one, eventReceived)
	return k.Success(nil)
}

// caseParcel holds the parameters that give a case a parcel.
type caseParcel struct {
	ID   int64  `json:"refundId"`
	No   string `json:"expressNo"`
	Code int64  `json:"expressCode"`
}

// parcelOf decodes a parcel and returns its case, or the refusal.
func (k *platform) parcelOf(c *stage.Call, ways, statuses []int64) (one *refundCase, p caseParcel, r stage.Result,
	ok bool) {
	if r, ok = k.parse(c, &p); !ok {
		return nil, p, r, false
	}
	one, r, ok = k.decidable(c, p.ID, ways, statuses, wrongState)
	if ok && (strings.TrimSpace(p.No) == "" || p.Code == 0) {
		return nil, p, blankText, false
	}
	return one, p, r, ok
}

// refundSend confirms the returned goods of an exchange and gives the parcel of
// the replacement. It checks no version.
func (k *platform) refundSend(c *stage.Call) stage.Result {
	one, p, r, ok := k.parcelOf(c, []int64{refundExchange}, k.rules.Refund.SendStatuses)
	if !ok {
		return r
	}
	one.sentNo, one.sentCode, one.negotiate = p.No, p.Code, talkAgreed
	k.moveCase(one, caseSent, eventReceived)
	return k.Success(nil)
}

// refundReject refuses a case, or the returned goods. That refusing the goods
// keeps the status is a guess. The merchant may propose another handlingWay,
// which is checked but not shown anywhere.
func (k *platform) refundReject(c *stage.Call) stage.Result {
	var p struct {
		ID      int64    `json:"refundId"`
		Reason  int64    `json:"reasonCode"`
		Words   string   `json:"rejectDesc"`
		Images  []string `json:"rejectImages"`
		Version int64    `json:"refundVersion"`
		Way     int64    `json:"editHandlingWay"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	one, r, ok := k.decidable(c, p.ID, []int64{refundReturn, refundExchange, refundMoneyOnly},
		[]int64{caseAsked, caseAskedReturn, caseDisputed, caseReturned}, wrongState)
	if !ok {
		return r
	}
	i := slices.IndexFunc(reasons, func(r reason) bool { return r.Code == p.Reason })
	switch {
	case p.Version != one.updated:
		return caseUpdated
	case one.negotiate == talkDenied:
		return refuse(300016, "NEGOTIATE STATUS ERROR")
	case i < 0:
		return k.invalid("reasonCode")
	case reasons[i].NeedDesc && strings.TrimSpace(p.Words) == "":
		return blankText
	case reasons[i].NeedImage && len(p.Images) == 0:
		return k.invalid("rejectImages")
	case len(p.Images) > k.rules.Refund.RejectImages:
		return tooManyShots
	case p.Way != 0 && !slices.Contains([][2]int64{{refundReturn, refundMoneyOnly}, {refundMoneyOnly, refundReturn},
		{refundExchange, refundReturn}}, [2]int64{one.way, p.Way}):
		return wrongWay
	}
	one.negotiate = talkDenied
	status := one.status
	if !k.rules.Refund.OldStatuses && status != caseReturned {
		status = caseRefused
	}
	k.moveCase(one, status, eventRefused)
	return k.Success(nil)
}

// refundDirect refunds an exchange instead, as long as no replacement was sent.
// That the handlingWay stays and the amount becomes the order's is a guess.
func (k *platform) refundDirect(c *stage.Call) stage.Result {
	var p struct {
		ID      int64 `json:"refundId"`
		Version int64 `json:"refundVersion"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	one, r, ok := k.decidable(c, p.ID, []int64{refundExchange},
		append(slices.Clone(casesUndecided), casesOnTheWay...), cannotPay)
	switch {
	case !ok:
		return r
	case p.Version != one.updated:
		return caseUpdated
	}
	o := k.caseOrder(one)
	one.amount, one.negotiate = o.Base.TotalFee+o.Base.ExpressFee, talkAgreed
	k.payCase(one, eventAgreed)
	return k.Success(nil)
}

// refundReturnInfo gives the parcel of a return in the buyer's place.
func (k *platform) refundReturnInfo(c *stage.Call) stage.Result {
	one, p, r, ok := k.parcelOf(c, []int64{refundReturn, refundExchange}, []int64{caseReturning, caseReturned})
	if !ok {
		return r
	}
	k.returnGoods(one, p.No, p.Code)
	return k.Success(nil)
}

func (k *platform) returnGoods(c *refundCase, no string, code int64) {
	c.backNo, c.backCode, c.submitted = no, code, k.world.Now().UnixMilli()
	k.moveCase(c, caseReturned, eventReturned)
}

// payCase starts the refund and, unless the rules say otherwise, completes it.
func (k *platform) payCase(c *refundCase, event int) {
	k.moveCase(c, casePaying, event, eventPaying)
	if !k.rules.Refund.StaysPaying {
		k.moveCase(c, caseRefunded, eventRefunded)
	}
}

// moveCase gives a case another status, updates its order and pushes the
// events. The update time serves as version, so it always grows.
func (k *platform) moveCase(c *refundCase, status int64, events ...int) {
	now := max(k.world.Now().UnixMilli(), c.updated+1)
	c.status, c.updated, c.deadline = status, now, now+caseDeadline
	if status == caseRefunded || status == caseClosed {
		c.ended, c.deadline = now, 0
	}
	k.showCase(c)
	for _, event := range events {
		c.history = append(c.history, caseNote{Title: caseTitle[event], Role: cmp.Or(caseRole[event], 2), Created: now})
		k.pushCase(c, "kwaishop_aftersales_updateRefund", event)
	}
}

var caseTitle = map[int]string{
	0: "买家发起申请", eventRefused: "商家拒绝申请", eventAgreed: "商家同意申请", eventReturned: "填写退货物流", eventReceived: "商家确认收货",
	eventPaying: "退款中", eventRefunded: "退款成功", eventClosed: "售后关闭",
}

var caseRole = map[int]int{eventReturned: 1, eventClosed: 1}
