package change

import (
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// Kind says what a change is about.
type Kind string

// The kinds.
const (
	Spec      Kind = "spec"      // ship another SKU than was ordered (改规格)
	Address   Kind = "address"   // ship to another receiver (改地址)
	Intercept Kind = "intercept" // keep the goods from leaving (拦截发货)
)

// Request asks to change an order that was placed. A zero time means that the
// platform did not say.
type Request struct {
	Kind     Kind          `json:"kind"`
	Platform mall.Platform `json:"platform"`
	ShopID   string        `json:"shop_id"`
	// ID tells requests apart: a request that is repeated has the same ID. It is
	// empty where the platform gives none.
	ID      string `json:"id,omitempty"`
	OrderID string `json:"order_id"`
	LineID  string `json:"line_id,omitempty"` // of a spec change; empty with [Intercept]: all lines

	// Of a spec change. FromSKU may be empty: what the line has. Quantity zero is
	// the quantity of the line. The prices are those that the platform compares, of
	// one piece; ToPrice zero: in doubt.
	FromSKU   sku.Ref  `json:"from_sku,omitzero"`
	ToSKU     sku.Ref  `json:"to_sku,omitzero"`
	Quantity  int64    `json:"quantity,omitempty"`
	FromPrice mall.Fen `json:"from_price,omitempty"`
	ToPrice   mall.Fen `json:"to_price,omitempty"`

	// Of a change of address.
	FromReceiver order.Receiver `json:"from_receiver,omitzero"`
	ToReceiver   order.Receiver `json:"to_receiver,omitzero"`

	Operator  string    `json:"operator,omitempty"` // who asked, as the platform names it
	Reason    string    `json:"reason,omitempty"`   // why, in the words of whoever asked
	Requested time.Time `json:"requested,omitzero"`
	Deadline  time.Time `json:"deadline,omitzero"` // after it no answer is taken

	// Raw is what the platform sent. It stays out of JSON.
	Raw mall.Raw `json:"-"`
}

// Record returns what the platform sent, for [mall.Native].
func (r Request) Record() (platform mall.Platform, what string, raw mall.Raw) {
	return r.Platform, "change " + r.ID + " of order " + r.OrderID, r.Raw
}

// Late reports that an answer to r would come too late at now.
func (r Request) Late(now time.Time) bool {
	return !r.Deadline.IsZero() && !now.Before(r.Deadline)
}

// Verdict answers a [Request]. The zero Verdict refuses.
type Verdict struct {
	Accept bool `json:"accept"`
	// Code is the app's or the platform's word for the reason of a refusal. The
	// rules of this package use the name of the condition that does not hold,
	// "deadline" and "change_open". A platform that wants to be told why an address
	// cannot be changed takes how far the order is: "picking" (拣货),
	// "allocating" (配货), "warehouse" (the warehouse has the order, 仓库),
	// "outbound" (出库) or "shipping" (发货).
	Code   string `json:"code,omitempty"`
	Reason string `json:"reason,omitempty"` // of a refusal; shown to customer service
}

// Change is a request and what became of it. One that is under way is kept by
// the app, as JSON, from [Service.Begin] on and again after each [Service.Step].
// Those that were accepted are kept by a [Store].
type Change struct {
	Request
	Style  Style        `json:"style,omitempty"`
	State  State        `json:"state"`
	Status order.Status `json:"status,omitempty"` // of the order when the change began
	// Refusal is why the platform refused the change, in its words.
	Refusal string    `json:"refusal,omitempty"`
	At      time.Time `json:"at,omitzero"` // when it was accepted, or seen
	// Shown says that the platform's own order has the change: what it shows is
	// what to ship, also when it changes again, and [Apply] leaves it alone.
	Shown bool `json:"shown,omitempty"`
}
