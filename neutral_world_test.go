package mall_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/internal/platforms"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/webhook"
)

// crowd are the people around a sandbox.
type crowd struct {
	platforms.Platform
	box    *sandbox.Sandbox
	shopID string
	asked  bool // the buyer decides about another SKU, not the app
}

func (c crowd) Buys(pieces int64) (string, error) {
	return c.box.On(c.Name).AddOrder(c.shopID, c.Sandbox.Order(platforms.Story{Status: order.StatusToShip, Red: pieces}))
}

func (c crowd) AsksForSKU(ctx context.Context, r change.Request) error {
	_, err := c.box.On(c.Name).RequestSpecChange(ctx, sandbox.ServiceRequest{OrderID: r.OrderID, LineID: r.LineID, SKUID: r.ToSKU.ID, Code: r.ToSKU.Code, RequestID: r.ID})
	return err
}

func (c crowd) Hears(orderID string) (change.Event, error) {
	if !c.asked {
		return "", nil
	}
	_, err := c.box.On(c.Name).AnswerSpecChange(orderID, true)
	return change.BuyerAgreed, err
}

func (c crowd) WantsMoneyBack(orderID string) (string, error) {
	return c.box.On(c.Name).AskAfterSale(sandbox.AfterSale{OrderID: orderID})
}

func (c crowd) Waits() { c.box.Advance(2 * time.Minute) }

// program sets the program up on a platform's sandbox.
func program(t *testing.T, p platforms.Platform) *erp {
	t.Helper()
	box := sandbox.New()
	server := httptest.NewServer(box)
	t.Cleanup(server.Close)
	merchants, factories := p.Accounts(box.Manifest(server.URL))
	accounts := []platforms.Account{merchants[0], factories[0]}
	shops, err := platforms.Shops(t.Context(), accounts, client.WithTransport(server.Client().Transport), client.WithClock(box.Now))
	require.NoError(t, err)
	shopID := shops[0].ID()
	require.NoError(t, box.On(p.Name).UpdateSKU(shopID, p.Sandbox.Blue, p.Sandbox.BlueCode("TS-BLUE")))
	of := func(shop *client.Shop) services {
		return services{shop.Orders, shop.Changes, shop.SKUs, shop.Dropship, shop.Logistics}
	}
	e := &erp{
		merchant: of(shops[0]), factory: of(shops[1]),
		people: crowd{p, box, shopID, !p.Asks()}, now: shops[0].App().Now, changes: change.NewMemoryStore(),
	}
	e.waybills = logistics.Take{
		CarrierCode: p.Sandbox.Carrier, Site: logistics.NetSite{Code: "571001", Name: "示例网点"}, Template: "https://example.com/template",
		Sender: logistics.Sender{Name: "示例发货人", Phone: "19900000009", Address: logistics.Address{
			Province: order.Region{Name: "江苏省"}, City: order.Region{Name: "苏州市"}, District: order.Region{Name: "吴中区"}, Detail: "示例路1号",
		}},
	}
	if p.Asks() {
		spi := p.Verifiers(merchants[0], shops[0].App())["spi"]
		handler, err := webhook.New(spi, webhook.Handlers{SpecChange: e.judge}, webhook.Options{Clock: box.Now})
		require.NoError(t, err)
		t.Cleanup(func() { handler.Close() })
		asked := httptest.NewServer(handler)
		t.Cleanup(asked.Close)
		require.NoError(t, box.On(p.Name).SetCallbacks(sandbox.Callbacks{SPI: asked.URL}))
	}
	return e
}

// TestOneProgramServesEveryPlatform: the program above goes through the same
// stories on the sandboxes of all platforms and ends in the same neutral states.
func TestOneProgramServesEveryPlatform(t *testing.T) {
	want := []end{
		{Story: "changed and shipped", Status: order.StatusShipped, Refund: order.RefundNone, Lines: 1, Ordered: "TS-RED-M", Effective: "TS-BLUE",
			Quantity: 1, Parcels: []string{"YT1000000000001"}, Assignment: dropship.StateUnassigned, Again: mall.ErrConflict},
		{Story: "shipped by the factory", Status: order.StatusShipped, Refund: order.RefundNone, Lines: 1, Ordered: "TS-RED-M", Effective: "TS-RED-M",
			Quantity: 5, Parcels: []string{"as taken"}, Assignment: dropship.StateReturned, Again: mall.ErrAlreadyDone},
		{Story: "taken back and shipped", Status: order.StatusShipped, Refund: order.RefundNone, Lines: 1, Ordered: "TS-RED-M", Effective: "TS-RED-M",
			Quantity: 7, Parcels: []string{"YT1000000000002"}, Assignment: dropship.StateCancelled, Again: mall.ErrConflict},
		{Story: "refunded", Status: order.StatusClosed, Refund: order.RefundDone, Lines: 1, Ordered: "TS-RED-M", Effective: "TS-RED-M",
			Quantity: 2, Assignment: dropship.StateUnassigned, Refused: "refund_open", Again: mall.ErrAlreadyDone},
	}
	for _, p := range platforms.All() {
		t.Run(string(p.Name), func(t *testing.T) {
			ends, err := program(t, p).run(t.Context())
			require.NoError(t, err)
			assert.Equal(t, want, ends)
		})
	}
}
