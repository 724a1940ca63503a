package order_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// desk is a platform with after-sale cases.
type desk struct {
	*platform
	limits order.Limits
	cases  []order.Case
	asked  []order.CaseQuery
	after  func(n int)

	decide  []func(d *desk, c order.Case, v order.Decision) error // one for each call
	decided []order.Decision
	looks   int
	lookErr error

	stopped func([]order.Parcel) ([]order.Interception, error)
}

func newDesk(cases ...order.Case) *desk {
	return &desk{platform: newNumbered(nil), cases: cases, limits: order.Limits{
		MaxPageSize: 10, History: 180 * 24 * time.Hour, Resolution: time.Second, Paging: order.PagingNumber,
	}}
}

func (d *desk) CaseLimits() order.Limits { return d.limits }

func (d *desk) ListCases(_ context.Context, q order.CaseQuery, cursor string) (mall.Page[order.Case], error) {
	d.asked = append(d.asked, q)
	var matching []order.Case
	for _, c := range d.cases {
		at := c.Updated
		if q.By == order.ByCreation {
			at = c.Created
		}
		if !at.Before(q.From) && !at.After(q.To) && (q.OrderID == "" || c.OrderID == q.OrderID) {
			matching = append(matching, c)
		}
	}
	slices.SortStableFunc(matching, func(a, b order.Case) int { return cmp.Or(a.Updated.Compare(b.Updated), cmp.Compare(a.ID, b.ID)) })
	page, _ := strconv.Atoi(cursor)
	from := min(page*q.PageSize, len(matching))
	answer := mall.Page[order.Case]{Items: matching[from:min(from+q.PageSize, len(matching))], Total: len(matching)}
	if d.after != nil {
		d.after(len(d.asked))
	}
	return answer, nil
}

func (d *desk) GetCase(_ context.Context, id string) (order.Case, error) {
	d.looks++
	if d.lookErr != nil {
		return order.Case{}, d.lookErr
	}
	for _, c := range d.cases {
		if c.ID == id {
			return c, nil
		}
	}
	return order.Case{}, &mall.Error{Kind: mall.ErrNotFound}
}

func (d *desk) Decide(_ context.Context, c order.Case, v order.Decision) error {
	d.decided = append(d.decided, v)
	if len(d.decide) == 0 {
		return nil
	}
	next := d.decide[0]
	d.decide = d.decide[1:]
	return next(d, c, v)
}

func (d *desk) RejectReasons(context.Context, string) ([]order.RejectReason, error) {
	return []order.RejectReason{{Code: "1", Text: "示例"}}, nil
}

func (d *desk) Intercept(_ context.Context, _ string, parcels []order.Parcel) ([]order.Interception, error) {
	return d.stopped(parcels)
}

func (d *desk) RemarkCase(context.Context, string, string) error { return nil }

func openCase(id string, secondsAgo int) order.Case {
	return order.Case{
		ID: id, OrderID: "o" + id, Kind: order.CaseRefund, State: order.RefundRequested,
		Created: before(secondsAgo), Updated: before(secondsAgo), Raw: order.Raw(`{"id":1}`),
	}
}

// Cases are walked by the machinery of orders, so none is missed while rows move.
func TestCasesMissNoneWhileRowsMove(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 25).Draw(t, "cases")
		moves := rapid.SliceOfN(rapid.IntRange(0, n-1), 0, 10).Draw(t, "moves")
		d := newDesk()
		for i := range n {
			d.cases = append(d.cases, openCase(fmt.Sprintf("c%02d", i), 500-5*i))
		}
		d.limits.MaxWindow = rapid.SampledFrom([]time.Duration{0, 40 * time.Second}).Draw(t, "window")
		d.limits.MaxRows = rapid.SampledFrom([]int{0, 8}).Draw(t, "most rows")
		changed := map[string]bool{}
		d.after = func(reply int) {
			if reply <= len(moves) {
				c := &d.cases[moves[reply-1]]
				c.Updated, changed[c.ID] = noon.Add(time.Hour), true
			}
		}
		seen := map[string]bool{}
		for c, err := range service(d).Cases(context.Background(), order.CaseQuery{From: before(1000), PageSize: rapid.IntRange(1, 4).Draw(t, "page size")}) {
			if err != nil {
				t.Fatal(err)
			}
			if seen[c.ID] {
				t.Fatalf("case %s twice", c.ID)
			}
			seen[c.ID] = true
		}
		for _, c := range d.cases {
			if !seen[c.ID] && !changed[c.ID] {
				t.Fatalf("missed %s", c.ID)
			}
		}
	})
}

func TestCasePage(t *testing.T) {
	t.Parallel()
	d := newDesk()
	for i := range 7 {
		d.cases = append(d.cases, openCase(strconv.Itoa(i), 100-i))
	}
	s := service(d)
	q := order.CaseQuery{PageSize: 3}
	page, err := s.CasePage(t.Context(), q, "")
	require.NoError(t, err)
	require.NotEmpty(t, page.Next)
	assert.Equal(t, mall.Platform("fake"), page.Items[0].Platform)
	assert.Equal(t, "shop-1", page.Items[0].ShopID)
	assert.True(t, d.asked[0].From.Equal(noon.Add(-180*24*time.Hour+time.Hour)), "as far back as the platform lists, with a margin")

	for name, other := range map[string]order.CaseQuery{"order": {PageSize: 3, OrderID: "o1"}, "clock": {PageSize: 3, By: order.ByCreation}} {
		_, err = s.CasePage(t.Context(), other, page.Next)
		require.ErrorIs(t, err, mall.ErrInvalid, name)
	}
	_, err = s.ListPage(t.Context(), order.Query{PageSize: 3}, page.Next)
	require.ErrorIs(t, err, mall.ErrInvalid, "a list of orders does not take it")
	_, err = s.CasePage(t.Context(), order.CaseQuery{From: noon.AddDate(-1, 0, 0)}, "")
	require.ErrorContains(t, err, "fake: list cases: invalid argument")

	one, err := s.CasePage(t.Context(), order.CaseQuery{OrderID: " o3 "}, "")
	require.NoError(t, err)
	require.Len(t, one.Items, 1)
	assert.Equal(t, "3", one.Items[0].ID)
	resolved, err := s.ResolveCases(order.CaseQuery{From: before(50), OrderID: "o3"})
	require.NoError(t, err)
	assert.True(t, resolved.To.Equal(noon) && resolved.From.Equal(before(50)) && resolved.OrderID == "o3")
}

func TestGetCase(t *testing.T) {
	t.Parallel()
	d := newDesk(openCase("1", 10))
	c, err := service(d).Case(t.Context(), " 1 ")
	require.NoError(t, err)
	assert.Equal(t, "shop-1", c.ShopID)
	own, err := order.Native[struct{ ID int }](c)
	require.NoError(t, err)
	assert.Equal(t, 1, own.ID)
	text, err := json.Marshal(c)
	require.NoError(t, err)
	assert.NotContains(t, string(text), "Raw")
	_, err = service(d).Case(t.Context(), "")
	require.ErrorIs(t, err, mall.ErrInvalid)
	_, err = service(d).Case(t.Context(), "9")
	require.ErrorIs(t, err, mall.ErrNotFound)
}

// fail is a driver that answers with err; do says what had happened by then.
func fail(err error, do func(c *order.Case)) func(*desk, order.Case, order.Decision) error {
	return func(d *desk, _ order.Case, _ order.Decision) error {
		if do != nil {
			do(&d.cases[0])
		}
		return err
	}
}

func TestDecideLooksBeforeItDecidesAgain(t *testing.T) {
	t.Parallel()
	lost := &mall.Error{Kind: mall.ErrUnknownOutcome}
	to := func(state order.Refund) func(c *order.Case) {
		return func(c *order.Case) { c.State, c.Updated = state, noon }
	}
	touched := func(c *order.Case) { c.Updated, c.Amount = noon, 1 }
	ok := fail(nil, nil)
	agree, refuse := order.Decision{Agree: true}, order.Decision{ReasonCode: "1"}
	type steps = []func(*desk, order.Case, order.Decision) error
	for name, c := range map[string]struct {
		steps    steps
		decision order.Decision
		want     error
		sent     int
		looks    int
	}{
		"it works":                              {steps{ok}, agree, nil, 1, 0},
		"lost, but carried out":                 {steps{fail(lost, to(order.RefundDone))}, agree, nil, 1, 1},
		"lost, a return agreed":                 {steps{fail(lost, to(order.RefundReturning))}, agree, nil, 1, 1},
		"lost, refusal carried out":             {steps{fail(lost, to(order.RefundRejected))}, refuse, nil, 1, 1},
		"lost, never arrived":                   {steps{fail(lost, nil), ok}, agree, nil, 2, 1},
		"lost, never arrived, lost again":       {steps{fail(lost, nil), fail(lost, nil)}, agree, mall.ErrUnknownOutcome, 2, 2},
		"lost, never arrived, then refused":     {steps{fail(lost, nil), fail(mall.ErrRejected, nil)}, agree, mall.ErrUnknownOutcome, 2, 2},
		"lost, never arrived, then too fast":    {steps{fail(lost, nil), fail(mall.ErrRateLimited, nil)}, agree, mall.ErrUnknownOutcome, 2, 2},
		"lost, arrived after the look, done":    {steps{fail(lost, nil), fail(mall.ErrAlreadyDone, to(order.RefundDone))}, agree, nil, 2, 2},
		"lost, arrived after the look":          {steps{fail(lost, nil), fail(mall.ErrConflict, to(order.RefundDone))}, agree, nil, 2, 2},
		"lost, and the buyer withdrew":          {steps{fail(lost, to(order.RefundClosed))}, agree, mall.ErrConflict, 1, 1},
		"lost, and the buyer asks for more":     {steps{fail(lost, touched)}, agree, mall.ErrConflict, 1, 1},
		"lost a refusal, agreed by another":     {steps{fail(lost, to(order.RefundDone))}, refuse, mall.ErrConflict, 1, 1},
		"lost an agreement, refused by another": {steps{fail(lost, to(order.RefundRejected))}, agree, mall.ErrConflict, 1, 1},
		"refused by state, it had happened":     {steps{fail(mall.ErrConflict, to(order.RefundDone))}, agree, mall.ErrAlreadyDone, 1, 1},
		"refused by state, another had refused": {steps{fail(mall.ErrConflict, to(order.RefundRejected))}, agree, mall.ErrConflict, 1, 1},
		"refused by a rule":                     {steps{fail(mall.ErrRejected, nil)}, agree, mall.ErrRejected, 1, 1},
		"invalid":                               {steps{fail(mall.ErrInvalid, nil)}, agree, mall.ErrInvalid, 1, 0},
		"lost, the money is on its way":         {steps{fail(lost, to(order.RefundPaying))}, agree, nil, 1, 1},
	} {
		d := newDesk(openCase("1", 100))
		d.decide = c.steps
		err := service(d).Decide(t.Context(), d.cases[0], c.decision)
		if c.want == nil {
			require.NoError(t, err, name)
		} else {
			require.ErrorIs(t, err, c.want, name)
		}
		assert.Len(t, d.decided, c.sent, "%s: decisions sent", name)
		assert.Equal(t, c.looks, d.looks, "%s: looks", name)
	}
}

// A case may go on by itself, or by the hands of others, while the answer to a
// decision is lost: that is not the decision.
func TestWhatALostDecisionLeftBehind(t *testing.T) {
	t.Parallel()
	lost := &mall.Error{Kind: mall.ErrUnknownOutcome}
	parcel := func(no string) order.Parcel { return order.Parcel{CarrierCode: "x", TrackingNo: no} }
	agree := order.Decision{Agree: true}
	money := order.Decision{Agree: true, Instead: order.CaseRefund}
	send := order.Decision{Agree: true, Sent: parcel("A")}
	for name, c := range map[string]struct {
		kind     order.CaseKind
		from, to order.Refund
		sent     string // the parcel that the case shows, or "paid"
		decision order.Decision
		want     error
	}{
		"the goods are paid for":                    {order.CaseReturn, order.RefundReceiving, order.RefundPaying, "", agree, nil},
		"before they set out, too":                  {order.CaseReturn, order.RefundReturning, order.RefundDone, "", agree, nil},
		"the buyer sent them off, nobody paid":      {order.CaseReturn, order.RefundReturning, order.RefundReceiving, "", agree, mall.ErrConflict},
		"agreed, and the buyer was quick":           {order.CaseReturn, order.RefundRequested, order.RefundReceiving, "", agree, nil},
		"the new goods are on their way":            {order.CaseExchange, order.RefundReceiving, order.RefundSending, "", send, nil},
		"in that very parcel":                       {order.CaseExchange, order.RefundReceiving, order.RefundSending, "A", send, nil},
		"in another parcel":                         {order.CaseExchange, order.RefundReceiving, order.RefundSending, "B", send, mall.ErrConflict},
		"somebody paid instead of sending":          {order.CaseExchange, order.RefundReceiving, order.RefundPaying, "", send, mall.ErrConflict},
		"somebody had paid before long":             {order.CaseExchange, order.RefundReceiving, order.RefundDone, "paid", send, mall.ErrConflict},
		"somebody sent goods for a refund":          {order.CaseReturn, order.RefundReceiving, order.RefundSending, "", agree, mall.ErrConflict},
		"money instead of an exchange":              {order.CaseExchange, order.RefundRequested, order.RefundPaying, "", money, nil},
		"somebody agreed to the exchange":           {order.CaseExchange, order.RefundRequested, order.RefundReturning, "", money, mall.ErrConflict},
		"somebody sent goods in place of money":     {order.CaseExchange, order.RefundReceiving, order.RefundSending, "", money, mall.ErrConflict},
		"a kind without a name may go either way":   {"", order.RefundRequested, order.RefundSending, "", agree, nil},
		"the refusal of a case in the buyer's hand": {order.CaseReturn, order.RefundReceiving, order.RefundRejected, "", order.Decision{}, nil},
	} {
		before := openCase("1", 100)
		before.Kind, before.State = c.kind, c.from
		d := newDesk(before)
		d.decide = []func(*desk, order.Case, order.Decision) error{fail(lost, func(now *order.Case) {
			now.State, now.Updated = c.to, noon
			if now.Sent = parcel(c.sent); c.sent == "paid" {
				now.Sent, now.Kind = order.Parcel{}, order.CaseRefund
			}
		})}
		err := service(d).Decide(t.Context(), before, c.decision)
		assert.Len(t, d.decided, 1, name)
		if c.want == nil {
			assert.NoError(t, err, name)
		} else {
			assert.ErrorIs(t, err, c.want, name)
		}
	}
}

func TestDecideWithoutALook(t *testing.T) {
	t.Parallel()
	d := newDesk(openCase("1", 100))
	d.lookErr = &mall.Error{Kind: mall.ErrUnavailable}
	d.decide = []func(*desk, order.Case, order.Decision) error{fail(mall.ErrUnknownOutcome, nil)}
	err := service(d).Decide(t.Context(), d.cases[0], order.Decision{Agree: true})
	require.ErrorIs(t, err, mall.ErrUnknownOutcome)
	require.ErrorIs(t, err, mall.ErrUnavailable)
	assert.Len(t, d.decided, 1, "never twice in the dark")
}

func TestDecideSendsNothingForWhatIsSettled(t *testing.T) {
	t.Parallel()
	d := newDesk()
	for _, c := range []struct {
		state order.Refund
		agree bool
		want  error
	}{
		{order.RefundDone, true, mall.ErrAlreadyDone},
		{order.RefundDone, false, mall.ErrConflict},
		{order.RefundClosed, true, mall.ErrConflict},
		{order.RefundClosed, false, mall.ErrConflict},
		{order.RefundRejected, false, mall.ErrAlreadyDone},
		{order.RefundPaying, true, mall.ErrAlreadyDone},
		{order.RefundPaying, false, mall.ErrConflict},
	} {
		err := service(d).Decide(t.Context(), order.Case{ID: "1", State: c.state}, order.Decision{Agree: c.agree})
		require.ErrorIs(t, err, c.want, "%s %t", c.state, c.agree)
	}
	require.ErrorIs(t, service(d).Decide(t.Context(), order.Case{}, order.Decision{}), mall.ErrInvalid)
	for _, v := range []order.Decision{
		{Agree: true, ReasonCode: "1"}, {Instead: order.CaseRefund}, {PayReturnFreight: true}, {Sent: order.Parcel{TrackingNo: "A"}},
	} {
		require.ErrorIs(t, service(d).Decide(t.Context(), openCase("1", 1), v), mall.ErrInvalid)
	}
	assert.Empty(t, d.decided)
}

func TestIntercept(t *testing.T) {
	t.Parallel()
	d := newDesk()
	d.stopped = func(parcels []order.Parcel) ([]order.Interception, error) {
		var list []order.Interception
		for _, p := range slices.Backward(parcels) {
			list = append(list, order.Interception{TrackingNo: p.TrackingNo, Stopped: true})
		}
		return list, nil
	}
	a, b := order.Parcel{TrackingNo: "A", CarrierCode: "x"}, order.Parcel{TrackingNo: "B", CarrierCode: "x"}
	got, err := service(d).Intercept(t.Context(), "1", a, b)
	require.NoError(t, err)
	assert.Equal(t, "A", got[0].TrackingNo, "in the order of the parcels")
	assert.Equal(t, "B", got[1].TrackingNo)

	d.stopped = func([]order.Parcel) ([]order.Interception, error) {
		return []order.Interception{{TrackingNo: "A"}}, nil
	}
	_, err = service(d).Intercept(t.Context(), "1", a, b)
	require.ErrorIs(t, err, mall.ErrUnknownOutcome)
	for _, parcels := range [][]order.Parcel{nil, {{TrackingNo: "A"}}, {{CarrierCode: "x"}}} {
		_, err = service(d).Intercept(t.Context(), "1", parcels...)
		require.ErrorIs(t, err, mall.ErrInvalid)
	}
	_, err = service(d).Intercept(t.Context(), " ", a)
	require.ErrorIs(t, err, mall.ErrInvalid)
}

func TestCaseRefund(t *testing.T) {
	t.Parallel()
	for kind, keeps := range map[order.CaseKind]bool{
		order.CaseRefund: false, order.CaseReturn: false, order.CaseCancel: false, "": false,
		order.CaseExchange: true, order.CaseResend: true, order.CaseRepair: true, order.CasePriceProtection: true,
	} {
		c := order.Case{Kind: kind, State: order.RefundRequested}
		assert.Equal(t, keeps, c.Refund() == order.RefundNone, "%q", kind)
	}
	assert.True(t, order.RefundSending.Open() && order.RefundPaying.Open())
}

func TestMissingCasePowers(t *testing.T) {
	t.Parallel()
	s := service(newNumbered(nil))
	ctx := t.Context()
	_, page := s.CasePage(ctx, order.CaseQuery{}, "")
	_, resolve := s.ResolveCases(order.CaseQuery{})
	_, get := s.Case(ctx, "1")
	_, reasons := s.RejectReasons(ctx, "1")
	_, stop := s.Intercept(ctx, "1", order.Parcel{})
	for name, err := range map[string]error{
		"page": page, "resolve": resolve, "get": get, "reasons": reasons, "intercept": stop,
		"decide": s.Decide(ctx, openCase("1", 1), order.Decision{}), "remark": s.RemarkCase(ctx, "1", "x"),
	} {
		require.ErrorIs(t, err, mall.ErrNotSupported, name)
	}
	var all error
	for _, err := range s.Cases(ctx, order.CaseQuery{}) {
		all = errors.Join(all, err)
	}
	require.ErrorIs(t, all, mall.ErrNotSupported)
	assert.False(t, s.CanListCases() || s.CanReadCases() || s.CanDecide() || s.CanListRejectReasons() || s.CanIntercept() || s.CanRemarkCase())

	s = service(newDesk())
	assert.True(t, s.CanListCases() && s.CanReadCases() && s.CanDecide() && s.CanListRejectReasons() && s.CanIntercept() && s.CanRemarkCase())
	require.NoError(t, s.RemarkCase(ctx, "1", "示例"))
	require.ErrorIs(t, s.RemarkCase(ctx, "1", " "), mall.ErrInvalid)
	reasonsOf, err := s.RejectReasons(ctx, "1")
	require.NoError(t, err)
	assert.Len(t, reasonsOf, 1)
}
