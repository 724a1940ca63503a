// Package sandbox stands in for the open platforms. It serves their wire
// protocols on this machine, with example shops and orders, so that nobody
// needs an account to begin. It is the other side of the wire, and shares no
// code with the drivers except package signing.
//
//	box := sandbox.New()
//	srv, err := box.Start("127.0.0.1:0")
//	if err != nil {
//		return err
//	}
//	defer srv.Close()
//	m := srv.Manifest() // gateway URLs, app keys and secrets, shops with tokens
//
// Tests need no socket: [Sandbox.Transport] calls the sandbox in the process,
// also inside a bubble of testing/synctest, and
// [github.com/mallwire/mall/client/sandbox/open] opens its shops, signed in.
// [Only] leaves out the platforms that a test does not need. A [Sandbox] is
// also an http.Handler, and the program in examples/sandbox serves one for
// tests in any language.
//
// # What it does
//
// The sandbox plays Doudian (抖店) and Kuaishou shop (快手小店). Their methods,
// pushes and order forms are listed in
// [github.com/mallwire/mall/client/sandbox/doudian] and
// [github.com/mallwire/mall/client/sandbox/kuaishou].
//
// A call is checked as the platform checks it (method, app key, timestamp,
// signature, token, authorisation, permission pack, limits, parameters) and
// refused with the platform's codes. An accepted write shows in all later
// reads: an order shows its after-sale cases and its parcels, whoever shipped
// them, and a waybill no longer fits an order whose address changed.
//
// Answers follow the platform's documentation. Behaviour that no document
// confirms is a field of the Rules of the platform's package; [Change] changes
// it.
//
// # Shops and orders
//
// [Sandbox.On] selects a platform. Each has two shops whose orders show every
// status and every kind of order, with the products that they contain, and the
// factories of the first shop, at least one for each state of a drop-ship
// relation. [WithoutExamples] leaves them out.
//
//	ks := box.On(mall.Kuaishou)
//	id, err := ks.AddOrder("1000000001", map[string]any{
//		"orderItemInfo": map[string]any{"num": 2}, // and the total follows
//	})
//
// Fields are the platform's own. They are applied to a template, and fields
// that are not given are made to agree with them. [Side.UpdateOrder] does the
// same to an existing order; a new status changes what belongs to it.
//
// # Time
//
// The sandbox has its own clock. [Sandbox.Advance] moves it: tokens age,
// windows slide and limits refill at once. The timestamp of a call is compared
// with that clock, so move the caller's clock too, or turn the comparison off
// by TimestampToleranceSeconds of the platform's rules.
//
// # Faults and limits
//
// [Sandbox.Arm] makes the next matching calls fail, an exact number of times:
//
//	box.Arm(sandbox.Fault{Method: "order.searchList", Kind: sandbox.FaultCutAfter})
//
// A fault whose kind begins with push_ affects a push on its way to the app
// instead: it is dropped, sent twice, overtaken, delayed, or forged.
// [Side.SetLimit] limits calls per second, calls per day, and decryptions.
// [Side.ChangeToken] and [Side.SetScopes] expire or restrict a shop's tokens.
// [Sandbox.Received] shows which calls arrived, without secrets, including
// those that were cut off.
//
// # Pushes and SPI calls
//
// [Side.SetCallbacks] registers the app's URLs. They must be on this machine,
// and a push URL must answer the platform's probe. Changes of orders then
// produce the platform's pushes, whether a test, a buyer or the app itself made
// them; an order that is created in a later status first produces the pushes of
// the statuses before. [Side.AddPush] adds any other push. Nothing is sent
// before a test asks for it:
//
//	report := box.Deliver(ctx) // what is due now, in order, with the answers
//	box.Advance(10 * time.Second)
//	report = box.Deliver(ctx) // what failed before is tried again
//
// [Sandbox.Pushes] shows what became of each push. With [WithAutoDeliver] a
// served sandbox delivers by itself. [Side.CallSPI] calls the app, in any form
// that its verifier must accept or refuse.
//
// # Customer service
//
// [Side.RequestSpecChange] and [Side.RequestIntercept] do what customer service
// does with one click: ask for another SKU (改规格), or not to ship (拦截发货). A
// platform asks the app by SPI, or the buyer by a card, which
// [Side.AnswerSpecChange] answers. [Side.Operations] returns the order's
// operation log, with the verdicts.
//
// # Control interface
//
// All of this is also available by HTTP and JSON, below the manifest's control
// URL. A body is one JSON object. Unknown members and wrong values are refused
// with 400, unknown ids and platforms with 404, ids in use and what the
// platform would refuse with 409. Every failure answers {"error":"…"}.
//
//	GET    /control/                     what there is
//	GET    /control/shops                all shops: tokens, expiries, renewals, orders
//	POST   /control/shops                {"platform":"doudian","shop_id":"","name":"示例店"}
//	POST   /control/codes                {"platform":"doudian","shop_id":"10000001"}
//	POST   /control/tokens               {"platform":"doudian","shop_id":"10000001","action":"expire"}
//	POST   /control/scopes               permission packs: {"platform":"kuaishou","shop_id":"1000000001","scopes":["merchant_item"]}
//	GET    /control/orders               ?platform=doudian&shop_id=10000001, or &order_id=…
//	POST   /control/orders               {"platform":"doudian","shop_id":"10000001","order":{"order_status":2}}, or "count":20,"status":2
//	POST   /control/orders/update        {"platform":"doudian","order_id":"…","order":{"order_status":3}}
//	PATCH  /control/orders/update        the same
//	GET    /control/aftersales           ?platform=doudian&shop_id=10000001
//	POST   /control/aftersales           a buyer asks for a refund: {"platform":"doudian","order_id":"…","line_id":"","type":2}
//	POST   /control/aftersales/update    {"platform":"doudian","aftersale_id":"…","action":"return"}, or "withdraw", "receive"
//	POST   /control/addresses            a buyer asks for another address: {"platform":"doudian","order_id":"…","receiver":{"detail":"示例路9号"}}
//	GET    /control/products             ?platform=doudian&shop_id=10000001
//	POST   /control/products             {"platform":"doudian","shop_id":"10000001","product_id":"…","product":{"status":1}}
//	POST   /control/skus                 {"platform":"doudian","shop_id":"10000001","sku_id":"…","sku":{"stock_num":0}}
//	POST   /control/routes               a carrier reports: {"platform":"doudian","tracking_no":"…","state":"GOT","text":"已揽收"}
//	POST   /control/dropship             {"platform":"doudian","shop_id":"10000001","factory_id":"20000003","action":"accept"}
//	POST   /control/service/spec-change  a [ServiceRequest]: {"platform":"doudian","order_id":"…","line_id":"…","sku_id":"…"}
//	POST   /control/service/spec-answer  the buyer answers: {"platform":"kuaishou","order_id":"…","agree":true}
//	POST   /control/service/intercept    a [ServiceRequest]: {"platform":"doudian","order_id":"…","reason":"…"}
//	GET    /control/operations           ?platform=doudian&order_id=…: the order's operation log
//	GET    /control/callbacks            the app's URLs, by platform
//	POST   /control/callbacks            {"platform":"doudian","push":"http://127.0.0.1:…","spi":"…"}; what is not named stays
//	GET    /control/pushes               ?platform=…&shop_id=…&tag=…&state=…&after_seq=…: messages sent and waiting
//	POST   /control/pushes               {"platform":"doudian","shop_id":"10000001","tag":"400","data":{…}}
//	DELETE /control/pushes               forgets all; what waits is not sent
//	POST   /control/pushes/deliver       sends what is due, answers a [DeliveryReport]
//	GET    /control/spi                  ?platform=…&order_id=…&after_id=…: calls made and their answers
//	POST   /control/spi                  {"platform":"doudian","params":{…}} with members of [SPIOptions]
//	POST   /control/spi/repeat           {"id":1}
//	GET    /control/clock                {"now":"2025-01-01T12:00:00+08:00","unix":1735704000}
//	POST   /control/clock                {"advance_seconds":3600} or {"now":"2025-01-01T12:00:00+08:00"}
//	GET    /control/faults               faults still armed
//	POST   /control/faults               a [Fault]: {"method":"order.searchList","kind":"status","status":500,"times":2}
//	DELETE /control/faults               disarms all
//	GET    /control/received             ?platform=…&shop_id=…&method=…&after_seq=…
//	DELETE /control/received             forgets all
//	POST   /control/limits               a [Limit] of a platform: {"platform":"doudian","method":"order.searchList","calls_per_second":2}
//	GET    /control/rules                what is assumed about the platforms, and "calls_per_second"
//	POST   /control/rules                {"doudian":{"virtual_phones":false}}; what is not named stays
//
// # Adding a platform
//
// A platform is a package below this one. It supplies one value of the
// interface stage.Platform and is listed in the table platforms; nothing else
// in this package names a platform.
package sandbox
