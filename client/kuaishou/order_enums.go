package kuaishou

import (
	"errors"
	"strings"

	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/order"
)

var errNoID = errors.New("it has no oid")

// Statuses that the code compares with. Source of all numbers:
// crywolfx/kuaishou-merchant-open-api:packages/common/Interface/api.declaration.ts.
const (
	statusUnpaid  = 10
	statusPaid    = 30
	statusShipped = 40 // also when only one piece is shipped
)

// statuses maps status.
var statuses = driver.NewEnum(map[wire.Int]order.Status{
	statusUnpaid:  order.StatusUnpaid,    // 待付款
	statusPaid:    order.StatusToShip,    // 已付款; see hold
	statusShipped: order.StatusShipped,   // 已发货; see part
	50:            order.StatusDelivered, // 已签收
	70:            order.StatusDone,      // 订单成功
	80:            order.StatusClosed,    // 订单失败
})

const viewAll = 1

// views maps neutral statuses to orderViewStatus, the filter of the list. Its
// numbers differ from those of status, and it has none for orders that are held
// or shipped in part.
var views = map[order.Status]int{
	order.StatusUnpaid:      2,
	order.StatusPaid:        3,
	order.StatusToShip:      3,
	order.StatusPartShipped: viewAll, // the gift of an order may be shipped before it
	order.StatusShipped:     4,
	order.StatusDelivered:   5,
	order.StatusDone:        6,
	order.StatusClosed:      7,
}

// holds maps disableDeliveryReasonCode.
var holds = driver.NewEnum(map[wire.Int]order.Hold{
	1: order.HoldGroupBuy, // 拼团中
	2: order.HoldReview,   // 支付后风控
})

// refundStates maps refundStatus of two generations of documents: the newer one
// dropped 11, 21 and 22 and added 12.
var refundStates = driver.NewEnum(map[wire.Int]order.Refund{
	10: order.RefundRequested, // 申请; in the older document that of a refund only
	11: order.RefundRequested, // 退货退款申请
	12: order.RefundRejected,  // 卖家已拒绝
	20: order.RefundRequested, // 纠纷, 平台介入
	21: order.RefundRequested, // 平台介入 (退货退款)
	22: order.RefundReceiving, // 平台确认退货: the merchant may confirm that the goods are there
	30: order.RefundReturning, // 待买家回寄
	40: order.RefundReceiving, // 待卖家确认收货
	45: order.RefundSending,   // 待买家收货, of an exchange
	50: order.RefundPaying,    // 打款中
	60: order.RefundDone,      // 成功
	70: order.RefundClosed,    // 关闭, 失败
})

// keepsGoods holds the values of handlingWay that leave the goods with the
// buyer. No status shows the handlingWay.
var keepsGoods = map[wire.Int]bool{
	3: true, // 换货
	4: true, // 补寄
	5: true, // 维修
}

// Values of coType and deliveryMethod that say what kind of goods an order has.
var (
	virtualTypes   = map[wire.Int]bool{2: true, 3: true} // a pack of coupons, a top-up
	virtualMethods = map[string]bool{"certificate": true, "directChargeService": true}
)

const (
	crossBorder = 8  // coType
	deposit     = 1  // payStepType
	depositSale = 6  // allActivityType: 定金预售, which is paid in steps
	stepPaid    = 30 // payStepStatus
	gift        = 2  // subOrderType
)

// flags maps the merchant's flags.
var flags = driver.NewEnum(map[wire.Int]order.Flag{
	1: order.FlagRed,
	2: order.FlagYellow,
	3: order.FlagGreen,
	4: order.FlagBlue,
	5: order.FlagPurple,
	6: order.FlagGrey,
})

// flagOf reads a flag, which orders show as a word such as red_flag_tag_order.
func flagOf(word string) order.Flag {
	flag := order.Flag(strings.TrimSuffix(word, "_flag_tag_order"))
	if _, ok := flags.Wire(flag); ok {
		return flag
	}
	return order.Flag(word)
}

// wordsOf joins several of the platform's numbers into one text.
func wordsOf(numbers ...wire.Int) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = n.String()
	}
	return strings.Join(words, "/")
}
