package webhook_test

import (
	"context"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/webhook"
	"github.com/mallwire/mall/webhook/webhooktest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	appKey  = "7000000000000000001"
	secret  = mall.Secret("canary-app-secret-000000000000000000")
	older   = mall.Secret("canary-old-secret-000000000000000000")
	pushURL = "http://erp.test/doudian/push"
	spiURL  = "http://erp.test/doudian/spi"
)

var platform = webhooktest.Doudian{AppKey: appKey, Secret: secret}

// handed is a call of one of the app's functions.
type handed struct {
	Function string `json:"function"`
	Event    any    `json:"event"`
}

// app records the events that its functions are given. They fail as fail says.
type app struct {
	mu   sync.Mutex
	got  []handed
	seen []webhook.Observation

	fail    func(context.Context) error // nil: success
	verdict change.Verdict
}

func record[E any](a *app, name string) func(context.Context, E) error {
	return func(ctx context.Context, e E) error {
		a.mu.Lock()
		a.got = append(a.got, handed{name, e})
		fail := a.fail
		a.mu.Unlock()
		if fail != nil {
			return fail(ctx)
		}
		return nil
	}
}

func (a *app) handlers() webhook.Handlers {
	return webhook.Handlers{
		OrderChanged:     record[webhook.OrderEvent](a, "OrderChanged"),
		RemarkChanged:    record[webhook.OrderEvent](a, "RemarkChanged"),
		LogisticsChanged: record[webhook.OrderEvent](a, "LogisticsChanged"),
		AddressChanged:   record[webhook.AddressEvent](a, "AddressChanged"),
		AddressAsked:     record[webhook.AddressEvent](a, "AddressAsked"),
		RefundChanged:    record[webhook.RefundEvent](a, "RefundChanged"),
		ProductChanged:   record[webhook.ProductEvent](a, "ProductChanged"),
		StockChanged:     record[webhook.ProductEvent](a, "StockChanged"),
		DropshipChanged:  record[webhook.DropshipEvent](a, "DropshipChanged"),
		AuthChanged:      record[webhook.Event](a, "AuthChanged"),
		Other:            record[webhook.Event](a, "Other"),
		SpecChange: func(ctx context.Context, r change.Request) (change.Verdict, error) {
			err := record[change.Request](a, "SpecChange")(ctx, r)
			return a.verdict, err
		},
		Intercept: func(ctx context.Context, r change.Request) (change.Verdict, error) {
			err := record[change.Request](a, "Intercept")(ctx, r)
			return a.verdict, err
		},
	}
}

func (a *app) observe(o webhook.Observation) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seen = append(a.seen, o)
}

func (a *app) calls() []handed {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]handed{}, a.got...)
}

// last is what was observed last.
func (a *app) last() webhook.Observation {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.seen) == 0 {
		return webhook.Observation{}
	}
	return a.seen[len(a.seen)-1]
}

// options returns the only options of a test, or none, with the app as observer.
func (a *app) options(opts []webhook.Options) webhook.Options {
	o := webhook.Options{}
	if len(opts) > 0 {
		o = opts[0]
	}
	o.Observer = a.observe
	return o
}

func newPush(t testing.TB, a *app, opts ...webhook.Options) *webhook.Handler {
	t.Helper()
	h, err := webhook.New(webhook.DoudianPush{AppKey: appKey, Secrets: []mall.Secret{secret, older}},
		a.handlers(), a.options(opts))
	require.NoError(t, err)
	t.Cleanup(h.Close)
	return h
}

func newSPI(t testing.TB, a *app, opts ...webhook.Options) *webhook.Handler {
	t.Helper()
	h, err := webhook.New(webhook.DoudianSPI{AppKey: appKey, Secrets: []mall.Secret{secret, older}},
		a.handlers(), a.options(opts))
	require.NoError(t, err)
	t.Cleanup(h.Close)
	return h
}

// answer is what a push or an SPI call is answered with.
type answer struct {
	Code    int    `json:"code"`
	Msg     string `json:"msg"`
	Message string `json:"message"`
	Data    struct {
		Success bool   `json:"success"`
		Code    int    `json:"reason_code"`
		Reason  string `json:"reason"`
	} `json:"data"`
	text string
}

func serve(t testing.TB, h http.Handler, r *http.Request) answer {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	require.Equal(t, http.StatusOK, w.Code)
	a := answer{text: w.Body.String()}
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &a), a.text)
	return a
}

// push sends messages.
func push(t testing.TB, h http.Handler, messages ...webhooktest.Message) answer {
	t.Helper()
	r, err := platform.Push(pushURL, messages...)
	require.NoError(t, err)
	return serve(t, h, r)
}

// ask sends an SPI call.
func ask(t testing.TB, h http.Handler, params any) answer {
	t.Helper()
	r, err := platform.SPI(spiURL, time.Now(), params)
	require.NoError(t, err)
	return serve(t, h, r)
}

// paid is the message that an order was paid.
func paid(id string) webhooktest.Message {
	return webhooktest.Message{Tag: "101", ID: id, Data: map[string]any{
		"p_id": int64(6920000000000000001), "s_ids": []int64{6920000000000000002}, "shop_id": 10000001, "order_status": 2, "pay_time": 1735670000,
	}}
}

// specChange is a spec change.
func specChange(id string) map[string]any {
	return map[string]any{
		"shop_id": 10000001, "shop_order_id": "6920000000000000001", "sku_order_id": "6920000000000000002",
		"before_sku_id": "1780000000000001", "after_sku_id": "1780000000000004", "operate_time": 1735660800, "request_id": id,
	}
}
