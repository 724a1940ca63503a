package walk

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// place is where a list stands: the window being read, what lies beyond it,
// and the page within it. Encoded, it is the public cursor. Its times are in
// UTC, since text cannot carry every zone.
type place struct {
	Question string    `json:"q"`          // what From and To were resolved for
	From     time.Time `json:"f,omitzero"` // the window being read
	End      time.Time `json:"e,omitzero"`
	To       time.Time `json:"t,omitzero"` // the end of the whole list
	Size     int       `json:"s"`
	Page     int       `json:"p"`           // numbered pages; probe comes first
	Rows     int       `json:"r,omitempty"` // numbered pages: how many rows the reply before reported
	Again    int       `json:"a,omitempty"` // numbered pages: how often the window was begun anew
	Cursor   string    `json:"c,omitempty"` // the platform's own
	Print    uint64    `json:"h,omitempty"` // fingerprint of the reply before
	Same     int       `json:"n,omitempty"` // how many replies had it
	circle             // of the platform's cursors in this window
	whole    bool      // see [List].Whole
	done     bool
}

const (
	// probe is the first reading of page 0, which tells how many pages there are.
	probe = -1
	// maxPage bounds what a forged cursor can make us walk through.
	maxPage = 1 << 20
	// maxAgain is how often a window that cannot be halved is begun anew.
	maxAgain = 3
	// stuck is how many replies alike, or empty, show that a cursor leads nowhere.
	stuck = 1000
)

// place reads a cursor, or makes the first place of the range.
func (l List[T]) place(cursor string) (place, error) {
	now := l.Clock.Now()
	r := l.Range
	question := fmt.Sprintf("%s %s %d %d %d", l.Platform, l.Name, r.By, r.From.UnixNano(), r.To.UnixNano())
	if cursor == "" {
		return l.first(question, now)
	}
	var at place
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(text, &at)
	}
	at.whole = l.Whole
	switch {
	case err != nil:
		return place{}, settle.Invalid("this is not a cursor of a list")
	case at.Question != question:
		return place{}, settle.Invalid("the cursor belongs to another query or shop")
	case !at.possible(r, l.Limits, now):
		return place{}, settle.Invalid("the cursor leads out of the query")
	}
	return at, nil
}

// first is where a walk begins.
func (l List[T]) first(question string, now time.Time) (place, error) {
	if l.Whole {
		r, err := l.Range.sized(l.Limits)
		empty := !r.To.IsZero() && r.From.Equal(r.To)
		return place{Question: question, Size: r.PageSize, Page: probe, whole: true, done: empty}, err
	}
	r, err := l.Range.Resolve(l.Limits, now)
	if err != nil {
		return place{}, err
	}
	at := place{Question: question, To: r.To, Size: r.PageSize, done: !r.From.Before(r.To)}
	at.window(r.From, l.Limits)
	return at, nil
}

// possible reports whether a walk over r that began before now can come by this
// place.
func (at place) possible(r Range, l mall.ListLimits, now time.Time) bool {
	if at.Size < 0 || l.MaxPageSize > 0 && at.Size > l.MaxPageSize {
		return false
	}
	if !l.Numbered && (at.Page != probe || at.Same < 0 || at.Steps < 0) {
		return false
	}
	if at.whole {
		return at.Cursor != ""
	}
	step := max(l.Resolution, 1)
	switch {
	case !at.From.Before(at.End) || at.End.After(at.To) || at.To.After(now),
		l.MaxWindow > 0 && at.End.Sub(at.From) > l.MaxWindow,
		!r.From.IsZero() && at.From.Before(r.From.Truncate(step)),
		!r.To.IsZero() && at.To.After(r.To):
		return false
	case l.Numbered:
		return at.Size > 0 && at.Page >= probe && at.Page <= maxPage &&
			(l.MaxRows == 0 || at.Page <= l.MaxRows/at.Size) && at.Cursor == "" && at.Again >= 0 && at.Again <= maxAgain
	}
	return true
}

// encode makes the public cursor; empty at the end.
func (at place) encode() (string, error) {
	if at.done {
		return "", nil
	}
	text, err := json.Marshal(at)
	if err != nil {
		return "", settle.Invalid("the range cannot be written down: %v", err) // a year before 0
	}
	return base64.RawURLEncoding.EncodeToString(text), nil
}

// cursor is what the driver is asked with.
func (at place) cursor() string {
	switch {
	case at.Cursor != "":
		return at.Cursor
	case at.Page > 0:
		return strconv.Itoa(at.Page)
	}
	return ""
}

// window begins a new window at from.
func (at *place) window(from time.Time, l mall.ListLimits) {
	*at = place{Question: at.Question, From: from, End: at.To, To: at.To, Size: at.Size, Page: probe, done: at.done}
	if l.MaxWindow > 0 && from.Add(l.MaxWindow).Before(at.To) {
		at.End = from.Add(l.MaxWindow)
	}
}

// reply is what a place must know of a page, whatever its rows are.
type reply struct {
	noun  string // what a row is called in errors: "orders"
	items int    // rows on this page
	total int    // rows of the whole question; -1: not said
	next  string // the platform's own cursor
	print func() uint64
}

// rows is how many rows the window holds as far as its pages go. A first page
// that is short of rows tells that the platform's pages are smaller than was
// asked for, or that it hides rows: then there may be more pages than Total
// promises.
func (at place) rows(page reply, l mall.ListLimits) int {
	if n := page.items; l.Numbered && n > 0 && n < min(page.total, at.Size) {
		return min((page.total-1)/n, maxPage+1)*at.Size + 1
	}
	return page.total
}

// tooMany reports whether the window is to be read in halves: because the
// platform cannot page through it, which a Total at the bound may hide, or
// because its repeats would be forgotten before they come.
func (at place) tooMany(page reply, l mall.ListLimits) bool {
	if at.Page != probe || at.Cursor != "" {
		return false
	}
	rows := at.rows(page, l)
	return l.MaxRows > 0 && rows >= l.MaxRows || l.Numbered && rows >= generation
}

// halve shortens the window. What is cut off is read later.
func (at *place) halve(l mall.ListLimits) bool {
	half := (at.End.Sub(at.From) / 2).Truncate(Step(l))
	if half <= 0 {
		return false
	}
	at.End, at.Page, at.Rows, at.Again = at.From.Add(half), probe, 0, 0
	return true
}

// next is the place after the page just read.
func (at place) next(page reply, l mall.ListLimits) (place, error) {
	if l.Numbered {
		return at.nextNumber(page, l)
	}
	if page.next == "" {
		return at.nextWindow(l), nil
	}
	// A window whose cursors go in a circle was not read to its end: it must end
	// with a failure.
	if at.closes(at.Cursor, page.next) {
		return at, noProgress()
	}
	at.Cursor = page.next
	if content := page.print(); content != at.Print {
		at.Print, at.Same = content, 0
	} else if at.Same++; at.Same >= stuck {
		return at, noProgress()
	}
	return at, nil
}

// nextNumber goes from the probe to the last page and from there down to page
// 0, which is read again, as rows may have moved into it. While rows only leave
// a window, one that has not been seen is never on a page above.
func (at place) nextNumber(page reply, l mall.ListLimits) (place, error) {
	switch {
	case page.total < 0:
		return at, &mall.Error{Kind: mall.ErrReply, Message: "a numbered page does not say how many rows there are"}
	case at.Page == probe:
		last := (at.rows(page, l) - 1) / at.Size
		switch {
		case last <= 0:
			return at.nextWindow(l), nil
		case page.items == 0:
			return at, unavailable("the first page is empty, yet there are %d %s", page.total, page.noun)
		case last > maxPage:
			return at, settle.Invalid("%d pages of %d %s: ask for larger pages", last+1, at.Size, page.noun)
		}
		at.Page, at.Rows = last, page.total
		return at, nil
	case page.total > at.Rows:
		// Rows appeared, later than Lag allows, and pushed others onto pages that
		// are behind us.
		if at.halve(l) {
			return at, nil
		}
		if at.Again++; at.Again > maxAgain {
			return at, unavailable("%s keep appearing at %s: the list is more than %s late",
				page.noun, at.From.In(mall.Beijing).Format(time.DateTime), l.Lag)
		}
		at.Page, at.Rows = probe, 0
		return at, nil
	case at.Page > 0:
		at.Page--
		at.Rows = page.total
		return at, nil
	}
	return at.nextWindow(l), nil
}

// nextWindow is the place after the window, or the end.
func (at place) nextWindow(l mall.ListLimits) place {
	if !at.End.Before(at.To) {
		at.done = true
		return at
	}
	at.window(at.End, l)
	return at
}

// unavailable is the failure of a list that may be read some time later.
func unavailable(format string, args ...any) error {
	return &mall.Error{Kind: mall.ErrUnavailable, Message: fmt.Sprintf(format, args...)}
}
