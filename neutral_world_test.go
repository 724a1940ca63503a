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
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
	"github.com/mallwire/mall/webhook"
)

// stage is all that differs between platforms: how an app is made, the words
// that their sandboxes are told things in, and what their accounts look like.
type stage struct {
	platform mall.Platform
	app      func(sandbox.ManifestPlatform, ...client.Option) (*client.App, error)
	bought   func(pieces int64) map[string]any // an order of red shirts
	variant  string                            // id of the SKU that shirts can be changed to
	code     map[string]any                    // gives it the code of blue ones
	waybills dropship.WaybillRequest
	spi      func(sandbox.ManifestPlatform) webhook.Verifier // nil: the platform asks nothing of the app
	answers  bool                                            // the buyer is asked
}

var stages = []stage{
	{
		platform: mall.Doudian,
		app: func(here sandbox.ManifestPlatform, opts ...client.Option) (*client.App, error) {
			return doudian.New(doudian.Config{AppKey: here.AppKey, AppSecret: mall.Secret(here.AppSecret), Gateway: here.Gateway, SelfUse: true}, opts...)
		},
		bought: func(pieces int64) map[string]any {
			return map[string]any{"order_status": 2, "sku_order_list": []any{map[string]any{
				"product_id": 3600000000000000001, "product_id_str": "3600000000000000001", "sku_id": 1780000000000001,
				"code": "TS-RED-M", "origin_amount": 5900, "goods_price": 5900, "item_num": pieces,
			}}}
		},
		variant: "1780000000000102", code: map[string]any{"code": "TS-BLUE"},
		waybills: dropship.WaybillRequest{Carrier: "yuantong"},
		spi: func(here sandbox.ManifestPlatform) webhook.Verifier {
			return webhook.DoudianSPI{AppKey: here.AppKey, Secrets: []mall.Secret{mall.Secret(here.AppSecret)}}
		},
	},
	{
		platform: mall.Kuaishou,
		app: func(here sandbox.ManifestPlatform, opts ...client.Option) (*client.App, error) {
			return kuaishou.New(kuaishou.Config{
				AppKey: here.AppKey, AppSecret: mall.Secret(here.AppSecret), SignSecret: mall.Secret(here.SignSecret), Gateway: here.Gateway,
			}, opts...)
		},
		bought: func(pieces int64) map[string]any {
			return map[string]any{"orderItemInfo": map[string]any{
				"itemId": 24900000000001, "skuId": 158400000000001, "skuNick": "TS-RED-M", "originalPrice": 5900, "price": 5900, "num": pieces,
			}}
		},
		variant: "158400000000002", code: map[string]any{"skuNick": "TS-BLUE"},
		waybills: dropship.WaybillRequest{
			Carrier: "YTO", Account: dropship.Account{Site: "571001", Name: "示例网点"}, Template: "https://example.com/template",
		},
		answers: true,
	},
}

// crowd are the people around a sandbox.
type crowd struct {
	stage
	box    *sandbox.Sandbox
	shopID string
}

func (c crowd) Buys(pieces int64) (string, error) {
	return c.box.AddOrder(c.platform, c.shopID, c.bought(pieces))
}

func (c crowd) AsksForSKU(ctx context.Context, r sku.ChangeRequest) error {
	_, err := c.box.RequestSpecChange(ctx, sandbox.ServiceRequest{
		Platform: c.platform, OrderID: r.OrderID, LineID: r.LineID, SKUID: r.To.ID, Code: r.To.Code, RequestID: r.ID,
	})
	return err
}

func (c crowd) Hears(orderID string) (order.Consent, error) {
	if !c.answers {
		return order.ConsentUnknown, nil
	}
	_, err := c.box.AnswerSpecChange(c.platform, orderID, true)
	return order.ConsentAgreed, err
}

func (c crowd) WantsMoneyBack(orderID string) (string, error) {
	return c.box.AskAfterSale(c.platform, sandbox.AfterSale{OrderID: orderID})
}

func (c crowd) Waits() { c.box.Advance(2 * time.Minute) }

// program sets the program up on a platform's sandbox.
func program(t *testing.T, s stage) *erp {
	t.Helper()
	box := sandbox.New()
	server := httptest.NewServer(box)
	t.Cleanup(server.Close)
	here := box.Manifest(server.URL).Platforms[s.platform]
	app, err := s.app(here, client.WithTransport(server.Client().Transport), client.WithClock(box.Now))
	require.NoError(t, err)
	for _, sh := range append(here.Shops, here.Factories...) {
		require.NoError(t, app.Import(t.Context(), client.Token{ShopID: sh.ShopID, Access: mall.Secret(sh.AccessToken), Refresh: mall.Secret(sh.RefreshToken)}))
	}
	require.NoError(t, box.UpdateSKU(s.platform, here.Shops[0].ShopID, s.variant, s.code))
	of := func(shop *client.Shop) services {
		return services{shop.Orders, shop.SKUs, shop.Dropship, shop.Logistics}
	}
	e := &erp{
		merchant: of(app.Shop(here.Shops[0].ShopID)), factory: of(app.Shop(here.Factories[0].ShopID)),
		people: crowd{s, box, here.Shops[0].ShopID}, now: app.Now, waybills: s.waybills, changes: sku.NewMemoryChanges(),
	}
	e.waybills.Sender = dropship.Sender{Name: "示例发货人", Mobile: "19900000009", From: dropship.Place{
		Province: order.Region{Name: "江苏省"}, City: order.Region{Name: "苏州市"}, District: order.Region{Name: "吴中区"}, Detail: "示例路1号",
	}}
	if s.spi != nil {
		handler, err := webhook.New(s.spi(here), webhook.Handlers{SpecChange: e.judge}, webhook.WithClock(box.Now))
		require.NoError(t, err)
		t.Cleanup(func() { handler.Close() })
		asked := httptest.NewServer(handler)
		t.Cleanup(asked.Close)
		require.NoError(t, box.SetCallbacks(s.platform, sandbox.Callbacks{SPI: asked.URL}))
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
	for _, s := range stages {
		t.Run(string(s.platform), func(t *testing.T) {
			ends, err := program(t, s).run(t.Context())
			require.NoError(t, err)
			assert.Equal(t, want, ends)
		})
	}
}
