package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/webhook"
)

// TestReadingDecides: the app is told what the order is, whatever an unsigned push
// says.
func TestReadingDecides(t *testing.T) {
	t.Parallel()
	stages := map[order.Status]webhook.Kind{
		order.StatusUnpaid: webhook.KindOrderCreated, order.StatusPaid: webhook.KindOrderPaid, order.StatusToShip: webhook.KindOrderToShip,
		order.StatusPartShipped: webhook.KindOrderPartShipped, order.StatusShipped: webhook.KindOrderShipped,
		order.StatusDelivered: webhook.KindOrderDelivered, order.StatusDone: webhook.KindOrderDone, order.StatusClosed: webhook.KindOrderClosed,
		"": webhook.KindOrderChanged,
	}
	for status, stage := range stages {
		a, d := &app{}, newDesk()
		d.setStatus(status)
		h := newKuaishou(t, a, d)
		for name, want := range map[string]webhook.Kind{
			"addOrder": stage, "paySuccess": stage, "delivering": stage, "deliverySuccess": stage, "orderSuccess": stage, "orderFail": stage,
			"totalFeeChange": webhook.KindOrderAmount, "addNote": "remark.changed",
		} {
			require.Equal(t, ksDone, pushKuaishou(t, h, ksEvent(name, "1")))
			got := a.calls()[len(a.calls())-1].Event.(webhook.OrderEvent)
			assert.Equal(t, want, got.Kind, "%s while %s", name, status)
			assert.Equal(t, d.orders[ksOrderID].Updated, got.At)
			assert.Equal(t, "30", got.PlatformStatus)
		}
	}
}

// TestReadingFills: what a kind is about comes from the order.
func TestReadingFills(t *testing.T) {
	t.Parallel()
	a, d := &app{}, newDesk()
	o := d.orders[ksOrderID]
	first, second := time.UnixMilli(1790000000000), time.UnixMilli(1790000100000)
	o.Status, o.CancelReason, o.ShipBy = order.StatusShipped, "canary", second
	o.Parcels = []order.Parcel{{TrackingNo: "A", Shipped: first}, {TrackingNo: "C", Shipped: second}, {TrackingNo: "B", Shipped: first}}
	d.orders[ksOrderID] = o
	h := newKuaishou(t, a, d)
	forged := ksEvent("addNote", "1")
	forged.Info = map[string]any{"bizId": 2500000000000001, "note": "address is now ...", "flag": "x", "updateTime": 1}
	pushKuaishou(t, h, ksEvent("delivering", "1"))
	pushKuaishou(t, h, forged)
	got := a.calls()
	require.Len(t, got, 2)
	shipped, remark := got[0].Event.(webhook.OrderEvent), got[1].Event.(webhook.OrderEvent)
	assert.Equal(t, "C", shipped.Parcel.TrackingNo)
	assert.Zero(t, shipped.ShipBy)
	assert.Zero(t, shipped.Reason)
	assert.Equal(t, []any{"RemarkChanged", o.Remark}, []any{got[1].Function, remark.Remark})
	assert.Nil(t, remark.Raw, "not the push's words")
}

// TestReadingOfAnAddressChange: it can be answered only while the order shows it.
func TestReadingOfAnAddressChange(t *testing.T) {
	t.Parallel()
	const after = `"addressAfterUpdate":{"provinceCode":33,"province":"浙江省","cityCode":3301,"city":"杭州市","districtCode":330108,"district":"滨江区","townCode":0,"desensitiseAddress":"**","encryptedAddress":"~a~"}`
	wanted := order.Receiver{
		Name: order.Protected{Cipher: "#n#"}, Address: order.Protected{Cipher: "~a~", Mask: "**"}, Province: order.Region{Code: "33", Name: "浙江省"},
		City: order.Region{Code: "3301", Name: "杭州市"}, District: order.Region{Code: "330108", Name: "滨江区"},
	}
	for raw, want := range map[string]struct {
		function string
		to       order.Receiver
	}{
		`{"addressUpdateAuditInfo":{"auditStatus":10,` + after + `}}`: {"AddressAsked", wanted},
		`{"addressUpdateAuditInfo":{"auditStatus":20,` + after + `}}`: {"AddressChanged", newDesk().orders[ksOrderID].Receiver},
		`{"addressUpdateAuditInfo":{"auditStatus":30}}`:               {"AddressChanged", newDesk().orders[ksOrderID].Receiver},
		`{"addressUpdateAuditInfo":{"auditStatus":0}}`:                {"AddressChanged", newDesk().orders[ksOrderID].Receiver},
		`{"addressUpdateAuditInfo":null}`:                             {"AddressAsked", order.Receiver{}}, // not known: look
		`{"addressUpdateAuditInfo":[]}`:                               {"AddressAsked", order.Receiver{}},
		``:                                                            {"AddressAsked", order.Receiver{}},
	} {
		a, d := &app{}, newDesk()
		o := d.orders[ksOrderID]
		o.Raw = mall.Raw(raw)
		d.orders[ksOrderID] = o
		h := newKuaishou(t, a, d)
		pushKuaishou(t, h, ksEvent("addressUpdateAudit", "1"))
		require.Len(t, a.calls(), 1, raw)
		got := a.calls()[0]
		e := got.Event.(webhook.AddressEvent)
		assert.Equal(t, want.function, got.Function, raw)
		assert.Equal(t, want.to, e.Change.ToReceiver, raw)
		assert.Equal(t, []string{ksOrderID, "1000000001", ksOrderID}, []string{e.Change.OrderID, e.Change.ShopID, e.Order.ID})
		if want.function == "AddressAsked" {
			assert.Equal(t, o.Receiver, e.Change.FromReceiver, raw)
		}
	}
}

// TestReadingOfACase: the kind is the state of the case, and only the order
// tells whether the goods have left.
func TestReadingOfACase(t *testing.T) {
	t.Parallel()
	for i, c := range []struct {
		push     string
		kind     order.CaseKind
		state    order.Refund
		disputed bool
		want     webhook.Kind
	}{
		{"addRefund", order.CaseRefund, order.RefundRequested, false, webhook.KindRefundCreated},
		{"updateRefund", order.CaseRefund, order.RefundRequested, false, webhook.KindRefundChanged},
		{"addRefund", order.CaseReturn, order.RefundReturning, false, webhook.KindRefundReturning},
		{"updateRefund", order.CaseReturn, order.RefundReceiving, false, webhook.KindRefundReceiving},
		{"updateRefund", order.CaseReturn, order.RefundRejected, false, webhook.KindRefundRejected},
		{"updateRefund", order.CaseReturn, order.RefundRejected, true, webhook.KindRefundArbitration},
		{"updateRefund", order.CaseReturn, order.RefundClosed, true, webhook.KindRefundClosed},
		{"addRefund", order.CaseRefund, order.RefundDone, false, webhook.KindRefundDone},
		{"updateRefund", order.CaseExchange, order.RefundDone, false, webhook.KindRefundExchanged},
		{"updateRefund", order.CaseExchange, order.RefundSending, false, webhook.KindRefundAgreed},
		{"updateRefund", order.CaseResend, order.RefundSending, false, webhook.KindRefundResend},
		{"updateRefund", order.CaseResend, order.RefundDone, false, webhook.KindRefundResent},
		{"addRefund", "", "", false, webhook.KindRefundChanged},
	} {
		a, d := &app{}, newDesk()
		read := d.cases[ksCaseID]
		read.Kind, read.State, read.Disputed = c.kind, c.state, c.disputed
		d.cases[ksCaseID] = read
		pushKuaishou(t, newKuaishou(t, a, d), ksEvent(c.push, "1"))
		require.Len(t, a.calls(), 1, i)
		got := a.calls()[0].Event.(webhook.RefundEvent)
		assert.Equal(t, c.want, got.Kind, i)
		assert.Equal(t, read, *got.Case, i)
		assert.Equal(t, !c.kind.KeepsGoods() && c.state != order.RefundClosed, got.BeforeShipping, i)
		assert.Equal(t, []any{ksOrderID, ksOrderID, ksCaseID, "10", "10", mall.Fen(8900), read.Updated},
			[]any{got.OrderID, got.LineID, got.RefundID, got.PlatformStatus, got.PlatformType, got.Amount, got.At}, i)
	}
	for name, change := range map[string]func(*order.Order){
		"part shipped":            func(o *order.Order) { o.Status = order.StatusPartShipped },
		"done":                    func(o *order.Order) { o.Status = order.StatusDone },
		"closed after shipping":   func(o *order.Order) { o.Status, o.Shipped = order.StatusClosed, time.UnixMilli(1) },
		"closed, and on its way":  func(o *order.Order) { o.Status, o.Parcels = order.StatusClosed, make([]order.Parcel, 1) },
		"too old to be read":      func(o *order.Order) { o.ID = "" },
		"an unknown word, parcel": func(o *order.Order) { o.Status, o.Parcels = "", make([]order.Parcel, 1) },
	} {
		a, d := &app{}, newDesk()
		o := d.orders[ksOrderID]
		change(&o)
		delete(d.orders, ksOrderID)
		d.orders[o.ID] = o
		assert.Equal(t, ksDone, pushKuaishou(t, newKuaishou(t, a, d), ksEvent("addRefund", "1")), name)
		require.Len(t, a.calls(), 1, name)
		assert.False(t, a.calls()[0].Event.(webhook.RefundEvent).BeforeShipping, name)
	}
}

// TestReadingFails: a push about what the platform does not know is answered with
// success, and no function is called. After any other failure the push comes again.
func TestReadingFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err    error
		answer string
		want   error
	}{
		"not found":   {&mall.Error{Kind: mall.ErrNotFound}, ksDone, webhook.ErrUnconfirmed},
		"not allowed": {fmt.Errorf("read: %w", &mall.Error{Kind: mall.ErrPermission}), ksDone, webhook.ErrUnconfirmed},
		"unavailable": {&mall.Error{Kind: mall.ErrUnavailable}, ksTryAgain, mall.ErrUnavailable},
		"too fast":    {&mall.Error{Kind: mall.ErrRateLimited}, ksTryAgain, mall.ErrRateLimited},
		"no grant":    {&mall.Error{Kind: mall.ErrReauthorize}, ksTryAgain, mall.ErrReauthorize},
		"unknown":     {errors.New("network gone"), ksTryAgain, nil},
		"panic":       {nil, ksTryAgain, nil},
	} {
		for _, event := range []string{"paySuccess", "addRefund", "addressChange"} {
			a, d := &app{}, newDesk()
			d.fail = func(context.Context) error {
				if c.err == nil {
					panic("nil map")
				}
				return c.err
			}
			h := newKuaishou(t, a, d)
			assert.Equal(t, c.answer, pushKuaishou(t, h, ksEvent(event, "1")), name)
			require.Len(t, a.seen, 1, name)
			if c.want != nil {
				assert.ErrorIs(t, a.last().Err, c.want, name)
			}
			assert.Error(t, a.last().Err, name)
			assert.Empty(t, a.calls(), name)
			d.fail = nil // the same event is looked at again
			assert.Equal(t, ksDone, pushKuaishou(t, h, ksEvent(event, "1")), name)
			assert.Len(t, a.calls(), 1, name)
		}
	}
	// The case can be read, the order cannot for now.
	a, d := &app{}, newDesk()
	d.fail = func(context.Context) error {
		if len(d.reads) == 2 {
			return &mall.Error{Kind: mall.ErrUnavailable}
		}
		return nil
	}
	h := newKuaishou(t, a, d)
	assert.Equal(t, ksTryAgain, pushKuaishou(t, h, ksEvent("addRefund", "1")))
	assert.Equal(t, ksDone, pushKuaishou(t, h, ksEvent("addRefund", "1")))
	assert.Len(t, a.calls(), 1)
	// A shop of somebody else.
	stranger := ksEvent("paySuccess", "1")
	stranger.ShopID = 1000000002
	assert.Equal(t, ksDone, pushKuaishou(t, h, stranger))
	assert.ErrorIs(t, a.last().Err, webhook.ErrUnconfirmed)
	assert.Equal(t, "1000000002", a.last().ShopID)
	assert.Len(t, a.calls(), 1)
}

// TestNothingReadForNobody: where no function would be called, no call of the
// API is spent.
func TestNothingReadForNobody(t *testing.T) {
	t.Parallel()
	d := newDesk()
	h, err := webhook.New(webhook.KuaishouPush{AppKey: ksApp, MessageKeys: []mall.Secret{ksKey}, Orders: d.of}, webhook.Handlers{}, webhook.Options{})
	require.NoError(t, err)
	defer h.Close()
	for _, name := range []string{"addOrder", "paySuccess", "addNote", "totalFeeChange", "addressChange", "addressUpdateAudit", "addRefund", "updateRefund", "new"} {
		assert.Equal(t, ksDone, pushKuaishou(t, h, ksEvent(name, "1")), name)
	}
	assert.Empty(t, d.reads)
}

// TestAppFailsAfterReading: the event comes again, and is read again.
func TestAppFailsAfterReading(t *testing.T) {
	t.Parallel()
	a, d := &app{}, newDesk()
	a.fail = func(context.Context) error { return errors.New("database gone") }
	h := newKuaishou(t, a, d)
	assert.Equal(t, ksTryAgain, pushKuaishou(t, h, ksEvent("paySuccess", "1")))
	a.fail = nil
	d.setStatus(order.StatusClosed)
	assert.Equal(t, ksDone, pushKuaishou(t, h, ksEvent("paySuccess", "1")))
	got := a.calls()
	require.Len(t, got, 2)
	assert.Equal(t, webhook.KindOrderClosed, got[1].Event.(webhook.OrderEvent).Kind, "the order as it is now")
}
