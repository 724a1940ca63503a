package doudian_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/order"
)

// TestClose: an unpaid order is closed once, with a reason, whichever answer is
// lost. The platform refuses to close it in its first minute.
func TestClose(t *testing.T) {
	t.Parallel()
	for _, lost := range []sandbox.FaultKind{"", sandbox.FaultCutAfter, sandbox.FaultCutBefore, sandbox.FaultHalfBody} {
		w := newWorld(t, nil)
		ids, err := w.Side().AddOrders(w.Shop.ID(), 2, 1) // the first is a minute old
		require.NoError(t, err)
		w.Box.Advance(time.Second)
		if lost != "" {
			w.Arm(t, sandbox.Fault{Method: "order.orderCancel", Kind: lost})
		}
		require.NoError(t, w.Shop.Orders.Close(t.Context(), ids[0], ""), lost)
		o, err := w.Shop.Orders.Get(t.Context(), ids[0])
		require.NoError(t, err)
		assert.Equal(t, order.StatusClosed, o.Status)
		assert.Equal(t, "商家取消订单", o.CancelReason)
		require.ErrorIs(t, w.Shop.Orders.Close(t.Context(), ids[0], "again"), mall.ErrAlreadyDone)
		require.ErrorIs(t, doudian.DriverOf(w.Shop).(order.Writer).Close(t.Context(), ids[0], "again"), mall.ErrAlreadyDone)
		require.Error(t, w.Shop.Orders.Close(t.Context(), ids[1], "too early"))
		w.Box.Advance(time.Minute)
		require.NoError(t, w.Shop.Orders.Close(t.Context(), ids[1], "买家不要了"))
		o, err = w.Shop.Orders.Get(t.Context(), ids[1])
		require.NoError(t, err)
		assert.Equal(t, "买家不要了", o.CancelReason)
	}
}
