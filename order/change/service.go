package change

import (
	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/order"
)

// Service changes the orders of one shop that were placed. It is safe for
// concurrent use. Get one from a shop of package client, or from [NewService]
// over a driver of your own.
type Service struct {
	driver order.Driver
	orders *order.Service
}

// NewService returns the service of a shop over its driver and the orders that
// are read through it, whose shop and clock are its own.
func NewService(d order.Driver, orders *order.Service) *Service {
	return &Service{driver: d, orders: orders}
}

// fail makes err the failure of a call. Nil stays nil.
func (s *Service) fail(op string, err error) error {
	return settle.Failure(s.driver.Platform(), op, err)
}
