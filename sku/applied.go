package sku

import "time"

// Change is a spec change that was accepted: from At on, To is what is shipped
// instead of From. Keep it for as long as the order may be shipped: a platform
// may go on showing From for ever. The zero time is older than any other.
type Change struct {
	OrderID string `json:"order_id"`
	LineID  string `json:"line_id"`
	From    Ref    `json:"from,omitzero"` // may be empty: then what the line had
	To      Ref    `json:"to"`
	// Quantity is how many pieces it is about; zero: the line's.
	Quantity int64     `json:"quantity,omitempty"`
	At       time.Time `json:"at,omitzero"`
	ID       string    `json:"id"` // of the request that was accepted
}
