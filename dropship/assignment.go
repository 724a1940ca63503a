package dropship

import (
	"cmp"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// MerchantID is the id of an assignment in the merchant's calls. It is neither
// the number of the buyer's order nor that of its line.
type MerchantID string

// FactoryID names an assignment in the factory's calls.
type FactoryID struct {
	// Shop stands for the merchant's shop. It is an alias that only this
	// factory knows it by, not the shop's own id.
	Shop string `json:"shop"`
	ID   string `json:"id"`
}

// State says how far an assignment is, as the platform sees it. The zero value is
// a state that the driver does not know; see PlatformState.
type State string

// The states.
const (
	StateUnassigned State = "unassigned" // the merchant's own; seen by the merchant only
	StateAssigned   State = "assigned"   // given to a factory, nothing shipped (已分配)
	StateReturned   State = "returned"   // the factory returned a waybill: shipped (已回传)
	StateCancelled  State = "cancelled"  // taken back by the merchant (已取消)
)

// Kind is what sort of order an assignment stands for. The zero value is the
// platform's only sort, or one that the driver does not know.
type Kind string

// The kinds. All but the first are added by the merchant, see [Service.Append].
const (
	KindOrder    Kind = "order"    // what a buyer ordered (交易主单)
	KindGift     Kind = "gift"     // 赠品
	KindResend   Kind = "resend"   // sent once more (补货)
	KindExchange Kind = "exchange" // 换货
	KindOther    Kind = "other"
)

// Assignment is a part of a buyer's order that a merchant may give, or has given, to a
// factory: one line on most platforms. Each side sees its own half. Times that
// the platform did not give are zero.
type Assignment struct {
	Platform mall.Platform `json:"platform"`
	ShopID   string        `json:"shop_id"` // whose view this is
	Role     Role          `json:"role"`    // of that shop

	MerchantID MerchantID `json:"merchant_id,omitempty"` // seen by the merchant
	FactoryID  FactoryID  `json:"factory_id,omitzero"`   // seen by the factory
	OrderID    string     `json:"order_id,omitempty"`    // the buyer's order; seen by the merchant
	LineID     string     `json:"line_id,omitempty"`     // of the order, where the platform shows it

	// Kind is what sort of order it is. Empty where the platform knows one only.
	Kind         Kind   `json:"kind,omitempty"`
	PlatformKind string `json:"platform_kind,omitempty"`

	State         State  `json:"state"`
	PlatformState string `json:"platform_state"` // State as the platform has it
	// OrderStatus is that of the buyer's order, as far as this side is shown it.
	OrderStatus         order.Status `json:"order_status,omitempty"`
	PlatformOrderStatus string       `json:"platform_order_status,omitempty"`
	// RefundOpen: an after-sale case is open, so that nobody should ship. A value
	// that the driver does not know counts as open.
	RefundOpen        bool   `json:"refund_open"`
	PlatformAfterSale string `json:"platform_after_sale"`

	Partner     string `json:"partner,omitempty"` // the factory, see [Relation].Partner, or the merchant's alias
	PartnerName string `json:"partner_name,omitempty"`

	Lines []Line `json:"lines"`
	// Receiver is as much of the buyer's address as a factory needs: regions, no
	// name, phone or street number. What else a platform shows stays in Raw. Two
	// assignments of equal, non-empty Receiver.ID go to the same receiver and may
	// share a parcel.
	Receiver order.Receiver `json:"receiver"`
	// BuyerMessage and Remark (the merchant's) hold one line for each entry where the
	// platform keeps several, oldest first where their times are known.
	BuyerMessage string         `json:"buyer_message,omitempty"`
	Remark       string         `json:"remark,omitempty"`
	CancelReason string         `json:"cancel_reason,omitempty"`
	Parcels      []order.Parcel `json:"parcels,omitempty"` // what was returned
	Serials      []string       `json:"serials,omitempty"` // serial numbers (SN, IMEI)
	// NeedsSerial and NeedsIMEI: it cannot be shipped without those numbers.
	NeedsSerial bool `json:"needs_serial,omitempty"`
	NeedsIMEI   bool `json:"needs_imei,omitempty"`

	Created  time.Time `json:"created,omitzero"`
	Assigned time.Time `json:"assigned,omitzero"`
	Updated  time.Time `json:"updated,omitzero"`
	Paid     time.Time `json:"paid,omitzero"`
	ShipBy   time.Time `json:"ship_by,omitzero"` // the latest moment promised to the buyer
	Shipped  time.Time `json:"shipped,omitzero"`

	// Raw is the platform's own record; it stays out of JSON and logs.
	Raw mall.Raw `json:"-"`
}

// Record returns the platform's record, for [mall.Native].
func (a Assignment) Record() (mall.Platform, string, mall.Raw) {
	return a.Platform, "assignment " + cmp.Or(string(a.MerchantID), a.FactoryID.ID), a.Raw
}

// Line is what is to be shipped.
type Line struct {
	SKU      sku.Ref  `json:"sku"`
	Quantity int64    `json:"quantity"`
	Price    mall.Fen `json:"price"` // of one piece; zero where the platform does not show it
}

// key identifies an assignment within one list.
func (a Assignment) key() string {
	if a.MerchantID != "" {
		return string(a.MerchantID)
	}
	return a.FactoryID.Shop + "/" + a.FactoryID.ID
}
