package doudian

import (
	"time"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/order"
)

// DriverOf gives the conformance suite the driver below a shop's service.
func DriverOf(s *client.Shop) order.Driver { return orders{s, 30 * time.Second} }

// DropshipOf gives the tests the drop-ship driver below a shop's service.
func DropshipOf(s *client.Shop) dropship.Driver {
	return distribution{s, Assumptions{}.withDefaults()}
}
