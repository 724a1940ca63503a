package sandbox

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// The eventType of what is pushed about a case.
const (
	ksToldRefused  = 2
	ksToldAgreed   = 3
	ksToldReturned = 6 // the buyer named the parcel that comes back
	ksToldReceived = 7
	ksToldPaying   = 50
	ksToldRefunded = 60
	ksToldClosed   = 70
)

// Of the words of the refusals below only those of 300014 are the platform's.
var (
	ksWrongState   = ksRefuse(300018, "REFUND ORDER STATUS NOT ALLOWED")
	ksCannotPay    = ksRefuse(300010, "REFUND ORDER STATUS CAN NOT REFUND")
	ksBuyerGone    = ksRefuse(300013, "REFUND ORDER CANCELED BY BUYER")
	ksCaseUpdated  = ksRefuse(300014, "REFUND ORDER UPDATED")
	ksTalkUpdated  = ksRefuse(300017, "NEGOTIATE STATUS UPDATED")
	ksWrongWay     = ksRefuse(300008, "HANDLING WAY ERROR")
	ksNoAmount     = ksRefuse(300009, "REFUND AMOUNT IS ZERO")
	ksBlankText    = ksRefuse(300007, "CONTENT IS BLANK")
	ksTooManyShots = ksRefuse(300015, "MAX 3 IMAGES")
)

// decidable finds the case that a merchant decides about, of one of the ways and
// in one of the states.
func (k *kuaishou) decidable(c *stage.Call, id int64, ways, statuses []int64, wrong stage.Result) (*ksCase, stage.Result, bool) {
	one, r, ok := k.caseOf(c, id)
	switch {
	case !ok:
		return nil, r, false
	case one.withdrawn:
		return nil, ksBuyerGone, false
	case !slices.Contains(ways, one.way):
		return nil, ksWrongWay, false
	case !slices.Contains(statuses, one.status):
		return nil, wrong, false
	}
	return one, stage.Result{}, true
}

var (
	ksUndecided = []int64{ksAsked, ksAskedReturn, ksRefused, ksDisputed}
	ksOnTheWay  = []int64{22, ksReturning, ksReturned}
)

// refundApprove pays for a case without goods. Status and negotiateStatus are
// compared where they are given; the whole amount is paid or nothing.
func (k *kuaishou) refundApprove(c *stage.Call) stage.Result {
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
	one, r, ok := k.decidable(c, p.ID, []int64{ksMoneyOnly}, ksUndecided, ksCannotPay)
	switch {
	case !ok:
		return r
	case p.Amount == 0:
		return ksNoAmount
	case p.Amount != one.amount:
		return k.rejected("退款金额与售后单不一致")
	case p.Way != nil && *p.Way != one.way:
		return ksWrongWay
	case p.Status != nil && *p.Status != one.status:
		return ksCaseUpdated
	case p.Negotiate != nil && *p.Negotiate != one.negotiate:
		return ksTalkUpdated
	}
	one.negotiate = ksAgreed
	k.payCase(one, ksToldAgreed)
	return k.Success(nil)
}

// refundReturnApprove agrees that the goods come back.
func (k *kuaishou) refundReturnApprove(c *stage.Call) stage.Result {
	var p struct {
		ID      int64  `json:"refundId"`
		Amount  *int64 `json:"refundAmount"`
		Address int64  `json:"addressId"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	one, r, ok := k.decidable(c, p.ID, []int64{ksReturn, ksExchange}, ksUndecided, ksWrongState)
	switch {
	case !ok:
		return r
	case p.Amount == nil:
		return k.invalid("refundAmount")
	case *p.Amount != one.amount: // zero for an exchange
		return k.rejected("退款金额与售后单不一致")
	}
	one.negotiate = ksAgreed
	k.moveCase(one, ksReturning, ksToldAgreed)
	return k.Success(nil)
}

// refundReceipt confirms what came back, or forgoes it, and pays at once.
func (k *kuaishou) refundReceipt(c *stage.Call) stage.Result {
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
	one, r, ok := k.decidable(c, p.ID, []int64{ksReturn}, ksOnTheWay, ksCannotPay)
	if !ok {
		return r
	}
	claimed := one.freightStatus == 10
	switch {
	case p.Status != nil && *p.Status != one.status:
		return ksCaseUpdated
	case !claimed && (p.Advice != 0 || p.Freight != 0 || p.Words != "" || len(p.Images) > 0):
		return k.rejected("售后单没有退货运费信息，退货运费相关字段不能传")
	case claimed && (p.Advice != 1 && p.Advice != 2 || p.Advice == 1 && p.Freight != one.freight):
		return k.rejected("退货运费金额未传或不一致")
	case p.Advice == 2 && (strings.TrimSpace(p.Words) == "" || len([]rune(p.Words)) >= 300 || len(p.Images) == 0):
		return ksBlankText
	case len(p.Images) > 6:
		return ksTooManyShots
	}
	switch p.Advice {
	case 1:
		one.freightStatus = 20
	case 2:
		one.freightStatus = 50
	}
	one.negotiate = ksAgreed
	k.payCase(one, ksToldReceived)
	return k.Success(nil)
}

// ksCaseParcel names a parcel of a case.
type ksCaseParcel struct {
	ID   int64  `json:"refundId"`
	No   string `json:"expressNo"`
	Code int64  `json:"expressCode"`
}

// parcelOf reads a parcel and finds the case that it belongs to.
func (k *kuaishou) parcelOf(c *stage.Call, ways, statuses []int64) (one *ksCase, p ksCaseParcel, r stage.Result, ok bool) {
	if r, ok = k.parse(c, &p); !ok {
		return nil, p, r, false
	}
	one, r, ok = k.decidable(c, p.ID, ways, statuses, ksWrongState)
	if ok && (strings.TrimSpace(p.No) == "" || p.Code == 0) {
		return nil, p, ksBlankText, false
	}
	return one, p, r, ok
}

// refundSend confirms the goods of an exchange and names the parcel with the new
// ones. It compares no versions.
func (k *kuaishou) refundSend(c *stage.Call) stage.Result {
	one, p, r, ok := k.parcelOf(c, []int64{ksExchange}, k.rules.Refund.SendStatuses)
	if !ok {
		return r
	}
	one.sentNo, one.sentCode, one.negotiate = p.No, p.Code, ksAgreed
	k.moveCase(one, ksSent, ksToldReceived)
	return k.Success(nil)
}

// refundReject refuses a case, or the goods that came back. That a refusal of
// the goods leaves the status as it was is a guess. Another way of handling may
// be proposed, of which nothing but the history tells.
func (k *kuaishou) refundReject(c *stage.Call) stage.Result {
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
	one, r, ok := k.decidable(c, p.ID, []int64{ksReturn, ksExchange, ksMoneyOnly}, []int64{ksAsked, ksAskedReturn, ksDisputed, ksReturned}, ksWrongState)
	if !ok {
		return r
	}
	i := slices.IndexFunc(ksReasons, func(r ksReason) bool { return r.Code == p.Reason })
	switch {
	case p.Version != one.updated:
		return ksCaseUpdated
	case one.negotiate == ksDenied:
		return ksRefuse(300016, "NEGOTIATE STATUS ERROR")
	case i < 0:
		return k.invalid("reasonCode")
	case ksReasons[i].NeedDesc && strings.TrimSpace(p.Words) == "":
		return ksBlankText
	case ksReasons[i].NeedImage && len(p.Images) == 0:
		return k.invalid("rejectImages")
	case len(p.Images) > k.rules.Refund.RejectImages:
		return ksTooManyShots
	case p.Way != 0 && !slices.Contains([][2]int64{{ksReturn, ksMoneyOnly}, {ksMoneyOnly, ksReturn}, {ksExchange, ksReturn}}, [2]int64{one.way, p.Way}):
		return ksWrongWay
	}
	one.negotiate = ksDenied
	status := one.status
	if !k.rules.Refund.OldStatuses && status != ksReturned {
		status = ksRefused
	}
	k.moveCase(one, status, ksToldRefused)
	return k.Success(nil)
}

// refundDirect gives money instead of an exchange, as long as nothing was sent.
// That the way stays and the amount becomes that of the order is a guess.
func (k *kuaishou) refundDirect(c *stage.Call) stage.Result {
	var p struct {
		ID      int64 `json:"refundId"`
		Version int64 `json:"refundVersion"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	one, r, ok := k.decidable(c, p.ID, []int64{ksExchange}, append(slices.Clone(ksUndecided), ksOnTheWay...), ksCannotPay)
	switch {
	case !ok:
		return r
	case p.Version != one.updated:
		return ksCaseUpdated
	}
	o := k.caseOrder(one)
	one.amount, one.negotiate = o.Base.TotalFee+o.Base.ExpressFee, ksAgreed
	k.payCase(one, ksToldAgreed)
	return k.Success(nil)
}

// refundReturnInfo names the parcel that comes back in the buyer's place.
func (k *kuaishou) refundReturnInfo(c *stage.Call) stage.Result {
	one, p, r, ok := k.parcelOf(c, []int64{ksReturn, ksExchange}, []int64{ksReturning, ksReturned})
	if !ok {
		return r
	}
	k.returnGoods(one, p.No, p.Code)
	return k.Success(nil)
}

func (k *kuaishou) returnGoods(c *ksCase, no string, code int64) {
	c.backNo, c.backCode, c.submitted = no, code, k.world.Now().UnixMilli()
	k.moveCase(c, ksReturned, ksToldReturned)
}

// payCase brings the money on its way, and to the buyer.
func (k *kuaishou) payCase(c *ksCase, event int) {
	k.moveCase(c, ksPaying, event, ksToldPaying)
	if !k.rules.Refund.StaysPaying {
		k.moveCase(c, ksRefunded, ksToldRefunded)
	}
}

// moveCase brings a case into a state, writes it onto its order and pushes the
// news. The update time is a version: it never stays the same.
func (k *kuaishou) moveCase(c *ksCase, status int64, events ...int) {
	now := max(k.world.Now().UnixMilli(), c.updated+1)
	c.status, c.updated, c.deadline = status, now, now+ksCaseDeadline
	if status == ksRefunded || status == ksClosed {
		c.ended, c.deadline = now, 0
	}
	k.showCase(c)
	for _, event := range events {
		c.history = append(c.history, ksCaseNote{Title: ksCaseTitle[event], Role: cmp.Or(ksCaseRole[event], 2), Created: now})
		k.pushCase(c, "kwaishop_aftersales_updateRefund", event)
	}
}

var ksCaseTitle = map[int]string{
	0: "买家发起申请", ksToldRefused: "商家拒绝申请", ksToldAgreed: "商家同意申请", ksToldReturned: "填写退货物流", ksToldReceived: "商家确认收货",
	ksToldPaying: "退款中", ksToldRefunded: "退款成功", ksToldClosed: "售后关闭",
}

var ksCaseRole = map[int]int{ksToldReturned: 1, ksToldClosed: 1}
