package drivertest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/order"
)

// Side is the sandbox's side of the world's platform.
func (w *World) Side() sandbox.Side { return w.Box.On(w.platform) }

// AddOrder makes an order of the shop, with fields as the platform names them,
// and returns its id.
func (w *World) AddOrder(t testing.TB, fields map[string]any) string {
	t.Helper()
	id, err := w.Side().AddOrder(w.Shop.ID(), fields)
	require.NoError(t, err)
	return id
}

// ReadOrder reads an order of the shop.
func (w *World) ReadOrder(t testing.TB, id string) order.Order {
	t.Helper()
	o, err := w.Shop.Orders.Get(t.Context(), id)
	require.NoError(t, err)
	return o
}

// ReadCase reads an after-sale case of the shop.
func (w *World) ReadCase(t testing.TB, id string) order.Case {
	t.Helper()
	c, err := w.Shop.Orders.GetCase(t.Context(), id)
	require.NoError(t, err)
	return c
}

// Sent counts the calls of a method that reached the platform.
func (w *World) Sent(method string) (n int) {
	for _, r := range w.Box.Received() {
		if r.Method == method {
			n++
		}
	}
	return n
}
