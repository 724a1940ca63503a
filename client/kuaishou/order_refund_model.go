package kuaishou

import (
	"bytes"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// Values of handlingWay, the only field that shows the kind of a case; an
// exchange may still end with a refund.
const (
	wayReturn   = 1
	wayExchange = 3
	wayRefund   = 10
)

// caseKinds maps handlingWay.
var caseKinds = driver.NewEnum(map[wire.Int]order.CaseKind{
	wayReturn:   order.CaseReturn,
	wayExchange: order.CaseExchange,
	4:           order.CaseResend, // seen in pushes
	5:           order.CaseRepair, // seen in pushes
	wayRefund:   order.CaseRefund,
})

// disputedStates are the statuses in which the platform arbitrates. 23 is known
// from one other integration only, so it has no neutral state.
var disputedStates = map[wire.Int]bool{20: true, 21: true, 23: true}

// In undecidedStates the merchant may agree to the buyer's request, also after
// a refusal or during the platform's arbitration; in agreedStates the merchant
// may complete what was agreed to.
var (
	undecidedStates = map[wire.Int]bool{10: true, 11: true, 12: true, 20: true, 21: true}
	agreedStates    = map[wire.Int]bool{22: true, 30: true, 40: true}
)

// refusedByMerchant is the negotiateStatus while the buyer has to answer a
// refusal. The older status does not show it.
const refusedByMerchant = 3

// state returns the platform's own state of a case: status and negotiateStatus.
func (w wireCase) state() string {
	if w.Negotiate == 0 {
		return wordsOf(w.Status)
	}
	return wordsOf(w.Status, w.Negotiate)
}

// paid reports whether the buyer is or was refunded. An exchange has no
// refundFee, so one that ends with a refundFee ended in
// open.refund.direct.refund; that the fee is set then is unconfirmed.
func (w wireCase) paid() bool { return w.Status == 50 || w.Status == 60 && w.Fee > 0 }

// claim returns the freight that the buyer claims and the merchant has not
// answered.
func (w wireCase) claim() int64 {
	if w.Freight.V.Status != freightAsked {
		return 0
	}
	return int64(w.Freight.V.Amount)
}

// caseOf converts a record of the list or the detail. Only the detail shows the
// goods of an exchange, the parcel that came back, and price protection.
func (d orders) caseOf(w wireCase, record []byte) order.Case {
	c := order.Case{
		Platform: mall.Kuaishou, ShopID: d.shop.ID(), ID: string(w.ID), OrderID: idOf(w.OrderID),
		Kind: caseKinds.Neutral(w.Way), PlatformKind: wordsOf(w.Way),
		State: refundStates.Neutral(w.Status), PlatformState: w.state(), Disputed: disputedStates[w.Status],
		Amount: mall.Fen(w.Fee), ReturnFreight: mall.Fen(w.claim()),
		Reason: w.Reason, ReasonCode: idOf(w.ReasonCode), Note: w.Note, Received: w.Received == 2,
		Created: w.Created.Time, Updated: w.Updated.Time, Raw: bytes.Clone(record),
	}
	if w.Special != 0 {
		c.PlatformKind = wordsOf(w.Way, w.Special)
	}
	if w.Special == 1 {
		c.Kind = order.CasePriceProtection
	}
	if w.Way == wayExchange && w.paid() {
		c.Kind = order.CaseRefund
	}
	if w.Negotiate == refusedByMerchant && !c.Disputed && (undecidedStates[w.Status] || agreedStates[w.Status]) {
		c.State = order.RefundRejected
	}
	if c.State.Open() {
		c.Deadline = w.Deadline.Time
	}
	// An order has one line, whose id is that of the order. How many of its
	// pieces the case is about is not known.
	goods := sku.Ref{ID: idOf(w.SKUID), ProductID: idOf(w.ItemID), Code: w.SKUCode}
	c.Lines = []order.CaseLine{{LineID: c.OrderID, SKU: goods}}
	if p := w.Return.V; p.TrackingNo != "" {
		c.Return = order.Parcel{TrackingNo: string(p.TrackingNo), CarrierCode: idOf(p.Carrier)}
	}
	if wanted := w.Wanted.V; idOf(wanted.SKUID) != "" {
		c.Wanted = sku.Ref{ID: string(wanted.SKUID), Specs: specsOf(wanted.Spec)}
	}
	return c
}

// wire types. A case has the same form in the list and the detail, which has
// more fields. Source: crywolfx/kuaishou-merchant-open-api:
// packages/common/Interface/api.declaration.ts.

type wireCase struct {
	ID         wire.Text   `json:"refundId"`
	OrderID    wire.Text   `json:"oid"`
	Way        wire.Int    `json:"handlingWay"`
	Special    wire.Int    `json:"specialRefundType"` // detail only; 1: price protection
	Status     wire.Int    `json:"status"`
	Negotiate  wire.Int    `json:"negotiateStatus"` // 1 waits for the merchant, 2 agreed, 3 refused
	Fee        wire.Int    `json:"refundFee"`       // fen
	ReasonCode wire.Text   `json:"refundReason"`
	Reason     string      `json:"refundReasonDesc"`
	Note       string      `json:"refundDesc"`
	Received   wire.Int    `json:"receiptStatus"` // 1 no, 2 yes
	SKUID      wire.Text   `json:"skuId"`
	ItemID     wire.Text   `json:"itemId"`
	SKUCode    string      `json:"skuNick"` // list only
	Created    wire.Millis `json:"createTime"`
	Updated    wire.Millis `json:"updateTime"`
	Deadline   wire.Millis `json:"expireTime"`
	Return     wire.Object[struct {
		TrackingNo wire.Text `json:"expressNo"`
		Carrier    wire.Text `json:"expressCode"`
	}] `json:"logisticsInfo"`
	Wanted wire.Object[struct {
		SKUID wire.Text `json:"skuId"`
		Spec  string    `json:"skuDesc"`
	}] `json:"exchangeInfo"`
	Freight wire.Object[struct {
		Amount wire.Int `json:"returnFreightAmount"` // fen
		Status wire.Int `json:"returnFreightStatus"`
	}] `json:"returnFreightInfo"`
}

// freightAsked is the status of a freight claim that waits for the merchant;
// after it come 20 agreed, 30 paying, 40 paid, 50 closed.
const freightAsked = 10
