package client_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
)

// TestEveryFailureIsATypedOne: whatever fails says what was tried, on which
// platform, and what kind of failure it is.
func TestEveryFailureIsATypedOne(t *testing.T) {
	t.Parallel()
	gone, leave := context.WithCancel(t.Context())
	leave()
	late, end := context.WithTimeout(t.Context(), 0)
	defer end()
	driver := client.Driver{Protocol: &protocol{}, Authority: &authority{}, AppKey: appKey}
	open := func(d client.Driver, opts ...client.Option) error {
		_, err := client.New(d, opts...)
		return err
	}
	call := func(ctx context.Context, c client.Caller, params any) error {
		_, err := client.Call[struct{}](ctx, c, "do.it", params)
		return err
	}
	taken := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(taken, nil, 0o600))
	r := newRig(t, func(*http.Request, []byte) (*http.Response, error) { return refusal("rule", "closed", 0), nil })
	r.authority.grant = true
	shop := importToken(t, r.app, time.Time{})
	memory := client.NewMemoryTokens()

	for _, c := range []struct {
		op, text string
		err      error
		kind     mall.Kind
		also     error
	}{
		{"open app", "protocol", open(client.Driver{}), mall.ErrInvalid, nil},
		{"open app", "the app key is empty", open(client.Driver{Protocol: &protocol{}, Authority: &authority{}, AppKey: " "}), mall.ErrInvalid, nil},
		{"open app", "an option is nil", open(driver, nil), mall.ErrInvalid, nil},
		{"open app", "WithCodec", open(driver, client.WithCodec(mall.Codec{})), mall.ErrInvalid, nil},
		{"open app", "WithTransport", open(driver, client.WithTransport(nil)), mall.ErrInvalid, nil},
		{"open app", "WithTimeout(0s): must be positive; WithRetries(-1)", open(driver, client.WithTimeout(0), client.WithRetries(-1)), mall.ErrInvalid, nil},
		{"open app", "WithMaxReply", open(driver, client.WithMaxReply(0)), mall.ErrInvalid, nil},
		{"open app", "WithMaxWait", open(driver, client.WithMaxWait(-1)), mall.ErrInvalid, nil},
		{"open app", "WithLookAfter", open(driver, client.WithLookAfter(-1)), mall.ErrInvalid, nil},
		{"open app", "WithLimiter", open(driver, client.WithLimiter(nil)), mall.ErrInvalid, nil},
		{"open app", "WithTokenStore", open(driver, client.WithTokenStore(nil)), mall.ErrInvalid, nil},
		{"open app", "WithDecryptBudget", open(driver, client.WithDecryptBudget(nil)), mall.ErrInvalid, nil},
		{"open app", "WithObserver", open(driver, client.WithObserver(nil)), mall.ErrInvalid, nil},

		{"call", "do.it", call(t.Context(), shop, nil), mall.ErrRejected, nil},
		{"call", "", call(gone, shop, nil), mall.ErrCancelled, context.Canceled},
		{"call", "", call(late, shop, nil), mall.ErrCancelled, context.DeadlineExceeded},
		{"call", "encode the parameters", call(t.Context(), shop, make(chan int)), mall.ErrInvalid, nil},
		{"call", "the shop has no id", call(t.Context(), r.app.Shop(""), nil), mall.ErrInvalid, nil},
		{"renew token", "shop s9", call(t.Context(), newRig(t, okay).app.Shop("s9"), nil), mall.ErrReauthorize, client.ErrNoToken},
		{"renew token", "needs a shop", call(t.Context(), newRig(t, okay).app, nil), mall.ErrInvalid, nil},

		{"make authorize URL", "state", second(r.app.AuthorizeURL("https://example.com", "")), mall.ErrInvalid, nil},
		{"exchange code", "token.create", second(r.app.Exchange(t.Context(), "code")), mall.ErrRejected, nil},
		{"exchange code", "", second(r.app.Exchange(gone, "code")), mall.ErrCancelled, context.Canceled},
		{"grant token", "no shop is named", second(r.app.SelfGrant(t.Context(), "")), mall.ErrInvalid, nil},
		{"grant token", "token.grant", second(r.app.SelfGrant(t.Context(), "s1")), mall.ErrRejected, nil},
		{"grant token", "", second(newRig(t, okay).app.SelfGrant(t.Context(), "s1")), mall.ErrNotSupported, nil},
		{"import token", "shop id", r.app.Import(t.Context(), client.Token{}), mall.ErrInvalid, nil},
		{"wait for the limiter", "", client.NewMemoryLimiter(client.Rates{}).Wait(gone, bucket), mall.ErrCancelled, context.Canceled},

		{"load token", "", second(memory.Load(t.Context(), keyOf("s1"))), mall.ErrNotFound, client.ErrNoToken},
		{"save token", "", memory.Save(t.Context(), keyOf("s1"), client.Token{Version: 7}), mall.ErrConflict, client.ErrTokenConflict},
		{"open token store", "no directory", second(client.NewFileTokens("")), mall.ErrInvalid, nil},
		{"open token store", "", second(client.NewFileTokens(filepath.Join(taken, "x"))), mall.ErrInvalid, nil},
		{"load token", "", second(fileStore(t, t.TempDir()).Load(t.Context(), keyOf("s1"))), mall.ErrNotFound, client.ErrNoToken},
		{"save token", "", fileStore(t, t.TempDir()).Save(t.Context(), keyOf("s1"), client.Token{Version: 7}), mall.ErrConflict, client.ErrTokenConflict},
	} {
		failure, ok := c.err.(*mall.Error)
		if !assert.True(t, ok, "%s: %T %v", c.op, c.err, c.err) {
			continue
		}
		assert.Equal(t, c.op, failure.Op, failure)
		assert.Equal(t, c.kind, failure.Kind, failure)
		assert.True(t, strings.HasPrefix(failure.Error(), c.op+": "), failure)
		assert.Contains(t, failure.Error(), c.text)
		if c.op != "open token store" && c.text != "protocol" {
			assert.Equal(t, fakePlatform, failure.Platform, failure)
		}
		if c.also != nil {
			assert.ErrorIs(t, failure, c.also)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// What was tried does not reach the observer: it sees attempts.
func TestACallSaysSoOnce(t *testing.T) {
	t.Parallel()
	var seen error
	r := newRig(t, func(*http.Request, []byte) (*http.Response, error) { return refusal("rule", "closed", 0), nil },
		client.WithObserver(func(o client.Observation) { seen = o.Err }))
	_, err := client.Call[struct{}](t.Context(), r.shop(t), "do.it", nil)
	require.Error(t, err)
	assert.Equal(t, "call", failure(t, err).Op)
	inner, ok := errors.AsType[*mall.Error](seen)
	require.True(t, ok)
	assert.Empty(t, inner.Op)
}
