// Package kuaishou is Kuaishou shop's (快手小店) side of the wire in a sandbox.
// Programs do not call it: [github.com/mallwire/mall/client/sandbox.New] does.
// What they use of it are the [Rules]: what is assumed where no document confirms
// what the platform does.
//
//	err := sandbox.Change(box, func(r *kuaishou.Rules) { r.EmptyPages = true })
//
// # Methods
//
//   - tokens: oauth2.access_token, by code and for the app itself, and
//     oauth2.refresh_token;
//   - whose token it is: open.user.seller.get, open.user.info.get and
//     open.shop.info.get;
//   - orders: open.order.cursor.list, open.order.detail,
//     open.order.buyer.order.list, open.seller.order.note.add, open.seller.order.close and
//     open.seller.order.fee.detail;
//   - receivers: open.order.decrypt.batch, open.order.desensitise.batch,
//     open.order.encrypt.batch, open.order.search.index.batch and
//     open.security.instant.decrypt.batch;
//   - changes of address: open.order.address.update,
//     open.order.address.audit.approve and open.order.address.audit.reject;
//   - changes of spec: open.seller.order.sku.update;
//   - after-sale cases: open.seller.order.refund.pcursor.list,
//     open.seller.order.refund.detail, open.seller.order.refund.approve,
//     open.seller.order.refund.returngoods.approve,
//     open.seller.order.refund.confirm.receipt, open.refund.confirm.and.send,
//     open.refund.reject, open.refund.reject.reason,
//     open.refund.direct.refund, open.refund.submit.returnInfo and
//     open.refund.comment.basic.list;
//   - items and stock: open.item.list.get, open.item.get,
//     open.item.shelf.status.update, open.item.sku.list.get,
//     open.item.sku.stock.update, open.item.sku.price.update,
//     open.item.sku.goods.relation.get, open.item.sku.goods.relation.add,
//     open.item.sku.goods.relation.update,
//     open.item.sku.goods.relation.delete, open.scm.inventory.update and
//     open.scm.inventory.adjust;
//   - drop-ship (代发), both sides: open.dropshipping.role.query,
//     open.dropshipping.relation.list,
//     open.dropshipping.relation.merchant.batch.apply,
//     open.dropshipping.relation.merchant.batch.unbind,
//     open.dropshipping.order.merchant.list,
//     open.dropshipping.order.merchant.detail,
//     open.dropshipping.order.batch.allocate,
//     open.dropshipping.order.batch.allocate.cancel,
//     open.dropshipping.order.batch.append,
//     open.dropshipping.order.batch.delete, open.dropshipping.order.list,
//     open.dropshipping.order.detail.query, open.dropshipping.order.deliver,
//     open.dropshipping.order.logistics.update,
//     open.dropshipping.ebill.batch.get and open.dropshipping.ebill.cancel;
//   - shipping: open.seller.order.goods.deliver,
//     open.order.goods.split.deliver,
//     open.seller.order.goods.logistics.append and
//     open.seller.order.logistics.update;
//   - waybills: open.express.ebill.get, open.express.ebill.update,
//     open.express.ebill.cancel, open.express.ebill.append,
//     open.express.subscribe.query,
//     open.express.standard.template.list.get,
//     open.express.custom.tempate.list.query, which is really spelled so,
//     open.express.printer.element.query and open.express.reachable.query;
//   - addresses: open.address.district.list, open.address.seller.list,
//     open.address.seller.get, open.address.seller.create and
//     open.address.seller.update.
//
// # Orders
//
// An order is one line, in groups:
//
//	id, err := box.On(mall.Kuaishou).AddOrder("1000000001", map[string]any{
//		"orderBaseInfo": map[string]any{"status": 40, "remark": "请发顺丰"},
//		"orderItemInfo": map[string]any{"num": 2}, // and totalFee follows
//	})
//
// A status brings what belongs to it: the times of payment, shipping and
// receipt, the pieces shipped, and the status of gifts, except that gifts are
// shipped separately.
//
// # Pushes
//
// Pushes are encrypted, one to a request. Of orders there are
// kwaishop_order_addOrder, paySuccess, delivering, deliverySuccess,
// orderSuccess, orderFail, totalFeeChange, addNote, addressChange and
// addressUpdateAudit, all with the same prefix; of cases
// kwaishop_aftersales_addRefund and _updateRefund. Drop-ship, items and changes
// of spec push nothing: no source names such messages.
//
// # Customer service
//
// Kuaishou makes no SPI calls and has no intercept. Customer service asks the
// buyer for another SKU, by a card. The card runs out after two hours; a refund
// or another status of the order makes it void. The order's operation log has
// the states of the card, which no method answers. Once the buyer agrees, the
// app changes the SKU by open.seller.order.sku.update, and the order shows it.
package kuaishou
