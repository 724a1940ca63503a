package client

import (
	"context"
	"errors"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// renew replaces t by its successor. A renewal that has begun is finished and
// saved even if the caller leaves, because platforms spend the old refresh
// token when they answer. The turn is held.
func (k *keeper) renew(ctx context.Context, t Token) (Token, error) {
	if err := settle.Ended(ctx); err != nil {
		return Token{}, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), renewalLimit)
	defer cancel()

	if t.Refresh == "" || k.spent(t) {
		return k.grant(ctx, t)
	}
	// Announce it first: the compare-and-swap lets one process pass, and what is
	// written tells the others, and ourselves after a crash.
	t.RenewalSent = k.app.clock.Now()
	t.Version++
	if err := k.save(ctx, t); err != nil {
		if errors.Is(err, ErrTokenConflict) {
			return Token{}, err
		}
		k.remember().void = t.Version // it may have been saved all the same
		return Token{}, k.storeError("save the token", err)
	}
	if past := k.past; past != nil {
		past.lost, past.void = 0, 0
	}
	next, err := k.successor(ctx, t)
	switch {
	case err == nil:
		return k.keep(ctx, t, next)
	case errors.Is(err, mall.ErrUnknownOutcome), errors.Is(err, mall.ErrReply):
		k.remember().lost = t.Version
		return Token{}, k.refuse(mall.ErrUnavailable, "the answer to a token renewal was lost", ErrRenewalUnknown)
	}
	k.remember().void = t.Version
	t.RenewalSent = time.Time{}
	t.Version++
	if saveErr := k.save(ctx, t); errors.Is(saveErr, ErrTokenConflict) {
		return Token{}, saveErr // somebody else has got further
	} else if saveErr != nil {
		t.Version--
	}
	return Token{}, k.refused(t.Version, err)
}

// refused remembers a refusal that would only be repeated.
func (k *keeper) refused(version int64, err error) error {
	err = settle.Failure(k.app.Platform(), opRenew, err)
	for _, passing := range []error{
		mall.ErrUnavailable, mall.ErrRateLimited, mall.ErrConflict, mall.ErrUnknownOutcome, context.DeadlineExceeded,
	} {
		if errors.Is(err, passing) {
			return err
		}
	}
	past := k.remember()
	past.refusal, past.version = err, version
	past.until = k.app.clock.Now().Add(renewalPause)
	return err
}

// successor asks the platform for a new token in place of t.
func (k *keeper) successor(ctx context.Context, t Token) (Token, error) {
	next, err := k.app.driver.Authority.Renew(ctx, k.app, t)
	if errors.Is(err, mall.ErrReauthorize) {
		granted, grantErr := k.app.driver.Authority.Grant(ctx, k.app, k.shopID)
		if errors.Is(grantErr, mall.ErrNotSupported) {
			return Token{}, err
		}
		next, err = granted, grantErr
	} else if err == nil && next.Refresh == "" {
		next.Refresh, next.RefreshExpires = t.Refresh, t.RefreshExpires
	}
	if err != nil {
		return Token{}, err
	}
	return k.check(next)
}

// grant asks for a token that does not depend on t. There is nothing to
// announce: a grant spends nothing, and of two the store keeps one.
func (k *keeper) grant(ctx context.Context, t Token) (Token, error) {
	next, err := k.app.driver.Authority.Grant(ctx, k.app, k.shopID)
	if err == nil {
		next, err = k.check(next)
	}
	switch {
	case err == nil:
		return k.keep(ctx, t, next)
	case !errors.Is(err, mall.ErrNotSupported):
		return Token{}, k.refused(t.Version, err)
	case k.shopID == "":
		return Token{}, k.refuse(mall.ErrInvalid, "this platform gives apps no token: this method needs a shop", nil)
	case k.spent(t):
		return Token{}, k.refuse(mall.ErrReauthorize,
			"a renewal was sent and never answered, and this platform does not let it be repeated", ErrRenewalUnknown)
	case t.Access != "":
		return Token{}, k.refuse(mall.ErrReauthorize, "the access token no longer works and there is no refresh token",
			nil)
	}
	return Token{}, k.refuse(mall.ErrReauthorize, "no token is stored", ErrNoToken)
}

// check refuses an answer that would leave the shop without a token, or with
// another shop's.
func (k *keeper) check(t Token) (Token, error) {
	switch {
	case t.Access == "":
		return Token{}, k.refuse(mall.ErrReply, "the platform issued an empty token", nil)
	case t.ShopID != "" && t.ShopID != k.shopID:
		return Token{}, k.refuse(mall.ErrReply, "the platform issued the token of shop "+t.ShopID, nil)
	}
	t.ShopID = k.shopID
	return t, nil
}

// keep saves the successor of t. A token is used only once it is stored.
func (k *keeper) keep(ctx context.Context, t, next Token) (Token, error) {
	next.Version, next.RenewalSent = t.Version+1, time.Time{}
	if next.ShopName == "" {
		next.ShopName = t.ShopName
	}
	err := k.save(ctx, next)
	if err != nil && !errors.Is(err, ErrTokenConflict) {
		k.remember().unsaved = &next // it is the only good one: keep it, offer it again
		err = k.storeError("save the renewed token", err)
	}
	return next, err
}

// replace stores t over whatever is there.
func (k *keeper) replace(ctx context.Context, t Token) error {
	turn := k.slot()
	select {
	case turn <- struct{}{}:
		defer func() { <-turn }()
	case <-ctx.Done():
		return settle.Ended(ctx)
	}
	t.RenewalSent = time.Time{}
	for conflicts := 0; ; conflicts++ {
		stored, err := k.load(ctx)
		if err != nil {
			return err
		}
		t.Version = stored.Version + 1
		err = k.save(ctx, t)
		if err == nil {
			k.cached.Store(&t)
			k.past = nil
			return nil
		}
		if !errors.Is(err, ErrTokenConflict) || conflicts == storeConflicts {
			return k.storeError("save the token", err)
		}
	}
}
