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
// Doudian (抖店): token.create, token.refresh, order.searchList,
// order.orderDetail, order.addOrderRemark, order.merge, order.batchDecrypt,
// order.batchSensitive and order.BatchSearchIndex. Calls are checked as the
// platform checks them (method, app key, timestamp, signature over the text
// received, token, authorisation, parameters) and refused with its codes.
// For drop-ship (代发), all iop.* methods, from the merchant's and the factory's
// side.
// Every write that is accepted changes what later reads see.
//
// What it answers follows the platform's documentation. Behaviour that no
// document confirms is a field of [Rules], with what is assumed.
//
// # Time
//
// The sandbox has its own clock, which [Sandbox.Advance] moves: tokens age,
// windows slide and limits refill at once. The timestamp of a call is compared
// with that clock, so move the caller's clock too, or turn the comparison off
// by [DoudianRules].TimestampToleranceSeconds.
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
// # Control interface
//
// The same by HTTP and JSON, below the manifest's control URL. A body is one
// JSON object; a member that the endpoint does not know is refused with 400,
// an id that does not exist with 404, one that is taken with 409. Every
// failure answers {"error":"…"}.
//
//	GET    /control/                what there is
//	GET    /control/shops           all shops: tokens, expiries, renewals, orders
//	POST   /control/shops           {"platform":"doudian","shop_id":"","name":"示例店"}
//	POST   /control/codes           {"platform":"doudian","shop_id":"10000001"}
//	POST   /control/tokens          {"platform":"doudian","shop_id":"10000001","action":"expire"}
//	GET    /control/orders          ?platform=doudian&shop_id=10000001, or &order_id=…
//	POST   /control/orders          {"platform":"doudian","shop_id":"10000001","order":{"order_status":2}}
//	POST   /control/orders          {"platform":"doudian","shop_id":"10000001","count":20,"status":2}
//	POST   /control/orders/update   {"platform":"doudian","order_id":"…","order":{"order_status":3}} (also PATCH)
//	POST   /control/dropship        a [DropshipAction]: {"platform":"doudian","shop_id":"10000001","factory_id":"20000003","action":"accept"}
//	GET    /control/clock           {"now":"2025-01-01T12:00:00+08:00","unix":1735704000}
//	POST   /control/clock           {"advance_seconds":3600} or {"now":"2025-01-01T12:00:00+08:00"}
//	GET    /control/faults          faults still armed
//	POST   /control/faults          a [Fault]: {"method":"order.searchList","kind":"status","status":500,"times":2}
//	DELETE /control/faults          disarms all
//	GET    /control/received        ?platform=…&shop_id=…&method=…&after_seq=…
//	DELETE /control/received        forgets all
//	POST   /control/limits          a [Limit]: {"platform":"doudian","method":"order.searchList","calls_per_second":2}
//	GET    /control/rules           the [Rules]
//	POST   /control/rules           {"doudian":{"virtual_phones":false}}; what is not named stays
//
// # Adding a platform
//
// Files without a platform's name hold what is common: shops, tokens, orders,
// faults, limits, the log. A platform is one value of the unexported interface
// platform, made in [New].
package sandbox
