package order

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
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
	Refund         Refund  `json:"refund"`          // summary over the lines, see [RefundOf]
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
	// data, so it stays out of JSON and of logs. [Native] reads it.
	Raw Raw `json:"-"`
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

// Flag is the colour that a merchant marks an order with. A colour that no
// table knows keeps the platform's word.
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

// Raw is a platform's own record. Printing, logging or marshalling it shows its
// size only; a store that must keep the bytes converts it to []byte.
type Raw []byte

// String returns the size, not the content.
func (r Raw) String() string { return fmt.Sprintf("[%d bytes]", len(r)) }

// Format writes the size for every verb.
func (r Raw) Format(w fmt.State, _ rune) { fmt.Fprintf(w, "[%d bytes]", len(r)) }

// LogValue returns the size: log/slog would write the bytes of a slice as they are.
func (r Raw) LogValue() slog.Value { return slog.StringValue(r.String()) }

// MarshalText returns the size: encoding/json would write the bytes in base64.
func (r Raw) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// ErrNoRecord is returned by [Native] for an order or case that carries no
// record, such as one that was read back from JSON.
var ErrNoRecord = errors.New("order: carries no platform record")

// Native reads the platform's own record of an order or case into T, a struct with the
// JSON names of the platform. It is the way to fields that the neutral model
// does not name. A record that does not fit T is mall.ErrReply; the text of the
// failure quotes nothing from the record.
func Native[T any, R Order | Case](record R) (T, error) {
	var own T
	var platform mall.Platform
	var what string
	var raw Raw
	switch r := any(record).(type) {
	case Order:
		platform, what, raw = r.Platform, "order "+r.ID, r.Raw
	case Case:
		platform, what, raw = r.Platform, "case "+r.ID, r.Raw
	}
	if len(raw) == 0 {
		return own, ErrNoRecord
	}
	if err := json.Unmarshal(raw, &own); err != nil {
		var none T
		return none, &mall.Error{Platform: platform, Kind: mall.ErrReply, Message: fmt.Sprintf("the record of %s does not fit %T%s", what, none, misfit(err)), Err: err}
	}
	return own, nil
}

// misfit tells where a record does not fit, without the text of the cause,
// which may quote what is in the record.
func misfit(err error) string {
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Sprintf(": field %q is not %s", e.Field, e.Type)
	}
	return ""
}
