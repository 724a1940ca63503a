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
// decrypt, mask, encrypt, search index, merge check; review and change
// addresses; after-sale cases: list, read, decide, reject reasons, intercept,
// remark.
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
//   - The first line of an order has the id of the order itself. Ids exceed
//     2^53; some old answers append the letter A to them.
//   - Orders are listed 90 days back, in numbered pages, 50,000 rows at most.
//     Package order halves a window that has more.
//   - order_status 105 is paid but under review: [order.StatusPaid] with
//     [order.HoldReview]. Only 2 is [order.StatusToShip].
//   - The flag grey and no flag are the same number.
//   - An access token lives seven days and can be renewed only in its last
//     hour: before, the platform returns the same one.
//   - Decryption works only for apps in the platform's own cloud (抖店云).
//   - A decision about an after-sale case carries the update time of the case
//     it was based on; the platform refuses when the case changed since.
//   - A label is printed for the address its waybill was taken with, even when
//     the order has another one by now: the platform does not compare them,
//     package logistics does.
//   - Stock of several SKUs of a product is set in one call, all or none; when
//     the platform refuses, the driver sets each SKU alone. Stock is added one
//     SKU at a time with sku.syncStock, the only method that says of a repeated
//     idempotency id that the change was made.
//   - Only whole products are on or off sale: a SKU has no status.
//   - Drop-ship assignments are listed in windows of half an hour and do not
//     show when they last changed. One of the two time windows of
//     iop.sellerOrderList is in milliseconds, by the documents. Three error
//     numbers of iop.waybillReturn have the same text; package dropship reads
//     the assignment to tell them apart.
//   - A batch that succeeds may refuse single entries. Phones, long numbers and
//     ciphers, which carriers tend to repeat, are removed from the texts of
//     these refusals.
//
// # What is not confirmed
//
// The platform does not document
//
//   - the rate limits, and how late an order may appear in the list;
//   - the mark of inspected (BIC) goods;
//   - whether order.addressModify takes ciphers;
//   - how order.orderCancel refuses a paid order;
//   - most types of afterSale.operate;
//   - how many waybills one call takes, whether carriers have the same codes in
//     order.* and logistics.*, and whether ciphers stay the same as long as the
//     receiver does;
//   - how many SKUs of a product one call may set the stock of;
//   - the units of the prices that a factory sees and of the window of
//     iop.sellerOrderList.
//
// [Assumptions] lets an application replace these guesses where they matter.
package doudian
