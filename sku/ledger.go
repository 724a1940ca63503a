package sku

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/mallwire/mall"
)

// Changes keeps change requests and what was decided about them. Applications
// that run as more than one process, or for longer than one, supply their own
// over a database; all methods must be safe for concurrent use, and Open,
// Decide and Seen must test and change in one step.
//
// Accepted changes are the only place that knows what to ship on a platform
// whose own order keeps the old SKU: keep them as long as the orders.
type Changes interface {
	// Open notes a request. A repeat of a decided request returns the verdict of
	// then and true. A repeat of one that is not decided is no failure: it may be
	// decided now. Another request while one is open on the same line is a
	// [*OpenChangeError]; one whose deadline has passed by now is open no more.
	Open(ctx context.Context, r ChangeRequest, now time.Time) (v Verdict, decided bool, err error)
	// Decide keeps the verdict on a request that Open noted. The first verdict
	// stands: Decide returns it, whatever v is. mall.ErrNotFound: there is no such
	// request. mall.ErrConflict: it would be accepted after its deadline.
	Decide(ctx context.Context, r ChangeRequest, v Verdict, now time.Time) (Verdict, error)
	// Seen keeps a change that the platform's own order shows, whatever was
	// decided about it and however late. A request with the ID of the change is
	// accepted by that and open no more; there need not be one. Keeping the same
	// change again alters nothing.
	Seen(ctx context.Context, platform mall.Platform, shopID string, c Change) error
	// Accepted returns the accepted changes of an order and those seen, oldest
	// first.
	Accepted(ctx context.Context, platform mall.Platform, shopID, orderID string) ([]Change, error)
}

// OpenChangeError tells that a line has another change under way. It is
// mall.ErrConflict.
type OpenChangeError struct {
	OrderID, LineID string
	ID              string // of the request that is open
}

// Error returns one line.
func (e *OpenChangeError) Error() string {
	return fmt.Sprintf("sku: line %s of order %s has another change open: %s", e.LineID, e.OrderID, e.ID)
}

// Unwrap returns mall.ErrConflict.
func (e *OpenChangeError) Unwrap() error { return mall.ErrConflict }

// NewMemoryChanges returns changes that are forgotten with the process, for
// tests and for trying things out. It does not grow smaller.
func NewMemoryChanges() Changes {
	return &memoryChanges{all: map[changeKey]*kept{}, open: map[lineKey]*kept{}, accepted: map[orderKey][]Change{}}
}

type memoryChanges struct {
	mu       sync.Mutex
	all      map[changeKey]*kept
	open     map[lineKey]*kept
	accepted map[orderKey][]Change
}

type orderKey struct {
	platform mall.Platform
	shop, id string
}

type lineKey struct {
	order orderKey
	line  string
}

type changeKey struct {
	platform mall.Platform
	shop, id string
}

// kept is one request.
type kept struct {
	request ChangeRequest
	verdict *Verdict // nil while it is open
}

func keysOf(r ChangeRequest) (changeKey, lineKey) {
	return changeKey{r.Platform, r.ShopID, r.ID}, lineKey{orderKey{r.Platform, r.ShopID, r.OrderID}, r.LineID}
}

// complete refuses a request that could not be told from others.
func (r ChangeRequest) complete() error {
	for name, text := range map[string]string{"request id": r.ID, "order id": r.OrderID, "line id": r.LineID} {
		if text == "" {
			return fmt.Errorf("sku: change: %w", invalid("the %s is empty", name))
		}
	}
	if r.To.ID == "" && r.To.Code == "" {
		return fmt.Errorf("sku: change %s: %w", r.ID, invalid("it does not say which SKU is wanted"))
	}
	return nil
}

func (m *memoryChanges) Open(_ context.Context, r ChangeRequest, now time.Time) (Verdict, bool, error) {
	if err := r.complete(); err != nil {
		return Verdict{}, false, err
	}
	key, line := keysOf(r)
	m.mu.Lock()
	defer m.mu.Unlock()
	if k := m.all[key]; k != nil {
		if _, theirs := keysOf(k.request); theirs != line {
			return Verdict{}, false, fmt.Errorf("sku: change %s: %w", r.ID, &mall.Error{Kind: mall.ErrConflict, Message: "the id belongs to a request on another line"})
		}
		if k.verdict != nil {
			return *k.verdict, true, nil
		}
		if m.open[line] == k {
			return Verdict{}, false, nil
		}
	}
	if other := m.open[line]; other != nil && !other.request.Late(now) {
		return Verdict{}, false, &OpenChangeError{OrderID: r.OrderID, LineID: r.LineID, ID: other.request.ID}
	}
	k := &kept{request: r}
	m.all[key], m.open[line] = k, k
	return Verdict{}, false, nil
}

func (m *memoryChanges) Decide(_ context.Context, r ChangeRequest, v Verdict, now time.Time) (Verdict, error) {
	key, line := keysOf(r)
	m.mu.Lock()
	defer m.mu.Unlock()
	k := m.all[key]
	switch {
	case k == nil:
		return Verdict{}, fmt.Errorf("sku: change %s: %w", r.ID, mall.ErrNotFound)
	case k.verdict != nil:
		return *k.verdict, nil
	case v.Accept && (k.request.Late(now) || m.open[line] != k):
		return Verdict{}, fmt.Errorf("sku: change %s: %w", r.ID, &mall.Error{Kind: mall.ErrConflict, Message: "its deadline has passed"})
	}
	k.verdict = &v
	if m.open[line] == k {
		delete(m.open, line)
	}
	if v.Accept {
		m.accepted[line.order] = append(m.accepted[line.order], k.request.change(now))
	}
	return v, nil
}

// change is what accepting r at that moment brings about.
func (r ChangeRequest) change(at time.Time) Change {
	return Change{OrderID: r.OrderID, LineID: r.LineID, From: r.From, To: r.To, Quantity: r.Quantity, At: at, ID: r.ID}
}

func (m *memoryChanges) Seen(_ context.Context, platform mall.Platform, shopID string, c Change) error {
	r := ChangeRequest{Platform: platform, ShopID: shopID, ID: c.ID, OrderID: c.OrderID, LineID: c.LineID, To: c.To}
	if err := r.complete(); err != nil {
		return err
	}
	key, line := keysOf(r)
	c.Shown = true
	m.mu.Lock()
	defer m.mu.Unlock()
	if k := m.all[key]; k != nil {
		k.verdict = &Verdict{Accept: true}
		if m.open[line] == k {
			delete(m.open, line)
		}
	}
	if list := m.accepted[line.order]; !slices.ContainsFunc(list, func(a Change) bool { return a.ID == c.ID }) {
		m.accepted[line.order] = append(list, c)
	}
	return nil
}

func (m *memoryChanges) Accepted(_ context.Context, platform mall.Platform, shopID, orderID string) ([]Change, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := slices.Clone(m.accepted[orderKey{platform, shopID, orderID}])
	slices.SortStableFunc(list, func(a, b Change) int { return a.At.Compare(b.At) })
	return list, nil
}

// Judge takes a request of [StyleVerdict] through everything that has to
// happen before it is answered: one open change per line, the deadline, the
// rules of [Eligible], the machine, the app's own decision, and the record. A
// repeat of a request gets the answer of the first time, without decide being
// asked. Send the verdict only when there is no error: what was not recorded
// must not be promised.
//
// decide is asked last, for a request that nothing else refuses; nil accepts.
// An error of it is returned as it is, and leaves the request open: a repeat
// asks again. A refusal because of another open change is not recorded.
func Judge(ctx context.Context, c Changes, r ChangeRequest, f ChangeFacts, clock mall.Clock, decide func(context.Context) (Verdict, error)) (Verdict, error) {
	v, decided, err := c.Open(ctx, r, clock.Now())
	if open, ok := errors.AsType[*OpenChangeError](err); ok {
		return Verdict{Code: "change_open", Reason: "该商品已有改规格申请处理中：" + open.ID}, nil
	}
	if err != nil || decided {
		return v, err
	}
	v = verdictOf(r, f, clock.Now())
	if v.Accept && decide != nil {
		if v, err = decide(ctx); err != nil {
			return Verdict{}, err
		}
	}
	now := clock.Now()
	if v.Accept && r.Late(now) { // decide took too long
		v = tooLate
	}
	return c.Decide(ctx, r, v, now)
}

var tooLate = Verdict{Code: "deadline", Reason: "改规格申请已超时"}

// verdictOf is what the rules alone say.
func verdictOf(r ChangeRequest, f ChangeFacts, now time.Time) Verdict {
	if r.Late(now) {
		return tooLate
	}
	if v := Eligible(f); !v.Accept {
		return v
	}
	state, _, err := NextChange(ChangeNone, EventRequest, f)
	if err == nil {
		_, _, err = NextChange(state, EventAccept, f)
	}
	if e, ok := errors.AsType[*ChangeError](err); ok {
		return Verdict{Code: cmp.Or(e.Guard, e.Code), Reason: cmp.Or(e.Reason, "当前状态不支持改规格")}
	}
	return Verdict{Accept: true}
}
