// Package doudian drives Doudian (抖店, the shops of Douyin).
//
//	app, err := doudian.New(doudian.Config{AppKey: key, AppSecret: secret, SelfUse: true})
//	if err != nil {
//		return err
//	}
//	for o, err := range app.Shop("10000001").Orders.All(ctx, order.Query{From: since}) {
//		...
//	}
//
// # What it can do
//
// Orders (the Orders of a shop): list, read, remark, close before payment,
// decrypt, mask, encrypt, search index, merge check; review and change addresses; after-sale cases: list, read,
// decide, reject reasons, intercept, remark.
//
// Products (SKUs): list and read products, read SKUs and stock, set or add
// stock, common and by warehouse, set prices. Step stock (阶梯库存), presale and
// hour-delivery stock are reached with client.Call.
//
// Shipping (Logistics): list carriers; ship whole orders or parcels, change
// what was shipped; e-waybills: take, update, cancel, add pieces, print, net
// sites, templates, range, trace.
//
// Drop-ship (代发, Dropship), as merchant and as factory: all iop.* methods.
//
// Every other method of the platform is reached with client.Call.
//
// # Quirks of the platform
//
//   - The first line of an order has the number of the order itself. Ids
//     exceed 2^53; some old answers put the letter A behind them.
//   - Orders are listed 90 days back, in numbered pages, 50,000 rows at most;
//     package order halves a fuller window.
//   - order_status 105 is paid but under review: [order.StatusPaid] with
//     [order.HoldReview]. Only 2 is [order.StatusToShip].
//   - The flag grey and no flag are the same number.
//   - An access token is renewed within the last hour of its seven days.
//     Earlier the platform returns the same one.
//   - Decryption works only for apps in the platform's own cloud (抖店云).
//   - A decision about an after-sale case carries the update time that it was
//     made at; the platform refuses when the case changed since.
//   - A label is printed for whatever address its waybill was taken with: the
//     platform does not compare. Package logistics does.
//   - Stock is set for several SKUs of a product at once, all or none; when the
//     platform refuses, the driver asks for each alone. Adding goes one by one
//     by sku.syncStock, which alone tells of a repeated id that it was done.
//   - Whole products are on sale or not: a SKU has no status.
//   - Assignments of drop-ship are listed in windows of half an hour, and tell no
//     time of their last change. One window of iop.sellerOrderList is in
//     milliseconds by the documents. Three numbers of iop.waybillReturn have the
//     same text; package dropship looks to tell what they mean.
//   - Refusals of single entries stand in answers that succeeded. Their words
//     are kept without phones, long numbers and ciphers, which carriers like to
//     repeat.
//
// # What is not confirmed
//
// No document tells
//
//   - the rate limits, or how late a row may appear in the order list;
//   - the mark of inspected (BIC) goods;
//   - whether order.addressModify takes ciphers;
//   - how order.orderCancel refuses an order that is paid;
//   - most types of afterSale.operate;
//   - how many waybills one call takes, whether carriers have the same codes in
//     both groups of methods, or whether ciphers stay while the receiver does;
//   - how many SKUs of a product one call may set the stock of;
//   - the unit of prices shown to a factory, and of that window of drop-ship.
//
// [Assumptions] holds the guesses that can be set.
package doudian
