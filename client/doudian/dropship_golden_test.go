package doudian_test

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// TestDropshipGolden reads records of every method through the whole client.
func TestDropshipGolden(t *testing.T) {
	t.Parallel()
	ask := map[string]func(*client.Shop) (any, error){
		"role": func(s *client.Shop) (any, error) { return s.Dropship.Role(t.Context()) },
		"supplier_list": func(s *client.Shop) (any, error) {
			p, err := doudian.DropshipOf(s).(dropship.MerchantDriver).Suppliers(t.Context(), 0, 100)
			return p, err
		},
		"seller_list": func(s *client.Shop) (any, error) {
			p, err := doudian.DropshipOf(s).(dropship.MerchantLister).Merchants(t.Context(), 0, 100)
			return p, err
		},
		"merchant_list": func(s *client.Shop) (any, error) {
			return doudian.DropshipOf(s).(dropship.MerchantDriver).PageMerchantOrders(t.Context(),
				dropship.Query{PageSize: 100}, "")
		},
		"merchant_info": func(s *client.Shop) (any, error) {
			return doudian.DropshipOf(s).(dropship.MerchantDriver).GetMerchantOrder(t.Context(), "1")
		},
		"factory_list": func(s *client.Shop) (any, error) {
			return doudian.DropshipOf(s).(dropship.FactoryDriver).PageFactoryOrders(t.Context(),
				dropship.Query{PageSize: 100}, "")
		},
		"factory_info": func(s *client.Shop) (any, error) {
			return doudian.DropshipOf(s).(dropship.FactoryDriver).GetFactoryOrder(t.Context(),
				dropship.FactoryID{Shop: "1", ID: "1"})
		},
		"assign": func(s *client.Shop) (any, error) {
			return view(doudian.DropshipOf(s).(dropship.MerchantDriver).Assign(t.Context(),
				[]dropship.Choice{{ID: "1", Supplier: "2"}}))
		},
		"cancel": func(s *client.Shop) (any, error) {
			return view(doudian.DropshipOf(s).(dropship.MerchantDriver).CancelAssignment(t.Context(), "",
				[]dropship.MerchantID{"1"}))
		},
		"waybill_get": func(s *client.Shop) (any, error) {
			list, err := doudian.DropshipOf(s).(dropship.FactoryDriver).TakeWaybills(t.Context(),
				logistics.Take{Requests: []logistics.WaybillRequest{
					numberFor(dropship.FactoryID{Shop: "7300000000000000001", ID: "7100000000000000001"}),
					numberFor(dropship.FactoryID{Shop: "7300000000000000002", ID: "7100000000000000002"}),
				}})
			var out []any
			for _, w := range list {
				out = append(out, map[string]any{"waybill": w.Item, "kind": kindText(w.Err)})
			}
			return out, err
		},
		"waybill_return": func(s *client.Shop) (any, error) {
			return doudian.DropshipOf(s).(dropship.FactoryDriver).ReturnWaybills(t.Context(), dropship.Return{
				ID: dropship.FactoryID{Shop: "1", ID: "1"}, Parcels: []logistics.Parcel{{CarrierCode: "yuantong",
					TrackingNo: "YT1000000000001", Items: []logistics.Item{{Quantity: 1}}}},
			})
		},
	}
	drivertest.ShopRecords(t, shopOver, "testdata/dropship/*.json", 12,
		func(t *testing.T, name string, _ []byte, shop *client.Shop) any {
			method, _, _ := strings.Cut(name, "-")
			got, err := ask[method](shop)
			require.NoError(t, err)
			return got
		})
}

// numberFor asks for one number.
func numberFor(id dropship.FactoryID) logistics.WaybillRequest {
	return dropship.Assignment{FactoryID: id,
		Lines: []dropship.Line{{SKU: sku.Ref{Name: "x"}, Quantity: 1}}}.WaybillRequest()
}

func view(list []mall.Result[dropship.MerchantID], err error) (any, error) {
	var out []any
	for _, o := range list {
		out = append(out, map[string]any{"id": o.Item, "kind": kindText(o.Err)})
	}
	return out, err
}

func kindText(err error) string {
	if e, ok := errors.AsType[*mall.Error](err); ok {
		return string(e.Kind) + "|" + e.Code + "|" + e.Message
	}
	return ""
}

// TestABadAssignmentCostsNoPage: one record that cannot be read is named beside
// the others.
func TestABadAssignmentCostsNoPage(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile("testdata/dropship/merchant_list-cancelled_and_refund.json")
	require.NoError(t, err)
	read := func(body []byte) (mall.Page[dropship.Assignment], error) {
		s := shopOver(t, drivertest.Reply(200, body))
		return doudian.DropshipOf(s).(dropship.MerchantDriver).PageMerchantOrders(t.Context(),
			dropship.Query{PageSize: 100}, "")
	}
	good, err := read(body)
	require.NoError(t, err)
	require.NotEmpty(t, good.Items)
	list := regexp.MustCompile(`(?s)("distr_order_list": \[)`)
	require.Len(t, list.FindAll(body, -1), 1)
	page, err := read(list.ReplaceAll(body, []byte(`$1 "no assignment",`)))
	bad, ok := errors.AsType[*order.BadRecordsError](err)
	require.True(t, ok, "%v", err)
	assert.Len(t, bad.Records, 1)
	assert.ErrorIs(t, bad.Records[0].Err, mall.ErrReply)
	assert.Equal(t, good.Items, page.Items)
	assert.Equal(t, good.Next, page.Next)
}
