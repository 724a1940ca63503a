// Package mall is the vocabulary that every other package of the module
// speaks: platforms, money, secrets, errors, pages and time. It imports the
// standard library only.
//
// The library connects ERP vendors and merchants' own systems to Chinese
// e-commerce open platforms (电商开放平台). It owns the protocol, not the
// storage: the application supplies the places where tokens and checkpoints
// are kept.
//
//	signing           signatures and ciphers of every platform; bytes in, text out
//	order             orders, refunds, receivers; the sync that loses none
//	order/change      another SKU, another receiver, goods that must not leave
//	sku               products, stock, prices
//	logistics         parcels, waybills, traces
//	dropship          merchants and factories
//	webhook           what platforms push and ask
//	client            apps, shops, calls, tokens, limits
//	client/doudian    Doudian (抖店); one folder for each platform, the same file names in each
//	client/kuaishou   Kuaishou shop (快手小店)
//	client/sandbox    the platforms' side of the wire, for work without an account
//
// # Words
//
// One spelling everywhere: order (订单), line (one SKU of an order, 子订单),
// SKU (规格), parcel (what is shipped, 包裹), waybill (electronic label,
// 电子面单), tracking number (运单号), shop (店铺), buyer (买家), receiver
// (收件人), supplier (供货方), refund (退款).
//
// # Errors
//
// Every refusal is an [*Error] whose [Kind] says what the caller can do:
//
//	switch {
//	case errors.Is(err, mall.ErrReauthorize):
//		askMerchant(shop)
//	case errors.Is(err, mall.ErrUnknownOutcome):
//		lookBeforeRepeating(order)
//	}
//
// # Values
//
// Money is an integer number of [Fen]. Ids are strings, because platforms use
// numbers beyond 2^53. Times are instants; clock-face texts of the platforms
// are read and written in [Beijing] time.
package mall
