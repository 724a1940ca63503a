package client_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
)

// failingStore refuses to save while it is told to.
type failingStore struct {
	client.TokenStore
	saves, loads func(t client.Token) error
	after        bool // fail, but save all the same
}

func (f *failingStore) Load(ctx context.Context, k client.TokenKey) (client.Token, error) {
	if f.loads != nil {
		if err := f.loads(client.Token{}); err != nil {
			return client.Token{}, err
		}
	}
	return f.TokenStore.Load(ctx, k)
}

func (f *failingStore) Save(ctx context.Context, k client.TokenKey, t client.Token) error {
	if f.saves != nil {
		if err := f.saves(t); err != nil {
			if f.after {
				_ = f.TokenStore.Save(ctx, k, t)
			}
			return err
		}
	}
	return f.TokenStore.Save(ctx, k, t)
}

var errDisk = errors.New("disk full")

func TestARenewedTokenThatCannotBeSaved(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			store := &failingStore{TokenStore: client.NewMemoryTokens(), after: after}
			r := newRig(t, tokens(okay), client.WithTokenStore(store))
			shop := importToken(t, r.app, time.Now().Add(-time.Second))
			store.saves = func(t client.Token) error {
				if t.RenewalSent.IsZero() {
					return errDisk
				}
				return nil
			}
			_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
			require.ErrorIs(t, err, mall.ErrUnavailable)
			require.ErrorIs(t, err, errDisk)
			if !after {
				_, err = client.Call[struct{}](t.Context(), shop, "get.it", nil)
				require.ErrorIs(t, err, errDisk)
			}
			assert.Zero(t, r.count("get.it"), "a token is never used before it is stored")
			store.saves = nil
			_, err = client.Call[struct{}](t.Context(), shop, "get.it", nil)
			require.NoError(t, err)
			assert.Equal(t, 1, r.count("token.refresh"), "the renewed token was kept")
			assert.Equal(t, "access-token-A1", stored(t, store).Access.Reveal())
			assert.Equal(t, "access-token-A1", r.sent[len(r.sent)-1].query.Get("access_token"))
		})
	}
}

// The renewal is done, the store is not: the old token serves while it lives.
func TestAnEarlyRenewedTokenThatCannotBeSaved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &failingStore{TokenStore: client.NewMemoryTokens()}
		r := newRig(t, tokens(okay), client.WithTokenStore(store))
		shop := importToken(t, r.app, time.Now().Add(9*time.Minute))
		store.saves = func(t client.Token) error {
			if t.RenewalSent.IsZero() {
				return errDisk
			}
			return nil
		}
		for range 5 {
			_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
			require.NoError(t, err)
			time.Sleep(time.Minute)
		}
		assert.Equal(t, 1, r.count("token.refresh"))
		for _, s := range r.sent {
			if s.method == "get.it" {
				assert.Equal(t, "access-token-A0", s.query.Get("access_token"))
			}
		}
		store.saves = nil
		_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
		require.NoError(t, err)
		assert.Equal(t, "access-token-A1", r.sent[len(r.sent)-1].query.Get("access_token"))
	})
}

// Nothing was sent, so nothing is unknown, whether or not the store kept the
// announcement in spite of its error.
func TestAnAnnouncementThatCannotBeSaved(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			store := &failingStore{TokenStore: client.NewMemoryTokens(), after: after}
			r := newRig(t, tokens(okay), client.WithTokenStore(store))
			shop := importToken(t, r.app, time.Now().Add(-time.Second))
			store.saves = func(client.Token) error { return errDisk }
			start := time.Now()
			_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
			require.ErrorIs(t, err, mall.ErrUnavailable)
			require.ErrorIs(t, err, errDisk)
			assert.Zero(t, r.count(""))
			store.saves = nil
			_, err = client.Call[struct{}](t.Context(), shop, "get.it", nil)
			require.NoError(t, err)
			assert.Zero(t, time.Since(start), "it is not taken for another process at work")
		})
	}
}

// The next announcement bears the same version. Its lost answer counts.
func TestALostAnswerAfterAnAnnouncementThatCouldNotBeSaved(t *testing.T) {
	t.Parallel()
	store := &failingStore{TokenStore: client.NewMemoryTokens()}
	r := newRig(t, lostAnswers, client.WithTokenStore(store))
	shop := importToken(t, r.app, time.Now().Add(-time.Second))
	store.saves = func(client.Token) error { return errDisk }
	_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
	require.ErrorIs(t, err, errDisk)
	store.saves = nil
	for _, want := range []error{mall.ErrUnavailable, mall.ErrReauthorize, mall.ErrReauthorize} {
		_, err = client.Call[struct{}](t.Context(), shop, "get.it", nil)
		require.ErrorIs(t, err, client.ErrRenewalUnknown)
		require.ErrorIs(t, err, want)
	}
	assert.Equal(t, 1, r.count("token.refresh"), "this platform does not let it be repeated")
}

// A driver may build the new token on the old one.
func TestARenewedTokenIsNotUnderRenewal(t *testing.T) {
	t.Parallel()
	store := client.NewMemoryTokens()
	r := newRig(t, okay, client.WithTokenStore(store))
	r.authority.renew = func(_ context.Context, _ *client.App, t client.Token) (client.Token, error) {
		t.Access, t.Expires = "access-token-A1", time.Time{}
		return t, nil
	}
	_, err := client.Call[struct{}](t.Context(), importToken(t, r.app, time.Now().Add(-time.Second)), "get.it", nil)
	require.NoError(t, err)
	assert.Zero(t, stored(t, store).RenewalSent)
	assert.EqualValues(t, 3, stored(t, store).Version)
}

func TestAStoreThatCannotBeRead(t *testing.T) {
	t.Parallel()
	store := &failingStore{TokenStore: client.NewMemoryTokens(), loads: func(client.Token) error { return errDisk }}
	r := newRig(t, okay, client.WithTokenStore(store))
	_, err := client.Call[struct{}](t.Context(), r.app.Shop("s1"), "get.it", nil)
	require.ErrorIs(t, err, mall.ErrUnavailable)
	require.ErrorIs(t, err, errDisk)
	assert.NotContains(t, err.Error(), errDisk.Error())
	require.ErrorIs(t, r.app.Import(t.Context(), client.Token{ShopID: "s1", Access: "a"}), errDisk)
}

// A crash between announcing a renewal and saving its result.
func TestACrashInTheMiddleOfARenewal(t *testing.T) {
	t.Parallel()
	announced := func(t *testing.T, store client.TokenStore, ago time.Duration) {
		require.NoError(t, store.Save(t.Context(), keyOf("s1"), client.Token{
			ShopID: "s1", Access: "access-token-A0", Refresh: "refresh-token-R0", Version: 1,
			Expires: time.Now().Add(-time.Second), RenewalSent: time.Now().Add(-ago),
		}))
	}
	t.Run("long ago", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			store := client.NewMemoryTokens()
			r := newRig(t, tokens(okay), client.WithTokenStore(store))
			announced(t, store, time.Hour)
			_, err := client.Call[struct{}](t.Context(), r.app.Shop("s1"), "get.it", nil)
			require.ErrorIs(t, err, client.ErrRenewalUnknown)
			require.ErrorIs(t, err, mall.ErrReauthorize)
			r.authority.repeat = true
			start := time.Now()
			_, err = client.Call[struct{}](t.Context(), r.app.Shop("s1"), "get.it", nil)
			require.NoError(t, err)
			assert.Zero(t, time.Since(start))
			assert.Equal(t, "access-token-A1", stored(t, store).Access.Reveal())
		})
	})
	t.Run("just now", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			store := client.NewMemoryTokens()
			r := newRig(t, tokens(okay), client.WithTokenStore(store))
			r.authority.repeat = true
			announced(t, store, 10*time.Second)
			start := time.Now()
			_, err := client.Call[struct{}](t.Context(), r.app.Shop("s1"), "get.it", nil)
			require.NoError(t, err)
			assert.InDelta(t, 20, time.Since(start).Seconds(), 1, "the other process had its time")
		})
	})
	t.Run("clock of the other machine is ahead", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			store := client.NewMemoryTokens()
			r := newRig(t, tokens(okay), client.WithTokenStore(store))
			r.authority.repeat = true
			announced(t, store, -24*time.Hour)
			start := time.Now()
			_, err := client.Call[struct{}](t.Context(), r.app.Shop("s1"), "get.it", nil)
			require.NoError(t, err)
			assert.Zero(t, time.Since(start))
		})
	})
	t.Run("clock stands still", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			store := client.NewMemoryTokens()
			now := time.Now()
			r := newRig(t, tokens(okay), client.WithTokenStore(store),
				client.WithClock(func() time.Time { return now }))
			r.authority.repeat = true
			announced(t, store, time.Second)
			_, err := client.Call[struct{}](t.Context(), r.app.Shop("s1"), "get.it", nil)
			require.NoError(t, err)
			assert.InDelta(t, 30, time.Since(now).Seconds(), 1)
		})
	})
	t.Run("the other process finishes", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			store := client.NewMemoryTokens()
			r := newRig(t, tokens(okay), client.WithTokenStore(store))
			announced(t, store, time.Second)
			time.AfterFunc(3*time.Second, func() {
				_ = store.Save(context.Background(), keyOf("s1"),
					client.Token{ShopID: "s1", Access: "access-token-A7", Version: 2})
			})
			_, err := client.Call[struct{}](t.Context(), r.app.Shop("s1"), "get.it", nil)
			require.NoError(t, err)
			assert.Equal(t, "access-token-A7", r.sent[0].query.Get("access_token"))
			assert.Zero(t, r.count("token.refresh"))
		})
	})
}

// A store of coarse time must not make our own lost renewal look like another
// process at work.
func TestStoreOfWholeSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, lostAnswers, client.WithTokenStore(coarseStore{client.NewMemoryTokens()}))
		r.authority.repeat = true
		shop := importToken(t, r.app, time.Now().Add(-time.Second))
		time.Sleep(123456789)
		start := time.Now()
		for range 3 {
			_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
			require.ErrorIs(t, err, client.ErrRenewalUnknown)
		}
		assert.Zero(t, time.Since(start))
	})
}

type coarseStore struct{ client.TokenStore }

func (c coarseStore) Save(ctx context.Context, k client.TokenKey, t client.Token) error {
	if !t.RenewalSent.IsZero() {
		t.RenewalSent = t.RenewalSent.Truncate(time.Second)
	}
	return c.TokenStore.Save(ctx, k, t)
}

// Merchant authorises again while a renewal is under way elsewhere: the newer
// state in the store wins.
func TestTheWinnerOfAConflictIsTaken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := client.NewMemoryTokens()
		r := newRig(t, slowly(tokens(okay)), client.WithTokenStore(store))
		shop := importToken(t, r.app, time.Now().Add(-time.Second))
		other := r.newApp(t, client.WithTokenStore(store))
		time.AfterFunc(500*time.Millisecond, func() {
			_ = other.Import(context.Background(),
				client.Token{ShopID: "s1", Access: "access-token-new", Expires: time.Now().Add(time.Hour)})
		})
		_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
		require.NoError(t, err)
		assert.Equal(t, "access-token-new", stored(t, store).Access.Reveal())
		assert.Equal(t, "access-token-new", r.sent[len(r.sent)-1].query.Get("access_token"))
	})
}
