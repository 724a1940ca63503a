package platforms

import (
	"time"

	"github.com/mallwire/mall/order"
)

// Sandbox holds what programs and tests put into the sandbox of a platform, in the
// form of the platform's own records.
type Sandbox struct {
	Values  map[string]string // variables that the sandbox needs and its manifest does not have
	Lists   string            // method that lists orders
	Renews  string            // method that renews a token
	Assigns []string          // methods that change a drop-ship assignment
	Carrier string            // code of the carrier YTO (圆通) on waybills
	// Order makes those fields of an order's record that a story names.
	Order func(Story) map[string]any
	// Paid is the push that an order was paid: its type and its fields.
	Paid func(shopID, orderID string) (kind string, fields map[string]any)
	// Blue is the SKU of blue shirts. BlueCode makes those fields of its record
	// that give it a merchant's code.
	Blue     string
	BlueCode func(code string) map[string]any
}

// Story is what a story says about an order. Zero fields are not part of it.
type Story struct {
	Status order.Status // Unpaid, ToShip, Shipped or Done
	At     time.Time    // when it was placed and last changed
	Remark string       // of the merchant
	Red    int64        // how many red shirts of 59.00 yuan, with the merchant's code TS-RED-M, were bought
}
