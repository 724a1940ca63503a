package kuaishou

import (
	"context"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/internal/wire"
)

// Fees are the amounts of one order and who pays for its discounts. The order
// itself does not say this, and accounts are settled by it. SellerReceives is
// Goods + Freight; BuyerPays is SellerReceives less PlatformBears.
type Fees struct {
	OrderID        string
	Goods          mall.Fen // without freight and the merchant's share of the discounts
	Freight        mall.Fen
	Discount       mall.Fen
	SellerReceives mall.Fen
	BuyerPays      mall.Fen
	PlatformBears  mall.Fen
	MerchantBears  mall.Fen
	Discounts      []FeeDiscount // of the order as a whole
	Items          []FeeItem
}

// FeeItem holds the amounts of one SKU of the order.
type FeeItem struct {
	OrderID   string // a gift has an order id of its own
	SKUID     string
	Quantity  int64
	ListPrice mall.Fen // of one piece, before discounts
	Price     mall.Fen // of one piece
	Discount  mall.Fen
	Discounts []FeeDiscount
}

// FeeDiscount is one discount and who pays for it. Type and SubType are the
// platform's numbers, such as 1000 coupon, 4000 several pieces, 5000 direct.
type FeeDiscount struct {
	Type, SubType string
	Amount        mall.Fen
	Bearers       []FeeBearer
}

// FeeBearer is the share of a discount that one party pays. Bearer is the
// platform's number: 1 merchant, 2 platform, 3 anchor, 4 stored value.
type FeeBearer struct {
	Bearer string
	Amount mall.Fen
}

// FeeDetail reads the amounts of an order with open.seller.order.fee.detail.
// Another merchant's order is mall.ErrPermission. How the platform refuses an
// unknown id is unconfirmed: mall.ErrRejected, by the error table.
func FeeDetail(ctx context.Context, shop *client.Shop, orderID string) (Fees, error) {
	w, err := feeDetail.Call(ctx, shop, feeParams{number(orderID)})
	if err != nil {
		return Fees{}, settle.Failure(mall.Kuaishou, "read fees", err)
	}
	f := Fees{
		OrderID: string(w.OrderID), Goods: mall.Fen(w.Total), Freight: mall.Fen(w.Freight), Discount: mall.Fen(w.Discount),
		SellerReceives: mall.Fen(w.SellerReceives), BuyerPays: mall.Fen(w.BuyerPays),
		PlatformBears: mall.Fen(w.PlatformBears), MerchantBears: mall.Fen(w.MerchantBears),
		Discounts: discountsOf(w.Discounts),
	}
	for _, i := range w.Items {
		f.Items = append(f.Items, FeeItem{
			OrderID: string(i.OrderID), SKUID: idOf(i.SKUID), Quantity: int64(i.Quantity),
			ListPrice: mall.Fen(i.Original), Price: mall.Fen(i.Price),
			Discount: mall.Fen(i.Discount), Discounts: discountsOf(i.Discounts),
		})
	}
	return f, nil
}

func discountsOf(list []wireDiscount) (discounts []FeeDiscount) {
	for _, w := range list {
		d := FeeDiscount{Type: string(w.Type), SubType: string(w.SubType), Amount: mall.Fen(w.Amount)}
		for _, b := range w.Bearers {
			d.Bearers = append(d.Bearers, FeeBearer{Bearer: string(b.Bearer), Amount: mall.Fen(b.Amount)})
		}
		discounts = append(discounts, d)
	}
	return discounts
}

// PrintElement is something that a label can show (打印项), for designing
// templates.
type PrintElement struct {
	Code    string `json:"code"`
	Name    string `json:"name"`
	Remark  string `json:"remark,omitempty"`
	Custom  bool   `json:"custom"` // belongs to the shop's own templates, not the platform's
	Content string `json:"content,omitempty"`
}

// PrintElements calls open.express.printer.element.query. Errors are those of
// client.Call.
func PrintElements(ctx context.Context, shop *client.Shop) ([]PrintElement, error) {
	rows, err := printElements.Call(ctx, shop, none{})
	if err != nil {
		return nil, settle.Failure(mall.Kuaishou, "list print elements", err)
	}
	var list []PrintElement
	for _, r := range rows {
		list = append(list, PrintElement{r.Code, r.Name, r.Remark, r.Type == customElement, r.Content})
	}
	return list, nil
}

// District is a region of the platform's table, with the regions in it. A
// municipality (直辖市) is in the table twice, as province and as city.
type District struct {
	Code string     `json:"code"`
	Name string     `json:"name"`
	In   []District `json:"in,omitempty"`
}

// Districts calls open.address.district.list for the table of 2021, which has
// four levels and whose codes addresses use. The table is large: keep it.
// Errors are those of client.Call.
func Districts(ctx context.Context, shop *client.Shop) ([]District, error) {
	answer, err := districtList.Call(ctx, shop, districtParams{"2021"})
	if err != nil {
		return nil, settle.Failure(mall.Kuaishou, "list districts", err)
	}
	return districtsOf(answer.Districts), nil
}

// endpoints and wire types

var (
	feeDetail     = endpoint[feeParams, wireFees]("open.seller.order.fee.detail", get|repeatable)
	printElements = endpoint[none, wire.List[wireElement]]("open.express.printer.element.query", get|repeatable)
	districtList  = endpoint[districtParams, districtAnswer]("open.address.district.list", get|repeatable)
)

type feeParams struct {
	ID number `json:"orderId"`
}

type wireFees struct {
	OrderID        wire.Text               `json:"oid"`
	Total          wire.Int                `json:"totalFee"`
	Freight        wire.Int                `json:"expressFee"`
	Discount       wire.Int                `json:"discountFee"`
	SellerReceives wire.Int                `json:"sellerRecv"`
	BuyerPays      wire.Int                `json:"buyerPay"`
	PlatformBears  wire.Int                `json:"platformBearAmount"`
	MerchantBears  wire.Int                `json:"merchantBearAmount"`
	Discounts      wire.List[wireDiscount] `json:"marketingInfoOuters"`
	Items          wire.List[struct {
		OrderID   wire.Text               `json:"oid"`
		SKUID     wire.Text               `json:"skuId"`
		Quantity  wire.Int                `json:"num"`
		Original  wire.Int                `json:"originalPrice"`
		Price     wire.Int                `json:"price"`
		Discount  wire.Int                `json:"discountFee"`
		Discounts wire.List[wireDiscount] `json:"productMarketingInfoOuters"`
	}] `json:"productFeeInfoOuters"`
}

type wireDiscount struct {
	Type    wire.Text `json:"type"`
	SubType wire.Text `json:"subType"`
	Amount  wire.Int  `json:"discountFee"`
	Bearers wire.List[struct {
		Bearer wire.Text `json:"bearer"`
		Amount wire.Int  `json:"bearAmount"`
	}] `json:"bearInfoList"`
}

const customElement = 2

type wireElement struct {
	Code    string   `json:"itemCode"`
	Name    string   `json:"itemName"`
	Remark  string   `json:"itemRemark"`
	Type    wire.Int `json:"itemType"`
	Content string   `json:"itemContent"`
}

type districtParams struct {
	Version string `json:"districtVersion"`
}

type districtAnswer struct {
	Districts wire.List[wireDistrict] `json:"districts"`
}

type wireDistrict struct {
	Code wire.Text               `json:"code"`
	Name string                  `json:"name"`
	In   wire.List[wireDistrict] `json:"children"`
}

func districtsOf(rows []wireDistrict) (list []District) {
	for _, r := range rows {
		list = append(list, District{string(r.Code), r.Name, districtsOf(r.In)})
	}
	return list
}
