package order_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// noon is the time in most tests.
var noon = time.Date(2026, time.March, 2, 12, 0, 0, 0, mall.Beijing)

// before is a moment so many seconds before noon.
func before(seconds int) time.Time { return noon.Add(-time.Duration(seconds) * time.Second) }

func clockAt(t time.Time) mall.Clock { return func() time.Time { return t } }

// row is an order that was created and last changed at the given moments.
func row(id string, created, updated time.Time) order.Order {
	return order.Order{
		ID: id, Status: order.StatusToShip, PlatformStatus: "2", Created: created, Updated: updated,
		Lines: []order.Line{{ID: id, SKU: sku.Ref{ID: "sku-" + id}, Quantity: 1, Refund: order.RefundNone}},
	}
}

// rows are n orders, one every gap seconds, the last one gap seconds before noon.
func rows(n, gap int) []order.Order {
	list := make([]order.Order, n)
	for i := range list {
		moment := before((n - i) * gap)
		list[i] = row(fmt.Sprintf("o%03d", i), moment, moment)
	}
	return list
}

// asked is one question that a platform got.
type asked struct {
	order.Query
	Cursor string
}

// platform is a list of orders that behaves as a real one does: sorted by the
// clock asked for, both ends of the range counted in, Total of the moment.
type platform struct {
	limits order.Limits
	answer func(p *platform, matching []order.Order, q order.Query, cursor string) (mall.Page[order.Order], error)

	mu    sync.Mutex
	rows  []order.Order
	asked []asked
	after func(n int) // called after the nth reply, counted from 1
	deaf  bool        // to contexts
}

var errBounds = errors.New("platform: out of bounds")

func newNumbered(rows []order.Order) *platform {
	return &platform{rows: rows, answer: numbered, limits: order.Limits{ListLimits: mall.ListLimits{
		MaxPageSize: 10,
		History:     90 * 24 * time.Hour,
		Resolution:  time.Second,
		Numbered:    true,
	}}}
}

func newCursor(rows []order.Order) *platform {
	return &platform{rows: rows, answer: keyset, limits: order.Limits{ListLimits: mall.ListLimits{
		MaxPageSize: 10,
		History:     90 * 24 * time.Hour,
		Resolution:  time.Second,
	}}}
}

func (p *platform) Platform() mall.Platform { return "fake" }

func (p *platform) Limits() order.Limits { return p.limits }

func (p *platform) Page(ctx context.Context, q order.Query, cursor string) (mall.Page[order.Order], error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if ctx.Err() != nil && !p.deaf {
		return mall.Page[order.Order]{}, context.Cause(ctx)
	}
	p.asked = append(p.asked, asked{q, cursor})
	if q.From.IsZero() || q.To.IsZero() || q.To.Before(q.From) || q.PageSize < 1 || p.limits.MaxPageSize > 0 && q.PageSize > p.limits.MaxPageSize ||
		p.limits.MaxWindow > 0 && q.To.Sub(q.From) > p.limits.MaxWindow {
		return mall.Page[order.Order]{}, errBounds
	}
	var matching []order.Order
	for _, o := range p.rows {
		moment := clockOf(q, o)
		if !moment.Before(q.From) && !moment.After(q.To) && (q.Status == "" || o.Status == q.Status) {
			o.Lines = slices.Clone(o.Lines)
			matching = append(matching, o)
		}
	}
	slices.SortStableFunc(matching, func(a, b order.Order) int {
		return cmp.Or(clockOf(q, a).Compare(clockOf(q, b)), cmp.Compare(a.ID, b.ID))
	})
	page, err := p.answer(p, matching, q, cursor)
	if err == nil && p.after != nil {
		p.after(len(p.asked))
	}
	return page, err
}

func clockOf(q order.Query, o order.Order) time.Time {
	if q.By == mall.ByCreation {
		return o.Created
	}
	return o.Updated
}

// numbered answers with pages counted from 0.
func numbered(p *platform, matching []order.Order, q order.Query, cursor string) (mall.Page[order.Order], error) {
	page := 0
	if cursor != "" {
		page, _ = strconv.Atoi(cursor)
	}
	from := min(page*q.PageSize, len(matching))
	if p.limits.MaxRows > 0 && (page+1)*q.PageSize > p.limits.MaxRows+q.PageSize-1 {
		return mall.Page[order.Order]{}, errBounds
	}
	return mall.Page[order.Order]{Items: matching[from:min(from+q.PageSize, len(matching))], Total: len(matching)}, nil
}

// keyset answers with a cursor that names the last row given.
func keyset(_ *platform, matching []order.Order, q order.Query, cursor string) (mall.Page[order.Order], error) {
	key := func(o order.Order) string { return fmt.Sprintf("%d/%s", clockOf(q, o).Unix(), o.ID) }
	from := slices.IndexFunc(matching, func(o order.Order) bool { return key(o) > cursor })
	if from < 0 {
		from = len(matching)
	}
	to := min(from+q.PageSize, len(matching))
	page := mall.Page[order.Order]{Items: matching[from:to], Total: len(matching)}
	if to < len(matching) {
		page.Next = key(matching[to-1])
	}
	return page, nil
}

func (p *platform) Get(ctx context.Context, id string) (order.Order, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if ctx.Err() != nil {
		return order.Order{}, context.Cause(ctx)
	}
	for _, o := range p.rows {
		if o.ID == id {
			o.Lines = slices.Clone(o.Lines)
			return o, nil
		}
	}
	return order.Order{}, &mall.Error{Platform: "fake", Kind: mall.ErrNotFound}
}

// service is the shop over d at noon.
func service(d order.Driver) *order.Service {
	return order.NewService(d, "shop-1", order.Options{Clock: clockAt(noon)})
}

// collect walks q and returns the ids in the order in which they came.
func collect(ctx context.Context, s *order.Service, q order.Query) ([]string, error) {
	var ids []string
	for o, err := range s.All(ctx, q) {
		if err != nil {
			return ids, err
		}
		ids = append(ids, o.ID)
	}
	return ids, nil
}

// idsOf are the ids of rows, sorted.
func idsOf(rows []order.Order) []string {
	ids := make([]string, len(rows))
	for i, o := range rows {
		ids[i] = o.ID
	}
	slices.Sort(ids)
	return ids
}
