package sandbox

import (
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// The order as open.order.detail answers it; open.order.cursor.list leaves out
// some of it. One order is one line: what was bought is an object, and gifts
// are orders below it. Money is in fen, times are unix milliseconds, ids are
// numbers.

type ksOrder struct {
	Base      ksBase     `json:"orderBaseInfo"`
	Item      ksItem     `json:"orderItemInfo"`
	Refunds   []ksRefund `json:"orderRefundList"`
	Logistics []ksParcel `json:"orderLogisticsInfo"`
	Note      ksNotes    `json:"orderNote"`
	Address   ksAddress  `json:"orderAddress"`
	Delivery  ksDelivery `json:"orderDeliveryInfo"`
	Gifts     []ksGift   `json:"subOrderInfo"`
	Steps     *ksSteps   `json:"orderStepInfo,omitempty"` // of a deposit presale
	CPS       *ksCPS     `json:"orderCpsInfo"`
	Audit     *ksAudit   `json:"addressUpdateAuditInfo,omitempty"` // of a change of address
}

type ksBase struct {
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
	Seller           ksSeller       `json:"orderSellerRoleInfo"`
	Holds            []int          `json:"disableDeliveryReasonCode"`
	PiecesNo         int64          `json:"multiplePiecesNo"`
	Labels           []int          `json:"orderLabels"`
	SplitAllowed     bool           `json:"enableSplitDeliveryOrder"`
	Channel          string         `json:"channel"`
	AllowanceExpress int64          `json:"allowanceExpressFee"`
	PayDiscount      int64          `json:"payChannelDiscount"`
	Government       int64          `json:"governmentDiscount"`
	TradeIn          int64          `json:"tradeInPayAfterPromoAmount"`
	Risks            []ksRisk       `json:"orderRiskEventInfo"`
	NewBuyer         bool           `json:"shopNewBuyer"` // this and the rest in the detail only
	PlatformNewBuyer bool           `json:"platformNewBuyer"`
	Tax              map[string]int `json:"orderTaxInfo"`
	CarrierType      int            `json:"carrierType"`
	CarrierID        int64          `json:"carrierId"`
	PrivacyStatus    int            `json:"privacyInfoAuthStatus"`
	PrivacyTime      int64          `json:"privacyInfoAuthTime"`
}

type ksSeller struct {
	RoleType int    `json:"roleType"`
	RoleID   int64  `json:"roleId"`
	RoleName string `json:"roleName"`
}

type ksRisk struct {
	Type int    `json:"riskType"`
	Msg  string `json:"riskMsg"`
}

// ksSKU is what names a SKU, of a line and of what a line was before.
type ksSKU struct {
	SKUID    int64  `json:"skuId"`
	RelSKUID int64  `json:"relSkuId"`
	Desc     string `json:"skuDesc"`
	Nick     string `json:"skuNick"` // the merchant's own code
}

type ksItem struct {
	ksSKU
	ItemID        int64          `json:"itemId"`
	RelItemID     int64          `json:"relItemId"`
	Title         string         `json:"itemTitle"`
	LinkURL       string         `json:"itemLinkUrl"`
	PicURL        string         `json:"itemPicUrl"`
	Num           int64          `json:"num"`
	OriginalPrice int64          `json:"originalPrice"`
	DiscountFee   int64          `json:"discountFee"`
	Price         int64          `json:"price"` // of one piece
	ItemType      int            `json:"itemType"`
	GoodsCode     string         `json:"goodsCode"`
	Warehouse     string         `json:"warehouseCode"`
	LineID        int64          `json:"orderItemId,omitempty"`   // not of gifts
	CodeStore     *int64         `json:"goodStoreCode,omitempty"` // not of gifts
	Extra         ksItemExtra    `json:"itemExtra"`
	Prev          *ksSKU         `json:"itemPrevInfo,omitempty"` // before a change of spec
	Service       *ksItemService `json:"serviceInfo,omitempty"`
}

type ksItemExtra struct {
	Category struct {
		ID   int    `json:"itemCid"`
		Name string `json:"categoryName"`
	} `json:"categoryInfo"`
}

type ksItemService struct {
	Freight bool `json:"freight"`
	Rule    struct {
		SaleFlag bool   `json:"saleFlag"`
		Promise  int64  `json:"promiseDeliveryTime"` // seconds
		Method   string `json:"deliveryMethod"`
	} `json:"serviceRuleInfo"`
}

type ksRefund struct {
	RefundID int64 `json:"refundId"`
	Status   int   `json:"refundStatus"`
	Way      int   `json:"handlingWay"`
	Special  int   `json:"specialRefundType"`
}

type ksParcel struct {
	ExpressNo   string `json:"expressNo"`
	ExpressCode int    `json:"expressCode"`
	LogisticsID int64  `json:"logisticsId"`
}

type ksNotes struct {
	Old  []string `json:"sellerNote"`
	List []ksNote `json:"orderNoteInfo"` // newest first
}

type ksNote struct {
	CreateTime int64  `json:"createTime"`
	Note       string `json:"note"`
	Flag       string `json:"flagTagCode"`
	Operator   string `json:"operatorName"`
}

// ksRegion is the plain part of an address. Its codes are numbers here.
type ksRegion struct {
	ProvinceCode int64  `json:"provinceCode"`
	Province     string `json:"province"`
	CityCode     int64  `json:"cityCode"`
	City         string `json:"city"`
	DistrictCode int64  `json:"districtCode"`
	District     string `json:"district"`
	TownCode     int64  `json:"townCode"`
	Town         string `json:"town"`
}

// ksAddress carries ciphers and masks. An order that must not be shipped has
// neither.
type ksAddress struct {
	Name        ksNullable `json:"encryptedConsignee"`
	MaskName    ksNullable `json:"desensitiseConsignee"`
	Mobile      ksNullable `json:"encryptedMobile"`
	MaskMobile  ksNullable `json:"desensitiseMobile"`
	Address     ksNullable `json:"encryptedAddress"`
	MaskAddress ksNullable `json:"desensitiseAddress"`
	ksRegion
}

// ksNullable is text that is null where there is none.
type ksNullable string

// MarshalJSON writes null for no text.
func (t ksNullable) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return stage.Encode(string(t)), nil
}

type ksDelivery struct {
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

// ksGift is an order below an order.
type ksGift struct {
	Base struct {
		OID        int64 `json:"oid"`
		Status     int   `json:"status"`
		SendTime   int64 `json:"sendTime"`
		UpdateTime int64 `json:"updateTime"`
		RecvTime   int64 `json:"recvTime"`
	} `json:"subOrderBaseInfo"`
	Item      ksItem     `json:"subOrderItemInfo"`
	Logistics []ksParcel `json:"subOrderLogisticsInfo"`
	Delivery  struct {
		DeliveryNum int64 `json:"deliveryNum"`
		Packages    int   `json:"packageNum"`
	} `json:"subOrderDeliveryInfo"`
	Type int `json:"subOrderType"`
}

// ksSteps are the payments of a deposit presale.
type ksSteps struct {
	Status struct {
		Type   int `json:"payStepType"`
		Joined int `json:"orderPayStatus"` // digits: 1, 1, state of the first, 2, state of the second
	} `json:"orderPaymentStatus"`
	List []ksStep `json:"orderPaymentSteps"`
}

type ksStep struct {
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

type ksCPS struct {
	DistributorID   int64  `json:"distributorId"`
	DistributorName string `json:"distributorName"`
}

// ksAudit is a buyer's wish for another address.
type ksAudit struct {
	Before  ksAuditAddress `json:"addressBeforeUpdate"`
	After   ksAuditAddress `json:"addressAfterUpdate"`
	Status  int            `json:"auditStatus"`
	Timeout int64          `json:"timeoutOfAudit"`
	Time    int64          `json:"auditTime"`
}

type ksAuditAddress struct {
	ksRegion
	MetaVersion int        `json:"addressMetaVersion"`
	AddressID   int64      `json:"addressId"`
	MaskAddress ksNullable `json:"desensitiseAddress"`
	Address     ksNullable `json:"encryptedAddress"`
}
