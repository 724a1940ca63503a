package kuaishou_test

import (
	"encoding/json"
	"maps"
	"slices"
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
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// TestDropshipGolden reads records of every method through the whole client.
func TestDropshipGolden(t *testing.T) {
	t.Parallel()
	line := dropship.Line{SKU: sku.Ref{ID: "1", ProductID: "2", Name: "示例", Specs: []sku.Spec{{Value: "红"}}},
		Quantity: 1}
	ask := drivertest.Asks(t, kuaishou.DropshipOf, drivertest.Dealt{
		By: mall.ByCreation, PageSize: 50, Line: "DS25000000000001", Supplier: "F0001",
		Given: dropship.FactoryID{Shop: "U0001", ID: "AL25000000000001"},
	})
	maps.Copy(ask, map[string]func(*client.Shop) (any, error){
		"delete": func(s *client.Shop) (any, error) {
			list, err := kuaishou.DropshipOf(s).(dropship.Appender).Delete(t.Context(),
				[]dropship.MerchantID{"DS25000000000005"})
			return drivertest.Shown("id", list, err)
		},
		"apply": func(s *client.Shop) (any, error) {
			list, err := kuaishou.DropshipOf(s).(dropship.Binder).Apply(t.Context(),
				[]dropship.Application{{Supplier: "F0001", Key: "key-1"}, {Supplier: "F0002", Key: "key-2"}})
			return drivertest.Shown("partner", list, err)
		},
		"unbind": func(s *client.Shop) (any, error) {
			list, err := kuaishou.DropshipOf(s).(dropship.Binder).Unbind(t.Context(),
				[]dropship.Parting{{Supplier: "F0001", Key: "key-1"}})
			return drivertest.Shown("partner", list, err)
		},
		"append": func(s *client.Shop) (any, error) {
			list, err := kuaishou.DropshipOf(s).(dropship.Appender).Append(t.Context(),
				[]dropship.Extra{{Base: "DS25000000000001", Kind: dropship.KindGift, Lines: []dropship.Line{line},
					Key: "key-1"}})
			var out []any
			for _, key := range slices.Sorted(maps.Keys(list)) {
				out = append(out, map[string]any{"key": key, "id": list[key].Item, "kind": drivertest.Failure(list[key].Err)})
			}
			return out, err
		},
		"waybill_get": func(s *client.Shop) (any, error) {
			second := numberFor(dropship.FactoryID{Shop: "U0001", ID: "AL25000000000002"})
			second.PackID = "2"
			list, err := kuaishou.DropshipOf(s).(dropship.FactoryDriver).TakeWaybills(t.Context(), logistics.Take{
				CarrierCode: "SF", Template: "https://example.com/template", Sender: sender,
				Requests: []logistics.WaybillRequest{
					numberFor(dropship.FactoryID{Shop: "U0001", ID: "AL25000000000001"}), second,
					numberFor(dropship.FactoryID{Shop: "U0002", ID: "AL25000000000003"}),
				}})
			return drivertest.Shown("waybill", list, err)
		},
		"waybill_return": func(s *client.Shop) (any, error) {
			return kuaishou.DropshipOf(s).(dropship.FactoryDriver).ReturnWaybills(t.Context(), dropship.Return{
				ID: dropship.FactoryID{Shop: "U0001", ID: "AL25000000000001"},
				Parcels: []logistics.Parcel{{CarrierCode: "SF", TrackingNo: "SF1000000000002",
					Items: []logistics.Item{{Quantity: 1}}}},
			})
		},
	})
	drivertest.AskedGolden(t, shopOver, "testdata/dropship/*.json", 19, ask)
}

var sender = logistics.Sender{Name: "示例发货人", Phone: "13800000000", Address: logistics.Address{
	Province: order.Region{Name: "浙江省"}, City: order.Region{Name: "杭州市"}, District: order.Region{Name: "西湖区"},
	Detail: "示例路1号",
}}

// numberFor is a request for the number of one assignment.
func numberFor(id dropship.FactoryID) logistics.WaybillRequest {
	return dropship.Assignment{FactoryID: id,
		Lines: []dropship.Line{{SKU: sku.Ref{Name: "x"}, Quantity: 1}}}.WaybillRequest()
}

// TestALongRemarkIsCutOnLabels: tradeOrderRemark takes 128 characters in both
// waybill methods, which refuse a longer one.
func TestALongRemarkIsCutOnLabels(t *testing.T) {
	t.Parallel()
	wire := &tape{name: "ship"} // success, and no more
	driver := kuaishou.DropshipOf(shopOver(t, wire)).(dropship.FactoryDriver)
	r := numberFor(dropship.FactoryID{Shop: "U0001", ID: "AL25000000000001"})
	r.Remark = strings.Repeat("备", 129)
	_, err := driver.TakeWaybills(t.Context(), logistics.Take{
		CarrierCode: "ZTO", Template: "https://example.com/template",
		Sender:   logistics.Sender{Name: "示例发件人", Phone: "19900000009", Address: logistics.Address{Detail: "示例路1号"}},
		Requests: []logistics.WaybillRequest{r},
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

// TestBadAssignmentInPage: an assignment that cannot be read is reported beside
// the others of its page.
func TestBadAssignmentInPage(t *testing.T) {
	t.Parallel()
	drivertest.BadAssignment(t, "testdata/dropship/merchant_list.json", "orderList",
		func(body []byte) (mall.Page[dropship.Assignment], error) {
			d := kuaishou.DropshipOf(shopOver(t, drivertest.Reply(200, body))).(dropship.MerchantDriver)
			return d.PageMerchantOrders(t.Context(), dropship.Query{By: mall.ByCreation, PageSize: 50}, "")
		})
}
