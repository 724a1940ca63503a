package order_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/long"
	"github.com/mallwire/mall/order"
)

var errKilled = errors.New("the process was killed")

// process is one life of the program: from the moment it is killed, nothing
// that it does has an effect any more.
type process struct {
	mu     sync.Mutex
	step   int
	killAt int // 0: never
	dead   bool
	kill   context.CancelCauseFunc
}

// alive counts a step and fails from the killing on.
func (p *process) alive() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.step++; p.step == p.killAt {
		p.dead = true
		p.kill(errKilled)
	}
	if p.dead {
		return errKilled
	}
	return nil
}

// story is a shop, the app that follows it through many lives, and what went
// wrong on the way.
type story struct {
	shop    *mart
	driver  order.Driver // the shop, perhaps misunderstood
	spoil   func(*order.Syncer)
	memory  bool // the ledger is in memory and dies with the process
	hints   bool
	span    time.Duration
	backlog time.Duration // of what happened before the app began to follow
	window  time.Duration
	kills   func(life int) int // at which step a life ends; 0: not at all
	steps   int                // of the longest life
	lives   int
	process *process

	// What survives the process.
	begun    time.Time
	until    time.Time
	have     map[string]order.Version
	haveSeq  map[string]int
	dead     map[string]bool
	versions int

	backwards, repeats int
	wrongRepeats       []string
}

// The story is the app: checkpoint store, ledger, handler, dead letters.

func (s *story) Load(context.Context, order.ShopKey) (time.Time, error) {
	return s.until, s.process.alive()
}

func (s *story) Save(_ context.Context, _ order.ShopKey, until time.Time) error {
	if err := s.process.alive(); err != nil {
		return err
	}
	s.until = until
	return s.process.alive()
}

func (s *story) Last(_ context.Context, _ order.ShopKey, id string) (order.Version, error) {
	return s.have[id], nil
}

func (s *story) Put(context.Context, order.ShopKey, string, order.Version) error { return nil }

func (s *story) handle(_ context.Context, o order.Order, v order.Version) error {
	if err := s.process.alive(); err != nil {
		return err
	}
	seq := seqOf(o)
	switch {
	case seq < s.haveSeq[o.ID]:
		s.backwards++
	case v == s.have[o.ID]:
		s.repeats++
		if !s.until.IsZero() && o.Updated.Before(s.until.Add(-s.shop.limits.Resolution)) {
			s.wrongRepeats = append(s.wrongRepeats, fmt.Sprintf("%s of %s, checkpoint %s", o.ID, o.Updated, s.until))
		}
	}
	s.have[o.ID], s.haveSeq[o.ID] = v, seq
	s.versions++
	return s.process.alive()
}

func (s *story) keepBad(_ context.Context, _ order.ShopKey, r order.BadRecord) error {
	if err := s.process.alive(); err != nil {
		return err
	}
	s.dead[r.ID] = true
	return s.process.alive()
}

// mortal is a driver whose process may be killed before a call and after it.
type mortal struct {
	order.Driver
	p *process
}

func (d mortal) Page(ctx context.Context, q order.Query, cursor string) (mall.Page[order.Order], error) {
	if err := d.p.alive(); err != nil {
		return mall.Page[order.Order]{}, err
	}
	page, err := d.Driver.Page(ctx, q, cursor)
	return page, firstOf(d.p.alive(), err)
}

func (d mortal) Get(ctx context.Context, id string) (order.Order, error) {
	if err := d.p.alive(); err != nil {
		return order.Order{}, err
	}
	o, err := d.Driver.Get(ctx, id)
	return o, firstOf(d.p.alive(), err)
}

func firstOf(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

// live is one life, until it is killed or ctx ends.
func (s *story) live(ctx context.Context, killAt int, current *atomic.Pointer[order.Syncer], run func(*order.Syncer, context.Context) error) error {
	ctx, kill := context.WithCancelCause(ctx)
	defer kill(nil)
	s.process = &process{killAt: killAt, kill: kill}
	opts := order.SyncOptions{
		Checkpoints: s, Ledger: s, OnBadRecord: s.keepBad, Interval: 15 * time.Second, Window: s.window,
		Since: s.begun, OnError: func(order.ShopKey, error) {},
	}
	if s.memory {
		opts.Ledger = nil
	}
	service := order.NewService(mortal{s.driver, s.process}, "shop-1", order.Options{})
	syncer, err := order.NewSyncer([]*order.Service{service}, s.handle, opts)
	if err != nil {
		return err
	}
	if s.spoil != nil {
		s.spoil(syncer)
	}
	current.Store(syncer)
	err = run(syncer, ctx)
	s.steps = max(s.steps, s.process.step)
	s.lives++
	return err
}

// push sends hints as a platform does that drops, repeats, delays and reorders
// them.
func (s *story) push(ctx context.Context, seed uint64, to *atomic.Pointer[order.Syncer]) {
	rng := rand.New(rand.NewPCG(seed, 9))
	type hint struct {
		at time.Time
		id string
	}
	var hints []hint
	s.shop.mu.Lock()
	for _, c := range s.shop.changes {
		for range rng.IntN(3) {
			hints = append(hints, hint{c.at.Add(time.Duration(rng.Int64N(int64(40 * time.Second)))), martID(c.order)})
		}
	}
	s.shop.mu.Unlock()
	slices.SortFunc(hints, func(a, b hint) int { return a.at.Compare(b.at) })
	for i, h := range hints {
		if wait(ctx, time.Until(h.at)) != nil {
			return
		}
		if i%100 == 0 {
			h.id = "o99999" // there is no such order
		}
		if syncer := to.Load(); syncer != nil {
			syncer.Hint(order.ShopKey{Platform: "mart", ShopID: "shop-1"}, h.id)
		}
	}
}

// tell plays the story to its end and returns the orders that the app has in
// another state than the platform, or not at all.
func (s *story) tell(t *testing.T, seed uint64) (missed []string) {
	s.begun = time.Now().Add(-s.backlog - 5*time.Second)
	s.have, s.haveSeq, s.dead = map[string]order.Version{}, map[string]int{}, map[string]bool{}
	ctx, cancel := context.WithTimeout(t.Context(), s.span+s.shop.limits.Lag+time.Minute)
	defer cancel()
	var current atomic.Pointer[order.Syncer]
	var pushing sync.WaitGroup
	if s.hints {
		pushing.Go(func() { s.push(ctx, seed, &current) })
	}
	for ctx.Err() == nil {
		killAt := 0
		if s.kills != nil {
			killAt = s.kills(s.lives)
		}
		err := s.live(ctx, killAt, &current, (*order.Syncer).Run)
		require.True(t, errors.Is(err, errKilled) || errors.Is(err, context.DeadlineExceeded), "%v", err)
	}
	pushing.Wait()
	s.shop.mu.Lock()
	s.shop.faulty = false
	s.shop.mu.Unlock()
	require.NoError(t, s.live(t.Context(), 0, &current, (*order.Syncer).Once))
	for i, c := range s.shop.present {
		id := martID(i)
		if s.shop.unreadable(i) {
			if !s.dead[id] {
				missed = append(missed, id+" (bad)")
			}
		} else if s.haveSeq[id] != c.seq {
			missed = append(missed, id)
		}
	}
	return missed
}

// martLimits are those of Doudian's list, smaller.
var martLimits = order.Limits{ListLimits: mall.ListLimits{
	MaxPageSize: 50,
	History:     24 * time.Hour,
	MaxRows:     5000,
	Lag:         20 * time.Second,
	Resolution:  time.Second,
	Numbered:    true,
}}

// randomKills ends lives at steps of all kinds, some of them at once.
func randomKills(seed uint64, most int) func(int) int {
	rng := rand.New(rand.NewPCG(seed, 11))
	return func(int) int { return 1 + rng.IntN(most) }
}

// TestNoOrderIsLost is the proof: orders are created and changed while the
// program follows them and is killed a hundred times, in full 20,000 of them and
// a few hundred times.
func TestNoOrderIsLost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		orders, span := long.Or(20_000, 1500), long.Or(time.Hour, 20*time.Minute)
		shop := newMart(1, orders, span, martLimits)
		shop.faulty, shop.bad = true, 499
		s := &story{shop: shop, driver: shop, hints: true, span: span, kills: randomKills(1, long.Or(500, 60))}
		missed := s.tell(t, 1)
		assert.Empty(t, missed)
		assert.Zero(t, s.backwards, "versions handed over backwards")
		assert.Zero(t, s.repeats, "the app's own ledger knows what it has")
		assert.Greater(t, s.lives, 100)
		assert.Greater(t, s.versions, orders)
		t.Logf("%d lives, %d versions handed over", s.lives, s.versions)
	})
}

// smaller are stories of the same kind, with a ledger that dies with the
// process and long windows to repeat.
func smaller(seed uint64) *story {
	limits := martLimits
	limits.MaxPageSize = 10
	shop := newMart(seed, 600, 10*time.Minute, limits)
	shop.exclusive = seed%2 == 0
	return &story{shop: shop, driver: shop, span: 10 * time.Minute, memory: true}
}

func TestOnlyOpenWindowsAreRepeated(t *testing.T) {
	t.Parallel()
	repeats := 0
	for seed := range long.Or[uint64](5, 2) {
		synctest.Test(t, func(t *testing.T) {
			s := smaller(seed)
			s.shop.faulty, s.shop.bad = true, 97
			s.kills = randomKills(seed, 250)
			assert.Empty(t, s.tell(t, seed), "seed %d", seed)
			assert.Zero(t, s.backwards, "seed %d", seed)
			assert.Empty(t, s.wrongRepeats, "seed %d", seed)
			repeats += s.repeats
		})
	}
	assert.Positive(t, repeats, "the kills hit open windows")
}

// tiny is a story short enough to be told once for each of its steps.
func tiny() *story {
	limits := martLimits
	limits.MaxPageSize, limits.Lag = 4, 3*time.Second
	shop := newMart(3, 24, 40*time.Second, limits)
	return &story{shop: shop, driver: shop, span: 40 * time.Second, memory: true, window: 10 * time.Second}
}

// TestKilledAtEveryStep ends the program at each of its steps in turn: before
// and after each fetch, each handler, each saving of the checkpoint.
func TestKilledAtEveryStep(t *testing.T) {
	t.Parallel()
	tell := func(killAt int) (steps int) {
		synctest.Test(t, func(t *testing.T) {
			s := tiny()
			s.kills = func(life int) int {
				if life == 0 {
					return killAt
				}
				return 0
			}
			assert.Empty(t, s.tell(t, 3), "killed at step %d", killAt)
			assert.Zero(t, s.backwards, "killed at step %d", killAt)
			assert.Empty(t, s.wrongRepeats, "killed at step %d", killAt)
			if killAt == 0 {
				steps = s.steps
				assert.Zero(t, s.repeats)
			} else {
				require.Equal(t, 3, s.lives, "killed at step %d", killAt)
			}
		})
		return steps
	}
	steps := tell(0)
	require.Greater(t, steps, 100)
	for killAt := 1; killAt <= steps; killAt++ {
		tell(killAt)
	}
	t.Logf("%d steps", steps)
}

// TestTheProofBites: without the lag, the overlap or the reverse walk the same
// stories lose orders.
func TestTheProofBites(t *testing.T) {
	t.Parallel()
	for name, break_ := range map[string]func(*story){
		"as it is":             func(*story) {},
		"without lag":          func(s *story) { s.driver = unlagged{s.shop} },
		"without overlap":      func(s *story) { s.spoil = order.WithoutOverlap },
		"without reverse walk": func(s *story) { s.driver = forward{s.shop} },
	} {
		t.Run(name, func(t *testing.T) {
			missed := 0
			for seed := range long.Or[uint64](6, 3) {
				synctest.Test(t, func(t *testing.T) {
					s := smaller(seed)
					break_(s)
					missed += len(s.tell(t, seed))
				})
			}
			if name == "as it is" {
				assert.Zero(t, missed)
				return
			}
			assert.Positive(t, missed)
			t.Logf("%d missed", missed)
		})
	}
}
