package kuaishou_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// tape answers each method with a file and records the requests.
type tape struct {
	name  string // of the files in testdata/logistics
	asked []asked
}

type asked struct {
	Verb  string          `json:"verb"`
	Path  string          `json:"path"`
	Param json.RawMessage `json:"param"`
}

// seconds are the endings of files that answer a second method, which the call
// under test makes too.
var seconds = map[string]string{"/open/order/detail": ".detail", "/open/express/custom/tempate/list/query": ".own"}

func (r *tape) RoundTrip(q *http.Request) (*http.Response, error) {
	form := q.URL.Query()
	if q.Method == http.MethodPost {
		body, err := io.ReadAll(q.Body)
		if err != nil {
			return nil, err
		}
		if form, err = url.ParseQuery(string(body)); err != nil {
			return nil, err
		}
	}
	r.asked = append(r.asked, asked{q.Method, q.URL.Path, json.RawMessage(form.Get("param"))})
	body, err := os.ReadFile("testdata/logistics/" + r.name + seconds[q.URL.Path] + ".json")
	if os.IsNotExist(err) && seconds[q.URL.Path] != "" {
		body, err = os.ReadFile("testdata/logistics/detail.json")
	}
	if err != nil {
		return nil, err
	}
	return drivertest.Reply(200, body).RoundTrip(q)
}

// TestLogisticsGolden calls each method with recorded replies, and compares the
// requests and the result with the golden file.
func TestLogisticsGolden(t *testing.T) {
	t.Parallel()
	receiver := func(n string) order.Receiver {
		return order.Receiver{
			ID: "address-" + n, Name: order.Protected{Cipher: "#cipher-name-" + n + "#"},
			Phone:    order.Protected{Cipher: "$cipher-phone-" + n + "$"},
			Address:  order.Protected{Cipher: "~cipher-detail-" + n + "~"},
			Province: order.Region{Code: "32", Name: "江苏省"}, City: order.Region{Name: "苏州市"},
			District: order.Region{Name: "吴中区"},
		}
	}
	raw := []byte(`{"orderBaseInfo":{"oid":2500000000000101,"sellerOpenId":"f18d4e2f0000000000000000000000aa","sellerNick":"示例小店"}}`)
	first := order.Order{ID: "2500000000000101", Receiver: receiver("1"), Raw: raw,
		Lines: []order.Line{{ID: "2500000000000101", Quantity: 2}}}
	first.Lines[0].SKU.ID, first.Lines[0].SKU.Name = "1", "示例T恤 <M&L>"
	ninth := order.Order{ID: "2500000000000901", Receiver: receiver("9")} // stored without what the platform sent
	site := logistics.NetSite{CarrierCode: "YTO", Code: "571001", Name: "杭州示例网点", Account: "0000000000"}
	bill := logistics.Waybill{CarrierCode: "YTO", TrackingNo: "YT1000000000001"}
	pickup := logistics.Sender{Name: "示例发件人", Phone: "19900000009",
		Address: logistics.Address{Province: order.Region{Name: "浙江省"}, City: order.Region{Name: "杭州市"},
			District: order.Region{Name: "西湖区"}, Detail: "示例路1号"}}
	parcel := func(no, line string, n int64) logistics.Parcel {
		return logistics.Parcel{CarrierCode: "6", CarrierName: "圆通速递", TrackingNo: no,
			Items: []logistics.Item{{LineID: line, Quantity: n}}}
	}
	whole := logistics.Shipment{OrderID: first.ID,
		Parcels: []logistics.Parcel{{CarrierCode: "6", TrackingNo: "YT1000000000001"}}, RequestID: "not sent"}
	serials := []string{"SN1", "860000000000001"}
	type answer struct {
		Result any    `json:"result,omitempty"`
		Error  string `json:"error,omitempty"`
	}
	say := func(v any, err error) []answer {
		if err != nil {
			return []answer{{Error: err.Error()}}
		}
		return []answer{{Result: v}}
	}
	ship := func(ctx context.Context, d logistics.Driver) []answer {
		sh := whole
		sh.Serials = serials
		return say(nil, d.(logistics.Shipper).Ship(ctx, sh))
	}
	cancel := func(ctx context.Context, d logistics.Driver) []answer {
		return say(nil, d.(logistics.Waybiller).CancelWaybill(ctx, bill))
	}
	change := func(ctx context.Context, d logistics.Driver) []answer {
		c := logistics.Change{OrderID: first.ID, TrackingNo: "YT1", To: parcel("YT2", "", 0)}
		byNumber := say(nil, d.(logistics.Shipper).ChangeShipment(ctx, c, true))
		c.ParcelID = "700000000000001"
		return append(byNumber, say(nil, d.(logistics.Shipper).ChangeShipment(ctx, c, false))...)
	}
	update := func(ctx context.Context, d logistics.Driver) []answer {
		return say(d.(logistics.Waybiller).UpdateWaybill(ctx, bill, pickup,
			logistics.WaybillRequest{Order: first, Remark: strings.Repeat("长", 200)}))
	}
	sites := func(ctx context.Context, d logistics.Driver) []answer {
		return say(d.(logistics.Waybiller).NetSites(ctx, ""))
	}
	reach := func(ctx context.Context, d logistics.Driver) []answer {
		return say(d.(logistics.Ranger).OutOfRange(ctx,
			logistics.Way{CarrierCode: "YTO", From: pickup.Address, To: receiver("1")}))
	}
	var shop *client.Shop
	for name, do := range map[string]func(context.Context, logistics.Driver) []answer{
		"ship": func(ctx context.Context, d logistics.Driver) []answer {
			sh := whole
			sh.Serials, sh.ReturnAddressID = serials, "8800000000000001"
			return say(nil, d.(logistics.Shipper).Ship(ctx, sh))
		},
		"ship_gifts":         ship, // one of them closed
		"ship_gifts_begun":   ship, // nothing is sent
		"stopped":            ship,
		"stopped_unheard_of": ship,
		"ship_parcels": func(ctx context.Context, d logistics.Driver) []answer {
			return say(nil, d.(logistics.Shipper).ShipParcels(ctx,
				logistics.Shipment{OrderID: first.ID, Serials: serials, Parcels: []logistics.Parcel{
					parcel("YT1000000000001", "2500000000000102", 1), parcel("YT1000000000002", "2500000000000101", 1),
					parcel("YT1000000000003", "2500000000000101", 1),
				}}))
		},
		"add_parcel": func(ctx context.Context, d logistics.Driver) []answer {
			return say(nil, d.(logistics.ParcelAdder).AddParcel(ctx, first.ID, parcel("YT2", "", 0)))
		},
		"change": change,
		"take": func(ctx context.Context, d logistics.Driver) []answer {
			taken, err := d.(logistics.Waybiller).TakeWaybills(ctx,
				logistics.Take{CarrierCode: "POSTB", Sender: pickup, Site: site, Product: "2",
					Requests: []logistics.WaybillRequest{
						{Order: first, Combined: []order.Order{ninth}, Pieces: 3, Remark: "易碎"},
						{Order: ninth, PackID: "p2", Items: []logistics.Content{{Name: "礼盒", Quantity: 1}}},
						{Order: first, PackID: "p3"},
						{Order: first, PackID: "p4"}, // no number
						{Order: first, PackID: "p5"}, // nothing said
						{Order: first, PackID: "p6"}, // not in the reply
						{Order: first, PackID: "p7"},
					}})
			require.NoError(t, err)
			var list []answer
			for _, x := range taken {
				list = append(list, say(x.Item, x.Err)...)
			}
			return list
		},
		"update":                update,
		"update_without_labels": update,
		"cancel":                cancel,
		"cancel_again":          cancel,
		"sites":                 sites,
		"sites_none":            sites,
		"templates": func(ctx context.Context, d logistics.Driver) []answer {
			return say(d.(logistics.Waybiller).Templates(ctx))
		},
		"range":        reach,
		"range_served": reach,
		"range_unsaid": reach,
		"addresses": func(ctx context.Context, d logistics.Driver) []answer {
			return say(d.(logistics.AddressLister).Addresses(ctx, logistics.ReturnTo))
		},
		"sub": func(ctx context.Context, d logistics.Driver) []answer {
			return say(d.(logistics.SubWaybiller).AddSubWaybills(ctx, bill, 2))
		},
		"elements": func(ctx context.Context, _ logistics.Driver) []answer {
			return say(kuaishou.PrintElements(ctx, shop))
		},
		"districts": func(ctx context.Context, _ logistics.Driver) []answer {
			return say(kuaishou.Districts(ctx, shop))
		},
	} {
		t.Run(name, func(t *testing.T) {
			over := &tape{name: name}
			shop = shopOver(t, over)
			answers := do(t.Context(), kuaishou.LogisticsOf(shop))
			text := drivertest.Golden(t, "testdata/logistics/"+name+".json",
				map[string]any{"sent": over.asked, "answers": answers})
			assert.NotContains(t, text, "13900000009", "what a carrier quotes is not shown")
		})
	}
}
