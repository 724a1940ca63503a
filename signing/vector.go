package signing

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Vector is one known case of a scheme: what goes in and what must come out.
// Files of vectors are JSON arrays of it; other members are ignored.
//
// Expected is a text; or an object of named values, which must all come out; or
// false, {"valid": false} or a text that begins with "error", which say that
// the check must fail or the operation must end with an error. expect_verify
// false says that Expected, as a signature, must not pass.
type Vector struct {
	ID           string          `json:"id"`
	Scheme       string          `json:"scheme"`
	Input        VectorInput     `json:"input"`
	Expected     json.RawMessage `json:"expected"`
	ExpectVerify *bool           `json:"expect_verify"`
}

// VectorInput is the input of a [Vector], by name. The names that each scheme
// reads are those of the files in testdata.
type VectorInput map[string]json.RawMessage

// Run does what v describes and reports whether the result is as expected. got
// and want are for a person to read; when a vector cannot be run at all, an
// unknown scheme for one, got says why.
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
		run = func(in VectorInput) ([]outcome, error) { return runTOPSecret(kind, in) }
	}
	outcomes, err := run(v.Input)
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

// meets compares o with what v expects.
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

// verify checks the signature of the input. What has none is valid when it ran.
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

// text returns a member as text: strings as they are, null and an absent member
// as nothing, anything else as it is written.
func (in VectorInput) text(names ...string) string {
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

// params returns a member that is an object as a list. Null members are absent
// parameters.
func (in VectorInput) params(name string) ([]Param, error) {
	raw, ok := in[name]
	if !ok {
		return nil, nil
	}
	return ParamsOf(raw)
}

// ParamsOf reads a JSON object as a list of parameters, in no order: strings as
// they are, other values as they are written, null left out.
func ParamsOf(object []byte) ([]Param, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(object, &members); err != nil {
		return nil, fmt.Errorf("%w: parameters are not a JSON object", ErrMalformed)
	}
	var params []Param
	for key, raw := range members {
		if string(raw) != "null" {
			params = append(params, Param{key, VectorInput(members).text(key)})
		}
	}
	return params, nil
}
