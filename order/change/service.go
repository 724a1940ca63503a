package change

import (
	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/order"
)

// Service changes placed orders of one shop. It is safe for concurrent use. Get
// one from a shop of package client, or make one with [NewService] over your
// own orders.
type Service struct {
	orders *order.Service
}

// NewService returns a service over the shop's order service and uses its
// driver, shop and clock.
func NewService(orders *order.Service) *Service { return &Service{orders: orders} }

// fail returns err as the error of an exported call; nil stays nil.
func (s *Service) fail(op string, err error) error {
	return settle.Failure(s.orders.Driver().Platform(), op, err)
}
