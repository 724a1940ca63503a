package wire

import (
	"strings"
	"time"
)

// Instant is a moment that comes as Unix seconds, bare or in quotes, or as text
// with its zone (RFC 3339). Zero, null and the empty text are the zero time.
type Instant struct{ time.Time }

// UnmarshalJSON reads either form.
func (t *Instant) UnmarshalJSON(b []byte) error {
	if text, ok := plain(b); ok && strings.Contains(text, "T") {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return misfit[Instant](b)
		}
		t.Time = at.UTC()
		return nil
	}
	var s Seconds
	err := s.UnmarshalJSON(b)
	t.Time = s.Time
	return err
}

// Millis is an instant that comes as Unix milliseconds, bare or in quotes. Zero,
// null and the empty text are the zero time.
type Millis struct{ time.Time }

// UnmarshalJSON reads Unix milliseconds.
func (t *Millis) UnmarshalJSON(b []byte) error {
	var n Int
	if err := n.UnmarshalJSON(b); err != nil {
		return err
	}
	t.Time = time.Time{}
	if n != 0 {
		t.Time = time.UnixMilli(int64(n)).UTC()
	}
	return nil
}
