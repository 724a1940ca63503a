package doudian

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// wire types of the methods logistics.*, in which logistics_code is the code of
// the carrier. Sources: sevencat/ecommerce_sdk, zsmhub/doudian-sdk.

type carrierParams struct {
	Carrier string `json:"logistics_code"`
}

type waybillParams struct {
	Carrier    string `json:"logistics_code"`
	TrackingNo string `json:"track_no"`
}

type wirePlace struct {
	City     string `json:"city_name"`
	Country  string `json:"country_code,omitempty"`
	Detail   string `json:"detail_address"` // of a receiver: cipher text is accepted
	District string `json:"district_name"`
	Province string `json:"province_name"`
	Street   string `json:"street_name,omitempty"`
}

type wireContact struct {
	Mobile string `json:"mobile"`
	Name   string `json:"name"`
}

type wireParty struct {
	Address wirePlace   `json:"address"`
	Contact wireContact `json:"contact"`
}

func (p wireParty) texts() []string {
	return []string{p.Contact.Name, p.Contact.Mobile, p.Address.Detail}
}

type takeParams struct {
	Carrier string      `json:"logistics_code"`
	Orders  []takeOrder `json:"order_infos"`
	Sender  wireParty   `json:"sender_info"`
}

func (p takeParams) texts() []string {
	texts := p.Sender.texts()
	for _, o := range p.Orders {
		texts = append(texts, o.Receiver.texts()...)
	}
	return texts
}

type takeOrder struct {
	Combined []string   `json:"combine_orders,omitempty"`
	Items    []wireItem `json:"items"`
	OrderID  string     `json:"order_id"`
	PackID   string     `json:"pack_id,omitempty"`
	Receiver wireParty  `json:"receiver_info"`
	Remark   string     `json:"remark,omitempty"`
	Pieces   int        `json:"total_pack_count,omitempty"` // two or more
}

type wireItem struct {
	Quantity int64  `json:"item_count"`
	Name     string `json:"item_name"`
	Spec     string `json:"item_specs,omitempty"`
}

type takeAnswer struct {
	Bills  wire.List[takenBill] `json:"ebill_infos"`
	Errors wire.List[itemError] `json:"err_infos"`
}

type takenBill struct {
	OrderID    wire.Text `json:"order_id"`
	PackID     string    `json:"pack_id"`
	TrackingNo string    `json:"track_no"`
	SortCode   string    `json:"sort_code"`
	Subs       string    `json:"sub_waybill_codes"`
}

// itemError is the refusal of one entry of a batch.
type itemError struct {
	OrderID    wire.Text `json:"order_id"`
	PackID     string    `json:"pack_id"`
	TrackingNo string    `json:"track_no"`
	Code       wire.Text `json:"err_code"`
	Message    string    `json:"err_msg"`
}

type updateParams struct {
	Items      []wireItem     `json:"items,omitempty"`
	Carrier    string         `json:"logistics_code"`
	Receiver   wireParty      `json:"receiver_info"`
	Remark     string         `json:"remark,omitempty"`
	Sender     *senderContact `json:"sender_info,omitempty"`
	TrackingNo string         `json:"track_no"`
}

func (p updateParams) texts() []string {
	texts := p.Receiver.texts()
	if p.Sender != nil {
		texts = append(texts, p.Sender.Contact.Name, p.Sender.Contact.Mobile)
	}
	return texts
}

// senderContact is all that can be changed of a sender.
type senderContact struct {
	Contact wireContact `json:"contact"`
}

type updateAnswer struct {
	SortCode string `json:"sort_code"`
}

type cancelAnswer struct {
	Result wire.Object[struct {
		Success *wire.Bool `json:"success"`
	}] `json:"cancel_result"`
}

type applyParams struct {
	Waybills []waybillParams `json:"waybill_applies"`
}

type applyAnswer struct {
	Infos wire.List[struct {
		TrackingNo string `json:"track_no"`
		Data       string `json:"print_data"`
		Sign       string `json:"sign"`
	}] `json:"waybill_infos"`
	Errors wire.List[itemError] `json:"err_infos"`
}

type sitesAnswer struct {
	Sites   wire.List[wireSite] `json:"netsites"`
	Carrier string              `json:"logistics_code"`
}

type wireSite struct {
	Code    string               `json:"netsite_code"`
	Name    string               `json:"netsite_name"`
	Amount  wire.Text            `json:"amount"`
	Senders wire.List[wirePlace] `json:"sender_address"`
	Company string               `json:"company"`
}

type templatesAnswer struct {
	Groups wire.List[struct {
		Templates wire.List[struct {
			Code string `json:"template_code"`
			Name string `json:"template_name"`
			URL  string `json:"template_url"`
		}] `json:"template_infos"`
		Carrier string `json:"logistics_code"`
	}] `json:"template_data"`
}

type customAnswer struct {
	Groups wire.List[struct {
		Carrier   string `json:"logistics_code"`
		Templates wire.List[struct {
			Code   string `json:"custom_template_code"`
			URL    string `json:"custom_template_url"`
			Name   string `json:"custom_template_name"`
			Parent string `json:"parent_template_code"`
		}] `json:"custom_template_infos"`
	}] `json:"custom_template_data"`
}

type rangeParams struct {
	Carrier  string    `json:"logistics_code"`
	Receiver wirePlace `json:"receiver_address"`
	Sender   wirePlace `json:"sender_address"`
	Type     wire.Int  `json:"type"`
}

func (p rangeParams) texts() []string { return []string{p.Receiver.Detail, p.Sender.Detail} }

type rangeAnswer struct {
	Out    wire.Bool `json:"is_out_range"`
	Reason wire.Text `json:"out_range_reason"`
}

type appendParams struct {
	Full       bool   `json:"is_return_full_sub_codes"`
	Carrier    string `json:"logistics_code"`
	Pieces     int    `json:"pack_add_quantity"`
	TrackingNo string `json:"track_no"`
}

type appendAnswer struct {
	Subs string `json:"sub_waybill_codes"`
}

// country is the only one that the platform ships in.
const country = "CHN"

func toAddress(a logistics.Address) wirePlace {
	return wirePlace{
		Country: cmp.Or(a.Country, country), Province: a.Province.Name, City: a.City.Name, District: a.District.Name,
		Street: a.Street.Name, Detail: a.Detail,
	}
}

func (p wirePlace) address() logistics.Address {
	return logistics.Address{
		Province: order.Region{Name: p.Province}, City: order.Region{Name: p.City},
		District: order.Region{Name: p.District},
		Street:   order.Region{Name: p.Street}, Detail: p.Detail,
	}
}

func toSender(s logistics.Sender) wireParty {
	return wireParty{Address: toAddress(s.Address), Contact: wireContact{Mobile: s.Phone, Name: s.Name}}
}

// toReceiver hands ciphers on as they are: the platform opens them itself.
func toReceiver(r order.Receiver) wireParty {
	return wireParty{
		Address: wirePlace{
			Country: country, Province: r.Province.Name, City: r.City.Name, District: r.District.Name,
			Street: r.Street.Name, Detail: driver.Sealed(r.Address),
		},
		Contact: wireContact{Mobile: driver.Sealed(r.Phone), Name: driver.Sealed(r.Name)},
	}
}

func toItems(r logistics.WaybillRequest) []wireItem {
	var items []wireItem
	for _, c := range r.Contents() {
		items = append(items, wireItem{Name: c.Name, Spec: c.Spec, Quantity: c.Quantity})
	}
	return items
}

func toTakeOrder(r logistics.WaybillRequest) takeOrder {
	o := takeOrder{OrderID: plainID(r.Order.ID), PackID: r.PackID, Receiver: toReceiver(r.Order.Receiver),
		Items: toItems(r), Remark: r.Remark}
	if len(r.Combined) > 0 {
		// Whether the list names the first order too is unconfirmed. It is called
		// one of the merged orders, so it does.
		o.Combined = append(o.Combined, o.OrderID)
	}
	for _, c := range r.Combined {
		o.Combined = append(o.Combined, plainID(c.ID))
	}
	if r.Pieces > 1 {
		o.Pieces = r.Pieces
	}
	return o
}

// of finds the answer to one request. One that is not answered may have been
// carried out.
func (a takeAnswer) of(asked takeOrder, about []string) mall.Result[logistics.Waybill] {
	for _, b := range a.Bills {
		if plainID(string(b.OrderID)) == asked.OrderID && b.PackID == asked.PackID && b.TrackingNo != "" {
			return mall.Result[logistics.Waybill]{Item: logistics.Waybill{TrackingNo: b.TrackingNo,
				SortCode: b.SortCode, Subs: splitCodes(b.Subs)}}
		}
	}
	for _, e := range a.Errors {
		if plainID(string(e.OrderID)) == asked.OrderID && e.PackID == asked.PackID {
			return mall.Result[logistics.Waybill]{Err: e.error(createWaybills.Method, about...)}
		}
	}
	return mall.Result[logistics.Waybill]{Err: createWaybills.Refuse(mall.ErrUnknownOutcome,
		"the reply does not mention order %s", asked.OrderID)}
}

func (a applyAnswer) of(trackingNo string) mall.Result[[]logistics.PrintData] {
	for _, w := range a.Infos {
		if w.TrackingNo == trackingNo && w.Data != "" {
			return mall.Result[[]logistics.PrintData]{Item: []logistics.PrintData{{TrackingNo: trackingNo,
				Payload: w.Data, Signature: w.Sign}}}
		}
	}
	for _, e := range a.Errors {
		if e.TrackingNo == trackingNo {
			return mall.Result[[]logistics.PrintData]{Err: e.error(printWaybills.Method)}
		}
	}
	return mall.Result[[]logistics.PrintData]{Err: printWaybills.Refuse(mall.ErrReply,
		"the reply does not mention waybill %s", trackingNo)}
}

// error classes the refusal of one entry as that of a whole call.
func (e itemError) error(m driver.Method, about ...string) error {
	kind := kindOf(m.Name, "50002", "isv.business-failed:"+string(e.Code))
	return m.RefusedEntry(kind, string(e.Code), e.Message, about...)
}

// balance reads amount, a number as text.
func (s wireSite) balance() int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(string(s.Amount)), 10, 64)
	if err != nil {
		return -1
	}
	return n
}
