package order

import (
	"time"

	"github.com/mallwire/mall"
)

// AddressChange is a new receiver for an order (改地址): asked for, or already
// in force, as the event says that carries it.
type AddressChange struct {
	Platform  mall.Platform `json:"platform"`
	ShopID    string        `json:"shop_id"`
	ID        string        `json:"id,omitempty"` // tells requests apart; empty where the order's id does
	OrderID   string        `json:"order_id"`
	From      Receiver      `json:"from,omitzero"`
	To        Receiver      `json:"to"`
	Requested time.Time     `json:"requested,omitzero"`
	Deadline  time.Time     `json:"deadline,omitzero"`
}
