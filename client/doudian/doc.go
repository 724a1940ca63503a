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
// Orders: list, read, remark, decrypt, mask, search index, merge check.
//
// SKUs: list and read products, read SKUs and stock, set or add stock, common
// and by warehouse, set prices. Step stock (阶梯库存), presale and hour-delivery
// stock are reached with client.Call.
//
// Orders: list, read, remark, decrypt, mask, search index, merge check; review
// and change addresses; after-sale cases: list, read, decide, reject reasons,
// intercept, remark.
// Drop-ship (代发), as merchant and as factory: all iop.* methods.
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
//   - Stock is set for several SKUs of a product at once, all or none; when the
//     platform refuses, the driver asks for each alone. Adding goes one by one
//     by sku.syncStock, which alone tells of a repeated id that it was done.
//   - Whole products are on sale or not: a SKU has no status.
//   - The flag grey and no flag are the same number.
//   - An access token is renewed within the last hour of its seven days.
//     Earlier the platform returns the same one.
//   - Assignments of drop-ship are listed in windows of half an hour, and tell no
//     time of their last change. One window of iop.sellerOrderList is in
//     milliseconds by the documents. Three numbers of iop.waybillReturn have the
//     same text; package dropship looks to tell what they mean.
//   - Decryption works only for apps in the platform's own cloud (抖店云).
//
// # What is not confirmed
//
// No document tells the rate limits, how late a row may appear in the order
// list, the mark of inspected (BIC) goods, or how many SKUs one call may set
// the stock of. [Assumptions] holds the guesses that can be set.
// list, the mark of inspected (BIC) goods, most types of afterSale.operate, or
// whether order.addressModify takes ciphers. [Assumptions] holds the guesses
// list, the unit of prices shown to a factory, or the mark of inspected (BIC) goods. [Assumptions] holds the guesses
// that can be set.
package doudian
