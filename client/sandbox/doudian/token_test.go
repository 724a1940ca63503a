package doudian_test

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
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

const week = 7 * 24 * time.Hour

func TestRefreshBeforeTheLastHourKeepsThePair(t *testing.T) {
	t.Parallel()
	w := serve(t)
	old := w.Shop(wiretest.Shop1)
	w.Box.Advance(week - time.Hour - time.Second)
	p := w.Refresh(old.RefreshToken)
	assert.Equal(t, old.AccessToken, p.Access)
	assert.Equal(t, old.RefreshToken, p.Refresh)
	assert.EqualValues(t, 3601, p.ExpiresIn, "the expiry does not move")
	assert.Equal(t, wiretest.Shop1, string(p.ShopID), "a number, from this method")
	assert.Zero(t, w.Shop(wiretest.Shop1).Renewals)
}

func TestRefreshInTheLastHourOverlaps(t *testing.T) {
	t.Parallel()
	w := serve(t)
	old := w.Shop(wiretest.Shop1)
	w.Box.Advance(week - time.Hour)
	p := w.Refresh(old.RefreshToken)
	assert.NotEqual(t, old.AccessToken, p.Access)
	assert.NotEqual(t, old.RefreshToken, p.Refresh)
	assert.EqualValues(t, 604800, p.ExpiresIn)
	assert.Equal(t, 1, w.Shop(wiretest.Shop1).Renewals)
	assert.Zero(t, w.Shop(wiretest.Shop2).Renewals)

	assert.Equal(t, p.Access, w.Refresh(old.RefreshToken).Access,
		"the replaced refresh token fetches the same new pair")
	assert.Equal(t, 1, w.Shop(wiretest.Shop1).Renewals)

	w.Box.Advance(time.Hour - time.Second)
	assert.Equal(t, wiretest.Works, w.Standing(old.AccessToken))
	assert.Equal(t, wiretest.Works, w.Standing(p.Access))
	w.Box.Advance(time.Second)
	assert.Equal(t, wiretest.Replaced, w.Standing(old.AccessToken))
	assert.Equal(t, wiretest.BadToken, w.RefreshCall(old.RefreshToken).Outcome())
	assert.Equal(t, wiretest.Works, w.Standing(p.Access))
}

func TestOldPairOutlivesItsExpiryInTheOverlap(t *testing.T) {
	t.Parallel()
	w := serve(t)
	old := w.Shop(wiretest.Shop1)
	w.Box.Advance(week - time.Minute)
	w.Refresh(old.RefreshToken)
	w.Box.Advance(30 * time.Minute)
	assert.Equal(t, wiretest.Works, w.Standing(old.AccessToken))
}

func TestReplacedRefreshTokenMayBeDeadAtOnce(t *testing.T) {
	t.Parallel()
	w := serve(t)
	require.NoError(t, sandbox.Change(w.Box, func(r *doudian.Rules) { r.ReplacedRefreshWorks = false }))
	old := w.Shop(wiretest.Shop1)
	w.Box.Advance(week - time.Minute)
	w.Refresh(old.RefreshToken)
	assert.Equal(t, wiretest.BadToken, w.RefreshCall(old.RefreshToken).Outcome())
}

func TestRefreshAfterExpiryKillsTheOldPair(t *testing.T) {
	t.Parallel()
	w := serve(t)
	old := w.Shop(wiretest.Shop1)
	w.Box.Advance(week)
	assert.Equal(t, wiretest.Expired, w.Standing(old.AccessToken))
	p := w.Refresh(old.RefreshToken)
	assert.Equal(t, wiretest.Replaced, w.Standing(old.AccessToken))
	assert.Equal(t, wiretest.Works, w.Standing(p.Access))
	assert.Equal(t, wiretest.BadToken, w.RefreshCall(old.RefreshToken).Outcome())
}

func TestRefreshTokenLivesTwoWeeks(t *testing.T) {
	t.Parallel()
	w := serve(t)
	old := w.Shop(wiretest.Shop1)
	w.Box.Advance(2*week - time.Second)
	p := w.Refresh(old.RefreshToken)
	w.Box.Advance(2 * week)
	assert.Equal(t, "50001 dop.token-generate-failed:token-expired", w.RefreshCall(p.Refresh).Outcome())
}

func TestRefreshRefusals(t *testing.T) {
	t.Parallel()
	w := serve(t)
	assert.Equal(t, wiretest.BadToken, w.RefreshCall("example-unknown").Outcome())
	assert.Equal(t, "40001 isv.parameter-missing", w.RefreshCall("").Outcome())
	a := w.Send(w.Build("token.refresh", "",
		map[string]any{"grant_type": "code", "refresh_token": w.Shop(wiretest.Shop1).RefreshToken}))
	assert.Equal(t, "50001 dop.token-generate-failed:grant-type-invalid", a.Outcome())
	_, err := w.Box.On(mall.Doudian).ChangeToken(wiretest.Shop1, "revoke")
	require.NoError(t, err)
	assert.Equal(t, wiretest.NoShop, w.RefreshCall(w.Shop(wiretest.Shop1).RefreshToken).Outcome())
	r := w.Build("token.refresh", "", map[string]any{"grant_type": "refresh_token", "refresh_token": "x"})
	r.Query.Set("sign", "0")
	assert.Equal(t, "40003 isv.signature-invalid", w.Send(r).Outcome(), "token methods are signed too")
}

// TestConcurrentRefresh delays one refresh by a fault while others arrive.
func TestConcurrentRefresh(t *testing.T) {
	t.Parallel()
	for _, kind := range []sandbox.FaultKind{sandbox.FaultDelay, sandbox.FaultDelayAfter} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := serve(t)
			w.Box.Advance(week - time.Minute)
			_, err := w.Box.Arm(sandbox.Fault{Method: "token.refresh", ShopID: wiretest.Shop1, Kind: kind,
				DelayMS: 60_000})
			require.NoError(t, err)
			token, other := w.Shop(wiretest.Shop1).RefreshToken, w.Shop(wiretest.Shop2).RefreshToken

			ctx, leave := wiretest.NewContext(t)
			var held sync.WaitGroup
			held.Go(func() {
				w.SendWithin(ctx, w.Build("token.refresh", "",
					map[string]any{"grant_type": "refresh_token", "refresh_token": token}))
			})
			require.Eventually(t, func() bool { return len(w.Box.Received()) == 1 }, 10*time.Second, time.Millisecond)
			assert.Equal(t, "50002 isv.business-failed:31012", w.RefreshCall(token).Outcome())
			assert.Equal(t, "50002 isv.business-failed:31012", w.RefreshCall(token).Outcome(),
				"a refused one does not end the first")
			assert.Equal(t, "10000", w.RefreshCall(other).Outcome(), "another shop is not concerned")

			leave()
			held.Wait()
			require.Eventually(t, func() bool { return w.Shop(wiretest.Shop1).Renewals == 1 }, 10*time.Second,
				time.Millisecond,
				"what was received is carried out although the caller left")
			require.Eventually(t, func() bool { return w.RefreshCall(token).Outcome() == "10000" }, 10*time.Second,
				time.Millisecond)
			assert.Equal(t, 1, w.Shop(wiretest.Shop1).Renewals)
		})
	}
}

func TestRefreshesInARowAreNotConcurrent(t *testing.T) {
	t.Parallel()
	w := serve(t)
	token := w.Shop(wiretest.Shop1).RefreshToken
	for range 50 {
		require.Equal(t, "10000", w.RefreshCall(token).Outcome())
	}
}

func TestCreateByCode(t *testing.T) {
	t.Parallel()
	w := serve(t)
	code, err := w.Box.On(mall.Doudian).IssueCode(wiretest.Shop1)
	require.NoError(t, err)
	params := map[string]any{"code": code, "grant_type": "authorization_code"}
	_, err = w.Box.On(mall.Doudian).ChangeToken(wiretest.Shop1, "revoke")
	require.NoError(t, err)

	var p wiretest.Pair
	old := w.Shop(wiretest.Shop1).AccessToken
	w.Create(params).Decode(t, &p)
	assert.Equal(t, wiretest.Works, w.Standing(old), "the old pair lives on for an hour")
	assert.Equal(t, `"`+wiretest.Shop1+`"`, string(p.ShopID), "a text, from this method")
	assert.EqualValues(t, 604800, p.ExpiresIn)
	assert.Equal(t, wiretest.Works, w.Standing(p.Access), "authorised again")
	assert.Equal(t, "50001 dop.token-generate-failed:code-invalid", w.Create(params).Outcome(), "a code works once")

	require.NoError(t, sandbox.Change(w.Box, func(r *doudian.Rules) { r.CodeKeepsOldPair = false }))
	code, err = w.Box.On(mall.Doudian).IssueCode(wiretest.Shop1)
	require.NoError(t, err)
	w.Create(map[string]any{"code": code, "grant_type": "authorization_code"})
	assert.Equal(t, wiretest.Replaced, w.Standing(p.Access))

	code, err = w.Box.On(mall.Doudian).IssueCode(wiretest.Shop1)
	require.NoError(t, err)
	w.Box.Advance(10 * time.Minute)
	assert.Equal(t, "50001 dop.token-generate-failed:code-expired",
		w.Create(map[string]any{"code": code, "grant_type": "authorization_code"}).Outcome())
	assert.Equal(t, "50001 dop.token-generate-failed:grant-type-invalid",
		w.Create(map[string]any{"code": "", "grant_type": "x"}).Outcome())
	_, err = w.Box.On(mall.Doudian).IssueCode("9")
	require.ErrorIs(t, err, sandbox.ErrUnknownID)
}

func TestCreateForSelf(t *testing.T) {
	t.Parallel()
	w := serve(t)
	old := w.Shop(wiretest.Shop2)
	self := func(id any) map[string]any {
		return map[string]any{"code": "", "grant_type": "authorization_self", "shop_id": id}
	}
	var p wiretest.Pair
	w.Create(self(wiretest.Shop2)).Decode(t, &p)
	assert.Equal(t, old.AccessToken, p.Access, "the same pair while it is good")
	w.Create(self(json.Number(wiretest.Shop2))).Decode(t, &p)
	assert.Equal(t, old.AccessToken, p.Access, "the id as a number")
	w.Box.Advance(week)
	w.Create(self(wiretest.Shop2)).Decode(t, &p)
	assert.NotEqual(t, old.AccessToken, p.Access)
	assert.Equal(t, wiretest.Replaced, w.Standing(old.AccessToken))

	assert.Equal(t, wiretest.NoShop, w.Create(self("999")).Outcome())
	assert.Equal(t, "40001 isv.parameter-missing", w.Create(self("")).Outcome())
	assert.Equal(t, "40001 isv.parameter-missing",
		w.Create(map[string]any{"grant_type": "authorization_self", "shop_id": wiretest.Shop2}).Outcome(),
		"the code must be there, if empty")

	require.NoError(t, sandbox.Change(w.Box, func(r *doudian.Rules) { r.SelfCreateRenews = true }))
	var next wiretest.Pair
	w.Create(self(wiretest.Shop2)).Decode(t, &next)
	assert.NotEqual(t, p.Access, next.Access)
	assert.Equal(t, wiretest.Works, w.Standing(p.Access))
}

func TestTokenActions(t *testing.T) {
	t.Parallel()
	w := serve(t)
	do := func(a string) sandbox.Shop {
		t.Helper()
		sh, err := w.Box.On(mall.Doudian).ChangeToken(wiretest.Shop1, a)
		require.NoError(t, err)
		return sh
	}
	first := w.Shop(wiretest.Shop1)
	do("expire")
	assert.Equal(t, wiretest.Expired, w.Standing(first.AccessToken))
	second := do("replace")
	assert.Equal(t, wiretest.Replaced, w.Standing(first.AccessToken))
	assert.Equal(t, wiretest.Works, w.Standing(second.AccessToken))
	assert.False(t, do("revoke").Authorized)
	assert.Equal(t, "30001 dop.authorization-no-existed", w.Standing(second.AccessToken))
	do("close")
	assert.Equal(t, "30001 dop.authorization-closed", w.Standing(second.AccessToken))
	assert.True(t, do("restore").Authorized)
	assert.Equal(t, wiretest.Works, w.Standing(second.AccessToken))
	do("expire_refresh")
	assert.Equal(t, wiretest.Expired, w.Standing(second.AccessToken))
	assert.Equal(t, "50001 dop.token-generate-failed:token-expired", w.RefreshCall(second.RefreshToken).Outcome())
	_, err := w.Box.On(mall.Doudian).ChangeToken(wiretest.Shop1, "burn")
	require.Error(t, err)
	_, err = w.Box.On(mall.Doudian).ChangeToken("9", "expire")
	require.ErrorIs(t, err, sandbox.ErrUnknownID)
	_, err = w.Box.On("elsewhere").ChangeToken(wiretest.Shop1, "expire")
	require.ErrorIs(t, err, sandbox.ErrUnknownPlatform)
}

func TestTokensOfTheLogAreFingerprints(t *testing.T) {
	t.Parallel()
	w := serve(t)
	sh := w.Shop(wiretest.Shop1)
	code, err := w.Box.On(mall.Doudian).IssueCode(wiretest.Shop1)
	require.NoError(t, err)
	w.Refresh(sh.RefreshToken)
	w.Create(map[string]any{"code": code, "grant_type": "authorization_code"})
	w.Standing(sh.AccessToken)
	w.Send(w.Build("token.Refresh", "", map[string]any{"refresh_token": sh.RefreshToken})) // no such method
	r := w.Build("token.refresh", "", map[string]any{})
	r.Body, r.Verb = sh.RefreshToken, http.MethodPost // not even JSON
	w.Send(r)
	text, err := json.Marshal(w.Box.Received())
	require.NoError(t, err)
	for _, secret := range []string{sh.AccessToken, sh.RefreshToken, code, w.App.AppSecret} {
		assert.NotContains(t, string(text), secret)
	}
	assert.Contains(t, string(text), "fingerprint:")
}
