package logistics_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

func someOrder(id string) order.Order {
	return order.Order{ID: id, ShopID: "shop",
		Receiver: order.Receiver{ID: "r-" + id, Phone: order.Protected{Cipher: "c-" + id}}}
}

func TestTakeWaybills(t *testing.T) {
	t.Parallel()
	p := newPlatform()
	var requests []logistics.WaybillRequest
	for i := range 5 {
		requests = append(requests, logistics.WaybillRequest{Order: someOrder(fmt.Sprint(i)), PackID: "a"})
	}
	requests[4].Combined = []order.Order{someOrder("99")}
	take := logistics.Take{CarrierCode: "yt", Requests: requests}
	taken, err := p.service().TakeWaybills(t.Context(), take)
	require.NoError(t, err)
	require.Len(t, taken, 5)
	require.Len(t, p.takes, 3, "two in a call")
	for i, w := range taken {
		require.NoError(t, w.Err)
		assert.Equal(t, fmt.Sprintf("YT%d", i+1), w.Item.TrackingNo)
		assert.Equal(t, "yt", w.Item.CarrierCode)
		assert.Equal(t, "a", w.Item.PackID)
		assert.Equal(t, fmt.Sprint(i), w.Item.OrderID())
		assert.Equal(t, logistics.AddressVersion(requests[i].Order.Receiver), w.Item.For[0].Address)
	}
	assert.Equal(t, "99", taken[4].Item.For[1].OrderID)

	text, err := json.Marshal(taken[4].Item)
	require.NoError(t, err)
	var back logistics.Waybill
	require.NoError(t, json.Unmarshal(text, &back))
	assert.Equal(t, taken[4].Item, back, "JSON keeps all of it")
}

// TestTakeLost: a lost answer is asked for again, once; a batch that fails for
// good does not hide the others.
func TestTakeLost(t *testing.T) {
	t.Parallel()
	take := logistics.Take{CarrierCode: "yt"}
	for i := range 4 {
		take.Requests = append(take.Requests, logistics.WaybillRequest{Order: someOrder(fmt.Sprint(i))})
	}
	p := newPlatform()
	p.onTake = func(n int) error {
		if n == 1 {
			return errLost
		}
		return nil
	}
	taken, err := p.service().TakeWaybills(t.Context(), take)
	require.NoError(t, err)
	assert.Equal(t, "YT1", taken[0].Item.TrackingNo, "the number of the first time")
	assert.Len(t, p.takes, 3)
	assert.Len(t, p.bills, 4)

	p = newPlatform()
	p.onTake = func(n int) error {
		if n <= 2 {
			return errLost
		}
		return nil
	}
	taken, err = p.service().TakeWaybills(t.Context(), take)
	require.NoError(t, err)
	assert.ErrorIs(t, taken[0].Err, mall.ErrUnknownOutcome)
	assert.ErrorIs(t, taken[1].Err, mall.ErrUnknownOutcome)
	assert.NoError(t, taken[2].Err)
	assert.NoError(t, taken[3].Err)

	p = newPlatform()
	p.onTake = func(n int) error {
		if n == 1 {
			return errLost
		}
		return &mall.Error{Kind: mall.ErrRateLimited}
	}
	taken, err = p.service().TakeWaybills(t.Context(), take)
	require.NoError(t, err)
	assert.ErrorIs(t, taken[0].Err, mall.ErrUnknownOutcome, "they may have been taken")
	assert.NotErrorIs(t, taken[0].Err, mall.ErrRateLimited)
	assert.ErrorIs(t, taken[2].Err, mall.ErrRateLimited, "nothing was lost")

	p = newPlatform()
	p.onTake = func(int) error { return errRefused }
	taken, err = p.service().TakeWaybills(t.Context(), take)
	require.NoError(t, err)
	assert.ErrorIs(t, taken[3].Err, mall.ErrRejected)
	assert.Len(t, p.takes, 2, "a refusal is an answer")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	taken, err = newPlatform().service().TakeWaybills(ctx, take)
	require.NoError(t, err)
	assert.ErrorIs(t, taken[0].Err, context.Canceled)
}

func TestTakeIsChecked(t *testing.T) {
	t.Parallel()
	closed, foreign, hidden := someOrder("1"), someOrder("1"), someOrder("1")
	closed.Status, foreign.ShopID, hidden.Receiver = order.StatusClosed, "other", order.Receiver{}
	for name, tt := range map[string]struct {
		take logistics.Take
		want error
	}{
		"no carrier": {logistics.Take{Requests: []logistics.WaybillRequest{{Order: someOrder("1")}}}, mall.ErrInvalid},
		"no order":   {logistics.Take{CarrierCode: "yt", Requests: []logistics.WaybillRequest{{}}}, mall.ErrInvalid},
		"twice":      {logistics.Take{CarrierCode: "yt", Requests: []logistics.WaybillRequest{{Order: someOrder("1")}, {Order: someOrder("1")}}}, mall.ErrInvalid},
		"other shop": {logistics.Take{CarrierCode: "yt", Requests: []logistics.WaybillRequest{{Order: foreign}}}, mall.ErrInvalid},
		"no address": {logistics.Take{CarrierCode: "yt", Requests: []logistics.WaybillRequest{{Order: hidden}}}, mall.ErrInvalid},
		"closed":     {logistics.Take{CarrierCode: "yt", Requests: []logistics.WaybillRequest{{Order: closed}}}, mall.ErrConflict},
		"with one":   {logistics.Take{CarrierCode: "yt", Requests: []logistics.WaybillRequest{{Order: someOrder("2"), Combined: []order.Order{closed}}}}, mall.ErrConflict},
	} {
		p := newPlatform()
		_, err := p.service().TakeWaybills(t.Context(), tt.take)
		assert.ErrorIs(t, err, tt.want, name)
		assert.Empty(t, p.takes, name)
	}
}

func TestAddressVersion(t *testing.T) {
	t.Parallel()
	base := order.Receiver{
		ID: "r", Name: order.Protected{Cipher: "n", Mask: "示*"}, Phone: order.Protected{Cipher: "p"},
		Address:  order.Protected{Mask: "示*路"},
		Province: order.Region{Name: "江苏省"}, District: order.Region{Name: "吴中区", Code: "320506"},
	}
	first := logistics.AddressVersion(base)
	assert.Len(t, first, 32)
	for name, change := range map[string]func(*order.Receiver){
		"id":       func(r *order.Receiver) { r.ID = "r2" },
		"name":     func(r *order.Receiver) { r.Name.Cipher = "n2" },
		"phone":    func(r *order.Receiver) { r.Phone.Cipher = "p2" },
		"mask":     func(r *order.Receiver) { r.Address.Mask = "例*路" },
		"plain":    func(r *order.Receiver) { r.Address.Plain = "示例路1号" },
		"district": func(r *order.Receiver) { r.District.Name = "相城区" },
		"street":   func(r *order.Receiver) { r.Street.Name = "示例街道" },
	} {
		r := base
		change(&r)
		assert.NotEqual(t, first, logistics.AddressVersion(r), name)
	}
	same := base
	same.Name.Mask, same.District.Code, same.Phone.Plain = "", "", "19900000001"
	assert.Equal(t, first, logistics.AddressVersion(same),
		"what the cipher says already, and what is only shown sometimes")
	assert.Empty(t, logistics.AddressVersion(order.Receiver{Province: order.Region{Name: "江苏省"}}),
		"a region alone tells nothing")
	a, b := base, base
	a.Name.Cipher, a.Phone.Cipher = "xy", "z"
	b.Name.Cipher, b.Phone.Cipher = "x", "yz"
	assert.NotEqual(t, logistics.AddressVersion(a), logistics.AddressVersion(b))
}

func TestPrintData(t *testing.T) {
	t.Parallel()
	p := newPlatform()
	good := func(no string) logistics.Waybill {
		return logistics.Waybill{CarrierCode: "yt", TrackingNo: no,
			For: []logistics.AddressedOrder{{OrderID: "o1", Address: logistics.AddressVersion(p.order.Receiver)}}}
	}
	moved, gone, both := good("M"), good("G"), good("B")
	moved.For = []logistics.AddressedOrder{{OrderID: "o1", Address: "other"}}
	gone.For = []logistics.AddressedOrder{{OrderID: "o2", Address: "x"}}
	both.For = append(both.For, logistics.AddressedOrder{OrderID: "o1", Address: "other"})
	printed, err := p.service().PrintData(t.Context(), logistics.Template{CarrierCode: "yt", URL: "u"}, good("1"),
		moved, good("2"), gone, both, good("3"))
	require.NoError(t, err)
	require.Len(t, printed, 6)
	assert.Equal(t, [][]string{{"1", "2"}, {"3"}}, p.prints, "only what may be printed is asked for")
	assert.Equal(t, logistics.PrintData{TrackingNo: "2", Payload: "x", TemplateURL: "u"}, printed[2].Item[0])
	assert.Equal(t, "3", printed[5].Item[0].TrackingNo)
	assert.ErrorIs(t, printed[1].Err, mall.ErrConflict)
	assert.ErrorIs(t, printed[3].Err, mall.ErrNotFound)
	assert.ErrorIs(t, printed[4].Err, mall.ErrConflict, "one of its orders moved")
	assert.Empty(t, printed[1].Item)
	assert.Equal(t, 2, p.looks, "each order is read once")

	p.order.Status = order.StatusClosed
	printed, err = p.service().PrintData(t.Context(), logistics.Template{}, good("1"))
	require.NoError(t, err)
	assert.ErrorIs(t, printed[0].Err, mall.ErrConflict, "cancelled")

	old := good("1")
	old.For = nil
	_, err = p.service().PrintData(t.Context(), logistics.Template{}, old)
	assert.ErrorIs(t, err, mall.ErrInvalid, "a waybill that forgot its address is not printed")
	_, err = p.service().PrintData(t.Context(), logistics.Template{CarrierCode: "sf"}, good("1"))
	assert.ErrorIs(t, err, mall.ErrInvalid)
}

func TestUpdateWaybillMovesTheVersion(t *testing.T) {
	t.Parallel()
	p := newPlatform()
	w := logistics.Waybill{CarrierCode: "yt", TrackingNo: "1",
		For: []logistics.AddressedOrder{{OrderID: "o1", Address: "old"}}}
	next, err := p.service().UpdateWaybill(t.Context(), w, logistics.Sender{}, logistics.WaybillRequest{Order: p.order})
	require.NoError(t, err)
	assert.Equal(t, logistics.AddressVersion(p.order.Receiver), next.For[0].Address)
	assert.Equal(t, "old", w.For[0].Address, "the caller's is not changed")
	_, err = p.service().UpdateWaybill(t.Context(), w, logistics.Sender{},
		logistics.WaybillRequest{Order: someOrder("o2")})
	assert.ErrorIs(t, err, mall.ErrInvalid, "of another order")
}

func TestCancelWaybill(t *testing.T) {
	t.Parallel()
	w := logistics.Waybill{CarrierCode: "yt", TrackingNo: "1"}
	for name, tt := range map[string]struct {
		answers []error
		want    error
	}{
		"at once":                {[]error{nil}, nil},
		"before":                 {[]error{errDone}, mall.ErrAlreadyDone},
		"refused":                {[]error{errRefused}, mall.ErrRejected},
		"lost, then done":        {[]error{errLost, errDone}, nil},
		"lost, then not yet":     {[]error{errLost, nil}, nil},
		"lost for good":          {[]error{errLost, errLost}, mall.ErrUnknownOutcome},
		"lost, then a collected": {[]error{errLost, errRefused}, mall.ErrRejected},
		"lost, then too fast":    {[]error{errLost, &mall.Error{Kind: mall.ErrRateLimited}}, mall.ErrUnknownOutcome},
	} {
		p := newPlatform()
		p.onStop = func(n int) error { return tt.answers[n-1] }
		assert.ErrorIs(t, p.service().CancelWaybill(t.Context(), w), tt.want, name)
		assert.Equal(t, len(tt.answers), p.cancels, name)
	}
}

func TestContents(t *testing.T) {
	t.Parallel()
	p := newPlatform(2, 1, 1)
	p.order.Lines[1].Refund = order.RefundDone
	p.order.Lines[2].Effective.ID, p.order.Lines[2].Effective.Name = "9", "外套"
	r := logistics.WaybillRequest{Order: p.order}
	assert.Equal(t, []logistics.Content{{Name: "衬衫", Spec: "红色", Quantity: 2}, {Name: "外套", Quantity: 1}}, r.Contents())
	r.Items = []logistics.Content{{Name: "礼盒", Quantity: 1}}
	assert.Equal(t, r.Items, r.Contents())
}

func TestNotSupported(t *testing.T) {
	t.Parallel()
	s := logistics.NewService(bare{newPlatform()}, "")
	ctx := t.Context()
	for what, call := range map[string]struct {
		can bool
		do  func() error
	}{
		"carriers": {logistics.Can[logistics.Shipper](s), func() error { _, err := s.Carriers(ctx); return err }},
		"ship":     {logistics.Can[logistics.Shipper](s), func() error { return s.Ship(ctx, logistics.Shipment{}) }},
		"parcels":  {logistics.Can[logistics.Shipper](s), func() error { return s.ShipParcels(ctx, logistics.Shipment{}) }},
		"change":   {logistics.Can[logistics.Shipper](s), func() error { return s.ChangeShipment(ctx, logistics.Change{}) }},
		"take":     {logistics.Can[logistics.Waybiller](s), func() error { _, err := s.TakeWaybills(ctx, logistics.Take{}); return err }},
		"update": {logistics.Can[logistics.Waybiller](s), func() error {
			_, err := s.UpdateWaybill(ctx, logistics.Waybill{}, logistics.Sender{}, logistics.WaybillRequest{})
			return err
		}},
		"cancel":    {logistics.Can[logistics.Waybiller](s), func() error { return s.CancelWaybill(ctx, logistics.Waybill{}) }},
		"sub":       {logistics.Can[logistics.SubWaybiller](s), func() error { _, err := s.AddSubWaybills(ctx, logistics.Waybill{}, 1); return err }},
		"print":     {logistics.Can[logistics.Waybiller](s), func() error { _, err := s.PrintData(ctx, logistics.Template{}); return err }},
		"sites":     {logistics.Can[logistics.Waybiller](s), func() error { _, err := s.NetSites(ctx, ""); return err }},
		"templates": {logistics.Can[logistics.Waybiller](s), func() error { _, err := s.Templates(ctx); return err }},
		"range":     {logistics.Can[logistics.Ranger](s), func() error { _, err := s.OutOfRange(ctx, logistics.Way{}); return err }},
		"addresses": {logistics.Can[logistics.AddressLister](s), func() error { _, err := s.Addresses(ctx, logistics.ShipFrom); return err }},
		"add":       {logistics.Can[logistics.ParcelAdder](s), func() error { return s.AddParcel(ctx, "o1", ours) }},
		"trace":     {logistics.Can[logistics.Tracer](s), func() error { _, err := s.Trace(ctx, "yt", "1"); return err }},
	} {
		assert.False(t, call.can, what)
		e, ok := errors.AsType[*mall.Error](call.do())
		require.True(t, ok, what)
		assert.Equal(t, mall.ErrNotSupported, e.Kind, what)
		assert.Equal(t, mall.Platform("fake"), e.Platform, what)
		assert.NotEmpty(t, e.Op, what)
	}
}

func TestCanDoNothingWithoutAService(t *testing.T) {
	t.Parallel()
	assert.False(t, logistics.Can[logistics.Driver](nil))
	assert.True(t, logistics.Can[logistics.Shipper](newPlatform().service()))
}

// TestAnswersNameWhatFailed: the answer to a request that was refused says which
// one it is and what was tried.
func TestAnswersNameWhatFailed(t *testing.T) {
	t.Parallel()
	p := newPlatform()
	p.onTake = func(int) error { return errRefused }
	taken, err := p.service().TakeWaybills(t.Context(), logistics.Take{
		CarrierCode: "yt", Requests: []logistics.WaybillRequest{{Order: p.order, PackID: "2"}},
	})
	require.NoError(t, err)
	require.Len(t, taken, 1)
	assert.Equal(t, []any{"o1", "2", "yt"}, []any{taken[0].Item.OrderID(), taken[0].Item.PackID, taken[0].Item.CarrierCode})
	e, ok := errors.AsType[*mall.Error](taken[0].Err)
	require.True(t, ok)
	assert.Equal(t, "take waybills", e.Op)
	assert.Equal(t, mall.ErrRejected, e.Kind)
}

// TestPrintComesAlong: a waybill that carries what its labels are printed from
// is checked like any other, and the platform is not asked.
func TestPrintComesAlong(t *testing.T) {
	t.Parallel()
	p := newPlatform()
	w := logistics.Waybill{CarrierCode: "yt", TrackingNo: "1", Subs: []string{"2"},
		For: []logistics.AddressedOrder{{OrderID: "o1", Address: logistics.AddressVersion(p.order.Receiver)}}}
	w.Print = []logistics.PrintData{{TrackingNo: "1", Payload: "a", Key: "k"}, {TrackingNo: "2", Payload: "b"}}
	plain, moved := w, w
	plain.Print = nil
	moved.For = []logistics.AddressedOrder{{OrderID: "o1", Address: "other"}}
	printed, err := p.service().PrintData(t.Context(), logistics.Template{URL: "u"}, w, moved, plain)
	require.NoError(t, err)
	assert.Equal(t, mall.Result[[]logistics.PrintData]{Item: []logistics.PrintData{
		{TrackingNo: "1", Payload: "a", Key: "k", TemplateURL: "u"}, {TrackingNo: "2", Payload: "b", TemplateURL: "u"},
	}}, printed[0])
	assert.Empty(t, w.Print[1].TemplateURL, "the waybill is left as it was")
	assert.ErrorIs(t, printed[1].Err, mall.ErrConflict)
	assert.Empty(t, printed[1].Item)
	assert.Equal(t, "x", printed[2].Item[0].Payload, "fetched")
	assert.Equal(t, [][]string{{"1"}}, p.prints)
}

// TestPrintOfAnUpdate: old labels do not outlive what they show.
func TestPrintOfAnUpdate(t *testing.T) {
	t.Parallel()
	p := newPlatform()
	w := logistics.Waybill{CarrierCode: "yt", TrackingNo: "1", SortCode: "old",
		For:   []logistics.AddressedOrder{{OrderID: "o1", Address: "x"}},
		Print: []logistics.PrintData{{TrackingNo: "1", Payload: "old"}}}
	now, err := p.service().UpdateWaybill(t.Context(), w, logistics.Sender{}, logistics.WaybillRequest{Order: p.order})
	require.NoError(t, err)
	assert.Empty(t, now.Print)
	assert.Equal(t, "new", now.SortCode)

	p.subs, p.labels = []string{"2", "3"},
		[]logistics.PrintData{{TrackingNo: "3", Payload: "3"}, {TrackingNo: "1", Payload: "1 of 3"}}
	w.Subs = []string{"2"}
	now, err = p.service().AddSubWaybills(t.Context(), w, 1)
	require.NoError(t, err)
	assert.Equal(t, []string{"2", "3"}, now.Subs, "new ones or all, each once")
	assert.Equal(t, []logistics.PrintData{{TrackingNo: "1", Payload: "1 of 3"}, {TrackingNo: "3", Payload: "3"}},
		now.Print)
	assert.Equal(t, "old", w.Print[0].Payload)
}
