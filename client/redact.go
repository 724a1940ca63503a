package client

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mallwire/mall"
)

const (
	redacted = "[redacted]"
	// minSecret is the length from which a known secret is searched for. A
	// shorter one would tear words apart, and a platform issues none.
	minSecret = 6
	// maxMessage cuts what a gateway in trouble may put into an error text.
	maxMessage = 600
	// maxScanned bounds the work on such a text.
	maxScanned = 4 * maxMessage
)

var (
	// mobile matches the shape of a Chinese mobile number, which platforms like
	// to quote in the text of a refusal.
	mobile = regexp.MustCompile(`(?:\b|\+?86[- ]?)1[3-9]\d[- ]?\d{4}[- ]?\d{4}\b`)
	// opaque matches what is too long for a word or an id: tokens, signatures,
	// ciphers.
	opaque = regexp.MustCompile(`[A-Za-z0-9+/=_~$#-]{32,}`)
)

// scrub removes known secrets from a text, plain and in the form that they have
// in a query.
func scrub(text string, secrets []string) string {
	if text == "" {
		return ""
	}
	for _, s := range secrets {
		if len(s) < minSecret {
			continue
		}
		text = strings.ReplaceAll(text, s, redacted)
		if escaped := url.QueryEscape(s); escaped != s {
			text = strings.ReplaceAll(text, escaped, redacted)
		}
	}
	return text
}

// scrubMessage removes from a platform's words known secrets and whatever
// looks like one, like a phone number, or like the personal text of the
// request: platforms and proxies repeat what they were sent.
func scrubMessage(text string, secrets, personal []string) string {
	torn := 0 // how much of a secret the first cut may have left at the end
	if len(text) > maxScanned {
		text, torn = text[:maxScanned], 64
		for _, s := range slices.Concat(secrets, personal) {
			torn = max(torn, len(url.QueryEscape(s)))
		}
	}
	text = scrub(text, secrets)
	for _, p := range personal {
		text = strings.ReplaceAll(text, p, redacted)
	}
	text = mobile.ReplaceAllString(text, "[phone]")
	text = opaque.ReplaceAllStringFunc(text, func(run string) string {
		if strings.ContainsAny(run, "0123456789") {
			return redacted
		}
		return run
	})
	text = text[:max(0, len(text)-torn)]
	if len(text) > maxMessage || torn > 0 {
		text = text[:min(len(text), maxMessage)]
		text = strings.ToValidUTF8(text, "") + "…"
	}
	return text
}

// scrubFailure cleans all that a platform could have repeated a secret in.
func scrubFailure(f *mall.Error, secrets, personal []string) {
	slices.SortFunc(secrets, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // one may begin another
	f.Message = scrubMessage(f.Message, secrets, personal)
	f.Code, f.SubCode, f.RequestID = scrub(f.Code, secrets), scrub(f.SubCode, secrets), scrub(f.RequestID, secrets)
}

// personalTexts are the values of a request that are not plain ASCII: names and
// addresses, in a JSON body, in a form, in a query, or in JSON within those.
func personalTexts(w Wire) []string {
	var found []string
	collect(&found, string(w.Body), 0)
	if _, query, ok := strings.Cut(w.URL, "?"); ok {
		collect(&found, query, 0)
	}
	slices.SortFunc(found, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return found
}

func collect(found *[]string, text string, depth int) {
	if depth > 4 || text == "" {
		return
	}
	var v any
	if c := text[0]; (c == '{' || c == '[' || c == '"') && json.Unmarshal([]byte(text), &v) == nil {
		collectJSON(found, v, depth)
		return
	}
	if depth == 0 {
		values, _ := url.ParseQuery(text)
		for _, list := range values {
			for _, one := range list {
				collect(found, one, depth+1)
			}
		}
		return
	}
	if utf8.RuneCountInString(text) > 1 && strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) {
		*found = append(*found, text)
	}
}

func collectJSON(found *[]string, v any, depth int) {
	switch v := v.(type) {
	case string:
		collect(found, v, depth+1)
	case []any:
		for _, one := range v {
			collectJSON(found, one, depth)
		}
	case map[string]any:
		for _, one := range v {
			collectJSON(found, one, depth)
		}
	}
}

// quiet makes a codec whose errors quote no value. Decoders like to show what
// they could not read, and in a reply that may be a phone number.
func quiet(c mall.Codec) mall.Codec {
	return mall.Codec{
		Marshal: func(v any) ([]byte, error) {
			b, err := c.Marshal(v)
			if err != nil {
				return nil, quietEncoding(err)
			}
			return b, nil
		},
		Unmarshal: func(data []byte, v any) error {
			if err := c.Unmarshal(data, v); err != nil {
				return quietDecoding(err, data)
			}
			return nil
		},
	}
}

func quietEncoding(err error) error {
	if e, ok := errors.AsType[*mall.Error](err); ok { // a driver's own refusal
		return e
	}
	if e, ok := errors.AsType[*json.UnsupportedTypeError](err); ok {
		return e
	}
	if e, ok := errors.AsType[*json.MarshalerError](err); ok {
		return errors.New("a value of type " + e.Type.String() + " cannot be written as JSON")
	}
	return errors.New("a value cannot be written as JSON")
}

func quietDecoding(err error, data []byte) error {
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		clean := *e
		clean.Value, _, _ = strings.Cut(e.Value, " ") // "number 13800000000"
		return &clean
	}
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		return e // shows one character
	}
	if kind, ok := errors.AsType[mall.Kind](err); ok {
		return kind
	}
	return errors.New(withoutQuotes(err.Error(), data))
}

// withoutQuotes replaces every word of text that stands in data.
func withoutQuotes(text string, data []byte) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n\"'`", r) })
	for i, w := range words {
		bare := strings.Trim(w, `:;,.()\`)
		if len(bare) > 2 && bytes.Contains(data, []byte(bare)) ||
			strings.ContainsFunc(w, func(r rune) bool { return r >= utf8.RuneSelf || r == '\\' }) {
			words[i] = "…"
		}
	}
	return strings.Join(words, " ")
}
