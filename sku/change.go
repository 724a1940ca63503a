package sku

import (
	"time"

	"github.com/mallwire/mall"
)

// ChangeRequest asks to ship another SKU than was ordered (改规格). The zero
// time means that the platform did not say.
type ChangeRequest struct {
	Platform mall.Platform `json:"platform"`
	ShopID   string        `json:"shop_id"`
	// ID tells requests apart. A request that is repeated has the same ID.
	ID        string    `json:"id"`
	OrderID   string    `json:"order_id"`
	LineID    string    `json:"line_id"`
	From      Ref       `json:"from,omitzero"` // may be empty: then what the line has
	To        Ref       `json:"to"`
	Quantity  int64     `json:"quantity,omitempty"` // zero: the line's
	Operator  string    `json:"operator,omitempty"` // who asked, as the platform tells it
	Requested time.Time `json:"requested,omitzero"`
	Deadline  time.Time `json:"deadline,omitzero"` // the answer is worth nothing afterwards

	// Raw is what the platform sent. It stays out of JSON.
	Raw mall.Raw `json:"-"`
}

// Record returns the platform's record, for [mall.Native].
func (r ChangeRequest) Record() (mall.Platform, string, mall.Raw) {
	return r.Platform, "change request " + r.ID, r.Raw
}

// Verdict answers a change request. The zero Verdict refuses.
type Verdict struct {
	Accept bool   `json:"accept"`
	Code   string `json:"code,omitempty"`   // of a refusal, in the app's or platform's terms
	Reason string `json:"reason,omitempty"` // shown to customer service
}

// Late reports that the answer to r would come too late at now.
func (r ChangeRequest) Late(now time.Time) bool {
	return !r.Deadline.IsZero() && !now.Before(r.Deadline)
}

// Change is a change in force: from At on, To is what to ship for the line.
// Some platforms go on showing From, so whoever reads the order later must lay
// the accepted changes over it. Others put To into their own order: Shown.
type Change struct {
	OrderID  string    `json:"order_id"`
	LineID   string    `json:"line_id"`
	From     Ref       `json:"from,omitzero"` // may be empty: what the line had
	To       Ref       `json:"to"`
	Quantity int64     `json:"quantity,omitempty"` // zero: the line's
	At       time.Time `json:"at"`                 // when it was accepted, or seen
	ID       string    `json:"id"`                 // of the request
	// Shown says that the platform's own order has the new SKU: what it shows is
	// what to ship, also when it changes again, and nothing is laid over it.
	Shown bool `json:"shown,omitempty"`
}
