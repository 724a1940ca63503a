package client

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/mallwire/mall"
)

const (
	// renewalLimit bounds a renewal with everything that belongs to it. It runs
	// on after the caller has left.
	renewalLimit = 30 * time.Second
	// renewalPause keeps a shop whose renewal failed from asking again on every
	// call: an early one while the old token works, a refused one always.
	renewalPause = 30 * time.Second
	// renewalPoll is how often to look whether another process has finished.
	renewalPoll = 200 * time.Millisecond
	// storeConflicts bounds how often a conflict in the store makes us begin again.
	storeConflicts = 5
)

// tokenState is what a shop remembers of its token between calls.
type tokenState struct {
	cached   atomic.Pointer[Token]
	failures atomic.Int32                  // renewals that gave no token, for those who waited for one
	turn     atomic.Pointer[chan struct{}] // see slot; nil until the shop is used

	memory *renewalMemory // guarded by turn; nil until a renewal went wrong
}

// renewalMemory is what a shop remembers of renewals that went wrong.
type renewalMemory struct {
	lost      int64     // version of an announcement of ours whose answer was lost
	void      int64     // version of an announcement that nothing came of
	notBefore time.Time // of the next early renewal
	unsaved   *Token    // renewed, but the store would not take it
	failure   error     // of the last renewal, for those who waited for it
	refusal   error     // of a renewal that would only be refused again
	version   int64     // of the token that the refusal was about
	until     time.Time // when to ask again all the same
}

// slot holds one: whoever fills it has the turn to look into the store and
// renew.
func (t *tokenState) slot() chan struct{} {
	if c := t.turn.Load(); c != nil {
		return *c
	}
	c := make(chan struct{}, 1)
	t.turn.CompareAndSwap(nil, &c)
	return *t.turn.Load()
}

// remember returns the memory, to be written to. The turn is held.
func (t *tokenState) remember() *renewalMemory {
	if t.memory == nil {
		t.memory = new(renewalMemory)
	}
	return t.memory
}

// recall returns the memory, to be read. The turn is held.
func (t *tokenState) recall() renewalMemory {
	if t.memory == nil {
		return renewalMemory{}
	}
	return *t.memory
}

// accessToken returns a token that is not the refused one. Most calls are
// served from memory; of all others one at a time goes to the store, looks
// again, and renews if it must.
func (s *Shop) accessToken(ctx context.Context, refused mall.Secret) (Token, error) {
	if ctx.Err() != nil {
		return Token{}, contextError(ctx)
	}
	cached := s.token.cached.Load()
	usable := cached != nil && s.alive(*cached, refused)
	if usable && !s.due(*cached) {
		return *cached, nil
	}
	failures, turn := s.token.failures.Load(), s.token.slot()
	select {
	case turn <- struct{}{}:
	default:
		if usable {
			return *cached, nil // it is being renewed early, and good until that is done
		}
		select {
		case turn <- struct{}{}:
		case <-ctx.Done():
			return Token{}, contextError(ctx) // whoever has the turn goes on
		}
	}
	defer func() { <-turn }()
	if t := s.token.cached.Load(); t != nil && s.alive(*t, refused) && !s.due(*t) {
		return *t, nil // renewed while we waited for the turn
	}
	if failure := s.token.recall().failure; failure != nil && s.token.failures.Load() != failures {
		return Token{}, failure // it was our renewal as well that failed
	}
	start, conflicts, refusals := time.Now(), 0, 0
	for {
		t, err := s.nextToken(ctx, refused, time.Since(start) > renewalLimit)
		switch {
		case err == nil:
			return t, nil
		case errors.Is(err, errElsewhere):
		case errors.Is(err, ErrTokenConflict):
			if conflicts++; conflicts > storeConflicts {
				return Token{}, s.refuse(mall.ErrUnavailable, "others keep changing the token", err)
			}
		case errors.Is(err, mall.ErrConflict):
			if refusals++; refusals > 1 { // the platforms' advice is to ask once more
				return Token{}, s.failed(err)
			}
		case ctx.Err() != nil:
			return Token{}, err // ours alone
		default:
			return Token{}, s.failed(err)
		}
		if err := sleep(ctx, renewalPoll); err != nil {
			return Token{}, err
		}
	}
}

// failed notes a failure for those who wait for the turn.
func (s *Shop) failed(err error) error {
	s.token.remember().failure = err
	s.token.failures.Add(1)
	return err
}

// errElsewhere tells that another process is renewing the token right now.
var errElsewhere = errors.New("client: renewed elsewhere")

func (s *Shop) due(t Token) bool {
	return s.app.driver.Authority.Due(t, s.app.clock.Now())
}

// alive reports whether t still works as far as we know.
func (s *Shop) alive(t Token, refused mall.Secret) bool {
	return t.Access != "" && t.Access != refused && (t.Expires.IsZero() || s.app.clock.Now().Before(t.Expires))
}

// nextToken takes the stored token if it is good, else its successor. It waits
// for a renewal elsewhere unless it is impatient. The turn is held.
func (s *Shop) nextToken(ctx context.Context, refused mall.Secret, impatient bool) (Token, error) {
	now, memory := s.app.clock.Now(), s.token.recall()
	early := func(old Token) (Token, error) { // the old token is good for a while yet
		s.token.remember().notBefore = now.Add(renewalPause)
		s.token.cached.Store(&old)
		return old, nil
	}
	cached := s.token.cached.Load()
	usable := cached != nil && s.alive(*cached, refused)
	if usable && now.Before(memory.notBefore) {
		return *cached, nil
	}
	if memory.unsaved != nil {
		if err := s.save(ctx, *memory.unsaved); err != nil && !errors.Is(err, ErrTokenConflict) {
			if usable {
				return early(*cached)
			}
			return Token{}, s.tokenError("save the renewed token", err)
		}
		s.token.memory.unsaved = nil
	}
	t, err := s.app.tokens.Load(ctx, s.tokenKey())
	if errors.Is(err, ErrNoToken) {
		t, err = Token{ShopID: s.id}, nil
	}
	if err != nil {
		return Token{}, s.tokenError("load the token", err)
	}
	alive, elsewhere := s.alive(t, refused), s.renewedElsewhere(t, now) && !impatient
	switch {
	case alive && (!s.due(t) || now.Before(memory.notBefore) || elsewhere):
		s.token.cached.Store(&t)
		return t, nil
	case elsewhere:
		return Token{}, errElsewhere
	case !alive && memory.refusal != nil && memory.version == t.Version && now.Before(memory.until):
		return Token{}, memory.refusal
	}
	next, err := s.renew(ctx, t)
	switch {
	case err == nil && s.due(next):
		return early(next) // the platform, whose clock differs, thinks it too early
	case err == nil:
		s.token.cached.Store(&next)
		return next, nil
	case alive && errors.Is(err, ErrTokenConflict):
		return t, nil // somebody is renewing it
	case alive:
		return early(t)
	}
	return Token{}, err
}

// renewedElsewhere reports whether another process is renewing t right now.
func (s *Shop) renewedElsewhere(t Token, now time.Time) bool {
	memory := s.token.recall()
	if t.RenewalSent.IsZero() || t.Version == memory.lost || t.Version == memory.void {
		return false
	}
	return now.Sub(t.RenewalSent).Abs() < renewalLimit // clocks of two machines may differ
}
