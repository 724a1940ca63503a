package webhook

import (
	"strconv"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/wire"
)

// texts is a list of texts. Anything else than a list, such as null or "", is empty.
type texts []wire.Text

func (t *texts) UnmarshalJSON(b []byte) error {
	*t = nil
	if len(b) == 0 || b[0] != '[' {
		return nil
	}
	return (*wire.List[wire.Text])(t).UnmarshalJSON(b)
}

// fenOf returns an amount; zero where t is not a number.
func fenOf(t wire.Text) mall.Fen {
	n, err := strconv.ParseInt(string(t), 10, 64)
	if err != nil {
		return 0
	}
	return mall.Fen(n)
}

// isID reports whether t is a positive whole number that fits an int64.
func isID(t wire.Text) bool {
	n, err := strconv.ParseInt(string(t), 10, 64)
	return err == nil && n > 0 && t[0] != '0' && t[0] != '+'
}

// moment is a time in any of the forms of [wire.ParseTime], or in seconds as a number
// or a text. In any other form it is the zero time: a push is not refused for that,
// and Raw has the text.
type moment struct{ time.Time }

func (m *moment) UnmarshalJSON(b []byte) error {
	var t wire.Text
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
	at, ok := wire.ParseTime(s)
	if !ok {
		return time.Time{}, false
	}
	return at.In(mall.Beijing), true
}
