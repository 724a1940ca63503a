package webhook_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/webhook"
	"github.com/mallwire/mall/webhook/internal/load"
)

// BenchmarkKuaishouServer measures pushes that are encrypted: acknowledged, and
// with an order read from memory.
func BenchmarkKuaishouServer(b *testing.B) {
	from := load.Kuaishou(kuaishou, ksEvent("paySuccess", ""), map[string]any{"oid": 2500000000000001, "sellerId": 1000000001, "status": 30})
	b.Run("acknowledge", func(b *testing.B) { load.Compare(b, from, benchKuaishou(b, webhook.Options{Queue: kept})) })
	b.Run("read", func(b *testing.B) { load.Compare(b, from, benchKuaishou(b)) })
}

func benchKuaishou(b *testing.B, opts ...webhook.Options) http.Handler {
	d := newDesk()
	h, err := webhook.New(webhook.KuaishouPush{AppKey: ksApp, MessageKeys: []mall.Secret{ksKey}, Orders: func(string) webhook.OrderReader { return memory{d.orders[ksOrderID]} }},
		webhook.Handlers{OrderChanged: func(context.Context, webhook.OrderEvent) error { return nil }}, first(opts))
	require.NoError(b, err)
	b.Cleanup(h.Close)
	return h
}

// memory has one order.
type memory struct{ order order.Order }

func (m memory) Get(context.Context, string) (order.Order, error) { return m.order, nil }
func (memory) GetCase(context.Context, string) (order.Case, error) {
	return order.Case{}, mall.ErrNotSupported
}

// BenchmarkKuaishouPush is the handler's own work for one push, without a server.
func BenchmarkKuaishouPush(b *testing.B) {
	h := benchKuaishou(b, webhook.Options{Seen: forgetful{}})
	r, err := kuaishou.Push(ksURL, ksEvent("paySuccess", "1"))
	require.NoError(b, err)
	body, err := io.ReadAll(r.Body)
	require.NoError(b, err)
	w := httptest.NewRecorder()
	b.ReportAllocs()
	for b.Loop() {
		r.Body = io.NopCloser(bytes.NewReader(body))
		h.ServeHTTP(w, r)
		w.Body.Reset()
	}
}
