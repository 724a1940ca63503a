// Package mall is the vocabulary that every other package of the module
// shares: platforms, money, secrets, errors, pages, records and time. It imports
// the standard library only.
//
// The library connects ERP vendors and merchants' own systems to Chinese
// e-commerce open platforms (电商开放平台). It owns the protocol, not the
// storage: the application supplies the places where tokens and checkpoints
// are kept.
//
// # Packages
//
// What an application imports:
//
//	order             orders, after-sale cases, receivers; the sync that loses none
//	order/change      another SKU, another receiver, goods that must not leave
//	sku               products, stock, prices
//	logistics         parcels, waybills, labels, traces
//	dropship          merchants and the factories that ship for them
//	webhook           what platforms push and ask
//	client            apps, shops, calls, tokens, limits
//	client/doudian    Doudian (抖店)
//	client/kuaishou   Kuaishou shop (快手小店)
//	client/sandbox    the platforms' side of the wire, for work without an account;
//	                  client/sandbox/open makes apps of it in one call
//	signing           signatures and ciphers of every platform; bytes in, text out
//
// Each domain has a suite that holds a driver to what it promises: order/ordertest,
// order/change/changetest, sku/skutest, logistics/logisticstest and
// dropship/dropshiptest. The vectors of signatures run in signing/signingtest, and
// webhook/webhooktest signs pushes for an application's own tests. Complete
// programs are in examples.
//
// What platforms share, and nobody else can import:
//
//	internal/settle      how a call ends: the shape of errors, answers that were lost
//	internal/walk        the walk through the windows and pages of a list
//	internal/machine     the engine of the state machines
//	internal/platforms   what differs between platforms, as data for programs and tests
//	client/internal      endpoints, enumerations and tolerant reading, for drivers
//	client/sandbox/internal/stage   what the sandbox and its platforms share
//
// Imports point one way, which a test keeps: the root below everything; signing
// beside it; the domains over the root, order over sku, logistics over order,
// dropship over logistics; client over the domains; a platform's driver over
// client and signing; the application over all. The domains and client name no
// platform. The sandbox imports no driver, and a driver no sandbox, so that
// neither repeats the other's mistakes.
//
// # Words
//
// One word for one thing, everywhere:
//
//	app               应用        what a platform knows by its app key
//	shop              店铺        of a merchant who authorised the app
//	order             订单
//	line              子订单      one SKU of an order
//	SKU               规格        a variant of a product (商品)
//	buyer, receiver   买家, 收件人
//	parcel            包裹        what is shipped
//	waybill           电子面单    the label of a parcel, taken from the platform
//	tracking number   运单号
//	carrier           快递公司
//	refund, case      退款, 售后单
//	spec change       改规格      another SKU than was ordered
//	address change    改地址
//	intercept         拦截发货    goods that must not leave
//	merchant, factory 商家, 厂家  who sells and who ships, in drop-ship (代发)
//	checkpoint        断点        how far a sync has come
//
// # Errors
//
// Every failure of a call of the packages above, but for signing and the sandbox,
// is an [*Error]. Its Op says what was tried, its [Kind] what the caller can do:
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
// are read and written in [Beijing] time. A platform's own record is a [Raw],
// which does not print.
package mall
