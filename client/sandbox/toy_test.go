package sandbox_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/toy"
	"github.com/mallwire/mall/client/sandbox"
	side "github.com/mallwire/mall/client/sandbox/internal/toy"
	"github.com/mallwire/mall/internal/matrix"
	"github.com/mallwire/mall/internal/platforms"
	orders "github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/ordertest"
)

// openToy makes a sandbox with the platform of the section "adding a platform"
// of the READMEs, and an app of it whose shop has a token.
func openToy(t *testing.T) (*sandbox.Sandbox, *client.Shop) {
	box := sandbox.New(sandbox.Only(), sandbox.With(side.New))
	here := box.Manifest("https://sandbox.invalid").Platforms[toy.Platform]
	fast := client.Rate{PerSecond: 1e6, Burst: 1e6}
	app, err := toy.New(
		toy.Config{
			AppKey: here.AppKey, AppSecret: mall.Secret(here.AppSecret), Gateway: here.Gateway,
			Rates: client.Rates{App: fast, Shop: fast},
		},
		client.WithTransport(box.Transport()), client.WithClock(box.Now))
	require.NoError(t, err)
	require.NoError(t, app.Import(t.Context(),
		client.Token{ShopID: here.Shops[0].ShopID, Access: mall.Secret(here.Shops[0].AccessToken)}))
	return box, app.Shop(here.Shops[0].ShopID)
}

// TestToyPlatform: a platform that was added as the READMEs say passes the
// suite of its domain, over the sandbox.
func TestToyPlatform(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box, shop := openToy(t)
		var ids []string
		for o, err := range shop.Orders.All(t.Context(), orders.Query{From: box.Now().Add(-24 * time.Hour)}) {
			require.NoError(t, err)
			ids = append(ids, o.ID)
		}
		assert.Len(t, ids, 12)
		ordertest.Run(t, toy.Orders(shop), ordertest.Known{
			Orders: ids, From: box.Now().Add(-24 * time.Hour), ShopID: shop.ID(), Clock: box.Now,
			Lacks: []string{ // it has a list and a detail
				"Decrypt", "Mask", "Encrypt", "SearchIndex", "Mergeable", "Cases", "CasePages", "CaseUnknown", "RejectReasons",
				"Decide", "Intercept", "RemarkCase", "SetRemark", "Close",
			},
		})
	})
}

// TestToyMatrix: its column of the support matrix shows what its driver can do.
func TestToyMatrix(t *testing.T) {
	_, shop := openToy(t)
	table := matrix.Table(true, matrix.Column{Platform: platforms.Platform{Name: toy.Platform, English: "Toy"},
		Shop: shop})
	for row, mark := range map[string]string{
		"Capability": "Toy", "Signing and checking (API, push, SPI)": "✓", "Order list, detail, sync that loses none": "✓",
		"Any method (`client.Call`)": "✓", "Merchant's remark": "·", "Traces": "·", "Pushes": "·", "Drop-ship, merchant and factory": "·",
	} {
		assert.Contains(t, table, "| "+row+" | "+mark+" |\n")
	}
}

// TestToyFaults: faults affect calls of a new platform like those of the
// others.
func TestToyFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box, shop := openToy(t)
		id, err := box.On(toy.Platform).AddOrder(shop.ID(), map[string]any{"status": "sent"})
		require.NoError(t, err)
		require.NoError(t, box.On(toy.Platform).UpdateOrder(id, map[string]any{"status": "done"}))
		get := func(kind sandbox.FaultKind) (orders.Order, error) {
			_, err := box.Arm(sandbox.Fault{Kind: kind, ShopID: shop.ID()})
			require.NoError(t, err)
			return shop.Orders.Get(t.Context(), id)
		}
		for _, kind := range []sandbox.FaultKind{sandbox.FaultThrottle, sandbox.FaultError, sandbox.FaultHTML,
			sandbox.FaultCutAfter} {
			o, err := get(kind) // ridden out
			assert.NoError(t, err, kind)
			assert.Equal(t, orders.StatusDone, o.Status, kind)
			assert.True(t, json.Valid(o.Raw))
		}
		_, err = get(sandbox.FaultRevoke)
		assert.ErrorIs(t, err, mall.ErrReauthorize)
	})
}
