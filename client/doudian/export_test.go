package doudian

import (
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// The drivers below the services of a shop, for the conformance suites.

func DriverOf(s *client.Shop) order.Driver { return orders{assumed(s, Assumptions{})} }

func SKUDriverOf(s *client.Shop) sku.Driver { return skus{assumed(s, Assumptions{StockBatch: 2})} }

func LogisticsOf(s *client.Shop) logistics.Driver { return logisticsDriver{assumed(s, Assumptions{})} }

func DropshipOf(s *client.Shop) dropship.Driver { return dropshipDriver{assumed(s, Assumptions{})} }

func assumed(s *client.Shop, a Assumptions) account {
	a = a.withDefaults()
	return account{s, &a}
}
