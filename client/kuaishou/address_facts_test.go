package kuaishou_test

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// The documents say that a deposit presale keeps its address: the call would
// fail, and calls that fail cost the app its rates.
func TestChangeAddressOfADepositPresale(t *testing.T) {
	w := newWorld(t, nil)
	id := w.orderOf(t, base(map[string]any{"allActivityType": []int{6}}))
	require.ErrorIs(t, w.shop.Orders.ChangeAddress(t.Context(), id, newReceiver()), mall.ErrRejected)
	assert.Empty(t, w.record.of("open.order.address.update"))
}

type sends func(*http.Request) (*http.Response, error)

func (f sends) RoundTrip(q *http.Request) (*http.Response, error) { return f(q) }

// All levels of an address go out with the street, by their codes; name and
// phone may go alone, which is a partial update then.
func TestWhatGoesOutOfANewAddress(t *testing.T) {
	detail, err := os.ReadFile("testdata/order/to_ship.json")
	require.NoError(t, err)
	var param string
	shop := shopOver(t, sends(func(q *http.Request) (*http.Response, error) {
		body := detail
		switch q.URL.Path {
		case "/open/order/address/update":
			text, err := io.ReadAll(q.Body)
			assert.NoError(t, err)
			form, err := url.ParseQuery(string(text))
			assert.NoError(t, err)
			param, body = form.Get("param"), []byte(`{"result":1}`)
		case "/open/order/search/index/batch":
			body = []byte(`{"result":1,"indexResultList":[{"plainText":"19900000077","searchIndex":"of another","errorCode":1}]}`)
		}
		return reply{200, body}.RoundTrip(q)
	}))
	const id = "2500000000000100"
	require.NoError(t, shop.Orders.ChangeAddress(t.Context(), id, newReceiver()))
	assert.JSONEq(t, `{"orderId":2500000000000100,"consignee":"示例癸","mobile":"19900000088","address":"示例路88号",
		"provinceCode":32,"province":"江苏省","cityCode":3205,"city":"苏州市","districtCode":320505,"district":"虎丘区",
		"townCode":320505001,"town":"枫桥街道","isPartialUpdate":false}`, param)
	require.NoError(t, shop.Orders.ChangeAddress(t.Context(), id, order.Receiver{Phone: order.Protected{Plain: "19900000077"}}))
	assert.JSONEq(t, `{"orderId":2500000000000100,"mobile":"19900000077","isPartialUpdate":true}`, param)
}
