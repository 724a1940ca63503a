package client_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
)

type item struct {
	ID    string   `json:"id"`
	Count int      `json:"count"`
	Tags  []string `json:"tags"`
}

func TestCallReturnsATypedResult(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(*http.Request, []byte) (*http.Response, error) {
		return success(item{ID: "1", Count: 2}), nil
	})
	got, err := client.Call[item](t.Context(), r.shop(t), "get.item", map[string]string{"id": "1"})
	require.NoError(t, err)
	assert.Equal(t, item{ID: "1", Count: 2}, got)
	assert.Equal(t, "access-token-A0", r.sent[0].query.Get("access_token"))
}

func TestCallWithoutParams(t *testing.T) {
	t.Parallel()
	r := newRig(t, okay)
	_, err := client.Call[struct{}](t.Context(), r.shop(t), "get.item", nil)
	require.NoError(t, err)
	assert.Equal(t, "{}", r.sent[0].body)
}

// The server computes the signature over what it received.
func TestBytesSentAreBytesSigned(t *testing.T) {
	t.Parallel()
	type got struct{ body, nonce, sign string }
	received := make(chan got, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		received <- got{string(body), r.URL.Query().Get("nonce"), r.URL.Query().Get("sign")}
		_, _ = io.WriteString(w, `{"code":"ok"}`)
	}))
	defer server.Close()
	r := newRig(t, okay, client.WithTransport(server.Client().Transport))
	r.protocol.base = server.URL + "/base"
	text := "1<2 && 3>2 \u2028 规格😀 \"quoted\" \\"
	_, err := client.Call[struct{}](t.Context(), r.shop(t), "do.it", map[string]string{"text": text})
	require.NoError(t, err)
	g := <-received
	assert.Contains(t, g.body, "1<2 && 3>2")
	assert.Equal(t, signed(g.nonce, []byte(g.body)), g.sign)
	var back map[string]string
	require.NoError(t, json.Unmarshal([]byte(g.body), &back))
	assert.Equal(t, text, back["text"])
}

func TestEachAttemptIsEncodedAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, script(
			does(func() *http.Response { return refusal("limit", "", 2) }),
			does(func() *http.Response { return refusal("limit", "", 3) }),
			does(func() *http.Response { return success(nil) })))
		var drafts []time.Time
		r.protocol.encoded = func(d client.Draft) { drafts = append(drafts, d.Now) }
		_, err := client.Call[struct{}](t.Context(), r.shop(t), "do.it", nil)
		require.NoError(t, err)
		require.Len(t, drafts, 3)
		assert.Equal(t, 2*time.Second, drafts[1].Sub(drafts[0]))
		assert.Equal(t, 3*time.Second, drafts[2].Sub(drafts[1]))
		assert.NotEqual(t, r.sent[0].query.Get("sign"), r.sent[1].query.Get("sign"))
		assert.NotEqual(t, r.sent[0].query.Get("time"), r.sent[1].query.Get("time"))
	})
}

func TestStepsComeInOrder(t *testing.T) {
	t.Parallel()
	var steps []string
	step := func(name string) { steps = append(steps, name) }
	r := newRig(t, func(*http.Request, []byte) (*http.Response, error) {
		step("send")
		return success(nil), nil
	}, client.WithTokenStore(stepStore{memoryWith(t, "s1"), step}),
		client.WithLimiter(limiterFunc(func(context.Context, client.Bucket) error { step("limiter"); return nil })),
		client.WithObserver(func(client.Observation) { step("observe") }))
	r.protocol.encoded = func(client.Draft) { step("encode") }
	r.protocol.decode = func(client.Reply, any) error { step("decode"); return nil }
	_, err := client.Call[struct{}](t.Context(), r.app.Shop("s1"), "do.it", nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"token", "limiter", "encode", "send", "decode", "observe"}, steps)
}

// memoryWith is a store that holds a good token of a shop.
func memoryWith(t testing.TB, shop string) client.TokenStore {
	store := client.NewMemoryTokens()
	require.NoError(t, store.Save(t.Context(), client.TokenKey{Platform: fakePlatform, AppKey: appKey, ShopID: shop},
		client.Token{ShopID: shop, Access: "access-token-A0", Version: 1}))
	return store
}

type stepStore struct {
	client.TokenStore
	step func(string)
}

func (s stepStore) Load(ctx context.Context, k client.TokenKey) (client.Token, error) {
	s.step("token")
	return s.TokenStore.Load(ctx, k)
}

type limiterFunc func(context.Context, client.Bucket) error

func (f limiterFunc) Wait(ctx context.Context, b client.Bucket) error { return f(ctx, b) }
func (limiterFunc) Slow(client.Bucket, time.Duration)                 {}

func TestNothingOfAFailedReplyStays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, script(
			does(func() *http.Response { return reply(500, `{"data":{"id":"old","count":7,"tags":["a"]}}`) }),
			does(func() *http.Response { return success(map[string]any{"id": "new"}) })))
		got, err := client.Call[item](t.Context(), r.shop(t), "get.item", nil)
		require.NoError(t, err)
		assert.Equal(t, item{ID: "new"}, got)

		r = newRig(t, func(*http.Request, []byte) (*http.Response, error) {
			return reply(200, `{"code":"ok","data":{"id":"half","count":"x"}}`), nil
		})
		got, err = client.Call[item](t.Context(), r.shop(t), "get.item", nil)
		require.ErrorIs(t, err, mall.ErrReply)
		assert.Zero(t, got)
	})
}

func TestAppCannotCallForAShop(t *testing.T) {
	t.Parallel()
	r := newRig(t, okay)
	_, err := client.Call[struct{}](t.Context(), r.app, "get.item", nil)
	require.ErrorIs(t, err, mall.ErrInvalid)
	assert.Contains(t, err.Error(), "needs a shop")
	assert.Zero(t, r.count(""))
	_, err = client.Call[struct{}](t.Context(), r.app, "token.info", nil)
	require.NoError(t, err)
}

func TestFailureSaysWhatWasCalled(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(*http.Request, []byte) (*http.Response, error) { return refusal("rule", "closed", 0), nil })
	_, err := client.Call[struct{}](t.Context(), r.shop(t), "do.it", nil)
	e := failure(t, err)
	assert.Equal(t, fakePlatform, e.Platform)
	assert.Equal(t, "do.it", e.Method)
	assert.Equal(t, "log-1", e.RequestID)
	assert.Equal(t, "call: fake do.it: refused by a business rule: code rule: closed (request log-1)", err.Error())
	assert.Empty(t, e.Raw)
}

func TestUnknownCodesKeepTheReply(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(*http.Request, []byte) (*http.Response, error) { return refusal("e-17", "?", 0), nil })
	_, err := client.Call[struct{}](t.Context(), r.shop(t), "do.it", nil)
	e := failure(t, err)
	assert.Equal(t, mall.Kind(""), e.Kind)
	assert.Equal(t, "e-17", e.Code)
	assert.Contains(t, e.Raw.Reveal(), `"e-17"`)
	assert.Equal(t, 1, r.count("do.it"))
}

// TestAppsOwnToken: methods that are nobody's take a token of the app, which is
// granted once and again when it is refused.
func TestAppsOwnToken(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(r *http.Request, _ []byte) (*http.Response, error) {
		switch {
		case r.URL.Path == "/token.grant":
			return success(tokenReply{Access: "token-of-the-app", Seconds: 86400}), nil
		case r.URL.Query().Get("access_token") != "token-of-the-app":
			return refusal("auth", "", 0), nil
		}
		return success(nil), nil
	})
	r.authority.grant = true
	for range 3 {
		_, err := client.Call[struct{}](t.Context(), r.app, "get.item", nil)
		require.NoError(t, err)
	}
	assert.Equal(t, 1, r.count("token.grant"))
}

// TestATokenBroughtAlong is used as it is, and neither stored nor renewed.
func TestATokenBroughtAlong(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(r *http.Request, _ []byte) (*http.Response, error) {
		if r.URL.Query().Get("access_token") != "brought-along" {
			return refusal("auth", "", 0), nil
		}
		return success(nil), nil
	})
	_, err := client.Call[struct{}](t.Context(), r.app.With(client.Token{Access: "brought-along"}), "get.item", nil)
	require.NoError(t, err)
	_, err = client.Call[struct{}](t.Context(), r.app.With(client.Token{Access: "no-longer-good"}), "get.item", nil)
	require.ErrorIs(t, err, mall.ErrAuth)
	assert.NotContains(t, err.Error(), "no-longer-good")
	assert.Equal(t, 2, r.count(""), "one call each and no other")
}

func TestParametersThatCannotBeEncoded(t *testing.T) {
	t.Parallel()
	r := newRig(t, okay)
	_, err := client.Call[struct{}](t.Context(), r.shop(t), "do.it", map[string]any{"f": func() {}})
	require.ErrorIs(t, err, mall.ErrInvalid)
	assert.Contains(t, err.Error(), "func()")
	assert.Zero(t, r.count(""))
}

func failure(t testing.TB, err error) *mall.Error {
	t.Helper()
	e, ok := err.(*mall.Error)
	require.Truef(t, ok, "got %T, want *mall.Error", err)
	return e
}

func TestAppIsChecked(t *testing.T) {
	t.Parallel()
	p, a := &protocol{}, &authority{}
	for name, d := range map[string]client.Driver{
		"protocol": {Authority: a, AppKey: "k"}, "authority": {Protocol: p, AppKey: "k"},
		"app key": {Protocol: p, Authority: a, AppKey: " "},
	} {
		_, err := client.New(d)
		require.Error(t, err, name)
	}
	app, err := client.New(client.Driver{Protocol: p, Authority: a, AppKey: "k"})
	require.NoError(t, err)
	assert.Equal(t, "k", app.AppKey())
	assert.Equal(t, fakePlatform, app.Platform())
	assert.Same(t, app.Shop("1"), app.Shop("1"))
	assert.NotSame(t, app.Shop("1"), app.Shop("2"))
	assert.Same(t, app, app.Shop("1").App())
	assert.Equal(t, "1", app.Shop("1").ID())

	_, err = app.AuthorizeURL("https://erp.example/back", "")
	require.ErrorIs(t, err, mall.ErrInvalid)
	u, err := app.AuthorizeURL("https://erp.example/back", "unguessable")
	require.NoError(t, err)
	assert.True(t, strings.HasSuffix(u, "state=unguessable&to=https%3A%2F%2Ferp.example%2Fback"), u)
}

func TestOptionsReportAllErrors(t *testing.T) {
	t.Parallel()
	_, err := client.New(client.Driver{Protocol: &protocol{}, Authority: &authority{}, AppKey: "k"},
		client.WithTimeout(0), client.WithMaxReply(-1), client.WithRetries(-1), client.WithMaxWait(-1),
		client.WithLookAfter(-1), client.WithObserver(nil),
		client.WithCodec(mall.Codec{}), client.WithTokenStore(nil), client.WithLimiter(nil), client.WithTransport(nil),
		client.WithDecryptBudget(nil), nil)
	require.Error(t, err)
	for _, name := range []string{"WithTimeout", "WithMaxReply", "WithRetries", "WithMaxWait", "WithLookAfter",
		"WithObserver", "WithCodec",
		"WithTokenStore", "WithLimiter", "WithTransport", "WithDecryptBudget", "nil"} {
		assert.ErrorContains(t, err, name)
	}
}

func TestCodecIsReplaced(t *testing.T) {
	t.Parallel()
	marshals, unmarshals := 0, 0
	r := newRig(t, okay, client.WithCodec(mall.Codec{
		Marshal:   func(v any) ([]byte, error) { marshals++; return json.Marshal(v) },
		Unmarshal: func(b []byte, v any) error { unmarshals++; return json.Unmarshal(b, v) },
	}))
	_, err := client.Call[struct{}](t.Context(), r.shop(t), "do.it", map[string]int{})
	require.NoError(t, err)
	assert.Equal(t, []int{1, 1}, []int{marshals, unmarshals})
}
