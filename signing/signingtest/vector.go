package signingtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/mallwire/mall/signing"
)

// Vector is one known case of a scheme: what goes in and what must come out. A
// file of vectors is a JSON array of them; members other than these are ignored.
type Vector struct {
	ID     string `json:"id"`
	Scheme string `json:"scheme"` // "api-v2-sign"
	// Input holds the values that the scheme reads, by name. The files in
	// signing/testdata show the names of every scheme.
	Input map[string]json.RawMessage `json:"input"`
	// Expected is what must come out: a text, or an object of named values, all
	// of which must come out. A text that begins with "error" and the object
	// {"error": …} mean that the operation must fail; false and
	// {"valid": false} mean that the signature in the input must not pass.
	Expected json.RawMessage `json:"expected"`
	// ExpectVerify says whether Expected, taken as a signature, must pass. Nil
	// means that it must.
	ExpectVerify *bool `json:"expect_verify"`
}

// Run does what v describes and reports whether the result is as expected. got
// and want are for a person to read. Where a vector cannot be run at all, as
// with an unknown scheme, ok is false and got says why.
func (v Vector) Run() (got, want string, ok bool) {
	want, isText := asText(v.Expected)
	if !isText {
		var b bytes.Buffer
		_ = json.Compact(&b, v.Expected) // it was read from JSON
		want = b.String()
	}
	run, known := schemes[v.Scheme]
	if !known {
		kind, isSecret := strings.CutPrefix(v.Scheme, "top-secret-")
		if !isSecret {
			return "unknown scheme " + v.Scheme, want, false
		}
		run = func(in input) ([]outcome, error) { return runTOPSecret(kind, in) }
	}
	outcomes, err := run(input(v.Input))
	if err != nil {
		ok = isText && strings.HasPrefix(want, "error") || v.mustFail()
		return "error: " + err.Error(), want, ok
	}
	// There are several outcomes where the platform accepts several forms.
	for _, o := range outcomes {
		var g string
		if g, ok = o.meets(v); ok {
			return g, want, true
		}
		if got == "" {
			got = g
		}
	}
	return got, want, false
}

// mustFail reports whether v only says that something is not valid.
func (v Vector) mustFail() bool {
	if v.ExpectVerify != nil && !*v.ExpectVerify {
		return true
	}
	var flag bool
	if json.Unmarshal(v.Expected, &flag) == nil && string(v.Expected) != "null" {
		return !flag
	}
	var named struct {
		Valid *bool           `json:"valid"`
		Error json.RawMessage `json:"error"`
	}
	_ = json.Unmarshal(v.Expected, &named)
	return named.Valid != nil && !*named.Valid || named.Error != nil
}

// outcome is what running a vector gave.
type outcome struct {
	main   string            // the result itself
	values map[string]string // results with names
	given  string            // the signature that came with the input
	check  func(sign string) error
}

// meets compares o with what v expects, and returns what o gave.
func (o outcome) meets(v Vector) (got string, ok bool) {
	expected := bytes.TrimSpace(v.Expected)
	switch {
	case len(expected) == 0 || string(expected) == "null":
		return "a vector that expects nothing", false
	case expected[0] == '"':
		want, _ := asText(expected)
		if o.check == nil {
			return o.main, o.main == want
		}
		err := o.check(want)
		if v.ExpectVerify != nil {
			return passed(err), (err == nil) == *v.ExpectVerify
		}
		return o.main, o.main == want && err == nil
	case expected[0] == '{':
		return o.meetsAll(expected)
	default:
		return passed(o.verify()), string(expected) == passed(o.verify())
	}
}

func (o outcome) meetsAll(expected []byte) (got string, ok bool) {
	var named map[string]json.RawMessage
	if err := json.Unmarshal(expected, &named); err != nil || len(named) == 0 {
		return "a vector that expects nothing", false
	}
	found := make(map[string]any, len(named))
	ok = true
	for name, raw := range named {
		if name == "valid" {
			found[name] = o.verify() == nil
			ok = ok && string(raw) == passed(o.verify())
			continue
		}
		value, known := o.values[name]
		if known {
			found[name] = value
		}
		want, isText := asText(raw)
		ok = ok && known && isText && value == want
	}
	text, _ := json.Marshal(found) // texts and flags always encode
	return string(text), ok
}

// verify checks the signature in the input. A scheme without signatures is valid
// when it ran without an error.
func (o outcome) verify() error {
	if o.check == nil {
		return nil
	}
	return o.check(o.given)
}

func passed(err error) string { return fmt.Sprint(err == nil) }

// asText returns a JSON string.
func asText(raw json.RawMessage) (string, bool) {
	var s *string
	if json.Unmarshal(raw, &s) != nil || s == nil {
		return "", false
	}
	return *s, true
}

// input is the input of a vector.
type input map[string]json.RawMessage

// text returns the first of the named members that is there, as text: a string
// as it is, anything else as it is written. null counts as absent.
func (in input) text(names ...string) string {
	for _, name := range names {
		raw, ok := in[name]
		if !ok {
			continue
		}
		if s, isText := asText(raw); isText {
			return s
		}
		if string(raw) != "null" {
			return string(raw)
		}
	}
	return ""
}

// params returns a member that is an object as a list of parameters.
func (in input) params(name string) ([]signing.Param, error) {
	raw, ok := in[name]
	if !ok {
		return nil, nil
	}
	return ParamsOf(raw)
}

// ParamsOf reads a JSON object as a list of parameters, in no particular order.
// A string becomes the value as it is, anything else as it is written; null
// means that the parameter is not sent. The error is [signing.ErrMalformed].
func ParamsOf(object []byte) ([]signing.Param, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(object, &members); err != nil {
		return nil, fmt.Errorf("%w: parameters are not a JSON object", signing.ErrMalformed)
	}
	var params []signing.Param
	for key, raw := range members {
		if string(raw) != "null" {
			params = append(params, signing.Param{Key: key, Value: input(members).text(key)})
		}
	}
	return params, nil
}
