package webhook

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
)

// ddKinds has the kind of every known tag. Sources: zsmhub/doudian-sdk:message/*.go
// for all but 112 and 500 to 505, which are only among the events of
// fudiwei/DotNetCore.SKIT.FlurlHttpClient.ByteDance. No source has a tag that tells
// of a changed SKU in an order.
var ddKinds = map[string]Kind{
	"100": KindOrderCreated,     // trade_TradeCreate
	"101": KindOrderPaid,        // trade_TradePaid
	"102": KindOrderShipped,     // trade_TradeSellerShip
	"103": KindOrderDone,        // trade_TradeSuccess
	"104": kindLogistics,        // trade_TradeLogisticsChanged
	"105": kindAddressChanged,   // trade_TradeAddressChanged
	"106": KindOrderClosed,      // trade_TradeCanceled
	"108": KindOrderPartShipped, // trade_TradePartlySellerShip
	"109": KindOrderAmount,      // trade_TradeAmountChanged
	"110": KindOrderToShip,      // trade_TradePending: risk review passed
	"111": kindAddressAsked,     // trade_TradeAddressChangeApplied
	"112": KindOrderShipBy,      // trade_TradeAppointment
	"113": kindRemark,           // trade_TradeMemoModify
	"126": KindOrderShipBy,      // trade_TradeAppointmentV2

	"137": KindOther, // material_auditResultForShop
	"138": KindOther, // material_auditResultForBSCP

	"200": KindRefundCreated,     // refund_RefundCreated
	"201": KindRefundAgreed,      // refund_RefundAgreed
	"202": KindRefundReturning,   // refund_ReturnApplyAgreed
	"203": KindRefundReceiving,   // refund_BuyerReturnGoods
	"204": KindRefundRejected,    // refund_RefundRefused
	"205": KindRefundRejected,    // refund_ReturnApplyRefused
	"206": KindRefundDone,        // refund_RefundSuccess
	"207": KindRefundClosed,      // refund_RefundClosed
	"208": KindRefundChanged,     // refund_RefundModified
	"209": KindRefundDeadline,    // refund_ExpirationChange
	"211": KindRefundExchanged,   // refund_ExchangeComfirmed, so spelt
	"212": KindRefundArbitration, // refund_ArbitrateApplied
	"213": KindRefundArbitration, // refund_ArbitrateSubmiting
	"214": KindRefundArbitration, // refund_ArbitrateSubmited
	"215": KindRefundArbitration, // refund_ArbitrateCancelled
	"216": KindRefundArbitration, // refund_ArbitrateAudited
	"217": KindRefundArbitration, // refund_ArbitrateServiceIntervene
	"218": KindRefundArbitration, // refund_ArbitrateDiscussUpload
	"224": KindRefundCreated,     // Refund_SpecialRefund
	"225": KindRefundDone,        // Refund_SpecialRefundSuccess
	"226": KindRefundResent,      // refund_ResendFillLogistics
	"227": KindRefundResend,      // refund_AuditAgreeResend

	"400": kindProduct, // product_change
	"417": kindProduct, // product_InfoChange

	"500": KindDropshipRemark,    // iopTrade_UpdateRemark
	"501": KindDropshipAssigned,  // iopTrade_Distribution
	"502": KindDropshipCancelled, // iopTrade_DistributionCancel, or 503: unconfirmed
	"503": KindDropshipCancelled,
	"504": KindDropshipReceiver, // iopTrade_UpdateReceiver
	"505": KindDropshipReturned, // iopTrade_StatusReturn
}

// ddFamilies has the function that reads the data of a kind.
var ddFamilies = map[Kind]func(e Event, d *ddData, c mall.Codec) (any, error){
	KindOrderCreated: ddOrder, KindOrderPaid: ddOrder, KindOrderToShip: ddOrder, KindOrderPartShipped: ddOrder,
	KindOrderShipped: ddOrder, KindOrderDone: ddOrder, KindOrderClosed: ddOrder, KindOrderAmount: ddOrder,
	KindOrderShipBy: ddOrder, KindOrderLabel: ddOrder, kindRemark: ddOrder, kindLogistics: ddOrder,
	KindOrderDelivered: ddOrder, KindOrderChanged: ddOrder,
	kindAddressChanged: ddAddress, kindAddressAsked: ddAddress,
	KindRefundCreated: ddRefund, KindRefundChanged: ddRefund, KindRefundAgreed: ddRefund, KindRefundReturning: ddRefund,
	KindRefundReceiving: ddRefund, KindRefundRejected: ddRefund, KindRefundDone: ddRefund, KindRefundClosed: ddRefund,
	KindRefundDeadline: ddRefund, KindRefundExchanged: ddRefund, KindRefundResend: ddRefund, KindRefundResent: ddRefund,
	KindRefundArbitration: ddRefund,
	kindProduct:           ddProduct, kindStock: ddProduct,
	KindDropshipAssigned: ddDropship, KindDropshipCancelled: ddDropship, KindDropshipRemark: ddDropship,
	KindDropshipReceiver: ddDropship, KindDropshipReturned: ddDropship,
	kindAuth: ddOther, KindOther: ddOther,
}

// ddEvent reads the data of a message. It completes e and returns what a function
// of [Handlers] is given.
func ddEvent(e *Event, c mall.Codec) (any, error) {
	if e.Kind == KindOther {
		// The data may be anything, so only the shop is looked for.
		var d struct {
			ShopID wire.Text `json:"shop_id"`
		}
		if c.Unmarshal(e.Raw, &d) == nil {
			e.ShopID = string(d.ShopID)
		}
		return *e, nil
	}
	var d ddData
	if err := c.Unmarshal(e.Raw, &d); err != nil { // err may quote the data
		return nil, malformed("the data of tag %s is not in the known form", e.shortTag())
	}
	e.ShopID, e.At = string(d.ShopID), d.at()
	if e.ShopID == "" {
		return nil, malformed("the data of tag %s names no shop", e.shortTag())
	}
	return ddFamilies[e.Kind](*e, &d, c)
}

func ddOrder(e Event, d *ddData, _ mall.Codec) (any, error) {
	if d.OrderID == "" {
		return nil, malformed("the data of tag %s names no order", e.shortTag())
	}
	o := OrderEvent{Event: e, OrderID: ddID(d.OrderID), LineIDs: d.LineIDs.ids(), PlatformStatus: string(d.Status)}
	switch e.Kind {
	case KindOrderClosed:
		o.Reason = d.Reason
	case KindOrderShipBy:
		o.ShipBy = d.ShipBy.Time
	case KindOrderLabel:
		o.Label = d.Label
	case kindRemark:
		o.Remark = order.Remark{Text: d.Remark, Flag: ddFlag(d.Star)}
	case KindOrderShipped, KindOrderPartShipped, kindLogistics:
		o.Parcel = d.Parcel.parcel()
	}
	return o, nil
}

// ddFlag reads star, which is 0 both for a grey flag and for none.
// ddID returns a number without the letter A that some of the platform's old
// replies append to order numbers.
func ddID(t wire.Text) string {
	if n := len(t) - 1; n > 0 && t[n] == 'A' {
		return string(t[:n])
	}
	return string(t)
}

func (t texts) ids() []string {
	if len(t) == 0 {
		return nil
	}
	ids := make([]string, len(t))
	for i := range t {
		ids[i] = ddID(t[i])
	}
	return ids
}

func ddFlag(star wire.Text) order.Flag {
	switch star {
	case "", "0":
		return order.FlagNone
	case "1":
		return order.FlagPurple
	case "2":
		return order.FlagCyan
	case "3":
		return order.FlagGreen
	case "4":
		return order.FlagOrange
	case "5":
		return order.FlagRed
	}
	return order.Flag(star)
}

func ddRefund(e Event, d *ddData, _ mall.Codec) (any, error) {
	if d.RefundID == "" || d.OrderID == "" {
		return nil, malformed("the data of tag %s names no after-sale or no order", e.shortTag())
	}
	r := RefundEvent{
		Event: e, OrderID: ddID(d.OrderID), LineID: ddID(d.LineID), RefundID: string(d.RefundID),
		PlatformStatus: string(d.RefundStatus), PlatformType: string(d.RefundType),
		BeforeShipping: d.RefundType == "2", // a refund before shipping
		Amount:         fenOf(d.RefundAmount),
	}
	if r.PlatformStatus == "" {
		r.PlatformStatus = string(d.RefundStatus2) // tag 227
	}
	if e.Kind == KindRefundDeadline {
		r.Deadline = d.Deadline.Time
	}
	return r, nil
}

func ddProduct(e Event, d *ddData, _ mall.Codec) (any, error) {
	if d.ProductID == "" {
		return nil, malformed("the data of tag %s names no product", e.shortTag())
	}
	p := ProductEvent{
		Event: e, ProductID: string(d.ProductID), SKUID: string(d.SKUID),
		PlatformEvent: string(d.Event), SoldOut: d.After == "true",
	}
	if p.PlatformEvent == "" {
		p.PlatformEvent = string(d.MessageType)
	}
	return p, nil
}

func ddDropship(e Event, d *ddData, _ mall.Codec) (any, error) {
	if d.AssignmentID == "" {
		return nil, malformed("the data of tag %s names no assignment", e.shortTag())
	}
	return DropshipEvent{
		Event: e, AssignmentID: string(d.AssignmentID), MerchantID: string(d.UserID),
		PlatformStatus: string(d.ReturnStatus), Remark: d.SellerRemark,
	}, nil
}

func ddOther(e Event, _ *ddData, _ mall.Codec) (any, error) { return e, nil }

func ddAddress(e Event, d *ddData, c mall.Codec) (any, error) {
	if d.OrderID == "" {
		return nil, malformed("the data of tag %s names no order", e.shortTag())
	}
	asked := change.Request{
		Kind: change.Address, Platform: e.Platform, ShopID: e.ShopID, OrderID: ddID(d.OrderID), Requested: e.At,
	}
	var err error
	if asked.ToReceiver, err = ddReceiver(d.Receiver, c); err == nil && e.Kind == kindAddressAsked {
		asked.FromReceiver, err = ddReceiver(d.Before, c)
	}
	if err != nil { // err would quote the receiver
		return nil, malformed("the receiver of tag %s is not in the known form", e.shortTag())
	}
	return AddressEvent{Event: e, Change: asked}, nil
}

func ddReceiver(raw json.RawMessage, c mall.Codec) (order.Receiver, error) {
	var r ddReceiverWire
	if len(raw) == 0 {
		return order.Receiver{}, nil
	}
	if err := c.Unmarshal(raw, &r); err != nil {
		return order.Receiver{}, err
	}
	var a ddAddr
	switch addr := bytes.TrimSpace(r.Addr); {
	case len(addr) == 0:
	case addr[0] == '[': // older samples: a list of objects
		var list []ddAddr
		if err := c.Unmarshal(addr, &list); err != nil {
			return order.Receiver{}, err
		}
		if len(list) > 0 {
			a = list[0]
		}
	default:
		if err := c.Unmarshal(addr, &a); err != nil {
			return order.Receiver{}, err
		}
	}
	return order.Receiver{
		Name:     order.Protected{Plain: mall.Secret(r.Name), Cipher: r.SealedName},
		Phone:    order.Protected{Plain: mall.Secret(r.Phone), Cipher: r.SealedPhone},
		Address:  order.Protected{Plain: mall.Secret(a.Detail), Cipher: a.SealedDetail},
		Province: a.Province.region(), City: a.City.region(), District: a.Town.region(), Street: a.Street.region(),
	}, nil
}

// wire types

// ddData has the fields of all messages. A name means the same in each of them.
type ddData struct {
	ShopID  wire.Text `json:"shop_id"`
	OrderID wire.Text `json:"p_id"`
	LineIDs texts     `json:"s_ids"`
	Status  wire.Text `json:"order_status"`
	Reason  string    `json:"cancel_reason"`
	ShipBy  moment    `json:"exp_delivery_time"` // 112: a day; 126: seconds
	Remark  string    `json:"remark"`
	Star    wire.Text `json:"star"`
	Label   string    `json:"tag_key"`

	Parcel   ddParcel        `json:"logistics_msg"`
	Receiver json.RawMessage `json:"receiver_msg"`
	Before   json.RawMessage `json:"post_receiver_msg"` // the receiver before the change, despite the name

	LineID        wire.Text `json:"s_id"`
	RefundID      wire.Text `json:"aftersale_id"`
	RefundStatus  wire.Text `json:"aftersale_status"`
	RefundStatus2 wire.Text `json:"after_sale_status"`
	RefundType    wire.Text `json:"aftersale_type"`
	RefundAmount  wire.Text `json:"refund_amount"`
	Deadline      moment    `json:"status_deadline"`

	ProductID   wire.Text `json:"product_id"`
	SKUID       wire.Text `json:"sku_id"`
	Event       wire.Text `json:"event"`
	MessageType wire.Text `json:"msg_type"`
	After       wire.Text `json:"after"` // sold out: "true" or "false"

	AssignmentID wire.Text `json:"distr_order_id"`
	UserID       wire.Text `json:"user_id"`
	ReturnStatus wire.Text `json:"return_status"`
	SellerRemark string    `json:"seller_remark"`

	Updated   moment `json:"update_time"` // seconds; RFC 3339 in refunds
	Created   moment `json:"create_time"`
	Paid      moment `json:"pay_time"`
	Completed moment `json:"complete_time"`
	Cancelled moment `json:"cancel_time"`
	Modified  moment `json:"modify_time"`
	Applied   moment `json:"apply_time"`
	Agreed    moment `json:"agree_time"`
	Returned  moment `json:"return_time"`
	Refused   moment `json:"refuse_time"`
	Succeeded moment `json:"success_time"`
	Closed    moment `json:"close_time"`
	Happened  moment `json:"event_time"`
	Processed moment `json:"process_time"`
}

// at returns when it happened. Most messages have one time. Where one has two, that
// of the event comes before those at which something was applied for or created.
func (d *ddData) at() time.Time {
	for _, m := range []*moment{
		&d.Happened, &d.Updated, &d.Paid, &d.Completed, &d.Cancelled, &d.Modified, &d.Agreed, &d.Returned,
		&d.Refused, &d.Succeeded, &d.Closed, &d.Processed, &d.Applied, &d.Created,
	} {
		if !m.IsZero() {
			return m.Time
		}
	}
	return time.Time{}
}

type ddParcel struct {
	ID      wire.Text `json:"pack_id"`
	Carrier wire.Text `json:"express_company_id"`
	Number  wire.Text `json:"logistics_code"`
	Items   []struct {
		LineID   wire.Text `json:"shipped_order_id"`
		Quantity wire.Text `json:"shipped_num"`
	} `json:"shipped_order_info"`
}

func (p ddParcel) parcel() order.Parcel {
	parcel := order.Parcel{ID: string(p.ID), TrackingNo: string(p.Number), CarrierCode: string(p.Carrier)}
	for _, i := range p.Items {
		parcel.Items = append(parcel.Items, order.ParcelItem{LineID: ddID(i.LineID), Quantity: int64(fenOf(i.Quantity))})
	}
	return parcel
}

type ddReceiverWire struct {
	Addr        wire.Embedded `json:"addr"` // a JSON text; an object or a list in older samples
	Name        string        `json:"name"`
	SealedName  string        `json:"encrypt_name"`
	Phone       string        `json:"tel"`
	SealedPhone string        `json:"encrypt_tel"`
}

type ddAddr struct {
	Province     ddRegion `json:"province"`
	City         ddRegion `json:"city"`
	Town         ddRegion `json:"town"` // the district
	Street       ddRegion `json:"street"`
	Detail       string   `json:"detail"`
	SealedDetail string   `json:"encrypt_detail"`
}

type ddRegion struct {
	ID   wire.Text `json:"id"`
	Name string    `json:"name"`
}

func (r ddRegion) region() order.Region { return order.Region{Code: string(r.ID), Name: r.Name} }
