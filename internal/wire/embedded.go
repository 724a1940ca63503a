package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"unicode/utf8"
)

// Embedded is a JSON value that may also come inside a text, as JSON within JSON.
// What was in a text may turn out not to be JSON.
type Embedded []byte

// UnmarshalJSON keeps the value, without the text around it.
func (v *Embedded) UnmarshalJSON(b []byte) error {
	switch {
	case len(b) < 2 || b[0] != '"':
		*v = bytes.Clone(b)
		return nil
	case !utf8.Valid(b):
		return errors.New("a text is not UTF-8")
	}
	b = b[1 : len(b)-1]
	out := make([]byte, 0, len(b))
	for {
		i := bytes.IndexByte(b, '\\')
		if i < 0 || i+1 == len(b) {
			*v = append(out, b...)
			return nil
		}
		out = append(out, b[:i]...)
		// These are the escapes of JSON inside a text. All others are rare, and are
		// left to encoding/json.
		switch c := b[i+1]; c {
		case '"', '\\', '/':
			out, b = append(out, c), b[i+2:]
		case 'n':
			out, b = append(out, '\n'), b[i+2:]
		default:
			var rest string
			if err := json.Unmarshal(slices.Concat([]byte{'"'}, b[i:], []byte{'"'}), &rest); err != nil {
				return err
			}
			*v = append(out, rest...)
			return nil
		}
	}
}
