package order

import (
	"time"

	"github.com/mallwire/mall"
)

// Receiver is who gets the parcels of an order. Region names are plain; name,
// phone and street are [Protected].
type Receiver struct {
	// ID is opaque and equal for receivers that the platform would let share a
	// parcel. Compare with [SameReceiver].
	ID       string    `json:"id,omitempty"`
	Name     Protected `json:"name"`
	Phone    Protected `json:"phone"`
	Address  Protected `json:"address"` // street and house, without the regions
	Province Region    `json:"province"`
	City     Region    `json:"city"`
	District Region    `json:"district"`
	Street   Region    `json:"street,omitzero"` // 街道 or 镇
}

// Region is one level of an address.
type Region struct {
	Code string `json:"code,omitempty"` // the platform's own code
	Name string `json:"name"`
}

// SameReceiver reports whether a and b surely are one receiver. It compares
// the opaque ids, never text, because masks of different people are often
// alike. False means "not known to be the same": ask [Service.Mergeable].
func SameReceiver(a, b Receiver) bool { return a.ID != "" && a.ID == b.ID }

// Protected is one personal text in the forms that a platform gives it. A form
// that was not given is empty.
type Protected struct {
	Cipher string `json:"cipher,omitempty"` // opaque; ship and print with it, decrypt it on purpose
	Mask   string `json:"mask,omitempty"`   // for people to see: "示*"
	Index  string `json:"index,omitempty"`  // for equality search; many times shorter than Cipher
	// Plain is the text itself, which few apps are still given. It does not
	// print and stays out of JSON.
	Plain mall.Secret `json:"-"`
}

// Withheld reports that the platform gave neither the text nor a cipher that
// could be decrypted: the app lacks the right, or it is too early or too late.
func (p Protected) Withheld() bool { return p.Cipher == "" && p.Plain == "" }

// Sealed is a cipher text with the order that it belongs to, as decryption
// needs both.
type Sealed struct {
	OrderID string
	Cipher  string
}

// Sealed lists the cipher texts of the order's receiver: name, phone, address,
// leaving out what was withheld.
func (o Order) Sealed() []Sealed {
	var list []Sealed
	for _, p := range []Protected{o.Receiver.Name, o.Receiver.Phone, o.Receiver.Address} {
		if p.Cipher != "" {
			list = append(list, Sealed{OrderID: o.ID, Cipher: p.Cipher})
		}
	}
	return list
}

// Opened is the answer to one [Sealed]. Err is set, and Plain empty, when the
// platform refused this one.
type Opened struct {
	Sealed
	Plain mall.Secret // the text, or from [Service.Mask] its mask
	// Virtual tells that Plain is a phone number that the platform lends for a
	// while, with an extension to dial.
	Virtual   bool
	Extension mall.Secret
	Expires   time.Time // of a virtual number; zero where the platform does not say
	Err       error
}

// TextKind says what a personal text is.
type TextKind string

// The kinds.
const (
	TextName    TextKind = "name"
	TextPhone   TextKind = "phone"
	TextAddress TextKind = "address"
)

// PlainText is a personal text of known kind, to be turned into a search index
// or a cipher.
type PlainText struct {
	Kind TextKind
	Text mall.Secret
}

// Unsealed is a plain text with the order that it is for, as encryption needs
// both.
type Unsealed struct {
	OrderID string
	PlainText
}

// Encrypted is the answer to one [Unsealed]. Err is set, and Cipher empty, when
// the platform refused this one.
type Encrypted struct {
	Unsealed
	Cipher string
	Err    error
}
