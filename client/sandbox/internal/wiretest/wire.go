// Package wiretest calls a sandbox as a program without our library would: it
// builds, signs and sends every request by itself, from the platforms'
// descriptions. It serves the tests of the sandbox and of its platforms.
package wiretest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
)

// Noon is where the clock of most tests stands.
var Noon = time.Date(2025, 1, 6, 12, 0, 0, 0, mall.Beijing)

// Still is a clock that stands there.
func Still() time.Time { return Noon }

// Wire calls one platform of a sandbox.
type Wire struct {
	T    *testing.T
	Box  *sandbox.Sandbox
	Base string
	App  sandbox.Account
	HTTP *http.Client
}

// New makes a sandbox of one platform, whose clock stands still, and calls it in
// the process.
func New(t *testing.T, platform mall.Platform, opts ...sandbox.Option) *Wire {
	t.Helper()
	box := sandbox.New(append([]sandbox.Option{sandbox.WithClock(Still), sandbox.Only(platform)}, opts...)...)
	return To(t, platform, box, "https://sandbox.invalid", &http.Client{Transport: box.Transport()})
}

// Empty makes a sandbox of one platform, whose one shop has no orders.
func Empty(t *testing.T, platform mall.Platform, shopID string, opts ...sandbox.Option) *Wire {
	t.Helper()
	w := New(t, platform, append(opts, sandbox.WithoutExamples())...)
	_, err := w.Box.On(platform).AddShop(shopID, "")
	require.NoError(t, err)
	return w
}

// To calls a sandbox at a base URL.
func To(t *testing.T, platform mall.Platform, box *sandbox.Sandbox, base string, client *http.Client) *Wire {
	return &Wire{T: t, Box: box, Base: base, App: box.Manifest(base).Platforms[platform], HTTP: client}
}

// Shop returns what the sandbox knows of a shop now.
func (w *Wire) Shop(id string) sandbox.Shop {
	for _, sh := range w.Box.Shops() {
		if sh.ShopID == id {
			return sh
		}
	}
	w.T.Fatalf("no shop %s", id)
	return sandbox.Shop{}
}

// Control calls the control interface and decodes the answer into v, if any.
func (w *Wire) Control(verb, path, body string, v any) (status int) {
	w.T.Helper()
	req, err := http.NewRequestWithContext(w.T.Context(), verb, w.Base+"/control"+path, strings.NewReader(body))
	require.NoError(w.T, err)
	resp, err := w.HTTP.Do(req)
	require.NoError(w.T, err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(w.T, err)
	assert.Equal(w.T, "application/json; charset=utf-8", resp.Header.Get("Content-Type"))
	require.True(w.T, json.Valid(raw), "not JSON: %s", raw)
	if v != nil {
		require.NoError(w.T, json.Unmarshal(raw, v), "%s", raw)
	}
	return resp.StatusCode
}

// NewContext returns a context of the test and the function that ends it.
func NewContext(t *testing.T) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return ctx, cancel
}

// News returns the messages that wait, oldest first, without those of orders
// (100 to 110), which other tests cover.
func (w *Wire) News() (list []sandbox.Push) {
	for _, p := range w.Box.Pushes() {
		if p.Tag > "110" || p.Tag == "105" {
			list = append(list, p)
		}
	}
	return list
}

// RulesOf returns the rules in force.
func RulesOf[R any](t *testing.T, s *sandbox.Sandbox) (rules R) {
	t.Helper()
	require.NoError(t, sandbox.Change(s, func(r *R) { rules = *r }))
	return rules
}
