package client

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
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

// keeper gives out one token, a shop's or the app's own, and renews it. One
// goroutine at a time has the turn to look into the store and to renew; the
// others wait for it, or use the old token while that works.
type keeper struct {
	app    *App
	shopID string // empty: the token of the app itself

	cached   atomic.Pointer[Token]         // last one that was stored and worked
	failures atomic.Int32                  // renewals that gave no token, for those who waited for one
	turn     atomic.Pointer[chan struct{}] // see slot; nil until the token is first asked for
	past     *past                         // guarded by turn; nil until a renewal went wrong
}

// past is what a keeper remembers of renewals that went wrong.
type past struct {
	lost      int64     // version of an announcement of ours whose answer was lost
	void      int64     // version of an announcement that nothing came of
	notBefore time.Time // of the next early renewal
	unsaved   *Token    // renewed, but the store would not take it
	failure   error     // of the last renewal, for those who waited for it
	refusal   error     // of a renewal that would only be refused again
	version   int64     // of the token that the refusal was about
	until     time.Time // when to ask again all the same
}

// state is how a token stands.
type state int

const (
	// fresh: it works and nothing is to be done.
	fresh state = iota
	// due: it works and should be renewed. If that fails, it is used until it
	// expires.
	due
	// expired: it does not work, or there is none. It has to be renewed.
	expired
	// renewing: it does not work, and another process is renewing it.
	renewing
	// unknown: it does not work. A renewal was sent whose answer was lost, and the
	// platform's rules do not allow to send it again.
	unknown
	// lost: it does not work, and renewing it was refused a moment ago.
	lost
)

// stateOf tells how t stands. Refused is a token that the platform does not
// accept any more; patient, that another process may be waited for. The turn is
// held.
func (k *keeper) stateOf(t Token, refused mall.Secret, patient bool) state {
	now, past := k.app.clock.Now(), k.recall()
	elsewhere := k.announcedElsewhere(t, now) && patient
	switch works := k.works(t, refused); {
	case works && (!k.due(t) || now.Before(past.notBefore) || elsewhere):
		return fresh
	case works:
		return due
	case elsewhere:
		return renewing
	case past.refusal != nil && past.version == t.Version && now.Before(past.until):
		return lost
	case k.spent(t):
		return unknown
	}
	return expired
}

// works reports whether t still works as far as we know.
func (k *keeper) works(t Token, refused mall.Secret) bool {
	return t.Access != "" && t.Access != refused && (t.Expires.IsZero() || k.app.clock.Now().Before(t.Expires))
}

func (k *keeper) due(t Token) bool { return k.app.driver.Authority.Due(t, k.app.clock.Now()) }

// announcedElsewhere reports whether another process announced a renewal of t
// just now.
func (k *keeper) announcedElsewhere(t Token, now time.Time) bool {
	past := k.recall()
	if t.RenewalSent.IsZero() || t.Version == past.lost || t.Version == past.void {
		return false
	}
	return now.Sub(t.RenewalSent).Abs() < renewalLimit // clocks of two machines may differ
}

// spent reports whether a renewal of t was sent whose outcome is unknown, and
// which may not be sent again.
func (k *keeper) spent(t Token) bool {
	unanswered := !t.RenewalSent.IsZero() && t.Version != k.recall().void
	return unanswered && !k.app.driver.Authority.RepeatRenewal(t, k.app.clock.Now())
}

// token returns a token that is not the refused one. Most calls are served from
// memory; of all others one at a time goes to the store, looks again, and renews
// if it must.
func (k *keeper) token(ctx context.Context, refused mall.Secret) (Token, error) {
	if err := settle.Ended(ctx); err != nil {
		return Token{}, err
	}
	cached := k.cached.Load()
	usable := cached != nil && k.works(*cached, refused)
	if usable && !k.due(*cached) {
		return *cached, nil
	}
	failures, turn := k.failures.Load(), k.slot()
	select {
	case turn <- struct{}{}:
	default:
		if usable {
			return *cached, nil // it is being renewed early, and good until that is done
		}
		select {
		case turn <- struct{}{}:
		case <-ctx.Done():
			return Token{}, settle.Ended(ctx) // whoever has the turn goes on
		}
	}
	defer func() { <-turn }()
	if t := k.cached.Load(); t != nil && k.works(*t, refused) && !k.due(*t) {
		return *t, nil // renewed while we waited for the turn
	}
	if failure := k.recall().failure; failure != nil && k.failures.Load() != failures {
		return Token{}, failure // it was our renewal as well that failed
	}
	return k.persist(ctx, refused)
}

// persist looks and renews until there is a token or no hope for one. The turn
// is held.
func (k *keeper) persist(ctx context.Context, refused mall.Secret) (Token, error) {
	start, conflicts, refusals := time.Now(), 0, 0
	for {
		t, err := k.next(ctx, refused, time.Since(start) <= renewalLimit)
		switch {
		case err == nil:
			return t, nil
		case errors.Is(err, errElsewhere):
		case errors.Is(err, ErrTokenConflict):
			if conflicts++; conflicts > storeConflicts {
				return Token{}, k.refuse(mall.ErrUnavailable, "others keep changing the token", err)
			}
		case errors.Is(err, mall.ErrConflict):
			if refusals++; refusals > 1 { // the platforms' advice is to ask once more
				return Token{}, k.failed(err)
			}
		case ctx.Err() != nil:
			return Token{}, err // ours alone
		default:
			return Token{}, k.failed(err)
		}
		if err := sleep(ctx, renewalPoll); err != nil {
			return Token{}, err
		}
	}
}

// errElsewhere tells that another process is renewing the token right now.
var errElsewhere = errors.New("client: renewed elsewhere")

// failed notes a failure for those who wait for the turn.
func (k *keeper) failed(err error) error {
	k.remember().failure = err
	k.failures.Add(1)
	return err
}

// next takes the stored token if it is good, else its successor. The turn is
// held.
func (k *keeper) next(ctx context.Context, refused mall.Secret, patient bool) (Token, error) {
	cached := k.cached.Load()
	usable := cached != nil && k.works(*cached, refused)
	if usable && k.app.clock.Now().Before(k.recall().notBefore) {
		return *cached, nil
	}
	if unsaved := k.recall().unsaved; unsaved != nil {
		if err := k.save(ctx, *unsaved); err != nil && !errors.Is(err, ErrTokenConflict) {
			if usable {
				return k.postpone(*cached), nil
			}
			return Token{}, k.storeError("save the renewed token", err)
		}
		k.past.unsaved = nil
	}
	t, err := k.load(ctx)
	if err != nil {
		return Token{}, err
	}
	now := k.stateOf(t, refused, patient)
	switch now {
	case fresh:
		k.cached.Store(&t)
		return t, nil
	case renewing:
		return Token{}, errElsewhere
	case lost:
		return Token{}, k.recall().refusal
	}
	next, err := k.renew(ctx, t)
	switch {
	case err == nil && k.due(next):
		return k.postpone(next), nil // the platform, whose clock differs, thinks it too early
	case err == nil:
		k.cached.Store(&next)
		return next, nil
	case now == due && errors.Is(err, ErrTokenConflict):
		return t, nil // somebody is renewing it
	case now == due:
		return k.postpone(t), nil
	}
	return Token{}, err
}

// postpone keeps to a token that is good for a while yet.
func (k *keeper) postpone(t Token) Token {
	k.remember().notBefore = k.app.clock.Now().Add(renewalPause)
	k.cached.Store(&t)
	return t
}

// load reads the stored token. One that was never stored is an empty one.
func (k *keeper) load(ctx context.Context) (Token, error) {
	t, err := k.app.tokens.Load(ctx, k.key())
	if err != nil && !errors.Is(err, ErrNoToken) {
		return Token{}, k.storeError("load the token", err)
	}
	if err != nil {
		t = Token{}
	}
	t.ShopID = k.shopID
	return t, nil
}

func (k *keeper) save(ctx context.Context, t Token) error {
	return k.app.tokens.Save(ctx, k.key(), t)
}

func (k *keeper) key() TokenKey {
	return TokenKey{Platform: k.app.Platform(), AppKey: k.app.driver.AppKey, ShopID: k.shopID}
}

// slot holds one: whoever fills it has the turn.
func (k *keeper) slot() chan struct{} {
	if c := k.turn.Load(); c != nil {
		return *c
	}
	c := make(chan struct{}, 1)
	k.turn.CompareAndSwap(nil, &c)
	return *k.turn.Load()
}

// remember returns the past, to be written to. The turn is held.
func (k *keeper) remember() *past {
	if k.past == nil {
		k.past = new(past)
	}
	return k.past
}

// recall returns the past, to be read. The turn is held.
func (k *keeper) recall() past {
	if k.past == nil {
		return past{}
	}
	return *k.past
}

func (k *keeper) storeError(what string, err error) error {
	return k.refuse(mall.ErrUnavailable, "the token store could not "+what, err)
}

// refuse makes a failure of ours about the token.
func (k *keeper) refuse(kind mall.Kind, message string, cause error) error {
	whose := "shop " + k.shopID
	if k.shopID == "" {
		whose = "the app itself"
	}
	return &mall.Error{Op: opRenew, Platform: k.app.Platform(), Kind: kind, Message: whose + ": " + message, Err: cause}
}
