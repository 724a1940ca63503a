package logistics

import "github.com/mallwire/mall/order"

// Carrier is a company that parcels can be handed to (快递公司).
type Carrier struct {
	Code string `json:"code"` // the platform's, for reporting parcels
	Name string `json:"name"`
	// WaybillCode is the platform's code of the same carrier in e-waybill calls.
	// Empty where the platform does not say.
	WaybillCode string `json:"waybill_code,omitempty"`
}

// Address is a place of the merchant's own: sender or pick-up. It is plain text.
// Of the regions the names are needed; codes are sent where the platform takes
// them.
type Address struct {
	Country  string       `json:"country,omitempty"` // a code; empty: China
	Province order.Region `json:"province"`
	City     order.Region `json:"city"`
	District order.Region `json:"district"`
	Street   order.Region `json:"street,omitzero"` // 街道 or 镇
	Detail   string       `json:"detail"`          // street and house, without the above
}

// Sender is who a parcel comes from. Platforms accept only addresses that a
// [NetSite] lists.
type Sender struct {
	Name     string  `json:"name"`
	Phone    string  `json:"phone"`              // a mobile number, which couriers call
	Landline string  `json:"landline,omitempty"` // a fixed line (固定电话), where the call takes one
	Address  Address `json:"address"`
}

// AddressUse is what an entry of the shop's address book is for.
type AddressUse string

// The uses.
const (
	ShipFrom AddressUse = "ship_from" // 发货地址
	ReturnTo AddressUse = "return_to" // 退货地址
)

// BookEntry is a place in the shop's address book (地址库). Its id is what
// Shipment.FromAddressID and ReturnAddressID take.
type BookEntry struct {
	ID      string     `json:"id"`
	Use     AddressUse `json:"use"`
	Default bool       `json:"default"`
	Sender  Sender     `json:"sender"`
}

// NetSite is a carrier's branch that the shop has a waybill account with (网点).
type NetSite struct {
	CarrierCode string    `json:"carrier_code"` // in the table of waybills
	Code        string    `json:"code"`         // empty for carriers without branches
	Name        string    `json:"name"`
	Account     string    `json:"account,omitempty"` // the shop's with the carrier (月结账号), where there is one
	Balance     int64     `json:"balance"`           // waybills left; -1 where the platform does not say
	Senders     []Address `json:"senders"`           // addresses that waybills may be taken for
}

// Template is the form that a label is printed in.
type Template struct {
	CarrierCode string `json:"carrier_code"` // in the table of waybills
	Code        string `json:"code"`
	Name        string `json:"name"`
	URL         string `json:"url"` // what the print component fetches
	// Parent is the code of the platform's template that one of the shop's own
	// adds to. Empty for a platform's template.
	Parent string `json:"parent,omitempty"`
}
