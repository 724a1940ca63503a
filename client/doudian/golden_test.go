package doudian_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/order"
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
	app, err := doudian.New(doudian.Config{AppKey: "7000000000000000001", AppSecret: "secret-for-tests"},
		append([]client.Option{client.WithTransport(transport), client.WithRetries(0)}, opts...)...)
	require.NoError(t, err)
	require.NoError(t, app.Import(t.Context(), client.Token{ShopID: "10000001", Access: "token-for-tests"}))
	return app.Shop("10000001")
}

// TestGolden reads orders.
func TestGolden(t *testing.T) {
	records(t, "testdata/order/*.json", 12, func(t *testing.T, name string, body []byte, shop *client.Shop) any {
		var orders []order.Order
		if strings.HasPrefix(name, "list") {
			page, err := shop.Orders.Page(t.Context(), order.Query{From: time.Now().Add(-time.Hour)}, "")
			require.NoError(t, err)
			orders = page.Items
		} else {
			o, err := shop.Orders.Get(t.Context(), "6920000000000000001")
			require.NoError(t, err)
			orders = []order.Order{o}
		}
		for _, o := range orders {
			assert.True(t, json.Valid(o.Raw), "the record is kept")
			assert.Contains(t, string(body), strings.TrimSpace(string(o.Raw)), "byte for byte")
			assert.Equal(t, mall.Doudian, o.Platform)
		}
		return orders
	})
}

// records has recorded replies read through the whole client: see
// [drivertest.Records].
func records(t *testing.T, pattern string, atLeast int, read func(t *testing.T, name string, body []byte, shop *client.Shop) any) {
	t.Helper()
	drivertest.Records(t, pattern, atLeast, func(t *testing.T, name string, body []byte) any {
		return read(t, name, body, shopOver(t, reply{200, body}))
	})
}
