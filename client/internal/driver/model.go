package driver

import "github.com/mallwire/mall/order"

// Traits collects the traits of an order or a line.
type Traits []order.Trait

// Add adds a trait if it holds.
func (t *Traits) Add(holds bool, trait order.Trait) {
	if holds {
		*t = append(*t, trait)
	}
}

// Sealed returns the form of a text for a platform that decrypts by itself: the
// cipher, or the plain text where there is none.
func Sealed(p order.Protected) string {
	if p.Cipher != "" {
		return p.Cipher
	}
	return p.Plain.Reveal()
}
