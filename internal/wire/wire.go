package wire

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Text is a string that may also come as a bare number, all of whose digits are
// kept. Null is the empty text.
type Text string

// UnmarshalJSON reads a string, a number or null.
func (t *Text) UnmarshalJSON(b []byte) error {
	switch {
	case string(b) == "null":
		*t = ""
	case b[0] == '"':
		s, err := unquote(b)
		*t = Text(s)
		return err
	case b[0] == '-' || b[0] >= '0' && b[0] <= '9':
		*t = Text(b)
	default:
		return misfit[Text](b)
	}
	return nil
}

// Int is a whole number that may also come as text. Null and the empty text
// are zero.
type Int int64

// UnmarshalJSON reads a whole number, bare or in quotes, or nothing.
func (n *Int) UnmarshalJSON(b []byte) error {
	text, ok := plain(b)
	if *n = 0; ok && text == "" {
		return nil
	}
	v, err := strconv.ParseInt(text, 10, 64)
	if !ok || err != nil {
		return misfit[Int](b)
	}
	*n = Int(v)
	return nil
}

// String returns the decimal digits, the form in which a platform's own values
// are kept.
func (n Int) String() string { return strconv.FormatInt(int64(n), 10) }

// Total returns how many rows a list has, or -1 if the platform does not say,
// which is not the same as none.
func Total(n *Int) int {
	if n == nil {
		return -1
	}
	return int(*n)
}

// Bool is a truth value that may also come as text or as 0 and 1. Null and the
// empty text are false.
type Bool bool

// UnmarshalJSON reads a truth value in any of its forms.
func (t *Bool) UnmarshalJSON(b []byte) error {
	text, ok := plain(b)
	switch strings.ToLower(text) {
	case "true", "1":
		*t = true
	case "false", "0", "":
		*t = false
	default:
		ok = false
	}
	if !ok {
		return misfit[Bool](b)
	}
	return nil
}

// Seconds is an instant that comes as Unix seconds, bare or in quotes. Zero,
// null and the empty text are the zero time.
type Seconds struct{ time.Time }

// UnmarshalJSON reads Unix seconds.
func (t *Seconds) UnmarshalJSON(b []byte) error {
	var n Int
	if err := n.UnmarshalJSON(b); err != nil {
		return err
	}
	t.Time = time.Time{}
	if n != 0 {
		t.Time = time.Unix(int64(n), 0).UTC()
	}
	return nil
}

// List is a list that may also come as null, or as an empty map or text.
type List[T any] []T

// UnmarshalJSON reads a list or nothing.
func (l *List[T]) UnmarshalJSON(b []byte) error {
	if empty(b) {
		*l = nil
		return nil
	}
	return json.Unmarshal(b, (*[]T)(l))
}

// Object is a struct that may also come as null, or as an empty list or text;
// these leave it unchanged.
type Object[T any] struct{ V T }

// UnmarshalJSON reads an object or nothing.
func (o *Object[T]) UnmarshalJSON(b []byte) error {
	if empty(b) {
		return nil
	}
	return json.Unmarshal(b, &o.V)
}

// empty reports whether b is one of the ways in which platforms write nothing.
func empty(b []byte) bool {
	switch string(b) {
	case "null", "[]", "{}", `""`:
		return true
	}
	return false
}

// plain returns the text of a single value without its quotes, empty for null.
// It reports false for a list, an object or a broken string.
func plain(b []byte) (string, bool) {
	switch {
	case string(b) == "null":
		return "", true
	case b[0] == '"':
		s, err := unquote(b)
		return strings.TrimSpace(s), err == nil
	case b[0] == '{' || b[0] == '[':
		return "", false
	}
	return string(b), true
}

// misfit returns the error for a value that T cannot hold. Its type matters:
// encoding/json adds the path of the field to an UnmarshalTypeError and to no
// other error.
func misfit[T any](b []byte) error {
	kind := "number"
	switch b[0] {
	case '"':
		kind = "string"
	case '{':
		kind = "object"
	case '[':
		kind = "array"
	case 't', 'f':
		kind = "bool"
	}
	return &json.UnmarshalTypeError{Value: kind, Type: reflect.TypeFor[T]()}
}

// unquote reads a text. Most have no escapes, and need no decoder.
func unquote(b []byte) (string, error) {
	if n := len(b) - 1; n > 0 && bytes.IndexByte(b, '\\') < 0 && utf8.Valid(b) {
		return string(b[1:n]), nil
	}
	var s string
	err := json.Unmarshal(b, &s)
	return s, err
}
