package logistics_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// TestRefusal: a reason is handed on as it is, and what the platform said is
// found below it. Nobody looks: nothing was shipped.
func TestRefusal(t *testing.T) {
	t.Parallel()
	p := newPlatform(1)
	p.onWrite = func(int) step {
		return step{drop: true, answer: &logistics.Refusal{Reason: logistics.ReasonUsed, Err: errRefused}}
	}
	err := p.service().Ship(t.Context(), logistics.Shipment{OrderID: "o1", Parcels: []logistics.Parcel{ours}})
	r, ok := errors.AsType[*logistics.Refusal](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, logistics.ReasonUsed, r.Reason)
	assert.ErrorIs(t, err, mall.ErrRejected)
	e, ok := errors.AsType[*mall.Error](err)
	require.True(t, ok)
	assert.Equal(t, "ship", e.Method)
	assert.Zero(t, p.looks)
	assert.Equal(t, 1, p.sent)
}

// TestRefusedWithoutAReason: platforms that have no code for "shipped before"
// refuse in general words. The order tells what they mean.
func TestRefusedWithoutAReason(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		there []logistics.Parcel
		look  error
		want  error
	}{
		"ours is there":      {[]logistics.Parcel{ours}, nil, mall.ErrAlreadyDone},
		"another is there":   {[]logistics.Parcel{theirs}, nil, mall.ErrConflict},
		"nothing is there":   {nil, nil, mall.ErrRejected},
		"it cannot be told":  {[]logistics.Parcel{ours}, errAway, mall.ErrRejected},
		"nor of other goods": {nil, errAway, mall.ErrRejected},
	} {
		p := newPlatform(1)
		if tt.there != nil {
			p.add(logistics.Shipment{Parcels: tt.there}, true)
		}
		p.onWrite = func(int) step { return step{drop: true, answer: errRefused} }
		p.onLook = func(int) error { return tt.look }
		err := p.service().Ship(t.Context(), logistics.Shipment{OrderID: "o1", Parcels: []logistics.Parcel{ours}})
		assert.ErrorIs(t, err, tt.want, name)
		assert.ErrorIs(t, err, mall.ErrRejected, "%s: what the platform said is kept", name)
		assert.Equal(t, tt.want == mall.ErrAlreadyDone, errors.Is(err, mall.ErrAlreadyDone), name)
		assert.Equal(t, 1, p.sent, name)
	}
}

func TestAddParcel(t *testing.T) {
	t.Parallel()
	start := func() *platform {
		p := newPlatform(2)
		p.add(logistics.Shipment{Parcels: []logistics.Parcel{theirs}}, true)
		return p
	}
	p := start()
	require.NoError(t, p.service().AddParcel(t.Context(), "o1", ours))
	require.Len(t, p.order.Parcels, 2)
	assert.ErrorIs(t, p.service().AddParcel(t.Context(), "o1", ours), mall.ErrAlreadyDone)
	assert.Equal(t, 1, p.sent, "it is there")

	for name, tt := range map[string]struct {
		first step
		want  error
		sent  int
	}{
		"lost, done":     {step{answer: errLost}, nil, 1},
		"lost, not done": {step{drop: true, answer: errLost}, nil, 2},
		"refused":        {step{drop: true, answer: errRefused}, mall.ErrRejected, 1},
	} {
		p := start()
		p.onWrite = func(n int) step {
			if n == 1 {
				return tt.first
			}
			return step{}
		}
		assert.ErrorIs(t, p.service().AddParcel(t.Context(), "o1", ours), tt.want, name)
		assert.Equal(t, tt.sent, p.sent, name)
		if tt.want == nil {
			assert.Len(t, p.order.Parcels, 2, name)
		}
	}

	p = start()
	p.order.Status = order.StatusClosed
	assert.ErrorIs(t, p.service().AddParcel(t.Context(), "o1", ours), mall.ErrConflict)
	assert.ErrorIs(t, p.service().AddParcel(t.Context(), " ", ours), mall.ErrInvalid)
	assert.ErrorIs(t, p.service().AddParcel(t.Context(), "o1", logistics.Parcel{CarrierCode: "sf"}), mall.ErrInvalid)
	assert.Zero(t, p.sent)
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	list, err := newPlatform().service().Addresses(t.Context(), logistics.ReturnTo)
	require.NoError(t, err)
	assert.Len(t, list, 1)
	_, err = newPlatform().service().Addresses(t.Context(), "")
	assert.ErrorIs(t, err, mall.ErrInvalid)
}
