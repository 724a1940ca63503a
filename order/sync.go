package order

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Handler is given each version of each order. Nil means that the app has it
// for good: only then does the sync move on. With an error the order comes
// again, and its shop goes no further until the handler takes it; a handler that
// cannot do anything with an order sets it aside and returns nil.
//
// Handlers of different shops run at the same time, those of one shop never.
type Handler func(ctx context.Context, o Order, v Version) error

// SyncOptions adjust a [Syncer]. The zero value is useful in tests; a program
// that is to survive its own end needs Checkpoints. The functions are called
// from several goroutines and hold up the shop that they are called for.
type SyncOptions struct {
	// Checkpoints keeps how far each shop has come. Nil keeps it in memory.
	Checkpoints Checkpoints
	// Ledger keeps what was handed over. Nil keeps 100,000 orders in memory.
	Ledger Ledger
	// Since is where a shop without a checkpoint begins. Zero means as far back
	// as the platform lists.
	Since time.Time
	// Window is how much time is read before the checkpoint moves, one day if
	// zero: what a process that ends has to repeat at most. Where a window
	// filled no more than one page, the next one is twice as long.
	Window time.Duration
	// Overlap is how far before the checkpoint a window begins. It is never
	// less than one step of the platform's clock, since orders of the very
	// second in which a window ended may have appeared after it was read.
	Overlap time.Duration
	// Interval is the pause of a shop that is up to date, one minute if zero.
	Interval time.Duration
	// Parallel is how many shops are worked on at the same moment, 128 if zero.
	Parallel int
	// OnBadRecord takes records that cannot be read as orders. Nil returned means
	// that the app has it, and the window goes on. Without this function such a
	// record keeps its window open.
	OnBadRecord func(ctx context.Context, shop ShopKey, r BadRecord) error
	// OnError is told what failed and will be tried again, and as a [*GapError]
	// what cannot be had any more. Without it, only OnProgress and the answer of
	// Once show that something is wrong: set it.
	OnError func(shop ShopKey, err error)
	// OnProgress is called about once a second while there is something to do,
	// and when Run or Once ends.
	OnProgress func(Progress)
}

// GapError says that changes can no longer be had from the list, because the
// shop was not read for longer than the platform lists orders. The sync goes on
// behind the gap. Orders within it that change again are seen again; others only
// by [Service.Get]. SyncOptions.OnError is given it below a [*mall.Error].
type GapError struct {
	From, To time.Time // of the last changes that cannot be listed
}

// Error tells the gap in Beijing time.
func (e *GapError) Error() string {
	return fmt.Sprintf("changes from %s to %s are no longer listed by the platform",
		e.From.In(mall.Beijing).Format(time.DateTime), e.To.In(mall.Beijing).Format(time.DateTime))
}

// Syncer hands every change of every order of many shops to a [Handler].
//
// What it promises: every state of an order that the platform shows for longer
// than Interval and [mall.ListLimits].Lag reaches the handler at least once, whenever
// the process is killed and whatever fails; no order is moved back to a state
// that is known to be older; a state comes twice only when its window was open while
// the process ended, or when the [Ledger] forgot it.
//
// How: each window of time begins at the checkpoint and ends Limits.Lag before
// now; its pages are read as [Service.Page] does, in the direction in which
// rows that move cannot be missed; the checkpoint moves to the end of the window
// when all its orders are handed over. What fails is tried again later and later,
// for that shop alone.
//
// A shop has its turn for one page or a few hints and goes to the end of the
// queue, so thousands of shops share the Parallel turns fairly. Memory does not
// grow with the number of orders. Use [NewSyncer]. All methods are safe for
// concurrent use.
type Syncer struct {
	shops  map[ShopKey]*syncShop
	handle Handler
	opts   SyncOptions
	wake   chan struct{} // something changed for the dispatcher

	// behind is how far before the checkpoint a window begins. Only a test puts
	// something else here, to show that orders are lost then.
	behind func(step time.Duration) time.Duration

	mu      sync.Mutex // guards everything below, and what syncShop says
	running bool
	queue   shopQueue
	turns   int // under way
	counts  counts
}

// NewSyncer returns a syncer of shops, each given by its service. Everything
// that is wrong with the arguments is mall.ErrInvalid. To follow other shops,
// end it and make another one: nothing is lost by that.
func NewSyncer(shops []*Service, handle Handler, opts SyncOptions) (*Syncer, error) {
	wrong := func(format string, args ...any) (*Syncer, error) {
		return nil, settle.Failure("", opFollow, settle.Invalid(format, args...))
	}
	switch {
	case handle == nil:
		return wrong("the handler is nil")
	case opts.Window > 366*24*time.Hour:
		return wrong("Window is longer than a year")
	case opts.Window < 0 || opts.Overlap < 0 || opts.Interval < 0 || opts.Parallel < 0:
		return wrong("Window, Overlap, Interval or Parallel is negative")
	}
	if opts.Checkpoints == nil {
		opts.Checkpoints = NewMemoryCheckpoints()
	}
	if opts.Ledger == nil {
		opts.Ledger = NewMemoryLedger(defaultLedger)
	}
	if opts.Window == 0 {
		opts.Window = 24 * time.Hour
	}
	if opts.Interval == 0 {
		opts.Interval = time.Minute
	}
	if opts.Parallel == 0 {
		opts.Parallel = 128
	}
	if opts.OnError == nil {
		opts.OnError = func(ShopKey, error) {}
	}
	s := &Syncer{shops: make(map[ShopKey]*syncShop, len(shops)), handle: handle, opts: opts, wake: make(chan struct{}, 1)}
	s.behind = func(step time.Duration) time.Duration { return max(opts.Overlap, step) }
	for _, service := range shops {
		if service == nil {
			return wrong("the service of a shop is nil")
		}
		key := ShopKey{service.driver.Platform(), service.shopID}
		if s.shops[key] != nil {
			return wrong("shop %s is named twice", key)
		}
		s.shops[key] = &syncShop{key: key, orders: service, at: -1}
	}
	return s, nil
}

// opFollow is what a [Syncer] does, in errors.
const opFollow = "follow shops"

// Run follows all shops until ctx ends, and returns when the last handler has
// returned: mall.ErrCancelled, which also matches the cause of ctx. No goroutine
// is left. It may be called again, but not while it runs: that is
// mall.ErrConflict.
func (s *Syncer) Run(ctx context.Context) error {
	if err := s.run(ctx, false); err != nil {
		return err
	}
	return settle.Failure("", opFollow, settle.Ended(ctx))
}

// Once brings all shops up to date and returns. A shop that fails is left where
// it stands and the others go on; the error tells of all that failed, and matches
// what failed in each.
func (s *Syncer) Once(ctx context.Context) error {
	if err := s.run(ctx, true); err != nil {
		return err
	}
	if err := settle.Ended(ctx); err != nil {
		return settle.Failure("", opFollow, err)
	}
	return s.failures()
}

// failures is one error for all shops that failed.
func (s *Syncer) failures() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var failed []*syncShop
	for _, shop := range s.shops {
		if shop.failure != nil {
			failed = append(failed, shop)
		}
	}
	if len(failed) == 0 {
		return nil
	}
	slices.SortFunc(failed, func(a, b *syncShop) int { return cmp.Compare(a.key.String(), b.key.String()) })
	all := &mall.Error{Op: opFollow}
	errs, texts := make([]error, len(failed)), make([]string, len(failed))
	for i, shop := range failed {
		errs[i], texts[i] = shop.failure, shop.key.String()+": "+shop.failure.Error()
	}
	if first, ok := errors.AsType[*mall.Error](errs[0]); ok {
		all.Kind = first.Kind
		if len(failed) == 1 {
			all.Platform = failed[0].key.Platform
		}
	}
	all.Message = fmt.Sprintf("%d of %d shops failed: %s", len(failed), len(s.shops), strings.Join(texts, "; "))
	all.Err = errors.Join(errs...)
	return all
}

// Hint says that an order seems to have changed, as a push does. The order is
// read and handed over like any other, soon, if its version is a new one. Hints
// may be wrong, late, repeated or out of order. It does not block; false means that
// the shop is not followed here or has too many hints waiting already. Then, and
// when reading the order fails, nothing is lost: the sync reads the order anyway.
func (s *Syncer) Hint(shop ShopKey, orderID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	sh := s.shops[shop]
	if sh == nil || orderID == "" || !sh.hints.add(orderID) {
		return false
	}
	s.hurry(sh)
	return true
}
