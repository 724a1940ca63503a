package order_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// edit is one edit of one order: its first one creates it.
type edit struct {
	order  int
	seq    int       // of the order's changes, from 1
	at     time.Time // what Get tells from then on
	listed time.Time // when the list shows it; until then it shows the state before
}

// mart is a platform with one shop whose orders edit by plan: the list is in
// numbered pages or has cursors, as its limits say, is sorted by the steps of its
// clock, and shows a edit late; Get tells the truth of the moment. Nothing happens in it between two calls that would not
// have happened at the time of the later one, so it needs no goroutine.
type mart struct {
	limits    order.Limits
	exclusive bool // the end of a window is not counted in
	faulty    bool // calls fail now and then
	bad       int  // every so manieth order cannot be read; 0: none

	mu      sync.Mutex
	rng     *rand.Rand
	changes []edit // by at
	visible []edit // by listed
	present []edit // of each order, the one that happened last; zero: not created
	shown   []edit // of each order, the one that the list shows
	index   []int  // orders as listed
	calls   int
}

// newMart plans n orders that are created in the span from now on and edit a
// few times each. Some changes come in bursts of hundreds in one step of the
// clock, as when a merchant ships everything at once.
func newMart(seed uint64, n int, span time.Duration, limits order.Limits) *mart {
	m := &mart{limits: limits, rng: rand.New(rand.NewPCG(seed, 7)), present: make([]edit, n), shown: make([]edit, n)}
	start := time.Now()
	var bursts []time.Time
	for range 1 + n/400 {
		bursts = append(bursts, start.Add(time.Duration(m.rng.Int64N(int64(span)))))
	}
	for i := range n {
		times := []time.Time{start.Add(time.Duration(m.rng.Int64N(int64(span))))}
		for range m.rng.IntN(5) {
			at := start.Add(time.Duration(m.rng.Int64N(int64(span))))
			switch m.rng.IntN(4) {
			case 0: // within the same step of the clock, as likely as not
				at = times[0].Add(time.Duration(m.rng.Int64N(int64(limits.Resolution))))
			case 1:
				at = bursts[m.rng.IntN(len(bursts))].Add(time.Duration(m.rng.Int64N(int64(limits.Resolution))))
			}
			times = append(times, at)
		}
		slices.SortFunc(times, time.Time.Compare)
		var shown time.Time
		for seq, at := range times {
			late := time.Duration(m.rng.Int64N(int64(limits.Lag) + 1))
			if m.rng.IntN(5) == 0 {
				late = limits.Lag
			}
			if listed := at.Add(late); listed.After(shown) {
				shown = listed
			}
			m.changes = append(m.changes, edit{i, seq + 1, at, shown})
		}
	}
	m.visible = slices.Clone(m.changes)
	slices.SortStableFunc(m.changes, func(a, b edit) int { return a.at.Compare(b.at) })
	slices.SortStableFunc(m.visible, func(a, b edit) int { return a.listed.Compare(b.listed) })
	return m
}

// catchUp lets happen what is due. The lock is held.
func (m *mart) catchUp() {
	now := time.Now()
	for len(m.changes) > 0 && !m.changes[0].at.After(now) {
		m.present[m.changes[0].order] = m.changes[0]
		m.changes = m.changes[1:]
	}
	for len(m.visible) > 0 && !m.visible[0].listed.After(now) {
		c := m.visible[0]
		m.visible = m.visible[1:]
		if i, ok := slices.BinarySearchFunc(m.index, m.shown[c.order], m.compare); ok {
			m.index = slices.Delete(m.index, i, i+1)
		}
		m.shown[c.order] = c
		i, _ := slices.BinarySearchFunc(m.index, c, m.compare)
		m.index = slices.Insert(m.index, i, c.order)
	}
}

// compare is how the list is sorted: by the step of the clock, then by order.
func (m *mart) compare(listed int, c edit) int {
	return cmp.Or(cmp.Compare(m.tick(m.shown[listed].at), m.tick(c.at)), cmp.Compare(listed, c.order))
}

// tick is the step of the clock that a moment lies in.
func (m *mart) tick(at time.Time) int64 { return at.UnixNano() / int64(m.limits.Resolution) }

func martID(i int) string { return fmt.Sprintf("o%05d", i) }

// state is what an order looks like after a edit. Its cipher text is another
// one in each reply.
func (m *mart) state(c edit) order.Order {
	m.calls++
	return order.Order{
		ID: martID(c.order), Status: order.StatusToShip, PlatformStatus: strconv.Itoa(c.seq),
		Updated:  c.at.Truncate(m.limits.Resolution),
		Receiver: order.Receiver{Name: order.Protected{Cipher: strconv.Itoa(m.calls), Mask: "示*"}},
	}
}

// seqOf reads back which edit an order shows.
func seqOf(o order.Order) int {
	seq, _ := strconv.Atoi(o.PlatformStatus)
	return seq
}

func (m *mart) unreadable(i int) bool { return m.bad > 0 && i%m.bad == m.bad-1 }

func errBad(i int) error {
	return &mall.Error{Platform: "mart", Kind: mall.ErrReply, Message: martID(i) + " is not in the expected form"}
}

// answer waits as a network does and fails now and then. The lock is held, but
// not while waiting.
func (m *mart) answer(ctx context.Context) error {
	latency := time.Duration(20+m.rng.IntN(280)) * time.Millisecond
	fault := 100
	if m.faulty {
		fault = m.rng.IntN(100)
	}
	m.mu.Unlock()
	err := wait(ctx, latency)
	m.mu.Lock()
	if err != nil {
		return err
	}
	m.catchUp()
	switch fault {
	case 0, 1, 2:
		return &mall.Error{Platform: "mart", Kind: mall.ErrRateLimited, RetryAfter: 2 * time.Second}
	case 3, 4, 5:
		return &mall.Error{Platform: "mart", Kind: mall.ErrUnavailable, Message: "connection cut"}
	case 6, 7:
		return &mall.Error{Platform: "mart", Kind: mall.ErrReply, Message: "HTML instead of JSON"}
	}
	return nil
}

// wait sleeps unless ctx ends first.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (m *mart) Platform() mall.Platform { return "mart" }

func (m *mart) Limits() order.Limits { return m.limits }

func (m *mart) Page(ctx context.Context, q order.Query, cursor string) (mall.Page[order.Order], error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.answer(ctx); err != nil {
		return mall.Page[order.Order]{}, err
	}
	if q.To.Before(q.From) || m.limits.MaxWindow > 0 && q.To.Sub(q.From) > m.limits.MaxWindow || q.PageSize > m.limits.MaxPageSize {
		return mall.Page[order.Order]{}, errBounds
	}
	end := m.tick(q.To)
	if m.exclusive {
		end--
	}
	at := func(tick int64) int {
		i, _ := slices.BinarySearchFunc(m.index, tick, func(i int, tick int64) int {
			return cmp.Or(cmp.Compare(m.tick(m.shown[i].at), tick), 1) // before all of that step
		})
		return i
	}
	rows := m.index[at(m.tick(q.From)):max(at(end+1), at(m.tick(q.From)))]
	page := mall.Page[order.Order]{Total: len(rows)}
	if !m.limits.Numbered {
		rows, page.Next = m.follow(rows, cursor, q.PageSize)
		page.Total = -1
	} else {
		number, _ := strconv.Atoi(cursor)
		from := min(number*q.PageSize, len(rows))
		rows = rows[from:min(from+q.PageSize, len(rows))]
	}
	var bad []order.BadRecord
	for _, i := range rows {
		if m.unreadable(i) {
			bad = append(bad, order.BadRecord{ID: martID(i), Raw: mall.Raw("{}"), Err: errBad(i)})
			continue
		}
		page.Items = append(page.Items, m.state(m.shown[i]))
	}
	if bad != nil {
		return page, &order.BadRecordsError{Records: bad}
	}
	return page, nil
}

// follow cuts out the page behind a cursor, which names the last row of the page
// before, so that rows that come and go disturb nothing. Now and then a page is
// empty, and its cursor leads on; when calls fail, some cursors stand.
func (m *mart) follow(rows []int, cursor string, size int) (page []int, next string) {
	if place, ok := strings.CutPrefix(cursor, "empty "); ok {
		cursor = place
	} else if cursor != "" && m.rng.IntN(8) == 0 {
		return nil, "empty " + cursor
	}
	from := 0
	if cursor != "" {
		var tick int64
		var last int
		_, _ = fmt.Sscanf(cursor, "%d %d", &tick, &last)
		from, _ = slices.BinarySearchFunc(rows, tick, func(i int, tick int64) int {
			return cmp.Or(cmp.Compare(m.tick(m.shown[i].at), tick), cmp.Compare(i, last), -1) // behind that row
		})
	}
	page = rows[from:min(from+size, len(rows))]
	switch {
	case m.faulty && cursor != "" && m.rng.IntN(40) == 0:
		return page, cursor
	case from+size < len(rows):
		last := page[len(page)-1]
		next = fmt.Sprintf("%d %d", m.tick(m.shown[last].at), last)
	}
	return page, next
}

func (m *mart) Get(ctx context.Context, id string) (order.Order, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.answer(ctx); err != nil {
		return order.Order{}, err
	}
	i, err := strconv.Atoi(id[1:])
	switch {
	case err != nil || i >= len(m.present) || m.present[i].seq == 0:
		return order.Order{}, &mall.Error{Platform: "mart", Kind: mall.ErrNotFound}
	case m.unreadable(i):
		return order.Order{}, errBad(i)
	}
	return m.state(m.present[i]), nil
}

// unlagged is a mart whose driver believes that the list is never late.
type unlagged struct{ *mart }

func (m unlagged) Limits() order.Limits {
	l := m.mart.Limits()
	l.Lag = 0
	return l
}

// forward is a mart whose driver believes that its pages are read best from the
// first to the last.
type forward struct{ *mart }

func (m forward) Limits() order.Limits {
	l := m.mart.Limits()
	l.Numbered = false
	return l
}

func (m forward) Page(ctx context.Context, q order.Query, cursor string) (mall.Page[order.Order], error) {
	page, err := m.mart.Page(ctx, q, cursor)
	if number, _ := strconv.Atoi(cursor); (number+1)*q.PageSize < page.Total {
		page.Next = strconv.Itoa(number + 1)
	}
	return page, err
}

// trusting is a mart whose driver takes a cursor that stands for the end.
type trusting struct{ *mart }

func (m trusting) Page(ctx context.Context, q order.Query, cursor string) (mall.Page[order.Order], error) {
	page, err := m.mart.Page(ctx, q, cursor)
	if page.Next == cursor {
		page.Next = ""
	}
	return page, err
}

// fullOnly is a mart whose driver takes an empty page for the end.
type fullOnly struct{ *mart }

func (m fullOnly) Page(ctx context.Context, q order.Query, cursor string) (mall.Page[order.Order], error) {
	page, err := m.mart.Page(ctx, q, cursor)
	if len(page.Items) == 0 {
		page.Next = ""
	}
	return page, err
}
