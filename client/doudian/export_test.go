package doudian

import (
	"time"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// The conformance suites are given the drivers below a shop's services.

func DriverOf(s *client.Shop) order.Driver { return orders{s, 30 * time.Second, operations} }

func SKUDriverOf(s *client.Shop) sku.Driver { return skus{s, 2} }

func LogisticsOf(s *client.Shop) logistics.Driver {
	return parcels{s, orders{s, time.Minute, operations}, Assumptions{}.withDefaults()}
}

func DropshipOf(s *client.Shop) dropship.Driver {
	return distribution{s, Assumptions{}.withDefaults()}
}
