package change

import (
	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/order"
)

// Service changes the orders of one shop that were placed. It is safe for
// concurrent use. Get one from a shop of package client, or from [NewService]
// over orders of your own.
type Service struct {
	orders *order.Service
}

// NewService returns the service of a shop over the service of its orders, whose
// driver, shop and clock it takes over.
func NewService(orders *order.Service) *Service { return &Service{orders: orders} }

// fail makes err the failure of a call. Nil stays nil.
func (s *Service) fail(op string, err error) error {
	return settle.Failure(s.orders.Driver().Platform(), op, err)
}
