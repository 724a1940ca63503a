package change

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Store keeps requests and the verdicts on them. Apps that run more than one
// process, or restart, supply their own over a database. All methods must be
// safe for concurrent use, and Open, Decide and Seen must each test and change
// in one atomic step.
//
// On a platform whose order keeps the old SKU, only the accepted changes say
// what to ship: keep them as long as the orders.
type Store interface {
	// Open records a request. A repeat of a decided request returns the first
	// verdict and true. A repeat of an open request is not an error: it may be
	// decided now. If another request of the same kind is open on the same
	// line, or on the same order where it has no line, the error is an
	// [*OpenError]; a request whose deadline has passed by now is no longer
	// open. A platform keeps only one request for another address per order, so
	// a new request of kind [Address] replaces an open one.
	Open(ctx context.Context, r Request, now time.Time) (v Verdict, decided bool, err error)
	// Decide records the verdict on a request that Open recorded. The first
	// verdict stands: Decide returns it, whatever v is. mall.ErrNotFound: there
	// is no such request. mall.ErrConflict: it would be accepted after its
	// deadline.
	Decide(ctx context.Context, r Request, v Verdict, now time.Time) (Verdict, error)
	// Seen records a change that the platform's own order shows, whatever was
	// decided about it and however late. It accepts and closes the request with
	// the ID of the change, if there is one. Recording the same change again
	// has no effect.
	Seen(ctx context.Context, c Change) error
	// Accepted returns the accepted and the seen changes of an order, oldest
	// first. Their State is [StateApplied].
	Accepted(ctx context.Context, platform mall.Platform, shopID, orderID string) ([]Change, error)
}

// OpenError says that another change of the same kind is under way. It is
// mall.ErrConflict.
type OpenError struct {
	OrderID string
	LineID  string // empty where the request has none
	ID      string // of the open request
}

// Error returns one line.
func (e *OpenError) Error() string {
	if e.LineID == "" {
		return fmt.Sprintf("order %s has another change open: %s", e.OrderID, e.ID)
	}
	return fmt.Sprintf("line %s of order %s has another change open: %s", e.LineID, e.OrderID, e.ID)
}

// Unwrap returns mall.ErrConflict.
func (e *OpenError) Unwrap() error { return mall.ErrConflict }

// NewMemoryStore returns a store in memory, for tests and for trying things
// out. It never forgets a request.
func NewMemoryStore() Store {
	return &memoryStore{all: map[requestKey]*kept{}, open: map[placeKey]*kept{}, accepted: map[orderKey][]Change{}}
}

type memoryStore struct {
	mu       sync.Mutex
	all      map[requestKey]*kept
	open     map[placeKey]*kept
	accepted map[orderKey][]Change
}

type orderKey struct {
	platform mall.Platform
	shop, id string
}

// placeKey identifies a place where at most one change of a kind can be open.
type placeKey struct {
	kind  Kind
	order orderKey
	line  string
}

type requestKey struct {
	kind     Kind
	platform mall.Platform
	shop, id string
}

// kept is one request.
type kept struct {
	request Request
	verdict *Verdict // nil while it is open
}

func keysOf(r Request) (requestKey, placeKey) {
	return requestKey{r.Kind, r.Platform, r.ShopID, r.ID},
		placeKey{r.Kind, orderKey{r.Platform, r.ShopID, r.OrderID}, r.LineID}
}

// complete refuses a request without the fields that identify it.
func (r Request) complete() error {
	switch {
	case tables[r.Kind] == nil:
		return settle.Invalid("there is no kind of change %q", r.Kind)
	case r.ID == "":
		return settle.Invalid("a change has no id")
	case r.OrderID == "":
		return settle.Invalid("change %s has no order id", r.ID)
	case r.Kind == Spec && r.LineID == "":
		return settle.Invalid("change %s has no line id", r.ID)
	case r.Kind == Spec && r.ToSKU.ID == "" && r.ToSKU.Code == "":
		return settle.Invalid("change %s has no wanted SKU", r.ID)
	}
	return nil
}

const opKeep = "keep change"

func (m *memoryStore) Open(_ context.Context, r Request, now time.Time) (Verdict, bool, error) {
	v, decided, err := m.note(r, now)
	return v, decided, settle.Failure(r.Platform, opKeep, err)
}

func (m *memoryStore) note(r Request, now time.Time) (Verdict, bool, error) {
	if err := r.complete(); err != nil {
		return Verdict{}, false, err
	}
	key, place := keysOf(r)
	m.mu.Lock()
	defer m.mu.Unlock()
	if k := m.all[key]; k != nil {
		if _, theirs := keysOf(k.request); theirs != place {
			return Verdict{}, false, conflict("the id " + r.ID + " belongs to a request on another line")
		}
		if k.verdict != nil {
			return *k.verdict, true, nil
		}
		if m.open[place] == k {
			return Verdict{}, false, nil
		}
	}
	if other := m.open[place]; other != nil && !other.request.Late(now) && r.Kind != Address {
		return Verdict{}, false, &OpenError{OrderID: r.OrderID, LineID: r.LineID, ID: other.request.ID}
	}
	k := &kept{request: r}
	m.all[key], m.open[place] = k, k
	return Verdict{}, false, nil
}

func (m *memoryStore) Decide(_ context.Context, r Request, v Verdict, now time.Time) (Verdict, error) {
	v, err := m.decide(r, v, now)
	return v, settle.Failure(r.Platform, opKeep, err)
}

func (m *memoryStore) decide(r Request, v Verdict, now time.Time) (Verdict, error) {
	key, place := keysOf(r)
	m.mu.Lock()
	defer m.mu.Unlock()
	k := m.all[key]
	switch {
	case k == nil:
		return Verdict{}, &mall.Error{Kind: mall.ErrNotFound, Message: "change " + r.ID + " was not opened"}
	case k.verdict != nil:
		return *k.verdict, nil
	case v.Accept && (k.request.Late(now) || m.open[place] != k):
		return Verdict{}, conflict("the deadline of change " + r.ID + " has passed")
	}
	k.verdict = &v
	if m.open[place] == k {
		delete(m.open, place)
	}
	if v.Accept {
		m.accepted[place.order] = append(m.accepted[place.order], Change{Request: k.request, State: StateApplied, At: now})
	}
	return v, nil
}

func (m *memoryStore) Seen(_ context.Context, c Change) error {
	if err := c.complete(); err != nil {
		return settle.Failure(c.Platform, opKeep, err)
	}
	key, place := keysOf(c.Request)
	c.State, c.Shown = StateApplied, true
	m.mu.Lock()
	defer m.mu.Unlock()
	if k := m.all[key]; k != nil {
		k.verdict = &Verdict{Accept: true}
		if m.open[place] == k {
			delete(m.open, place)
		}
	}
	same := func(a Change) bool { return a.Kind == c.Kind && a.ID == c.ID }
	if list := m.accepted[place.order]; !slices.ContainsFunc(list, same) {
		m.accepted[place.order] = append(list, c)
	}
	return nil
}

func (m *memoryStore) Accepted(_ context.Context, platform mall.Platform, shopID, orderID string) ([]Change, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := slices.Clone(m.accepted[orderKey{platform, shopID, orderID}])
	slices.SortStableFunc(list, func(a, b Change) int { return a.At.Compare(b.At) })
	return list, nil
}
