package webhook

import (
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
)

// Kind says what happened, in words that fit every platform. A kind has a
// constant where a function of [Handlers] is called for several kinds. Where a
// kind has a function of its own, the function says what happened, and tables and
// logs have the kind as a text:
//
//	"remark.changed"     RemarkChanged
//	"logistics.changed"  LogisticsChanged: the waybill of shipped goods was changed
//	"address.changed"    AddressChanged
//	"address.asked"      AddressAsked
//	"product.changed"    ProductChanged
//	"stock.changed"      StockChanged
//	"auth.changed"       AuthChanged
//	"spec.change"        SpecChange
//	"intercept"          Intercept
type Kind string

// The kinds of an [OrderEvent] for OrderChanged.
const (
	KindOrderCreated     Kind = "order.created"
	KindOrderPaid        Kind = "order.paid"    // not to be shipped yet where the platform checks orders
	KindOrderToShip      Kind = "order.to_ship" // may be shipped: begin here
	KindOrderPartShipped Kind = "order.part_shipped"
	KindOrderShipped     Kind = "order.shipped"
	KindOrderDelivered   Kind = "order.delivered" // the buyer signed for the goods
	KindOrderDone        Kind = "order.done"
	KindOrderClosed      Kind = "order.closed"
	KindOrderAmount      Kind = "order.amount"  // a price or the freight was changed
	KindOrderShipBy      Kind = "order.ship_by" // the latest moment of shipping was changed
	KindOrderLabel       Kind = "order.label"   // the platform marked the order
	KindOrderChanged     Kind = "order.changed" // anything else: look at the order
)

// The kinds of a [RefundEvent].
const (
	KindRefundCreated     Kind = "refund.created"
	KindRefundChanged     Kind = "refund.changed" // the buyer asks for something else
	KindRefundAgreed      Kind = "refund.agreed"
	KindRefundReturning   Kind = "refund.returning" // agreed; the buyer is to send the goods back
	KindRefundReceiving   Kind = "refund.receiving" // the goods are on their way back
	KindRefundRejected    Kind = "refund.rejected"
	KindRefundDone        Kind = "refund.done"
	KindRefundClosed      Kind = "refund.closed"
	KindRefundDeadline    Kind = "refund.deadline" // the time for the next step was changed
	KindRefundExchanged   Kind = "refund.exchanged"
	KindRefundResend      Kind = "refund.resend" // the missing goods are to be sent once more
	KindRefundResent      Kind = "refund.resent"
	KindRefundArbitration Kind = "refund.arbitration"
)

// The kinds of a [DropshipEvent].
const (
	KindDropshipAssigned  Kind = "dropship.assigned"
	KindDropshipCancelled Kind = "dropship.cancelled"
	KindDropshipRemark    Kind = "dropship.remark"
	KindDropshipReceiver  Kind = "dropship.receiver" // the receiver was changed
	KindDropshipReturned  Kind = "dropship.returned" // the result of returning a waybill
)

// KindOther is none of the other kinds, or a tag that no table knows.
const KindOther Kind = "other"

// Kinds with a function of their own in [Handlers].
const (
	kindRemark         Kind = "remark.changed"
	kindLogistics      Kind = "logistics.changed"
	kindAddressChanged Kind = "address.changed"
	kindAddressAsked   Kind = "address.asked"
	kindProduct        Kind = "product.changed"
	kindStock          Kind = "stock.changed"
	kindAuth           Kind = "auth.changed"
	kindSpecChange     Kind = "spec.change"
	kindIntercept      Kind = "intercept"
)

// Event is what all pushes have in common. A push is a hint: it may come late,
// twice, out of order or never, so read what it is about through the client before
// anything depends on it.
type Event struct {
	Platform mall.Platform `json:"platform"`
	ShopID   string        `json:"shop_id"` // empty where the platform names none
	Kind     Kind          `json:"kind"`
	ID       string        `json:"id,omitempty"` // of the message; empty where the platform gives none
	Tag      string        `json:"tag"`          // the platform's own word for Kind
	// At is when it happened; zero where the platform does not say. Where an
	// [OrderReader] read what the push is about, it is when that was last changed.
	At time.Time `json:"at,omitzero"`

	// Raw is the platform's own record of the event, as JSON. It may hold personal
	// data, so it stays out of JSON and of logs. It is empty where an [OrderReader]
	// read what the push is about, whose own Raw is the record then.
	Raw mall.Raw `json:"-"`
}

// Record returns the platform's record, for [mall.Native].
func (e Event) Record() (mall.Platform, string, mall.Raw) {
	return e.Platform, "event " + e.Tag, e.Raw
}

// OrderEvent tells of an order. The fields below PlatformStatus are filled in for
// the kinds that their comments name.
type OrderEvent struct {
	Event
	OrderID        string       `json:"order_id"`
	LineIDs        []string     `json:"line_ids,omitempty"` // empty where the platform names none
	PlatformStatus string       `json:"platform_status,omitempty"`
	Reason         string       `json:"reason,omitempty"` // order.closed: why
	ShipBy         time.Time    `json:"ship_by,omitzero"` // order.ship_by
	Parcel         order.Parcel `json:"parcel,omitzero"`  // order.shipped, order.part_shipped, logistics.changed
	Remark         order.Remark `json:"remark,omitzero"`  // remark.changed
	Label          string       `json:"label,omitempty"`  // order.label: its name
	// Order is the order as an [OrderReader] just read it; nil where the push is
	// signed and nothing was read.
	Order *order.Order `json:"order,omitempty"`
}

// AddressEvent tells of another receiver: asked for (address.asked), which is
// answered with a call of the client, or already in force (address.changed).
type AddressEvent struct {
	Event
	Change change.Request `json:"change"`
	Order  *order.Order   `json:"order,omitempty"` // as in [OrderEvent]
}

// RefundEvent tells of a refund or another after-sale case (售后单).
type RefundEvent struct {
	Event
	OrderID        string `json:"order_id"`
	LineID         string `json:"line_id,omitempty"`
	RefundID       string `json:"refund_id"`
	PlatformStatus string `json:"platform_status,omitempty"`
	PlatformType   string `json:"platform_type,omitempty"`
	// BeforeShipping: the goods have not left yet, and must not leave.
	BeforeShipping bool      `json:"before_shipping,omitempty"`
	Amount         mall.Fen  `json:"amount,omitempty"`  // zero also where the platform does not say
	Deadline       time.Time `json:"deadline,omitzero"` // refund.deadline: for the next step
	// Case is the case as an [OrderReader] just read it; nil where the push is
	// signed and nothing was read.
	Case *order.Case `json:"case,omitempty"`
}

// ProductEvent tells of a product, or of one SKU where SKUID is set.
type ProductEvent struct {
	Event
	ProductID     string `json:"product_id"`
	SKUID         string `json:"sku_id,omitempty"`
	PlatformEvent string `json:"platform_event,omitempty"` // the platform's word for what happened to it
	SoldOut       bool   `json:"sold_out,omitempty"`       // stock.changed
}

// DropshipEvent tells a factory of an assignment (代发). ShopID is the
// factory's.
type DropshipEvent struct {
	Event
	AssignmentID   string `json:"assignment_id"`
	MerchantID     string `json:"merchant_id,omitempty"` // the name under which the factory knows the merchant
	PlatformStatus string `json:"platform_status,omitempty"`
	Remark         string `json:"remark,omitempty"` // dropship.remark
}
