package client

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Bucket names what a call counts against: the method within the app, and the
// method within the shop. ShopID is empty for calls that belong to no shop.
type Bucket struct {
	Platform mall.Platform
	AppKey   string
	ShopID   string
	Method   string
}

// Limiter paces calls. An app whose quota is shared by several processes
// implements it over shared storage. It must be safe for concurrent use.
type Limiter interface {
	// Wait returns when the call may be sent, or with an error that matches
	// context.Canceled or context.DeadlineExceeded once ctx ends.
	Wait(ctx context.Context, b Bucket) error
	// Slow reports that the platform refused a call as too fast and asked for a
	// pause, zero if it named none.
	Slow(b Bucket, pause time.Duration)
}

// Rate is so many calls a second, in bursts of at most Burst (at least 1). The
// zero Rate does not limit.
type Rate struct {
	PerSecond float64
	Burst     int
}

// Rates are what a platform allows.
type Rates struct {
	App     Rate             // each method, over all shops of the app
	Shop    Rate             // each method, for one shop
	Methods map[string]Rates // other figures for single methods
}

// of returns the rates of a method.
func (r Rates) of(method string) (app, shop Rate) {
	if own, ok := r.Methods[method]; ok {
		return own.App, own.Shop
	}
	return r.App, r.Shop
}

// NewMemoryLimiter returns a limiter of token buckets in memory. When the platform
// says that calls come too fast it holds the shop's calls of that method back
// for the pause that was named, halves their rate, and raises it again step by
// step. Where a rate is unlimited only a named pause has an effect. Buckets that
// were not used for a while are forgotten.
func NewMemoryLimiter(r Rates) Limiter {
	return &limiter{rates: r, buckets: map[Bucket]*bucket{}, swept: time.Now()}
}

type limiter struct {
	rates Rates

	mu      sync.Mutex
	buckets map[Bucket]*bucket // with an empty ShopID: those of the app
	swept   time.Time
}

const opWait = "wait for the limiter"

const (
	slowFloor    = 16              // a slowed bucket keeps at least this part of its rate
	slowGrace    = time.Second     // refusals of calls under way count once
	recoverEvery = 2 * time.Second // a slowed bucket gains a quarter this often
	forgetAfter  = 10 * time.Minute
)

func (l *limiter) Wait(ctx context.Context, b Bucket) error {
	for {
		if err := settle.Ended(ctx); err != nil {
			return settle.Failure(b.Platform, opWait, err)
		}
		l.mu.Lock()
		q := l.queue(b, time.Now())
		l.mu.Unlock()
		if q.wait <= 0 {
			return nil
		}
		if err := sleep(ctx, q.wait); err != nil {
			l.mu.Lock()
			q.leave(time.Now())
			l.mu.Unlock()
			return settle.Failure(b.Platform, opWait, err)
		}
		l.mu.Lock()
		held := q.held(time.Now())
		l.mu.Unlock()
		if !held {
			return nil
		}
	}
}

func (l *limiter) Slow(b Bucket, pause time.Duration) {
	app, shop := l.rates.of(b.Method)
	if b.ShopID == "" {
		shop = app
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.bucket(b, shop, now).slow(now, pause)
}

// queue takes a place in the buckets of the app and of the shop. The lock is
// held.
func (l *limiter) queue(b Bucket, now time.Time) queue {
	app, shop := l.rates.of(b.Method)
	var q queue
	if b.ShopID != "" {
		q.join(l.bucket(b, shop, now), now)
		b.ShopID = ""
	}
	q.join(l.bucket(b, app, now), now)
	return q
}

// bucket finds or makes a bucket. The lock is held.
func (l *limiter) bucket(key Bucket, r Rate, now time.Time) *bucket {
	b, ok := l.buckets[key]
	if !ok {
		l.sweep(now)
		b = &bucket{full: rate.Inf}
		if r.PerSecond > 0 {
			b.full = rate.Limit(r.PerSecond)
		}
		b.tokens = rate.NewLimiter(b.full, max(r.Burst, 1))
		l.buckets[key] = b
	}
	b.used = now
	b.recover(now)
	return b
}

// sweep forgets buckets that are as good as new. The lock is held.
func (l *limiter) sweep(now time.Time) {
	if now.Sub(l.swept) < forgetAfter {
		return
	}
	l.swept = now
	for key, b := range l.buckets {
		if now.Sub(b.used) > forgetAfter && now.After(b.until) {
			delete(l.buckets, key)
		}
	}
}

// bucket is a token bucket that can be slowed down for a while.
type bucket struct {
	tokens  *rate.Limiter
	full    rate.Limit // the rate when nothing is wrong
	until   time.Time  // nothing passes before
	changed time.Time  // when the rate was last changed
	used    time.Time
}

// slow answers a refusal: the bucket was wrong about what is left.
func (b *bucket) slow(now time.Time, pause time.Duration) {
	again := b.tokens.Limit() < b.full && (now.Before(b.until) || now.Sub(b.changed) < slowGrace)
	b.until = later(b.until, now.Add(pause))
	if b.full == rate.Inf {
		return
	}
	from := later(now, b.until)
	if spare := int(b.tokens.TokensAt(from)) - 1; spare > 0 {
		b.tokens.ReserveN(from, spare) // the burst is gone too
	}
	if !again {
		b.tokens.SetLimitAt(from, max(b.tokens.Limit()/2, b.full/slowFloor))
		b.changed = now
	}
}

// recover brings the rate back step by step.
func (b *bucket) recover(now time.Time) {
	for b.tokens.Limit() < b.full && now.Sub(b.changed) >= recoverEvery {
		b.changed = b.changed.Add(recoverEvery)
		b.tokens.SetLimitAt(later(now, b.until), min(b.tokens.Limit()*5/4, b.full))
	}
}

// queue is the place of one call in its buckets.
type queue struct {
	buckets [2]*bucket
	places  [2]*rate.Reservation
	n       int
	wait    time.Duration
}

func (q *queue) join(b *bucket, now time.Time) {
	place := b.tokens.ReserveN(later(now, b.until), 1)
	q.buckets[q.n], q.places[q.n] = b, place
	q.n++
	q.wait = max(q.wait, place.DelayFrom(now))
}

// leave gives the place back.
func (q *queue) leave(now time.Time) {
	for i, place := range q.places[:q.n] {
		place.CancelAt(later(now, q.buckets[i].until))
	}
}

// held reports whether a pause was called while the call was waiting.
func (q *queue) held(now time.Time) bool {
	for _, b := range q.buckets[:q.n] {
		if b.until.After(now) {
			return true
		}
	}
	return false
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
