package sandbox

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/mallwire/mall"
)

// maxOrdersAtOnce caps AddOrders; more can be had by calling again.
const maxOrdersAtOnce = 50_000

// AddOrder makes an order of the shop and returns its id. fields is anything
// that encodes to a JSON object in the platform's own wire form, or nil; its
// members are laid over a sensible template, nested objects member by member
// and null removing one. What refers to other fields follows unless it is
// given: line ids and totals, for example. Errors: [ErrUnknownPlatform],
// [ErrUnknownID], [ErrTaken], or fields that no order could have.
func (s *Sandbox) AddOrder(platform mall.Platform, shopID string, fields any) (string, error) {
	object, err := toObject(fields)
	if err != nil {
		return "", err
	}
	ids, err := s.addOrders(platform, shopID, 1, object, 0)
	if err != nil {
		return "", err
	}
	return ids[0], nil
}

// AddOrders makes count orders, 1 to 50,000, of the platform's given status (0
// leaves it to the template) and returns their ids, oldest first. Each is a
// minute younger than the one before, the last being made now.
func (s *Sandbox) AddOrders(platform mall.Platform, shopID string, count, status int) ([]string, error) {
	if count < 1 || count > maxOrdersAtOnce {
		return nil, fmt.Errorf("sandbox: count is %d; it may be 1 to %d", count, maxOrdersAtOnce)
	}
	return s.addOrders(platform, shopID, count, nil, status)
}

func (s *Sandbox) addOrders(platform mall.Platform, shopID string, count int, fields jsonObject, status int) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sh, err := s.find(platform, shopID)
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, count)
	for i := range count {
		r, err := sh.platform.newOrder(sh, fields, status, count-1-i)
		if err != nil {
			return nil, err
		}
		ids = append(ids, r.id)
	}
	return ids, nil
}

// UpdateOrder lays fields over an order, as [Sandbox.AddOrder] does, and moves
// its update time to now unless fields gives one. Elements of its list of
// lines are laid over the lines with the same ids. Errors:
// [ErrUnknownPlatform], [ErrUnknownID], or fields that no order could have.
func (s *Sandbox) UpdateOrder(platform mall.Platform, orderID string, fields any) error {
	object, err := toObject(fields)
	if err != nil {
		return err
	}
	p, err := s.platformNamed(platform)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.order(p, orderID)
	if err != nil {
		return err
	}
	return p.changeOrder(r, object)
}

// Order returns an order in the platform's wire form. Errors:
// [ErrUnknownPlatform], [ErrUnknownID].
func (s *Sandbox) Order(platform mall.Platform, orderID string) (json.RawMessage, error) {
	p, err := s.platformNamed(platform)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.order(p, orderID)
	if err != nil {
		return nil, err
	}
	return bytes.Clone(r.wire), nil
}

// Orders returns the orders of a shop in the platform's wire form, oldest
// first. Errors: [ErrUnknownPlatform], [ErrUnknownID].
func (s *Sandbox) Orders(platform mall.Platform, shopID string) ([]json.RawMessage, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sh, err := s.find(platform, shopID)
	if err != nil {
		return nil, err
	}
	all := make([]json.RawMessage, 0, len(sh.book.byCreated))
	for _, r := range sh.book.byCreated {
		all = append(all, bytes.Clone(r.wire))
	}
	return all, nil
}

type orderKey struct {
	platform mall.Platform
	id       string
}

// record is an order. Its wire text is never changed, only replaced, so it may
// be handed out while mu is free.
type record struct {
	shop    *shop
	id      string
	created int64 // since 1970, in the platform's own unit, as is updated
	updated int64
	wire    []byte
	facts   any // what the platform's file looks orders up by
}

// order returns the order of that platform and id; mu is held.
func (s *Sandbox) order(p platform, id string) (*record, error) {
	if r := s.orders[orderKey{p.name(), id}]; r != nil {
		return r, nil
	}
	return nil, errorf(ErrUnknownID, "order %.40q of %s", id, p.name())
}

// book is the orders of one shop in both orders in which they are listed.
// Keeping them sorted makes a window a binary search.
type book struct {
	byCreated []*record
	byUpdated []*record
}

func compareCreated(a, b *record) int {
	return cmp.Or(cmp.Compare(a.created, b.created), cmp.Compare(a.id, b.id))
}

func compareUpdated(a, b *record) int {
	return cmp.Or(cmp.Compare(a.updated, b.updated), cmp.Compare(a.id, b.id))
}

func (b *book) add(r *record) {
	i, _ := slices.BinarySearchFunc(b.byCreated, r, compareCreated)
	b.byCreated = slices.Insert(b.byCreated, i, r)
	i, _ = slices.BinarySearchFunc(b.byUpdated, r, compareUpdated)
	b.byUpdated = slices.Insert(b.byUpdated, i, r)
}

func (b *book) remove(r *record) {
	if i, ok := slices.BinarySearchFunc(b.byCreated, r, compareCreated); ok {
		b.byCreated = slices.Delete(b.byCreated, i, i+1)
	}
	if i, ok := slices.BinarySearchFunc(b.byUpdated, r, compareUpdated); ok {
		b.byUpdated = slices.Delete(b.byUpdated, i, i+1)
	}
}

// within cuts the records with from <= time <= to out of a sorted list.
func within(list []*record, time func(*record) int64, from, to int64) []*record {
	i, _ := slices.BinarySearchFunc(list, from, func(r *record, t int64) int { return cmp.Compare(time(r), t) })
	list = list[i:]
	j, _ := slices.BinarySearchFunc(list, to, func(r *record, t int64) int {
		if time(r) <= t {
			return -1
		}
		return 1
	})
	return list[:j]
}
