package order

import (
	"fmt"
	"io"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/sku"
)

// Case is one after-sale case (售后单): a buyer who wants money back, or other
// goods. An order may have several, one after the other for the same line too.
type Case struct {
	Platform mall.Platform `json:"platform"`
	ShopID   string        `json:"shop_id"`
	ID       string        `json:"id"`
	OrderID  string        `json:"order_id"`

	Kind         CaseKind `json:"kind"`
	PlatformKind string   `json:"platform_kind"` // the platform's word for Kind
	// State is how far the case is. [RefundDone] means that what was agreed has
	// happened; whether that is money, Kind tells: see [Case.Refund].
	State         Refund `json:"state"`
	PlatformState string `json:"platform_state"` // the platform's words for State
	// Disputed: the platform's own people decide (仲裁, 客服介入).
	Disputed bool `json:"disputed,omitempty"`

	Lines   []CaseLine `json:"lines"`
	Amount  mall.Fen   `json:"amount"`  // asked back, freight included
	Freight mall.Fen   `json:"freight"` // the freight in Amount
	// ReturnFreight is what the buyer claims, beyond Amount, for having sent the
	// goods back. It waits for an answer: see [Decision].PayReturnFreight.
	ReturnFreight mall.Fen `json:"return_freight,omitzero"`
	Reason        string   `json:"reason"`      // the buyer's, for people
	ReasonCode    string   `json:"reason_code"` // empty where the platform gives none
	Note          string   `json:"note,omitempty"`
	Received      bool     `json:"received"` // the buyer says that the goods have arrived

	// Wanted is what the buyer of an exchange gets instead.
	Wanted sku.Ref `json:"wanted,omitzero"`
	// Return is the parcel on its way back, Sent the one that the merchant sends
	// instead; zero when there is none.
	Return Parcel `json:"return,omitzero"`
	Sent   Parcel `json:"sent,omitzero"`

	Created  time.Time `json:"created,omitzero"`
	Updated  time.Time `json:"updated,omitzero"`
	Deadline time.Time `json:"deadline,omitzero"` // after it the platform decides

	// Raw is the platform's own record, as that of an order. [mall.Native] reads it.
	Raw mall.Raw `json:"-"`
}

// Record returns the platform's record, for [mall.Native].
func (c Case) Record() (mall.Platform, string, mall.Raw) {
	return c.Platform, "case " + c.ID, c.Raw
}

// Format prints what c points to. Without it package fmt would call no method
// of its fields, and so show personal data, where a struct that holds the pointer
// is printed with a verb that does not fit.
func (c *Case) Format(w fmt.State, verb rune) {
	if c == nil {
		_, _ = io.WriteString(w, "<nil>")
		return
	}
	fmt.Fprintf(w, "&"+fmt.FormatString(w, verb), *c)
}

// CaseLine is a line of the order, or a part of one, that a case is about.
type CaseLine struct {
	LineID   string   `json:"line_id"`
	SKU      sku.Ref  `json:"sku"`
	Quantity int64    `json:"quantity"` // pieces in the case; the line may have more. Zero: not said
	Paid     mall.Fen `json:"paid"`     // for the whole line. Zero: not said
}

// CaseKind is what a buyer wants. It is empty when this release does not know the
// platform's value, which PlatformKind keeps.
type CaseKind string

// The kinds.
const (
	CaseRefund          CaseKind = "refund"           // money, no goods come back (仅退款)
	CaseReturn          CaseKind = "return"           // money for goods that come back (退货退款)
	CaseExchange        CaseKind = "exchange"         // other goods for these (换货)
	CaseResend          CaseKind = "resend"           // what was missing (补寄)
	CaseRepair          CaseKind = "repair"           // 维修
	CasePriceProtection CaseKind = "price_protection" // the difference to a lower price (价保)
	CaseCancel          CaseKind = "cancel"           // the order is cancelled as a whole (取消)
)

// sendsGoods reports kinds that end with a parcel to the buyer.
func (k CaseKind) sendsGoods() bool {
	switch k {
	case CaseExchange, CaseResend, CaseRepair:
		return true
	}
	return false
}

// KeepsGoods reports kinds in which the sale stands: the line is still to be
// shipped, or has been for good. An unknown kind may be any, so it is false.
func (k CaseKind) KeepsGoods() bool { return k.sendsGoods() || k == CasePriceProtection }

// Refund says what the case means for shipping its lines: [RefundNone] for the
// kinds in which the buyer keeps goods, else State.
func (c Case) Refund() Refund {
	if c.Kind.KeepsGoods() {
		return RefundNone
	}
	return c.State
}

// Decision is the merchant's answer to a case. The zero Decision refuses.
type Decision struct {
	Agree bool `json:"agree"`
	// ReasonCode is one of [Service.RejectReasons], for a refusal.
	ReasonCode string   `json:"reason_code,omitempty"`
	Reason     string   `json:"reason,omitempty"`   // shown to the buyer
	Note       string   `json:"note,omitempty"`     // for the merchant's own people
	Evidence   []string `json:"evidence,omitempty"` // URLs of pictures
	// ReturnAddressID is where the goods are to be sent, by the platform's id of
	// an address of the merchant. Empty means the platform's default.
	ReturnAddressID string `json:"return_address_id,omitempty"`
	// Sent is the parcel with what is sent instead, where agreeing needs one:
	// TrackingNo and CarrierCode.
	Sent Parcel `json:"sent,omitzero"`
	// Instead agrees to that in place of what the buyer asked for: [CaseRefund]
	// pays for the goods of an exchange. Empty means what was asked for.
	Instead CaseKind `json:"instead,omitempty"`
	// PayReturnFreight agrees to [Case].ReturnFreight together with the goods that
	// came back; without it Reason and Evidence say why not.
	PayReturnFreight bool `json:"pay_return_freight,omitempty"`
}

// RejectReason is a reason that the platform accepts for refusing a case.
type RejectReason struct {
	Code           string `json:"code"`
	Text           string `json:"text"`
	EvidenceNeeded bool   `json:"evidence_needed"`
	Evidence       string `json:"evidence,omitempty"`    // what to show as evidence
	TextNeeded     bool   `json:"text_needed,omitempty"` // a Reason must go with it
}

// Interception is the answer to stopping one parcel on its way to the buyer.
type Interception struct {
	TrackingNo  string `json:"tracking_no"`
	CarrierCode string `json:"carrier_code"`
	// Stopped: the carrier was told to bring the parcel back. It may fail still.
	Stopped    bool     `json:"stopped"`
	Reason     string   `json:"reason,omitempty"` // why not
	ReasonCode string   `json:"reason_code,omitempty"`
	Cost       mall.Fen `json:"cost"`
}
