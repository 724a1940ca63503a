package order

import (
	"container/heap"
	"context"
	"sync"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// hintsKept is how many hints may wait for one shop.
const hintsKept = 1000

// hints are ids of orders to look at, each once, in the order of arrival.
type hints struct {
	ids     []string
	waiting map[string]struct{}
}

// add reports whether the id waits now.
func (h *hints) add(id string) bool {
	if _, ok := h.waiting[id]; ok {
		return true
	}
	if len(h.ids) >= hintsKept {
		return false
	}
	if h.waiting == nil {
		h.waiting = map[string]struct{}{}
	}
	h.ids = append(h.ids, id)
	h.waiting[id] = struct{}{}
	return true
}

// next takes the first one. A hint that comes while the order is being read
// waits anew, as it may tell of a later change.
func (h *hints) next() (string, bool) {
	if len(h.ids) == 0 {
		*h = hints{} // gives back what a burst took
		return "", false
	}
	id := h.ids[0]
	h.ids = h.ids[1:]
	delete(h.waiting, id)
	return id, true
}

// shopQueue is a heap of shops by when their turn is due, then by who has been
// waiting longer.
type shopQueue struct {
	shops []*syncShop
	seq   int64
}

func (q *shopQueue) Len() int { return len(q.shops) }

func (q *shopQueue) Less(i, j int) bool {
	a, b := q.shops[i], q.shops[j]
	return a.due.Before(b.due) || a.due.Equal(b.due) && a.seq < b.seq
}

func (q *shopQueue) Swap(i, j int) {
	q.shops[i], q.shops[j] = q.shops[j], q.shops[i]
	q.shops[i].at, q.shops[j].at = i, j
}

func (q *shopQueue) Push(x any) {
	sh := x.(*syncShop)
	sh.at = len(q.shops)
	q.shops = append(q.shops, sh)
}

func (q *shopQueue) Pop() any {
	last := len(q.shops) - 1
	sh := q.shops[last]
	q.shops[last], q.shops = nil, q.shops[:last]
	sh.at = -1
	return sh
}

// enqueue puts a shop in line for its turn at due. The lock is held.
func (s *Syncer) enqueue(sh *syncShop, due time.Time) {
	s.queue.seq++
	sh.due, sh.seq = due, s.queue.seq
	heap.Push(&s.queue, sh)
}

// hurry brings a waiting shop's turn forward, unless it waits because something
// failed. The lock is held.
func (s *Syncer) hurry(sh *syncShop) {
	if now := time.Now(); sh.at >= 0 && sh.failures == 0 && sh.due.After(now) {
		sh.due = now
		heap.Fix(&s.queue, sh.at)
		s.signal()
	}
}

// signal wakes the dispatcher.
func (s *Syncer) signal() {
	select {
	case s.wake <- struct{}{}:
	default: // it is awake
	}
}

// errRunning refuses a second run at the same time.
var errRunning = &mall.Error{Op: opFollow, Kind: mall.ErrConflict, Message: "the syncer is running already"}

// run gives out turns until ctx ends or, once, all shops are up to date.
func (s *Syncer) run(ctx context.Context, once bool) error {
	s.mu.Lock()
	if s.running {
		s.mu.Unlock()
		return errRunning
	}
	s.running, s.queue = true, shopQueue{}
	now := time.Now()
	s.counts.start(now)
	for _, sh := range s.shops {
		sh.nextPoll, sh.failure, sh.failures = now, nil, 0
		s.enqueue(sh, now)
	}
	s.mu.Unlock()

	var turns sync.WaitGroup
	defer func() {
		turns.Wait()
		s.mu.Lock()
		s.running = false
		for _, sh := range s.shops {
			sh.at = -1
		}
		s.mu.Unlock()
		s.progress(true)
	}()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		wait, finished := s.dispatch(func(sh *syncShop) {
			turns.Go(func() { s.turn(ctx, sh, once) })
		})
		if finished {
			return nil
		}
		s.progress(false)
		timer.Reset(wait)
		select {
		case <-ctx.Done():
		case <-s.wake:
		case <-timer.C:
		}
	}
	return nil
}

// dispatch starts the turns that are due. It returns after which time to look
// again, and whether nothing is left to wait for.
func (s *Syncer) dispatch(start func(*syncShop)) (wait time.Duration, finished bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	for s.turns < s.opts.Parallel && s.queue.Len() > 0 && !s.queue.shops[0].due.After(now) {
		s.turns++
		start(heap.Pop(&s.queue).(*syncShop))
	}
	wait = time.Hour
	if s.turns < s.opts.Parallel && s.queue.Len() > 0 {
		wait = min(wait, s.queue.shops[0].due.Sub(now))
	}
	if s.opts.OnProgress != nil && s.turns > 0 {
		wait = min(wait, progressEvery)
	}
	return wait, s.turns == 0 && s.queue.Len() == 0
}

// turn works on a shop and puts it back in line.
func (s *Syncer) turn(ctx context.Context, sh *syncShop, once bool) {
	upToDate, err := s.work(ctx, sh)
	if err != nil {
		err = settle.Failure(sh.key.Platform, "follow shop", err)
		if ctx.Err() == nil {
			s.opts.OnError(sh.key, err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turns--
	defer s.signal()
	now := time.Now()
	switch {
	case ctx.Err() != nil:
	case err != nil && once:
		sh.failure = err
	case err != nil:
		sh.failures++
		s.enqueue(sh, now.Add(backoff(sh.failures, err)))
	default:
		sh.failures = 0
		if upToDate {
			sh.nextPoll = now.Add(s.opts.Interval)
		}
		switch {
		case len(sh.hints.ids) > 0:
			s.enqueue(sh, now)
		case !once || !upToDate:
			s.enqueue(sh, later(now, sh.nextPoll)) // behind those that are due already
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
