package kuaishou_test

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/order"
)

// TestBadCaseErrors: the error of a record that cannot be read holds none of
// its values.
func TestBadCaseErrors(t *testing.T) {
	t.Parallel()
	for _, data := range []string{
		`{"refundId":1,"status":"19912345678x"}`, `{"refundId":1,"updateTime":"19912345678Tx"}`,
		`{"refundId":1,"logisticsInfo":"19912345678"}`,
		`{"buyerOpenId":"19912345678"}`, `{"refundId":0}`, `{}`, `[]`, `"x"`, `null`,
	} {
		shop := shopOver(t, drivertest.Reply(200, []byte(`{"result":1,"data":`+data+`}`)), client.WithRetries(0))
		_, err := shop.Orders.GetCase(t.Context(), "1")
		require.ErrorIs(t, err, mall.ErrReply, data)
		assert.NotContains(t, err.Error(), "1991234", data)
		_, err = shop.Orders.PageCases(t.Context(), order.CaseQuery{From: time.Now().Add(-time.Hour)}, "")
		require.ErrorIs(t, err, mall.ErrReply, data)
		shop = shopOver(t, drivertest.Reply(200,
			[]byte(`{"result":1,"data":{"pcursor":"nomore","refundOrderInfoList":[`+data+`]}}`)), client.WithRetries(0))
		_, err = shop.Orders.PageCases(t.Context(), order.CaseQuery{From: time.Now().Add(-time.Hour)}, "")
		require.ErrorIs(t, err, mall.ErrReply, data)
		assert.NotContains(t, err.Error(), "1991234", data)
	}
}

// TestBadCaseInPage: a case that cannot be read is reported beside the others
// of its page.
func TestBadCaseInPage(t *testing.T) {
	t.Parallel()
	shop := shopOver(t, drivertest.Reply(200,
		[]byte(`{"result":1,"data":{"pcursor":"nomore","refundOrderInfoList":[{"refundId":1,"status":{}},{"refundId":2,"oid":3}]}}`)))
	page, err := shop.Orders.PageCases(t.Context(), order.CaseQuery{From: time.Now().Add(-time.Hour)}, "")
	bad, ok := errors.AsType[*order.BadRecordsError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, "1", bad.Records[0].ID)
	require.Len(t, page.Items, 1)
	assert.Equal(t, "2", page.Items[0].ID)
}

// TestCasePagesWithoutCursor: a page without a cursor is the last one, unless
// it is full.
func TestCasePagesWithoutCursor(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]error{
		`{"pcursor":"","refundOrderInfoList":[{"refundId":1,"oid":1}]}`: mall.ErrReply, // full
		`{"pcursor":"","refundOrderInfoList":null}`:                     mall.ErrReply,
		`{"pcursor":"","refundOrderInfoList":[]}`:                       nil,
		`{"pcursor":"nomore","refundOrderInfoList":null}`:               nil,
	} {
		shop := shopOver(t, drivertest.Reply(200, []byte(`{"result":1,"data":`+data+`}`)))
		_, err := shop.Orders.PageCases(t.Context(), order.CaseQuery{From: time.Now().Add(-time.Hour), PageSize: 1}, "")
		require.ErrorIs(t, err, want, data)
	}
}

// TestCasePagesRepeatedCursor: a cursor that does not change ends the list with
// an error.
func TestCasePagesRepeatedCursor(t *testing.T) {
	t.Parallel()
	shop := shopOver(t, drivertest.Reply(200, []byte(`{"result":1,"data":{"pcursor":"again","refundOrderInfoList":[]}}`)))
	var last error
	for _, err := range shop.Orders.AllCases(t.Context(), order.CaseQuery{From: time.Now().Add(-time.Hour)}) {
		last = err
	}
	require.ErrorIs(t, last, mall.ErrReply)
}

// talk answers by method and records the last request.
type talk struct {
	answers map[string]string // data, by the end of the path
	sent    *string
}

func (s talk) RoundTrip(q *http.Request) (*http.Response, error) {
	form := q.URL.Query()
	if q.Body != nil {
		body, err := io.ReadAll(q.Body)
		if err != nil {
			return nil, err
		}
		if form, err = url.ParseQuery(string(body)); err != nil {
			return nil, err
		}
	}
	*s.sent = form.Get("param")
	data, ok := s.answers[form.Get("method")]
	if !ok {
		data = `{}`
	}
	if strings.HasPrefix(data, `{"result"`) || strings.HasPrefix(data, `{"hello"`) {
		return drivertest.Reply(200, []byte(data)).RoundTrip(q)
	}
	return drivertest.Reply(200, []byte(`{"result":1,"data":`+data+`}`)).RoundTrip(q)
}

func TestCaseParams(t *testing.T) {
	t.Parallel()
	const detail = "open.seller.order.refund.detail"
	var body string
	answers := map[string]string{}
	shop := shopOver(t, talk{answers, &body})
	at := time.UnixMilli(1790000000123)
	record := func(way, status, more string) {
		answers[detail] = `{"refundId":9007199254740993,"oid":9007199254740991,"handlingWay":` + way + `,"status":` + status +
			`,"negotiateStatus":1,"refundFee":8900,"updateTime":1790000000123` + more + `}`
	}
	c := order.Case{ID: "9007199254740993", Updated: at}
	agree := order.Decision{Agree: true, ReturnAddressID: "9007199254740995"}
	sent := order.Decision{Agree: true, Sent: order.Parcel{TrackingNo: "SF1", CarrierCode: "4"}}
	for name, s := range map[string]struct {
		way, status, more string
		v                 order.Decision
		want              string
	}{
		"a refund":    {"10", "10", "", agree, `{"refundId":9007199254740993,"refundAmount":8900,"status":10,"negotiateStatus":1,"refundHandingWay":10}`},
		"a return":    {"1", "11", "", agree, `{"refundId":9007199254740993,"refundAmount":8900,"addressId":9007199254740995}`},
		"an exchange": {"3", "10", "", order.Decision{Agree: true}, `{"refundId":9007199254740993,"refundAmount":0}`},
		"receipt":     {"1", "22", "", agree, `{"refundId":9007199254740993,"status":22}`},
		"receipt and freight": {"1", "40", `,"returnFreightInfo":{"returnFreightAmount":12,"returnFreightStatus":10}`, order.Decision{Agree: true, PayReturnFreight: true},
			`{"refundId":9007199254740993,"status":40,"returnFreightHandlingAdvice":1,"returnFreightAmount":12}`},
		"receipt without freight": {"1", "40", `,"returnFreightInfo":{"returnFreightAmount":12,"returnFreightStatus":10}`, order.Decision{Agree: true, Reason: "示例", Evidence: []string{"https://example.com/e.jpg"}},
			`{"refundId":9007199254740993,"status":40,"returnFreightHandlingAdvice":2,"returnFreightRejectDesc":"示例","returnFreightRejectImages":["https://example.com/e.jpg"]}`},
		"new goods": {"3", "40", "", sent, `{"refundId":9007199254740993,"expressNo":"SF1","expressCode":4}`},
		"money":     {"3", "12", "", order.Decision{Agree: true, Instead: order.CaseRefund}, `{"refundId":9007199254740993,"refundVersion":1790000000123}`},
		"a refusal": {"77", "99", "", order.Decision{ReasonCode: "7", Reason: "示例", Evidence: []string{"https://example.com/e.jpg"}},
			`{"refundId":9007199254740993,"reasonCode":7,"rejectDesc":"示例","rejectImages":["https://example.com/e.jpg"],"refundVersion":1790000000123}`},
	} {
		record(s.way, s.status, s.more)
		require.NoError(t, shop.Orders.Decide(t.Context(), c, s.v), name)
		assert.JSONEq(t, s.want, body, name)
		assert.Contains(t, body, "9007199254740993", "digit by digit")
	}
	for _, s := range []struct{ way, status string }{{"10", "40"}, {"4", "10"}, {"3", "45"}, {"1", "23"}, {"1", "60"},
		{"77", "10"}} {
		record(s.way, s.status, "")
		require.ErrorIs(t, shop.Orders.Decide(t.Context(), c, order.Decision{Agree: true}), mall.ErrNotSupported, s)
	}

	q := order.CaseQuery{From: time.UnixMilli(1000), To: time.UnixMilli(2000), PageSize: 50, OrderID: "9007199254740991"}
	d := kuaishou.DriverOf(shop).(order.CaseDriver)
	answers["open.seller.order.refund.pcursor.list"] = `{"pcursor":"there","refundOrderInfoList":[{"refundId":1,"oid":9007199254740991},{"refundId":2,"oid":9007199254740992}]}`
	page, err := d.PageCases(t.Context(), q, "3 here")
	require.NoError(t, err)
	assert.Equal(t, "4 there", page.Next)
	assert.Len(t, page.Items, 1, "the other is of another order")
	assert.JSONEq(t, `{"beginTime":1000,"endTime":2000,"type":9,"pageSize":50,"currentPage":4,"sort":2,"queryType":2,"pcursor":"here",
		"option":{"needExchange":true},"orderId":9007199254740991}`, body)
	q.By, q.OrderID = mall.ByCreation, ""
	page, err = d.PageCases(t.Context(), q, "")
	require.NoError(t, err)
	assert.Len(t, page.Items, 2)
	assert.JSONEq(t, `{"beginTime":1000,"endTime":2000,"type":9,"pageSize":50,"currentPage":1,"sort":2,"queryType":1,"pcursor":"","option":{"needExchange":true}}`, body)
	for _, cursor := range []string{"x", "1", "0 x", "x y"} {
		_, err = d.PageCases(t.Context(), q, cursor)
		require.ErrorIs(t, err, mall.ErrInvalid, cursor)
	}
}
