package webhook_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/webhook"
	"github.com/mallwire/mall/webhook/webhooktest"
)

const (
	ksApp  = "ks600000000000000001"
	ksKey  = mall.Secret("AAECAwQFBgcICQoLDA0ODw==")
	ksOld  = mall.Secret("Y2FuYXJ5LW9sZC1rZXkhIQ==")
	ksURL  = "http://erp.test/kuaishou/push"
	ksDone = `{"result":1}`

	ksRejected = `{"result":0,"error_msg":"rejected"}`
	ksTryAgain = `{"result":0,"error_msg":"try again"}`
)

var kuaishou = webhooktest.Kuaishou{AppKey: ksApp, MessageKey: ksKey}

// desk stands for the platform's API: it has the orders that the app is told of.
type desk struct {
	mu     sync.Mutex
	orders map[string]order.Order
	cases  map[string]order.Case
	fail   func(context.Context) error
	reads  []string
}

func (d *desk) read(ctx context.Context, what string) error {
	d.mu.Lock()
	d.reads = append(d.reads, what)
	fail := d.fail
	d.mu.Unlock()
	if fail != nil {
		return fail(ctx)
	}
	return nil
}

func (d *desk) Get(ctx context.Context, id string) (order.Order, error) {
	err := d.read(ctx, "order "+id)
	d.mu.Lock()
	defer d.mu.Unlock()
	o, ok := d.orders[id]
	if err == nil && !ok {
		err = &mall.Error{Kind: mall.ErrNotFound}
	}
	return o, err
}

func (d *desk) GetCase(ctx context.Context, id string) (order.Case, error) {
	err := d.read(ctx, "case "+id)
	d.mu.Lock()
	defer d.mu.Unlock()
	c, ok := d.cases[id]
	if err == nil && !ok {
		err = &mall.Error{Kind: mall.ErrNotFound}
	}
	return c, err
}

func (d *desk) of(shopID string) webhook.OrderReader {
	if shopID != "1000000001" {
		return nil
	}
	return d
}

const ksOrderID, ksCaseID = "2500000000000001", "2600000000000001"

// newDesk has one order that waits for shipping, with one case.
func newDesk() *desk {
	o := order.Order{
		Platform: mall.Kuaishou, ShopID: "1000000001", ID: ksOrderID, Status: order.StatusToShip, PlatformStatus: "30",
		Refund: order.RefundNone, Hold: order.HoldNone, Updated: time.UnixMilli(1790000000500).UTC(),
		Lines:    []order.Line{{ID: ksOrderID, Quantity: 1, Status: order.StatusToShip, Refund: order.RefundNone}},
		Remark:   order.Remark{Text: "改规格", Flag: order.FlagRed},
		Receiver: order.Receiver{Province: order.Region{Code: "33", Name: "浙江省"}, Name: order.Protected{Cipher: "#n#"}},
	}
	c := order.Case{
		Platform: mall.Kuaishou, ShopID: "1000000001", ID: ksCaseID, OrderID: ksOrderID, Kind: order.CaseRefund, PlatformKind: "10",
		State: order.RefundRequested, PlatformState: "10", Amount: 8900, Lines: []order.CaseLine{{LineID: ksOrderID, Quantity: 1}},
		Updated: time.UnixMilli(1790000000600).UTC(), Deadline: time.UnixMilli(1790100000000).UTC(),
	}
	return &desk{orders: map[string]order.Order{o.ID: o}, cases: map[string]order.Case{c.ID: c}}
}

func (d *desk) setStatus(s order.Status) {
	o := d.orders[ksOrderID]
	o.Status = s
	d.orders[ksOrderID] = o
}

func newKuaishou(t testing.TB, a *app, d *desk, opts ...webhook.Options) *webhook.Handler {
	t.Helper()
	h, err := webhook.New(webhook.KuaishouPush{AppKey: ksApp, MessageKeys: []mall.Secret{ksKey, ksOld}, Orders: d.of},
		a.handlers(), a.options(opts))
	require.NoError(t, err)
	t.Cleanup(h.Close)
	return h
}

// ksEvent is an event about the order or, by its name, the case.
func ksEvent(name, id string) webhooktest.KuaishouEvent {
	e := webhooktest.KuaishouEvent{Event: "kwaishop_order_" + name, ID: id, ShopID: 1000000001, BizID: 2500000000000001, Created: time.UnixMilli(1790000000000)}
	info := map[string]any{"oid": e.BizID, "sellerId": e.ShopID, "updateTime": 1790000000000}
	if strings.HasSuffix(name, "Refund") {
		e.Event, e.BizID = "kwaishop_aftersales_"+name, 2600000000000001
		info = map[string]any{"orderId": 2500000000000001, "refundId": e.BizID, "status": 10, "updateTime": 1790000000000}
	}
	e.Info = info
	return e
}

func pushKuaishou(t testing.TB, h http.Handler, e webhooktest.KuaishouEvent) string {
	t.Helper()
	r, err := kuaishou.Push(ksURL, e)
	require.NoError(t, err)
	return serve(t, h, r).text
}

func pushPlain(t testing.TB, h http.Handler, plain string) string {
	t.Helper()
	r, err := kuaishou.PushBody(ksURL, []byte(plain))
	require.NoError(t, err)
	return serve(t, h, r).text
}

// TestKuaishouPushGolden sends the body of every known event, and compares what the
// app is given with a golden file.
func TestKuaishouPushGolden(t *testing.T) {
	t.Parallel()
	const f = "testdata/kuaishou/push_events.json"
	text, err := os.ReadFile(f)
	require.NoError(t, err)
	var samples struct {
		MessageKey mall.Secret `json:"message_key"`
		Heartbeat  struct{ Plain, Body string }
		Events     []struct{ Event, Body string }
	}
	require.NoError(t, json.Unmarshal(text, &samples))
	require.Equal(t, ksKey, samples.MessageKey)
	require.Len(t, samples.Events, 12)
	a, d := &app{}, newDesk()
	h := newKuaishou(t, a, d)
	send := func(body string) string {
		return serve(t, h, httptest.NewRequest(http.MethodPost, ksURL, strings.NewReader(body))).text
	}
	assert.Equal(t, ksDone, send(samples.Heartbeat.Body))
	assert.Empty(t, a.seen)
	// An order goes its way meanwhile.
	for i, status := range []order.Status{
		order.StatusUnpaid, order.StatusToShip, order.StatusPartShipped, order.StatusDelivered, order.StatusDone, order.StatusClosed,
	} {
		d.setStatus(status)
		assert.Equal(t, ksDone, send(samples.Events[i].Body), samples.Events[i].Event)
	}
	for _, e := range samples.Events[6:] {
		assert.Equal(t, ksDone, send(e.Body), e.Event)
	}
	got, err := json.MarshalIndent(a.calls(), "", "  ")
	require.NoError(t, err)
	got = append(got, '\n')
	if *update {
		require.NoError(t, os.WriteFile(f+".golden", got, 0o644))
	}
	want, err := os.ReadFile(f + ".golden")
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}

// TestKuaishouEventsOption gives names to events that have none in public.
func TestKuaishouEventsOption(t *testing.T) {
	t.Parallel()
	a, d := &app{}, newDesk()
	h, err := webhook.New(webhook.KuaishouPush{AppKey: ksApp, MessageKeys: []mall.Secret{ksKey}, Orders: d.of, Events: map[string]webhook.Kind{
		"x_specChange": webhook.KindOrderChanged, "kwaishop_order_addNote": webhook.KindOther, "x_deadline": webhook.KindRefundDeadline,
	}}, a.handlers(), webhook.Options{})
	require.NoError(t, err)
	defer h.Close()
	for _, name := range []string{"x_specChange", "kwaishop_order_addNote", "x_unknown"} {
		e := ksEvent("", "1")
		e.Event = name
		assert.Equal(t, ksDone, pushKuaishou(t, h, e))
	}
	e := ksEvent("updateRefund", "2")
	e.Event = "x_deadline"
	assert.Equal(t, ksDone, pushKuaishou(t, h, e))
	got := a.calls()
	require.Len(t, got, 4)
	changed := got[0].Event.(webhook.OrderEvent)
	assert.Equal(t, webhook.KindOrderChanged, changed.Kind)
	assert.Equal(t, d.orders[ksOrderID], *changed.Order)
	assert.Nil(t, changed.Raw)
	for i, tag := range []string{"kwaishop_order_addNote", "x_unknown"} {
		other := got[i+1].Event.(webhook.Event)
		assert.Equal(t, []any{"Other", webhook.KindOther, tag, "1000000001"}, []any{got[i+1].Function, other.Kind, other.Tag, other.ShopID})
		assert.True(t, other.At.Equal(time.UnixMilli(1790000000000)))
		assert.Contains(t, string(other.Raw), `"bizId":2500000000000001`)
	}
	assert.Equal(t, d.cases[ksCaseID].Deadline, got[3].Event.(webhook.RefundEvent).Deadline)
}

// TestKuaishouForms: a message that differs from the samples in what does not
// matter.
func TestKuaishouForms(t *testing.T) {
	t.Parallel()
	for name, plain := range map[string]string{
		"info is an object": `{"userId":1000000001,"appKey":"ks600000000000000001","event":"kwaishop_order_paySuccess","info":{"oid":2500000000000001}}`,
		"ids are texts":     `{"userId":"1000000001","appKey":"ks600000000000000001","event":"kwaishop_order_paySuccess","info":"{\"oid\":\"2500000000000001\"}"}`,
		"no info":           `{"userId":1000000001,"bizId":2500000000000001,"openId":null,"appKey":"ks600000000000000001","event":"kwaishop_order_paySuccess"}`,
		"info is null":      `{"userId":1000000001,"bizId":2500000000000001,"appKey":"ks600000000000000001","event":"kwaishop_order_paySuccess","info":null}`,
		"zero before an id": `{"userId":1000000001,"bizId":2500000000000001,"appKey":"ks600000000000000001","event":"kwaishop_order_paySuccess","info":"{\"oid\":0}"}`,
		"a test event":      `{"test":true,"userId":1000000001,"bizId":2500000000000001,"appKey":"ks600000000000000001","event":"kwaishop_order_paySuccess"}`,
		"a strange time":    `{"userId":1000000001,"bizId":2500000000000001,"appKey":"ks600000000000000001","event":"kwaishop_order_paySuccess","createTime":"today"}`,
		"white space":       "\n{ \"userId\" : 1000000001, \"bizId\":2500000000000001,\"appKey\":\"ks600000000000000001\",\"event\":\"kwaishop_order_paySuccess\"}\n",
	} {
		a := &app{}
		assert.Equal(t, ksDone, pushPlain(t, newKuaishou(t, a, newDesk()), plain), name)
		require.Len(t, a.calls(), 1, name)
		assert.Equal(t, ksOrderID, a.calls()[0].Event.(webhook.OrderEvent).OrderID, name)
	}
}

// TestKuaishouHeartbeat: no function is called, and the heartbeat must be encrypted.
func TestKuaishouHeartbeat(t *testing.T) {
	t.Parallel()
	for _, o := range []webhook.Options{{}, {Queue: neverQueued(t)}} {
		a, d := &app{}, newDesk()
		h := newKuaishou(t, a, d, o)
		for range 2 {
			r, err := kuaishou.Heartbeat(ksURL)
			require.NoError(t, err)
			assert.Equal(t, ksDone, serve(t, h, r).text)
		}
		assert.Empty(t, a.seen)
		r := httptest.NewRequest(http.MethodPost, ksURL, strings.NewReader(`{"test":true}`))
		assert.Equal(t, ksRejected, serve(t, h, r).text)
		assert.ErrorIs(t, a.last().Err, mall.ErrSignature)
		assert.Empty(t, a.calls())
		assert.Empty(t, d.reads)
	}
}

// TestKuaishouRotation takes either key while one is being changed.
func TestKuaishouRotation(t *testing.T) {
	t.Parallel()
	a := &app{}
	h := newKuaishou(t, a, newDesk())
	for i, key := range []mall.Secret{ksKey, ksOld} {
		r, err := webhooktest.Kuaishou{AppKey: ksApp, MessageKey: key}.Push(ksURL, ksEvent([]string{"addOrder", "paySuccess"}[i], "1"))
		require.NoError(t, err)
		assert.Equal(t, ksDone, serve(t, h, r).text)
	}
	assert.Len(t, a.calls(), 2)
}

// TestKuaishouSameContent: the platform may send one thing under two ids, and
// an id proves nothing.
func TestKuaishouSameContent(t *testing.T) {
	t.Parallel()
	a, d := &app{}, newDesk()
	h := newKuaishou(t, a, d)
	for _, id := range []string{"1", "1", "2", ""} {
		assert.Equal(t, ksDone, pushKuaishou(t, h, ksEvent("paySuccess", id)))
	}
	assert.Len(t, a.calls(), 1)
	assert.Len(t, d.reads, 1, "a replay costs no call of the API")
	assert.True(t, a.last().Repeated)
	// A forged push that took the id of a coming event does not stand in its way.
	forged := ksEvent("addNote", "3")
	forged.Info = map[string]any{"bizId": 2500000000000999, "updateTime": 1790000000000}
	assert.Equal(t, ksDone, pushKuaishou(t, h, forged))
	assert.Equal(t, ksDone, pushKuaishou(t, h, ksEvent("addNote", "3")))
	assert.Len(t, a.calls(), 2)
	// Another moment or state is another event, under the same id too.
	later, other := ksEvent("paySuccess", "1"), ksEvent("paySuccess", "1")
	later.Info = map[string]any{"oid": 2500000000000001, "updateTime": 1790000000001}
	other.Info = map[string]any{"oid": 2500000000000001, "updateTime": 1790000000001, "status": 30}
	pushKuaishou(t, h, later)
	pushKuaishou(t, h, other)
	assert.Len(t, a.calls(), 4)
	// An event without a time of its own goes by that of the message, one without
	// any by its id.
	for _, e := range []struct {
		created time.Time
		id      string
		calls   int
	}{{time.UnixMilli(1), "1", 5}, {time.UnixMilli(1), "2", 5}, {time.UnixMilli(2), "3", 6}, {time.Time{}, "4", 7}, {time.Time{}, "4", 7}, {time.Time{}, "5", 8}} {
		timeless := ksEvent("paySuccess", e.id)
		timeless.Info, timeless.Created = map[string]any{"oid": 2500000000000001}, e.created
		pushKuaishou(t, h, timeless)
		assert.Len(t, a.calls(), e.calls, e)
	}
}

// TestKuaishouAtOnce: of many copies at the same time one is read and handled.
func TestKuaishouAtOnce(t *testing.T) {
	t.Parallel()
	a, d := &app{}, newDesk()
	h := newKuaishou(t, a, d)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for _, name := range []string{"addOrder", "paySuccess", "addNote", "updateRefund"} {
				pushKuaishou(t, h, ksEvent(name, "1"))
			}
		})
	}
	wg.Wait()
	assert.Len(t, a.calls(), 4)
	assert.Len(t, d.reads, 5, "of the case the order as well")
}

// TestKuaishouTimeLimit: the answer is there within the platform's 3 s, however
// long the reading takes.
func TestKuaishouTimeLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, d := &app{}, newDesk()
		d.fail = func(ctx context.Context) error {
			<-ctx.Done()
			return context.Cause(ctx)
		}
		h := newKuaishou(t, a, d)
		start := time.Now()
		assert.Equal(t, ksTryAgain, pushKuaishou(t, h, ksEvent("paySuccess", "1")))
		assert.Equal(t, 2*time.Second, time.Since(start))
		assert.ErrorIs(t, a.last().Err, context.DeadlineExceeded)
		h.Wait()
		d.fail = nil
		assert.Equal(t, ksDone, pushKuaishou(t, h, ksEvent("paySuccess", "1")))
		assert.Len(t, a.calls(), 1)
	})
}

// TestKuaishouQueue acknowledges first, reads later.
func TestKuaishouQueue(t *testing.T) {
	t.Parallel()
	a, d := &app{}, newDesk()
	var queue []webhook.Delivery
	h := newKuaishou(t, a, d, webhook.Options{Queue: func(_ context.Context, d webhook.Delivery) error {
		queue = append(queue, d)
		return nil
	}})
	for _, name := range []string{"paySuccess", "addRefund"} {
		assert.Equal(t, ksDone, pushKuaishou(t, h, ksEvent(name, "1")))
	}
	unknown := ksEvent("paySuccess", "2")
	unknown.Info = map[string]any{"oid": 2500000000000009}
	assert.Equal(t, ksDone, pushKuaishou(t, h, unknown))
	assert.Empty(t, d.reads)
	require.Len(t, queue, 3)
	d.fail = func(context.Context) error { d.fail = nil; return &mall.Error{Kind: mall.ErrUnavailable} }
	assert.ErrorIs(t, h.Handle(t.Context(), queue[0]), mall.ErrUnavailable)
	for _, delivery := range queue {
		assert.NoError(t, h.Handle(t.Context(), delivery))
	}
	assert.Len(t, a.calls(), 2)
	assert.ErrorIs(t, a.last().Err, webhook.ErrUnconfirmed)
	assert.NotContains(t, queue[0].String(), "oid")
}
