package doudian

// The order as order.searchList and order.orderDetail answer it. Members that
// the sandbox never fills are left out; the platform's own answers differ in
// that too. Money is in fen, times are unix seconds.

type order struct {
	OrderID          string      `json:"order_id"`
	ShopID           int64       `json:"shop_id"`
	ShopName         string      `json:"shop_name"`
	OpenID           string      `json:"open_id"`
	OrderLevel       int         `json:"order_level"`
	Biz              int         `json:"biz"`
	BizDesc          string      `json:"biz_desc"`
	OrderType        int         `json:"order_type"`
	OrderTypeDesc    string      `json:"order_type_desc"`
	TradeType        int         `json:"trade_type"`
	OrderStatus      int         `json:"order_status"`
	OrderStatusDesc  string      `json:"order_status_desc"`
	MainStatus       int         `json:"main_status"`
	MainStatusDesc   string      `json:"main_status_desc"`
	PayTime          int64       `json:"pay_time"`
	OrderExpireTime  int64       `json:"order_expire_time"`
	FinishTime       int64       `json:"finish_time"`
	CreateTime       int64       `json:"create_time"`
	UpdateTime       int64       `json:"update_time"`
	CancelReason     string      `json:"cancel_reason"`
	BuyerWords       string      `json:"buyer_words"`
	SellerWords      string      `json:"seller_words"`
	SellerStars      int         `json:"seller_remark_stars"`
	BType            int         `json:"b_type"`
	BTypeDesc        string      `json:"b_type_desc"`
	SubBType         int         `json:"sub_b_type"`
	AppID            int64       `json:"app_id"`
	PayType          int         `json:"pay_type"`
	ChannelPaymentNo string      `json:"channel_payment_no"`
	OrderAmount      int64       `json:"order_amount"`
	PayAmount        int64       `json:"pay_amount"`
	PostAmount       int64       `json:"post_amount"`
	PostInsurance    int64       `json:"post_insurance_amount"`
	ModifyAmount     int64       `json:"modify_amount"`
	ModifyPostAmount int64       `json:"modify_post_amount"`
	Promotion        int64       `json:"promotion_amount"`
	PromotionShop    int64       `json:"promotion_shop_amount"`
	PromotionPlat    int64       `json:"promotion_platform_amount"`
	PromotionTalent  int64       `json:"promotion_talent_amount"`
	PromotionPay     int64       `json:"promotion_pay_amount"`
	ShopCost         int64       `json:"shop_cost_amount"`
	PlatformCost     int64       `json:"platform_cost_amount"`
	EncryptTel       string      `json:"encrypt_post_tel"`
	EncryptReceiver  string      `json:"encrypt_post_receiver"`
	PostAddr         address     `json:"post_addr"`
	MaskReceiver     string      `json:"mask_post_receiver"`
	MaskTel          string      `json:"mask_post_tel"`
	MaskAddr         address     `json:"mask_post_addr"`
	ExpShipTime      int64       `json:"exp_ship_time"`
	ShipTime         int64       `json:"ship_time"`
	Logistics        []parcel    `json:"logistics_info"`
	Lines            []orderLine `json:"sku_order_list"`
	DoudianOpenID    string      `json:"doudian_open_id"`
	OpenAddressID    string      `json:"open_address_id"`
	SerialNumbers    []string    `json:"serial_number_list"`
	Tags             []tag       `json:"shop_order_tag_ui"`
	UserTags         []tag       `json:"user_tag_ui"`
	Phases           []phase     `json:"order_phase_list"`
	TotalPromotion   int64       `json:"total_promotion_amount"`
	PostOrigin       int64       `json:"post_origin_amount"`
	PostPromotion    int64       `json:"post_promotion_amount"`
	PromiseInfo      string      `json:"promise_info"`
	UserIDInfo       *identity   `json:"user_id_info,omitempty"` // cross-border orders only
}

type orderLine struct {
	OrderID         string      `json:"order_id"`
	ParentOrderID   string      `json:"parent_order_id"`
	OrderLevel      int         `json:"order_level"`
	Biz             int         `json:"biz"`
	BizDesc         string      `json:"biz_desc"`
	OrderType       int         `json:"order_type"`
	OrderTypeDesc   string      `json:"order_type_desc"`
	TradeType       int         `json:"trade_type"`
	TradeTypeDesc   string      `json:"trade_type_desc"`
	OrderStatus     int         `json:"order_status"`
	OrderStatusDesc string      `json:"order_status_desc"`
	MainStatus      int         `json:"main_status"`
	PayTime         int64       `json:"pay_time"`
	CreateTime      int64       `json:"create_time"`
	UpdateTime      int64       `json:"update_time"`
	FinishTime      int64       `json:"finish_time"`
	OrderExpireTime int64       `json:"order_expire_time"`
	CancelReason    string      `json:"cancel_reason"`
	BType           int         `json:"b_type"`
	SubBType        int         `json:"sub_b_type"`
	CBiz            int         `json:"c_biz"`
	PayType         int         `json:"pay_type"`
	ThemeType       string      `json:"theme_type"`
	GoodsType       int         `json:"goods_type"`
	OrderAmount     int64       `json:"order_amount"`
	PayAmount       int64       `json:"pay_amount"`
	PostAmount      int64       `json:"post_amount"`
	Promotion       int64       `json:"promotion_amount"`
	OriginAmount    int64       `json:"origin_amount"`
	GoodsPrice      int64       `json:"goods_price"`
	SumAmount       int64       `json:"sum_amount"`
	ModifyAmount    int64       `json:"modify_amount"`
	Code            string      `json:"code"`
	OutSKUID        string      `json:"out_sku_id"`
	ProductID       int64       `json:"product_id"`
	ProductIDStr    string      `json:"product_id_str"`
	SKUID           int64       `json:"sku_id"`
	ProductName     string      `json:"product_name"`
	ProductPic      string      `json:"product_pic"`
	ItemNum         int64       `json:"item_num"`
	Spec            []spec      `json:"spec"`
	ExpShipTime     int64       `json:"exp_ship_time"`
	ShipTime        int64       `json:"ship_time"`
	AfterSale       afterSale   `json:"after_sale_info"`
	Inventory       []inventory `json:"inventory_list"`
	NeedSerial      bool        `json:"need_serial_number"`
	GivenType       string      `json:"given_product_type"`
	MasterLines     []string    `json:"master_sku_order_id_list"`
	Tags            []tag       `json:"sku_order_tag_ui"`
	PreSaleType     int         `json:"pre_sale_type"`
	Inspection      int         `json:"quality_inspection_status"`
	HasTax          bool        `json:"has_tax"`
	EncryptTel      string      `json:"encrypt_post_tel"`
	EncryptReceiver string      `json:"encrypt_post_receiver"`
	PostAddr        address     `json:"post_addr"`
	TaxAmount       int64       `json:"tax_amount"`
}

type area struct {
	Name string `json:"name"`
	ID   string `json:"id"`
}

// address has its last part as cipher or mask, never as plain text.
type address struct {
	Province      area   `json:"province"`
	City          area   `json:"city"`
	Town          area   `json:"town"`
	Street        area   `json:"street"`
	EncryptDetail string `json:"encrypt_detail,omitempty"`
	Detail        string `json:"detail,omitempty"` // masked
}

type spec struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type afterSale struct {
	Status       int `json:"after_sale_status"`
	Type         int `json:"after_sale_type"`
	RefundStatus int `json:"refund_status"`
}

type inventory struct {
	WarehouseID    string `json:"warehouse_id"`
	OutWarehouseID string `json:"out_warehouse_id"`
	Type           int    `json:"inventory_type"`
	TypeDesc       string `json:"inventory_type_desc"`
	Count          int64  `json:"count"`
	WarehouseType  int    `json:"warehouse_type"`
}

type tag struct {
	Key  string `json:"key"`
	Text string `json:"text"`
}

type parcel struct {
	TrackingNo  string     `json:"tracking_no"`
	Company     string     `json:"company"`
	CompanyName string     `json:"company_name"`
	ShipTime    int64      `json:"ship_time"`
	DeliveryID  string     `json:"delivery_id"`
	Products    []inParcel `json:"product_info"`
}

type inParcel struct {
	ProductName  string `json:"product_name"`
	Price        int64  `json:"price"`
	OuterSKUID   string `json:"outer_sku_id"`
	SKUID        int64  `json:"sku_id"`
	Specs        []spec `json:"sku_specs"`
	Count        int64  `json:"product_count"`
	ProductID    int64  `json:"product_id"`
	LineID       string `json:"sku_order_id"`
	ProductIDStr string `json:"product_id_str"`
}

// phase is one payment of a deposit presale.
type phase struct {
	PhaseOrderID     string `json:"phase_order_id"`
	TotalPhase       int    `json:"total_phase"`
	CurrentPhase     int    `json:"current_phase"`
	PaySuccess       bool   `json:"pay_success"`
	LineID           string `json:"sku_order_id"`
	CampaignID       string `json:"campaign_id"`
	PayablePrice     int64  `json:"phase_payable_price"`
	PayType          int    `json:"phase_pay_type"`
	OpenTime         int64  `json:"phase_open_time"`
	PayTime          int64  `json:"phase_pay_time"`
	CloseTime        int64  `json:"phase_close_time"`
	ChannelPaymentNo string `json:"channel_payment_no"`
	OrderAmount      int64  `json:"phase_order_amount"`
	SumAmount        int64  `json:"phase_sum_amount"`
	PostAmount       int64  `json:"phase_post_amount"`
	PayAmount        int64  `json:"phase_pay_amount"`
	Promotion        int64  `json:"phase_promotion_amount"`
	StatusDesc       string `json:"current_phase_status_desc"`
}

// identity is the buyer's identity for customs.
type identity struct {
	EncryptNo   string `json:"encrypt_id_card_no"`
	EncryptName string `json:"encrypt_id_card_name"`
}
