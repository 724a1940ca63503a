package order_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// merchant is a program that changes what was ordered on every platform.
type merchant struct {
	changes sku.Changes                 // a real one keeps them in its database,
	pending map[string]order.SpecChange // and these, by order, beside them
}

// asked answers a platform that asks: it is a webhook handler's work.
func (m *merchant) asked(ctx context.Context, r sku.ChangeRequest, f sku.ChangeFacts) (sku.Verdict, error) {
	f.Style, f.Progress, f.Domestic = sku.StyleVerdict, sku.ProgressOpen, true
	return sku.Judge(ctx, m.changes, r, f, nil, nil)
}

// want begins a change where the platform is to be asked.
func (m *merchant) want(ctx context.Context, shop *order.Service, r sku.ChangeRequest, price sku.PriceDiff) error {
	if !shop.CanChangeSpec() {
		return errors.New("customer service asks on the platform's pages, and then the platform asks here")
	}
	c, effects, err := shop.BeginSpecChange(ctx, m.changes, r, price)
	if err != nil {
		return err
	}
	fmt.Println("begun:", c.State, effects)
	m.pending[c.Request.OrderID] = c
	return nil
}

// follow is called from time to time, and when customer service has heard the buyer.
func (m *merchant) follow(ctx context.Context, shop *order.Service, orderID string, said order.Consent) error {
	c, effects, err := shop.StepSpecChange(ctx, m.changes, m.pending[orderID], said)
	if err != nil {
		return err // the change is as it was: the next step looks again
	}
	fmt.Println("now:", c.State, effects)
	m.pending[orderID] = c
	return nil
}

// ship reads an order and says what to put into the parcel. It is the same for
// all platforms.
func (m *merchant) ship(ctx context.Context, shop *order.Service, orderID string) (string, error) {
	o, err := shop.Get(ctx, orderID)
	if err != nil {
		return "", err
	}
	accepted, err := m.changes.Accepted(ctx, o.Platform, o.ShopID, o.ID)
	if err != nil {
		return "", err
	}
	if o, err = order.Apply(o, accepted...); err != nil {
		return "", err // a person must decide
	}
	return fmt.Sprintf("ordered as %s, to ship %s", o.Lines[0].SKU.ID, o.Lines[0].Effective.ID), nil
}

// One program serves platforms that ask it, and platforms that ask the buyer.
func ExampleService_StepSpecChange() {
	ctx := context.Background()
	m := &merchant{changes: sku.NewMemoryChanges(), pending: map[string]order.SpecChange{}}

	// This platform asks the buyer; its own order gets the new SKU.
	asksBuyer := newSpecDesk(consentTerms).shop
	r := sku.ChangeRequest{ID: "request-1", OrderID: "o1", LineID: "o1", To: blueShirt()}
	fmt.Println(m.want(ctx, asksBuyer, r, sku.PriceLower))
	fmt.Println(m.want(ctx, asksBuyer, r, sku.PriceEqual))
	fmt.Println(m.follow(ctx, asksBuyer, "o1", order.ConsentUnknown))
	fmt.Println(m.follow(ctx, asksBuyer, "o1", order.ConsentAgreed))
	fmt.Println(m.ship(ctx, asksBuyer, "o1"))

	// This one asks the program; its own order keeps the old SKU.
	asksHere := order.NewService(newCursor(newSpecDesk(consentTerms).rows), "shop-2", order.Options{})
	fmt.Println(m.want(ctx, asksHere, r, sku.PriceEqual))
	r.Platform, r.ShopID = "fake", "shop-2"
	verdict, err := m.asked(ctx, r, sku.ChangeFacts{Stage: sku.StageToShip})
	fmt.Println(verdict.Accept, err)
	fmt.Println(m.ship(ctx, asksHere, "o1"))
	// Output:
	// fake: begin spec change: sku: change none: request: NOT_ALLOWED: price_diff
	// begun: wait_buyer [send_card start_timer_2h]
	// <nil>
	// now: wait_buyer []
	// <nil>
	// now: applied [reread_order rematch_sku fire_order_flow_spec_changed]
	// <nil>
	// ordered as blue, to ship blue <nil>
	// customer service asks on the platform's pages, and then the platform asks here
	// true <nil>
	// ordered as red, to ship blue <nil>
}

// Customer service may exchange a SKU without this program. A handler that
// follows the shop's orders sees it, and keeps it like those begun here.
func ExampleSeenSpecChanges() {
	stored, changes := map[string]order.Order{}, sku.NewMemoryChanges()
	handler := func(ctx context.Context, o order.Order, _ order.Version) error {
		for _, c := range order.SeenSpecChanges(stored[o.ID], o) {
			if err := changes.Seen(ctx, o.Platform, o.ShopID, c); err != nil {
				return err // the order will come again
			}
			fmt.Println("pick", c.To.ID, "instead of", c.From.ID)
		}
		stored[o.ID] = o
		return nil
	}

	ctx, desk := context.Background(), newSpecDesk(consentTerms)
	for range 3 {
		o, err := desk.shop.Get(ctx, "o1")
		if err == nil {
			err = handler(ctx, o, order.VersionOf(o))
		}
		fmt.Println("handled", err)
		desk.show(blueShirt())
	}
	// Output:
	// handled <nil>
	// pick blue instead of red
	// handled <nil>
	// handled <nil>
}
