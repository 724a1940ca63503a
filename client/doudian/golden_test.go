package doudian_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/internal/drivertest"
)

// shopOver makes a shop that has a token and uses a transport.
func shopOver(t *testing.T, transport http.RoundTripper, opts ...client.Option) *client.Shop {
	t.Helper()
	app, err := doudian.New(doudian.Config{AppKey: "7000000000000000001", AppSecret: "secret-for-tests"},
		append([]client.Option{client.WithTransport(transport), client.WithRetries(0)}, opts...)...)
	require.NoError(t, err)
	require.NoError(t, app.Import(t.Context(), client.Token{ShopID: "10000001", Access: "token-for-tests"}))
	return app.Shop("10000001")
}

// TestGolden reads orders.
func TestGolden(t *testing.T) {
	t.Parallel()
	drivertest.OrdersGolden(t, shopOver, "testdata/order/*.json", 12, "6920000000000000001", true)
}
