package drivertest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// Over makes a shop that has a token and sends its calls through transport.
type Over func(t *testing.T, transport http.RoundTripper, opts ...client.Option) *client.Shop

// OrdersGolden reads recorded replies as orders: files whose names begin with
// "list" as pages, the others as the order with the given id. Last says whether
// the pages are the last ones.
func OrdersGolden(t *testing.T, over Over, pattern string, atLeast int, id string, last bool) {
	t.Helper()
	ShopRecords(t, over, pattern, atLeast, func(t *testing.T, name string, body []byte, shop *client.Shop) any {
		orders := make([]order.Order, 1)
		var err error
		if strings.HasPrefix(name, "list") {
			var page mall.Page[order.Order]
			page, err = shop.Orders.Page(t.Context(), order.Query{From: time.Now().Add(-time.Hour)}, "")
			assert.Equal(t, last, page.Next == "")
			orders = page.Items
		} else {
			orders[0], err = shop.Orders.Get(t.Context(), id)
		}
		require.NoError(t, err)
		for _, o := range orders {
			assert.Equal(t, shop.App().Platform(), o.Platform)
			kept(t, body, o.Raw)
		}
		return orders
	})
}

// CasesGolden reads recorded replies as after-sale cases: files whose names
// begin with "list" as pages, the others as the case with the given id.
func CasesGolden(t *testing.T, over Over, pattern string, atLeast int, id string) {
	t.Helper()
	ShopRecords(t, over, pattern, atLeast, func(t *testing.T, name string, body []byte, shop *client.Shop) any {
		cases := make([]order.Case, 1)
		var err error
		if strings.HasPrefix(name, "list") {
			var page mall.Page[order.Case]
			page, err = shop.Orders.PageCases(t.Context(), order.CaseQuery{From: time.Now().Add(-time.Hour)}, "")
			cases = page.Items
		} else {
			cases[0], err = shop.Orders.GetCase(t.Context(), id)
		}
		require.NoError(t, err)
		for _, c := range cases {
			assert.Equal(t, shop.App().Platform(), c.Platform)
			assert.Equal(t, shop.ID(), c.ShopID)
			assert.NotContains(t, c.ID+c.OrderID+c.PlatformState, "e+", "no float was involved")
			kept(t, body, c.Raw)
		}
		return cases
	})
}

// ProductsGolden reads recorded replies as products, SKUs and stock with the
// given ids. The part of a file's name before the first hyphen says what was
// called.
func ProductsGolden(t *testing.T, over Over, pattern string, atLeast int, product, id string) {
	t.Helper()
	ShopRecords(t, over, pattern, atLeast, func(t *testing.T, name string, body []byte, shop *client.Shop) (got any) {
		var err error
		switch method, _, _ := strings.Cut(name, "-"); method {
		case "list":
			var all []sku.SKU
			all, err = shop.SKUs.GetSKUs(t.Context(), product)
			for _, k := range all {
				kept(t, body, k.Raw)
			}
			got = all
		case "detail":
			got, err = shop.SKUs.Get(t.Context(), id)
		case "stock":
			got, err = shop.SKUs.GetStock(t.Context(), id)
		case "product":
			got, err = shop.SKUs.GetProduct(t.Context(), product)
		case "products":
			var page mall.Page[sku.Product]
			page, err = shop.SKUs.Page(t.Context(), sku.Query{}, "")
			assert.Empty(t, page.Next, "the record is the last page")
			got = page.Items
		default:
			t.Fatal("the name of the file does not say which call it answers")
		}
		require.NoError(t, err)
		return got
	})
}

// kept checks that a record stands in the reply byte for byte.
func kept(t *testing.T, body, record []byte) {
	t.Helper()
	assert.True(t, json.Valid(record), "the record is kept")
	assert.Contains(t, string(body), strings.TrimSpace(string(record)), "byte for byte")
}

// ShopRecords is [Records] with a shop whose calls are answered with the
// recorded reply.
func ShopRecords(
	t *testing.T, over Over, pattern string, atLeast int,
	read func(t *testing.T, name string, body []byte, shop *client.Shop) any,
) {
	t.Helper()
	Records(t, pattern, atLeast, func(t *testing.T, name string, body []byte) any {
		return read(t, name, body, over(t, Reply(200, body)))
	})
}
