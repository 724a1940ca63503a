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
// # Orders
//
// List and read, follow, remark, close while unpaid; decrypt, mask, encrypt and
// index personal texts; change addresses and answer buyers who ask for another;
// after-sale cases. [FeeDetail] reads the money of an order. Time-limited
// ciphers of other services are opened with client.Call.
//
//   - One order is one line. Gifts are orders below it, with numbers and states
//     of their own; the number of a gift finds nothing.
//   - A trade is called shipped from the first piece on: the pieces are counted
//     ([order.StatusPartShipped]).
//   - A paid order must not be shipped while disableDeliveryReasonCode or riskCode
//     says so, a presale's balance is due, the receiver's ciphers are missing, or
//     there is no time to ship by: [order.StatusPaid] with an [order.Hold].
//   - Notes are appended, and a flag cannot be taken off again: grey is none.
//   - The list does not tell how a refund is handled, and an exchange that
//     succeeded has the status of a refund: the driver reads the detail of orders
//     with a refund.
//   - After a change of spec the order shows the new SKU, and the old one beside
//     it (Line.Previous).
//   - The sums of an order and those of [FeeDetail] differ by what the merchant
//     bears; books are kept by the latter.
//   - An address is changed in plain text only, and answered to the buyer without
//     a reason. What is in force already is found by looking, as the platform's
//     answers are not documented.
//
// Not confirmed, and settable in [Assumptions]: how late a row may appear in the
// order list, and the words for an order that does not exist. Not confirmed and
// not settable: that rows which change do not disturb the list's cursor, and that
// ciphers come in the order of the texts.
package kuaishou
