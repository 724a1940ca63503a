package order

import (
	"fmt"
	"time"

	"github.com/mallwire/mall"
)

// Query says which orders to list. The zero Query means every order that the
// platform still lists, by update time.
type Query struct {
	// By chooses the clock that From and To are read on.
	By By
	// From is inclusive. Zero means as far back as the platform lists.
	From time.Time
	// To is exclusive, but orders of that very moment may be listed as well. Zero
	// means now; in any case the list ends a little before now ([Limits.Lag]),
	// since rows may appear late. [Service.Resolve] tells where.
	To time.Time
	// Status keeps orders of one status. Zero keeps all, closed ones too.
	Status Status
	// PageSize is how many orders to ask for at once. Zero means as many as
	// the platform allows.
	PageSize int
}

// By is the clock of a query.
type By int

const (
	// ByUpdate lists orders by their last change. It is the feed to keep up
	// with: it shows payments, refunds and address changes.
	ByUpdate By = iota
	// ByCreation lists orders by when they were placed. It is for backfill: an
	// order seen once is not seen again when it changes.
	ByCreation
)

// Limits is what a platform imposes on its order list, stated by its driver.
type Limits struct {
	MaxPageSize int
	MaxWindow   time.Duration // longest From..To of one question; zero: no bound
	History     time.Duration // how far back From may lie; zero: no bound
	MaxRows     int           // most rows that one question can page through; zero: no bound
	Lag         time.Duration // how long a row may take to appear in the list, or to change its place
	Resolution  time.Duration // the finest step of the platform's clock
	Paging      Paging
	MaxBatch    int // most texts in one call of Decrypt, Mask or SearchIndex; zero: no bound
}

// Paging is how a platform divides a list.
type Paging int

const (
	// PagingCursor: each reply names the next place; rows that change meanwhile
	// do not disturb it.
	PagingCursor Paging = iota
	// PagingNumber: pages are numbered. Rows that change leave the window and
	// move all later ones forward, so the pages are read from the last to the
	// first, where a row can only be seen twice.
	PagingNumber
)

// historyMargin keeps the oldest window inside the platform's history while it
// is being walked.
const historyMargin = time.Hour

// step is the shortest window worth asking for.
func (l Limits) step() time.Duration { return max(l.Resolution, time.Millisecond) }

// resolve fills in what q leaves open and refuses what l cannot serve.
func (q Query) resolve(l Limits, now time.Time) (Query, error) {
	if q.By != ByUpdate && q.By != ByCreation {
		return q, invalid("unknown clock %d", q.By)
	}
	switch {
	case q.PageSize < 0 || l.MaxPageSize > 0 && q.PageSize > l.MaxPageSize:
		return q, invalid("page size %d: the platform allows 1 to %d", q.PageSize, l.MaxPageSize)
	case q.PageSize == 0 && l.MaxPageSize == 0 && l.Paging == PagingNumber:
		return q, invalid("PageSize is needed: the platform sets no limit")
	case q.PageSize == 0:
		q.PageSize = l.MaxPageSize
	}
	if !q.To.IsZero() && q.From.After(q.To) {
		return q, invalid("From is after To")
	}
	if latest := now.Add(-l.Lag); q.To.IsZero() || q.To.After(latest) {
		q.To = latest
	}
	switch oldest := now.Add(-l.History); {
	case l.History == 0 && q.From.IsZero():
		return q, invalid("From is needed: the platform sets no limit to its history")
	case q.From.IsZero():
		q.From = oldest.Add(min(historyMargin, l.History/2))
	case l.History > 0 && q.From.Before(oldest):
		return q, invalid("From lies before %s: older orders are no longer listed", oldest.In(mall.Beijing).Format(time.DateTime))
	}
	step := max(l.Resolution, 1)
	q.From, q.To = q.From.UTC().Truncate(step), q.To.UTC().Truncate(step)
	if q.To.Before(q.From) {
		q.To = q.From // too early to list anything
	}
	return q, nil
}

// invalid is a refusal before anything was sent.
func invalid(format string, args ...any) *mall.Error {
	return &mall.Error{Kind: mall.ErrInvalid, Message: fmt.Sprintf(format, args...)}
}
