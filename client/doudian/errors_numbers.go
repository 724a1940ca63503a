package doudian

import "github.com/mallwire/mall"

// numbers maps, per method, the number at the end of a sub_code to its kind,
// where that differs from the kind of the code alone. A number has different
// meanings in different methods. The texts are the platform's own, as
// documented at each method in sevencat/ecommerce_sdk:ecommerce_sdk/douyin.
var numbers = map[string]map[string]mall.Kind{
	"token.refresh": {
		"31012": mall.ErrConflict, // 刷新token失败，有并发请求
	},
	"order.orderDetail": {
		"20015": mall.ErrPermission,  // 订单不是该店铺下的订单，无权查询
		"20014": mall.ErrNotFound,    // 查询订单不存在
		"20004": mall.ErrUnavailable, // 系统繁忙，请稍后重试
		"20001": mall.ErrNotFound,    // 订单不存在
		"20045": mall.ErrUnavailable, // 查询失败，订单列表信息异常
		"20055": mall.ErrUnavailable, // 查询失败，订单列表信息异常
	},
	"order.addOrderRemark": {
		"20002": mall.ErrNotFound, // orderId不存在，请检查订单号
	},
	"order.addressConfirm": {
		"50040": mall.ErrAlreadyDone, // 该任务已经被通过
		"50041": mall.ErrConflict,    // 该任务已经被驳回
		"50042": mall.ErrConflict,    // 该任务已经被取消:发起售后自动取消审核任务
		"50039": mall.ErrNotFound,    // 该订单不存在修改地址审核记录
		"50036": mall.ErrPermission,  // 审核失败，当前app id无权审核用户的修改地址请求
		"20003": mall.ErrUnavailable, // 系统异常，请重试
	},
	"order.addressModify": {
		"80004": mall.ErrAlreadyDone, // 未更改任何数据: the receiver is in force, after a lost answer for example
		"20003": mall.ErrNotFound,    // 订单不存在
		"8888":  mall.ErrUnavailable, // call ChangeAddress failed
		"50004": mall.ErrPermission,  // 订单不属于当前用户
	},
	"order.AddressAppliedSwitch": {
		"20003": mall.ErrUnavailable, // 系统异常，请重试
		"50044": mall.ErrPermission,  // 关闭失败，无权关闭该权限
		"50045": mall.ErrPermission,  // 开启失败，已存在有权限审核改地址的应用
		"20001": mall.ErrUnavailable, // 服务器开小差了，请稍后重试
	},
	"order.logisticsAdd": {
		"60024":  mall.ErrPermission,  // 该订单不可自行操作发货，请联系跨境服务商进行操作
		"60026":  mall.ErrPermission,  // 该订单不支持使用其它物流进行发货
		"60033":  mall.ErrNotFound,    // 订单不存在，请仔细检查后重试
		"60051":  mall.ErrUnavailable, // 上传序列号失败，请重试
		"60101":  mall.ErrPermission,  // 非本店铺订单，操作失败
		"60110":  mall.ErrAlreadyDone, // 订单已发货，不允许再次执行发货
		"60114":  mall.ErrUnavailable, // 系统繁忙，请稍后重试
		"60118":  mall.ErrUnavailable, // 订单售后信息异常，请稍后重试
		"60121":  mall.ErrUnavailable, // 系统繁忙，请稍后重试
		"60123":  mall.ErrPermission,  // 当前订单为供应链订单，商家无权自发货
		"60125":  mall.ErrUnavailable, // 系统繁忙，请稍后重试
		"60126":  mall.ErrPermission,  // 暂不支持使用寻梦同城物流发货，请重新选择物流公司或联系平台客服申
		"70005":  mall.ErrRejected,    // 拒绝售后失败，请检查该单的售后处理流程后重试
		"70016":  mall.ErrUnavailable, // 系统繁忙，请稍后重试
		"99998":  mall.ErrInvalid,     // 请输入正确的参数，仔细检查输入参数是否为空或联系抖店人员排查
		"70009":  mall.ErrUnavailable, // 系统繁忙，请稍后重试
		"60134":  mall.ErrNotFound,    // 该发货地址在商家地址库不存在，请刷新或者前往抖店PC端「订单-发
		"120032": mall.ErrUnavailable, // 售后请求并发，请稍后重试
		"700004": mall.ErrNotFound,    // store_id不存在/错误，超市小时达订单发货需
		"700002": mall.ErrPermission,  // 发货订单包含非本门店订单，请重试
		"120018": mall.ErrUnavailable, // 系统繁忙，请稍后重试
	},
	"order.logisticsAddMultiPack": {
		"60024":  mall.ErrPermission,  // 该订单不可自行操作发货，请联系跨境服务商进行操作
		"60026":  mall.ErrPermission,  // 该订单不支持使用其它物流进行发货
		"60033":  mall.ErrNotFound,    // 订单不存在，请仔细检查后重试
		"60051":  mall.ErrUnavailable, // 上传序列号失败，请重试
		"60101":  mall.ErrPermission,  // 非本店铺订单，操作失败
		"60106":  mall.ErrUnavailable, // 系统繁忙，请稍后重试
		"60110":  mall.ErrAlreadyDone, // 订单已发货，不允许再次执行发货
		"60114":  mall.ErrUnavailable, // 系统繁忙，请稍后重试
		"60118":  mall.ErrUnavailable, // 订单售后信息异常，请稍后重试
		"60121":  mall.ErrUnavailable, // 系统繁忙，请稍后重试
		"60123":  mall.ErrPermission,  // 当前订单为供应链订单，商家无权自发货
		"60124":  mall.ErrUnavailable, // 系统繁忙，请稍后重试
		"60125":  mall.ErrUnavailable, // 系统繁忙，请稍后重试
		"60126":  mall.ErrPermission,  // 暂不支持使用寻梦同城物流发货，请重新选择物流公司或联系平台客服申
		"60132":  mall.ErrUnavailable, // 系统异常，请稍后重试
		"70011":  mall.ErrUnavailable, // 发货失败，请稍后重试
		"70016":  mall.ErrUnavailable, // 系统繁忙，请稍后重试
		"99998":  mall.ErrInvalid,     // 请输入正确的参数，仔细检查输入参数是否为空或联系抖店人员排查
		"60102":  mall.ErrNotFound,    // 商品单不存在，请仔细检查后重试
		"8888":   mall.ErrUnavailable, // 系统繁忙，请稍后重试
		"70009":  mall.ErrUnavailable, // 系统繁忙，请稍后重试
		"70023":  mall.ErrAlreadyDone, // 已发货，请检查订单状态
		"120032": mall.ErrUnavailable, // 售后请求并发，请稍后重试
		"60104":  mall.ErrNotFound,    // 组合商品的商品和SKU信息不存在
		"700004": mall.ErrNotFound,    // store_id不存在/错误，超市小时达订单发货需
		"60134":  mall.ErrNotFound,    // 退货地址在地址库不存在，请刷新重试
	},
	"order.logisticsAddSinglePack": {
		"70011": mall.ErrUnavailable, // 当前订单存在处理中流程，请稍后重试
		"60033": mall.ErrNotFound,    // 未查询到此订单
		"70009": mall.ErrUnavailable, // 发货失败，请稍后重试
		"60110": mall.ErrAlreadyDone, // 订单已发货，不允许再次执行发货
		"60124": mall.ErrUnavailable, // 系统连接错误，请稍后再试
		"8888":  mall.ErrUnavailable, // 系统繁忙，请稍后重试
		"60101": mall.ErrPermission,  // 非本店铺订单，操作失败
		"60118": mall.ErrUnavailable, // 订单售后信息异常，请稍后重试
	},
	"order.logisticsEdit": {
		"70013": mall.ErrUnavailable, // 物流单号校验失败，请稍后重试
		"60134": mall.ErrNotFound,    // 退货地址在地址库不存在，请刷新重试
	},
	"order.logisticsEditByPack": {
		"8888":  mall.ErrUnavailable, // 发货失败，请稍后重试
		"60134": mall.ErrNotFound,    // 退货地址在地址库不存在，请刷新重试
	},
	"order.queryLogisticsCompanyList": {
		"99998":  mall.ErrInvalid,  // 请输入正确的参数，仔细检查输入参数是否为空或联系抖店人员排查
		"50029":  mall.ErrInvalid,  // 店铺ID非法，不允许小于等于0
		"100009": mall.ErrNotFound, // 订单不存在，请仔细检查后重试
	},
	"order.review": {
		"20002": mall.ErrNotFound, // 参数错误:找不到订单的审核任务
	},
	"order.merge": {
		"200101": mall.ErrUnavailable, // 内部错误，请重试
	},
	"order.getMCToken": {
		"300001": mall.ErrUnavailable, // 数据加密失败，请稍后重试
	},
	"order.orderCancel": {
		"50005": mall.ErrAlreadyDone, // 订单已取消
		"50007": mall.ErrUnavailable, // 距用户下单时间未超过1分钟，请稍后再试
		"50004": mall.ErrUnavailable, // 业务处理失败
		"70007": mall.ErrUnavailable, // 业务处理失败
		"50021": mall.ErrUnavailable, // 业务处理失败
		"50060": mall.ErrUnavailable, // 业务处理失败
		"20003": mall.ErrUnavailable, // 系统异常，请稍后重试
		"50009": mall.ErrUnavailable, // 系统异常，请稍后重试
	},
	"order.ordeReportList": {
		"88888": mall.ErrUnavailable, // 系统异常，请稍后重试
	},
	"iop.sellerOrderList": {
		"1000":  mall.ErrUnavailable, // 系统繁忙，请稍后重试
		"10008": mall.ErrUnavailable, // 系统繁忙，请稍后重试
	},
	"iop.sellerOrderInfo": {
		"20000": mall.ErrUnavailable, // 系统繁忙，请稍后重试
		"40000": mall.ErrNotFound,    // 代发单不存在
		"1000":  mall.ErrUnavailable, // 系统繁忙，请稍后重试
	},
	"iop.orderList": {
		"1000":  mall.ErrUnavailable, // 系统繁忙，请稍后重试
		"10005": mall.ErrUnavailable, // 系统繁忙，请稍后重试
	},
	"iop.orderInfo": {
		"40000": mall.ErrNotFound,    // 订单号不存在
		"10005": mall.ErrUnavailable, // 系统繁忙，请稍后重试
		"1000":  mall.ErrUnavailable, // 系统繁忙，请稍后重试
	},
	"iop.waybillGet": {
		"10005": mall.ErrUnavailable, // 系统繁忙，请稍后重试
	},
	"iop.waybillReturn": {
		"41000": mall.ErrConflict,    // 代打订单状态不允许发货
		"41001": mall.ErrConflict,    // 代打订单状态不允许发货
		"41004": mall.ErrConflict,    // 代打订单状态不允许发货
		"41002": mall.ErrNotFound,    // 代发单不存在
		"41007": mall.ErrInvalid,     // 全部件数，等于代发单的剩余待发
		"10005": mall.ErrUnavailable, // 系统繁忙，请稍后重试
		"10006": mall.ErrUnavailable, // 系统繁忙，请稍后重试
		"1000":  mall.ErrUnavailable, // 系统繁忙，请稍后重试
	},
	"iop.waybillUpdate": {
		"41000": mall.ErrConflict, // 代发单状态不允许发货
		"41002": mall.ErrNotFound, // 代发单不存在
	},
	"iop.waybillCancel": {
		"88888": mall.ErrQuota, // 取消总数/取号总数超过最大比例
	},
	"logistics.newCreateOrder": {
		"10003": mall.ErrNotFound,    // 共享订单不存在
		"4007":  mall.ErrUnavailable, // 查询订单信息失败，请重试
		"15000": mall.ErrPermission,  // 订单不是该店铺下的订单
		"15002": mall.ErrNotFound,    // 订单信息不存在
		"4029":  mall.ErrUnavailable, // 系统内部错误
	},
	"logistics.cancelOrder": {
		"10803": mall.ErrNotFound,    // 物流商系统无此运单，无法取消
		"10014": mall.ErrNotFound,    // 电子面单号不存在
		"10013": mall.ErrQuota,       // 取消总数/取号总数超过最大比例
		"10003": mall.ErrNotFound,    // 该数据不存在，请检查后重试
		"10901": mall.ErrAlreadyDone, // 已经取消过了，无需再次取消
		"10801": mall.ErrAlreadyDone, // 该运单已取消成功,请勿重复操作
		"8037":  mall.ErrAlreadyDone, // 已消单
		"20001": mall.ErrConflict,    // 重复请求
		"8018":  mall.ErrNotFound,    // 未获取到订单信息
		"10711": mall.ErrNotFound,    // 电子面单订购关系不存在
		"1102":  mall.ErrAlreadyDone, // 重复取消
	},
	"logistics.updateOrder": {
		"10911": mall.ErrNotFound,    // 运单号不存在
		"10724": mall.ErrNotFound,    // 运单号不存在
		"10014": mall.ErrNotFound,    // 电子面单号不存在
		"10701": mall.ErrQuota,       // 账户余额不足
		"4009":  mall.ErrUnavailable, // 请求物流服务商超时
		"4007":  mall.ErrUnavailable, // 请求内部服务超时，请重试
		"4010":  mall.ErrUnavailable, // 数据库查询失败
		"20043": mall.ErrUnavailable, // 网点获取超时,请稍后重试
		"14081": mall.ErrUnavailable, // 服务不可达
		"10913": mall.ErrUnavailable, // 末端服务不可达
		"4008":  mall.ErrUnavailable, // 内部数据JSON/XML格式非法
		"15000": mall.ErrUnavailable, // 系统繁忙，请稍后重试
		"10719": mall.ErrUnavailable, // 内部处理超时，请重试
		"10903": mall.ErrNotFound,    // 订单号不存在
	},
	"logistics.appendSubOrder": {
		"10014": mall.ErrNotFound,    // 电子面单号不存在
		"4009":  mall.ErrUnavailable, // 请求物流服务商超时
	},
	"logistics.waybillApply": {
		"100106": mall.ErrUnavailable, // 系统错误，请稍后重试
	},
	"logistics.templateList": {
		"100201": mall.ErrUnavailable, // 获取模版信息失败
	},
	"logistics.getCustomTemplateList": {
		"4010": mall.ErrUnavailable, // 操作数据库异常
	},
	"logistics.trackNoRouteDetail": {
		"4007":   mall.ErrUnavailable, // 请求内部服务超时，请重试
		"-10004": mall.ErrNotFound,    // 记录不存在
		"-10006": mall.ErrUnavailable, // 服务器开了小差，请稍后重试
	},
	"logistics.getOutRange": {
		"4008":    mall.ErrUnavailable, // 内部数据格式非法
		"9020501": mall.ErrUnavailable, // 请求失败，请重试
	},
	"logistics.getRecommendedAndDeliveryExpressByOrder": {
		"15002": mall.ErrNotFound, // 订单信息不存在
	},
	"sku.list": {
		"4": mall.ErrPermission,  // 该商品不属于你
		"7": mall.ErrUnavailable, // 获取库存数失败
	},
	"sku.detail": {
		"20050": mall.ErrNotFound,    // code: …, 找不到对应的sk
		"20100": mall.ErrUnavailable, // 商品信息获取异常: 获取sku仓时效失败
	},
	"sku.stockNum": {
		"20050": mall.ErrNotFound,    // code: …, 找不到对应的sku
		"20100": mall.ErrUnavailable, // 商品信息获取异常: 获取库存数失败
	},
	"sku.syncStock": {
		"2010401": mall.ErrUnavailable, // 系统繁忙，请稍后再试
		"5":       mall.ErrNotFound,    // sku_id: …, 找不到对应的sk
		"40010":   mall.ErrAlreadyDone, // [idempotent_id]重复，操作已执行
	},
	"sku.syncStockBatch": {
		"2010021": mall.ErrConflict,    // 更新库存数失败: 幂等ID重复
		"2010058": mall.ErrNotFound,    // 商品不存在或已彻底删除
		"2010401": mall.ErrUnavailable, // 系统繁忙，请稍后再试
	},
	"sku.syncStockBatchMultiProducts": {
		"-5000":  mall.ErrUnavailable, // 内部请求错误
		"-40012": mall.ErrPermission,  // 账号权限错误
	},
	"sku.editPrice": {
		"5":       mall.ErrNotFound,    // sku_id: …, 找不到对应
		"2010401": mall.ErrRateLimited, // 请求被限流, 请稍后再试
		"2010013": mall.ErrUnavailable, // 获取账号信息失败
	},
	"sku.editCode": {
		"5": mall.ErrNotFound, // 找不到对应的sku
	},
	"product.detail": {
		"2010058": mall.ErrNotFound,    // 商品不存在或已彻底删除
		"2010401": mall.ErrRateLimited, // 触发商品操作限流,请稍后再试
		"2010203": mall.ErrUnavailable, // 获取商品信息失败
	},
	"product.listV2": {
		"2010201": mall.ErrUnavailable, // 获取类目信息失败
		"2010401": mall.ErrRateLimited, // 触发商品操作限流
		"2010203": mall.ErrUnavailable, // 获取商品信息失败
	},
	"afterSale.List": {
		"11003": mall.ErrNotFound, // 数据不存在
	},
	"afterSale.operate": {
		"10000":    mall.ErrInvalid,  // 存在无效的售后单
		"20309541": mall.ErrConflict, // 售后状态错误
	},
	"afterSale.rejectReasonCodeList": {
		"10000": mall.ErrUnavailable, // 系统错误，请重试
	},
	"afterSale.applyLogisticsIntercept": {
		"10000": mall.ErrUnavailable, // 信息获取失败，请稍后重试
	},
	"afterSale.addOrderRemark": {
		"10000": mall.ErrUnavailable, // 系统错误，请重试
		"11003": mall.ErrNotFound,    // 该售后单不存在
		"12000": mall.ErrUnavailable, // 查询退款记录失败，请稍后重试
	},
	"afterSale.CancelSendGoodsSuccess": {
		"10000": mall.ErrUnavailable, // 系统错误
		"11003": mall.ErrNotFound,    // 该售后单不存在
		"12000": mall.ErrUnavailable, // 获取售后小助手策略失败
	},
	"afterSale.returnGoodsToWareHouseSuccess": {
		"10000": mall.ErrUnavailable, // 系统错误，请重试
		"12000": mall.ErrUnavailable, // 获取售后小助手策略失败
	},
	"afterSale.OpenAfterSaleChannel": {
		"11001": mall.ErrPermission,  // 无权操作此订单
		"10000": mall.ErrUnavailable, // 系统错误，请重试
	},
	"afterSale.buyerExchangeConfirm": {
		"10004": mall.ErrPermission, // 存在非本店铺订单，该操作被禁止
	},
	"address.create": {
		"100001": mall.ErrRateLimited, // 操作过于频繁，请稍后重试
		"5001":   mall.ErrUnavailable, // 系统繁忙，请稍后重试
	},
	"address.update": {
		"100001": mall.ErrRateLimited, // 操作过于频繁，请稍后重试
		"5001":   mall.ErrNotFound,    // 该地址不存在，请刷新后重试
		"6000":   mall.ErrUnavailable, // 系统繁忙，请稍后重试
	},
}
