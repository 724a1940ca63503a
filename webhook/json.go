package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/mallwire/mall"
)

// text is a string that may also come as a number, all of whose digits are kept.
// null is the empty text.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	switch {
	case len(b) == 0 || b[0] == 'n':
		*t = ""
	case b[0] == '"':
		if n := len(b) - 1; n > 0 && bytes.IndexByte(b, '\\') < 0 && utf8.Valid(b) {
			*t = text(b[1:n])
			return nil
		}
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*t = text(s)
	case b[0] == '-' || '0' <= b[0] && b[0] <= '9':
		*t = text(b)
	default:
		return errors.New("neither text nor number")
	}
	return nil
}

// id returns the text without the letter A that some of Doudian's old replies
// append to order numbers.
func (t text) id() string {
	if n := len(t) - 1; n > 0 && t[n] == 'A' {
		return string(t[:n])
	}
	return string(t)
}

// fen returns an amount; zero where t is not a number.
func (t text) fen() mall.Fen {
	n, err := strconv.ParseInt(string(t), 10, 64)
	if err != nil {
		return 0
	}
	return mall.Fen(n)
}

// texts is a list of texts. Anything else than a list, such as null or "", is empty.
type texts []text

func (t *texts) UnmarshalJSON(b []byte) error {
	*t = nil
	if len(b) == 0 || b[0] != '[' {
		return nil
	}
	return json.Unmarshal(b, (*[]text)(t))
}

func (t texts) ids() []string {
	if len(t) == 0 {
		return nil
	}
	ids := make([]string, len(t))
	for i := range t {
		ids[i] = t[i].id()
	}
	return ids
}

// moment is a time in any of the forms that Doudian uses: seconds as a number or a
// text, RFC 3339, a date, or a date and time of Beijing. In any other form it is the
// zero time: a push is not refused for that, and Raw has the text.
type moment struct{ time.Time }

func (m *moment) UnmarshalJSON(b []byte) error {
	var t text
	m.Time = time.Time{}
	if t.UnmarshalJSON(b) == nil {
		m.Time, _ = readMoment(string(t))
	}
	return nil
}

func readMoment(s string) (time.Time, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		if n <= 0 || n > 1e11 {
			return time.Time{}, false
		}
		return time.Unix(n, 0).In(mall.Beijing), true
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateTime, "2006/01/02 15:04:05", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, mall.Beijing); err == nil {
			return t.In(mall.Beijing), true
		}
	}
	return time.Time{}, false
}

// inner is a JSON value that may also come as a text, a JSON text inside the JSON
// text. It may turn out not to be JSON.
type inner []byte

func (v *inner) UnmarshalJSON(b []byte) error {
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
