package drivertest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/sandbox"
)

// World is a sandbox of one platform, an app on it, and a record of the app's
// calls.
type World struct {
	Box    *sandbox.Sandbox
	Here   sandbox.Account
	App    *client.App
	Shop   *client.Shop // the first of the platform's example shops
	Record *Record

	platform mall.Platform
	onCall   atomic.Pointer[func(method string)]
	answers  atomic.Pointer[answers]
}

// Open makes an app of the platform from the manifest's account, with the given
// options, and makes sure that its shops have tokens.
type Open func(here sandbox.Account, opts ...client.Option) (*client.App, error)

// NewWorld makes a sandbox of the platform and an app that calls it without a
// socket and by the sandbox's clock. It starts no goroutine, so it works in a
// bubble of testing/synctest, where pauses and time-outs take no time. The
// gateway's address has a path, so that a driver which drops it fails.
func NewWorld(t testing.TB, platform mall.Platform, open Open, opts ...client.Option) *World {
	t.Helper()
	w := empty(platform)
	w.enter(t, "https://sandbox.invalid", told{w, w.Box.Transport()}, open, opts)
	return w
}

// NewServedWorld is [NewWorld] over a socket on this machine.
func NewServedWorld(t testing.TB, platform mall.Platform, open Open, opts ...client.Option) *World {
	t.Helper()
	w := empty(platform)
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.tell(r)
		w.Box.ServeHTTP(rw, r)
	}))
	t.Cleanup(server.Close)
	w.enter(t, server.URL, server.Client().Transport, open, opts)
	return w
}

func empty(platform mall.Platform) *World {
	return &World{Box: sandbox.New(sandbox.Only(platform)), Record: &Record{}, platform: platform}
}

// enter opens the world's app.
func (w *World) enter(t testing.TB, url string, transport http.RoundTripper, open Open, opts []client.Option) {
	t.Helper()
	w.Here = w.Box.Manifest(url).Platforms[w.platform]
	app, err := open(w.Here, append([]client.Option{
		client.WithTransport(transport), client.WithClock(w.Box.Now), client.WithObserver(w.Record.Observe),
	}, opts...)...)
	require.NoError(t, err)
	w.App, w.Shop = app, app.Shop(w.Here.Shops[0].ShopID)
}

// Fast returns rates so high that no call waits: the limiter has its own tests.
func Fast() client.Rates {
	fast := client.Rate{PerSecond: 1e6, Burst: 1e6}
	return client.Rates{App: fast, Shop: fast, Methods: map[string]client.Rates{}}
}

// Import gives the app the tokens of all example shops and factories.
func Import(ctx context.Context, app *client.App, here sandbox.Account) error {
	for _, s := range slices.Concat(here.Shops, here.Factories) {
		err := app.Import(ctx, client.Token{
			ShopID: s.ShopID, Access: mall.Secret(s.AccessToken), Refresh: mall.Secret(s.RefreshToken),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Arm arms a fault in the sandbox.
func (w *World) Arm(t testing.TB, f sandbox.Fault) {
	t.Helper()
	_, err := w.Box.Arm(f)
	require.NoError(t, err)
}

// OnCall makes f be called with the method of every call before the platform
// handles it; nil stops that.
func (w *World) OnCall(f func(method string)) {
	if f == nil {
		w.onCall.Store(nil)
		return
	}
	w.onCall.Store(&f)
}

// tell passes a call to the function set by OnCall. Both gateways name the
// method in the path.
func (w *World) tell(r *http.Request) {
	if f := w.onCall.Load(); f != nil {
		(*f)(methodOf(r))
	}
}

func methodOf(r *http.Request) string {
	_, path, _ := strings.Cut(strings.Trim(r.URL.Path, "/"), "/")
	return strings.ReplaceAll(path, "/", ".")
}

// told is a transport that tells its world of each call.
type told struct {
	*World
	http.RoundTripper
}

func (t told) RoundTrip(r *http.Request) (*http.Response, error) {
	t.tell(r)
	a := t.answers.Load()
	if len(t.Box.Faults()) > 0 {
		a = nil // what a fault makes up is none of the sandbox's answers
	}
	answer, err := t.RoundTripper.RoundTrip(r)
	if a != nil && err == nil {
		err = a.look(methodOf(r), answer)
	}
	return answer, err
}
