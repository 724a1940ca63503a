package kuaishou_test

import (
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// TestDropshipGolden reads records of every method through the whole client.
func TestDropshipGolden(t *testing.T) {
	t.Parallel()
	line := dropship.Line{SKU: sku.Ref{ID: "1", ProductID: "2", Name: "示例", Specs: []sku.Spec{{Value: "红"}}}, Quantity: 1}
	ask := map[string]func(*client.Shop) (any, error){
		"role": func(s *client.Shop) (any, error) { return s.Dropship.Role(t.Context()) },
		"supplier_list": func(s *client.Shop) (any, error) {
			p, err := kuaishou.DropshipOf(s).(dropship.SupplierLister).Suppliers(t.Context(), 0, 50)
			return p, err
		},
		"merchant_list": func(s *client.Shop) (any, error) {
			return kuaishou.DropshipOf(s).(dropship.MerchantOrderLister).MerchantOrders(t.Context(), dropship.Query{By: mall.ByCreation, PageSize: 50}, "")
		},
		"merchant_info": func(s *client.Shop) (any, error) {
			return kuaishou.DropshipOf(s).(dropship.MerchantOrderGetter).MerchantOrder(t.Context(), "DS25000000000001")
		},
		"factory_list": func(s *client.Shop) (any, error) {
			return kuaishou.DropshipOf(s).(dropship.FactoryOrderLister).FactoryOrders(t.Context(), dropship.Query{PageSize: 50}, "")
		},
		"factory_info": func(s *client.Shop) (any, error) {
			return kuaishou.DropshipOf(s).(dropship.FactoryOrderGetter).FactoryOrder(t.Context(), dropship.FactoryID{Shop: "U0001", ID: "AL25000000000001"})
		},
		"assign": func(s *client.Shop) (any, error) {
			return view(kuaishou.DropshipOf(s).(dropship.Assigner).Assign(t.Context(), []dropship.Choice{{ID: "DS25000000000001", Supplier: "F0001"}}))
		},
		"cancel": func(s *client.Shop) (any, error) {
			return view(kuaishou.DropshipOf(s).(dropship.AssignmentCanceller).CancelAssignment(t.Context(), "", []dropship.MerchantID{"DS25000000000001"}))
		},
		"delete": func(s *client.Shop) (any, error) {
			return view(kuaishou.DropshipOf(s).(dropship.Deleter).Delete(t.Context(), []dropship.MerchantID{"DS25000000000005"}))
		},
		"apply": func(s *client.Shop) (any, error) {
			return partnerView(kuaishou.DropshipOf(s).(dropship.Binder).Apply(t.Context(), []dropship.Application{{Supplier: "F0001", Key: "key-1"}, {Supplier: "F0002", Key: "key-2"}}))
		},
		"unbind": func(s *client.Shop) (any, error) {
			return partnerView(kuaishou.DropshipOf(s).(dropship.Unbinder).Unbind(t.Context(), []dropship.Parting{{Supplier: "F0001", Key: "key-1"}}))
		},
		"append": func(s *client.Shop) (any, error) {
			list, err := kuaishou.DropshipOf(s).(dropship.Appender).Append(t.Context(), []dropship.Extra{{Base: "DS25000000000001", Kind: dropship.KindGift, Lines: []dropship.Line{line}, Key: "key-1"}})
			var out []any
			for _, a := range list {
				out = append(out, map[string]any{"key": a.Key, "id": a.ID, "kind": kindText(a.Err)})
			}
			return out, err
		},
		"waybill_get": func(s *client.Shop) (any, error) {
			list, err := kuaishou.DropshipOf(s).(dropship.WaybillTaker).TakeWaybills(t.Context(), dropship.WaybillRequest{
				Carrier: "SF", Template: "https://example.com/template", Sender: sender, Entries: []dropship.WaybillEntry{
					{ID: dropship.FactoryID{Shop: "U0001", ID: "AL25000000000001"}}, {ID: dropship.FactoryID{Shop: "U0001", ID: "AL25000000000002"}, Pack: "2"},
					{ID: dropship.FactoryID{Shop: "U0002", ID: "AL25000000000003"}},
				}})
			var out []any
			for _, w := range list {
				out = append(out, map[string]any{"waybill": w, "kind": kindText(w.Err)})
			}
			return out, err
		},
		"waybill_return": func(s *client.Shop) (any, error) {
			return kuaishou.DropshipOf(s).(dropship.WaybillReturner).ReturnWaybills(t.Context(), dropship.Return{
				ID: dropship.FactoryID{Shop: "U0001", ID: "AL25000000000001"}, Parcels: []dropship.Shipment{{Carrier: "SF", TrackingNo: "SF1000000000002", Pieces: 1}},
			})
		},
	}
	drivertest.ShopRecords(t, shopOver, "testdata/dropship/*.json", 19, func(t *testing.T, name string, _ []byte, shop *client.Shop) any {
		method, _, _ := strings.Cut(name, "-")
		got, err := ask[method](shop)
		require.NoError(t, err)
		return got
	})
}

var sender = dropship.Sender{Name: "示例发货人", Mobile: "13800000000", From: dropship.Place{
	Province: order.Region{Name: "浙江省"}, City: order.Region{Name: "杭州市"}, District: order.Region{Name: "西湖区"}, Detail: "示例路1号",
}}

func view(list []dropship.Outcome, err error) (any, error) {
	var out []any
	for _, o := range list {
		out = append(out, map[string]any{"id": o.ID, "kind": kindText(o.Err)})
	}
	return out, err
}

func partnerView(list []dropship.PartnerOutcome, err error) (any, error) {
	var out []any
	for _, o := range list {
		out = append(out, map[string]any{"partner": o.Partner, "kind": kindText(o.Err)})
	}
	return out, err
}

func kindText(err error) string {
	if e, ok := errors.AsType[*mall.Error](err); ok {
		return string(e.Kind) + "|" + e.Code + "|" + e.Message
	}
	return ""
}

// tradeOrderRemark takes 128 characters in both waybill methods; a longer one
// would have the number refused.
func TestALongRemarkIsCutOnLabels(t *testing.T) {
	t.Parallel()
	wire := &tape{name: "ship"} // success, and no more
	driver := kuaishou.DropshipOf(shopOver(t, wire)).(dropship.WaybillTaker)
	_, err := driver.TakeWaybills(t.Context(), dropship.WaybillRequest{
		Carrier: "ZTO", Template: "https://example.com/template",
		Sender: dropship.Sender{Name: "示例发件人", Mobile: "19900000009", From: dropship.Place{Detail: "示例路1号"}},
		Entries: []dropship.WaybillEntry{{
			ID: dropship.FactoryID{Shop: "U0001", ID: "AL25000000000001"}, Items: []dropship.Item{{Name: "示例", Quantity: 1}},
			Remark: strings.Repeat("备", 129),
		}},
	})
	require.NoError(t, err)
	var sent struct {
		List []struct {
			Remark string `json:"tradeOrderRemark"`
		} `json:"dsOrderGetReq"`
	}
	require.NoError(t, json.Unmarshal(wire.asked[0].Param, &sent))
	require.Len(t, sent.List, 1)
	assert.Equal(t, 128, utf8.RuneCountInString(sent.List[0].Remark))
}

// TestABadAssignmentCostsNoPage: one record that cannot be read is named beside
// the others.
func TestABadAssignmentCostsNoPage(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile("testdata/dropship/merchant_list.json")
	require.NoError(t, err)
	read := func(body []byte) (mall.Page[dropship.Assignment], error) {
		s := shopOver(t, drivertest.Reply(200, body))
		return kuaishou.DropshipOf(s).(dropship.MerchantOrderLister).MerchantOrders(t.Context(), dropship.Query{By: mall.ByCreation, PageSize: 50}, "")
	}
	good, err := read(body)
	require.NoError(t, err)
	require.NotEmpty(t, good.Items)
	list := regexp.MustCompile(`(?s)("orderList": \[)`)
	require.Len(t, list.FindAll(body, -1), 1)
	page, err := read(list.ReplaceAll(body, []byte(`$1 "no assignment",`)))
	bad, ok := errors.AsType[*order.BadRecordsError](err)
	require.True(t, ok, "%v", err)
	assert.Len(t, bad.Records, 1)
	assert.ErrorIs(t, bad.Records[0].Err, mall.ErrReply)
	assert.Equal(t, good.Items, page.Items)
	assert.Equal(t, good.Next, page.Next)
}
