package kuaishou_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/kuaishou"
)

// shopOver makes a shop that has a token and uses a transport.
func shopOver(t *testing.T, transport http.RoundTripper, opts ...client.Option) *client.Shop {
	t.Helper()
	app, err := kuaishou.New(kuaishou.Config{AppKey: "ks600000000000000001", AppSecret: "secret-for-tests",
		SignSecret: "sign-secret-for-tests"},
		append([]client.Option{client.WithTransport(transport), client.WithRetries(0)}, opts...)...)
	require.NoError(t, err)
	require.NoError(t, app.Import(t.Context(), client.Token{ShopID: "1000000001", Access: "token-for-tests"}))
	return app.Shop("1000000001")
}
