package open_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/open"
	"github.com/mallwire/mall/internal/platforms"
	"github.com/mallwire/mall/order"
)

// TestShops reads orders of all shops in a bubble, where even rate limits take
// no time.
func TestShops(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		box := sandbox.New()
		shops, err := open.Shops(t.Context(), box)
		require.NoError(t, err)
		m := box.Manifest("")
		var want, got []string
		for _, p := range platforms.All() {
			for _, sh := range m.Platforms[p.Name].Shops {
				want = append(want, string(p.Name)+" "+sh.ShopID)
			}
		}
		for _, shop := range shops {
			got = append(got, string(shop.App().Platform())+" "+shop.ID())
			n := 0
			for _, err := range shop.Orders.All(t.Context(), order.Query{}) {
				require.NoError(t, err)
				n++
			}
			assert.Positive(t, n)
		}
		assert.Equal(t, want, got)
	})
}

func TestApp(t *testing.T) {
	t.Parallel()
	left, name := platforms.All()[0].Name, platforms.All()[1].Name
	box := sandbox.New(sandbox.Only(name))
	box.Advance(240 * time.Hour) // the app's clock is the sandbox's
	seen := 0
	app, err := open.App(t.Context(), box, name, client.WithObserver(func(client.Observation) { seen++ }))
	require.NoError(t, err)
	for _, sh := range box.Shops() {
		_, err := app.Shop(sh.ShopID).Dropship.Role(t.Context())
		require.NoError(t, err)
	}
	assert.GreaterOrEqual(t, seen, len(box.Shops()))

	_, err = open.App(t.Context(), box, left)
	require.ErrorIs(t, err, sandbox.ErrUnknownPlatform)
	_, err = open.App(t.Context(), box, "elsewhere")
	require.ErrorIs(t, err, sandbox.ErrUnknownPlatform)

	none := sandbox.New(sandbox.WithoutExamples())
	shops, err := open.Shops(t.Context(), none)
	require.NoError(t, err)
	assert.Empty(t, shops)
	for _, p := range platforms.All() {
		app, err := open.App(t.Context(), none, p.Name)
		require.NoError(t, err)
		assert.Equal(t, p.Name, app.Platform())
	}
}

func TestServed(t *testing.T) {
	t.Parallel()
	name := platforms.All()[0].Name
	server, err := sandbox.New(sandbox.Only(name)).Start("127.0.0.1:0")
	require.NoError(t, err)
	defer func() { assert.NoError(t, server.Close()) }()
	m := server.Manifest()
	app, err := open.Served(t.Context(), m, name)
	require.NoError(t, err)
	page, err := app.Shop(m.Platforms[name].Shops[0].ShopID).Orders.Page(t.Context(), order.Query{}, "")
	require.NoError(t, err)
	assert.NotEmpty(t, page.Items)
}
