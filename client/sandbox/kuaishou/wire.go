package kuaishou

import (
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// The order as open.order.detail answers it; open.order.cursor.list leaves out
// some of it. An order has one line: the item is an object, and gifts are
// orders below it. Money is in fen, times are unix milliseconds, ids are
// numbers.

type order struct {
	Base      orderBase `json:"orderBaseInfo"`
	Item      orderItem `json:"orderItemInfo"`
	Refunds   []refund  `json:"orderRefundList"`
	Logistics []parcel  `json:"orderLogisticsInfo"`
	Note      notes     `json:"orderNote"`
	Address   address   `json:"orderAddress"`
	Delivery  delivery  `json:"orderDeliveryInfo"`
	Gifts     []gift    `json:"subOrderInfo"`
	Steps     *steps    `json:"orderStepInfo,omitempty"` // deposit presales only
	CPS       *cps      `json:"orderCpsInfo"`
	Audit     *audit    `json:"addressUpdateAuditInfo,omitempty"` // changes of address only
}

type orderBase struct {
	OID              int64          `json:"oid"`
	PayTime          int64          `json:"payTime"`
	BuyerImage       string         `json:"buyerImage"`
	BuyerOpenID      string         `json:"buyerOpenId"`
	BuyerNick        string         `json:"buyerNick"`
	SellerOpenID     string         `json:"sellerOpenId"`
	SellerNick       string         `json:"sellerNick"`
	ExpressFee       int64          `json:"expressFee"`
	DiscountFee      int64          `json:"discountFee"`
	TotalFee         int64          `json:"totalFee"` // without freight
	Status           int            `json:"status"`
	SendTime         int64          `json:"sendTime"`
	RefundTime       int64          `json:"refundTime"`
	CreateTime       int64          `json:"createTime"`
	UpdateTime       int64          `json:"updateTime"`
	Remark           string         `json:"remark"`
	DeliverDays      int            `json:"theDayOfDeliverGoodsTime"`
	PromiseOld       int64          `json:"promiseTimeStampOfDelivery"`
	Promise          int64          `json:"validPromiseShipmentTimeStamp"` // 0: cannot be shipped
	ActivityType     int            `json:"activityType"`
	Activities       []int          `json:"allActivityType"`
	CPSType          int            `json:"cpsType"`
	PreSale          int            `json:"preSale"`
	RecvTime         int64          `json:"recvTime"`
	CoType           int            `json:"coType"`
	CommentStatus    int            `json:"commentStatus"`
	PayType          int            `json:"payType"`
	PayChannel       string         `json:"payChannel"`
	RiskCode         int            `json:"riskCode"`
	Delayed          int64          `json:"sellerDelayPromiseTimeStamp"`
	Priority         bool           `json:"priorityDelivery"`
	Urges            int            `json:"remindShipmentSign"`
	Urged            int64          `json:"remindShipmentTime"`
	Seller           seller         `json:"orderSellerRoleInfo"`
	Holds            []int          `json:"disableDeliveryReasonCode"`
	PiecesNo         int64          `json:"multiplePiecesNo"`
	Labels           []int          `json:"orderLabels"`
	SplitAllowed     bool           `json:"enableSplitDeliveryOrder"`
	Channel          string         `json:"channel"`
	AllowanceExpress int64          `json:"allowanceExpressFee"`
	PayDiscount      int64          `json:"payChannelDiscount"`
	Government       int64          `json:"governmentDiscount"`
	TradeIn          int64          `json:"tradeInPayAfterPromoAmount"`
	Risks            []risk         `json:"orderRiskEventInfo"`
	NewBuyer         bool           `json:"shopNewBuyer"` // this and the following members: in the detail only
	PlatformNewBuyer bool           `json:"platformNewBuyer"`
	Tax              map[string]int `json:"orderTaxInfo"`
	CarrierType      int            `json:"carrierType"`
	CarrierID        int64          `json:"carrierId"`
	PrivacyStatus    int            `json:"privacyInfoAuthStatus"`
	PrivacyTime      int64          `json:"privacyInfoAuthTime"`
}

type seller struct {
	RoleType int    `json:"roleType"`
	RoleID   int64  `json:"roleId"`
	RoleName string `json:"roleName"`
}

type risk struct {
	Type int    `json:"riskType"`
	Msg  string `json:"riskMsg"`
}

// orderSKU identifies a SKU, of an order or of the one before a spec change.
type orderSKU struct {
	SKUID    int64  `json:"skuId"`
	RelSKUID int64  `json:"relSkuId"`
	Desc     string `json:"skuDesc"`
	Nick     string `json:"skuNick"` // the merchant's own code
}

type orderItem struct {
	orderSKU
	ItemID        int64        `json:"itemId"`
	RelItemID     int64        `json:"relItemId"`
	Title         string       `json:"itemTitle"`
	LinkURL       string       `json:"itemLinkUrl"`
	PicURL        string       `json:"itemPicUrl"`
	Num           int64        `json:"num"`
	OriginalPrice int64        `json:"originalPrice"`
	DiscountFee   int64        `json:"discountFee"`
	Price         int64        `json:"price"` // of one piece
	ItemType      int          `json:"itemType"`
	GoodsCode     string       `json:"goodsCode"`
	Warehouse     string       `json:"warehouseCode"`
	LineID        int64        `json:"orderItemId,omitempty"`   // not of gifts
	CodeStore     *int64       `json:"goodStoreCode,omitempty"` // not of gifts
	Extra         itemExtra    `json:"itemExtra"`
	Prev          *orderSKU    `json:"itemPrevInfo,omitempty"` // before a change of spec
	Service       *itemService `json:"serviceInfo,omitempty"`
}

type itemExtra struct {
	Category struct {
		ID   int    `json:"itemCid"`
		Name string `json:"categoryName"`
	} `json:"categoryInfo"`
}

type itemService struct {
	Freight bool `json:"freight"`
	Rule    struct {
		SaleFlag bool   `json:"saleFlag"`
		Promise  int64  `json:"promiseDeliveryTime"` // seconds
		Method   string `json:"deliveryMethod"`
	} `json:"serviceRuleInfo"`
}

type refund struct {
	RefundID int64 `json:"refundId"`
	Status   int   `json:"refundStatus"`
	Way      int   `json:"handlingWay"`
	Special  int   `json:"specialRefundType"`
}

type parcel struct {
	ExpressNo   string `json:"expressNo"`
	ExpressCode int    `json:"expressCode"`
	LogisticsID int64  `json:"logisticsId"`
}

type notes struct {
	Old  []string `json:"sellerNote"`
	List []note   `json:"orderNoteInfo"` // newest first
}

type note struct {
	CreateTime int64  `json:"createTime"`
	Note       string `json:"note"`
	Flag       string `json:"flagTagCode"`
	Operator   string `json:"operatorName"`
}

// region is the plain part of an address. Its codes are numbers.
type region struct {
	ProvinceCode int64  `json:"provinceCode"`
	Province     string `json:"province"`
	CityCode     int64  `json:"cityCode"`
	City         string `json:"city"`
	DistrictCode int64  `json:"districtCode"`
	District     string `json:"district"`
	TownCode     int64  `json:"townCode"`
	Town         string `json:"town"`
}

// address holds ciphers and masks. An order that must not be shipped has
// neither.
type address struct {
	Name        nullable `json:"encryptedConsignee"`
	MaskName    nullable `json:"desensitiseConsignee"`
	Mobile      nullable `json:"encryptedMobile"`
	MaskMobile  nullable `json:"desensitiseMobile"`
	Address     nullable `json:"encryptedAddress"`
	MaskAddress nullable `json:"desensitiseAddress"`
	region
}

// nullable is a text that is null if empty.
type nullable string

// MarshalJSON writes null for "".
func (t nullable) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return stage.Encode(string(t)), nil
}

type delivery struct {
	MaxPackages   int    `json:"maxPackageNum"`
	Append        bool   `json:"enableAppendPackage"`
	TotalPackages int    `json:"totalPackageNum"`
	DeliveryNum   int64  `json:"deliveryNum"` // pieces shipped
	Packages      int    `json:"packageNum"`
	Split         bool   `json:"splitDeliveryOrder"`
	MergeType     int    `json:"mergeDeliveryType"`
	OpenAddressID string `json:"openAddressId"` // equal ones may share a parcel
	Status        int    `json:"deliveryStatus"`
}

// gift is an order below an order.
type gift struct {
	Base struct {
		OID        int64 `json:"oid"`
		Status     int   `json:"status"`
		SendTime   int64 `json:"sendTime"`
		UpdateTime int64 `json:"updateTime"`
		RecvTime   int64 `json:"recvTime"`
	} `json:"subOrderBaseInfo"`
	Item      orderItem `json:"subOrderItemInfo"`
	Logistics []parcel  `json:"subOrderLogisticsInfo"`
	Delivery  struct {
		DeliveryNum int64 `json:"deliveryNum"`
		Packages    int   `json:"packageNum"`
	} `json:"subOrderDeliveryInfo"`
	Type int `json:"subOrderType"`
}

// steps are the payments of a deposit presale.
type steps struct {
	Status struct {
		Type   int `json:"payStepType"`
		Joined int `json:"orderPayStatus"` // digits: 1, 1, state of the first, 2, state of the second
	} `json:"orderPaymentStatus"`
	List []step `json:"orderPaymentSteps"`
}

type step struct {
	ID       int64  `json:"id"`
	Type     int    `json:"payStepType"`
	No       int    `json:"payStepNo"`
	Name     string `json:"payStepName"`
	Status   int    `json:"payStepStatus"`
	Price    int64  `json:"stepPrice"`
	Num      int64  `json:"skuNum"`
	Total    int64  `json:"stepTotalPrice"`
	Discount int64  `json:"discountFee"`
	Express  int64  `json:"expressFee"`
	Payment  int64  `json:"paymentFee"`
	PayTime  int64  `json:"payTime"`
	Channel  string `json:"payChannelDesc"`
	Start    int64  `json:"startPayTime"`
	End      int64  `json:"endPayTime"`
}

type cps struct {
	DistributorID   int64  `json:"distributorId"`
	DistributorName string `json:"distributorName"`
}

// audit is a buyer's change of address.
type audit struct {
	Before  auditAddress `json:"addressBeforeUpdate"`
	After   auditAddress `json:"addressAfterUpdate"`
	Status  int          `json:"auditStatus"`
	Timeout int64        `json:"timeoutOfAudit"`
	Time    int64        `json:"auditTime"`
}

type auditAddress struct {
	region
	MetaVersion int      `json:"addressMetaVersion"`
	AddressID   int64    `json:"addressId"`
	MaskAddress nullable `json:"desensitiseAddress"`
	Address     nullable `json:"encryptedAddress"`
}
