package order

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/sku"
)

// Order is one order of one shop. Times that the platform did not give are
// zero. Ids are the platform's own.
type Order struct {
	Platform mall.Platform `json:"platform"`
	ShopID   string        `json:"shop_id"`
	ID       string        `json:"id"`

	Status         Status  `json:"status"`
	PlatformStatus string  `json:"platform_status"` // the platform's word for Status
	Refund         Refund  `json:"refund"`          // of all lines: the first open one, else what became of them
	Hold           Hold    `json:"hold"`
	Traits         []Trait `json:"traits,omitempty"`

	Created  time.Time `json:"created,omitzero"`
	Updated  time.Time `json:"updated,omitzero"`
	Paid     time.Time `json:"paid,omitzero"`
	ShipBy   time.Time `json:"ship_by,omitzero"` // the latest moment promised to the buyer
	Shipped  time.Time `json:"shipped,omitzero"`
	Finished time.Time `json:"finished,omitzero"`

	Lines   []Line   `json:"lines"`
	Parcels []Parcel `json:"parcels,omitempty"`
	Amounts Amounts  `json:"amounts"`

	Receiver     Receiver `json:"receiver"`
	BuyerID      string   `json:"buyer_id,omitempty"` // opaque: tells buyers apart, names none
	BuyerMessage string   `json:"buyer_message,omitempty"`
	Remark       Remark   `json:"remark,omitzero"`
	CancelReason string   `json:"cancel_reason,omitempty"`

	// Raw is the platform's own record, byte for byte. It may hold personal
	// data, so it stays out of JSON and of logs. [mall.Native] reads it.
	Raw mall.Raw `json:"-"`
}

// Line is one SKU of an order (子订单). Its ID is unique only within its order:
// some platforms give the first line the number of the order itself.
type Line struct {
	ID        string  `json:"id"`
	SKU       sku.Ref `json:"sku"`       // what the platform says
	Effective sku.Ref `json:"effective"` // what to ship: SKU, or what an accepted change put in its place
	// Previous is what the line had before the platform itself put SKU in its
	// place; zero if it never did, or does not say.
	Previous sku.Ref `json:"previous,omitzero"`
	Quantity int64   `json:"quantity"`

	Status         Status  `json:"status"`
	PlatformStatus string  `json:"platform_status"`
	Refund         Refund  `json:"refund"`
	PlatformRefund string  `json:"platform_refund,omitempty"` // the platform's words for Refund
	Traits         []Trait `json:"traits,omitempty"`

	Price    mall.Fen `json:"price"`    // of one piece
	Amount   mall.Fen `json:"amount"`   // of the line, after discounts
	Discount mall.Fen `json:"discount"` // taken off the line

	ShipBy  time.Time `json:"ship_by,omitzero"`
	Shipped time.Time `json:"shipped,omitzero"`
	GiftOf  []string  `json:"gift_of,omitempty"` // line ids that this gift came with
}

// Parcel is what was handed to a carrier (包裹).
type Parcel struct {
	ID          string       `json:"id,omitempty"`
	TrackingNo  string       `json:"tracking_no"`
	CarrierCode string       `json:"carrier_code"` // the platform's own code
	CarrierName string       `json:"carrier_name,omitempty"`
	Shipped     time.Time    `json:"shipped,omitzero"`
	Items       []ParcelItem `json:"items,omitempty"` // empty when the platform does not say
}

// ParcelItem is a quantity of a line within a parcel.
type ParcelItem struct {
	LineID   string `json:"line_id"`
	Quantity int64  `json:"quantity"`
}

// Amounts are the sums of an order. A platform that does not split a sum
// leaves the parts zero.
type Amounts struct {
	Total            mall.Fen `json:"total"` // what the order is worth to the buyer, freight included
	Paid             mall.Fen `json:"paid"`  // what the buyer pays; paid or not is told by Status
	Freight          mall.Fen `json:"freight"`
	Discount         mall.Fen `json:"discount"` // all discounts together
	ShopDiscount     mall.Fen `json:"shop_discount"`
	PlatformDiscount mall.Fen `json:"platform_discount"`
	Tax              mall.Fen `json:"tax"`
}

// Remark is the merchant's own note on an order. The zero value is no note.
type Remark struct {
	Text string `json:"text,omitempty"`
	Flag Flag   `json:"flag,omitempty"`
}

// Flag is the colour that a merchant marks an order with. A colour that
// this release does not know is the platform's own text.
type Flag string

// The colours.
const (
	FlagNone   Flag = ""
	FlagGrey   Flag = "grey"
	FlagRed    Flag = "red"
	FlagOrange Flag = "orange"
	FlagYellow Flag = "yellow"
	FlagGreen  Flag = "green"
	FlagCyan   Flag = "cyan"
	FlagBlue   Flag = "blue"
	FlagPurple Flag = "purple"
)

// Has reports whether the order as a whole has the trait.
func (o Order) Has(t Trait) bool { return slices.Contains(o.Traits, t) }

// Has reports whether the line has the trait.
func (l Line) Has(t Trait) bool { return slices.Contains(l.Traits, t) }

// Record returns the platform's record, for [mall.Native].
func (o Order) Record() (mall.Platform, string, mall.Raw) {
	return o.Platform, "order " + o.ID, o.Raw
}

// Format prints what o points to. Without it package fmt would call no method
// of its fields, and so show personal data, where a struct that holds the pointer
// is printed with a verb that does not fit.
func (o *Order) Format(w fmt.State, verb rune) {
	if o == nil {
		_, _ = io.WriteString(w, "<nil>")
		return
	}
	fmt.Fprintf(w, "&"+fmt.FormatString(w, verb), *o)
}
