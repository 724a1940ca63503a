package doudian

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// The documentation and its page samples disagree on whether numbers, flags and
// ids are JSON strings, and apps send both forms.

// lenientInt is a whole number, as a JSON number or string.
type lenientInt int64

// UnmarshalJSON accepts 12 and "12"; null and "" are zero.
func (n *lenientInt) UnmarshalJSON(b []byte) error {
	b = bytes.Trim(b, `"`)
	if len(b) == 0 || string(b) == "null" {
		*n = 0
		return nil
	}
	v, err := strconv.ParseInt(string(b), 10, 64)
	*n = lenientInt(v)
	return err
}

// lenientBool is a flag, as a JSON boolean or string.
type lenientBool bool

// UnmarshalJSON accepts true, false, "true", "false"; null and "" are false.
func (f *lenientBool) UnmarshalJSON(b []byte) error {
	switch string(bytes.Trim(b, `"`)) {
	case "true":
		*f = true
	case "false", "null", "":
		*f = false
	default:
		return fmt.Errorf("want true or false, not %.20s", b)
	}
	return nil
}

// lenientText is a text, as a JSON string or number.
type lenientText string

// UnmarshalJSON accepts "12" and 12; null is empty.
func (t *lenientText) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		var s string
		err := json.Unmarshal(b, &s)
		*t = lenientText(s)
		return err
	}
	if string(b) == "null" {
		*t = ""
		return nil
	}
	var n json.Number
	err := json.Unmarshal(b, &n)
	*t = lenientText(n)
	return err
}
