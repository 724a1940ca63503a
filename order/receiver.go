package order

import (
	"github.com/mallwire/mall"
)

// Receiver is who gets the parcels of an order. Region names are plain; name,
// phone and street are [Protected].
type Receiver struct {
	// ID is opaque and equal for receivers that the platform would let share a
	// parcel. Compare with [Receiver.Same].
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

// Same reports whether r and other surely are one receiver. It compares the
// opaque ids, never text, because masks of different people are often alike.
// False means "not known to be the same": ask [Service.Mergeable].
func (r Receiver) Same(other Receiver) bool { return r.ID != "" && r.ID == other.ID }

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
