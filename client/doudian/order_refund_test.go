package doudian_test

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/order"
)

// caseOf opens an after-sale case as a buyer does, and reads it.
func (w *world) caseOf(t *testing.T, a sandbox.AfterSale) order.Case {
	t.Helper()
	id, err := w.Side().AskAfterSale(a)
	require.NoError(t, err)
	return w.ReadCase(t, id)
}

func TestDecideRefund(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	o := w.AddOrder(t, nil)
	c := w.caseOf(t, sandbox.AfterSale{OrderID: o, Reason: "示例：不想要了"})
	assert.Equal(t, order.CaseRefund, c.Kind)
	assert.Equal(t, order.RefundRequested, c.State)
	assert.Equal(t, o, c.OrderID)
	assert.Equal(t, "示例：不想要了", c.Reason)
	assert.Equal(t, c.Lines[0].Paid, c.Amount)
	require.NoError(t, w.Shop.Orders.Decide(t.Context(), c, order.Decision{Agree: true}))
	got, err := w.Shop.Orders.Get(t.Context(), o)
	require.NoError(t, err)
	assert.Equal(t, order.StatusClosed, got.Status)
	assert.Equal(t, order.RefundDone, got.Refund)
	assert.Equal(t, order.RefundDone, w.ReadCase(t, c.ID).State)

	// c is what was read before: the platform refuses, and a look tells why.
	require.ErrorIs(t, w.Shop.Orders.Decide(t.Context(), c, order.Decision{Agree: true}), mall.ErrAlreadyDone)
	require.ErrorIs(t, w.Shop.Orders.Decide(t.Context(), c, order.Decision{}), mall.ErrConflict)
}

func TestDecideReturn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	kind := 0
	c := w.caseOf(t, sandbox.AfterSale{OrderID: w.AddOrder(t, map[string]any{"order_status": 3}), Type: &kind})
	require.NoError(t, w.Shop.Orders.Decide(t.Context(), c, order.Decision{Agree: true, ReturnAddressID: "7"}))
	require.Equal(t, order.RefundReturning, w.ReadCase(t, c.ID).State)
	require.NoError(t, w.Side().MoveAfterSale(c.ID, "return", "YT1"))
	c = w.ReadCase(t, c.ID)
	require.Equal(t, order.RefundReceiving, c.State)
	assert.Equal(t, "YT1", c.Return.TrackingNo)
	assert.Equal(t, "yuantong", c.Return.CarrierCode)
	require.NoError(t, w.Shop.Orders.Decide(t.Context(), c, order.Decision{Agree: true}))
	assert.Equal(t, order.RefundDone, w.ReadCase(t, c.ID).State)
}

func TestDecideExchange(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	kind := 3
	c := w.caseOf(t, sandbox.AfterSale{OrderID: w.AddOrder(t, map[string]any{"order_status": 3}), Type: &kind})
	require.NoError(t, w.Shop.Orders.Decide(t.Context(), c, order.Decision{Agree: true}))
	require.NoError(t, w.Side().MoveAfterSale(c.ID, "return", ""))
	c = w.ReadCase(t, c.ID)
	require.ErrorIs(t, w.Shop.Orders.Decide(t.Context(), c, order.Decision{Agree: true}), mall.ErrRejected)
	require.NoError(t, w.Shop.Orders.Decide(t.Context(), c,
		order.Decision{Agree: true, Sent: order.Parcel{CarrierCode: "shunfeng", TrackingNo: "SF1"}}))
	c = w.ReadCase(t, c.ID)
	assert.Equal(t, order.RefundSending, c.State)
	assert.Equal(t, "SF1", c.Sent.TrackingNo)
	assert.Equal(t, order.RefundNone, c.Refund(), "no money goes back")
}

// TestDecideLostAnswer: when the answer is lost, the driver reads the case, and
// decides again only if nothing happened.
func TestDecideLostAnswer(t *testing.T) {
	t.Parallel()
	for fault, sent := range map[sandbox.FaultKind]int{sandbox.FaultCutAfter: 1, sandbox.FaultHTML: 2,
		sandbox.FaultCutBefore: 2} {
		t.Run(string(fault), func(t *testing.T) {
			w := newWorld(t, nil)
			for _, d := range []order.Decision{{Agree: true},
				{ReasonCode: "1", Reason: "示例", Evidence: []string{"https://example.com/e.jpg"}}} {
				c := w.caseOf(t, sandbox.AfterSale{OrderID: w.AddOrder(t, nil)})
				before := len(w.Record.Of("afterSale.operate"))
				w.Arm(t, sandbox.Fault{Method: "afterSale.operate", Kind: fault})
				require.NoError(t, w.Shop.Orders.Decide(t.Context(), c, d))
				assert.Len(t, w.Record.Of("afterSale.operate")[before:], sent, "decided again only when there is no trace of it")
				want := order.RefundRejected
				if d.Agree {
					want = order.RefundDone
				}
				assert.Equal(t, want, w.ReadCase(t, c.ID).State)
			}
		})
	}
}

func TestDecideWithdrawnCase(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	c := w.caseOf(t, sandbox.AfterSale{OrderID: w.AddOrder(t, nil)})
	w.Box.Advance(time.Minute)
	require.NoError(t, w.Side().MoveAfterSale(c.ID, "withdraw", ""))
	err := w.Shop.Orders.Decide(t.Context(), c, order.Decision{Agree: true})
	require.ErrorIs(t, err, mall.ErrConflict)
	assert.Equal(t, order.RefundClosed, w.ReadCase(t, c.ID).State, "no money went back")
}

func TestDecideUndocumentedType(t *testing.T) {
	t.Parallel()
	c := order.Case{ID: "1", Kind: order.CaseReturn, State: order.RefundRequested}
	w := newWorld(t, nil)
	err := w.Shop.Orders.Decide(t.Context(), c, order.Decision{})
	require.ErrorIs(t, err, mall.ErrNotSupported)
	require.ErrorContains(t, err, "Assumptions.Operations")
	assert.Empty(t, w.Record.Of("afterSale.operate"), "nothing is guessed")

	// An app that knows better says so, in one place.
	w = newWorld(t, func(cfg *doudian.Config) {
		cfg.Assumptions.Operations = map[doudian.Operation]int{{Kind: order.CaseReturn, State: order.RefundRequested}: 102}
	})
	err = w.Shop.Orders.Decide(t.Context(), c, order.Decision{})
	require.ErrorIs(t, err, mall.ErrRejected, "the sandbox does not know it either")
	assert.Len(t, w.Record.Of("afterSale.operate"), 1)
	r := w.caseOf(t, sandbox.AfterSale{OrderID: w.AddOrder(t, nil)})
	require.NoError(t, w.Shop.Orders.Decide(t.Context(), r, order.Decision{Agree: true}), "the known ones stay")
}

func TestDecideInvalidArguments(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	c := order.Case{ID: "1", Kind: order.CaseRefund, State: order.RefundRequested}
	require.ErrorIs(t, w.Shop.Orders.Decide(t.Context(), c, order.Decision{ReasonCode: "x"}), mall.ErrInvalid)
	require.ErrorIs(t, w.Shop.Orders.Decide(t.Context(), c, order.Decision{Agree: true, ReturnAddressID: "x"}),
		mall.ErrInvalid)
	require.ErrorIs(t, w.Shop.Orders.Decide(t.Context(), c, order.Decision{Agree: true, Instead: order.CaseRefund}),
		mall.ErrNotSupported)
	require.ErrorIs(t, w.Shop.Orders.Decide(t.Context(), c, order.Decision{Agree: true, PayReturnFreight: true}),
		mall.ErrNotSupported)
	_, err := w.Shop.Orders.RejectReasons(t.Context(), "x")
	require.ErrorIs(t, err, mall.ErrInvalid)
	_, err = w.Shop.Orders.Intercept(t.Context(), "x", order.Parcel{TrackingNo: "1", CarrierCode: "1"})
	require.ErrorIs(t, err, mall.ErrInvalid)
	assert.Empty(t, w.Record.Of("afterSale.operate"))
}

// TestDecideReadsEntries: the answer to a decision may succeed while its entry
// is refused.
func TestDecideReadsEntries(t *testing.T) {
	t.Parallel()
	c := order.Case{ID: "1", Kind: order.CaseRefund, State: order.RefundRequested}
	for code, want := range map[string]error{"20309541": mall.ErrConflict, "5": mall.ErrRejected} {
		shop := shopOver(t, drivertest.Reply(200,
			[]byte(`{"code":10000,"data":{"items":[{"aftersale_id":1,"status_code":`+code+`,"status_msg":"示例"}]}}`)))
		err := doudian.DriverOf(shop).(order.CaseDriver).Decide(t.Context(), c, order.Decision{Agree: true})
		require.ErrorIs(t, err, want)
		failure, ok := errors.AsType[*mall.Error](err)
		require.True(t, ok)
		assert.Equal(t, code, failure.Code)
	}
}

func TestCasesAreListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	var want []string
	for range 12 {
		want = append(want, w.caseOf(t, sandbox.AfterSale{OrderID: w.AddOrder(t, nil)}).ID)
		w.Box.Advance(time.Second)
	}
	w.Box.Advance(2 * time.Minute)
	for _, by := range []mall.By{mall.ByUpdate, mall.ByCreation} {
		var got []string
		q := order.CaseQuery{By: by, From: w.Box.Now().Add(-10 * time.Minute), PageSize: 5}
		for c, err := range w.Shop.Orders.AllCases(t.Context(), q) {
			require.NoError(t, err)
			got = append(got, c.ID)
		}
		slices.Sort(got)
		assert.Equal(t, want, got)
	}
	first := w.ReadCase(t, want[0])
	var got []order.Case
	for c, err := range w.Shop.Orders.AllCases(t.Context(), order.CaseQuery{OrderID: first.OrderID}) {
		require.NoError(t, err)
		got = append(got, c)
	}
	require.Len(t, got, 1)
	assert.Equal(t, first.Lines[0].LineID, got[0].Lines[0].LineID)
	assert.Equal(t, first.State, got[0].State)
	assert.True(t, first.Updated.Equal(got[0].Updated))
	_, err := w.Shop.Orders.PageCases(t.Context(), order.CaseQuery{From: w.Box.Now().AddDate(-1, 0, 0)}, "")
	require.ErrorIs(t, err, mall.ErrInvalid)
}

func TestReasonsRemarkAndIntercept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	o := w.AddOrder(t, map[string]any{"order_status": 3})
	c := w.caseOf(t, sandbox.AfterSale{OrderID: o})
	reasons, err := w.Shop.Orders.RejectReasons(t.Context(), c.ID)
	require.NoError(t, err)
	require.Len(t, reasons, 2)
	assert.True(t, reasons[0].EvidenceNeeded && !reasons[1].EvidenceNeeded)
	require.NoError(t, w.Shop.Orders.RemarkCase(t.Context(), c.ID, "示例备注"))
	require.ErrorIs(t, w.Shop.Orders.RemarkCase(t.Context(), "9", "示例备注"), mall.ErrNotFound)

	got, err := w.Shop.Orders.Get(t.Context(), o)
	require.NoError(t, err)
	stopped, err := w.Shop.Orders.Intercept(t.Context(), c.ID, order.Parcel{TrackingNo: "SF0", CarrierCode: "shunfeng"},
		got.Parcels[0])
	require.NoError(t, err)
	assert.False(t, stopped[0].Stopped)
	assert.NotEmpty(t, stopped[0].Reason)
	assert.Equal(t, order.Interception{TrackingNo: got.Parcels[0].TrackingNo, CarrierCode: "shunfeng", Stopped: true,
		Cost: 500}, stopped[1])

	w.Arm(t, sandbox.Fault{Method: "afterSale.applyLogisticsIntercept", Kind: sandbox.FaultCutAfter})
	_, err = w.Shop.Orders.Intercept(t.Context(), c.ID, got.Parcels[0])
	require.ErrorIs(t, err, mall.ErrUnknownOutcome, "it costs money: never repeated")
	shop := shopOver(t, drivertest.Reply(200,
		[]byte(`{"code":10000,"data":{"intercept_results":[],"unavailable_reason_code":3,"unavailable_reason":"示例"}}`)))
	_, err = shop.Orders.Intercept(t.Context(), "1", got.Parcels[0])
	require.ErrorIs(t, err, mall.ErrRejected)
}

// TestBadCaseErrors: the error of a record that cannot be read holds none of
// its values.
func TestBadCaseErrors(t *testing.T) {
	t.Parallel()
	for _, data := range []string{
		`{"process_info":{"after_sale_info":{"after_sale_id":"1","after_sale_status":"19912345678x"}}}`,
		`{"process_info":{"after_sale_info":{"after_sale_id":1,"update_time":"19912345678Tx"}}}`,
		`{"process_info":{"after_sale_info":{"post_receiver":"19912345678"}}}`, `{}`, `[]`, `"x"`, `null`,
	} {
		shop := shopOver(t, drivertest.Reply(200, []byte(`{"code":10000,"data":`+data+`}`)), client.WithRetries(0))
		_, err := shop.Orders.GetCase(t.Context(), "1")
		require.ErrorIs(t, err, mall.ErrReply, data)
		assert.NotContains(t, err.Error(), "1991234", data)
	}
}

// TestBadCaseInPage: a case that cannot be read is reported beside the others
// of its page.
func TestBadCaseInPage(t *testing.T) {
	t.Parallel()
	shop := shopOver(t, drivertest.Reply(200, []byte(`{"code":10000,"data":{"total":2,"items":[
		{"aftersale_info":{"aftersale_id":"1"},"order_info":"x"},{"aftersale_info":{"aftersale_id":"2"}}]}}`)))
	page, err := shop.Orders.PageCases(t.Context(), order.CaseQuery{From: time.Now().Add(-time.Hour)}, "")
	bad, ok := errors.AsType[*order.BadRecordsError](err)
	require.True(t, ok, "%v", err)
	require.ErrorIs(t, err, mall.ErrReply)
	assert.Equal(t, "1", bad.Records[0].ID)
	require.Len(t, page.Items, 1)
	assert.Equal(t, "2", page.Items[0].ID)
}

// sentBy records the body that a transport gets.
type sentBy struct {
	http.RoundTripper
	body *string
}

func (s sentBy) RoundTrip(q *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(q.Body)
	*s.body = string(body)
	if err != nil {
		return nil, err
	}
	return s.RoundTripper.RoundTrip(q)
}

func TestCaseParams(t *testing.T) {
	t.Parallel()
	var body string
	shop := shopOver(t, sentBy{drivertest.Reply(200, []byte(`{"code":10000,"data":{"items":[],"total":0}}`)), &body})
	d := doudian.DriverOf(shop)
	c := order.Case{ID: "7000893114000949501", Kind: order.CaseRefund, State: order.RefundRequested,
		Updated: time.Unix(1735700100, 0)}
	require.NoError(t, d.(order.CaseDriver).Decide(t.Context(), c,
		order.Decision{ReasonCode: "7", Reason: "示例", Evidence: []string{"https://example.com/e.jpg"}}))
	assert.JSONEq(t, `{"type":202,"items":[{"aftersale_id":"7000893114000949501","reason":"示例","reject_reason_code":7,"update_time":1735700100,
		"evidence":[{"type":1,"url":"https://example.com/e.jpg"}]}]}`, body, "with the version that the merchant saw")
	c.Kind = order.CaseReturn
	require.NoError(t, d.(order.CaseDriver).Decide(t.Context(), c,
		order.Decision{Agree: true, ReturnAddressID: "9007199254740993"}))
	assert.JSONEq(t, `{"type":101,"items":[{"aftersale_id":"7000893114000949501","update_time":1735700100,"logistics":{"receiver_address_id":9007199254740993}}]}`, body)
	assert.Contains(t, body, "9007199254740993", "digit by digit")

	q := order.CaseQuery{From: time.Unix(100, 0), To: time.Unix(200, 0), PageSize: 50, OrderID: "1A"}
	_, err := d.(order.CaseDriver).PageCases(t.Context(), q, "3")
	require.NoError(t, err)
	assert.JSONEq(t, `{"order_by":["update_time asc"],"order_id":"1","page":3,"size":50,"update_start_time":100,"update_end_time":200}`, body)
	q.By = mall.ByCreation
	_, err = d.(order.CaseDriver).PageCases(t.Context(), q, "")
	require.NoError(t, err)
	assert.JSONEq(t, `{"order_by":["apply_time asc"],"order_id":"1","page":0,"size":50,"start_time":100,"end_time":201}`,
		body, "this end is left out by the platform")
}
