package kuaishou_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/sku"
)

// What no error and no observation may hold. The names and streets are in
// ASCII, so that they look like any other word.
const (
	personName   = "Lane-77"
	personPhone  = "19912345678"
	personStreet = "Example-Row-5"
	personCipher = "#bGFuZS03Nw#c2VjcmV0#1##"
	senderName   = "Sender-88"
	canaryToken  = "ChFvYXV0aC5hY2Nlc3NUb2tlbg_CANARY"
)

// gossip is a platform that repeats what it was sent to one method: in the
// refusal of the call, in refusals of entries, in data of another form, or on
// an HTML page. Other methods are answered well.
type gossip struct {
	method string // the one
	manner string
	good   map[string]string
	met    *bool
}

func (g gossip) RoundTrip(q *http.Request) (*http.Response, error) {
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
	method := form.Get("method")
	if method != g.method && g.good[method] != "" {
		return drivertest.Reply(200, []byte(`{"result":1,"data":`+g.good[method]+`}`)).RoundTrip(q)
	}
	if method != g.method {
		return drivertest.Reply(404, []byte("not to be called: "+method)).RoundTrip(q)
	}
	*g.met = true
	var param any
	if err := json.Unmarshal([]byte(form.Get("param")), &param); err != nil {
		return nil, err
	}
	texts, items := leaves(param)
	all := strings.Join(append(texts, form.Get("access_token"), form.Get("sign"), personPhone), " | ")
	body := map[string]any{"result": 1, "requestId": "r"}
	switch g.manner {
	case "refusal":
		body["result"], body["error_msg"] = 21, all
	case "misfit":
		body["data"], body["dsOrderGetResp"], body["indexResultList"] = all, all, all
		for _, list := range []string{"batchDecryptResultList", "batchDesensitiseResultList", "batchEncryptResultList"} {
			body[list] = all
		}
	case "entries":
		for _, item := range items {
			maps.Copy(item, map[string]any{
				"code": "9", "message": all, "errorCode": 9, "errorMsg": all, "errorMessage": all, "reachable": false,
				"baseResponse": map[string]any{"success": false, "result": 9, "message": all},
			})
		}
		for _, list := range []string{"data", "dsOrderGetResp", "batchDecryptResultList", "batchDesensitiseResultList",
			"batchEncryptResultList", "indexResultList"} {
			body[list] = items
		}
	case "page":
		return drivertest.Reply(502, []byte("<html>"+all+"</html>")).RoundTrip(q)
	}
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return drivertest.Reply(200, text).RoundTrip(q)
}

// leaves are the texts in a value, and the objects that are entries of lists.
func leaves(v any) (texts []string, items []map[string]any) {
	more := func(v any) {
		t, i := leaves(v)
		texts, items = append(texts, t...), append(items, i...)
	}
	switch v := v.(type) {
	case string:
		return []string{v}, nil
	case []any:
		for _, one := range v {
			more(one)
			switch one := one.(type) {
			case map[string]any:
				items = append(items, one)
			case string:
				items = append(items, map[string]any{"dropshippingOrderCode": one})
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			more(v[key])
		}
	}
	return texts, items
}

// TestErrorsHoldNoSecrets makes every kind of call to a platform that repeats
// what it was sent, and searches all errors, reasons and observations.
func TestErrorsHoldNoSecrets(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	person := order.Receiver{
		Name:    order.Protected{Cipher: personCipher, Plain: personName},
		Phone:   order.Protected{Cipher: personCipher, Plain: personPhone},
		Address: order.Protected{Cipher: personCipher, Plain: personStreet}, Province: order.Region{Name: "P"},
		City: order.Region{Name: "C"}, District: order.Region{Name: "D"},
	}
	plain := person
	for _, p := range []*order.Protected{&plain.Name, &plain.Phone, &plain.Address} {
		p.Cipher = ""
	}
	sender := logistics.Sender{Name: senderName, Phone: personPhone,
		Address: logistics.Address{Province: order.Region{Name: "P"}, City: order.Region{Name: "C"},
			District: order.Region{Name: "D"}, Detail: personStreet}}
	from := logistics.Sender{Name: senderName, Phone: personPhone, Address: logistics.Address{Detail: personStreet}}
	texts := []order.Text{{OrderID: "1", Kind: order.TextName,
		Protected: order.Protected{Cipher: personCipher, Plain: personName}}}
	o := order.Order{ID: "1", Raw: []byte(`{"orderBaseInfo":{"sellerOpenId":"s"}}`), Receiver: person}
	shipment := logistics.Shipment{OrderID: "1",
		Parcels: []logistics.Parcel{{CarrierCode: "4", TrackingNo: "SF1",
			Items: []logistics.Item{{LineID: "1", Quantity: 1}}}}}
	waybill := logistics.Waybill{CarrierCode: "SF", TrackingNo: "SF1"}
	asked := logistics.WaybillRequest{Order: o}
	line := dropship.Line{SKU: sku.Ref{ID: "1", ProductID: "1", Name: "x", Specs: []sku.Spec{{Value: "y"}}}, Quantity: 1}
	id, day := dropship.FactoryID{Shop: "U1", ID: "AL1"}, dropship.Query{By: mall.ByCreation, PageSize: 1}
	good := map[string]string{
		"open.order.detail":                       `{"orderBaseInfo":{"oid":1,"status":30},"orderItemInfo":{"num":1},"addressUpdateAuditInfo":{"auditStatus":10}}`,
		"open.seller.order.refund.detail":         `{"refundId":1,"oid":1,"handlingWay":10,"status":10}`,
		"open.express.standard.template.list.get": `[]`,
	}
	var reasons strings.Builder
	type shop = client.Shop
	for method, call := range map[string]func(*shop) error{
		"open.order.detail": func(s *shop) error { return second(kuaishou.DriversOf(s).Orders.Get(ctx, "1")) },
		"open.order.cursor.list": func(s *shop) error {
			return second(kuaishou.DriversOf(s).Orders.Page(ctx, order.Query{PageSize: 1}, ""))
		},
		"open.seller.order.note.add": func(s *shop) error {
			return kuaishou.DriversOf(s).Orders.SetRemark(ctx, "1", order.Remark{Text: personPhone})
		},
		"open.seller.order.close": func(s *shop) error { return kuaishou.DriversOf(s).Orders.Close(ctx, "1", "") },
		"open.order.decrypt.batch": func(s *shop) error {
			l, err := kuaishou.DriversOf(s).Orders.Decrypt(ctx, texts)
			return each(err, l, func(r mall.Result[order.Text]) error { return r.Err })
		},
		"open.order.desensitise.batch": func(s *shop) error {
			l, err := kuaishou.DriversOf(s).Orders.Mask(ctx, texts)
			return each(err, l, func(r mall.Result[order.Text]) error { return r.Err })
		},
		"open.order.search.index.batch": func(s *shop) error {
			return second(kuaishou.DriversOf(s).Orders.SearchIndex(ctx, texts))
		},
		"open.order.encrypt.batch": func(s *shop) error {
			l, err := kuaishou.DriversOf(s).Orders.Encrypt(ctx, texts)
			return each(err, l, func(r mall.Result[order.Text]) error { return r.Err })
		},
		"open.order.address.audit.approve": func(s *shop) error {
			return kuaishou.DriversOf(s).Orders.AnswerAddress(ctx, "1", change.Verdict{Accept: true})
		},
		"open.order.address.audit.reject": func(s *shop) error {
			return kuaishou.DriversOf(s).Orders.AnswerAddress(ctx, "1", change.Verdict{})
		},
		"open.order.address.update": func(s *shop) error { return kuaishou.DriversOf(s).Orders.ChangeAddress(ctx, "1", plain) },
		"open.seller.order.sku.update": func(s *shop) error {
			return kuaishou.DriversOf(s).Orders.ChangeSpec(ctx, change.Request{OrderID: "1", FromSKU: line.SKU, ToSKU: line.SKU})
		},
		"open.seller.order.refund.pcursor.list": func(s *shop) error {
			return second(kuaishou.DriversOf(s).Orders.PageCases(ctx, order.CaseQuery{PageSize: 1}, ""))
		},
		"open.seller.order.refund.detail": func(s *shop) error { return second(kuaishou.DriversOf(s).Orders.GetCase(ctx, "1")) },
		"open.seller.order.refund.approve": func(s *shop) error {
			return kuaishou.DriversOf(s).Orders.Decide(ctx, order.Case{ID: "1"}, order.Decision{Agree: true})
		},
		"open.refund.reject": func(s *shop) error {
			return kuaishou.DriversOf(s).Orders.Decide(ctx, order.Case{ID: "1"},
				order.Decision{ReasonCode: "1", Reason: personPhone})
		},
		"open.refund.reject.reason":          func(s *shop) error { return second(kuaishou.DriversOf(s).Orders.RejectReasons(ctx, "1")) },
		"open.seller.order.fee.detail":       func(s *shop) error { return second(kuaishou.FeeDetail(ctx, s, "1")) },
		"open.express.printer.element.query": func(s *shop) error { return second(kuaishou.PrintElements(ctx, s)) },
		"open.address.district.list":         func(s *shop) error { return second(kuaishou.Districts(ctx, s)) },

		"open.item.list.get": func(s *shop) error {
			return second(kuaishou.DriversOf(s).SKUs.Page(ctx, sku.Query{PageSize: 10}, ""))
		},
		"open.item.get":          func(s *shop) error { return second(kuaishou.DriversOf(s).SKUs.GetProduct(ctx, "1")) },
		"open.item.sku.list.get": func(s *shop) error { return second(kuaishou.DriversOf(s).SKUs.GetSKUs(ctx, "1")) },
		"open.item.sku.stock.update": func(s *shop) error {
			return errors.Join(kuaishou.DriversOf(s).SKUs.WriteStock(ctx,
				[]sku.StockWrite{{SKUID: "1", ProductID: "1", Mode: sku.Add, Quantity: 1}})...)
		},
		"open.item.sku.price.update": func(s *shop) error {
			return errors.Join(kuaishou.DriversOf(s).SKUs.WritePrice(ctx,
				[]sku.PriceWrite{{SKUID: "1", ProductID: "1", Price: 1}})...)
		},

		"open.seller.order.goods.deliver":          func(s *shop) error { return kuaishou.DriversOf(s).Logistics.Ship(ctx, shipment) },
		"open.order.goods.split.deliver":           func(s *shop) error { return kuaishou.DriversOf(s).Logistics.ShipParcels(ctx, shipment) },
		"open.seller.order.goods.logistics.append": func(s *shop) error { return kuaishou.DriversOf(s).Logistics.AddParcel(ctx, "1", shipment.Parcels[0]) },
		"open.seller.order.logistics.update": func(s *shop) error {
			return kuaishou.DriversOf(s).Logistics.ChangeShipment(ctx, logistics.Change{OrderID: "1", To: shipment.Parcels[0]},
				true)
		},
		"open.express.ebill.get": func(s *shop) error {
			l, err := kuaishou.DriversOf(s).Logistics.TakeWaybills(ctx,
				logistics.Take{CarrierCode: "SF", Sender: sender, Requests: []logistics.WaybillRequest{asked}})
			return each(err, l, func(t mall.Result[logistics.Waybill]) error { return t.Err })
		},
		"open.express.ebill.update": func(s *shop) error {
			return second(kuaishou.DriversOf(s).Logistics.UpdateWaybill(ctx, waybill, sender, asked))
		},
		"open.express.ebill.cancel":               func(s *shop) error { return kuaishou.DriversOf(s).Logistics.CancelWaybill(ctx, waybill) },
		"open.express.ebill.append":               func(s *shop) error { return second(kuaishou.DriversOf(s).Logistics.AddSubWaybills(ctx, waybill, 1)) },
		"open.express.subscribe.query":            func(s *shop) error { return second(kuaishou.DriversOf(s).Logistics.NetSites(ctx, "SF")) },
		"open.express.standard.template.list.get": func(s *shop) error { return second(kuaishou.DriversOf(s).Logistics.Templates(ctx)) },
		"open.express.custom.tempate.list.query":  func(s *shop) error { return second(kuaishou.DriversOf(s).Logistics.Templates(ctx)) },
		"open.express.reachable.query": func(s *shop) error {
			reach, err := kuaishou.DriversOf(s).Logistics.OutOfRange(ctx,
				logistics.Way{CarrierCode: "SF", From: sender.Address, To: plain, Leg: ""})
			fmt.Fprintln(&reasons, reach.Reason)
			if err == nil {
				err = errors.New(reach.Reason)
			}
			return err
		},
		"open.address.seller.list": func(s *shop) error { return second(kuaishou.DriversOf(s).Logistics.Addresses(ctx, logistics.ShipFrom)) },

		"open.dropshipping.role.query":    func(s *shop) error { return second(kuaishou.DriversOf(s).Dropship.Role(ctx)) },
		"open.dropshipping.relation.list": func(s *shop) error { return second(kuaishou.DriversOf(s).Dropship.Suppliers(ctx, 0, 1)) },
		"open.dropshipping.relation.merchant.batch.apply": func(s *shop) error {
			l, err := kuaishou.DriversOf(s).Dropship.Apply(ctx,
				[]dropship.Application{{Supplier: "F1", Key: "k", Message: personPhone}})
			return each(err, l, func(o mall.Result[string]) error { return o.Err })
		},
		"open.dropshipping.relation.merchant.batch.unbind": func(s *shop) error {
			l, err := kuaishou.DriversOf(s).Dropship.Unbind(ctx,
				[]dropship.Parting{{Supplier: "F1", Key: "k", Reason: personPhone}})
			return each(err, l, func(o mall.Result[string]) error { return o.Err })
		},
		"open.dropshipping.order.batch.append": func(s *shop) error {
			to := order.Receiver{Name: order.Protected{Plain: personName}, Phone: order.Protected{Plain: personPhone},
				Address: order.Protected{Plain: personStreet}}
			l, err := kuaishou.DriversOf(s).Dropship.Append(ctx,
				[]dropship.Extra{{Base: "DS1", Kind: dropship.KindGift, Key: "k", Lines: []dropship.Line{line}, To: to}})
			return each(err, slices.Collect(maps.Values(l)), func(o mall.Result[dropship.MerchantID]) error { return o.Err })
		},
		"open.dropshipping.order.merchant.list":   func(s *shop) error { return second(kuaishou.DriversOf(s).Dropship.PageMerchantOrders(ctx, day, "")) },
		"open.dropshipping.order.merchant.detail": func(s *shop) error { return second(kuaishou.DriversOf(s).Dropship.GetMerchantOrder(ctx, "DS1")) },
		"open.dropshipping.order.list":            func(s *shop) error { return second(kuaishou.DriversOf(s).Dropship.PageFactoryOrders(ctx, day, "")) },
		"open.dropshipping.order.detail.query":    func(s *shop) error { return second(kuaishou.DriversOf(s).Dropship.GetFactoryOrder(ctx, id)) },
		"open.dropshipping.order.batch.allocate": func(s *shop) error {
			l, err := kuaishou.DriversOf(s).Dropship.Assign(ctx, []dropship.Choice{{ID: "DS1", Supplier: "F1"}})
			return each(err, l, func(o mall.Result[dropship.MerchantID]) error { return o.Err })
		},
		"open.dropshipping.order.batch.allocate.cancel": func(s *shop) error {
			l, err := kuaishou.DriversOf(s).Dropship.CancelAssignment(ctx, personPhone, []dropship.MerchantID{"DS1"})
			return each(err, l, func(o mall.Result[dropship.MerchantID]) error { return o.Err })
		},
		"open.dropshipping.order.batch.delete": func(s *shop) error {
			l, err := kuaishou.DriversOf(s).Dropship.Delete(ctx, []dropship.MerchantID{"DS1"})
			return each(err, l, func(o mall.Result[dropship.MerchantID]) error { return o.Err })
		},
		"open.dropshipping.ebill.batch.get": func(s *shop) error {
			l, err := kuaishou.DriversOf(s).Dropship.TakeWaybills(ctx,
				logistics.Take{CarrierCode: "SF", Sender: from, Template: "https://t.example",
					Requests: []logistics.WaybillRequest{numberFor(id)}})
			return each(err, l, func(w mall.Result[logistics.Waybill]) error { return w.Err })
		},
		"open.dropshipping.order.deliver": func(s *shop) error {
			return second(kuaishou.DriversOf(s).Dropship.ReturnWaybills(ctx,
				dropship.Return{ID: id, Parcels: []logistics.Parcel{{CarrierCode: "SF", TrackingNo: "SF1"}}}))
		},
		"open.dropshipping.order.logistics.update": func(s *shop) error {
			return kuaishou.DriversOf(s).Dropship.ChangeShipment(ctx, id, "",
				logistics.Parcel{CarrierCode: "SF", TrackingNo: "SF1"})
		},
		"open.dropshipping.ebill.cancel": func(s *shop) error {
			return kuaishou.DriversOf(s).Dropship.CancelWaybill(ctx,
				logistics.Waybill{CarrierCode: "SF", TrackingNo: "SF1",
					For: []logistics.AddressedOrder{{OrderID: "1", Shop: "U1"}}})
		},
	} {
		for _, manner := range []string{"refusal", "misfit", "entries", "page"} {
			var told strings.Builder
			var met bool
			seen := &drivertest.Record{}
			s := shopOver(t, gossip{method, manner, good, &met}, client.WithObserver(seen.Observe))
			require.NoError(t, s.App().Import(ctx, client.Token{ShopID: s.ID(), Access: canaryToken}))
			err := call(s)
			require.True(t, met, "%s was not called: %v", method, err)
			if manner == "refusal" || manner == "page" {
				require.Error(t, err, "%s %s", method, manner)
			}
			for ; err != nil; err = errors.Unwrap(err) {
				fmt.Fprintf(&told, "%v|%+v|%#v|%q\n", err, err, err, err)
			}
			fmt.Fprintf(&told, "%+v %#v %s", seen.All(), seen.All(), &reasons)
			for _, c := range []string{personName, personPhone, personStreet, personCipher, senderName, canaryToken,
				"secret-for-tests", "sign-secret-for-tests"} {
				if i := strings.Index(told.String(), c); i >= 0 {
					t.Errorf("%s, %s, told: …%s…", method, manner, told.String()[max(0, i-150):i+20])
				}
			}
		}
	}
	assert.NotEmpty(t, reasons.String())
}

// each joins the errors of entries.
func each[T any](err error, list []T, of func(T) error) error {
	errs := []error{err}
	for _, one := range list {
		errs = append(errs, of(one))
	}
	return errors.Join(errs...)
}
