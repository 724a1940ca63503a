package client_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
)

// TestMain looks for goroutines that any of these leaves behind.

var errClosing = errors.New("the program ends")

// leaving returns a context and what ends it.
func leaving(t *testing.T) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(t.Context())
	return ctx, func() { cancel(errClosing) }
}

// left checks what a caller that leaves is told.
func left(t *testing.T, err error) *mall.Error {
	t.Helper()
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, errClosing)
	return failure(t, err)
}

type ctxStore struct {
	client.TokenStore
	before func()
}

func (s ctxStore) Load(ctx context.Context, k client.TokenKey) (client.Token, error) {
	s.before()
	if ctx.Err() != nil {
		return client.Token{}, context.Cause(ctx)
	}
	return s.TokenStore.Load(ctx, k)
}

func TestLeavingAtEveryStep(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"get.it", "do.it"} {
		for step, arrange := range map[string]func(r *rig, leave func()) []client.Option{
			"before": func(_ *rig, leave func()) []client.Option { leave(); return nil },
			"store": func(_ *rig, leave func()) []client.Option {
				return []client.Option{client.WithTokenStore(ctxStore{client.NewMemoryTokens(), leave})}
			},
			"limiter": func(_ *rig, leave func()) []client.Option {
				l := client.NewMemoryLimiter(client.Rates{App: client.Rate{PerSecond: 0.001}})
				_ = l.Wait(context.Background(), client.Bucket{Platform: fakePlatform, AppKey: appKey, Method: method})
				time.AfterFunc(time.Second, leave)
				return []client.Option{client.WithLimiter(l)}
			},
			"encode": func(r *rig, leave func()) []client.Option {
				r.protocol.encoded = func(client.Draft) { leave() }
				return nil
			},
		} {
			t.Run(step+" "+method, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					ctx, leave := leaving(t)
					r := newRig(t, okay)
					app := r.newApp(t, arrange(r, leave)...)
					var shop *client.Shop
					if step == "store" {
						shop = app.Shop("s1")
					} else {
						shop = importToken(t, app, time.Time{})
					}
					_, err := client.Call[struct{}](ctx, shop, method, nil)
					left(t, err)
					require.NotErrorIs(t, err, mall.ErrUnknownOutcome, "nothing was sent")
					assert.Zero(t, r.count(""))
				})
			})
		}
		for step, answer := range map[string]func(r *http.Request, leave func()) (*http.Response, error){
			"sending": func(r *http.Request, leave func()) (*http.Response, error) {
				leave()
				<-r.Context().Done()
				return nil, r.Context().Err()
			},
			"reading": func(r *http.Request, leave func()) (*http.Response, error) {
				a := brokenBody(`{"code":`, nil)
				a.Body = struct {
					io.Reader
					io.Closer
				}{readerFunc(func([]byte) (int, error) {
					leave()
					<-r.Context().Done()
					return 0, r.Context().Err()
				}), a.Body}
				return a, nil
			},
		} {
			t.Run(step+" "+method, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					ctx, leave := leaving(t)
					r := newRig(t, func(q *http.Request, _ []byte) (*http.Response, error) { return answer(q, leave) })
					_, err := client.Call[struct{}](ctx, r.shop(t), method, nil)
					left(t, err)
					assert.Equal(t, method == "do.it", errors.Is(err, mall.ErrUnknownOutcome),
						"only a write may have happened")
					assert.Equal(t, 1, r.count(""))
				})
			})
		}
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestLeavingWhileConnecting(t *testing.T) {
	t.Parallel()
	given, dialing := make(chan struct{}), make(chan struct{}, 1)
	defer close(given)
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		dialing <- struct{}{}
		<-given
		return nil, refusedConnection
	}}
	ctx, leave := leaving(t)
	r := newRig(t, okay, client.WithTransport(transport))
	go func() { <-dialing; leave() }()
	_, err := client.Call[struct{}](ctx, r.shop(t), "do.it", nil)
	left(t, err)
	require.NotErrorIs(t, err, mall.ErrUnknownOutcome, "there never was a connection")
}

func TestLeavingOnASocket(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}, 2), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if r.URL.Path == "/do.read" {
			_, _ = io.WriteString(w, `{"code":`)
			w.(http.Flusher).Flush()
		}
		arrived <- struct{}{}
		<-release
	}))
	defer server.Close()
	defer close(release)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	for _, method := range []string{"do.send", "do.read", "get.it"} {
		ctx, leave := leaving(t)
		r := newRig(t, okay, client.WithTransport(transport))
		r.protocol.base = server.URL
		go func() { <-arrived; leave() }()
		_, err := client.Call[struct{}](ctx, r.shop(t), method, nil)
		left(t, err)
		assert.Equal(t, method != "get.it", errors.Is(err, mall.ErrUnknownOutcome))
	}
}

// A caller whose time was up when a passing fault came is told both.
func TestLeavingWithAFaultInHand(t *testing.T) {
	t.Parallel()
	ctx, leave := leaving(t)
	r := newRig(t, func(*http.Request, []byte) (*http.Response, error) { leave(); return refusal("busy", "", 0), nil })
	_, err := client.Call[struct{}](ctx, r.shop(t), "get.it", nil)
	require.ErrorIs(t, err, mall.ErrUnavailable)
	left(t, err)
	assert.Equal(t, 1, r.count(""))
}
