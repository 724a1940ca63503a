package signing

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// Explanation says how a signature is made, for those whose own signature differs
// and who look for the reason. A placeholder stands wherever the secret would, and
// wherever else the same text occurs, even escaped as in JSON or percent-encoded.
// The payload is not hidden.
type Explanation struct {
	Steps []string // how the text is made, in order
	Text  string   // what is digested, with placeholders
	// SecretBefore and SecretAfter: the secret stands before and after the text
	// that the steps make, as in Text.
	SecretBefore, SecretAfter bool
	Algorithm                 string // "HMAC-SHA256 keyed with the secret, lower-case hex"
	Signature                 string

	lines string
}

// Explain signs m and says how. Its errors are those of [Sign].
func Explain(m Message, k *Key) (Explanation, error) {
	sign, err := Sign(m, k)
	if err != nil {
		return Explanation{}, err
	}
	text, err := m.appendText(nil)
	if err != nil {
		return Explanation{}, err
	}
	r, hide := m.rule(), newScrubber(k.secret)
	e := Explanation{
		Signature: sign, Steps: m.steps(), Text: hide.scrub(string(text)), SecretBefore: r.before, SecretAfter: r.after,
	}
	if r.before {
		e.Steps = append(e.Steps, "put the secret before it")
		e.Text = hide.placeholder + e.Text
	}
	if r.after {
		e.Steps = append(e.Steps, "put the secret after it")
		e.Text += hide.placeholder
	}
	for i, step := range e.Steps {
		e.Steps[i] = hide.scrub(step)
	}
	e.Algorithm = r.digest.String()
	if r.digest != digestMD5 {
		e.Algorithm += " keyed with the secret"
	}
	e.Algorithm = hide.scrub(e.Algorithm + ", " + r.enc.String())

	var b strings.Builder
	for i, step := range e.Steps {
		fmt.Fprintf(&b, "%2d. %s\n", i+1, step)
	}
	fmt.Fprintf(&b, "text:      %s\ndigest:    %s\nsignature: %s\n", e.Text, e.Algorithm, e.Signature)
	// The secret may be a word of the lines above, so all of it is scrubbed.
	e.lines = hide.scrub(b.String())
	return e, nil
}

// String returns the explanation as lines of text.
func (e Explanation) String() string { return e.lines }

// scrubber replaces a secret by a placeholder.
type scrubber struct {
	replacer    *strings.Replacer
	placeholder string
}

func newScrubber(secret string) scrubber {
	var s scrubber
	for _, p := range []string{"‹secret›", "[hidden]", "{***}", "¤", "□", "█"} {
		s.placeholder = p
		// Where neither end of the placeholder is a character of the secret, the
		// placeholder and its neighbours cannot together spell the secret.
		first, _ := utf8.DecodeRuneInString(p)
		last, _ := utf8.DecodeLastRuneInString(p)
		if !strings.Contains(p, secret) && !strings.ContainsAny(secret, string([]rune{first, last})) {
			break
		}
	}
	inJSON, _ := CanonicalJSON(nil, quoted(secret))
	inHTML, _ := canonicalEscaped(nil, quoted(secret))
	var pairs []string
	for _, form := range []string{
		secret,
		string(inJSON[1 : len(inJSON)-1]), string(inHTML[1 : len(inHTML)-1]),
		url.QueryEscape(secret), url.PathEscape(secret),
	} {
		pairs = append(pairs, form, s.placeholder)
	}
	s.replacer = strings.NewReplacer(pairs...)
	return s
}

func (s scrubber) scrub(text string) string { return s.replacer.Replace(text) }

// quoted is text as JSON.
func quoted(text string) []byte {
	b, _ := json.Marshal(text) // a string always encodes
	return b
}

// shown is a value as it stands in a step, which must stay on one line.
func shown(value string) string {
	if value == "" {
		return `"" (empty)`
	}
	if strings.ContainsAny(value, "\n\r") {
		return strings.NewReplacer("\n", `\n`, "\r", `\r`).Replace(value)
	}
	return value
}

// bodyStep adds the step that appends a raw body.
func bodyStep(steps []string, body []byte) []string {
	if len(body) == 0 {
		return append(steps, "there is no raw body to append")
	}
	return append(steps, fmt.Sprintf("append the raw body, %d bytes as sent", len(body)))
}
