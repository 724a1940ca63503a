package order_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// till is a platform whose first order can be closed while it is unpaid.
type till struct {
	*platform
	script []string // what becomes of each call: "", "lost before", "lost after", "paid meanwhile", "refused"
	calls  int
	blind  bool // orders cannot be read after the first call
}

func newTill(status order.Status, script ...string) *till {
	shop := newNumbered(rows(1, 10))
	shop.rows[0].Status = status
	return &till{platform: shop, script: script}
}

func (d *till) Get(ctx context.Context, id string) (order.Order, error) {
	if d.blind && d.calls > 0 {
		return order.Order{}, &mall.Error{Kind: mall.ErrUnavailable}
	}
	return d.platform.Get(ctx, id)
}

func (d *till) SetRemark(context.Context, string, order.Remark) error { return mall.ErrNotSupported }

func (d *till) Close(context.Context, string, string) error {
	became := ""
	if d.calls++; d.calls <= len(d.script) {
		became = d.script[d.calls-1]
	}
	switch became {
	case "lost before":
		return &mall.Error{Kind: mall.ErrUnknownOutcome}
	case "refused":
		return &mall.Error{Kind: mall.ErrRejected}
	case "gone":
		return &mall.Error{Kind: mall.ErrNotFound}
	case "paid meanwhile":
		d.rows[0].Status = order.StatusToShip
		return &mall.Error{Kind: mall.ErrRejected}
	case "closed meanwhile":
		d.rows[0].Status = order.StatusClosed
		return &mall.Error{Kind: mall.ErrRejected}
	}
	d.rows[0].Status = order.StatusClosed
	if became == "lost after" {
		return &mall.Error{Kind: mall.ErrUnknownOutcome}
	}
	return nil
}

func TestClose(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status order.Status
		script []string
		calls  int
		kind   mall.Kind
	}{
		"unpaid":                    {order.StatusUnpaid, nil, 1, ""},
		"in a status nobody knows":  {"", nil, 1, ""},
		"closed":                    {order.StatusClosed, nil, 0, mall.ErrAlreadyDone},
		"paid":                      {order.StatusToShip, nil, 0, mall.ErrConflict},
		"held":                      {order.StatusPaid, nil, 0, mall.ErrConflict},
		"the answer is lost":        {order.StatusUnpaid, []string{"lost after"}, 1, ""},
		"the call is lost":          {order.StatusUnpaid, []string{"lost before"}, 2, ""},
		"then the answer is":        {order.StatusUnpaid, []string{"lost before", "lost after"}, 2, ""},
		"the call is lost twice":    {order.StatusUnpaid, []string{"lost before", "lost before"}, 2, mall.ErrUnknownOutcome},
		"lost, and somebody pays":   {order.StatusUnpaid, []string{"lost before", "paid meanwhile"}, 2, mall.ErrConflict},
		"lost, and somebody closes": {order.StatusUnpaid, []string{"lost before", "closed meanwhile"}, 2, ""},
		"lost, then refused":        {order.StatusUnpaid, []string{"lost before", "refused"}, 2, mall.ErrUnknownOutcome},
		"lost, then out of reach":   {order.StatusUnpaid, []string{"lost before", "gone"}, 2, mall.ErrUnknownOutcome},
		"somebody pays":             {order.StatusUnpaid, []string{"paid meanwhile"}, 1, mall.ErrConflict},
		"somebody closes":           {order.StatusUnpaid, []string{"closed meanwhile"}, 1, mall.ErrAlreadyDone},
		"refused":                   {order.StatusUnpaid, []string{"refused"}, 1, mall.ErrRejected},
		"refused for another cause": {order.StatusUnpaid, []string{"gone"}, 1, mall.ErrNotFound},
	} {
		d := newTill(c.status, c.script...)
		err := service(d).Close(t.Context(), " o000 ", "")
		if c.kind == "" {
			require.NoError(t, err, name)
			assert.Equal(t, order.StatusClosed, d.rows[0].Status, name)
		} else {
			require.ErrorIs(t, err, c.kind, name)
			if c.kind == mall.ErrUnknownOutcome {
				assert.NotErrorIs(t, err, mall.ErrRejected, name)
				assert.NotErrorIs(t, err, mall.ErrNotFound, name)
			}
		}
		assert.Equal(t, c.calls, d.calls, name)
	}
	require.ErrorIs(t, service(newTill(order.StatusUnpaid)).Close(t.Context(), " ", ""), mall.ErrInvalid)
	require.ErrorIs(t, service(newTill(order.StatusUnpaid)).Close(t.Context(), "o999", ""), mall.ErrNotFound)
	bare := service(newNumbered(rows(1, 10)))
	require.ErrorIs(t, bare.Close(t.Context(), "o000", ""), mall.ErrNotSupported)
	assert.False(t, order.Can[order.Writer](bare))
	assert.True(t, order.Can[order.Writer](service(newTill(""))))
}

func TestACloseThatCannotBeLookedForIsUnknown(t *testing.T) {
	t.Parallel()
	d := newTill(order.StatusUnpaid, "lost after")
	d.blind = true
	err := service(d).Close(t.Context(), "o000", "")
	require.ErrorIs(t, err, mall.ErrUnknownOutcome)
	require.ErrorIs(t, err, mall.ErrUnavailable)
	d = newTill(order.StatusUnpaid, "refused")
	d.blind = true
	require.ErrorIs(t, service(d).Close(t.Context(), "o000", ""), mall.ErrRejected)
}
