package signing

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// shipment is a call of 15 parameters, its fields in the order of the platform's
// documents, not of the alphabet. orderedShipment is the same in key order.
type shipment struct {
	OrderID      string `json:"order_id"`
	Company      string `json:"company"`
	CompanyCode  string `json:"company_code"`
	LogisticsID  string `json:"logistics_id"`
	Code         string `json:"logistics_code"`
	IsRejected   bool   `json:"is_refund_reject"`
	SerialNumber string `json:"serial_number"`
	RequestID    string `json:"request_id"`
	StoreID      int64  `json:"store_id"`
	AddressID    string `json:"address_id"`
	AfterSale    string `json:"after_sale_address_id"`
	Remark       string `json:"remark"`
	ShopID       int64  `json:"shop_id"`
	UserID       int64  `json:"user_id"`
	Lines        []line `json:"shipped_order_info"`
}

type line struct {
	ID  string `json:"shipped_order_id"`
	Num int64  `json:"shipped_num"`
}

type orderedShipment struct {
	AddressID    string        `json:"address_id"`
	AfterSale    string        `json:"after_sale_address_id"`
	Company      string        `json:"company"`
	CompanyCode  string        `json:"company_code"`
	IsRejected   bool          `json:"is_refund_reject"`
	Code         string        `json:"logistics_code"`
	LogisticsID  string        `json:"logistics_id"`
	OrderID      string        `json:"order_id"`
	Remark       string        `json:"remark"`
	RequestID    string        `json:"request_id"`
	SerialNumber string        `json:"serial_number"`
	Lines        []orderedLine `json:"shipped_order_info"`
	ShopID       int64         `json:"shop_id"`
	StoreID      int64         `json:"store_id"`
	UserID       int64         `json:"user_id"`
}

type orderedLine struct {
	Num int64  `json:"shipped_num"`
	ID  string `json:"shipped_order_id"`
}

var benchShipment = shipment{
	OrderID: "6920000000000000001", Company: "顺丰速运", CompanyCode: "shunfeng", LogisticsID: "12",
	Code: "SF1000000000001", SerialNumber: "SN-0001", RequestID: "1735660800-0001", StoreID: 10000001,
	AddressID: "700000000001", AfterSale: "700000000002", Remark: "请放前台，谢谢 <A&B>", ShopID: 10000001,
	UserID: 6920000000000000002,
	Lines:  []line{{"6920000000000000001", 1}, {"6920000000000000002", 2}},
}

var benchOrdered = orderedShipment{
	OrderID: "6920000000000000001", Company: "顺丰速运", CompanyCode: "shunfeng", LogisticsID: "12",
	Code: "SF1000000000001", SerialNumber: "SN-0001", RequestID: "1735660800-0001", StoreID: 10000001,
	AddressID: "700000000001", AfterSale: "700000000002", Remark: "请放前台，谢谢 <A&B>", ShopID: 10000001,
	UserID: 6920000000000000002,
	Lines:  []orderedLine{{1, "6920000000000000001"}, {2, "6920000000000000002"}},
}

func benchCall(t testing.TB) DoudianCall {
	params, err := AppendDoudianParams(nil, benchShipment)
	require.NoError(t, err)
	return DoudianCall{
		AppKey: "7000000000000000001", Method: "order.logisticsAddMultiPack", ParamJSON: params, Timestamp: "1735660800",
	}
}

func hotDoudian(h hot) []hotCase {
	call := benchCall(h.t)
	params := make([]byte, 0, 4096)
	return []hotCase{
		{"Doudian/canonical", 1.3, func(dst []byte) []byte { return call.AppendSign(dst, h.k) }, h.hmacSHA256(call), 0},
		{"Doudian/typed", 4, func(dst []byte) []byte {
			c := call
			c.ParamJSON, _ = AppendDoudianParams(params, &benchOrdered)
			return c.AppendSign(dst, h.k)
		}, h.hmacSHA256(call), 0},
		{"Doudian/typed-any-order", 4, func(dst []byte) []byte {
			c := call
			c.ParamJSON, _ = AppendDoudianParams(params, &benchShipment)
			return c.AppendSign(dst, h.k)
		}, h.hmacSHA256(call), 0},
	}
}
