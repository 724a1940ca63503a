package order

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Service lists, reads and annotates the orders of one shop. It is safe for
// concurrent use. Get one from a shop of package client, or from [NewService]
// over a driver of your own.
//
// Every failure is a [*mall.Error] that names the platform and what was tried.
// What the platform has no call for is mall.ErrNotSupported: see [Can].
type Service struct {
	driver Driver
	shopID string
	opts   Options
}

// Options adjust a [Service]. The zero value is useful.
type Options struct {
	Clock  mall.Clock
	Budget Budget // asked before each decryption; nil: no decryption is allowed
}

// NewService returns the service of a shop over its driver.
func NewService(d Driver, shopID string, opts Options) *Service {
	return &Service{driver: d, shopID: shopID, opts: opts}
}

// Driver returns the driver of the service, for packages that add calls to
// those of this one, such as order/change.
func (s *Service) Driver() Driver { return s.driver }

// ShopID returns the platform's id of the shop.
func (s *Service) ShopID() string { return s.shopID }

// Now returns the time by the clock of the service.
func (s *Service) Now() time.Time { return s.opts.Clock.Now() }

// fail is err as it leaves an exported call. Nil stays nil.
func (s *Service) fail(op string, err error) error {
	return settle.Failure(s.driver.Platform(), op, err)
}

// power finds the interface of the driver that a call needs.
func power[P any](s *Service) (P, error) {
	d, ok := s.driver.(P)
	if !ok {
		return d, mall.ErrNotSupported
	}
	return d, nil
}

// rules settle a write on an order or a case. The state of things may be why it
// was refused, so a refusal is looked into as well as a lost answer.
func (s *Service) rules(op string) settle.Rules {
	return settle.Rules{Platform: s.driver.Platform(), Op: op, Weigh: func(err error) settle.Doubt {
		switch {
		case errors.Is(err, mall.ErrUnknownOutcome):
			return settle.Open
		case errors.Is(err, mall.ErrConflict), errors.Is(err, mall.ErrRejected), errors.Is(err, mall.ErrAlreadyDone):
			return settle.Refused
		}
		return settle.Clear
	}}
}

// idOf trims the id of an order or a case, which is needed.
func idOf(id, what string) (string, error) {
	if id = strings.TrimSpace(id); id == "" {
		return "", settle.Invalid("the %s is empty", what)
	}
	return id, nil
}

// Limits returns what the platform imposes on lists.
func (s *Service) Limits() Limits { return s.driver.Limits() }

// Get reads one order by its id. A deleted or foreign order is
// mall.ErrNotFound or mall.ErrPermission.
func (s *Service) Get(ctx context.Context, id string) (Order, error) {
	o, err := s.get(ctx, id)
	return o, s.fail("get order", err)
}

// get is Get, as a step of other calls too.
func (s *Service) get(ctx context.Context, id string) (Order, error) {
	id, err := idOf(id, "order id")
	if err != nil {
		return Order{}, err
	}
	o, err := s.driver.Get(ctx, id)
	if err != nil {
		return Order{}, err
	}
	s.complete(&o)
	return o, nil
}

// complete fills in what the driver leaves to the service.
func (s *Service) complete(o *Order) {
	if o.Platform == "" {
		o.Platform = s.driver.Platform()
	}
	if o.ShopID == "" {
		o.ShopID = s.shopID
	}
	for i := range o.Lines {
		// A product without variants has no SKU id on some platforms.
		if l := &o.Lines[i]; l.Effective.ID == "" && l.Effective.ProductID == "" {
			l.Effective = l.SKU
		}
	}
	if o.Refund == "" {
		o.Refund = refundOf(o.Lines)
	}
}

// Mergeable asks the platform which of the orders may share a parcel and
// returns their ids in groups; an order that must go alone is a group of one.
// It merges nothing.
func (s *Service) Mergeable(ctx context.Context, orders ...Order) (groups [][]string, err error) {
	defer func() { err = s.fail("check for a shared parcel", err) }()
	d, err := power[Merger](s)
	if err != nil {
		return nil, err
	}
	if len(orders) < 2 {
		return nil, settle.Invalid("%d orders: at least two are needed", len(orders))
	}
	return d.Mergeable(ctx, orders)
}
