// Package sandbox stands in for the open platforms: it serves their wire
// protocols on this machine, with example shops and orders, so that nobody
// needs an account to begin. It is the other side of the wire, and shares no
// code with the drivers but package signing.
//
//	s := sandbox.New()
//	srv, err := s.Start("127.0.0.1:0")
//	if err != nil {
//		return err
//	}
//	defer srv.Close()
//	m := srv.Manifest() // gateway URLs, app key and secret, shops with tokens
//
// A [Sandbox] is also an http.Handler, for httptest servers. The program in
// examples/sandbox serves one for tests in any language.
//
// # What it does
//
// Doudian (抖店) and Kuaishou (快手小店), each as far as the page of its package
// says: [github.com/mallwire/mall/client/sandbox/doudian] and
// [github.com/mallwire/mall/client/sandbox/kuaishou].
//
// Calls are checked as the platform checks them (method, app key, timestamp,
// signature over the text received, token, authorisation, permission pack,
// limits, parameters) and refused with its codes. Every write that is accepted changes what later reads
// see, across topics: an order shows its after-sale cases and its parcels,
// whoever shipped them, an assignment the case and the status of its line, and
// a waybill no longer fits an order whose address changed.
//
// What it answers follows the platform's documentation. Behaviour that no
// document confirms is a field of the platform's Rules, with what is assumed;
// [Change] changes it.
//
// # Shops and orders
//
// Each platform begins with two shops whose orders show every status and every
// kind of order, with what they sell, and with the factories of the first shop,
// one for each state of a bond. All of it fits together: orders name SKUs that
// are on sale and cases that exist, and the orders that are paid may be given to
// a factory. [Empty] leaves these shops out.
//
// [Sandbox.AddOrder] lays fields over a template, in the platform's own form:
// what is not given agrees with what is. Of Doudian an order is flat and has
// lines in sku_order_list; of Kuaishou it is one line, in groups:
//
//	s.AddOrder(mall.Doudian, "10000001", map[string]any{"order_status": 3})
//	s.AddOrder(mall.Kuaishou, "1000000001", map[string]any{
//		"orderBaseInfo": map[string]any{"status": 40, "remark": "请发顺丰"},
//		"orderItemInfo": map[string]any{"num": 2}, // and totalFee follows
//	})
//
// [Sandbox.UpdateOrder] does the same to an order that exists. A status takes
// along what comes with it.
//
// # Time
//
// The sandbox has its own clock, which [Sandbox.Advance] moves: tokens age,
// windows slide and limits refill at once. The timestamp of a call is compared
// with that clock, so move the caller's clock too, or turn the comparison off
// by TimestampToleranceSeconds of the platform's rules.
//
// # Faults
//
// [Sandbox.Arm] makes the next calls that match go wrong, an exact number of
// times:
//
//	s.Arm(sandbox.Fault{Method: "order.searchList", Kind: sandbox.FaultCutAfter})
//
// [Sandbox.Received] tells what arrived, without secrets, including what was
// cut off.
//
// A fault whose kind begins with push_ happens to a message on its way to the
// app instead: dropped, sent twice, overtaken, late, or forged.
//
// [Sandbox.SetLimit] makes calls too many: in a second, on a day, or of
// decryptions. [Sandbox.ChangeToken] and [Sandbox.SetScopes] take from a shop's
// tokens what they are good for.
//
// # Pushes and SPI calls
//
// The app's URLs are registered by [Sandbox.SetCallbacks]; they must be of this
// machine, and a push URL has to answer the platform's probe. What happens to
// orders then puts out the messages that the platform would push, whether a
// test, a buyer or the app itself is behind it.
//
// An order that is made in a later status tells its past first. Anything else is
// put out by [Sandbox.AddPush].
//
// Nothing is sent before a test says so:
//
//	s.SetCallbacks(mall.Doudian, sandbox.Callbacks{Push: app.URL + "/push", SPI: app.URL + "/spi"})
//	id, err := s.AddOrder(mall.Doudian, "10000001", nil)
//	report := s.Deliver(ctx) // what is due now, in order, with the answers
//	s.Advance(10 * time.Second)
//	report = s.Deliver(ctx) // what had failed, once more
//
// [Sandbox.Pushes] tells what became of each message. With [AutoDeliver] a
// served sandbox delivers by itself. [Sandbox.CallSPI] asks the app something,
// in any of the forms that verifiers have to understand. Kuaishou makes no such
// calls: what would need them is refused with [ErrRefused].
//
// # Customer service
//
// [Sandbox.RequestSpecChange] and [Sandbox.RequestIntercept] do what customer
// service does with one click.
//
// Doudian asks the app by SPI; its verdict goes into the order's operation log.
// Kuaishou asks the buyer, by a card that [Sandbox.AnswerSpecChange] answers.
//
// # Control interface
//
// The same by HTTP and JSON, below the manifest's control URL. A body is one
// JSON object; a member that the endpoint does not know is refused with 400,
// an id that does not exist with 404, one that is taken, and what the platform
// would refuse, with 409. Every failure answers {"error":"…"}.
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
//	POST   /control/dropship             a [DropshipAction]: {"platform":"doudian","shop_id":"10000001","factory_id":"20000003","action":"accept"}
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
//	POST   /control/limits               a [Limit]: {"platform":"doudian","method":"order.searchList","calls_per_second":2}, or "calls_per_day", "decrypts_per_day"
//	GET    /control/rules                the [Rules]
//	POST   /control/rules                {"doudian":{"virtual_phones":false}}; what is not named stays
//
// # Adding a platform
//
// A platform is a package below this one, which supplies one value of the
// interface stage.Platform and is listed in the table platforms. Nothing else
// here names a platform.
package sandbox
