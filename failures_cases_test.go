package mall_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/internal/platforms"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/sku"
	"github.com/mallwire/mall/webhook"
)

// nobody is an id of the right form that belongs to nothing.
const nobody = "6999999999999999"

// constructionFailures are accounts that an app cannot be made of, and tokens
// that cannot be had.
func constructionFailures() []failure {
	making := func(name, value string) func(*scene) error {
		return func(s *scene) error { return just(s.app(map[string]string{name: value})) }
	}
	return []failure{
		{name: "no app key", kind: mall.ErrInvalid, try: making(platforms.AppKey, "")},
		{name: "no app secret", kind: mall.ErrInvalid, try: making(platforms.AppSecret, "")},
		{name: "no secret that signs", kind: mall.ErrInvalid, try: func(s *scene) error {
			return just(s.app(map[string]string{s.platform.SignedWith[1]: ""}))
		}},
		{name: "gateway without scheme", kind: mall.ErrInvalid, try: making(platforms.Gateway, "example.com")},
		{name: "gateway of another scheme", kind: mall.ErrInvalid, try: making(platforms.Gateway, "ftp://example.com")},
		{name: "option", kind: mall.ErrInvalid, try: func(s *scene) error { return just(s.account.App(client.WithTimeout(-1))) }},
		{name: "pushes without a secret", kind: mall.ErrInvalid, try: func(s *scene) error {
			bare := s.account.With(map[string]string{platforms.AppSecret: "", "MESSAGE_KEY": ""})
			return just(webhook.New(s.platform.Verifiers(bare, s.shop.App())["push"], webhook.Handlers{}, webhook.Options{}))
		}},
		{name: "syncer without a handler", kind: mall.ErrInvalid, nowhere: true, try: func(s *scene) error {
			return just(order.NewSyncer([]*order.Service{s.shop.Orders}, nil, order.SyncOptions{}))
		}},
		{name: "checkpoints in a file", nowhere: true, try: func(*scene) error {
			return just(order.NewFileCheckpoints("go.mod"))
		}},
		{name: "tokens in a file", nowhere: true, try: func(*scene) error { return just(client.NewFileTokens("go.mod")) }},
		{name: "no record", try: func(s *scene) error {
			return just(mall.Native[struct{}](order.Order{Platform: s.platform.Name}))
		}},
		{name: "no state", kind: mall.ErrInvalid, try: func(s *scene) error {
			return just(s.shop.App().AuthorizeURL("https://example.com/back", ""))
		}},
		{name: "no code", kind: mall.ErrInvalid, try: func(s *scene) error { return just(s.shop.App().Exchange(s.ctx, "")) }},
		{name: "unknown code", try: func(s *scene) error { return just(s.shop.App().Exchange(s.ctx, wrongToken)) }},
		{name: "self-used app of nobody", try: func(s *scene) error { return just(s.shop.App().SelfGrant(s.ctx, nobody)) }},
		{name: "token of no shop", kind: mall.ErrInvalid, try: func(s *scene) error {
			return s.shop.App().Import(s.ctx, client.Token{Access: wrongToken})
		}},
		{name: "token without access", kind: mall.ErrInvalid, try: func(s *scene) error {
			return s.shop.App().Import(s.ctx, client.Token{ShopID: "1", Refresh: wrongToken})
		}},
	}
}

// callFailures are what may happen to any call.
func callFailures() []failure {
	get := func(s *scene) error { return just(s.shop.Orders.Get(s.ctx, s.order.ID)) }
	list := func(s *scene) error { return drained(s.shop.Orders.All(s.ctx, order.Query{})) }
	remark := func(s *scene) error {
		return s.shop.Orders.SetRemark(s.ctx, s.order.ID, order.Remark{Text: "r" + time.Now().String()})
	}
	second := func(kind sandbox.FaultKind) []sandbox.Fault { // after the order was read
		return []sandbox.Fault{{Kind: kind, Skip: 1, Times: -1}}
	}
	fault := func(kind sandbox.FaultKind) []sandbox.Fault { return []sandbox.Fault{{Kind: kind, Times: -1}} }
	return []failure{
		{name: "throttled", kind: mall.ErrRateLimited, fault: fault(sandbox.FaultThrottle), try: get},
		{name: "throttled list", kind: mall.ErrRateLimited, fault: fault(sandbox.FaultThrottle), try: list},
		{name: "system busy", kind: mall.ErrUnavailable, fault: fault(sandbox.FaultError), try: get},
		{name: "status 500", kind: mall.ErrUnavailable, fault: fault(sandbox.FaultStatus), try: get},
		{name: "proxy's page", kind: mall.ErrUnavailable, fault: fault(sandbox.FaultHTML), try: get},
		{name: "empty body", fault: fault(sandbox.FaultBody), try: get},
		{name: "half a body", fault: fault(sandbox.FaultHalfBody), try: get},
		{name: "connection lost", kind: mall.ErrUnavailable, fault: fault(sandbox.FaultCutBefore), try: get},
		{name: "data left out", fault: fault(sandbox.FaultData), try: get},
		{name: "answer lost for good", fault: second(sandbox.FaultCutAfter), try: remark}, // may be called twice on some platforms
		{name: "answer to shipping lost for good", kind: mall.ErrUnknownOutcome, try: (*scene).losesAnswer},
		{name: "write refused", kind: mall.ErrUnavailable, fault: second(sandbox.FaultError), try: remark},
		{name: "cancelled", kind: mall.ErrCancelled, try: func(s *scene) error {
			return just(s.shop.Orders.Get(ended(s.ctx), s.order.ID))
		}},
		{name: "cancelled list", kind: mall.ErrCancelled, try: func(s *scene) error {
			return drained(s.shop.Orders.All(ended(s.ctx), order.Query{}))
		}},
		{name: "cancelled within a list", kind: mall.ErrCancelled, try: func(s *scene) error {
			ctx, cancel := context.WithCancel(s.ctx)
			defer cancel()
			for _, err := range s.shop.Orders.All(ctx, order.Query{PageSize: 2}) {
				if err != nil {
					return err
				}
				cancel()
			}
			return nil
		}},
		{name: "cancelled list of goods", kind: mall.ErrCancelled, try: func(s *scene) error {
			return drained(s.shop.SKUs.All(ended(s.ctx), sku.Query{}))
		}},
		{name: "cancelled list of cases", kind: mall.ErrCancelled, try: func(s *scene) error {
			return drained(s.shop.Orders.AllCases(ended(s.ctx), order.CaseQuery{}))
		}},
		{name: "cancelled list of assignments", kind: mall.ErrCancelled, try: func(s *scene) error {
			return drained(s.shop.Dropship.AllMerchantOrders(ended(s.ctx), dropship.Query{By: mall.ByCreation}))
		}},
		{name: "cancelled write", kind: mall.ErrCancelled, try: func(s *scene) error {
			return s.shop.Orders.SetRemark(ended(s.ctx), s.order.ID, order.Remark{Text: "r"})
		}},
		{name: "deadline", kind: mall.ErrCancelled, try: func(s *scene) error {
			ctx, cancel := late(s.ctx)
			defer cancel()
			return just(s.shop.Orders.Get(ctx, s.order.ID))
		}},
		{name: "no token", try: func(s *scene) error {
			return just(s.alone(map[string]string{platforms.ShopID: nobody, platforms.AccessToken: ""}).Orders.Get(s.ctx, s.order.ID))
		}},
		{name: "no token for a list", try: func(s *scene) error {
			return drained(s.alone(map[string]string{platforms.ShopID: nobody, platforms.AccessToken: ""}).Orders.All(s.ctx, order.Query{}))
		}},
		{name: "wrong token", try: func(s *scene) error {
			return just(s.alone(map[string]string{platforms.AccessToken: wrongToken, platforms.RefreshToken: ""}).Orders.Get(s.ctx, s.order.ID))
		}},
		{name: "wrong tokens", try: func(s *scene) error {
			return just(s.alone(map[string]string{
				platforms.AccessToken: wrongToken, platforms.RefreshToken: wrongToken,
			}).Orders.Get(s.ctx, s.order.ID))
		}},
		{name: "signature refused", kind: mall.ErrSignature, try: func(s *scene) error {
			return just(s.alone(map[string]string{s.platform.SignedWith[1]: wrongSecret}).Orders.Get(s.ctx, s.order.ID))
		}},
		{name: "signature of a list refused", kind: mall.ErrSignature, try: func(s *scene) error {
			return drained(s.alone(map[string]string{s.platform.SignedWith[1]: wrongSecret}).Orders.All(s.ctx, order.Query{}))
		}},
		{name: "no shop", try: func(s *scene) error { return just(s.shop.App().Shop("").Orders.Get(s.ctx, s.order.ID)) }},
		{name: "unknown method", try: func(s *scene) error { return just(client.Call[struct{}](s.ctx, s.shop, "open.no.such", nil)) }},
		{name: "no method", kind: mall.ErrInvalid, try: func(s *scene) error { return just(client.Call[struct{}](s.ctx, s.shop, "", nil)) }},
		{name: "parameters that are none", kind: mall.ErrInvalid, try: func(s *scene) error {
			return just(client.Call[struct{}](s.ctx, s.shop, s.platform.Sandbox.Lists, func() {}))
		}},
		{name: "answer of another form", kind: mall.ErrReply, fault: []sandbox.Fault{
			{Kind: sandbox.FaultData, Data: json.RawMessage(`[1]`), Times: -1},
		}, try: get},
		{name: "list of another form", kind: mall.ErrReply, fault: []sandbox.Fault{
			{Kind: sandbox.FaultData, Data: json.RawMessage(`"x"`), Times: -1},
		}, try: list},
	}
}

// losesAnswer ships an order and hears nothing any more from the call that does
// so; which of the calls that is depends on the platform.
func (s *scene) losesAnswer() (err error) {
	carrier := s.carrier()
	for before := range 4 {
		s.box.ClearFaults()
		id, failed := s.box.On(s.platform.Name).AddOrder(s.shop.ID(), s.platform.Sandbox.Order(platforms.Story{Status: order.StatusToShip}))
		if failed != nil {
			return failed
		}
		lost := sandbox.Fault{ShopID: s.shop.ID(), Kind: sandbox.FaultCutAfter, Skip: before, Times: -1}
		if _, failed = s.box.Arm(lost); failed != nil {
			return failed
		}
		parcel := logistics.Parcel{CarrierCode: carrier, TrackingNo: fmt.Sprint("YT100000000010", before)}
		err = s.shop.Logistics.Ship(s.ctx, logistics.Shipment{OrderID: id, Parcels: []logistics.Parcel{parcel}})
		if errors.Is(err, mall.ErrUnknownOutcome) {
			break
		}
	}
	return err
}

// orderFailures are wrong orders, queries and cases.
func orderFailures() []failure {
	page := func(s *scene, q order.Query, cursor string) error {
		return just(s.shop.Orders.Page(s.ctx, q, cursor))
	}
	noise := func(s *scene) order.Text {
		return order.Text{OrderID: s.order.ID, Protected: order.Protected{Cipher: "no-such-cipher"}}
	}
	nothing := func(plain mall.Secret) order.Text {
		return order.Text{OrderID: nobody, Kind: "nothing", Protected: order.Protected{Plain: plain}}
	}
	failed := func(all []mall.Result[order.Text], err error) error {
		return first(all, err, func(r mall.Result[order.Text]) error { return r.Err })
	}
	return []failure{
		{name: "order without id", kind: mall.ErrInvalid, try: func(s *scene) error { return just(s.shop.Orders.Get(s.ctx, "")) }},
		{name: "order id of letters", try: func(s *scene) error { return just(s.shop.Orders.Get(s.ctx, "abc")) }},
		{name: "unknown order", kind: mall.ErrNotFound, try: func(s *scene) error { return just(s.shop.Orders.Get(s.ctx, nobody)) }},
		{name: "order of another shop", try: func(s *scene) error { return just(s.other.Orders.Get(s.ctx, s.order.ID)) }},
		{name: "end before beginning", kind: mall.ErrInvalid, try: func(s *scene) error {
			return page(s, order.Query{From: s.box.Now(), To: s.box.Now().Add(-time.Hour)}, "")
		}},
		{name: "walk with its end before its beginning", kind: mall.ErrInvalid, try: func(s *scene) error {
			return drained(s.shop.Orders.All(s.ctx, order.Query{From: s.box.Now(), To: s.box.Now().Add(-time.Hour)}))
		}},
		{name: "page size", kind: mall.ErrInvalid, try: func(s *scene) error { return page(s, order.Query{PageSize: -1}, "") }},
		{name: "cursor", kind: mall.ErrInvalid, try: func(s *scene) error { return page(s, order.Query{}, "no-cursor") }},
		{name: "cursor of another shop", kind: mall.ErrInvalid, try: func(s *scene) error {
			q := order.Query{PageSize: 2}
			p, err := s.other.Orders.Page(s.ctx, q, "")
			if err != nil {
				return err
			}
			return page(s, q, p.Next)
		}},
		{name: "cursor of another query", kind: mall.ErrInvalid, try: func(s *scene) error {
			p, err := s.shop.Orders.Page(s.ctx, order.Query{PageSize: 2}, "")
			if err != nil {
				return err
			}
			return page(s, order.Query{PageSize: 2, Status: order.StatusDone}, p.Next)
		}},
		{name: "remark on an unknown order", try: func(s *scene) error {
			return s.shop.Orders.SetRemark(s.ctx, nobody, order.Remark{Text: plainDetail})
		}},
		{name: "closing what is paid", try: func(s *scene) error { return s.shop.Orders.Close(s.ctx, s.shipped.ID, "") }},
		{name: "deciphering noise", try: func(s *scene) error { return failed(s.shop.Orders.Decrypt(s.ctx, noise(s))) }},
		{name: "masking noise", try: func(s *scene) error { return failed(s.shop.Orders.Mask(s.ctx, noise(s))) }},
		{name: "enciphering for an unknown order", try: func(s *scene) error {
			return failed(s.shop.Orders.Encrypt(s.ctx, nothing(plainName)))
		}},
		{name: "search index of no kind", kind: mall.ErrInvalid, try: func(s *scene) error {
			return failed(s.shop.Orders.SearchIndex(s.ctx, nothing(plainPhone)))
		}},
		{name: "merging orders of two shops", try: func(s *scene) error {
			foreign := s.order
			foreign.ShopID, foreign.ID = s.other.ID(), nobody
			return just(s.shop.Orders.Mergeable(s.ctx, s.order, foreign))
		}},
		{name: "case without id", kind: mall.ErrInvalid, try: func(s *scene) error { return just(s.shop.Orders.GetCase(s.ctx, "")) }},
		{name: "unknown case", try: func(s *scene) error { return just(s.shop.Orders.GetCase(s.ctx, nobody)) }},
		{name: "cases with a bad cursor", kind: mall.ErrInvalid, try: func(s *scene) error {
			return just(s.shop.Orders.PageCases(s.ctx, order.CaseQuery{}, "no-cursor"))
		}},
		{name: "deciding on nothing", kind: mall.ErrInvalid, try: func(s *scene) error {
			return s.shop.Orders.Decide(s.ctx, order.Case{}, order.Decision{Agree: true})
		}},
		{name: "reasons for an unknown case", try: func(s *scene) error { return just(s.shop.Orders.RejectReasons(s.ctx, nobody)) }},
		{name: "stopping parcels of an unknown case", try: func(s *scene) error { return just(s.shop.Orders.Intercept(s.ctx, nobody)) }},
		{name: "remark on an unknown case", try: func(s *scene) error { return s.shop.Orders.RemarkCase(s.ctx, nobody, "r") }},
		{name: "address of an unknown order", try: func(s *scene) error {
			return s.shop.Changes.AnswerAddress(s.ctx, nobody, change.Verdict{Accept: true})
		}},
		{name: "changing the address of no order", kind: mall.ErrInvalid, try: func(s *scene) error {
			return s.shop.Changes.ChangeAddress(s.ctx, "", order.Receiver{Name: order.Protected{Plain: mall.Secret(plainName)}})
		}},
		{name: "review by nobody", try: func(s *scene) error {
			return s.shop.Changes.SetAddressReview(s.ctx, "nobody", false)
		}},
		{name: "spec change of an unknown order", try: func(s *scene) error {
			r := change.Request{Kind: change.Spec, ID: "c", OrderID: nobody, LineID: nobody, ToSKU: sku.Ref{ID: s.platform.Sandbox.Blue}}
			_, _, err := s.shop.Changes.Begin(s.ctx, change.NewMemoryStore(), r)
			return err
		}},
	}
}

// goodsFailures are wrong goods, parcels and waybills.
func goodsFailures() []failure {
	parcel := logistics.Parcel{CarrierCode: "no-such-carrier", TrackingNo: "YT1000000000009"}
	waybill := logistics.Waybill{CarrierCode: "no-such-carrier", TrackingNo: "YT1000000000009"}
	skus := func(all []mall.Result[sku.Written], err error) error {
		return first(all, err, func(o mall.Result[sku.Written]) error { return o.Err })
	}
	return []failure{
		{name: "SKU without id", try: func(s *scene) error { return just(s.shop.SKUs.Get(s.ctx, "")) }},
		{name: "unknown SKU", try: func(s *scene) error { return just(s.shop.SKUs.Get(s.ctx, nobody)) }},
		{name: "unknown product", try: func(s *scene) error { return just(s.shop.SKUs.GetProduct(s.ctx, nobody)) }},
		{name: "SKUs of an unknown product", try: func(s *scene) error { return just(s.shop.SKUs.GetSKUs(s.ctx, nobody)) }},
		{name: "stock of an unknown SKU", try: func(s *scene) error { return just(s.shop.SKUs.GetStock(s.ctx, nobody)) }},
		{name: "products with a bad cursor", kind: mall.ErrInvalid, try: func(s *scene) error {
			return just(s.shop.SKUs.Page(s.ctx, sku.Query{}, "no-cursor"))
		}},
		{name: "stock below zero", kind: mall.ErrInvalid, try: func(s *scene) error {
			return skus(s.shop.SKUs.WriteStock(s.ctx, sku.StockWrite{SKUID: nobody, ProductID: nobody, Mode: sku.Set, Quantity: -1}))
		}},
		{name: "stock of no mode", kind: mall.ErrInvalid, try: func(s *scene) error {
			return skus(s.shop.SKUs.WriteStock(s.ctx, sku.StockWrite{SKUID: nobody, ProductID: nobody}))
		}},
		{name: "price of nothing", kind: mall.ErrInvalid, try: func(s *scene) error {
			return skus(s.shop.SKUs.WritePrice(s.ctx, sku.PriceWrite{SKUID: nobody, ProductID: nobody}))
		}},
		{name: "shipping nothing", kind: mall.ErrInvalid, try: func(s *scene) error {
			return s.shop.Logistics.Ship(s.ctx, logistics.Shipment{OrderID: s.order.ID})
		}},
		{name: "shipping with an unknown carrier", try: func(s *scene) error {
			return s.shop.Logistics.Ship(s.ctx, logistics.Shipment{OrderID: s.order.ID, Parcels: []logistics.Parcel{parcel}})
		}},
		{name: "shipping what is shipped", try: func(s *scene) error {
			return s.shop.Logistics.ShipParcels(s.ctx, logistics.Shipment{OrderID: s.shipped.ID, Parcels: []logistics.Parcel{parcel}})
		}},
		{name: "shipping an unknown order", try: func(s *scene) error {
			return s.shop.Logistics.Ship(s.ctx, logistics.Shipment{OrderID: nobody, Parcels: []logistics.Parcel{parcel}})
		}},
		{name: "another parcel of an unknown order", try: func(s *scene) error { return s.shop.Logistics.AddParcel(s.ctx, nobody, parcel) }},
		{name: "changing a parcel that is none", try: func(s *scene) error {
			return s.shop.Logistics.ChangeShipment(s.ctx, logistics.Change{OrderID: s.order.ID, TrackingNo: "YT9", To: parcel})
		}},
		{name: "waybills for nothing", kind: mall.ErrInvalid, try: func(s *scene) error {
			return just(s.shop.Logistics.TakeWaybills(s.ctx, logistics.Take{CarrierCode: "x", Requests: []logistics.WaybillRequest{{}}}))
		}},
		{name: "giving back an unknown waybill", try: func(s *scene) error { return s.shop.Logistics.CancelWaybill(s.ctx, waybill) }},
		{name: "no pieces", try: func(s *scene) error { return just(s.shop.Logistics.AddSubWaybills(s.ctx, waybill, 0)) }},
		{name: "printing an unknown waybill", try: func(s *scene) error {
			all, err := s.shop.Logistics.PrintData(s.ctx, logistics.Template{CarrierCode: "x"}, waybill)
			return first(all, err, func(p mall.Result[[]logistics.PrintData]) error { return p.Err })
		}},
		{name: "trace of nothing", try: func(s *scene) error { return just(s.shop.Logistics.Trace(s.ctx, "", "")) }},
		{name: "range of nobody", try: func(s *scene) error { return just(s.shop.Logistics.OutOfRange(s.ctx, logistics.Way{})) }},
	}
}

// dropshipFailures are wrong assignments, on either side.
func dropshipFailures() []failure {
	given := func(all []mall.Result[dropship.MerchantID], err error) error {
		return first(all, err, func(o mall.Result[dropship.MerchantID]) error { return o.Err })
	}
	partner := func(all []mall.Result[string], err error) error {
		return first(all, err, func(o mall.Result[string]) error { return o.Err })
	}
	return []failure{
		{name: "assigning to nobody", kind: mall.ErrInvalid, try: func(s *scene) error {
			return given(s.shop.Dropship.Assign(s.ctx, dropship.Choice{ID: nobody}))
		}},
		{name: "assigning what is unknown", try: func(s *scene) error {
			return given(s.shop.Dropship.Assign(s.ctx, dropship.Choice{ID: nobody, Supplier: s.factory.ID()}))
		}},
		{name: "taking back what is unknown", try: func(s *scene) error {
			return given(s.shop.Dropship.CancelAssignment(s.ctx, "r", nobody))
		}},
		{name: "merchant's order that is unknown", try: func(s *scene) error { return just(s.shop.Dropship.GetMerchantOrder(s.ctx, nobody)) }},
		{name: "factory's order that is unknown", try: func(s *scene) error {
			return just(s.factory.Dropship.GetFactoryOrder(s.ctx, dropship.FactoryID{Shop: "x", ID: nobody}))
		}},
		{name: "assignments with a bad cursor", kind: mall.ErrInvalid, try: func(s *scene) error {
			return just(s.shop.Dropship.PageMerchantOrders(s.ctx, dropship.Query{By: mall.ByCreation}, "no-cursor"))
		}},
		{name: "a factory's list of a merchant", try: func(s *scene) error {
			return drained(s.shop.Dropship.AllFactoryOrders(s.ctx, dropship.Query{By: mall.ByCreation}))
		}},
		{name: "factory waybills for nothing", kind: mall.ErrInvalid, try: func(s *scene) error {
			return just(s.factory.Dropship.TakeWaybills(s.ctx, logistics.Take{}))
		}},
		{name: "returning nothing", kind: mall.ErrInvalid, try: func(s *scene) error {
			return just(s.factory.Dropship.ReturnWaybills(s.ctx, dropship.Return{ID: dropship.FactoryID{Shop: "x", ID: nobody}}))
		}},
		{name: "correcting nothing", try: func(s *scene) error {
			return s.factory.Dropship.ChangeShipment(s.ctx, dropship.FactoryID{}, "", logistics.Parcel{})
		}},
		{name: "giving back a factory's waybill that is none", try: func(s *scene) error {
			return s.factory.Dropship.CancelWaybill(s.ctx, logistics.Waybill{CarrierCode: "x", TrackingNo: "YT9", For: []logistics.AddressedOrder{{OrderID: "1", Shop: "x"}}})
		}},
		{name: "appending to nothing", try: func(s *scene) error {
			all, err := s.shop.Dropship.Append(s.ctx, dropship.Extra{Base: nobody})
			return first(all, err, func(a mall.Result[dropship.MerchantID]) error { return a.Err })
		}},
		{name: "deleting what is unknown", try: func(s *scene) error { return given(s.shop.Dropship.Delete(s.ctx, nobody)) }},
		{name: "applying to nobody", try: func(s *scene) error { return partner(s.shop.Dropship.Apply(s.ctx, dropship.Application{})) }},
		{name: "parting from nobody", try: func(s *scene) error { return partner(s.shop.Dropship.Unbind(s.ctx, dropship.Parting{})) }},
	}
}
