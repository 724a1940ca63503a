package wire

import (
	"time"

	"github.com/mallwire/mall"
)

// Instant is a moment that comes as Unix seconds, bare or in quotes, or in one of
// the forms of [ParseTime]. Zero, null and the empty text are the zero time.
type Instant struct{ time.Time }

// UnmarshalJSON reads either form.
func (t *Instant) UnmarshalJSON(b []byte) error {
	if text, ok := plain(b); ok {
		if at, ok := ParseTime(text); ok {
			t.Time = at.UTC()
			return nil
		}
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

// ParseTime reads a time that is written as text: with its zone (RFC 3339), as a
// date and time of Beijing with hyphens or slashes, or as a date there.
func ParseTime(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, time.DateTime, "2006/01/02 15:04:05", time.DateOnly} {
		if len(text) < len(time.DateOnly) {
			break
		}
		if at, err := time.ParseInLocation(layout, text, mall.Beijing); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}
