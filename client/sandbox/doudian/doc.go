// Package doudian is Doudian's (抖店) side of the wire in a sandbox. Programs do
// not call it: [github.com/mallwire/mall/client/sandbox.New] does. What they use
// of it are the [Rules]: what is assumed where no document confirms what the
// platform does.
//
//	err := sandbox.Change(box, func(r *doudian.Rules) { r.VirtualPhones = false })
//
// # Methods
//
//   - tokens: token.create and token.refresh;
//   - orders: order.searchList, order.orderDetail, order.addOrderRemark,
//     order.merge and order.orderCancel;
//   - receivers: order.batchDecrypt, order.batchSensitive, order.batchEncrypt and
//     order.BatchSearchIndex;
//   - changes of address: order.addressConfirm, order.addressModify,
//     order.AddressAppliedSwitch and order.addresSwitchConfig, which is
//     really spelled so;
//   - after-sale cases: afterSale.List, afterSale.Detail, afterSale.operate,
//     afterSale.rejectReasonCodeList, afterSale.applyLogisticsIntercept and
//     afterSale.addOrderRemark;
//   - shipping: order.logisticsCompanyList, order.logisticsAdd,
//     order.logisticsAddMultiPack, order.logisticsEdit and
//     order.logisticsEditByPack;
//   - waybills: logistics.newCreateOrder, logistics.updateOrder,
//     logistics.cancelOrder, logistics.waybillApply,
//     logistics.listShopNetsite, logistics.templateList,
//     logistics.customTemplateList, logistics.getOutRange,
//     logistics.appendSubOrder and logistics.trackNoRouteDetail;
//   - products and stock: product.listV2, product.detail, sku.list, sku.detail,
//     sku.stockNum, sku.syncStock, sku.syncStockBatch and sku.editPrice;
//   - drop-ship (代发), both sides: iop.roleGet, iop.sellerSupplierList,
//     iop.getSellerList, iop.sellerOrderList, iop.sellerOrderInfo,
//     iop.sellerDistribute, iop.sellerCancleDistribute, iop.orderList,
//     iop.orderInfo, iop.waybillGet, iop.waybillReturn, iop.waybillUpdate and
//     iop.waybillCancel.
//
// # Orders
//
// An order is flat, with lines in sku_order_list:
//
//	id, err := box.On(mall.Doudian).AddOrder("10000001", map[string]any{
//		"order_status":   3,
//		"sku_order_list": []any{map[string]any{"item_num": 2}},
//	})
//
// Ids of lines and totals are filled in unless they are given. A status brings
// what belongs to it: its description, the times of payment and shipping, and
// the same status for the lines that had the order's old one.
//
// # Pushes
//
// The sandbox pushes what happens to orders: created (100), paid (101), shipped
// (102), finished (103), cancelled (106), partly shipped (108), amounts changed
// (109), ready to be handled (110), remark changed (113). Events that do not
// show in an order, such as an address that a buyer asks for, are pushed by the
// methods that they belong to.
//
// # Customer service
//
// Doudian asks the app by SPI calls to change a SKU (改规格) or not to ship
// (拦截发货). The app's verdict goes into the order's operation log, and the order
// keeps what was bought. How these calls are worded is not public: names, paths
// and fields are guesses, and all of them stand in [Service].
package doudian
