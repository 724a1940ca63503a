package doudian

import "github.com/mallwire/mall/client"

// factsOf tells how a method may be treated. What is not listed is taken for a
// write that must not be repeated.
func factsOf(method string) client.Facts {
	switch method {
	case "token.create", "token.refresh":
		return client.Facts{Anonymous: true}
	}
	return client.Facts{Repeatable: repeatable[method]}
}

// repeatable are the methods whose repetition changes nothing more: reads,
// writes that set a value, writes with an idempotency key. Judged by the
// platform's documents, mirrored in sevencat/ecommerce_sdk and
// zsmhub/doudian-sdk. Shipping is not among them: it is repeatable only with a
// request_id, which a method's name does not tell.
var repeatable = map[string]bool{
	"open.getAuthInfo": true,

	"order.searchList":                true,
	"order.orderDetail":               true,
	"order.searchByReceiver":          true,
	"order.addOrderRemark":            true, // overwrites
	"order.batchDecrypt":              true,
	"order.batchSensitive":            true,
	"order.BatchSearchIndex":          true,
	"order.batchEncrypt":              true,
	"order.getSearchIndex":            true,
	"order.addressModify":             true, // sets
	"order.AddressAppliedSwitch":      true, // sets
	"order.addresSwitchConfig":        true,
	"order.logisticsEdit":             true, // sets
	"order.logisticsEditByPack":       true, // sets
	"order.logisticsCompanyList":      true,
	"order.queryLogisticsCompanyList": true,
	"order.merge":                     true, // asks only
	"order.mergeV2":                   true, // asks only
	"order.getMCToken":                true,
	"order.ordeReportList":            true,
	"order.queryOrderLogistics":       true,
	"order.queryOrderPackageInfo":     true,
	"order.deliverTimeChangeTaskInfo": true,

	"iop.roleGet":            true,
	"iop.sellerSupplierList": true,
	"iop.getSellerList":      true,
	"iop.sellerOrderList":    true,
	"iop.sellerOrderInfo":    true,
	"iop.orderList":          true,
	"iop.orderInfo":          true,
	"iop.waybillUpdate":      true, // sets

	"logistics.newCreateOrder":                          true, // the same order and pack id return the old number
	"logistics.cancelOrder":                             true, // the second one is told that it is done
	"logistics.updateOrder":                             true, // sets
	"logistics.waybillApply":                            true,
	"logistics.listShopNetsite":                         true,
	"logistics.templateList":                            true,
	"logistics.customTemplateList":                      true,
	"logistics.getCustomTemplateList":                   true,
	"logistics.getDesignTemplateList":                   true,
	"logistics.trackNoRouteDetail":                      true,
	"logistics.getOutRange":                             true,
	"logistics.getUserDeliverServiceInfos":              true,
	"logistics.getRecommendedAndDeliveryExpressByOrder": true,
	"logistics.getShopKey":                              true,
	"logistics.queryPackageRoute":                       true,

	"sku.list":       true,
	"sku.detail":     true,
	"sku.stockNum":   true,
	"sku.editPrice":  true, // sets
	"sku.editCode":   true, // sets
	"product.detail": true,
	"product.listV2": true,
	"warehouse.list": true,

	"afterSale.List":                 true,
	"afterSale.Detail":               true,
	"afterSale.rejectReasonCodeList": true,
	"afterSale.addOrderRemark":       true, // overwrites

	"address.list":               true,
	"address.update":             true, // sets
	"address.getProvince":        true,
	"address.getAreasByProvince": true,
}
