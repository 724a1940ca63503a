package doudian

import (
	"time"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/logistics"
)

// LogisticsOf gives the conformance suite the driver below a shop's service.
func LogisticsOf(s *client.Shop) logistics.Driver {
	return parcels{s, orders{s, time.Minute}, Assumptions{}.withDefaults()}
}
