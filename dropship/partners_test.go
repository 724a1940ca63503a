package dropship_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// binder is a merchant's driver whose writes answer as they are told.
type binder struct {
	*shop
	applied  [][]dropship.Application
	parted   [][]dropship.Parting
	appended [][]dropship.Extra
	deleted  [][]dropship.MerchantID
	answer   func(n int) error // of the call as a whole
	entry    func(id string) error
	leaves   bool // entries out of its answers
}

func (b *binder) Apply(_ context.Context, list []dropship.Application) (out []mall.Result[string], _ error) {
	b.applied = append(b.applied, list)
	for _, a := range list {
		out = append(out, mall.Result[string]{Item: a.Supplier, Err: b.entry(a.Supplier)})
	}
	return out, b.answer(len(b.applied))
}

func (b *binder) Unbind(_ context.Context, list []dropship.Parting) (out []mall.Result[string], _ error) {
	b.parted = append(b.parted, list)
	for _, p := range list {
		out = append(out, mall.Result[string]{Item: p.Supplier, Err: b.entry(p.Supplier)})
	}
	return out, b.answer(len(b.parted))
}

func (b *binder) Append(_ context.Context, list []dropship.Extra) (map[string]mall.Result[dropship.MerchantID], error) {
	b.appended = append(b.appended, list)
	out := map[string]mall.Result[dropship.MerchantID]{}
	for i, x := range list {
		if b.leaves && i == 0 {
			continue
		}
		out[x.Key] = mall.Result[dropship.MerchantID]{Item: "new-" + x.Base, Err: b.entry(string(x.Base))}
	}
	return out, b.answer(len(b.appended))
}

func (b *binder) Delete(_ context.Context,
	ids []dropship.MerchantID) (out []mall.Result[dropship.MerchantID], _ error) {
	b.deleted = append(b.deleted, ids)
	for _, id := range ids {
		out = append(out, mall.Result[dropship.MerchantID]{Item: id, Err: b.entry(string(id))})
	}
	return out, b.answer(len(b.deleted))
}

func newBinder(relations ...dropship.Relation) *binder {
	b := &binder{shop: newShop(0), answer: func(int) error { return nil }, entry: func(string) error { return nil }}
	b.pages, b.total = [][]dropship.Relation{relations}, []int{len(relations)}
	return b
}

// TestApplyAndUnbindSettle: what became of a write is found in the list of
// partners, and a key stays the same when an entry is sent again.
func TestApplyAndUnbindSettle(t *testing.T) {
	lostErr, refusal := &mall.Error{Kind: mall.ErrUnknownOutcome}, &mall.Error{Kind: mall.ErrRejected}
	with := func(state dropship.RelationState) []dropship.Relation {
		return []dropship.Relation{{Partner: "f", State: state, PlatformState: "7"}}
	}
	for _, c := range []struct {
		name          string
		found         []dropship.Relation
		whole, entry  error
		apply, unbind error
		sentA, sentU  int
	}{
		{name: "answered", found: nil, sentA: 1, sentU: 1},
		{name: "lost, pending", found: with(dropship.RelationPending), whole: lostErr, sentA: 1, sentU: 2, unbind: mall.ErrUnknownOutcome},
		{name: "lost, bound", found: with(dropship.RelationBound), whole: lostErr, sentA: 1, sentU: 2, unbind: mall.ErrUnknownOutcome},
		{name: "lost, parted", found: with(dropship.RelationUnbound), whole: lostErr, sentA: 2, apply: mall.ErrUnknownOutcome, sentU: 1},
		{name: "lost, nothing there", whole: lostErr, sentA: 2, apply: mall.ErrUnknownOutcome, sentU: 1},
		{name: "lost, an unknown state", found: with(""), whole: lostErr, sentA: 1, apply: mall.ErrUnknownOutcome, sentU: 1, unbind: mall.ErrUnknownOutcome},
		{name: "refused, bound", found: with(dropship.RelationBound), entry: refusal, sentA: 1, apply: mall.ErrAlreadyDone, sentU: 1, unbind: mall.ErrRejected},
		{name: "refused, parted", found: with(dropship.RelationUnbound), entry: refusal, sentA: 1, apply: mall.ErrRejected, sentU: 1, unbind: mall.ErrAlreadyDone},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBinder(c.found...)
			b.answer, b.entry = func(int) error { return c.whole }, func(string) error { return c.entry }
			outcomes, err := service(b).Apply(t.Context(), dropship.Application{Supplier: "f", Message: "m"})
			require.NoError(t, err)
			require.Len(t, outcomes, 1)
			assert.Equal(t, "f", outcomes[0].Item)
			assert.ErrorIs(t, outcomes[0].Err, c.apply)
			require.Len(t, b.applied, c.sentA)
			assert.NotEmpty(t, b.applied[0][0].Key)
			assert.Equal(t, b.applied[0][0].Key, b.applied[len(b.applied)-1][0].Key, "the same application")
			outcomes, err = service(b).Unbind(t.Context(), dropship.Parting{Supplier: "f", Key: "mine"})
			require.NoError(t, err)
			assert.ErrorIs(t, outcomes[0].Err, c.unbind)
			require.Len(t, b.parted, c.sentU)
			assert.Equal(t, "mine", b.parted[0][0].Key)
		})
	}
	b := newBinder()
	_, err := service(b).Apply(t.Context(), dropship.Application{Supplier: "f"}, dropship.Application{Supplier: "f"})
	assert.ErrorIs(t, err, mall.ErrInvalid)
	_, err = service(b).Unbind(t.Context(), dropship.Parting{})
	assert.ErrorIs(t, err, mall.ErrInvalid)
	assert.Empty(t, b.applied)
	list := make([]dropship.Application, 5)
	for i := range list {
		list[i].Supplier = fmt.Sprint(i)
	}
	outcomes, err := service(b).Apply(t.Context(), list...)
	require.NoError(t, err)
	assert.Len(t, outcomes, 5)
	assert.Len(t, b.applied, 3, "in batches of two")
}

// TestSuppliersAreTheirLatestApplication, where a platform keeps all of them.
func TestSuppliersAreTheirLatestApplication(t *testing.T) {
	row := func(partner string, state dropship.RelationState, days int) dropship.Relation {
		return dropship.Relation{Partner: partner, State: state,
			Applied: noon.Add(time.Duration(days) * 24 * time.Hour)}
	}
	b := newBinder(row("a", dropship.RelationUnbound, 1), row("a", dropship.RelationBound, 2),
		row("b", dropship.RelationPending, 3), row("b", dropship.RelationRefused, 1))
	b.pages = [][]dropship.Relation{b.pages[0][:2], b.pages[0][2:]}
	list, err := service(b).Suppliers(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 2)
	assert.Equal(t, dropship.RelationBound, list[0].State)
	assert.Equal(t, dropship.RelationPending, list[1].State)
	list, err = service(b).Suppliers(t.Context(), dropship.RelationUnbound)
	require.NoError(t, err)
	assert.Empty(t, list, "what was before is over")
}

// TestAppendIsNeverRepeated: it cannot be looked up.
func TestAppendIsNeverRepeated(t *testing.T) {
	gift := func(base dropship.MerchantID) dropship.Extra {
		return dropship.Extra{Base: base, Kind: dropship.KindGift, Lines: []dropship.Line{{Quantity: 1}}}
	}
	b := newBinder()
	b.answer = func(n int) error {
		if n == 1 {
			return &mall.Error{Kind: mall.ErrUnknownOutcome}
		}
		return nil
	}
	b.entry = func(id string) error {
		if id == "3" {
			return &mall.Error{Kind: mall.ErrRejected}
		}
		return nil
	}
	answers, err := service(b).Append(t.Context(), gift("1"), gift("1"), gift("2"), gift("3"))
	require.NoError(t, err)
	require.Len(t, answers, 4)
	assert.Len(t, b.appended, 2)
	assert.ErrorIs(t, answers[0].Err, mall.ErrUnknownOutcome)
	assert.ErrorIs(t, answers[1].Err, mall.ErrUnknownOutcome)
	assert.NotEqual(t, b.appended[0][0].Key, b.appended[0][1].Key)
	require.NoError(t, answers[2].Err)
	assert.Equal(t, dropship.MerchantID("new-2"), answers[2].Item)
	assert.ErrorIs(t, answers[3].Err, mall.ErrRejected)

	b = newBinder()
	b.leaves = true
	answers, err = service(b).Append(t.Context(), gift("1"))
	require.NoError(t, err)
	assert.ErrorIs(t, answers[0].Err, mall.ErrUnknownOutcome, "accepted, but nothing is said about it")

	b = newBinder()
	same := gift("1")
	same.Key = "k"
	for _, list := range [][]dropship.Extra{
		{gift("")}, {{Base: "1", Kind: dropship.KindOrder, Lines: gift("1").Lines}}, {{Base: "1", Kind: dropship.KindGift}},
		{{Base: "1", Kind: dropship.KindGift, Lines: []dropship.Line{{}}}}, {same, same},
	} {
		_, err := service(b).Append(t.Context(), list...)
		assert.ErrorIs(t, err, mall.ErrInvalid)
	}
	assert.Empty(t, b.appended)
}

// TestDeleteSettles: gone is done.
func TestDeleteSettles(t *testing.T) {
	for _, c := range []struct {
		whole, entry error
		rows         []dropship.Assignment
		sent         int
		want         error
		reason       dropship.Reason
	}{
		{sent: 1},
		{whole: &mall.Error{Kind: mall.ErrUnknownOutcome}, sent: 1},
		{whole: &mall.Error{Kind: mall.ErrUnknownOutcome}, rows: []dropship.Assignment{{MerchantID: "1", State: dropship.StateUnassigned}}, sent: 2, want: mall.ErrUnknownOutcome},
		{entry: &mall.Error{Kind: mall.ErrRejected}, sent: 1, want: mall.ErrAlreadyDone},
		{entry: &mall.Error{Kind: mall.ErrRejected}, rows: []dropship.Assignment{{MerchantID: "1", State: dropship.StateReturned}}, sent: 1, want: mall.ErrRejected, reason: dropship.ReasonShipped},
	} {
		b := newBinder()
		b.rows, b.answer, b.entry = c.rows, func(int) error { return c.whole }, func(string) error { return c.entry }
		outcomes, err := service(b).Delete(t.Context(), "1")
		require.NoError(t, err)
		assert.ErrorIs(t, outcomes[0].Err, c.want)
		assert.Len(t, b.deleted, c.sent)
		if c.reason != "" {
			r, ok := errors.AsType[*dropship.Refusal](outcomes[0].Err)
			require.True(t, ok)
			assert.Equal(t, c.reason, r.Reason)
		}
	}
}

// TestClocksOfAList: a list that is not kept by update time says so, before
// anything is sent, and the other clock serves.
func TestClocksOfAList(t *testing.T) {
	d := newShop(3)
	d.clocks = []mall.By{mall.ByCreation}
	s, from := service(d), noon.Add(-3*time.Hour)
	assert.Equal(t, mall.ByCreation, s.Limits().MerchantOrders.Feed())
	assert.Equal(t, mall.ByUpdate, mall.ListLimits{}.Feed())
	_, err := s.PageMerchantOrders(t.Context(), dropship.Query{From: from}, "")
	assert.ErrorIs(t, err, mall.ErrNotSupported)
	_, err = s.Resolve(dropship.RoleMerchant, dropship.Query{From: from})
	assert.ErrorIs(t, err, mall.ErrNotSupported)
	_, err = s.Resolve("", dropship.Query{From: from})
	assert.ErrorIs(t, err, mall.ErrInvalid)
	assert.Empty(t, d.asks)
	n := 0
	for _, err := range s.AllMerchantOrders(t.Context(),
		dropship.Query{From: from, By: s.Limits().MerchantOrders.Feed()}) {
		require.NoError(t, err)
		n++
	}
	assert.Equal(t, 3, n)
}

// works is a factory's driver that ships in one parcel at most.
type works struct {
	bare
	a     dropship.Assignment
	sent  int
	fails error
}

func (w *works) GetFactoryOrder(context.Context, dropship.FactoryID) (dropship.Assignment, error) {
	return w.a, nil
}

func (w *works) ReturnWaybills(context.Context, dropship.Return) ([]order.Parcel, error) {
	w.sent++
	return nil, w.fails
}

func (w *works) ChangeShipment(context.Context, dropship.FactoryID, string, logistics.Parcel) error {
	w.sent++
	return nil
}

func (w *works) PageFactoryOrders(context.Context, dropship.Query, string) (mall.Page[dropship.Assignment], error) {
	return mall.Page[dropship.Assignment]{}, nil
}

func (w *works) TakeWaybills(context.Context, logistics.Take) ([]mall.Result[logistics.Waybill], error) {
	return nil, nil
}

func (w *works) CancelWaybill(context.Context, logistics.Waybill) error { return nil }

// TestOneParcelOnly: more are refused, and the one needs no id.
func TestOneParcelOnly(t *testing.T) {
	w := &works{bare: bare{role: dropship.RoleFactory, parcels: 1}}
	id := dropship.FactoryID{Shop: "u", ID: "1"}
	parcel := logistics.Parcel{CarrierCode: "c", TrackingNo: "1", Items: []logistics.Item{{Quantity: 1}}}
	_, err := service(w).ReturnWaybills(t.Context(),
		dropship.Return{ID: id, Parcels: []logistics.Parcel{parcel, parcel}})
	assert.ErrorIs(t, err, mall.ErrInvalid)
	assert.Zero(t, w.sent)
	to := logistics.Parcel{CarrierCode: "c", TrackingNo: "2"}
	require.NoError(t, service(w).ChangeShipment(t.Context(), id, "", to))
	w.parcels = 0
	assert.ErrorIs(t, service(w).ChangeShipment(t.Context(), id, "", to), mall.ErrInvalid)
}

// TestTheOtherSideShipped: a time of shipping that is none of the factory's
// tells so, whatever kind of refusal it was.
func TestTheOtherSideShipped(t *testing.T) {
	w := &works{bare: bare{role: dropship.RoleFactory}, fails: &mall.Error{Kind: mall.ErrRejected}}
	w.a = dropship.Assignment{State: dropship.StateAssigned, Shipped: noon}
	_, err := service(w).ReturnWaybills(t.Context(), dropship.Return{ID: dropship.FactoryID{Shop: "u", ID: "1"},
		Parcels: []logistics.Parcel{{CarrierCode: "c", TrackingNo: "1", Items: []logistics.Item{{Quantity: 1}}}}})
	r, ok := errors.AsType[*dropship.Refusal](err)
	require.True(t, ok)
	assert.Equal(t, dropship.ReasonOtherSide, r.Reason)
	who, ok, why := w.a.MayShip()
	assert.Empty(t, who)
	assert.False(t, ok)
	assert.Equal(t, dropship.ReasonShipped, why)
}
