package doudian

import (
	"time"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/order"
)

// DriverOf gives the conformance suite the driver below a shop's service.
func DriverOf(s *client.Shop) order.Driver { return orders{s, 30 * time.Second, operations} }
