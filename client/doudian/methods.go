package doudian

import (
	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
)

// methods holds the endpoints, which are declared beside their wire types, and
// others. Which methods may be repeated follows the platform's documents,
// mirrored in sevencat/ecommerce_sdk and zsmhub/doudian-sdk.
var methods = driver.NewMethods(mall.Doudian, others)

const (
	repeatable = driver.Repeatable
	anonymous  = driver.Anonymous
	write      = driver.Write
)

type none = driver.None

// endpoint declares a method of the platform that this driver calls.
func endpoint[P, A any](name string, f driver.Flags) driver.Endpoint[P, A] {
	return driver.Declare[P, A](methods, name, f)
}

// others lists methods that this driver does not call but applications may,
// with client.Call. A method that is not listed counts as a write that must not
// be repeated.
var others = map[string]driver.Flags{
	"open.getAuthInfo": repeatable,

	"order.searchByReceiver":          repeatable,
	"order.getSearchIndex":            repeatable,
	"order.queryLogisticsCompanyList": repeatable,
	"order.mergeV2":                   repeatable, // merges nothing
	"order.getMCToken":                repeatable,
	"order.ordeReportList":            repeatable,
	"order.queryOrderLogistics":       repeatable,
	"order.queryOrderPackageInfo":     repeatable,
	"order.deliverTimeChangeTaskInfo": repeatable,
	"order.review":                    write,
	"order.logisticsAddSinglePack":    write,

	"afterSale.returnGoodsToWareHouseSuccess": write,
	"afterSale.CancelSendGoodsSuccess":        write,
	"afterSale.OpenAfterSaleChannel":          write,
	"afterSale.buyerExchangeConfirm":          write,

	"logistics.getCustomTemplateList":                   repeatable,
	"logistics.getDesignTemplateList":                   repeatable,
	"logistics.getUserDeliverServiceInfos":              repeatable,
	"logistics.getRecommendedAndDeliveryExpressByOrder": repeatable,
	"logistics.getShopKey":                              repeatable,
	"logistics.queryPackageRoute":                       repeatable,

	"sku.editCode":                    repeatable, // sets
	"sku.syncStockBatchMultiProducts": write,
	"warehouse.list":                  repeatable,

	"address.list":               repeatable,
	"address.create":             write,
	"address.update":             repeatable, // sets
	"address.getProvince":        repeatable,
	"address.getAreasByProvince": repeatable,
}
