package client_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
)

// lostAnswers answers calls, and cuts the answers of token renewals.
func lostAnswers(r *http.Request, _ []byte) (*http.Response, error) {
	if strings.HasPrefix(r.URL.Path, "/token.") {
		return nil, io.ErrUnexpectedEOF
	}
	return success(nil), nil
}

func TestLostAnswerOfARenewal(t *testing.T) {
	t.Parallel()
	for _, repeat := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			store := client.NewMemoryTokens()
			r := newRig(t, lostAnswers, client.WithTokenStore(store))
			r.authority.repeat = repeat
			shop := importToken(t, r.app, time.Now().Add(5*time.Minute))

			// Due, but alive: the old token is used.
			sent := time.Now()
			for range 10 {
				_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
				require.NoError(t, err)
			}
			assert.Equal(t, 1, r.count("token.refresh"), "it does not hammer")
			assert.True(t, stored(t, store).RenewalSent.Equal(sent), "the state is kept")
			assert.Equal(t, "access-token-A0", stored(t, store).Access.Reveal())

			// Dead: asked again only where that is allowed.
			time.Sleep(6 * time.Minute)
			_, err := client.Call[struct{}](t.Context(), shop, "do.it", nil)
			require.ErrorIs(t, err, client.ErrRenewalUnknown)
			require.NotErrorIs(t, err, mall.ErrUnknownOutcome, "the write itself was not sent")
			if !repeat {
				require.ErrorIs(t, err, mall.ErrReauthorize)
				assert.Equal(t, 1, r.count("token.refresh"))
				return
			}
			require.ErrorIs(t, err, mall.ErrUnavailable)
			assert.Equal(t, 2, r.count("token.refresh"))
			r.answers = tokens(okay)
			_, err = client.Call[struct{}](t.Context(), shop, "do.it", nil)
			require.NoError(t, err)
			assert.Zero(t, stored(t, store).RenewalSent)
		})
	}
}

// A shop of the app's own merchant needs no refresh token to get out of it.
func TestLostAnswerIsRepairedByAGrant(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, lostAnswers)
		r.authority.grant = true
		shop := importToken(t, r.app, time.Now().Add(-time.Second))
		_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
		require.ErrorIs(t, err, client.ErrRenewalUnknown)
		r.answers = tokens(okay)
		_, err = client.Call[struct{}](t.Context(), shop, "get.it", nil)
		require.NoError(t, err)
		assert.Equal(t, []int{1, 1}, []int{r.count("token.refresh"), r.count("token.grant")})
	})
}

// An answer that cannot be used may have spent the refresh token as well.
func TestUselessAnswersOfARenewalAreUnknownOutcomes(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]tokenReply{
		"empty":      {Shop: "s1", Refresh: "refresh-token-R1", Seconds: 60},
		"other shop": {Shop: "s2", Access: "access-token-X", Seconds: 60},
	} {
		t.Run(name, func(t *testing.T) {
			store := client.NewMemoryTokens()
			r := newRig(t, func(q *http.Request, _ []byte) (*http.Response, error) { return success(answer), nil },
				client.WithTokenStore(store))
			_, err := client.Call[struct{}](t.Context(), importToken(t, r.app, time.Now().Add(-time.Second)), "get.it",
				nil)
			require.ErrorIs(t, err, client.ErrRenewalUnknown)
			assert.Equal(t, "access-token-A0", stored(t, store).Access.Reveal())
			assert.NotZero(t, stored(t, store).RenewalSent)
		})
	}
}

func TestARenewalWithoutANewRefreshTokenKeepsTheOld(t *testing.T) {
	t.Parallel()
	store := client.NewMemoryTokens()
	r := newRig(t, func(q *http.Request, _ []byte) (*http.Response, error) {
		return success(tokenReply{Shop: "s1", Access: "access-token-A1", Seconds: 3600}), nil
	}, client.WithTokenStore(store))
	_, err := client.Call[struct{}](t.Context(), importToken(t, r.app, time.Now().Add(-time.Second)), "get.it", nil)
	require.NoError(t, err)
	assert.Equal(t, "refresh-token-R0", stored(t, store).Refresh.Reveal())
}

func TestRefusedRefreshToken(t *testing.T) {
	t.Parallel()
	answers := func(q *http.Request, body []byte) (*http.Response, error) {
		if q.URL.Path == "/token.refresh" {
			return refusal("reauth", "refresh token expired", 0), nil
		}
		return tokens(okay)(q, body)
	}
	synctest.Test(t, func(t *testing.T) {
		store := client.NewMemoryTokens()
		r := newRig(t, answers, client.WithTokenStore(store))
		shop := importToken(t, r.app, time.Now().Add(-time.Second))
		for range 5 {
			_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
			require.ErrorIs(t, err, mall.ErrReauthorize)
		}
		assert.Equal(t, 1, r.count("token.refresh"), "a refusal is not asked for again and again")
		assert.Zero(t, stored(t, store).RenewalSent, "it did not happen")
		time.Sleep(time.Minute)
		_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
		require.ErrorIs(t, err, mall.ErrReauthorize)
		assert.Equal(t, 2, r.count("token.refresh"), "but now and then")

		// The merchant authorises again, in another process.
		other := r.newApp(t, client.WithTokenStore(store))
		importToken(t, other, time.Now().Add(time.Hour))
		_, err = client.Call[struct{}](t.Context(), shop, "get.it", nil)
		require.NoError(t, err)
	})
	t.Run("self-use", func(t *testing.T) {
		r := newRig(t, answers)
		r.authority.grant = true
		_, err := client.Call[struct{}](t.Context(), importToken(t, r.app, time.Now().Add(-time.Second)), "get.it", nil)
		require.NoError(t, err)
		assert.Equal(t, 1, r.count("token.grant"))
	})
}

// One failure serves all who waited for that renewal.
func TestAFailedRenewalIsSharedByItsWaiters(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, slowly(script(fails(refusedConnection))), client.WithRetries(0))
		shop := importToken(t, r.app, time.Now().Add(-time.Second))
		together(100, func() {
			_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
			assert.ErrorIs(t, err, mall.ErrUnavailable)
		})
		assert.Equal(t, 1, r.count("token.refresh"))
	})
}

// An outage of the token endpoint is retried where it happens, not once more
// around it.
func TestRetriesDoNotMultiply(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, script(fails(refusedConnection)))
		shop := importToken(t, r.app, time.Now().Add(-time.Second))
		_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
		require.ErrorIs(t, err, mall.ErrUnavailable)
		assert.Equal(t, 3, r.count(""))
	})
}

// A fault of the store in between must not take the place of the refusal.
func TestARefusalIsRememberedAsItWas(t *testing.T) {
	t.Parallel()
	store := &failingStore{TokenStore: client.NewMemoryTokens()}
	r := newRig(t, func(*http.Request, []byte) (*http.Response, error) { return refusal("reauth", "", 0), nil },
		client.WithTokenStore(store))
	shop := importToken(t, r.app, time.Now().Add(-time.Second))
	for _, fault := range []error{nil, errDisk, nil} {
		store.loads = func(client.Token) error { return fault }
		_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
		if fault != nil {
			require.ErrorIs(t, err, fault)
			require.NotErrorIs(t, err, mall.ErrReauthorize)
			continue
		}
		require.ErrorIs(t, err, mall.ErrReauthorize)
	}
	assert.Equal(t, 1, r.count("token.refresh"))
}

func TestFailedEarlyRenewal(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func() (*http.Response, error){
		"refused": does(func() *http.Response { return refusal("reauth", "", 0) }), "down": fails(refusedConnection),
		"conflict": does(func() *http.Response { return refusal("conflict", "", 0) }),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, func(q *http.Request, body []byte) (*http.Response, error) {
					if q.URL.Path == "/token.refresh" {
						return fault()
					}
					return success(nil), nil
				}, client.WithRetries(0))
				shop := importToken(t, r.app, time.Now().Add(8*time.Minute))
				for range 100 {
					_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
					require.NoError(t, err)
				}
				assert.Equal(t, 1, r.count("token.refresh"), "it does not hammer")
				time.Sleep(31 * time.Second)
				_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
				require.NoError(t, err)
				assert.Equal(t, 2, r.count("token.refresh"), "it does not give up")
			})
		})
	}
}

// A platform whose clock differs may find a renewal too early and return a
// token that is as old as before.
func TestATokenThatStaysDueIsNotRenewedOnEveryCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(q *http.Request, body []byte) (*http.Response, error) {
			if q.URL.Path == "/token.refresh" {
				return success(tokenReply{"s1", "access-token-A0", "refresh-token-R0", 480}), nil
			}
			return success(nil), nil
		})
		shop := importToken(t, r.app, time.Now().Add(8*time.Minute))
		for range 100 {
			_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
			require.NoError(t, err)
		}
		assert.Equal(t, 1, r.count("token.refresh"))
	})
}
