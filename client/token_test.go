package client_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
)

// stored reads what the store holds of shop s1.
func stored(t testing.TB, s client.TokenStore) client.Token {
	t.Helper()
	got, err := s.Load(context.Background(), keyOf("s1"))
	require.NoError(t, err)
	return got
}

// together runs f n times at once.
func together(n int, f func()) {
	var wg sync.WaitGroup
	for range n {
		wg.Go(f)
	}
	wg.Wait()
}

func TestManyCallersRenewOnce(t *testing.T) {
	t.Parallel()
	for _, n := range []int{64, 1000} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, slowly(tokens(okay)))
			shop := importToken(t, r.app, time.Now().Add(-time.Second))
			together(n, func() {
				_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
				assert.NoError(t, err)
			})
			assert.Equal(t, 1, r.count("token.refresh"))
			for _, s := range r.sent {
				if s.method == "get.it" {
					assert.Equal(t, "access-token-A1", s.query.Get("access_token"))
				}
			}
		})
	}
}

// slowly answers after a second, so that others get in between.
func slowly(
	next func(*http.Request, []byte) (*http.Response, error),
) func(*http.Request, []byte) (*http.Response, error) {
	return func(r *http.Request, body []byte) (*http.Response, error) {
		select {
		case <-time.After(time.Second):
			return next(r, body)
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

func TestTwoProcessesRenewOnce(t *testing.T) {
	t.Parallel()
	for _, expires := range []time.Duration{-time.Second, 5 * time.Minute} { // dead, and due early
		synctest.Test(t, func(t *testing.T) {
			store := client.NewMemoryTokens()
			r := newRig(t, slowly(tokens(okay)), client.WithTokenStore(store))
			other := r.newApp(t, client.WithTokenStore(store))
			importToken(t, r.app, time.Now().Add(expires))
			var wg sync.WaitGroup
			for _, app := range []*client.App{r.app, other} {
				wg.Go(func() {
					together(32, func() {
						_, err := client.Call[struct{}](t.Context(), app.Shop("s1"), "get.it", nil)
						assert.NoError(t, err)
					})
				})
			}
			wg.Wait()
			assert.Equal(t, 1, r.count("token.refresh"))
			assert.Equal(t, "access-token-A1", stored(t, store).Access.Reveal())
			assert.Zero(t, stored(t, store).RenewalSent)
		})
	}
}

// While one caller renews early, the others go on with the old token.
func TestEarlyRenewalHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(q *http.Request, body []byte) (*http.Response, error) {
			if q.URL.Path == "/token.refresh" {
				time.Sleep(10 * time.Second)
			}
			return tokens(okay)(q, body)
		})
		shop := importToken(t, r.app, time.Now().Add(5*time.Minute))
		go func() { _, _ = client.Call[struct{}](t.Context(), shop, "get.it", nil) }()
		synctest.Wait()
		start := time.Now()
		_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
		require.NoError(t, err)
		assert.Zero(t, time.Since(start))
		time.Sleep(11 * time.Second)
		_, err = client.Call[struct{}](t.Context(), shop, "get.it", nil)
		require.NoError(t, err)
		assert.Equal(t, "access-token-A1", r.sent[len(r.sent)-1].query.Get("access_token"))
	})
}

// Platforms spend the refresh token when they answer, so a renewal that has
// begun is finished whatever its caller does.
func TestRenewalOutlivesItsCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := client.NewMemoryTokens()
		r := newRig(t, slowly(tokens(okay)), client.WithTokenStore(store))
		shop := importToken(t, r.app, time.Now().Add(-time.Second))
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		_, err := client.Call[struct{}](ctx, shop, "get.it", nil)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, "access-token-A1", stored(t, store).Access.Reveal())
		assert.Zero(t, r.count("get.it"))
		_, err = client.Call[struct{}](t.Context(), shop, "get.it", nil)
		require.NoError(t, err)
		assert.Equal(t, 1, r.count("token.refresh"))
	})
}

func TestWaitersLeaveOnTheirOwnContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, slowly(tokens(okay)))
		shop := importToken(t, r.app, time.Now().Add(-time.Second))
		go func() { _, _ = client.Call[struct{}](t.Context(), shop, "get.it", nil) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		start := time.Now()
		_, err := client.Call[struct{}](ctx, shop, "get.it", nil)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 100*time.Millisecond, time.Since(start))
		time.Sleep(5 * time.Second)
	})
}

func TestAConflictOnThePlatformIsAskedOnceMore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := 0
		r := newRig(t, func(q *http.Request, body []byte) (*http.Response, error) {
			if n++; n == 1 {
				return refusal("conflict", "", 0), nil
			}
			return tokens(okay)(q, body)
		})
		shop := importToken(t, r.app, time.Now().Add(-time.Second))
		_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
		require.NoError(t, err)
		assert.Equal(t, 2, r.count("token.refresh"))

		r = newRig(t, func(*http.Request, []byte) (*http.Response, error) { return refusal("conflict", "", 0), nil })
		_, err = client.Call[struct{}](t.Context(), importToken(t, r.app, time.Now().Add(-time.Second)), "get.it", nil)
		require.ErrorIs(t, err, mall.ErrConflict)
		assert.Equal(t, 2, r.count("token.refresh"))
	})
}

// accepts answers calls that bring the token, and calls every other replaced.
func accepts(
	access *atomic.Value, next func(*http.Request, []byte) (*http.Response, error),
) func(*http.Request, []byte) (*http.Response, error) {
	return func(r *http.Request, body []byte) (*http.Response, error) {
		if !strings.HasPrefix(r.URL.Path, "/token.") && r.URL.Query().Get("access_token") != access.Load().(string) {
			return refusal("auth", "no such token", 0), nil
		}
		return next(r, body)
	}
}

func TestAReplacedToken(t *testing.T) {
	t.Parallel()
	var good atomic.Value
	good.Store("access-token-A9")
	store := client.NewMemoryTokens()
	r := newRig(t, accepts(&good, tokens(okay)), client.WithTokenStore(store))
	shop := r.shop(t)
	_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
	require.ErrorIs(t, err, mall.ErrAuth)
	refreshed := r.count("token.refresh")
	require.Equal(t, 1, refreshed, "nobody else had a better one, so it was renewed")

	// Another process has a better one: the store is asked first.
	require.NoError(t, r.newApp(t, client.WithTokenStore(store)).Import(t.Context(),
		client.Token{ShopID: "s1", Access: "access-token-A9"}))
	_, err = client.Call[struct{}](t.Context(), shop, "do.it", nil)
	require.NoError(t, err)
	assert.Equal(t, refreshed, r.count("token.refresh"))

	good.Store("access-token-A2") // what the next renewal brings
	require.NoError(t,
		r.app.Import(t.Context(), client.Token{ShopID: "s1", Access: "access-token-old", Refresh: "refresh-token-R9"}))
	together(50, func() {
		_, err := client.Call[struct{}](t.Context(), shop, "do.it", nil)
		assert.NoError(t, err)
	})
	assert.Equal(t, refreshed+1, r.count("token.refresh"))
}

func TestAShopWithoutAToken(t *testing.T) {
	t.Parallel()
	store := client.NewMemoryTokens()
	r := newRig(t, okay, client.WithTokenStore(store))
	_, err := client.Call[struct{}](t.Context(), r.app.Shop("unknown"), "get.it", nil)
	require.ErrorIs(t, err, mall.ErrReauthorize)
	require.ErrorIs(t, err, client.ErrNoToken)
	_, err = store.Load(t.Context(), keyOf("unknown"))
	require.ErrorIs(t, err, client.ErrNoToken, "a mistyped id leaves nothing behind")

	require.NoError(t,
		r.app.Import(t.Context(), client.Token{ShopID: "s1", Access: "a", Expires: time.Now().Add(-time.Second)}))
	_, err = client.Call[struct{}](t.Context(), r.app.Shop("s1"), "get.it", nil)
	require.ErrorIs(t, err, mall.ErrReauthorize, "expired, and no refresh token")
	assert.Zero(t, r.count(""))
}

func TestSelfGrant(t *testing.T) {
	t.Parallel()
	store := client.NewMemoryTokens()
	r := newRig(t, tokens(okay), client.WithTokenStore(store))
	_, err := r.app.SelfGrant(t.Context(), "s1")
	require.ErrorIs(t, err, mall.ErrNotSupported)
	r.authority.grant = true
	_, err = client.Call[struct{}](t.Context(), r.app.Shop("s1"), "get.it", nil)
	require.NoError(t, err, "a shop gets its token by itself")
	assert.EqualValues(t, 1, stored(t, store).Version)
	got, err := r.app.SelfGrant(t.Context(), "s1")
	require.NoError(t, err)
	assert.Equal(t, "access-token-A2", got.Access.Reveal())
	assert.EqualValues(t, 2, stored(t, store).Version)
	_, err = r.app.SelfGrant(t.Context(), "s2") // the answer is about s1
	require.ErrorIs(t, err, mall.ErrReply)
}

func TestImportAndExchangeReplaceTheToken(t *testing.T) {
	t.Parallel()
	store := client.NewMemoryTokens()
	r := newRig(t, tokens(okay), client.WithTokenStore(store))
	for _, bad := range []client.Token{{}, {ShopID: "s1"}, {Access: "a"}} {
		require.ErrorIs(t, r.app.Import(t.Context(), bad), mall.ErrInvalid)
	}
	shop := r.shop(t)
	require.NoError(t, r.app.Import(t.Context(),
		client.Token{ShopID: "s1", Access: "access-token-B", Version: 77, RenewalSent: time.Now()}))
	assert.EqualValues(t, 2, stored(t, store).Version)
	assert.Zero(t, stored(t, store).RenewalSent)
	_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
	require.NoError(t, err)
	assert.Equal(t, "access-token-B", r.sent[0].query.Get("access_token"))

	got, err := r.app.Exchange(t.Context(), "the-code")
	require.NoError(t, err)
	assert.Equal(t, "s1", got.ShopID)
	assert.EqualValues(t, 3, stored(t, store).Version)
	_, err = client.Call[struct{}](t.Context(), shop, "get.it", nil)
	require.NoError(t, err)
	assert.Equal(t, "access-token-A1", r.sent[len(r.sent)-1].query.Get("access_token"))
}

// The code is spent, so the token must not be lost with the browser's request.
func TestExchangeOutlivesItsCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := client.NewMemoryTokens()
		r := newRig(t, slowly(tokens(okay)), client.WithTokenStore(store))
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		_, err := r.app.Exchange(ctx, "the-code")
		require.NoError(t, err)
		assert.Equal(t, "access-token-A1", stored(t, store).Access.Reveal())
		_, err = r.app.Exchange(ctx, "the-code")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 1, r.count(""))
	})
}

func TestExchangedTokenThatCannotBeStoredIsReturned(t *testing.T) {
	t.Parallel()
	store := &failingStore{TokenStore: client.NewMemoryTokens(), saves: func(client.Token) error { return errDisk }}
	r := newRig(t, tokens(okay), client.WithTokenStore(store))
	got, err := r.app.Exchange(t.Context(), "the-code")
	require.ErrorIs(t, err, errDisk)
	store.saves = nil
	require.NoError(t, r.app.Import(t.Context(), got))
}

func TestTokensLiveByTheInjectedClock(t *testing.T) {
	t.Parallel()
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	r := newRig(t, tokens(okay), client.WithClock(func() time.Time { return now }))
	shop := importToken(t, r.app, now.Add(time.Hour))
	_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
	require.NoError(t, err)
	assert.Zero(t, r.count("token.refresh"))
	now = now.Add(55 * time.Minute)
	_, err = client.Call[struct{}](t.Context(), shop, "get.it", nil)
	require.NoError(t, err)
	assert.Equal(t, 1, r.count("token.refresh"))
	assert.Equal(t, fmt.Sprint(now.Unix()), r.sent[len(r.sent)-1].query.Get("time"))
}
