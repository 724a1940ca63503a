package order

import (
	"context"
	"strings"
	"sync"

	"github.com/mallwire/mall"
)

// ShopKey names a shop among all platforms.
type ShopKey struct {
	Platform mall.Platform `json:"platform"`
	ShopID   string        `json:"shop_id"`
}

// String returns "platform/shop".
func (k ShopKey) String() string { return string(k.Platform) + "/" + k.ShopID }

// Ledger remembers which version of an order was handed over last, so that no
// order is handed over twice or moved back to an older state. It must be safe
// for concurrent use; calls for one shop come one at a time.
//
// An app that keeps orders in a database answers Last from there and lets Put
// do nothing, when its handler has stored the version along with the order:
// then not even a crash between the two repeats an order.
type Ledger interface {
	// Last returns the version that Put was given last, or the zero Version for
	// an order that is not known or was forgotten.
	Last(ctx context.Context, shop ShopKey, orderID string) (Version, error)
	// Put is called after the handler has returned nil for the version.
	Put(ctx context.Context, shop ShopKey, orderID string, v Version) error
}

// defaultLedger is how many orders the ledger of a [Syncer] remembers unless
// its options have another one.
const defaultLedger = 100_000

// NewMemoryLedger returns a ledger in memory that remembers at least the n/2 orders,
// and at most the n, that were handed over or asked for last. It forgets
// everything when the process ends: orders of the windows that were open are
// then handed over again.
func NewMemoryLedger(n int) Ledger {
	return &memoryLedger{half: max(n/2, 1), now: map[ledgerKey]Version{}}
}

type ledgerKey struct {
	shop ShopKey
	id   string
}

// memoryLedger keeps two generations: when the new one is full, the old one is
// forgotten at once. That bounds memory without a list of what was used when.
type memoryLedger struct {
	half int

	mu          sync.Mutex
	now, before map[ledgerKey]Version
}

func (l *memoryLedger) Last(_ context.Context, shop ShopKey, id string) (Version, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := ledgerKey{shop, id}
	if v, ok := l.now[key]; ok {
		return v, nil
	}
	v, ok := l.before[key]
	if ok {
		l.put(key, v)
	}
	return v, nil
}

func (l *memoryLedger) Put(_ context.Context, shop ShopKey, id string, v Version) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.put(ledgerKey{shop, id}, v)
	return nil
}

// put remembers v in the new generation. The lock is held.
func (l *memoryLedger) put(key ledgerKey, v Version) {
	if _, known := l.now[key]; !known {
		if len(l.now) >= l.half {
			l.now, l.before = make(map[ledgerKey]Version, l.half), l.now
		}
		key.id = strings.Clone(key.id) // it might be cut out of a whole reply
	}
	l.now[key] = v
}
