package mall_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/sku"
)

// services are what one shop offers.
type services struct {
	Orders    *order.Service
	Changes   *change.Service
	SKUs      *sku.Service
	Dropship  *dropship.Service
	Logistics *logistics.Service
}

// people are those who act on a platform's own pages, and nowhere else.
type people interface {
	// Buys has a buyer order so many pieces.
	Buys(pieces int64) (orderID string, err error)
	// AsksForSKU has customer service ask for another SKU. Most platforms then ask
	// the program; others ask the buyer.
	AsksForSKU(ctx context.Context, r change.Request) error
	// Hears is what customer service hears of the buyer, who agrees if asked.
	Hears(orderID string) (change.Event, error)
	// WantsMoneyBack has the buyer ask for a refund, without a return.
	WantsMoneyBack(orderID string) (caseID string, err error)
	// Waits lets lists catch up.
	Waits()
}

// erp is a merchant's and a factory's program. It names no platform: nothing in
// it depends on which one it serves.
type erp struct {
	merchant, factory services
	people            people
	now               mall.Clock
	waybills          logistics.Take // carrier, sender and account of the factory
	changes           change.Store   // a real one keeps them in its database
	verdict           change.Verdict // the last one that a platform was given
}

// end is how a story of one order ended, in the neutral model alone.
type end struct {
	Story      string
	Status     order.Status
	Refund     order.Refund
	Lines      int
	Ordered    string // code of the SKU
	Effective  string // code of the SKU
	Quantity   int64
	Parcels    []string // tracking numbers; of a number that the platform gave, that it is the one given
	Assignment dropship.State
	Refused    string // the rule that refused a change of SKU
	Again      error  // what doing the last step again says
}

// run goes through all stories.
func (e *erp) run(ctx context.Context) (ends []end, err error) {
	for _, story := range []struct {
		name string
		tell func(context.Context, *end) (orderID string, err error)
	}{
		{"changed and shipped", e.changedAndShipped},
		{"shipped by the factory", e.shippedByFactory},
		{"taken back and shipped", e.takenBack},
		{"refunded", e.refunded},
	} {
		at := end{Story: story.name}
		id, err := story.tell(ctx, &at)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", story.name, err)
		}
		if err := e.look(ctx, id, &at); err != nil {
			return nil, fmt.Errorf("%s: %w", story.name, err)
		}
		ends = append(ends, at)
	}
	return ends, nil
}

// changedAndShipped exchanges the SKU, whoever decides about it, and ships what
// was agreed upon.
func (e *erp) changedAndShipped(ctx context.Context, at *end) (string, error) {
	id, err := e.people.Buys(1)
	if err != nil {
		return id, err
	}
	if at.Refused, err = e.change(ctx, id); err != nil || at.Refused != "" {
		return id, err
	}
	return id, e.ship(ctx, id, "YT1000000000001", at)
}

// shippedByFactory gives the order to a factory, which ships it.
func (e *erp) shippedByFactory(ctx context.Context, at *end) (string, error) {
	id, given, err := e.assign(ctx, 5, at)
	if err != nil {
		return id, err
	}
	take := e.waybills
	take.Requests = []logistics.WaybillRequest{given.WaybillRequest()}
	taken, err := e.factory.Dropship.TakeWaybills(ctx, take)
	if err == nil {
		err = taken[0].Err
	}
	if err != nil {
		return id, err
	}
	back := given.Return(taken[0].Item)
	if _, err = e.factory.Dropship.ReturnWaybills(ctx, back); err != nil {
		return id, err
	}
	_, err = e.factory.Dropship.ReturnWaybills(ctx, back)
	at.Again, at.Parcels = kindOf(err), []string{taken[0].Item.TrackingNo}
	return id, nil
}

// takenBack takes the order back from the factory and ships it here.
func (e *erp) takenBack(ctx context.Context, at *end) (string, error) {
	id, _, err := e.assign(ctx, 7, at)
	if err != nil {
		return id, err
	}
	mine, err := e.mine(ctx, id)
	if err != nil {
		return id, err
	}
	outcomes, err := e.merchant.Dropship.CancelAssignment(ctx, "厂家缺货", mine.MerchantID)
	if err == nil {
		err = outcomes[0].Err
	}
	if err != nil {
		return id, err
	}
	return id, e.ship(ctx, id, "YT1000000000002", at)
}

// refunded meets a refund: the SKU stays as it is, and the money goes back.
func (e *erp) refunded(ctx context.Context, at *end) (string, error) {
	id, err := e.people.Buys(2)
	if err != nil {
		return id, err
	}
	caseID, err := e.people.WantsMoneyBack(id)
	if err != nil {
		return id, err
	}
	if at.Refused, err = e.change(ctx, id); err != nil {
		return id, err
	}
	c, err := e.merchant.Orders.GetCase(ctx, caseID)
	if err != nil {
		return id, err
	}
	if err := e.merchant.Orders.Decide(ctx, c, order.Decision{Agree: true}); err != nil {
		return id, err
	}
	if c, err = e.merchant.Orders.GetCase(ctx, caseID); err == nil {
		at.Again = kindOf(e.merchant.Orders.Decide(ctx, c, order.Decision{Agree: true}))
	}
	return id, err
}

// change exchanges the SKU of an order for another one of the same price. A
// refusal names the rule.
func (e *erp) change(ctx context.Context, id string) (refused string, err error) {
	shop := e.merchant
	o, err := shop.Orders.Get(ctx, id)
	if err != nil {
		return "", err
	}
	line := o.Lines[0]
	variants, err := shop.SKUs.GetSKUs(ctx, line.SKU.ProductID)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(variants, func(v sku.SKU) bool { return v.ID != line.SKU.ID && v.Price == line.Price })
	if i < 0 {
		return "", fmt.Errorf("product %s has no other SKU at that price", line.SKU.ProductID)
	}
	r := change.Request{
		Kind: change.Spec, ID: "change-" + id, OrderID: id, LineID: line.ID, ToSKU: variants[i].Ref(line.SKU.Name),
		FromPrice: line.Price, ToPrice: variants[i].Price,
	}
	if !change.Can[change.SpecChanger](shop.Changes) {
		e.verdict = change.Verdict{}
		err := e.people.AsksForSKU(ctx, r) // asks judge
		return e.verdict.Code, err
	}
	c, effects, err := shop.Changes.Begin(ctx, e.changes, r)
	if refusal, ok := errors.AsType[*mall.Refusal](err); ok {
		return refusal.Guard, nil
	}
	if err != nil {
		return "", err
	}
	if slices.Contains(effects, change.EffectAskBuyer) {
		if err := e.people.AsksForSKU(ctx, r); err != nil {
			return "", err
		}
	}
	for range 3 {
		said, err := e.people.Hears(id)
		if err != nil {
			return "", err
		}
		if c, _, err = shop.Changes.Step(ctx, e.changes, c, said); err != nil {
			return "", err
		}
		if !c.State.Open() {
			break
		}
	}
	if c.State != change.StateApplied {
		return "", fmt.Errorf("the change is %s", c.State)
	}
	return "", nil
}

// judge answers a platform that asks the program.
func (e *erp) judge(ctx context.Context, r change.Request) (change.Verdict, error) {
	o, err := e.merchant.Orders.Get(ctx, r.OrderID)
	if err != nil {
		return change.Verdict{}, err
	}
	i := slices.IndexFunc(o.Lines, func(l order.Line) bool { return l.ID == r.LineID })
	if i < 0 {
		return change.Verdict{Reason: "订单中没有该商品"}, nil
	}
	facts := change.FactsOf(o, o.Lines[i])
	facts.Style, facts.Known, facts.Domestic = change.StyleVerdict, true, true
	e.verdict, err = change.Judge(ctx, e.changes, r, facts, e.now, nil)
	return e.verdict, err
}

// laid is an order with the changes that its platform does not show.
func (e *erp) laid(ctx context.Context, id string) (order.Order, error) {
	o, err := e.merchant.Orders.Get(ctx, id)
	if err != nil {
		return o, err
	}
	accepted, err := e.changes.Accepted(ctx, o.Platform, o.ShopID, id)
	if err != nil {
		return o, err
	}
	return change.Apply(o, accepted...)
}

// ship reports an order as handed over, twice.
func (e *erp) ship(ctx context.Context, id, trackingNo string, at *end) error {
	carriers, err := e.merchant.Logistics.Carriers(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(carriers, func(c logistics.Carrier) bool { return strings.HasPrefix(c.Name, "圆通") })
	if i < 0 {
		return errors.New("no such carrier")
	}
	s := logistics.Shipment{OrderID: id, Parcels: []logistics.Parcel{{CarrierCode: carriers[i].Code, TrackingNo: trackingNo}}}
	if err := e.merchant.Logistics.Ship(ctx, s); err != nil {
		return err
	}
	at.Parcels = []string{trackingNo}
	s.Parcels[0].TrackingNo += "9"
	at.Again = kindOf(e.merchant.Logistics.Ship(ctx, s)) // another parcel
	return nil
}

// assign gives an order of so many pieces to a factory, and is what that sees.
func (e *erp) assign(ctx context.Context, pieces int64, at *end) (id string, given dropship.Assignment, err error) {
	if id, err = e.people.Buys(pieces); err != nil {
		return id, given, err
	}
	partners, err := e.merchant.Dropship.Suppliers(ctx)
	if err != nil {
		return id, given, err
	}
	i := slices.IndexFunc(partners, func(r dropship.Relation) bool { return r.State == dropship.RelationBound })
	if i < 0 {
		return id, given, errors.New("no factory is bound")
	}
	e.people.Waits()
	mine, err := e.mine(ctx, id)
	if err != nil {
		return id, given, err
	}
	if who, ok, why := mine.MayShip(); who != dropship.RoleMerchant || !ok {
		return id, given, fmt.Errorf("the merchant may not ship: %s", why)
	}
	outcomes, err := e.merchant.Dropship.Assign(ctx, dropship.Choice{ID: mine.MerchantID, Supplier: partners[i].Partner})
	if err == nil {
		err = outcomes[0].Err
	}
	if err != nil {
		return id, given, err
	}
	e.people.Waits()
	for a, err := range e.factory.Dropship.AllFactoryOrders(ctx, dropship.Query{By: mall.ByCreation, From: e.now().Add(-time.Hour), State: dropship.StateAssigned}) {
		if err != nil {
			return id, given, err
		}
		if a.Lines[0].Quantity == pieces {
			return id, a, nil
		}
	}
	return id, given, errors.New("the factory does not see what it was given")
}

// mine is what the merchant sees of an order's assignment.
func (e *erp) mine(ctx context.Context, orderID string) (dropship.Assignment, error) {
	for a, err := range e.merchant.Dropship.AllMerchantOrders(ctx, dropship.Query{By: mall.ByCreation, From: e.now().Add(-time.Hour)}) {
		if err != nil || a.OrderID == orderID {
			return a, err
		}
	}
	return dropship.Assignment{}, fmt.Errorf("order %s is not among what may be assigned", orderID)
}

// look reads how an order ended, from the platform alone.
func (e *erp) look(ctx context.Context, id string, at *end) error {
	o, err := e.laid(ctx, id)
	if err != nil {
		return err
	}
	l := o.Lines[0]
	at.Status, at.Refund, at.Lines, at.Ordered, at.Effective, at.Quantity = o.Status, o.Refund, len(o.Lines), "", l.Effective.Code, l.Quantity
	if at.Ordered = l.SKU.Code; l.Previous.Code != "" {
		at.Ordered = l.Previous.Code
	}
	wanted := at.Parcels
	at.Parcels = nil
	for _, p := range o.Parcels {
		text := p.TrackingNo
		if !slices.Contains(wanted, text) {
			text = "another parcel: " + text
		} else if !strings.HasPrefix(text, "YT100") {
			text = "as taken"
		}
		at.Parcels = append(at.Parcels, text)
	}
	e.people.Waits()
	a, err := e.mine(ctx, id)
	at.Assignment = a.State
	return err
}

// kindOf is what a caller can do about a failure.
func kindOf(err error) error {
	if err == nil {
		return nil
	}
	for _, kind := range []mall.Kind{mall.ErrAlreadyDone, mall.ErrConflict, mall.ErrRejected, mall.ErrNotFound, mall.ErrUnknownOutcome} {
		if errors.Is(err, kind) {
			return kind
		}
	}
	return err
}
