// Package kuaishou drives Kuaishou shop (快手小店).
//
//	app, err := kuaishou.New(kuaishou.Config{AppKey: key, AppSecret: secret, SignSecret: signSecret})
//	if err != nil {
//		return err
//	}
//	for o, err := range app.Shop("1000000001").Orders.All(ctx, order.Query{From: since}) {
//		...
//	}
//
// A shop's id is the seller's number (sellerId), which pushes call userId.
//
// # What it can do
//
// Orders (the Orders of a shop): list, read, remark, close before payment,
// decrypt, mask, encrypt, search index; review and change addresses; carry out
// a SKU change (改规格) that the buyer agreed to; after-sale cases: list, read,
// decide, reject reasons. [FeeDetail] tells who pays for which discount.
//
// Products (SKUs): list and read products, read SKUs with their stock, set
// stock (by sending differences) or add to it, set prices. Each write must name
// the product. Stock of goods (货品) by warehouse, their links to SKUs and the
// shelf status are reached with client.Call.
//
// Shipping (Logistics): list carriers; ship whole orders or parcels, add a
// parcel, change what was shipped; address book; e-waybills: take, update,
// cancel, add pieces, print, net sites, templates, range. [PrintElements] and
// [Districts] help to design labels and write addresses. No method traces a
// parcel.
//
// Drop-ship (代发, Dropship), as merchant and as factory: all
// open.dropshipping.* methods.
//
// Every other method of the platform is reached with client.Call.
//
// # Quirks of the platform
//
//   - An app has two secrets: AppSecret gets tokens, SignSecret signs calls.
//     Each method has its own HTTP verb: some writes use GET, some reads POST.
//   - A refresh token works once. Its successor expires when the first one
//     would have, so the merchant has to authorise again after 180 days.
//   - An order has one line. Its gifts are orders below it with their own
//     numbers and states, but an order cannot be read by the number of a gift.
//     Ids are numbers.
//   - The platform calls an order shipped as soon as one piece is. The driver
//     counts the pieces ([order.StatusPartShipped]).
//   - A paid order must not be shipped while disableDeliveryReasonCode or
//     riskCode says so, the balance of a presale is due, the receiver's ciphers
//     are missing, or there is no time to ship by: it is [order.StatusPaid]
//     with an [order.Hold].
//   - The amounts of an order and those of [FeeDetail] differ by the discounts
//     that the merchant pays for; accounts are settled by the latter.
//   - Orders are listed 90 days back, in windows of 7 days, by a cursor whose
//     last value is a word. After-sale cases are listed in windows of one day,
//     which the platform shortens during campaigns.
//   - The order list does not tell an exchange from a refund, so the driver
//     reads the detail of each order with a refund.
//   - Names, phones and streets come as ciphers and masks, never in plain.
//     Decryption has a daily quota, which the merchant's use of the platform's
//     pages counts against too. A new address must be plain text, and a buyer's
//     request for one is answered without a reason. The driver reads the order
//     to find out whether the address is in force already.
//   - A new remark is put before the earlier ones and does not overwrite them.
//     A flag cannot be removed: no flag is grey.
//   - Only customer service, on the platform's own pages, can ask a buyer to
//     agree to a SKU change. No method tells the answer; after the change the
//     order shows the new SKU beside the old one.
//   - Shipping takes the carriers' numbers, waybills and drop-ship their letter
//     codes. The platform compares the two codes of a carrier, and the address
//     that a waybill was taken with. A label comes only with the waybill's
//     number and cannot be read again: store it.
//   - Stock can be increased and decreased but not set, and a change carries no
//     idempotency id, so it cannot be repeated safely when its answer is lost.
//     The product list filters by "on sale" only, and its order is not
//     documented.
//   - Each kind and state of an after-sale case has its own method for the
//     decision. Few of them compare versions, so the driver reads the case
//     first.
//   - In drop-ship the merchant's code, the factory's code and the order's
//     number are three different ids. The merchant's list goes by creation
//     time, one type of order at a time; the factory's list takes windows of
//     less than half an hour.
//
// # What is not confirmed
//
// The platform does not document
//
//   - the error numbers for tokens, signatures and rate limits, of which
//     several have no meaning of their own (the driver reads the texts first),
//     and how far a clock may be off;
//   - how late an order may appear in the list, whether a window includes its
//     end, and whether orders that change disturb the cursor;
//   - whether the ciphers of a batch come in the order of its texts;
//   - how the id of an unknown order, product or assignment is refused;
//   - whether the method of a SKU change itself asks the buyer, and how it is
//     refused;
//   - whether a token renewal whose answer was lost may be sent again;
//   - the unit in which prices are set;
//   - which letter code belongs to which carrier number, and how a second
//     cancellation of a waybill is refused;
//   - whether ciphers stay the same as long as the receiver does;
//   - about drop-ship: the code of an entry that was carried out, the states of
//     partners, batch and page sizes, whether receivers come in plain, and how
//     an after-sale case ended.
//
// [Assumptions] lets an application replace these guesses where they matter.
package kuaishou
