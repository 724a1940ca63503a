package kuaishou

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/order"
)

// CaseLimits returns those of open.seller.order.refund.pcursor.list: 100 rows
// per page, a range of one day, which the platform shortens during campaigns
// (see [Assumptions]), 90 days back. That the cursor survives cases which
// change meanwhile is unconfirmed.
func (d orders) CaseLimits() mall.ListLimits {
	return mall.ListLimits{
		MaxPageSize: 100,
		MaxWindow:   d.assume.CaseWindow,
		History:     90 * 24 * time.Hour,
		Lag:         d.assume.ListLag,
		Resolution:  time.Millisecond,
	}
}

// PageCases calls open.seller.order.refund.pcursor.list. The call needs a page
// number beside the cursor, so our cursor holds both.
func (d orders) PageCases(ctx context.Context, q order.CaseQuery, cursor string) (mall.Page[order.Case], error) {
	p := caseListParams{
		From: q.From.UnixMilli(), To: q.To.UnixMilli(), Type: 9, Size: q.PageSize, Page: 1, Sort: sortAscending, By: byUpdate,
		Option: caseListOption{true}, OrderID: number(q.OrderID),
	}
	if q.By == mall.ByCreation {
		p.By = byCreation
	}
	if cursor != "" {
		page, place, ok := strings.Cut(cursor, " ")
		n, err := strconv.Atoi(page)
		if !ok || err != nil || n < 1 {
			return mall.Page[order.Case]{}, caseList.Refuse(mall.ErrInvalid, "the cursor does not belong to the list of after-sale cases")
		}
		p.Page, p.Cursor = n+1, place
	}
	answer, err := caseList.Call(ctx, d.shop, p)
	if err != nil {
		return mall.Page[order.Case]{}, err
	}
	var records []driver.Record[wireCase]
	if answer.Items != nil {
		records = *answer.Items
	}
	page := mall.Page[order.Case]{Items: make([]order.Case, 0, len(records)), Total: -1}
	switch {
	case answer.Cursor == noMore:
	case answer.Cursor == "" && (answer.Items == nil || len(records) >= q.PageSize):
		// noMore marks the last page, as with orders.
		return mall.Page[order.Case]{}, caseList.Refuse(mall.ErrReply, "the page has no cursor")
	case answer.Cursor == "":
	case answer.Cursor == p.Cursor:
		page.Next = cursor // unchanged: the caller reports that it leads nowhere
	default:
		page.Next = strconv.Itoa(p.Page) + " " + answer.Cursor
	}
	var bad driver.BadRecords
	for _, record := range records {
		w, err := d.readCase(caseList.Method, record)
		if err != nil {
			bad.Add(string(w.ID), record, err)
			continue
		}
		// The filter by order is newer than the method; a platform that does
		// not know it yet returns all cases.
		if q.OrderID == "" || string(w.OrderID) == q.OrderID {
			page.Items = append(page.Items, d.caseOf(w, record))
		}
	}
	return page, bad.Err()
}

// GetCase calls open.seller.order.refund.detail.
func (d orders) GetCase(ctx context.Context, id string) (order.Case, error) {
	w, record, err := d.detailOf(ctx, id)
	if err != nil {
		return order.Case{}, err
	}
	return d.caseOf(w, record), nil
}

func (d orders) detailOf(ctx context.Context, id string) (wireCase, []byte, error) {
	record, err := caseDetail.Call(ctx, d.shop, caseParams{number(id)})
	if err != nil {
		return wireCase{}, nil, err
	}
	w, err := d.readCase(caseDetail.Method, record)
	return w, record, err
}

// readCase decodes one record of the list or the detail.
func (d orders) readCase(m driver.Method, record []byte) (wireCase, error) {
	var w wireCase
	err := json.Unmarshal(record, &w)
	if err == nil && idOf(w.ID) == "" {
		err = errors.New("it has no refundId")
	}
	if err != nil {
		return w, m.Unexpected("case "+string(w.ID), record, err)
	}
	return w, nil
}

// Decide answers a case with the method for its kind and state:
//
//	refund only, not agreed yet          open.seller.order.refund.approve: pays
//	return or exchange, not agreed yet   open.seller.order.refund.returngoods.approve
//	return, agreed                       open.seller.order.refund.confirm.receipt: pays, wherever the goods are
//	exchange, agreed                     open.refund.confirm.and.send, with Decision.Sent
//	exchange, nothing sent yet           open.refund.direct.refund, for Decision.Instead
//	refusals of any                      open.refund.reject
//
// Most of them do not compare versions, so the case is read first;
// mall.ErrConflict means that it changed since c was read. Decision.Note is
// dropped: the platform has no field for it.
func (d orders) Decide(ctx context.Context, c order.Case, v order.Decision) error {
	w, _, err := d.detailOf(ctx, c.ID)
	if err != nil {
		return err
	}
	a, err := w.answer(c, v)
	if err != nil {
		return err
	}
	return a.send(ctx, d.shop)
}

// answer is the call that carries out a decision.
type answer struct {
	method driver.Method
	params any
	send   func(context.Context, client.Caller) error
}

func with[P any](e driver.Endpoint[P, none], params P) (answer, error) {
	return answer{e.Method, params, func(ctx context.Context, c client.Caller) error {
		_, err := e.Call(ctx, c, params)
		return err
	}}, nil
}

// answer returns the call that carries out a decision about the case, which the
// caller read as c.
func (w wireCase) answer(c order.Case, v order.Decision) (answer, error) {
	id, exchange := number(w.ID), w.Way == wayExchange
	undecided, agreed := undecidedStates[w.Status], agreedStates[w.Status]
	method := driver.Method{Platform: mall.Kuaishou}
	refuse := func(kind mall.Kind, format string, args ...any) (answer, error) {
		return answer{}, method.Refuse(kind, format, args...)
	}
	if !c.Updated.IsZero() && !c.Updated.Equal(w.Updated.Time) {
		return refuse(mall.ErrConflict, "the case has changed since it was read")
	}
	switch {
	case !v.Agree:
		method = rejectCase.Method
	case v.Instead == order.CaseRefund && exchange && (undecided || agreed):
		method = directRefund.Method
	case v.Instead != "":
		return refuse(mall.ErrNotSupported, "only an exchange of which nothing was sent can end with a refund instead")
	case undecided && w.Way == wayRefund:
		method = approveCase.Method
	case undecided && (w.Way == wayReturn || exchange):
		method = approveReturn.Method
	case agreed && w.Way == wayReturn:
		method = confirmReceipt.Method
	case agreed && exchange:
		method = confirmAndSend.Method
	default:
		return refuse(mall.ErrNotSupported, "no method agrees to a case of way %d in state %s", w.Way, w.state())
	}
	if v.PayReturnFreight && (method != confirmReceipt.Method || w.claim() == 0) {
		return refuse(mall.ErrInvalid, "the buyer does not claim the freight of the return")
	}
	version := w.Updated.UnixMilli()
	switch method {
	case rejectCase.Method:
		if v.ReasonCode == "" {
			return refuse(mall.ErrInvalid, "a refusal needs the code of a reason")
		}
		return with(rejectCase, rejectParams{
			ID: id, Reason: number(v.ReasonCode), Words: v.Reason, Images: v.Evidence, Version: version,
		})
	case directRefund.Method:
		return with(directRefund, directParams{id, version})
	case approveCase.Method:
		return with(approveCase, approveParams{
			ID: id, Amount: int64(w.Fee), Status: w.Status, Negotiate: w.Negotiate, Way: w.Way,
		})
	case approveReturn.Method:
		p := returnParams{ID: id, Amount: int64(w.Fee), Address: number(v.ReturnAddressID)}
		if exchange {
			p.Amount = 0
		}
		return with(approveReturn, p)
	case confirmAndSend.Method:
		if v.Sent.TrackingNo == "" || v.Sent.CarrierCode == "" {
			return refuse(mall.ErrInvalid, "the goods to be sent need a tracking number and a carrier")
		}
		return with(confirmAndSend, sendParams{id, v.Sent.TrackingNo, number(v.Sent.CarrierCode)})
	}
	p := receiptParams{ID: id, Status: w.Status}
	switch claim := w.claim(); {
	case claim == 0: // must not be answered
	case v.PayReturnFreight:
		p.Advice, p.Freight = 1, claim
	case v.Reason != "" && len(v.Evidence) > 0:
		p.Advice, p.Words, p.Images = 2, v.Reason, v.Evidence
	default:
		return refuse(mall.ErrInvalid,
			"the buyer claims the freight of the return: pay it, or give a reason and evidence for the refusal")
	}
	return with(confirmReceipt, p)
}

// RejectReasons calls open.refund.reject.reason.
func (d orders) RejectReasons(ctx context.Context, caseID string) ([]order.RejectReason, error) {
	answer, err := rejectReasons.Call(ctx, d.shop, caseParams{number(caseID)})
	if err != nil {
		return nil, err
	}
	var list []order.RejectReason
	for _, r := range answer {
		list = append(list, order.RejectReason{
			Code: string(r.Code), Text: r.Text,
			EvidenceNeeded: bool(r.NeedsImage), Evidence: r.Tip, TextNeeded: bool(r.NeedsText),
		})
	}
	return list, nil
}

// endpoints and wire types

var (
	caseList       = endpoint[caseListParams, caseListAnswer]("open.seller.order.refund.pcursor.list", get|repeatable)
	caseDetail     = endpoint[caseParams, driver.Record[wireCase]]("open.seller.order.refund.detail", get|repeatable)
	approveCase    = endpoint[approveParams, none]("open.seller.order.refund.approve", write)
	approveReturn  = endpoint[returnParams, none]("open.seller.order.refund.returngoods.approve", write)
	confirmReceipt = endpoint[receiptParams, none]("open.seller.order.refund.confirm.receipt", write)
	confirmAndSend = endpoint[sendParams, none]("open.refund.confirm.and.send", write)
	rejectCase     = endpoint[rejectParams, none]("open.refund.reject", write)
	directRefund   = endpoint[directParams, none]("open.refund.direct.refund", write)
	rejectReasons  = endpoint[caseParams, wire.List[reasonAnswer]]("open.refund.reject.reason", get|repeatable)
)

type caseListParams struct {
	From    int64          `json:"beginTime"`
	To      int64          `json:"endTime"`
	Type    int            `json:"type"` // 9: all
	Size    int            `json:"pageSize"`
	Page    int            `json:"currentPage"` // from 1
	Sort    int            `json:"sort"`
	By      int            `json:"queryType"`
	Cursor  string         `json:"pcursor"`
	Option  caseListOption `json:"option"`
	OrderID number         `json:"orderId,omitzero"`
}

type caseListOption struct {
	Exchanges bool `json:"needExchange"`
}

type caseListAnswer struct {
	Cursor string                              `json:"pcursor"`
	Items  *wire.List[driver.Record[wireCase]] `json:"refundOrderInfoList"` // nil when absent or null
}

type caseParams struct {
	ID number `json:"refundId"`
}

type approveParams struct {
	ID        number   `json:"refundId"`
	Amount    int64    `json:"refundAmount"`
	Status    wire.Int `json:"status"`
	Negotiate wire.Int `json:"negotiateStatus"`
	Way       wire.Int `json:"refundHandingWay"` // the platform's spelling
}

type returnParams struct {
	ID      number `json:"refundId"`
	Amount  int64  `json:"refundAmount"` // compared with that of the case; 0 for an exchange
	Address number `json:"addressId,omitzero"`
}

type receiptParams struct {
	ID      number   `json:"refundId"`
	Status  wire.Int `json:"status"`
	Advice  int      `json:"returnFreightHandlingAdvice,omitempty"` // 1: pay, 2: refuse
	Freight int64    `json:"returnFreightAmount,omitempty"`
	Words   string   `json:"returnFreightRejectDesc,omitempty"`
	Images  []string `json:"returnFreightRejectImages,omitempty"`
}

type sendParams struct {
	ID         number `json:"refundId"`
	TrackingNo string `json:"expressNo"`
	Carrier    number `json:"expressCode"`
}

type rejectParams struct {
	ID      number   `json:"refundId"`
	Reason  number   `json:"reasonCode"`
	Words   string   `json:"rejectDesc,omitempty"`
	Images  []string `json:"rejectImages,omitempty"`
	Version int64    `json:"refundVersion"` // the update time of the case
}

type directParams struct {
	ID      number `json:"refundId"`
	Version int64  `json:"refundVersion"`
}

type reasonAnswer struct {
	Code       wire.Text `json:"code"`
	Text       string    `json:"desc"`
	Tip        string    `json:"tip"`
	NeedsText  wire.Bool `json:"requiredRejectDesc"`
	NeedsImage wire.Bool `json:"requiredRejectImage"`
}
