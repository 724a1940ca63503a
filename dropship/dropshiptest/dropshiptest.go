// Package dropshiptest checks a pair of drivers of package dropship, a
// merchant's and that of a factory bound to it, against what the package
// promises:
//
//	func TestConformance(t *testing.T) {
//		dropshiptest.Run(t, dropshiptest.Known{Merchant: …, Factory: …, Supplier: "20000001", Lines: ids, …})
//	}
//
// It assigns, ships and takes back, so the drivers must be over a test
// environment, the sandbox of this module or a fake of your own.
package dropshiptest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/order"
)

// Known says what the platform under test holds.
type Known struct {
	Merchant dropship.Driver
	Factory  dropship.Driver
	Supplier string // the factory's shop id, bound to the merchant
	// Lines are four assignments that nobody has and that may be assigned.
	Lines []dropship.MerchantID
	// From lies before the trades of Lines were made.
	From    time.Time
	Carrier string
	Sender  dropship.Sender
	Clock   mall.Clock // of the platform; nil: the machine's
	// Settle waits, or moves the clock, until lists show what was just done.
	Settle func()
}

// Run checks the pair, one subtest for each promise, in an order in which each
// builds on what those before left behind.
func Run(t *testing.T, k Known) {
	t.Helper()
	s, err := newSuite(k)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			if err := c.run(t.Context(), s); err != nil {
				t.Error(err)
			}
		})
	}
}

// Check is [Run] without a test: it returns the first promise that is broken.
func Check(ctx context.Context, k Known) error {
	s, err := newSuite(k)
	if err != nil {
		return err
	}
	for _, c := range checks {
		if err := c.run(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

// check is one promise.
type check struct {
	name string
	run  func(context.Context, *suite) error
}

var checks = []check{
	{"Roles", roles},
	{"OtherSideIsRefused", otherSide},
	{"Partners", partners},
	{"MerchantGet", merchantGet},
	{"MerchantList", merchantList},
	{"Assign", assign},
	{"FactoryList", factoryList},
	{"FactoryGet", factoryGet},
	{"Waybills", waybills},
	{"Return", returns},
	{"Pieces", pieces},
	{"Update", update},
	{"Cancel", cancel},
}

// suite is one run.
type suite struct {
	known     Known
	merchant  *dropship.Service
	factory   *dropship.Service
	given     map[dropship.MerchantID]dropship.Assignment // as the merchant saw them at first
	factoryID []dropship.FactoryID                        // of Lines, by what the factory was shown
	quantity  []int64
	numbers   []string // taken for Lines
}

func newSuite(k Known) (*suite, error) {
	if k.Merchant == nil || k.Factory == nil || k.Supplier == "" || len(k.Lines) != 4 || k.From.IsZero() || k.Settle == nil {
		return nil, errors.New("dropshiptest: Known needs both drivers, Supplier, four Lines, From and Settle")
	}
	return &suite{
		known: k, given: map[dropship.MerchantID]dropship.Assignment{},
		merchant: dropship.NewService(k.Merchant, "merchant", dropship.Options{Clock: k.Clock}),
		factory:  dropship.NewService(k.Factory, "factory", dropship.Options{Clock: k.Clock}),
	}, nil
}

func roles(ctx context.Context, s *suite) error {
	m, err := s.merchant.Role(ctx)
	f, err2 := s.factory.Role(ctx)
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	if m != dropship.RoleMerchant || f != dropship.RoleFactory {
		return fmt.Errorf("the roles are %q and %q", m, f)
	}
	return nil
}

// reason insists on a refusal with a reason.
func reason(err error, want dropship.Reason) error {
	r, ok := errors.AsType[*dropship.Refusal](err)
	if !ok || r.Reason != want {
		return fmt.Errorf("want a refusal with reason %q, got: %v", want, err)
	}
	return nil
}

func otherSide(ctx context.Context, s *suite) error {
	_, err := s.factory.Assign(ctx, dropship.Choice{ID: s.known.Lines[0], Supplier: s.known.Supplier})
	_, err2 := s.merchant.ReturnWaybills(ctx, dropship.Return{
		ID: dropship.FactoryID{Shop: "1", ID: "1"}, Parcels: []dropship.Shipment{{Carrier: "x", TrackingNo: "x", Pieces: 1}},
	})
	return errors.Join(reason(err, dropship.ReasonWrongRole), reason(err2, dropship.ReasonWrongRole))
}

func partners(ctx context.Context, s *suite) error {
	suppliers, err := s.merchant.Suppliers(ctx, dropship.RelationBound)
	if err != nil {
		return err
	}
	merchants, err := s.factory.Merchants(ctx)
	if err != nil {
		return err
	}
	found := false
	for _, r := range suppliers {
		if r.State != dropship.RelationBound || r.Role != dropship.RoleFactory || r.PlatformState == "" {
			return fmt.Errorf("supplier %+v", r)
		}
		found = found || r.Partner == s.known.Supplier
	}
	if !found {
		return errors.New("the factory is not among the bound suppliers")
	}
	if len(merchants) == 0 || merchants[0].Role != dropship.RoleMerchant || merchants[0].Partner == "" {
		return fmt.Errorf("the merchant is not in the factory's list: %+v", merchants)
	}
	return nil
}

func merchantGet(ctx context.Context, s *suite) error {
	for _, id := range s.known.Lines {
		a, err := s.merchant.MerchantOrder(ctx, id)
		switch {
		case err != nil:
			return err
		case a.MerchantID != id || a.State != dropship.StateUnassigned || a.PlatformState == "" || a.OrderID == "" || len(a.Lines) == 0 || a.Lines[0].Quantity < 1:
			return fmt.Errorf("%+v", a)
		case len(a.Raw) == 0:
			return errors.New("the record is not kept")
		}
		if who, ok, why := a.MayShip(); who != dropship.RoleMerchant || !ok {
			return fmt.Errorf("%s: %q may ship: %t, %q", id, who, ok, why)
		}
		s.given[id] = a
		s.quantity = append(s.quantity, a.Lines[0].Quantity)
	}
	if _, err := s.merchant.MerchantOrder(ctx, "7999999999999999999"); !errors.Is(err, mall.ErrNotFound) {
		return fmt.Errorf("an unknown id is no mall.ErrNotFound: %v", err)
	}
	return nil
}

// ids walks a list and refuses repeats.
func ids(ctx context.Context, walk func(context.Context, dropship.Query) func(func(dropship.Assignment, error) bool), q dropship.Query) (map[string]dropship.Assignment, error) {
	seen := map[string]dropship.Assignment{}
	for a, err := range walk(ctx, q) {
		if err != nil {
			return nil, err
		}
		key := string(a.MerchantID) + a.FactoryID.ID
		if _, ok := seen[key]; ok {
			return nil, fmt.Errorf("%s is listed twice, though nothing changed", key)
		}
		if q.State != "" && a.State != q.State {
			return nil, fmt.Errorf("%s is listed in state %q", key, a.State)
		}
		seen[key] = a
	}
	return seen, nil
}

func merchantList(ctx context.Context, s *suite) error {
	walk := func(ctx context.Context, q dropship.Query) func(func(dropship.Assignment, error) bool) {
		return s.merchant.MerchantOrders(ctx, q)
	}
	for _, q := range []dropship.Query{
		{From: s.known.From}, {From: s.known.From, PageSize: 1}, {From: s.known.From, State: dropship.StateUnassigned},
		{From: s.known.From, By: order.ByCreation, State: dropship.StateUnassigned, PageSize: 2},
	} {
		seen, err := ids(ctx, walk, q)
		if err != nil {
			return err
		}
		for _, id := range s.known.Lines {
			if a, ok := seen[string(id)]; !ok {
				return fmt.Errorf("%s is not listed by %+v", id, q)
			} else if a.OrderID != s.given[id].OrderID || a.RefundOpen != s.given[id].RefundOpen {
				return fmt.Errorf("%s is listed as something else than is read", id)
			}
		}
	}
	return nil
}

func assign(ctx context.Context, s *suite) error {
	var choices []dropship.Choice
	for _, id := range s.known.Lines {
		choices = append(choices, dropship.Choice{ID: id, Supplier: s.known.Supplier})
	}
	outcomes, err := s.merchant.Assign(ctx, choices...)
	if err != nil || len(outcomes) != len(choices) {
		return fmt.Errorf("%d outcomes of %d, %w", len(outcomes), len(choices), err)
	}
	for i, o := range outcomes {
		if o.ID != choices[i].ID || o.Err != nil {
			return fmt.Errorf("outcome %d: %+v", i, o)
		}
	}
	again, err := s.merchant.Assign(ctx, choices[0])
	if err != nil {
		return err
	}
	if !errors.Is(again[0].Err, mall.ErrAlreadyDone) {
		return fmt.Errorf("assigned again: %v", again[0].Err)
	}
	a, err := s.merchant.MerchantOrder(ctx, choices[0].ID)
	if err != nil {
		return err
	}
	if who, ok, _ := a.MayShip(); a.State != dropship.StateAssigned || a.Partner != s.known.Supplier || who != dropship.RoleFactory || !ok {
		return fmt.Errorf("assigned: %+v", a)
	}
	return nil
}

func factoryList(ctx context.Context, s *suite) error {
	s.known.Settle()
	walk := func(ctx context.Context, q dropship.Query) func(func(dropship.Assignment, error) bool) {
		return s.factory.FactoryOrders(ctx, q)
	}
	for _, q := range []dropship.Query{
		{From: s.known.From, State: dropship.StateAssigned}, {From: s.known.From, By: order.ByCreation, PageSize: 1}, {From: s.known.From, PageSize: 3},
	} {
		seen, err := ids(ctx, walk, q)
		if err != nil {
			return err
		}
		for key, a := range seen {
			if a.OrderID != "" || a.FactoryID.Shop == "" || a.FactoryID.ID == "" {
				return fmt.Errorf("%s: the factory is shown the trade, or no id: %+v", key, a)
			}
		}
		if len(seen) < len(s.known.Lines) {
			return fmt.Errorf("%d listed by %+v, %d were assigned", len(seen), q, len(s.known.Lines))
		}
		s.factoryID = s.factoryID[:0]
		for _, id := range s.known.Lines {
			// The two ids may differ; what is in the parcel and when do not.
			for _, a := range seen {
				if same(a, s.given[id]) && !contains(s.factoryID, a.FactoryID) {
					s.factoryID = append(s.factoryID, a.FactoryID)
					break
				}
			}
		}
		if len(s.factoryID) != len(s.known.Lines) {
			return errors.New("the factory is not shown what the merchant gave")
		}
	}
	return nil
}

func same(f, m dropship.Assignment) bool {
	return f.FactoryID.ID == string(m.MerchantID) || f.Lines[0].SKU.Code == m.Lines[0].SKU.Code && f.Lines[0].Quantity == m.Lines[0].Quantity && f.ShipBy.Equal(m.ShipBy)
}

func contains(list []dropship.FactoryID, id dropship.FactoryID) bool {
	for _, x := range list {
		if x == id {
			return true
		}
	}
	return false
}

func factoryGet(ctx context.Context, s *suite) error {
	for _, id := range s.factoryID {
		a, err := s.factory.FactoryOrder(ctx, id)
		if err != nil {
			return err
		}
		if a.FactoryID != id || a.State != dropship.StateAssigned || a.OrderID != "" || a.Role != dropship.RoleFactory {
			return fmt.Errorf("%+v", a)
		}
	}
	if _, err := s.factory.FactoryOrder(ctx, dropship.FactoryID{Shop: s.factoryID[0].Shop, ID: "7999999999999999999"}); !errors.Is(err, mall.ErrNotFound) {
		return fmt.Errorf("an unknown id is no mall.ErrNotFound: %v", err)
	}
	return nil
}

func waybills(ctx context.Context, s *suite) error {
	r := dropship.WaybillRequest{Carrier: s.known.Carrier, Sender: s.known.Sender}
	unknown := dropship.FactoryID{Shop: s.factoryID[0].Shop, ID: "7999999999999999999"}
	for _, id := range append(s.factoryID[:4:4], unknown) {
		r.Entries = append(r.Entries, dropship.WaybillEntry{ID: id, Items: []dropship.Item{{Name: "示例", Quantity: 1}}})
	}
	taken, err := s.factory.TakeWaybills(ctx, r)
	if err != nil || len(taken) != 5 {
		return fmt.Errorf("%d answers to 5 entries: %w", len(taken), err)
	}
	if taken[4].Err == nil {
		return errors.New("a number is taken for an unknown assignment")
	}
	for i, w := range taken[:4] {
		if w.Err != nil || w.ID != s.factoryID[i] || w.TrackingNo == "" {
			return fmt.Errorf("entry %d: %+v", i, w)
		}
		s.numbers = append(s.numbers, w.TrackingNo)
	}
	return nil
}

// shipment is the return of one of Lines.
func (s *suite) shipment(i int) dropship.Return {
	return dropship.Return{ID: s.factoryID[i], Parcels: []dropship.Shipment{{Carrier: s.known.Carrier, TrackingNo: s.numbers[i], Pieces: s.quantity[i]}}}
}

func returns(ctx context.Context, s *suite) error {
	parcels, err := s.factory.ReturnWaybills(ctx, s.shipment(0))
	if err != nil {
		return err
	}
	if len(parcels) != 1 || parcels[0].TrackingNo != s.numbers[0] {
		return fmt.Errorf("parcels: %+v", parcels)
	}
	a, err := s.merchant.MerchantOrder(ctx, s.known.Lines[0])
	if err != nil {
		return err
	}
	if who, ok, why := a.MayShip(); a.State != dropship.StateReturned || len(a.Parcels) != 1 || a.Parcels[0].TrackingNo != s.numbers[0] || who != "" || ok || why != dropship.ReasonShipped {
		return fmt.Errorf("the merchant is not shown the shipment: %+v", a)
	}
	if _, err := s.factory.ReturnWaybills(ctx, s.shipment(0)); !errors.Is(err, mall.ErrAlreadyDone) {
		return fmt.Errorf("returned again: %v", err)
	}
	other := s.shipment(0)
	other.Parcels[0].TrackingNo = s.numbers[1]
	_, err = s.factory.ReturnWaybills(ctx, other)
	return reason(err, dropship.ReasonShipped)
}

func pieces(ctx context.Context, s *suite) error {
	r := s.shipment(1)
	r.Parcels[0].Pieces += 7
	_, err := s.factory.ReturnWaybills(ctx, r)
	return reason(err, dropship.ReasonPieces)
}

func update(ctx context.Context, s *suite) error {
	a, err := s.factory.FactoryOrder(ctx, s.factoryID[0])
	if err != nil {
		return err
	}
	c := dropship.Correction{ID: s.factoryID[0], ParcelID: a.Parcels[0].ID, Carrier: s.known.Carrier, TrackingNo: s.numbers[3]}
	if err := s.factory.UpdateWaybill(ctx, c); err != nil {
		return err
	}
	if a, err = s.factory.FactoryOrder(ctx, s.factoryID[0]); err != nil || a.Parcels[0].TrackingNo != s.numbers[3] {
		return fmt.Errorf("the number is %+v: %w", a.Parcels, err)
	}
	return s.factory.CancelWaybill(ctx, dropship.Cancellation{Shop: s.factoryID[1].Shop, Carrier: s.known.Carrier, TrackingNo: s.numbers[1]})
}

func cancel(ctx context.Context, s *suite) error {
	outcomes, err := s.merchant.CancelAssignment(ctx, s.known.Lines[2], s.known.Lines[0])
	if err != nil {
		return err
	}
	if outcomes[0].Err != nil {
		return outcomes[0].Err
	}
	if err := reason(outcomes[1].Err, dropship.ReasonShipped); err != nil {
		return fmt.Errorf("cancel what is shipped: %w", err)
	}
	again, err := s.merchant.CancelAssignment(ctx, s.known.Lines[2])
	if err != nil {
		return err
	}
	if !errors.Is(again[0].Err, mall.ErrAlreadyDone) {
		return fmt.Errorf("cancelled again: %v", again[0].Err)
	}
	_, err = s.factory.ReturnWaybills(ctx, s.shipment(2))
	if err := reason(err, dropship.ReasonCancelled); err != nil {
		return err
	}
	outcomes, err = s.merchant.Assign(ctx, dropship.Choice{ID: s.known.Lines[2], Supplier: s.known.Supplier})
	if err != nil {
		return err
	}
	return outcomes[0].Err // a cancelled one can be given again
}
