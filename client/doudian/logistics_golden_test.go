package doudian_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// tape records the requests that a transport gets.
type tape struct {
	http.RoundTripper
	asked []asked
}

type asked struct {
	Path string          `json:"path"`
	Body json.RawMessage `json:"body"`
}

func (r *tape) RoundTrip(q *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return nil, err
	}
	r.asked = append(r.asked, asked{q.URL.Path, body})
	return r.RoundTripper.RoundTrip(q)
}

// TestLogisticsGolden calls each method with a recorded reply, and compares the
// request and the result with the golden file.
func TestLogisticsGolden(t *testing.T) {
	t.Parallel()
	receiver := func(n string) order.Receiver {
		return order.Receiver{
			ID: "address-" + n, Name: order.Protected{Cipher: "#cipher-name-" + n + "#"},
			Phone:    order.Protected{Cipher: "$cipher-phone-" + n + "$"},
			Address:  order.Protected{Cipher: "#cipher-detail-" + n + "#"},
			Province: order.Region{Code: "32", Name: "江苏省"}, City: order.Region{Name: "苏州市"},
			District: order.Region{Name: "吴中区"},
		}
	}
	first := order.Order{ID: "6920000000000000001", Receiver: receiver("1"),
		Lines: []order.Line{{ID: "6920000000000000001", Quantity: 2}}}
	first.Lines[0].SKU.ID, first.Lines[0].SKU.Name = "1", "示例T恤 <M&L>"
	ninth := order.Order{ID: "6920000000000000009A", Receiver: receiver("9")}
	bill := logistics.Waybill{CarrierCode: "shunfeng", TrackingNo: "SF1000000000001"}
	parcel := func(no, line string, n int64) logistics.Parcel {
		return logistics.Parcel{CarrierCode: "shunfeng", CarrierName: "顺丰速运", TrackingNo: no,
			Items: []logistics.Item{{LineID: line, Quantity: n}}}
	}
	type answer struct {
		Result any    `json:"result,omitempty"`
		Error  string `json:"error,omitempty"`
	}
	say := func(v any, err error) answer {
		a := answer{Result: v}
		if err != nil {
			a = answer{Error: err.Error()}
		}
		return a
	}
	for name, do := range map[string]func(context.Context, logistics.Driver) []answer{
		"carriers": func(ctx context.Context, d logistics.Driver) []answer {
			return []answer{say(d.(logistics.Shipper).Carriers(ctx))}
		},
		"ship": func(ctx context.Context, d logistics.Driver) []answer {
			return []answer{say(nil, d.(logistics.Shipper).Ship(ctx, logistics.Shipment{
				OrderID: first.ID, Parcels: []logistics.Parcel{parcel("SF1000000000001", "", 0)},
				Serials: []string{"SN1"}, ReturnAddressID: "55", RequestID: "not sent",
			}))}
		},
		"ship_parcels": func(ctx context.Context, d logistics.Driver) []answer {
			return []answer{say(nil, d.(logistics.Shipper).ShipParcels(ctx,
				logistics.Shipment{OrderID: first.ID, RequestID: "req-1", Parcels: []logistics.Parcel{
					parcel("SF1000000000001", "6920000000000000001", 1),
					parcel("SF1000000000002", "6920000000000000002", 2),
				}}))}
		},
		"take": func(ctx context.Context, d logistics.Driver) []answer {
			taken, err := d.(logistics.Waybiller).TakeWaybills(ctx,
				logistics.Take{CarrierCode: "shunfeng", Sender: drivertest.Pickup(), Requests: []logistics.WaybillRequest{
					{Order: first, Combined: []order.Order{ninth}, Pieces: 3, Remark: "易碎"},
					{Order: ninth, PackID: "p2", Items: []logistics.Content{{Name: "礼盒", Quantity: 1}}},
					{Order: first, PackID: "p3"}, // not in the reply
				}})
			require.NoError(t, err)
			var list []answer
			for _, x := range taken {
				list = append(list, say(x.Item, x.Err))
			}
			return list
		},
		"update": func(ctx context.Context, d logistics.Driver) []answer {
			return []answer{say(d.(logistics.Waybiller).UpdateWaybill(ctx, bill, drivertest.Pickup(),
				logistics.WaybillRequest{Order: first}))}
		},
		"cancel": func(ctx context.Context, d logistics.Driver) []answer {
			return []answer{say(nil, d.(logistics.Waybiller).CancelWaybill(ctx, bill))}
		},
		"print": func(ctx context.Context, d logistics.Driver) []answer {
			second, third := bill, bill
			second.TrackingNo, third.TrackingNo = "SF1000000000002", "SF1000000000003"
			printed, err := d.(logistics.Waybiller).PrintData(ctx, []logistics.Waybill{second, bill, third})
			require.NoError(t, err)
			var list []answer
			for _, x := range printed {
				list = append(list, say(x.Item, x.Err))
			}
			return list
		},
		"sites": func(ctx context.Context, d logistics.Driver) []answer {
			return []answer{say(d.(logistics.Waybiller).NetSites(ctx, "shunfeng"))}
		},
		"templates": func(ctx context.Context, d logistics.Driver) []answer {
			return []answer{say(d.(logistics.Waybiller).Templates(ctx))}
		},
		"range": func(ctx context.Context, d logistics.Driver) []answer {
			return []answer{say(d.(logistics.Ranger).OutOfRange(ctx,
				logistics.Way{CarrierCode: "shunfeng", From: drivertest.Pickup().Address, To: receiver("1"),
					Leg: logistics.LegDelivery}))}
		},
		"sub": func(ctx context.Context, d logistics.Driver) []answer {
			return []answer{say(d.(logistics.SubWaybiller).AddSubWaybills(ctx, bill, 2))}
		},
		"trace": func(ctx context.Context, d logistics.Driver) []answer {
			return []answer{say(d.(logistics.Tracer).Trace(ctx, "shunfeng", bill.TrackingNo))}
		},
		"trace_page_spelling": func(ctx context.Context, d logistics.Driver) []answer {
			return []answer{say(d.(logistics.Tracer).Trace(ctx, "shunfeng", bill.TrackingNo))}
		},
	} {
		t.Run(name, func(t *testing.T) {
			file := "testdata/logistics/" + name + ".json"
			body, err := os.ReadFile(file)
			require.NoError(t, err)
			over := &tape{RoundTripper: drivertest.Reply(200, body)}
			answers := do(t.Context(), doudian.LogisticsOf(shopOver(t, over)))
			text := drivertest.Golden(t, file, map[string]any{"sent": over.asked, "answers": answers})
			assert.NotContains(t, text, "13900000009", "what a carrier quotes is not shown")
		})
	}
}
