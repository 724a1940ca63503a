package webhook

import (
	"container/list"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Seen remembers which events were handled, so that a repeated request does
// nothing twice. An app with several processes, or one that must remember
// events over a restart, keeps them in its database: one row for each key, with
// the time at which its lease ends and, once it is done, the answer. Every
// method must be safe for concurrent use.
//
// An event is claimed, then handled, then done. Where it is claimed and never
// done, because the process that handled it died, it can be claimed again when
// the lease has run out.
type Seen interface {
	// Claim takes the key for the length of lease, unless it is done or taken.
	// Looking and taking must be one step, so that of two callers one gets it.
	Claim(ctx context.Context, key string, lease time.Duration) (Claim, error)
	// Done marks the key as handled and keeps the answer, which may be nil. A key
	// that is done already keeps the answer that it has.
	Done(ctx context.Context, key string, answer []byte) error
	// Release gives back a key that was claimed, so that it can be claimed at
	// once. It is only called while the lease lasts.
	Release(ctx context.Context, key string) error
}

// Claim is what [Seen].Claim found. The zero Claim says that somebody else holds
// the key: the platform is told to try again.
type Claim struct {
	Taken  bool   // the caller has the key and is to handle the event
	Done   bool   // the event was handled before
	Answer []byte // with Done: what [Seen].Done was given
}

type memorySeen struct {
	max int
	age time.Duration

	mu     sync.Mutex
	done   *list.List // of *memory, oldest first
	byKey  map[string]*list.Element
	leases map[string]time.Time // when the lease of a claimed key ends
}

// memory is an event that is done.
type memory struct {
	key    string
	answer []byte
	at     time.Time
}

// NewMemorySeen returns a [Seen] in memory for up to max events, each of which
// it forgets after age. Zero means 100,000 events and 24 hours; the error is
// mall.ErrInvalid for less than that. All is forgotten when the process ends.
func NewMemorySeen(max int, age time.Duration) (Seen, error) {
	if max < 0 || age < 0 {
		err := settle.Invalid("up to %d events for %v: neither may be negative", max, age)
		return nil, settle.Failure("", "make memory of events", err)
	}
	if max == 0 {
		max = 100_000
	}
	if age == 0 {
		age = 24 * time.Hour
	}
	return &memorySeen{
		max: max, age: age, done: list.New(), byKey: map[string]*list.Element{}, leases: map[string]time.Time{},
	}, nil
}

// Claim fails where as many events as may be remembered are claimed and not done.
func (m *memorySeen) Claim(_ context.Context, key string, lease time.Duration) (Claim, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	for e := m.done.Front(); e != nil && now.Sub(e.Value.(*memory).at) >= m.age; e = m.done.Front() {
		m.forget(e)
	}
	if e, ok := m.byKey[key]; ok {
		return Claim{Done: true, Answer: e.Value.(*memory).answer}, nil
	}
	if end, ok := m.leases[key]; ok && now.Before(end) {
		return Claim{}, nil
	}
	if _, again := m.leases[key]; !again && len(m.leases) >= m.max {
		for k, end := range m.leases {
			if !now.Before(end) {
				delete(m.leases, k)
			}
		}
		if len(m.leases) >= m.max {
			why := fmt.Sprintf("%d events are claimed and not done", m.max)
			return Claim{}, &mall.Error{Op: opClaim, Kind: mall.ErrQuota, Message: why}
		}
	}
	m.leases[key] = now.Add(lease)
	return Claim{Taken: true}, nil
}

func (m *memorySeen) Done(_ context.Context, key string, answer []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.leases, key)
	if _, ok := m.byKey[key]; ok {
		return nil
	}
	if m.done.Len() >= m.max {
		m.forget(m.done.Front())
	}
	m.byKey[key] = m.done.PushBack(&memory{key, answer, time.Now()})
	return nil
}

func (m *memorySeen) Release(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.leases, key)
	return nil
}

func (m *memorySeen) forget(e *list.Element) { delete(m.byKey, m.done.Remove(e).(*memory).key) }
