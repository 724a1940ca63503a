package driver

import (
	"regexp"
	"strings"

	"github.com/mallwire/mall/order"
)

// TextsOf returns the ciphers and plain texts of a receiver, which no error may
// show.
func TextsOf(r order.Receiver) (texts []string) {
	for _, p := range []order.Protected{r.Name, r.Phone, r.Address} {
		texts = append(texts, p.Cipher, p.Plain.Reveal())
	}
	return texts
}

const (
	redacted = "[redacted]"
	maxWords = 300 // characters kept of a platform's text
)

var (
	// mobile matches mobile numbers, which carriers quote in plain even when
	// they were given a cipher.
	mobile = regexp.MustCompile(`(?:\b|\+?86[- ]?)1[3-9]\d[- ]?\d{4}[- ]?\d{4}\b`)
	// long matches other phone numbers, and with them every number of seven or
	// more digits: the error names its entry elsewhere, so the text need not.
	long = regexp.MustCompile(`\d(?:[- ]?\d){6,}`)
	// opaque matches what is too long for a word: ciphers and tokens.
	opaque = regexp.MustCompile(`[A-Za-z0-9+/=_~$#*-]{24,}`)
)

// Quotable returns the part of a platform's text that an error may show.
// Platforms and carriers repeat what they were sent, and the receiver must not
// appear in an error; about holds the receiver's texts.
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
