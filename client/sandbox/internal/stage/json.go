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

// ToObject reads v's JSON form as an object. A nil v has no members.
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

// Decode is json.Unmarshal with numbers kept as text: ids exceed 2^53.
func Decode(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("something follows the JSON value")
	}
	return nil
}

// Merge lays patch over base, as RFC 7396 does, and returns the result. Neither is changed.
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

// Lax is a number read out of an order as well as can be: an order made
// unreadable on purpose is kept as it is.
type Lax int64

// UnmarshalJSON never fails; what is not a number is zero.
func (n *Lax) UnmarshalJSON(b []byte) error {
	v, _ := strconv.ParseInt(string(bytes.Trim(b, `"`)), 10, 64)
	*n = Lax(v)
	return nil
}

// Encode is JSON without HTML escapes, for values that cannot fail.
func Encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("sandbox: %T does not encode: %v", v, err))
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// Patch lays fields over a struct by way of its JSON form. A field that the
// struct does not have is an error, as a misspelt one would do nothing.
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

// Number reads a JSON number or digits, or returns other.
func Number(v any, other int64) int64 {
	n, err := strconv.ParseInt(Text(v), 10, 64)
	if err != nil {
		return other
	}
	return n
}

// Text reads a JSON text or number; anything else is empty.
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

// PageOf is one page of a list, counted from 0, however far behind the end.
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
