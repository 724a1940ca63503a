package doudian_test

import (
	"maps"
	"testing"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/sku"
)

// TestDropshipGolden reads records of every method through the whole client.
func TestDropshipGolden(t *testing.T) {
	t.Parallel()
	ask := drivertest.Asks(t, doudian.DropshipOf, drivertest.Dealt{
		PageSize: 100, Line: "1", Supplier: "2", Given: dropship.FactoryID{Shop: "1", ID: "1"},
	})
	maps.Copy(ask, map[string]func(*client.Shop) (any, error){
		"seller_list": func(s *client.Shop) (any, error) {
			p, err := doudian.DropshipOf(s).(dropship.MerchantLister).Merchants(t.Context(), 0, 100)
			return p, err
		},
		"waybill_get": func(s *client.Shop) (any, error) {
			list, err := doudian.DropshipOf(s).(dropship.FactoryDriver).TakeWaybills(t.Context(),
				logistics.Take{Requests: []logistics.WaybillRequest{
					numberFor(dropship.FactoryID{Shop: "7300000000000000001", ID: "7100000000000000001"}),
					numberFor(dropship.FactoryID{Shop: "7300000000000000002", ID: "7100000000000000002"}),
				}})
			return drivertest.Shown("waybill", list, err)
		},
		"waybill_return": func(s *client.Shop) (any, error) {
			return doudian.DropshipOf(s).(dropship.FactoryDriver).ReturnWaybills(t.Context(), dropship.Return{
				ID: dropship.FactoryID{Shop: "1", ID: "1"}, Parcels: []logistics.Parcel{{CarrierCode: "yuantong",
					TrackingNo: "YT1000000000001", Items: []logistics.Item{{Quantity: 1}}}},
			})
		},
	})
	drivertest.AskedGolden(t, shopOver, "testdata/dropship/*.json", 12, ask)
}

// numberFor is a request for the number of one assignment.
func numberFor(id dropship.FactoryID) logistics.WaybillRequest {
	return dropship.Assignment{FactoryID: id,
		Lines: []dropship.Line{{SKU: sku.Ref{Name: "x"}, Quantity: 1}}}.WaybillRequest()
}

// TestBadAssignmentInPage: an assignment that cannot be read is reported beside
// the others of its page.
func TestBadAssignmentInPage(t *testing.T) {
	t.Parallel()
	drivertest.BadAssignment(t, "testdata/dropship/merchant_list-cancelled_and_refund.json", "distr_order_list",
		func(body []byte) (mall.Page[dropship.Assignment], error) {
			d := doudian.DropshipOf(shopOver(t, drivertest.Reply(200, body))).(dropship.MerchantDriver)
			return d.PageMerchantOrders(t.Context(), dropship.Query{PageSize: 100}, "")
		})
}
