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
// decrypt, mask, encrypt, search index; review and change addresses; carry out a
// change of SKU (改规格) that the buyer agreed to; after-sale cases: list, read,
// decide, reject reasons. [FeeDetail] tells who bears which discount.
//
// Products (SKUs): list and read products, read SKUs with their stock, set stock
// (by differences) or add to it, set prices; each write names its product. Stock
// of goods by warehouse, links to goods and the shelf status are reached with
// client.Call.
//
// Shipping (Logistics): list carriers; ship whole orders or parcels, add a
// parcel, change what was shipped; address book; e-waybills: take, update,
// cancel, add pieces, print, net sites, templates, range. [PrintElements] and
// [Districts] serve those who make labels and addresses. No method tells where a
// parcel is.
//
// Drop-ship (代发, Dropship), as merchant and as factory: all
// open.dropshipping.* methods.
//
// Every other method of the platform is reached with client.Call.
//
// # Quirks of the platform
//
//   - An app has two secrets: AppSecret gets tokens, SignSecret signs. Each method
//     has its own verb: some writes go by GET, some reads by POST.
//   - A refresh token works once and ends when the first one would have: after
//     180 days the merchant has to authorise again. Refusals are classed by their
//     words before their numbers, as several numbers have no meaning of their own.
//   - An order has one line. Gifts are orders below it, with numbers and states of
//     their own; the number of a gift finds nothing. Ids are numbers.
//   - A trade is called shipped from the first piece on: the pieces are counted
//     ([order.StatusPartShipped]).
//   - A paid order must not be shipped while disableDeliveryReasonCode or riskCode
//     says so, a presale's balance is due, the receiver's ciphers are missing, or
//     there is no time to ship by: [order.StatusPaid] with an [order.Hold].
//   - The sums of an order and those of [FeeDetail] differ by what the merchant
//     bears; books are kept by the latter.
//   - Orders are listed 90 days back, in windows of 7 days, by a cursor that ends
//     with a word. After-sale cases are listed in windows of one day, which the
//     platform cuts during campaigns.
//   - The list of orders does not tell an exchange from a refund, so the detail of
//     orders with a refund is asked for.
//   - Names, phones and streets come as ciphers and masks, never in plain.
//     Decryption has an allowance a day, which the merchant's own pages draw on
//     too. An address is changed in plain text only, and answered to the buyer
//     without a reason; what is in force already is found by looking.
//   - A remark is added before those there are, not written over; a flag
//     cannot be taken off again: grey is none.
//   - Only customer service, on the platform's own pages, can ask a buyer whether
//     another SKU may be sent. No method tells the answer; the order shows the new
//     SKU, with the old one beside it.
//   - Shipping takes carriers' numbers, waybills and drop-ship their letters.
//     The platform compares them, and the address that a waybill was taken with.
//     Labels come with a waybill's number and cannot be read again: keep them.
//   - Stock can be added to and taken from, not set, and not with an id: an
//     answer that was lost cannot be asked for again. The list of products
//     filters by "on sale" only, and does not say how it is sorted.
//   - A decision about an after-sale case goes by another method for each way and
//     state, of which few compare versions: the case is read first.
//   - In drop-ship a merchant's code, a factory's code and the order's number are
//     three things. The merchant's list goes by creation, one type of order at a
//     time; the factory's in windows of less than half an hour.
//
// # What is not confirmed
//
// No document tells
//
//   - the numbers of refusals for tokens, signatures and limits, or how far a
//     clock may be off;
//   - how late a row may appear in the order list, whether the ends of its windows
//     count in, or whether its cursor minds rows that change;
//   - whether ciphers come in the order of the texts;
//   - how an unknown order, product or assignment is refused;
//   - whether the change of a SKU itself asks the buyer, and how it is refused;
//   - whether a renewal of a token that was lost may be sent again;
//   - the unit of prices that are set;
//   - the carriers' letters, by their numbers, and how a second cancellation of a
//     waybill is refused;
//   - whether ciphers stay while the receiver does;
//   - of drop-ship: what says that an entry was carried out, states of partners,
//     batch and page sizes, whether receivers come in plain, and how an after-sale
//     case ended.
//
// [Assumptions] holds the guesses that can be set.
package kuaishou
