package doudian

import (
	"encoding/json"

	"github.com/mallwire/mall/internal/wire"
)

// wire types of an order: the fields of orderDetail that the neutral model has,
// as in sevencat/ecommerce_sdk and zsmhub/doudian-sdk. Numbers and truth values
// also come as text.

type wireOrder struct {
	ID               wire.Text                  `json:"order_id"`
	ShopID           wire.Text                  `json:"shop_id"`
	Biz              wire.Int                   `json:"biz"`
	Type             wire.Int                   `json:"order_type"`
	Status           wire.Int                   `json:"order_status"`
	MainStatus       wire.Int                   `json:"main_status"`
	Created          wire.Seconds               `json:"create_time"`
	Updated          wire.Seconds               `json:"update_time"`
	Paid             wire.Seconds               `json:"pay_time"`
	ShipBy           wire.Seconds               `json:"exp_ship_time"`
	Shipped          wire.Seconds               `json:"ship_time"`
	Finished         wire.Seconds               `json:"finish_time"`
	PayType          wire.Text                  `json:"pay_type"`
	CancelReason     string                     `json:"cancel_reason"`
	BuyerWords       string                     `json:"buyer_words"`
	SellerWords      string                     `json:"seller_words"`
	Stars            wire.Int                   `json:"seller_remark_stars"`
	Total            wire.Int                   `json:"order_amount"`
	Pay              wire.Int                   `json:"pay_amount"`
	Freight          wire.Int                   `json:"post_amount"`
	Discount         wire.Int                   `json:"promotion_amount"`
	ShopDiscount     wire.Int                   `json:"promotion_shop_amount"`
	PlatformDiscount wire.Int                   `json:"promotion_platform_amount"`
	Tax              wire.Int                   `json:"tax_amount"`
	BuyerID          string                     `json:"doudian_open_id"`
	OpenAddressID    string                     `json:"open_address_id"`
	CipherName       string                     `json:"encrypt_post_receiver"`
	CipherPhone      string                     `json:"encrypt_post_tel"`
	MaskName         string                     `json:"mask_post_receiver"`
	MaskPhone        string                     `json:"mask_post_tel"`
	PlainName        string                     `json:"post_receiver"`
	PlainPhone       string                     `json:"post_tel"`
	Address          wire.Object[wireAddress]   `json:"post_addr"`
	MaskAddress      wire.Object[wireAddress]   `json:"mask_post_addr"`
	Lines            wire.List[wireLine]        `json:"sku_order_list"`
	Parcels          wire.List[wireParcel]      `json:"logistics_info"`
	Phases           wire.List[json.RawMessage] `json:"order_phase_list"`
}

type wireAddress struct {
	Province wire.Object[place] `json:"province"`
	City     wire.Object[place] `json:"city"`
	Town     wire.Object[place] `json:"town"` // the district
	Street   wire.Object[place] `json:"street"`
	Cipher   string             `json:"encrypt_detail"`
	Detail   string             `json:"detail"`
}

type place struct {
	ID   wire.Text `json:"id"`
	Name string    `json:"name"`
}

type wireLine struct {
	ID            wire.Text                  `json:"order_id"` // of the first line: the id of the order
	Biz           wire.Int                   `json:"biz"`
	Type          wire.Int                   `json:"order_type"`
	TradeType     wire.Int                   `json:"trade_type"`
	Status        wire.Int                   `json:"order_status"`
	MainStatus    wire.Int                   `json:"main_status"`
	ProductID     wire.Text                  `json:"product_id"`
	ProductIDText string                     `json:"product_id_str"`
	ProductName   string                     `json:"product_name"`
	Picture       string                     `json:"product_pic"`
	SKUID         wire.Text                  `json:"sku_id"`
	Code          string                     `json:"code"`
	OuterSKU      wire.Text                  `json:"out_sku_id"`
	Specs         wire.List[wireSpec]        `json:"spec"`
	Quantity      wire.Int                   `json:"item_num"`
	Price         wire.Int                   `json:"origin_amount"`
	Pay           wire.Int                   `json:"pay_amount"`
	Discount      wire.Int                   `json:"promotion_amount"`
	ShipBy        wire.Seconds               `json:"exp_ship_time"`
	Shipped       wire.Seconds               `json:"ship_time"`
	AfterSale     wire.Object[wireAfterSale] `json:"after_sale_info"`
	GoodsType     wire.Int                   `json:"goods_type"`
	Presale       wire.Int                   `json:"pre_sale_type"`
	Inspection    wire.Int                   `json:"quality_inspection_status"`
	NeedSerial    wire.Bool                  `json:"need_serial_number"`
	GiftKind      string                     `json:"given_product_type"`
	GiftOf        wire.List[string]          `json:"master_sku_order_id_list"`
}

type wireSpec struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type wireAfterSale struct {
	Status wire.Int `json:"after_sale_status"`
	Type   wire.Int `json:"after_sale_type"`
}

type wireParcel struct {
	ID          wire.Text    `json:"delivery_id"`
	TrackingNo  string       `json:"tracking_no"`
	Company     string       `json:"company"`
	CompanyName string       `json:"company_name"`
	Shipped     wire.Seconds `json:"ship_time"`
	Items       wire.List[struct {
		LineID   wire.Text `json:"sku_order_id"`
		Quantity wire.Int  `json:"product_count"`
	}] `json:"product_info"`
}
