package walk

import (
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Range is the stretch of time that a walk reads, and in which steps.
type Range struct {
	By       mall.By
	From     time.Time // inclusive; zero: as far back as the platform lists
	To       time.Time // exclusive; zero: now, less the platform's lag
	PageSize int       // zero: as many rows as the platform allows
}

// historyMargin keeps the oldest window inside the platform's history while it
// is being walked.
const historyMargin = time.Hour

// Step is the shortest window worth asking for.
func Step(l mall.ListLimits) time.Duration { return max(l.Resolution, time.Millisecond) }

// Resolve fills in what r leaves open and refuses what l cannot serve.
func (r Range) Resolve(l mall.ListLimits, now time.Time) (Range, error) {
	if r.By != mall.ByUpdate && r.By != mall.ByCreation {
		return r, settle.Invalid("unknown clock %d", r.By)
	}
	if !l.Has(r.By) {
		return r, &mall.Error{Kind: mall.ErrNotSupported, Message: map[mall.By]string{
			mall.ByUpdate: "this list is not kept by update time: " +
				"walk it by creation, over the period in which a row can still change",
			mall.ByCreation: "this list is not kept by time of creation",
		}[r.By]}
	}
	r, err := r.sized(l)
	if err != nil {
		return r, err
	}
	if latest := now.Add(-l.Lag); r.To.IsZero() || r.To.After(latest) {
		r.To = latest
	}
	switch oldest := now.Add(-l.History); {
	case l.History == 0 && r.From.IsZero():
		return r, settle.Invalid("From is needed: the platform sets no limit to its history")
	case r.From.IsZero():
		r.From = oldest.Add(min(historyMargin, l.History/2))
	case l.History > 0 && r.From.Before(oldest):
		return r, settle.Invalid("From lies before %s: what is older is no longer listed",
			oldest.In(mall.Beijing).Format(time.DateTime))
	}
	step := max(l.Resolution, 1)
	r.From, r.To = r.From.UTC().Truncate(step), r.To.UTC().Truncate(step)
	if r.To.Before(r.From) {
		r.To = r.From // too early to list anything
	}
	return r, nil
}

// sized checks what every range must keep to, and fills in the page size.
func (r Range) sized(l mall.ListLimits) (Range, error) {
	switch {
	case r.PageSize < 0 || l.MaxPageSize > 0 && r.PageSize > l.MaxPageSize:
		return r, settle.Invalid("page size %d: the platform allows 1 to %d", r.PageSize, l.MaxPageSize)
	case r.PageSize == 0 && l.MaxPageSize == 0 && l.Numbered:
		return r, settle.Invalid("PageSize is needed: the platform sets no limit")
	case r.PageSize == 0:
		r.PageSize = l.MaxPageSize
	}
	r.PageSize = max(r.PageSize, l.MinPageSize)
	if !r.To.IsZero() && r.From.After(r.To) {
		return r, settle.Invalid("From is after To")
	}
	return r, nil
}
