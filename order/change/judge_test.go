package change_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/sku"
)

func asking(kind change.Kind, id string) change.Request {
	return change.Request{Kind: kind, Platform: "fake", ShopID: "s1", ID: id, OrderID: "o1", Deadline: noon.Add(time.Minute)}
}

// TestJudgeAddressesAndIntercepts: the rules of the two kinds without a SKU.
func TestJudgeAddressesAndIntercepts(t *testing.T) {
	t.Parallel()
	late := asking(change.Address, "a")
	late.Deadline = noon
	for name, x := range map[string]struct {
		request change.Request
		facts   change.Facts
		code    string // empty: accepted
	}{
		"an address, to ship":           {asking(change.Address, "a"), change.Facts{Status: order.StatusToShip}, ""},
		"an address, printed":           {asking(change.Address, "a"), change.Facts{Status: order.StatusToShip, Known: true, Printed: true}, ""},
		"an address, unpaid":            {asking(change.Address, "a"), change.Facts{Status: order.StatusUnpaid}, "shipping"},
		"an address, shipped":           {asking(change.Address, "a"), change.Facts{Status: order.StatusShipped}, "shipping"},
		"an address, handed over by us": {asking(change.Address, "a"), change.Facts{Status: order.StatusToShip, Ended: true}, "shipping"},
		"an address, nothing known":     {asking(change.Address, "a"), change.Facts{}, "shipping"},
		"an address, late":              {late, change.Facts{Status: order.StatusToShip}, "shipping"},
		"goods that lie here":           {asking(change.Intercept, "a"), change.Facts{Status: order.StatusToShip, Known: true}, ""},
		"goods not paid":                {asking(change.Intercept, "a"), change.Facts{Status: order.StatusUnpaid, Known: true}, ""},
		"goods under a check":           {asking(change.Intercept, "a"), change.Facts{Status: order.StatusPaid, Known: true}, ""},
		"a parcel that can be pulled": {asking(change.Intercept, "a"),
			change.Facts{Status: order.StatusToShip, Known: true, Printed: true, CanPull: true}, ""},
		"a parcel that cannot":       {asking(change.Intercept, "a"), change.Facts{Status: order.StatusToShip, Known: true, Printed: true}, "can_pull"},
		"goods that are partly gone": {asking(change.Intercept, "a"), change.Facts{Status: order.StatusPartShipped, Known: true}, "platform"},
		"goods that are gone":        {asking(change.Intercept, "a"), change.Facts{Status: order.StatusShipped, Known: true}, "platform"},
		"goods of another's books":   {asking(change.Intercept, "a"), change.Facts{Status: order.StatusToShip}, "flow"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, calls := change.NewMemoryStore(), 0
			for range 2 { // a repeat gets the same answer
				v, err := change.Judge(t.Context(), s, x.request, x.facts, still, func(ctx context.Context) (change.Verdict, error) {
					calls++
					return yes(ctx)
				})
				require.NoError(t, err)
				assert.Equal(t, x.code == "", v.Accept)
				assert.Equal(t, x.code, v.Code)
				assert.Equal(t, x.code != "", v.Reason != "")
				assert.Equal(t, v.Accept, calls == 1)
			}
			list, err := s.Accepted(t.Context(), "fake", "s1", "o1")
			require.NoError(t, err)
			assert.Equal(t, x.code == "", len(list) == 1 && list[0].Kind == x.request.Kind && list[0].State == change.StateApplied)
			// What is no spec change leaves the SKUs alone.
			o, err := change.Apply(redOrder(), list...)
			require.NoError(t, err)
			assert.Equal(t, redOrder(), o)
		})
	}
}

// TestOneOpenChangeOfAKind: kinds do not stand in each other's way, and a buyer's
// newer wish for an address takes the place of the older one.
func TestOneOpenChangeOfAKind(t *testing.T) {
	t.Parallel()
	s, ctx := change.NewMemoryStore(), t.Context()
	open := func(r change.Request) error { _, _, err := s.Open(ctx, r, noon); return err }
	require.NoError(t, open(request("a", "l1")))
	require.NoError(t, open(asking(change.Address, "a")))
	require.NoError(t, open(asking(change.Intercept, "a")))
	other, ok := errors.AsType[*change.OpenError](open(asking(change.Intercept, "b")))
	require.True(t, ok)
	assert.Equal(t, change.OpenError{OrderID: "o1", ID: "a"}, *other)
	assert.NotContains(t, other.Error(), "line")
	v, err := change.Judge(ctx, s, asking(change.Intercept, "b"), change.Facts{}, still, nil)
	require.NoError(t, err)
	assert.Equal(t, "change_open", v.Code)

	require.NoError(t, open(asking(change.Address, "b")))
	_, err = s.Decide(ctx, asking(change.Address, "a"), change.Verdict{Accept: true}, noon)
	assert.ErrorIs(t, err, mall.ErrConflict, "the buyer wants it no more")
	_, err = s.Decide(ctx, asking(change.Address, "b"), change.Verdict{Accept: true}, noon)
	require.NoError(t, err)
}

// TestJudgeWithoutAnID: a request that the platform gives no id is told apart by
// what it asks for.
func TestJudgeWithoutAnID(t *testing.T) {
	t.Parallel()
	s, calls := change.NewMemoryStore(), 0
	ask := func(r change.Request) {
		r.ID, r.Deadline = "", time.Time{}
		v, err := change.Judge(t.Context(), s, r, eligible, still, func(ctx context.Context) (change.Verdict, error) {
			calls++
			return yes(ctx)
		})
		require.NoError(t, err)
		assert.True(t, v.Accept)
	}
	r := request("a", "l1")
	ask(r)
	ask(r)
	assert.Equal(t, 1, calls)
	r.Requested = noon
	ask(r)
	r.Requested = noon.In(time.UTC)
	ask(r)
	assert.Equal(t, 2, calls, "the same moment")
	r.ToSKU = sku.Ref{Code: "K"}
	ask(r)
	assert.Equal(t, 3, calls)
}

// TestFailuresAreTyped: whatever fails leaves as a *mall.Error that says what was
// tried.
func TestFailuresAreTyped(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), change.NewMemoryStore()
	d := newSpecDesk(consentTerms)
	broken := errors.New("database gone")
	calls := map[string]func() error{
		"judge change": func() error {
			_, err := change.Judge(ctx, s, request("a", "l1"), eligible, still, func(context.Context) (change.Verdict, error) {
				return change.Verdict{}, broken
			})
			assert.ErrorIs(t, err, broken)
			return err
		},
		"keep change": func() error { _, _, err := s.Open(ctx, asking("colour", "a"), noon); return err },
		"step change": func() error { _, _, err := change.Next("colour", "none", "request", change.Facts{}); return err },
		"apply change": func() error {
			_, err := change.Apply(redOrder(), change.Change{Request: request("a", "l9")})
			return err
		},
		"begin spec change": func() error { _, _, err := d.shop.Begin(ctx, s, asking(change.Address, "a")); return err },
		"step spec change": func() error {
			_, _, err := d.shop.Step(ctx, s, d.begin(t, "a"), "maybe")
			return err
		},
		"answer address change": func() error { return d.shop.AnswerAddress(ctx, "o1", change.Verdict{}) },
		"change address":        func() error { return d.shop.ChangeAddress(ctx, "o1", order.Receiver{}) },
		"read address review":   func() error { _, err := d.shop.AddressReview(ctx); return err },
		"set address review":    func() error { return d.shop.SetAddressReview(ctx, change.ReviewOff, false) },
	}
	for op, call := range calls {
		e, ok := errors.AsType[*mall.Error](call())
		require.True(t, ok, op)
		assert.Equal(t, op, e.Op)
	}
	_, err := change.Judge(ctx, nil, request("a", "l1"), eligible, still, nil)
	assert.ErrorIs(t, err, mall.ErrInvalid, "there is no store")
	assert.False(t, change.Can[change.SpecChanger](nil))
}

// TestRecord: what the platform sent can be read, and does not print.
func TestRecord(t *testing.T) {
	t.Parallel()
	r := asking(change.Intercept, "a")
	r.Raw = mall.Raw(`{"operator":"客服小二"}`)
	got, err := mall.Native[struct{ Operator string }](r)
	require.NoError(t, err)
	assert.Equal(t, "客服小二", got.Operator)
	_, err = mall.Native[struct{}](asking(change.Intercept, "a"))
	require.ErrorIs(t, err, mall.ErrNotFound)
	assert.ErrorContains(t, err, "change a of order o1")
}
