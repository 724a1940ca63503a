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

// Request asks for a change of a placed order. A zero time means that the
// platform did not send it.
type Request struct {
	Kind     Kind          `json:"kind"`
	Platform mall.Platform `json:"platform"`
	ShopID   string        `json:"shop_id"`
	// ID identifies a request: a repeat has the same ID. It is empty where the
	// platform gives none.
	ID      string `json:"id,omitempty"`
	OrderID string `json:"order_id"`
	LineID  string `json:"line_id,omitempty"` // of a spec change; empty with [Intercept]: all lines

	// For a spec change. An empty FromSKU means the line's SKU, a Quantity of
	// zero the line's quantity. Prices are per piece, as the platform compares
	// them; a ToPrice of zero means that the price is in doubt.
	FromSKU   sku.Ref  `json:"from_sku,omitzero"`
	ToSKU     sku.Ref  `json:"to_sku,omitzero"`
	Quantity  int64    `json:"quantity,omitempty"`
	FromPrice mall.Fen `json:"from_price,omitempty"`
	ToPrice   mall.Fen `json:"to_price,omitempty"`

	// For a change of address.
	FromReceiver order.Receiver `json:"from_receiver,omitzero"`
	ToReceiver   order.Receiver `json:"to_receiver,omitzero"`

	Operator  string    `json:"operator,omitempty"` // who asked, as the platform names it
	Reason    string    `json:"reason,omitempty"`   // why, in the words of whoever asked
	Requested time.Time `json:"requested,omitzero"`
	Deadline  time.Time `json:"deadline,omitzero"` // the platform takes no answer from then on

	// Raw is what the platform sent. It stays out of JSON.
	Raw mall.Raw `json:"-"`
}

// Record returns what the platform sent, for [mall.Native].
func (r Request) Record() (platform mall.Platform, what string, raw mall.Raw) {
	return r.Platform, "change " + r.ID + " of order " + r.OrderID, r.Raw
}

// Late reports whether an answer to r would come too late at now.
func (r Request) Late(now time.Time) bool {
	return !r.Deadline.IsZero() && !now.Before(r.Deadline)
}

// Verdict answers a [Request]. The zero Verdict refuses.
type Verdict struct {
	Accept bool `json:"accept"`
	// Code is the reason of a refusal, in the app's or the platform's terms.
	// The rules of this package use the name of the condition that does not
	// hold, "deadline" and "change_open". Platforms that ask why an address
	// cannot be changed take how far the order is: "picking" (拣货), "allocating"
	// (配货), "warehouse" (the warehouse has the order, 仓库), "outbound" (出库) or
	// "shipping" (发货).
	Code   string `json:"code,omitempty"`
	Reason string `json:"reason,omitempty"` // of a refusal; shown to customer service
}

// Change is a request and what became of it. The app keeps one that is under
// way, as JSON, from [Service.Begin] on and again after each [Service.Step]. A
// [Store] keeps the accepted ones.
type Change struct {
	Request
	Style  Style        `json:"style,omitempty"`
	State  State        `json:"state"`
	Status order.Status `json:"status,omitempty"` // of the order when the change began
	// Refusal is the platform's text of why it refused the change.
	Refusal string    `json:"refusal,omitempty"`
	At      time.Time `json:"at,omitzero"` // when it was accepted, or seen
	// Shown says that the platform's own order shows the change. Then the order
	// says what to ship, also when it changes again, and [Apply] leaves it
	// alone.
	Shown bool `json:"shown,omitempty"`
}
