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

var noon = time.Date(2025, 1, 6, 12, 0, 0, 0, mall.Beijing)

// bare is a driver without any power.
type bare struct {
	role  dropship.Role
	err   error
	asked int

	clocks  []mall.By
	parcels int
}

func (b *bare) Platform() mall.Platform { return mall.Doudian }

func (b *bare) Limits() dropship.Limits {
	list := mall.ListLimits{
		MaxPageSize: 2, MaxWindow: 30 * time.Minute, Lag: time.Minute, Resolution: time.Second, Numbered: true,
		Clocks: b.clocks,
	}
	return dropship.Limits{MerchantOrders: list, FactoryOrders: list, Relations: 2, Bind: 2, Assign: 2, Append: 2,
		Delete: 2, Waybills: 2, Parcels: b.parcels}
}

func (b *bare) Role(context.Context) (dropship.Role, error) { b.asked++; return b.role, b.err }

// shop is a merchant's driver over rows in memory.
type shop struct {
	bare
	rows   []dropship.Assignment // Updated is the place in the list
	asks   []dropship.Query
	during func() // before each page

	pages [][]dropship.Relation
	total []int // of the answers to Suppliers, in turn; the last repeats

	sent  [][]dropship.Choice
	write func(n int, choices []dropship.Choice) ([]mall.Result[dropship.MerchantID], error)
}

func (s *shop) PageMerchantOrders(_ context.Context, q dropship.Query,
	cursor string) (mall.Page[dropship.Assignment], error) {
	s.asks = append(s.asks, q)
	if s.during != nil {
		s.during()
	}
	var in []dropship.Assignment
	for _, a := range s.rows {
		if !a.Updated.Before(q.From) && !a.Updated.After(q.To) && (q.State == "" || a.State == q.State) {
			in = append(in, a)
		}
	}
	page := 0
	_, _ = fmt.Sscan(cursor, &page)
	from := min(page*q.PageSize, len(in))
	return mall.Page[dropship.Assignment]{Items: in[from:min(from+q.PageSize, len(in))], Total: len(in)}, nil
}

func (s *shop) GetMerchantOrder(_ context.Context, id dropship.MerchantID) (dropship.Assignment, error) {
	for _, a := range s.rows {
		if a.MerchantID == id {
			return a, nil
		}
	}
	return dropship.Assignment{}, &mall.Error{Kind: mall.ErrNotFound}
}

func (s *shop) Assign(_ context.Context, choices []dropship.Choice) ([]mall.Result[dropship.MerchantID], error) {
	s.sent = append(s.sent, choices)
	return s.write(len(s.sent), choices)
}

func (s *shop) CancelAssignment(context.Context, string,
	[]dropship.MerchantID) ([]mall.Result[dropship.MerchantID], error) {
	return nil, &mall.Error{Kind: mall.ErrNotSupported}
}

func (s *shop) Suppliers(_ context.Context, page, _ int) (mall.Page[dropship.Relation], error) {
	total := s.total[0]
	if len(s.total) > 1 {
		s.total = s.total[1:]
	}
	return mall.Page[dropship.Relation]{Items: append([]dropship.Relation(nil), s.pages[page]...), Total: total}, nil
}

func newShop(n int) *shop {
	s := &shop{bare: bare{role: dropship.RoleMerchant}}
	for i := range n {
		s.rows = append(s.rows, dropship.Assignment{
			MerchantID: dropship.MerchantID(fmt.Sprint(i)), State: dropship.StateUnassigned,
			OrderStatus: order.StatusToShip,
			Updated:     noon.Add(-2*time.Hour + time.Duration(i)*7*time.Minute), OrderID: fmt.Sprint("t", i),
		})
	}
	return s
}

func service(d dropship.Driver) *dropship.Service {
	return dropship.NewService(d, "shop-1", dropship.Options{Clock: func() time.Time { return noon }})
}

func TestWhatIsMissingIsNotSupported(t *testing.T) {
	s := service(&bare{role: dropship.RoleFactory})
	ctx := t.Context()
	var errs []error
	add := func(can bool, err error) { errs = append(errs, err); assert.False(t, can) }
	asMerchant, asFactory := dropship.Can[dropship.MerchantDriver](s), dropship.Can[dropship.FactoryDriver](s)
	_, err := s.Suppliers(ctx)
	add(asMerchant, err)
	_, err = s.Merchants(ctx)
	add(dropship.Can[dropship.MerchantLister](s), err)
	_, err = s.PageMerchantOrders(ctx, dropship.Query{}, "")
	add(asMerchant, err)
	_, err = s.PageFactoryOrders(ctx, dropship.Query{}, "")
	add(asFactory, err)
	_, err = s.GetMerchantOrder(ctx, "1")
	add(asMerchant, err)
	_, err = s.GetFactoryOrder(ctx, dropship.FactoryID{})
	add(asFactory, err)
	_, err = s.Assign(ctx)
	add(asMerchant, err)
	_, err = s.CancelAssignment(ctx, "")
	add(asMerchant, err)
	_, err = s.TakeWaybills(ctx, logistics.Take{})
	add(asFactory, err)
	_, err = s.ReturnWaybills(ctx, dropship.Return{})
	add(asFactory, err)
	_, err = s.Apply(ctx)
	add(dropship.Can[dropship.Binder](s), err)
	_, err = s.Unbind(ctx)
	add(dropship.Can[dropship.Binder](s), err)
	_, err = s.Append(ctx)
	add(dropship.Can[dropship.Appender](s), err)
	_, err = s.Delete(ctx)
	add(dropship.Can[dropship.Appender](s), err)
	add(asFactory, s.ChangeShipment(ctx, dropship.FactoryID{}, "", logistics.Parcel{}))
	add(asFactory, s.CancelWaybill(ctx, logistics.Waybill{}))
	for a, err := range s.AllFactoryOrders(ctx, dropship.Query{}) {
		assert.Empty(t, a)
		errs = append(errs, err)
	}
	assert.Len(t, errs, 17)
	for _, err := range errs {
		e, ok := errors.AsType[*mall.Error](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, mall.ErrNotSupported, e.Kind)
		assert.NotEmpty(t, e.Op)
		assert.Equal(t, mall.Doudian, e.Platform)
	}
	assert.False(t, dropship.Can[dropship.Driver](nil))
}

// TestOtherSideIsRefusedEarly: nothing is sent, and a role that was changed
// meanwhile is noticed.
func TestOtherSideIsRefusedEarly(t *testing.T) {
	d := newShop(1)
	d.role = dropship.RoleFactory
	s := service(d)
	_, err := s.GetMerchantOrder(t.Context(), "0")
	r, ok := errors.AsType[*dropship.Refusal](err)
	require.True(t, ok)
	assert.Equal(t, dropship.ReasonWrongRole, r.Reason)
	assert.ErrorIs(t, err, mall.ErrRejected)
	assert.ErrorContains(t, err, "fixed once binding began")

	d.role = dropship.RoleMerchant // before the first binding it can be changed
	_, err = s.GetMerchantOrder(t.Context(), "0")
	require.NoError(t, err)
	asked := d.asked
	_, err = s.GetMerchantOrder(t.Context(), "0")
	require.NoError(t, err)
	assert.Equal(t, asked, d.asked, "a role that fits is not asked for again")

	d.err = errors.New("no right to ask")
	_, err = service(d).GetMerchantOrder(t.Context(), "0")
	assert.NoError(t, err, "the platform judges by itself then")
}

// TestWalkLosesNothing: rows leave the windows while they are read.
func TestWalkLosesNothing(t *testing.T) {
	for moves := range 12 {
		d := newShop(14)
		for i := range d.rows { // many in one window
			d.rows[i].Updated = noon.Add(-20*time.Minute + time.Duration(i)*time.Second)
		}
		n := 0
		d.during = func() {
			if n++; n == moves { // the first row changes, and moves to the end of time
				d.rows[0].Updated, d.rows[0].Remark = noon, "changed"
			}
		}
		seen := map[dropship.MerchantID]int{}
		for a, err := range service(d).AllMerchantOrders(t.Context(), dropship.Query{From: noon.Add(-time.Hour)}) {
			require.NoError(t, err)
			assert.Equal(t, dropship.RoleMerchant, a.Role)
			assert.Equal(t, "shop-1", a.ShopID)
			seen[a.MerchantID]++
		}
		for _, a := range d.rows[1:] {
			assert.Equal(t, 1, seen[a.MerchantID], "%s after %d pages", a.MerchantID, moves)
		}
		for _, q := range d.asks {
			assert.LessOrEqual(t, q.To.Sub(q.From), 30*time.Minute)
			assert.False(t, q.To.After(noon.Add(-time.Minute)), "the end trails the clock")
		}
	}
}

// TestPagesResume: a cursor is good for its own list only.
func TestPagesResume(t *testing.T) {
	d := newShop(17)
	q := dropship.Query{From: noon.Add(-3 * time.Hour)}
	seen, cursor := map[dropship.MerchantID]bool{}, ""
	for {
		page, err := service(d).PageMerchantOrders(t.Context(), q, cursor) // another process each time
		require.NoError(t, err)
		assert.Equal(t, -1, page.Total)
		for _, a := range page.Items {
			seen[a.MerchantID] = true
		}
		if page.Next == "" {
			break
		}
		cursor = page.Next
	}
	assert.Len(t, seen, 17)
	_, err := service(d).PageMerchantOrders(t.Context(), dropship.Query{From: q.From, State: dropship.StateAssigned},
		cursor)
	assert.ErrorIs(t, err, mall.ErrInvalid)
	_, err = service(d).PageMerchantOrders(t.Context(), dropship.Query{}, "")
	assert.ErrorIs(t, err, mall.ErrInvalid, "the platform does not say how far back it lists")
	r, err := service(d).Resolve(dropship.RoleMerchant, q)
	require.NoError(t, err)
	assert.Equal(t, noon.Add(-time.Minute).UTC(), r.To)
}

// TestStateIsAskedForWhereItLosesNothing and chosen here otherwise.
func TestStateIsAskedForWhereItLosesNothing(t *testing.T) {
	for by, asked := range map[mall.By]dropship.State{mall.ByUpdate: dropship.StateAssigned, mall.ByCreation: ""} {
		d := newShop(9)
		d.rows[3].State = dropship.StateAssigned
		var got []dropship.MerchantID
		for a, err := range service(d).AllMerchantOrders(t.Context(),
			dropship.Query{By: by, From: noon.Add(-3 * time.Hour), State: dropship.StateAssigned}) {
			require.NoError(t, err)
			got = append(got, a.MerchantID)
		}
		assert.Equal(t, []dropship.MerchantID{"3"}, got)
		assert.Equal(t, asked, d.asks[0].State)
	}
}

func TestPartnersAreReadAnewWhenTheyMove(t *testing.T) {
	one := func(id string) dropship.Relation {
		return dropship.Relation{Partner: id, State: dropship.RelationBound}
	}
	d := newShop(0)
	d.pages = [][]dropship.Relation{{one("a"), one("b")}, {one("c")}}
	d.total = []int{3, 4, 3}
	list, err := service(d).Suppliers(t.Context())
	require.NoError(t, err)
	assert.Len(t, list, 3)
	assert.Equal(t, dropship.RoleFactory, list[0].Role)
	list, err = service(d).Suppliers(t.Context(), dropship.RelationPending)
	require.NoError(t, err)
	assert.Empty(t, list)
	d.pages, d.total = [][]dropship.Relation{{one("a"), one("b")}, {one("b")}}, []int{3}
	_, err = service(d).Suppliers(t.Context())
	assert.ErrorIs(t, err, mall.ErrUnavailable)
	d.total = []int{-1}
	_, err = service(d).Suppliers(t.Context())
	assert.ErrorIs(t, err, mall.ErrReply)
}

// TestAssignSettles: what became of a write is found by looking.
func TestAssignSettles(t *testing.T) {
	lostErr := &mall.Error{Kind: mall.ErrUnknownOutcome}
	refusal := &mall.Error{Kind: mall.ErrRejected, Message: "no"}
	have := func(state dropship.State, partner string) dropship.Assignment {
		return dropship.Assignment{MerchantID: "1", State: state, Partner: partner, OrderStatus: order.StatusToShip}
	}
	all := func(err error) func(int, []dropship.Choice) ([]mall.Result[dropship.MerchantID], error) {
		return func(int, []dropship.Choice) ([]mall.Result[dropship.MerchantID], error) {
			if errors.Is(err, mall.ErrRejected) {
				return []mall.Result[dropship.MerchantID]{{Item: "1", Err: err}}, nil
			}
			return nil, err
		}
	}
	for _, c := range []struct {
		name   string
		found  dropship.Assignment
		write  func(int, []dropship.Choice) ([]mall.Result[dropship.MerchantID], error)
		sent   int
		kind   error
		reason dropship.Reason
	}{
		{name: "lost and done", found: have(dropship.StateAssigned, "f"), write: all(lostErr), sent: 1},
		{name: "lost, and another has it", found: have(dropship.StateAssigned, "g"), write: all(lostErr), sent: 1, kind: mall.ErrConflict, reason: dropship.ReasonOtherFactory},
		{name: "lost twice", found: have(dropship.StateUnassigned, ""), write: all(lostErr), sent: 2, kind: mall.ErrUnknownOutcome},
		{name: "lost, then done", found: have(dropship.StateUnassigned, ""), sent: 2, write: func(n int, _ []dropship.Choice) ([]mall.Result[dropship.MerchantID], error) {
			if n == 1 {
				return nil, lostErr
			}
			return []mall.Result[dropship.MerchantID]{{Item: "1"}}, nil
		}},
		{name: "lost, then refused", found: have(dropship.StateUnassigned, ""), sent: 2, kind: mall.ErrUnknownOutcome, write: func(n int, _ []dropship.Choice) ([]mall.Result[dropship.MerchantID], error) {
			if n == 1 {
				return nil, lostErr
			}
			return []mall.Result[dropship.MerchantID]{{Item: "1", Err: refusal}}, nil
		}},
		{name: "lost, then too fast", found: have(dropship.StateUnassigned, ""), sent: 2, kind: mall.ErrUnknownOutcome, write: func(n int, _ []dropship.Choice) ([]mall.Result[dropship.MerchantID], error) {
			if n == 1 {
				return nil, lostErr
			}
			return []mall.Result[dropship.MerchantID]{{Item: "1", Err: &mall.Error{Kind: mall.ErrRateLimited}}}, nil
		}},
		{name: "left out", found: have(dropship.StateAssigned, "f"), sent: 1, write: func(int, []dropship.Choice) ([]mall.Result[dropship.MerchantID], error) { return nil, nil }},
		{name: "refused and done", found: have(dropship.StateAssigned, "f"), write: all(refusal), sent: 1, kind: mall.ErrAlreadyDone},
		{name: "refused, refund open", found: dropship.Assignment{MerchantID: "1", State: dropship.StateUnassigned, RefundOpen: true}, write: all(refusal), sent: 1, kind: mall.ErrRejected, reason: dropship.ReasonRefundOpen},
		{name: "refused, no reason found", found: have(dropship.StateUnassigned, ""), write: all(refusal), sent: 1, kind: mall.ErrRejected},
		{name: "refused, gone", found: dropship.Assignment{MerchantID: "2"}, write: all(refusal), sent: 1, kind: mall.ErrRejected},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newShop(0)
			d.rows, d.write = []dropship.Assignment{c.found}, c.write
			outcomes, err := service(d).Assign(t.Context(), dropship.Choice{ID: "1", Supplier: "f"})
			require.NoError(t, err)
			require.Len(t, outcomes, 1)
			assert.Len(t, d.sent, c.sent)
			if c.kind == nil {
				assert.NoError(t, outcomes[0].Err)
				return
			}
			assert.ErrorIs(t, outcomes[0].Err, c.kind)
			if c.kind == mall.ErrUnknownOutcome {
				assert.NotErrorIs(t, outcomes[0].Err, mall.ErrRejected)
			}
			if c.reason != "" {
				r, ok := errors.AsType[*dropship.Refusal](outcomes[0].Err)
				require.True(t, ok)
				assert.Equal(t, c.reason, r.Reason)
				assert.NotErrorIs(t, r, mall.ErrUnknownOutcome, "it is known by now")
			}
		})
	}
}

func TestAssignRefusesNonsense(t *testing.T) {
	d := newShop(0)
	s := service(d)
	for _, choices := range [][]dropship.Choice{{{ID: "1"}}, {{Supplier: "f"}},
		{{ID: "1", Supplier: "f"}, {ID: "1", Supplier: "g"}}} {
		_, err := s.Assign(t.Context(), choices...)
		assert.ErrorIs(t, err, mall.ErrInvalid)
	}
	assert.Empty(t, d.sent)
	d.write = func(n int, choices []dropship.Choice) ([]mall.Result[dropship.MerchantID], error) {
		if n == 2 {
			return nil, &mall.Error{Kind: mall.ErrPermission}
		}
		return []mall.Result[dropship.MerchantID]{{Item: choices[1].ID}, {Item: choices[0].ID}}, nil // in any order
	}
	outcomes, err := s.Assign(t.Context(), dropship.Choice{ID: "1", Supplier: "f"},
		dropship.Choice{ID: "2", Supplier: "f"}, dropship.Choice{ID: "3", Supplier: "f"})
	assert.ErrorIs(t, err, mall.ErrPermission)
	assert.Equal(t, []mall.Result[dropship.MerchantID]{{Item: "1"}, {Item: "2"}}, outcomes, "what was done is told")
}
