package kuaishou

import "github.com/mallwire/mall/internal/wire"

// wire types of an order: the fields of open.order.cursor.list and
// open.order.detail that the neutral model has. Source:
// crywolfx/kuaishou-merchant-open-api:packages/common/Interface/api.declaration.ts,
// and for newer fields
// sanyuan0v0/ks-shop-python-sdk:ks_shop_api/order/schema.py. Objects and lists
// may be null, and keys may be absent.

type wireOrder struct {
	Base         wireBase                   `json:"orderBaseInfo"`
	Item         wire.Object[wireLine]      `json:"orderItemInfo"` // the one line
	Refunds      wire.List[wireOrderRefund] `json:"orderRefundList"`
	NewerRefunds wire.List[wireOrderRefund] `json:"orderDetailRefundList"` // in newer details
	Parcels      wire.List[wireOrderParcel] `json:"orderLogisticsInfo"`
	Note         wire.Object[wireNote]      `json:"orderNote"`
	Address      wire.Object[wireAddress]   `json:"orderAddress"`
	Steps        wire.Object[wireSteps]     `json:"orderStepInfo"`
	Delivery     wire.Object[wireDelivery]  `json:"orderDeliveryInfo"`
	Gifts        wire.List[wireGift]        `json:"subOrderInfo"`
}

type wireBase struct {
	ID         wire.Text           `json:"oid"`
	Status     wire.Int            `json:"status"`
	Created    wire.Millis         `json:"createTime"`
	Updated    wire.Millis         `json:"updateTime"`
	Paid       wire.Millis         `json:"payTime"`
	Shipped    wire.Millis         `json:"sendTime"`
	ShipBy     wire.Millis         `json:"validPromiseShipmentTimeStamp"` // 0: the order must not be shipped
	Total      wire.Int            `json:"totalFee"`                      // without freight
	Freight    wire.Int            `json:"expressFee"`
	Discount   wire.Int            `json:"discountFee"`
	BuyerID    string              `json:"buyerOpenId"`
	BuyerWords string              `json:"remark"`
	Presale    wire.Int            `json:"preSale"`
	CoType     wire.Int            `json:"coType"`
	Risk       wire.Int            `json:"riskCode"`
	Holds      wire.List[wire.Int] `json:"disableDeliveryReasonCode"`
	Activities wire.List[wire.Int] `json:"allActivityType"`
}

type wireSpec struct {
	ID          wire.Text `json:"skuId"`
	OuterID     wire.Text `json:"relSkuId"`
	Description string    `json:"skuDesc"`
	Code        string    `json:"skuNick"` // the merchant's own
}

type wireLine struct {
	wireSpec
	ItemID   wire.Text             `json:"itemId"`
	Title    string                `json:"itemTitle"`
	Picture  string                `json:"itemPicUrl"`
	Quantity wire.Int              `json:"num"`
	Price    wire.Int              `json:"price"` // of one piece
	Discount wire.Int              `json:"discountFee"`
	Before   wire.Object[wireSpec] `json:"itemPrevInfo"` // the SKU before a SKU change
	Service  wire.Object[struct {
		Rule wire.Object[struct {
			Method string `json:"deliveryMethod"`
		}] `json:"serviceRuleInfo"`
	}] `json:"serviceInfo"`
}

type wireOrderRefund struct {
	ID      wire.Text `json:"refundId"`
	Status  wire.Int  `json:"refundStatus"`
	Way     wire.Int  `json:"handlingWay"`
	Special wire.Int  `json:"specialRefundType"`
	unclear bool      // the detail did not say how it is handled
}

type wireOrderParcel struct {
	ID         wire.Text `json:"logisticsId"`
	TrackingNo string    `json:"expressNo"`
	Carrier    wire.Text `json:"expressCode"`
}

type wireNote struct {
	List wire.List[struct {
		Text string `json:"note"`
		Flag string `json:"flagTagCode"`
	}] `json:"orderNoteInfo"`
}

// wireAddress has ciphers and masks, except of an order that is held. The plain
// texts occur only before 2023-03-31.
type wireAddress struct {
	wireRegions
	CipherName    string `json:"encryptedConsignee"`
	CipherPhone   string `json:"encryptedMobile"`
	CipherAddress string `json:"encryptedAddress"`
	MaskName      string `json:"desensitiseConsignee"`
	MaskPhone     string `json:"desensitiseMobile"`
	MaskAddress   string `json:"desensitiseAddress"`
	Name          string `json:"consignee"`
	Phone         string `json:"mobile"`
	Address       string `json:"address"`
}

type wireRegions struct {
	ProvinceCode wire.Text `json:"provinceCode"`
	Province     string    `json:"province"`
	CityCode     wire.Text `json:"cityCode"`
	City         string    `json:"city"`
	DistrictCode wire.Text `json:"districtCode"`
	District     string    `json:"district"`
	TownCode     wire.Text `json:"townCode"`
	Town         string    `json:"town"`
}

// wireSteps are the payments of a deposit presale.
type wireSteps struct {
	Status wire.Object[struct {
		Type   wire.Int `json:"payStepType"`
		Joined wire.Int `json:"orderPayStatus"` // digits: 1, 1, state of the first, 2, state of the second
	}] `json:"orderPaymentStatus"`
	Steps wire.List[wireStep] `json:"orderPaymentSteps"`
}

type wireStep struct {
	Type   wire.Int `json:"payStepType"`
	Status wire.Int `json:"payStepStatus"`
}

type wireDelivery struct {
	Shipped       wire.Int `json:"deliveryNum"` // pieces
	OpenAddressID string   `json:"openAddressId"`
	Serials       wire.Object[struct {
		Types wire.List[wire.Int] `json:"serialType"`
	}] `json:"serialNumberInfo"`
}

// wireGift is a gift, which is an order below the order.
type wireGift struct {
	Base wire.Object[struct {
		ID      wire.Text   `json:"oid"`
		Status  wire.Int    `json:"status"`
		Shipped wire.Millis `json:"sendTime"`
	}] `json:"subOrderBaseInfo"`
	Item     wire.Object[wireLine]      `json:"subOrderItemInfo"`
	Parcels  wire.List[wireOrderParcel] `json:"subOrderLogisticsInfo"`
	Delivery wire.Object[wireDelivery]  `json:"subOrderDeliveryInfo"`
	Type     wire.Int                   `json:"subOrderType"`
}
