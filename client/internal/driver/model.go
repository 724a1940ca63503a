package driver

import "github.com/mallwire/mall/order"

// Traits collects what holds of an order or a line.
type Traits []order.Trait

// Add puts a trait in, where it holds.
func (t *Traits) Add(holds bool, trait order.Trait) {
	if holds {
		*t = append(*t, trait)
	}
}

// Sealed is the form of a text that the platform is given which opens ciphers
// itself: the cipher, and the plain text where there is none.
func Sealed(p order.Protected) string {
	if p.Cipher != "" {
		return p.Cipher
	}
	return p.Plain.Reveal()
}
