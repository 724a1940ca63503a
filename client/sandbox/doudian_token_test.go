package sandbox_test

import (
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/doudian"
)

const week = 7 * 24 * time.Hour

// pair is the data of both token methods.
type pair struct {
	Access    string          `json:"access_token"`
	Refresh   string          `json:"refresh_token"`
	ExpiresIn int64           `json:"expires_in"`
	ShopID    json.RawMessage `json:"shop_id"`
	ShopName  string          `json:"shop_name"`
}

func (w *wire) refreshCall(token string) answer {
	return w.send(w.build("token.refresh", "", map[string]any{"grant_type": "refresh_token", "refresh_token": token}))
}

func (w *wire) refresh(token string) (p pair) {
	w.t.Helper()
	w.refreshCall(token).data(w.t, &p)
	return p
}

func (w *wire) create(params map[string]any) answer {
	return w.send(w.build("token.create", "", params))
}

// standing says how a call with that access token fares.
func (w *wire) standing(access string) string {
	return w.send(w.build("order.orderDetail", access, map[string]any{"shop_order_id": "1"})).outcome()
}

const (
	works    = "40004 isv.parameter-invalid:20014" // the token was good: it got as far as the order
	expired  = "40003 isv.access-token-expired"
	replaced = "40003 isv.access-token-no-existed"
	noShop   = "50001 dop.token-generate-failed:no-authorization"
	badToken = "50001 dop.token-generate-failed:token-invalid"
)

func TestRefreshBeforeTheLastHourKeepsThePair(t *testing.T) {
	t.Parallel()
	w := serve(t)
	old := w.shop(shop1)
	w.s.Advance(week - time.Hour - time.Second)
	p := w.refresh(old.RefreshToken)
	assert.Equal(t, old.AccessToken, p.Access)
	assert.Equal(t, old.RefreshToken, p.Refresh)
	assert.EqualValues(t, 3601, p.ExpiresIn, "the expiry does not move")
	assert.Equal(t, shop1, string(p.ShopID), "a number, from this method")
	assert.Zero(t, w.shop(shop1).Renewals)
}

func TestRefreshInTheLastHourOverlaps(t *testing.T) {
	t.Parallel()
	w := serve(t)
	old := w.shop(shop1)
	w.s.Advance(week - time.Hour)
	p := w.refresh(old.RefreshToken)
	assert.NotEqual(t, old.AccessToken, p.Access)
	assert.NotEqual(t, old.RefreshToken, p.Refresh)
	assert.EqualValues(t, 604800, p.ExpiresIn)
	assert.Equal(t, 1, w.shop(shop1).Renewals)
	assert.Zero(t, w.shop(shop2).Renewals)

	assert.Equal(t, p.Access, w.refresh(old.RefreshToken).Access, "the replaced refresh token fetches the same new pair")
	assert.Equal(t, 1, w.shop(shop1).Renewals)

	w.s.Advance(time.Hour - time.Second)
	assert.Equal(t, works, w.standing(old.AccessToken))
	assert.Equal(t, works, w.standing(p.Access))
	w.s.Advance(time.Second)
	assert.Equal(t, replaced, w.standing(old.AccessToken))
	assert.Equal(t, badToken, w.refreshCall(old.RefreshToken).outcome())
	assert.Equal(t, works, w.standing(p.Access))
}

func TestOldPairOutlivesItsExpiryInTheOverlap(t *testing.T) {
	t.Parallel()
	w := serve(t)
	old := w.shop(shop1)
	w.s.Advance(week - time.Minute)
	w.refresh(old.RefreshToken)
	w.s.Advance(30 * time.Minute)
	assert.Equal(t, works, w.standing(old.AccessToken))
}

func TestReplacedRefreshTokenMayBeDeadAtOnce(t *testing.T) {
	t.Parallel()
	w := serve(t)
	require.NoError(t, sandbox.Change(w.s, func(r *doudian.Rules) { r.ReplacedRefreshWorks = false }))
	old := w.shop(shop1)
	w.s.Advance(week - time.Minute)
	w.refresh(old.RefreshToken)
	assert.Equal(t, badToken, w.refreshCall(old.RefreshToken).outcome())
}

func TestRefreshAfterExpiryKillsTheOldPair(t *testing.T) {
	t.Parallel()
	w := serve(t)
	old := w.shop(shop1)
	w.s.Advance(week)
	assert.Equal(t, expired, w.standing(old.AccessToken))
	p := w.refresh(old.RefreshToken)
	assert.Equal(t, replaced, w.standing(old.AccessToken))
	assert.Equal(t, works, w.standing(p.Access))
	assert.Equal(t, badToken, w.refreshCall(old.RefreshToken).outcome())
}

func TestRefreshTokenLivesTwoWeeks(t *testing.T) {
	t.Parallel()
	w := serve(t)
	old := w.shop(shop1)
	w.s.Advance(2*week - time.Second)
	p := w.refresh(old.RefreshToken)
	w.s.Advance(2 * week)
	assert.Equal(t, "50001 dop.token-generate-failed:token-expired", w.refreshCall(p.Refresh).outcome())
}

func TestRefreshRefusals(t *testing.T) {
	t.Parallel()
	w := serve(t)
	assert.Equal(t, badToken, w.refreshCall("example-unknown").outcome())
	assert.Equal(t, "40001 isv.parameter-missing", w.refreshCall("").outcome())
	a := w.send(w.build("token.refresh", "", map[string]any{"grant_type": "code", "refresh_token": w.shop(shop1).RefreshToken}))
	assert.Equal(t, "50001 dop.token-generate-failed:grant-type-invalid", a.outcome())
	_, err := w.s.On(mall.Doudian).ChangeToken(shop1, "revoke")
	require.NoError(t, err)
	assert.Equal(t, noShop, w.refreshCall(w.shop(shop1).RefreshToken).outcome())
	r := w.build("token.refresh", "", map[string]any{"grant_type": "refresh_token", "refresh_token": "x"})
	r.query.Set("sign", "0")
	assert.Equal(t, "40003 isv.signature-invalid", w.send(r).outcome(), "token methods are signed too")
}

// TestConcurrentRefresh holds one refresh by a fault while others arrive.
func TestConcurrentRefresh(t *testing.T) {
	t.Parallel()
	for _, kind := range []sandbox.FaultKind{sandbox.FaultDelay, sandbox.FaultDelayAfter} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := serve(t)
			w.s.Advance(week - time.Minute)
			_, err := w.s.Arm(sandbox.Fault{Method: "token.refresh", ShopID: shop1, Kind: kind, DelayMS: 60_000})
			require.NoError(t, err)
			token, other := w.shop(shop1).RefreshToken, w.shop(shop2).RefreshToken

			ctx, leave := newContext(t)
			var held sync.WaitGroup
			held.Go(func() {
				w.sendWithin(ctx, w.build("token.refresh", "", map[string]any{"grant_type": "refresh_token", "refresh_token": token}))
			})
			require.Eventually(t, func() bool { return len(w.s.Received()) == 1 }, 10*time.Second, time.Millisecond)
			assert.Equal(t, "50002 isv.business-failed:31012", w.refreshCall(token).outcome())
			assert.Equal(t, "50002 isv.business-failed:31012", w.refreshCall(token).outcome(), "a refused one does not end the first")
			assert.Equal(t, "10000", w.refreshCall(other).outcome(), "another shop is not concerned")

			leave()
			held.Wait()
			require.Eventually(t, func() bool { return w.shop(shop1).Renewals == 1 }, 10*time.Second, time.Millisecond,
				"what was received is carried out although the caller left")
			require.Eventually(t, func() bool { return w.refreshCall(token).outcome() == "10000" }, 10*time.Second, time.Millisecond)
			assert.Equal(t, 1, w.shop(shop1).Renewals)
		})
	}
}

func TestRefreshesInARowAreNotConcurrent(t *testing.T) {
	t.Parallel()
	w := serve(t)
	token := w.shop(shop1).RefreshToken
	for range 50 {
		require.Equal(t, "10000", w.refreshCall(token).outcome())
	}
}

func TestCreateByCode(t *testing.T) {
	t.Parallel()
	w := serve(t)
	code, err := w.s.On(mall.Doudian).IssueCode(shop1)
	require.NoError(t, err)
	params := map[string]any{"code": code, "grant_type": "authorization_code"}
	_, err = w.s.On(mall.Doudian).ChangeToken(shop1, "revoke")
	require.NoError(t, err)

	var p pair
	old := w.shop(shop1).AccessToken
	w.create(params).data(t, &p)
	assert.Equal(t, works, w.standing(old), "the old pair lives on for an hour")
	assert.Equal(t, `"`+shop1+`"`, string(p.ShopID), "a text, from this method")
	assert.EqualValues(t, 604800, p.ExpiresIn)
	assert.Equal(t, works, w.standing(p.Access), "authorised again")
	assert.Equal(t, "50001 dop.token-generate-failed:code-invalid", w.create(params).outcome(), "a code works once")

	require.NoError(t, sandbox.Change(w.s, func(r *doudian.Rules) { r.CodeKeepsOldPair = false }))
	code, err = w.s.On(mall.Doudian).IssueCode(shop1)
	require.NoError(t, err)
	w.create(map[string]any{"code": code, "grant_type": "authorization_code"})
	assert.Equal(t, replaced, w.standing(p.Access))

	code, err = w.s.On(mall.Doudian).IssueCode(shop1)
	require.NoError(t, err)
	w.s.Advance(10 * time.Minute)
	assert.Equal(t, "50001 dop.token-generate-failed:code-expired", w.create(map[string]any{"code": code, "grant_type": "authorization_code"}).outcome())
	assert.Equal(t, "50001 dop.token-generate-failed:grant-type-invalid", w.create(map[string]any{"code": "", "grant_type": "x"}).outcome())
	_, err = w.s.On(mall.Doudian).IssueCode("9")
	require.ErrorIs(t, err, sandbox.ErrUnknownID)
}

func TestCreateForSelf(t *testing.T) {
	t.Parallel()
	w := serve(t)
	old := w.shop(shop2)
	self := func(id any) map[string]any {
		return map[string]any{"code": "", "grant_type": "authorization_self", "shop_id": id}
	}
	var p pair
	w.create(self(shop2)).data(t, &p)
	assert.Equal(t, old.AccessToken, p.Access, "the same pair while it is good")
	w.create(self(json.Number(shop2))).data(t, &p)
	assert.Equal(t, old.AccessToken, p.Access, "the id as a number")
	w.s.Advance(week)
	w.create(self(shop2)).data(t, &p)
	assert.NotEqual(t, old.AccessToken, p.Access)
	assert.Equal(t, replaced, w.standing(old.AccessToken))

	assert.Equal(t, noShop, w.create(self("999")).outcome())
	assert.Equal(t, "40001 isv.parameter-missing", w.create(self("")).outcome())
	assert.Equal(t, "40001 isv.parameter-missing", w.create(map[string]any{"grant_type": "authorization_self", "shop_id": shop2}).outcome(),
		"the code must be there, if empty")

	require.NoError(t, sandbox.Change(w.s, func(r *doudian.Rules) { r.SelfCreateRenews = true }))
	var next pair
	w.create(self(shop2)).data(t, &next)
	assert.NotEqual(t, p.Access, next.Access)
	assert.Equal(t, works, w.standing(p.Access))
}

func TestTokenActions(t *testing.T) {
	t.Parallel()
	w := serve(t)
	do := func(a string) sandbox.Shop {
		t.Helper()
		sh, err := w.s.On(mall.Doudian).ChangeToken(shop1, a)
		require.NoError(t, err)
		return sh
	}
	first := w.shop(shop1)
	do("expire")
	assert.Equal(t, expired, w.standing(first.AccessToken))
	second := do("replace")
	assert.Equal(t, replaced, w.standing(first.AccessToken))
	assert.Equal(t, works, w.standing(second.AccessToken))
	assert.False(t, do("revoke").Authorized)
	assert.Equal(t, "30001 dop.authorization-no-existed", w.standing(second.AccessToken))
	do("close")
	assert.Equal(t, "30001 dop.authorization-closed", w.standing(second.AccessToken))
	assert.True(t, do("restore").Authorized)
	assert.Equal(t, works, w.standing(second.AccessToken))
	do("expire_refresh")
	assert.Equal(t, expired, w.standing(second.AccessToken))
	assert.Equal(t, "50001 dop.token-generate-failed:token-expired", w.refreshCall(second.RefreshToken).outcome())
	_, err := w.s.On(mall.Doudian).ChangeToken(shop1, "burn")
	require.Error(t, err)
	_, err = w.s.On(mall.Doudian).ChangeToken("9", "expire")
	require.ErrorIs(t, err, sandbox.ErrUnknownID)
	_, err = w.s.On("elsewhere").ChangeToken(shop1, "expire")
	require.ErrorIs(t, err, sandbox.ErrUnknownPlatform)
}

func TestTokensOfTheLogAreFingerprints(t *testing.T) {
	t.Parallel()
	w := serve(t)
	sh := w.shop(shop1)
	code, err := w.s.On(mall.Doudian).IssueCode(shop1)
	require.NoError(t, err)
	w.refresh(sh.RefreshToken)
	w.create(map[string]any{"code": code, "grant_type": "authorization_code"})
	w.standing(sh.AccessToken)
	w.send(w.build("token.Refresh", "", map[string]any{"refresh_token": sh.RefreshToken})) // no such method
	r := w.build("token.refresh", "", map[string]any{})
	r.body, r.verb = sh.RefreshToken, http.MethodPost // not even JSON
	w.send(r)
	text, err := json.Marshal(w.s.Received())
	require.NoError(t, err)
	for _, secret := range []string{sh.AccessToken, sh.RefreshToken, code, w.app.AppSecret} {
		assert.NotContains(t, string(text), secret)
	}
	assert.Contains(t, string(text), "fingerprint:")
}
