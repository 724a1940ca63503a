package change_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
)

// merchant is a program that changes what was ordered on every platform.
type merchant struct {
	store   change.Store             // a real one keeps them in its database,
	pending map[string]change.Change // and these, by order, beside them
}

// asked answers a platform that asks: it is a webhook handler's work.
func (m *merchant) asked(ctx context.Context, r change.Request, f change.Facts) (change.Verdict, error) {
	f.Style, f.Known, f.Domestic = change.StyleVerdict, true, true
	return change.Judge(ctx, m.store, r, f, nil, nil)
}

// want begins a change where the platform is to be asked.
func (m *merchant) want(ctx context.Context, shop *change.Service, r change.Request) error {
	if !change.Can[change.SpecChanger](shop) {
		return errors.New("customer service asks on the platform's pages, and then the platform asks here")
	}
	c, effects, err := shop.Begin(ctx, m.store, r)
	if err != nil {
		return err
	}
	fmt.Println("begun:", c.State, effects)
	m.pending[c.OrderID] = c
	return nil
}

// follow is called from time to time, and when customer service has heard the buyer.
func (m *merchant) follow(ctx context.Context, shop *change.Service, orderID string, said change.Event) error {
	c, effects, err := shop.Step(ctx, m.store, m.pending[orderID], said)
	if err != nil {
		return err // the change is as it was: the next step looks again
	}
	fmt.Println("now:", c.State, effects)
	m.pending[orderID] = c
	return nil
}

// ship reads an order and says what to put into the parcel. It is the same for
// all platforms.
func (m *merchant) ship(ctx context.Context, orders *order.Service, orderID string) (string, error) {
	o, err := orders.Get(ctx, orderID)
	if err != nil {
		return "", err
	}
	accepted, err := m.store.Accepted(ctx, o.Platform, o.ShopID, o.ID)
	if err != nil {
		return "", err
	}
	if o, err = change.Apply(o, accepted...); err != nil {
		return "", err // a person must decide
	}
	return fmt.Sprintf("ordered as %s, to ship %s", o.Lines[0].SKU.ID, o.Lines[0].Effective.ID), nil
}

// One program serves platforms that ask it, and platforms that ask the buyer.
func ExampleService_Step() {
	ctx := context.Background()
	m := &merchant{store: change.NewMemoryStore(), pending: map[string]change.Change{}}
	r := change.Request{Kind: change.Spec, ID: "request-1", OrderID: "o1", LineID: "o1", ToSKU: blueShirt(), FromPrice: 8900, ToPrice: 8900}
	cheaper := r
	cheaper.ToPrice = 7900

	// This platform asks the buyer; its own order gets the new SKU.
	asksBuyer := newSpecDesk(consentTerms)
	fmt.Println(m.want(ctx, asksBuyer.shop, cheaper))
	fmt.Println(m.want(ctx, asksBuyer.shop, r))
	fmt.Println(m.follow(ctx, asksBuyer.shop, "o1", ""))
	fmt.Println(m.follow(ctx, asksBuyer.shop, "o1", change.BuyerAgreed))
	fmt.Println(m.ship(ctx, order.NewService(asksBuyer, "shop-1", order.Options{}), "o1"))

	// This one asks the program; its own order keeps the old SKU.
	asksHere := &platform{order: redOrder()}
	fmt.Println(m.want(ctx, over(asksHere), r))
	r.Platform, r.ShopID = "fake", "shop-2"
	verdict, err := m.asked(ctx, r, change.FactsOf(asksHere.order, asksHere.order.Lines[0]))
	fmt.Println(verdict.Accept, err)
	fmt.Println(m.ship(ctx, order.NewService(asksHere, "shop-2", order.Options{}), "o1"))
	// Output:
	// begin spec change: fake: state conflict: request is not allowed in state none: NOT_ALLOWED (condition: price_diff)
	// begun: wait_buyer [ask_buyer start_timer]
	// <nil>
	// now: wait_buyer []
	// <nil>
	// now: applied [reread rematch announce]
	// <nil>
	// ordered as blue, to ship blue <nil>
	// customer service asks on the platform's pages, and then the platform asks here
	// true <nil>
	// ordered as red, to ship blue <nil>
}

// The platform asks whether another SKU may be shipped. The app is asked after
// the rules, and a request that is repeated gets the same answer.
func ExampleJudge() {
	ctx, store := context.Background(), change.NewMemoryStore()
	stock := map[string]int{"blue": 1}
	handler := func(ctx context.Context, o order.Order, r change.Request) (change.Verdict, error) {
		facts := change.FactsOf(o, o.Lines[0])
		facts.Style, facts.Known, facts.Domestic = change.StyleVerdict, true, true
		return change.Judge(ctx, store, r, facts, nil, func(context.Context) (change.Verdict, error) {
			if stock[r.ToSKU.ID] == 0 {
				return change.Verdict{Code: "sold_out", Reason: "新规格缺货"}, nil
			}
			stock[r.ToSKU.ID]--
			return change.Verdict{Accept: true}, nil
		})
	}

	request := change.Request{Kind: change.Spec, Platform: mall.Doudian, ShopID: "shop-1", ID: "r1", OrderID: "o1", LineID: "o1", ToSKU: blueShirt()}
	fmt.Println(handler(ctx, redOrder(), request))
	fmt.Println(handler(ctx, redOrder(), request)) // the platform repeats itself
	request.ID = "r2"
	fmt.Println(handler(ctx, redOrder(), request))
	shipped := redOrder()
	shipped.Status, shipped.Lines[0].Status = order.StatusShipped, order.StatusShipped
	request.ID = "r3"
	fmt.Println(handler(ctx, shipped, request))
	// Output:
	// {true  } <nil>
	// {true  } <nil>
	// {false sold_out 新规格缺货} <nil>
	// {false platform 订单不是待支付或备货中状态} <nil>
}

// The platform asks to keep the goods from leaving. They can be kept while they
// are here, and a printed parcel as long as it can be pulled.
func ExampleJudge_intercept() {
	ctx, store := context.Background(), change.NewMemoryStore()
	request := change.Request{Kind: change.Intercept, Platform: mall.Doudian, ShopID: "shop-1", ID: "r1", OrderID: "o1", Reason: "买家不想要了"}

	facts := change.FactsOf(redOrder())
	facts.Known, facts.Printed = true, true
	fmt.Println(change.Judge(ctx, store, request, facts, nil, nil))
	request.ID, facts.CanPull = "r2", true
	fmt.Println(change.Judge(ctx, store, request, facts, nil, nil))
	// Output:
	// {false can_pull 已打印的包裹无法拦下} <nil>
	// {true  } <nil>
}

// A buyer asks for another address by a push, which is answered by a call.
func ExampleService_AnswerAddress() {
	ctx, store := context.Background(), change.NewMemoryStore()
	desk := &moving{platform: &platform{order: redOrder()}}
	shop, orders := over(desk), order.NewService(desk, "shop-1", order.Options{})
	handler := func(ctx context.Context, r change.Request) error {
		o, err := orders.Get(ctx, r.OrderID)
		if err != nil {
			return err
		}
		v, err := change.Judge(ctx, store, r, change.FactsOf(o), nil, nil)
		if err != nil {
			return err
		}
		if err := shop.AnswerAddress(ctx, r.OrderID, v); err != nil && !errors.Is(err, mall.ErrAlreadyDone) {
			return err // the push will come again, and the verdict will be the same
		}
		fmt.Printf("accepted: %t %q\n", v.Accept, v.Code)
		return nil
	}

	request := change.Request{Kind: change.Address, Platform: "fake", ShopID: "shop-1", OrderID: "o1", Requested: noon}
	fmt.Println(handler(ctx, request))
	desk.order.Status = order.StatusShipped
	request.Requested = noon.Add(1)
	fmt.Println(handler(ctx, request))
	// Output:
	// accepted: true ""
	// <nil>
	// accepted: false "shipping"
	// <nil>
}

// Customer service may exchange a SKU without this program. A handler that
// follows the shop's orders sees it, and keeps it like those begun here.
func ExampleSeen() {
	stored, store := map[string]order.Order{}, change.NewMemoryStore()
	handler := func(ctx context.Context, o order.Order, _ order.Version) error {
		for _, c := range change.Seen(stored[o.ID], o) {
			if err := store.Seen(ctx, c); err != nil {
				return err // the order will come again
			}
			fmt.Println("pick", c.ToSKU.ID, "instead of", c.FromSKU.ID)
		}
		stored[o.ID] = o
		return nil
	}

	ctx, desk := context.Background(), newSpecDesk(consentTerms)
	orders := order.NewService(desk, "shop-1", order.Options{})
	for range 3 {
		o, err := orders.Get(ctx, "o1")
		if err == nil {
			err = handler(ctx, o, o.Version())
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
