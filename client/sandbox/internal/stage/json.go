package stage

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"strconv"
	"strings"
)

// Object is a decoded JSON object whose numbers keep their digits.
type Object = map[string]any

// ToObject decodes v's JSON form. It returns nil for a nil v.
func ToObject(v any) (Object, error) {
	if v == nil {
		return nil, nil
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("sandbox: order fields: %w", err)
	}
	var object Object
	if err := Decode(text, &object); err != nil {
		return nil, fmt.Errorf("sandbox: order fields: %w", err)
	}
	return object, nil
}

// Decode is json.Unmarshal, but keeps numbers as text, since ids exceed 2^53.
func Decode(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("the JSON value is followed by more text")
	}
	return nil
}

// Merge applies patch to a copy of base, as RFC 7396 (JSON merge patch) does.
// It changes neither.
func Merge(base, patch Object) Object {
	merged := maps.Clone(base)
	if merged == nil {
		merged = Object{}
	}
	for k, v := range patch {
		if v == nil {
			delete(merged, k)
			continue
		}
		if inner, ok := v.(Object); ok {
			old, _ := merged[k].(Object)
			v = Merge(old, inner)
		}
		merged[k] = v
	}
	return merged
}

// Lax is a number in an order that may have been made unreadable on purpose:
// what is not a number reads as zero.
type Lax int64

// UnmarshalJSON never fails.
func (n *Lax) UnmarshalJSON(b []byte) error {
	v, _ := strconv.ParseInt(string(bytes.Trim(b, `"`)), 10, 64)
	*n = Lax(v)
	return nil
}

// Encode returns v as JSON without HTML escapes. It panics if v has no JSON
// form, which can only be a bug of the sandbox.
func Encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("sandbox: %T does not encode: %v", v, err))
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// Patch returns v with fields applied to its JSON form. A field that v does not
// have is an error: a misspelt one would otherwise be ignored.
func Patch[T any](v T, fields Object) (T, error) {
	var next T
	base, err := ToObject(v)
	if err != nil {
		return v, err
	}
	for k := range fields {
		if _, ok := base[k]; !ok {
			return v, fmt.Errorf("sandbox: there is no field %.40q", k)
		}
	}
	if err := json.Unmarshal(Encode(Merge(base, fields)), &next); err != nil {
		return v, fmt.Errorf("sandbox: fields: %w", err)
	}
	return next, nil
}

// Number returns the value of a JSON number or of a text of digits, and other
// for anything else.
func Number(v any, other int64) int64 {
	n, err := strconv.ParseInt(Text(v), 10, 64)
	if err != nil {
		return other
	}
	return n
}

// Text returns a JSON string or number as text, and "" for anything else.
func Text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case int64:
		return strconv.FormatInt(v, 10)
	}
	return ""
}

// PageOf returns one page of rows, counted from 0. A page beyond the end is
// empty.
func PageOf[T any](rows []T, page, size int) []T {
	if page > len(rows)/size {
		return rows[:0]
	}
	from := min(page*size, len(rows))
	return rows[from:min(from+size, len(rows))]
}

// Digits reports whether s is 1 to n decimal digits.
func Digits(s string, n int) bool {
	return s != "" && len(s) <= n && strings.Trim(s, "0123456789") == ""
}
