package client

import (
	"context"
	"errors"
	"time"

	"github.com/mallwire/mall"
)

// renew replaces t by its successor. A renewal that has begun is finished and
// saved even if the caller leaves, because platforms spend the old refresh
// token when they answer. The turn is held.
func (s *Shop) renew(ctx context.Context, t Token) (Token, error) {
	if ctx.Err() != nil {
		return Token{}, contextError(ctx)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), renewalLimit)
	defer cancel()

	authority, now := s.app.driver.Authority, s.app.clock.Now()
	unanswered := !t.RenewalSent.IsZero() && t.Version != s.token.recall().void
	if t.Refresh == "" || unanswered && !authority.RepeatRenewal(t, now) {
		return s.grant(ctx, t, unanswered)
	}
	// Announce it first: the compare-and-swap lets one process pass, and what is
	// written tells the others, and ourselves after a crash.
	t.RenewalSent = now
	t.Version++
	if err := s.save(ctx, t); err != nil {
		if errors.Is(err, ErrTokenConflict) {
			return Token{}, err
		}
		s.token.remember().void = t.Version // it may have been saved all the same
		return Token{}, s.tokenError("save the token", err)
	}
	if memory := s.token.memory; memory != nil {
		memory.lost, memory.void = 0, 0
	}
	next, err := s.successor(ctx, t)
	switch {
	case err == nil:
		return s.keep(ctx, t, next)
	case errors.Is(err, mall.ErrUnknownOutcome), errors.Is(err, mall.ErrReply):
		s.token.remember().lost = t.Version
		return Token{}, s.refuse(mall.ErrUnavailable, "the answer to a token renewal was lost", ErrRenewalUnknown)
	}
	s.token.remember().void = t.Version
	t.RenewalSent = time.Time{}
	t.Version++
	if saveErr := s.save(ctx, t); errors.Is(saveErr, ErrTokenConflict) {
		return Token{}, saveErr // somebody else has got further
	} else if saveErr != nil {
		t.Version--
	}
	s.refusedFor(t.Version, err)
	return Token{}, err
}

// refusedFor remembers a refusal that would only be repeated.
func (s *Shop) refusedFor(version int64, err error) {
	for _, passing := range []error{mall.ErrUnavailable, mall.ErrRateLimited, mall.ErrConflict, mall.ErrUnknownOutcome, context.DeadlineExceeded} {
		if errors.Is(err, passing) {
			return
		}
	}
	memory := s.token.remember()
	memory.refusal, memory.version = err, version
	memory.until = s.app.clock.Now().Add(renewalPause)
}

// successor asks the platform for a new token in place of t.
func (s *Shop) successor(ctx context.Context, t Token) (Token, error) {
	next, err := s.app.driver.Authority.Renew(ctx, s.app, t)
	if errors.Is(err, mall.ErrReauthorize) {
		granted, grantErr := s.app.driver.Authority.Grant(ctx, s.app, s.id)
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
	return s.check(next)
}

// grant asks for a token that does not depend on t. There is nothing to
// announce: a grant spends nothing, and of two the store keeps one.
func (s *Shop) grant(ctx context.Context, t Token, unanswered bool) (Token, error) {
	next, err := s.app.driver.Authority.Grant(ctx, s.app, s.id)
	if err == nil {
		next, err = s.check(next)
	}
	switch {
	case err == nil:
		return s.keep(ctx, t, next)
	case !errors.Is(err, mall.ErrNotSupported):
		s.refusedFor(t.Version, err)
		return Token{}, err
	case s == s.app.own:
		return Token{}, s.refuse(mall.ErrInvalid, "there is none on this platform: this method needs a shop, not an app", nil)
	case unanswered:
		return Token{}, s.refuse(mall.ErrReauthorize, "a renewal was sent and never answered, and this platform does not let it be repeated", ErrRenewalUnknown)
	case t.Access != "":
		return Token{}, s.refuse(mall.ErrReauthorize, "the access token no longer works and there is no refresh token", nil)
	}
	return Token{}, s.refuse(mall.ErrReauthorize, "no token is stored for this shop", ErrNoToken)
}

// check refuses an answer that would leave the shop without a token, or with
// another shop's.
func (s *Shop) check(t Token) (Token, error) {
	switch {
	case t.Access == "":
		return Token{}, s.refuse(mall.ErrReply, "the platform issued an empty token", nil)
	case t.ShopID != "" && t.ShopID != s.id:
		return Token{}, s.refuse(mall.ErrReply, "the platform issued the token of shop "+t.ShopID, nil)
	}
	t.ShopID = s.id
	return t, nil
}

// keep saves the successor of t. A token is used only once it is stored.
func (s *Shop) keep(ctx context.Context, t, next Token) (Token, error) {
	next.Version, next.RenewalSent = t.Version+1, time.Time{}
	if next.ShopName == "" {
		next.ShopName = t.ShopName
	}
	err := s.save(ctx, next)
	if err != nil && !errors.Is(err, ErrTokenConflict) {
		s.token.remember().unsaved = &next // it is the only good one: keep it, offer it again
		err = s.tokenError("save the renewed token", err)
	}
	return next, err
}

// replaceToken stores t over whatever is there.
func (s *Shop) replaceToken(ctx context.Context, t Token) error {
	turn := s.token.slot()
	select {
	case turn <- struct{}{}:
		defer func() { <-turn }()
	case <-ctx.Done():
		return contextError(ctx)
	}
	t.RenewalSent = time.Time{}
	for conflicts := 0; ; conflicts++ {
		stored, err := s.app.tokens.Load(ctx, s.tokenKey())
		if err != nil && !errors.Is(err, ErrNoToken) {
			return s.tokenError("load the token", err)
		}
		t.Version = stored.Version + 1
		err = s.save(ctx, t)
		if err == nil {
			s.token.cached.Store(&t)
			s.token.memory = nil
			return nil
		}
		if !errors.Is(err, ErrTokenConflict) || conflicts == storeConflicts {
			return s.tokenError("save the token", err)
		}
	}
}

func (s *Shop) save(ctx context.Context, t Token) error {
	return s.app.tokens.Save(ctx, s.tokenKey(), t)
}

func (s *Shop) tokenKey() TokenKey {
	return TokenKey{Platform: s.app.Platform(), AppKey: s.app.driver.AppKey, ShopID: s.id}
}

func (s *Shop) tokenError(what string, err error) error {
	return s.refuse(mall.ErrUnavailable, "the token store could not "+what, err)
}

func (s *Shop) refuse(kind mall.Kind, message string, cause error) error {
	whose := "shop " + s.id
	if s == s.app.own {
		whose = "the app's own token"
	}
	return &mall.Error{Platform: s.app.Platform(), Method: "token", Kind: kind, Message: whose + ": " + message, Err: cause}
}
