package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// maxOrdersAtOnce is the most orders of one call of AddOrders.
const maxOrdersAtOnce = 50_000

// AddOrder makes an order of the shop and returns its id. fields is nil or any
// value whose JSON form is an object in the platform's own wire form. Its
// members are applied to a template as a JSON merge patch: nested objects
// member by member, null removing a member. Fields that depend on others, such
// as line ids and totals, follow unless they are given. Errors:
// [ErrUnknownPlatform], [ErrUnknownID], [ErrTaken], or fields that no order
// could have.
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

// AddOrders makes count orders, 1 to 50,000, and returns their ids, oldest
// first. status is the platform's number; 0 leaves it to the template. The
// orders are a minute apart, the last being placed now.
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

// UpdateOrder applies fields to an order, as [Side.AddOrder] does to a
// template, and sets its update time to now unless fields gives one. Elements
// of its list of lines are applied to the lines with the same ids. Errors:
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

// order returns the order of the platform with that id; mu is held.
func (s *Sandbox) order(p stage.Platform, id string) (*stage.Record, error) {
	if r := s.orders[orderKey{p.Name(), id}]; r != nil {
		return r, nil
	}
	return nil, stage.Errorf(stage.ErrUnknownID, "order %.40q of %s", id, p.Name())
}
