package webhook

import (
	"container/list"
	"context"
	"fmt"
	"sync"
	"time"
)

// Seen remembers what was handled, so that a repeated request does nothing
// twice. An app with several processes, or one that must remember over a
// restart, keeps it in its database: one row for each key, with the time of
// the claim and, once done, the answer. All methods must be safe for concurrent
// use.
//
// An event is claimed, handled, and done. Whoever claims an event that was
// claimed before and never done gets it once the lease has run out, so an event
// is not lost with the process that held it.
type Seen interface {
	// Claim takes the key for the length of lease, in one step that no other
	// claim can come between.
	Claim(ctx context.Context, key string, lease time.Duration) (Claim, error)
	// Done keeps the answer, nil included, for those who claim the key later.
	// Of two answers the first stays.
	Done(ctx context.Context, key string, answer []byte) error
	// Release gives a claimed key back, which can then be claimed at once. It is
	// only called while the lease lasts.
	Release(ctx context.Context, key string) error
}

// Claim is the answer to [Seen].Claim.
type Claim struct {
	State  State
	Answer []byte // what Done was given; for StateDone only
}

// State says what a [Claim] found.
type State int

// The states.
const (
	StateTaken   State = iota + 1 // by the caller, who is to handle the event
	StatePending                  // claimed by somebody else, and not done yet
	StateDone                     // handled before
)

// MemorySeen is a [Seen] in memory, bounded in number and age. It forgets when
// the process ends.
type MemorySeen struct {
	max int
	age time.Duration

	mu      sync.Mutex
	done    *list.List // of *memory, oldest first
	byKey   map[string]*list.Element
	pending map[string]time.Time // when the lease ends
}

type memory struct {
	key    string
	answer []byte
	at     time.Time
}

// NewMemorySeen remembers up to max events, each for the given time. Zero means
// 100,000 and 24 hours.
func NewMemorySeen(max int, age time.Duration) (*MemorySeen, error) {
	if max < 0 || age < 0 {
		return nil, fmt.Errorf("webhook: NewMemorySeen(%d, %v): must not be negative", max, age)
	}
	if max == 0 {
		max = 100_000
	}
	if age == 0 {
		age = 24 * time.Hour
	}
	return &MemorySeen{max: max, age: age, done: list.New(), byKey: map[string]*list.Element{}, pending: map[string]time.Time{}}, nil
}

// Claim takes the key. It fails when as many events as may be remembered are
// claimed and not done.
func (m *MemorySeen) Claim(_ context.Context, key string, lease time.Duration) (Claim, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	for e := m.done.Front(); e != nil && now.Sub(e.Value.(*memory).at) >= m.age; e = m.done.Front() {
		m.forget(e)
	}
	if e, ok := m.byKey[key]; ok {
		return Claim{State: StateDone, Answer: e.Value.(*memory).answer}, nil
	}
	if end, ok := m.pending[key]; ok && now.Before(end) {
		return Claim{State: StatePending}, nil
	}
	if _, again := m.pending[key]; !again && len(m.pending) >= m.max {
		for k, end := range m.pending {
			if !now.Before(end) {
				delete(m.pending, k)
			}
		}
		if len(m.pending) >= m.max {
			return Claim{}, fmt.Errorf("webhook: %d events are claimed and not done", m.max)
		}
	}
	m.pending[key] = now.Add(lease)
	return Claim{State: StateTaken}, nil
}

// Done keeps the answer.
func (m *MemorySeen) Done(_ context.Context, key string, answer []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.pending, key)
	if _, ok := m.byKey[key]; ok {
		return nil
	}
	if m.done.Len() >= m.max {
		m.forget(m.done.Front())
	}
	m.byKey[key] = m.done.PushBack(&memory{key, answer, time.Now()})
	return nil
}

// Release gives the key back.
func (m *MemorySeen) Release(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.pending, key)
	return nil
}

func (m *MemorySeen) forget(e *list.Element) { delete(m.byKey, m.done.Remove(e).(*memory).key) }
