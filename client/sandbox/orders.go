package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// maxOrdersAtOnce caps AddOrders; more can be had by calling again.
const maxOrdersAtOnce = 50_000

// AddOrder makes an order of the shop and returns its id. fields is anything
// that encodes to a JSON object in the platform's own wire form, or nil; its
// members are laid over a sensible template, nested objects member by member
// and null removing one. What refers to other fields follows unless it is
// given: line ids and totals, for example. Errors: [ErrUnknownPlatform],
// [ErrUnknownID], [ErrTaken], or fields that no order could have.
func (d Side) AddOrder(shopID string, fields any) (string, error) {
	object, err := stage.ToObject(fields)
	if err != nil {
		return "", err
	}
	ids, err := d.addOrders(shopID, 1, object, 0)
	if err != nil {
		return "", err
	}
	return ids[0], nil
}

// AddOrders makes count orders, 1 to 50,000, of the platform's given status (0
// leaves it to the template) and returns their ids, oldest first. Each is a
// minute younger than the one before, the last being made now.
func (d Side) AddOrders(shopID string, count, status int) ([]string, error) {
	if count < 1 || count > maxOrdersAtOnce {
		return nil, fmt.Errorf("sandbox: count is %d; it may be 1 to %d", count, maxOrdersAtOnce)
	}
	return d.addOrders(shopID, count, nil, status)
}

func (d Side) addOrders(shopID string, count int, fields stage.Object, status int) ([]string, error) {
	if err := d.lock(); err != nil {
		return nil, err
	}
	defer d.unlock()
	sh, err := d.shop(shopID)
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, count)
	for i := range count {
		r, err := d.platform.NewOrder(sh, fields, status, count-1-i)
		if err != nil {
			return nil, err
		}
		ids = append(ids, r.ID)
	}
	return ids, nil
}

// UpdateOrder lays fields over an order, as [Side.AddOrder] does, and moves
// its update time to now unless fields gives one. Elements of its list of
// lines are laid over the lines with the same ids. Errors:
// [ErrUnknownPlatform], [ErrUnknownID], or fields that no order could have.
func (d Side) UpdateOrder(orderID string, fields any) error {
	object, err := stage.ToObject(fields)
	if err != nil {
		return err
	}
	if err := d.lock(); err != nil {
		return err
	}
	defer d.unlock()
	r, err := d.order(orderID)
	if err != nil {
		return err
	}
	return d.platform.ChangeOrder(r, object)
}

// Order returns an order in the platform's wire form. Errors:
// [ErrUnknownPlatform], [ErrUnknownID].
func (d Side) Order(orderID string) (json.RawMessage, error) {
	if err := d.lock(); err != nil {
		return nil, err
	}
	defer d.unlock()
	r, err := d.order(orderID)
	if err != nil {
		return nil, err
	}
	return bytes.Clone(r.Wire), nil
}

// Orders returns the orders of a shop in the platform's wire form, oldest
// first. Errors: [ErrUnknownPlatform], [ErrUnknownID].
func (d Side) Orders(shopID string) ([]json.RawMessage, error) {
	if err := d.lock(); err != nil {
		return nil, err
	}
	defer d.unlock()
	sh, err := d.shop(shopID)
	if err != nil {
		return nil, err
	}
	all := make([]json.RawMessage, 0, len(sh.Book.ByCreated))
	for _, r := range sh.Book.ByCreated {
		all = append(all, bytes.Clone(r.Wire))
	}
	return all, nil
}

type orderKey struct {
	platform mall.Platform
	id       string
}

// order returns the order of that platform and id; mu is held.
func (s *Sandbox) order(p stage.Platform, id string) (*stage.Record, error) {
	if r := s.orders[orderKey{p.Name(), id}]; r != nil {
		return r, nil
	}
	return nil, stage.Errorf(stage.ErrUnknownID, "order %.40q of %s", id, p.Name())
}
