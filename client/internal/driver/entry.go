package driver

import (
	"regexp"
	"strings"

	"github.com/mallwire/mall/order"
)

// TextsOf are the texts of a receiver, in the forms that are not for everybody.
func TextsOf(r order.Receiver) (texts []string) {
	for _, p := range []order.Protected{r.Name, r.Phone, r.Address} {
		texts = append(texts, p.Cipher, p.Plain.Reveal())
	}
	return texts
}

const (
	redacted = "[redacted]"
	maxWords = 300 // characters of the platform's words
)

var (
	// mobile matches what looks like a mobile number, which carriers quote in
	// plain although they were given a cipher.
	mobile = regexp.MustCompile(`(?:\b|\+?86[- ]?)1[3-9]\d[- ]?\d{4}[- ]?\d{4}\b`)
	// long matches other phones, and with them all numbers of seven digits and
	// more: the outcome says which entry it is about, its text need not.
	long = regexp.MustCompile(`\d(?:[- ]?\d){6,}`)
	// opaque matches what is too long for a word: ciphers, tokens.
	opaque = regexp.MustCompile(`[A-Za-z0-9+/=_~$#*-]{24,}`)
)

// Quotable is what may be told of the platform's words: platforms and carriers
// repeat what they were sent, and who gets a parcel stands in no error.
func Quotable(words string, about ...string) string {
	for _, text := range about {
		if text != "" {
			words = strings.ReplaceAll(words, text, redacted)
		}
	}
	words = mobile.ReplaceAllString(words, "[phone]")
	words = opaque.ReplaceAllString(words, redacted)
	words = long.ReplaceAllString(words, redacted)
	if runes := []rune(words); len(runes) > maxWords {
		words = string(runes[:maxWords]) + "…"
	}
	return words
}
