package doudian

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

var errNoCaseID = errors.New("it has no after-sale id")

// caseKinds maps aftersale_type. Sources: sevencat/ecommerce_sdk and
// zsmhub/doudian-sdk:api/afterSale_Detail.
var caseKinds = driver.NewEnum(map[wire.Int]order.CaseKind{
	0: order.CaseReturn,          // 售后退货退款
	1: order.CaseRefund,          // 售后仅退款
	2: order.CaseRefund,          // 发货前退款
	3: order.CaseExchange,        // 换货
	4: order.CaseCancel,          // 系统取消
	5: order.CaseCancel,          // 用户取消
	6: order.CasePriceProtection, // 价保
	7: order.CaseResend,          // 补寄
	8: order.CaseRepair,          // 维修
})

// caseStates maps the values of aftersale_status that [refundStates] does not
// have.
var caseStates = driver.NewEnum(map[wire.Int]order.Refund{
	8:  order.RefundSending, // 待商家发货 (exchange, resend, repair)
	13: order.RefundSending, // 待买家收货: the merchant has sent it
	14: order.RefundDone,    // 换货, 补寄, 维修成功
})

// kindOfCase returns the kind of a case and the platform's number. It takes a
// pointer because zero is a kind of its own.
func kindOfCase(n *wire.Int) (order.CaseKind, string) {
	if n == nil {
		return "", ""
	}
	return caseKinds.Neutral(*n), n.String()
}

// stateOfCase returns the neutral state of a case and the platform's own: the
// status, followed by refund_status where there is one.
func stateOfCase(status, refund wire.Int) (order.Refund, string) {
	word := status.String()
	if refund != 0 {
		word += "/" + refund.String()
	}
	if state := refundStates.Neutral(status); state != "" {
		return state, word
	}
	return caseStates.Neutral(status), word
}

// disputes holds the values of arbitrate_status while the platform arbitrates:
// 1 仲裁中, 4 待商家举证, 5 协商期.
var disputes = map[wire.Int]bool{1: true, 4: true, 5: true}

// listedCase reads a record of afterSale.List. On an error the returned case
// has at least the ids that could be read.
func listedCase(record []byte) (order.Case, error) {
	var w wireListedCase
	err := json.Unmarshal(record, &w)
	info := w.Info.V
	c := order.Case{Platform: mall.Doudian, ID: string(info.ID), OrderID: plainID(string(w.Order.V.ID))}
	if err != nil {
		return c, err
	}
	if c.ID == "" {
		return c, errNoCaseID
	}
	c.Raw = bytes.Clone(record)
	c.Kind, c.PlatformKind = kindOfCase(info.Type)
	c.State, c.PlatformState = stateOfCase(info.Status, info.RefundStatus)
	c.Disputed = disputes[info.Arbitration]
	c.Amount, c.Freight = mall.Fen(info.Amount), mall.Fen(info.Freight)
	c.Reason = w.Text.V.Reason
	c.Received = info.Received == 1
	c.Wanted = info.Wanted.V.ref()
	if info.ReturnNo != "" {
		c.Return = order.Parcel{TrackingNo: info.ReturnNo, CarrierName: info.ReturnCarrier}
	}
	c.Created, c.Updated, c.Deadline = info.Applied.Time, info.Updated.Time, info.Deadline.Time
	for _, l := range w.Order.V.Lines {
		c.Lines = append(c.Lines, l.line())
	}
	if len(c.Lines) == 0 && info.OrderKind == 1 { // 商品单: the related order is a line
		c.Lines = []order.CaseLine{{LineID: plainID(string(info.RelatedID)), Quantity: int64(info.Quantity)}}
	}
	if len(c.Lines) == 1 && c.Lines[0].Quantity == 0 {
		c.Lines[0].Quantity = int64(info.Quantity)
	}
	return c, nil
}

// detailedCase reads the answer of afterSale.Detail.
func detailedCase(record []byte) (order.Case, error) {
	var w wireDetailedCase
	err := json.Unmarshal(record, &w)
	info, parcels := w.Process.V.Info.V, w.Process.V.Parcels.V
	c := order.Case{Platform: mall.Doudian, ID: string(info.ID), OrderID: plainID(string(w.Order.V.ID))}
	if err != nil {
		return c, err
	}
	if c.ID == "" {
		return c, errNoCaseID
	}
	c.Raw = bytes.Clone(record)
	c.Kind, c.PlatformKind = kindOfCase(info.Type)
	c.State, c.PlatformState = stateOfCase(info.Status, info.RefundStatus)
	c.Disputed = disputes[w.Process.V.Arbitration.V.Status]
	c.Amount, c.Freight = mall.Fen(info.Amount), mall.Fen(info.Freight)
	c.Reason, c.ReasonCode, c.Note = info.Reason, string(info.ReasonCode), info.Note
	c.Received = info.Received == 1
	c.Wanted = info.Wanted.V.ref()
	c.Return = parcels.Return.V.parcel()
	if c.Sent = parcels.Exchange.V.parcel(); c.Sent.TrackingNo == "" {
		c.Sent = parcels.Resend.V.parcel()
	}
	c.Created, c.Updated, c.Deadline = info.Applied.Time, info.Updated.Time, info.Deadline.Time
	for _, l := range w.Order.V.Lines {
		c.Lines = append(c.Lines, l.line())
	}
	if len(c.Lines) == 1 && c.Lines[0].Quantity == 0 {
		c.Lines[0].Quantity = int64(info.Quantity)
	}
	return c, nil
}

func (l wireCaseLine) line() order.CaseLine {
	line := order.CaseLine{
		LineID: plainID(string(l.ID)), Quantity: int64(l.Listed + l.Detailed), Paid: mall.Fen(l.Paid),
		SKU: sku.Ref{ID: string(l.SKUID), ProductID: string(l.ProductID), Code: l.Code, Name: l.Name, Picture: l.Picture},
	}
	for _, s := range l.Specs {
		line.SKU.Specs = append(line.SKU.Specs, sku.Spec{Name: s.Name, Value: s.Value})
	}
	return line
}

func (w wireWanted) ref() sku.Ref {
	ref := sku.Ref{ID: string(w.SKUID), Code: w.Code, Name: w.Name, Picture: w.Picture}
	if ref.Code == "" {
		ref.Code = w.OuterSKU
	}
	if w.Spec != "" {
		ref.Specs = []sku.Spec{{Value: w.Spec}}
	}
	return ref
}

func (p wireCaseParcel) parcel() order.Parcel {
	if p.TrackingNo == "" {
		return order.Parcel{}
	}
	return order.Parcel{TrackingNo: p.TrackingNo, CarrierCode: p.Carrier, CarrierName: p.CarrierName, Shipped: p.At.Time}
}

// wire types. The list and the detail name the same facts differently, as in
// sevencat/ecommerce_sdk:ecommerce_sdk/douyin/AfterSaleList.cs and
// AfterSaleDetail.cs. In page samples nearly all numbers are text; pushes show
// an update_time with a zone.

type wireListedCase struct {
	Info  wire.Object[wireListedInfo]  `json:"aftersale_info"`
	Order wire.Object[wireListedOrder] `json:"order_info"`
	Text  wire.Object[struct {
		Reason string `json:"reason_text"`
	}] `json:"text_part"`
}

type wireListedInfo struct {
	ID            wire.Text               `json:"aftersale_id"`
	OrderKind     wire.Int                `json:"aftersale_order_type"` // 1 line, 2 order, -1 old
	Type          *wire.Int               `json:"aftersale_type"`
	Status        wire.Int                `json:"aftersale_status"`
	RelatedID     wire.Text               `json:"related_id"`
	Applied       wire.Instant            `json:"apply_time"`
	Updated       wire.Instant            `json:"update_time"`
	Deadline      wire.Instant            `json:"status_deadline"`
	Amount        wire.Int                `json:"refund_amount"`
	Freight       wire.Int                `json:"refund_post_amount"`
	Quantity      wire.Int                `json:"aftersale_num"`
	RefundStatus  wire.Int                `json:"refund_status"`
	Arbitration   wire.Int                `json:"arbitrate_status"`
	ReturnNo      string                  `json:"return_logistics_code"`
	ReturnCarrier string                  `json:"return_logistics_company_name"`
	Received      wire.Int                `json:"got_pkg"`
	Wanted        wire.Object[wireWanted] `json:"exchange_sku_info"`
}

type wireListedOrder struct {
	ID    wire.Text               `json:"shop_order_id"`
	Lines wire.List[wireCaseLine] `json:"related_order_info"`
}

type wireDetailedCase struct {
	Process wire.Object[struct {
		Info        wire.Object[wireDetailedInfo] `json:"after_sale_info"`
		Arbitration wire.Object[struct {
			Status wire.Int `json:"arbitrate_status"`
		}] `json:"arbitrate_info"`
		Parcels wire.Object[struct {
			Return   wire.Object[wireCaseParcel] `json:"return"`
			Exchange wire.Object[wireCaseParcel] `json:"exchange"`
			Resend   wire.Object[wireCaseParcel] `json:"resend"`
		}] `json:"logistics_info"`
	}] `json:"process_info"`
	Order wire.Object[struct {
		ID    wire.Text               `json:"shop_order_id"`
		Lines wire.List[wireCaseLine] `json:"sku_order_infos"`
	}] `json:"order_info"`
}

type wireDetailedInfo struct {
	ID           wire.Text               `json:"after_sale_id"`
	Type         *wire.Int               `json:"after_sale_type"`
	Status       wire.Int                `json:"after_sale_status"`
	RefundStatus wire.Int                `json:"refund_status"`
	Amount       wire.Int                `json:"refund_total_amount"`
	Freight      wire.Int                `json:"refund_post_amount"`
	Applied      wire.Instant            `json:"apply_time"`
	Updated      wire.Instant            `json:"update_time"`
	Deadline     wire.Instant            `json:"status_deadline"`
	Reason       string                  `json:"reason"`
	ReasonCode   wire.Text               `json:"reason_code"`
	Note         string                  `json:"reason_remark"`
	Quantity     wire.Int                `json:"after_sale_apply_count"`
	Received     wire.Int                `json:"got_pkg"`
	Wanted       wire.Object[wireWanted] `json:"exchange_sku_info"`
}

// wireCaseLine is a line of a case. The list and the detail count its pieces in
// different fields.
type wireCaseLine struct {
	ID        wire.Text           `json:"sku_order_id"`
	SKUID     wire.Text           `json:"sku_id"` // detail only
	ProductID wire.Text           `json:"product_id"`
	Name      string              `json:"product_name"`
	Picture   string              `json:"product_image"`
	Code      string              `json:"shop_sku_code"`
	Specs     wire.List[wireSpec] `json:"sku_spec"`
	Paid      wire.Int            `json:"pay_amount"`
	Listed    wire.Int            `json:"aftersale_item_num"`
	Detailed  wire.Int            `json:"after_sale_item_count"`
}

// wireWanted is what the buyer of an exchange gets.
type wireWanted struct {
	SKUID    wire.Text `json:"sku_id"`
	Code     string    `json:"code"`
	OuterSKU string    `json:"out_sku_id"`
	Name     string    `json:"name"`
	Spec     string    `json:"spec_desc"`
	Picture  string    `json:"url"`
}

type wireCaseParcel struct {
	TrackingNo  string       `json:"tracking_no"`
	Carrier     string       `json:"company_code"`
	CarrierName string       `json:"company_name"`
	At          wire.Instant `json:"logistics_time"`
}
