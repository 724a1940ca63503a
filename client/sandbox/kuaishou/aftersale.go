package kuaishou

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

const (
	firstCase    = 2_600_000_000_000_000
	casePage     = 100
	caseReach    = 90 * day
	caseWeek     = 7 * day // a longer range is refused with a number of its own
	caseDeadline = 3 * day
)

// The handlingWay of a case.
const (
	refundReturn    = 1  // return the goods, refund the money
	refundExchange  = 3  // return the goods, get others
	refundMoneyOnly = 10 // refund the money only
)

// The status of a case. The older list of statuses has caseAskedReturn and no
// caseRefused: see [RefundRules].
const (
	caseAsked       = 10
	caseAskedReturn = 11
	caseRefused     = 12
	caseDisputed    = 20
	caseReturning   = 30 // approved; the buyer is to send the goods back
	caseReturned    = 40 // the returned goods are on their way
	caseSent        = 45 // exchange: the new goods are on their way
	casePaying      = 50
	caseRefunded    = 60 // also of a completed exchange
	caseClosed      = 70
)

// The negotiateStatus of a case.
const (
	talkWaits  = 1 // waits for the merchant
	talkAgreed = 2
	talkDenied = 3 // waits for the buyer
)

// RefundRules are assumptions about after-sale cases that no document confirms,
// and limits that the platform says it changes.
type RefundRules struct {
	// WindowSeconds is the longest time range of a list call. Documented: a
	// day, which may shrink to hours or minutes during campaigns.
	WindowSeconds int64 `json:"window_seconds"`
	// OldStatuses gives cases the statuses from before April 2024: a return is
	// asked for with 11, and a refusal leaves the status as it was. Default:
	// false.
	OldStatuses bool `json:"old_statuses"`
	// StaysPaying leaves a case whose refund was approved in status 50, as
	// while the platform pays. Default: false, the refund is paid at once.
	StaysPaying bool `json:"stays_paying"`
	// SendStatuses are the statuses in which the replacement of an exchange may
	// be sent. Unconfirmed: 40 only, the returned goods being on their way.
	SendStatuses []int64 `json:"send_statuses"`
	// RejectImages is the most pictures of a refusal. The field's documentation
	// says six, the text of refusal 300015 says three.
	RejectImages int `json:"reject_images"`
}

func defaultRefundRules() RefundRules {
	return RefundRules{WindowSeconds: 86400, SendStatuses: []int64{caseReturned}, RejectImages: 6}
}

func (r RefundRules) check() error {
	if r.WindowSeconds < 1 {
		return fmt.Errorf("sandbox: window_seconds of cases must be above zero")
	}
	return nil
}

func (r RefundRules) clone() RefundRules {
	r.SendStatuses = slices.Clone(r.SendStatuses)
	return r
}

// refundCases are the after-sale cases of all shops.
type refundCases struct {
	byID map[int64]*refundCase
	all  []*refundCase // in the order of creation
	no   int64         // number of case ids made so far
}

// refundCase is one after-sale case. Times are in milliseconds, money in fen.
type refundCase struct {
	shop    *stage.Shop
	id      int64
	orderID string

	way, status, negotiate int64
	amount                 int64
	reason                 string
	created, updated       int64
	deadline, ended        int64
	submitted              int64 // when the goods were sent back
	withdrawn              bool

	backNo   string
	backCode int64
	sentNo   string
	sentCode int64

	freight, freightStatus int64 // claimed for sending the goods back; 10 asked, 20 approved, 50 refused
	history                []caseNote
}

// caseNote is one entry of a case's history. The meaning of the role numbers
// was not found; here 1 is the buyer and 2 the merchant.
type caseNote struct {
	Title   string `json:"title"`
	Role    int    `json:"role"`
	Created int64  `json:"createTime"`
	StaffID int64  `json:"staffAccountId"`
	Staff   string `json:"staffAccountName"`
}

// open reports whether the case still needs a decision.
func (c *refundCase) open() bool { return c.status < casePaying }

func (k *platform) refundMethods() map[string]method {
	return map[string]method{
		"open.seller.order.refund.pcursor.list":        {verb: http.MethodGet, run: k.refundList},
		"open.seller.order.refund.detail":              {verb: http.MethodGet, run: k.refundDetail},
		"open.seller.order.refund.approve":             {verb: http.MethodPost, run: k.refundApprove},
		"open.seller.order.refund.returngoods.approve": {verb: http.MethodPost, run: k.refundReturnApprove},
		"open.seller.order.refund.confirm.receipt":     {verb: http.MethodPost, run: k.refundReceipt},
		"open.refund.confirm.and.send":                 {verb: http.MethodPost, run: k.refundSend},
		"open.refund.reject":                           {verb: http.MethodPost, run: k.refundReject},
		"open.refund.reject.reason":                    {verb: http.MethodGet, run: k.refundReasons},
		"open.refund.direct.refund":                    {verb: http.MethodPost, run: k.refundDirect},
		"open.refund.submit.returnInfo":                {verb: http.MethodPost, run: k.refundReturnInfo},
		"open.refund.comment.basic.list":               {verb: http.MethodGet, run: k.refundHistory},
	}
}

func (k *platform) nextCaseID() int64 {
	k.cases.no++
	return firstCase + k.cases.no
}

// addCase stores a new case.
func (k *platform) addCase(c *refundCase) {
	if k.cases.byID == nil {
		k.cases.byID = map[int64]*refundCase{}
	}
	k.cases.byID[c.id] = c
	k.cases.all = append(k.cases.all, c)
}

// caseOf returns a case of the calling shop, or the refusal.
func (k *platform) caseOf(c *stage.Call, id int64) (*refundCase, stage.Result, bool) {
	one := k.cases.byID[id]
	switch {
	case id == 0:
		return nil, refuse(300006, "REFUND ID IS BLANK"), false
	case one == nil:
		return nil, refuse(300011, "REFUND ORDER NOT FOUND"), false
	case one.shop != c.Shop:
		return nil, refuse(300012, "REFUND ORDER NOT BELONG TO SELLER"), false
	}
	return one, stage.Result{}, true
}

// refundList pages by a cursor, whose form is the sandbox's own. Of the texts
// of its refusals only that of 300004 is the platform's.
func (k *platform) refundList(c *stage.Call) stage.Result {
	var q struct {
		Begin     int64   `json:"beginTime"`
		End       int64   `json:"endTime"`
		Type      int64   `json:"type"`
		Size      int     `json:"pageSize"`
		Page      *int    `json:"currentPage"`
		Sort      int64   `json:"sort"`
		By        int64   `json:"queryType"`
		Negotiate int64   `json:"negotiateStatus"`
		Cursor    *string `json:"pcursor"`
		Status    int64   `json:"status"`
		Option    struct {
			Exchanges bool `json:"needExchange"`
		} `json:"option"`
		OrderID int64 `json:"orderId"`
	}
	if r, ok := k.parse(c, &q); !ok {
		return r
	}
	window := k.rules.Refund.WindowSeconds * second
	switch {
	case q.Begin == 0 || q.End == 0 || q.Page == nil || q.Cursor == nil || q.Type != 8 && q.Type != 9:
		return k.invalid("beginTime、endTime、type、currentPage、pcursor必填")
	case q.Size < 1 || q.Size > casePage:
		return k.invalid("pageSize")
	case q.End < q.Begin:
		return refuse(300003, "SEARCH END TIME BEFORE BEGIN TIME")
	case q.End-q.Begin > max(window, caseWeek):
		return refuse(300004, "SEARCH TIME RANGE EXPAND 7 DAYS")
	case q.End-q.Begin > window:
		return refuse(300019, "SEARCH TIME RANGE EXPAND LIMIT")
	case q.Begin < c.Now.UnixMilli()-caseReach:
		return refuse(300005, "SEARCH TIME BEFORE 90 DAYS")
	}
	at := func(one *refundCase) int64 {
		if q.By == 2 {
			return one.updated
		}
		return one.created
	}
	compare := func(a, b *refundCase) int {
		by := cmp.Or(cmp.Compare(at(a), at(b)), cmp.Compare(a.id, b.id))
		if q.Sort != 2 {
			return -by
		}
		return by
	}
	list := []*refundCase{}
	for _, one := range k.cases.all {
		switch {
		case one.shop != c.Shop, at(one) < q.Begin || at(one) > q.End,
			q.Type == 8 && !one.open(), !q.Option.Exchanges && one.way == refundExchange,
			q.Negotiate != 0 && one.negotiate != q.Negotiate, q.Status != 0 && one.status != q.Status,
			q.OrderID != 0 && formatID(q.OrderID) != one.orderID:
			continue
		}
		list = append(list, one)
	}
	slices.SortFunc(list, compare)
	total := len(list)
	if *q.Cursor != "" {
		when, id, ok := strings.Cut(*q.Cursor, "_")
		last := &refundCase{id: stage.Number(id, 0), created: stage.Number(when, 0), updated: stage.Number(when, 0)}
		if !ok || last.id == 0 {
			return k.invalid("pcursor")
		}
		list = slices.DeleteFunc(list, func(one *refundCase) bool { return compare(one, last) <= 0 })
	}
	answer := map[string]any{"currentPage": 0, "pageSize": 0, "totalPage": 0, "totalSize": 0, "beginTime": q.Begin,
		"endTime": q.End, "pcursor": "nomore"}
	if *q.Cursor == "" { // valid on the first page only
		answer["currentPage"], answer["pageSize"], answer["totalSize"], answer["totalPage"] = *q.Page, q.Size, total,
			(total+q.Size-1)/q.Size
	}
	if len(list) > q.Size {
		list = list[:q.Size]
		answer["pcursor"] = formatID(at(list[q.Size-1])) + "_" + formatID(list[q.Size-1].id)
	}
	rows := []any{}
	for _, one := range list {
		row := k.listedCase(one)
		row["skuNick"] = k.caseOrder(one).Item.Nick
		rows = append(rows, row)
	}
	answer["refundOrderInfoList"] = rows
	return k.succeed(answer)
}

// caseOrder returns the order of a case.
func (k *platform) caseOrder(c *refundCase) order {
	r, err := k.world.Order(c.orderID)
	if err != nil {
		return order{}
	}
	return readOrder(r)
}

// listedCase returns what the list and the detail have in common. Times of
// events that have not happened are 0.
func (k *platform) listedCase(c *refundCase) map[string]any {
	o := k.caseOrder(c)
	received := 1
	if o.Base.RecvTime != 0 {
		received = 2
	}
	return map[string]any{
		"refundId": c.id, "oid": stage.Number(c.orderID, 0), "skuId": o.Item.SKUID, "itemId": o.Item.ItemID, "refundFee": c.amount, "status": c.status,
		"refundReason": 101, "refundReasonDesc": c.reason, "refundDesc": "", "buyerId": 0, "sellerId": stage.Number(c.shop.ID, 0), "refundType": 1,
		"handlingWay": c.way, "logisticsId": 0, "negotiateStatus": c.negotiate, "negotiateUpdateTime": c.updated, "updateTime": c.updated,
		"createTime": c.created, "submitTime": c.submitted, "expireTime": c.deadline, "endTime": c.ended, "relSkuId": o.Item.RelSKUID,
		"relItemId": o.Item.RelItemID, "receiptStatus": received,
	}
}

func (k *platform) refundDetail(c *stage.Call) stage.Result {
	one, r, ok := k.namedCase(c)
	if !ok {
		return r
	}
	o := k.caseOrder(one)
	d := k.listedCase(one)
	d["pictures"], d["logisticsRiskInfos"], d["productNum"], d["specialRefundType"], d["buyerOpenId"] = "[]",
		[]string{}, 0, 0, o.Base.BuyerOpenID
	d["logisticsInfo"], d["exchangeInfo"], d["returnFreightInfo"] = nil, nil, nil
	if one.backNo != "" {
		d["logisticsInfo"] = map[string]any{"expressNo": one.backNo, "expressCode": one.backCode}
	}
	if one.way == refundExchange {
		d["exchangeInfo"] = map[string]any{"skuId": o.Item.SKUID, "skuDesc": o.Item.Desc, "quantity": o.Item.Num}
		to, _ := stage.ToObject(o.Address) // the struct has a JSON form
		delete(to, "town")                 // this method has no members for the town
		delete(to, "townCode")
		d["buyerExchangeAddress"] = to
	}
	if one.freight != 0 {
		d["returnFreightInfo"] = map[string]any{
			"returnFreightAmount": one.freight, "returnFreightStatus": one.freightStatus,
			"returnFreightApplyDesc": "示例：商品有瑕疵", "returnFreightApplyImages": []string{},
		}
	}
	return k.succeed(d)
}

// namedCase returns the case for methods whose only parameter is its id.
func (k *platform) namedCase(c *stage.Call) (*refundCase, stage.Result, bool) {
	var id int64
	if r, ok := k.parseOne(c, "refundId", &id); !ok {
		return nil, r, false
	}
	return k.caseOf(c, id)
}

func (k *platform) refundHistory(c *stage.Call) stage.Result {
	one, r, ok := k.namedCase(c)
	if !ok {
		return r
	}
	return k.succeed(one.history)
}

// reason is a reason for refusing a case. The reasons are invented.
type reason struct {
	Code      int64  `json:"code"`
	Desc      string `json:"desc"`
	Tip       string `json:"tip"`
	NeedDesc  bool   `json:"requiredRejectDesc"`
	NeedImage bool   `json:"requiredRejectImage"`
}

var reasons = []reason{
	{1001, "示例：商品已发出", "示例：请上传物流底单", true, true},
	{1002, "示例：与买家协商一致", "", false, false},
}

func (k *platform) refundReasons(c *stage.Call) stage.Result {
	if _, r, ok := k.namedCase(c); !ok {
		return r
	}
	return k.succeed(reasons)
}
