package kuaishou_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/sku"
)

// The example product and two of its SKUs.
const (
	product1 = "24900000000001"
	sku1     = "158400000000001"
	sku2     = "158400000000002"
)

// TestSKUGolden reads products and SKUs.
func TestSKUGolden(t *testing.T) {
	t.Parallel()
	drivertest.ProductsGolden(t, shopOver, "testdata/sku/*.json", 9, product1, sku1)
}

// TestSKUBadReplies: a missing count is not zero, and a record that cannot be
// read is an error.
func TestSKUBadReplies(t *testing.T) {
	t.Parallel()
	shop := func(data string) *client.Shop {
		return shopOver(t, drivertest.Reply(200, fmt.Appendf(nil, `{"result":1,"requestId":"R","data":%s}`, data)))
	}
	for _, data := range []string{
		`{"skuList":[{"kwaiSkuId":1}]}`, `{"skuList":[{"skuStock":1}]}`, `{"skuList":[{"kwaiSkuId":0,"skuStock":1}]}`,
		`{"skuList":[{"kwaiSkuId":1,"skuStock":null}]}`,
		`{"skuList":[{"kwaiSkuId":1,"skuStock":1.5}]}`, `{"skuList":[1]}`, `{"skuList":{"a":1}}`,
		`{"skuList":[{"kwaiSkuId":1,"skuStock":99999999999999999999}]}`, `[]`, `null`,
		`{"skuList":[{"kwaiSkuId":1,"skuStock":1,"skuProp":[1]}]}`,
		`{"skuList":[{"kwaiSkuId":1,"skuStock":1,"updateTime":"gestern"}]}`,
	} {
		_, err := shop(data).SKUs.GetSKUs(t.Context(), product1)
		assert.ErrorIs(t, err, mall.ErrReply, data)
	}
	for _, data := range []string{`{"title":"x"}`, `{"itemId":0}`, `{"itemId":1,"updateTime":"gestern"}`,
		`{"itemId":1,"skuInfos":[{"kwaiSkuId":1}]}`, `{"itemId":1,"auditStatus":{}}`, `null`, `7`} {
		_, err := shop(data).SKUs.GetProduct(t.Context(), product1)
		assert.ErrorIs(t, err, mall.ErrReply, data)
	}
	for _, data := range []string{`{"items":[{}]}`, `{"items":7}`, `{"items":[],"totalPage":"x"}`} {
		_, err := shop(data).SKUs.Page(t.Context(), sku.Query{}, "")
		assert.ErrorIs(t, err, mall.ErrReply, data)
	}
}

func TestSKUIDsMustBeNumbers(t *testing.T) {
	t.Parallel()
	shop := shopOver(t, asking(func(method, param string) { t.Errorf("%s was sent %s", method, param) }))
	_, err := shop.SKUs.GetSKUs(t.Context(), "P-100")
	assert.ErrorIs(t, err, mall.ErrInvalid)
	_, err = shop.SKUs.GetProduct(t.Context(), "1e3")
	assert.ErrorIs(t, err, mall.ErrInvalid)
	_, err = shop.SKUs.WriteStock(t.Context(),
		sku.StockWrite{SKUID: "x", ProductID: product1, Mode: sku.Add, Quantity: 1, ID: "1"})
	assert.ErrorIs(t, err, mall.ErrInvalid)
	_, err = shop.SKUs.WritePrice(t.Context(), sku.PriceWrite{SKUID: "x", ProductID: product1, Price: 1})
	assert.ErrorIs(t, err, mall.ErrInvalid)
}

// asking passes on the parameters of each call and answers that nothing was
// found.
type asking func(method, param string)

func (f asking) RoundTrip(q *http.Request) (*http.Response, error) {
	form := q.URL.Query()
	if q.Body != nil {
		if err := q.ParseForm(); err != nil {
			return nil, err
		}
		form = q.Form
	}
	f(form.Get("method"), form.Get("param"))
	return drivertest.Reply(200, []byte(`{"result":1,"data":{"totalPage":0}}`)).RoundTrip(q)
}

// TestSKUParams: ids are sent as numbers, changeType is the direction of a
// change, and relItemId is never sent.
func TestSKUParams(t *testing.T) {
	t.Parallel()
	var sent []string
	shop := shopOver(t, asking(func(method, param string) { sent = append(sent, method+" "+param) }))
	ask := func() string {
		defer func() { sent = nil }()
		return strings.Join(sent, "\n")
	}
	for _, status := range []sku.Status{"", sku.StatusOnSale, sku.StatusOffSale, sku.StatusDeleted, "new"} {
		_, err := shop.SKUs.Page(t.Context(), sku.Query{Status: status, PageSize: 3}, "")
		require.NoError(t, err)
	}
	assert.Equal(t, `open.item.list.get {"itemStatus":1,"pageNumber":1,"pageSize":10}
open.item.list.get {"itemStatus":1,"onOfflineStatus":1,"pageNumber":1,"pageSize":10}
open.item.list.get {"itemStatus":1,"pageNumber":1,"pageSize":10}`, ask())

	_, err := shop.SKUs.WriteStock(t.Context(),
		sku.StockWrite{SKUID: sku1, ProductID: product1, Mode: sku.Add, Quantity: 7, ID: "1"},
		sku.StockWrite{SKUID: sku2, ProductID: product1, Mode: sku.Add, Quantity: -7, ID: "2"})
	require.NoError(t, err)
	assert.Equal(t, `open.item.sku.stock.update {"kwaiItemId":24900000000001,"skuId":158400000000001,"skuChangeStock":7,"changeType":1}
open.item.sku.stock.update {"kwaiItemId":24900000000001,"skuId":158400000000002,"skuChangeStock":7,"changeType":2}`, ask())

	_, err = shop.SKUs.WritePrice(t.Context(), sku.PriceWrite{SKUID: sku1, ProductID: product1, Price: 8900})
	require.NoError(t, err)
	assert.Equal(t, `open.item.sku.price.update {"itemId":24900000000001,"price":8900,"skuId":158400000000001}`, ask())

	for name, w := range map[string]sku.StockWrite{
		"too much": {Quantity: 9_999_999}, "too little": {Quantity: -9_999_999}, "least": {Quantity: -1 << 63},
	} {
		w.SKUID, w.ProductID, w.Mode, w.ID = sku1, product1, sku.Add, name
		_, err = shop.SKUs.WriteStock(t.Context(), w)
		assert.ErrorIs(t, err, mall.ErrInvalid, name)
	}
	_, err = shop.SKUs.WriteStock(t.Context(),
		sku.StockWrite{SKUID: sku1, ProductID: product1, WarehouseID: "W", Mode: sku.Add, Quantity: 1, ID: "w"})
	assert.ErrorIs(t, err, mall.ErrNotSupported)
	_, err = shop.SKUs.WriteStock(t.Context(), sku.StockWrite{SKUID: sku1, Mode: sku.Add, Quantity: 1, ID: "p"})
	assert.ErrorIs(t, err, mall.ErrInvalid, "the product is not named")
	assert.Empty(t, ask())
}

// TestPriceUnit: Assumptions.PriceUnit is the unit of prices, and a price that
// does not fit it is refused, not rounded.
func TestPriceUnit(t *testing.T) {
	var sent url.Values
	app, err := kuaishou.New(kuaishou.Config{
		AppKey: "ks600000000000000001", AppSecret: "secret-for-tests", SignSecret: "sign-secret-for-tests",
		Assumptions: kuaishou.Assumptions{PriceUnit: 100},
	}, client.WithTransport(asking(func(_, param string) { sent = url.Values{"param": {param}} })))
	require.NoError(t, err)
	require.NoError(t, app.Import(t.Context(), client.Token{ShopID: "1000000001", Access: "token-for-tests"}))
	write := func(price mall.Fen) error {
		_, err := app.Shop("1000000001").SKUs.WritePrice(t.Context(),
			sku.PriceWrite{SKUID: sku1, ProductID: product1, Price: price})
		return err
	}
	assert.ErrorIs(t, write(8950), mall.ErrInvalid)
	assert.Nil(t, sent)
	require.NoError(t, write(8900))
	assert.Contains(t, sent.Get("param"), `"price":89,`)
}
