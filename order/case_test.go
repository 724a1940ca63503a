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
	limits mall.ListLimits
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
	return &desk{platform: newNumbered(nil), cases: cases, limits: mall.ListLimits{
		MaxPageSize: 10,
		History:     180 * 24 * time.Hour,
		Resolution:  time.Second,
		Numbered:    true,
	}}
}

func (d *desk) CaseLimits() mall.ListLimits { return d.limits }

func (d *desk) PageCases(_ context.Context, q order.CaseQuery, cursor string) (mall.Page[order.Case], error) {
	d.asked = append(d.asked, q)
	var matching []order.Case
	for _, c := range d.cases {
		at := c.Updated
		if q.By == mall.ByCreation {
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
		Created: before(secondsAgo), Updated: before(secondsAgo), Raw: mall.Raw(`{"id":1}`),
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
		for c, err := range service(d).AllCases(context.Background(), order.CaseQuery{From: before(1000), PageSize: rapid.IntRange(1, 4).Draw(t, "page size")}) {
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

func TestPageCases(t *testing.T) {
	t.Parallel()
	d := newDesk()
	for i := range 7 {
		d.cases = append(d.cases, openCase(strconv.Itoa(i), 100-i))
	}
	s := service(d)
	q := order.CaseQuery{PageSize: 3}
	page, err := s.PageCases(t.Context(), q, "")
	require.NoError(t, err)
	require.NotEmpty(t, page.Next)
	assert.Equal(t, mall.Platform("fake"), page.Items[0].Platform)
	assert.Equal(t, "shop-1", page.Items[0].ShopID)
	assert.True(t, d.asked[0].From.Equal(noon.Add(-180*24*time.Hour+time.Hour)), "as far back as the platform lists, with a margin")

	for name, other := range map[string]order.CaseQuery{"order": {PageSize: 3, OrderID: "o1"}, "clock": {PageSize: 3, By: mall.ByCreation}} {
		_, err = s.PageCases(t.Context(), other, page.Next)
		require.ErrorIs(t, err, mall.ErrInvalid, name)
	}
	_, err = s.Page(t.Context(), order.Query{PageSize: 3}, page.Next)
	require.ErrorIs(t, err, mall.ErrInvalid, "a list of orders does not take it")
	_, err = s.PageCases(t.Context(), order.CaseQuery{From: noon.AddDate(-1, 0, 0)}, "")
	require.ErrorContains(t, err, "list cases: fake: invalid argument")

	one, err := s.PageCases(t.Context(), order.CaseQuery{OrderID: " o3 "}, "")
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
	c, err := service(d).GetCase(t.Context(), " 1 ")
	require.NoError(t, err)
	assert.Equal(t, "shop-1", c.ShopID)
	own, err := mall.Native[struct{ ID int }](c)
	require.NoError(t, err)
	assert.Equal(t, 1, own.ID)
	text, err := json.Marshal(c)
	require.NoError(t, err)
	assert.NotContains(t, string(text), "Raw")
	_, err = service(d).GetCase(t.Context(), "")
	require.ErrorIs(t, err, mall.ErrInvalid)
	_, err = service(d).GetCase(t.Context(), "9")
	require.ErrorIs(t, err, mall.ErrNotFound)
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
	_, page := s.PageCases(ctx, order.CaseQuery{}, "")
	_, resolve := s.ResolveCases(order.CaseQuery{})
	_, get := s.GetCase(ctx, "1")
	_, reasons := s.RejectReasons(ctx, "1")
	_, stop := s.Intercept(ctx, "1", order.Parcel{})
	for name, err := range map[string]error{
		"page": page, "resolve": resolve, "get": get, "reasons": reasons, "intercept": stop,
		"decide": s.Decide(ctx, openCase("1", 1), order.Decision{}), "remark": s.RemarkCase(ctx, "1", "x"),
	} {
		require.ErrorIs(t, err, mall.ErrNotSupported, name)
	}
	var all error
	for _, err := range s.AllCases(ctx, order.CaseQuery{}) {
		all = errors.Join(all, err)
	}
	require.ErrorIs(t, all, mall.ErrNotSupported)
	assert.False(t, order.Can[order.CaseDriver](s) || order.Can[order.Interceptor](s) || order.Can[order.CaseRemarker](s))

	s = service(newDesk())
	assert.True(t, order.Can[order.CaseDriver](s) && order.Can[order.Interceptor](s) && order.Can[order.CaseRemarker](s))
	require.NoError(t, s.RemarkCase(ctx, "1", "示例"))
	require.ErrorIs(t, s.RemarkCase(ctx, "1", " "), mall.ErrInvalid)
	reasonsOf, err := s.RejectReasons(ctx, "1")
	require.NoError(t, err)
	assert.Len(t, reasonsOf, 1)
}
