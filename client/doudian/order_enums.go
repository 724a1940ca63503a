package doudian

import (
	"errors"

	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/order"
)

var errNoID = errors.New("it has no order_id")

// statuses maps order_status, which is also the filter of the list. Sources:
// zsmhub/doudian-sdk and the platform's field texts in sevencat/ecommerce_sdk.
var statuses = driver.NewEnum(map[wire.Int]order.Status{
	1:   order.StatusUnpaid,      // 待支付/待确认
	105: order.StatusPaid,        // 已支付, under risk review: only 2 may be shipped
	2:   order.StatusToShip,      // 备货中
	101: order.StatusPartShipped, // 部分发货
	3:   order.StatusShipped,     // 已发货
	4:   order.StatusClosed,      // 已取消
	5:   order.StatusDone,        // 已完成
})

// mainStatuses maps the values of main_status that order_status does not have.
var mainStatuses = driver.NewEnum(map[wire.Int]order.Status{
	103: order.StatusUnpaid, // 部分支付: a deposit was paid
	21:  order.StatusClosed, // 发货前退款完结
	22:  order.StatusClosed, // 发货后退款完结
	39:  order.StatusClosed, // 收货后退款完结
})

// statusOf returns the neutral status and the platform's own: order_status,
// followed by main_status where that differs.
func statusOf(status, main wire.Int) (order.Status, string) {
	word := status.String()
	if main != 0 && main != status {
		word += "/" + main.String()
	}
	if s := statuses.Neutral(status); s != "" {
		return s, word
	}
	return mainStatuses.Neutral(main), word
}

// refundStates maps after_sale_status.
var refundStates = driver.NewEnum(map[wire.Int]order.Refund{
	6:  order.RefundRequested, // 售后申请
	7:  order.RefundReturning, // 售后退货中
	11: order.RefundReceiving, // 售后已发货: the goods are on their way back
	27: order.RefundRejected,  // 拒绝售后申请
	29: order.RefundRejected,  // 退货后拒绝退款
	28: order.RefundClosed,    // 售后失败, and withdrawn ones
	12: order.RefundDone,      // 售后成功
	51: order.RefundDone,      // 取消成功
	53: order.RefundDone,      // 逆向交易完成
})

// keepsGoods holds the values of after_sale_type that leave the goods with the
// buyer.
var keepsGoods = map[wire.Int]bool{
	3: true, // 换货
	6: true, // 价保
	7: true, // 补寄
	8: true, // 维修
}

// Values of order_type and biz that say what kind of goods an order has.
var (
	virtualTypes   = map[wire.Int]bool{2: true, 4: true, 5: true} // virtual, e-voucher, third-party voucher
	virtualBiz     = map[wire.Int]bool{5: true, 11: true, 24: true}
	crossBorderBiz = map[wire.Int]bool{21: true, 22: true, 23: true}
	dutyFreeBiz    = map[wire.Int]bool{28: true, 29: true}
)

// stars maps seller_remark_stars, the merchant's flag.
var stars = driver.NewEnum(map[wire.Int]order.Flag{
	0: order.FlagGrey,
	1: order.FlagPurple,
	2: order.FlagCyan,
	3: order.FlagGreen,
	4: order.FlagOrange,
	5: order.FlagRed,
})

// flagOf reads a flag. Grey and "no flag" are the same number, 0, which is read
// as no flag.
func flagOf(star wire.Int) order.Flag {
	if star == 0 {
		return order.FlagNone
	}
	if flag := stars.Neutral(star); flag != "" {
		return flag
	}
	return order.Flag(star.String())
}
