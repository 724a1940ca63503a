package order

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/mallwire/mall"
)

// place is where a list stands: the window being read, what lies beyond it,
// and the page within it. Encoded, it is the public cursor. Its times are in
// UTC, since text cannot carry every zone.
type place struct {
	Question string    `json:"q"` // what From and To were resolved for
	From     time.Time `json:"f"` // the window being read
	End      time.Time `json:"e"`
	To       time.Time `json:"t"` // the end of the whole list
	Size     int       `json:"s"`
	Page     int       `json:"p"`           // numbered pages; probe comes first
	Rows     int       `json:"r,omitempty"` // numbered pages: how many rows the reply before reported
	Again    int       `json:"a,omitempty"` // numbered pages: how often the window was begun anew
	Cursor   string    `json:"c,omitempty"` // the platform's own
	Print    uint64    `json:"h,omitempty"` // fingerprint of the reply before
	Same     int       `json:"n,omitempty"` // how many replies had it
	Anchor   string    `json:"b,omitempty"` // a cursor of the platform from before: circles come by it again
	Steps    int       `json:"k,omitempty"` // how many cursors the window had
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

// readPlace reads a cursor, or makes the first place of q. The question names
// the list and all that was asked for: cursors with another one are refused.
func readPlace(question string, q Query, cursor string, l Limits, now time.Time) (place, error) {
	if cursor == "" {
		q, err := q.resolve(l, now)
		if err != nil {
			return place{}, err
		}
		at := place{Question: question, To: q.To, Size: q.PageSize}
		at.window(q.From, l)
		return at, nil
	}
	var at place
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(text, &at)
	}
	switch {
	case err != nil:
		return place{}, invalid("this is not a cursor of a list")
	case at.Question != question:
		return place{}, invalid("the cursor belongs to another query or shop")
	case !at.possible(q, l, now):
		return place{}, invalid("the cursor leads out of the query")
	}
	return at, nil
}

// possible reports whether a walk over q that began before now can come by this
// place.
func (at place) possible(q Query, l Limits, now time.Time) bool {
	step := max(l.Resolution, 1)
	switch {
	case !at.From.Before(at.End) || at.End.After(at.To) || at.To.After(now),
		l.MaxWindow > 0 && at.End.Sub(at.From) > l.MaxWindow,
		!q.From.IsZero() && at.From.Before(q.From.Truncate(step)),
		!q.To.IsZero() && at.To.After(q.To):
		return false
	case at.Size < 0 || l.MaxPageSize > 0 && at.Size > l.MaxPageSize:
		return false
	case l.Paging == PagingNumber:
		return at.Size > 0 && at.Page >= probe && at.Page <= maxPage && (l.MaxRows == 0 || at.Page <= l.MaxRows/at.Size) &&
			at.Cursor == "" && at.Again >= 0 && at.Again <= maxAgain
	}
	return at.Page == probe && at.Same >= 0 && at.Steps >= 0
}

// encode makes the public cursor; empty at the end.
func (at place) encode() (string, error) {
	if at.done {
		return "", nil
	}
	text, err := json.Marshal(at)
	if err != nil {
		return "", invalid("the range cannot be written down: %v", err) // a year before 0
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
func (at *place) window(from time.Time, l Limits) {
	*at = place{Question: at.Question, From: from, End: at.To, To: at.To, Size: at.Size, Page: probe}
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
func (at place) rows(page reply, l Limits) int {
	if n := page.items; l.Paging == PagingNumber && n > 0 && n < min(page.total, at.Size) {
		return min((page.total-1)/n, maxPage+1)*at.Size + 1
	}
	return page.total
}

// tooMany reports whether the window is to be read in halves: because the
// platform cannot page through it, which a Total at the bound may hide, or
// because its repeats would be forgotten before they come.
func (at place) tooMany(page reply, l Limits) bool {
	if at.Page != probe || at.Cursor != "" {
		return false
	}
	rows := at.rows(page, l)
	return l.MaxRows > 0 && rows >= l.MaxRows || l.Paging == PagingNumber && rows >= generation
}

// halve shortens the window. What is cut off is read later.
func (at *place) halve(l Limits) bool {
	half := (at.End.Sub(at.From) / 2).Truncate(l.step())
	if half <= 0 {
		return false
	}
	at.End, at.Page, at.Rows, at.Again = at.From.Add(half), probe, 0, 0
	return true
}

// next is the place after the page just read.
func (at place) next(page reply, l Limits) (place, error) {
	if l.Paging == PagingNumber {
		return at.nextNumber(page, l)
	}
	if page.next == "" {
		return at.nextWindow(l), nil
	}
	// One cursor from before is kept, and moved up at every power of two: that
	// finds a circle of any length. The window must end with a failure then: it
	// was not read to its end.
	if page.next == at.Cursor || page.next == at.Anchor {
		return at, noProgress()
	}
	at.Cursor = page.next
	if at.Steps++; at.Steps&(at.Steps-1) == 0 {
		at.Anchor = at.Cursor
	}
	if content := page.print(); content != at.Print {
		at.Print, at.Same = content, 0
	} else if at.Same++; at.Same >= stuck {
		return at, noProgress()
	}
	return at, nil
}

// noProgress is the failure of a list that does not advance.
func noProgress() error {
	return &mall.Error{Kind: mall.ErrReply, Message: "the list does not advance", Err: mall.ErrNoProgress}
}

// nextNumber goes from the probe to the last page and from there down to page
// 0, which is read again, as rows may have moved into it. While rows only leave
// a window, one that has not been seen is never on a page above.
func (at place) nextNumber(page reply, l Limits) (place, error) {
	switch {
	case page.total < 0:
		return at, &mall.Error{Kind: mall.ErrReply, Message: "a numbered page does not say how many rows there are"}
	case at.Page == probe:
		last := (at.rows(page, l) - 1) / at.Size
		switch {
		case last <= 0:
			return at.nextWindow(l), nil
		case page.items == 0:
			return at, &mall.Error{Kind: mall.ErrUnavailable, Message: fmt.Sprintf("the first page is empty, yet there are %d %s", page.total, page.noun)}
		case last > maxPage:
			return at, invalid("%d pages of %d %s: ask for larger pages", last+1, at.Size, page.noun)
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
			return at, &mall.Error{Kind: mall.ErrUnavailable, Message: fmt.Sprintf(
				"%s keep appearing at %s: the list is more than %s late", page.noun, at.From.In(mall.Beijing).Format(time.DateTime), l.Lag)}
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
func (at place) nextWindow(l Limits) place {
	if !at.End.Before(at.To) {
		at.done = true
		return at
	}
	at.window(at.End, l)
	return at
}
