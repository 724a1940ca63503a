package kuaishou_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/kuaishou"
)

// reply is a transport that answers everything with one body.
type reply struct {
	status int
	body   []byte
}

func (r reply) RoundTrip(q *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: r.status, Header: http.Header{"Content-Type": {"application/json"}}, Request: q,
		ContentLength: int64(len(r.body)), Body: io.NopCloser(bytes.NewReader(r.body)),
	}, nil
}

// shopOver returns a shop that talks through a transport and has a token.
func shopOver(t *testing.T, transport http.RoundTripper, opts ...client.Option) *client.Shop {
	t.Helper()
	app, err := kuaishou.New(kuaishou.Config{AppKey: "ks600000000000000001", AppSecret: "secret-for-tests", SignSecret: "sign-secret-for-tests"},
		append([]client.Option{client.WithTransport(transport), client.WithRetries(0)}, opts...)...)
	require.NoError(t, err)
	require.NoError(t, app.Import(t.Context(), client.Token{ShopID: "1000000001", Access: "token-for-tests"}))
	return app.Shop("1000000001")
}

// records has recorded replies read through the whole client: see
// [drivertest.Records].
func records(t *testing.T, pattern string, atLeast int, read func(t *testing.T, name string, body []byte, shop *client.Shop) any) {
	t.Helper()
	drivertest.Records(t, pattern, atLeast, func(t *testing.T, name string, body []byte) any {
		return read(t, name, body, shopOver(t, reply{200, body}))
	})
}
